# srs-fuse: methods that know users and items, segments, trees' options, the
# report, useless systems.

load lib

# Sanitized programs are slow: fewer users, folds and trees will do.
few= users=400 trees=
case $SRS_BUILD in */sanitize)
	few='--folds 2' users=160 trees='--trees 25 --learning-rate 0.2' ;;
esac

# partial NAME SEED LIFT [SEX LIFT2]: the items of 120 that a system lists for
# each user, of whom user u wants item 7 u % 120; users of this sex are served
# with LIFT2.
partial() {
	awk -v seed="$2" -v lift="$3" -v sex="$4" -v lift2="$5" \
	    -v users=$users 'BEGIN {
		srand(seed)
		for (u = 0; u < users; u++) for (i = 0; i < 120; i++) {
			l = sex == (u % 4 < 3 ? "F" : "M") ? lift2 : lift
			s = rand() + rand() + rand() + l * (i == 7 * u % 120)
			if (s > 2)
				printf "u%d\ti%d\t%.4f\n", u, i, s
		}
	}' >"$1"
	awk -v users=$users 'BEGIN { for (u = 0; u < users; u++)
		printf "u%d\ti%d\n", u, 7 * u % 120 }' >truth.tsv
}

# random NAME: lists that say nothing.
random() {
	awk -v users=$users 'BEGIN {
		srand(9)
		for (u = 0; u < users; u++) for (i = 0; i < 120; i++)
			if (rand() < 0.16)
				printf "u%d\ti%d\t%.4f\n", u, i, rand()
	}' >"$1"
}

# Two systems, each good for one sex; tables of users and items; what they had.
two_sexes() {
	partial a.tsv 1 0.1 F 1
	partial b.tsv 2 0.1 M 0.8
	awk -v users=$users 'BEGIN {
		print "user_id:token\tsex:token\tage:float\tnick:token"
		srand(4)
		for (u = 0; u < users; u++)
			printf "u%d\t%s\t%s\tn%d\n", u, u % 4 < 3 ? "F" : "M",
			    u % 9 ? 20 + int(40 * rand()) : "", u
	}' >users.tsv
	awk 'BEGIN {
		print "item_id:token\tgenre:token_seq\tprice:float"
		for (i = 0; i < 120; i++)
			printf "i%d\t%s\t%d\n", i, i % 2 ? "noir war" : "noir",
			    i % 7
	}' >items.tsv
	had
}

# had: a few items of each user, in had.tsv.
had() {
	awk -v users=$users 'BEGIN {
		for (u = 0; u < users; u++) for (i = 0; i < u % 5; i++)
			printf "u%d\ti%d\n", u, i * u % 120
	}' >had.tsv
}

# grown METHOD: what keeps it from taking long
grown() {
	case $1 in lambdamart | auto) echo "$trees --min-rows 20" ;; esac
}

# value_of FILE: the fusion's ndcg@10 in what was said
value_of() {
	sed -n 's/.*fusion: ndcg@10 \([0-9.]*\) .*/\1/p' "$1"
}

@test "a useless system costs no more than a fifth of a percent" {
	need_speed
	users=500 trees='--trees 60 --learning-rate 0.15'
	partial a.tsv 1 1
	partial b.tsv 2 0.8
	partial c.tsv 5 0.6
	random r.tsv
	had
	for m in nnls ridge logistic listwise simplex hedge robust segments \
	    fwls gate mlp lambdamart; do
		segment=
		case $m in
		robust | segments) segment='--segment history -i had.tsv' ;;
		esac
		fit() {
			# shellcheck disable=SC2046,SC2086
			srs-fuse --method $m $segment --folds 2 \
			    $(grown $m) --fit truth.tsv -o /dev/null "$@"
		}
		fit {a,b,c}.tsv 2>without
		fit {a,b,c,r}.tsv 2>with
		echo "$m: $(value_of without), $(value_of with)"
		at_least "$(value_of with)" \
		    "$(awk -v x="$(value_of without)" 'BEGIN { print 0.998 * x }')"
	done
}

@test "a system that stands twice changes nothing" {
	users=40
	two_sexes
	cp b.tsv c.tsv
	for m in zscore nnls ridge logistic listwise simplex hedge robust \
	    segments fwls gate mlp lambdamart auto; do
		echo "$m"
		known= segment=
		case $m in robust | segments | fwls | gate | mlp)
			known='--user-features users.tsv' ;;
		esac
		case $m in robust | segments) segment='--segment sex' ;; esac
		fit() {
			# shellcheck disable=SC2046,SC2086
			srs-fuse --method $m $known $segment --folds 2 \
			    $(grown $m) --fit truth.tsv --save f.st "$@" 2>said
		}
		fit a.tsv b.tsv >want
		fit a.tsv b.tsv c.tsv | cmp - want
		grep -q 'c.tsv: the same lists as b.tsv: left out' said
		[ $m != robust ] || known=
		# shellcheck disable=SC2086
		srs-fuse -q --load f.st $known a.tsv b.tsv c.tsv | cmp - want
	done
	# what it was the same as is all that is read
	run -0 --separate-stderr srs-fuse --load f.st --sorted -o got \
	    a.tsv b.tsv a.tsv
	[[ $stderr == *'a is not read: c was the same as another'* ]]
	cmp got want
	refuses 1 'f.st: made for 3 systems (a, b, c), not 2' \
	    srs-fuse --load f.st a.tsv b.tsv
}

@test "who knows the sex knows whom to believe" {
	two_sexes
	srs-fuse --method listwise $few --fit truth.tsv a.tsv b.tsv -o plain 2>said
	at_least "$(value_of said)" 0.3
	for m in segments fwls gate mlp lambdamart; do
		segment= folds=2
		[ $m != segments ] || segment='--segment sex'
		[ $m != lambdamart ] || [ -n "$few" ] || folds=5
		echo "$m"
		# shellcheck disable=SC2046,SC2086
		srs-fuse --method $m $segment --user-features users.tsv \
		    --folds $folds $(grown $m) --fit truth.tsv --save f.st \
		    -o want a.tsv b.tsv 2>said2
		cat said2
		# with few users there is too much chance in it
		[ -n "$few" ] || at_least "$(value_of said2)" \
		    "$(awk -v x="$(value_of said)" 'BEGIN { print 1.05 * x }')"
		srs-fuse -q --load f.st --user-features users.tsv a.tsv b.tsv |
		    cmp - want
		srs-fuse -q --load f.st --sorted --user-features users.tsv \
		    a.tsv b.tsv | cmp - want
	done
	grep -q 'left out, as no two have the same there: nick' said2
}

@test "the same bytes with one thread and with two" {
	two_sexes
	for m in listwise fwls gate robust segments; do
		segment=
		case $m in robust | segments) segment='--segment sex' ;; esac
		fit() {
			# shellcheck disable=SC2086
			srs-fuse -q --method $m $segment --folds 2 \
			    --fit truth.tsv --save f.st a.tsv b.tsv \
			    -o out.tsv "$@"
		}
		case $m in
		listwise) same_for_threads f.st fit ;;
		*) same_for_threads f.st fit --user-features users.tsv \
		    -i had.tsv ;;
		esac
	done
}

@test "robust: the segment served worst is served better" {
	two_sexes
	worst() {
		srs-eval -q --truth truth.tsv --metrics ndcg@10 --by sex \
		    --users users.tsv --tsv "$1" |
		    awk -F '\t' '/^sex=/ { print $2 }' | sort -n | sed q
	}
	srs-fuse -q --method listwise $few --fit truth.tsv a.tsv b.tsv -o plain
	srs-fuse -q --method robust $few --segment sex --user-features users.tsv \
	    --fit truth.tsv --save f.st a.tsv b.tsv -o robust
	at_least "$(worst robust)" \
	    "$(awk -v x="$(worst plain)" 'BEGIN { print 1.1 * x }')"
	# what it learned is weights: no table is needed to use them
	srs-fuse -q --load f.st a.tsv b.tsv | cmp - robust
	refuses 1 'f.st: it knows nothing of users and items' \
	    srs-fuse --load f.st --user-features users.tsv a.tsv b.tsv
}

@test "all tables, and how much users had" {
	two_sexes
	for m in fwls lambdamart; do
		# shellcheck disable=SC2046
		srs-fuse -q --method $m --user-features users.tsv --folds 2 \
		    $(grown $m) --item-features items.tsv -i had.tsv --fit truth.tsv \
		    --save f.st -o want a.tsv b.tsv
		srs-fuse -q --load f.st --user-features users.tsv \
		    --item-features items.tsv -i had.tsv a.tsv b.tsv |
		    cmp - want
		refuses 1 "the fusion takes 'history': give interactions with -i" \
		    srs-fuse --load f.st --user-features users.tsv \
		    --item-features items.tsv a.tsv b.tsv
		refuses 1 "takes column 'sex': give its table with --user-features" \
		    srs-fuse --load f.st --item-features items.tsv -i had.tsv \
		    a.tsv b.tsv
		cut -f 1,3 users.tsv >ages.tsv
		refuses 1 "ages.tsv: no column 'sex', which the fusion takes" \
		    srs-fuse --load f.st --item-features items.tsv -i had.tsv \
		    --user-features ages.tsv a.tsv b.tsv
		sed '1s/age:float/age:token/' users.tsv >other.tsv
		refuses 1 "other.tsv: column 'age' is of another type" \
		    srs-fuse --load f.st --item-features items.tsv -i had.tsv \
		    --user-features other.tsv a.tsv b.tsv
	done
	# the explanation sums to the score
	srs-fuse -q --method fwls $few --user-features users.tsv --fit truth.tsv \
	    --explain -H -k 3 a.tsv b.tsv | awk -F '\t' '{
		n = split($5, part, " ")
		sum = 0
		for (i = 1; i <= n; i++) {
			sub(/.*=/, "", part[i])
			sum += part[i]
		}
		if (sum - $3 > 1e-4 || $3 - sum > 1e-4) exit 1
	}'
	srs-fuse -q --method segments $few --segment history -i had.tsv \
	    --fit truth.tsv --save f.st -o want a.tsv b.tsv
	srs-fuse -q --load f.st -i had.tsv a.tsv b.tsv | cmp - want
}

@test "trees: what they split on, and what may not fall" {
	two_sexes
	# shellcheck disable=SC2046
	srs-fuse -q --method lambdamart --user-features users.tsv --fit \
	    truth.tsv --importance i.tsv --objective pairwise --leaves 5 \
	    --folds 2 $(grown lambdamart) -o /dev/null a.tsv b.tsv
	[ "$(sed q i.tsv)" = 'feature:token	gain:float	splits:float' ]
	grep -q '^user.sex	' i.tsv
	[ "$(sed 1d i.tsv | cut -f 2)" = \
	    "$(sed 1d i.tsv | cut -f 2 | sort -gr)" ]
	for o in logistic squared; do
		# shellcheck disable=SC2046
		srs-fuse --method lambdamart --objective $o --gain exponential \
		    --folds 2 $(grown lambdamart) --fit truth.tsv -o /dev/null a.tsv b.tsv \
		    2>said
		at_least "$(value_of said)" 0.3
	done
	# a score of a's that is raised does not lower the fused one
	# shellcheck disable=SC2046
	srs-fuse -q --method lambdamart --monotone all,systems,first,-best,sum \
	    --folds 2 $(grown lambdamart) --fit truth.tsv --save f.st \
	    -o /dev/null a.tsv b.tsv
	for rise in 0 0.1 0.3 0.6; do
		awk -F '\t' -v OFS='\t' -v rise=$rise '
		    $2 == "i50" { $3 += rise } { print }' a.tsv >a2.tsv
		srs-fuse -q -H --load f.st a2.tsv b.tsv |
		    awk -F '\t' '$2 == "i50" { print $1, $3 }' | sort >s.$rise
	done
	# its z-score falls a little for other items, never for this one
	paste s.0 s.0.1 s.0.3 s.0.6 | awk -v users=$users '$2 > $4 + 1e-3 || $4 > $6 + 1e-3 ||
	    $6 > $8 + 1e-3 { print; bad = 1 } END { exit bad || NR < users / 4 }'
	refuses 1 "--monotone: no column is called 'x'" srs-fuse \
	    --method lambdamart --monotone a,x --fit truth.tsv a.tsv b.tsv
	refuses 1 "--monotone: 'user.sex' is a category" srs-fuse \
	    --method lambdamart --monotone=-user.sex --fit truth.tsv \
	    --user-features users.tsv a.tsv b.tsv
	refuses 1 '--importance: method zscore has no trees' \
	    srs-fuse --importance i.tsv a.tsv b.tsv
	refuses 2 "--leaves is not for --method zscore" \
	    srs-fuse --leaves 3 a.tsv b.tsv
}

@test "auto writes a table of all it tried" {
	two_sexes
	# shellcheck disable=SC2046
	srs-fuse --method auto --segment sex --user-features users.tsv \
	    --folds 2 $(grown auto) --fit truth.tsv --save f.st \
	    --report r.tsv -o want a.tsv b.tsv 2>said
	cat r.tsv
	[ "$(sed q r.tsv)" = 'system:token	kind:token	metric:token	value:float	difference:float	low:float	high:float	p:float	weight:float	chosen:float' ]
	[ "$(grep -c '	system	ndcg@10	' r.tsv)" -eq 2 ]
	for m in rrf mnz zscore logistic listwise segments fwls gate \
	    lambdamart; do
		grep -q "^$m	fusion	ndcg@10	0" r.tsv
	done
	# the best of them is the one that was chosen
	best=$(grep '	fusion	' r.tsv | sort -t '	' -gr -k 4 | sed q)
	[ "${best##*	}" = 1 ]
	[ "$(awk -F '\t' '$10 == 1' r.tsv | wc -l)" -eq 1 ]
	grep -q "auto: ${best%%	*}, which has the best" said
	# low < difference < high
	awk -F '\t' 'NR > 1 && !($6 <= $5 && $5 <= $7) { exit 1 }' r.tsv
	srs-fuse -q --load f.st --user-features users.tsv a.tsv b.tsv |
	    cmp - want
	refuses 2 '--report is of a fit: it needs --fit' \
	    srs-fuse --report r.tsv a.tsv b.tsv
}

@test "what they refuse" {
	two_sexes
	refuses 2 '--method segments needs --segment' \
	    srs-fuse --method segments --fit truth.tsv a.tsv b.tsv
	refuses 1 "--segment: no column of users is called 'size'" \
	    srs-fuse --method segments --segment size --fit truth.tsv \
	    --user-features users.tsv a.tsv b.tsv
	sed '1s/nick:token/nick:token_seq/; s/n[0-9]*$/n m/' users.tsv >seq.tsv
	refuses 1 "--segment: 'nick' has several tokens for a user" \
	    srs-fuse --method robust --segment nick --fit truth.tsv \
	    --user-features seq.tsv a.tsv b.tsv
	refuses 2 '--method zscore knows nothing of users and items' \
	    srs-fuse --user-features users.tsv a.tsv b.tsv
	refuses 2 '--segment is not for --method fwls' \
	    srs-fuse --method fwls --segment sex --fit truth.tsv a.tsv b.tsv
	{ cat users.tsv; sed -n 2p users.tsv; } >users2.tsv
	refuses 1 "users2.tsv:$((users + 2)): user_id: 'u0' stands twice" \
	    srs-fuse --method fwls --fit truth.tsv \
	    --user-features users2.tsv a.tsv b.tsv
	refuses 1 'none.tsv' srs-fuse --method fwls --fit truth.tsv \
	    --user-features none.tsv a.tsv b.tsv
}
