# lib.bash -- for the bats files: `load lib`.  Each test runs in a directory
# of its own with the programs first in PATH.

bats_require_minimum_version 1.5.0

testdata=$SRS_ROOT/testdata
data=$SRS_ROOT/../shared/data

setup() {
	# bats keeps files of its own one level up
	mkdir "$BATS_TEST_TMPDIR/dir" && cd "$BATS_TEST_TMPDIR/dir" || exit
}

# Skips the test, saying so, when real data is not there.
need_data() {
	[ -e "$data/$1" ] || skip "no $1 in ../shared/data"
}

# Sanitized programs are slow: quality on real data is measured once.
need_speed() {
	case $SRS_BUILD in */sanitize) skip "speed: only without sanitizers" ;; esac
}

# refuses STATUS TEXT COMMAND...: the command ends with this status, prints
# nothing on stdout and a message with TEXT on stderr.
refuses() {
	local status=$1 text=$2
	shift 2
	run -"$status" --separate-stderr "$@"
	[ -z "$output" ] || { echo "stdout: $output"; return 1; }
	case $stderr in
	*"$text"*) ;;
	*) echo "stderr: $stderr"; return 1 ;;
	esac
}

# at_most A B: is the number A <= B?  (awk, because sh has no reals)
at_most() {
	awk -v a="$1" -v b="$2" 'BEGIN { exit !(a != "" && a + 0 <= b + 0) }' ||
	    { echo "$1 is not at most $2"; return 1; }
}

at_least() {
	at_most "$2" "$1"
}

# same_for_threads OUT COMMAND...: writes OUT the same with -t 1 and -t 2.
same_for_threads() {
	local out=$1
	shift
	"$@" -t 1 && mv "$out" "$out.t1" && "$@" -t 2 && cmp "$out" "$out.t1"
}
