# srs-mf-train: input and settings that cannot work, or hardly, method by
# method, each with what is said of it.

load lib

explicit="als nmf sgd bfm"
sampled="ssm ccl warp"
implicit="bpr ials svd $sampled"

# Ratings of two tastes, as in mf-train.bats.
tastes() {
	awk 'BEGIN { for (u = 0; u < 60; u++) for (i = 0; i < 30; i++)
		if ((u * 11 + i * 7 + u * i) % 4 < 2)
			printf "u%d\ti%d\t%d\n", u, i,
			    (u + i) % 2 ? 1 + (u * i) % 2 : 4 + (u * i) % 2 }'
}

# train METHOD OPTION...: quickly
train() {
	local method=$1
	shift
	case $method in
	bfm) srs-mf-train --method bfm --samples 8 --chains 1 "$@" ;;
	*) srs-mf-train --method "$method" "$@" ;;
	esac
}

# says TEXT METHOD OPTION...: fails with just this message, and without m.st
says() {
	local text=$1
	shift
	run -1 --separate-stderr train "$@" -o m.st
	[ "$stderr" = "srs-mf-train: $text" ] || {
		printf '%s: %s\nnot: %s\n' "$1" "$stderr" "$text"
		return 1
	}
	[ ! -e m.st ]
}

# notes TEXT METHOD OPTION...: works, and its first message is this
notes() {
	local text=$1
	shift
	run -0 --separate-stderr train "$@" -o m.st
	[ "${stderr_lines[0]}" = "srs-mf-train: $text" ] || {
		printf '%s: %s\nnot: %s\n' "$1" "$stderr" "$text"
		return 1
	}
	rm m.st
}

@test "every method: nothing to train on" {
	: >empty.tsv
	printf 'user_id:token\titem_id:token\trating:float\n' >header.tsv
	for method in $explicit $implicit; do
		says 'empty.tsv: the table is empty' $method empty.tsv
		says 'header.tsv: no interactions' $method header.tsv
	done
}

@test "every method of ratings: none, or the same everywhere" {
	tastes | cut -f1,2 >none.tsv
	tastes | awk -F'\t' '{ print $1 "\t" $2 "\t3" }' >same.tsv
	for method in $explicit; do
		says "none.tsv: no column 'rating'; there are user_id, item_id" \
		    $method none.tsv
		notes "all ratings are 3: there is nothing to learn but that" \
		    $method -f 2 same.tsv
		train $method -q -f 2 -o m.st same.tsv
		srs-score -q -m m.st same.tsv | cut -f4 | sort -u >scores
		[ "$(cat scores)" = 3 ]
		rm m.st
	done
	for method in $implicit; do
		run -0 --separate-stderr train $method -f 2 -o m.st same.tsv
		[[ $stderr = 'srs-mf-train: 45 users, 22 items, 660 '* ]]
	done
}

@test "every method: strangers in validation" {
	printf '%s\n' 'u	a	3' 'u	b	1' 'v	a	4' >train.tsv
	printf '%s\n' 'v	b	3' 'v	c	3' 'w	a	3' >some.tsv
	printf '%s\n' 'w	a	3' 'w	c	3' >users.tsv
	printf '%s\n' 'u	c	3' 'v	d	3' >items.tsv
	: >empty.tsv
	for method in $explicit; do
		notes "some.tsv: rmse of 1 pairs; 2 left out: their user or \
item is not in the training data" $method -f 2 --valid some.tsv train.tsv
		for valid in users items; do
			says "$valid.tsv: the training data knows none of the \
users and items" $method --valid $valid.tsv train.tsv
		done
	done
	for method in $implicit; do
		notes "some.tsv: ndcg@10 of 1 users; 1 left out: they are not \
in the training data; no list can have 1 of their items, which are not in the \
training data" $method -f 2 --valid some.tsv train.tsv
		says 'users.tsv: the training data knows none of the users' \
		    $method --valid users.tsv train.tsv
		says 'items.tsv: the training data knows none of the items of '\
'its users' $method --valid items.tsv train.tsv
	done
	for method in $explicit $implicit; do
		says 'empty.tsv: the table is empty' $method \
		    --valid empty.tsv train.tsv
	done
}

@test "every method: an older model of another rank, or of another method" {
	tastes >train.tsv
	for method in $explicit $implicit; do
		[ $method != svd ] || continue
		train $method -q -f 2 -o old.st train.tsv
		says 'old.st: a model of 2 factors cannot start one of 3: give '\
'--factors 2' $method -f 3 --init old.st train.tsv
		other=als
		[ $method != als ] || other=sgd
		says "old.st: a model of method '$method', not $other" \
		    $other -f 2 --init old.st train.tsv
	done
	refuses 2 '--init is not for --method svd' srs-mf-train --method svd \
	    --init old.st -o m.st train.tsv
}

@test "every method: more factors than data, one row" {
	printf 'u\ta\t3\n' >one.tsv
	printf '%s\n' 'u	a	3' 'u	b	1' 'v	a	4' >few.tsv
	for method in $explicit $implicit; do
		[ $method != svd ] || continue
		for f in one few; do
			train $method -q -f 200 -o m.st $f.tsv
			srs-score -q -m m.st $f.tsv >scores
			[ "$(grep -cE '	-?[0-9.e-]+$' scores)" -eq \
			    "$(wc -l <$f.tsv)" ] || { cat scores; false; }
			rm m.st
		done
	done
	says 'the data have 2 dimensions only: give a smaller --factors' \
	    svd -f 200 few.tsv
	srs-mf-train -q --method svd -f 2 -o m.st few.tsv
}

# (The steps of Adam are of the size of --rate whatever the slope: ccl, whose
# vectors are of length 1, and warp go astray, but stay finite; so do samples
# of bfm, which has no such setting.  svd's weights are what can be too large.)
@test "no finite loss: which setting, and the last good model is kept" {
	tastes >train.tsv
	awk -F'\t' '{ print $1 "\t" $2 "\t3e38" }' train.tsv >huge.tsv
	while IFS=: read -r how text; do
		srs-mf-train -q --method "${how%% *}" -f 4 -o m.st train.tsv
		cp m.st old.st
		# shellcheck disable=SC2086
		run -1 --separate-stderr srs-mf-train --method $how -f 4 \
		    -o m.st
		[ "$stderr" = "srs-mf-train: $text" ] ||
		    { printf '%s: %s\n' "$how" "$stderr"; false; }
		cmp m.st old.st
	done <<-'END'
	sgd --rate 100 train.tsv:the loss is not finite after epoch 1: give a smaller --rate
	bpr --rate 1000 --lambda 100 train.tsv:the loss is not finite after epoch 1: give a smaller --rate
	ssm --similarity dot --temperature 0.001 --stdev 1000 train.tsv:the loss is not finite after epoch 1: give a smaller --rate
	als --lambda 0 --lambda-bias 0 train.tsv:the ratings do not determine the factors: give a larger --lambda
	nmf --lambda 0 --lambda-bias 0 train.tsv:the ratings do not determine the factors: give a larger --lambda
	ials --solver cholesky --lambda 0 --alpha0 0 train.tsv:the data do not determine the factors: give a larger --lambda
	ials --solver block --lambda 0 --alpha0 0 train.tsv:the data do not determine the factors: give a larger --lambda
	ials --solver cg --value rating huge.tsv:the factors are not finite: give a larger --lambda
	svd --value rating huge.tsv:the singular values of the data cannot be computed
	END
}

@test "no finite loss: the checkpoint is of the epoch before" {
	tastes >train.tsv
	how() {
		srs-mf-train --method sgd -f 4 --lambda 0 --rate 0.6 \
		    --epochs 400 "$@" train.tsv
	}
	refuses 1 'the loss is not finite after epoch' how --checkpoint c.st \
	    -o m.st
	[[ $stderr =~ epoch\ ([0-9]+): ]]
	bad=${BASH_REMATCH[1]}
	srs-info --tsv c.st | grep -q "^metadata.epoch.value	$((bad - 1))$" ||
	    { srs-info --tsv c.st; false; }
	[ ! -e m.st ]
}
