#!/bin/bash
# knn.sh BUILD [JOB...] -- seconds and memory of whole runs of srs-knn-train,
# reading and writing in them, on data made by tests/bench/ratings: rows of the
# table of tests/bench/measure.  Jobs are gowalla (of about ten minutes, nearly
# all of them ease's), movielens (five) and large (three); without any: all.

set -eu
build=$1
shift
jobs=${*:-gowalla movielens large}
dir=$build/bench
mkdir -p "$dir"
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE

# run WHAT ROWS USERS ITEMS METHOD [OPTION...]
run() {
	local what=$1 data=$dir/knn.$2.$3.$4.tsv method=$5
	[ -e "$data" ] || "$build/tests/bench/ratings" "$2" "$3" "$4" >"$data"
	shift 5
	"$build/tests/bench/measure" 1 "$method${*:+ $*}, $what" - s srs-knn-train \
	    "$build/srs-knn-train -q --method $method $* -o $dir/knn.st $data"
}

gowalla() {
	for method in item bspm sansa ease; do
		run 'Gowalla-like' 1000000 30000 41000 $method
	done
}

movielens() {
	for method in item ease 'ease --top 200'; do
		# shellcheck disable=SC2086  # words on purpose
		run 'MovieLens-20M-like' 13700000 138493 27278 $method
	done
}

large() {
	run '100,000 items' 3000000 300000 100000 sansa
	run '1,000,000 items' 3000000 300000 1000000 sansa --top 50
}

for job in $jobs; do
	"$job"
done
rm -f "$dir/knn.st"
