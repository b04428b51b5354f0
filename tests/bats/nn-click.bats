# srs-nn-train and srs-score: click-through networks on rows of few features.

load lib

# People of three tastes and ads of three kinds: a click when they fit (and
# now and then else).  Neither alone says anything.
clicks() {
	awk -v n="$1" -v s="$2" 'BEGIN { OFS = "\t"; srand(s)
		print "label:float", "person:token", "ad:token", "hour:float"
		for (r = 0; r < n; r++) {
			p = int(60 * rand()); a = int(40 * rand())
			y = p % 3 == a % 3
			if (rand() < 0.05) y = !y
			print y, "p" p, "a" a, int(24 * rand()) } }'
}

# The same as a text in the format of libfm, hours left out.
libfm() {
	awk 'NR > 1 { sub("p", "", $2); sub("a", "", $3)
		print 2 * $1 - 1, $2 ":1", 100 + $3 ":1" }'
}

# auc MODEL FILE
auc() {
	srs-score -q -m "$1" -o scores.tsv "$2"
	srs-eval -q --labels --metrics auc --tsv scores.tsv | awk 'END { print $2 }'
}

@test "what persons and ads say together is learnt by all but logistic" {
	clicks 4000 1 >train.tsv
	clicks 1000 2 >test.tsv
	for method in fm ffm widedeep deepfm dcn autoint; do
		srs-nn-train -q --method $method --batch 128 --epochs 12 \
		    --learning-rate 0.01 -o m.st train.tsv
		at_least "$(auc m.st test.tsv)" 0.9
	done
	srs-nn-train -q --method logistic --batch 128 --epochs 12 \
	    --learning-rate 0.01 -o m.st train.tsv
	at_most "$(auc m.st test.tsv)" 0.6
}

@test "texts in the format of libfm: read, scored, and the best epoch kept" {
	clicks 4000 1 | libfm | gzip >train.libfm.gz
	clicks 1000 2 | libfm >valid.libfm
	srs-nn-train --method fm --batch 128 --epochs 12 --learning-rate 0.01 \
	    --valid valid.libfm --metric auc -o m.st train.libfm.gz 2>said
	grep -qx 'srs-nn-train: 4000 rows, 100 features of 2 fields' said
	run -0 --separate-stderr srs-score -m m.st valid.libfm
	[ "${lines[0]}" = "label:float	score:float" ]
	[ "$(wc -l <<<"$output")" -eq 1001 ]
	[ "$(cut -f1 <<<"$output" | sort -u | tr '\n' ' ')" = "0 1 label:float " ]
	srs-eval -q --labels --metrics auc --tsv - <<<"$output" >auc.tsv
	at_least "$(awk 'END { print $2 }' auc.tsv)" 0.9
	# what validation said of the best epoch is what the model does
	said=$(sed -n 's/.*fm: auc \([0-9.]*\) after.*/\1/p' said)
	at_most "$(awk -v a="$said" 'END { d = a - $2; print d < 0 ? -d : d }' \
	    auc.tsv)" 0.000001
}

@test "tables keep their columns, whose order does not matter" {
	clicks 500 1 >t.tsv
	srs-nn-train -q --method fm --epochs 2 -o m.st t.tsv
	srs-score -q -m m.st t.tsv >a.tsv
	head -1 a.tsv | grep -qx 'label:float	person:token	ad:token	hour:float	score:float'
	cut -f1-4 a.tsv | cmp - t.tsv
	awk -F'\t' -v OFS=, 'NR == 1 { print "hour,ad,person"; next }
		{ print $4, $3, $2 }' t.tsv >t.csv
	srs-score -q -m m.st t.csv | cut -f4 | cmp - <(cut -f5 a.tsv)
}

@test "what the model does not know is left out, and counted" {
	clicks 500 1 >t.tsv
	srs-nn-train -q --method fm --epochs 2 -o m.st t.tsv
	printf 'person,ad,hour\nnobody,nothing,\np1,nothing,\n' >new.csv
	run -0 --separate-stderr srs-score -m m.st new.csv
	[ "$(wc -l <<<"$output")" -eq 3 ]
	case $stderr in
	*"3 features of the rows are not in the model: left out"*) ;;
	*) echo "$stderr"; return 1 ;;
	esac
}

@test "hashed features, fields that are named" {
	clicks 3000 1 | libfm | sed 's/ / p:/; s/ 1\([0-9][0-9]:1\)$/ a:1\1/' >t.txt
	head -1 t.txt | grep -q ' p:[0-9]*:1 a:1[0-9]*:1'
	srs-nn-train --method ffm --hash-bits 12 --batch 128 --epochs 12 \
	    --learning-rate 0.01 -o m.st t.txt 2>said
	grep -qx 'srs-nn-train: 3000 rows, 4096 features by hash of 2 fields' said
	at_least "$(auc m.st t.txt)" 0.9
}

@test "the same bytes whatever the number of threads" {
	clicks 3000 1 >t.tsv
	for method in logistic ffm deepfm dcn autoint; do
		same_for_threads m.st srs-nn-train -q --method $method --epochs 2 \
		    --dropout 0.2 -o m.st t.tsv
	done
	same_for_threads s.tsv srs-score -q -m m.st -o s.tsv t.tsv
}

@test "a row has one score, wherever it stands" {
	clicks 300 1 >t.tsv
	for method in fm widedeep dcn autoint; do
		srs-nn-train -q --method $method --epochs 1 -o m.st t.tsv
		srs-score -q -m m.st t.tsv | cut -f5 | sed 1d >all
		(head -1 t.tsv; sed 1d t.tsv | tac) | srs-score -q -m m.st |
		    cut -f5 | sed 1d | tac | cmp - all
		sed -n '1p; 298p' t.tsv | srs-score -q -m m.st | cut -f5 |
		    sed 1d | diff - <(sed -n 297p all)
	done
}

@test "layers that are normalised: learnt, scored, the same for any threads" {
	clicks 4000 1 >train.tsv
	clicks 1000 2 >test.tsv
	for norm in batch layer; do
		srs-nn-train -q --method widedeep --norm $norm --layers 32,16 \
		    --batch 256 --epochs 12 --learning-rate 0.01 -o m.st train.tsv
		grep -aq "\"norm\":\"$norm\"" m.st
		at_least "$(auc m.st test.tsv)" 0.9
		same_for_threads m.st srs-nn-train -q --method dcn --norm $norm \
		    --dropout 0.2 --epochs 2 --average 2 -o m.st train.tsv
	done
	# another --batch has other pieces, whose means the statistics are of
	srs-nn-train -q --method widedeep --norm batch --layers 8 --epochs 1 \
	    --batch 999 -o a.st train.tsv
	srs-info a.st | grep -q 'layer1.variance'
	refuses 2 "--norm: unknown 'bach'; did you mean 'batch'?" srs-nn-train --method dcn \
	    --norm bach -o m.st train.tsv
	refuses 2 "--norm is not for --method fm" srs-nn-train --method fm --norm batch -o m.st train.tsv
	refuses 1 "--optimizer ftrl has one --weight-decay: it takes no --embedding-decay" \
	    srs-nn-train --method fm --optimizer ftrl --embedding-decay 1e-3 \
	    -o m.st train.tsv
	refuses 1 "--average 30 is after --epochs 20" srs-nn-train \
	    --method fm --average 30 -o m.st train.tsv
}

@test "refused: heads that factors are no multiple of" {
	clicks 20 1 >t.tsv
	refuses 1 "--factors 10 is not a multiple of --heads 4" \
	    srs-nn-train --method autoint --factors 10 --heads 4 -o m.st t.tsv
	srs-nn-train -q --method autoint --factors 8 --epochs 1 -o m.st t.tsv
	sed 's/"heads":"2"/"heads":"3"/; s/srs.digest/old.digest/' m.st >bad.st
	refuses 1 "bad.st: factors 8 is not a multiple of heads 3" \
	    srs-score -m bad.st t.tsv
}

@test "refused: fields without what is known of them, in one message" {
	clicks 20 1 >t.tsv
	srs-nn-train -q --method fm --epochs 1 -o m.st t.tsv
	sed 's/"field_\([kms]\)/"Xield_\1/g; s/srs.digest/old.digest/' m.st >bad.st
	refuses 1 "bad.st: no tensor 'field_kind'" srs-score -m bad.st t.tsv
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "refused: variances that are none" {
	clicks 100 1 >t.tsv
	srs-nn-train -q --method widedeep --norm batch --layers 8 --epochs 1 \
	    -o m.st t.tsv
	python3 - <<-'END'
		import json, struct
		b = bytearray(open("m.st", "rb").read())
		n = struct.unpack("<Q", b[:8])[0]
		at = json.loads(b[8:8 + n])["layer1.variance"]["data_offsets"][0]
		b[8 + n + at + 4:8 + n + at + 8] = struct.pack("<f", -1)
		b = b.replace(b"srs.digest", b"old.digest")
		open("bad.st", "wb").write(b)
	END
	refuses 1 "bad.st: layer1.variance: number 2 is no variance" \
	    srs-score -m bad.st t.tsv
	refuses 1 "bad.st: layer1.variance: number 2 is no variance" \
	    srs-nn-train --method widedeep --norm batch --layers 8 \
	    --init bad.st -o m.st t.tsv
}

@test "refused, and nothing replaced" {
	clicks 100 1 >t.tsv
	clicks 100 1 | libfm >t.libfm
	srs-nn-train -q --method fm --epochs 1 -o m.st t.tsv
	srs-nn-train -q --method fm --epochs 1 -o l.st t.libfm
	refuses 1 "t.libfm: in the format of libfm, as the training data was not" \
	    srs-score -m m.st t.libfm
	refuses 1 "t.tsv: not in the format of libfm, as the training data was" \
	    srs-score -m l.st t.tsv
	refuses 1 "m.st: a model of features takes no interactions" \
	    srs-score -m m.st -i t.tsv t.tsv
	refuses 1 "m.st: a model of features has no items to list: see srs-score" \
	    srs-topk -m m.st
	cp m.st before.st
	sed 's/^1/3/' t.tsv >bad.tsv
	refuses 1 "label: label '3' is neither 0 nor 1 (nor -1)" \
	    srs-nn-train --method fm -o m.st bad.tsv
	refuses 1 "no column 'hours'; there are label, person, ad, hour" \
	    srs-nn-train --method fm --features person,hours -o m.st t.tsv
	refuses 1 "t.libfm: in the format of libfm, as the training data is not" \
	    srs-nn-train --method fm --valid t.libfm -o m.st t.tsv
	refuses 1 "the loss is not finite: lower --learning-rate (now 1000)" \
	    srs-nn-train --method dcn --optimizer sgd --learning-rate 1000 \
	    -o m.st t.tsv
	cmp m.st before.st
}

# People who had five of sixty things; they click if one of these is of the kind
# of what is shown, of ten kinds.
pasts() {
	awk -v n="$1" -v s="$2" 'BEGIN { OFS = "\t"; srand(s)
		print "label:float", "had:token_seq", "item_id:token"
		for (r = 0; r < n; r++) {
			a = int(60 * rand()); y = 0; had = ""
			for (k = 0; k < 5; k++) {
				i = int(60 * rand()); y = y || i % 10 == a % 10
				had = had (k ? " " : "") "i" i }
			print y, had, "i" a } }'
}

@test "din counts what was had by how it goes with what is shown" {
	pasts 4000 1 >train.tsv
	pasts 1000 2 >test.tsv
	srs-nn-train -q --method din --attend had,item_id --batch 128 \
	    --epochs 20 --learning-rate 0.01 --layers 32 -o m.st train.tsv
	at_least "$(auc m.st test.tsv)" 0.9
	# whatever else is there, in whatever order
	awk 'BEGIN { FS = OFS = "\t" } { print $3, $1, $2 }' test.tsv >other.tsv
	srs-score -q -m m.st -o a.tsv test.tsv
	srs-score -q -m m.st -o b.tsv other.tsv
	cmp <(cut -f4 a.tsv) <(cut -f4 b.tsv)
	same_for_threads m2.st srs-nn-train -q --method din \
	    --attend had,item_id --epochs 1 -o m2.st train.tsv
}

@test "refused: what din cannot attend to" {
	pasts 20 1 >train.tsv
	refuses 1 "--attend PAST,SHOWN says which column lists what was had, and which is compared with it" \
	    srs-nn-train --method din -o m.st train.tsv
	refuses 1 "--attend 'had' is not two columns with a comma between" \
	    srs-nn-train --method din --attend had -o m.st train.tsv
	refuses 1 "--attend 'had,x': no field 'x'" \
	    srs-nn-train --method din --attend had,x -o m.st train.tsv
	refuses 1 "--attend 'item_id,had': 'item_id' is not a token_seq" \
	    srs-nn-train --method din --attend item_id,had -o m.st train.tsv
	refuses 1 "--attend compares values by their names: it takes no --hash-bits" \
	    srs-nn-train --method din --attend had,item_id --hash-bits 10 \
	    -o m.st train.tsv
}
