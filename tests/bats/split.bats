# srs-split: parts of a table, and what is said of it.

load lib

# A table of 300 rows of 30 users; times are distinct.
table() {
	awk 'BEGIN { for (i = 0; i < 300; i++)
		printf "u%d\ti%d\t%d\t%d\n", i * 7 % 30, i * 13 % 41, i % 5 + 1,
		    1000 + i * 37 % 300 }'
}

split_leave() {
	srs-split -q --method leave-last --train tr --valid va --test te "$@"
}

@test "leave-last: the last row is tested, the one before validates" {
	printf '%s\n' 'u	a	5	30' 'v	x	1	5' 'u	b	4	10' \
	    'u	c	3	20' 'v	y	1	4' 'w	z	2	1' 'u	d	1	20' >in
	run -0 --separate-stderr srs-split --method leave-last --train tr \
	    --valid va --test te in
	[ -z "$output" ]
	cat >expected <<-'END'
	srs-split: train: 5 rows, 3 users, 5 items
	srs-split: valid: 1 row, 1 user, 1 item; not in train: 0 users, 1 item
	srs-split: test: 1 row, 1 user, 1 item; not in train: 0 users, 1 item
	srs-split: valid: rows with leaks: items 1
	srs-split: test: rows with leaks: items 1
	srs-split: 2 users with too few rows: all in train
	END
	diff expected - <<<"$stderr"
	[ "$(cat te)" = 'u	a	5	30' ]
	[ "$(cat va)" = 'u	d	1	20' ]	# of equal times, the later row
	grep -vxF -f te -f va in | diff - tr
}

@test "every row goes to one part, in the order of the input" {
	table >in
	for method in random user-random leave-random leave-last user-temporal \
	    temporal new-users new-items 'kfold --fold 2' \
	    'kfold --fold 2 --unit user' 'random --unit item'; do
		rm -f tr va te
		valid='--valid va'
		[ "${method%% *}" = kfold ] && valid=
		# shellcheck disable=SC2086  # words on purpose
		srs-split -q --method $method --train tr $valid --test te in
		touch va
		cat tr va te | sort | diff <(sort in) -
		for part in tr va te; do
			grep -xF -f $part in | diff - $part
		done
		[ -s tr ] && [ -s te ]
	done
}

@test "a random split does not depend on the order of rows, but on the seed" {
	table >in
	sort -k2 in >sorted
	srs-split -q --method random --train tr --test te in
	srs-split -q --method random --train tr2 --test te2 sorted
	sort te | diff - <(sort te2)
	srs-split -q --method random --seed 2 --train tr2 --test te2 in
	run -1 cmp -s te te2
	# other columns do not move a row
	awk '{ print $1 "\t" $2 "\t0\t" $4 }' in >zero
	srs-split -q --method random --train tr2 --test te2 zero
	cut -f 1,2,4 te | diff - <(cut -f 1,2,4 te2)
}

@test "temporal: from a time, from a share of the rows" {
	table >in
	srs-split -q --method temporal --at 1250 --valid-at 1200.5 --train tr \
	    --valid va --test te in
	awk '$4 >= 1250' in | diff - te
	awk '$4 > 1200 && $4 < 1250' in | diff - va
	srs-split -q --method temporal --at 90% --train tr --test te in
	awk '$4 >= 1270' in | diff - te
	srs-split -q --method temporal --test-size 0.1 --train tr --test te2 in
	cmp te te2
}

@test "temporal: from a date" {
	printf 'u\ti\t1\t%d\n' 1767225599 1767225600 1767225601 >in
	srs-split -q --method temporal --at 2026-01-01 --train tr --test te in
	[ "$(wc -l <tr)" = 1 ] && [ "$(wc -l <te)" = 2 ]
	srs-split -q --method temporal --at 2026-01-01T01:00:01+01:00 --train tr \
	    --test te in
	[ "$(wc -l <tr)" = 2 ]
}

@test "candidates: the tested item, and others that the user never had" {
	table >in
	srs-split -q --method leave-last --train tr --test te --candidates ca \
	    --negatives 20 in
	[ "$(wc -l <ca)" = $((30 * 21)) ]
	awk 'NR % 21 == 1' ca | diff - <(cut -f 1,2 te)
	awk 'NR % 21 != 1' ca | sort >others
	[ "$(uniq others | wc -l)" = $((30 * 20)) ]
	[ -z "$(cut -f 1,2 in | sort | comm -12 - others)" ]
	same_for_threads ca srs-split -q --method leave-last --train tr --test te \
	    --candidates ca --negatives 20 in
	# the order of rows changes only the order
	sort in >sorted
	srs-split -q --method leave-last --train tr --test te --candidates ca2 \
	    --negatives 20 sorted
	sort ca | diff - <(sort ca2)
	srs-split -q --method leave-last --train tr --test te --candidates ca2 \
	    --negatives 20 --seed 2 in
	run -1 cmp -s ca ca2
}

@test "candidates: by popularity; not enough of them; refusals" {
	table >in
	srs-split -q --method leave-last --train tr --test te --candidates ca \
	    --sampling popularity --negatives 5 -z in
	[ "$(gunzip -c ca | wc -l)" = 180 ]
	run -0 --separate-stderr srs-split --method leave-last --train tr --test te \
	    --candidates ca in
	[[ $stderr == *'test: rows with fewer than 99 other candidates: 30'* ]]
	printf 'user_id:token\nu\nu\n' >users
	refuses 1 "srs-split: users: no column 'item_id'; there are user_id" \
	    srs-split --method leave-last --train x --test y --candidates z users
	[ ! -e x ]
	refuses 2 '--fold must say which' srs-split --method kfold --candidates z in
	refuses 1 "cannot write '/dev/full'" srs-split --method leave-last \
	    --train x --test y --candidates /dev/full in
	[ ! -e x ]
}

@test "kfold adds a column, and tests the fold that is asked for" {
	table | awk 'BEGIN { print "user_id:token\titem_id:token\tx:float\ty:float" } 1' >in
	srs-split --method kfold --folds 3 -o folds in
	[ "$(head -n 1 folds)" = 'user_id:token	item_id:token	x:float	y:float	fold:float' ]
	cut -f 1-4 folds | cmp - in
	srs-split -q --method kfold --folds 3 --fold 2 --train tr --test te -H in
	awk 'NR > 1 && $5 == 2' folds | cut -f 1-4 | diff - te
	[ "$(srs-split --method kfold -H <in | wc -l)" = 300 ]
	refuses 1 "srs-split: the table has a column 'fold' already" \
	    srs-split --method kfold folds
}

@test "a header stays a header, and -H drops it" {
	printf 'item_id:token\tnote:token_seq\tuser_id:token\ni\tx y\tu\nj\t\tu\n' >in
	srs-split -q --method leave-last --train tr --test te in
	printf 'item_id:token\tnote:token_seq\tuser_id:token\ni\tx y\tu\n' | cmp - tr
	srs-split -q --method leave-last -H --train tr --test te in
	printf 'j\t\tu\n' | cmp - te
}

@test "CSV with quotes becomes TSV" {
	printf 'user_id,item_id,title\r\n1,2,"a, ""b"""\r\n1,3,c\r\n' >in
	srs-split -q --method leave-last --train tr --test te in
	printf 'user_id:token\titem_id:token\ttitle:token\n1\t2\ta, "b"\n' |
	    cmp - tr
	printf 'user_id,item_id,title\n1,2,"a\n b"\n' >in
	refuses 1 'srs-split: in:2: title: a TAB or line end in a field cannot be written to a table' \
	    srs-split --method random --train tr --test te in
}

@test "several files are one table, and so is a pipe" {
	table >in
	head -n 100 in | gzip >a.gz
	tail -n +101 in >b
	split_leave in
	for part in tr va te; do mv $part $part.one; done
	split_leave a.gz b
	for part in tr va te; do cmp $part $part.one; done
	gzip <in | split_leave
	for part in tr va te; do cmp $part $part.one; done
	printf 'a\tb\n' >c
	refuses 1 'srs-split: c: 2 columns, but b has 4' split_leave b c
}

@test "an input may be an output" {
	table >in
	cp in copy
	split_leave in
	mv tr tr.one
	srs-split -q --method leave-last --train copy --valid va --test te copy
	cmp copy tr.one
}

@test "rows that look odd are split as others are" {
	table | awk -F'\t' -v OFS='\t' '{
		if (NR % 11 == 0) $2 = $2 "\303\251"
		if ($1 ~ /3$/) $1 = $1 "-with-a-long-name"
		if (NR % 13 == 0) $4 = $4 ".5"
		print }' >in
	sed '3~7s/$/\r/' in >returns
	split_leave in
	mkdir plain && mv tr va te plain
	grep -q -- -with-a-long-name plain/te
	split_leave returns
	for part in tr va te; do
		diff plain/$part $part
	done
	sort plain/tr plain/va plain/te | diff <(sort in) -
}

@test "the same for any number of threads" {
	table >in
	same_for_threads te split_leave in
	same_for_threads tr split_leave in
	same_for_threads tr.gz srs-split -q --method random --train tr.gz --test te in
	for i in $(seq 100); do sed "s/u/$i.u/" in; done >many
	same_for_threads te split_leave many
	same_for_threads te srs-split -q --method user-random --train tr --test te many
	same_for_threads fo srs-split -q --method new-users --train tr --test te \
	    --fold-in fo many
	same_for_threads tr srs-split -q --method random --train tr --test te \
	    --leaks drop --leak-kinds time,pairs --session-gap 20 --unit session many
	same_for_threads tr srs-split -q --method random --train tr --test te \
	    --balance over --class rating many
}

@test "a failure leaves no file, and old ones as they were" {
	table >in
	printf 'u\n' >>in
	echo old >te
	refuses 1 'srs-split: in:301: 1 field, not 4' split_leave in
	[ "$(cat te)" = old ] && [ ! -e tr ] && [ ! -e va ]
	table >in
	refuses 1 "srs-split: cannot write 'missing/te'" \
	    srs-split --method random --train tr --test missing/te in
	[ ! -e tr ]
	refuses 1 "cannot write '/dev/full'" srs-split --method random --train tr \
	    --test /dev/full in
	[ ! -e tr ]
}

# A small table by which the methods are known: 4 users, 6 rows each.
known() {
	awk 'BEGIN { for (i = 0; i < 24; i++)
		printf "u%d\ti%d\t%d\t%d\n", i * 5 % 4, i * 7 % 6, i % 2,
		    100 + i * 11 % 24 * 10 }'
}

# pairs FILE: user, item and time of its rows, in a line.
pairs() {
	awk '{ printf "%s%s,%s,%s", s, $1, $2, $4; s = " " } END { print "" }' "$1"
}

@test "each method: what it does with a small table" {
	known >in
	srs-split -q --method random --train tr --valid va --test te in
	[ "$(pairs va)" = 'u2,i2,320 u3,i1,150 u1,i3,130 u0,i2,140' ]
	[ "$(pairs te)" = 'u0,i0,100 u0,i2,260 u3,i3,310' ]
	srs-split -q --method user-random --train tr --valid va --test te in
	[ "$(pairs va)" = 'u0,i4,300 u2,i0,280 u1,i3,250 u3,i5,230' ]
	[ "$(pairs te)" = 'u3,i3,190 u1,i5,170 u0,i2,140 u2,i4,120' ]
	cp te te.share
	srs-split -q --method leave-random --train tr --valid va --test te in
	cmp te te.share			# a tenth of six rows is one
	srs-split -q --method user-temporal --test-size 0.3 --train tr --test te in
	[ "$(pairs te)" = 'u2,i2,320 u0,i4,300 u2,i0,280 u0,i2,260 u1,i1,330 u3,i3,310 u1,i5,290 u3,i1,270' ]
	srs-split -q --method temporal --train tr --valid va --test te in
	[ "$(pairs va)" = 'u0,i4,300 u3,i3,310' ]
	[ "$(pairs te)" = 'u2,i2,320 u1,i1,330' ]
	[ "$(srs-split --method kfold in | cut -f 5 | tr '\n' ' ')" = \
	    '2 3 3 3 4 2 1 1 3 5 4 5 5 5 5 3 4 3 2 5 4 4 5 4 ' ]
	[ "$(srs-split --method kfold --unit user in | cut -f 1,5 | sort -u |
	    tr '\t\n' ': ')" = 'u0:5 u1:3 u2:2 u3:1 ' ]
	[ "$(srs-split --method kfold --unit item in | cut -f 2,5 | sort -u |
	    tr '\t\n' ': ')" = 'i0:2 i1:3 i2:2 i3:4 i4:3 i5:2 ' ]
}

@test "user-random: a share of each user, whatever the order of rows" {
	table >in
	srs-split -q --method user-random --test-size 0.3 --valid-size 0.2 \
	    --train tr --valid va --test te in
	[ "$(cut -f 1 te | sort | uniq -c | awk '{ print $1 }' | sort -u)" = 3 ]
	[ "$(cut -f 1 va | sort | uniq -c | awk '{ print $1 }' | sort -u)" = 2 ]
	sort -k 4 in >sorted
	srs-split -q --method user-random --test-size 0.3 --train tr --test te2 sorted
	sort te | diff - <(sort te2)
}

@test "strong generalisation: held-out users, some of their rows to fold in" {
	table >in
	srs-split --method new-users --train tr --valid va --test te --fold-in fo \
	    --valid-fold-in vf --valid-size 0.2 --test-size 0.3 in 2>said
	grep -q 'srs-split: fold-in: [0-9]* rows, [0-9]* users' said
	cat tr va te fo vf | sort | diff <(sort in) -
	for part in va te; do
		[ -z "$(cut -f 1 tr | sort -u | comm -12 - <(cut -f 1 $part | sort -u))" ]
	done
	diff <(cut -f 1 te | sort -u) <(cut -f 1 fo | sort -u)
	diff <(cut -f 1 va | sort -u) <(cut -f 1 vf | sort -u)
	[ "$(cut -f 1 fo | sort | uniq -c | awk '{ print $1 }' | sort -u)" = 8 ]
	# in time order: nothing that is tested is before what is folded in
	srs-split -q --method new-users --train tr --test te --fold-in fo \
	    --fold-in-order time --fold-in-size 0.5 --test-size 0.3 in
	awk -F '\t' 'FILENAME == "te" { if (!($1 in t) || $4 < t[$1]) t[$1] = $4
	    next } $4 > t[$1] { exit 1 }' te fo
	# the same users without it, all of their rows to test with
	cut -f 1 te | sort -u >users
	srs-split -q --method new-users --train tr --test te --test-size 0.3 in
	cut -f 1 te | sort -u | diff users -
	# and by fold: each user is held out once
	for i in 1 2 3; do
		srs-split -q --method kfold --folds 3 --fold $i --unit user --train tr \
		    --test te$i --fold-in fo$i in
	done
	cat te1 te2 te3 fo1 fo2 fo3 | sort | diff <(sort in) -
	printf 'u\ti\nv\ti\nw\ti\nv\tj\nx\tj\ny\ti\n' >short
	run -0 --separate-stderr srs-split --method new-users --test-size 0.5 \
	    --train tr --test te --fold-in fo short
	[[ $stderr == *'users of test with one row: it is folded in'* ]] ||
	    [[ $stderr == *'user of test with one row: it is folded in'* ]]
}

@test "cold start: new items; only what train lacks, or has" {
	table >in
	srs-split -q --method new-items --train tr --test te --test-size 0.3 in
	[ -z "$(cut -f 2 tr | sort -u | comm -12 - <(cut -f 2 te | sort -u))" ]
	printf 'a\tx\t1\t1\nb\tx\t1\t2\na\ty\t1\t3\na\tx\t1\t4\nc\tx\t1\t5\nb\tz\t1\t6\n' >in
	split_at() { srs-split --method temporal --at 4 --train tr --test te "$@" in; }
	split_at --only new-users 2>said
	[ "$(pairs te)" = 'c,x,5' ]
	grep -qx 'srs-split: test: 2 rows left out' said
	split_at -q --only new-items
	[ "$(pairs te)" = 'b,z,6' ]
	split_at -q --only known
	[ "$(pairs te)" = 'a,x,4' ]
	[ "$(wc -l <tr)" = 3 ]
}

@test "leaks: counted, refused, dropped" {
	printf '%s\n' 'a	x	1	1' 'a	y	1	9' 'b	x	1	5' 'a	x	1	1' \
	    'a	y	1	3' 'b	z	1	6' 'c	x	1	9' 'b	x	1	5' >in
	# fold by hand: rows 1 to 3 train, the others are tested
	head -n 3 in | sed 's/$/	0/' >timed
	tail -n +4 in | sed 's/$/	1/' >>timed
	awk -F '\t' -v OFS='\t' '{ print $1, $2, $4, $5 }' timed |
	    sed '1i user_id:token\titem_id:token\tnote:token\ttimestamp:float' >t
	run -0 --separate-stderr srs-split --method temporal --at 1 --train tr \
	    --test te t
	cat >expected <<-'END'
	srs-split: train: 3 rows, 2 users, 2 items
	srs-split: test: 5 rows, 3 users, 3 items; not in train: 1 user, 1 item
	srs-split: test: rows with leaks: users 1, items 1, pairs 3
	END
	diff expected - <<<"$stderr"
	refuses 3 'srs-split: --leaks refuse: 5 rows with leaks' srs-split -q \
	    --method temporal --at 1 --leaks refuse --train x --test y t
	[ ! -e x ] && [ ! -e y ]
	refuses 3 'srs-split: --leaks refuse: 1 row with leaks' srs-split -q \
	    --method temporal --at 1 --leaks refuse --leak-kinds users \
	    --train x --test y t
	srs-split -q --method temporal --at 1 --leaks refuse \
	    --leak-kinds rows,user-time,time,sessions --train tr --test te t
	srs-split -q --method temporal --at 1 --leaks drop --train tr --test te t
	[ "$(wc -l <te)" = 4 ]
	srs-split -q --method temporal --at 1 --leaks drop --leak-kinds pairs \
	    -H --train tr --test te t
	[ "$(cut -f 1,2 te | tr '\t\n' ', ')" = 'b,z c,x ' ]
	# a random split keeps no table, and counts leaks when asked to
	table >in
	run -0 --separate-stderr srs-split --method random --train tr --test te in
	[[ $stderr != *leaks* ]]
	run -0 --separate-stderr srs-split --method random --leaks report \
	    --train tr2 --test te2 in
	[[ $stderr == *'test: rows with leaks: '*user-time* ]]
	cmp tr tr2 && cmp te te2
	run -0 --separate-stderr srs-split --method leave-last --leaks none \
	    --train tr --test te in
	[[ $stderr != *leaks* ]]
}

@test "sessions: made of gaps, kept whole" {
	printf '%s\n' 'a	x	1	0' 'b	x	1	60' 'a	y	1	1800' \
	    'a	z	1	3601' 'b	y	1	2000' 'a	x	1	3700' >in
	srs-split -q --method leave-last --unit session --session-gap 30m \
	    --train tr --test te in
	cat >expected <<-'END'
	b	x	1	60	b.1
	b	y	1	2000	b.2
	a	z	1	3601	a.2
	a	x	1	3700	a.2
	END
	cat tr te | grep -v '^a.*a\.1$' | sort | diff <(sort expected) -
	[ "$(cut -f 5 te | sort -u | tr '\n' ' ')" = 'a.2 b.2 ' ]
	# with a header the column has a name, and then it can be used
	sed '1i user_id:token\titem_id:token\trating:float\ttimestamp:float' in >t
	srs-split -q --method random --test-size 0.5 --session-gap 1800 --train tr \
	    --test te t
	[ "$(head -n 1 te)" = 'user_id:token	item_id:token	rating:float	timestamp:float	session_id:token' ]
	refuses 1 "srs-split: the table has a column 'session_id' already" \
	    srs-split --method random --session-gap 30m --train x --test y te
	table | awk '{ print $0 "\t" $1 "." int($4 / 40) }' | sed \
	    '1i user_id:token\titem_id:token\trating:float\ttimestamp:float\tsession_id:token' >t
	for method in 'random --test-size 0.3' leave-last temporal \
	    'kfold --fold 2' user-temporal; do
		# shellcheck disable=SC2086  # words on purpose
		srs-split -q --method $method --unit session --train tr --test te t
		[ -z "$(sed 1d tr | cut -f 5 | sort -u |
		    comm -12 - <(sed 1d te | cut -f 5 | sort -u))" ]
	done
	run -0 --separate-stderr srs-split --method random --leaks report \
	    --train tr --test te t
	[[ $stderr == *'test: rows with leaks: '*sessions* ]]
	refuses 1 "in: no column 'session_id'" srs-split --method random \
	    --unit session --train x --test y in
}

@test "classes: fewer rows, copies, weights, in train only" {
	table >in
	count() { cut -f 3 "$1" | sort | uniq -c | awk '{ print $2 ":" $1 }' | tr '\n' ' '; }
	awk '$3 > 1 || NR % 3 == 0' in >skew
	split_by() { srs-split --method temporal --test-size 0.2 --train tr --test te \
	    --class rating "$@" skew; }
	srs-split -q --method temporal --test-size 0.2 --train plain \
	    --test te.plain skew
	least=$(cut -f 3 plain | sort | uniq -c | sort -n | awk 'NR == 1 { print $1 }')
	most=$(cut -f 3 plain | sort | uniq -c | sort -n | awk 'END { print $1 }')
	split_by -q --balance under
	[ "$(count tr)" = "1:$least 2:$least 3:$least 4:$least 5:$least " ]
	grep -xF -f tr plain | diff - tr
	cmp te te.plain
	split_by --balance over 2>said
	[ "$(count tr)" = "1:$most 2:$most 3:$most 4:$most 5:$most " ]
	grep -qx "srs-split: train: class 1: $least rows, $most written" said
	uniq tr | diff plain -		# copies stand together
	split_by -q --balance under --ratio 2
	[ "$(cut -f 3 tr | sort | uniq -c | sort -n | awk 'END { print $1 }')" -le \
	    $((2 * least)) ]
	split_by -q --balance weight
	cut -f 1-4 tr | cmp - plain
	cmp te te.plain
	awk -F '\t' '{ sum[$3] += $5; all++ } END { for (c in sum)
	    if (sum[c] < all / 5 - 1e-6 || sum[c] > all / 5 + 1e-6) exit 1 }' tr
	refuses 1 "skew: no column 'label'" srs-split --method temporal \
	    --balance over --train x --test y skew
	awk '{ print $0 "\t" NR }' in | sed \
	    '1i user_id:token\titem_id:token\trating:float\ttimestamp:float\tlabel:token' >t
	awk 'NR == 1 { print; next } { for (i = 0; i < 5; i++) print $0 i }' t >many
	refuses 1 'srs-split: more than 1000 classes' srs-split --method temporal \
	    --balance over --train x --test y many
	[ ! -e x ]
}

@test "an output under two names is one file" {
	table >in
	ln -s te link
	refuses 2 'one file is given for two things' srs-split --method random \
	    --train ./te --test te in
	refuses 2 'one file is given for two things' srs-split --method random \
	    --train link --test te in
	echo old >te
	refuses 2 'one file is given for two things' srs-split --method random \
	    --train link --test te in
	[ "$(cat te)" = old ]
	srs-split -q --method random --train /dev/null --valid /dev/null --test te in
}

@test "rows are placed the same one at a time and in a table" {
	table | awk '{ print $0 "\t" $1 "." int($4 / 40) }' | sed \
	    '1i user_id:token\titem_id:token\trating:float\ttimestamp:float\tsession_id:token' >in
	for method in random 'random --unit item' 'random --unit session' \
	    new-users new-items 'kfold --fold 2' 'kfold --fold 1 --unit user' \
	    'temporal --at 1250'; do
		# shellcheck disable=SC2086  # words on purpose
		srs-split -q --method $method --test-size 0.3 --leaks none --train tr \
		    --test te in 2>/dev/null ||
		    srs-split -q --method $method --leaks none --train tr --test te in
		# shellcheck disable=SC2086
		srs-split -q --method $method --test-size 0.3 --leaks report --train tr2 \
		    --test te2 in 2>/dev/null ||
		    srs-split -q --method $method --leaks report --train tr2 --test te2 in
		cmp tr tr2
		cmp te te2
	done
	# and numbered: with sessions made of gaps there has to be a table
	cut -f 1-4 in >four
	srs-split --method kfold --session-gap 1 four >folds
	cut -f 1-4,6 folds | cmp - <(srs-split --method kfold four)
	# from CSV and from JSON Lines as from TSV
	sed 1d four | tr '\t' , | sed '1i user_id,item_id,rating,timestamp' >four.csv
	srs-split -q -H --method random --train tr --test te four
	srs-split -q -H --method random --train tr2 --test te2 four.csv
	cmp tr tr2
	awk -F '\t' 'NR > 1 { printf "{\"user_id\":\"%s\",\"item_id\":\"%s\",\"rating\":%s,\"timestamp\":%s}\n", $1, $2, $3, $4 }' four >four.jsonl
	srs-split -q -H --method random --train tr2 --test te2 four.jsonl
	cmp tr tr2
}

@test "a stream: any length, and an input that is an output" {
	table >in
	cp in copy
	srs-split -q --method random --train tr --test te in
	srs-split -q --method random --train copy --test te2 copy
	cmp copy tr && cmp te2 te
	printf 'u\n' >>in
	echo old >te
	refuses 1 'srs-split: in:301: 1 field, not 4' srs-split --method random \
	    --train tr3 --test te in
	[ "$(cat te)" = old ] && [ ! -e tr3 ]
	refuses 1 'srs-split: the test part has no rows' srs-split --method random \
	    --train tr3 --test te --test-size 0 copy
	[ ! -e tr3 ]
	printf 'u\t\t1\n' >empty
	refuses 1 'srs-split: empty:1: item_id: an empty id' srs-split \
	    --method random --train tr3 --test te empty
}

@test "refusals" {
	table >in
	printf 'a\tb\n' >two
	refuses 2 'srs-split: --train FILE and --test FILE are needed' \
	    srs-split --method random --train tr in
	refuses 2 'srs-split: one file is given for two things' \
	    srs-split --method random --train tr --test tr in
	refuses 2 'srs-split: --leave is not for --method random' \
	    srs-split --method random --leave 2 --train tr --test te in
	refuses 2 "srs-split: --at: 'soon' is neither a time nor a share" \
	    srs-split --method temporal --at soon --train tr --test te in
	refuses 2 'srs-split: --fold is more than --folds' \
	    srs-split --method kfold --fold 6 --train tr --test te in
	refuses 2 'srs-split: --fold must say which fold is tested' \
	    srs-split --method kfold --train tr --test te in
	refuses 2 'srs-split: a fold is tested: there is no --valid part' \
	    srs-split --method kfold --fold 1 --train tr --test te --valid va in
	refuses 2 'srs-split: -o is for numbered folds' \
	    srs-split --method random -o x --train tr --test te in
	refuses 2 'leave nothing to train with' srs-split --method random \
	    --test-size 0.9 --train tr --test te --valid va in
	refuses 1 "srs-split: two: no column 'timestamp'; there are user_id, item_id" \
	    srs-split --method temporal --train tr --test te two
	refuses 1 'srs-split: the test part has no rows' \
	    srs-split --method leave-last --train tr --test te two
	refuses 1 'srs-split: the train part has no rows' \
	    srs-split --method temporal --at 1000 --train tr --test te in
	refuses 1 'srs-split: validation begins after the test' \
	    srs-split --method temporal --at 1100 --valid-at 60% --train tr \
	    --valid va --test te in
	refuses 2 'srs-split: --valid-at is after --at' srs-split --method temporal \
	    --at 1100 --valid-at 1200 --train tr --valid va --test te in
	refuses 2 'srs-split: --at and --test-size say the same thing' srs-split \
	    --method temporal --at 90% --test-size 0.2 --train tr --test te in
	refuses 2 'srs-split: --valid-at is for rows of --valid' srs-split \
	    --method temporal --at 90% --valid-at 80% --train tr --test te in
	refuses 2 'srs-split: the method has no such --unit' srs-split \
	    --method leave-last --unit item --train tr --test te in
	refuses 2 'srs-split: rows to fold in are those of held-out users' srs-split \
	    --method random --fold-in fo --train tr --test te in
	refuses 2 'srs-split: --fold-in, --valid and --valid-fold-in go together' \
	    srs-split --method new-users --fold-in fo --train tr --valid va --test te in
	refuses 2 'srs-split: --leak-kinds is for --leaks refuse and drop' srs-split \
	    --method random --leak-kinds time --train tr --test te in
	refuses 2 "srs-split: --leak-kinds: unknown 'tim'; there are users, items" \
	    srs-split --method random --leaks drop --leak-kinds tim --train tr --test te in
	refuses 2 'srs-split: --only goes with no --leaks refuse or drop' srs-split \
	    --method random --leaks drop --only known --train tr --test te in
	refuses 2 'srs-split: --class and --ratio are for --balance' srs-split \
	    --method random --class rating --train tr --test te in
	refuses 2 "srs-split: --session-gap: '30 m' is not a time such as 30m" \
	    srs-split --method random --session-gap '30 m' --train tr --test te in
	refuses 2 'srs-split: --valid-candidates is for rows of --valid' srs-split \
	    --method leave-last --valid-candidates ca --train tr --test te in
	refuses 1 "srs-split: two: no column 'timestamp'; there are user_id, item_id" \
	    srs-split --method random --session-gap 30m --train tr --test te two
	[ ! -e tr ] && [ ! -e te ]
}

@test "ml-100k: 943 users leave one row each" {
	need_data ml-100k/u.data
	srs-split --method leave-last --train tr --valid va --test te \
	    "$data/ml-100k/u.data"
	[ "$(wc -l <te)" = 943 ]
	[ "$(wc -l <va)" = 943 ]
	# nothing that a user trains with is later than what is tested
	awk -F '\t' 'FILENAME == "te" { last[$1] = $4; next }
	    $4 > last[$1] { exit 1 }' te va tr
}

@test "ml-100k: each split keeps its promise on real data" {
	need_data ml-100k/u.data
	in=$data/ml-100k/u.data
	srs-split -q --method temporal --test-size 0.2 --train tr --test te "$in"
	awk -F '\t' 'FILENAME == "te" { if (!n++ || $4 < first) first = $4; next }
	    $4 >= first { exit 1 } END { if (n < 20000 || n > 20100) exit 1 }' te tr
	srs-split -q --method user-random --test-size 0.2 --train tr --test te "$in"
	awk -F '\t' '{ n[$1]++ } FILENAME == "te" { t[$1]++ } END { for (u in n)
	    if (t[u] != int(0.2 * n[u] + 0.5)) exit 1 }' tr te
	srs-split -q --method new-users --train tr --test te --fold-in fo "$in"
	[ -z "$(cut -f 1 tr | sort -u | comm -12 - <(cat te fo | cut -f 1 | sort -u))" ]
	cat tr te fo | sort | cmp - <(sort "$in")
	srs-split -q --method temporal --at 80% --leaks drop --train tr --test te "$in"
	[ -z "$(cut -f 2 te | sort -u | comm -13 <(cut -f 2 tr | sort -u) -)" ]
	[ -z "$(cut -f 1 te | sort -u | comm -13 <(cut -f 1 tr | sort -u) -)" ]
	srs-split -q --method leave-last --unit session --session-gap 1h --train tr \
	    --test te "$in"
	[ -z "$(cut -f 5 tr | sort -u | comm -12 - <(cut -f 5 te | sort -u))" ]
}
