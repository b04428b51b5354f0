# srs-score: a score at the end of each row.

load lib

small() {
	printf 'u1\ta\nu1\tb\nu2\ta\nu2\tc\nu3\ta\nu3\tb\nu3\tc\nu3\td\nu4\ta\n' \
	    >train.tsv
	srs-knn-train -q --method popular -o popular.st train.tsv
}

ratings() {
	awk 'BEGIN { for (u = 0; u < 90; u++) for (i = 0; i < 40; i++)
		if ((u * 7 + i * 5 + u * i) % 5 < 2)
			printf "u%d\ti%d\t%d\n", u, i, 1 + (u + i * i) % 5 }' \
	    >ratings.tsv
	srs-knn-train -q --method item --feedback ratings -o item.st ratings.tsv
}

@test "golden: rows keep their columns and order, and get a score" {
	small
	printf 'u2\td\tx y\t\nu1\ta\t\t7\nu2\tb\tz\t1\n' >rows.tsv
	run -0 --separate-stderr srs-score -m popular.st -i train.tsv rows.tsv
	[ "$output" = "$(printf 'u2\td\tx y\t\t1\nu1\ta\t\t7\t4\nu2\tb\tz\t1\t2')" ]
	[[ $stderr == "srs-score: 3 rows" ]]
}

@test "a header if there was one, -H, --column, several files, gzip" {
	small
	printf 'note:token_seq\titem_id:token\tuser_id:token\nhi\td\tu2\n' >a.tsv
	printf 'note:token_seq\titem_id:token\tuser_id:token\n\tb\tu1\n' |
	    gzip >b.tsv.gz
	run -0 srs-score -q -m popular.st -i train.tsv a.tsv b.tsv.gz
	[ "$output" = "$(printf 'note:token_seq\titem_id:token\tuser_id:token\tscore:float\nhi\td\tu2\t1\n\tb\tu1\t2')" ]
	[ "$(srs-score -q -m popular.st -i train.tsv -H - <a.tsv)" = \
	    "$(printf 'hi\td\tu2\t1')" ]
	srs-score -q -m popular.st -i train.tsv -o scored.tsv a.tsv
	refuses 1 "scored.tsv: there is a column 'score' already: name the new one with --column" \
	    srs-score -m popular.st -i train.tsv scored.tsv
	run -0 srs-score -q -m popular.st -i train.tsv --column twice scored.tsv
	[ "${lines[0]}" = "note:token_seq	item_id:token	user_id:token	score:float	twice:float" ]
	[ "${lines[1]}" = "hi	d	u2	1	1" ]
	refuses 1 "train.tsv: its columns are not those of a.tsv" \
	    srs-score -m popular.st -i train.tsv a.tsv train.tsv
}

@test "--missing: fallback, drop, nan; counted" {
	small
	srs-knn-train -q --method ease --lambda 1 -o ease.st train.tsv
	printf 'u1\ta\nu1\tnew\nghost\tc\nghost\tnew\nu1\td\n' >rows.tsv
	run -0 --separate-stderr srs-score -m ease.st -i train.tsv rows.tsv
	[[ $stderr == *"of 5 rows have a user or item that the model does not know: given the model's fallback"* ]]
	[ "${#lines[@]}" -eq 5 ]
	# A new item is never above one that is known.
	least=$(srs-topk -q -m ease.st -i train.tsv --keep-seen -H |
	    awk '$1 == "u1" { s = $3 } END { print s }')
	[ "$(cut -f3 <<<"${lines[1]}")" = "$least" ]
	run -0 --separate-stderr srs-score -m ease.st -i train.tsv \
	    --missing drop rows.tsv
	[ "$(cut -f1,2 <<<"$output" | grep -c new)" -eq 0 ]
	[[ $stderr == *"left out"* ]]
	run -0 srs-score -q -m ease.st -i train.tsv --missing nan rows.tsv
	[ "${lines[1]}" = "u1	new	nan" ]
	refuses 2 "did you mean" srs-score -m ease.st --missing dorp rows.tsv
}

@test "--missing fallback: the same for a user wherever his rows stand" {
	ratings
	srs-knn-train -q --method ease --lambda 5 -o ease.st ratings.tsv
	srs-topk -q -m ease.st -i ratings.tsv --keep-seen -k 40 -H |
	    awk '{ least[$1] = $3 } END { for (u in least) print u "\tnew\t" least[u] }' |
	    sort >want
	for i in 1 2 3; do cut -f1,2 want; done | shuf --random-source=<(yes) >rows.tsv
	same_for_threads out.tsv srs-score -q -m ease.st -i ratings.tsv \
	    -o out.tsv rows.tsv
	sort -u out.tsv | cmp - want
}

@test "a rating model answers its mean for strangers" {
	ratings
	printf 'nobody\tnothing\n' >rows.tsv
	run -0 srs-score -q -m item.st -i ratings.tsv rows.tsv
	mean=$(awk '{ s += $3 } END { print s / NR }' ratings.tsv)
	at_most "$(cut -f3 <<<"$output")" "$(awk -v m="$mean" 'BEGIN { print m + 1e-4 }')"
	at_least "$(cut -f3 <<<"$output")" "$(awk -v m="$mean" 'BEGIN { print m - 1e-4 }')"
}

@test "the contract: ratings through srs-eval" {
	ratings
	srs-score -m item.st -i ratings.tsv ratings.tsv 2>/dev/null |
	    srs-eval --ratings --metrics rmse,mae --tsv >out 2>/dev/null
	[ "$(head -1 out)" = "system:token	rmse:float	mae:float" ]
	[ "$(tail -1 out | cut -f1)" = - ]
	at_most "$(tail -1 out | cut -f2)" 1.5
}

@test "scores agree with the lists of srs-topk" {
	ratings
	srs-knn-train -q --method ease --lambda 5 -o ease.st ratings.tsv
	srs-topk -q -m ease.st -i ratings.tsv -k 20 -H -o lists.tsv
	cut -f1,2 lists.tsv | srs-score -q -m ease.st -i ratings.tsv >scores.tsv
	paste lists.tsv scores.tsv | awk -F'\t' '
	{ d = $3 - $NF; if (d > 1e-5 || d < -1e-5) { print; bad = 1 } }
	END { exit bad || NR < 1000 }'
}

@test "the same for any threads" {
	ratings
	same_for_threads out.tsv srs-score -q -m item.st -i ratings.tsv \
	    -o out.tsv ratings.tsv ratings.tsv ratings.tsv ratings.tsv
	[ "$(wc -l <out.tsv)" -eq "$((4 * $(wc -l <ratings.tsv)))" ]
}

@test "wrong usage and bad input" {
	small
	refuses 2 "give a model with -m" srs-score train.tsv
	refuses 1 "no-such.st" srs-score -m no-such.st train.tsv
	printf 'u1\n' >one.tsv
	refuses 1 "one.tsv: no column 'item_id'; there are user_id" \
	    srs-score -m popular.st -i train.tsv -o out one.tsv
	: >empty.tsv
	refuses 1 "empty.tsv: the table is empty" \
	    srs-score -m popular.st -i train.tsv -o out empty.tsv
	printf 'u1\ta\nu1\tb\tc\n' >ragged.tsv
	refuses 1 "ragged.tsv:2: 3 fields, not 2" \
	    srs-score -m popular.st -i train.tsv -o out ragged.tsv
	[ ! -e out ]
}

# Four rows of x, y and a label as '<f4': (0 0 0) (0 1 1) (1 0 1) (1 1 0).
matrix() {
	local one='\0\0\200\077' zero='\0\0\0\0'

	printf '\223NUMPY\1\0v\0%-117s\n' \
	    "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 3), }"
	printf "$zero$zero$zero$zero$one$one$one$zero$one$one$one$zero"
}

@test "a model of features: rows of a table or a matrix" {
	matrix >x.npy
	srs-nn-train -q --method mlp --epochs 2 -o mlp.st x.npy
	srs-score -q -m mlp.st x.npy >from-matrix.tsv
	[ "$(head -1 from-matrix.tsv)" = "label:float	score:float" ]
	[ "$(cut -f1 from-matrix.tsv | tail -n +2 | paste -sd' ')" = "0 1 1 0" ]
	printf '0\t0\ta\n0\t1\tb\n1\t0\tc\n1\t1\td\n' >rows.tsv
	run -0 --separate-stderr srs-score -m mlp.st rows.tsv
	[ "$(cut -f3 <<<"$output" | paste -sd' ')" = "a b c d" ]
	[ "$(cut -f4 <<<"$output")" = "$(tail -n +2 from-matrix.tsv | cut -f2)" ]
	srs-eval -q --labels --metrics logloss from-matrix.tsv
	printf '2:float\t1:float\n1\t0\n' >named.tsv	# found by name
	run -0 srs-score -q -m mlp.st named.tsv
	[ "${lines[0]}" = "2:float	1:float	score:float" ]
	# alone, and in a product of four rows: a last digit may differ
	at_most "$(sed -n 3p from-matrix.tsv | awk -v a="${lines[1]##*	}" \
	    '{ d = a - $2; print d < 0 ? -d : d }')" 0.000001
	same_for_threads out.tsv srs-score -q -m mlp.st -o out.tsv x.npy x.npy
}

@test "CSV is read too, and written as TSV" {
	awk 'BEGIN { print "label,a,b"; for (i = 0; i < 40; i++)
		print i % 2 "," i % 2 "," i % 3 }' >rows.csv
	srs-nn-train -q --method mlp --epochs 2 -o mlp.st rows.csv
	tr , '\t' <rows.csv |
	    sed '1s/.*/label:float\ta:float\tb:float/' >rows.tsv
	srs-score -q -m mlp.st rows.csv >from-csv
	srs-score -q -m mlp.st rows.tsv >from-tsv
	[ "$(wc -l <from-csv)" -eq 41 ]
	[ "$(head -n 1 from-csv)" != "$(sed -n 2p from-csv)" ]
	cmp <(tail -n +2 from-csv) <(tail -n +2 from-tsv)
	printf 'label,a,b,note\n1,1,2,"x\ty"\n' | tr '\t' ' ' >fine.csv
	srs-score -q -m mlp.st fine.csv | tail -n 1 | grep -q '	x y	'
	printf 'label,a,b,note\n1,1,2,"x\ty"\n' >tab.csv
	refuses 1 "tab.csv:2: note: a TAB or line end in a field cannot be" \
	    srs-score -q -m mlp.st -o out tab.csv
}

@test "a model of features: what it refuses" {
	matrix >x.npy
	srs-nn-train -q --method mlp --epochs 1 -o mlp.st x.npy
	printf 'x:float\t1:float\n1\t0\n' >other.tsv
	refuses 1 "other.tsv: no column is called '2'" \
	    srs-score -m mlp.st other.tsv
	printf '3\n' >one.tsv
	refuses 1 "one.tsv: no column '2'; there are 1" \
	    srs-score -m mlp.st one.tsv
	printf '1\t\n' >missing.tsv
	refuses 1 "missing.tsv:1: 2: '' is not a number" \
	    srs-score -m mlp.st missing.tsv
	refuses 1 "mlp.st: a model of features takes no interactions" \
	    srs-score -m mlp.st -i x.npy x.npy
	refuses 1 "mlp.st: a model of features has no items to list" \
	    srs-topk -m mlp.st
	small
	refuses 1 "x.npy: a matrix has no users and items" \
	    srs-score -m popular.st -i train.tsv x.npy
}
