# srs-clean's quality report and its gates.

load lib

# report FILE OPTION...: cleans, and leaves the report in FILE
report() {
	srs-clean -q -o clean.tsv --report "$@"
}

# log FROM TO: rows of (3 i) % 900 users by (7 i) % 300 items, i in [FROM, TO),
# with rating, time and event; the rating grows with the items' numbers
log() {
	awk -v a="$1" -v b="$2" 'BEGIN {
		print "user_id:token\titem_id:token\trating:float" \
		    "\ttimestamp:float\tevent:token"
		for (i = a; i < b; i++) {
			m = i * 7 % 300
			event = m % 3 ? "view" : "buy"
			printf "u%d\ti%d\t%d\t%d\t%s\n", i * 3 % 899, m,
			    1 + m * m / 22500, 1.4e9 + i * 4009, event
		} }'
}

@test "the report of a small table, all of it" {
	report q.json --duplicates keep \
	    --columns brand,price:float,title:token_seq \
	    "$testdata/quality.csv"
	python3 - q.json "$testdata/quality.json" <<-'END'
	import json, sys
	q, want = (json.load(open(f)) for f in sys.argv[1:])
	assert list(q) == ['report', 'format', 'rows', 'users', 'items',
	    'density', 'refused', 'dropped', 'dropped_users', 'repaired',
	    'missing', 'duplicates', 'input', 'output', 'gates'], list(q)
	def some(of):
	    return {k: v for k, v in q.pop(of).items() if v}
	assert some('refused') == dict(missing_id=1, bad_rating=1, bad_time=1)
	assert some('dropped') == some('dropped_users') == {}
	assert some('repaired') == dict(blanks=1, encoding=1)
	for key in q:
	    assert q[key] == want[key], (key, q[key], want[key])
	assert q.keys() == want.keys()
	END
}

@test "figures of a larger table are those that Python finds" {
	log 0 20000 >in.tsv
	report q.json --duplicates keep in.tsv
	python3 - <<-'END'
	import json, collections as c, datetime as d, math
	q = json.load(open('q.json'))
	rows = [l[:-1].split('\t') for l in open('in.tsv')][1:]
	def near(a, b):
	    assert math.isclose(a, b, rel_tol=1e-12), (a, b)
	def gini(x):
	    x = sorted(x); n = len(x)
	    return sum((2 * i - n + 1) * v for i, v in enumerate(x)) / n / sum(x)
	for part in (q['input']['columns'], q['output']):
	    for name, key in (('user_id', 'users'), ('item_id', 'items')):
	        has = part[name if name in part else key]
	        n = c.Counter(r[name == 'item_id'] for r in rows)
	        assert has['distinct'] == len(n) and not has['estimated']
	        assert has['once'] == sum(v == 1 for v in n.values())
	        assert has['most'] == max(n.values())
	        near(has['gini'], gini(n.values()))
	col = q['output']['columns']
	stars = c.Counter(float(r[2]) for r in rows)
	assert col['rating']['values'] == [list(p) for p in sorted(stars.items())]
	mean = sum(float(r[2]) for r in rows) / len(rows)
	near(col['rating']['mean'], mean)
	near(col['rating']['sd'],
	    math.sqrt(sum((float(r[2]) - mean) ** 2 for r in rows) / len(rows)))
	when = [d.datetime.fromtimestamp(int(r[3]), d.timezone.utc) for r in rows]
	t = col['timestamp']
	assert t['months'] == dict(c.Counter(w.strftime('%Y-%m') for w in when))
	assert t['hour'] == [sum(w.hour == h for w in when) for h in range(24)]
	assert t['weekday'] == [sum(w.weekday() == k for w in when) for k in range(7)]
	assert t['days'] == len({w.date() for w in when})
	assert col['event']['values'] == [list(p) for p in
	    c.Counter(r[4] for r in rows).most_common()]
	pairs = {(r[0], r[1], r[4]) for r in rows}
	near(q['density'], len(rows) / q['users'] / q['items'])
	dup = q['duplicates']
	if not dup['estimated']:
	    assert dup['rows'] == len(rows) - len(pairs)
	END
}

@test "-v: a table of columns, and histograms" {
	run -0 --separate-stderr srs-clean -v --duplicates keep -o clean.tsv \
	    --columns brand,price:float,title:token_seq "$testdata/quality.csv"
	[ "$(sed -n 's/^srs-clean: //; /^column/,$p' <<<"$stderr")" = \
'column           kind       missing   distinct        min       mean         sd        max
user_id          id               1          4
item_id          id               0          3
rating           number           1          4          1        3.4    1.35647          5
timestamp        time             0            1989-12-31T23:59:59Z .. 2014-04-12T23:59:59Z
brand            token            1          2
price            number           2          4         -2       25.5     43.045        100
title            text             1          4
users: 50% have one row, Gini index 0.1667
items: 66.67% have one row, Gini index 0.3333
rows by rating
  1                               1 ####################
  3                               1 ####################
  4                               2 ########################################
  5                               1 ####################
rows by timestamp
  1989-12                         1 ########
  2014-04                         5 ########################################
  Monday                          3 ########################################
  Tuesday                         0
  Wednesday                       0
  Thursday                        0
  Friday                          0
  Saturday                        2 ###########################
  Sunday                          1 #############
rows by brand
  acme                            3 ########################################
  bolt                            2 ###########################
rows by price
  -2                              1 ########################################
  1.5                             1 ########################################
  2.5                             1 ########################################
  100                             1 ########################################' ]
	# many values: by powers of two
	awk 'BEGIN { for (i = 0; i < 500; i++)
		print "u" i "\ti\t" (i * 37 % 400 - 100) / 4 }' >in.tsv
	run -0 --separate-stderr srs-clean -v --duplicates keep -o clean.tsv \
	    in.tsv
	grep -qE '^srs-clean:   64 \.\. 128 +[0-9]+ #+$' <<<"$stderr"
	grep -qE '^srs-clean:   -4 \.\. -2 +[0-9]+ #' <<<"$stderr"
	grep -qE '^srs-clean:   0 +[0-9]+' <<<"$stderr"
}

@test "other columns are counted as they are written" {
	printf '%s\n' user_id,item_id,price,brand u,i,'"$1,299.50"',acme \
	    u,j,'"$1,299.50"',' acme' u,k,$'$5','' >in.csv
	report q.json --duplicates keep --columns price:float,brand \
	    --number price=point in.csv
	python3 - <<-'END'
	import json
	c = json.load(open('q.json'))['input']['columns']
	assert c['price']['values'] == [[5, 1], [1299.5, 2]], c['price']
	assert c['brand']['values'] == [['acme', 2]], c['brand']
	END
}

@test "what is estimated is near, and says so; what is known is exact" {
	awk 'BEGIN { for (i = 0; i < 60000; i++)
		printf "u%d\ti%d\t%d\t%g\n", i % 20000, i * 7 % 19997,
		    i % 5, i / 7 }' >in.tsv
	report est.json --duplicates keep in.tsv
	report exact.json --duplicates last in.tsv
	python3 - <<-'END'
	import json, math
	e, x = (json.load(open(f)) for f in ('est.json', 'exact.json'))
	for side in ('users', 'items'):
	    a, b = e['output'][side], x['output'][side]
	    assert a['estimated'] and not b['estimated']
	    assert b['distinct'] == (20000 if side == 'users' else 19997)
	    assert abs(a['distinct'] / b['distinct'] - 1) < 4 * .0082
	    assert abs(a['gini'] - b['gini']) < .05
	    assert a['most'] is None
	price = e['input']['columns']['timestamp']
	assert price['rows'] == 60000
	assert e['duplicates']['estimated'] and not x['duplicates']['estimated']
	END
	run -0 --separate-stderr srs-clean --duplicates keep -o clean.tsv in.tsv
	[[ $stderr == *' about 2e+04 users'* || $stderr == *' about 1.99e+04 users'* || \
	    $stderr == *' about 2.01e+04 users'* ]]
}

@test "the same report for any threads, and for any order of the rows" {
	log 0 30000 >in.tsv
	same_for_threads q.json srs-clean -q --duplicates keep -o clean.tsv \
	    --report q.json in.tsv
	{ head -n 1 in.tsv; tail -n +2 in.tsv | sort -k 2; } >other.tsv
	srs-clean -q --duplicates keep -o clean.tsv --report p.json other.tsv
	cmp p.json q.json
}

@test "the keyed hashes of ids are all that a report knows of them" {
	srs-clean --help | grep -q -e --pseudonymize || skip "not yet"
	log 0 5000 >in.tsv
	head -c 32 /dev/zero | tr '\0' k >key
	report a.json in.tsv
	report b.json --pseudonymize key in.tsv
	python3 - <<-'END'
	import json
	a, b = (json.load(open(f))['input']['samples'] for f in ('a.json', 'b.json'))
	def hashes(s):
	    h = s['user_id']['hashes']
	    return {h[i:i + 16] for i in range(0, len(h), 16)}
	assert len(hashes(a)) == len(hashes(b)) == 899
	assert not hashes(a) & hashes(b)
	END
}

@test "no report of rows that could not be written" {
	log 0 50 >in.tsv
	echo old >q.json
	refuses 1 '/dev/full' srs-clean -q --report q.json -o /dev/full in.tsv
	[ "$(cat q.json)" = old ]
	refuses 1 '/dev/full' srs-clean -q --report q.json -o /dev/full \
	    --duplicates keep in.tsv
	[ "$(cat q.json)" = old ]
	[ "${#stderr_lines[@]}" -eq 1 ]
}

# --- gates -------------------------------------------------------------------

# gated TEXT OPTION...: says no for this reason alone, and replaces nothing;
# the report is there
gated() {
	local text=$1
	shift
	echo old >out.tsv
	rm -f now.json
	run -3 --separate-stderr srs-clean -q --report now.json -o out.tsv "$@"
	[ "$stderr" = "srs-clean: gate: $text" ] || { echo "$stderr"; return 1; }
	[ "$(cat out.tsv)" = old ] && [ -s now.json ]
	[ "$(ls out.tsv*)" = out.tsv ]
	run -0 grep -c '"passed":	false' now.json
	[ "$output" = 1 ]
}

passes() {
	rm -f out.tsv
	run -0 --separate-stderr srs-clean -q --report now.json -o out.tsv "$@"
	[ -z "$stderr" ] && [ -s out.tsv ]
	run -1 grep '"passed":	false' now.json
}

@test "each gate, its message, and what it lets through" {
	q=$testdata/quality.csv
	columns=(--columns brand,price:float --duplicates keep)
	gated '6 rows are fewer than --min-rows 7' --min-rows 7 \
	    "${columns[@]}" "$q"
	passes --min-rows 6 "${columns[@]}" "$q"
	gated 'price is missing in 22.22% of the rows, more than --max-missing price=22%' \
	    --max-missing price=22% --max-missing rating=0.2 "${columns[@]}" "$q"
	passes --max-missing price=23% "${columns[@]}" "$q"
	gated 'user_id is missing in 11.11% of the rows, more than --max-missing user_id=0%' \
	    --max-missing user_id=0 "${columns[@]}" "$q"
	gated '16.67% of the rows are duplicates, more than --max-duplicates 1%' \
	    --max-duplicates 1% "${columns[@]}" "$q"
	gated '16.67% of the rows are duplicates, more than --max-duplicates 16.6%' \
	    --max-duplicates 0.166 --duplicates last "$q"
	passes --max-duplicates 17% "${columns[@]}" "$q"
	gated '33.33% of the rows were refused, more than --max-rejects 33%' \
	    --max-rejects 33% "${columns[@]}" "$q"
	passes --max-rejects 34% "${columns[@]}" "$q"
}

@test "all gates are checked, and all that fail are told" {
	echo old >out.tsv
	run -3 --separate-stderr srs-clean --min-rows 100 --max-rejects 1% \
	    --max-missing user_id=1% --max-missing rating=50% \
	    --max-duplicates 0 -o out.tsv "$testdata/quality.csv"
	[ "$(grep -c 'srs-clean: gate: ' <<<"$stderr")" -eq 4 ]
	# and the summary follows
	grep -q '9 rows read' <<<"$stderr"
	[ "$(cat out.tsv)" = old ]
}

@test "limits that are none, and columns that are not read" {
	q=$testdata/quality.csv
	refuses 2 "--max-rejects: 'x' is not a share such as 5% or 0.05" \
	    srs-clean --max-rejects x "$q"
	refuses 2 "--max-duplicates: '101%' is not from 0% to 100%" \
	    srs-clean --max-duplicates 101% "$q"
	refuses 2 "--max-missing: 'rating' is not COLUMN=SHARE" \
	    srs-clean --max-missing rating "$q"
	refuses 2 "--max-missing: '' is not a share" \
	    srs-clean --max-missing rating= "$q"
	refuses 1 "--max-missing: no column 'price' is read" \
	    srs-clean --max-missing price=1% -o out "$q"
	refuses 2 "--max-drift needs a --baseline to compare with" \
	    srs-clean --max-drift 0.1 "$q"
	refuses 2 "--report and --baseline are the same file" \
	    srs-clean --baseline x --report x "$q"
	[ ! -e out ]
}

# --- drift ------------------------------------------------------------------

@test "no drift from itself; of a column that moved it is the index" {
	log 0 9000 >in.tsv
	report old.json --duplicates keep in.tsv
	passes --duplicates keep --max-drift 0 --baseline old.json in.tsv
	# ratings: 1000 rows of 1, 3000 of 2; then 2000 and 2000
	awk 'BEGIN { OFS = "\t"; for (i = 0; i < 4000; i++)
		print "u" i % 40, "i" i, i < 1000 ? 1 : 2 }' >a.tsv
	awk 'BEGIN { OFS = "\t"; for (i = 0; i < 4000; i++)
		print "u" i % 40, "i" i, i < 2000 ? 1 : 2 }' >b.tsv
	report old.json --duplicates keep a.tsv
	gated 'rating has drifted by 0.2745 (PSI), more than --max-drift 0.2' \
	    --duplicates keep --max-drift 0.2 --baseline old.json b.tsv
	python3 - <<-'END'
	import json
	from math import log
	# three groups: missing, 1, 2, with half a row more each
	p, q = [.5, 2000.5, 2000.5], [.5, 1000.5, 3000.5]
	want = sum((a - b) / 4001.5 * log(a / b) for a, b in zip(p, q))
	now = json.load(open('now.json'))
	assert abs(now['drift']['rating']['psi'] - want) < 1e-12
	gate = [g for g in now['gates'] if not g['passed']]
	assert gate == [dict(gate='max-drift', column='rating', measure='psi',
	    value=now['drift']['rating']['psi'], limit=.2, passed=False)]
	END
}

@test "drift of many values, of missing ones, of hours" {
	numbers() {	# numbers FACTOR SHARE-MISSING HOUR
		awk -v f="$1" -v m="$2" -v h="$3" 'BEGIN { OFS = "\t"
			print "user_id:token", "item_id:token",
			    "timestamp:float", "price:float"
			for (i = 0; i < 5000; i++) {
				x = f * (100 + i * 7919 % 1000) / 7
				if (i % 100 < m)
					x = ""
				day = 16200 + i % 300
				print "u" i % 50, "i" i, 86400 * day + 3600 * h, x
			} }'
	}
	use=(--columns price --duplicates keep)
	numbers 1 5 12 >a.tsv
	report old.json "${use[@]}" a.tsv
	passes "${use[@]}" --baseline old.json --max-drift 0 a.tsv
	numbers 1.01 5 12 >b.tsv
	passes "${use[@]}" --baseline old.json --max-drift 0.1 b.tsv
	grep -A 1 '"price":	{' now.json | grep -q '"psi":	0.0'
	numbers 3 5 12 >b.tsv
	run -3 srs-clean -q -o out "${use[@]}" --baseline old.json \
	    --max-drift 0.25 b.tsv
	[[ $output == *'price has drifted by '* ]]
	numbers 1 90 12 >b.tsv
	run -3 srs-clean -q -o out "${use[@]}" --baseline old.json \
	    --max-drift 0.25 b.tsv
	[[ $output == *'price has drifted by '* ]]
	numbers 1 5 14 >b.tsv
	run -3 srs-clean -q -o out "${use[@]}" --baseline old.json \
	    --max-drift 0.25 b.tsv
	[[ $output == *'timestamp has drifted by '* ]]
	[ "${#lines[@]}" -eq 1 ]
}

@test "new and vanished ids: exact where all are known, else near" {
	users() {	# users FROM TO
		awk -v a="$1" -v b="$2" 'BEGIN { OFS = "\t"
			for (u = a; u < b; u++) print "u" u, "i" u % 10, 3 }'
	}
	users 0 1000 >a.tsv
	users 300 1200 >b.tsv
	report old.json a.tsv
	gated 'user_id: 30% of the ids of the baseline have vanished, more than --max-drift 0.25' \
	    --baseline old.json --max-drift 0.25 b.tsv
	python3 - <<-'END'
	import json
	d = json.load(open('now.json'))['drift']['user_id']
	assert d == dict(new=200/900, new_error=0, vanished=.3, vanished_error=0)
	END
	users 0 40000 >a.tsv
	users 10000 60000 >b.tsv
	report old.json a.tsv
	run -3 srs-clean -q -o out --baseline old.json --report now.json \
	    --max-drift 0.1 b.tsv
	python3 - <<-'END'
	import json
	d = json.load(open('now.json'))['drift']['user_id']
	assert 0 < d['new_error'] < .02 and 0 < d['vanished_error'] < .02
	assert abs(d['new'] - .4) < 4 * d['new_error']
	assert abs(d['vanished'] - .25) < 4 * d['vanished_error']
	END
}

@test "a baseline that cannot be compared with is refused" {
	q=$testdata/quality.csv
	try() {		# try TEXT OPTION...
		local text=$1
		shift
		refuses 1 "srs-clean: old.json: $text" \
		    srs-clean --baseline old.json -o out "$@" "$q"
		[ ! -e out ]
	}
	echo '{' >old.json
	try 'not valid JSON'
	echo '{}' >old.json
	try 'not a report of srs-clean'
	echo '{"report": "srs-clean", "format": 9}' >old.json
	try 'a report of format 9; this program compares those of format 1'
	echo '{"report": "srs-clean", "format": 1}' >old.json
	try 'the report has no columns'
	report old.json "$q"
	try "the report has no column 'brand', which this table has" \
	    --columns brand
	report good.json --columns brand,price:float "$q"
	cp good.json old.json
	try "the report has a column 'price', which this table has not" \
	    --columns brand
	try "column 'price' was of type number, and is token now" \
	    --columns brand,price
	sed 's/"hashes":	"./&g/' good.json >old.json
	try "column 'user_id': the report is damaged" --columns brand,price:float
	sed 's/\[\[-2, 1\]/[[-2, -1]/' good.json >old.json
	try "column 'price': the report is damaged" --columns brand,price:float
	sed 's/"hour":	\[0/"hour":	[null/' good.json >old.json
	try "column 'timestamp': the report is damaged" \
	    --columns brand,price:float
	rm old.json
	refuses 1 "old.json" srs-clean --baseline old.json -o out "$q"
	[ ! -e out ]
}
