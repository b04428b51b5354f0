#!/bin/bash
# topk.sh BUILD [JOB...] -- how many users a second srs-topk makes lists for,
# beside the products of its scores alone and beside other programs: a table.
# "make bench-topk JOBS='lists weights'" runs it.  The jobs:
#
#	lists	USERS x ITEMS x FACTORS of normal numbers; what each user had, HAD
#		items, is left out; no output, and output in gzip
#	weights	an item-item model with WEIGHTS weights for each of ITEMS
#	large	LARGE_USERS x LARGE_ITEMS x LARGE_FACTORS as in a shop
#		(tests/bench/topk.c); KIND=normal: normal numbers;
#		KIND=trained: of ials, from five events for each item of a
#		made-up shop
#
# Reading is not in the rates: it is what one user takes.  FAISS and hnswlib
# are measured if their headers and a C++ compiler are there (Debian:
# libfaiss-dev, libhnswlib-dev); neither leaves anything out of its lists.
# Files go to TMPDIR, and are removed.

set -eu
build=$1
shift
jobs=" ${*:-lists weights large} "
users=${USERS:-138493} items=${ITEMS:-26744} factors=${FACTORS:-128}
had=${HAD:-100} top=${TOP:-100} weights=${WEIGHTS:-200}
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
here=$(dirname "$0") bench=$build/tests/bench
dir=$(mktemp -d "${TMPDIR:-/tmp}/bench-topk.XXXXXX")
trap 'rm -rf "$dir"' EXIT

# peer NAME FLAGS: compiles it, or says that it is left out
peer() {
	if c++ -O3 -march=native -fopenmp -o "$dir/$1" "$here/$1.cc" \
	    ${2:+$2} 2>"$dir/errors"; then
		return 0
	fi
	echo "$1 is left out: $(head -n 1 "$dir/errors")" >&2
	return 1
}

row() {		# row WHAT PROGRAM THREADS RATE OF MB NOTE
	printf '%-10s %-26s %2s %9s %6s %6s %s\n' "$@"
}

took() {	# took COMMAND: seconds and MB
	"$bench/measure" 1 x - s x "$1" | awk '{ print $3, $NF }'
}

# lists WHAT THREADS PRODUCTS [OPTION...]: users a second without reading
lists() {
	local what=$1 t=$2 products=$3 run one all
	shift 3
	run="$build/srs-topk -q -t $t -k $top -m $dir/topk.st"
	one=$(took "$run -i $dir/topk.tsv --users $dir/one -o $dir/out $*")
	all=$(took "$run -i $dir/topk.tsv -o ${OUT:-/dev/null} $*")
	# shellcheck disable=SC2086  # words on purpose
	set -- $one $all "$what" "${*:-exact}${OUT:+, gzip}"
	row "$5" "srs-topk $6" "$t" "$(awk -v n="$n" -v s="$3" -v s1="$1" \
	    'BEGIN { printf "%.0f", n / (s - s1) }')" \
	    "$(awk -v n="$n" -v s="$3" -v s1="$1" -v p="$products" \
	    'BEGIN { if (p > 0) printf "%.2f", n / (s - s1) / p }')" \
	    "$4" "reading ${1}s"
}

made() {	# made KIND USERS ITEMS SIZE: model, history, one user; n
	"$bench/topk" "$1" "$2" "$3" "$4" "$had" "$dir"
	echo u1 >"$dir/one"
	n=$2
}

# found PROGRAM THREADS: what part of the exact lists of 200 users it finds, and
# what its index takes beside what exact search reads
found() {
	local run="$build/srs-topk -q -t $2 -k $top -m $dir/topk.st"
	local with without
	without=$(took "$run --users $dir/one -o /dev/null")
	with=$(took "$run --users $dir/one -o /dev/null --approximate int8")
	run="$build/srs-topk -t $2 -k $top -m $dir/topk.st -o /dev/null"
	$run --approximate int8 --recall-check 200 2>&1 | awk -v p="$1" \
	    -v with="$with" -v without="$without" '/ recall@/ {
		split($0, x, ": "); sub(/ .*/, "", x[3])
		printf "%-10s %s: recall %s, index %.1fs\n", "", p, x[3],
		    with - without }'
}

# steps PROGRAM THREADS WHAT: rows of a peer that searches more and more
steps() {
	local first n rate share
	read -r first
	while read -r n rate share; do
		row large "$1, $n $3" "$2" "$rate" '' '' \
		    "recall $share, index ${first}s"
	done
}

trained() {	# trained USERS ITEMS FACTORS: a model; items that nobody had
		# are not in it
	"$build/srs-synth" -q --users "$1" --items "$2" \
	    --events $((5 * $2)) -o "$dir/shop"
	"$build/srs-mf-train" -q --method ials -f "$3" -e 3 \
	    -o "$dir/topk.st" "$dir/shop/events.csv.gz"
	"$build/srs-clean" -q --user user_id --item item_id --duplicates sum \
	    -o "$dir/topk.tsv" "$dir/shop/events.csv.gz"
	awk 'NR == 2 { print $1 }' "$dir/topk.tsv" >"$dir/one"
	n=$(tail -n +2 "$dir/topk.tsv" | cut -f1 | sort -u | wc -l)
	rm -r "$dir/shop"
}

is_asked() {
	case "$jobs" in *" $1 "*) ;; *) return 1 ;; esac
}

row job program t users/s share MB ''
if is_asked lists; then
	made normal "$users" "$items" "$factors"
	"$bench/products" "$dir/topk.st" 1 "$dir"
	for t in 1 2; do
		products=$("$bench/products" "$dir/topk.st" $t)
		row lists 'products alone' $t "$products" 1.00 '' ''
		lists lists $t "$products"
		OUT=$dir/out.gz lists lists $t "$products"
		if peer faiss '-lfaiss -lopenblas -llapack'; then
			row lists 'FAISS IndexFlatIP' $t \
			    "$("$dir/faiss" flat "$factors" "$top" $t "$dir")" \
			    '' '' ''
		fi
	done
fi
if is_asked weights; then
	made weights "$users" "$items" "$weights"
	for t in 1 2; do
		lists weights $t 0
	done
fi
if is_asked large; then
	users=${LARGE_USERS:-10000} items=${LARGE_ITEMS:-1000000}
	factors=${LARGE_FACTORS:-64}
	if [ "${KIND:-shop}" = trained ]; then
		trained "$users" "$items" "$factors"
	else
		made "${KIND:-shop}" "$users" "$items" "$factors"
	fi
	"$bench/products" "$dir/topk.st" 1 "$dir"
	for t in 1 2; do
		products=$("$bench/products" "$dir/topk.st" $t)
		row large "products alone, $n users" $t "$products" 1.00 '' ''
		lists large $t "$products"
		lists large $t "$products" --approximate int8
		found "srs-topk --approximate int8" $t
	done
	for t in ${PEER_THREADS:-2}; do
		if peer faiss '-lfaiss -lopenblas -llapack'; then
			"$dir/faiss" ivf "$factors" "$top" "$t" "$dir" |
			    steps 'FAISS IVF' "$t" lists
		fi
		if peer hnswlib; then
			"$dir/hnswlib" "$factors" "$top" "$t" "$dir" |
			    steps hnswlib "$t" ef
		fi
	done
fi
