# srs-synth: a shop is made as asked for, whole, and the same every time.

load lib

small() {
	srs-synth --users 200 --items 150 --events 20000 --seed 7 "$@"
}

@test "writes five tables with the columns that are promised" {
	small -o shop 2>err
	[ "$(ls shop | tr '\n' ' ')" = "events.csv.gz items.tsv.gz \
queries.tsv.gz truth.tsv.gz users.tsv.gz " ]
	for f in shop/*; do gzip -t "$f"; done
	h() { zcat "shop/$1" | head -n 1 | tr '\t' ' '; }
	[ "$(h events.csv.gz)" = "user_id,item_id,event,timestamp,\
session_id,query_id,price,rating,review" ]
	[ "$(h items.tsv.gz)" = "item_id:token title:token_seq \
category:token brand:token price:float launched:float" ]
	[ "$(h users.tsv.gz)" = "user_id:token segment:token \
age_group:token gender:token country:token joined:float" ]
	[ "$(h queries.tsv.gz)" = "query_id:token text:token_seq \
category:token item_ids:token_seq" ]
	[ "$(h truth.tsv.gz)" = "user_id:token item_id:token score:float \
rank:float personal:float" ]
	[ "$(zcat shop/users.tsv.gz | wc -l)" -eq 201 ]
	[ "$(zcat shop/items.tsv.gz | wc -l)" -eq 151 ]
	[ "$(zcat shop/truth.tsv.gz | wc -l)" -eq 10001 ]
	grep -q '^srs-synth: 20000 events in .* sessions: ' err
}

@test "the same bytes for any number of threads, others for another seed" {
	for t in 1 2 3; do
		small -q -t $t --dirty 0.1 -o shop$t
	done
	for f in events.csv items.tsv users.tsv queries.tsv truth.tsv; do
		cmp shop1/$f.gz shop2/$f.gz
		cmp shop1/$f.gz shop3/$f.gz
	done
	small -q --dirty 0.1 -s 8 -o shop8
	run -1 cmp -s shop1/events.csv.gz shop8/events.csv.gz
}

@test "every id in the log is in its table, and times do not fall" {
	small -q -o shop
	for f in items users queries; do
		zcat shop/$f.tsv.gz | cut -f 1 | sed 1d
	done >known
	zcat shop/events.csv.gz | sed 1d | grep '^u' | cut -d, -f 1-6 |
	    awk -F, 'NR == FNR { known[$0]; next }
		!($1 in known && $2 in known) { bad++ }
		$6 != "" && !($6 in known) { bad++ }
		$4 < before { bad++ } { before = $4; n++ }
		END { exit n != 20000 || bad }' known -
}

@test "the truth is the best items in order, and no two are the same" {
	small -q --truth-top 10 --truth-users 50 -o shop
	all=$(srs-synth -q --users 1999 --items 60 --events 10 \
	    --truth-top 1 -o all; zcat all/truth.tsv.gz | cut -f 1)
	[ "$all" = "$(echo user_id:token; seq -f 'u%.0f' 1999)" ]
	zcat shop/truth.tsv.gz | awk -F '\t' 'NR == 1 { next }
		$1 != user { users++; rank = 0; user = $1 }
		$4 != ++rank || (rank > 1 && $3 > score) { bad++ }
		seen[$1, $2]++ { bad++ }
		{ score = $3 }
		END { exit users != 50 || NR != 501 || bad }'
}

@test "what users view is what they like" {
	small -q --events 50000 --truth-top 20 -o shop
	# Of all views, the share of each user's 20 best of 150 items.
	zcat shop/events.csv.gz >events.csv
	zcat shop/truth.tsv.gz >truth.tsv
	share=$(awk 'NR == FNR { best[$1, $2]; next } FNR == 1 { FS = "," }
		$3 == "view" { n++; hit += ($1, $2) in best }
		END { print hit / n }' FS='\t' truth.tsv FS=, events.csv)
	at_least "$share" 0.4
}

@test "dirt is counted, and there only when asked for" {
	small -o clean 2>err
	run -1 grep -q spoiled err
	zcat clean/events.csv.gz | iconv -f utf-8 -t utf-8 >/dev/null
	small --dirty 0.1 -o dirty 2>err
	grep -q '^srs-synth: spoiled: .* duplicates, .* without an id' err
	zcat dirty/events.csv.gz >dirty.csv
	run -1 iconv -f utf-8 -t utf-8 -o /dev/null dirty.csv
	grep -a -q '^,i' dirty.csv
	grep -a -q '^u[0-9]*,,' dirty.csv
	small --outliers 0.05 -o odd 2>err
	grep -q 'spoiled: 0 duplicates, 0 without an id, [0-9]* outliers, 0 of bots, 0 not' err
}

@test "its log is what srs-clean reads" {
	small -q -o shop
	srs-clean --user user_id --item item_id --event event \
	    --time timestamp --weight view=1,cart=3,purchase=5 \
	    --duplicates sum --min-user 5 --min-item 5 -o clean.tsv.gz \
	    shop/events.csv.gz 2>err
	[ "$(zcat clean.tsv.gz | wc -l)" -gt 3000 ]
}

# The 20 most popular items that a user has not had, for each user.
popular() {		# popular TRAIN
	zcat "$1" | cut -f 1,2 | sed 1d >pairs
	cut -f 2 pairs | sort | uniq -c | sort -k 1,1nr -k 2,2 |
	    awk 'NR == FNR { had[$1, $2]; users[$1]; next }
		{ item[++n] = $2 }
		END { for (u in users) {
			left = 20
			for (i = 1; left && i <= n; i++)
				if (!((u, item[i]) in had))
					print u "\t" item[i] "\t" left--
		} }' pairs -
}

@test "tastes can be learned: iALS is far better than popularity" {
	need_speed
	small -q --users 1000 --items 400 --events 60000 -o shop
	srs-clean -q --user user_id --item item_id --event event \
	    --time timestamp --weight view=1,cart=3,purchase=5 \
	    --duplicates sum --min-user 5 --min-item 5 -o clean.tsv.gz \
	    shop/events.csv.gz
	srs-split -q --method leave-last --train train.tsv.gz \
	    --test test.tsv.gz clean.tsv.gz
	srs-mf-train -q --method ials --factors 32 -o ials.st train.tsv.gz
	srs-topk -q -m ials.st -i train.tsv.gz -k 20 -o ials.tsv
	popular train.tsv.gz >popular.tsv
	srs-eval -q --truth test.tsv.gz --metrics ndcg@10 --tsv ials.tsv \
	    popular.tsv >table.tsv
	cat table.tsv
	ials=$(sed -n 2p table.tsv | cut -f 2)
	popular=$(sed -n 3p table.tsv | cut -f 2)
	at_least "$ials" "$(awk -v p="$popular" 'BEGIN { print 1.3 * p }')"
}

@test "what is refused" {
	refuses 2 "-o DIRECTORY is missing" srs-synth
	refuses 2 "'file': no operands are taken" srs-synth -o shop file
	refuses 2 "--users must be from 1" srs-synth -o shop --users 0
	refuses 2 "--dirty must be from 0 to 0.5" srs-synth -o shop --dirty 1
	: >file
	refuses 1 "cannot write 'file/items.tsv.gz': Not a directory" \
	    small -o file
	refuses 1 "cannot make directory 'no/where': No such file" \
	    small -o no/where
	[ ! -s file ] && [ ! -e shop ] && [ ! -e no ]
}

@test "a run that fails leaves the old files" {
	small -q -o shop
	cksum shop/* >before
	rm shop/events.csv.gz && mkdir shop/events.csv.gz
	refuses 1 "cannot write 'shop/events.csv.gz': Is a directory" \
	    small -s 8 -o shop
	rmdir shop/events.csv.gz
	grep -v events before >want
	cksum shop/* | cmp - want
}
