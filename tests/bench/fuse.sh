#!/bin/bash
# fuse.sh BUILD [JOB...] -- lists of 5 models for USERS users (138,493), 200
# items each, fused while they are read: seconds, memory.  JOB zscore or rrf.
#
# The lists are made in TMPDIR (3.3 GB for all users) and removed at the end.
# The peer is mawk, which only sums 1 / (60 + rank) and sorts nothing.

build=$1
shift
jobs=${*:-zscore rrf}
users=${USERS:-138493} runs=${RUNS:-3}
bench=$build/tests/bench
dir=$(mktemp -d "${TMPDIR:-/tmp}/bench-fuse.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
export LC_ALL=C PATH=$build:$PATH

for model in 0 1 2 3 4; do
	"$bench/lists" "$users" 200 $model >"$dir/$model" &
done
wait
goal=-
[ "$users" -ne 138493 ] || goal=10
cat >"$dir/rrf.awk" <<'END'
# The rows of the next user of file i are added to sum; the first row of the
# one after that is kept.
function take(i,	row, f, user) {
	if (kept[i] == "" && (getline kept[i] <file[i]) <= 0)
		return ""
	split(kept[i], f, "\t")
	user = f[1]
	do {
		sum[f[2]] += 1 / (60 + f[4])
		if ((getline kept[i] <file[i]) <= 0) {
			kept[i] = ""
			break
		}
		split(kept[i], f, "\t")
	} while (f[1] == user)
	return user
}
BEGIN {
	for (i = 1; i < ARGC; i++) {
		file[i] = ARGV[i]
		getline <file[i]
	}
	do {
		split("", sum)
		for (i = 1; i < ARGC; i++)
			user = take(i)
		for (item in sum)
			print user "\t" item "\t" sum[item]
	} while (user != "")
}
END
printf '%-10s %-14s %8s %-5s %6s %6s %8s\n' job program figure unit goal \
    ratio 'peak MB'
for job in $jobs; do
	peers=()
	if [ "$job" = rrf ] && command -v mawk >/dev/null; then
		peers+=('mawk, sums' "mawk -f $dir/rrf.awk $dir/[0-4]")
	fi
	for k in 100 1000; do
		fuse="srs-fuse -q --sorted --method $job -k $k $dir/[0-4]"
		"$bench/measure" "$runs" "$job" "$goal" s \
		    "-k $k, -t 1" "$fuse -t 1" "-k $k, -t 2" "$fuse -t 2" \
		    "${peers[@]}" || exit 1
		peers=()
	done
done
