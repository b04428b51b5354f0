# srs-fuse: methods that learn: weights by regression and by a game, boosted
# trees, the choice among them.

load lib

# Sanitized programs are slow: fewer users, folds and trees will do.
few= users=300 trees=
case $SRS_BUILD in */sanitize)
	few='--folds 2' users=120 trees='--trees 30 --learning-rate 0.2' ;;
esac

# skilled NAME SEED LIFT [NOISE]: lists of users over 40 items; the item that
# user u should get is u % 40.
skilled() {
	awk -v seed="$2" -v lift="$3" -v users=$users 'BEGIN {
		srand(seed)
		for (u = 0; u < users; u++) for (i = 0; i < 40; i++)
			printf "u%d\ti%d\t%.4f\n", u, i,
			    rand() + rand() + rand() + (i == u % 40 ? lift : 0)
	}' >"$1"
	awk -v users=$users 'BEGIN { for (u = 0; u < users; u++)
		printf "u%d\ti%d\n", u, u % 40 }' >truth.tsv
}

# less METHOD: what keeps it from taking long
less() {
	echo "--method $1 $few"
	case $1 in lambdamart | auto) echo "$trees" ;; esac
}

# value_of FILE: the fusion's ndcg@10 in what was said
value_of() {
	sed -n 's/.*fusion: ndcg@10 \([0-9.]*\) .*/\1/p' "$1"
}

@test "each learns more than its best system knows, and is saved" {
	skilled a.tsv 1 1
	skilled b.tsv 2 0.8
	skilled c.tsv 3 0
	for m in nnls ridge logistic simplex hedge lambdamart; do
		echo "$m"
		srs-fuse $(less $m) --fit truth.tsv --save f.st -o want \
		    a.tsv b.tsv c.tsv 2>said
		cat said
		best=$(sed -n 's/.*[ab]: ndcg@10 \([0-9.]*\),.*/\1/p' said |
		    sort | tail -n 1)
		at_least "$(value_of said)" \
		    "$(awk -v x="$best" 'BEGIN { print x + 0.05 }')"
		grep -q '(95 %) beside [ab], the best of them: p ' said
		srs-fuse -q --load f.st a.tsv b.tsv c.tsv | cmp - want
		srs-fuse -q --sorted --load f.st a.tsv b.tsv c.tsv |
		    cmp - want
		refuses 1 'made for 3 systems (a, b, c), not 2' \
		    srs-fuse --load f.st a.tsv b.tsv
		refuses 2 "--method $m learns: it needs --fit" \
		    srs-fuse --method $m a.tsv b.tsv
	done
}

@test "the same bytes with one thread and with two" {
	skilled a.tsv 1 1
	skilled b.tsv 2 0.8
	for m in hedge logistic lambdamart; do
		fit() {
			srs-fuse -q $(less $m) --fit truth.tsv --save f.st \
			    a.tsv b.tsv -o out.tsv "$@"
		}
		same_for_threads f.st fit
		same_for_threads out.tsv fit
	done
}

@test "auto measures several and says which it takes" {
	skilled a.tsv 1 1
	skilled b.tsv 2 0.8
	run -0 --separate-stderr srs-fuse $(less auto) --fit truth.tsv \
	    --save f.st -o want a.tsv b.tsv
	echo "$stderr"
	for m in rrf mnz zscore logistic lambdamart; do
		[[ $stderr == *"srs-fuse: $m: ndcg@10 0."*" beside a"* ]]
	done
	[[ $stderr == *"auto: "*", which has the best cross-validated ndcg@10"* ]]
	srs-fuse -q --load f.st a.tsv b.tsv | cmp - want
	refuses 2 '--method auto learns: it needs --fit' \
	    srs-fuse --method auto a.tsv b.tsv
}

@test "an explanation of trees, and files that are none" {
	skilled a.tsv 1 1
	skilled b.tsv 2 0.8
	srs-fuse -q $(less lambdamart) --fit truth.tsv --save f.st \
	    -o out.tsv a.tsv b.tsv
	run -0 srs-fuse -q --load f.st --explain -H -k 1 a.tsv b.tsv
	[[ ${lines[0]} =~ ^u0'	'i0'	'.*'	'a=[-0-9.e]+' 'b=[-0-9.e]+$ ]]
	head -c 3000 f.st >cut.st
	refuses 1 'cut.st' srs-fuse --load cut.st a.tsv b.tsv
	sed 's/"srs.format":"3"/"srs.format":"2"/; s/srs.digest/old.digest/' \
	    f.st >old.st
	refuses 1 "old.st: a fusion of format 2, and method 'lambdamart' scores otherwise since format 3: fit it again" \
	    srs-fuse --load old.st a.tsv b.tsv
	printf 'x\tp\n' >t.tsv
	refuses 1 'fewer than two users have both lists and truth' \
	    srs-fuse --method logistic --fit t.tsv a.tsv b.tsv
	printf 'u1\tq\nu2\tq\nu3\tq\n' >t.tsv
	refuses 1 'no user has a relevant item in any list' \
	    srs-fuse --method logistic --fit t.tsv a.tsv b.tsv
	refuses 2 '--fit and --cascade do not go together' \
	    srs-fuse --fit t.tsv --cascade a:5,fused:3 a.tsv b.tsv
}
