# srs-eval: metrics of lists, ratings and labels.

load lib

cases=$SRS_ROOT/../shared/eval-cases

need_cases() {
	[ -d "$cases" ] || skip "no ../shared/eval-cases"
}

# Two users: u1 hits at 2 and 3 of 3 (all it has), u2 at 1.
two_users() {
	printf 'u1\ta\nu1\tb\nu2\tc\n' >truth.tsv
	printf 'user_id:token\titem_id:token\tscore:float\n' >list.tsv
	printf 'u1\tx\t3\nu1\ta\t2\nu1\tb\t1\nu2\tc\t1\nu2\ta\t0.5\n' >>list.tsv
}

@test "the contract: a typed header, a column per metric as asked, a line per file" {
	two_users
	run -0 --separate-stderr srs-eval --truth truth.tsv \
	    --metrics recall@2,precision@2,mrr,hr@1,coverage --tsv list.tsv - \
	    <list.tsv
	[ "$output" = "$(printf '%s\n' \
	    "system:token	recall@2:float	precision@2:float	mrr:float	hr@1:float	coverage:float" \
	    "list.tsv	0.75	0.5	0.75	0.5	1" "-	0.75	0.5	0.75	0.5	1")" ]
	[[ $stderr == *"srs-eval: list.tsv: 2 users"* ]]
	[[ $stderr == *"the catalogue is the 4 items"* ]]
}

@test "an aligned table for people, and metrics without asking" {
	two_users
	run -0 --separate-stderr srs-eval -q --truth truth.tsv list.tsv
	[ "${lines[0]}" = "system    ndcg@10  recall@10    hr@10      mrr      map  coverage@10" ]
	[ "${lines[1]}" = "list.tsv   0.8467     1.0000   1.0000   0.7500   0.7917       1.0000" ]
	[ "${#lines[@]}" -eq 2 ]
}

# expected NAME: lines "metric user value" of trec_eval under our names.
expected() {
	gunzip -c "$cases/$1/expected.txt.gz" | awk '
	BEGIN {
		name["map"] = "map"; name["ndcg"] = "ndcg"
		name["recip_rank"] = "mrr"; name["set_P"] = "precision"
		name["set_recall"] = "recall"; name["set_F"] = "f1"
		name["Rprec"] = "rprec"; name["bpref"] = "bpref"
		name["rbp"] = "rbp"
		split("1 3 5 10 20 50 100", cut)
		for (i in cut) {
			name["P_" cut[i]] = "precision@" cut[i]
			name["recall_" cut[i]] = "recall@" cut[i]
			name["map_cut_" cut[i]] = "map@" cut[i]
			name["ndcg_cut_" cut[i]] = "ndcg@" cut[i]
			name["success_" cut[i]] = "hr@" cut[i]
		}
	}
	$1 in name { print name[$1], $2, $3 }'
}

# ours NAME: the same from srs-eval, for every user and for all.
ours() {
	local metrics

	metrics=$(expected "$1" | cut -d' ' -f1 | sort -u | paste -sd,)
	srs-eval -q --truth "$cases/$1/qrels" --metrics "$metrics" --tsv \
	    --per-user users.tsv -o all.tsv "$cases/$1/run"
	awk -F'\t' '
	FNR == 1 {
		for (i = 1; i <= NF; i++) {
			split($i, part, ":")
			name[i] = part[1]
		}
		first = name[2] == "user_id" ? 3 : 2
		next
	}
	{
		for (i = first; i <= NF; i++)
			print name[i], first == 3 ? $2 : "all", $i
	}' users.tsv all.tsv
}

@test "agrees with trec_eval to 4 decimals, for every user and measure" {
	need_cases
	for c in 01-tiny 02-ties 03-graded 05-no-relevant 06-leave-one-out \
	    07-short-lists 08-unsorted 09-negative-rel 10-float-vs-double; do
		expected $c >want
		ours $c >got
		[ "$(wc -l <want)" -gt 30 ]
		awk -v c=$c '
		NR == FNR { want[$1, $2] = $3; n++; next }
		!(($1, $2) in want) { print c, "not in trec_eval:", $0; bad = 1 }
		{ d = $3 - want[$1, $2]; n-- }
		d > 5e-5 || d < -5e-5 {
			print c, $0, "and not", want[$1, $2]; bad = 1 }
		END { if (n) { print c, n, "missing"; bad = 1 }; exit bad }
		' want got
	done
}

@test "users missing in the run are skipped, or count 0" {
	need_cases
	d=$cases/04-missing-users
	run -0 --separate-stderr srs-eval --truth $d/qrels --metrics map \
	    --per-user users.tsv --tsv $d/run
	[[ $stderr == *"10 users; 10 of the truth have no list and are skipped; 10 have a list but no truth"* ]]
	[ "$(grep -P '\tu00\t' users.tsv | cut -f3 | cut -c1-10)" = 0.19260538 ]
	skipped=${lines[1]##*	}
	run -0 --separate-stderr srs-eval --all-users --truth $d/qrels \
	    --metrics map --tsv $d/run
	[[ $stderr == *"20 users; 10 of the truth have no list and count 0"* ]]
	awk -v a="$skipped" -v b="${lines[1]##*	}" \
	    'BEGIN { d = a - 2 * b; exit !(a > 0 && d * d < 1e-20) }'
}

@test "what trec_eval refuses is refused, with a reason" {
	need_cases
	refuses 1 "user 'u1' has item 'a' twice, with different scores" srs-eval \
	    --truth "$cases/12-duplicate-item/qrels" "$cases/12-duplicate-item/run"
	refuses 1 "run: no rows" srs-eval \
	    --truth "$cases/13-empty-run/qrels" "$cases/13-empty-run/run"
	refuses 1 "qrels: no rows" srs-eval \
	    --truth "$cases/14-empty-qrels/qrels" "$cases/14-empty-qrels/run"
	refuses 1 "none of its users is in the truth: it has 'u2', and" srs-eval \
	    --truth "$cases/15-no-common-users/qrels" "$cases/15-no-common-users/run"
}

# close_to JSON-CASE JSON-KEY VALUE
close_to() {
	awk -v c="\"$1\":" -v k="\"$2\":" -v x="$3" '
	$1 == c && $2 == "{" { inside = 1; next }
	inside && $1 == k {
		d = $2 - x
		if (d < 1e-9 && d > -1e-9)
			ok = 1
		else
			print c, k, $2 + 0, "and not", x
		exit
	}
	END { exit !ok }' "$cases/sklearn/expected.json"
}

@test "agrees with scikit-learn to 1e-9" {
	need_cases
	run -0 --separate-stderr srs-eval -q --labels --tsv --user-column 3 \
	    --truth-column 1 --score-column 2 --metrics gauc,auc_user \
	    "$cases/sklearn/gauc.tsv"
	close_to gauc gauc_weight_impressions "$(cut -f2 <<<"${lines[1]}")"
	close_to gauc gauc_unweighted "$(cut -f3 <<<"${lines[1]}")"
	keys="auc ap logloss f1_at_0_5 precision recall accuracy brier"
	for c in auc-random auc-ties auc-imbalanced auc-perfect auc-reversed \
	    auc-allsame logloss-clip; do
		run -0 --separate-stderr srs-eval -q --labels --tsv --metrics \
		    auc,pr_auc,logloss,f1,precision,recall,accuracy,brier \
		    "$cases/sklearn/$c.tsv"
		i=2
		for k in $keys; do
			close_to $c $k "$(cut -f$i <<<"${lines[1]}")"
			i=$((i + 1))
		done
	done
	run -0 --separate-stderr srs-eval -q --ratings --tsv \
	    --metrics rmse,mae,mse,r2 - <"$cases/sklearn/rmse.tsv"
	i=2
	for k in rmse mae mse r2; do
		close_to rmse $k "$(cut -f$i <<<"${lines[1]}")"
		i=$((i + 1))
	done
}

@test "ratings: columns by name, by place, and as asked" {
	printf 'user_id:token\titem_id:token\trating:float\tscore:float\n' >a.tsv
	printf 'u\ti\t4\t3\nu\tj\t1\t1\n' >>a.tsv
	printf 'u\ti\t4\t99\t3\nu\tj\t1\t99\t1\n' >b.tsv
	printf 'u\t4\t3\nu\t1\t1\n' >c.tsv
	for f in a.tsv b.tsv; do
		run -0 --separate-stderr srs-eval -q --ratings --metrics mae,mse \
		    --tsv $f
		[ "${lines[1]}" = "$f	0.5	0.5" ]
	done
	refuses 1 "3 columns without a header: which is the rating" \
	    srs-eval --ratings c.tsv
	run -0 --separate-stderr srs-eval -q --ratings --truth-column 2 \
	    --score-column 3 --metrics mae --tsv c.tsv
	[ "${lines[1]}" = "c.tsv	0.5" ]
}

@test "labels: -1 is 0, and the threshold" {
	printf 'label:float\tscore:float\n1\t0.9\n-1\t0.6\n1\t0.3\n' >l.tsv
	run -0 --separate-stderr srs-eval -q --labels --metrics \
	    precision,recall,accuracy --tsv l.tsv
	[ "${lines[1]}" = "l.tsv	0.5	0.5	0.3333333333333333" ]
	run -0 --separate-stderr srs-eval -q --labels --metrics precision \
	    --threshold 0.7 --tsv l.tsv
	[ "${lines[1]}" = "l.tsv	1" ]
	printf '2\t0.5\n' >bad.tsv
	refuses 1 "bad.tsv:1: 1: '2' is not a label: 1, and 0 or -1 are" \
	    srs-eval --labels bad.tsv
	printf '1\t0.5\n1\t0.6\n' >ones.tsv
	refuses 1 "ones.tsv: auc is not defined: all labels are the same" \
	    srs-eval --labels --metrics auc ones.tsv
	printf '1\t0.5\n0\t1.5\n' >high.tsv
	refuses 1 "high.tsv: logloss: the score 1.5 is not a probability" \
	    srs-eval --labels --metrics logloss high.tsv
}

@test "relevance: a label, a named column, a least value" {
	printf 'user_id:token\titem_id:token\tlabel:float\trating:float\n' >t.tsv
	printf 'u\ta\t0\t5\nu\tb\t1\t2\nu\tc\t1\t4\n' >>t.tsv
	printf 'u\ta\t3\nu\tb\t2\nu\tc\t1\n' >l.tsv
	value() {
		srs-eval -q --truth t.tsv --tsv "$@" l.tsv | tail -1 | cut -f2
	}
	[ "$(value --metrics precision@3)" = 0.6666666666666666 ]
	[ "$(value --metrics precision@3 --relevance rating)" = 1 ]
	[ "$(value --metrics precision@2 --relevance rating --min-relevance 4)" \
	    = 0.5 ]
	refuses 1 "t.tsv: no row is relevant" srs-eval --truth t.tsv \
	    --min-relevance 9 l.tsv
}

@test "a row that stands twice in the truth counts once, and is told" {
	two_users
	printf 'u1\ta\n' >>truth.tsv
	run -0 --separate-stderr srs-eval --truth truth.tsv --metrics recall@2 \
	    --tsv list.tsv
	[ "${lines[1]}" = "list.tsv	0.75" ]
	[[ $stderr == *"truth.tsv: 1 rows repeat a user and item"* ]]
}

@test "a row that stands twice in a list counts once, and is told" {
	two_users
	printf 'u1\ta\t2\n' >>list.tsv
	run -0 --separate-stderr srs-eval --truth truth.tsv --tsv \
	    --metrics recall@2 list.tsv
	[ "${lines[1]}" = "list.tsv	0.75" ]
	[[ $stderr == *"list.tsv: 1 rows repeat a user, item and score"* ]]
}

@test "coverage is a share of --items" {
	two_users
	printf 'item_id:token\ttitle:token_seq\n' >items.tsv
	printf '%s\tT\n' a b c d e f >>items.tsv
	run -0 --separate-stderr srs-eval -q --truth truth.tsv --items items.tsv \
	    --metrics coverage@2,coverage --tsv list.tsv
	[ "${lines[1]}" = "list.tsv	0.3333333333333333	0.5" ]
}

@test "gates: exit 3, the table is there" {
	two_users
	run -0 srs-eval -q --truth truth.tsv --metrics mrr,hr@1 \
	    --require 'mrr>=0.75' --require 'hr@1<0.51' list.tsv
	run -3 --separate-stderr srs-eval -q --truth truth.tsv --metrics mrr \
	    --tsv --require 'mrr>0.75' -o out.tsv list.tsv
	[ "$stderr" = "srs-eval: list.tsv: mrr is 0.75: the gate 'mrr>0.75' says no" ]
	[ "$(tail -1 out.tsv)" = "list.tsv	0.75" ]
	refuses 2 "'ndcg' is not among the metrics" srs-eval --truth truth.tsv \
	    --metrics mrr --require 'ndcg>1' list.tsv
	refuses 2 "'x' is not a number" srs-eval --truth truth.tsv \
	    --metrics mrr --require 'mrr>=x' list.tsv
}

@test "a baseline: exit 3 when a metric is worse by more than may be" {
	two_users
	srs-eval -q --truth truth.tsv --metrics mrr,arp@2 --train truth.tsv \
	    --json -o last.json list.tsv
	run -0 srs-eval -q --truth truth.tsv --metrics mrr --baseline last.json \
	    --max-drop 0 list.tsv
	printf 'u1\tx\t3\nu1\tb\t2\nu2\tc\t1\nu2\ta\t0\n' >other.tsv
	run -0 srs-eval -q --truth truth.tsv --metrics mrr --baseline last.json \
	    --max-drop 2% other.tsv
	printf 'u1\tx\t3\nu1\ty\t2\nu2\tc\t1\nu2\ta\t0\n' >worse.tsv
	run -3 --separate-stderr srs-eval -q --truth truth.tsv --metrics mrr \
	    --baseline last.json --max-drop 2% worse.tsv
	[ "$stderr" = "srs-eval: worse.tsv: mrr is 0.5, and was 0.75: worse by 33.3 %, and --max-drop is 2 %" ]
	refuses 1 "last.json: no ndcg of 'list.tsv' in it" srs-eval -q \
	    --truth truth.tsv --metrics ndcg --baseline last.json \
	    --max-drop 2% -o out list.tsv
	refuses 1 "last.json: no system 'other.tsv' in it" srs-eval -q \
	    --truth truth.tsv --metrics mrr --baseline last.json \
	    --max-drop 2% -o out other.tsv worse.tsv
	[ ! -e out ]
	refuses 2 "--baseline and --max-drop go together" srs-eval \
	    --truth truth.tsv --baseline last.json list.tsv
	refuses 2 "--max-drop 'much' is not a share, as 2%" srs-eval \
	    --truth truth.tsv --baseline last.json --max-drop much list.tsv
}

@test "JSON and Prometheus hold the table" {
	two_users
	run -0 --separate-stderr srs-eval -q --truth truth.tsv --metrics mrr,hr@1 \
	    --json --prometheus list.prom list.tsv
	python3 -c '
import json, sys
r = json.load(sys.stdin)
assert r["metrics"] == ["mrr", "hr@1"], r
assert r["systems"] == [{"system": "list.tsv", "users": 2,
    "values": {"mrr": 0.75, "hr@1": 0.5}}], r' <<<"$output"
	diff list.prom - <<-'EOF'
		# HELP srs_eval A metric of a system, by srs-eval.
		# TYPE srs_eval gauge
		srs_eval{system="list.tsv",metric="mrr"} 0.75
		srs_eval{system="list.tsv",metric="hr@1"} 0.5
		# HELP srs_eval_users How many users were measured.
		# TYPE srs_eval_users gauge
		srs_eval_users{system="list.tsv"} 2
	EOF
}

# Eight users; b finds for all what a finds for the first two.
a_and_b() {
	for u in 1 2 3 4 5 6 7 8; do
		printf 'u%d\tx\n' $u >>t.tsv
		printf 'u%d\tx\t%d\nu%d\ty\t1\n' $u $((u < 3 ? 2 : 0)) $u >>a.tsv
		printf 'u%d\tx\t2\nu%d\ty\t1\n' $u $u >>b.tsv
	done
}

@test "comparisons: tests, Holm, effect, wins" {
	a_and_b
	run -0 --separate-stderr srs-eval -q --truth t.tsv --metrics mrr,hr@1 \
	    --compare --tsv --test sign a.tsv b.tsv a.tsv
	[ "${lines[0]}" = "metric:token	system:token	against:token	users:float	mean:float	mean_against:float	difference:float	low:float	high:float	p_randomization:float	p_t:float	p_wilcoxon:float	p_sign:float	p_holm:float	effect:float	win:float	tie:float	loss:float	detectable:float" ]
	# Six wins of six: 2 / 64; four tests.
	[ "$(cut -f1-7,16-18 <<<"${lines[1]}")" = "mrr	b.tsv	a.tsv	8	1	0.625	0.375	6	2	0" ]
	[[ $(cut -f13-14 <<<"${lines[1]}") == 0.03125*"	"0.125* ]]
	[ "$(cut -f1-2,10-14 <<<"${lines[2]}")" = "mrr	a.tsv	1	1	1	1	1" ]
	[ "${#lines[@]}" -eq 5 ]
	same_for_threads out srs-eval -q --truth t.tsv --metrics mrr,hr@1 \
	    --compare --intervals --tsv -o out a.tsv b.tsv
	run -0 --separate-stderr srs-eval -q --truth t.tsv --metrics mrr \
	    --compare a.tsv b.tsv
	[ "${lines[3]}" = "metric  system  against  difference      low     high        p   p_holm   effect      win      tie     loss  detectable" ]
	refuses 2 "--compare needs two files or more" srs-eval --compare \
	    --truth t.tsv a.tsv
}

@test "intervals hold the mean, and do not depend on the order of users" {
	a_and_b
	run -0 --separate-stderr srs-eval -q --truth t.tsv --metrics mrr \
	    --intervals --tsv a.tsv
	[ "${lines[0]}" = "system:token	mrr:float	mrr_low:float	mrr_high:float" ]
	[ "$(cut -f2 <<<"${lines[1]}")" = 0.625 ]
	at_most 0.49 "$(cut -f3 <<<"${lines[1]}")"
	at_least 0.9 "$(cut -f4 <<<"${lines[1]}")"
	tac t.tsv >t2.tsv
	tac a.tsv >a2.tsv
	srs-eval -q --truth t2.tsv --metrics mrr --intervals --tsv a2.tsv |
	    tail -1 | cut -f2- | cmp - <(cut -f2- <<<"${lines[1]}")
}

@test "rows are compared row by row" {
	printf '1\t0.9\n0\t0.2\n1\t0.6\n0\t0.1\n1\t0.7\n' >a.tsv
	printf '1\t0.8\n0\t0.4\n1\t0.5\n0\t0.3\n1\t0.6\n' >b.tsv
	run -0 --separate-stderr srs-eval -q --labels --metrics logloss,auc \
	    --compare --test t --tsv a.tsv b.tsv
	[ "${#lines[@]}" -eq 2 ]
	[ "$(cut -f1,16-18 <<<"${lines[1]}")" = "logloss	0	0	5" ]
	run -0 --separate-stderr srs-eval -q --labels --metrics auc,brier \
	    --intervals --tsv a.tsv
	[ "$(cut -f2 <<<"${lines[1]}")" = 1 ]
	printf '0\t0.8\n0\t0.4\n1\t0.5\n0\t0.3\n1\t0.6\n' >c.tsv
	refuses 1 "row 1: the truth is 0 in c.tsv, and 1 in a.tsv" srs-eval -q \
	    --labels --metrics logloss --compare -o out a.tsv c.tsv
	refuses 1 "none of the metrics is a mean over rows" srs-eval -q \
	    --labels --metrics auc --compare -o out a.tsv b.tsv
}

@test "classes, and how often each was taken for each" {
	printf 'label:token\tprediction:token\ncat\tcat\ncat\tdog\ndog\tdog\n' >c.tsv
	run -0 --separate-stderr srs-eval -q --classes --tsv --confusion m.tsv \
	    --metrics accuracy,f1_macro,mcc c.tsv
	[ "${lines[1]}" = "c.tsv	0.6666666666666666	0.6666666666666666	0.5" ]
	diff m.tsv - <<-'EOF'
		system:token	label:token	prediction:token	rows:float
		c.tsv	cat	cat	1
		c.tsv	cat	dog	1
		c.tsv	dog	dog	1
	EOF
	refuses 2 "--confusion is for --classes" srs-eval --labels \
	    --confusion m.tsv c.tsv
	refuses 2 "'auc' is not a metric of classes" srs-eval --classes \
	    --metrics auc c.tsv
}

@test "beyond accuracy: what was trained on, what items are" {
	two_users
	printf 'u1\tc\nu1\tx\nu2\tx\nu2\ta\n' >train.tsv
	printf 'item_id:token\tkind:token\na\tp\nb\tq\nc\tp\nx\tq\n' >items.tsv
	run -0 --separate-stderr srs-eval -q --truth truth.tsv --tsv \
	    --train train.tsv --features items.tsv \
	    --metrics arp@1,aplt@2,serendipity@2,diversity@2,calibration@2 \
	    list.tsv
	# u1: x, a of 2 and 1; u2: c, a.  The head is x, a and c.
	[ "$(cut -f2-5 <<<"${lines[1]}")" = "1.5	0	0.25	0.5" ]
	refuses 1 "what was trained on is needed: give --train FILE" srs-eval \
	    --truth truth.tsv --metrics arp@1 list.tsv
	refuses 1 "what items are is needed: give --features FILE" srs-eval \
	    --truth truth.tsv --metrics diversity@2 list.tsv
}

@test "segments of users and items, the worst, the gap" {
	two_users
	printf 'user_id:token\tsex:token\nu1\tF\nu2\tM\n' >users.tsv
	printf 'item_id:token\tkind:token\na\tp\nb\tq\nc\tp\nx\tq\n' >items.tsv
	srs-eval -q --truth truth.tsv --tsv --users users.tsv --items items.tsv \
	    --metrics mrr,recall@1,parity@1 --by sex --by kind -o out list.tsv
	diff out - <<-'EOF'
		system:token	segment:token	mrr:float	recall@1:float	parity@1:float
		list.tsv	all	0.75	0.5	
		list.tsv	sex=F	0.5	0	
		list.tsv	sex=M	1	1	
		list.tsv	sex: worst	0.5	0	
		list.tsv	sex: gap	0.5	1	
		list.tsv	kind=p	0.75	0.5	1
		list.tsv	kind=q	0.3333333333333333	0	1
		list.tsv	kind: worst	0.3333333333333333	0	1
		list.tsv	kind: gap	0.4166666666666667	0.5	0
	EOF
	run -0 --separate-stderr srs-eval -q --truth truth.tsv --tsv \
	    --train truth.tsv --metrics mrr --by popularity:3 --by activity:2 \
	    list.tsv
	[ "${#lines[@]}" -eq 11 ]
	[ "${lines[9]}" = "list.tsv	activity: worst	0.5" ]
	refuses 1 "--by sex: give --users FILE or --items FILE" srs-eval \
	    --truth truth.tsv --by sex list.tsv
	refuses 1 "--by age: neither --users nor --items has such a column" \
	    srs-eval --truth truth.tsv --users users.tsv --by age list.tsv
	refuses 1 "--by 'popularity:1': parts are a number from 2 to 255" \
	    srs-eval --truth truth.tsv --train truth.tsv --by popularity:1 list.tsv
	refuses 2 "parity and exposure are of segments of items: see --by" \
	    srs-eval --truth truth.tsv --metrics parity@5 list.tsv
}

@test "sampled candidates are measured, with a warning" {
	printf 'u1\ta\nu2\tb\n' >t.tsv
	printf 'u1\ta\t2\nu1\tx\t3\nu2\tb\t2\nu2\ty\t1\n' >l.tsv
	run -0 --separate-stderr srs-eval --truth t.tsv --metrics rank_auc --tsv \
	    l.tsv
	[ "${lines[1]}" = "l.tsv	0.5" ]
	[[ $stderr == *"l.tsv: each list has all that is relevant: if these are sampled candidates"* ]]
	printf 'u1\tz\n' >>t.tsv
	run -0 --separate-stderr srs-eval --truth t.tsv --tsv l.tsv
	[[ $stderr != *"sampled"* ]]
}

@test "wrong usage and bad metrics" {
	two_users
	refuses 2 "give one of --truth FILE, --ratings, --labels, --classes, --history" srs-eval list.tsv
	refuses 2 "give one of" srs-eval --ratings --labels list.tsv
	refuses 2 "'ndgc' is not a metric of lists; did you mean 'ndcg'?" \
	    srs-eval --truth truth.tsv --metrics ndgc@10 list.tsv
	refuses 2 "'10' is not a metric: each cut-off goes with its metric" \
	    srs-eval --truth truth.tsv --metrics ndcg@5,10 list.tsv
	refuses 2 "give one of --tsv, --json" srs-eval --truth truth.tsv --tsv \
	    --json list.tsv
	refuses 2 "'ndcg@0': a cut-off is a number from 1" \
	    srs-eval --truth truth.tsv --metrics ndcg@0 list.tsv
	refuses 2 "'rmse@3': rmse has no cut-off" \
	    srs-eval --ratings --metrics rmse@3 list.tsv
	refuses 2 "cannot both be standard input" srs-eval --truth - list.tsv -
}

@test "bad lists: NaN, no overlap, no score" {
	two_users
	printf 'u1\ta\tnan\n' >nan.tsv
	refuses 1 "nan.tsv:1: 3: 'nan' is not a number" srs-eval \
	    --truth truth.tsv nan.tsv
	printf 'u1\t17\t1\nu2\t18\t1\n' >other.tsv
	refuses 1 "other.tsv: none of its items is in the truth: it has '17', '18', and truth.tsv has 'a', 'b', 'c'" \
	    srs-eval --truth truth.tsv other.tsv
	printf 'U1\ta\t1\n' >strangers.tsv
	refuses 1 "strangers.tsv: none of its users is in the truth: it has 'U1', and truth.tsv has 'u1', 'u2'" \
	    srs-eval --truth truth.tsv strangers.tsv
	# One user who was shown nothing of use is a result.
	printf 'u1\tx\t1\n' >miss.tsv
	run -0 --separate-stderr srs-eval -q --truth truth.tsv --metrics hr@1 \
	    --tsv miss.tsv
	[ "${lines[1]}" = "miss.tsv	0" ]
	[ ! -e out.tsv ]
	refuses 1 "no-such" srs-eval --truth truth.tsv -o out.tsv no-such
	[ ! -e out.tsv ]
}

@test "order of rows and number of threads change nothing" {
	awk 'BEGIN { for (u = 0; u < 600; u++) for (i = 0; i < 15; i++)
		printf "u%d\ti%d\t%d\n", u, (u * 7 + i * i) % 211,
		    (u * i) % 5 }' | sort -u -k1,2 >list.tsv
	awk 'BEGIN { for (u = 0; u < 600; u++) for (i = 0; i < 4; i++)
		printf "u%d\ti%d\n", u, (u * 7 + i * i * 3) % 211 }' |
	    sort -u >truth.tsv
	shuf --random-source=<(yes) list.tsv >list2.tsv
	shuf --random-source=<(yes) truth.tsv >truth2.tsv
	m=ndcg@10,recall@5,map,mrr,hr@3,coverage@3
	srs-eval -q --truth truth.tsv --metrics $m --tsv -t 1 list.tsv |
	    tail -1 | cut -f2- >a
	srs-eval -q --truth truth2.tsv --metrics $m --tsv -t 2 list2.tsv |
	    tail -1 | cut -f2- >b
	cmp a b
	[ "$(cut -f1 a | cut -c1-3)" != 0 ]
	same_for_threads out.tsv srs-eval -q --truth truth.tsv --metrics $m \
	    --tsv -o out.tsv list.tsv
}

need_gnuplot() {
	command -v gnuplot >/dev/null || skip "no gnuplot"
}

# curves FILE: how many coloured curves the picture has.
curves() {
	grep -c "<g id=\"gnuplot_plot_" "$1"
}

@test "pictures: a curve for each system, the same bytes again" {
	need_gnuplot
	a_and_b
	run -0 srs-eval -q --truth t.tsv --metrics mrr --plot k.svg a.tsv b.tsv
	[ "$(head -c 5 k.svg)" = "<?xml" ]
	grep -q '>a.tsv</text>' k.svg
	grep -q '>mrr</text>' k.svg
	[ "$(curves k.svg)" -eq 2 ]
	srs-eval -q --truth t.tsv --metrics mrr --plot again.svg -t 1 a.tsv b.tsv
	cmp k.svg again.svg
	srs-eval -q --truth t.tsv --metrics mrr --train t.tsv --plot p.svg \
	    --chart popularity a.tsv
	[ "$(curves p.svg)" -eq 2 ]	# and the diagonal
	printf '1\t0.9\n0\t0.2\n1\t0.6\n0\t0.7\n1\t0.7\n' >l.tsv
	for chart in roc pr calibration; do
		srs-eval -q --labels --metrics auc --plot $chart.svg \
		    --chart $chart l.tsv
		grep -q '>l.tsv</text>' $chart.svg
	done
	refuses 2 "--chart roc is not of what is measured" srs-eval \
	    --truth t.tsv --plot x.svg --chart roc a.tsv
	refuses 2 "--chart is for --plot" srs-eval --truth t.tsv --chart k a.tsv
	refuses 1 "x.svg: none of the metrics is of a user's list" srs-eval -q \
	    --truth t.tsv --metrics coverage --plot x.svg a.tsv
	[ ! -e x.svg ]
}

@test "without gnuplot there is a reason and no table" {
	a_and_b
	refuses 1 "gnuplot is not there: pictures need the package gnuplot-nox" \
	    env PATH="$SRS_BUILD" srs-eval -q --truth t.tsv --metrics mrr --plot k.svg a.tsv
	[ ! -e k.svg ]
}

@test "histories of trainings: the best epoch of each" {
	printf 'epoch:float\tseconds:float\tloss:float\tndcg@10:float\n' >h.tsv
	printf '1\t0.1\t3\t0.1\n2\t0.2\t2\t0.3\n3\t0.3\t1\t0.28\n' >>h.tsv
	printf 'epoch:float\tseconds:float\tloss:float\n1\t0.1\t3\n2\t0.2\t2\n' >l.tsv
	run -0 srs-eval --history --tsv h.tsv l.tsv
	[ "${lines[0]}" = "history:token	measure:token	epochs:float	best_epoch:float	best:float	last:float" ]
	[ "${lines[1]}" = "h.tsv	ndcg@10	3	2	0.3	0.28" ]
	[ "${lines[2]}" = "l.tsv	loss	2	2	2	2" ]
	printf 'epoch:float\tloss:float\n' >none.tsv
	refuses 1 "none.tsv: no rows" srs-eval --history none.tsv
	two_users
	refuses 1 "list.tsv: no column 'loss'" srs-eval --history list.tsv
	need_gnuplot
	srs-eval -q --history --plot h.svg h.tsv >/dev/null
	grep -q '>ndcg@10</text>' h.svg
}
