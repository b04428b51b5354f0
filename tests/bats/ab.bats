# srs-ab: experiments with users.

load lib

# Two groups of four; b converts more, c explains the values.
users() {
	printf '%s\n' "user_id,group,bought,spent,views,before" \
	    u1,a,yes,10,5,9 u2,a,no,0,4,1 u3,a,no,2,6,2 u4,a,no,0,5,0 \
	    u5,b,yes,14,5,9 u6,b,yes,6,5,1 u7,b,no,4,4,2 u8,b,yes,5,6,0 >u.csv
}

field() {		# field NAME: of the row last put into $row
	awk -F'\t' -v name="$1" -v row="$row" '
	{ for (i = 1; i <= NF; i++) { split($i, h, ":")
		if (h[1] == name) at = i } split(row, f, "\t"); print f[at] }' \
	    <<<"${lines[0]}"
}

@test "Cookie Cats: retention is worse, and at 7 days surely" {
	need_data ab/cookie_cats.csv.gz
	run -0 --separate-stderr srs-ab --user userid --group version --tsv \
	    --metrics conversion:retention_7,conversion:retention_1 \
	    "$data/ab/cookie_cats.csv.gz"
	[[ $stderr == *"users: gate_30 44700, gate_40 45489; sample ratio: p = 0.0086"* ]]
	[[ $(cut -f4 <<<"${lines[1]}") == 0.1902* ]]
	row=${lines[2]}
	[[ $(field value) == 0.1820* ]]
	at_most "$(field p)" 0.01
	at_most "$(field high)" 0
	[[ $(cut -f4 <<<"${lines[3]}") == 0.448* ]]
	row=${lines[4]}
	[[ $(field value) == 0.4423* || $(field value) == 0.4422* ]]
	at_least "$(field p)" 0.05
}

@test "a table: conversion, mean, ratio, and the control" {
	users
	run -0 --separate-stderr srs-ab --tsv \
	    --metrics conversion:bought,mean:spent,ratio:spent/views u.csv
	[ "${lines[0]}" = "metric:token	group:token	users:float	value:float	difference:float	relative:float	low:float	high:float	p:float	p_holm:float	detectable:float	explained:float" ]
	[ "$(cut -f1-4 <<<"${lines[1]}")" = "conversion:bought	a	4	0.25" ]
	[ "$(cut -f1-6 <<<"${lines[2]}")" = "conversion:bought	b	4	0.75	0.5	2" ]
	# 1/4 and 3/4 pooled: z is the root of 2.
	[[ $(cut -f9 <<<"${lines[2]}") == 0.15729* ]]
	[ "$(cut -f4-5 <<<"${lines[4]}")" = "7.25	4.25" ]
	[ "$(cut -f4 <<<"${lines[6]}")" = 1.45 ]
	run -0 --separate-stderr srs-ab --tsv --control b \
	    --metrics conversion:bought u.csv
	[ "$(cut -f2,5 <<<"${lines[2]}")" = "a	-0.5" ]
}

@test "a covariate makes intervals narrower" {
	users
	run -0 --separate-stderr srs-ab --tsv --metrics mean:spent u.csv
	row=${lines[2]}
	wide=$(field high)
	run -0 --separate-stderr srs-ab --tsv --metrics mean:spent \
	    --covariate before u.csv
	row=${lines[2]}
	at_least "$(field explained)" 0.8
	at_most "$(field high)" "$wide"
	[ "$(field difference)" = 4.25 ]	# groups have the same before
}

@test "a log of events: who did what since they came in" {
	printf 'user_id:token\tgroup:token\ttimestamp:float\n' >who.tsv
	printf '%s\n' u1.a.100 u2.a.100 u3.b.100 u4.b.100 u5.b.100 |
	    tr . '\t' >>who.tsv
	printf 'user_id:token\tevent:token\ttimestamp:float\tprice:float\trank:float\n' >log.tsv
	{
		echo u1 view 101 0 1; echo u1 click 102 0 2
		echo u2 view 101 0 1; echo u3 view 101 0 1
		echo u3 click 103 0 1; echo u3 purchase 104 30 1
		echo u3 purchase 5104 20 1; echo u4 view 105 0 1
		echo u4 view 105 0 1; echo u4 click 106 0 4
		echo u9 view 101 0 1; echo u1 purchase 50 7 1
	} | tr ' ' '\t' >>log.tsv
	run -0 --separate-stderr srs-ab --assignment who.tsv --tsv --day 1000 \
	    --metrics conversion:purchase,sum:purchase.price,ratio:click/view,mrr:click,return:7 \
	    log.tsv
	[[ $stderr == *"log.tsv: 1 events are of users in no group"* ]]
	[[ $stderr == *"log.tsv: 1 events are from before their user came in"* ]]
	[[ ${lines[2]} == "conversion:purchase	b	3	0.333333333333333"* ]]
	[[ $(cut -f4 <<<"${lines[4]}") == 16.66666666666666* ]]
	[ "$(cut -f4 <<<"${lines[5]}")" = 0.5 ]
	[[ $(cut -f4 <<<"${lines[6]}") == 0.666666666666666* ]]
	[ "$(cut -f4 <<<"${lines[7]}")" = 0.5 ]
	[[ $(cut -f4 <<<"${lines[8]}") == 0.62[45]* ]]
	[[ $(cut -f4 <<<"${lines[10]}") == 0.333333333333333* ]]
}

@test "intervals that hold at every look are wider" {
	users
	run -0 --separate-stderr srs-ab --tsv --metrics mean:spent u.csv
	row=${lines[2]}
	once=$(field high)
	run -0 --separate-stderr srs-ab --tsv --metrics mean:spent \
	    --sequential u.csv
	row=${lines[2]}
	at_least "$(field high)" "$once"
	at_most "$(field p)" 1
}

@test "a sample ratio mismatch: exit 3, the table is there" {
	printf 'user_id:token\tgroup:token\tx:float\n' >t.tsv
	awk 'BEGIN { for (i = 0; i < 1000; i++)
		printf "u%d\t%s\t%d\n", i, i < 600 ? "a" : "b", i % 7 }' >>t.tsv
	run -3 --separate-stderr srs-ab --tsv --metrics mean:x t.tsv
	[ "${#lines[@]}" -eq 3 ]
	[[ $stderr == *"sample ratio mismatch: groups of these sizes are as good as impossible (p = 2.5e-10)"* ]]
	run -0 srs-ab -q --metrics mean:x --shares 60,40 t.tsv
	run -0 srs-ab -q --metrics mean:x --srm 0 t.tsv
	refuses 1 "--shares '1,2,3': there are 2 groups" srs-ab \
	    --metrics mean:x --shares 1,2,3 t.tsv
}

@test "plans: users, days, effects" {
	# (1.959964 + 0.841621)^2 (0.1 * 0.9 + 0.11 * 0.89) / 0.01^2
	run -0 srs-ab --plan --rate 0.1 --effect 0.01 --per-day 1000 --tsv
	[ "${lines[0]}" = "effect:float	relative:float	users_each:float	users:float	days:float" ]
	[[ ${lines[1]} == "0.01	0."*"	14749	29498	30" ]]
	run -0 srs-ab --plan --rate 0.1 --effect 10% --tsv
	[[ ${lines[1]} == *"	14749	29498	" ]]
	run -0 srs-ab --plan --rate 0.1 --users 29498 --tsv
	[[ ${lines[1]} == 0.00999*"	14749	29498	" ||
	    ${lines[1]} == 0.01*"	14749	29498	" ]]
	run -0 srs-ab --plan --mean 50 --deviation 200 --effect 2% --tsv
	[[ ${lines[1]} == "1	0.02	627912	1255824	" ||
	    ${lines[1]} == "1	0.02	627911	1255822	" ]]
	refuses 2 "--plan needs --rate, or --deviation" srs-ab --plan --effect 1
	refuses 2 "--plan needs one of --effect, --users" srs-ab --plan --rate 0.1
	refuses 2 "--effect 'x' is no difference" srs-ab --plan --rate 0.1 \
	    --effect x
	refuses 2 "the rate would be above 1" srs-ab --plan --rate 0.5 \
	    --effect 0.6
}

@test "interleaved lists: credit by clicks" {
	printf 'query_id:token\tteam:token\tclicks:float\n' >i.tsv
	for q in 1 2 3 4 5 6; do
		printf 'q%d\tnew\t1\nq%d\told\t%d\nq%d\t\t4\n' $q $q $((q == 1)) $q
	done >>i.tsv
	printf 'q7\tnew\t0\nq7\told\t2\n' >>i.tsv
	run -0 srs-ab --interleaving --tsv i.tsv
	[ "${lines[0]}" = "team:token	lists:float	win:float	tie:float	loss:float	preference:float	p:float" ]
	[[ ${lines[1]} == "new	7	5	1	1	0.285714285714285"*"	0.21875"* ]]
	[[ ${lines[2]} == "old	7	1	1	5	-0.28571428571428"* ]]
	printf 'q8\tthird\t0\n' >>i.tsv
	refuses 1 "i.tsv:22: team: 'third' is a third team" srs-ab \
	    --interleaving i.tsv
}

@test "bad input" {
	users
	refuses 2 "give --metrics" srs-ab u.csv
	refuses 2 "'convesion' is not a kind of metric; did you mean 'conversion'?" \
	    srs-ab --metrics convesion:bought u.csv
	refuses 2 "'ratio:spent': ratio is asked for as ratio:A/B" \
	    srs-ab --metrics ratio:spent u.csv
	refuses 2 "'sum:a.b': sum is of events: give --assignment" \
	    srs-ab --metrics sum:a.b u.csv
	refuses 1 "u.csv: no column 'nothing'" srs-ab --metrics mean:nothing u.csv
	refuses 1 "u.csv:2: spent: '10' is neither yes nor no" \
	    srs-ab --metrics conversion:spent u.csv
	refuses 1 "--control: no group 'c'" srs-ab --metrics mean:spent \
	    --control c u.csv
	cp u.csv twice.csv
	echo u1,a,yes,1,1,1 >>twice.csv
	refuses 1 "twice.csv:10: user_id: user 'u1' stands twice" \
	    srs-ab --metrics mean:spent twice.csv
	sed -i '$s/,a,/,b,/' twice.csv
	refuses 1 "user 'u1' is in two groups, 'a' and 'b': see --drop-crossed" \
	    srs-ab --metrics mean:spent twice.csv
	run -0 --separate-stderr srs-ab --metrics mean:spent --drop-crossed \
	    --tsv twice.csv
	[[ $stderr == *"1 users are in two groups and left out"* ]]
	[ "$(cut -f3 <<<"${lines[1]}")" = 3 ]
	head -5 u.csv >one.csv
	refuses 1 "there is one group only: 'a'" srs-ab --metrics mean:spent one.csv
	head -6 u.csv >few.csv
	refuses 1 "group 'b' has 1 user: nothing can be said of it" \
	    srs-ab --metrics mean:spent few.csv
	head -1 u.csv >none.csv
	refuses 1 "none.csv: no users" srs-ab --metrics mean:spent none.csv
}

@test "order of rows and number of threads change nothing" {
	users
	srs-ab -q --tsv --metrics conversion:bought,mean:spent -t 1 u.csv >a
	{ head -1 u.csv; tail -n +2 u.csv | tac; } >r.csv
	srs-ab -q --tsv --metrics conversion:bought,mean:spent -t 2 r.csv >b
	diff a b
}
