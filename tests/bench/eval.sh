#!/bin/sh
# eval.sh BUILD -- seconds of srs-eval for lists of 100 of USERS users against
# 144 judgments each, with the usual metrics of lists; with TREC_EVAL=program,
# those of trec_eval on the same rows.

build=$1
users=${USERS:-138493}
dir=$build/bench/eval
mkdir -p "$dir" || exit 2

# Items are by popularity: the cube of a uniform number.  Lists have each item
# once, so that trec_eval takes them.
[ "$(cat "$dir/users" 2>/dev/null)" = "$users" ] || awk -v users="$users" \
    -v truth="$dir/qrels" -v list="$dir/run" '
function item(	u) { u = rand(); return int(26744 * u * u * u) + 1 }
function row(user, n, file, is_run,	had, i, k) {
	split("", had)
	for (k = 1; k <= n; k++) {
		do i = item(); while (i in had)
		had[i] = 1
		if (is_run)
			printf "%d Q0 %d %d %.6f r\n", user, i, k, 1 - k / 200 >file
		else
			printf "%d 0 %d 1\n", user, i >file
	}
}
BEGIN {
	srand(1)
	for (u = 1; u <= users; u++) {
		row(u, 44 + int(201 * rand()), truth, 0)
		row(u, 100, list, 1)
	}
}' || exit 2
echo "$users" >"$dir/users"
for f in qrels run; do
	case $f in qrels) columns='$1, $3, $4' ;; run) columns='$1, $3, $5' ;; esac
	awk -v OFS='\t' "{ print $columns }" "$dir/$f" >"$dir/$f.tsv"
done
wc -l "$dir/qrels.tsv" "$dir/run.tsv"
metrics=map,ndcg@10,recall@100,precision@10,mrr
for threads in 1 2; do
	echo "srs-eval -t $threads $metrics"
	time -p "$build/srs-eval" -q -t $threads --relevance 3 \
	    --truth "$dir/qrels.tsv" --metrics $metrics --tsv "$dir/run.tsv"
done
if [ -n "$TREC_EVAL" ]; then
	echo "$TREC_EVAL"
	time -p "$TREC_EVAL" -m map -m ndcg_cut.10 -m recall.100 -m P.10 \
	    -m recip_rank "$dir/qrels" "$dir/run"
fi
