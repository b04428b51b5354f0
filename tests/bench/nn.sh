#!/bin/bash
# nn.sh BUILD [JOB...] -- examples a second in training, on one thread and two,
# beside PyTorch with the same network, batch and threads, and beside programs
# made for one kind of network: a table with the times of each and what is to be
# reached.  "make bench-nn JOBS='deepcf fm'" runs it.  The jobs:
#
#	deepcf		embeddings 64, layers 64,32 to one number; batches of
#			256, 1,024 and 8,192; 6,040 x 3,706 and 100 k x 50 k
#	neumf		32 factors, layers 32,16,8; four negatives for each
#			row are drawn and counted
#	logistic fm deepfm
#			clicks of 39 fields, 10^6 features, 16 factors
#	ffm		the same, 4 factors
#	sasrec gru4rec	50 (100) factors, sequences of 50 and 200 items;
#			sequences (events) a second
#	lstm		texts of 200 words, 100 factors, 256 units
#	wide		sasrec of 256 factors, and what part of the rate of
#			bare products (sgemm) its products are made at
#
# Without jobs: all, in about ten minutes.  Lines are kept in BUILD/bench, in a
# file for each srs-nn-train that is built: what was measured is not measured
# again.  An epoch's time is of the training alone, but where "text" is said:
# there it is the whole run of one epoch.  ROWS, EPOCHS and PEER_SECONDS
# are sizes.  PyTorch and scikit-learn are left out if PYTHON does not have
# them, and so are others unless VW, XLEARN and LIBFFM name their programs.

set -eu
build=$1
shift
jobs=" ${*:-deepcf neumf logistic fm deepfm ffm sasrec gru4rec lstm wide} "
rows=${ROWS:-200000} epochs=${EPOCHS:-3} seconds=${PEER_SECONDS:-2}
python=${PYTHON:-/usr/bin/python3}
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE OMP_NUM_THREADS
here=$(dirname "$0") bench=$build/tests/bench
mkdir -p "$build/bench"
table=$build/bench/nn.$(cksum <"$build/srs-nn-train" | tr ' ' .).tsv
dir=$(mktemp -d "${TMPDIR:-/tmp}/bench-nn.XXXXXX")
trap 'rm -rf "$dir"' EXIT

is_asked() {
	case "$jobs" in *" $1 "*) ;; *) return 1 ;; esac
}

has() {		# has MODULE: of Python
	"$python" -c "import $1" 2>/dev/null || {
		echo "left out: $python has no $1" >&2
		return 1
	}
}
has_torch=1 has_sklearn=1
has torch || has_torch='' has_sklearn=''
[ -z "$has_sklearn" ] || has sklearn || has_sklearn=

# --- lines --------------------------------------------------------------------

show() {	# show LINE
	awk -F'\t' '{ printf "%-38s %1s %9s %-12s %9s %6s %5s %s\n",
		$1, $2, $3, $4, $5, $6, $7, $8 }' <<<"$1"
}

# line WHAT THREADS PEER GOAL OURS THEIRS: the last two are functions that
# print examples a second; they are not called where the line is there.
line() {
	local what=$1 t=$2 peer=$3 goal=$4 found a b
	found=$(grep -sF "$what	$t	" "$table" | grep -F "	$peer	" | head -1) ||
	    found=
	if [ -z "$found" ]; then
		a=$($5) b=$($6)
		found=$(awk -v OFS='\t' -v what="$what" -v t="$t" -v a="$a" \
		    -v peer="$peer" -v b="$b" -v goal="$goal" 'BEGIN {
			said = a >= goal * b ? "met" : "short"
			if (b > 0)
				r = sprintf("%.2f", a / b)
			else
				b = r = said = "-"
			print what, t, a, peer, b, r, goal, said }')
		printf '%s\n' "$found" >>"$table"
	fi
	show "$found"
}

show "network	t	srs	peer	peer's	times	goal	"

# --- ours and theirs: both look at these --------------------------------------

n=$rows		# examples of an epoch
data=		# file
t=1
options=()	# of srs-nn-train
theirs=()	# of tests/bench/nn.py

# The median of an epoch, after one that does not count.
ours() {
	"$build/srs-nn-train" -q -t "$t" -e $((epochs + 1)) \
	    --history "$dir/history" "${options[@]}" -o /dev/null "$data"
	awk 'NR > 1 { print $2 - last; last = $2 }' "$dir/history" |
	    tail -n +2 | sort -g | awk -v n="$n" '{ x[NR] = $1 }
		END { printf "%.0f", n / x[int((NR + 1) / 2)] }'
}

# seconds_of COMMAND...
seconds_of() {
	local TIMEFORMAT=%R
	{ time "$@" >"$dir/log" 2>&1; } 2>&1
}

rate() {	# rate SECONDS: of an epoch
	awk -v n="$n" -v s="$1" 'BEGIN { printf "%.0f", n / s }'
}

ours_with_text() {
	rate "$(seconds_of "$build/srs-nn-train" -q -t "$t" -e 1 \
	    "${options[@]}" -o "$dir/m.st" "$data")"
}

python_rate() {
	[ -n "$has_torch" ] || return 0
	OMP_NUM_THREADS=$t "$python" "$here/nn.py" "$seconds" "${theirs[@]}"
}

# beside_torch WHAT GOAL: on one thread and two
beside_torch() {
	for t in 1 2; do
		line "$1" $t PyTorch "$2" ours python_rate
	done
}

# --- pairs --------------------------------------------------------------------

deepcf() {	# deepcf USERS ITEMS
	local batch
	data=$dir/ratings.$1
	"$bench/ratings" "$rows" "$1" "$2" >"$data"
	for batch in 256 1024 8192; do
		options=(--method deepcf -f 64 --layers 64,32 --batch $batch
		    --optimizer adam --dropout 0)
		theirs=(deepcf "$data" $batch "$1" "$2")
		beside_torch "deepcf $1 x $2, $batch" 3
	done
}

neumf() {
	local batch
	data=$dir/pairs
	"$bench/ratings" "$rows" 6040 3706 | cut -f1,2 | sort -u >"$data"
	n=$((5 * ($(wc -l <"$data") - 1)))
	for batch in 256 2048; do
		options=(--method neumf -f 32 --layers 32,16,8 --negatives 4
		    --batch $batch --optimizer adam --dropout 0)
		theirs=(neumf "$data" $batch)
		beside_torch "neumf, $batch" 3
	done
	n=$rows
}

if is_asked deepcf; then
	deepcf 6040 3706
	deepcf 100000 50000
fi
if is_asked neumf; then
	neumf
fi

# --- clicks -------------------------------------------------------------------

# clicks NETWORK BATCH OPTION...
clicks() {
	local network=$1 batch=$2
	shift 2
	data=$dir/clicks
	options=(--method "$network" --batch "$batch" "$@")
	theirs=("$network" "$dir/raw" "$batch" "$@")
	beside_torch "$network $*, $batch" 3
}

if is_asked logistic || is_asked fm || is_asked deepfm || is_asked ffm; then
	"$bench/clicks" "$rows" 39 1000000 >"$dir/clicks"
	"$bench/clicks" "$rows" 39 1000000 raw >"$dir/raw"
	"$bench/clicks" "$rows" 39 1000000 ffm >"$dir/ffm"
fi
if is_asked logistic; then
	clicks logistic 1024 --optimizer sgd
	clicks logistic 1024 --optimizer adagrad
fi
for network in fm deepfm; do
	is_asked $network || continue
	clicks $network 1024 -f 16
	clicks $network 4096 -f 16
done
if is_asked ffm; then
	clicks ffm 1024 -f 4
fi

# --- programs for one kind of network, on the same clicks ---------------------

data=$dir/clicks
libffm() {	# it adds up the seconds of its epochs, and leaves a file
		# where it runs
	local program
	program=$(realpath "$LIBFFM")
	rate "$(cd "$dir" && "$program" -k 4 -t 4 -s "$t" ffm model |
	    awk '$1 == 4 { print $3 / 4 }')"
}
xlearn() {	# xlearn SCORE K DATA: the median of three
	rate "$(USER=bench "$XLEARN" "$3" -s "$1" -k "$2" -e 3 -nthread "$t" \
	    --dis-es --no-bin -m "$dir/model" | awk '/%/ { print $NF }' |
	    sort -g | sed -n 2p)"
}
xlearn_lr() {
	xlearn 0 4 "$dir/clicks"
}
xlearn_fm() {
	xlearn 1 8 "$dir/clicks"
}
xlearn_ffm() {
	xlearn 2 4 "$dir/ffm"
}
vw() {		# one pass of text
	sed 's/^1 /1 | /; s/^0 /-1 | /' "$dir/clicks" >"$dir/vw"
	rate "$(seconds_of "$VW" -d "$dir/vw" -b 20 --loss_function logistic)"
}
vw_cache() {	# the same, less of what is read
	local text
	vw >"$dir/text"
	text=$(seconds_of "$VW" -d "$dir/vw" -b 20 --loss_function logistic \
	    -k --cache_file "$dir/cache")
	rate "$(awk -v a="$text" -v b="$(seconds_of "$VW" -d "$dir/vw" -b 20 \
	    --loss_function logistic -k --cache_file "$dir/cache" \
	    --passes 5)" 'BEGIN { print (b - a) / 4 }')"
}
# What the issue that asks for this has of Vowpal Wabbit, for who has none.
vw_said() {
	echo 340000
}
vw_cache_said() {
	echo 640000
}

# The others take a step for each example.
small=(--batch 256 --optimizer adagrad --learning-rate 0.1)
beside_logistic() {
	options=(--method logistic "${small[@]}")
	theirs=(sgd "$dir/raw" 1)
	[ -z "$has_sklearn" ] || line 'logistic' $t SGDClassifier 1 ours \
	    python_rate
	theirs=(liblinear "$dir/raw" 1)
	[ -z "$has_sklearn" ] || line 'logistic' $t liblinear 1 ours \
	    python_rate
	[ -z "${XLEARN:-}" ] || line 'logistic' $t xlearn 1 ours xlearn_lr
	theirs=(sgdtext "$dir/clicks" 1)
	[ -z "$has_sklearn" ] || line 'logistic, text' $t SGDClassifier 1 \
	    ours_with_text python_rate
	options=(--method logistic --batch 256 --optimizer ftrl --hash-bits 20)
	if [ -n "${VW:-}" ]; then
		line 'logistic' $t VW 1 ours vw_cache
		line 'logistic, text' $t VW 1 ours_with_text vw
	else
		line 'logistic' $t 'VW (said)' 1 ours vw_cache_said
		line 'logistic, text' $t 'VW (said)' 1 ours_with_text vw_said
	fi
}
for t in 1 2; do
	if is_asked logistic; then
		beside_logistic
	fi
	options=(--method fm -f 8 "${small[@]}")
	if is_asked fm && [ -n "${XLEARN:-}" ]; then
		line 'fm -f 8' $t xlearn 1 ours xlearn_fm
	fi
	options=(--method ffm -f 4 "${small[@]}")
	if is_asked ffm && [ -n "${LIBFFM:-}" ]; then
		line 'ffm -f 4' $t libffm 1 ours libffm
	fi
	if is_asked ffm && [ -n "${XLEARN:-}" ]; then
		line 'ffm -f 4' $t xlearn 1 ours xlearn_ffm
	fi
done

# --- texts --------------------------------------------------------------------

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
	texts 768 200
	n=768 data=$dir/texts
	options=(--method lstm -f 100 --units 256 --length 200 --batch 64
	    --dropout 0)
	theirs=(lstm "$data" 64)
	beside_torch 'lstm 100 -> 256, length 200' 2
fi

# --- sequences ----------------------------------------------------------------

# Each of n users has length + 1 items, of 10,000.
sequences() {	# sequences N LENGTH
	data=$dir/sequences.$1.$2
	awk -v n="$1" -v length1=$(($2 + 1)) 'BEGIN { x = 1
		print "user_id:token\titem_id:token\ttimestamp:float"
		for (u = 0; u < n; u++) for (i = 0; i < length1; i++) {
			x = (x * 16807) % 2147483647
			print "u" u "\ti" int(exp(log(10000) * x / 2147483647)) \
			    "\t" i } }' >"$data"
	items=$(cut -f2 "$data" | tail -n +2 | sort -u | wc -l)
}

# sasrec FACTORS HEADS N LENGTH
sasrec() {
	sequences "$3" "$4"
	n=$3
	options=(--method sasrec -f "$1" --heads "$2" --blocks 2
	    --length "$4" --negatives 1000 --batch 128 --dropout 0.2)
	theirs=(sasrec - 128 "$3" "$4" "$1" "$items" 1000 "$2")
	beside_torch "sasrec $1, length $4" 2
}

# gru4rec WHAT NEGATIVES SAMPLING: events a second
gru4rec() {
	sequences 4096 50
	n=$((4096 * 50))
	options=(--method gru4rec -f 100 --length 50 --negatives "$2"
	    --sampling "$3" --batch 128 --dropout 0.2)
	theirs=(gru4rec - 128 4096 50 100 "$items" "$2" 1)
	beside_torch "gru4rec 100, $1" 2
}

if is_asked sasrec; then
	sasrec 50 1 4096 50
	sasrec 50 1 1024 200
fi
if is_asked gru4rec; then
	gru4rec in-batch 127 in-batch
	gru4rec '2,048 negatives' 2048 uniform
fi

# What sasrec's products of two blocks and 1,001 scores are made at: forward
# and twice backward, 10^9 additions and multiplications a second.
products() {
	awk -v rate="$(ours)" -v d=256 -v n=200 'BEGIN {
		step = 2 * 2 * (6 * d * d + (n + 1) * d) + 2 * 1001 * d
		printf "%.0f", 3e-9 * step * n * rate }'
}
sgemm() {
	"$bench/sgemm" "$t"
}

if is_asked wide; then
	epochs=2
	sasrec 256 4 384 200
	for t in 1 2; do
		line 'its products, 10^9 a second' $t sgemm 0.6 products sgemm
	done
fi
