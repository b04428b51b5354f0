# srs-nightly(7): three nights of a shop, by the files that the page shows.

load lib

# A shop with a small log of its own, whose first nights are parts of it.
shop() {
	srs-synth -q --users 150 --items 60 --events 12000 --seed 5 -o synth
	gunzip -c synth/events.csv.gz | awk -F, 'NR == 1 { next }
	    { print $4 "\t" $0 }' | sort -n | cut -f 2 >rows
	mkdir shop
	cp "$SRS_ROOT"/tests/nightly/* shop/
	cat >>shop/settings.mk <<-'END'
	FACTORS = 8
	KEEP = 2
	MIN_ROWS = 1000
	REQUIRE = ndcg@10>=0.01
	MAX_DRIFT = 1
	MAX_DROP = 60%
	END
	export JOBS=2 PROM=$PWD/shop.prom
}

log() {			# log N [FILTER]: the first N rows, through it
	{ gunzip -c synth/events.csv.gz | head -n 1
	  head -n "$1" rows | ${2:-cat}; } | gzip >shop/events.csv.gz
}

# One row in ten has lost its user.
spoil() {
	awk -F, -v OFS=, 'NR % 10 == 0 { $1 = "" } { print }'
}

night() {		# night DATE [ARGUMENT...]
	DATE=$1 shop/nightly "$PWD/shop" "${@:2}"
}

served() {
	readlink shop/current
}

@test "three nights: a good one, one of bad data, one that is killed" {
	need_speed
	shop

	# The first: nothing is printed, the release is whole, nothing is left.
	log 9000
	run -0 night 2026-11-20
	[ -z "$output" ]
	[ "$(served)" = releases/2026-11-20 ]
	(cd shop/current && sha256sum --quiet --check SHA256SUMS)
	[ "$(ls shop/current | tr '\n' ' ')" = "SHA256SUMS clean.tsv.gz ease.st \
fusion.st ials.st lists.tsv.gz metrics.json metrics.prom quality.json " ]
	at_least "$(zcat shop/current/lists.tsv.gz | cut -f 1 | sort -u |
	    wc -l)" 100
	[ ! -e shop/work ]
	grep -qx 'srs_nightly_ok 1' shop.prom
	grep -q '^srs_eval{system="fused.test.tsv.gz",metric="ndcg@10"} 0' \
	    shop.prom
	grep -q -e '--checkpoint work' shop/log/2026-11-20
	run -1 grep -q -e --init shop/log/2026-11-20

	# The second: the gate says which figure it is, yesterday's lists stay.
	log 10000 spoil
	cp -r shop/releases before
	run -1 night 2026-11-21
	[[ ${lines[0]} == \
	    "nightly: 2026-11-21 has failed; releases/2026-11-20 is served" ]]
	[[ ${lines[1]} == "nightly: a quality gate said no:" ]]
		[[ ${lines[2]} == "srs-clean: gate: "*"--max-rejects 2"* ]]
	[ "$(served)" = releases/2026-11-20 ]
	diff -r shop/releases before
	[ -s shop/work/2026-11-21/quality.json ]
	grep -qx 'srs_nightly_ok 0' shop.prom
	grep -q '^srs_nightly_release_seconds' shop.prom

	# The third: all is killed while the training writes a checkpoint.
	log 12000
	cp -a shop twin
	mkdir bin
	cat >bin/srs-mf-train <<-END
	#!/bin/sh
	LD_PRELOAD=$SRS_BUILD/tests/faults/fault.so FAULT='stop rename 10 9' \
	    $SRS_BUILD/srs-mf-train "\$@"
	kill -9 0
	END
	chmod +x bin/srs-mf-train
	PATH=$PWD/bin:$PATH DATE=2026-11-22 setsid -w shop/nightly "$PWD/shop" || :
	# the last of those that were killed has gone
	flock -w 60 shop/lock true
	[ -s shop/work/2026-11-22/ials.st.checkpoint ]
	[ ! -e shop/work/2026-11-22/ials.st ]
	[ "$(served)" = releases/2026-11-20 ]
	run -0 night 2026-11-22
	[ -z "$output" ]
	[ "$(served)" = releases/2026-11-22 ]
	[ "$(grep -c '^srs-mf-train.*--init' shop/log/2026-11-22)" -eq 1 ]
	[ "$(grep -c '^srs-mf-train.*--resume' shop/log/2026-11-22)" -eq 1 ]
	[ "$(grep -c '^srs-split --' shop/log/2026-11-22)" -eq 1 ]
	# It is the release that there would have been.
	DATE=2026-11-22 twin/nightly "$PWD/twin"
	cmp shop/current/SHA256SUMS twin/current/SHA256SUMS
	(cd shop/current && sha256sum --quiet --check SHA256SUMS)

	# Back, and forward; not to what is damaged.
	run -0 night 2026-11-22 rollback
	[ "$(served)" = releases/2026-11-20 ]
	run -0 night 2026-11-22 verify
	run -1 night 2026-11-22 rollback
	[[ $output == *"there is no release before"* ]]
	run -0 night 2026-11-22 rollback TO=2026-11-22
	echo >>shop/releases/2026-11-20/lists.tsv.gz
	run -1 night 2026-11-22 rollback
	[[ $output == *"lists.tsv.gz: FAILED"* ]]
	[ "$(served)" = releases/2026-11-22 ]

	# A release is never made anew, and the oldest goes.
	run -1 night 2026-11-22
	[[ $output == *"there is a release 2026-11-22 already"* ]]
	# One that has its name, but is not served yet, is served by the next run.
	printf '#!/bin/sh\nexit 1\n' >bin/ln
	rm bin/srs-mf-train
	chmod +x bin/ln
	PATH=$PWD/bin:$PATH run -1 night 2026-11-23
	[ -d shop/releases/2026-11-23 ]
	[ "$(served)" = releases/2026-11-22 ]
	run -0 night 2026-11-23
	[ "$(served)" = releases/2026-11-23 ]
	(cd shop/current && sha256sum --quiet --check SHA256SUMS)
	[ "$(ls -A shop/releases | tr '\n' ' ')" = '2026-11-22 2026-11-23 ' ]
}

@test "only one runs at a time" {
	need_speed
	mkdir shop
	cp "$SRS_ROOT"/tests/nightly/* shop/
	exec 8>shop/lock
	flock 8
	run -75 shop/nightly "$PWD/shop" 8>&-
	[ "$output" = "nightly: another one is running in $PWD/shop" ]
	exec 8>&-
	run -1 shop/nightly "$PWD/shop"
	[[ ${lines[0]} == *"has failed; nothing is served yet" ]]
}
