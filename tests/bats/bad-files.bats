# Every kind of defect that a table can have: testdata/bad-* has a file for
# each, and testdata/bad-files.txt what the programs say of it.
#
# For each file there are the messages of
#   fail   srs-clean that stops at the first bad row
#   skip   srs-clean that leaves bad rows out; below it the reasons of those
#   split  srs-split
# with the exit status.  After a change that is meant, `tries >FILE` makes the
# text anew: read what differs before it is committed.

load lib

try() {		# try FILE: what is said of it
	local f=$1 status=0

	echo "== $f"
	srs-clean -q --on-error fail --duplicates keep -o out "$f" 2>err ||
	    status=$?
	echo "fail $status $(cat err)"
	[ $status -eq 0 ] || [ ! -e out ] || echo "an output is there"
	rm -f out
	status=0
	srs-clean -q --rejects bad --duplicates keep -o out "$f" 2>err ||
	    status=$?
	echo "skip $status $(cat err)"
	if [ $status -eq 0 ]; then
		echo "  $(($(wc -l <out) - 1)) rows"
		sed '1d; s/.*	/  /' bad
	elif [ -e out ] || [ -e bad ]; then
		echo "an output is there"
	fi
	rm -f out bad
	status=0
	srs-split -q --method leave-last --train out --test bad "$f" 2>err ||
	    status=$?
	echo "split $status $(cat err)"
	[ $status -eq 0 ] || ! [ -e out -o -e bad ] || echo "an output is there"
	rm -f out bad err
}

tries() {
	local f

	for f in "$testdata"/bad-*.*sv* "$testdata"/bad-*.jsonl; do
		cp "$f" "${f##*/}"
		try "${f##*/}"
		rm "${f##*/}"
	done | cat -v
}

@test "each file of testdata has its message" {
	tries >said
	diff "$testdata/bad-files.txt" said
	[ "$(grep -c '^==' said)" -ge 35 ]
	run -1 grep 'an output is there' said
}

@test "a directory, and a file that is not there" {
	mkdir d
	for tool in srs-clean 'srs-split --method random --test te --train tr'; do
		refuses 1 "cannot read 'd': it is a directory" $tool -q d
		refuses 1 "cannot open 'none': No such file or directory" \
		    $tool -q none
	done
	[ "$(ls)" = d ]
}

@test "records that are too long: at the first, at a later one, compressed" {
	long() {
		printf 'user_id,item_id,rating\nu1,i1,5\n'
		printf '%s' "$1"
		head -c 17000000 /dev/zero | tr '\0' a
		printf '%s\nu2,i1,3\n' "$1"
	}
	long '' >a.csv
	long '"' >b.csv
	gzip -1 -c b.csv >c.csv.gz
	for f in a.csv b.csv c.csv.gz; do
		refuses 1 "$f:3: a row of more than 16777216 bytes" \
		    srs-clean -q --on-error fail -o out $f
		refuses 1 "$f:3: a row of more than 16777216 bytes" \
		    srs-split -q --method random --train out --test te $f
		[ ! -e out ] && [ ! -e te ]
		srs-clean -q --rejects bad -o out $f
		[ "$(sed 1d out)" = 'u1	i1	5
u2	i1	3' ]
		run -0 cut -f 4 bad
		[ "${lines[1]}" = \
		    "$f:3: a row of more than 16777216 bytes" ]
		rm out bad
	done
}
