# tests/faults: a few of the faults that `make faults` tries; each run tries
# the same ones.

load lib

faults() {		# faults N SANITIZED WHAT...
	local n=$1

	case $SRS_BUILD in */sanitize) n=$2 ;; esac
	WHAT=${*:3} run -0 "$SRS_ROOT/tests/faults/run" "$SRS_BUILD" "$n"
	echo "$output"
	[[ ${lines[-1]} =~ ^[1-9][0-9]*\ faults,\ 0\ wrong$ ]]
}

@test "killed at any moment, every tool leaves old files or new ones" {
	need_speed
	faults 3 0 kill
}

@test "calls that fail, disks that are full, reads that are short" {
	faults 3 1 fail space short
}

@test "files that are damaged: a message, or what the file says now" {
	faults 2 1 damage
}

@test "a tool without a case is found" {
	mkdir -p root/tests root/cmd
	cp -r "$SRS_ROOT/tests/faults" root/tests/
	cp "$SRS_ROOT"/cmd/srs-*.c root/cmd/
	: >root/cmd/srs-new.c
	run -1 env WHAT= root/tests/faults/run "$SRS_BUILD" 0 none
	[ "${lines[0]}" = "tests/faults/cases has none for srs-new" ]
}

@test "a fault that is not survived is seen" {
	mkdir -p bin/tests/faults
	cp "$SRS_BUILD"/srs-* bin/
	cp "$SRS_BUILD/tests/faults/fault.so" bin/tests/faults/
	cat >bin/srs-info <<-END
	#!/bin/sh
	echo half >info.tsv
	LD_PRELOAD=$SRS_BUILD/tests/faults/fault.so \
	    exec "$SRS_BUILD/srs-info" "\$@"
	END
	WHAT=fail run -1 "$SRS_ROOT/tests/faults/run" "$PWD/bin" 4 srs-info
	[[ $output == *"status 1, and ./info.tsv is not whole"* ]]
}

@test "numbers that are none, and 0 seconds, which have no end" {
	need_speed
	for what in 'fuzz SECONDS=0' 'fuzz SECONDS=' 'faults N=1.5'; do
		# shellcheck disable=SC2086  # a target and a variable
		run -2 make -C "$SRS_ROOT" $what
		[[ $output == *"make: ${what#* } is no whole number from 1"* ]]
	done
}
