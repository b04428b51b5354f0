# srs-knn-train: what is known of users and items besides interactions.

load lib

# Two kinds of users, one without a kind, one that had nothing.
shop() {
	printf '%s\t%s\n' user_id:token kind:token a1 a a2 a a3 a b1 b b2 b \
	    none '' idle c >users.tsv
	printf '%s\t%s\n' a1 x a1 y a2 x a2 y a3 x b1 z b1 x b2 z none w \
	    new y >log.tsv
}

segments() {	# segments [OPTION...]: a model of shop()
	srs-knn-train --method popular --user-features users.tsv \
	    --segment kind "$@" -o seg.st log.tsv
}

@test "popular in a segment: shares, drawn to those of all" {
	shop
	run -0 --separate-stderr segments --shrink 2
	[[ $stderr == *"popular: 3 segments; 2 users have none"* ]]
	# N (n_gi + K n_i / N) / (N_g + K), with N = 10 and K = 2
	awk 'BEGIN { FS = OFS = "\t" }
	    FNR == NR { seg[$1] = $2; next }
	    { n[$2]++; N++; g = seg[$1]; c[g, $2]++; s[g]++ }
	    END { split("a1 b2 none idle new stranger", who, " ")
		for (u = 1; u in who; u++) for (i in n) {
		    g = seg[who[u]]; x = n[i]
		    if (g != "" && s[g])
			x = N * (c[g, i] + 2 * n[i] / N) / (s[g] + 2)
		    print who[u], i, x } }' \
	    users.tsv log.tsv | sort >want
	cut -f 1,2 want >pairs.tsv
	run -0 --separate-stderr srs-score -m seg.st pairs.tsv
	[[ $stderr == *"12 of 24 rows have a user without a segment"* ]]
	[[ $stderr == *"4 of 24 rows have a user or item that"* ]]
	join -t '	' -j 1 <(sed 's/\t/ /' want) \
	    <(sed 's/\t/ /' <<<"$output") | awk -F '\t' '
	    ($2 - $3) ^ 2 > 1e-10 { print; bad = 1 }
	    END { exit bad || NR != 24 }'
	# lists are the same numbers, and say who had no segment
	printf 'user_id:token\nb2\na1\nstranger\n' >who.tsv
	run -0 --separate-stderr srs-topk -H -m seg.st --users who.tsv -k 1
	[[ $stderr == *"1 users have no segment in the model"* ]]
	[ "$(cut -f 1,2 <<<"$output" | xargs)" = "b2 z a1 x stranger x" ]
}

@test "segments: one of them is no segments; threads do not matter" {
	shop
	sed 's/\t[abc]*$/\tsame/; 1s/.*/user_id:token\tkind:token/' users.tsv \
	    >one.tsv
	printf 'new\tsame\n' >>one.tsv
	srs-knn-train -q --method popular -o all.st log.tsv
	srs-knn-train -q --method popular --user-features one.tsv \
	    --segment kind -o seg.st log.tsv
	cmp <(srs-score -q -m all.st log.tsv) <(srs-score -q -m seg.st log.tsv)
	segments -q
	same_for_threads seg.st segments -q
	same_for_threads lists.tsv srs-topk -q -m seg.st -i log.tsv -k 3 \
	    -o lists.tsv
	srs-info seg.st >/dev/null
}

@test "segments: what does not go together, and columns that are none" {
	shop
	refuses 2 "--segment and --user-features go together" \
	    srs-knn-train --method popular --segment kind log.tsv
	refuses 2 "--segment is not for --method ease" \
	    srs-knn-train --segment kind --user-features users.tsv log.tsv
	refuses 2 "--shrink is for --segment" \
	    srs-knn-train --method popular --shrink 3 log.tsv
	refuses 1 "users.tsv: no column is called 'age'" \
	    srs-knn-train --method popular --segment age \
	    --user-features users.tsv log.tsv
	printf '%s\t%s\n' user_id:token age:float a1 3 >ages.tsv
	refuses 1 "ages.tsv: column 'age' is not of type token: a segment is \
one word for each user" srs-knn-train --method popular --segment age \
	    --user-features ages.tsv log.tsv
	segments -q
	sed 's/"shrink":"100"/"shrink":"-10"/' seg.st >bad.st
	refuses 1 "bad.st" srs-topk -m bad.st
}
