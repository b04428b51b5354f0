# srs-topk: the best items for each user.

load lib

# a was had by 4 users, b and c by 2, d by 1: the scores of `popular`.
small() {
	printf 'u1\ta\nu1\tb\nu2\ta\nu2\tc\nu3\ta\nu3\tb\nu3\tc\nu3\td\nu4\ta\n' \
	    >train.tsv
	srs-knn-train -q --method popular -o popular.st train.tsv
}

# 300 users, 60 items, some structure and many ties.
larger() {
	awk 'BEGIN { for (u = 0; u < 300; u++) for (i = 0; i < 60; i++)
		if ((u * 7 + i * 13 + int(u * i / 4)) % 11 < 3)
			printf "u%d\ti%d\n", u, i }' >train.tsv
	srs-knn-train -q --method ease --lambda 10 -o ease.st train.tsv
}

@test "golden: what was had is left out, equal scores by the id that sorts last" {
	small
	run -0 --separate-stderr srs-topk -m popular.st -i train.tsv
	[ "$output" = "$(printf '%s\n' \
	    "user_id:token	item_id:token	score:float	rank:float" \
	    "u1	c	2	1" "u1	d	1	2" "u2	b	2	1" "u2	d	1	2" \
	    "u4	c	2	1" "u4	b	2	2" "u4	d	1	3")" ]
	[[ $stderr == *"srs-topk: 1 users have no item left to list"* ]]
	[[ $stderr == *"srs-topk: the model has only 4 items"* ]]
	[[ $stderr == *"srs-topk: 3 lists"* ]]
}

@test "--keep-seen, -k and -H" {
	small
	run -0 srs-topk -q -m popular.st -i train.tsv --keep-seen -k 2 -H
	[ "${#lines[@]}" -eq 8 ]
	[ "${lines[0]}" = "u1	a	4	1" ]
	[ "${lines[7]}" = "u4	c	2	2" ]
}

@test "several -i: their union, new users after the known, new items seen" {
	small
	printf 'u9\tb\nu1\tc\nu1\tunheard-of\n' >more.tsv
	run -0 srs-topk -q -m popular.st -i train.tsv -i more.tsv -H
	[ "${lines[0]}" = "u1	d	1	1" ]
	[ "$(cut -f1 <<<"$output" | uniq | paste -sd' ')" = "u1 u2 u4 u9" ]
	run -0 srs-topk -q -m popular.st -i more.tsv -i train.tsv -H
	[ "$(cut -f1 <<<"$output" | uniq | paste -sd' ')" = "u9 u1 u2 u4" ]
}

@test "--users: their order, each once; strangers are counted and named" {
	small
	printf 'u4\nu1\nu4\n' >users.tsv
	run -0 srs-topk -q -m popular.st -i train.tsv --users users.tsv -H -k 1
	[ "$output" = "$(printf 'u4\tc\t2\t1\nu1\tc\t2\t1')" ]
	printf 'user_id:token\tage:float\nu2\t7\n' >users.tsv
	run -0 srs-topk -q -m popular.st -i train.tsv --users users.tsv -H -k 1
	[ "$output" = "$(printf 'u2\tb\t2\t1')" ]
	srs-knn-train -q --method user -o user.st train.tsv
	printf 'ghost\nu1\nnobody\n' >users.tsv
	run -0 --separate-stderr srs-topk -m user.st -i train.tsv \
	    --users users.tsv -H
	[ "$(cut -f1 <<<"$output" | uniq)" = u1 ]
	[[ $stderr == *"2 users are not known to the model: 'ghost', 'nobody'"* ]]
	printf 'ghost\nnobody\n' >users.tsv
	refuses 1 "users.tsv: none of the 2 users is known to the model" \
	    srs-topk -m user.st -i train.tsv --users users.tsv -o out
}

@test "--part: each user in one of the parts, in their order" {
	larger
	lists() { srs-topk -q -m ease.st -i train.tsv -k 3 -H "$@"; }
	lists >all.tsv
	for i in 1 2 3; do lists --part $i/3 >part.$i; done
	cat part.? | sort | cmp - <(sort all.tsv)
	for i in 1 2 3; do
		at_least "$(cut -f1 part.$i | uniq | wc -l)" 60
		grep -F -x -f part.$i all.tsv | cmp - part.$i
	done
	# a user's part does not depend on the others
	cut -f1 part.2 | uniq >users.tsv
	[ "$(lists --users users.tsv --part 2/3)" = "$(cat part.2)" ]
	[ -z "$(lists --users users.tsv --part 1/3)" ]
	for part in 0/3 4/3 3 1/x 1/; do
		refuses 2 "--part: '$part' is not one of several parts such as 3/8" \
		    srs-topk -m ease.st -i train.tsv --part $part
	done
}

@test "--user-range: places in the order of users" {
	small
	who() { srs-topk -q -m popular.st -i train.tsv --keep-seen -k 1 -H \
	    "$@" | cut -f1 | paste -sd' '; }
	[ "$(who --user-range 2:3)" = "u2 u3" ]
	[ "$(who --user-range 3:)" = "u3 u4" ]
	[ "$(who --user-range 1:99)" = "u1 u2 u3 u4" ]
	printf 'u4\nu1\nu2\n' >users.tsv
	[ "$(who --users users.tsv --user-range 1:2)" = "u4 u1" ]
	refuses 2 "--user-range: '3:2' is not a range such as 1:50000 or 50001:" \
	    srs-topk -m popular.st -i train.tsv --user-range 3:2
	refuses 2 "--user-range: '5' is not a range" \
	    srs-topk -m popular.st -i train.tsv --user-range 5
	refuses 1 "--user-range: it begins at user 5 of 4" \
	    srs-topk -m popular.st -i train.tsv --user-range 5:
}

@test "--active-since: by a number or a date" {
	small
	printf 'u1\ta\t1\t86400\nu2\tb\t1\t172800\nu1\tb\t1\t5\nu3\tc\t1\t172799\n' >times.tsv
	who() { srs-topk -q -m popular.st -i times.tsv -k 1 -H \
	    --active-since "$@" | cut -f1 | paste -sd' '; }
	[ "$(who 0)" = "u1 u2 u3" ]
	[ "$(who 172799)" = "u2 u3" ]
	[ "$(who 1970-01-03)" = u2 ]
	[ "$(who 1970-01-02)" = "u1 u2 u3" ]
	[ "$(who 86400.5)" = "u2 u3" ]
	run -0 --separate-stderr srs-topk -m popular.st -i times.tsv \
	    --active-since 1980-01-01 -H
	[ -z "$output" ]
	[[ $stderr == *"--active-since: 0 of 3 users"* ]]
	refuses 1 "--active-since needs interactions with a column timestamp" \
	    srs-topk -m popular.st -i train.tsv --active-since 5
	refuses 2 "--active-since needs interactions: -i" \
	    srs-topk -m popular.st --active-since 5
	refuses 2 "--active-since: 'soon' is neither a number nor a date such as 2014-04-07" \
	    srs-topk -m popular.st -i times.tsv --active-since soon
}

@test "--since: only lists that are not as they were" {
	larger
	new() { srs-topk -m ease.st -i train.tsv -k 5 "$@"; }
	new -q -o old.tsv.gz
	gunzip -c old.tsv.gz >all.tsv
	run -0 --separate-stderr new --since old.tsv.gz -H
	[ -z "$output" ]
	[[ $stderr == *"0 changed and 0 new lists are written, "*" unchanged are not"* ]]
	# another item, another order, no list before, a shorter one: written;
	# another score, another place in the file: not
	sed -n 1p all.tsv >old.tsv
	awk -F'\t' -v OFS='\t' 'NR == 1 { next }
		$1 == "u3" && $4 == 2 { $2 = "another" }
		$1 == "u5" && $4 == 1 { keep = $0; next }
		$1 == "u5" && $4 == 2 { print; print keep; next }
		$1 == "u6" || $1 == "u9" && $4 == 5 { next }
		{ $3 = 7; print }' all.tsv >>old.tsv
	printf 'gone\ti1\t1\t1\n' >>old.tsv
	(sed 1d old.tsv | grep -v '^u2	'; grep '^u2	' old.tsv) >moved.tsv
	grep -w -e u3 -e u5 -e u6 -e u9 all.tsv >want
	for old in old.tsv moved.tsv; do
		run -0 --separate-stderr new --since $old -H
		[ "$output" = "$(cat want)" ]
		[[ $stderr == *"$old: 1 rows of users who are not known any more"* ]]
		[[ $stderr == *"3 changed and 1 new lists are written"* ]]
	done
	same_for_threads out.tsv new -q --since old.tsv -o out.tsv
	# what is written replaces what was: all lists are there again
	sed 1d out.tsv | cat - moved.tsv | awk -F'\t' '
	{ is_new = NR <= 20; if (is_new) had[$1]; if (is_new || !($1 in had)) print }' |
	    grep -v gone | cut -f1,2 | sort | cmp - <(sed 1d all.tsv | cut -f1,2 | sort)
	# no list is left of one who has had everything
	awk 'BEGIN { for (i = 0; i < 60; i++) print "u1\ti" i }' >>train.tsv
	run -0 --separate-stderr new --since old.tsv.gz
	[[ $stderr == *"old.tsv.gz: 1 users with a list there have none now"* ]]
	: >empty.tsv
	new -q --since empty.tsv -H | cmp - <(new -q -H)
	printf 'user_id:token\titem:token\n' >other.tsv
	refuses 1 "other.tsv: no column 'item_id'; there are user_id, item" \
	    new --since other.tsv
	refuses 2 "--since is for lists of users" new --items --since old.tsv
}

@test "--candidates: only these items" {
	small
	printf 'd\nb\nnot-in-the-model\n' >stock.tsv
	run -0 --separate-stderr srs-topk -m popular.st -i train.tsv \
	    --candidates stock.tsv -H
	[ "$output" = "$(printf 'u1\td\t1\t1\nu2\tb\t2\t1\nu2\td\t1\t2\nu4\tb\t2\t1\nu4\td\t1\t2')" ]
	[[ $stderr == *"stock.tsv: 1 items are not known to the model"* ]]
}

@test "--candidates of each user, in a table of pairs" {
	small
	printf 'u4\td\nu4\tb\nu4\tb\nu1\ta\nu1\tc\nghost\tc\nu2\tno\n' \
	    >pairs.tsv
	run -0 --separate-stderr srs-topk -m popular.st -i train.tsv \
	    --candidates pairs.tsv -H
	[ "$output" = "$(printf 'u1\tc\t2\t1\nu4\tb\t2\t1\nu4\td\t1\t2')" ]
	[[ $stderr == *"pairs.tsv: 2 rows have a user or item that the model does not know"* ]]
	# all pairs are all items
	larger
	awk 'BEGIN { for (u = 0; u < 300; u++) for (i = 0; i < 60; i++)
		printf "u%d\ti%d\n", u, i }' >pairs.tsv
	srs-mf-train -q --factors 8 --epochs 2 -o ials.st train.tsv
	srs-topk -q -m ials.st -i train.tsv -k 7 -o all.tsv
	srs-topk -q -m ials.st -i train.tsv -k 7 --candidates pairs.tsv -o own.tsv
	cut -f1,2,4 all.tsv >all
	cut -f1,2,4 own.tsv | cmp - all
}

@test "--exclude: items for nobody, pairs for one" {
	small
	printf 'c\n' >out.tsv
	run -0 srs-topk -q -m popular.st -i train.tsv --exclude out.tsv -H -k 1
	[ "$output" = "$(printf 'u1\td\t1\t1\nu2\tb\t2\t1\nu4\tb\t2\t1')" ]
	printf 'item_id:token\tuser_id:token\nc\tu4\n' >out.tsv
	run -0 srs-topk -q -m popular.st -i train.tsv --exclude out.tsv -H -k 1
	[ "$output" = "$(printf 'u1\tc\t2\t1\nu2\tb\t2\t1\nu4\tb\t2\t1')" ]
}

@test "--boost is added to scores, --min-score looks at the sum" {
	small
	printf 'd\t1.5\nb\t-0.5\nzzz\t9\n' >boost.tsv
	run -0 --separate-stderr srs-topk -m popular.st -i train.tsv \
	    --boost boost.tsv -H --min-score 2
	[ "$output" = "$(printf 'u1\td\t2.5\t1\nu1\tc\t2\t2\nu2\td\t2.5\t1\nu4\td\t2.5\t1\nu4\tc\t2\t2')" ]
	[[ $stderr == *"boost.tsv: 1 items are not known to the model"* ]]
	printf 'd\tinf\n' >boost.tsv
	refuses 1 "boost.tsv:1: boost:" srs-topk -m popular.st -i train.tsv \
	    --boost boost.tsv
	printf 'd\n' >boost.tsv
	refuses 1 "boost.tsv: no column 'boost'; there are item_id" \
	    srs-topk -m popular.st -i train.tsv --boost boost.tsv
}

@test "--where: what the item table allows, typed" {
	small
	printf 'item_id:token\tstock:float\tkind:token\ttags:token_seq\n' \
	    >items.tsv
	printf 'a\t2\tfilm\tnew red\nb\t0\tfilm\tred\nc\t10\tbook\t\n' \
	    >>items.tsv
	where() {
		srs-topk -q -m popular.st -i train.tsv --keep-seen -H \
		    --item-table items.tsv "$@" >out || return
		awk '$1 == "u1" { printf "%s", $2 }' out
	}
	[ "$(where --where 'stock>0')" = ac ]
	[ "$(where --where 'stock >= 0')" = acb ]
	[ "$(where --where 'stock<10')" = ab ]
	[ "$(where --where 'stock<=0')" = b ]
	[ "$(where --where 'stock!=2')" = cb ]
	[ "$(where --where 'kind=film')" = ab ]
	[ "$(where --where 'kind != film')" = c ]
	[ "$(where --where 'kind<c')" = c ]
	[ "$(where --where 'tags=red')" = ab ]
	[ "$(where --where 'tags!=new')" = b ]
	[ "$(where --where 'stock>0' --where 'kind=film')" = a ]
	# with other rules: a candidate that is not allowed is not listed
	printf 'a\nb\nd\n' >some.tsv
	printf 'b\t9\n' >boost.tsv
	[ "$(where --where 'stock>0' --candidates some.tsv \
	    --boost boost.tsv)" = a ]
	run -0 --separate-stderr srs-topk -m popular.st -i train.tsv \
	    --item-table items.tsv --where 'tags=red' --where 'stock>0'
	[[ $stderr == *"items.tsv: 1 of the model's 4 items are not in it"* ]]
	[[ $stderr == *"--where 'tags=red': 2 of 4 items are left out, 2 of them have no tags"* ]]
	[[ $stderr == *"--where 'stock>0': 2 of 4 items are left out, 1 of them have no stock"* ]]
}

@test "--where: what it refuses" {
	small
	printf 'item_id:token\tstock:float\tkind:token\ttags:token_seq\n' \
	    >items.tsv
	printf 'a\t2\tfilm\tnew red\n' >>items.tsv
	where() { refuses "$1" "$2" srs-topk -m popular.st -i train.tsv \
	    --item-table items.tsv --where "$3"; }
	where 2 "--where: 'stock' is not a column, one of = != < <= > >= and a value" stock
	where 2 "--where: 'stock==1' is not a column" 'stock==1'
	where 2 "--where: '>1' is not a column" '>1'
	where 2 "--where: 'kind= ' has no value to compare with" 'kind= '
	where 1 "--where: 'stock>few': items.tsv has numbers in column 'stock', and 'few' is not one" 'stock>few'
	where 1 "--where: 'kind>1': column 'kind' of items.tsv is of type token: to compare numbers, give it the type float" 'kind>1'
	where 1 "--where: 'tags=new red': column 'tags' of items.tsv is of words (token_seq): = and != ask for one of them" 'tags=new red'
	where 1 "items.tsv: no column 'price'; there are item_id, stock, kind, tags" 'price>1'
	where 1 "items.tsv: --where leaves none of the model's 4 items" 'stock>2'
	printf 'item_id:token\tstock:float\nA\t2\n' >items.tsv
	where 1 "items.tsv: it has none of the model's 4 items" 'stock>0'
	refuses 2 "--where needs an --item-table" srs-topk -m popular.st \
	    -i train.tsv --where 'stock>0'
	refuses 2 "--item-table is for --where" srs-topk -m popular.st \
	    -i train.tsv --item-table items.tsv
}

@test "--wide, --trec and --jsonl hold the same lists" {
	small
	run -0 srs-topk -q -m popular.st -i train.tsv --wide
	[ "${lines[0]}" = "user_id:token	item_ids:token_seq	scores:float_seq" ]
	[ "${lines[1]}" = "u1	c d	2 1" ]
	[ "${lines[3]}" = "u4	c b d	2 2 1" ]
	[ "${#lines[@]}" -eq 4 ]
	run -0 srs-topk -q -m popular.st -i train.tsv --trec
	[ "${lines[0]}" = "u1 Q0 c 1 2 srs-topk" ]
	[ "${#lines[@]}" -eq 7 ]
	printf 'item_id:token\ttitle:token_seq\nc\tsay \"ha\\" \n' >items.tsv
	run -0 srs-topk -q -m popular.st -i train.tsv --jsonl --titles items.tsv
	[ "${lines[0]}" = '{"user_id":"u1","item_id":"c","score":2,"rank":1,"title":"say \"ha\\\" "}' ]
	larger
	srs-topk -q -m ease.st -i train.tsv -o rows.tsv
	srs-topk -q -m ease.st -i train.tsv --trec -o run.txt
	srs-topk -q -m ease.st -i train.tsv --jsonl -o lists.jsonl
	awk 'NR % 5 == 0 { print $1 "\ti" NR % 60 }' train.tsv | sort -u >truth.tsv
	awk -F'\t' '{ print $1, 0, $2, 1 }' truth.tsv >qrels.txt
	srs-eval -q --truth truth.tsv --metrics ndcg@10,mrr --tsv rows.tsv |
	    tail -1 | cut -f2- >a
	srs-eval -q --trec --truth qrels.txt --metrics ndcg@10,mrr --tsv run.txt |
	    tail -1 | cut -f2- | cmp - a
	sed 's/.*"user_id":"\([^"]*\)","item_id":"\([^"]*\)","score":\(.*\),"rank":\(.*\)}/\1\t\2\t\3\t\4/' \
	    lists.jsonl >b
	tail -n +2 rows.tsv | cmp - b
}

@test "ids with blanks have no place between blanks" {
	printf 'u1\ta b\nu 2\tc\n' >train.tsv
	srs-knn-train -q --method popular -o popular.st train.tsv
	refuses 1 "item 'a b': ids with blanks cannot stand in a line that blanks separate" \
	    srs-topk -m popular.st -i train.tsv --wide
	printf 'u 2\tc\nu1\td\n' >train.tsv
	srs-knn-train -q --method popular -o popular.st train.tsv
	srs-topk -q -m popular.st -i train.tsv --wide -o lists.tsv
	refuses 1 "user 'u 2': ids with blanks" \
	    srs-topk -m popular.st -i train.tsv --trec
	refuses 2 "give one of --wide, --trec, --jsonl" \
	    srs-topk -m popular.st -i train.tsv --trec --wide
	refuses 2 "--titles is for rows and --jsonl" \
	    srs-topk -m popular.st -i train.tsv --wide --titles train.tsv
}

@test "--titles adds a column for people" {
	small
	printf 'price:float\titem_id:token\ttitle:token_seq\n' >items.tsv
	printf '1\tc\tA Thing, "big"\n2\tb\tB\n3\tz\tZ\n' >>items.tsv
	run -0 --separate-stderr srs-topk -m popular.st -i train.tsv \
	    --titles items.tsv
	[ "${lines[0]}" = "user_id:token	item_id:token	score:float	rank:float	title:token_seq" ]
	[ "${lines[1]}" = "u1	c	2	1	A Thing, \"big\"" ]
	[ "${lines[2]}" = "u1	d	1	2	" ]
	[[ $stderr == *"items.tsv: no title for 2 of 4 items"* ]]
	run -0 srs-topk -q -m popular.st -i train.tsv --titles items.tsv \
	    --title-column price -H -k 1
	[ "${lines[0]}" = "u1	c	2	1	1" ]
	refuses 1 "items.tsv: no column 'name'; there are price, item_id, title" \
	    srs-topk -m popular.st -i train.tsv --titles items.tsv \
	    --title-column name
	printf '4\tc\tagain\n' >>items.tsv
	refuses 1 "items.tsv:5: item_id: 'c' stands twice" \
	    srs-topk -m popular.st -i train.tsv --titles items.tsv
}

@test "each list is the start of the longer one, best first, nothing seen" {
	larger
	srs-topk -q -m ease.st -i train.tsv -k 60 -H -o all.tsv
	srs-topk -q -m ease.st -i train.tsv -k 7 -H -o seven.tsv
	awk -F'\t' '$4 <= 7' all.tsv | cmp - seven.tsv
	awk -F'\t' '
	NR == FNR { had[$1, $2]; next }
	($1, $2) in had { print "seen:", $0; bad = 1 }
	$1 != user { rank = 0; user = $1 }
	$4 != ++rank { print "rank:", $0; bad = 1 }
	rank > 1 && ($3 > score || ($3 == score && $2 > item)) {
		print "order:", $0; bad = 1 }
	{ score = $3; item = $2; n[$1]++ }
	END { exit bad }' train.tsv all.tsv
	[ "$(cut -f1 all.tsv | uniq | wc -l)" -gt 200 ]
}

@test "the same for any threads; the order of -i rows does not change a list" {
	larger
	same_for_threads out.tsv.gz srs-topk -q -m ease.st -i train.tsv -k 9 \
	    -o out.tsv.gz
	srs-knn-train -q --method popular -o popular.st train.tsv
	shuf --random-source=<(yes) train.tsv >shuffled.tsv
	for f in train shuffled; do
		srs-topk -q -m popular.st -i $f.tsv -k 9 | sort >$f.lists
	done
	cmp train.lists shuffled.lists
}

@test "wrong usage and bad input" {
	small
	refuses 2 "give a model with -m" srs-topk -i train.tsv
	refuses 2 "--partial is for several models" srs-topk -m popular.st \
	    --partial
	refuses 1 "popular.st:0.5: a weight is for one of several models" \
	    srs-topk -m popular.st:0.5 -i train.tsv
	refuses 2 "'train.tsv': interactions are given with -i" srs-topk \
	    -m popular.st train.tsv
	refuses 2 "--top must be from 1" srs-topk -m popular.st -k 0
	refuses 1 "popular.st: the model stores no users: give their interactions with -i" \
	    srs-topk -m popular.st
	refuses 1 "train.tsv:" srs-topk -m train.tsv -i train.tsv -o out
	refuses 1 "method 'ease' scores from the users' interactions" \
	    bash -c 'srs-knn-train -q --method ease -o ease.st train.tsv
	    echo u1 | srs-topk -m ease.st --users -'
	printf '\n' >empty-id.tsv
	refuses 1 "empty-id.tsv:1: item_id: an empty id" srs-topk -m popular.st \
	    -i train.tsv --candidates empty-id.tsv
	[ ! -e out ]
}

@test "training validates as srs-topk and srs-eval do" {
	larger
	awk 'NR % 7 == 0' train.tsv >valid.tsv
	awk 'NR % 7' train.tsv >rest.tsv
	srs-mf-train -q --factors 8 --epochs 4 --valid valid.tsv \
	    --metric ndcg@10 --history history.tsv -o ials.st rest.tsv
	srs-topk -q -m ials.st -i rest.tsv -k 10 -o lists.tsv
	srs-eval -q --truth valid.tsv --metrics ndcg@10 --tsv lists.tsv >out
	best=$(tail -n +2 history.tsv | cut -f4 | sort -g | tail -1)
	[ "$(tail -1 out | cut -f2)" = "$best" ]
}

@test "a full disk or a closed pipe does not go unnoticed" {
	small
	run -1 --separate-stderr bash -c \
	    'srs-topk -q -m popular.st -i train.tsv >/dev/full'
	[[ $stderr == "srs-topk: "*"No space left on device" ]]
}
