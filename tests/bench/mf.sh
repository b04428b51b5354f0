#!/bin/bash
# mf.sh BUILD ROWS -- how fast srs-mf-train goes: interactions per second and
# epoch, on one thread and on two, from the history that it writes (reading is
# not in it).  LIBMF=/path/mf-train is run beside it, its reading left out too.

set -eu
build=$1 rows=$2
dir=$build/bench
mkdir -p "$dir"
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
export PATH=$build:$PATH

data=$dir/mf.$rows.tsv
[ -e "$data" ] || "$build/tests/bench/ratings" "$rows" \
    $((rows / 100)) $((rows / 400 + 100)) >"$data"
OPENBLAS_VERBOSE=2 srs-mf-train --version 2>&1 | grep '^Core' || :
printf 'program\tmethod\tfactors\tthreads\tmillion_per_second\n'

# run METHOD FACTORS EPOCHS OPTION...: the median epoch counts
run() {
	local method=$1 k=$2 epochs=$3 t
	shift 3
	for t in 1 2; do
		srs-mf-train -q -t $t --method "$method" -f "$k" -e "$epochs" \
		    --history "$dir/history.tsv" "$@" -o /dev/null "$data"
		tail -n +2 "$dir/history.tsv" | awk '{ print $2 - last
			last = $2 }' | tail -n +2 | sort -g |
		    awk -v rows="$rows" '{ x[NR] = $1 } END { printf "%.1f\n",
			rows / 1e6 / x[int((NR + 1) / 2)] }' |
		    sed "s/^/srs-mf-train\t$method $*\t$k\t$t\t/"
	done
}

# One run of e epochs and one of 3 e: the difference is 2 e epochs.
libmf() {
	local k=$1 t from middle to
	awk -F'\t' '{ if (!($1 in u)) u[$1] = nu++; if (!($2 in i)) i[$2] = ni++
		print u[$1], i[$2], $3 }' "$data" >"$dir/libmf.txt"
	for t in 1 2; do
		from=$(date +%s.%N)
		"$LIBMF" -k "$k" -t 5 -s $t "$dir/libmf.txt" /dev/null >/dev/null
		middle=$(date +%s.%N)
		"$LIBMF" -k "$k" -t 15 -s $t "$dir/libmf.txt" /dev/null \
		    >/dev/null
		to=$(date +%s.%N)
		awk -v rows="$rows" -v a="$from" -v b="$middle" -v c="$to" \
		    -v k="$k" -v t=$t 'BEGIN { printf \
		    "libmf\tsgd\t%d\t%d\t%.1f\n", k, t,
		    rows / 1e6 * 10 / ((c - b) - (b - a)) }'
	done
}

for k in 32 64 128; do
	run sgd $k 6
	[ -z "${LIBMF:-}" ] || libmf $k
done
for k in 64 128; do
	run ials $k 4 --solver cg
	run ials $k 3 --solver cholesky
done
run bpr 64 4
