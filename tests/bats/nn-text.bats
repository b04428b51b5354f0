# srs-nn-train and srs-score: classifiers of texts.

load lib

# Texts whose class is in their words: two of a class, one of all, punctuation.
texts() {
	awk -v n="$1" -v s="$2" 'BEGIN { srand(s); split("tea cup|ball goal|" \
		    "seed leaf", c, "|"); split("food sport garden", name, " ")
		for (i = 0; i < n; i++) {
			k = 1 + i % 3; split(c[k], w, " ")
			print name[k] "\tThe " w[1 + int(2 * rand())] ", a " \
			    w[1 + int(2 * rand())] "; w" int(40 * rand()) "!"
		} }'
}

# Class 1 is "not good", 0 is "good, not": the order of words alone.
orders() {
	awk -v n="$1" 'BEGIN { srand(5); for (i = 0; i < n; i++) {
		k = i % 2; a = "w" int(9 * rand()); b = "w" int(9 * rand())
		print k "\t" a (k ? " not good " : " good not ") b } }'
}

@test "each network tells classes of texts, and srs-score says how likely they are" {
	texts 300 1 >train.tsv
	texts 90 2 >new.tsv
	for method in bow textcnn lstm; do
		srs-nn-train -q --method $method --factors 16 --epochs 12 \
		    --learning-rate 0.01 -o m.st train.tsv
		run -0 --separate-stderr srs-score -q -m m.st -o out.tsv new.tsv
		[ "$(head -1 out.tsv)" = "$(printf '%s\t' label:token text:token \
		    prediction:token score:float score.food:float \
		    score.garden:float)score.sport:float" ]
		at_least "$(awk -F'\t' 'NR > 1 { n++; hit += $1 == $3 }
			END { print hit / n }' out.tsv)" 0.95
		awk -F'\t' 'NR > 1 { s = $5 + $6 + $7; best = $5 > $6 ? $5 : $6
			best = best > $7 ? best : $7
			if (s < 0.9999 || s > 1.0001 || $4 != best) exit 1 }' \
		    out.tsv
		run -0 --separate-stderr srs-eval -q --classes \
		    --metrics accuracy --tsv out.tsv
		at_least "$(awk 'END { print $2 }' <<<"$output")" 0.95
	done
}

@test "a text has one score, wherever it stands" {
	texts 150 1 >train.tsv
	for method in bow textcnn lstm; do
		srs-nn-train -q --method $method --epochs 1 -o m.st train.tsv
		srs-score -q -m m.st train.tsv | sed 1d >all
		tac train.tsv | srs-score -q -m m.st | sed 1d | tac | cmp - all
		sed -n 149p train.tsv | srs-score -q -m m.st | sed 1d |
		    diff - <(sed -n 149p all)
	done
}

@test "labels 0 and 1 are one score, the probability of 1; order counts" {
	orders 200 >train.tsv
	for method in textcnn lstm; do
		srs-nn-train -q --method $method --factors 8 --units 8 \
		    --epochs 20 --learning-rate 0.01 -o m.st train.tsv
		srs-score -q -m m.st train.tsv |
		    srs-eval -q --labels --metrics auc --tsv - >auc.tsv
		at_least "$(awk 'END { print $2 }' auc.tsv)" 0.99
	done
}

@test "words start from vectors, which may stay as they are" {
	texts 120 1 >train.tsv
	# w1 and w2 are no words of it; cup, mug and tea are near each other
	printf '%s\n' 'tea 1 0 0' 'cup 1 0.1 0' 'mug 1 0 0.1' 'ball 0 1 0' \
	    'goal 0 1 0.1' 'seed 0 0 1' 'leaf 0.1 0 1' '!! 5 5 5' >v.txt
	run -0 --separate-stderr srs-nn-train --method bow --epochs 40 \
	    --learning-rate 0.05 --dropout 0 --word-embeddings v.txt \
	    --freeze word_embeddings -o m.st train.tsv
	[[ $stderr == *"v.txt: vectors of 6 of the texts' "*" words, and of 1 more; 1 are of no words"* ]]
	# training had no mug
	printf 'text:token\nMugs and mug\n' >new.tsv
	run -0 --separate-stderr srs-score -q -m m.st new.tsv
	[[ ${lines[1]} == *$'\tfood\t'* ]]
	refuses 1 "v.txt: vectors of 3 numbers, but word_embeddings are of 7" \
	    srs-nn-train -q --method bow --factors 7 --word-embeddings v.txt \
	    -o m2.st train.tsv
}

@test "beside vectors that stay, words have numbers of their own" {
	printf 'a\ttea\nb\tgoal\n%.0s' {1..50} >train.tsv
	printf 'tea 1 0\ngoal 1 0\n' >v.txt	# which do not tell them apart
	hits() {
		srs-nn-train -q --method bow --epochs 20 --dropout 0 \
		    --learning-rate 0.05 --word-embeddings v.txt \
		    --freeze word_embeddings --own-factors "$1" -o m.st train.tsv
		srs-score -q -m m.st train.tsv |
		    awk -F'\t' '{ n += $1 == $3 } END { print n }'
	}
	[ "$(hits 0)" -eq 50 ]
	[ "$(hits 2)" -eq 100 ]
	same_for_threads m.st hits 3
	refuses 2 "--own-factors is not for --method gmf" \
	    srs-nn-train --method gmf --own-factors 2 train.tsv
}

@test "the greatest in a text, the mean over it, or both" {
	# what there is in both is the same, but not how often
	printf '1\tx x x y\n0\tx y y y\n%.0s' {1..50} >train.tsv
	auc() {
		srs-nn-train -q --method textcnn --windows 1 --factors 4 \
		    --units 4 --epochs 10 --learning-rate 0.05 --pool "$1" \
		    -o m.st train.tsv
		srs-score -q -m m.st train.tsv | srs-eval -q --labels \
		    --metrics auc --tsv - | awk 'END { print $2 }'
	}
	at_most "$(auc max)" 0.5
	at_least "$(auc mean)" 0.99
	at_least "$(auc both)" 0.99
	same_for_threads m.st auc both
	sed 's/"pool":"both"/"pool":"sums"/; s/srs.digest/old.digest/' m.st \
	    >bad.st
	refuses 1 "bad.st: no pool is called 'sums'" srs-score -m bad.st train.tsv
	refuses 2 "--pool is not for --method bow" \
	    srs-nn-train --method bow --pool mean train.tsv
}

@test "runs of words count in a bag too, and words may be left out" {
	orders 200 >train.tsv
	auc() {
		srs-nn-train -q --method bow --factors 8 --epochs 30 \
		    --learning-rate 0.02 "$@" -o m.st train.tsv
		srs-score -q -m m.st train.tsv |
		    srs-eval -q --labels --metrics auc --tsv - | awk 'END { print $2 }'
	}
	# The words alone are the same in both classes; so is order in a step
	# that reads nearly none.
	at_most "$(auc)" 0.9
	at_least "$(auc --ngrams 2)" 0.99
	at_least "$(auc --ngrams 3 --word-dropout 0.3)" 0.99
	same_for_threads m.st auc --ngrams 2 --word-dropout 0.5 --epochs 2
	# An older model gives its runs, whatever the vocabulary's order.
	tac train.tsv >other.tsv
	auc --ngrams 2 >/dev/null
	run -0 --separate-stderr srs-nn-train --method bow --factors 8 \
	    --ngrams 2 --init m.st --optimizer sgd --learning-rate 1e-9 -e 1 \
	    -o n.st other.tsv
	[[ $stderr =~ "runs of words: "[0-9]+" known, 0 new, 0 gone" ]]
	cmp <(srs-score -q -m m.st train.tsv | cut -f1-3) \
	    <(srs-score -q -m n.st train.tsv | cut -f1-3)
	refuses 1 "--ngrams 2: no run of words stands 1000 times" \
	    srs-nn-train -q --method bow --ngrams 2 --ngram-least 1000 \
	    -o n.st other.tsv
	refuses 2 "--ngrams is not for --method gmf" \
	    srs-nn-train -q --method gmf --ngrams 2 train.tsv
}

@test "a rare class counts more, with weights" {
	texts 120 1 | awk -F'\t' '$1 != "food" || ++n % 10 == 1' >train.tsv
	printf 'text:token\nthe a w1\n' >new.tsv	# nothing of any class
	for w in 1,1,1 balanced; do
		srs-nn-train -q --method bow --factors 8 --epochs 30 \
		    --class-weight $w -o m.st train.tsv
		srs-score -q -m m.st new.tsv | awk 'NR == 2 { print $(NF - 2) }'
	done >food
	at_least "$(tail -1 food)" "$(awk 'NR == 1 { print 1.15 * $1 }' food)"
}

@test "the same bytes whatever the number of threads" {
	texts 200 1 >train.tsv
	for method in bow textcnn lstm; do
		same_for_threads m.st srs-nn-train -q --method $method \
		    --factors 8 --batch 128 --epochs 2 --valid train.tsv \
		    --metric accuracy -o m.st train.tsv
		same_for_threads s.tsv srs-score -q -m m.st -o s.tsv train.tsv
	done
}

@test "texts without letters are counted, long ones are cut and counted" {
	{ texts 60 1; printf 'food\t:-) !?\nsport\t\n'; } >train.tsv
	run -0 --separate-stderr srs-nn-train --method bow --length 4 \
	    --epochs 1 -o m.st train.tsv
	[[ $stderr == *"2 texts without letters or digits: left out"* ]]
	[[ $stderr == *"60 texts have more than 4 words: the first 4 are read"* ]]
	# scored, they get what the classes are worth without a word
	run -0 --separate-stderr srs-score -q -m m.st train.tsv
	[ "${#lines[@]}" -eq 63 ]
}

@test "refused: one class, unknown classes, no text, metrics of two classes" {
	texts 60 1 >train.tsv
	printf 'a\tx y\na\tz\n' >one.tsv
	refuses 1 "all labels are 'a': there is nothing to tell apart" \
	    srs-nn-train --method bow -o m.st one.tsv
	refuses 1 "one.tsv:1: label: label 'a' is none of the training data's" \
	    srs-nn-train --method bow --valid one.tsv -o m.st train.tsv
	printf 'a\t...\n' >empty.tsv
	refuses 1 "no text has a letter or a digit" \
	    srs-nn-train --method bow -o m.st empty.tsv
	refuses 1 "'auc' is of two classes, 0 and 1: of others there are accuracy and logloss" \
	    srs-nn-train --method bow --valid train.tsv --metric auc -o m.st \
	    train.tsv
	printf 'label:token\ta:token\tb:token\nx\tu\tv\n' >two.tsv
	refuses 1 "two.tsv: is 'a' the text, or 'b'? Say which with --features" \
	    srs-nn-train --method bow -o m.st two.tsv
	refuses 1 "windows '3,x': 'x' is not a number from 1 to 100" \
	    srs-nn-train --method textcnn --windows 3,x -o m.st train.tsv
	[ ! -e m.st ]
}
