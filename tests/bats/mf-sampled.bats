# srs-mf-train: methods that draw what a user did not have.

load lib

# Users and items whose numbers are both even, or both odd, go together.
likes() {
	awk 'BEGIN { for (u = 0; u < 60; u++) for (i = 0; i < 30; i++)
		if ((u * 11 + i * 7 + u * i) % 4 < 2 && (u + i) % 2 == 0)
			printf "u%d\ti%d\n", u, i }'
}

@test "ssm, ccl and warp tell two tastes apart" {
	likes >likes.tsv
	for how in ssm 'ssm --similarity dot --temperature 1' ccl warp \
	    'ccl --pooling 0.5' 'ssm --pooling 1'; do
		# shellcheck disable=SC2086
		srs-mf-train -q --method $how -f 4 -o m.st likes.tsv
		srs-topk -q -m m.st -i likes.tsv -k 3 -H >top.tsv
		awk -F'\t' '{ same += (substr($1, 2) + substr($2, 2)) % 2 == 0 }
			END { print same / NR }' top.tsv >share
		at_least "$(cat share)" 0.9
	done
}

@test "drawn items: the same bytes for any number of threads" {
	likes >likes.tsv
	for how in ssm ccl warp 'ccl --pooling 0.5 --pooled 3'; do
		# shellcheck disable=SC2086
		same_for_threads m.st srs-mf-train -q --method $how -f 6 \
		    -o m.st likes.tsv
	done
}

@test "drawn items: a training goes on as if nothing had been" {
	likes | awk 'NR % 7 { print > "train.tsv"; next } { print > "valid.tsv" }'
	for method in ssm 'ccl --pooling 0.5' ccl warp; do
		# shellcheck disable=SC2086
		how() {
			srs-mf-train -q --method $method -f 5 --epochs 12 \
			    --valid valid.tsv "$@" train.tsv
		}
		how --patience 0 -o whole.st
		how --patience 1 --checkpoint c.st -o part.st
		how --patience 0 --resume c.st -o rest.st
		cmp rest.st whole.st
		# shellcheck disable=SC2086
		srs-mf-train -q --method $method -f 5 --epochs 0 \
		    --init whole.st -o same.st train.tsv
		srs-score -q -m same.st valid.tsv >a
		srs-score -q -m whole.st valid.tsv >b
		case $method in
		*pooling*) cut -f 3 b | paste a - | awk -F'\t' '
		    { d = $3 - $4; n += $3 != ""; if (d * d > 1e-10) exit 1 }
		    END { if (n < 10) exit 1 }' ;;
		*) cmp a b ;;
		esac
	done
	srs-info --tsv c.st | grep -q item_second
	refuses 1 'a model of 5 factors cannot start one of 6' srs-mf-train \
	    --method warp -f 6 --init whole.st -o no.st train.tsv
	[ ! -e no.st ]
}

# New users of even items, of a model whose users are made of their items.
@test "--pooling: new users are what they had; older models join, or not" {
	likes >likes.tsv
	srs-mf-train -q --method ccl --pooling 0.5 -f 4 -o m.st likes.tsv
	printf 'new\ti%d\n' 0 2 4 >new.tsv
	srs-topk -q -m m.st -i new.tsv -k 5 -H --users <(echo new) >top.tsv
	[ "$(wc -l <top.tsv)" -eq 5 ]
	awk -F'\t' 'substr($2, 2) % 2 { exit 1 }' top.tsv
	same_for_threads t.tsv srs-topk -q -m m.st -i new.tsv -k 5 -o t.tsv
	# One who joins is what was had from the start, without an epoch.
	cat likes.tsv new.tsv >more.tsv
	srs-mf-train -q --method ccl --pooling 0.5 -f 4 -e 0 --init m.st \
	    -o more.st more.tsv
	srs-topk -q -m more.st -i more.tsv -k 5 -H --users <(echo new) |
	    awk -F'\t' 'substr($2, 2) % 2 { exit 1 }'
	srs-mf-train -q --method ccl -f 4 -o plain.st likes.tsv
	refuses 1 'plain.st: a model without --pooling cannot start one with it' \
	    srs-mf-train --method ccl --pooling 0.5 -f 4 --init plain.st \
	    -o no.st likes.tsv
	sed 's/"pooling":{"dtype"/"Xooling":{"dtype"/; s/srs.digest/old.digest/' m.st >d.st
	refuses 1 "d.st: no tensor 'pooling'" srs-topk -m d.st \
	    -i likes.tsv
	refuses 2 '--pooling is not for --method warp' srs-mf-train \
	    --method warp --pooling 0.5 -o no.st likes.tsv
	[ ! -e no.st ]
}

@test "a model that lacks a setting of its loss is refused" {
	awk 'BEGIN { for (u = 0; u < 40; u++) for (i = 0; i < 12; i++)
		if ((u * 7 + i * 5) % 4 == 0) printf "u%d\ti%d\n", u, i }' >small.tsv
	for pair in ssm:temperature ccl:negative-weight warp:margin; do
		srs-mf-train -q --method ${pair%:*} -f 4 -e 1 -o m.st small.tsv
		name=${pair#*:}
		sed "s/\"$name\"/\"X${name#?}\"/; s/srs.digest/old.digest/" m.st >d.st
		refuses 1 "d.st: the metadata has no '$name'" \
		    srs-topk -m d.st -i small.tsv
	done
}
