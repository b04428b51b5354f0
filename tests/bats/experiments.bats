# The table of models and data sets by make: srs-experiments(7).

load lib

# The Makefile of the manual's example, on two small made shops.
experiment() {
	local name
	need_speed
	for name in shop films; do
		srs-synth -q --users 200 --items 100 --events 4000 \
		    --seed ${#name} -o $name
		srs-clean -q --user user_id --item item_id --event event \
		    --time timestamp -o $name.tsv.gz $name/events.csv.gz
	done
	cp "$SRS_ROOT/tests/experiments/experiments.mk" .
	awk '/^\.Sh EXAMPLES/ { examples = 1 } /^\.Ed/ && inside { exit }
	    inside { print } /^\.Bd/ && examples { inside = 1 }' \
	    "$SRS_ROOT/man/srs-experiments.7" >Makefile
	sed -i 's/srs-mf-train/& --epochs 2/' Makefile
}

@test "a table has a line for each data set and system" {
	experiment
	make -s -j2 table >printed
	cut -f 1,2 out/table.tsv >found
	cat >expected <<-END
	dataset:token	system:token
	shop	popular
	shop	ease
	shop	ials
	shop	rrf
	shop	learned
	films	popular
	films	ease
	films	ials
	films	rrf
	films	learned
	END
	diff expected found
	[ "$(head -n 1 out/table.tsv | cut -f 3-)" = \
	    'ndcg@10:float	recall@20:float' ]
	[ "$(wc -l <printed)" = 11 ]
	# the same figures as by hand
	srs-eval -q --truth out/films/test.tsv.gz --tsv \
	    --metrics ndcg@10,recall@20 out/films/ease.test.gz | tail -n 1 |
	    cut -f 2- >hand
	grep '^films	ease	' out/table.tsv | cut -f 3- | diff - hand
	# a user's lists have nothing of the training or validation part
	gunzip -c out/shop/{train,valid}.tsv.gz | cut -f 1,2 | sort >had
	gunzip -c out/shop/ease.test.gz | cut -f 1,2 | sort | comm -12 - had |
	    grep -v user_id >seen || :
	[ ! -s seen ]
}

@test "only what depends on a change is made again" {
	experiment
	make -s table >/dev/null
	find out -name '*.st' -o -name '*.gz' | sort >all
	touch -d '1 hour ago' begin
	xargs touch -r begin <all
	find out -name '*.cmd' -exec touch -d '2 hours ago' {} +
	touch -d '2 hours ago' ./*.tsv.gz
	find out -name '*.tsv' -exec touch {} +

	made() { find out \( -name '*.st' -o -name '*.gz' \) -newer begin |
	    sort; }
	# nothing changed
	make -s table >/dev/null
	[ -z "$(made)" ]
	# one model of one data set, and what it is a member of
	sed -i '/^model.ials.films/s/$/ --factors 16/' Makefile
	make -s table >/dev/null
	made >again
	cat >expected <<-END
	out/films/ials.st
	out/films/ials.test.gz
	out/films/ials.valid.gz
	out/films/learned.st
	out/films/learned.test.gz
	out/films/rrf.st
	out/films/rrf.test.gz
	END
	diff expected again
	# metrics need no model
	make -s table METRICS=hr@5 >/dev/null
	made | diff expected -
	[ "$(head -n 1 out/table.tsv | cut -f 3)" = hr@5:float ]
}

@test "a model that fails leaves the table as it was" {
	experiment
	make -s table >/dev/null
	cp out/table.tsv before
	sed -i '/^model.ease/s/$/ --top nothing/' Makefile
	run -2 make -s -k table
	[[ $output == *"--top"* ]]
	cmp out/table.tsv before
}

@test "what is not given is named" {
	experiment
	run -2 make -s table MODELS='ease good'
	[[ $output == *'model.good is not given'* ]]
	run -2 make -s table DATASETS=toys
	[[ $output == *'data.toys is not given'* ]]
}
