# --dry-run: what long work would take, and that it leaves nothing behind.

load lib

# A table of ratings; the same without them; classes and clicks of rows; texts.
inputs() {
	awk 'BEGIN { for (u = 0; u < 40; u++) for (i = 0; i < 20; i++)
		if ((u * 11 + i * 7 + u * i) % 4 < 2)
			printf "u%d\ti%d\t%d\t%d\n", u, i,
			    1 + (u + i) % 5, u * i }' >ratings.tsv
	cut -f 1,2 ratings.tsv >likes.tsv
	{ printf 'label:float\thad:token_seq\titem_id:token\n'
	  awk -v OFS='\t' '{ print NR % 2, "i" NR % 3 " i" NR % 5, $2
	  }' likes.tsv; } >clicks.tsv
	{ echo label,size,weight
	  awk -v OFS=, '{ print NR % 2, NR % 7, NR % 5 }' likes.tsv; } >rows.csv
	awk '{ print (NR % 2 ? "when\twhich year" : "who\twhich man") " did " $2
	}' likes.tsv >texts.tsv
}

# The methods of a tool.
methods() {
	"$1" --help=bash | sed -n "/^	--method)/,/;;/s/.*words='\(.*\)' ;;/\1/p"
}

# dry COMMAND...: says memory and steps, and writes nothing.
dry() {
	local before
	before=$(ls -lA)
	run -0 --separate-stderr "$@" --dry-run -q
	[ -z "$stderr" ]
	case $output in
	*"memory  "*"  in all"*"step  "*) ;;
	*) echo "$*: $output"; return 1 ;;
	esac
	[ "$(ls -lA)" = "$before" ] || { ls -lA; return 1; }
}

@test "every method of every trainer" {
	local m input
	need_speed
	inputs
	for m in $(methods srs-mf-train); do
		dry srs-mf-train --method "$m" --factors 4 -o out \
		    ratings.tsv || return 1
	done
	for m in $(methods srs-knn-train); do
		dry srs-knn-train --method "$m" -o out ratings.tsv || return 1
	done
	for m in $(methods srs-nn-train); do
		case $m in
		logistic | fm | ffm | widedeep | deepfm | dcn | autoint)
			input=clicks.tsv ;;
		din) input="--attend had,item_id clicks.tsv" ;;
		mlp) input=rows.csv ;;
		bow | textcnn | lstm) input=texts.tsv ;;
		*) input=likes.tsv ;;
		esac
		# shellcheck disable=SC2086  # words on purpose
		dry srs-nn-train --method "$m" -o out --checkpoint c \
		    --history h $input || return 1
	done
}

@test "shapes, memory and steps are those of the run" {
	inputs
	dry srs-mf-train --method ials --factors 4 -o out --checkpoint c \
	    --history h --valid likes.tsv likes.tsv
	[[ $output == *'ids of 30 users and 15 items'* ]]
	[[ $output == *'    480  user factors (30, 4)'* ]]
	[[ $output == *'    240  item factors (15, 4)'* ]]
	[[ $output == *'step    12 epochs of 300 interactions'* ]]
	[[ $output == *'step    after each, ndcg@10 of the held-out rows'* ]]

	dry srs-knn-train --method ease -o out likes.tsv
	[[ $output == *'    900  the weights of 15 items'* ]]
	refuses 1 'the weights of 15 items need 0.8789K of memory, and --memory' \
	    srs-knn-train --method ease --memory 512 --dry-run likes.tsv

	dry srs-nn-train --method gmf --factors 4 -e 3 --batch 32 -o out likes.tsv
	[[ $output == *'user_embeddings (30, 4)'* ]]
	[[ $output == *'step    3 epochs of '*' of 300 examples'* ]]
	printf 'factors\t4..16\n' >ranges
	dry srs-nn-train --method gmf -e 9 --search ranges --trials 9 \
	    --search-history s --valid likes.tsv -o out likes.tsv
	[[ $output == *'step    9 trials of 1 epoch'*'step    3 trials of 3 epochs'* ]]
}

@test "lists and fusions" {
	inputs
	srs-knn-train -q --method ease -o ease.st likes.tsv
	srs-knn-train -q --method popular -o popular.st likes.tsv
	dry srs-topk -m ease.st -i likes.tsv -k 5 --keep-seen -o out
	[[ $output == *'step    the best 5 of 15 items for each of 30 users'* ]]
	for m in ease popular; do
		srs-topk -q -m $m.st -i likes.tsv -k 5 --keep-seen -o $m.tsv
	done
	dry srs-fuse --method lambdamart --fit likes.tsv --save f.st -o out \
	    ease.tsv popular.tsv
	[[ $output == *'300 rows of 2 systems'* ]]
	[[ $output == *'step    fit lambdamart in 5 folds, and to all'* ]]
	dry srs-fuse --method auto --fit likes.tsv --save f.st -o out \
	    ease.tsv popular.tsv
	[[ $output == *'step    fit zscore in 5 folds, and to all'* ]]
	dry srs-fuse --method rrf -o out ease.tsv popular.tsv
	dry srs-fuse --method rrf --sorted -o out ease.tsv popular.tsv
}

@test "a dry run fails as the run would" {
	printf 'u\ti\tx\n' >bad.tsv
	refuses 1 "bad.tsv:1: rating: 'x' is not a number" \
	    srs-mf-train --method sgd --dry-run bad.tsv
	refuses 1 "cannot open 'none'" srs-topk -m none --dry-run
}
