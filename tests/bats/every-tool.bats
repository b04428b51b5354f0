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

@test "a name that is nearly right is told the right one" {
	printf 'user_id:token\titem_id:token\trating:float\nu\ti\t3\n' >r.tsv
	cp r.tsv ease.tsv
	cp r.tsv ials.tsv
	srs-knn-train -q --method popular -o m.st r.tsv
	while IFS='|' read -r status message command; do
		# shellcheck disable=SC2086  # words on purpose
		run -"$status" --separate-stderr $command
		[ "${stderr_lines[0]}" = "$message" ]
	done <<-'END'
	2|srs-mf-train: unknown option --epoch; did you mean --epochs?|srs-mf-train --epoch 3
	2|srs-topk: unknown option --item-tabel; did you mean --item-table?|srs-topk --item-tabel x
	2|srs-mf-train: --method: unknown 'ial'; did you mean 'ials'?|srs-mf-train --method ial
	2|srs-knn-train: --method: unknown 'popularity'; did you mean 'popular'?|srs-knn-train --method popularity
	2|srs-knn-train: --method: unknown 'zebra'; it is one of ease, sansa, slim, gfcf, bspm, rp3beta, p3alpha, item, user, vsknn, stan, vstan, markov, rules, popular, random|srs-knn-train --method zebra
	2|srs-eval: 'ndgc' is not a metric of lists; did you mean 'ndcg'?|srs-eval --truth r.tsv --metrics ndgc@10 r.tsv
	2|srs-eval: --require: 'recal@20>0.1': 'recal@20' is not among the metrics; did you mean 'recall@20'?|srs-eval --truth r.tsv --metrics recall@20 --require recal@20>0.1 r.tsv
	1|srs-mf-train: r.tsv: no column 'raitng'; there are user_id, item_id, rating; did you mean 'rating'?|srs-mf-train --method sgd --value raitng r.tsv
	1|srs-eval: r.tsv: no column 'scores'; there are user_id, item_id, rating|srs-eval --ratings --score-column scores r.tsv
	1|srs-fuse: --weights: no system is called 'eas'; did you mean 'ease'?|srs-fuse --method sum --weights eas=1,ials=2 ease.tsv ials.tsv
	1|srs-info: m.st: no tensor 'item_id'; did you mean 'item_ids'?|srs-info --ids item_id m.st
	END
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

# completed LINE: what bash offers at the end of it, in place of what is after
# the last of the characters that it breaks words at.
completed() {
	bash -c 'for f in "$1"/completions/bash/*; do . "$f"; done
	compopt() { :; }
	COMP_LINE=$2 COMP_POINT=${#2} COMP_WORDBREAKS=$3
	read -ra COMP_WORDS <<<"${2//=/ = }"
	"_$(tr - _ <<<"${COMP_WORDS[0]}")" "${COMP_WORDS[0]}"
	printf "%s\n" "${COMPREPLY[@]}"' bash "$SRS_ROOT" "$1" $' \t\n"\'@><=;|&(:' | paste -sd ' '
}

@test "bash completes options, methods, metrics and columns of the files" {
	for tool in $(tools); do
		bash -n "$SRS_ROOT/completions/bash/$tool"
	done
	printf 'user_id:token\titem_id:token\tclick:float\n' | gzip >a.tsv.gz
	printf 'id,colour,"a, $(b) c"\n1,red,2\n' >b.csv
	[ "$(completed 'srs-mf-train --fac')" = --factors ]
	[ "$(completed 'srs-mf-train --method ia')" = ials ]
	[ "$(completed 'srs-mf-train --method=ia')" = ials ]
	[ "$(completed 'srs-eval --metrics ndcg@10,logl')" = 10,logloss ]
	[ "$(completed 'srs-eval a.tsv.gz --truth-column cl')" = click ]
	[ "$(completed 'srs-eval --truth-column=cl')" = '' ]
	[ "$(completed 'srs-clean --columns click,col')" = '' ]
	[ "$(completed 'srs-clean a.tsv.gz b.csv --columns click,col')" = \
	    click,colour ]
	[ "$(completed 'srs-clean b.csv --range=co')" = colour ]
	[ "$(completed 'srs-clean b.csv --item a')" = 'a\,\ \$\(b\)\ c' ]
}

@test "fish completes options, methods, metrics and columns of the files" {
	command -v fish >/dev/null || skip "no fish"
	printf 'user_id:token\titem_id:token\tclick:float\n' | gzip >a.tsv.gz
	fished() {
		fish --no-config -c 'for f in $argv[1]/completions/fish/*
			source $f
		end
		complete -C $argv[2]' "$SRS_ROOT" "$1" | cut -f 1 | paste -sd ' '
	}
	[ "$(fished 'srs-mf-train --fac')" = --factors ]
	[ "$(fished 'srs-mf-train --method ia')" = ials ]
	[[ " $(fished 'srs-eval --metrics ndcg@10,rm') " == *' ndcg@10,rmse '* ]]
	[ "$(fished 'srs-eval a.tsv.gz --truth-column cl')" = click ]
}

@test "zsh completes methods, metrics and columns of the files" {
	command -v zsh >/dev/null || skip "no zsh"
	for tool in $(tools); do
		zsh -n "$SRS_ROOT/completions/zsh/_$tool"
	done
	printf 'user_id:token\titem_id:token\tclick:float\n' | gzip >a.tsv.gz
	zshed() {
		zsh -f "$SRS_ROOT/tests/bats/complete.zsh" \
		    "$SRS_ROOT/completions/zsh" "$1"
	}
	[ "$(zshed 'srs-mf-train --method ia')" = 'srs-mf-train --method ials' ]
	[ "$(zshed 'srs-eval --metrics rmse,logl')" = \
	    'srs-eval --metrics rmse,logloss' ]
	[ "$(zshed 'srs-eval a.tsv.gz --truth-column cl')" = \
	    'srs-eval a.tsv.gz --truth-column click' ]
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
