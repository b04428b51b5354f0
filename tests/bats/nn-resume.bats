# srs-nn-train: trainings that are interrupted, and what steps are made of.

load lib

# 40 users and 20 items in three columns, as ratings or as what was had.
ratings() {
	awk 'BEGIN { OFS = "\t"; print "user_id:token", "item_id:token", "rating:float"
		for (u = 0; u < 40; u++) for (i = 0; i < 20; i++)
			if ((u * 13 + i * 7 + '"${1:-0}"') % 5 < 2)
				print "u" u, "i" i, 3 + u % 3 - 1 + (i % 5 - 2) / 2 }'
}

# Rows of tokens and a number, or of numbers only.
rows() {
	awk -v s="${1:-0}" 'BEGIN { OFS = "\t"; print "label:float", "a:token", "b:token", "x:float"
		for (r = 0; r < 200; r++)
			print (r * r + s) % 7 < 3, "a" r % 5, "b" r % 11, r % 17 }'
}

data() {
	ratings >r.tsv
	cut -f1,2 r.tsv >i.tsv
	awk 'NR == 1 || NR % 7 == 3' i.tsv >v.tsv
	rows >c.tsv
	awk 'BEGIN { print "x,y,label"
		for (r = 0; r < 200; r++) print r % 7 "," r % 17 "," ((r * r) % 7 < 3) }' >n.csv
	awk 'BEGIN { for (r = 0; r < 150; r++)
		print r % 3 "\t" "a" r % 7 " b" r % 11 " c" r % 3 }' >t.tsv
}

# Every network, with the options and the data of a small training.
every_network() {
	cat <<-END
	deepcf r.tsv --factors 4 --layers 8 --batch 64 --clip 0.5
	deepcf i.tsv --factors 4 --layers 8 --batch 64 --optimizer adagrad
	sasrec i.tsv --factors 8 --length 5 --blocks 1 --batch 32 --warmup 1.5
	gmf i.tsv --factors 4 --batch 64 --negatives 3
	neumf i.tsv --factors 4 --layers 8,4 --batch 64 --sampling hard
	cosine i.tsv --factors 4 --batch 64 --loss softmax --negatives 8
	twotower i.tsv --factors 4 --layers 8 --batch 64 --adversarial 0.1
	gru4rec i.tsv --factors 8 --length 5 --batch 32 --loss bpr-max
	multvae i.tsv --factors 4 --layers 8 --batch 16
	bow t.tsv --factors 8 --clip 1
	textcnn t.tsv --factors 8 --units 6 --class-weight balanced
	lstm t.tsv --factors 8 --units 6
	mlp n.csv --layers 8 --batch 64 --class-weight balanced --schedule step --fall-every 2
	logistic c.tsv --batch 64 --optimizer ftrl --l1 0.5
	ffm c.tsv --batch 64 --optimizer sgd
	dcn c.tsv --batch 64 --layers 8 --dropout 0.2 --schedule cosine
	deepfm c.tsv --batch 64 --layers 8 --norm batch --average 3
	END
}

@test "every network goes on from its checkpoint as if nothing had been" {
	data
	while read -r method file options; do
		how=(srs-nn-train -q --method $method $options --epochs 6 $file)
		"${how[@]}" -o whole.st
		# It is killed once there is a checkpoint, wherever it is then.
		rm -f c.st
		"${how[@]}" --checkpoint c.st -o part.st &
		while [ ! -e c.st ] && kill -0 $! 2>/dev/null; do :; done
		kill -KILL $! 2>/dev/null || :
		wait $! 2>/dev/null || :
		"${how[@]}" --resume c.st -o resumed.st
		cmp whole.st resumed.st || { echo "$method $options"; false; }
	done < <(every_network)
}

@test "validation, the best epoch and the history go on too" {
	data
	how() {
		srs-nn-train -q --method deepcf --valid v.tsv --epochs 12 \
		    --factors 4 --layers 8 --batch 64 "$@" i.tsv
	}
	how --patience 4 --history whole.tsv -o whole.st
	how --patience 1 --checkpoint c.st -o part.st
	run -1 cmp -s part.st whole.st
	how --patience 4 --history resumed.tsv --resume c.st --checkpoint c.st \
	    -o resumed.st
	cmp whole.st resumed.st
	cut -f1,3,4 whole.tsv | cmp - <(cut -f1,3,4 resumed.tsv)
	# From the end there is nothing to do, and any number of threads did it.
	how --patience 4 --resume c.st -t 2 -o end.st
	cmp whole.st end.st
	how --patience 4 --history h.tsv -t 2 -o end.st
	awk -F'\t' 'NR > 1 && !($2 >= last) { exit 1 } NR > 1 { last = $2 }' \
	    resumed.tsv
}

@test "a checkpoint of something else is refused, with what it is" {
	data
	how() {
		srs-nn-train -q --method deepcf --factors 4 --layers 8 \
		    --batch 64 --epochs 2 "$@"
	}
	how --checkpoint c.st -o m.st i.tsv
	cp m.st before.st
	other() {
		refuses 1 "c.st: a checkpoint of $1" how --resume c.st \
		    -o m.st "${@:2}"
	}
	other '--batch 64, not 32' --batch 32 i.tsv
	other '--epochs 2, not 3' --epochs 3 i.tsv
	other '--layers 8, not 8,4' --layers 8,4 i.tsv
	other '--seed 1, not 2' -s 2 i.tsv
	other '--feedback implicit, not ratings' r.tsv
	other 'other data: its users are others' <(sed 's/u7/new/' i.tsv)
	other 'other data: its items are others' <(sed 's/i7/new/' i.tsv)
	head -n -1 i.tsv >less.tsv
	other 'other data: its interactions are others' less.tsv
	refuses 1 'c.st: a checkpoint without --clip, which is 2 now' \
	    how --resume c.st --clip 2 i.tsv
	how --clip 2 --checkpoint clip.st -o /dev/null i.tsv
	refuses 1 'clip.st: a checkpoint of --clip 2, which is not given now' \
	    how --resume clip.st i.tsv
	refuses 1 'a checkpoint of --method deepcf, not sasrec' srs-nn-train \
	    --method sasrec --epochs 2 --batch 64 --factors 4 --resume c.st i.tsv
	refuses 1 "m.st: not a checkpoint but a model of method 'deepcf'" \
	    how --resume m.st i.tsv
	head -c 3000 c.st >cut.st
	refuses 1 "cut.st" how --resume cut.st i.tsv
	srs-nn-train -q --method fm --epochs 1 --checkpoint f.st -o /dev/null c.tsv
	rows 1 >d.tsv
	refuses 1 'f.st: a checkpoint of other data: its rows are others' \
	    srs-nn-train -q --method fm --epochs 1 --resume f.st d.tsv
	cmp m.st before.st
}

@test "clipped and moved by all threads the same" {
	data
	for options in "--clip 0.1" "--optimizer ftrl --l1 1"; do
		same_for_threads m.st srs-nn-train -q --method ffm --epochs 2 \
		    $options --batch 150 -o m.st c.tsv
	done
}

@test "FTRL makes weights of a logistic regression 0, the more the greater --l1" {
	rows >c.tsv
	zeros() {
		srs-nn-train -q --method logistic --optimizer ftrl --epochs 30 \
		    --batch 8 --l1 "$1" -o m.st c.tsv
		/usr/bin/python3 - <<-END
		import json
		b = open("m.st", "rb").read()
		n = int.from_bytes(b[:8], "little")
		at = json.loads(b[8:8 + n])["linear"]["data_offsets"]
		x = b[8 + n + at[0]:8 + n + at[1]]
		print(sum(x[i:i + 4] in (bytes(4), b"\0\0\0\x80") for i in range(0, len(x), 4)))
		END
	}
	[ "$(zeros 0)" -eq 0 ]
	few=$(zeros 0.5) many=$(zeros 3)
	[ "$few" -lt "$many" ]
	[ "$(zeros 1000)" -eq 17 ]	# 5 + 11 values and a number
}

@test "what a training takes is said before it, and what cannot be" {
	data
	srs-nn-train --method deepcf --epochs 1 -o m.st r.tsv 2>said
	grep -Eq '^srs-nn-train: [0-9]+ parameters; training takes [0-9.]+ MiB: weights and moments [0-9.]+, values [0-9.]+, gradients [0-9.]+$' said
	refuses 1 "--warmup 2 leaves nothing of --epochs 2" \
	    srs-nn-train -q --method deepcf --epochs 2 --warmup 2 r.tsv
	refuses 1 "--optimizer ftrl has rates of its own: it takes no --warmup, and --schedule constant" \
	    srs-nn-train -q --method fm --optimizer ftrl --warmup 1 c.tsv
	refuses 2 "--l1 is for --optimizer ftrl" \
	    srs-nn-train --method fm --l1 1 c.tsv
	refuses 2 "--fall-every is for --schedule step" \
	    srs-nn-train --method fm --fall-every 1 c.tsv
}

@test "a loss that is not finite: the step, the setting, and the best before" {
	data
	how() {
		srs-nn-train -q --method deepcf --optimizer sgd --batch 32 \
		    --schedule constant --epochs 40 "$@" r.tsv
	}
	refuses 1 "the loss is not finite: lower --learning-rate (now 1000), or set --clip" \
	    how --learning-rate 1000 --valid r.tsv -o m.st
	[[ $stderr =~ "epoch 1, step "[0-9]+": " ]]
	[ ! -e m.st ]
	# The rate rises until it is too much.
	run -0 --separate-stderr how --learning-rate 20 --warmup 30 --valid r.tsv \
	    -o m.st
	[[ $stderr =~ "the best epoch before it is kept" ]]
	[[ $stderr =~ "epoch "([0-9]+), ]]
	[ "${BASH_REMATCH[1]}" -gt 1 ]
	srs-info --tsv m.st | grep -q "^metadata.summary.stopped.value	[1-9]"
	srs-score -q -m m.st r.tsv >/dev/null
}
