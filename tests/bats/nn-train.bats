# srs-nn-train: networks of users and items, and of rows of numbers.

load lib

# 300 users of two tastes and 40 items of two kinds.  Each user had 10 items of
# their kind; the test item is one of the 10 that are left of it.
tastes() {
	awk 'BEGIN { OFS = "\t"
		print "user_id:token", "item_id:token" >"train.tsv"
		print "user_id:token", "item_id:token" >"test.tsv"
		for (u = 0; u < 300; u++) {
			for (k = 0; k < 10; k++)
				print "u" u, "i" 2 * ((u * 7 + k) % 20) + u % 2 >"train.tsv"
			print "u" u, "i" 2 * ((u * 7 + 10 + u % 9) % 20) + u % 2 >"test.tsv"
		} }'
}

# Ratings that are a mean, a taste of the user's and a taste of the item's.
ratings() {
	awk 'BEGIN { OFS = "\t"; print "user_id:token", "item_id:token", "rating:float"
		for (u = 0; u < 40; u++) for (i = 0; i < 30; i++)
			if ((u * 13 + i * 7) % 5 < 2)
				print "u" u, "i" i, 3 + u % 3 - 1 + (i % 5 - 2) / 2 }'
}

# The same as TSV with types.
typed() {
	awk -F, '{ OFS = "\t" } NR == 1 { $1 = $1; gsub(/[a-z]+/, "&:float") }
		{ $1 = $1; print }'
}

# Points of a square; label 1 within a circle.  Column c is constant.
points() {
	awk -v n="$1" -v s="$2" 'BEGIN { srand(s); print "x,c,y,label"
		for (r = 0; r < n; r++) {
			x = 2 * rand() - 1; y = 2 * rand() - 1
			print x ",7," 100 * y "," (x * x + y * y < 0.6) } }'
}

@test "implicit feedback: what people of one taste had comes first" {
	tastes
	srs-nn-train -q --method deepcf --factors 8 --batch 128 --epochs 12 \
	    -o m.st train.tsv
	srs-topk -q -m m.st -i train.tsv -k 10 -o top.tsv
	run -0 --separate-stderr srs-eval -q --truth test.tsv --metrics hr@10 \
	    --tsv top.tsv
	at_least "$(awk 'END { print $2 }' <<<"$output")" 0.6	# by chance: a third
}

@test "ratings are learnt, and the model says so" {
	ratings >r.tsv
	srs-nn-train -q --method deepcf --epochs 60 --batch 64 --dropout 0 \
	    -o m.st r.tsv
	grep -aq '"feedback":"ratings"' m.st
	srs-score -q -m m.st -o s.tsv r.tsv
	run -0 --separate-stderr srs-eval -q --ratings --metrics rmse --tsv s.tsv
	at_most "$(awk 'END { print $2 }' <<<"$output")" 0.25
	# not asked for, they are implicit feedback
	srs-nn-train -q --method deepcf --feedback implicit --epochs 1 -o i.st \
	    r.tsv
	grep -aq '"feedback":"implicit"' i.st
	# a user or item that is not known has an answer all the same
	printf 'u0\tnew\nnew\ti0\nnew\tnew\n' | srs-score -q -m m.st >s.tsv
	awk '!($3 >= 1 && $3 <= 5) { exit 1 }' s.tsv
}

@test "the same model with any number of threads" {
	tastes
	ratings >r.tsv
	points 700 1 >p.csv
	for v in "--batch 100 r.tsv" "--batch 300 --dropout 0.2 train.tsv" \
	    "--valid test.tsv --epochs 4 train.tsv"; do
		same_for_threads m.st srs-nn-train -q --method deepcf \
		    --epochs 3 -o m.st $v
	done
	same_for_threads m.st srs-nn-train -q --method mlp --epochs 3 \
	    --dropout 0.1 -o m.st p.csv
	typed <p.csv >p.tsv
	same_for_threads s.tsv srs-score -q -m m.st -o s.tsv p.tsv
	srs-nn-train -q --method mlp --epochs 3 -s 2 -o other.st p.csv
	run -1 cmp -s m.st other.st
}

@test "a classifier of rows from CSV, probabilities out" {
	points 3000 1 >p.csv
	points 1000 2 >q.csv
	srs-nn-train -q --method mlp --epochs 40 --valid q.csv -o m.st p.csv
	# srs-score reads TSV: columns by name, in any order
	awk -F, 'NR == 1 { print "label:float\ty:float\tx:float\tc:float"; next }
		{ print $4 "\t" $3 "\t" $1 "\t" $2 }' q.csv >q.tsv
	srs-score -q -m m.st -o s.tsv q.tsv
	run -0 --separate-stderr srs-eval -q --labels \
	    --metrics accuracy,auc,logloss --tsv s.tsv
	at_least "$(awk 'END { print $2 }' <<<"$output")" 0.95
	at_least "$(awk 'END { print $3 }' <<<"$output")" 0.98
	at_most "$(awk 'END { print $4 }' <<<"$output")" 0.15
}

# Points of a square; the class is the quarter, z the product.
quarters() {
	awk -v n="$1" -v s="$2" 'BEGIN { srand(s)
		print "x:float\ty:float\tlabel:token\tz:float"
		for (r = 0; r < n; r++) {
			x = 2 * rand() - 1; y = 2 * rand() - 1
			print x "\t" y "\t" (y > 0 ? "north" : "south") "-" \
			    (x > 0 ? "east" : "west") "\t" 1000 + 500 * x * y } }'
}

@test "a classifier of several classes" {
	quarters 2000 1 >p.tsv
	quarters 500 2 >q.tsv
	srs-nn-train --method mlp --loss softmax --features x,y --epochs 30 \
	    --valid q.tsv --metric accuracy -o m.st p.tsv 2>err
	grep -q 'accuracy 0.9[5-9]' err
	srs-score -q -m m.st -o s.tsv q.tsv
	[ "$(head -n 1 s.tsv | cut -f 5-7)" = \
	    "prediction:token	score:float	score.north-east:float" ]
	# probabilities of all classes, of which the prediction's is the score
	awk -F'\t' 'NR > 1 { sum = $7 + $8 + $9 + $10
		if (sum < 0.999 || sum > 1.001 || $6 < 0.25) exit 1
		hit += $5 == $3 } END { exit !(hit > 0.95 * (NR - 1)) }' s.tsv
	srs-eval -q --classes --metrics accuracy --tsv s.tsv
	same_for_threads m.st srs-nn-train -q --method mlp --loss softmax \
	    --features x,y --epochs 3 -o m.st p.tsv
	same_for_threads s.tsv srs-score -q -m m.st -o s.tsv q.tsv
	sed '3s/south\|north/up/' q.tsv >up.tsv
	refuses 1 "is no class of the training data" srs-nn-train -q \
	    --method mlp --loss softmax --features x,y --valid up.tsv p.tsv
	refuses 1 "'auc' is of two classes, 0 and 1: of others there are accuracy and logloss" \
	    srs-nn-train -q --method mlp --loss softmax --features x,y \
	    --valid q.tsv --metric auc p.tsv
	awk -F'\t' '{ print $1 "\t" $2 "\t" (NR > 1 ? "a" : $3) }' p.tsv >one.tsv
	refuses 1 "all labels are 'a': a softmax wants two classes" \
	    srs-nn-train -q --method mlp --loss softmax one.tsv
}

@test "regression: numbers in their own units" {
	quarters 2000 1 >p.tsv
	quarters 500 2 >q.tsv
	for loss in mse mae; do
		srs-nn-train --method mlp --loss $loss --features x,y \
		    --label z --epochs 40 --valid q.tsv -o m.st p.tsv 2>err
		grep -q 'rmse' err
		srs-score -q -m m.st q.tsv | awk -F'\t' 'NR > 1 { e = $4 - $5
			sum += e * e } END { exit !(sqrt(sum / (NR - 1)) < 30) }'
	done
	same_for_threads m.st srs-nn-train -q --method mlp --loss mae \
	    --features x,y --label z --epochs 3 -o m.st p.tsv
	refuses 1 "p.tsv:2: label: 'south-east' is not a number" \
	    srs-nn-train -q --method mlp --loss mse --features x,y p.tsv
	refuses 1 "'auc' is not a metric of ratings" srs-nn-train -q \
	    --method mlp --loss mse --features x,y --label z --valid q.tsv \
	    --metric auc p.tsv
	refuses 1 "--loss bpr is not for --method mlp: it takes bce, hinge, softmax, mse or mae" \
	    srs-nn-train -q --method mlp --loss bpr p.tsv
}

@test "a margin instead of probabilities" {
	points 2000 1 >p.csv
	points 500 2 >q.csv
	srs-nn-train --method mlp --loss hinge --epochs 30 --valid q.csv \
	    -o m.st p.csv 2>err
	grep -q 'auc 0.9[5-9]' err
	srs-score -q -m m.st q.csv | awk -F'\t' 'NR > 1 { low += $NF < -1 }
		END { exit !(low > 50) }'
}

@test "a .npy matrix is the table of its numbers" {
	points 300 1 >p.csv
	/usr/bin/python3 -c 'import numpy
x = numpy.loadtxt("p.csv", delimiter=",", skiprows=1)
numpy.save("p.npy", x)
numpy.savetxt("p.tsv", x, fmt="%.17g", delimiter="\t")'
	srs-nn-train -q --method mlp -e 2 -o a.st p.npy
	srs-nn-train -q --method mlp -e 2 --label 4 -o b.st p.tsv
	cmp a.st b.st
	srs-score -q -m a.st p.npy >a.tsv
	[ "$(head -n 1 a.tsv)" = "label:float	score:float" ]
	srs-score -q -m a.st p.tsv | cut -f 5 | cmp - <(tail -n +2 a.tsv | cut -f 2)
}

@test "--features chooses the columns" {
	points 300 1 >p.csv
	srs-nn-train -q --method mlp -e 2 --features y,x -o m.st p.csv
	refuses 1 "no column 'z'" srs-nn-train --method mlp --features x,z p.csv
	refuses 1 "--features 'x,,y': an empty name" \
	    srs-nn-train --method mlp --features x,,y p.csv
	refuses 1 "--features 'x,x': a name stands twice" \
	    srs-nn-train --method mlp --features x,x p.csv
}

@test "validation: history, early stop, the best epoch" {
	tastes
	srs-nn-train --method deepcf --valid test.tsv --metric hr@10 -e 30 \
	    --batch 64 --patience 2 --history h.tsv -o m.st train.tsv 2>err
	[ "$(head -n 1 h.tsv)" = \
	    "epoch:float	seconds:float	loss:float	hr@10:float" ]
	grep -q 'test.tsv: hr@10 of 300 users' err
	best=$(awk 'NR > 1 && $4 > best { best = $4; at = $1 }
		END { print at }' h.tsv)
	n=$(($(wc -l <h.tsv) - 1))
	grep -q "after epoch $best of $n" err
	[ "$n" = 30 ] || [ "$n" = $((best + 2)) ]
	grep -aq "\"summary.best_epoch\":\"$best\"" m.st
}

# Without a falling rate it is the training of as many epochs on all the data.
@test "--refit learns what was held out, as long as was best" {
	tastes
	points 200 1 >p.csv
	points 60 2 >q.csv
	while read -r method train valid score; do
		how=(srs-nn-train -q --method $method --epochs 9 --batch 64
		    --layers 8 --schedule constant --learning-rate 0.01)
		"${how[@]}" --valid $valid -o one.st $train
		best=$(srs-info --tsv one.st |
		    sed -n 's/^metadata.summary.best_epoch.value	//p')
		"${how[@]}" --epochs $best -o two.st $train $valid
		"${how[@]}" --valid $valid --refit --history h.tsv -o m.st $train
		[ "$(wc -l <h.tsv)" -gt "$best" ]
		grep -aq '"summary.refit":"1"' m.st
		for m in one two m; do $score -q -m $m.st -o $m.out $valid; done
		cmp two.out m.out
		run -1 cmp -s one.out m.out
	done <<-END
	deepcf train.tsv test.tsv srs-score
	mlp p.csv q.csv srs-score
	END
}

@test "--refit needs held-out data, and files" {
	ratings >r.tsv
	refuses 2 "--refit needs --valid FILE" srs-nn-train --method gmf --refit r.tsv
	refuses 2 "--refit is of two trainings: it takes no --checkpoint and no --resume" \
	    srs-nn-train --method gmf --refit --valid r.tsv --checkpoint c r.tsv
	refuses 1 "--refit reads the data twice: it needs files, not standard input" \
	    srs-nn-train --method gmf --refit --valid r.tsv -o m.st <r.tsv
	points 9 1 >p.csv
	refuses 1 "--refit learns the rows of --valid, which --teacher has no scores of" \
	    srs-nn-train --method mlp --refit --valid p.csv --teacher p.csv -o m.st p.csv
}

@test "what cannot be learnt from is refused, and leaves no model" {
	printf 'x,label\n1,0\n2,3\n' >three.csv
	refuses 1 "srs-nn-train: three.csv:3: label: label '3' is neither 0 nor 1" \
	    srs-nn-train --method mlp -o m.st three.csv
	printf 'x,y\n1,0\n' >none.csv
	refuses 1 "none.csv: no column 'label'; there are x, y" \
	    srs-nn-train --method mlp -o m.st none.csv
	printf 'x,label\n1,0\nred,1\n' >red.csv
	refuses 1 "red.csv:3: x: 'red' is not a number" \
	    srs-nn-train --method mlp -o m.st red.csv
	printf 'x,label\n' >empty.csv
	refuses 1 "empty.csv: no rows" srs-nn-train --method mlp -o m.st empty.csv
	refuses 1 "the table is empty" \
	    srs-nn-train --method deepcf -o m.st /dev/null
	ratings >r.tsv
	refuses 1 ": the loss is not finite: lower --learning-rate (now 1000)" \
	    srs-nn-train -q --method deepcf --optimizer sgd \
	    --learning-rate 1000 -o m.st r.tsv
	refuses 1 "--layers '64,x': 'x' is not a size from 1 to 65536" \
	    srs-nn-train -q --method deepcf --layers 64,x -o m.st r.tsv
	refuses 1 "no column 'stars'" \
	    srs-nn-train --method deepcf --value stars -o m.st r.tsv
	[ ! -e m.st ]
}

@test "wrong usage" {
	refuses 2 "--method is needed: one of deepcf, gmf" srs-nn-train x
	refuses 2 "--factors is not for --method mlp" \
	    srs-nn-train --method mlp --factors 8 x
	refuses 2 "--metric needs --valid FILE" \
	    srs-nn-train --method mlp --metric auc x
}

@test "one class, one row, one user with every item" {
	printf 'x,label\n1,1\n2,1\n' >one.csv
	srs-nn-train -q --method mlp -o m.st one.csv
	printf 'x,label\n5,0\n' >one.csv
	srs-nn-train -q --method mlp -o m.st one.csv
	printf 'u\ti\nu\tj\n' | srs-nn-train -q --method deepcf -o m.st
	printf 'u\ti\t4\n' | srs-nn-train -q --method deepcf -o m.st
	[ "$(printf 'u\ti\n' | srs-score -q -m m.st)" = "u	i	4" ]
}

@test "MovieLens 100K, fold 1: RMSE at most 0.94" {
	need_data ml-100k/u1.train.tsv.gz
	need_speed
	srs-nn-train -q --method deepcf -o m.st "$data/ml-100k/u1.train.tsv.gz"
	srs-score -q -m m.st -o s.tsv "$data/ml-100k/u1.test.tsv.gz"
	run -0 --separate-stderr srs-eval -q --ratings --metrics rmse --tsv s.tsv
	at_most "$(awk 'END { print $2 }' <<<"$output")" 0.94
}
