#!/bin/bash
# mf.sh BUILD ROWS -- how fast srs-mf-train goes, on one thread and on two:
# interactions per second and epoch (reading is not in it, medians of epochs),
# then seconds to the same RMSE of what was held out (of ml-1m, if it is in
# ../shared/data) and to the same NDCG@10.  Peers beside it:
#
#	LIBMF=/path/mf-train	LIBMF
#	IRSPACK=DIR		sources of irspack; needs a C++ compiler, Eigen
#	IMPLICIT=DIR		where Python imports implicit from
#
# METHODS and FACTORS say what is measured: "sgd ials bpr", "32 64 128".

set -eu
build=$1 rows=$2
dir=$build/bench
mkdir -p "$dir"
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
export PATH=$build:$PATH
here=$(dirname "$0")
methods=" ${METHODS:-sgd ials bpr} "

data=$dir/mf.$rows.tsv plain=$dir/mf.$rows.txt
[ -e "$data" ] || "$build/tests/bench/ratings" "$rows" \
    $((rows / 100)) $((rows / 400 + 100)) >"$data"
# numbers for peers: user item rating
numbers() {
	awk -F'\t' 'NR > 1 { if (!($1 in u)) u[$1] = nu++
		if (!($2 in i)) i[$2] = ni++; print u[$1], i[$2], $3 }' "$1"
}
if [ -n "${LIBMF:-}${IRSPACK:-}${IMPLICIT:-}" ]; then
	[ -e "$plain" ] || numbers "$data" >"$plain"
fi
if [ -n "${IRSPACK:-}" ]; then
	c++ -O3 -march=native -DNDEBUG -std=c++17 -pthread \
	    -isystem "${EIGEN:-/usr/include/eigen3}" \
	    -I"$IRSPACK/cpp_source" -o "$dir/irspack" "$here/irspack.cc"
fi
OPENBLAS_VERBOSE=2 srs-mf-train --version 2>&1 | grep '^Core' || :
printf 'program\tmethod\tfactors\tthreads\tmillion_per_second\n'

# Seconds of epochs, a line each, into a line of the table: PROGRAM METHOD K T
rate() {
	sort -g | awk -v rows="$rows" -v what="$1	$2	$3	$4" '
		{ x[NR] = $1 }
		END { printf "%s\t%.1f\n", what,
		    rows / 1e6 / x[int((NR + 1) / 2)] }'
}

# run METHOD FACTORS EPOCHS OPTION...
run() {
	local method=$1 k=$2 epochs=$3 t
	shift 3
	for t in 1 2; do
		srs-mf-train -q -t $t --method "$method" -f "$k" -e "$epochs" \
		    --history "$dir/history.tsv" "$@" -o /dev/null "$data"
		tail -n +2 "$dir/history.tsv" | awk '{ print $2 - last
			last = $2 }' | tail -n +2 |
		    rate srs-mf-train "$method${*:+ $*}" "$k" $t
	done
}

# One run of 5 epochs and one of 25: the difference is 20 epochs.
libmf() {
	local k=$1 t from middle to
	[ -n "${LIBMF:-}" ] || return 0
	for t in 1 2; do
		from=$(date +%s.%N)
		"$LIBMF" -k "$k" -t 5 -s $t "$plain" /dev/null >/dev/null
		middle=$(date +%s.%N)
		"$LIBMF" -k "$k" -t 25 -s $t "$plain" /dev/null >/dev/null
		to=$(date +%s.%N)
		awk -v a="$from" -v b="$middle" -v c="$to" \
		    'BEGIN { print ((c - b) - (b - a)) / 20 }' |
		    rate libmf sgd "$k" $t
	done
}

# irspack SOLVER FACTORS EPOCHS; the weights are those of the defaults
irspack() {
	local t
	[ -n "${IRSPACK:-}" ] || return 0
	for t in 1 2; do
		"$dir/irspack" "$1" "$2" $t "$3" 0.02 0.008 "$plain" |
		    rate irspack "ials --solver $1" "$2" $t
	done
}

# implicit METHOD NAME FACTORS EPOCHS
implicit() {
	local t
	[ -n "${IMPLICIT:-}" ] || return 0
	for t in 1 2; do
		"$here/implicit.py" "$1" "$3" $t "$4" "$plain" |
		    rate implicit "$2" "$3" $t
	done
}

case $methods in *' sgd '*)
	for k in ${FACTORS:-32 64 128}; do
		run sgd $k 6
		libmf $k
	done
esac
case $methods in *' ials '*)
	for k in ${FACTORS:-64 128 256}; do
		for solver in cg block cholesky; do
			run ials $k 3 --solver $solver
			irspack $solver $k 3
		done
		implicit cg 'ials --solver cg' $k 3
	done
esac
case $methods in *' bpr '*)
	run bpr 64 5
	implicit bpr bpr 64 4
esac

# --- seconds to the same RMSE ------------------------------------------------

seconds() { # COMMAND...: of a whole run
	local from
	from=$(date +%s.%N)
	"$@" >/dev/null
	awk -v a="$from" -v b="$(date +%s.%N)" 'BEGIN { print b - a }'
}

# The target is the best that LIBMF gets to, of three --l2; srs-mf-train is
# given the fewest epochs that reach it, of two --rate, and its defaults: few
# epochs take longer steps than the 18 that it is made for.
same_rmse() {
	local k=$1 target epochs l2 e rate t one all
	read -r target epochs l2 <<<"$(for l2 in 0.03 0.05 0.1; do
		"$LIBMF" -k "$k" -t 25 -s 2 -l2 $l2 -p "$dir/ml.valid" \
		    "$dir/ml.train" /dev/null | awk -v l2=$l2 '
			$1 ~ /^[0-9]+$/ && (best == "" || $3 < best) {
				best = $3; epoch = $1 + 1 }
			END { print best, epoch, l2 }'
	done | sort -g | head -n 1)"
	for e in 6 7 8 9 10 11 12 13 14 15 16 17 18; do
		for rate in 0.1 0.05; do
			srs-mf-train -q --method sgd -f "$k" -e $e \
			    --rate $rate --patience 0 --valid "$dir/ml.valid" \
			    --history "$dir/valid.tsv" -o /dev/null \
			    "$dir/ml.train"
			! tail -n 1 "$dir/valid.tsv" | awk -F'\t' \
			    -v x="$target" '{ exit !($4 <= x) }' || break 2
		done
	done
	for t in 1 2; do
		one=$(seconds "$LIBMF" -k "$k" -t 1 -s $t -l2 "$l2" \
		    "$dir/ml.train" /dev/null)
		all=$(seconds "$LIBMF" -k "$k" -t "$epochs" -s $t -l2 "$l2" \
		    "$dir/ml.train" /dev/null)
		awk -v k="$k" -v t=$t -v n="$epochs" -v a="$one" -v b="$all" \
		    -v x="$target" 'BEGIN { OFS = "\t"; print "libmf", k, t,
			(b - a) * n / (n - 1), b, n, x }'
		all=$(seconds srs-mf-train -q -t $t --method sgd -f "$k" \
		    -e $e --rate $rate --history "$dir/history.tsv" \
		    -o /dev/null "$dir/ml.train")
		paste "$dir/history.tsv" "$dir/valid.tsv" | tail -n 1 |
		    awk -F'\t' -v k="$k" -v t=$t -v b="$all" '{ OFS = "\t"
			print "srs-mf-train", k, t, $2, b, $1, $7 }'
	done
}

ml=$here/../../../shared/data/ml-1m/interactions.tsv.gz
case "${LIBMF:+libmf}$methods" in libmf*' sgd '*)
	if [ -e "$ml" ]; then
		gunzip -c "$ml" | awk '{ print >(NR % 10 == 7 ? V : T) }' \
		    V="$dir/ml.valid" T="$dir/ml.train"
		printf '\nprogram\tfactors\tthreads\tseconds\twith_reading\t'
		printf 'epochs\trmse\n'
		for k in ${FACTORS:-32 64 128}; do
			same_rmse $k
		done
	fi
esac

# --- seconds to the same NDCG ------------------------------------------------

[ -n "${IRSPACK:-}" ] || exit 0
case $methods in *' ials '*) ;; *) exit 0 ;; esac
shop=$dir/shop
if [ ! -e "$shop/valid.txt" ]; then
	rm -rf "$shop"
	srs-synth -q --users 6000 --items 3000 --events 600000 --seed 7 \
	    -o "$shop"
	srs-clean -q --user user_id --item item_id --event event \
	    --time timestamp --min-user 5 --min-item 5 \
	    -o "$shop/clean.tsv" "$shop/events.csv.gz"
	awk -F'\t' 'NR == 1 { for (c = 1; c <= NF; c++) {
		if ($c ~ /^user_id/) u = c; if ($c ~ /^item_id/) i = c }; next }
		seen[$u, $i]++ { next }
		{ if (!($u in nu)) nu[$u] = un++; if (!($i in ni)) ni[$i] = im++
		  print nu[$u] "\t" ni[$i] >(NR % 10 == 7 ? V : T) }' \
	    V="$shop/valid.txt" T="$shop/train.txt" "$shop/clean.tsv"
fi
printf '\nprogram\tsolver\tfactors\tthreads\tseconds\tepochs\tndcg@10\n'

# reach PROGRAM SOLVER K T: when 99.5 % of the target is there; of lines of
# seconds so far and NDCG
reach() {
	awk -v what="$1	$2	$3	$4" -v target="$target" '
		$2 >= 0.995 * target { printf "%s\t%.3f\t%d\t%.4f\n", what,
		    $1, NR, $2; found = 1; exit }
		END { if (!found) print what "\tnot reached" }'
}

# ours SOLVER K T: seconds and NDCG, from two runs, because the first history
# has no seconds of measuring in it
ours() {
	local base=(srs-mf-train -q -t "$3" --method ials -f "$2" -e 15
	    --solver "$1" --alpha0 0.2 --lambda 0.008 -o /dev/null)
	"${base[@]}" --history "$dir/history.tsv" "$shop/train.txt"
	"${base[@]}" --valid "$shop/valid.txt" --patience 0 \
	    --history "$dir/valid.tsv" "$shop/train.txt"
	paste "$dir/history.tsv" "$dir/valid.tsv" |
	    awk -F'\t' 'NR > 1 { print $2, $7 }'
}

# implicit_epochs K T RIDGE: seconds so far and NDCG of epochs of implicit; its
# alpha of 6 gives pairs that were not had the weight that the others give them
implicit_epochs() {
	"$here/implicit.py" cg "$1" "$2" 15 "$shop/train.txt" \
	    "$shop/valid.txt" 6 "$3" | awk '{ s += $1; print s, $2 }'
}

# beside_implicit K: its ridge is not scaled by counts, so it gets elsewhere:
# the target is the best that it gets to with the best of some ridges.
beside_implicit() {
	local ridge r t target
	[ -n "${IMPLICIT:-}" ] || return 0
	read -r target ridge <<<"$(for r in 10 20 30 40 50 60 80; do
		implicit_epochs "$1" 2 $r | awk -v r=$r '
			$2 > best { best = $2 } END { print best, r }'
	done | sort -g | tail -n 1)"
	for t in 1 2; do
		implicit_epochs "$1" $t "$ridge" | reach implicit cg "$1" $t
		ours cg "$1" $t | reach srs-mf-train cg "$1" $t
	done
}

# The target is what irspack gets to in ten epochs by Cholesky.
for k in ${FACTORS:-64 128}; do
	target=$("$dir/irspack" cholesky $k 2 10 0.2 0.008 "$shop/train.txt" \
	    "$shop/valid.txt" | awk '$2 > best { best = $2 }
		END { print best }')
	for t in 1 2; do
		for solver in cg block cholesky; do
			"$dir/irspack" $solver $k $t 15 0.2 0.008 \
			    "$shop/train.txt" "$shop/valid.txt" |
			    awk '{ s += $1; print s, $2 }' |
			    reach irspack $solver $k $t
			ours $solver $k $t |
			    reach srs-mf-train $solver $k $t
		done
	done
	beside_implicit $k
done
