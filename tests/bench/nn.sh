#!/bin/bash
# nn.sh BUILD [JOB...] -- examples (sequences) a second in training, beside
# PyTorch with the same network, batch and threads: a table.  "make bench-nn
# JOBS='deepcf fm'" runs it.  The jobs:
#
#	deepcf		embeddings 64, layers 64,32 to one number; batches of
#			256, 1,024 and 8,192; 6,040 x 3,706 and 100 k x 50 k
#	logistic fm deepfm
#			clicks of 39 fields, 10^6 features, 16 factors
#	ffm		the same, 4 factors
#	sasrec gru4rec	50 (100) factors, sequences of 50 and 200 items,
#			1,000 items to tell the next one from
#	lstm		texts of 200 words, 100 factors, 256 units
#	wide		sasrec of 256 factors, and what part of the rate of
#			bare products (sgemm) its products are made at
#
# An epoch's time is of the training alone, the median of EPOCHS.  PyTorch is
# left out if Debian's python3-torch is not there (PYTHON names its Python),
# and so are specialists unless VW, XLEARN and LIBFFM name their programs.

set -eu
build=$1
shift
jobs=" ${*:-deepcf logistic fm deepfm ffm sasrec gru4rec lstm wide} "
rows=${ROWS:-400000} epochs=${EPOCHS:-3} python=${PYTHON:-/usr/bin/python3}
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE OMP_NUM_THREADS
here=$(dirname "$0") bench=$build/tests/bench
dir=$(mktemp -d "${TMPDIR:-/tmp}/bench-nn.XXXXXX")
trap 'rm -rf "$dir"' EXIT
has_torch=1
"$python" -c 'import torch' 2>/dev/null || {
	echo 'PyTorch is left out: no python3-torch' >&2
	has_torch=
}

is_asked() {
	case "$jobs" in *" $1 "*) ;; *) return 1 ;; esac
}

per_second() {	# per_second N: of the epochs' seconds on stdin, the median
	sort -g | awk -v n="$1" '{ x[NR] = $1 }
		END { printf "%.0f", n / x[int((NR + 1) / 2)] }'
}

# ours N DATA THREADS OPTION...: examples a second
ours() {
	local n=$1 data=$2 t=$3
	shift 3
	"$build/srs-nn-train" -q -t "$t" -e $((epochs + 1)) \
	    --history "$dir/history" "$@" -o /dev/null "$data"
	awk 'NR > 1 { print $2 - last; last = $2 }' "$dir/history" |
	    tail -n +2 | per_second "$n"
}

# theirs N THREADS NETWORK DATA BATCH ARG...: the same of tests/bench/nn.py
theirs() {
	local n=$1 t=$2
	shift 2
	[ -z "$has_torch" ] || OMP_NUM_THREADS=$t "$python" "$here/nn.py" \
	    "$epochs" "$@" | per_second "$n"
}

row() {		# row WHAT THREADS OURS THEIRS
	printf '%-34s %2s %10s %10s %6s\n' "$1" "$2" "$3" "${4:-}" \
	    "$(awk -v a="$3" -v b="${4:-}" \
	    'BEGIN { if (b > 0) printf "%.2f", a / b }')"
}

printf '%-34s %2s %10s %10s %6s\n' network t srs PyTorch ratio

deepcf() {	# deepcf USERS ITEMS
	local batch t
	"$bench/ratings" "$rows" "$1" "$2" >"$dir/ratings"
	for batch in 256 1024 8192; do
		for t in 1 2; do
			row "deepcf $1 x $2, $batch" $t \
			    "$(ours "$rows" "$dir/ratings" $t --method deepcf \
			    -f 64 --layers 64,32 --batch $batch \
			    --optimizer adam --dropout 0)" \
			    "$(theirs "$rows" $t deepcf "$dir/ratings" \
			    $batch "$1" "$2")"
		done
	done
}

if is_asked deepcf; then
	deepcf 6040 3706
	deepcf 100000 50000
fi

# clicks NETWORK BATCH THREADS OPTION...
clicks() {
	local network=$1 batch=$2 t=$3
	shift 3
	[ -e "$dir/clicks" ] || {
		"$bench/clicks" "$rows" 39 1000000 >"$dir/clicks"
		"$bench/clicks" "$rows" 39 1000000 raw >"$dir/raw"
	}
	row "$network $*, $batch" "$t" "$(ours "$rows" "$dir/clicks" "$t" \
	    --method "$network" --batch "$batch" "$@")" \
	    "$(theirs "$rows" "$t" "$network" "$dir/raw" "$batch" "$@")"
}

if is_asked logistic; then
	for t in 1 2; do
		clicks logistic 1024 $t --optimizer sgd
		clicks logistic 1024 $t --optimizer adagrad
	done
fi
for network in fm deepfm; do
	is_asked $network || continue
	for batch in 1024 4096; do
		for t in 1 2; do
			clicks $network $batch $t -f 16
		done
	done
done
if is_asked ffm; then
	for t in 1 2; do
		clicks ffm 1024 $t -f 4
	done
fi

# --- specialists on the same clicks -------------------------------------------

# beside WHAT THREADS SECONDS NETWORK OPTION...: their seconds of an epoch
beside() {
	local what=$1 t=$2 seconds=$3 network=$4
	shift 4
	row "$network beside $what" "$t" "$(ours "$rows" "$dir/clicks" "$t" \
	    --method "$network" "$@")" \
	    "$(awk -v n="$rows" -v s="$seconds" 'BEGIN { printf "%.0f", n / s }')"
}
libffm() {	# libffm THREADS: it adds up the seconds of its epochs, and
		# leaves a file where it runs
	local program
	program=$(realpath "$LIBFFM")
	(cd "$dir" && "$program" -k 4 -t 4 -s "$1" ffm model) |
	    awk '$1 == 4 { print $3 / 4 }'
}
xlearn() {	# xlearn THREADS SCORE K DATA: the median of three
	USER=bench "$XLEARN" "$4" -s "$2" -k "$3" -e 3 -nthread "$1" \
	    --dis-es --no-bin -m "$dir/model" | awk '/%/ { print $NF }' |
	    sort -g | sed -n 2p
}
vw() {		# vw: one pass of text, with reading
	local TIMEFORMAT=%R
	{ time "$VW" -d "$dir/vw" -b 20 --loss_function logistic \
	    >"$dir/log" 2>&1; } 2>&1
}

# Both have 4 factors, or 8; the others take a step for each example.
ffm_options=(-f 4 --batch 256 --optimizer adagrad --learning-rate 0.1)
fm_options=(-f 8 --batch 256 --optimizer adagrad --learning-rate 0.1)
if is_asked ffm && [ -n "${LIBFFM:-}${XLEARN:-}" ]; then
	"$bench/clicks" "$rows" 39 1000000 ffm >"$dir/ffm"
fi
for t in 1 2; do
	if is_asked logistic && [ -n "${VW:-}" ]; then
		sed 's/^1 /1 | /; s/^0 /-1 | /' "$dir/clicks" >"$dir/vw"
		beside VW $t "$(vw)" logistic --optimizer ftrl
	fi
	if is_asked ffm && [ -n "${LIBFFM:-}" ]; then
		beside libffm $t "$(libffm $t)" ffm "${ffm_options[@]}"
	fi
	if is_asked ffm && [ -n "${XLEARN:-}" ]; then
		beside xlearn $t "$(xlearn $t 2 4 "$dir/ffm")" ffm \
		    "${ffm_options[@]}"
	fi
	if is_asked fm && [ -n "${XLEARN:-}" ]; then
		beside xlearn $t "$(xlearn $t 1 8 "$dir/clicks")" fm \
		    "${fm_options[@]}"
	fi
done

# Each of n texts has `length` words, of 10,000, and one of two classes.
texts() {	# texts N LENGTH
	awk -v n="$1" -v length1="$2" 'BEGIN { x = 1
		for (u = 0; u < n; u++) { printf "%d\t", u % 2
			for (i = 0; i < length1; i++) {
				x = (x * 16807) % 2147483647
				printf "w%d ", x % 10000 }
			print "" } }' >"$dir/texts"
}

if is_asked lstm; then
	texts 1024 200
	for t in 1 2; do
		row "lstm 100 -> 256, length 200" $t "$(ours 1024 \
		    "$dir/texts" $t --method lstm -f 100 --units 256 \
		    --length 200 --batch 64 --dropout 0)" \
		    "$(theirs 1024 $t lstm "$dir/texts" 64)"
	done
fi

# Each of n users has length + 1 items, of 10,000.
sequences() {	# sequences N LENGTH
	awk -v n="$1" -v length1=$(($2 + 1)) 'BEGIN { x = 1
		print "user_id:token\titem_id:token\ttimestamp:float"
		for (u = 0; u < n; u++) for (i = 0; i < length1; i++) {
			x = (x * 16807) % 2147483647
			print "u" u "\ti" int(exp(log(10000) * x / 2147483647)) \
			    "\t" i } }' >"$dir/sequences"
	cut -f2 "$dir/sequences" | tail -n +2 | sort -u | wc -l >"$dir/items"
}

sequence_net() {	# sequence_net NETWORK FACTORS N LENGTH OPTION...
	local network=$1 k=$2 n=$3 length=$4 t rate
	shift 4
	sequences "$n" "$length"
	for t in 1 2; do
		rate=$(ours "$n" "$dir/sequences" $t --method "$network" \
		    -f "$k" --length "$length" --negatives 1000 --batch 128 \
		    --dropout 0.2 "$@")
		row "$network $k, length $length" $t "$rate" \
		    "$(theirs "$n" $t "$network" - 128 "$n" "$length" "$k" \
		    "$(cat "$dir/items")")"
		[ "$k" -lt 256 ] || products $t "$rate" "$k" "$length"
	done
}

# What sasrec's products of two blocks and 1,001 scores are made at: forward
# and twice backward, 10^9 additions and multiplications a second.
products() {	# products THREADS RATE FACTORS LENGTH
	awk -v t="$1" -v rate="$2" -v d="$3" -v n="$4" \
	    -v most="$("$bench/sgemm" "$1")" 'BEGIN {
		step = 2 * 2 * (6 * d * d + (n + 1) * d) + 2 * 1001 * d
		made = 3e-9 * step * n * rate
		printf "%-34s %2s %10.0f %10.0f %6.2f\n",
		    "its products, and bare ones", t, made, most, made / most
	}'
}

if is_asked sasrec; then
	sequence_net sasrec 50 4096 50 --blocks 2 --heads 1
	sequence_net sasrec 50 1024 200 --blocks 2 --heads 1
fi
if is_asked gru4rec; then
	sequence_net gru4rec 100 4096 50
fi
if is_asked wide; then
	sequence_net sasrec 256 512 200 --blocks 2 --heads 4
fi
