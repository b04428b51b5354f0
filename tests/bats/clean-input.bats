# srs-clean: files as people have them, and what is wrong with them.

load lib
load cleanlib

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
