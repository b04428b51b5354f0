# The model file as others see it: srs-model(5)'s Python reads it.

load lib

# A python3 with numpy, or none.
python_with_numpy() {
	local p

	for p in python3 /usr/bin/python3; do
		if "$p" -c 'import numpy' 2>/dev/null; then
			echo "$p"
			return
		fi
	done
}

ratings() {
	awk 'BEGIN { for (u = 0; u < 30; u++) for (i = 0; i < 12; i++)
		if ((u * 7 + i * 5 + u * i) % 3)
			printf "u%d\té %d\t%d\n", u, i, 1 + (u + i) % 5 }'
}

@test "ten lines of Python read a model" {
	python=$(python_with_numpy)
	[ -n "$python" ] || skip "no python3 with numpy"
	ratings >in.tsv
	srs-mf-train -q --method ials --factors 6 -o ials.st in.tsv
	sed -n '/BEGIN PYTHON/,/END PYTHON/p' "$SRS_ROOT/man/srs-model.5" |
	    sed '/^\./d; s/\\e/\\/g' >read.py
	[ "$(wc -l <read.py)" -eq 10 ]
	cat >>read.py <<-'END'
	users = x["user_ids"].tobytes().decode().split("\n")[:-1]
	assert meta["srs.method"] == "ials" and meta["factors"] == "6"
	assert x["user_factors"].shape == (len(users), 6)
	assert x["item_factors"].shape == (len(items), 6)
	scores = x["user_factors"] @ x["item_factors"].T
	with open("items", "w", encoding="utf-8") as out:
	    for item in items:
	        print(item, file=out)
	for u, user in enumerate(users):
	    for i, item in enumerate(items):
	        print(user, item, scores[u, i], sep="\t")
	END
	PYTHONIOENCODING=utf-8 "$python" read.py >python.tsv
	[ "$(cat items)" = "$(srs-info --ids item_ids ials.st)" ]
	cut -f 1,2 python.tsv | srs-score -q -m ials.st >score.tsv
	[ "$(wc -l <score.tsv)" -eq 360 ]
	paste python.tsv score.tsv | awk -F'\t' '
	    $1 != $4 || $2 != $5 || ($3 - $6) ^ 2 > 1e-12 { bad++ }
	    END { exit bad > 0 }'
}

@test "a model that is cut short is refused, wherever" {
	ratings >in.tsv
	srs-mf-train -q --method ials --factors 6 -o ials.st in.tsv
	size=$(wc -c <ials.st)
	for n in 0 7 8 100 $((size / 2)) $((size - 1)); do
		head -c $n ials.st >cut.st
		refuses 1 cut.st srs-topk -m cut.st -i in.tsv
		refuses 1 cut.st srs-score -m cut.st in.tsv
		# what is not the beginning of a model is a table, or none
		[ $n -lt 9 ] || refuses 1 cut.st srs-info cut.st
	done
	{ cat ials.st; echo; } >long.st
	refuses 1 '1 bytes of data belong to no tensor' srs-info long.st
}

@test "what srs-info says of a model" {
	ratings >in.tsv
	srs-mf-train -q --method ials --factors 6 -o ials.st in.tsv
	srs-info --tsv ials.st >info
	for line in 'kind	model' 'users	30' 'items	12' \
	    'metadata.srs.method.value	ials' \
	    'metadata.factors.value	6' \
	    'tensor.user_factors.shape	30 x 6' \
	    'tensor.user_factors.type	F32' \
	    'tensor.user_factors.bytes	720'; do
		grep -qxF "$line" info
	done
	gzip -k ials.st
	[ "$(srs-info --tsv ials.st.gz | sed 1,2d)" = "$(sed 1,2d info)" ]
}
