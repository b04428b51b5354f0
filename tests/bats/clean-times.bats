# srs-clean: how times are spelled, from when to when, and weights that fade.

load lib

clean() {
	srs-clean -q -H --user 1 --item 2 --time 3 "$@"
}

@test "--time-format: an Apache log's, several, and what does not match" {
	cat >t <<-END
	u	a	07/Apr/2014:12:51:09 +0200
	u	b	20140407
	u	c	1396867869
	END
	run -0 --separate-stderr srs-clean -H --user 1 --item 2 --time 3 \
	    --time-format '%d/%b/%Y:%T %z' --time-format %Y%m%d \
	    --rejects bad t
	[ "$output" = 'u	a	1396867869
u	b	1396828800' ]
	[[ $stderr == *'1 repaired: a date without zone, taken for UTC'* ]]
	grep -qF "t:3: rating: '1396867869' is not a time" bad
	refuses 2 "--time-format: '%q' is none of the letters" \
	    srs-clean --time-format %q t
	refuses 2 "--time-unit is for numbers, --time-format for other" \
	    srs-clean --time-format %F --time-unit ms t
}

@test "--time-zone: for dates that have none" {
	printf 'u\ta\t2014-04-07 12:51:09\nu\tb\t2014-04-07T10:51:09Z\n' >t
	run -0 --separate-stderr srs-clean -H --user 1 --item 2 --time 3 \
	    --time-zone +02:00 t
	[ "$output" = 'u	a	1396867869
u	b	1396867869' ]
	[[ $stderr != *'without zone'* ]]
	refuses 2 "--time-zone: 'CET' is neither UTC nor hours" \
	    srs-clean --time-zone CET t
}

@test "--since and --until: from the one, up to the other" {
	printf 'u\t%s\t%s\n' a 2014-04-06 b 2014-04-07 c 2014-04-08 d '' >t
	run -0 --separate-stderr srs-clean -H --user 1 --item 2 --time 3 \
	    --since 2014-04-07 --until 2014-04-08 t
	[ "$output" = 'u	b	1396828800' ]
	[[ $stderr == *' 1 dropped: the time is before --since'* ]]
	[[ $stderr == *' 1 dropped: the time is not before --until'* ]]
	[[ $stderr == *' 1 dropped: the time is missing'* ]]
	# seconds, whatever the column counts
	printf 'u\ta\t1396828800000\nu\tb\t1396828800001\n' >t
	run -0 clean --time-unit ms --since 1396828800.001 t
	[ "$output" = 'u	b	1396828800.001' ]
	# the same zone as the column
	printf 'u\ta\t2014-04-07 00:00\n' >t
	run -0 clean --time-zone +02:00 --since 2014-04-07 t
	[ "$output" = 'u	a	1396821600' ]
	refuses 2 "--since 9 is not before --until 5" srs-clean --since 9 \
	    --until 5 t
	refuses 2 "--since: 'soon' is neither a date as 2024-03-31 nor" \
	    srs-clean --since soon t
	refuses 1 "--since needs times: there is no timestamp" \
	    srs-clean --user 1 --item 2 --since 5 t
	refuses 1 "--until needs times: --fill 3=keep keeps rows without" \
	    clean --until 5 --fill 3=keep t
}

@test "--half-life with --now: weights fade, and rows after it go" {
	printf 'u\t%s\t%s\n' a 2024-03-01 b 2024-03-31 c 2024-04-01 d '' >t
	run -0 --separate-stderr srs-clean --user 1 --item 2 --time 3 \
	    --half-life 30d --now 2024-03-31 t
	[ "$output" = 'user_id:token	item_id:token	weight:float	timestamp:float
u	a	0.5	1709251200
u	b	1	1711843200' ]
	[[ $stderr == *' 1 dropped: the time is after --now'* ]]
	[[ $stderr == *' 1 dropped: the time is missing'* ]]
	refuses 2 "--half-life: '30' is not a time with a unit" \
	    srs-clean --half-life 30 t
	refuses 2 "--now is for --half-life" srs-clean --now 5 t
}
