# srs-clean with less memory than the rows take: the same bytes, from a file.

load lib

# 120,000 rows with times, types and texts: some ids have many rows and some
# few, many pairs have several, and every tenth row is the one before it.
setup_file() {
	export log=$BATS_FILE_TMPDIR/log.csv
	awk 'BEGIN {
		print "user_id,item_id,rating,timestamp,event,note"
		for (row = 0; row < 120000; row++) {
			i = row % 10 == 9 ? row - 1 : row
			u = i * 7919 % 10007
			v = i * 31337 % 6007
			printf "u%d,i%d,%d,%d,%s,\"n, %d\"\n", u * u / 333800,
			    v * v / 72168, 1 + i * 13 % 5, 1000 + i * 7907 % 97,
			    i % 3 ? "view" : "buy", i % 5 } }' \
	    >"$log"
}

# same_outside OPTION...: with little memory and with much, on one thread and
# on two
same_outside() {
	srs-clean -q --report want.json -o want "$@" "$log"
	srs-clean -q -t 1 --memory 1M --report got.json -o got "$@" "$log"
	cmp want got
	cmp want.json got.json
	srs-clean -q -t 2 --memory 2M -o got "$@" "$log"
	cmp want got
	[ "$(wc -l <want)" -gt 100 ]
}

@test "a store in a file: every rule for duplicates gives the same bytes" {
	for how in first last max sum count mean; do
		same_outside --duplicates "$how" --columns note
	done
	same_outside --duplicates keep --repeats drop --columns note
}

@test "a store in a file: k-core, repeats and duplicates after each other" {
	same_outside --user user_id --item item_id --time timestamp \
	    --repeats drop --duplicates keep --min-user 250 --min-item 80
	[ "$(wc -l <want)" -lt 70000 ]
	same_outside --event event --weight view=1,buy=5 --time timestamp \
	    --duplicates sum --min-user 150 --min-item 50
	same_outside --event event --weight view=1,buy=5 --time timestamp \
	    --duplicates sum --repeats drop
}

@test "repeats: the same event at the same time, not the same one later" {
	cat >r.csv <<-'END'
	user_id,item_id,rating,timestamp,note
	u,i,3,10,a
	u,i,3,10,a
	u,i,3,20,a
	u,i,4,10,a
	u,i,3,10,b
	u,i,3,,a
	u,i,3,,a
	u,i,3,10,a
	u,i,3,10,b
	v,i,3,10,a
	END
	run -0 --separate-stderr srs-clean -H --duplicates keep --columns note \
	    --repeats drop r.csv
	[ "$output" = 'u	i	3	10	a
u	i	3	20	a
u	i	4	10	a
u	i	3	10	b
u	i	3		a
u	i	3		a
v	i	3	10	a' ]
	[[ $stderr == *'3 dropped: the same as an earlier row'* ]]
	# an event delivered twice does not weigh twice
	run -0 srs-clean -q -H --duplicates sum --repeats drop --rating rating \
	    --user user_id --item item_id --time timestamp r.csv
	[ "${lines[0]}" = 'u	i	16	20' ]
	# types that become weights tell events apart, and are added up all the same
	printf '%s\n' user_id,item_id,event,timestamp u,i,view,10 u,i,cart,10 \
	    u,i,view,10 u,i,view,20 u,i,cart,10 >e.csv
	run -0 srs-clean -q -H --duplicates sum --repeats drop --time timestamp \
	    --event event --weight view=1,cart=1 e.csv
	[ "$output" = 'u	i	3	20' ]
	run -0 srs-clean -q -H --duplicates sum --time timestamp \
	    --event event --weight view=1,cart=1 e.csv
	[ "$output" = 'u	i	5	20' ]
	refuses 1 "--repeats drop needs a time" srs-clean --repeats drop \
	    --user user_id --item item_id r.csv
}

@test "one user with most rows: the message says how much memory is enough" {
	awk 'BEGIN {
		print "user_id,item_id,timestamp"
		for (i = 0; i < 90000; i++)
			printf "u%d,i%d,%d\n", i % 3 ? 0 : i * 7919 % 3001,
			    i * 31337 % 607, i }' >g.csv
	srs-clean -q --duplicates keep --max-burst 10/1h -o want g.csv
	for t in 1 2; do
		run -1 srs-clean -q -t $t --duplicates keep --memory 1500K \
		    --max-burst 10/1h -o got g.csv
		[[ $output == *'--memory: rows that belong together, the ids, '*" MiB with --threads $t" ]]
		[[ $output =~ take\ ([0-9]+)\ MiB ]]
		srs-clean -q -t $t --duplicates keep --max-burst 10/1h \
		    --memory "${BASH_REMATCH[1]}M" -o got g.csv
		cmp want got
	done
}

@test "what must be in memory and does not fit is named; so is a full disk" {
	echo old >out
	refuses 1 "srs-clean: --memory: the ids of " srs-clean -t 1 \
	    --duplicates last --memory 100K -o out "$log"
	[[ $stderr == *' items, and buffers, take '*' MiB with --threads 1' ]]
	refuses 1 "srs-clean: temporary file in /nowhere: " \
	    env TMPDIR=/nowhere srs-clean -t 1 --memory 1M \
	    --duplicates last -o out "$log"
	# a file that may not grow stands for a disk that is full
	refuses 1 "srs-clean: temporary file in $PWD: File too large" \
	    bash -c 'trap "" XFSZ; ulimit -f 1000; export TMPDIR=$PWD
	    exec srs-clean -t 1 --memory 1M --duplicates last -o out "$0"' "$log"
	[ "$(cat out)" = old ]
	[ "$(ls)" = out ]
}
