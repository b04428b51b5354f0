# srs-clean: every rule, what it refuses, and what must not change.

load lib

# clean OPTION... : srs-clean -q -H; input is standard input
clean() {
	srs-clean -q -H "$@"
}

# A log with something of everything; ids, events and times differ enough
# that no order is by accident.
dirty_log() {
	cat <<-'END'
	user_id,item_id,event,timestamp,page
	u1,i1,view,100,home
	u1,i1,purchase,300,shop
	u2,"i,2",view,50,"a ""quoted"" page"
	u2,"i,2",cart,40,"two
	lines"
	,i1,view,60,x
	u3,i1,refund,70,x
	u3,i1,view,soon,x
	u3,i1,cart,,
	END
}

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

@test "records that cannot be cut are refused whole" {
	printf 'a,b,3\nc,d\n"e,f,4\ng,h,5\n' >r.csv
	run -0 --separate-stderr srs-clean -H --header no --rejects bad r.csv
	[ "$output" = 'a	b	3
g	h	5' ]
	[[ $stderr == *' 2 refused: the record is broken'* ]]
	run -0 sed 1d bad
	[ "${lines[0]}" = 'c,d			r.csv:2: 2 fields, not 3' ]
	[ "${lines[1]}" = '"e,f,4			r.csv:3: a quote is not closed' ]
}

@test "CRLF, a byte order mark, quotes, newlines and separators" {
	printf '\xef\xbb\xbf"user_id";item_id;rating\r\n"a;b";c;1\r\n' >x.csv
	run -0 clean x.csv
	[ "$output" = 'a;b	c	1' ]
	run -0 clean --user 2 --item 1 x.csv
	[ "$output" = 'c	a;b' ]
	printf 'u|i|2|9\nv|i|3|8\n' >x.psv
	run -0 clean --separator '|' --header no x.psv
	[ "$output" = 'u	i	2	9
v	i	3	8' ]
	printf '"u"\ti\t1\r\nv\ti\t2\r\n' >x.tsv
	run -0 clean --separator tab x.tsv
	[ "$output" = '"u"	i	1
v	i	2' ]
}

@test "columns by name, number, map and type" {
	printf 'uid\tiid\tstars\tnote\tprice\nu\ti\t4\tfine\t1.50\n' >x.tsv
	run -0 srs-clean -q --user uid --item iid --rating stars \
	    --columns note:token_seq,price:float x.tsv
	[ "$output" = 'user_id:token	item_id:token	rating:float	note:token_seq	price:float
u	i	4	fine	1.50' ]
	run -0 srs-clean -q --header yes --user 1 --item 2 --columns 5 x.tsv
	[ "${lines[0]}" = 'user_id:token	item_id:token	price:token' ]
	run -0 srs-clean -q --map uid=user_id,iid=item_id,stars=rating,note=text \
	    --header yes --columns text x.tsv
	[ "${lines[0]}" = 'user_id:token	item_id:token	rating:float	text:token' ]
	refuses 1 "x.tsv: no column 'user'; there are uid, iid, stars, note" \
	    srs-clean --user user --item iid x.tsv
	refuses 1 "column 'note' would stand twice in the output" \
	    srs-clean --user uid --item iid --columns note,4 x.tsv
}

@test "a first row of names in a table without header is not data" {
	printf 'user_id\titem_id\trating\nu\ti\t3\n' >x.tsv
	refuses 1 "x.tsv:1: this row may hold the columns' names: say --header" \
	    srs-clean x.tsv
	printf 'person\tthing\tstars\nu\ti\t3\n' >x.tsv
	refuses 1 "x.tsv:1: this row may hold the columns' names: say --header" \
	    srs-clean x.tsv
	run -0 clean --header yes --map person=user_id,thing=item_id x.tsv
	[ "$output" = 'u	i' ]
	run -0 clean --header no x.tsv
	[ "$output" = 'u	i	3' ]
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

@test "duplicates: each way, and the place and time of what is left" {
	cat >r <<-END
	u	i	4	30
	v	i	1	10
	u	i	5	10
	u	j	3	10
	u	i	3	20
	END
	rest='v	i	1	10
u	j	3	10'
	for want in 'first 5	10' 'last 4	30' 'max 5	30' 'sum 12	30' \
	    'mean 4	30'; do
		run -0 clean --duplicates "${want%% *}" r
		[ "$output" = "u	i	${want#* }
$rest" ]
	done
	run -0 srs-clean -q --duplicates count r
	[ "${lines[0]}" = 'user_id:token	item_id:token	rating:float	weight:float	timestamp:float' ]
	[ "${lines[1]}" = 'u	i	4	3	30' ]
	run -0 clean --duplicates keep r
	[ "$output" = "$(cat r)" ]
	# for ratings, the last is the default; rows alone are counted
	[ "$(clean r)" = "$(clean --duplicates last r)" ]
	run -0 srs-clean -q --duplicates sum --user 1 --item 2 r
	[ "${lines[0]}" = 'user_id:token	item_id:token	weight:float' ]
	[ "${lines[1]}" = 'u	i	3' ]
	refuses 1 "--duplicates mean needs a rating or a weight" \
	    srs-clean --duplicates mean --user 1 --item 2 r
}

@test "events without weights are kept, and kept apart" {
	dirty_log >log.csv
	run -0 srs-clean -q --event event --duplicates first log.csv
	[ "$output" = 'user_id:token	item_id:token	event:token
u1	i1	view
u1	i1	purchase
u2	i,2	view
u2	i,2	cart
u3	i1	refund
u3	i1	view
u3	i1	cart' ]
}

@test "a column of weights is read again" {
	printf 'user_id:token\titem_id:token\tweight:float\tevent:token\n' >x.tsv
	printf '%s\n' 'u	i	2	e' 'u	i	0.5	e' >>x.tsv
	run -0 clean x.tsv
	[ "$output" = "$(sed 1d x.tsv)" ]
	run -0 clean --duplicates sum x.tsv
	[ "$output" = 'u	i	2.5	e' ]
	run -0 clean --user user_id --weight weight x.tsv
	[ "${lines[0]}" = 'u	i	2' ]
}

@test "files of any kind, header and order of columns are one log" {
	printf 'customer;sku;ts;x\nanna;lamp;2024-03-31T11:00:00+0200;1\n' |
	    gzip >de.csv.gz
	printf '"b;ob";sofa;2024-03-31T09:00:00Z\n' >no-header.csv
	printf 'item_id:token\tuser_id:token\ttimestamp:token\n' >fr.inter
	printf 'lampe\tanna\t1711879200\n' >>fr.inter
	printf '%s\n' '{"ts":"2024-03-31T09:00:00Z","client":"carl","sku":"x"}' \
	    >us.jsonl
	run -0 clean --map customer=user_id,client=user_id,sku=item_id,ts=timestamp \
	    --user user_id --item item_id \
	    --time timestamp --time-format %Y-%m-%dT%H:%M:%S%z \
	    --time-format %s de.csv.gz fr.inter us.jsonl
	[ "$output" = 'anna	lamp	1711875600
anna	lampe	1711879200
carl	x	1711875600' ]
	run -0 clean --user 1 --item 2 --time 3 --header no no-header.csv
	[ "$output" = 'b;ob	sofa	1711875600' ]
	# RecBole's atomic files: events, users, items
	printf 'user_id:token\tage:float\tsex:token\nu1\t20\tf\n' >x.user
	run -0 srs-clean -q --table x.user
	[ "$output" = "$(cat x.user)" ]
	printf 'item_id:token\tgenre:token_seq\temb:float_seq\n' >x.item
	printf 'i1\tAction Drama\t0.5 1e-3\n' >>x.item
	run -0 srs-clean -q --table x.item
	[ "$output" = "$(cat x.item)" ]
}

@test "all files are opened before the first is read" {
	printf 'u\ti\tabc\n' >bad.tsv
	refuses 1 "bad.tsv:1: rating" srs-clean --header no --on-error fail \
	    bad.tsv
	# else it would be bad.tsv that is complained of
	refuses 1 "srs-clean: cannot open 'gone.tsv': No such file" srs-clean --header no \
	    --on-error fail bad.tsv gone.tsv
	printf 'u\ti\n' >narrow.tsv
	refuses 1 "narrow.tsv: no column 'rating'; there are user_id, item_id" \
	    srs-clean --header no --on-error fail bad.tsv narrow.tsv
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

@test "texts and ids: encodings, TABs and newlines, blanks" {
	printf 'user_id,item_id,title\n u ,i,"a\tb\nc"\nu,j,caf\xe9\n' >x.csv
	printf '"u\nv",i,x\nu\xff,i,x\n' >>x.csv
	run -0 --separate-stderr srs-clean -H --columns title x.csv
	[ "$output" = 'u	i	a b c
u	j	café' ]
	[[ $stderr == *'2 refused: an id is not text'* ]]
	[[ $stderr == *'1 repaired: blanks around a field'* ]]
	[[ $stderr == *'1 repaired: control characters or line ends in a text'* ]]
	[[ $stderr == *'1 repaired: Latin-1 in place of UTF-8'* ]]
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

# shop N: N rows without the same user and item and time twice
shop() {
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) {
		u = int(sqrt(i * 7919 % 9409)); v = int(sqrt(i * 31337 % 3721))
		printf "u%d\ti%d\t%d\t%d\n", u, v, 1 + (i * 13) % 5,
		    1000 + (i * 7907) % 100003 } }'
}

@test "two files are one, and so is standard input" {
	shop 3000 >all.tsv
	split -l 1234 all.tsv part.
	clean --duplicates last --min-user 5 all.tsv >want
	clean --duplicates last --min-user 5 part.a? >got
	cmp want got
	clean --duplicates last --min-user 5 - <all.tsv >got
	cmp want got
	gzip -k part.aa
	cat part.ab part.ac | clean --duplicates last --min-user 5 \
	    part.aa.gz - >got
	cmp want got
	# columns are found by name in each
	printf 'user_id,item_id,rating\nu,i,3\n' >a.csv
	printf 'rating,x,item_id,user_id\n4,9,j,v\n' >b.csv
	run -0 clean a.csv b.csv
	[ "$output" = 'u	i	3
v	j	4' ]
	printf 'user_id,item_id\nu,i\n' >c.csv
	refuses 1 "c.csv: no column 'rating'" srs-clean a.csv c.csv
}

@test "the same for any number of threads" {
	shop 20000 >all.tsv
	same_for_threads out srs-clean -q --duplicates mean --min-user 200 \
	    --min-item 3 -o out all.tsv
	same_for_threads out.gz srs-clean -q -o out.gz all.tsv
}

@test "k-core: each user and item left has enough, and none went for nothing" {
	shop 600 >all.tsv
	srs-clean -H -o core.tsv --duplicates keep --min-user 5 --min-item 8 \
	    all.tsv 2>err
	[ -s core.tsv ]
	grep -q 'dropped: too few rows' err
	# the definition, a row at a time
	awk -F '\t' '{ u[NR] = $1; v[NR] = $2; row[NR] = $0; a[$1]++; b[$2]++ }
	END { do { again = 0
		for (i = 1; i <= NR; i++)
			if (!(i in gone) && (a[u[i]] < 5 || b[v[i]] < 8)) {
				gone[i]; a[u[i]]--; b[v[i]]--; again = 1 }
	} while (again)
	for (i = 1; i <= NR; i++) if (!(i in gone)) print row[i] }' \
	    all.tsv >want
	cmp core.tsv want
	[ "$(wc -l <want)" -lt 600 ]
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

@test "another order of the rows changes the order only" {
	shop 2000 >all.tsv
	sort -k 3 all.tsv >other.tsv
	clean --duplicates sum --min-user 8 --min-item 20 all.tsv |
	    sort >want
	clean --duplicates sum --min-user 8 --min-item 20 other.tsv |
	    sort >got
	[ -s want ]
	cmp want got
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

@test "bad input: empty, binary, cut short, NUL, a column twice, long ids" {
	: >empty
	refuses 1 "srs-clean: empty: the table is empty" srs-clean -o out empty
	head -c 3000 "$SRS_BUILD/srs-clean" >binary
	refuses 1 "binary:" srs-clean -o out binary
	shop 5000 | gzip | head -c 9000 >short.gz
	refuses 1 "short.gz" srs-clean -o out short.gz
	printf 'u\ti\t3\nu\0\ti\t3\nw\ti\t3\n' >nul
	refuses 1 "nul" srs-clean -o out nul
	printf 'user_id,item_id,user_id\nu,i,v\n' >twice.csv
	refuses 1 "twice.csv:1: column 'user_id' stands twice" \
	    srs-clean -o out twice.csv
	[ ! -e out ]
	# past the first bytes, bad records are skipped like other bad rows
	{ shop 100; printf 'u\0\ti\t3\t4\n'; head -c 17000000 /dev/zero |
	    tr '\0' a; printf '\nlast\ti\t3\t4\n'; } >long
	run -0 --separate-stderr srs-clean --duplicates keep --rejects bad long
	[ "${#lines[@]}" -eq 102 ]
	[ "${lines[101]}" = 'last	i	3	4' ]
	[[ $stderr == *'2 refused: the record is broken'* ]]
	grep -qF 'long:101: a NUL byte' bad
	grep -qF 'long:102: a row of more than 16777216 bytes' bad
	printf '%010000d\ti\t3\n' 7 >long
	run -0 clean long
	[ "$output" = "$(cat long)" ]
}

@test "MovieLens: a quoted CSV of ratings and one of titles" {
	need_data ml-latest-small
	srs-clean --user userId --item movieId --rating rating \
	    --time timestamp -o r.tsv "$data/ml-latest-small/ratings.csv" 2>err
	grep -q ' 100836 rows read' err
	grep -q ' 100836 rows written' err
	grep -q ' 610 users' err
	grep -q ' 9724 items' err
	[ "$(wc -l <r.tsv)" -eq 100837 ]
	srs-clean -q --table --map movieId=item_id --key item_id \
	    --columns title:token_seq,genres -o m.tsv \
	    "$data/ml-latest-small/movies.csv"
	[ "$(wc -l <m.tsv)" -eq 9743 ]
	grep -qxF '11	American President, The (1995)	Comedy|Drama|Romance' m.tsv
	grep -qxF "7789	11'09\"01 - September 11 (2002)	Drama" m.tsv
	[ "$(awk -F '\t' 'NF != 3' m.tsv)" = '' ]
}

@test "MovieLens 100K: a headerless TSV, and Latin-1 titles" {
	need_data ml-100k
	run -0 srs-clean -q -H "$data/ml-100k/u.data"
	[ "$(wc -l <<<"$output")" -eq 100000 ]
	[ "${lines[0]}" = '196	242	3	881250949' ]
	srs-clean --table --separator '|' --map 1=item_id,2=title \
	    --columns title:token_seq -o m.tsv "$data/ml-100k/u.item" 2>err
	[ "$(wc -l <m.tsv)" -eq 1683 ]
	grep -qF 'Misérables, Les (1995)' m.tsv
	grep -q 'Latin-1 in place of UTF-8' err
}
