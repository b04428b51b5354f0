# srs-topk --approximate.

load lib

# A model of 4,000 items and 200 users.
model() {
	awk 'BEGIN { for (u = 0; u < 200; u++) for (i = 0; i < 4000; i++)
		if ((u * 7 + i * 13 + int(u * i / 40)) % 1009 < 12 + i % 7 * 4)
			printf "u%d\ti%d\n", u, i }' >train.tsv
	srs-mf-train -q -f 16 -e 2 -o ials.st train.tsv
}

# finds LEAST OPTION...: at least this part of the exact lists, which a sum in
# another order may change where scores are nearly equal.
finds() {
	local least=$1
	shift
	run -0 --separate-stderr srs-topk --approximate int8 \
	    --recall-check 5000 -o near.tsv "$@"
	[[ $stderr =~ "recall@"[0-9]+" of "[0-9]+" "(users|items)": "([0-9.]+) ]]
	at_least "${BASH_REMATCH[2]}" "$least"
}

@test "--approximate int8: the exact lists, with all that is left out of them" {
	model
	finds 0.999 -m ials.st -i train.tsv -k 30
	srs-topk -q -m ials.st -i train.tsv -k 30 -o exact.tsv
	[ "$(wc -l <near.tsv)" -eq 6001 ]
	[ "$(cut -f1,4 near.tsv)" = "$(cut -f1,4 exact.tsv)" ]
	awk 'NR % 3 == 0 { print $2 }' train.tsv | sort -u | head -n 900 >out
	awk 'NR % 5 == 0 { print $2 "\t" $1 }' train.tsv | sort -u |
	    sed '1iitem_id:token\tuser_id:token' >pairs
	awk 'NR % 7 == 0 && !s[$2]++ { print $2 "\t" NR % 10 / 50 }' train.tsv \
	    >boost
	for rule in '--exclude out' '--exclude pairs' '--boost boost' \
	    '--min-score 0.1' '--keep-seen' '--candidates out'; do
		# shellcheck disable=SC2086  # words on purpose
		finds 0.999 -m ials.st -i train.tsv $rule
	done
}

@test "--approximate of related items" {
	model
	# many have the same cosine but for rounding
	finds 0.95 -m ials.st --items
}

@test "--approximate: the same for any number of threads" {
	model
	same_for_threads near.tsv srs-topk -q -m ials.st -i train.tsv \
	    --approximate int8 -o near.tsv
}

@test "--recall-check says what is found" {
	model
	run -0 --separate-stderr srs-topk -m ials.st -i train.tsv \
	    --approximate int8 --recall-check 50
	[[ $stderr == *"srs-topk: recall@10 of 50 users: 1.0000 of what exact search lists"* ]]
	run -0 --separate-stderr srs-topk -m ials.st -i train.tsv \
	    --approximate int8 --recall-check 1000
	[[ $stderr == *"srs-topk: recall@10 of 200 users: 1.0000"* ]]
}

@test "models of ratings, whose items have biases" {
	awk 'BEGIN { for (u = 0; u < 60; u++) for (i = 0; i < 900; i++)
		if ((u * 7 + i * 13) % 11 < 3)
			printf "u%d\ti%d\t%d\n", u, i, 1 + (u * i + i) % 5 }' \
	    >train.tsv
	srs-mf-train -q --method sgd -f 8 -e 5 -o sgd.st train.tsv
	finds 0.99 -m sgd.st -i train.tsv -k 30
}

@test "refused: models without vectors, wrong usage" {
	printf 'u1\ta\nu1\tb\nu2\ta\n' >train.tsv
	srs-knn-train -q --method popular -o popular.st train.tsv
	refuses 1 "popular.st: the model has no vectors: --approximate is for models of factors" \
	    srs-topk -m popular.st -i train.tsv --approximate int8
	refuses 2 "--recall-check is for --approximate" \
	    srs-topk -m popular.st -i train.tsv --recall-check 5
	refuses 2 "int8" srs-topk -m popular.st --approximate int9
}
