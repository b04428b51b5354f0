# The pipeline, word for word as people run it, on a small shop: each tool
# reads what the one before it wrote.  The tests use each other's files, in the
# order in which they stand here.

load lib

setup_file() {
	mkdir "$BATS_FILE_TMPDIR/work"
}

# The folder that the tests share, in the place of the test's own.
enter() {
	cd "$BATS_FILE_TMPDIR/work" || return
}

header() {		# header TABLE: its first line
	gunzip -c "$1" | sed 1q
}

rows() {		# rows TABLE: how many there are below the header
	gunzip -c "$1" | sed 1d | wc -l
}

# Lists are whole: ranks from 1 on, the best first, every user of $2 there,
# and nothing in them that stands in the tables after that.
check_lists() {		# check_lists LISTS USERS SEEN...
	local lists=$1 users=$2

	shift 2
	[ "$(header "$lists")" = \
	    'user_id:token	item_id:token	score:float	rank:float' ]
	gunzip -c "$lists" | sed 1d | awk -F '\t' '
	$1 != user { user = $1; rank = 0; if (done[user]++) bad = 1 }
	$4 != ++rank || (rank > 1 && $3 > last) { bad = 1 }
	{ last = $3 }
	END { exit bad || NR == 0 }'
	[ "$(gunzip -c "$users" | sed 1d | cut -f 1 | sort -u)" = \
	    "$(gunzip -c "$lists" | sed 1d | cut -f 1 | sort -u)" ]
	[ -z "$(for seen; do gunzip -c "$seen" | sed 1d; done | cut -f 1,2 |
	    sort -u | comm -12 - <(gunzip -c "$lists" | cut -f 1,2 | sort))" ]
}

# A table of srs-eval --tsv with this header, $2 lines, and shares in it.
check_table() {		# check_table TABLE LINES COLUMN...
	local table=$1 lines=$2

	shift 2
	[ "$(sed 1q "$table" | tr '\t' '\n' | cut -d : -f 1 | xargs)" = \
	    "system $*" ]
	awk -F '\t' -v lines="$lines" 'NR == 1 { n = NF; next }
	{ for (i = 2; i <= NF; i++) bad += $i !~ /^[0-9.e-]+$/ || $i > 1
	  bad += NF != n }
	END { exit bad || NR != lines + 1 }' "$table"
}

@test "a shop's log is made, cleaned and split" {
	enter
	srs-synth --users 240 --items 100 --events 9000 --seed 7 -o shop/
	[ "$(echo shop/*)" = "shop/events.csv.gz shop/items.tsv.gz\
 shop/queries.tsv.gz shop/truth.tsv.gz shop/users.tsv.gz" ]
	[ "$(gunzip -c shop/events.csv.gz | wc -l)" -ge 9001 ]
	srs-clean --user user_id --item item_id --event event \
	    --time timestamp --weight view=1,cart=3,purchase=5 \
	    --duplicates sum --min-user 5 --min-item 5 \
	    --report quality.json -o clean.tsv.gz shop/events.csv.gz
	[ "$(header clean.tsv.gz)" = \
	    'user_id:token	item_id:token	weight:float	timestamp:float' ]
	[ "$(rows clean.tsv.gz)" -ge 1000 ]
	python3 -c 'import json; q = json.load(open("quality.json"))
assert q["rows"]["refused"] == 0 and q["users"] > 100, q'
	srs-split --method leave-last --train train.tsv.gz \
	    --valid valid.tsv.gz --test test.tsv.gz clean.tsv.gz
	for part in train valid test; do
		[ "$(header $part.tsv.gz)" = "$(header clean.tsv.gz)" ]
	done
	[ "$(for part in train valid test; do
		gunzip -c $part.tsv.gz | sed 1d; done | sort)" = \
	    "$(gunzip -c clean.tsv.gz | sed 1d | sort)" ]
	[ -z "$(gunzip -c test.tsv.gz | cut -f 1 | sort | uniq -d)" ]
	[ "$(rows test.tsv.gz)" = "$(rows valid.tsv.gz)" ]
}

@test "models of three kinds are trained" {
	enter
	srs-mf-train  --method ials --factors 64 -o ials.st train.tsv.gz
	srs-knn-train --method ease -o ease.st train.tsv.gz
	srs-nn-train  --method deepcf --valid valid.tsv.gz -o deepcf.st \
	    train.tsv.gz
	for m in ials ease deepcf; do
		srs-info $m.st | grep -q "$m"
	done
}

@test "lists for validation and for the test" {
	enter
	for m in ials ease; do srs-topk -m $m.st -i train.tsv.gz -k 100 -o $m.valid.tsv.gz; done
	for m in ials ease deepcf; do
		srs-topk -q -m $m.st -i train.tsv.gz -i valid.tsv.gz -k 100 \
		    -o $m.test.tsv.gz
		check_lists $m.test.tsv.gz train.tsv.gz train.tsv.gz \
		    valid.tsv.gz
	done
	check_lists ials.valid.tsv.gz train.tsv.gz train.tsv.gz
	check_lists ease.valid.tsv.gz train.tsv.gz train.tsv.gz
}

@test "a fusion is fitted, saved, loaded, and measured beside its models" {
	enter
	srs-fuse --method zscore --fit valid.tsv.gz --save fusion.st ials.valid.tsv.gz ease.valid.tsv.gz -o /dev/null
	srs-fuse --load fusion.st ials.test.tsv.gz ease.test.tsv.gz -o fused.tsv.gz
	check_lists fused.tsv.gz train.tsv.gz train.tsv.gz valid.tsv.gz
	srs-eval --truth test.tsv.gz --metrics ndcg@10,recall@20,mrr,coverage --tsv ials.test.tsv.gz ease.test.tsv.gz fused.tsv.gz >table.tsv
	cat table.tsv
	check_table table.tsv 3 ndcg@10 recall@20 mrr coverage
	cut -f 1 table.tsv | grep -q fused
	# better than what is left to chance: 20 of 100 items
	awk -F '\t' 'NR > 1 && !($3 > .25) { bad = 1 } END { exit bad }' \
	    table.tsv
}

@test "candidates are scored and measured through a pipe" {
	enter
	gunzip -c shop/items.tsv.gz | cut -f 1 | sed 1d >items
	{ echo 'user_id:token	item_id:token'
	  gunzip -c test.tsv.gz | awk -F '\t' '
	  NR == FNR { item[++n] = $1; next }
	  FNR > 1 { print $1 "\t" $2
		for (i = FNR % 7 + 1; i <= n; i += 7)
			if (item[i] != $2) print $1 "\t" item[i] }' items -
	} | gzip >candidates.tsv.gz
	srs-score -m ease.st -i train.tsv.gz candidates.tsv.gz | srs-eval --truth test.tsv.gz --metrics hr@10,ndcg@10 --tsv >table.tsv
	check_table table.tsv 1 hr@10 ndcg@10
	[ "$(sed -n 2p table.tsv | cut -f 1)" = - ]
}

@test "ratings are predicted and measured through a pipe" {
	enter
	awk 'BEGIN { print "user_id:token\titem_id:token\trating:float"
	for (u = 0; u < 60; u++) for (i = 0; i < 40; i++)
		if ((u * 7 + i * 11 + u * i) % 3 == 0)
			print "u" u "\ti" i "\t" 1 + (u % 3) + (i * 7 % 3) }' |
	    gzip >ratings.tsv.gz
	srs-split --method random --train ratings-train.tsv.gz \
	    --test ratings-test.tsv.gz ratings.tsv.gz
	srs-mf-train -q --method sgd -o sgd.st ratings-train.tsv.gz
	srs-score -m sgd.st ratings-test.tsv.gz | srs-eval --ratings --metrics rmse,mae --tsv >table.tsv
	check_table table.tsv 1 rmse mae
	# the mean of the ratings alone has an RMSE of 1.15
	at_most "$(sed -n 2p table.tsv | cut -f 2)" 0.9
}

# --- the same with any number of threads ------------------------------------

@test "threads: synth writes the same shop" {
	for t in 1 2; do
		srs-synth -q -t $t --users 100 --items 50 --events 3000 \
		    -o shop$t/
	done
	for f in shop1/*; do
		cmp "$f" "shop2/${f#shop1/}"
	done
}

@test "threads: clean and split" {
	enter
	same_for_threads c.tsv.gz srs-clean -q --weight view=1,cart=3,purchase=5 \
	    --duplicates sum --min-user 5 --min-item 5 -o c.tsv.gz \
	    shop/events.csv.gz
	cmp c.tsv.gz clean.tsv.gz
	same_for_threads t.tsv.gz srs-split -q --method leave-last \
	    --train t.tsv.gz --test rest.tsv.gz clean.tsv.gz
}

@test "threads: training, lists, scores, fusion, evaluation" {
	enter
	same_for_threads m.st srs-mf-train -q --method ials --factors 16 \
	    --epochs 4 -o m.st train.tsv.gz
	same_for_threads m.st srs-mf-train -q --method sgd -o m.st \
	    ratings-train.tsv.gz
	same_for_threads m.st srs-knn-train -q --method ease -o m.st \
	    train.tsv.gz
	same_for_threads m.st srs-knn-train -q --method item -o m.st \
	    train.tsv.gz
	same_for_threads m.st srs-nn-train -q --method deepcf --epochs 2 \
	    --valid valid.tsv.gz -o m.st train.tsv.gz
	same_for_threads l.tsv.gz srs-topk -q -m ials.st -i train.tsv.gz \
	    -k 20 -o l.tsv.gz
	same_for_threads s.tsv.gz srs-score -q -m ease.st -i train.tsv.gz \
	    -o s.tsv.gz candidates.tsv.gz
	same_for_threads f.tsv.gz srs-fuse -q --method zscore \
	    --fit valid.tsv.gz -o f.tsv.gz ials.valid.tsv.gz \
	    ease.valid.tsv.gz
	same_for_threads e.tsv srs-eval -q --truth test.tsv.gz --tsv -o e.tsv \
	    ials.test.tsv.gz fused.tsv.gz
}

# --- real data --------------------------------------------------------------

@test "MovieLens 100K: from u.data to a fusion" {
	need_data ml-100k
	need_speed
	srs-clean --min-user 5 --min-item 5 -o clean.tsv.gz \
	    "$data/ml-100k/u.data"
	srs-split --method leave-last --train train.tsv.gz \
	    --valid valid.tsv.gz --test test.tsv.gz clean.tsv.gz
	[ "$(rows test.tsv.gz)" -eq 943 ]
	srs-mf-train --method ials --factors 64 -o ials.st train.tsv.gz
	srs-knn-train --method ease -o ease.st train.tsv.gz
	for m in ials ease; do
		srs-topk -m $m.st -i train.tsv.gz -k 100 -o $m.valid.tsv.gz
		srs-topk -m $m.st -i train.tsv.gz -i valid.tsv.gz -k 100 \
		    -o $m.test.tsv.gz
	done
	srs-fuse --method zscore --fit valid.tsv.gz --save fusion.st \
	    ials.valid.tsv.gz ease.valid.tsv.gz -o /dev/null
	srs-fuse --load fusion.st ials.test.tsv.gz ease.test.tsv.gz \
	    -o fused.tsv.gz
	srs-eval --truth test.tsv.gz --metrics ndcg@10,hr@10,mrr --tsv \
	    ials.test.tsv.gz ease.test.tsv.gz fused.tsv.gz >table.tsv
	cat table.tsv
	check_table table.tsv 3 ndcg@10 hr@10 mrr
	# each finds the last film of one user in nine at least; the fusion
	# is no worse than the worse of the two
	awk -F '\t' 'NR > 1 && !($3 > .11) { bad = 1 }
	NR == 2 || (NR == 3 && $2 < least) { least = $2 }
	NR == 4 && $2 < least { bad = 1 }
	END { exit bad }' table.tsv
}

@test "the seven lines of the README run as they stand" {
	awk '/^## Seven lines/ { on = 1; next } /^## / { on = 0 }
	    on && /^    / { sub(/^    /, ""); print }' \
	    "$SRS_ROOT/README.md" >seven.sh
	[ "$(wc -l <seven.sh)" -eq 7 ]
	case $SRS_BUILD in
	*/sanitize) sed -i 's/--events 100000/--events 20000/' seven.sh ;;
	esac
	run -0 --separate-stderr sh -e seven.sh
	[[ ${lines[0]} == system*ndcg@10*recall@20*mrr ]]
	[ "${#lines[@]}" -eq 4 ]
}
