# srs-topk -m A:0.6 -m B:0.4: several models at once.

load lib

# 115 users, 58 items, some structure.
models() {
	awk 'BEGIN { for (u = 0; u < 120; u++) for (i = 0; i < 60; i++)
		if ((u * 7 + i * 13 + int(u * i / 4)) % 11 < 3)
			printf "u%d\ti%d\t%d\n", u, i, 1 + (u + i) % 5 }' \
	    >train.tsv
	srs-knn-train -q --method ease --lambda 10 -o ease.st train.tsv
	srs-mf-train -q --factors 8 --epochs 3 -o ials.st train.tsv
}

# all LISTS ARGS: every score of every user
all() {
	srs-topk -q -i train.tsv --keep-seen -k 58 -H -o "$@"
}

# follows A LISTS: the scores of A never rise, in the order of LISTS
follows() {
	awk -F'\t' -v a="$1" 'FILENAME == a { x[$1, $2] = $3; next }
	!(($1, $2) in x) { next }
	u == $1 && x[$1, $2] > last + 1e-4 { print; bad = 1 }
	{ u = $1; last = x[$1, $2]; n++ }
	END { exit bad || n != length(x) }' "$1" "$2"
}

@test "the weighted sum of scores, normalised over the items of each user" {
	models
	all a.tsv -m ials.st
	all b.tsv -m ease.st
	all both.tsv -m ials.st:0.6 -m ease.st:0.4
	awk -F'\t' '
	FILENAME != "both.tsv" {
		f = FILENAME; x[f, $1, $2] = $3
		s[f, $1] += $3; q[f, $1] += $3 * $3; n[f, $1]++; next }
	function z(f,	m) {
		m = s[f, $1] / n[f, $1]
		return (x[f, $1, $2] - m) / sqrt(q[f, $1] / n[f, $1] - m * m) }
	{ d = $3 - 0.6 * z("a.tsv") - 0.4 * z("b.tsv")
	  if (d > 1e-3 || d < -1e-3) { print; bad = 1 } }
	END { exit bad || FNR != 115 * 58 }' a.tsv b.tsv both.tsv
	# a weight is 1 unless it is given; a name may end in a number
	cp ials.st m:2
	all one.tsv -m ials.st:1 -m ease.st
	all two.tsv -m m:2:1 -m ease.st:1.0
	cmp one.tsv two.tsv
	# the same model twice lists what it lists alone
	all twice.tsv -m ease.st:0.5 -m ease.st:2
	follows b.tsv twice.tsv
}

@test "srs-score gives the same scores, of rows in any order" {
	models
	all both.tsv -m ials.st:0.6 -m ease.st:0.4
	shuf --random-source=<(yes) both.tsv | srs-score -q -i train.tsv \
	    -m ials.st:0.6 -m ease.st:0.4 - | awk -F'\t' '{ d = $3 - $5
		if (d > 1e-4 || d < -1e-4) { print; bad = 1 } }
		END { exit bad || NR != 115 * 58 }'
	refuses 2 "--partial is for several models" srs-score -m ials.st \
	    --partial train.tsv
}

@test "the order of models and threads does not change a list" {
	models
	same_for_threads out.tsv srs-topk -q -i train.tsv -m ials.st:0.6 \
	    -m ease.st:0.4 -k 9 -o out.tsv
	srs-topk -q -i train.tsv -m ease.st:0.4 -m ials.st:0.6 -k 9 |
	    awk 'NR > 1 { print $1, $2, $4 }' | sort >a
	awk 'NR > 1 { print $1, $2, $4 }' out.tsv | sort | cmp - a
}

@test "models with other ids or another order of them" {
	models
	shuf --random-source=<(yes) train.tsv >shuffled.tsv
	srs-knn-train -q --method ease --lambda 10 -o other.st shuffled.tsv
	all a.tsv -m ials.st -m ease.st
	all b.tsv -m ials.st -m other.st
	paste a.tsv b.tsv | awk -F'\t' '{ d = $3 - $7
		if ($1 != $5 || d > 1e-3 || d < -1e-3) { print; bad = 1 } }
		END { exit bad }'
}

@test "different items are refused, or counted as average" {
	models
	grep -v -w -e i7 -e i9 train.tsv >some.tsv
	srs-knn-train -q --method ease --lambda 10 -o some.st some.tsv
	grep -v -w i3 train.tsv >few.tsv
	srs-mf-train -q --factors 8 --epochs 3 -o few.st few.tsv
	refuses 1 "the models have different items, 58 together: few.st lacks 1 of them ('i3'), some.st lacks 2 of them ('i7'); --partial allows it" \
	    srs-topk -i train.tsv -m few.st -m some.st
	all a.tsv -m few.st:1e-9 -m some.st --partial
	all b.tsv -m some.st
	# average: above the worst, below the best
	[ "$(awk '$1 == "u0"' a.tsv | wc -l)" -eq 58 ]
	awk -F'\t' '$2 == "i7" && ($3 > 1e-6 || $3 < -1e-6 || $4 == 1 || $4 == 58) {
		print; bad = 1 } END { exit bad }' a.tsv
	follows b.tsv a.tsv
}

@test "a user whom one model does not know is scored by the others" {
	models
	awk '$1 != "u3" && $1 != "u5"' train.tsv >fewer.tsv
	srs-knn-train -q --method user -o user.st train.tsv
	srs-mf-train -q --method svd --factors 8 -o fewer.st fewer.tsv
	printf 'u3\nu4\nghost\n' >users.tsv
	run -0 --separate-stderr srs-topk -m ials.st -m fewer.st \
	    --users users.tsv -H -k 3
	[ "$(cut -f1 <<<"$output" | uniq | paste -sd' ')" = "u3 u4" ]
	[[ $stderr == *"1 users are known to some of the models only: their lists are made by these"* ]]
	[[ $stderr == *"1 users are not known to the model: 'ghost'"* ]]
	printf 'u3\ti1\nu4\ti1\nu3\ti2\nghost\ti1\n' >rows.tsv
	run -0 --separate-stderr srs-score -m ials.st -m fewer.st rows.tsv
	[[ $stderr == *"2 of 4 rows have a user whom some of the models do not know: scored by the others"* ]]
}

@test "each model reads the values of the history that it wants" {
	models
	srs-knn-train -q --method item --feedback ratings -o rated.st train.tsv
	all a.tsv -m rated.st
	all both.tsv -m ease.st:1e-9 -m rated.st
	follows a.tsv both.tsv
	refuses 1 "-: the models want different values of the history: give it as a file, which can be read again" \
	    bash -c 'srs-topk -i - -m ease.st -m rated.st <train.tsv'
}

@test "what several models refuse" {
	models
	srs-knn-train -q --method popular -o popular.st train.tsv
	refuses 1 "the models: they store no users: give their interactions with -i" \
	    srs-topk -m popular.st -m popular.st
	refuses 1 "ease.st: method 'ease' scores from the users' interactions: give them with -i" \
	    srs-topk -m ials.st -m ease.st
	refuses 2 "--items is for one model" \
	    srs-topk -m ials.st -m ease.st --items
	refuses 1 "no.st" srs-topk -m ials.st:2 -m no.st:1
	awk 'BEGIN { print "label,x" } { print $3 % 2 "," $3 }' train.tsv >x.csv
	srs-nn-train -q --method mlp --epochs 1 -o mlp.st x.csv
	refuses 1 "mlp.st: a model of features cannot be one of several" \
	    srs-topk -m ials.st -m mlp.st
}
