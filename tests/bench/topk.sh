#!/bin/bash
# topk.sh BUILD [JOB...] -- how many users a second srs-topk makes lists for,
# beside the products of its scores alone and beside other programs: a table.
# "make bench-topk JOBS='lists weights'" runs it.  The jobs:
#
#	lists	USERS x ITEMS x FACTORS of normal numbers; what each user had, HAD
#		items, is left out; no output, and output in gzip
#	weights	an item-item model with WEIGHTS weights for each of ITEMS
#	large	LARGE_USERS x LARGE_ITEMS x LARGE_FACTORS as in a shop
#		(tests/bench/topk.c); KIND=normal: normal numbers
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
	made "${KIND:-shop}" "$users" "$items" "$factors"
	"$bench/products" "$dir/topk.st" 1 "$dir"
	for t in 1 2; do
		products=$("$bench/products" "$dir/topk.st" $t)
		row large 'products alone' $t "$products" 1.00 '' ''
		lists large $t "$products"
	done
fi
