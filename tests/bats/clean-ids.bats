# srs-clean: samples of users and items, and pseudonyms.

load lib

# shop N: N rows of about N / 10 users and N / 20 items
shop() {
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
		printf "u%d\ti%d\t%d\n", i * 7919 % int(n / 10),
		    i * 31337 % int(n / 20), 1 + i % 5 }'
}

@test "--sample-users: a share of them, whole, and the same in every file" {
	shop 20000 >all.tsv
	srs-clean -H --duplicates keep --sample-users 10% -o some.tsv all.tsv \
	    2>err
	grep -q 'dropped: the user or the item is not in the sample' err
	n=$(cut -f 1 some.tsv | sort -u | wc -l)
	at_least "$n" 150
	at_most "$n" 250
	# all rows of those users
	cut -f 1 some.tsv | sort -u >users
	awk -F '\t' 'FILENAME == "users" { in_it[$1]; next } $1 in in_it' \
	    users all.tsv | cmp - some.tsv
	# another file with some of the same users, in another order
	head -n 3000 all.tsv | sort -k 2 >other.tsv
	srs-clean -q -H --duplicates keep --sample-users 0.1 -o some2.tsv \
	    other.tsv
	awk -F '\t' 'FILENAME == "users" { in_it[$1]; next } $1 in in_it' \
	    users other.tsv | cmp - some2.tsv
	srs-clean -q -H --duplicates keep --sample-users 10% -s 2 \
	    -o other-seed.tsv all.tsv
	run -1 cmp -s some.tsv other-seed.tsv
	srs-clean -q -H --duplicates keep --sample-items 20% -o items.tsv \
	    all.tsv
	n=$(cut -f 2 items.tsv | sort -u | wc -l)
	at_least "$n" 150
	at_most "$n" 250
	refuses 2 "--sample-users: '0' is not more than 0 and at most all" \
	    srs-clean --sample-users 0 all.tsv
	refuses 2 "--sample-users: 'ten' is not a share, as 10% or 0.1" \
	    srs-clean --sample-users ten all.tsv
}

@test "--pseudonymize: HMAC-SHA-256, as openssl and python have it" {
	printf '0123456789abcdef\n' >key
	chmod 600 key
	printf 'u1\ti1\t3\nu2\ti1\t4\n u1 \ti2\t5\n' >x.tsv
	run -0 srs-clean -H -q --pseudonymize key x.tsv
	[ "$output" = '5162bddb18bda0082a7b39c472f7d118	i1	3
'"$(printf u2 | python3 -c 'import hashlib, hmac, sys
print(hmac.new(b"0123456789abcdef", sys.stdin.buffer.read(),
    hashlib.sha256).hexdigest()[:32])')"'	i1	4
5162bddb18bda0082a7b39c472f7d118	i2	5' ]
	run -0 srs-clean -H -q --pseudonymize key --pseudonymize-items x.tsv
	[[ $output != *i1* ]]
	# a table of users goes with it
	printf 'user_id:token\tage:float\nu1\t30\n' >users.tsv
	run -0 srs-clean -H -q --table --pseudonymize key users.tsv
	[ "$output" = '5162bddb18bda0082a7b39c472f7d118	30' ]
	# the sample is of the ids as they were
	shop 2000 >all.tsv
	srs-clean -H -q --sample-users 30% all.tsv | cut -f 1 | sort -u |
	    wc -l >a
	srs-clean -H -q --sample-users 30% --pseudonymize key all.tsv |
	    cut -f 1 | sort -u | wc -l >b
	cmp a b
	same_for_threads out srs-clean -q --pseudonymize key -o out all.tsv
	# no trace of the key
	srs-clean -v --pseudonymize key --report q.json -o out all.tsv 2>err
	run -1 grep -q 0123456789abcdef out err q.json
}

@test "--pseudonymize: keys that are none, and what would betray ids" {
	printf 'u\ti\t3\n' >x.tsv
	printf 'short\n' >key
	refuses 2 "--pseudonymize: key: a key of 5 bytes can be guessed" \
	    srs-clean --pseudonymize key x.tsv
	refuses 2 "--pseudonymize: cannot read 'nokey': No such file" \
	    srs-clean --pseudonymize nokey x.tsv
	head -c 5000 /dev/zero >key
	refuses 2 "--pseudonymize: key: more than 4096 bytes are no key" \
	    srs-clean --pseudonymize key x.tsv
	printf '0123456789abcdef' >key
	chmod 644 key
	run -0 --separate-stderr srs-clean -H --pseudonymize key x.tsv
	[[ $stderr == *'others can read the key in key: chmod 600'* ]]
	refuses 2 "--rejects would hold the ids that --pseudonymize hides" \
	    srs-clean --pseudonymize key --rejects bad x.tsv
	printf 'email\titem\nu@x\ti\n' >y.tsv
	refuses 1 "--columns email would show the ids that --pseudonymize" \
	    srs-clean --pseudonymize key --header yes --user email \
	    --item item --columns email y.tsv
	refuses 2 "--pseudonymize-items is for --pseudonymize" \
	    srs-clean --pseudonymize-items x.tsv
}
