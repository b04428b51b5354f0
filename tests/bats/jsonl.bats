# JSON Lines in the place of a table.

load lib

setup() {
	mkdir "$BATS_TEST_TMPDIR/dir" && cd "$BATS_TEST_TMPDIR/dir" || exit
	cat >log.jsonl <<-'END'
	{"user": {"id": 17, "name": "Zo\u00eb"}, "item": "caf\u00e9", "stars": 4.5, "at": 1000}
	{"item": "tea", "user": {"id": 18}, "stars": 2, "at": 1001, "tags": ["a", "b"]}

	{"at": 1002, "stars": null, "item": "tea", "user": {"id": "19", "name": ""}}
	END
}

# N events, as JSON or as the TSV that it is.
events() {
	awk -v n="$1" -v json="$2" 'BEGIN { for (i = 0; i < n; i++) {
		u = i * 7919 % 101; v = i * 104729 % 57
		if (json)
			printf "{\"item_id\":\"i%d\",\"user_id\":\"u%d\"," \
			    "\"timestamp\":%d,\"rating\":%d}\n", v, u,
			    1000000 + i, 1 + i % 5
		else
			printf "u%d\ti%d\t%d\t%d\n", u, v, 1 + i % 5,
			    1000000 + i } }'
}

@test "objects become rows, by the keys that were asked for" {
	srs-clean -q --user user.id --item item --rating stars --time at \
	    -o out.tsv log.jsonl
	diff out.tsv - <<-END
	user_id:token	item_id:token	rating:float	timestamp:float
	17	café	4.5	1000
	18	tea	2	1001
	19	tea		1002
	END
	# what nobody asked for may hold anything
	sed 's/"at": 1002/&, "basket": [{"sku": [1, null]}]/' log.jsonl >b.jsonl
	srs-clean -q --user user.id --item item --rating stars --time at \
	    b.jsonl | cmp - out.tsv
	refuses 1 "b.jsonl:4: key 'basket': null, an array or an object in" \
	    srs-info b.jsonl
	gzip -c log.jsonl | srs-clean -q --user user.id --item item \
	    --rating stars --time at | cmp - out.tsv
}

@test "it is the same data as in TSV, with any number of threads" {
	events 30000 1 >e.jsonl
	events 30000 "" >e.tsv
	same_for_threads a.tsv srs-clean -q -o a.tsv e.jsonl
	srs-clean -q -o b.tsv e.tsv
	cmp a.tsv b.tsv
	events 500 1 | srs-split -q --method leave-last --train 1.train \
	    --test 1.test
	events 500 "" | srs-split -q --method leave-last --train 2.train \
	    --test 2.test
	awk 'NR > 1 { print $2 "\t" $1 }' 1.test | sort >1.ids
	cut -f 1,2 2.test | sed '/:token/d' | sort >2.ids
	diff 1.ids 2.ids
	events 500 1 | srs-knn-train -q --method ease -o 1.st
	events 500 "" | srs-knn-train -q --method ease -o 2.st
	srs-topk -q -m 1.st -i <(events 500 1) -k 5 -o 1.top
	srs-topk -q -m 2.st -i <(events 500 "") -k 5 -o 2.top
	sort 1.top | diff - <(sort 2.top)
}

@test "types and columns are shown" {
	run -0 srs-info log.jsonl
	[[ $output == *"json lines table"* ]]
	[[ $output == *user.name* && $output == *token_seq* ]]
}

@test "what is no row is refused, or rejected with its reason" {
	refuses 1 "log.jsonl: no column 'user_id'; there are user.id," \
	    srs-clean -q log.jsonl
	{ cat log.jsonl; echo '{"item": "x", "item": "y"}'
	    echo '{"item": "x"'; echo '{"item": ["x"]}'; } >bad.jsonl
	refuses 1 "bad.jsonl:5: key 'item' stands twice" \
	    srs-clean --on-error=fail --user user.id --item item bad.jsonl
	srs-clean -q --user user.id --item item --rejects no.tsv -o out.tsv \
	    bad.jsonl
	[ "$(wc -l <out.tsv)" -eq 4 ]
	grep "stands twice" no.tsv
	grep "not JSON at byte 13: the JSON ends too early" no.tsv
	grep "key 'item': an array, where other rows have a single" no.tsv
	echo '{"a": 1,}' >first.jsonl
	refuses 1 "first.jsonl:1: not JSON at byte 9: a key is expected" \
	    srs-clean -q first.jsonl
	for tool in srs-split "srs-knn-train --method ease" srs-info; do
		args=
		[ "$tool" != srs-split ] || args="--method leave-last --train t --test u"
		# shellcheck disable=SC2086  # words on purpose
		refuses 1 "first.jsonl:1: not JSON at byte 9: a key is" \
		    $tool $args -q first.jsonl ${args:--o x}
	done
}
