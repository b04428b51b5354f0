# srs-mf-train --method bfm: older models, checkpoints, users and items that
# training did not see, bad input.

load lib

# Ratings of two tastes, as in mf-train.bats.
tastes() {
	awk 'BEGIN { for (u = 0; u < 60; u++) for (i = 0; i < 30; i++)
		if ((u * 11 + i * 7 + u * i) % 4 < 2)
			printf "u%d\ti%d\t%d\n", u, i,
			    (u + i) % 2 ? 1 + (u * i) % 2 : 4 + (u * i) % 2 }'
}

# The same in two sittings of each user.
sittings() {
	tastes | awk -F'\t' 'BEGIN { OFS = FS; print "user_id:token",
		"item_id:token", "rating:float", "timestamp:float" }
		{ print $1, $2, $3, NR % 2 * 86400 }'
}

rmse() { # MODEL ROWS [OPTION...]
	local model=$1 rows=$2
	shift 2
	srs-score -q -m "$model" "$@" "$rows" | srs-eval -q --ratings \
	    --metrics rmse --tsv | tail -n 1 | cut -f2
}

loss() {
	sed -E 's/.*loss ([0-9.e+-]+).*/\1/' <<<"$stderr"
}

@test "bfm goes on from its checkpoint as if nothing had been" {
	sittings >all.tsv
	# What nobody can predict: no epoch is better than all before for long.
	awk 'BEGIN { OFS = "\t" } NR == 1 { print > "train.tsv"
		print > "valid.tsv"; next } NR % 5 { print > "train.tsv"; next }
		{ $3 = 1 + NR * 7 % 11 % 5; print > "valid.tsv" }' all.tsv
	for likelihood in normal probit; do
		how() {
			srs-mf-train -q --method bfm -f 3 --chains 2 --samples 64 \
			    --likelihood $likelihood "$@" train.tsv
		}
		how --valid valid.tsv --patience 0 -o whole.st
		how --valid valid.tsv --patience 1 --checkpoint c.st -o part.st
		run -1 cmp part.st whole.st
		how --valid valid.tsv --patience 0 --resume c.st -o rest.st
		cmp rest.st whole.st
		# A checkpoint changes nothing, and one of the end is the end.
		how --checkpoint end.st -o a.st
		how -o b.st
		cmp a.st b.st
		how --resume end.st -o c.st
		cmp c.st b.st
	done
	how --checkpoint c.st -o part.st
	refuses 1 'a checkpoint of --seed 1, not 2' how -s 2 --resume c.st \
	    -o no.st
	refuses 1 'a checkpoint of --samples 64, not 96' srs-mf-train \
	    --method bfm -f 3 --chains 2 --samples 96 --resume c.st \
	    --likelihood probit -o no.st train.tsv
	refuses 1 'a checkpoint of --factors 3, not 4' srs-mf-train \
	    --method bfm -f 4 --resume c.st -o no.st train.tsv
	refuses 1 'a checkpoint of other data' srs-mf-train --method bfm \
	    -f 3 --resume c.st -o no.st valid.tsv
	refuses 1 "not a checkpoint but a model of method 'bfm'" how \
	    --resume part.st -o no.st
	[ ! -e no.st ]
}

@test "bfm starts from an older model" {
	tastes | awk -F'\t' '$1 != "u7"' >old.tsv
	{ tastes | awk -F'\t' '$1 != "u9" && $2 != "i3"'
	  printf 'new\ti1\t4\n'; } >now.tsv
	for likelihood in normal probit; do
		how() {
			srs-mf-train --method bfm -f 4 --likelihood $likelihood \
			    --samples 2 --burn-in 0 "$@"
		}
		srs-mf-train -q --method bfm -f 4 --samples 64 \
		    --likelihood $likelihood -o old.st old.tsv
		run -0 --separate-stderr how --init old.st -o warm.st now.tsv
		# u7 and "new" were not there, u9 and i3 have left
		[[ $stderr == *"44 users and 21 items from old.st"* ]]
		warm=$(loss)
		run -0 --separate-stderr how -o cold.st now.tsv
		at_most "$warm" "$(loss)"
		run -1 at_most "$(loss)" "$warm"
		at_most "$(rmse warm.st now.tsv)" "$(rmse cold.st now.tsv)"
	done
	refuses 1 'a model of 4 factors cannot start one of 8: give --factors 4' \
	    srs-mf-train --method bfm -f 8 --init old.st -o m.st now.tsv
	refuses 1 'a model of --likelihood probit, not normal' \
	    srs-mf-train --method bfm -f 4 --init old.st -o m.st now.tsv
	srs-mf-train -q --method sgd -f 4 -o sgd.st old.tsv
	refuses 1 "a model of method 'sgd', not bfm" \
	    srs-mf-train --method bfm -f 4 --init sgd.st -o m.st now.tsv
	[ ! -e m.st ]
}

@test "bfm: users and items that training did not see have ratings from theirs" {
	sittings >all.tsv
	{ head -n 1 all.tsv; grep -E '^u[0-9]*[1-9]	' all.tsv |
	    grep -vE '	i(7|8)	' >body; cat body; } >train.tsv
	{ head -n 1 all.tsv; grep -E '^u[0-9]*0	' all.tsv; } >users.tsv
	{ head -n 1 all.tsv; grep -E '	i(7|8)	' all.tsv |
	    grep -E '^u[0-9]*[1-9]	'; } >items.tsv
	for f in users items; do
		awk -v f=$f 'NR == 1 { print > f ".had"; print > f ".rest"
			next } { print > (f (NR % 3 ? ".had" : ".rest")) }' \
		    $f.tsv
	done
	for likelihood in normal probit; do
		srs-mf-train -q --method bfm -f 4 --samples 64 \
		    --likelihood $likelihood -o m.st train.tsv
		for f in users items; do
			at_least "$(rmse m.st $f.rest)" 0.95
			at_most "$(rmse m.st $f.rest -i $f.had)" 0.7
		done
	done
	srs-topk -q -m m.st -i users.had -k 3 -H >top.tsv
	grep -q '^u10	' top.tsv
	same_for_threads s.tsv srs-score -q -m m.st -i users.had -i items.had \
	    -o s.tsv all.tsv
}

@test "bfm: what cannot work is refused, odd data is told of" {
	: >empty.tsv
	refuses 1 'empty.tsv' srs-mf-train --method bfm -o m.st empty.tsv
	printf '%s\n' 'u	a	3' 'v	b	3' >same.tsv
	printf '%s\n' 'u	a	3' 'w	a	3' 'v	c	3' >valid.tsv
	run -0 --separate-stderr srs-mf-train --method bfm -f 2 --samples 8 \
	    --valid valid.tsv -o same.st same.tsv
	[[ $stderr == *"all ratings are 3: there is nothing to learn but that"* ]]
	[[ $stderr == *"2 left out: their user or item is not in the training data"* ]]
	[ "$(srs-score -q -m same.st same.tsv | cut -f4 | sort -u)" = 3 ]
	# Grades need not be whole numbers; those between have the nearest.
	tastes | awk -F'\t' '{ print $1 "\t" $2 "\t" $3 / 2 }' >halves.tsv
	srs-mf-train -q --method bfm -f 2 --samples 8 --likelihood probit \
	    -o halves.st halves.tsv
	srs-score -q -m halves.st halves.tsv | cut -f4 | sort -g >scores
	at_least "$(head -n 1 scores)" 0.5
	at_most "$(tail -n 1 scores)" 2.5
	awk -F'\t' '{ print $1 "\t" $2 "\t" $3 + NR / 1e5 }' halves.tsv >real.tsv
	refuses 1 'at most 64 different ratings: give --likelihood normal' \
	    srs-mf-train --method bfm --likelihood probit -o m.st real.tsv
	[ ! -e m.st ]
}
