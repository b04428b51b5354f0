# Tables that are no tables: every program that reads one refuses them with
# the same words, exits 1, leaves no output and the old one as it was.

load lib

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit
	# u0 .. u29 by i0 .. i11; the third column is a rating and a score
	awk 'BEGIN { for (u = 0; u < 30; u++) for (i = 0; i < 12; i++)
		if ((u * 7 + i * 5 + u * i) % 3)
			printf "u%d\ti%d\t%d\t%d\n", u, i, 1 + (u + i) % 5,
			    1 + i }' >good
	: >empty
	printf '\177ELF\002\001\001\0\0\0\n\0\0\0\0\n' >binary
	gzip -c good | head -c 200 >truncated
	head -c 104857600 /dev/zero | tr '\0' a | gzip -1 >long-line
	{ head -n 2 good; printf 'u1\ti\0001\t3\t4\n'; cat good; } >nul
	{ cat good good; printf 'u1\ti1\t3\0\t4\n'; } >late-nul
	{ printf '%s:token\t%s:token\trating:float\tscore:float\ttimestamp:float\n' \
	    user_id item_id
	    printf 'u1\ti10\t3\t3\t1\nu1\ti11\t1e999\t1e999\t1e999\n'; } \
	    >huge-number
	{ printf 'user_id:token\titem_id:token\tscore:float\titem_id:token\n'
	    cat good; } >twice
	{ cat good; printf 'u1\ti1\n'; } >short-row
	{ cat good; printf '%010000d\ti1\t3\t12\nu1\t%010000d\t3\t13\n' 1 2
	    printf '%010000d\ti2\t2\t13\n' 1; } >long-id
	printf 'user_id:token\titem_id:token\tscore:float\n' >only-header
	{ cat good; printf 'u1\ti1\0019\t3\t14\n'; } >control
	{ cat good; printf 'u\351\ti10\t3\t15\n'; } >encoding
	{ cat good; printf 'u1 \ti10\t3\t16\n'; } >spaces
	srs-mf-train -q --method ials --factors 2 --epochs 1 -o model.st good
}

# The programs that read tables; without those named.
tools() {
	local tool

	for tool in clean split mf-train knn-train nn-train score topk fuse \
	    eval info; do
		case " $* " in
		*" $tool "*) ;;
		*) echo "srs-$tool" ;;
		esac
	done
}

# use TOOL INPUT: a call that works if the input is good; writes ./out.
use() {
	local model=$BATS_FILE_TMPDIR/model.st good=$BATS_FILE_TMPDIR/good

	case $1 in
	srs-clean) srs-clean -q --on-error=fail -o out "$2" ;;
	srs-split) srs-split -q --method leave-last --train out \
	    --test out.test "$2" ;;
	srs-mf-train) srs-mf-train -q --method sgd --epochs 1 --factors 2 \
	    -o out "$2" ;;
	srs-knn-train) srs-knn-train -q --method ease -o out "$2" ;;
	srs-nn-train) srs-nn-train -q --method deepcf --epochs 1 -o out "$2" ;;
	srs-score) srs-score -q -m "$model" -i "$2" -o out "$2" ;;
	srs-topk) srs-topk -q -m "$model" -i "$2" -o out ;;
	srs-fuse) srs-fuse -q --method rrf -o out "$good" "$2" ;;
	srs-eval) srs-eval -q --truth "$good" -o out "$2" ;;
	srs-info) srs-info -o out "$2" ;;
	esac
}

# all_refuse INPUT TEXT...: each program (but for those in $without) says one of
# the texts of INPUT.
all_refuse() {
	local tool text said input=$BATS_FILE_TMPDIR/$1
	shift
	# shellcheck disable=SC2086  # words on purpose
	for tool in $(tools $without); do
		rm -f out*
		run -1 --separate-stderr use "$tool" "$input"
		echo "$tool: $stderr"
		[ -z "$output" ]
		[ -z "$(ls)" ]		# nothing is left behind
		said=
		for text do
			[[ $stderr != "$tool: "*"$text"* ]] || said=yes
		done
		[ "$said" ]
		[ "${#stderr_lines[@]}" -eq 1 ]
		[ "${#stderr}" -le 400 ]
		echo old >out
		run -1 --separate-stderr use "$tool" "$input"
		[ "$(cat out)" = old ] && [ "$(ls)" = out ]
		rm out
	done
}

@test "the table that is good" {
	for tool in $(tools); do
		run -0 use "$tool" "$BATS_FILE_TMPDIR/good"
		[ -s out ]
		rm -f out*
	done
}

@test "an empty file" {
	all_refuse empty 'empty: the table is empty' \
	    'empty: the file is empty' 'empty: no rows'
}

@test "a binary file" {
	all_refuse binary 'binary:1: a NUL byte: not a text table'
}

@test "a truncated gzip file" {
	all_refuse truncated 'truncated: gzip data ends too early' \
	    'truncated: the gzip'
}

# srs-info says what a table holds, whatever that is.
@test "ids that are none" {
	local n e=$'\351'

	n=$(wc -l <"$BATS_FILE_TMPDIR/control")
	without=info all_refuse control \
	    "control:$n: item_id: 'i1\\x019' is no id: it has a control char" \
	    "control:$n: item_id: 'i1\\x019' has a control character"
	without=info all_refuse encoding \
	    "encoding:$n: user_id: 'u$e' is no id: it is not UTF-8" \
	    "encoding:$n: user_id: 'u$e' is not UTF-8"
	without='clean info' all_refuse spaces \
	    "spaces:$n: user_id: 'u1 ' is no id: it has spaces around it"
	run -0 srs-clean -q --on-error=fail --duplicates keep -H \
	    "$BATS_FILE_TMPDIR/spaces"
	[[ ${lines[-1]} = $'u1\ti10\t3\t16' ]]
}

@test "a line of 100 MB" {
	all_refuse long-line 'long-line:1: a row of more than 16777216 bytes'
}

@test "NUL bytes" {
	all_refuse nul 'nul:3: a NUL byte: not a text table'
	all_refuse late-nul "late-nul:$(($(wc -l <"$BATS_FILE_TMPDIR/good") * \
	    2 + 1)): a NUL byte"
}

@test "a number like 1e999" {
	local column says=()

	for column in rating score timestamp; do
		says+=("huge-number:3: $column: '1e999' is not a number")
	done
	all_refuse huge-number "${says[@]}"
}

@test "a column that is there twice" {
	all_refuse twice "twice:1: column 'item_id' stands twice"
}

@test "a row with too few fields" {
	all_refuse short-row "short-row:$(wc -l <"$BATS_FILE_TMPDIR/long-id" |
	    awk '{ print $1 - 2 }'): 2 fields, not 4"
}

@test "ids of 10,000 characters are ids" {
	local long

	long=$(printf '%010000d' 1)
	for tool in $(tools); do
		rm -f out*
		run -0 --separate-stderr use "$tool" \
		    "$BATS_FILE_TMPDIR/long-id"
		[ -s out ]
		case $tool in
		srs-split | srs-clean | srs-fuse) grep -q "^$long	" out ;;
		srs-mf-train) grep -qaF "$long" out ;;
		esac
	done
}

@test "a header without rows has nothing to learn from" {
	for tool in $(tools); do
		case $tool in srs-clean | srs-info) continue ;; esac
		rm -f out*
		run -1 --separate-stderr use "$tool" \
		    "$BATS_FILE_TMPDIR/only-header"
		echo "$tool: $stderr"
		[ -z "$(ls)" ] && [ "${#stderr_lines[@]}" -eq 1 ]
	done
}
