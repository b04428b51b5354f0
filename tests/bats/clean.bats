# srs-clean: what the contract says, refusals, gates, and what must not change.

load lib
load cleanlib

@test "the contract: events become weights, duplicates a sum" {
	dirty_log | gzip >events.csv.gz
	srs-clean --user user_id --item item_id --event event \
	    --time timestamp --weight view=1,cart=3,purchase=5 \
	    --duplicates sum --min-user 1 --min-item 1 --report q.json \
	    -o clean.tsv.gz events.csv.gz 2>err
	run -0 gunzip -c clean.tsv.gz
	[ "$output" = 'user_id:token	item_id:token	weight:float	timestamp:float
u1	i1	6	300
u2	i,2	4	50
u3	i1	3	' ]
	run -0 sed 's/^srs-clean: *//' err
	[ "$output" = '8 rows read
1 refused: an id is missing
1 refused: the event has no weight
1 refused: the time is not a time
2 merged into another row
1 with event '\''refund'\''
1 missing: user_id
1 missing: timestamp
3 rows written
3 users
2 items
50% density
weight from 3 to 6, mean 4.333
timestamp from 1970-01-01T00:00:50Z to 1970-01-01T00:05:00Z
2 before 1990: a wrong clock?
columns left out: page' ]
	python3 - <<-'END'
	import json
	q = json.load(open('q.json'))
	assert q['rows'] == dict(read=8, refused=3, dropped=2, written=3)
	assert q['refused']['other_event'] == 1
	assert q['dropped']['duplicate'] == 2
	assert q['events']['weighted'] == dict(view=2, cart=2, purchase=1)
	assert q['events']['others'] == dict(refund=1)
	assert q['missing'] == dict(user_id=1, item_id=0, event=0, timestamp=1)
	assert (q['users'], q['items'], q['density']) == (3, 2, .5)
	time = q['output']['columns']['timestamp']
	assert [time[k] for k in ('rows', 'min', 'max', 'mean')] == \
	    [2, 50, 300, 175]
	END
}

@test "refused rows go to --rejects with their reason" {
	dirty_log >log.csv
	srs-clean -q --event event --time timestamp --weight view=1,cart=3 \
	    --other-events drop --rejects bad.tsv -o clean.tsv log.csv
	run -0 cat bad.tsv
	[ "$output" = 'user_id:token	item_id:token	event:token	timestamp:token	page:token	reason:token
	i1	view	60	x	log.csv:7: user_id: missing
u3	i1	view	soon	x	log.csv:9: timestamp: '\''soon'\'' is not a time' ]
	# a repaired table of rejects can be read again
	sed 's/soon/80/' bad.tsv >again.tsv
	srs-clean -q --event event --time timestamp --weight view=1 \
	    --rejects bad2.tsv -o more.tsv again.tsv
	[ "$(sed 1d more.tsv)" = 'u3	i1	1	view	80' ]
	[ "$(wc -l <bad2.tsv)" -eq 2 ]
	[ "$(head -n 1 bad2.tsv)" = "$(head -n 1 bad.tsv)" ]
}

@test "--on-error fail stops at the first bad row, with its place" {
	dirty_log >log.csv
	gzip -k log.csv
	printf 'u\ti\t3\nu\tj\tabc\n' >r.tsv
	echo old >out
	refuses 1 "srs-clean: r.tsv:2: rating: 'abc' is not a number" \
	    srs-clean --on-error fail -o out r.tsv
	refuses 1 "srs-clean: log.csv.gz:9: timestamp: 'soon' is not a time" \
	    srs-clean --on-error fail --time timestamp --user item_id \
	    -o out log.csv.gz
	refuses 1 "log.csv:8: event: 'refund' has no weight" srs-clean \
	    --on-error fail --weight view=1,cart=2,purchase=3 \
	    --user item_id --event event -o out log.csv
	printf 'u\ti\t3\nu\tj\n' >short.tsv
	refuses 1 "srs-clean: short.tsv:2: 2 fields, not 3" \
	    srs-clean --on-error fail -o out short.tsv
	[ "$(cat out)" = old ]
}

@test "ratings: ranges, missing ones, numbers that are none" {
	printf 'a\ti\t0.5\nb\ti\t\nc\ti\t5\nd\ti\tnan\ne\ti\t1e999\nf\ti\t3\n' >r
	run -0 clean --min-rating 1 --max-rating 4.5 r
	[ "$output" = 'b	i	
f	i	3' ]
	run -0 clean --missing drop r
	[ "$output" = 'a	i	0.5
c	i	5
f	i	3' ]
	run -0 clean --missing 2.5 r
	[ "${lines[1]}" = 'b	i	2.5' ]
	run -0 --separate-stderr srs-clean --missing refuse -o out r
	[[ $stderr == *'1 refused: the rating is missing'* ]]
	[[ $stderr == *'2 refused: the rating is not a number'* ]]
	[[ $stderr == *'rating from 0.5 to 5, mean 2.833'* ]]
}

@test "times: units, dates, and what is no time" {
	printf 'u\ta\t1396867869277\nu\tb\t1396867869000\n' >t
	run -0 clean --user 1 --item 2 --time 3 --time-unit ms t
	[ "$output" = 'u	a	1396867869.277
u	b	1396867869' ]
	run -0 --separate-stderr srs-clean -o out --user 1 --item 2 --time 3 t
	[[ $stderr == *'is it in a finer unit (--time-unit)?'* ]]
	cat >t <<-END
	u	a	2014-04-07T10:51:09.277Z
	u	b	2014-04-07 12:51:09+02:00
	u	c	2014-04-07
	u	d	2019-10-01 00:00:00 UTC
	u	e	2014-13-07
	u	f	
	END
	run -0 --separate-stderr srs-clean -H --user 1 --item 2 --time 3 t
	[ "$output" = 'u	a	1396867869.277
u	b	1396867869
u	c	1396828800
u	d	1569888000
u	f	' ]
	[[ $stderr == *'1 refused: the time is not a time'* ]]
	[[ $stderr == *'1 repaired: a date without zone, taken for UTC'* ]]
	[[ $stderr == *'1 missing: timestamp'* ]]
}

@test "the example of the man page" {
	sed -n '/^user,item,event,time$/,/^\.Ed/p' "$SRS_ROOT/man/srs-clean.1" |
	    grep -v '^\.Ed' >events.csv
	[ "$(wc -l <events.csv)" -eq 12 ]
	sed -n '/^user_id:token.item_id:token.weight/,/^\.Ed/p' \
	    "$SRS_ROOT/man/srs-clean.1" | grep -v '^\.Ed' >want
	srs-clean -q --user user --item item --event event --time time \
	    --time-zone +01:00 --events view,cart,buy \
	    --weight view=1,cart=3,buy=5 --since 2024-01-01 \
	    --max-burst 2/10s --half-life 30d --duplicates sum events.csv >got
	cmp want got
}

@test "tables of attributes: a key, and every other column" {
	cat >movies.csv <<-'END'
	movieId,title,genres
	11,"American President, The (1995)",Comedy|Drama
	12,"Dracula: ""Dead"" and Loving It",Comedy
	11,"American President, The",Drama
	,Nameless,
	END
	run -0 srs-clean -q --table --key movieId movies.csv
	[ "$output" = 'movieId:token	title:token	genres:token
11	American President, The	Drama
12	Dracula: "Dead" and Loving It	Comedy' ]
	run -0 srs-clean -q --table --duplicates first --map movieId=item_id \
	    --columns title:token_seq movies.csv
	[ "$output" = 'item_id:token	title:token_seq
11	American President, The (1995)
12	Dracula: "Dead" and Loving It' ]
	run -0 clean --table --duplicates keep --key genres --columns movieId \
	    movies.csv
	[ "$output" = 'Comedy|Drama	11
Comedy	12
Drama	11' ]
	refuses 2 "--duplicates sum is not for --table" \
	    srs-clean --table --duplicates sum movies.csv
	refuses 2 "--table has a --key and --columns, and none of --user" \
	    srs-clean --table --user movieId movies.csv
	refuses 2 "--min-user and --min-item are not for --table" \
	    srs-clean --table --min-user 2 movies.csv
}

@test "wrong usage: the messages" {
	refuses 2 "srs-clean: --weight: view: 'x' is not a number" \
	    srs-clean --weight view=x
	refuses 2 "--missing: rating: 'maybe' is none of keep, drop, refuse, mean" \
	    srs-clean --missing maybe
	refuses 2 "--separator: 'ab' is not one character" \
	    srs-clean --separator ab
	refuses 2 "--map: 'ab' is not OLD=NEW" srs-clean --map ab
	refuses 2 "--columns: a name is empty" srs-clean --columns a,
	refuses 2 "--key is for --table" srs-clean --key a
	refuses 2 "--other-events is for --events, and --weight TYPE=WEIGHT" \
	    srs-clean --other-events drop
	refuses 2 "--rejects and the output are the same file" \
	    srs-clean --rejects -
	refuses 2 "--report and the output are the same file" \
	    srs-clean --report x -o x
	refuses 2 "did you mean 'first'?" srs-clean --duplicates frist
	printf 'u\ti\n' >x
	refuses 1 "--min-rating and --max-rating need a rating" \
	    srs-clean --min-rating 1 x
}

@test "the same for any number of threads" {
	shop 20000 >all.tsv
	same_for_threads out srs-clean -q --duplicates mean --min-user 200 \
	    --min-item 3 -o out all.tsv
	same_for_threads out.gz srs-clean -q -o out.gz all.tsv
}

@test "cleaning a clean table changes nothing" {
	dirty_log >log.csv
	srs-clean -q --event event --time timestamp --columns page \
	    --weight view=1,cart=3 -o a.tsv log.csv
	srs-clean -q --columns page -o b.tsv a.tsv
	cmp a.tsv b.tsv
	shop 2000 >all.tsv
	srs-clean -q --min-user 5 -o a.tsv all.tsv
	srs-clean -q --min-user 5 -o b.tsv a.tsv
	cmp a.tsv b.tsv
	# in place
	srs-clean -q -o b.tsv b.tsv
	cmp a.tsv b.tsv
}

@test "--min-rows is a gate: status 3, nothing replaced, the report there" {
	shop 50 >all.tsv
	echo old >out
	run -3 --separate-stderr srs-clean --duplicates keep --min-rows 51 \
	    --report q.json -o out all.tsv
	[[ $stderr == *'srs-clean: gate: 50 rows are fewer than --min-rows 51'* ]]
	[ "$(cat out)" = old ]
	grep -q '"written":	50' q.json
	srs-clean -q --duplicates keep --min-rows 50 -o out all.tsv
	[ "$(wc -l <out)" -eq 51 ]
}
