# srs-nn-train: what is learnt, and how hard: classes, teachers, moved
# embeddings.

load lib

# One row in ten has label 1, most of them where a is a0.
rows() {
	awk 'BEGIN { OFS = "\t"; print "label:float", "a:token", "b:token"
		for (r = 0; r < 400; r++) {
			y = r % 10 == 0
			print y, "a" (y ? r % 3 % 2 : r % 4), "b" r % 11 } }'
}

numbers() {
	awk 'BEGIN { print "x,y,label"
		for (r = 0; r < 300; r++)
			print r % 7 "," r % 17 "," (r % 7 + r % 17 > 17) }'
}

mean_score() {
	srs-score -q -m "$1" "$2" | awk 'NR > 1 { sum += $NF; n++ } END { print sum / n }'
}

@test "balanced classes weigh the same, and weights of one change nothing" {
	rows >c.tsv
	how() {
		srs-nn-train -q --method fm --epochs 20 --batch 40 \
		    --learning-rate 0.02 "$@" c.tsv
	}
	how -o plain.st
	how --class-weight balanced -o m.st
	at_most "$(mean_score plain.st c.tsv)" 0.2
	at_least "$(mean_score m.st c.tsv)" 0.3
	how --class-weight 1,1 -o m.st
	cmp <(srs-score -q -m plain.st c.tsv) <(srs-score -q -m m.st c.tsv)
	# A class that weighs nothing was never there.
	how --class-weight 0,1 -o m.st
	at_least "$(mean_score m.st c.tsv)" 0.8
	same_for_threads m.st how --class-weight 1,3 -o m.st
	numbers >n.csv
	tr ',' '\t' <n.csv | sed '1s/[a-z]*/&:float/g' >n.tsv
	srs-nn-train -q --method mlp --layers 8 --epochs 30 --batch 32 \
	    --learning-rate 0.01 --class-weight 0,2 -o m.st n.csv
	at_least "$(mean_score m.st n.tsv)" 0.7
}

@test "a teacher who says the contrary is believed as much as it weighs" {
	numbers >n.csv
	tr ',' '\t' <n.csv | sed '1s/[a-z]*/&:float/g' >n.tsv
	awk -F'\t' 'NR == 1 { print "score:float"; next } { print 1 - $3 }' n.tsv >t.tsv
	auc() {
		srs-nn-train -q --method mlp --layers 8 --epochs 30 \
		    --batch 32 --learning-rate 0.01 "$@" -o m.st n.csv
		srs-score -q -m m.st -o s.tsv n.tsv
		srs-eval -q --labels --metrics auc --tsv s.tsv |
		    awk 'END { print $2 }'
	}
	at_least "$(auc)" 0.95
	at_least "$(auc --teacher t.tsv --teacher-weight 0.1)" 0.95
	at_most "$(auc --teacher t.tsv --teacher-weight 0.9)" 0.05
}

@test "a click model learns from another's scores" {
	rows >c.tsv
	srs-nn-train -q --method fm --epochs 20 --batch 40 \
	    --learning-rate 0.02 -o fm.st c.tsv
	srs-score -q -m fm.st -o s.tsv c.tsv
	srs-nn-train -q --method logistic --teacher s.tsv --epochs 20 \
	    --batch 40 --learning-rate 0.02 --teacher-weight 1 -o m.st c.tsv
	# Not the labels (0 or 1) are met, but what the teacher says of them.
	srs-score -q -m m.st c.tsv | paste - s.tsv | awk -F'\t' 'NR > 1 {
		d = $4 - $8; sum += d * d; n++ } END { exit !(sum / n < 0.01) }'
}

@test "ratings are mixed with scores of pairs" {
	awk 'BEGIN { OFS = "\t"; print "user_id:token", "item_id:token", "rating:float"
		for (u = 0; u < 30; u++) for (i = 0; i < 20; i++)
			if ((u * 13 + i * 7) % 5 < 2) print "u" u, "i" i, 1 + (u + i) % 5 }' >r.tsv
	awk 'BEGIN { OFS = "\t"; print "user_id:token", "item_id:token", "score:float"
		for (u = 0; u < 31; u++) for (i = 0; i < 20; i++) print "u" u, "i" i, 3 }' >t.tsv
	run -0 --separate-stderr srs-nn-train --method deepcf --epochs 40 \
	    --batch 64 --dropout 0 --teacher t.tsv --teacher-weight 1 -o m.st r.tsv
	[[ $stderr =~ "t.tsv: scores of 600 pairs; 20 of other users or items" ]]
	srs-score -q -m m.st r.tsv | awk 'NR > 1 && ($4 < 2.7 || $4 > 3.3) { exit 1 }'
	refuses 1 "--teacher is for ratings and labels, not for implicit feedback" \
	    srs-nn-train -q --method deepcf --feedback implicit --teacher t.tsv r.tsv
	refuses 2 "--teacher is not for --method sasrec" \
	    srs-nn-train -q --method sasrec --teacher t.tsv r.tsv
}

@test "what no class has, and no teacher says" {
	rows >c.tsv
	refuses 1 "--class-weight '1': class 1 has no weight" \
	    srs-nn-train -q --method fm --class-weight 1 c.tsv
	refuses 1 "--class-weight '1,x': 'x' is not a weight" \
	    srs-nn-train -q --method fm --class-weight 1,x c.tsv
	printf 'score:float\n0.5\n' >t.tsv
	refuses 1 "t.tsv: 1 rows, but there are 400 to learn from" \
	    srs-nn-train -q --method fm --teacher t.tsv c.tsv
	yes 1.5 | head -400 | sed '1i score:float' >t.tsv
	refuses 1 "t.tsv:2: score: 1.5 is not from 0 to 1" \
	    srs-nn-train -q --method fm --teacher t.tsv c.tsv
	refuses 1 "c.tsv: no column 'score'; there are label, a, b" \
	    srs-nn-train -q --method fm --teacher c.tsv c.tsv
}

@test "embeddings are moved in every network that has some" {
	rows >c.tsv
	awk 'BEGIN { OFS = "\t"; print "user_id:token", "item_id:token"
		for (u = 0; u < 30; u++) for (i = 0; i < 20; i++)
			if ((u * 13 + i * 7) % 5 < 2) print "u" u, "i" i }' >i.tsv
	while read -r method file options; do
		how() {
			srs-nn-train -q --method $method $options --epochs 2 \
			    --batch 100 "$@" $file
		}
		how -o plain.st
		same_for_threads m.st how --adversarial 0.5 -o m.st
		run -1 cmp -s plain.st m.st
	done <<-END
	deepcf i.tsv --factors 4 --layers 8
	sasrec i.tsv --factors 4 --blocks 1 --length 5
	fm c.tsv --factors 4
	END
	numbers >n.csv
	refuses 1 "--adversarial moves embeddings: --method mlp has none that learn" \
	    srs-nn-train -q --method mlp --adversarial 1 n.csv
}

@test "features that only validation has are counted" {
	rows >c.tsv
	sed 's/a0/new/; s/b3/newer/' c.tsv >v.tsv
	n=$(awk 'NR > 1 { n += ($2 == "new") + ($3 == "newer") } END { print n }' v.tsv)
	srs-nn-train --method fm --epochs 1 --valid v.tsv -o m.st c.tsv 2>said
	grep -qx "srs-nn-train: v.tsv: $n features of its rows are not in the training data: left out" said
	srs-nn-train --method fm --epochs 1 --valid c.tsv -o m.st c.tsv 2>said
	run -1 grep "left out" said
}
