#!/bin/bash
# trees.sh BUILD [KIND...] -- seconds and quality of boosted trees on a table
# made of ROWS (a million) by 20, TREES (100) of 31 leaves, on one thread and
# on two: KIND logistic (AUC) or lambdamart (NDCG@10 of lists of 100), both.
#
# LIGHTGBM=program and XGBOOST=program are measured beside it; their seconds are
# of the trees alone, ours also of cutting columns into bins.

build=$1
shift
kinds=${*:-logistic lambdamart}
rows=${ROWS:-1000000} trees=${TREES:-100} rate=${RATE:-0.1}
bench=$build/tests/bench/trees
dir=$(mktemp -d "${TMPDIR:-/tmp}/bench-trees.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT

lightgbm() {	# lightgbm KIND THREADS
	local objective=binary
	[ "$1" = logistic ] || objective=lambdarank
	"$LIGHTGBM" task=train objective="$objective" data="$dir/train" \
	    num_trees="$trees" num_leaves=31 learning_rate="$rate" \
	    num_threads="$2" output_model="$dir/model" >"$dir/log" &&
	"$LIGHTGBM" task=predict data="$dir/test" input_model="$dir/model" \
	    output_result="$dir/scores" >/dev/null &&
	sed -n 's/.* \([0-9.]*\) seconds elapsed.*/\1/p' "$dir/log" |
	    tail -n 1 >"$dir/seconds"
}

# Leaf by leaf, with histograms; sizes of lists are in a file that is called as
# the whole name of the data.
xgboost() {	# xgboost KIND THREADS
	local objective=binary:logistic format='?format=csv&label_column=0'
	[ "$1" = logistic ] || objective=rank:ndcg
	for part in train test; do
		[ "$1" = logistic ] ||
		    cp "$dir/$part.query" "$dir/$part$format.group"
	done
	cat >"$dir/config" <<-END
		objective = $objective
		tree_method = hist
		grow_policy = lossguide
		max_depth = 0
		max_leaves = 31
		eta = $rate
		num_round = $trees
		nthread = $2
		verbosity = 2
		data = "$dir/train$format"
		test:data = "$dir/test$format"
		model_out = "$dir/model"
		model_in = "$dir/model"
		name_pred = "$dir/scores"
	END
	rm -f "$dir/model"
	sed '/^model_in/d' "$dir/config" >"$dir/train.config"
	"$XGBOOST" "$dir/train.config" >"$dir/log" 2>&1 &&
	"$XGBOOST" "$dir/config" task=pred >/dev/null 2>&1 &&
	sed -n 's/.*Complete Training loop time: \([0-9.]*\).*/\1/p' \
	    "$dir/log" >"$dir/seconds"
}

peer() {	# peer PROGRAM NAME KIND: on one thread and on two
	[ -n "$1" ] || return 0
	for threads in 1 2; do
		"$2" "$3" $threads || return
		printf '%s\t%s\t%s\t%s\n' "$2" $threads \
		    "$(cat "$dir/seconds")" \
		    "$("$bench" judge "$3" "$dir/scores")"
	done
}

for kind in $kinds; do
	printf '%s, %s rows, %s trees, rate %s\n' "$kind" "$rows" "$trees" \
	    "$rate"
	printf 'program\tthreads\tseconds\tquality\n'
	"$bench" "$rows" "$trees" "$kind" "$rate" || exit 1
	[ -n "$LIGHTGBM$XGBOOST" ] || continue
	"$bench" data "$rows" "$kind" "$dir" || exit 1
	peer "$LIGHTGBM" lightgbm "$kind" || exit 1
	peer "$XGBOOST" xgboost "$kind" || exit 1
done
