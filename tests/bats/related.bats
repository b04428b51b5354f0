# srs-topk --items and --similar-users.

load lib

small() {
	printf 'u1\ta\nu1\tb\nu2\ta\nu2\tc\nu3\ta\nu3\tb\nu3\tc\nu3\td\nu4\ta\n' \
	    >train.tsv
}

# 300 users, 60 items, some structure.
larger() {
	awk 'BEGIN { for (u = 0; u < 300; u++) for (i = 0; i < 60; i++)
		if ((u * 7 + i * 13 + int(u * i / 4)) % 11 < 3)
			printf "u%d\ti%d\n", u, i }' >train.tsv
}

@test "golden: the items of a model of factors, by cosine and by product" {
	small
	srs-mf-train -q -f 4 -o ials.st train.tsv
	run -0 --separate-stderr srs-topk -m ials.st --items -k 2
	[ "${lines[0]}" = "item_id:token	related_id:token	score:float	rank:float" ]
	[ "$(cut -f1,4 <<<"$output" | tail -n +2 | paste -sd' ')" = \
	    "a	1 a	2 b	1 b	2 c	1 c	2 d	1 d	2" ]
	[[ $stderr == *"srs-topk: 4 lists"* ]]
	# the definition, worked out from the file
	for how in '' --dot; do
		# shellcheck disable=SC2086  # words on purpose
		srs-topk -q -m ials.st --items $how -H -o near.tsv
		python3 - "$how" <<'EOF'
import json, math, struct, sys
raw = open("ials.st", "rb").read()
n = struct.unpack("<Q", raw[:8])[0]
head = json.loads(raw[8:8 + n])
def tensor(name):
    a, b = head[name]["data_offsets"]
    return raw[8 + n + a:8 + n + b]
ids = tensor("item_ids").decode().split()
x = struct.unpack("<%df" % (4 * len(ids)), tensor("item_factors"))
Q = [x[4 * i:4 * i + 4] for i in range(len(ids))]
def dot(i, j):
    return sum(a * b for a, b in zip(Q[i], Q[j]))
def like(i, j):
    return dot(i, j) / (1 if sys.argv[1] else math.sqrt(dot(i, i) * dot(j, j)))
want = []
for i in range(len(ids)):
    best = sorted((j for j in range(len(ids)) if j != i), key=lambda j: -like(i, j))
    want += [(ids[i], ids[j], like(i, j)) for j in best]
rows = [line.split("\t") for line in open("near.tsv")]
assert [r[:2] for r in rows] == [[i, j] for i, j, x in want], rows
assert all(abs(float(r[2]) - w[2]) < 1e-5 for r, w in zip(rows, want))
EOF
	done
}

@test "--items: the weights of a model of items, sparse or dense" {
	larger
	srs-knn-train -q --method ease --lambda 10 -o ease.st train.tsv
	srs-knn-train -q --method ease --lambda 10 --top 59 -o sparse.st train.tsv
	srs-topk -q -m ease.st --items -k 59 -o dense.tsv
	srs-topk -q -m sparse.st --items -k 59 -o sparse.tsv
	cmp dense.tsv sparse.tsv
	# what is said of a user who has had that item alone
	awk 'NR == 1 || !seen[$2]++ { print $2 "\t" $2 }' train.tsv >one.tsv
	srs-topk -q -m ease.st -i one.tsv -k 59 -H | sort >want
	srs-topk -q -m ease.st --items -k 59 -H | sort | cmp - want
	[ "$(wc -l <want)" -eq $((58 * 57)) ]
}

@test "--similar-users: of a model of factors, new users too" {
	larger
	srs-mf-train -q -f 4 -e 3 -o ials.st train.tsv
	# who has had the same is most alike
	awk -F'\t' '$1 == "u17" { print "twin\t" $2; print "other\t" $2 }' \
	    train.tsv >twin.tsv
	echo twin >who
	run -0 srs-topk -q -m ials.st -i train.tsv -i twin.tsv \
	    --similar-users --users who -k 1
	[ "${lines[0]}" = "user_id:token	related_id:token	score:float	rank:float" ]
	[[ ${lines[1]} == "twin	other	"* ]]
	at_least "$(cut -f3 <<<"${lines[1]}")" 0.99999
	run -0 srs-topk -q -m ials.st --similar-users -k 1 --jsonl
	[[ ${lines[5]} == '{"user_id":"u5","related_id":'* ]]
	run -0 srs-topk -q -m ials.st --similar-users -k 2 --wide
	[ "${lines[0]}" = "user_id:token	related_ids:token_seq	scores:float_seq" ]
}

@test "--items with rules, titles, chosen items, any number of threads" {
	larger
	srs-mf-train -q -f 4 -e 3 -o ials.st train.tsv
	printf 'item_id:token\ttitle:token_seq\ni3\tThree\ni4\tFour\n' >titles.tsv
	printf 'i3\ni4\n' >some
	run -0 --separate-stderr srs-topk -m ials.st --items -H -k 5 \
	    --candidates some --titles titles.tsv --users some
	[ "$(cut -f1,2,4,5 <<<"$output")" = "$(printf \
	    'i3\ti4\t1\tFour\ni4\ti3\t1\tThree')" ]
	printf 'ghost\ni4\n' >some
	run -0 --separate-stderr srs-topk -m ials.st --items -H -k 5 --users some
	[ "$(cut -f1 <<<"$output" | uniq)" = i4 ]
	[[ $stderr == *"srs-topk: 1 items are not known to the model: 'ghost'"* ]]
	same_for_threads near.tsv srs-topk -q -m ials.st --items -o near.tsv
	same_for_threads like.tsv srs-topk -q -m ials.st --similar-users \
	    -o like.tsv
}

@test "--other: only items that differ in a column of the item table" {
	larger
	srs-mf-train -q -f 4 -e 3 -o ials.st train.tsv
	srs-knn-train -q --method ease -o ease.st train.tsv
	awk 'BEGIN { print "item_id:token\tcategory:token\twords:token_seq"
		for (i = 0; i < 60; i++) printf "i%d\t%s\ta b\n", i,
		    i % 20 == 3 ? "" : "c" i % 3 }' >items.tsv
	for model in ials ease; do
		run -0 --separate-stderr srs-topk -m $model.st --items -k 60 \
		    --other category --item-table items.tsv -o near.tsv
		[[ $stderr == *"srs-topk: items.tsv: 3 of "*" items have no category: they are related to nothing"* ]]
		# all pairs that differ, and no others
		srs-topk -q -m $model.st --items -k 60 -H |
		    awk -F'\t' 'NR == FNR { c[$1] = $2; next }
			c[$1] != "" && c[$2] != "" && c[$1] != c[$2] { print $1, $2 }' \
		    items.tsv - >want
		awk -F'\t' 'NR > 1 { print $1, $2 }' near.tsv | cmp - want
	done
	srs-topk -q -m ials.st --items -k 60 --other category \
	    --item-table items.tsv --approximate int8 -H | cut -f1,2 | sort >near
	srs-topk -q -m ials.st --items -k 60 --other category \
	    --item-table items.tsv -H | cut -f1,2 | sort | cmp - near
	cut -f1 items.tsv >all
	srs-topk -q -m ials.st --items -k 60 --other category \
	    --item-table items.tsv -H --candidates all | cut -f1,2 | sort |
	    cmp - near
	refuses 1 "items.tsv: --other 'words': not a column of single tokens" \
	    srs-topk -m ials.st --items --other words --item-table items.tsv
	refuses 2 "--other is for --items" \
	    srs-topk -m ials.st --other category --item-table items.tsv
	refuses 2 "--other needs an --item-table" \
	    srs-topk -m ials.st --items --other category
	refuses 2 "--items is for one model" \
	    srs-topk -m ials.st -m ease.st --items
}

@test "refused: models without vectors, options that do not go together" {
	small
	srs-knn-train -q --method popular -o popular.st train.tsv
	srs-knn-train -q --method ease -o ease.st train.tsv
	refuses 1 "popular.st: method 'popular' has no vectors of items, nor weights between them: --items is for models of factors and of items that belong together, as ials and ease" \
	    srs-topk -m popular.st --items
	refuses 1 "ease.st: method 'ease' has no vectors of users: --similar-users is for models of factors, as ials" \
	    srs-topk -m ease.st --similar-users
	refuses 1 "ease.st: method 'ease' has weights between items, and no vectors for --dot" \
	    srs-topk -m ease.st --items --dot
	refuses 1 "ease.st: method 'ease' has weights between items: --items needs no interactions" \
	    srs-topk -m ease.st --items -i train.tsv
	refuses 2 "give one of --items, --similar-users" \
	    srs-topk -m ease.st --items --similar-users
	refuses 2 "--dot is for --items and --similar-users" \
	    srs-topk -m ease.st --dot
	refuses 2 "--similar-users lists no items: there are no rules for them" \
	    srs-topk -m ease.st --similar-users --exclude x
}
