# What every program does the same, whatever its work.

load lib

tools() {
	local tool

	for tool in "$SRS_BUILD"/srs-*; do
		[ -x "$tool" ] && [ ! -d "$tool" ] && echo "${tool##*/}"
	done
}

@test "all thirteen tools are there" {
	for tool in clean split mf-train knn-train nn-train score topk fuse \
	    eval ab ope synth info; do
		[ -x "$SRS_BUILD/srs-$tool" ]
	done
}

@test "--help says usage and every option, on stdout, within 80 columns" {
	for tool in $(tools); do
		run -0 --separate-stderr "$tool" --help
		[[ $output == "usage: $tool [OPTION...]"* ]]
		[[ $output == *"--threads N"* && $output == *"--version"* ]]
		[ -z "$stderr" ]
		[ "$(wc -L <<<"$output")" -le 80 ]
		[ "$("$tool" -h)" = "$output" ]
	done
}

@test "--version" {
	for tool in $(tools); do
		run -0 --separate-stderr "$tool" --version
		[[ $output =~ ^$tool\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	done
}

@test "an unknown option is wrong usage and names the nearest" {
	for tool in $(tools); do
		refuses 2 "$tool: unknown option --thread; did you mean --threads?" \
		    "$tool" --thread 2
		refuses 2 "try: $tool --help" "$tool" --thread 2
		refuses 2 "unknown option --no-such-thing" "$tool" \
		    --no-such-thing
	done
}

@test "a bad number is wrong usage" {
	for tool in $(tools); do
		refuses 2 "$tool: --threads: 'two' is not a whole number" \
		    "$tool" -t two
		refuses 2 "$tool: --seed: '1e3' is not a whole number" \
		    "$tool" --seed=1e3
		refuses 2 "$tool: --threads must be from 0 to 4096" \
		    "$tool" -t 5000
		refuses 2 "$tool: --threads needs a value" "$tool" --threads
	done
}

# A call of each tool that works, with `bad` in the place of its main input.
call() {		# call TOOL INPUT OUTPUT
	case $1 in
	srs-synth) srs-synth --users 20 --items 20 --events 200 -o "$3" ;;
	srs-clean) srs-clean -o "$3" "$2" ;;
	srs-split) srs-split --method random --train "$3" --test "$3.test" \
	    "$2" ;;
	srs-mf-train) srs-mf-train --method ials --factors 4 --epochs 2 \
	    -o "$3" "$2" ;;
	srs-knn-train) srs-knn-train --method ease -o "$3" "$2" ;;
	srs-nn-train) srs-nn-train --method deepcf --epochs 1 -o "$3" "$2" ;;
	srs-score) srs-score -m model.st -o "$3" "$2" ;;
	srs-topk) srs-topk -m "$2" -o "$3" ;;
	srs-fuse) srs-fuse --method rrf -o "$3" "$2" "$2" ;;
	srs-eval) srs-eval --truth "$2" -o "$3" "$2" ;;
	srs-ab) srs-ab --metrics mean:x -o "$3" "$2" ;;
	srs-ope) srs-ope --target t -o "$3" "$2" ;;
	srs-info) srs-info -o "$3" "$2" ;;
	esac
}

@test "a missing file: status 1, its name, and no output" {
	for tool in $(tools); do
		[ "$tool" != srs-synth ] || continue
		printf 'u\ti\t3\n' >in.tsv
		srs-mf-train -q --method ials --factors 2 --epochs 1 \
		    -o model.st in.tsv
		refuses 1 "no-such-file" call "$tool" no-such-file out
		[[ $stderr == *"No such file or directory"* ]]
		[ "$(ls -A)" = "$(printf 'in.tsv\nmodel.st')" ]
	done
}

ratings() {		# 40 users, 12 items, a rating and a time each
	awk 'BEGIN { for (u = 0; u < 40; u++) for (i = 0; i < 12; i++)
		if ((u * 7 + i * 5 + u * i) % 3)
			printf "u%d\ti%d\t%d\t%d\n", u, i, 1 + (u + i) % 5,
			    1000 + u * 31 + i * 17 }'
}

# What each tool writes to stdout (srs-synth and srs-split write files).
prints() {		# prints TOOL [OPTION...]
	local tool=$1
	shift
	case $tool in
	srs-mf-train) srs-mf-train -q "$@" --method ials --factors 4 in.tsv ;;
	srs-knn-train) srs-knn-train -q "$@" --method ease in.tsv ;;
	srs-nn-train) srs-nn-train -q "$@" --method deepcf --epochs 1 in.tsv ;;
	srs-clean) srs-clean -q "$@" in.tsv ;;
	srs-score) srs-score -q "$@" -m model.st in.tsv ;;
	srs-topk) srs-topk -q "$@" -m model.st -i in.tsv -k 5 --keep-seen ;;
	srs-fuse) srs-fuse -q "$@" --method rrf lists.tsv lists.tsv ;;
	srs-eval) srs-eval -q "$@" --truth in.tsv lists.tsv ;;
	srs-info) srs-info -q "$@" in.tsv ;;
	*) return 99 ;;
	esac
}

prepare() {
	ratings >in.tsv
	srs-mf-train -q --method ials --factors 4 -o model.st in.tsv
	srs-topk -q -m model.st -i in.tsv -k 5 --keep-seen -o lists.tsv
}

@test "a full disk: status 1 and a reason" {
	prepare
	for tool in $(tools); do
		rc=0
		prints "$tool" >/dev/full 2>err || rc=$?
		[ $rc -ne 99 ] || continue
		echo "$tool: $rc $(cat err)"
		[ $rc -eq 1 ]
		grep -q "^$tool: .*No space left on device" err
		[ "$(wc -l <err)" -eq 1 ]
	done
}

@test "a closed pipe ends a tool quietly" {
	prepare
	for tool in $(tools); do
		# The reader is gone before the first byte is written.
		{ sleep 0.2; rc=0; prints "$tool" 2>err || rc=$?
		  echo $rc >rc; } | true
		rc=$(cat rc)
		[ "$rc" -ne 99 ] || continue
		echo "$tool: $rc $(cat err)"
		[ "$rc" -eq 141 ]
		[ ! -s err ]
	done
}

@test "-q is silent, and results go to stdout as to -o" {
	prepare
	for tool in $(tools); do
		rc=0
		prints "$tool" >out 2>err || rc=$?
		[ $rc -ne 99 ] || continue
		echo "$tool: $(cat err)"
		[ $rc -eq 0 ] && [ -s out ] && [ ! -s err ]
	done
}

@test "--progress=always shows a line of progress" {
	prepare
	srs-mf-train --progress=always --method ials --factors 4 -o m.st \
	    in.tsv 2>err
	grep -q 'epochs' err
}

@test "man pages: each tool has one, and mandoc finds nothing wrong" {
	cd "$SRS_ROOT"
	for tool in $(tools); do
		[ -f "man/$tool.1" ]
	done
	command -v mandoc || skip "no mandoc"
	run mandoc -T lint -W warning man/*.[157]
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "completions load in bash and complete options and methods" {
	for tool in $(tools); do
		bash -n "$SRS_ROOT/completions/bash/$tool"
	done
	run -0 bash -c '. "$1/completions/bash/srs-mf-train"
	COMP_WORDS=(srs-mf-train --method i) COMP_CWORD=2
	compopt() { :; }
	_srs_mf_train; echo "${COMPREPLY[*]}"
	COMP_WORDS=(srs-mf-train --fac) COMP_CWORD=1
	_srs_mf_train; echo "${COMPREPLY[*]}"' bash "$SRS_ROOT"
	[ "${lines[0]}" = ials ]
	[ "${lines[1]}" = --factors ]
}

@test "the same bytes with one thread, two and five" {
	prepare
	for tool in $(tools); do
		rc=0
		prints "$tool" -t 1 >one || rc=$?
		[ $rc -ne 99 ] || continue
		prints "$tool" -t 2 >two
		prints "$tool" -t 5 >five
		cmp one two && cmp one five
		prints "$tool" -t 2 -z >two.gz
		gunzip -c two.gz | cmp one -
	done
	for t in 1 2; do
		srs-synth -q -t $t --users 50 --items 30 --events 2000 -o shop$t
		srs-split -q -t $t --method random --train train$t.gz \
		    --test test$t.gz in.tsv
	done
	diff -r shop1 shop2
	cmp train1.gz train2.gz && cmp test1.gz test2.gz
}
