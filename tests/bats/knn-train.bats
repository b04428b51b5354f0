# srs-knn-train: neighbourhoods and item-item weights.

load lib

# Those of implicit feedback.
methods="ease sansa slim gfcf bspm rp3beta p3alpha item user vsknn stan vstan markov
rules popular random"

# Four users, three items: the example of test_ease.c.
small() {
	printf '%s\t%s\n' u1 a u1 b u2 a u2 b u3 a u4 c
}

# 60 users, 25 items, ratings that depend on what kind both are of.
ratings() {
	awk 'BEGIN { for (u = 0; u < 60; u++) for (i = 0; i < 25; i++)
		if ((u * 7 + i * 5 + u * i) % 5 < 2)
			printf "u%d\ti%d\t%d\n", u, i, (u + i) % 2 ? 2 : 4 }'
}

@test "ease: weights that were worked out by hand" {
	small | srs-knn-train -q --lambda 1 --dropout 0 -o m.st
	small >h.tsv
	printf 'user_id:token\titem_id:token\n%s\t%s\n%s\t%s\n' \
	    u3 b u3 c >pairs.tsv
	run -0 srs-score -q -m m.st -i h.tsv pairs.tsv
	[ "${lines[1]}" = "u3	b	0.5" ]
	[ "${lines[2]}" = "u3	c	0" ]
	# whoever had the same gets the same
	printf 'new\ta\n' >new.tsv
	printf 'new\tb\n' >pairs.tsv
	run -0 srs-score -q -m m.st -i new.tsv pairs.tsv
	[ "$output" = "new	b	0.5" ]
}

@test "every method says what it did and writes a sound model" {
	ratings >in.tsv
	for method in $methods; do
		run -0 --separate-stderr srs-knn-train --method $method \
		    -o $method.st in.tsv
		[ -z "$output" ]
		[[ $stderr == *"60 users, 25 items, $(wc -l <in.tsv) interactions"* ]]
		[[ $stderr == *"numbers in the model"* ]]
		run -0 srs-info $method.st
		[[ $output == *"srs.method"*"$method"* ]]
	done
	srs-knn-train -q --method ease -z in.tsv | srs-info -
}

@test "the same bytes for any number of threads" {
	ratings >in.tsv
	for method in $methods; do
		same_for_threads $method.st srs-knn-train -q \
		    --method $method -o $method.st in.tsv
		same_for_threads lists.tsv srs-topk -q -m $method.st \
		    -i in.tsv -k 5 --keep-seen -o lists.tsv
	done
	for method in item user; do
		same_for_threads r.st srs-knn-train -q --method $method \
		    --feedback ratings -o r.st in.tsv
		same_for_threads p.tsv srs-score -q -m r.st -o p.tsv in.tsv
	done
	same_for_threads top.st srs-knn-train -q --method ease --top 5 \
	    -o top.st in.tsv
}

@test "rating models predict from their own ratings, or from -i" {
	ratings >in.tsv
	printf 'new\ti1\t4\nnew\ti3\t4\nnew\ti2\t2\nnew\ti4\t2\n' >new.tsv
	printf 'new\ti5\nnew\ti6\nu1\ti2\n' >pairs.tsv
	for method in item user; do
		srs-knn-train -q --method $method --feedback ratings \
		    -o m.st in.tsv
		run -0 srs-score -q -m m.st -i new.tsv pairs.tsv
		awk '{ print $3 }' <<<"$output" | xargs >got
		read -r liked not own <got
		at_least "$liked" 3.1
		at_most "$not" 2.9
		# the history is of nobody else
		run -0 srs-score -q -m m.st pairs.tsv
		[ "$(tail -n 1 <<<"$output")" = "u1	i2	$own" ]
	done
}

@test "weights count as --values says" {
	printf '%s\t%s\t%s\n' user_id:token item_id:token weight:float \
	    u a 7 u b 1 v a 1 >w.tsv
	for values in one:2,1 log:4,1 raw:8,1; do
		srs-knn-train -q --method popular --values ${values%:*} \
		    -o m.st w.tsv
		run -0 srs-topk -q -m m.st -i w.tsv -k 2 --keep-seen
		[ "$(awk '$1 == "v" { print $3 }' <<<"$output" | xargs)" = \
		    "$(tr , ' ' <<<"${values#*:}")" ]
	done
}

@test "markov and rules: what followed the last item" {
	printf '%s\t%s\t1\t%s\n' s a 1 s b 2 s c 3 r a 5 r c 6 t b 1 t a 2 \
	    >log.tsv
	printf '%s\t%s\t1\t%s\n' q b 1 q a 2 >now.tsv
	srs-knn-train -q --method markov -o m.st log.tsv
	run -0 srs-topk -q -H -m m.st -i now.tsv -k 3 --keep-seen
	[ "$(cut -f 2,3 <<<"$output" | head -n 2 | xargs)" = "c 1 b 1" ]
	srs-knn-train -q --method rules --steps 2 -o m.st log.tsv
	run -0 srs-topk -q -H -m m.st -i now.tsv -k 1 --keep-seen
	[ "$output" = "q	c	1.5	1" ]
	# half of what followed b is added: a 0.5, c 0.5
	srs-knn-train -q --method markov --decay 0.5 -o m.st log.tsv
	run -0 srs-topk -q -H -m m.st -i now.tsv -k 1 --keep-seen
	[ "$output" = "q	c	1.5	1" ]
}

@test "--activity: what users with many items count in learning" {
	# a and b by one user of four items, a and c by three users of two
	printf '%s\t%s\n' u a u b u d u e v a v c w a w c x a x c >in.tsv
	printf 'new\ta\n' >new.tsv
	for method in ease sansa slim rp3beta p3alpha; do
		for p in -3 3; do
			srs-knn-train -q --method $method --activity $p \
			    -o m.st in.tsv
			run -0 srs-info m.st
			grep -q "activity *$p\$" <<<"$output"
			srs-topk -q -H -m m.st -i new.tsv -k 1 >list.$p
		done
		[ "$(cut -f 2 list.-3)" = c ]
		[ "$(cut -f 2 list.3)" != c ]
	done
}

@test "popular: of the last days only; random: names and a seed decide" {
	printf '%s\t%s\t1\t%s\n' u a 0 v a 10 w a 20 u b 864000 v b 864001 \
	    >log.tsv
	srs-knn-train -q --method popular --window 2 -o m.st log.tsv
	run -0 srs-topk -q -H -m m.st -i log.tsv -k 1 --keep-seen
	[ "${lines[0]}" = "u	b	2	1" ]
	srs-knn-train -q --method popular -o m.st log.tsv
	run -0 srs-topk -q -H -m m.st -i log.tsv -k 1 --keep-seen
	[ "${lines[0]}" = "u	a	3	1" ]
	cut -f 1,2 log.tsv >untimed.tsv
	refuses 1 "--window needs a column 'timestamp'" \
	    srs-knn-train --method popular --window 2 -o n.st untimed.tsv

	ratings >in.tsv
	srs-knn-train -q --method random -o m.st in.tsv
	srs-score -q -H -m m.st -i in.tsv in.tsv | cut -f 1,2,4 | sort >one
	tac in.tsv | srs-knn-train -q --method random -o m.st -
	srs-score -q -H -m m.st -i in.tsv in.tsv | cut -f 1,2,4 | sort >two
	cmp one two
	srs-knn-train -q --method random -s 2 -o m.st in.tsv
	srs-score -q -H -m m.st -i in.tsv in.tsv | cut -f 1,2,4 | sort >three
	run -1 cmp -s one three
	at_least "$(awk '{ s += $3 } END { print s / NR }' one)" 0.45
	at_most "$(awk '{ s += $3 } END { print s / NR }' one)" 0.55
}

@test "wrong usage" {
	refuses 2 "--method: unknown 'eas'; did you mean 'ease'?" \
	    srs-knn-train --method eas
	refuses 2 "--neighbours is not for --method ease" \
	    srs-knn-train --method ease --neighbours 3
	refuses 2 "--weighting is for --feedback implicit" \
	    srs-knn-train --method item --feedback ratings --weighting none
	refuses 2 "--damping is for --feedback ratings" \
	    srs-knn-train --method item --damping 1
	refuses 2 "--lambda must be from 1e-06" \
	    srs-knn-train --method ease --lambda 0
	refuses 2 "--activity is not for --method item" \
	    srs-knn-train --method item --activity 0.5
	refuses 2 "--activity must be from -10" \
	    srs-knn-train --method ease --activity -11
	refuses 2 "--neighbours must be from 1" \
	    srs-knn-train --method item --neighbours 0
}

@test "every similarity, of what was had and of ratings" {
	ratings >in.tsv
	for s in cosine asymmetric jaccard dice pearson product; do
		for method in item user; do
			srs-knn-train -q --method $method --similarity $s \
			    -o m.st in.tsv
			srs-topk -q -m m.st -i in.tsv -k 5 --keep-seen \
			    -o lists.tsv
			srs-knn-train -q --method $method --similarity $s \
			    --feedback ratings -o m.st in.tsv
			at_most "$(srs-score -q -m m.st in.tsv | srs-eval -q \
			    --ratings --metrics rmse --tsv | sed 1d |
			    cut -f 2)" 1.2
		done
	done
	refuses 2 "--similarity adjusted is for --feedback ratings" \
	    srs-knn-train --method item --similarity adjusted
	refuses 2 "--asymmetry is for --similarity asymmetric" \
	    srs-knn-train --method item --asymmetry 0.3
}

@test "bad data is refused, and no model is left" {
	: >empty.tsv
	refuses 1 "empty.tsv" srs-knn-train -o m.st empty.tsv
	printf 'u\ti\n' >pairs.tsv
	refuses 1 "rating" srs-knn-train --method item --feedback ratings \
	    -o m.st pairs.tsv
	[ ! -e m.st ]
}

# needs WHAT NEED MEMORY INSTEAD OPTION...: refused before any is taken
needs() {
	refuses 1 "srs-knn-train: $1 need $2 of memory, and --memory is $3: \
give more, $4" srs-knn-train --memory "$3" -o m.st "${@:5}"
	[ ! -e m.st ]
}

@test "more than --memory allows is refused, with the figure and what to do" {
	awk 'BEGIN { for (i = 0; i < 3000; i++) for (u = 0; u < 9; u++)
		if (i % (u + 1) == 0) print "u" u "\ti" i "\t" 1 + i % 5 }' \
	    >wide.tsv
	printf 'item_id:token\tkind:token\n' >kinds.tsv
	cut -f 2 wide.tsv | sort -u | sed 's/$/\tx/' >>kinds.tsv
	fewer="keep fewer items or take --method sansa"
	of="of 3000 items"
	needs "the weights $of" 34.33M 32M "$fewer" wide.tsv
	needs "the weights $of" 41.2M 41M "$fewer" --top 100 wide.tsv
	needs "the products $of" 34.33M 32M "$fewer" --method slim wide.tsv
	for method in gfcf bspm; do
		needs "9 factors of 9 users and 3000 items" 211.3K 200K \
		    "take fewer --factors" --method $method wide.tsv
	done
	needs "100 weights of each $of" 4.623M 1M "keep fewer with --top" \
	    --method sansa wide.tsv
	needs "50 neighbours of each $of" 2.289M 1M \
	    "take fewer --neighbours" --method item wide.tsv
	needs "the weights $of" 22.89M 22M "keep fewer with --top" \
	    --method item --feedback ratings wide.tsv
	for method in rp3beta p3alpha; do
		needs "the weights $of" 137.3M 32M "keep fewer with --top" \
		    --method $method --top 0 wide.tsv
	done
	needs "the rules $of" 132.5K 100K "keep fewer with --top" \
	    --method markov wide.tsv
	needs "10 neighbours by features of each $of" 468.8K 100K \
	    "take fewer --content-neighbours" --method user \
	    --item-features kinds.tsv wide.tsv
}

@test "items that nobody had, that all had, or that the same users had" {
	# i0 and i8: all users; i1: nobody; i2 and i3: the same users
	awk 'BEGIN { print "user_id:token\titem_id:token\tweight:float"
	    for (u = 0; u < 30; u++) {
		print "u" u "\ti0\t1\nu" u "\ti1\t0"
		if (u % 3) print "u" u "\ti2\t1\nu" u "\ti3\t1"
		for (i = 4; i < 12; i++) if ((u * 7 + i * 5 + u * i) % 5 < 2)
			print "u" u "\ti" i "\t1" } }' >odd.tsv
	printf 'v\ti2\nv\ti5\n' >new.tsv
	for method in $methods; do
		run -0 --separate-stderr srs-knn-train --method $method \
		    -o m.st odd.tsv
		[[ $stderr == *"1 items that nobody had: all of their weights \
are 0; 2 items that every user had: they tell nobody apart"* ]]
		run -0 srs-topk -q -H -m m.st -i new.tsv -k 12
		[ -n "$output" ]
		run -1 grep -qi -e nan -e inf <<<"$output"
	done
	# without anything added to their lengths, too
	for s in cosine asymmetric jaccard dice pearson product; do
		for w in none tfidf bm25; do for m in item user; do
			srs-knn-train -q --method $m --similarity $s \
			    --weighting $w --shrink 0 -o m.st odd.tsv
			srs-topk -q -H -m m.st -i new.tsv -k 12 -o lists.tsv
			run -1 grep -qi -e nan -e inf lists.tsv
		done; done
	done
	# columns that are equal have equal weights: i2 and i3 for others
	srs-knn-train -q --method ease --lambda 1e-6 -o m.st odd.tsv
	printf 'w\ti4\nw\ti5\n' >w.tsv
	printf 'w\ti2\nw\ti3\n' >pairs.tsv
	srs-score -q -m m.st -i w.tsv pairs.tsv | awk '{ s[NR] = $3 }
	    END { exit (s[1] - s[2]) ^ 2 > 1e-4 }'
}

@test "ratings of an item that are all the same, and of items rated alike" {
	{ ratings; awk 'BEGIN { for (u = 0; u < 60; u++)
		print "u" u "\tsame\t4\nu" u "\tx\t" 1 + u % 5 "\nu" u \
		    "\ty\t" 1 + u % 5 }'; } >in.tsv
	printf 'u1\tsame\nu7\tsame\nu1\tx\nu1\ty\n' >pairs.tsv
	for s in cosine adjusted pearson asymmetric jaccard dice product; do
		for method in item user; do
			srs-knn-train -q --method $method --similarity $s \
			    --feedback ratings --shrink 0 -o m.st in.tsv
			srs-score -q -m m.st pairs.tsv >p.tsv
			awk '{ x[NR] = $3 } !($3 >= 1 && $3 <= 5) { exit 1 }
			    END { exit !(NR == 4 && (x[3] - x[4]) ^ 2 < 1e-6) }
			    ' p.tsv
		done
	done
	# with what ratings are compared by, that is what is predicted
	srs-knn-train -q --method item --feedback ratings -o m.st in.tsv
	srs-score -q -m m.st pairs.tsv | awk 'NR < 3 && ($3 - 4) ^ 2 > 0.25 {
	    exit 1 }'
}

@test "users that were in no training are served from -i, by every method" {
	ratings >in.tsv
	awk -F '\t' '$1 == "u7" { print "new\t" $2 "\t" $3 }' in.tsv >new.tsv
	awk -F '\t' '$1 == "u7"' in.tsv >old.tsv
	for method in $methods; do
		srs-knn-train -q --method $method -o m.st in.tsv
		run -0 --separate-stderr srs-topk -q -H -m m.st -i new.tsv -k 9
		[ -n "$output" ]
		[ "$method" = random ] || [ "$method" = user ] ||
		    diff <(sed 's/new/u7/' <<<"$output") \
		    <(grep -w u7 <(srs-topk -q -H -m m.st -i old.tsv -k 9))
	done
	for method in item user; do
		srs-knn-train -q --method $method --feedback ratings \
		    -o m.st in.tsv
		run -0 srs-topk -q -H -m m.st -i new.tsv -k 9
		grep -qw new <<<"$output"
	done
}

@test "one user, one item, equal ratings, an item of one user" {
	printf 'u\ti\t3\n' >one.tsv
	for method in $methods; do
		srs-knn-train -q --method $method -o m.st one.tsv
		srs-topk -q -m m.st -i one.tsv --keep-seen -o lists.tsv
	done
	printf '%s\t%s\t3\n' u a u b v a v b w a w z >equal.tsv
	for method in item user; do
		run -0 srs-knn-train --method $method --feedback ratings \
		    -o m.st equal.tsv
		[[ $output == *"all ratings are 3: there is nothing to learn \
but that"* ]]
		run -0 srs-score -q -m m.st equal.tsv
		[ "$(cut -f 4 <<<"$output" | sort -u)" = 3 ]
	done
}

@test "a damaged model is refused" {
	ratings >in.tsv
	srs-knn-train -q --method item -o m.st in.tsv
	sed 's/"values":"one"/"values":"two"/; s/srs.digest/old.digest/' m.st >bad.st
	refuses 1 "bad.st: metadata 'values': 'two' is not known" \
	    srs-topk -m bad.st -i in.tsv
	refuses 1 "-i" srs-topk -m m.st
}

# --- real data ---------------------------------------------------------------

# candidates N: the 99 negatives, and the positive, of every N-th user
candidates() {
	gunzip -c "$data/ml-1m-ncf/ml-1m.test.negative.gz" | tr -d '()' |
	    awk -F '[,\t]' -v n="$1" '$1 % n == 0 {
		for (i = 2; i <= NF; i++) print $1 "\t" $i }'
}

# hr_at_10 MODEL: its hit rate among the candidates
hr_at_10() {
	srs-score -q -m "$1" -i "$data/ml-1m-ncf/train.tsv.gz" cand.tsv |
	    srs-eval -q --truth "$data/ml-1m-ncf/test.tsv.gz" \
	    --metrics hr@10 --tsv | sed 1d | cut -f 2
}

@test "ml-1m, 99 negatives: hit rates with defaults" {
	need_data ml-1m-ncf/train.tsv.gz
	need_speed
	for want in ease:1:0.70 item:4:0.64 user:4:0.62; do
		IFS=: read -r method n least <<<$want
		candidates $n >cand.tsv
		srs-knn-train -q --method $method -o m.st \
		    "$data/ml-1m-ncf/train.tsv.gz"
		at_least "$(hr_at_10 m.st)" $least
	done
}

@test "ml-100k u1: errors of predicted ratings with defaults" {
	need_data ml-100k/u1.train.tsv.gz
	for want in item:0.926 user:0.934; do
		srs-knn-train -q --method ${want%:*} --feedback ratings \
		    -o m.st "$data/ml-100k/u1.train.tsv.gz"
		run -0 srs-score -q -m m.st -o p.tsv \
		    "$data/ml-100k/u1.test.tsv.gz"
		at_most "$(srs-eval -q --ratings --metrics rmse --tsv p.tsv |
		    sed 1d | cut -f 2)" ${want#*:}
	done
}
