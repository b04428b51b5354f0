# srs-clean: duplicates, weights, small users and items.

load lib
load cleanlib

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

@test "rows that had to wait are written as those that had not" {
	awk 'BEGIN {
		print "user_id,item_id,rating,timestamp,event,note"
		for (i = 0; i < 3000; i++)
			printf "u%s,%s,%s,%s,e%d,%s\n", i * 7919,
			    i % 3 ? i : "an-item-with-a-long-name-" i,
			    i % 7 ? (i - 1500) / (1 + i % 9) : "",
			    i % 5 ? i % 2 ? i * 999.5 : -i * 1.001 : "",
			    i % 4, i % 2 ? "n " i : "" }' >w.csv
	for columns in "" "--columns note" "--user user_id --item item_id" \
	    "--user user_id --item item_id --time timestamp" \
	    "--rating rating --event event --weight e0=1,e1=2.5,e2=1e9,e3=7"; do
		srs-clean -q --duplicates keep $columns -o want w.csv
		[ "$(wc -l <want)" -gt 3000 ]
		for t in 1 2; do
			srs-clean -q -t $t --duplicates keep --top-items 9999 \
			    $columns -o got w.csv
			cmp want got
		done
	done
}
