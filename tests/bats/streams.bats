# Files, pipes and devices, as every tool reads and writes them; srs-clean
# stands for all.

load lib

# A log of N rows that compresses to a good part of its size.
log() {
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
		printf "u%d\ti%d\t1\t%d\n", i * 7919 % 1009, i * 104729 % 757,
		    1000000 + i }'
}

clean() {
	srs-clean -q "$@"
}

@test "gzip is read wherever it comes from, and gunzip reads ours" {
	log 50000 >a.tsv
	gzip -c a.tsv >a.gz
	clean -o want a.tsv
	clean -o b.tsv.gz a.gz
	gzip -t b.tsv.gz
	zcat b.tsv.gz | cmp - want
	clean <a.gz | cmp - want
	cat a.gz | clean | cmp - want
	mkfifo pipe
	cat b.tsv.gz >pipe &
	clean pipe | cmp - want
	clean -z <b.tsv.gz | clean | cmp - want
}

@test "concatenated members are one stream" {
	log 30000 >a.tsv
	head -n 100 a.tsv | gzip >m.gz
	sed -n 101,20000p a.tsv | gzip -1 >>m.gz
	: | gzip >>m.gz
	sed -n '20001,$p' a.tsv | clean -H -z >>m.gz
	clean -H a.tsv | cmp - <(clean -H m.gz)
}

@test "a damaged file is named, and nothing is written" {
	log 50000 | gzip -c >a.gz
	head -c 30000 a.gz >cut.gz
	refuses 1 "cut.gz: gzip data ends too early" clean -o out cut.gz
	log 50000 | clean -z >b.gz
	head -c -28 b.gz >cut.gz
	refuses 1 "cut.gz: gzip data ends too early" clean -o out cut.gz
	{ cat a.gz; echo more; } >more.gz
	refuses 1 "more.gz: something follows the gzip data" \
	    clean -o out more.gz
	{ head -c 20000 a.gz; printf 'xxxx'; tail -c +20005 a.gz; } >bad.gz
	refuses 1 "bad.gz: gzip data is corrupt: " clean -o out bad.gz
	refuses 1 "standard input: gzip data is corrupt: " \
	    clean -o out <bad.gz
	[ ! -e out ]
	refuses 1 "cannot read '.': it is a directory" clean .
}

@test "a killed run leaves the old file and nothing else" {
	mkdir d
	echo old >d/out.gz
	log 1000 >in.tsv
	mkfifo pipe
	srs-clean -q -o d/out.gz pipe 3>&- &
	pid=$!
	{ cat in.tsv; sleep 0.3; kill -9 $pid; } >pipe
	wait $pid || true
	[ "$(cat d/out.gz)" = old ]
	[ "$(ls -A d)" = out.gz ]
}

@test "links are followed, modes kept, devices written as they are" {
	log 10 >in.tsv
	clean -o want in.tsv
	echo old >target
	chmod 604 target
	ln -s target link
	clean -o link in.tsv
	[ -L link ]
	cmp target want
	[ "$(stat -c %a target)" = 604 ]
	clean -o /dev/null in.tsv
	[ -c /dev/null ]
	clean -o /dev/stdout in.tsv | cmp - want
	{ echo before; clean -o /dev/fd/3 in.tsv; } 3>&1 >all
	mkfifo pipe
	cat pipe >got &
	clean -o pipe in.tsv
	wait
	cmp got want
	refuses 1 "cannot write '/dev/full': No space left on device" \
	    clean -o /dev/full in.tsv
	refuses 1 "cannot write 'no/file': No such file" \
	    clean -o no/file in.tsv
}

@test "a file may be its own output" {
	log 1000 >a.tsv
	clean -o want a.tsv
	clean -o a.tsv a.tsv
	cmp a.tsv want
}

@test "two runs at once on one output: one of them is there, whole" {
	log 40000 >1.tsv
	log 50000 >2.tsv
	clean -o 1.gz 1.tsv
	clean -o 2.gz 2.tsv
	mkdir d
	for _ in 1 2 3; do
		clean -o d/out.gz 1.tsv &
		clean -o d/out.gz 2.tsv
		wait
		cmp -s d/out.gz 1.gz || cmp -s d/out.gz 2.gz
	done
	[ "$(ls -A d)" = out.gz ]
}
