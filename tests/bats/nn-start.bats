# srs-nn-train: where weights start, and which of them stay there.

load lib

# Users and items of the source, or of the target, which shares some of them.
ratings() {		# ratings FIRST-USER FIRST-ITEM
	awk -v u0="$1" -v i0="$2" 'BEGIN { OFS = "\t"
		print "user_id:token", "item_id:token", "rating:float"
		for (u = u0; u < u0 + 40; u++) for (i = i0; i < i0 + 20; i++)
			if ((u * 13 + i * 7) % 5 < 2)
				print "u" u, "i" i, 3 + u % 3 - 1 + (i % 5 - 2) / 2 }'
}

rows() {		# rows FIRST-VALUE
	awk -v a="$1" 'BEGIN { OFS = "\t"; print "label:float", "a:token", "b:token"
		for (r = 0; r < 200; r++)
			print (r * r) % 7 < 3, "a" a + r % 5, "b" a + r % 11 }'
}

# tensor FILE NAME [IDS]: the numbers of a tensor, a row a line, by id.
tensor() {
	/usr/bin/python3 - "$@" <<-'END'
	import json, struct, sys
	b = open(sys.argv[1], "rb").read()
	n = int.from_bytes(b[:8], "little")
	h = json.loads(b[8:8 + n])
	def at(name):
	    o = h[name]["data_offsets"]
	    return b[8 + n + o[0]:8 + n + o[1]]
	rows, cols = h[sys.argv[2]]["shape"]
	x = struct.unpack("<%df" % (rows * cols), at(sys.argv[2]))
	ids = at(sys.argv[3]).decode().split() if len(sys.argv) > 3 and sys.argv[3] != "-" else range(rows)
	for r, i in enumerate(ids):
	    print(i, *("%.9g" % v for v in x[r * cols:(r + 1) * cols]))
	END
}

deepcf() {
	srs-nn-train --method deepcf --factors 4 --layers 8 --batch 64 \
	    --epochs 3 "$@"
}

@test "from a source to a target: rows by their ids, frozen ones stay" {
	ratings 0 0 >source.tsv
	ratings 30 15 >target.tsv
	deepcf -q -o source.st source.tsv
	run -0 --separate-stderr deepcf --init source.st \
	    --freeze user_embeddings,layer -o target.st target.tsv
	[[ $stderr =~ "source.st: users: 10 known, 30 new, 30 gone; items: 5 known, 15 new, 15 gone" ]]
	[[ $stderr =~ "frozen: 241 of 381 parameters" ]]
	# What was known is the source's, and what is new is another user's.
	tensor source.st user_embeddings user_ids | sort >s.txt
	tensor target.st user_embeddings user_ids | sort >t.txt
	[ "$(comm -12 s.txt t.txt | wc -l)" -eq 10 ]
	for name in layer1.weight layer2.weight layer1.bias; do
		cmp <(tensor source.st $name) <(tensor target.st $name)
	done
	# Items have learnt.
	tensor source.st item_embeddings item_ids | sort >s.txt
	tensor target.st item_embeddings item_ids | sort >t.txt
	[ "$(comm -12 s.txt t.txt | wc -l)" -eq 0 ]
}

@test "with rates of nothing the start is the end, of every network" {
	ratings 0 0 >r.tsv
	cut -f1,2 r.tsv >i.tsv
	rows 0 >c.tsv
	awk 'BEGIN { print "x,y,label"
		for (r = 0; r < 99; r++) print r % 7 "," r % 17 "," (r % 3 > 0) }' >n.csv
	awk 'BEGIN { for (r = 0; r < 99; r++)
		print r % 3 "\t" "a" r % 7 " b" r % 11 " c" r % 3 }' >t.tsv
	while read -r method file name ids options; do
		how() {
			srs-nn-train -q --method $method $options --epochs 1 \
			    --batch 64 --optimizer sgd "$@" $file
		}
		how -o a.st
		how --init a.st --learning-rate 1e-9 -s 7 -o b.st
		tensor a.st $name $ids >a.txt
		tensor b.st $name $ids | paste -d' ' a.txt - |
		    awk '{ n = NF / 2; for (i = 2; i <= n; i++) {
				d = $i - $(n + i); if (d * d > 1e-10) exit 1 } }'
	done <<-END
	deepcf r.tsv item_embeddings item_ids --factors 4 --layers 8
	sasrec i.tsv item_embeddings item_ids --factors 4 --blocks 1 --length 5
	gmf i.tsv user_embeddings user_ids --factors 4
	neumf i.tsv layer1.weight - --factors 4 --layers 8
	ncfmlp i.tsv layer1.weight - --factors 4 --layers 8
	twotower i.tsv item_embeddings item_ids --factors 4 --layers 8
	gru4rec i.tsv item_embeddings item_ids --factors 4 --length 5
	multvae i.tsv item.weight item_ids --factors 4 --layers 8
	bow t.tsv word_embeddings feature_ids --factors 8
	mlp n.csv layer1.weight feature_names --layers 8
	logistic c.tsv linear feature_ids
	fm c.tsv linear feature_ids --factors 4
	fm c.tsv linear - --factors 4 --hash-bits 8
	dcn c.tsv linear feature_ids --factors 4 --layers 8
	END
}

@test "new features join an older click model, vanished ones leave" {
	rows 0 >old.tsv
	rows 3 >new.tsv
	srs-nn-train -q --method fm --epochs 2 -o old.st old.tsv
	run -0 --separate-stderr srs-nn-train --method fm --epochs 1 \
	    --init old.st -o new.st new.tsv
	[[ $stderr =~ "old.st: features: 10 known, 6 new, 6 gone" ]]
}

@test "an autoencoder's items are found by their names, its biases too" {
	ratings 0 0 | cut -f1,2 >old.tsv
	ratings 0 10 | cut -f1,2 >new.tsv
	how() {
		srs-nn-train --method multvae --factors 4 --layers 8 \
		    --batch 16 --epochs 2 "$@"
	}
	how -q -o old.st old.tsv
	run -0 --separate-stderr how --init old.st --freeze item.bias -o new.st \
	    new.tsv
	[[ $stderr =~ "old.st: items: 10 known, 10 new, 10 gone" ]]
	bias() {
		tensor $1 item.bias | tr ' ' '\n' | tail -n +2 |
		    paste -d' ' <(tensor $1 item.weight item_ids | cut -d' ' -f1) - | sort
	}
	bias old.st >o.txt
	bias new.st >n.txt
	[ "$(comm -12 o.txt n.txt | wc -l)" -eq 10 ]
}

@test "columns of an older classifier are found by their names" {
	printf 'x,y,label\n1,2,0\n2,1,1\n3,5,0\n' >a.csv
	printf 'y,z,x,label\n2,1,4,1\n3,0,1,0\n' >b.csv
	srs-nn-train -q --method mlp --epochs 1 --layers 3 -o a.st a.csv
	run -0 --separate-stderr srs-nn-train --method mlp --epochs 1 \
	    --layers 3 --init a.st --freeze layer1.weight -o b.st b.csv
	[[ $stderr =~ "a.st: columns: 2 known, 1 new, 0 gone" ]]
	tensor a.st layer1.weight feature_names | sort >a.txt
	tensor b.st layer1.weight feature_names | sort >b.txt
	[ "$(comm -12 a.txt b.txt | wc -l)" -eq 2 ]
}

@test "vectors of items from text, .npy and tensors; frozen they stay" {
	ratings 0 0 >r.tsv
	awk 'BEGIN { for (i = 5; i < 30; i++) print "i" i, i, -i / 4, 0, 1 }' >v.txt
	deepcf --item-embeddings v.txt --freeze item_embeddings -o m.st \
	    r.tsv 2>said
	grep -qx 'srs-nn-train: v.txt: vectors of 15 of 20 items; 10 of others' said
	tensor m.st item_embeddings item_ids | sort >m.txt
	sort v.txt | comm -12 - m.txt | wc -l | grep -qx 15
	# The same as a matrix and its ids, and as another model's.
	/usr/bin/python3 -c 'import struct
x = [l.split() for l in open("v.txt")]
h = b"{\"descr\": \"<f4\", \"fortran_order\": False, \"shape\": (25, 4), }"
h += b" " * (63 - (10 + len(h)) % 64) + b"\n"
open("v.npy", "wb").write(b"\x93NUMPY\1\0" + struct.pack("<H", len(h)) + h +
    b"".join(struct.pack("<4f", *map(float, r[1:])) for r in x))
open("v.ids", "w").write("".join(r[0] + "\n" for r in x))'
	deepcf -q --item-embeddings v.npy --vector-ids v.ids \
	    --freeze item_embeddings -o n.st r.tsv
	cmp m.st n.st
	deepcf -q --item-embeddings m.st --freeze item_embeddings -o n.st r.tsv
	cmp <(tensor m.st item_embeddings) <(tensor n.st item_embeddings)
	# Tuned they move.
	deepcf -q --item-embeddings v.txt -o n.st r.tsv
	run -1 cmp -s m.st n.st
	sed 's/^i/u/' v.txt >u.txt
	deepcf --user-embeddings u.txt -o n.st r.tsv 2>said
	grep -qx 'srs-nn-train: u.txt: vectors of 25 of 40 users; 0 of others' said
}

@test "neumf starts from its two parts, as the mean of their scores" {
	ratings 0 0 | cut -f1,2 >i.tsv
	ratings 10 5 | cut -f1,2 >other.tsv
	how() {
		srs-nn-train --factors 4 --batch 64 --epochs 3 \
		    --learning-rate 0.01 "$@"
	}
	how -q --method gmf -o gmf.st i.tsv
	how -q --method ncfmlp --layers 8,4 -s 2 -o mlp.st i.tsv
	run -0 --separate-stderr how --method neumf --layers 8,4 --init gmf.st \
	    --init mlp.st --optimizer sgd --learning-rate 1e-9 -o n.st i.tsv
	[[ $stderr =~ "gmf.st: users: 40 known, 0 new, 0 gone" ]]
	[[ $stderr =~ "mlp.st: users: 40 known, 0 new, 0 gone" ]]
	for m in gmf mlp n; do
		srs-score -q -m $m.st i.tsv | cut -f3 >$m.txt
	done
	paste gmf.txt mlp.txt n.txt | awk 'NR > 1 { d = ($1 + $2) / 2 - $3
		if (d * d > 1e-8) exit 1 }'
	# One of them is a start, too; of other data, too.
	run -0 --separate-stderr how --method neumf --layers 8,4 --init gmf.st \
	    -o n.st other.tsv
	[[ $stderr =~ "gmf.st: users: 30 known, 10 new, 10 gone" ]]
	[[ $stderr =~ "of no older model, at random: 353 of 597 parameters" ]]
	refuses 1 "gmf.st and gmf.st are both models of gmf" \
	    how --method neumf --init gmf.st --init gmf.st -o m.st i.tsv
	refuses 1 "n.st: a model of neumf starts it alone" \
	    how --method neumf --layers 8,4 --init gmf.st --init n.st -o m.st i.tsv
	refuses 1 "mlp.st: its layer1.weight is 8 x 8, not 8 x 9" \
	    how --method neumf --layers 9,4 --init gmf.st --init mlp.st -o m.st i.tsv
	refuses 1 "mlp.st: a model of method 'ncfmlp', not gmf" \
	    how --method gmf --init mlp.st -o m.st i.tsv
	how -q --method deepcf --layers 8 -o d.st i.tsv
	refuses 1 "d.st: a model of method 'deepcf', not neumf or its parts: gmf ncfmlp" \
	    how --method neumf --init d.st -o m.st i.tsv
}

@test "what cannot be started from is refused, with why" {
	ratings 0 0 >r.tsv
	rows 0 >c.tsv
	deepcf -q -o m.st r.tsv
	cp m.st before.st
	refuses 1 "m.st: its user_embeddings is 40 x 4, not 40 x 6: give the options that it was trained with" \
	    deepcf --init m.st --factors 6 -o m.st r.tsv
	refuses 1 "m.st: its layer1.weight is 8 x 8, not 8 x 9" \
	    deepcf --init m.st --layers 9 -o m.st r.tsv
	refuses 1 "m.st: a model of method 'deepcf', not fm" \
	    srs-nn-train --method fm --init m.st c.tsv
	srs-nn-train -q --method fm --epochs 1 -o f.st c.tsv
	cut -f1,2 c.tsv >one.tsv
	refuses 1 "f.st: a model of 2 other fields" \
	    srs-nn-train --method fm --init f.st one.tsv
	refuses 1 "f.st: a model of --hash-bits 0, not 6" \
	    srs-nn-train --method fm --hash-bits 6 --init f.st c.tsv
	refuses 1 "--freeze: no weights 'user_embedings'; did you mean 'user_embeddings'?" \
	    deepcf --freeze layer1,user_embedings r.tsv
	refuses 1 "--freeze: no weights 'x'; there are user_embeddings, item_embeddings, user_bias, item_bias, layer1.weight," \
	    deepcf --freeze x r.tsv
	refuses 1 "--freeze 'user,item,layer' leaves nothing to learn" \
	    deepcf --freeze user,item,layer r.tsv
	refuses 2 "--init or --resume, not both" \
	    deepcf --init m.st --resume c.st r.tsv
	refuses 2 "--vector-ids is for --user-embeddings, --item-embeddings or --word-embeddings" \
	    deepcf --vector-ids x r.tsv
	echo 'i1 1 2 3' >v.txt
	refuses 1 "v.txt: vectors of 3 numbers, but item_embeddings are of 4" \
	    deepcf --item-embeddings v.txt r.tsv
	echo 'other 1 2 3 4' >v.txt
	refuses 1 "v.txt: no vector is of any of the 20 items of the data" \
	    deepcf --item-embeddings v.txt r.tsv
	refuses 1 "--item-embeddings: --method fm has no item_embeddings" \
	    srs-nn-train --method fm --item-embeddings v.txt c.tsv
	printf 'item_id:token\tgenre:token\ni1\tcrime\n' >t.tsv
	refuses 1 "t.tsv: a table, not vectors" \
	    deepcf --item-embeddings t.tsv r.tsv
	cmp m.st before.st
}
