# srs-topk --fallback: lists for users whom the model does not know.

load lib

# 115 users, 58 items; one model lacks u3 and u5, users are of two kinds.
models() {
	awk 'BEGIN { for (u = 0; u < 120; u++) for (i = 0; i < 60; i++)
		if ((u * 7 + i * 13 + int(u * i / 4)) % 11 < 3)
			printf "u%d\ti%d\t%d\n", u, i, 1 + (u + i) % 5 }' \
	    >train.tsv
	awk '$1 != "u3" && $1 != "u5"' train.tsv >fewer.tsv
	awk 'BEGIN { print "user_id:token\tkind:token\nghost\teven" }
		!had[$1]++ { print $1 "\t" (substr($1, 2) % 2 ? "odd" : "even") }' \
	    train.tsv >users.tsv
	printf 'u3\nu4\nghost\nnobody\nu6\n' >some.tsv
	srs-mf-train -q --factors 8 --epochs 3 -o ials.st fewer.tsv
	srs-knn-train -q --method popular -o popular.st train.tsv
}

@test "own lists, folded in, and the fallback's, in the order of users" {
	models
	lists() { srs-topk -m ials.st --users some.tsv -k 4 -H "$@"; }
	run -0 --separate-stderr lists --fallback popular.st
	[ "$(cut -f1 <<<"$output" | uniq | paste -sd' ')" = "u3 u4 ghost nobody u6" ]
	[[ $stderr == *"5 lists: 2 of users that the model has, 0 of new ones by their history, 3 by the fallback"* ]]
	grep -e '^u4	' -e '^u6	' <<<"$output" | cmp - <(lists -q)
	# what is popular, in its own scores
	awk '{ n[$2]++ } END { for (i in n) print i "\t" n[i] }' train.tsv |
	    LC_ALL=C sort -k2,2nr -k1,1r | head -4 >best
	grep ^ghost <<<"$output" | cut -f2,3 | cmp - best
	# u3 is folded in when there is a history, and his items are left out
	run -0 --separate-stderr lists --fallback popular.st -i train.tsv
	[[ $stderr == *"5 lists: 2 of users that the model has, 1 of new ones by their history, 2 by the fallback"* ]]
	grep -v -e '^ghost' -e '^nobody' <<<"$output" |
	    cmp - <(lists -q -i train.tsv)
	# without one it is said who gets nothing
	run -0 --separate-stderr lists -i train.tsv
	[[ $stderr == *"2 users are not known to the model: 'ghost', 'nobody'"* ]]
	[[ $stderr == *"3 lists: 2 of users that the model has, 1 of new ones by their history, 0 by the fallback"* ]]
}

@test "the fallback knows what is popular with the users' kind" {
	models
	srs-knn-train -q --method popular --user-features users.tsv \
	    --segment kind -o kinds.st train.tsv
	run -0 --separate-stderr srs-topk -m ials.st --users some.tsv -k 5 -H \
	    --fallback kinds.st
	[[ $stderr == *"1 users have no segment in the model: they are given what is popular with all"* ]]
	for u in u3 ghost nobody; do
		echo $u | srs-topk -q -m kinds.st --users - -k 5 -H >$u
		grep "^$u	" <<<"$output" | cmp - $u
	done
	run -1 cmp <(cut -f2 u3) <(cut -f2 ghost)
}

@test "rules hold for the fallback too; every kind of model; any threads" {
	models
	printf 'i4\ni9\n' >out.tsv
	printf 'i7\ni9\ni11\ni12\n' >cand.tsv
	srs-knn-train -q --method ease -o ease.st fewer.tsv
	for m in ials ease; do
		same_for_threads out.t srs-topk -q -m $m.st -i fewer.tsv \
		    --users some.tsv -k 3 --fallback popular.st -o out.t
		srs-topk -q -m $m.st -i fewer.tsv --users some.tsv -k 3 -H \
		    --fallback popular.st --exclude out.tsv --candidates cand.tsv >$m
		[ "$(grep ^nobody $m | cut -f2 | sort | paste -sd' ')" = "i11 i12 i7" ]
	done
	grep ^nobody ials | cmp - <(grep ^nobody ease)
	awk 'BEGIN { for (u = 3; u < 6; u++) for (i = 0; i < 60; i++)
		print "u" u "\ti" i }' >pairs.tsv
	srs-topk -q -m ials.st --users some.tsv --candidates pairs.tsv -k 4 \
	    --fallback popular.st -H >own
	srs-topk -q -m ials.st --users some.tsv -k 4 --fallback popular.st -H |
	    grep -e ^u3 -e ^u4 | cut -f1,2 | cmp - <(cut -f1,2 own)
	srs-topk -q -m ials.st -m ease.st -i fewer.tsv --users some.tsv -k 3 \
	    --fallback popular.st -H | grep ^nobody >both
	srs-topk -q -m ials.st --users some.tsv -k 3 --fallback popular.st -H |
	    grep ^nobody | cmp - both
}

@test "many users and items: blocks and tiles of both" {
	awk 'BEGIN { for (u = 0; u < 1300; u++) for (i = 0; i < 12; i++)
		print "u" u "\ti" (u * 37 + i * i * 91) % 2500 }' >train.tsv
	awk 'NR % 5' train.tsv >fewer.tsv
	srs-mf-train -q --factors 4 --epochs 1 -o ials.st fewer.tsv
	srs-knn-train -q --method popular -o popular.st train.tsv
	awk 'BEGIN { for (u = 0; u < 1300; u++) {
		print "u" u; if (u % 3 == 0) print "new" u } }' >users.tsv
	same_for_threads out.tsv srs-topk -q -m ials.st --users users.tsv -k 5 \
	    --fallback popular.st -o out.tsv -H
	grep -v ^new out.tsv | cut -f1,2,4 >a
	srs-topk -q -m ials.st -k 5 -H --users users.tsv | cut -f1,2,4 | cmp - a
	[ "$(grep ^new out.tsv | cut -f2-4 | sort -u | wc -l)" -eq 5 ]
	[ "$(grep -c ^new out.tsv)" -eq "$((434 * 5))" ]
}

@test "a fallback with other items, and what is none" {
	models
	grep -v -w i7 train.tsv >some-items.tsv
	printf 'u1\tnew\t1\n' >>some-items.tsv
	srs-knn-train -q --method popular -o other.st some-items.tsv
	run -0 --separate-stderr srs-topk -m ials.st --users some.tsv -k 60 -H \
	    --fallback other.st
	[[ $stderr == *"other.st: 1 of the model's 58 items are not in it"* ]]
	[ "$(grep -c ^nobody <<<"$output")" -eq 57 ]
	srs-knn-train -q --method ease -o ease.st train.tsv
	refuses 1 "ease.st: method 'ease' scores from the users' interactions, and a fallback is for those who have none" \
	    srs-topk -m ials.st --fallback ease.st
	printf 'a\tb\n' >x.tsv
	srs-knn-train -q --method popular -o x.st x.tsv
	refuses 1 "x.st: it has none of the model's 58 items" \
	    srs-topk -m ials.st --fallback x.st
	refuses 1 "no.st" srs-topk -m ials.st --fallback no.st
	refuses 2 "--fallback is for exact lists of users" \
	    srs-topk -m ials.st --fallback popular.st --items
}
