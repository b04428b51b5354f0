# srs-topk --rerank and --per: lists in another order than that of scores.

load lib

# a was had by 4 users, b and c by 2, d by 1: the scores of `popular`; u4 had
# a only.
small() {
	printf 'u1\ta\nu1\tb\nu2\ta\nu2\tc\nu3\ta\nu3\tb\nu3\tc\nu3\td\nu4\ta\n' \
	    >train.tsv
	srs-knn-train -q --method popular -o popular.st train.tsv
	printf '%s\n' 'item_id:token	kind:token	price:float' \
	    'a	y	1' 'b	x	1' 'c	x	1' 'd	y	1' >items.tsv
	echo u4 >users.tsv
}

# 300 users, 80 items of 8 brands and a few words, factors.
larger() {
	awk 'BEGIN { srand(4); for (u = 0; u < 300; u++)
		for (i = 0; i < 80; i++)
			if (rand() < (u % 4 == i % 4 ? 0.4 : 0.1))
				printf "u%d\ti%d\n", u, i }' >train.tsv
	awk 'BEGIN { print "item_id:token\tbrand:token\twords:token_seq"
		for (i = 0; i < 80; i++) printf "i%d\tb%d\tw%d w%d\n", i,
			i % 8, i % 5, 5 + i % 3 }' >items.tsv
	srs-mf-train -q --method ials --factors 16 -o ials.st train.tsv
}

topk() { # of u4, the options
	srs-topk -q -m popular.st -i train.tsv --users users.tsv -H "$@"
}

# Rows in the order of scores (and, of equal ones, ids) are rows by rank.
in_order() {
	LC_ALL=C sort -s -t'	' -k1,1 -k3,3gr -k2,2r "$1" >by-score
	LC_ALL=C sort -s -t'	' -k1,1 -k4,4n "$1" | cmp - by-score
}

@test "mmr by hand: another kind comes second, and scores fall" {
	small
	run -0 topk
	[ "$output" = "$(printf 'u4\tc\t2\t1\nu4\tb\t2\t2\nu4\td\t1\t3')" ]
	# 0.3 of c; then b has 0.3 - 0.7, d has 0.  Scores of the list are 2,
	# 2, 1; of c and d with 2 each, d would come first.
	run -0 topk --item-table items.tsv --rerank mmr=kind:0.3
	[ "$output" = "$(printf 'u4\tc\t2\t1\nu4\td\t1.9999999\t2\nu4\tb\t1\t3')" ]
	topk --item-table items.tsv --rerank mmr=kind:0.3 >rows
	in_order rows
}

@test "calibrate by hand: of the kind that the user has had" {
	small
	run -0 topk --item-table items.tsv --rerank calibrate=kind:0.9
	[ "$output" = "$(printf 'u4\td\t2\t1\nu4\tc\t2\t2\nu4\tb\t1\t3')" ]
}

@test "discount by hand: the least popular first" {
	small
	run -0 topk --rerank discount:5
	[ "$output" = "$(printf 'u4\td\t2\t1\nu4\tc\t2\t2\nu4\tb\t1\t3')" ]
}

@test "--per: at most N of a kind; other kinds come in from behind" {
	small
	run -0 --separate-stderr topk --item-table items.tsv --per kind=1 -k 2
	[ "$output" = "$(printf 'u4\tc\t2\t1\nu4\td\t1\t2')" ]
	run -0 --separate-stderr srs-topk -m popular.st -i train.tsv \
	    --users users.tsv --item-table items.tsv --per kind=1 -H
	[ "$output" = "$(printf 'u4\tc\t2\t1\nu4\td\t1\t2')" ]
	[[ $stderr == *"srs-topk: 1 lists have less than 10 items: --per allows no more of what can be listed"* ]]
}

@test "--per with a pool that is too small: it grows, lists are full" {
	larger
	srs-topk -q -m ials.st --item-table items.tsv --per brand=1 -k 8 \
	    --pool 8 -H -o few.tsv
	srs-topk -q -m ials.st --item-table items.tsv --per brand=1 -k 8 \
	    --pool 80 -H -o all.tsv
	# scores may differ in a last digit: products of other sizes
	cmp <(cut -f1,2,4 few.tsv) <(cut -f1,2,4 all.tsv)
	[ "$(wc -l <few.tsv)" -eq 2400 ]
	awk -F'\t' '{ b = substr($2, 2) % 8; if (n[$1, b]++) exit 1 }' few.tsv
}

@test "the same for any threads, in the order of scores, for each method" {
	larger
	srs-topk -q -m ials.st -i train.tsv -H -o plain.tsv
	for how in mmr dpp calibrate=words discount noise explore mmr=brand:0.3 \
	    dpp=words:0.5 "dpp --rerank explore:0.3 --per brand=2"; do
		same_for_threads out.tsv srs-topk -q -m ials.st -i train.tsv \
		    --item-table items.tsv --where brand!=none -H \
		    --rerank $how -o out.tsv
		in_order out.tsv
		[ "$(wc -l <out.tsv)" -eq 3000 ]
		run -1 cmp -s plain.tsv out.tsv
	done
}

@test "only scores count: nothing changes, not a byte" {
	larger
	srs-topk -q -m ials.st -i train.tsv -o plain.tsv
	for how in mmr:1 dpp:1 calibrate=brand:0 discount:0 noise:0 explore:0 \
	    mmr=brand:1; do
		srs-topk -q -m ials.st -i train.tsv --item-table items.tsv \
		    --where brand!=none --rerank $how -o out.tsv
		cmp plain.tsv out.tsv
	done
}

@test "noise and explore: by the seed, whoever else is served" {
	larger
	echo u17 >users.tsv
	for how in noise:0.3 explore:0.5; do
		srs-topk -q -m ials.st -i train.tsv -H --rerank $how -o all.tsv
		srs-topk -q -m ials.st -i train.tsv -H --rerank $how \
		    --users users.tsv -o one.tsv
		grep '^u17	' all.tsv | cut -f2,4 >of-all
		cut -f2,4 one.tsv | cmp - of-all
		srs-topk -q -m ials.st -i train.tsv -H --rerank $how -s 2 \
		    -o other.tsv
		run -1 cmp -s all.tsv other.tsv
	done
}

@test "--vectors: those of another model; items without one are counted" {
	larger
	srs-knn-train -q --method ease -o ease.st train.tsv
	refuses 1 "srs-topk: ease.st: no vectors of items for mmr: give them with --vectors, or a column: mmr=COLUMN" \
	    srs-topk -m ease.st -i train.tsv --rerank mmr
	srs-topk -q -m ials.st -i train.tsv --rerank mmr:0.4 -o own.tsv
	srs-topk -q -m ials.st -i train.tsv --rerank mmr:0.4 \
	    --vectors ials.st -o same.tsv
	cmp own.tsv same.tsv
	grep -v 'i7$' train.tsv >without.tsv
	srs-mf-train -q --method ials --factors 16 -o less.st without.tsv
	run -0 --separate-stderr srs-topk -m ease.st -i train.tsv \
	    --rerank mmr:0.4 --vectors less.st
	[[ $stderr == *"srs-topk: less.st: no vector for 1 of the model's items"* ]]
	refuses 1 "srs-topk: items.tsv: a table: its columns are for --item-table" \
	    srs-topk -m ease.st -i train.tsv --rerank mmr --vectors items.tsv
	printf 'p\tq\nr\ts\n' >strange.tsv
	srs-mf-train -q --method ials --factors 2 -o strange.st strange.tsv
	refuses 1 "srs-topk: strange.st: it has none of the model's 80 items" \
	    srs-topk -m ease.st -i train.tsv --rerank mmr --vectors strange.st
}

@test "calibrate: users without a history of known kinds are counted" {
	small
	printf 'item_id:token\tkind:token\nb\tx\nc\tx\nd\ty\n' >items.tsv
	run -0 --separate-stderr srs-topk -m popular.st -i train.tsv \
	    --item-table items.tsv --rerank calibrate=kind -H
	[[ $stderr == *"srs-topk: 1 users have no history to calibrate to: that leaves their lists as they are"* ]]
}

@test "what is refused" {
	small
	mode() { srs-topk -m popular.st -i train.tsv "$@"; }
	refuses 2 "srs-topk: --rerank: unknown 'mrm'; did you mean 'mmr'?" \
	    mode --rerank mrm
	refuses 2 "srs-topk: --rerank: unknown 'zzzzzz'" mode --rerank zzzzzz
	refuses 2 "srs-topk: --rerank: mmr: 'x' is not a number" \
	    mode --rerank mmr:x
	refuses 2 "srs-topk: --rerank: mmr: '' is not a number" \
	    mode --rerank mmr:
	refuses 2 "srs-topk: --rerank: mmr: lambda must be from 0 to 1" \
	    mode --rerank mmr:1.5
	refuses 2 "srs-topk: --rerank: explore: epsilon must be from 0 to 1" \
	    mode --rerank explore:-0.1
	refuses 2 "srs-topk: --rerank: discount takes no column" \
	    mode --rerank discount=kind
	refuses 2 "srs-topk: --rerank: calibrate needs a column: calibrate=COLUMN" \
	    mode --rerank calibrate:0.5
	refuses 2 "srs-topk: --rerank: 'mmr=' names no column" \
	    mode --rerank mmr=:0.5
	refuses 2 "srs-topk: --per: 'kind' is not COLUMN=N, a column and a number from 1" \
	    mode --per kind
	refuses 2 "srs-topk: --per: 'kind=0' is not COLUMN=N, a column and a number from 1" \
	    mode --per kind=0
	refuses 2 "srs-topk: columns in --rerank and --per are those of an --item-table" \
	    mode --per kind=2
	refuses 2 "srs-topk: --pool is for --rerank and --per" mode --pool 100
	refuses 2 "srs-topk: --pool must be at least --top, 10" \
	    mode --rerank noise --pool 9
	refuses 2 "srs-topk: --vectors is for --rerank mmr and dpp without a column" \
	    mode --rerank noise --vectors popular.st
	refuses 2 "srs-topk: --rerank calibrate and discount need interactions (-i)" \
	    srs-topk -m popular.st --rerank discount
	refuses 2 "srs-topk: --rerank calibrate and discount go by what users have had: not with --items" \
	    mode --items --item-table items.tsv --rerank calibrate=kind
	refuses 2 "srs-topk: --similar-users lists no items: there are no rules for them" \
	    mode --similar-users --rerank noise
	refuses 1 "srs-topk: items.tsv: column 'price' has numbers: --rerank and --per are for tokens" \
	    mode --item-table items.tsv --per price=2
	refuses 1 "srs-topk: items.tsv: no column 'colour'" \
	    mode --item-table items.tsv --rerank mmr=colour
}

@test "methods are described where options are" {
	run -0 srs-topk --help
	[[ $output == *"mmr             maximal marginal relevance"* ]]
	[[ $output == *"lambda=0."* ]]
	[[ $(srs-topk --help=mdoc) == *".It Cm explore"* ]]
	grep -q 'mmr dpp calibrate' <(srs-topk --help=bash)
}

@test "re-ranking of what --approximate finds, and of a fallback's lists" {
	awk 'BEGIN { for (u = 0; u < 120; u++) for (i = 0; i < 60; i++)
		if ((u * u * 31 + i * i * 17 + u * i * 7) % 101 < 30)
			printf "u%d\ti%d\n", u, i }' >shop.tsv
	srs-mf-train -q -f 8 -e 3 -o ials.st shop.tsv
	srs-knn-train -q --method popular -o popular.st shop.tsv
	lists() { srs-topk -q -m ials.st -k 5 -H "$@" | cut -f1,2,4; }
	for how in mmr:0.5 dpp:0.5 noise:0.3; do
		lists --rerank $how | sort >exact
		run -1 cmp -s exact <(lists | sort)
		# sums in another order: items that are nearly as good change
		lists --rerank $how --approximate int8 | sort >near
		at_least "$(comm -12 exact near | wc -l)" \
		    $(($(wc -l <exact) * 98 / 100))
	done
	printf 'u4\nghost\nu6\n' >some.tsv
	lists --users some.tsv --rerank mmr:0.5 --fallback popular.st >all
	[ "$(cut -f1 all | uniq | paste -sd' ')" = "u4 ghost u6" ]
	grep -v ghost all | cmp - <(lists --users some.tsv --rerank mmr:0.5)
	[ "$(grep -c ghost all)" -eq 5 ]
}
