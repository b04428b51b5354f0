# srs-knn-train: what is known of users and items besides interactions.

load lib

# Two kinds of users, one without a kind, one that had nothing.
shop() {
	printf '%s\t%s\n' user_id:token kind:token a1 a a2 a a3 a b1 b b2 b \
	    none '' idle c >users.tsv
	printf '%s\t%s\n' a1 x a1 y a2 x a2 y a3 x b1 z b1 x b2 z none w \
	    new y >log.tsv
}

segments() {	# segments [OPTION...]: a model of shop()
	srs-knn-train --method popular --user-features users.tsv \
	    --segment kind "$@" -o seg.st log.tsv
}

@test "popular in a segment: shares, drawn to those of all" {
	shop
	run -0 --separate-stderr segments --shrink 2
	[[ $stderr == *"popular: 3 segments; 2 users have none"* ]]
	# N (n_gi + K n_i / N) / (N_g + K), with N = 10 and K = 2
	awk 'BEGIN { FS = OFS = "\t" }
	    FNR == NR { seg[$1] = $2; next }
	    { n[$2]++; N++; g = seg[$1]; c[g, $2]++; s[g]++ }
	    END { split("a1 b2 none idle new stranger", who, " ")
		for (u = 1; u in who; u++) for (i in n) {
		    g = seg[who[u]]; x = n[i]
		    if (g != "" && s[g])
			x = N * (c[g, i] + 2 * n[i] / N) / (s[g] + 2)
		    print who[u], i, x } }' \
	    users.tsv log.tsv | sort >want
	cut -f 1,2 want >pairs.tsv
	run -0 --separate-stderr srs-score -m seg.st pairs.tsv
	[[ $stderr == *"12 of 24 rows have a user without a segment"* ]]
	[[ $stderr == *"4 of 24 rows have a user or item that"* ]]
	join -t '	' -j 1 <(sed 's/\t/ /' want) \
	    <(sed 's/\t/ /' <<<"$output") | awk -F '\t' '
	    ($2 - $3) ^ 2 > 1e-10 { print; bad = 1 }
	    END { exit bad || NR != 24 }'
	# lists are the same numbers, and say who had no segment
	printf 'user_id:token\nb2\na1\nstranger\n' >who.tsv
	run -0 --separate-stderr srs-topk -H -m seg.st --users who.tsv -k 1
	[[ $stderr == *"1 users have no segment in the model"* ]]
	[ "$(cut -f 1,2 <<<"$output" | xargs)" = "b2 z a1 x stranger x" ]
}

@test "segments: one of them is no segments; threads do not matter" {
	shop
	sed 's/\t[abc]*$/\tsame/; 1s/.*/user_id:token\tkind:token/' users.tsv \
	    >one.tsv
	printf 'new\tsame\n' >>one.tsv
	srs-knn-train -q --method popular -o all.st log.tsv
	srs-knn-train -q --method popular --user-features one.tsv \
	    --segment kind -o seg.st log.tsv
	cmp <(srs-score -q -m all.st log.tsv) <(srs-score -q -m seg.st log.tsv)
	segments -q
	same_for_threads seg.st segments -q
	same_for_threads lists.tsv srs-topk -q -m seg.st -i log.tsv -k 3 \
	    -o lists.tsv
	srs-info seg.st >/dev/null
}

@test "segments: what does not go together, and columns that are none" {
	shop
	refuses 2 "--segment and --user-features go together" \
	    srs-knn-train --method popular --segment kind log.tsv
	refuses 2 "--segment is not for --method ease" \
	    srs-knn-train --segment kind --user-features users.tsv log.tsv
	refuses 2 "--shrink is for --segment" \
	    srs-knn-train --method popular --shrink 3 log.tsv
	refuses 1 "users.tsv: no column is called 'age'" \
	    srs-knn-train --method popular --segment age \
	    --user-features users.tsv log.tsv
	printf '%s\t%s\n' user_id:token age:float a1 3 >ages.tsv
	refuses 1 "ages.tsv: column 'age' is not of type token: a segment is \
one word for each user" srs-knn-train --method popular --segment age \
	    --user-features ages.tsv log.tsv
	segments -q
	sed 's/"shrink":"100"/"shrink":"-10"/; s/srs.digest/old.digest/' seg.st >bad.st
	refuses 1 "bad.st" srs-topk -m bad.st
}

# --- features of items --------------------------------------------------------

# 60 users, 20 items that they had and 4 that nobody had.
catalog() {
	awk 'BEGIN { for (u = 0; u < 60; u++) for (i = 0; i < 20; i++)
		if ((u * 7 + i * 5 + u * i) % 5 < 2) print "u" u "\ti" i }' \
	    >in.tsv
	awk 'BEGIN { print "item_id:token\tkind:token\ttags:token_seq\tyear:float"
	    for (i = 0; i < 24; i++) print (i < 20 ? "i" : "new") i "\t" \
		(i % 4 ? "k" i % 5 : "") "\tt" i % 3 " t" i % 7 "\t" \
		1900 + i * i % 23 + i / 100 }' >items.tsv
	awk 'BEGIN { for (i = 0; i < 24; i++) for (u = 0; u < 60; u += 7)
		print "u" u "\t" (i < 20 ? "i" : "new") i }' >pairs.tsv
}

# expected K MIX: the formulas of contentscore.h, from items.tsv, in.tsv and
# the scores of old items in y.tsv
expected() {
	awk -v K="$1" -v w="$2" '
	BEGIN { FS = "\t" }
	FILENAME == "items.tsv" { if (FNR > 1) {
		id[++N] = $1; v[$1, "kind " $2] = $2 != ""
		n = split($3, t, " ")
		for (i = 1; i <= n; i++) v[$1, "tag " t[i]] += 1 / sqrt(n)
		v[$1, "year"] = $4; sum += $4; squares += $4 * $4 } next }
	FILENAME == "in.tsv" { x[$1, $2] = 1; next }
	{ y[$1, $2] = $3; users[$1] }
	function sd(a, u,	i, s, q) {
		for (i = 1; i <= 20; i++) s += a[u, id[i]]
		for (i = 1; i <= 20; i++) q += (a[u, id[i]] - s / 20) ^ 2
		return sqrt(q / 20) }
	function col(f) { return substr(f, 1, 4) }
	END {
	    for (k in v) { split(k, p, SUBSEP)
		if (p[2] != "year" && v[k]) { n_of[p[2]]++; has[k] } else
		    if (p[2] == "year") v[k] = (v[k] - sum / N) / \
			sqrt(squares / N - (sum / N) ^ 2) }
	    for (k in has) { split(k, p, SUBSEP)
		v[k] *= log(1 + N / n_of[p[2]]); l[p[1], col(p[2])] += v[k] ^ 2 }
	    for (k in v) { split(k, p, SUBSEP)
		if (k in has) v[k] /= sqrt(l[p[1], col(p[2])])
		l[p[1]] += v[k] ^ 2; f[p[2]] }
	    for (a = 1; a <= N; a++) { delete s
		for (b = 1; b <= 20; b++) if (a != b) {
		    s[b] = 0
		    for (k in f) s[b] += v[id[a], k] * v[id[b], k]
		    s[b] /= sqrt(l[id[a]] * l[id[b]]) }
		for (n = 1; n <= K; n++) { best = 0
		    for (b in s) if (s[b] > 0 && (!best || s[b] > s[best]))
			best = b
		    if (best) { near[a, best] = s[best]; delete s[best] } } }
	    for (u in users) { for (j = 1; j <= N; j++) c[u, id[j]] = 0
		for (k in near) { split(k, p, SUBSEP)
		    c[u, id[p[1]]] += near[k] * x[u, id[p[2]]]
		    if (p[1] > 20) c[u, id[p[2]]] += near[k] * x[u, id[p[1]]]
		    if (p[1] > 20) { m[u, p[1]] += near[k] * y[u, id[p[2]]]
			of[u, p[1]] += near[k] } }
		r = sd(c, u) > 0 ? sd(y, u) / sd(c, u) : 0
		for (j = 1; j <= N; j++) print u " " id[j] "\t" (1 - w) * \
		    (j > 20 ? m[u, j] / of[u, j] : y[u, id[j]]) + \
		    w * r * c[u, id[j]] } }' items.tsv in.tsv y.tsv | sort
}

# same WANT GOT: "user item<TAB>score" rows agree
same() {
	join -t '	' "$1" "$2" | awk -F '\t' '{ d = $2 - $3; n++ }
	    d * d > 1e-8 * (1 + $2 * $2) { print; bad = 1 }
	    END { exit bad || n < 200 }'
}

@test "item features: scores are what the formulas say, for any method" {
	catalog
	grep -v new pairs.tsv >old.tsv
	printf 'u7\tnew21\nu14\tnew20\n' >late.tsv
	for method in ease sansa slim gfcf bspm rp3beta p3alpha item user; do
		srs-knn-train -q --method $method -o m.st in.tsv
		srs-score -q -m m.st -i in.tsv -o y.tsv old.tsv
		for mix in 0 0.4 1; do
			srs-knn-train -q --method $method --mix $mix \
			    --item-features items.tsv --content-neighbours 3 \
			    -o c.st in.tsv
			expected 3 $mix >want
			srs-score -q -m c.st -i in.tsv pairs.tsv |
			    sed 's/\t/ /' | sort >got
			same want got
		done
	done
	# what is new and was had meanwhile counts for what is like it
	cat late.tsv >>in.tsv
	expected 3 1 >want
	srs-score -q -m c.st -i in.tsv pairs.tsv | sed 's/\t/ /' | sort >got
	same want got
}

@test "item features: new items are listed, also for who had only new ones" {
	catalog
	srs-knn-train --item-features items.tsv -o c.st in.tsv 2>err
	grep -q "60 users, 20 items, .* 4 more items by their features" err
	printf 'item_id:token\nnew20\nnew21\nnew22\nnew23\n' >new.tsv
	srs-topk -q -m c.st -i in.tsv --candidates new.tsv -k 9 -o lists.tsv
	[ "$(sed 1d lists.tsv | wc -l)" = 240 ]
	printf 'z\tnew21\n' >z.tsv
	run -0 srs-topk -q -H -m c.st -i z.tsv -k 3
	[ "${#lines[@]}" = 3 ]
	same_for_threads c.st srs-knn-train -q --item-features items.tsv \
	    -o c.st in.tsv
	same_for_threads lists.tsv srs-topk -q -m c.st -i in.tsv -o lists.tsv
	srs-info c.st >/dev/null
}

@test "item features: ratings of new items are those of what is like them" {
	printf '%s\t%s\n' item_id:token kind:token a x b x c y d z new x \
	    odd q >items.tsv
	awk 'BEGIN { for (u = 0; u < 9; u++) { print u "\ta\t" 1 + u % 5
	    print u "\tb\t" 1 + u % 3; print u "\tc\t" 5 - u % 5 } }' >in.tsv
	for method in item user; do
		srs-knn-train -q --method $method --feedback ratings \
		    --item-features items.tsv -o r.st in.tsv
		for u in 0 4 nobody; do
			printf "$u\t%s\n" a b new odd stranger
		done >pairs.tsv
		run -0 srs-score -q -m r.st pairs.tsv
		awk '{ s[$2] = $3 } $2 == "stranger" { n++
		    if ((s["new"] - (s["a"] + s["b"]) / 2) ^ 2 > 1e-10 ||
			s["odd"] != $3) bad = 1 }
		    END { exit bad || n != 3 }' <<<"$output"
	done
	refuses 2 "--mix is for --feedback implicit" srs-knn-train \
	    --method item --feedback ratings --item-features items.tsv \
	    --mix 0.5 in.tsv
}

@test "item features: vectors, of a matrix or of tensors" {
	catalog
	srs-mf-train -q --method ials --factors 4 -o mf.st in.tsv
	srs-knn-train -q --item-features mf.st -o c.st in.tsv
	srs-info c.st >/dev/null
	# every fourth item has the same vector: of the equal ones the id that
	# sorts last is nearest
	cut -f 1 items.tsv >ids.tsv
	{ printf "\223NUMPY\1\0\166\0"
	  printf "%-117s\n" "{'descr': '|u1', 'fortran_order': False, \
'shape': (24, 2), }"
	  awk 'BEGIN { for (i = 0; i < 24; i++) printf "%c%c", 33 + i % 4,
	    60 - i % 4 }'; } >x.npy
	srs-knn-train -q --item-features x.npy --vector-ids ids.tsv \
	    --content-neighbours 1 --mix 0 -o c.st in.tsv
	srs-score -q -m c.st -i in.tsv pairs.tsv | awk '{ s[$1, $2] = $3 }
	    $2 == "new20" { n++; if ($3 != s[$1, "i8"]) bad = 1 }
	    END { exit bad || n != 9 }'
	refuses 1 "x.npy: a matrix has no ids" \
	    srs-knn-train --item-features x.npy -o n.st in.tsv
	head -n 9 ids.tsv >few.tsv
	refuses 1 "x.npy: 24 rows, but few.tsv has 8 ids" srs-knn-train \
	    --item-features x.npy --vector-ids few.tsv -o n.st in.tsv
	srs-knn-train -q --method popular -o p.st in.tsv
	refuses 1 "p.st: no F32 tensor of two dimensions is called" \
	    srs-knn-train --item-features p.st -o n.st in.tsv
}

# glove: the vectors of that matrix as lines of text
glove() {
	sed 1d ids.tsv | awk '{ print $1, 33 + (NR - 1) % 4, 60 - (NR - 1) % 4 }'
}

@test "item features: vectors as lines of text" {
	catalog
	cut -f 1 items.tsv >ids.tsv
	{ printf "\223NUMPY\1\0\166\0"
	  printf "%-117s\n" "{'descr': '|u1', 'fortran_order': False, \
'shape': (24, 2), }"
	  glove | awk '{ printf "%c%c", $2, $3 }'; } >x.npy
	srs-knn-train -q --item-features x.npy --vector-ids ids.tsv \
	    -o want.st in.tsv
	glove >glove.txt
	{ echo 24 2; sed 's/$/ /' glove.txt; } | gzip >w2v.vec.gz
	tr ' ' '\t' <glove.txt >tabs.txt
	tr ' ' , <glove.txt >commas.txt
	sed 's/ /\t/' glove.txt >both.txt
	for x in glove.txt w2v.vec.gz tabs.txt commas.txt both.txt; do
		srs-knn-train -q --item-features $x -o c.st in.tsv
		cmp c.st want.st
	done
}

# no_vectors WHY LINE...: a file of these lines is refused
no_vectors() {
	printf '%s\n' "${@:2}" >bad.vec
	refuses 1 "srs-knn-train: bad.vec$1" srs-knn-train \
	    --item-features bad.vec -o n.st in.tsv
	[ ! -e n.st ]
}

@test "item features: text that has no vectors is refused, with its line" {
	catalog
	no_vectors ":2: 1 numbers, but vectors have 2" "a 1 2" "b 1"
	no_vectors ":3: 3 numbers, but vectors have 2" "2 2" "a 1 2" "b 1 2 3"
	no_vectors ":2: 'x' is not a number" "a 1 2" "b 1 x"
	no_vectors ":2: 'nan' is not a number" "a 1 2" "b 1 nan"
	no_vectors ":2: '1e39' is too large" "a 1 2" "b 1 1e39"
	no_vectors ":3: 'a' stands twice" "a 1 2" "b 1 2" "a 1 2"
	no_vectors ":2: an empty id" "a 1 2" ""
	no_vectors ": 2 vectors, but its first line says 3" "3 2" "a 1 2" "b 1 2"
	no_vectors ": no vectors" "3 2"
	no_vectors ": no column 'item_id'; there are 1, 2" "$(printf 'a\tx')"
}

@test "item features: columns that are all the same, vectors of zeros" {
	catalog
	awk -F '\t' 'BEGIN { OFS = FS } NR == 1 { print "item_id:token",
	    "kind:token", "year:float" } NR > 1 { print $1, "k", 7 }' items.tsv \
	    >same.tsv
	sed 1d items.tsv | cut -f 1 | sed 's/$/ 0 0/' >zeros.txt
	for features in same.tsv zeros.txt; do
		for mix in 0 0.5 1; do
			srs-knn-train -q --item-features $features \
			    --mix $mix -o c.st in.tsv
			srs-score -q -m c.st -i in.tsv pairs.tsv >scores.tsv
			run -1 grep -qi -e nan -e inf scores.tsv
			[ "$(wc -l <scores.tsv)" = "$(wc -l <pairs.tsv)" ]
		done
	done
}

@test "item features: wrong usage and damaged models" {
	catalog
	refuses 2 "--vector-ids, --content-neighbours and --mix are for \
--item-features" srs-knn-train --mix 0.2 in.tsv
	refuses 2 "--item-features is not for --method popular" \
	    srs-knn-train --method popular --item-features items.tsv in.tsv
	sed '3s/.*/&\tx/' items.tsv >wide.tsv
	refuses 1 "wide.tsv:3:" \
	    srs-knn-train --item-features wide.tsv -o n.st in.tsv
	srs-knn-train -q --item-features items.tsv -o c.st in.tsv
	sed 's/"mix":"0.1"/"mix":"9.1"/; s/srs.digest/old.digest/' c.st >bad.st
	refuses 1 "bad.st: metadata 'mix': 9.1 is not from 0 to 1" \
	    srs-topk -m bad.st -i in.tsv
	[ ! -e n.st ]
}
