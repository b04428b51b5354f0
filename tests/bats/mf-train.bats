# srs-mf-train: matrix factorization of ratings and implicit feedback.

load lib

# Ratings of two tastes: users and items whose numbers are both even, or both
# odd, go together.
tastes() {
	awk 'BEGIN { for (u = 0; u < 60; u++) for (i = 0; i < 30; i++)
		if ((u * 11 + i * 7 + u * i) % 4 < 2)
			printf "u%d\ti%d\t%d\n", u, i,
			    (u + i) % 2 ? 1 + (u * i) % 2 : 4 + (u * i) % 2 }'
}

likes() {
	tastes | awk -F'\t' '$3 > 3 { print $1 "\t" $2 }'
}

@test "five factors of 0.5 each score 1.25" {
	# R = [[1,1,0,1,0],[0,1,1,1,1],[1,0,0,1,0]]
	printf '%s\n' 'a	0' 'a	1' 'a	3' 'b	1' 'b	2' 'b	3' \
	    'b	4' 'c	0' 'c	3' >R.tsv
	srs-mf-train -q --method ials --factors 5 --epochs 0 --start 0.5 \
	    -o half.st R.tsv
	for user in a b c; do
		for item in 0 1 2 3 4; do
			printf '%s\t%s\n' $user $item
		done
	done >all.tsv
	srs-score -q -m half.st all.tsv >scores.tsv
	[ "$(cut -f3 scores.tsv | sort | uniq -c | tr -s ' ')" = ' 15 1.25' ]
	srs-topk -q -m half.st -i R.tsv -k 5 -H >top.tsv
	diff - top.tsv <<-'END'
	a	4	1.25	1
	a	2	1.25	2
	b	0	1.25	1
	c	4	1.25	1
	c	2	1.25	2
	c	1	1.25	3
	END
}

@test "both methods tell two tastes apart" {
	tastes >ratings.tsv
	srs-mf-train -q --method sgd --factors 4 --epochs 100 --lambda 0.05 \
	    -o sgd.st ratings.tsv
	srs-score -q -m sgd.st ratings.tsv >scored.tsv
	awk -F'\t' '{ e += ($3 - $4) ^ 2 } END { print sqrt(e / NR) }' \
	    scored.tsv >rmse
	at_most "$(cat rmse)" 0.6

	likes >likes.tsv
	for solver in cholesky cg block; do
		srs-mf-train -q --method ials --factors 4 --solver $solver \
		    -o ials.st likes.tsv
		srs-topk -q -m ials.st -i likes.tsv -k 3 -H >top.tsv
		awk -F'\t' '(substr($1, 2) + substr($2, 2)) % 2 == 0 { same++ }
			END { print same / NR }' top.tsv >share
		at_least "$(cat share)" 1
	done
}

@test "als, svd and bpr tell two tastes apart" {
	tastes | awk 'NR % 5 { print > "train.tsv"; next } { print > "valid.tsv" }'
	srs-mf-train -q --method als -f 4 --valid valid.tsv -o als.st train.tsv
	srs-score -q -m als.st valid.tsv | srs-eval -q --ratings \
	    --metrics rmse --tsv | tail -n 1 | cut -f2 >rmse
	at_most "$(cat rmse)" 0.6
	likes >likes.tsv
	srs-mf-train -q --method svd -f 4 -o svd.st likes.tsv
	srs-topk -q -m svd.st -i likes.tsv -k 3 -H >top.tsv
	awk -F'\t' '(substr($1, 2) + substr($2, 2)) % 2 == 0 { same++ }
		END { print same / NR }' top.tsv >share
	at_least "$(cat share)" 0.95
	srs-mf-train -q --method bpr -f 4 -o bpr.st likes.tsv
	srs-topk -q -m bpr.st -i likes.tsv -k 3 -H >top.tsv
	awk -F'\t' '(substr($1, 2) + substr($2, 2)) % 2 == 0 { same++ }
		END { print same / NR }' top.tsv >share
	at_least "$(cat share)" 0.9
	refuses 1 'give a smaller --factors' srs-mf-train --method svd \
	    -f 200 -o m.st likes.tsv
	refuses 1 'the ratings do not determine the factors: give a larger --lambda' \
	    srs-mf-train --method als --lambda 0 --lambda-bias 0 -o m.st \
	    train.tsv
	refuses 2 '--epochs is not for --method svd' srs-mf-train \
	    --method svd --epochs 3 -o m.st likes.tsv
	[ ! -e m.st ]
}

@test "als by conjugate gradients is als; nmf is not negative" {
	tastes | awk 'NR % 5 { print > "train.tsv"; next } { print > "valid.tsv" }'
	for how in als 'als --solver cg' nmf; do
		# shellcheck disable=SC2086
		srs-mf-train -q --method $how -f 4 --valid valid.tsv \
		    --epochs 20 -o "m.st" train.tsv
		srs-score -q -m m.st valid.tsv >"$how"
		srs-eval -q --ratings --metrics rmse --tsv "$how" |
		    tail -n 1 | cut -f2 >rmse
		at_most "$(cat rmse)" 0.65
	done
	paste als 'als --solver cg' | awk -F'\t' '{ e += ($4 - $8) ^ 2 }
		END { exit !(e / NR < 0.01) }'
	run -1 cmp als 'als --solver cg'
	refuses 1 '--solver block is not for --method als: give cholesky or cg' \
	    srs-mf-train --method als --solver block -o no.st train.tsv
	refuses 1 'the ratings do not determine the factors: give a larger' \
	    srs-mf-train --method nmf --lambda 0 --lambda-bias 0 -o no.st \
	    --stdev 0 train.tsv
	[ ! -e no.st ]
}

@test "weights count, duplicates add up, ratings are not weights" {
	printf 'user_id:token\titem_id:token\tweight:float\n' >w.tsv
	printf '%s\n' 'u	a	2' 'u	b	1' 'v	a	1' >>w.tsv
	printf '%s\n' 'u	a' 'u	b' 'v	a' 'u	a' >d.tsv
	printf '%s\n' 'u	a	2' 'u	b	1' 'v	a	1' >r.tsv
	printf '%s\n' 'u	a' 'u	b' 'v	a' >p.tsv
	for f in w d r p; do
		srs-mf-train -q --method ials --factors 2 -o $f.st $f.tsv
	done
	cmp w.st d.st
	cmp r.st p.st
	run -1 cmp w.st p.st
	srs-mf-train -q --method ials --factors 2 --value rating -o v.st r.tsv
	srs-score -q -m v.st p.tsv >v
	srs-score -q -m w.st p.tsv | cmp - v
}

@test "bfm: grades of both kinds, without settings" {
	tastes | awk 'NR % 5 { print > "train.tsv"; next } { print > "valid.tsv" }'
	for likelihood in normal probit; do
		srs-mf-train -q --method bfm --factors 4 --samples 64 \
		    --likelihood $likelihood -o m.st train.tsv
		srs-score -q -m m.st valid.tsv |
		    srs-eval -q --ratings --metrics rmse --tsv | tail -n 1 |
		    cut -f2 >$likelihood
		at_most "$(cat $likelihood)" 0.6
		srs-score -q -m m.st <<<$'u1\tnew\nnew\ti1\nnew\tnew' >new
		[ "$(cut -f3 new | awk '$1 >= 1 && $1 <= 5' | wc -l)" -eq 3 ]
	done
	run -1 cmp normal probit
	# (a fourth of the users has rated none of its own taste)
	srs-topk -q -m m.st -k 3 -H >top.tsv
	awk -F'\t' 'substr($1, 2) % 4 == 3 { next }
		{ same += (substr($1, 2) + substr($2, 2)) % 2 == 0; n++ }
		END { print same / n }' top.tsv >share
	at_least "$(cat share)" 1
}

@test "bfm: ratings of one sitting have something in common" {
	# Every hour of a user has a mood of its own.
	awk 'BEGIN { srand(3); print "user_id:token\titem_id:token\trating:float\ttimestamp:float"
		for (u = 0; u < 40; u++) for (h = 0; h < 4; h++) {
			mood = int(rand() * 3) - 1
			for (i = 0; i < 12; i++) printf "u%d\ti%d\t%d\t%d\n",
			    u, (i * 7 + h) % 48, 3 + mood + int(rand() * 2),
			    h * 7200 + i } }' >all.tsv
	awk 'NR == 1 { print > "train.tsv"; print > "valid.tsv"; next }
		{ print > (NR % 4 ? "train.tsv" : "valid.tsv") }' all.tsv
	for moment in 3600 0; do
		srs-mf-train -q --method bfm -f 2 --samples 64 \
		    --moment $moment -o m.st train.tsv
		srs-score -q -m m.st valid.tsv | srs-eval -q --ratings \
		    --metrics rmse --tsv | tail -n 1 | cut -f2 >rmse.$moment
	done
	at_most "$(cat rmse.3600)" 0.7
	at_least "$(cat rmse.0)" 0.75
	# Without times it predicts all the same.
	cut -f1,2 valid.tsv | srs-score -q -m m.st | tail -n +2 | cut -f3 |
	    sort -u >scores
	[ "$(wc -l <scores)" -gt 10 ]
}

@test "bfm: fewer samples kept, fewer to read; validation keeps the best" {
	tastes | awk 'NR % 5 { print > "train.tsv"; next } { print > "valid.tsv" }'
	srs-mf-train -q --method bfm -f 2 --samples 40 --chains 4 --keep 8 \
	    -o few.st train.tsv
	srs-info --tsv few.st | grep -q 'user_samples.shape	46 x 8 x 3$' ||
	    { srs-info --tsv few.st; false; }
	run -0 --separate-stderr srs-mf-train --method bfm -f 2 --samples 64 \
	    --valid valid.tsv --patience 3 --history h.tsv -o m.st train.tsv
	[[ $stderr =~ kept\ epoch\ [0-9]+:\ rmse ]]
	best=$(tail -n +2 h.tsv | sort -t '	' -k4,4g | head -n 1 | cut -f4)
	srs-score -q -m m.st valid.tsv |
	    srs-eval -q --ratings --metrics rmse --tsv | tail -n 1 | cut -f2 |
	    paste - <(echo "$best") | awk '{ exit !(($1 - $2) ^ 2 < 1e-9) }'
}

@test "bfm: features tell of items without ratings" {
	# Items of kind a are liked, those of kind b are not.
	awk 'BEGIN { print "item_id:token\tkind:token"
		for (i = 0; i < 40; i++) print "i" i "\t" (i % 2 ? "a" : "b")
		print "new-a\ta"; print "new-b\tb" }' >items.tsv
	awk 'BEGIN { for (u = 0; u < 30; u++) for (i = 0; i < 40; i++)
		if ((u + i) % 3) printf "u%d\ti%d\t%d\n", u, i,
		    i % 2 ? 4 + (u * i) % 2 : 1 + (u * i) % 2 }' >train.tsv
	srs-mf-train -q --method bfm -f 2 --samples 64 \
	    --item-features items.tsv -o m.st train.tsv
	printf '%s\n' 'u1	new-a' 'u1	new-b' | srs-score -q -m m.st |
	    cut -f3 >scores
	at_least "$(head -n 1 scores)" 3.8
	at_most "$(tail -n 1 scores)" 2.2
	refuses 2 'is not for --method sgd' srs-mf-train --method sgd \
	    --item-features items.tsv -o no.st train.tsv
	refuses 1 "no-such-file" srs-mf-train --method bfm \
	    --user-features no-such-file -o no.st train.tsv
	[ ! -e no.st ]
}

@test "bfm refuses ratings that are no grades" {
	printf '%s\n' 'u	a	3' 'v	b	3' >same.tsv
	refuses 1 'two or more different ratings, and all are 3' \
	    srs-mf-train --method bfm --likelihood probit -o m.st same.tsv
	seq 100 | awk '{ print "u\ti" $1 "\t" $1 }' >many.tsv
	refuses 1 'at most 64 different ratings: give --likelihood normal' \
	    srs-mf-train --method bfm --likelihood probit -o m.st many.tsv
	[ ! -e m.st ]
}

@test "the same bytes for any number of threads" {
	tastes >ratings.tsv
	same_for_threads c.st srs-mf-train -q --method bfm -f 3 --samples 8 \
	    -o c.st ratings.tsv
	same_for_threads a.st srs-mf-train -q --method sgd -o a.st ratings.tsv
	same_for_threads b.st srs-mf-train -q --method ials -o b.st ratings.tsv
	for method in als nmf svd bpr; do
		same_for_threads m.st srs-mf-train -q --method $method -f 6 \
		    -o m.st ratings.tsv
	done
	for solver in cg block; do
		same_for_threads s.st srs-mf-train -q --method ials \
		    --solver $solver --block 20 -o s.st ratings.tsv
		run -1 cmp b.st s.st
	done
	srs-mf-train -q --method ials -s 2 -o c.st ratings.tsv
	run -1 cmp b.st c.st
}

@test "validation keeps the best epoch and stops; the history tells" {
	tastes | awk 'NR % 5 { print > "train.tsv"; next } { print > "valid.tsv" }'
	run -0 --separate-stderr srs-mf-train --method sgd --factors 8 \
	    --epochs 500 --lambda 0 --lambda-bias 0 --rate 0.1 --patience 4 \
	    --valid valid.tsv --history h.tsv -o best.st train.tsv
	[ "$(head -n 1 h.tsv)" = \
	    'epoch:float	seconds:float	loss:float	rmse:float' ]
	best=$(tail -n +2 h.tsv | sort -t '	' -k4,4g | head -n 1 | cut -f1)
	last=$(tail -n 1 h.tsv | cut -f1)
	[ "$last" -lt 500 ]
	[ "$last" -eq $((best + 4)) ]
	[[ $stderr == *"kept epoch $best: rmse "* ]]
	srs-info --tsv best.st | grep -q "summary.best_epoch.value	$best\$"
	# What the finished model predicts is what validation measured.
	srs-score -q -m best.st valid.tsv |
	    srs-eval -q --ratings --metrics rmse --tsv | tail -n 1 |
	    cut -f2 >after
	tail -n +2 h.tsv | sort -t '	' -k4,4g | head -n 1 | cut -f4 >said
	at_most "$(paste after said | awk '{ d = $1 - $2; print d * d }')" 1e-9
}

@test "an older model is where training starts" {
	tastes | awk -F'\t' '$1 != "u7"' >old.tsv
	{ tastes | awk -F'\t' '$1 != "u9" && $2 != "i3"'
	  printf 'new\ti1\t4\n'; } >now.tsv
	for method in ials sgd; do
		srs-mf-train -q --method $method -f 6 -o old.st old.tsv
		run -0 --separate-stderr srs-mf-train --method $method -f 6 \
		    --epochs 1 --init old.st -o warm.st now.tsv
		# u7 and "new" were not there, u9 and i3 have left
		[[ $stderr == *"44 users and 21 items from old.st"* ]]
		warm=$(sed -E 's/.*loss ([0-9.e+-]+).*/\1/' <<<"$stderr")
		run -0 --separate-stderr srs-mf-train --method $method -f 6 \
		    --epochs 1 -o cold.st now.tsv
		cold=$(sed -E 's/.*loss ([0-9.e+-]+).*/\1/' <<<"$stderr")
		at_most "$warm" "$cold"
		run -1 at_most "$cold" "$warm"
	done
	# Without epochs it is the same model, row for row.
	srs-mf-train -q --method sgd -f 6 --epochs 0 --init old.st \
	    -o same.st old.tsv
	srs-score -q -m same.st old.tsv >a
	srs-score -q -m old.st old.tsv | cmp - a
	refuses 1 'a model of 6 factors cannot start one of 8: give --factors 6' \
	    srs-mf-train --method sgd -f 8 --init old.st -o m.st now.tsv
	refuses 1 "a model of method 'sgd', not ials" srs-mf-train \
	    --method ials -f 6 --init old.st -o m.st now.tsv
	refuses 2 '--init is not for --method svd' srs-mf-train \
	    --method svd --init old.st -o m.st now.tsv
	[ ! -e m.st ]
}

@test "a training goes on from its checkpoint as if nothing had been" {
	tastes | awk 'NR % 5 { print > "train.tsv"; next } { print > "valid.tsv" }'
	how() {
		srs-mf-train -q --method sgd -f 8 --epochs 60 --lambda 0 \
		    --lambda-bias 0 --rate 0.1 --valid valid.tsv "$@" train.tsv
	}
	how --patience 0 -o whole.st
	how --patience 2 --checkpoint c.st -o part.st
	run -1 cmp part.st whole.st
	srs-info --tsv c.st | grep -q 'best_user_factors'
	how --patience 0 --resume c.st -o rest.st
	cmp rest.st whole.st
	# Also from its last epoch, after which there is nothing to do.
	how --patience 0 --checkpoint last.st -o part.st
	how --patience 0 --resume last.st -o rest.st
	cmp rest.st whole.st
	refuses 1 'a checkpoint of --seed 1, not 2' how -s 2 --resume c.st \
	    -o no.st
	refuses 1 'a checkpoint of other data: its item_ids are others' \
	    srs-mf-train --method sgd -f 8 --resume c.st -o no.st valid.tsv
	refuses 1 "not a checkpoint but a model of method 'sgd'" how \
	    --resume part.st -o no.st
	refuses 2 '--init or --resume' how --resume c.st --init part.st
	[ ! -e no.st ]
}

@test "implicit validation measures lists" {
	likes | awk 'NR % 4 { print > "train.tsv"; next } { print > "valid.tsv" }'
	run -0 --separate-stderr srs-mf-train --method ials --factors 4 \
	    --valid valid.tsv --metric recall@5 -o m.st train.tsv
	echo "$stderr"
	[[ $stderr =~ kept\ epoch\ [0-9]+:\ recall@5\ (0|1)\.[0-9]+ ]]
}

@test "new users are folded in, and known ones stay" {
	likes >likes.tsv
	srs-mf-train -q --method ials --factors 4 --solver cholesky \
	    -o m.st likes.tsv
	awk -F'\t' '{ print "n" $1 "\t" $2 }' likes.tsv >new.tsv
	srs-topk -q -m m.st -i likes.tsv -k 4 -H >old
	srs-topk -q -m m.st -i new.tsv -k 4 -H >new
	[ "$(grep -c '^n' new)" -eq "$(wc -l <old)" ]
	# The same history gives the same list (scores to five digits).
	grep '^n' new | sed 's/^n//' | cut -f1,2,4 >a
	cut -f1,2,4 old >b
	[ "$(paste a b | awk '$2 != $5' | wc -l)" -le 2 ]
}

@test "ratings stay within those of the training data" {
	tastes >ratings.tsv
	srs-mf-train -q --method sgd --factors 8 --epochs 300 --lambda 0 \
	    --rate 0.05 -o m.st ratings.tsv
	for u in 0 1 2 3 4; do
		for i in 0 1 2 3 4 5 6 7; do printf 'u%d\ti%d\n' $u $i; done
	done | srs-score -q -m m.st | cut -f3 | sort -g >scores
	at_least "$(head -n 1 scores)" 1
	at_most "$(tail -n 1 scores)" 5
}

@test "what cannot work is refused, and nothing is left behind" {
	printf '%s\n' 'u	a	3' 'v	b	4' >in.tsv
	: >empty.tsv
	refuses 1 'empty.tsv' srs-mf-train --method ials -o m.st empty.tsv
	cut -f1,2 in.tsv >no-rating.tsv
	refuses 1 'rating' srs-mf-train --method sgd -o m.st no-rating.tsv
	printf '%s\n' 'u	a	3' 'v	b	x' >bad.tsv
	refuses 1 "bad.tsv:2: rating: 'x' is not a number" \
	    srs-mf-train --method sgd -o m.st bad.tsv
	refuses 1 "user 'u', item 'a': a weight of -3" \
	    srs-mf-train --method ials --value rating -o m.st \
	    <<<$'u\ta\t-3'
	tastes >ratings.tsv
	refuses 1 'the loss is not finite after epoch' srs-mf-train \
	    --method sgd --rate 100 -o m.st ratings.tsv
	[[ $stderr == *': give a smaller --rate' ]]
	refuses 1 'the data do not determine the factors: give a larger --lambda' \
	    srs-mf-train --method ials --solver cholesky --lambda 0 \
	    --alpha0 0 -o m.st in.tsv
	refuses 1 "cannot open 'no-such-file'" srs-mf-train --method sgd --valid no-such-file \
	    -o m.st in.tsv
	[ ! -e m.st ]
}

@test "wrong usage" {
	refuses 2 "did you mean 'ials'?" srs-mf-train --method ial
	refuses 2 "--rate" srs-mf-train --method ials --rate 1
	refuses 2 "--factors must be from 1 to 2048" srs-mf-train -f 0
	refuses 2 "--metric needs --valid FILE" srs-mf-train --metric rmse
}

@test "ml-100k: sgd's RMSE" {
	need_speed
	need_data ml-100k
	srs-mf-train -q --method sgd -o m.st "$data/ml-100k/u1.train.tsv.gz"
	srs-score -q -m m.st "$data/ml-100k/u1.test.tsv.gz" |
	    srs-eval -q --ratings --metrics rmse --tsv | tail -n 1 | cut -f2 \
	    >rmse
	at_most "$(cat rmse)" 0.92
}

@test "ml-100k: bfm's RMSE" {
	need_speed
	need_data ml-100k
	srs-mf-train -q --method bfm -f 8 --samples 96 -o m.st \
	    "$data/ml-100k/u1.train.tsv.gz"
	srs-score -q -m m.st "$data/ml-100k/u1.test.tsv.gz" |
	    srs-eval -q --ratings --metrics rmse --tsv | tail -n 1 | cut -f2 \
	    >rmse
	at_most "$(cat rmse)" 0.89
}

@test "ml-1m: ials' hit rate among 99 negatives" {
	need_speed
	need_data ml-1m-ncf
	at="$data/ml-1m-ncf"
	gunzip -c "$at/ml-1m.test.negative.gz" |
	    awk -F'[(),\t]+' '{ for (i = 3; i <= NF; i++) if ($i != "")
		print $2 "\t" $i }' >candidates.tsv
	srs-mf-train -q --method ials -o m.st "$at/train.tsv.gz"
	gunzip -c "$at/test.tsv.gz" | cut -f1,2 | cat - candidates.tsv |
	    srs-score -q -m m.st |
	    srs-eval -q --truth "$at/test.tsv.gz" --metrics hr@10 --tsv |
	    tail -n 1 | cut -f2 >hr
	at_least "$(cat hr)" 0.71
}
