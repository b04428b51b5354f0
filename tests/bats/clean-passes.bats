# srs-clean: rules that look at all rows: robots, weights that fade, outliers,
# means that are filled in, numbers made normal, frequent items.

load lib
load cleanlib

# A person, one who has too many rows in a day, one with a burst, and one with
# little but one item; times are seconds.
robots() {
	for i in 1 2 3 4; do printf 'person\ti%d\t%d\n' $i $((i * 90000)); done
	for i in 1 2 3 4 5; do printf 'daily\ti%d\t%d\n' $i $((i * 9000)); done
	for i in 1 2 3; do printf 'fast\ti%d\t%d\n' $i $((90000 + i)); done
	for i in 1 1 1 2; do
		printf 'fond\ti%d\t%d\n' $i $((t += 100000))
	done
}

@test "robots: each rule, by what they did before any rule" {
	robots >x.tsv
	run -0 --separate-stderr srs-clean -H --user 1 --item 2 --time 3 \
	    --duplicates first --max-per-day 4 --max-burst 2/10s \
	    --max-one-item 70%/4 x.tsv
	[ "$(cut -f 1 <<<"$output" | sort -u)" = person ]
	[[ $stderr == *' 5 dropped: of users with too many rows in a day (1)'* ]]
	[[ $stderr == *' 3 dropped: of users with too many rows in a short time (1)'* ]]
	[[ $stderr == *' 4 dropped: of users with little but one item (1)'* ]]
	run -0 clean --user 1 --item 2 --time 3 --max-one-item 0.7 x.tsv
	[ "$(wc -l <<<"$output")" -eq 16 ]
	# the day is the zone's: 9000 to 45000 are 22:30 to 8:30 there
	run -0 clean --user 1 --item 2 --time 3 --max-per-day 4 \
	    --time-zone -04:00 x.tsv
	[[ $output == *daily* ]]
	refuses 1 "--max-per-day needs times: there is no timestamp" \
	    srs-clean --user 1 --item 2 --max-per-day 4 x.tsv
	refuses 2 "--max-burst: '20' is not N/TIME, as 20/10s" \
	    srs-clean --max-burst 20 x.tsv
	refuses 2 "--max-one-item: '90' is not SHARE/ROWS, as 90%/20" \
	    srs-clean --max-one-item 90 x.tsv
	refuses 2 "are not for --table" srs-clean --table --top-items 4 x.tsv
}

@test "--half-life counts from the newest row, and before sums" {
	printf 'u\t%s\t%s\n' a 2024-03-01 a 2024-03-31 b 2024-01-31 >t
	run -0 clean --user 1 --item 2 --time 3 --half-life 30d \
	    --duplicates sum t
	[ "$output" = 'u	a	1.5	1711843200
u	b	0.25	1706659200' ]
}

@test "--outliers: drop and clip, and no spread at all" {
	{ for i in 1 2 3 4 5 6 7 8 9; do printf 'u\ti%d\t%d\n' $i $i; done
	  printf 'u\tj\t100\n'; } >x.tsv
	# median 5.5, median distance 2.5: 5.5 +- 3.5 * 1.4826 * 2.5
	run -0 --separate-stderr srs-clean -H --outliers rating=mad:3.5 x.tsv
	[ "$output" = "$(head -n 9 x.tsv)" ]
	[[ $stderr == *' 1 dropped: a value is too far from the others'* ]]
	run -0 --separate-stderr srs-clean -H --outliers rating=iqr:1.5:clip \
	    x.tsv
	# quartiles 3.25 and 7.75
	[ "${lines[9]}" = 'u	j	14.5' ]
	[[ $stderr == *' 1 repaired: a value clipped for being far'* ]]
	printf 'u\t%s\t%s\n' a 3 b 3 c 3 d 9 >x.tsv
	run -0 --separate-stderr srs-clean -H --outliers rating=mad:3 x.tsv
	[ "$output" = "$(cat x.tsv)" ]
	[[ $stderr == *'--outliers: rating: the numbers have no spread, so none'* ]]
	refuses 2 "--outliers: rating: 'mda' is none of zscore, iqr, mad; did you mean 'mad'?" \
	    srs-clean --outliers rating=mda:3 x.tsv
	refuses 2 "--outliers: rating: 'mad' has no limit, as in mad:3.5" \
	    srs-clean --outliers rating=mad x.tsv
	refuses 2 "--outliers: rating: '0' is not a number above 0" \
	    srs-clean --outliers rating=mad:0 x.tsv
}

@test "--fill: means of the column, the user, the item, and the median" {
	cat >x.tsv <<-'END'
	u	i	1
	u	j	2
	u	k	
	v	i	6
	v	k	10
	w	i	
	END
	run -0 --separate-stderr srs-clean -H --fill rating=mean x.tsv
	[ "${lines[2]}${lines[5]}" = 'u	k	4.75w	i	4.75' ]
	[[ $stderr == *' 2 repaired: a missing rating filled in'* ]]
	run -0 clean --fill rating=median x.tsv
	[ "${lines[2]}${lines[5]}" = 'u	k	4w	i	4' ]
	# who has no ratings gets the mean of all
	run -0 clean --missing user-mean x.tsv
	[ "${lines[2]}${lines[5]}" = 'u	k	1.5w	i	4.75' ]
	run -0 clean --fill rating=item-mean x.tsv
	[ "${lines[2]}${lines[5]}" = 'u	k	10w	i	3.5' ]
}

@test "--normalize: by all and by user, of ratings and of other columns" {
	cat >x.tsv <<-'END'
	user_id:token	item_id:token	rating:float	price:float
	u	i	1	10
	u	j	3	20
	v	i	2	30
	v	k	6	
	END
	run -0 clean --columns price --normalize rating=user-center,price=minmax \
	    x.tsv
	[ "$output" = 'u	i	-1	0
u	j	1	0.5
v	i	-2	1
v	k	2	' ]
	run -0 clean --normalize rating=user-zscore x.tsv
	[ "$output" = 'u	i	-1
u	j	1
v	i	-1
v	k	1' ]
	run -0 clean --normalize rating=center x.tsv
	[ "$output" = 'u	i	-2
u	j	0
v	i	-1
v	k	3' ]
	refuses 2 "'user_center' is none of center, user-center, item-center, minmax, zscore, user-zscore; did you mean 'user-center'?" \
	    srs-clean --normalize rating=user_center x.tsv
}

@test "--top-items: most rows first, then the id that sorts last" {
	printf 'u\ta\nv\ta\nu\tb\nu\tc\nw\td\n' >x.tsv
	run -0 --separate-stderr srs-clean -H --top-items 2 x.tsv
	[ "$output" = 'u	a
v	a
w	d' ]
	[[ $stderr == *' 2 dropped: the item is not among the most frequent'* ]]
}

# shop N: N rows with ratings, prices and times
shop() {
	printf 'user_id:token\titem_id:token\trating:float\ttimestamp:float\tprice:float\n'
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) {
		u = int(sqrt(i * 7919 % 9409)); v = int(sqrt(i * 31337 % 3721))
		printf "u%d\ti%d\t%s\t%d\t%s\n", u, v,
		    i % 11 ? 1 + (i * 13) % 5 : "",
		    1000 + (i * 7907) % 100003, i % 7 ? (i * 37) % 1001 / 10 : "" } }'
}

everything=(--columns price --max-burst 30/60s --max-one-item 90%/30
    --half-life 1d --outliers price=mad:2:clip,rating=zscore:1.9
    --fill rating=user-mean,price=median --top-items 40
    --normalize rating=user-center,price=zscore)

@test "all of them: the same for any number of threads, and any memory" {
	shop 30000 >all.tsv
	same_for_threads out srs-clean -q "${everything[@]}" -o out all.tsv
	at_least "$(wc -l <out)" 3000
	if srs-clean --help | grep -q -- --memory; then
		srs-clean -q "${everything[@]}" --memory 2M -o small all.tsv
		cmp out small
	fi
	# centred by user, each user's ratings add up to nothing
	awk -F '\t' 'NR > 1 { s[$1] += $3; n[$1]++; p += $6; q += $6 * $6 }
	END { for (u in s) if (s[u] / n[u] > 1e-5 || s[u] / n[u] < -1e-5)
		print u, s[u]
	m = p / (NR - 1); v = q / (NR - 1)
	if (m > 1e-9 || m < -1e-9 || v > 1 + 1e-9 || v < 1 - 1e-9)
		print m, v }' out >bad
	[ ! -s bad ] || { head bad; false; }
}
