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

# Leaf by leaf, with histograms.  Of lists it knows by qid: only there, as it
# looks for no sizes beside a table (it would take all rows for one list).  What
# holds leaves back is made for hessians of about 1 a row, and those of lists are
# a hundredth of that.
xgboost() {	# xgboost KIND THREADS
	local objective=binary:logistic format='?format=csv&label_column=0'
	local held=
	if [ "$1" != logistic ]; then
		objective=rank:ndcg format='.svm?format=libsvm'
		held='lambda = 0.01
		min_child_weight = 0.001'
		for part in train test; do
			[ -s "$dir/$part.svm" ] || with_qid $part
		done
	fi
	cat >"$dir/config" <<-END
		objective = $objective
		tree_method = hist
		grow_policy = lossguide
		max_depth = 0
		max_leaves = 31
		eta = $rate
		num_round = $trees
		nthread = $2
		$held
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

with_qid() {	# with_qid PART: its rows, and which list each is of
	awk -F, 'NR == FNR { for (i = 0; i < $1; i++) list[++n] = NR; next }
	    { printf "%s qid:%d", $1, list[FNR]
	      for (i = 2; i <= NF; i++) printf " %d:%s", i - 2, $i
	      print "" }' "$dir/$1.query" "$dir/$1" >"$dir/$1.svm"
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
