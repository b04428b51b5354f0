# srs-fuse --labels: probabilities of labels, of two classes and of several.

load lib

# binary SUFFIX SEED: three classifiers and one that says nothing.
binary() {
	awk -v suffix="$1" -v seed="$2" '
	function say(file, p) { printf "%d\t%.6f\n", y, p >(file "." suffix) }
	function squash(x) { return 1 / (1 + exp(-x)) }
	BEGIN {
		srand(seed)
		for (s = 1; s <= 4; s++)
			print "label:float\tscore:float" \
			    >(substr("abcr", s, 1) "." suffix)
		for (i = 0; i < 3000; i++) {
			x = 6 * rand() - 3
			y = rand() < squash(x)
			say("a", squash(x + 4 * rand() - 2))
			say("b", squash(x + 5 * rand() - 2.5))
			say("c", squash(0.5 * x + 3 * rand() - 1.5))
			say("r", rand())
		}
	}'
}

# classes FILE SEED SKILL ORDER: probabilities of x, y, z in this order of
# columns.
classes() {
	awk -v seed="$2" -v skill="$3" -v order="$4" 'BEGIN {
		split("x y z", C, " ")
		split(order, O, " ")
		head = "text:token_seq\tlabel:token\tprediction:token\tscore:float"
		for (k = 1; k <= 3; k++)
			head = head "\tscore." O[k] ":float"
		print head
		srand(7)
		for (i = 0; i < 1200; i++)
			label[i] = 1 + int(3 * rand())
		srand(seed)
		for (i = 0; i < 1200; i++) {
			sum = 0
			best = 1
			for (c = 1; c <= 3; c++) {
				p[C[c]] = exp(3 * rand() + skill * (c == label[i]))
				sum += p[C[c]]
				if (p[C[c]] > p[C[best]])
					best = c
			}
			row = "text " i "\t" C[label[i]] "\t" C[best]
			row = row "\t" p[C[best]] / sum
			for (k = 1; k <= 3; k++)
				row = row sprintf("\t%.5f", p[O[k]] / sum)
			print row
		}
	}' >"$1"
}

# loss FILE...: log losses, a line each
loss() {
	srs-eval -q --labels --metrics logloss --tsv "$@" | sed 1d | cut -f 2
}

@test "by hand: mean, votes" {
	printf '%s\n' 'label	score' '1	0.9' '0	0.6' '1	0.2' | tr '\t' , >a
	printf '%s\n' '0.5' '0.2' '0.4' >b
	printf '%s\n' '0.6' '0.1' '0.9' >c
	run -0 srs-fuse -q --labels a b c
	[ "${lines[0]}" = 'label:float	score:float' ]
	[ "${lines[1]}" = '1	0.6666667' ]
	[ "${lines[2]}" = '0	0.3' ]
	[ "${lines[3]}" = '1	0.5' ]
	run -0 srs-fuse -q --labels --weights 1,0,0 -H a b c
	[ "${lines[0]}" = '1	0.9' ]
	# two of three, one, one: and the mean for a thousandth of it
	run -0 srs-fuse -q --labels --method vote -H a b c
	awk -v a="${lines[0]#*	}" -v b="${lines[1]#*	}" -v c="${lines[2]#*	}" '
	function differs(x, y) { return x - y > 1e-6 || y - x > 1e-6 }
	BEGIN {
		if (differs(a, (2 / 3 + 2e-3 / 3) / 1.001) ||
		    differs(b, (1 / 3 + 3e-4) / 1.001) ||
		    differs(c, (1 / 3 + 5e-4) / 1.001)) exit 1
	}'
}

@test "two classes: better than each, saved, a useless one costs nothing" {
	binary valid 1
	binary test 2
	least=$(loss {a,b,c}.test | sort -n | sed q)
	for m in weighted logistic boost; do
		echo "$m"
		srs-fuse --labels --method $m --fit a.valid --save f.st \
		    {a,b,c}.valid -o want 2>said
		cat said
		srs-fuse -q --load f.st {a,b,c}.valid | cmp - want
		srs-fuse -q --load f.st {a,b,c}.test -o fused
		at_most "$(loss fused)" \
		    "$(awk -v x="$least" 'BEGIN { print 0.95 * x }')"
		# what cross-validation said of it
		at_most "$(loss fused)" "$(sed -n \
		    's/.*fusion: logloss \([0-9.]*\) .*/\1/p' said |
		    awk '{ print 1.1 * $1 }')"
		srs-fuse -q --labels --method $m --fit a.valid --save f.st \
		    {a,b,c,r}.valid -o /dev/null
		srs-fuse -q --load f.st {a,b,c,r}.test -o fused4
		at_most "$(loss fused4)" \
		    "$(awk -v x="$(loss fused)" 'BEGIN { print 1.01 * x }')"
	done
	# two alike are one
	for m in weighted logistic; do
		srs-fuse -q --labels --method $m --fit a.valid a.valid -o one
		srs-fuse -q --labels --method $m --fit a.valid a.valid a.valid \
		    -o two
		at_most "$(loss two)" \
		    "$(awk -v x="$(loss one)" 'BEGIN { print x + 1e-4 }')"
	done
	fit() {
		srs-fuse -q --labels --method $m --fit a.valid --save f.st \
		    {a,b}.valid -o out "$@"
	}
	for m in weighted logistic boost; do
		same_for_threads f.st fit
	done
}

@test "several classes: columns in any order, better than each" {
	classes a 1 1 'x y z'
	classes b 2 0.8 'z x y'
	accuracy() {
		srs-eval -q --classes --metrics accuracy --tsv "$@" | sed 1d |
		    cut -f 2
	}
	for m in weighted vote logistic boost; do
		srs-fuse --labels --method $m --fit a --save f.st --report r \
		    -o fused a b
		[ "$(sed q fused)" = 'text:token_seq	label:token	prediction:token	score:float	score.x:float	score.y:float	score.z:float' ]
		[ "$(cut -f 1,2 fused)" = "$(cut -f 1,2 a)" ]
		srs-fuse -q --load f.st a b | cmp - fused
		[ $m = vote ] || at_least "$(accuracy fused)" \
		    "$(awk -v x="$(accuracy a)" 'BEGIN { print 1.03 * x }')"
		grep -q "^$m	fusion	logloss	" r
	done
	refuses 1 'f.st: made for other classes, or in another order, than those of b' \
	    srs-fuse --load f.st b a
	sed 's/score.z/score.w/' b >c
	refuses 1 "no column 'score.z'" srs-fuse --labels a c
	sed '5s/	[xyz]	/	w	/' a >c
	refuses 1 "c:5: label: 'w' is none of the classes" \
	    srs-fuse --labels c a
}

@test "what is refused" {
	printf 'label:float\tscore:float\n1\t0.9\n0\t0.2\n' >a
	printf 'label:float\tscore:float\n1\t0.9\n' >b
	refuses 1 'b: 1 rows, and the first file has 2' srs-fuse --labels a b
	refuses 1 "a:3: more rows than the first file's 1" \
	    srs-fuse --labels b a
	printf 'label:float\tscore:float\n1\t0.9\n1\t0.2\n' >b
	refuses 1 'b:3: label: another label than in the first file' \
	    srs-fuse --labels a b
	printf 'label:float\tscore:float\n1\t0.9\n0\t1.2\n' >b
	refuses 1 'b:3: score: 1.2 is no probability' srs-fuse --labels a b
	printf 'label:float\tscore:float\n3\t0.9\n0\t0.2\n' >b
	refuses 1 'b:2: label: 3 is not a label: 1, and 0 or -1' \
	    srs-fuse --labels b
	printf 'score:float\n' >b
	refuses 1 'b: no rows' srs-fuse --labels b
	printf '1\t2\t0.5\n' >b
	refuses 1 'b: without a header one column, or label and score' \
	    srs-fuse --labels b
	printf 'label:float\tscore:float\n\t0.9\n\t0.2\n' >b
	refuses 1 'fewer than two rows have a label' \
	    srs-fuse --labels --method logistic --fit b a a
	refuses 2 '--labels goes with --method weighted, vote, logistic or boost' \
	    srs-fuse --labels --method rrf a
	refuses 2 '--ratings and --labels do not go together' \
	    srs-fuse --labels --ratings a
	refuses 2 'labels fits for log loss: no --metric' \
	    srs-fuse --labels --metric mrr --fit a a
	refuses 2 'are for lists' srs-fuse --labels -k 3 a
	srs-fuse -q --labels --save f.st a a -o /dev/null
	refuses 1 'f.st: a fusion of labels, not of ratings' \
	    srs-fuse --ratings --load f.st a a
}
