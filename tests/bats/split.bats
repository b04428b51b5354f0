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
	for method in random temporal leave-last 'kfold --fold 2'; do
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

@test "the same for any number of threads" {
	table >in
	same_for_threads te split_leave in
	same_for_threads tr split_leave in
	same_for_threads tr.gz srs-split -q --method random --train tr.gz --test te in
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
