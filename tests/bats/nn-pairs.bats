# srs-nn-train: networks of users and items, and tables of what is known of
# them.

load lib

# 200 users of two tastes and 40 items of two kinds, which tables name too.
# Each user had 10 items of their kind; the test item is one of those left of
# it.  Items c0 and c1 were had by nobody.
tastes() {
	awk 'BEGIN { OFS = "\t"
		print "user_id:token", "item_id:token" >"train.tsv"
		print "user_id:token", "item_id:token" >"test.tsv"
		print "item_id:token", "kind:token", "price:float" >"items.tsv"
		print "user_id:token", "likes:token_seq" >"users.tsv"
		for (u = 0; u < 200; u++) {
			for (k = 0; k < 10; k++)
				print "u" u, "i" 2 * ((u * 7 + k) % 20) + u % 2 >"train.tsv"
			print "u" u, "i" 2 * ((u * 7 + 10 + u % 9) % 20) + u % 2 >"test.tsv"
			print "u" u, u % 2 ? "odd big" : "even" >"users.tsv"
		}
		for (i = 0; i < 40; i++)
			print "i" i, i % 2 ? "odd" : "even", i >"items.tsv"
		print "c0", "even", 3 >"items.tsv"
		print "c1", "odd", 4 >"items.tsv" }'
}

# hit METHOD OPTION...: hr@10 of the test items in the lists of all users
hit() {
	srs-nn-train -q --method "$@" -o m.st train.tsv
	srs-topk -q -m m.st -i train.tsv -k 10 -o top.tsv
	srs-eval -q --truth test.tsv --metrics hr@10 --tsv top.tsv |
	    awk 'END { print $2 }'
}

@test "every network of pairs tells tastes apart" {
	tastes
	local small="--factors 4 --batch 256 --epochs 5 --learning-rate 0.02"
	at_least "$(hit gmf $small)" 0.6		# by chance: a third
	at_least "$(hit neumf $small --layers 16,8)" 0.6
	at_least "$(hit cosine $small)" 0.6
	at_least "$(hit twotower $small --epochs 12 --layers 16)" 0.6
	at_least "$(hit deepcf $small --loss bpr --layers 16)" 0.6
	at_least "$(hit gmf $small --loss hinge)" 0.6
	at_least "$(hit gmf $small --loss mse)" 0.6
	at_least "$(hit gmf $small --loss softmax --negatives 1000000)" 0.6
	at_least "$(hit neumf $small --loss softmax --layers 16)" 0.6
	at_least "$(hit gmf $small --sampling hard)" 0.45
	at_least "$(hit gmf $small --sampling popularity)" 0.5
}

@test "the same model with any number of threads" {
	tastes
	local tables="--user-features users.tsv --item-features items.tsv"
	for v in "gmf --dropout 0.2 --sampling popularity" \
	    "neumf --loss bpr" "cosine --sampling hard" \
	    "twotower $tables" "deepcf $tables --valid test.tsv" \
	    "cosine --loss softmax --negatives 20"; do
		same_for_threads m.st srs-nn-train -q --epochs 2 --batch 300 \
		    -o m.st --method $v train.tsv
	done
	same_for_threads top.tsv srs-topk -q -m m.st -k 5 -o top.tsv
}

@test "what is in a table only is scored by what is known of it" {
	tastes
	srs-nn-train -q --method twotower --factors 8 --layers 16 --epochs 12 \
	    --batch 256 --learning-rate 0.01 --item-features items.tsv \
	    -o m.st train.tsv
	printf 'u%s\tc0\nu%s\tc1\n' 0 0 1 1 | srs-score -q -m m.st >s.tsv
	awk -F'\t' '{ s[$1 $2] = $3 } END { exit !(s["u0c0"] > s["u0c1"] + 1 &&
	    s["u1c1"] > s["u1c0"] + 1) }' s.tsv
	# a model has all it needs: the tables are not read again
	rm items.tsv
	srs-topk -q -m m.st -k 50 | grep -q 'c1'
	srs-info m.st | grep -q item_features
	# the vectors that the score is the product of are there for others
	srs-nn-train -q --method gmf -e 1 --factors 8 --item-embeddings m.st \
	    -o g.st train.tsv
	/usr/bin/python3 - m.st <<'E' >vectors.tsv
import json, struct, sys
data = open(sys.argv[1], "rb").read()
n = struct.unpack("<Q", data[:8])[0]
head = json.loads(data[8:8 + n])
def tensor(name):
    t = head[name]
    lo, hi = t["data_offsets"]
    return data[8 + n + lo:8 + n + hi], t["shape"]
def row(name, i):
    raw, shape = tensor(name)
    k = shape[1]
    return struct.unpack("<%df" % k, raw[4 * k * i:4 * k * (i + 1)])
u = tensor("user_ids")[0].decode().split("\n").index("u0")
i = tensor("item_ids")[0].decode().split("\n").index("c0")
offset = struct.unpack("<f", tensor("offset")[0])[0]
print(offset + sum(a * b for a, b in
    zip(row("user_vectors", u), row("item_vectors", i))))
E
	printf 'u0\tc0\n' | srs-score -q -m m.st | cut -f 3 | paste - vectors.tsv |
	    awk '{ exit !($1 - $2 < 1e-4 && $2 - $1 < 1e-4) }'
}

@test "tables help ratings of who is new" {
	awk 'BEGIN { OFS = "\t"
		print "user_id:token", "item_id:token", "rating:float" >"r.tsv"
		print "item_id:token", "kind:token" >"items.tsv"
		for (i = 0; i < 30; i++) {
			print "i" i, "k" i % 3 >"items.tsv"
			for (u = 0; u < 40 && i < 24; u++)
				print "u" u, "i" i, 1 + 2 * (i % 3) >"r.tsv"
		} }'
	srs-nn-train -q --method deepcf --item-features items.tsv --dropout 0 \
	    --epochs 40 --batch 64 -o m.st r.tsv
	printf 'u1\ti24\nu1\ti25\nu1\ti26\n' | srs-score -q -m m.st | cut -f 3 |
	    tr '\n' ' ' | awk '{ exit !($1 < 2 && $2 > 2 && $2 < 4 && $3 > 4) }'
}

@test "scores of pairs are those of lists" {
	tastes
	srs-nn-train -q --method neumf --epochs 1 -o m.st train.tsv
	srs-topk -q -m m.st -k 3 -o top.tsv
	cut -f 1,2 top.tsv | srs-score -q -m m.st --column again >again.tsv
	paste <(cut -f 3 top.tsv) <(cut -f 3 again.tsv) |
	    awk 'NR > 1 && ($1 - $2 > 1e-5 || $2 - $1 > 1e-5) { exit 1 }'
}

@test "a pair has one score, wherever it stands" {
	tastes
	for method in neumf ncfmlp deepcf gmf; do
		srs-nn-train -q --method $method --epochs 1 -o m.st train.tsv
		sed 1d train.tsv | head -n 300 >pairs.tsv
		srs-score -q -m m.st pairs.tsv >all
		tac pairs.tsv | srs-score -q -m m.st | tac | cmp - all
		sed -n 297p pairs.tsv | srs-score -q -m m.st |
		    diff - <(sed -n 297p all)
	done
}

@test "ways to learn that do not go together are refused" {
	tastes
	refuses 1 "--loss mae is not for --method gmf with implicit feedback: it takes bce, mse, bpr, hinge or softmax" \
	    srs-nn-train -q --method gmf --loss mae -o m.st train.tsv
	printf 'u\ti\t4\nu\tj\t2\n' >r.tsv
	refuses 1 "--loss bpr is not for --method deepcf with ratings: it takes mse or mae" \
	    srs-nn-train -q --method deepcf --loss bpr -o m.st r.tsv
	refuses 1 "--sampling in-batch is for --loss softmax and a method whose scores are products: gmf, cosine, twotower" \
	    srs-nn-train -q --method neumf --sampling in-batch \
	    -o m.st train.tsv
	refuses 1 "--sampling hard is not for --loss softmax, which counts all" \
	    srs-nn-train -q --method twotower --sampling hard \
	    -o m.st train.tsv
	refuses 1 "--negatives 70000: at most 65535 are drawn, or all by a softmax of products" \
	    srs-nn-train -q --method gmf --negatives 70000 -o m.st train.tsv
	refuses 2 "--user-features is not for --method sasrec" \
	    srs-nn-train -q --method sasrec --user-features users.tsv train.tsv
	awk 'NR == 3 { print } { print }' items.tsv >twice.tsv
	refuses 1 "twice.tsv:4: item_id: 'i1' stands twice" \
	    srs-nn-train -q --method gmf --item-features twice.tsv train.tsv
	[ ! -e m.st ]
}

@test "multvae: histories in, lists out, also of who is new" {
	tastes
	local small="--factors 8 --layers 32 --epochs 40 --batch 50"
	srs-nn-train -q --method multvae $small --learning-rate 0.005 -o m.st \
	    train.tsv
	srs-topk -q -m m.st -i train.tsv -k 10 -o top.tsv
	run -0 --separate-stderr srs-eval -q --truth test.tsv --metrics hr@10 \
	    --tsv top.tsv
	at_least "$(awk 'END { print $2 }' <<<"$output")" 0.6
	# a new user of one taste
	printf 'new\ti1\nnew\ti3\nnew\ti5\n' >new.tsv
	srs-topk -q -m m.st -i new.tsv -k 5 | cut -f 2 >items
	awk '{ odd += substr($1, 2) % 2 } END { exit !(odd >= 4) }' items
	for v in "-e 3" "-e 4 --valid test.tsv --layers 16,8 --dropout 0.3"; do
		same_for_threads m.st srs-nn-train -q --method multvae \
		    $small $v -o m.st train.tsv
	done
	same_for_threads top.tsv srs-topk -q -m m.st -i train.tsv -k 5 \
	    -o top.tsv
	refuses 1 "the model stores no users: give their interactions with -i" \
	    srs-topk -m m.st -k 5
}
