# srs-nn-train --search: settings chosen by successive halving.

load lib

rows() {		# rows SEED
	awk -v s="$1" 'BEGIN { OFS = "\t"; srand(s)
		print "label:float", "a:token", "b:token"
		for (r = 0; r < 400; r++) {
			a = int(12 * rand()); b = int(10 * rand())
			y = a % 3 == b % 3
			if (rand() < 0.1) y = !y
			print y, "a" a, "b" b } }'
}

data() {
	rows 1 >c.tsv
	rows 2 >v.tsv
	printf '%s\t%s\n' learning-rate '0.0001..0.1 log' factors 2..8 \
	    dropout '0..0.5' optimizer 'adam | adagrad' >ranges.tsv
}

search() {
	srs-nn-train --method fm --valid v.tsv --batch 64 --epochs 9 \
	    --search ranges.tsv --trials 9 "$@" c.tsv
}

@test "thirds of the trials get three times the epochs, the best is trained" {
	data
	search --search-history t.tsv -o m.st 2>said
	[ "$(head -1 t.tsv)" = "search:token	trial:float	epochs:float	best_epoch:float	logloss:float	learning-rate:float	factors:float	dropout:float	optimizer:token" ]
	[ "$(awk -F'\t' 'NR > 1 { n[$3]++ } END { print n[1], n[3], n[9] + 0 }' t.tsv)" = "9 3 0" ]
	# Each value is one of its range, and trials differ.
	awk -F'\t' 'NR > 1 && !($6 >= 0.0001 && $6 <= 0.1 && $7 ~ /^[2-8]$/ &&
		$8 >= 0 && $8 <= 0.5 && $9 ~ /^ada(m|grad)$/) { exit 1 }' t.tsv
	[ "$(cut -f6 t.tsv | sort -u | wc -l)" -eq 10 ]
	# The three that went on are the best, and so is the one that was left.
	best=$(awk -F'\t' '$3 == 1' t.tsv | sort -t'	' -gk5,5 | head -3 |
	    cut -f2 | sort | tr '\n' ' ')
	[ "$best" = "$(awk -F'\t' '$3 == 3 { print $2 }' t.tsv | sort | tr '\n' ' ')" ]
	row=$(awk -F'\t' '$3 == 3' t.tsv | sort -t'	' -gk5,5 | head -1)
	rate=$(cut -f6 <<<"$row") factors=$(cut -f7 <<<"$row")
	dropout=$(cut -f8 <<<"$row") optimizer=$(cut -f9 <<<"$row")
	grep -q "^srs-nn-train: 3 trials of 3 epochs: logloss [0-9.]* of trial $(cut -f2 <<<"$row"): --learning-rate $rate --factors $factors --dropout $dropout --optimizer $optimizer$" said
	# The model is what these settings make.
	srs-nn-train -q --method fm --valid v.tsv --batch 64 --epochs 9 \
	    --learning-rate $rate --factors $factors --dropout $dropout \
	    --optimizer $optimizer -o n.st c.tsv
	cmp m.st n.st
}

@test "a search goes on where it was interrupted, on any number of threads" {
	data
	search -q --search-history t.tsv -o m.st -t 1
	head -6 t.tsv >part.tsv
	search -q --search-history part.tsv -o n.st -t 2
	cmp m.st n.st
	cmp t.tsv part.tsv
	# What is there is believed, not done again.
	awk -F'\t' 'BEGIN { OFS = FS } NR > 1 && $3 == 1 { $5 = $2 == 4 ? 0.1 : 9 } { print }' \
	    t.tsv | head -10 >told.tsv
	search --search-history told.tsv -o n.st 2>said
	grep -q "9 trials of 1 epoch: logloss 0.1 of trial 4:" said
	refuses 1 "t.tsv:2: search: of another search: of other data, options, ranges or seed" \
	    search -q -s 2 --search-history t.tsv -o n.st
	cmp t.tsv part.tsv
}

@test "few epochs: the first trials get one, not none" {
	data
	search -q --epochs 2 --trials 3 --search-history t.tsv -o m.st
	[ "$(sed 1d t.tsv | cut -f 3 | sort -u)" = 1 ]
}

@test "a trial whose loss is not finite loses" {
	data
	printf 'learning-rate\t1000 | 0.01\n' >ranges.tsv
	search --optimizer sgd --weight-decay 10 --search-history t.tsv -o m.st 2>said
	grep -q -- "--learning-rate 0.01$" said
	run -1 grep "not finite" said
	awk -F'\t' '$6 == 1000 && $5 != "" { exit 1 }' t.tsv
	printf 'learning-rate\t1000 | 999\n' >ranges.tsv
	refuses 1 "--search: no trial had a finite loss: give a lower --learning-rate" \
	    search -q --optimizer sgd --weight-decay 10 -o n.st
	[ ! -e n.st ]
}

@test "ranges that are none" {
	data
	ranges() {	# ranges TEXT MESSAGE
		printf "$1" >ranges.tsv
		refuses 1 "$2" search -q -o m.st
	}
	ranges 'rate\t1 | 2\n' "unknown option --rate"
	ranges 'layers\t8 | 4\n' "--layers is not for --method fm"
	ranges 'epochs\t1..5\n' "ranges.tsv:1: option: --epochs is not what can be searched for"
	ranges 'valid\tx\n' "ranges.tsv:1: option: --valid is not what can be searched for"
	ranges 'dropout\t0.5..0.1\n' "ranges.tsv:1: values: 0.5 is not less than 0.1"
	ranges 'dropout\t0..0.1 log\n' "ranges.tsv:1: values: log needs numbers above 0"
	ranges 'dropout\t0..7\n' "--dropout must be from 0 to 0.95"
	ranges 'dropout\t0.1 | x\n' "--dropout: 'x' is not a number"
	ranges 'dropout\t0.1 || 0.2\n' "ranges.tsv:1: values: an empty value"
	ranges 'optimizer\tadam | adan\n' "--optimizer: unknown 'adan'; did you mean 'adam'?"
	ranges 'dropout\t0..0.1\ndropout\t0..0.2\n' "ranges.tsv:2: option: --dropout stands twice"
	ranges '' "ranges.tsv"
	refuses 2 "--search needs --valid FILE" srs-nn-train --method fm --search ranges.tsv c.tsv
	refuses 2 "--search-history needs --search FILE" \
	    srs-nn-train --method fm --search-history t.tsv c.tsv
	refuses 2 "--search or --resume, not both" search --resume c.st
}
