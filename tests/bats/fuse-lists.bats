# srs-fuse: lists fused while they are read, gaps filled by models, cascades,
# what a score is made of, scales over all scores.

load lib

# many NAME SEED: lists of 300 users over 50 items, sorted by user.
many() {
	awk -v seed="$2" 'BEGIN {
		srand(seed)
		for (u = 0; u < 300; u++) for (i = 0; i < 50; i++)
			if (rand() < 0.4)
				printf "u%03d\ti%d\t%.3f\n", u, i, rand()
	}' >"$1"
}

@test "--sorted says what is said without it" {
	many a.tsv 1
	many b.tsv 2
	many c.tsv 3
	grep -v '^u0[3-5]' b.tsv | gzip >b2.tsv.gz	# without some users
	for m in zscore rrf sum mnz borda condorcet vote team-draft; do
		srs-fuse -q --method $m -k 20 a.tsv b.tsv c.tsv >want
		srs-fuse -q --method $m -k 20 --sorted a.tsv b.tsv c.tsv >got
		cmp want got
	done
	srs-fuse a.tsv b2.tsv.gz c.tsv 2>said | sort >want
	srs-fuse --sorted a.tsv b2.tsv.gz c.tsv 2>said2 | sort >got
	cmp want got
	cmp said said2
	grep -q 'b2.tsv.gz: no list for 30 of 300 users' said2
	same_for_threads out.tsv srs-fuse -q --sorted -o out.tsv a.tsv b.tsv
	# the same users in any other order
	tac a.tsv >ra.tsv
	tac b.tsv >rb.tsv
	srs-fuse -q --sorted ra.tsv rb.tsv | sort >got
	srs-fuse -q a.tsv b.tsv | sort >want
	cmp want got
	# names that are longer than a word
	sed 's/	i/	item-number-/' a.tsv >la.tsv
	sed 's/	i/	item-number-/' b.tsv >lb.tsv
	srs-fuse -q la.tsv lb.tsv >want
	srs-fuse -q --sorted la.tsv lb.tsv >got
	cmp want got
}

@test "--sorted: what it cannot do" {
	many a.tsv 1
	many b.tsv 2
	grep -v '^u100' b.tsv | tac >rb.tsv
	tac a.tsv >ra.tsv
	refuses 1 "--sorted wants the same users in all files, or users sorted" \
	    srs-fuse --sorted ra.tsv rb.tsv
	cat ra.tsv ra.tsv >twice.tsv
	refuses 1 "user 'u299' was there before: with --sorted a user's rows stand together" \
	    srs-fuse --sorted twice.tsv twice.tsv
	printf 'u\tp\t1\nu\tp\t2\n' >twice.tsv
	refuses 1 "twice.tsv: user 'u' has item 'p' twice, with scores that differ" \
	    srs-fuse --sorted twice.tsv twice.tsv
	printf 'u\tp\tnan\n' >nan.tsv
	refuses 1 "nan.tsv:1: 3: 'nan' is not a number" \
	    srs-fuse --sorted nan.tsv nan.tsv
	: >empty.tsv
	refuses 1 'empty.tsv: the table is empty' \
	    srs-fuse --sorted a.tsv empty.tsv
	refuses 2 'then --load with --sorted' \
	    srs-fuse --sorted --fit t.tsv a.tsv b.tsv
	refuses 2 '--over all and --titles look at all rows' \
	    srs-fuse --sorted --over all a.tsv b.tsv
}

@test "--explain: what each system adds" {
	printf '%s\n' 'u	p	5' 'u	q	3' 'u	r	1' >a.tsv
	printf '%s\n' 'u	r	30' 'u	p	20' >b.tsv
	run -0 srs-fuse -q --method sum --normalize none --explain a.tsv b.tsv
	[ "${lines[0]}" = 'user_id:token	item_id:token	score:float	rank:float	parts:token_seq' ]
	[ "${lines[1]}" = 'u	r	31	1	a=1 b=30' ]
	[ "${lines[2]}" = 'u	p	25	2	a=5 b=20' ]
	[ "${lines[3]}" = 'u	q	23	3	a=3 b=20' ]
	run -0 srs-fuse -q --method round-robin -H a.tsv b.tsv
	[ "${lines[1]}" = 'u	r	2	2' ]
	refuses 1 'the scores of method condorcet are no sums of what systems add' \
	    srs-fuse --method condorcet --explain a.tsv b.tsv
	refuses 2 '--explain and --cascade do not go together' \
	    srs-fuse --explain --cascade a:1 a.tsv b.tsv
	refuses 2 '--method team-draft takes no weights' \
	    srs-fuse --method team-draft --weights 1,2 a.tsv b.tsv
	refuses 2 '--vote-top is not for --method zscore' \
	    srs-fuse --vote-top 3 a.tsv b.tsv
	refuses 2 '--normalize is not for --method rrf' \
	    srs-fuse --method rrf --normalize rank a.tsv b.tsv
}

@test "gaps are filled by a model, in a cascade only what is left" {
	many a.tsv 1
	awk -F'\t' -v OFS='\t' '{ print $1, $2 }' a.tsv >train.tsv
	srs-knn-train -q --method popular -o pop.st train.tsv
	head -n 40 a.tsv >b.tsv
	srs-fuse -q --method sum --normalize none --explain -H \
	    --score-missing b=pop.st -i train.tsv a.tsv b.tsv >filled
	# popular's score of every item of the last user
	grep '^u299' filled | sed 's/.*	\(i[0-9]*\)	.* b=/\1	/' |
	    sort >got
	grep '^u299' a.tsv | cut -f 1,2 >pairs
	srs-score -q -m pop.st -H pairs | cut -f 2,3 | sort >want
	cmp want got
	srs-fuse -q --sorted --method sum --normalize none --explain -H \
	    --score-missing b=pop.st -i train.tsv a.tsv b.tsv |
	    cmp - filled
	run -0 srs-fuse -q -H --score-missing b=pop.st -i train.tsv \
	    --cascade a:5,b:3,fused:2 a.tsv b.tsv
	[ ${#lines[@]} -eq 600 ]
	refuses 1 "--score-missing: no system is called 'c'" \
	    srs-fuse --score-missing c=pop.st a.tsv b.tsv
	refuses 1 "--score-missing: 'pop.st' is not SYSTEM=FILE" \
	    srs-fuse --score-missing pop.st a.tsv b.tsv
	refuses 1 "--score-missing: 'b' has two models" srs-fuse \
	    --score-missing b=pop.st --score-missing b=pop.st a.tsv b.tsv
	refuses 1 'none.st' srs-fuse --score-missing b=none.st a.tsv b.tsv
	refuses 2 '--interactions are for --score-missing' \
	    srs-fuse -i train.tsv a.tsv b.tsv
	refuses 1 "--cascade: no system is called 'x'" \
	    srs-fuse --cascade x:3 a.tsv b.tsv
}

@test "scales over all scores are saved with the fusion" {
	many a.tsv 1
	many b.tsv 2
	awk 'BEGIN { for (u = 0; u < 300; u++) printf "u%03d\ti%d\n", u, u % 50 }' >t.tsv
	for scale in zscore minmax sigmoid percentile; do
		srs-fuse -q --method sum --normalize $scale --over all \
		    --save f.st a.tsv b.tsv >want
		srs-fuse -q --load f.st a.tsv b.tsv | cmp - want
		srs-fuse -q --sorted --load f.st a.tsv b.tsv | cmp - want
	done
	srs-fuse -q --method sum --normalize minmax --over all -H a.tsv |
	    sort -k1,1 -k2,2 >got
	sort -k1,1 -k2,2 a.tsv | paste - got | awk 'NR == FNR {
		low = NR == 1 || $3 < low ? $3 : low
		high = NR == 1 || $3 > high ? $3 : high
		next
	} {
		d = $6 - ($3 - low) / (high - low)
		if ($1 != $4 || $2 != $5 || d > 1e-6 || d < -1e-6) exit 1
	}' a.tsv -
	for scale in platt isotonic; do
		srs-fuse -q --method sum --normalize $scale --fit t.tsv \
		    --save f.st a.tsv b.tsv >want
		srs-fuse -q --load f.st a.tsv b.tsv | cmp - want
		refuses 1 "scale '$scale' is learned: it needs --fit" \
		    srs-fuse --method sum --normalize $scale a.tsv b.tsv
	done
	refuses 1 "--over all: scale 'softmax' is one of each list" srs-fuse \
	    --method sum --normalize softmax --over all a.tsv b.tsv
	refuses 2 '--load brings the scale: no --over' \
	    srs-fuse --load f.st --over all a.tsv b.tsv
}
