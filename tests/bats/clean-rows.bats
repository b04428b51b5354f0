# srs-clean: rows that are judged many at once, and those looked at by one.

load lib

# odd_rows SEPARATOR QUOTE: rows of which some are odd in some way
odd_rows() {
	awk -v s="$1" -v q="$2" '
	function pick(n, last,    i) {	# of list, one of the last now and then
		i = x % 17 == 0 ? n - last + 1 + int(x / 17) % last \
		    : 1 + int(x / 17) % (n - last)
		x = (x * 1103 + 12345) % 1000003
		return list[i]
	}
	function field(a, last) { return q pick(split(a, list, "|"), last) q }
	BEGIN {
		x = 7
		print "user_id" s "item_id" s "rating" s "event" s "timestamp" s "note"
		for (i = 0; i < 9000; i++)
			print field("u" i "|v|1|longer than eight|é| w||\x7f|\xe9", 5) s \
			    field("i" i % 7 "|j|x y|12345678|0| | ", 2) s \
			    field("5|4.5|0.5|3|10|1.25|5.0|05|+4|1e1||nope|9| 2|NaN|1e39", 10) s \
			    field("view|cart|purchase|refund||View", 3) s \
			    field("100|1539542587|99999999|0|007|-5|1.5|soon||2018-10-14|2018-10-14T18:29:47Z", 7) s \
			    (i == 20 ? "\"\"\"\"" : "")
	}'
}

@test "the same of TSV, CSV, quoted CSV, and CSV that is read row by row" {
	odd_rows $'\t' '' | cut -f1-5 >a
	odd_rows , '' | cut -d, -f1-5 | sed 's/$/\r/' >b
	odd_rows , '"' | cut -d, -f1-5 >c
	odd_rows , '' >d		# a quote in quotes: by libcsv
	awk -F'\t' -v OFS='\t' '{ print $5, $2, $1, $4, $3 }' a >e
	for rules in '' '--max-rating 5 --min-rating 1' \
	    '--weight view=1,cart=3,purchase=9 --half-life 1d' \
	    '--since 500 --fill rating=3 --time-unit ms' \
	    '--duplicates last --min-user 2'; do
		for name in a b c d; do
			srs-clean -q --header yes $rules --rejects bad \
			    --report $name.json -o $name.out $name
			awk -F'\t' '{ sub(/^[^:]*:/, "", $NF)
			    print $1, $2, $3, $4, $5, $NF }' bad >$name.bad
			cmp a.json $name.json
			cmp a.out $name.out
			cmp a.bad $name.bad
		done
		srs-clean -q --header yes $rules --report e.json -o e.out e
		cmp a.json e.json
		cmp a.out e.out
		[ "$(wc -l <a.bad)" -gt 100 ] && [ "$(wc -l <a.out)" -gt 100 ]
	done
}

@test "odd rows: the same on one thread and on two" {
	odd_rows $'\t' '' >x
	same_for_threads out srs-clean -q --header yes -o out --report report \
	    --rejects bad x
}
