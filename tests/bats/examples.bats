# The examples of the man pages, as they are shown, each in a directory of its
# own with files of the names that it uses.

load lib

# A small shop: a log, its interactions cut into parts, tables, models, lists.
# Weights of events are called ratings, so that all tools have what they need.
setup_file() {
	local model part
	case $SRS_BUILD in */sanitize) return ;; esac
	mkdir "$BATS_FILE_TMPDIR/files"
	cd "$BATS_FILE_TMPDIR/files" || exit
	srs-synth -q --users 60 --items 40 --events 2000 --seed 5 -o shop
	cp shop/{events.csv,items.tsv}.gz .
	gunzip -c shop/users.tsv.gz >users.tsv
	gunzip -c shop/items.tsv.gz >items.tsv
	srs-clean -q --user user_id --item item_id --event event \
	    --time timestamp --weight view=1,cart=3,purchase=5 \
	    --duplicates sum --min-user 5 --min-item 5 events.csv.gz |
	    sed '1s/weight/rating/' | gzip >clean.tsv.gz
	srs-split -q --method leave-last --train train.tsv.gz \
	    --valid valid.tsv.gz --test test.tsv.gz clean.tsv.gz
	gunzip -c train.tsv.gz >train.tsv
	srs-mf-train -q --method ials -e 2 -f 8 -o ials.st train.tsv
	srs-knn-train -q --method ease -o ease.st train.tsv
	srs-knn-train -q --method item -o item.st train.tsv
	srs-knn-train -q --method popular -o popular.st train.tsv
	srs-mf-train -q --method sgd -e 2 -o sgd.st train.tsv
	srs-knn-train -q --method item --feedback ratings -o knn.st train.tsv
	srs-nn-train -q --method sasrec -e 1 -o sasrec.st train.tsv
	srs-nn-train -q --method deepcf -e 1 -o large.st train.tsv
	for model in ials ease item popular sasrec; do
		srs-topk -q -m $model.st -i train.tsv -k 20 \
		    -o $model.valid.tsv.gz
		srs-topk -q -m $model.st -i train.tsv -i valid.tsv.gz -k 20 \
		    -o $model.test.tsv.gz
		cp $model.test.tsv.gz $model.tsv.gz
		gunzip -c $model.tsv.gz >$model.tsv
	done
	for model in sgd knn; do
		for part in valid test; do
			srs-score -q -m $model.st -o $model.$part.tsv.gz \
			    $part.tsv.gz
		done
	done
	srs-fuse -q --method zscore --fit valid.tsv.gz --save fusion.st \
	    -o fused.tsv.gz {ials,ease}.valid.tsv.gz
	for name in list lists new; do
		cp fused.tsv.gz $name.tsv.gz
	done
	cp test.tsv.gz ratings-test.tsv.gz
	gunzip -c test.tsv.gz >test.tsv
}

# with VALUE NAME: a table with one more column, a value of awk
with() {
	awk -v OFS='\t' 'NR == 1 { print $0, "'"$2"'"; next }
		{ print $0, '"$1"' }'
}

# Examples of PAGE into files block.1, block.2, ...: what is indented more than
# the text around it.
blocks() {
	mandoc -T ascii -O width=120 "$SRS_ROOT/man/$1" | col -bx | awk '
	/^[A-Z]/ { inside = $1 == "EXAMPLES"; next }
	inside && substr($0, 1, 11) == "           " {
		if (!shown)
			file = "block." ++n
		print substr($0, 12) >file
		shown = 1
		next
	}
	{ shown = 0 }'
}

# try PAGE [FIXTURE]: runs its examples, each with a copy of the files, to which
# FIXTURE adds some.
try() {
	local block n=0
	need_speed
	blocks "$1"
	cp -r "$BATS_FILE_TMPDIR/files" files
	[ $# -lt 2 ] || (cd files && set -e && "$2")
	for block in $(find . -name 'block.*' | sort -t . -k 3n); do
		rm -rf work
		cp -r files work
		(cd work && bash -euo pipefail "../$block") >out 2>&1 || {
			cat "$block" out
			return 1
		}
		n=$((n + 1))
	done
	echo "$1: $n examples"
	[ $n -gt 0 ]
}

@test "srs-ab(1)" {
	players() {
		awk 'BEGIN { print "userid,version,retention_1,retention_7"
			for (u = 0; u < 400; u++) print u ",gate_" 30 + u % 2 \
			    * 10 "," u % 3 % 2 "," u % 7 % 2 }' |
		    gzip >cookie_cats.csv.gz
		awk 'BEGIN { print "user_id:token\tgroup:token"
			for (u = 1; u <= 60; u++) print "u" u "\t" \
			    (u % 3 ? "old" : "new") }' >users.tsv
	}
	try srs-ab.1 players
}

@test "srs-clean(1)" {
	logs() {
		gunzip -c clean.tsv.gz | awk -F'\t' -v OFS='\t' 'NR > 1 {
			print substr($1, 2), substr($2, 2), NR % 5 + 1,
			    1000000000 + NR }' >u.data
		{ echo userId,movieId,rating,timestamp
		  tr '\t' , <u.data; } >ratings.csv
		{ printf 'user_id:token\titem_id:token\trating:float\t'
		  echo timestamp:float; cat u.data; } >ratings.tsv
		printf '%s\n' movieId,title,genres \
		    '1,"Toy Story, The (1995)",A|B' 2,Jumanji,C >movies.csv
		echo 0123456789abcdef0123456789abcdef >shop.key
		{ echo customer,sku,ts
		  awk -v OFS=, '{ print $1, $2, "2025-01-02T03:04:05+0100"
		  }' u.data; } | gzip >de.csv.gz
		{ printf 'customer\tsku\tts\n'; cut -f 1,2,4 u.data; } >fr.tsv
		awk '{ printf "{\"customer\":\"%s\",\"sku\":\"%s\",\"ts\":%d}\n",
		    $1, $2, $4 }' u.data >us.jsonl
		printf '%s\n' sku,price,brand,title 'a,"1,50",x,The Red Shoe' \
		    a,,x, b,12.00,,A\ Lamp c,3.5,y,Lamp >goods.csv
		printf '%s\n' the a >english.txt
		{ awk -v OFS=, '{ print $1, $2, $4 "000" }' u.data
		  echo '7,8,soon'; } | gzip >clicks.csv.gz
	}
	try srs-clean.1 logs
}

@test "srs-eval(1)" {
	last() {
		srs-eval -q --truth test.tsv.gz --json -o last.json \
		    popular.tsv.gz
		# a list that passes the gate
		sed -n '2,$p' test.tsv | awk -v OFS='\t' '{ print $1, $2, 1 }' |
		    gzip >new.tsv.gz
	}
	try srs-eval.1 last
}

@test "srs-fuse(1)" {
	clicks() {
		local model part
		for model in fm deepfm dcn; do
			for part in valid test; do
				awk -v m=${#model} -v OFS='\t' 'BEGIN {
				print "label:float", "score:float"
				for (n = 0; n < 200; n++) print n % 2,
				    (n % 2 + n % (m + 3)) / (m + 4) }' \
				    >$model.$part.tsv
			done
		done
	}
	try srs-fuse.1 clicks
}

@test "srs-info(1)" {
	shop() {
		mkdir models
		cp ./*.st models
	}
	deploy() {
		echo deployed
	}
	export -f deploy
	try srs-info.1 shop
}

@test "srs-knn-train(1)" {
	titles() {
		sed '2,5!d; s/^/new/' items.tsv >new.tsv
		head -n 1 items.tsv | cat - new.tsv >new && mv new new.tsv
		sed -n '2,$p' items.tsv | awk -F'\t' -v OFS=' ' '{ print $1,
		    length($2) / 10, NR % 7 - 3, NR % 3 }' >titles.vec
		sed -n '2,$p' train.tsv >test.tsv
	}
	try srs-knn-train.1 titles
}

@test "srs-mf-train(1)" {
	try srs-mf-train.1
}

@test "srs-ope(1)" {
	bandits() {
		mkdir bts random
		awk -v OFS=, 'BEGIN {
			print "item_id", "position", "click", \
			    "propensity_score"
			for (n = 0; n < 900; n++) print n % 5, n % 3 + 1, \
			    n % 7 == 0, .2 }' | tee bts/men.csv >random/men.csv
	}
	try srs-ope.1 bandits
}

@test "srs-score(1)" {
	candidates() {
		srs-split -q --method leave-last --train train.tsv.gz \
		    --test test.tsv.gz --candidates candidates.tsv.gz \
		    --negatives 10 clean.tsv.gz
	}
	try srs-score.1 candidates
}

@test "srs-split(1)" {
	logs() {
		gunzip -c clean.tsv.gz | with '(NR % 9 == 0)' label:float |
		    gzip >shown.tsv.gz
		cp clean.tsv.gz clicks.tsv.gz
	}
	try srs-split.1 logs
}

@test "srs-synth(1)" {
	try srs-synth.1
}

@test "srs-topk(1)" {
	tables() {
		cp shop/users.tsv.gz accounts.tsv.gz
		cp ials.test.tsv.gz yesterday.3.tsv.gz
		with 'NR % 3' stock:float <items.tsv | gzip >items.tsv.gz
		with '"a" NR % 3 " b" NR % 4' genre:token_seq <items.tsv |
		    gzip >movies.tsv.gz
		sed '2,4!d' items.tsv | cut -f 1 >out.tsv
	}
	try srs-topk.1 tables
}

@test "srs-nn-train(1)" {
	inputs() {
		local name
		for name in ratings large small sessions; do
			cp train.tsv.gz $name.tsv.gz
		done
		srs-topk -q -m large.st -i train.tsv.gz -k 10 -o lists.tsv.gz
		awk -v OFS='\t' 'BEGIN { for (n = 0; n < 300; n++) print n % 2,
			"user=" n % 9, "item=" n % 7, "hour=" n % 24 }' >clicks
		tr '\t' ' ' <clicks | sed 's/=[0-9]*/&:1/g' |
		    gzip | tee clicks.libfm.gz valid.libfm.gz >new.libfm.gz
		{ echo clicked,user_id,item_id,price
		  awk -v OFS=, '{ print $1, "u" NR % 9, "i" NR % 7, NR % 5
		  }' clicks; } | gzip >log.csv.gz
		{ printf 'label:float\thad:token_seq\titem_id:token\n'
		  awk -v OFS='\t' '{ print $1, "i" NR % 3 " i" NR % 5,
		      "i" NR % 7 }' clicks; } >log.tsv
		gzip log.tsv
		srs-nn-train -q --method deepfm -e 1 -o deepfm.st clicks.libfm.gz
		{ echo label,size,weight
		  awk -v OFS=, '{ print $1, $1 + NR % 7, NR % 5 }' clicks
		} | tee rows.csv >new-rows.csv
		{ printf 'label:token\tsize:float\tweight:float\n'
		  awk -v OFS='\t' '{ print $1 ? "shoe" : "hat",
		      $1 + NR % 7, NR % 5 }' clicks
		} | tee kinds.tsv >new-kinds.tsv
		awk '{ print $1 ? "when\tin which year did " $2 \
		    : "who\twhich man did " $2 }' clicks |
		    tee questions.tsv valid.tsv >new-questions.tsv
		printf '%s\n' 'year 0.1 0.2' 'man 0.3 -0.1' >glove.txt
	}
	try srs-nn-train.1 inputs
}

@test "every page with examples is tried" {
	local page
	for page in "$SRS_ROOT"/man/*.1; do
		! grep -q '^\.Sh EXAMPLES' "$page" ||
		    grep -q "try ${page##*/}" "$BATS_TEST_FILENAME"
	done
}
