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
	refuses 1 "--teacher-depth is of lists, for implicit feedback; these are ratings" \
	    srs-nn-train -q --method deepcf --teacher t.tsv --teacher-depth 3 r.tsv
	refuses 2 "--teacher is not for --method multvae" \
	    srs-nn-train -q --method multvae --teacher t.tsv r.tsv
}

# 90 users had items of their own third of 30, in order; lists.tsv gives them
# three of the next third, best first.
thirds() {
	awk 'BEGIN { OFS = "\t"; print "user_id:token", "item_id:token" >"had.tsv"
		print "user_id:token", "item_id:token", "score:float" >"lists.tsv"
		for (u = 0; u < 90; u++) {
			for (k = 0; k < 6; k++)
				print "u" u, "i" u % 3 * 10 + (u + k) % 10 >"had.tsv"
			for (k = 0; k < 3; k++)
				print "u" u, "i" (u + 1) % 3 * 10 + k, 9 - k >"lists.tsv"
		} }'
}

# Part of the best three of all lists that are the teacher's.
taught() {
	srs-nn-train -q "$@" --teacher lists.tsv -o m.st had.tsv
	srs-topk -q -m m.st -i had.tsv -k 3 -o top.tsv
	srs-eval -q --truth lists.tsv --metrics precision@3 --tsv top.tsv |
	    awk 'END { print $2 }'
}

@test "networks of pairs and of sequences learn from a teacher's lists" {
	thirds
	for v in "gmf --batch 64" "gmf --batch 64 --loss softmax --negatives 20" \
	    "deepcf --batch 64 --loss bpr --layers 16" \
	    "twotower --batch 64 --layers 16" \
	    "sasrec --length 6 --blocks 1 --batch 16 --negatives 100"; do
		how() {
			taught --method $v --factors 8 --epochs 30 \
			    --learning-rate 0.02 --weight-decay 0 "$@"
		}
		at_least "$(how --teacher-weight 0.9)" 0.9
		at_most "$(how --teacher-weight 0)" 0.6
		same_for_threads m.st how --teacher-weight 0.5 --epochs 2
	done
	# Lists are believed as far down as the depth says.
	how() {
		taught --method gmf --batch 64 --factors 8 --epochs 30 \
		    --learning-rate 0.02 --teacher-weight 0.9 "$@" >/dev/null
		awk -F'\t' 'NR > 1 { u = substr($1, 2) + 1
			n += $2 == "i" u % 3 * 10 && !($1 in seen); seen[$1] }
		    END { print n / 90 }' top.tsv
	}
	at_least "$(how --teacher-depth 0.1)" 0.9
}

@test "lists of items that nobody had are left out, and counted" {
	thirds
	printf 'u1\tnew\t10\nnobody\ti1\t10\n' >>lists.tsv
	printf 'item_id:token\tk:token\nnew\ta\ni1\tb\n' >items.tsv
	run -0 --separate-stderr srs-nn-train --method gmf -e 1 --teacher lists.tsv \
	    --item-features items.tsv -o m.st had.tsv
	[[ $stderr =~ "lists.tsv: scores of 271 pairs; 1 of other users or items" ]]
	[[ $stderr =~ "1 scores of the teacher are of items that nobody had: left out" ]]
	printf 'a\tb\t1\n' >lists.tsv
	refuses 1 "lists.tsv: no score is of a user and an item of the data" \
	    srs-nn-train -q --method gmf --teacher lists.tsv -o m.st had.tsv
	refuses 1 "--teacher is not for --sampling in-batch of networks of sequences" \
	    srs-nn-train -q --method sasrec --sampling in-batch \
	    --teacher <(printf 'u1\ti1\t1\n') -o m.st had.tsv
}

@test "classes are learnt from a teacher's scores of each" {
	awk 'BEGIN { print "x:float\ty:float\tlabel:token"
		for (r = 0; r < 300; r++) print r % 7 "\t" r % 17 "\tc" int(r % 7 / 3) }' >n.tsv
	# The teacher takes each class for the next one.
	awk 'BEGIN { print "score.c0\tscore.c1\tscore.c2" } NR > 1 {
		k = (substr($3, 2) + 1) % 3
		print (k == 0 ? 0.8 : 0.1) "\t" (k == 1 ? 0.8 : 0.1) "\t" (k == 2 ? 0.8 : 0.1) }' \
	    n.tsv | sed '1s/score[^\t]*/&:float/g' >t.tsv
	how() {
		srs-nn-train -q --method mlp --loss softmax --layers 16 \
		    --epochs 60 --batch 32 --learning-rate 0.01 "$@" -o m.st n.tsv
		srs-score -q -m m.st n.tsv | awk -F'\t' 'NR > 1 {
			n++; own += $4 == $3
			next_one += substr($4, 2) == (substr($3, 2) + 1) % 3 }
			END { print own / n, next_one / n }'
	}
	read -r own next_one <<<"$(how)"
	at_least "$own" 0.95
	read -r own next_one <<<"$(how --teacher t.tsv --teacher-weight 0.9)"
	at_least "$next_one" 0.95
	# Probabilities, too: of the class itself 0.1 + 0.1 of the teacher's.
	srs-score -q -m m.st n.tsv | awk -F'\t' 'NR > 1 {
		s += $(6 + substr($3, 2)); n++ } END { s /= n; exit !(s > 0.15 && s < 0.23) }'
	sed '2s/0.1/0.2/' t.tsv >bad.tsv
	refuses 1 "bad.tsv:2: score.c0: scores of all classes are 1.1, not 1" \
	    srs-nn-train -q --method mlp --loss softmax --teacher bad.tsv n.tsv
	cut -f1 t.tsv >bad.tsv
	refuses 1 "bad.tsv: no column 'score.c1'; there are score.c0" \
	    srs-nn-train -q --method mlp --loss softmax --teacher bad.tsv n.tsv
}

@test "a text classifier learns from another's scores of its classes" {
	awk 'BEGIN { print "label:token\ttext:token"
		for (r = 0; r < 200; r++)
			print r % 2 "\t" (r % 2 ? "good" : "bad") " w" r % 13 }' >x.tsv
	srs-nn-train -q --method bow --factors 8 --epochs 20 \
	    --learning-rate 0.01 -o bow.st x.tsv
	srs-score -q -m bow.st -o s.tsv x.tsv
	# Told the contrary, it says the contrary.
	awk -F'\t' 'BEGIN { OFS = "\t" } NR > 1 { $NF = 1 - $NF } 1' s.tsv >t.tsv
	for w in 0.1 0.9; do
		srs-nn-train -q --method textcnn --factors 8 --units 8 --teacher t.tsv \
		    --teacher-weight $w --epochs 20 --learning-rate 0.01 \
		    -o m.st x.tsv
		srs-score -q -m m.st x.tsv | srs-eval -q --labels --metrics auc --tsv - |
		    awk 'END { print $2 }'
	done >auc
	at_least "$(sed -n 1p auc)" 0.95
	at_most "$(sed -n 2p auc)" 0.05
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
