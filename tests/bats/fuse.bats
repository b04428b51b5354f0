# srs-fuse: lists and predictions of several systems made one.

load lib

lists() {
	printf '%s\n' 'u	p	5' 'u	q	3' 'u	r	1' 'v	p	2' >a.tsv
	printf '%s\n' 'w	q	1' 'u	r	30' 'u	p	20' 'u	s	10' >b.tsv
}

# skilled NAME SEED LIFT: lists of 200 users over 40 items; the item that
# user u should get is u % 40.
skilled() {
	awk -v seed="$2" -v lift="$3" 'BEGIN {
		srand(seed)
		for (u = 0; u < 200; u++) for (i = 0; i < 40; i++)
			printf "u%d\ti%d\t%.4f\n", u, i,
			    rand() + rand() + rand() + (i == u % 40 ? lift : 0)
	}' >"$1"
	awk 'BEGIN { for (u = 0; u < 200; u++) printf "u%d\ti%d\n", u, u % 40 }' \
	    >truth.tsv
}

@test "reciprocal rank fusion by hand" {
	lists
	run -0 --separate-stderr srs-fuse -q --method rrf a.tsv b.tsv
	# 1/61 + 1/62, 1/63 + 1/61, 1/62, 1/63; k = 60
	[ "$output" = 'user_id:token	item_id:token	score:float	rank:float
u	p	0.032522473	1
u	r	0.03226646	2
u	q	0.016129032	3
u	s	0.015873017	4
v	p	0.016393442	1
w	q	0.016393442	1' ]
	[ -z "$stderr" ]
	run -0 srs-fuse -q --method rrf --rrf-k 0 -H -k 1 a.tsv b.tsv
	[ "${lines[0]}" = 'u	p	1.5	1' ]
	[ ${#lines[@]} -eq 3 ]
}

@test "what a list lacks is not better than its last" {
	lists
	run -0 srs-fuse -q --method weighted --weights 1,3 -H a.tsv b.tsv
	# q of u: 3/4 + 10 * 3/4; s: 1/4 + 10 * 3/4
	[ "${lines[0]}" = 'u	r	22.75	1' ]
	[ "${lines[1]}" = 'u	p	16.25	2' ]
	[ "${lines[2]}" = 'u	q	8.25	3' ]
	[ "${lines[3]}" = 'u	s	7.75	4' ]
}

@test "weights by name, gzip, typed headers, standard input" {
	lists
	srs-fuse -q --method minmax --weights b=1,a=3 a.tsv b.tsv >want
	{ printf 'score:float\tuser_id:token\titem_id:token\n'
	  awk -F'\t' -v OFS='\t' '{ print $3, $1, $2 }' a.tsv; } | gzip >a.tsv.gz
	srs-fuse -q --method minmax --weights b=1,a=3 a.tsv.gz b.tsv >got
	cmp want got
	srs-fuse -q --method minmax --weights 3,1 - b.tsv <a.tsv >got
	cmp want got
}

@test "the order of rows does not matter to the lists" {
	skilled a.tsv 1 1
	skilled b.tsv 2 1
	srs-fuse -q a.tsv b.tsv | sort >want
	sort -k3 a.tsv >a2.tsv
	tac b.tsv >b2.tsv
	srs-fuse -q a2.tsv b2.tsv | sort >got
	cmp want got
}

@test "fitted weights: better than each, the random system is ignored" {
	skilled a.valid.tsv 1 1
	skilled b.valid.tsv 2 1
	skilled c.valid.tsv 3 0
	run -0 --separate-stderr srs-fuse --method zscore --fit truth.tsv \
	    --save fusion.st a.valid.tsv b.valid.tsv c.valid.tsv -o /dev/null
	echo "$stderr"
	[ -z "$output" ]
	[[ $stderr == *"srs-fuse: a.valid: ndcg@10 0."*", weight 0."* ]]
	at_most "$(sed -n 's/.*c.valid: .* weight //p' <<<"$stderr")" 0.1
	best=$(sed -n 's/.*[ab].valid: ndcg@10 \([0-9.]*\),.*/\1/p' \
	    <<<"$stderr" | sort | tail -n 1)
	fusion=$(sed -n 's/.*fusion: ndcg@10 \([0-9.]*\) .*/\1/p' <<<"$stderr")
	at_least "$fusion" "$(awk -v x="$best" 'BEGIN { print x + 0.05 }')"
	srs-info --tsv fusion.st >info
	grep -qx 'metadata.srs.kind.value	fusion' info
	grep -qx 'metadata.srs.method.value	zscore' info
	grep -qx 'systems	3' info
	grep -q '^system.a.valid.weight	0\.' info
	grep -q '^system.c.valid.ndcg@10	0\.' info
	[ "$(srs-info --ids system_names fusion.st)" = 'a.valid
b.valid
c.valid' ]
}

@test "a saved fusion is used by the order of the operands" {
	skilled a.valid.tsv 1 1
	skilled b.valid.tsv 2 0.5
	srs-fuse -q --method rrf --rrf-k 10 --fit truth.tsv --save fusion.st \
	    a.valid.tsv b.valid.tsv -o fitted.tsv
	mv a.valid.tsv a.test.tsv
	mv b.valid.tsv b.test.tsv
	run -0 --separate-stderr srs-fuse --load fusion.st a.test.tsv \
	    b.test.tsv -o loaded.tsv
	[[ $stderr == *"srs-fuse: a.test takes the weight of a.valid, 0."* ]]
	cmp fitted.tsv loaded.tsv
	refuses 1 'fusion.st: made for 2 systems (a.valid, b.valid), not 1' \
	    srs-fuse --load fusion.st a.test.tsv
	refuses 1 'fusion.st: made for 2 systems (a.valid, b.valid), not 3' \
	    srs-fuse --load fusion.st a.test.tsv b.test.tsv b.test.tsv
	refuses 1 'fusion.st: a fusion of lists, not of ratings' \
	    srs-fuse --ratings --load fusion.st a.test.tsv b.test.tsv
	head -c 200 fusion.st >cut.st
	refuses 1 'cut.st' srs-fuse --load cut.st a.test.tsv b.test.tsv
	refuses 1 'a.test.tsv' srs-fuse --load a.test.tsv a.test.tsv b.test.tsv
}

@test "the same bytes with one thread and with two" {
	skilled a.tsv 1 1
	skilled b.tsv 2 1
	fit() {
		srs-fuse -q --method minmax --fit truth.tsv --save f.st \
		    a.tsv b.tsv -o out.tsv "$@"
	}
	same_for_threads f.st fit
	same_for_threads out.tsv fit
}

@test "titles" {
	lists
	printf 'item_id:token\ttitle:token_seq\np\tA pen\nr\tA ruler\n' >t.tsv
	run -0 --separate-stderr srs-fuse --method rrf -k 2 --titles t.tsv a.tsv b.tsv
	[ "${lines[0]}" = 'user_id:token	item_id:token	score:float	rank:float	title:token_seq' ]
	[ "${lines[1]}" = 'u	p	0.032522473	1	A pen' ]
	[ "${lines[4]}" = 'w	q	0.016393442	1	' ]
	[[ $stderr == *'t.tsv: no title for 2 of 4 items'* ]]
}

@test "rows that repeat others count once" {
	lists
	srs-fuse -q a.tsv b.tsv >want
	cat b.tsv b.tsv >b2.tsv
	run -0 --separate-stderr srs-fuse -o got a.tsv b2.tsv
	cmp want got
	[[ $stderr == *'b2.tsv: 4 rows repeat others: counted once'* ]]
}

@test "bad lists" {
	lists
	printf 'u\tp\t1\nu\tp\t2\n' >twice.tsv
	refuses 1 "user 'u' has item 'p' twice, with scores that differ" \
	    srs-fuse a.tsv twice.tsv
	printf 'u\tp\tnan\n' >nan.tsv
	refuses 1 "nan.tsv:1: 3: 'nan' is not a number" srs-fuse a.tsv nan.tsv
	: >empty.tsv
	refuses 1 'empty.tsv: no rows' srs-fuse a.tsv empty.tsv
	printf 'u\t\t1\n' >noitem.tsv
	refuses 1 'noitem.tsv:1: item_id: an empty id' srs-fuse a.tsv noitem.tsv
	printf 'u\tp\n' >two.tsv
	refuses 1 'user, item and score are needed' srs-fuse a.tsv two.tsv
	printf 'x\tp\n' >t.tsv
	refuses 1 'fewer than two users have both lists and truth' \
	    srs-fuse --fit t.tsv a.tsv b.tsv
	echo old >out.tsv
	refuses 1 'twice' srs-fuse -o out.tsv --save f.st a.tsv twice.tsv
	[ "$(cat out.tsv)" = old ]
	[ ! -e f.st ]
}

@test "wrong usage" {
	lists
	refuses 2 'no --method, --weights or --fit' \
	    srs-fuse --load f.st --method rrf a.tsv
	refuses 2 '--weights and --fit do not go together' \
	    srs-fuse --weights 1,1 --fit t a.tsv b.tsv
	refuses 2 '--ratings goes with --method weighted, boost or fwls' \
	    srs-fuse --ratings --method zscore a.tsv
	refuses 2 'standard input can be read only once' srs-fuse - -
	refuses 2 '--rrf-k is not for --method zscore' \
	    srs-fuse --rrf-k 3 a.tsv
	refuses 2 'go with --fit' srs-fuse --metric mrr a.tsv b.tsv
	refuses 1 "metric" srs-fuse --metric nosuch@10 --fit a.tsv a.tsv b.tsv
	refuses 1 'not one metric' \
	    srs-fuse --metric coverage@10 --fit a.tsv a.tsv b.tsv
	refuses 1 "--weights: none for 'b'" srs-fuse --weights 1 a.tsv b.tsv
	refuses 2 "unknown" srs-fuse --method zscores a.tsv
}

# Predictions of 60 users' ratings: truth + noise, two systems and a random one.
ratings() {		# ratings SUFFIX SEED
	awk -v suffix="$1" -v seed="$2" 'BEGIN {
		srand(seed)
		for (u = 0; u < 60; u++) for (i = 0; i < 20; i++) {
			r = 1 + int(5 * rand())
			row = "u" u "\ti" i "\t" r "\t"
			print row (r + 2 * rand() - 1) >("a." suffix)
			print row (0.5 * r + 2 * rand()) >("b." suffix)
			print row (5 * rand()) >("c." suffix)
		}
	}'
}

@test "ratings: the blend is better than each, on other data too" {
	ratings valid 1
	ratings test 2
	run -0 --separate-stderr srs-fuse --ratings --method weighted \
	    --fit a.valid --save blend.st a.valid b.valid c.valid -o /dev/null
	echo "$stderr"
	[[ $stderr == *"fusion: rmse "* ]]
	srs-fuse -q --load blend.st a.test b.test c.test -o blend.tsv
	[ "$(head -n 1 blend.tsv)" = 'user_id:token	item_id:token	rating:float	score:float' ]
	[ "$(cut -f 1-3 blend.tsv | sed 1d)" = "$(cut -f 1-3 a.test)" ]
	srs-eval -q --ratings --metrics rmse --tsv a.test b.test c.test \
	    blend.tsv | cut -f 2 | sed 1d >rmse
	[ "$(sort -n rmse | head -n 1)" = "$(tail -n 1 rmse)" ]
	at_most "$(tail -n 1 rmse)" \
	    "$(sort -n rmse | sed -n 2p | awk '{ print 0.97 * $1 }')"
	# rows of the others in another order
	tac b.test >b2.test
	srs-fuse -q --load blend.st a.test b2.test c.test | cmp - blend.tsv
}

# A system that is right about low ratings, and one about high ones: no weights
# make that of them.
@test "ratings: boosted trees see where each is right" {
	for part in valid test; do
		awk -v suffix=$part -v seed=${#part} 'BEGIN {
			srand(seed)
			for (u = 0; u < 80; u++) for (i = 0; i < 40; i++) {
				r = 1 + 4 * rand()
				row = "u" u "\ti" i "\t" r "\t"
				print row (r < 3 ? r : 3 + 2 * rand()) \
				    >("a." suffix)
				print row (r > 3 ? r : 1 + 2 * rand()) \
				    >("b." suffix)
			}
		}'
	done
	fit() {
		srs-fuse --ratings --method boost --fit a.valid --save f.st \
		    a.valid b.valid -o out "$@"
	}
	fit 2>said
	cat said
	same_for_threads f.st fit
	srs-fuse -q --load f.st a.test b.test -o boost
	srs-fuse -q --ratings --fit a.valid --save w.st a.valid b.valid \
	    -o weighted.valid
	srs-fuse -q --load w.st a.test b.test -o weighted
	srs-eval -q --ratings --metrics rmse --tsv a.test b.test weighted \
	    boost | sed 1d | cut -f 2 >rmse
	cat rmse
	at_most "$(sed -n 4p rmse)" "$(awk 'NR == 3 { print 0.9 * $1 }' rmse)"
	# what cross-validation said of it
	said=$(sed -n 's/.*fusion: rmse \([0-9.]*\) .*/\1/p' said)
	at_most "$(sed -n 4p rmse)" "$(awk -v x="$said" 'BEGIN { print 1.1 * x }')"
	refuses 2 '--method boost is for --ratings' \
	    srs-fuse --method boost --fit a.valid a.valid b.valid
	refuses 2 '--method boost learns: it needs --fit' \
	    srs-fuse --ratings --method boost a.valid b.valid
}

# Two systems with noise of their own: weights are all there is to learn.
@test "ratings: boosting is never worse than weights" {
	awk 'BEGIN {
		srand(3)
		for (u = 0; u < 40; u++) for (i = 0; i < 15; i++) {
			r = 0
			for (k = 0; k < 8; k++) r += rand()
			row = "u" u "\ti" i "\t" r "\t"
			print row (r + rand() - rand()) >"a"
			print row (r + rand() - rand()) >"b"
		}
	}'
	srs-fuse -q --ratings --fit a a b -o want
	run -0 --separate-stderr srs-fuse --ratings --method boost --fit a \
	    --save f.st -o got a b
	echo "$stderr"
	[[ $stderr == *'0 trees: with any it is not better'* ]]
	[[ $stderr == *"+- 0."*" (95 %) beside "[ab]", the best of them: p "* ]]
	cmp want got
	srs-fuse -q --load f.st a b | cmp - want
}

# One system is right about half of the users, one about the other half.
@test "ratings: weights by what is known of users and items" {
	awk 'BEGIN {
		srand(5)
		print "user_id:token\tkind:token" >"users"
		for (u = 0; u < 60; u++) {
			print "u" u "\t" (u % 2 ? "x" : "y") >"users"
			for (i = 0; i < 20; i++) {
				r = 1 + 4 * rand()
				good = r + 0.4 * rand() - 0.2
				bad = r + 3 * rand() - 1.5
				row = "u" u "\ti" i "\t" r "\t"
				print row (u % 2 ? good : bad) >"a"
				print row (u % 2 ? bad : good) >"b"
				if (i < u % 7) print "u" u "\ti" i >"had"
			}
		}
	}'
	rmse() {
		sed -n 's/.*fusion: rmse \([0-9.]*\) .*/\1/p' "$1"
	}
	fit() {
		srs-fuse --ratings --method fwls --user-features users -i had \
		    --fit a --save f.st -o out "$@" a b 2>said
	}
	same_for_threads f.st fit
	srs-fuse --ratings --fit a -o /dev/null a b 2>plain
	cat said plain
	at_most "$(rmse said)" "$(awk -v x="$(rmse plain)" \
	    'BEGIN { print 0.6 * x }')"
	srs-fuse -q --load f.st --user-features users -i had a b | cmp - out
	refuses 1 "the fusion takes 'history': give interactions with -i" \
	    srs-fuse --load f.st --user-features users a b
	refuses 2 '--method weighted knows nothing of users and items' \
	    srs-fuse --ratings --user-features users --fit a a b
	refuses 2 '--normalize and --over are for lists' srs-fuse --ratings \
	    --method fwls --normalize rank --fit a a b
	# without any table it knows how much they differ
	srs-fuse --ratings --method fwls --fit a --save f.st -o out a b
	srs-fuse -q --load f.st a b | cmp - out
}

@test "ratings: refusals" {
	printf 'u\ti\t3\t3.5\nu\tj\t2\t2.5\n' >a.tsv
	printf 'u\ti\t3\t3.5\n' >b.tsv
	refuses 1 "b.tsv: nothing for user 'u' and item 'j' of the first file" \
	    srs-fuse --ratings a.tsv b.tsv
	refuses 1 'a.tsv:2: the first file does not have this user and item' \
	    srs-fuse --ratings b.tsv a.tsv
	printf 'u\ti\t3\t\nu\tj\t2\t1\n' >c.tsv
	refuses 1 'c.tsv:1: 4: is empty: every pair needs a prediction' \
	    srs-fuse --ratings a.tsv c.tsv
	refuses 1 'fewer than two users have both predictions and ratings' \
	    srs-fuse --ratings --fit a.tsv a.tsv a.tsv
	refuses 2 'no --metric' srs-fuse --ratings --metric mrr a.tsv
	refuses 2 'are for lists' srs-fuse --ratings -k 3 a.tsv
}

# Weights are learned on a part of the training data that the models have not
# seen, never on the test.
@test "ml-100k u1: sgd, item neighbours and a network, blended" {
	need_speed
	need_data ml-100k
	u1=$data/ml-100k/u1
	srs-split -q --method random --test-size 0.1 --train train.tsv \
	    --test valid.tsv "$u1.train.tsv.gz"
	srs-mf-train -q --method sgd -o sgd.st train.tsv
	srs-knn-train -q --method item --feedback ratings -o knn.st train.tsv
	srs-nn-train -q --method deepcf --epochs 15 -o mlp.st \
	    train.tsv
	for m in sgd knn mlp; do
		srs-score -q -m $m.st -o $m.valid.tsv valid.tsv
		srs-score -q -m $m.st -o $m.test.tsv "$u1.test.tsv.gz"
	done
	srs-fuse --ratings --method weighted --fit valid.tsv --save blend.st \
	    {sgd,knn,mlp}.valid.tsv -o /dev/null
	srs-fuse -q --load blend.st {sgd,knn,mlp}.test.tsv -o blend.tsv
	srs-eval -q --ratings --metrics rmse --tsv {sgd,knn,mlp}.test.tsv \
	    blend.tsv | sed 1d | cut -f 2 >rmse
	cat rmse
	[ "$(sort -n rmse | sed q)" = "$(tail -n 1 rmse)" ]
	at_most "$(tail -n 1 rmse)" 0.93
}
