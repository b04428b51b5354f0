#!/bin/bash
# trees.sh BUILD [KIND...] -- seconds and quality of boosted trees on a table
# made of ROWS (a million) by 20, TREES (100) of 31 leaves, on one thread and
# on two: KIND logistic (AUC) or lambdamart (NDCG@10 of lists of 100), both.
#
# LIGHTGBM=program is measured beside it.  Its seconds are of the trees alone,
# ours also of cutting columns into bins.

build=$1
shift
kinds=${*:-logistic lambdamart}
rows=${ROWS:-1000000} trees=${TREES:-100} rate=${RATE:-0.1}
bench=$build/tests/bench/trees
dir=$(mktemp -d "${TMPDIR:-/tmp}/bench-trees.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT

peer() {	# peer KIND OBJECTIVE THREADS
	"$LIGHTGBM" task=train objective="$2" data="$dir/train" \
	    num_trees="$trees" num_leaves=31 learning_rate="$rate" \
	    num_threads="$3" output_model="$dir/model" >"$dir/log" || return
	"$LIGHTGBM" task=predict data="$dir/test" input_model="$dir/model" \
	    output_result="$dir/scores" >/dev/null || return
	printf 'LightGBM\t%s\t%.2f\t%s\n' "$3" "$(sed -n \
	    's/.* \([0-9.]*\) seconds elapsed.*/\1/p' "$dir/log" | tail -n 1)" \
	    "$("$bench" judge "$1" "$dir/scores")"
}

for kind in $kinds; do
	printf '%s, %s rows, %s trees, rate %s\n' "$kind" "$rows" "$trees" \
	    "$rate"
	printf 'program\tthreads\tseconds\tquality\n'
	"$bench" "$rows" "$trees" "$kind" "$rate" || exit 1
	[ -n "$LIGHTGBM" ] || continue
	objective=binary
	[ "$kind" = logistic ] || objective=lambdarank
	"$bench" data "$rows" "$kind" "$dir" || exit 1
	for threads in 1 2; do
		peer "$kind" "$objective" "$threads" || exit 1
	done
done
