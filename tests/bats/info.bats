# srs-info: what a file holds, and that damage is seen.

load lib

# st HEADER: the beginning of a safetensors file; data follows.
st() {
	local n=${#1}

	printf '%b\0\0\0\0\0\0%s' \
	    "$(printf '\\0%03o\\0%03o' $((n & 255)) $((n >> 8)))" "$1"
}

@test "a typed table" {
	printf 'user_id:token\titem_id:token\trating:float\ttags:token_seq\n' >t
	printf '%s\n' 'u	a	4	x y' 'u	b	2	' 'v	a		z' 'u	a	3	é' >>t
	run -0 srs-info t
	[ "$output" = 'file           t
compression    none
kind           tsv table
header         yes
rows           4
columns        4
users          2
items          2
pairs          3
density        75 %
rows_per_user  1 to 3, mean 2
rows_per_item  1 to 3, mean 2

column   type       missing  distinct  min  mean  max
user_id  token      0        2         -    -     -
item_id  token      0        2         -    -     -
rating   float      1        -         2    3     4
tags     token_seq  1        -         -    -     -' ]
}

@test "--tsv, gzip, standard input, a table without header" {
	printf 'u\ta\t1\t100\nv\tb\t2.5\t90\n' | gzip >t.gz
	run -0 srs-info --tsv t.gz
	[[ $'\n'$output$'\n' == *$'\ncompression\tgzip\n'* ]]
	[[ $'\n'$output$'\n' == *$'\ncolumn.timestamp.min\t90\n'* ]]
	[[ $'\n'$output$'\n' == *$'\ncolumn.rating.type\tfloat\n'* ]]
	[[ $'\n'$output$'\n' == *$'\ndensity\t50 %\n'* ]]
	srs-info --tsv <t.gz >out
	[ "$(sed 1d out)" = "$(srs-info --tsv t.gz | sed 1d)" ]
	[ "$(sed q out)" = "file	standard input" ]
}

@test "CSV with quotes" {
	printf 'id,title,n\n1,"a, ""b""\nc",7\n2,d,\n' >t.csv
	run -0 srs-info --tsv t.csv
	[[ $'\n'$output$'\n' == *$'\nkind\tcsv table\n'* ]]
	[[ $'\n'$output$'\n' == *$'\nrows\t2\n'* ]]
	[[ $'\n'$output$'\n' == *$'\ncolumn.title.distinct\t2\n'* ]]
	[[ $'\n'$output$'\n' == *$'\ncolumn.n.missing\t1\n'* ]]
}

@test "damaged tables" {
	: >t
	refuses 1 'srs-info: t: the file is empty' srs-info t
	printf 'rating:float\n4\nfour\n' >t
	refuses 1 "srs-info: t:3: rating: 'four' is not a number" srs-info t
	printf 'rating:float\nnan\n' >t
	refuses 1 "srs-info: t:2: rating: 'nan' is not a number" srs-info t
	printf 'a\tb\nc\n' >t
	refuses 1 'srs-info: t:2: 1 field, not 2' srs-info t
	printf 'u\ta\n' | gzip | head -c 15 >t.gz
	refuses 1 'srs-info: t.gz: gzip data ends too early' srs-info t.gz
}

@test "tensors of somebody else's" {
	st '{"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}' >t.st
	printf '\0\0\200\077\0\0\0\300' >>t.st
	run -0 srs-info t.st
	[ "$output" = 'file         t.st
compression  none
kind         tensors
tensors      1
bytes        8

tensor  type  shape  bytes  min  max
w       F32   1 x 2  8      -2   1' ]
	gzip -k t.st
	[ "$(srs-info t.st.gz | sed 1,2d)" = "$(srs-info t.st | sed 1,2d)" ]
	[ "$(srs-info <t.st | sed 1d)" = "$(srs-info t.st | sed 1d)" ]
}

@test "ids of a model" {
	st '{"item_ids":{"dtype":"U8","shape":[6],"data_offsets":[0,6]}}' >t.st
	printf 'a\nb c\n' >>t.st
	run -0 srs-info --ids item_ids t.st
	[ "$output" = 'a
b c' ]
	[ "$(srs-info --tsv t.st | grep ^items)" = 'items	2' ]
	refuses 1 "t.st: no tensor 'user_ids'" srs-info --ids user_ids t.st
	refuses 2 'give one of --ids, --tsv, --columns' \
	    srs-info --ids item_ids --tsv t.st
}

@test "columns of tables" {
	printf 'user_id:token\ttags:token_seq\nu\n' >short
	printf 'id,"a, b"\n1,2\n' | gzip >t.csv.gz
	run -0 srs-info --columns short t.csv.gz
	[ "$output" = $'user_id\ntags\nid\na, b' ]
	refuses 1 "srs-info: cannot open 'none'" srs-info --columns none
}

@test "damaged tensors" {
	h='{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
	{ st "$h"; printf '\0\0\200\077\0\0\300\177'; } >t.st
	refuses 1 "t.st: tensor 'w' has 1 numbers that are not finite" \
	    srs-info t.st
	{ st "$h"; printf '\0\0\200\077\0\0\300'; } >t.st
	refuses 1 "t.st: tensor 'w': data_offsets 0 to 8 are not within" \
	    srs-info t.st
	h='{"item_ids":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}'
	{ st "$h"; printf 'a\na\n'; } >t.st
	refuses 1 "t.st: item_ids:" srs-info t.st
	{ st "$h"; printf 'a\nbb'; } >t.st
	refuses 1 "tensor 'item_ids' does not end in a newline" srs-info t.st
	{ st "$h"; printf 'a\n\n\n'; } >t.st
	refuses 1 "tensor 'item_ids' has an empty id" srs-info t.st
	{ st "$h"; printf 'a\tb\n'; } >t.st
	refuses 1 "tensor 'item_ids' has an id with a TAB" srs-info t.st
}

@test "a NumPy array" {
	{ printf '\223NUMPY\001\000\166\000'
	  printf '%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }"
	  printf '\0\0\200\077\0\0\0\300'; } >t.npy
	run -0 srs-info --tsv t.npy
	[[ $'\n'$output$'\n' == *$'\nkind\tnpy matrix\n'* ]]
	[[ $'\n'$output$'\n' == *$'\nmin\t-2\n'* ]]
	[[ $'\n'$output$'\n' == *$'\nmean\t-0.5\n'* ]]
}

@test "a damaged file does not hide the sound ones, but nothing is replaced" {
	printf 'u\ta\n' >good
	: >bad
	run -1 --separate-stderr srs-info bad good
	[[ $output == *'file           good'* ]]
	[ "$stderr" = 'srs-info: bad: the file is empty' ]
	echo old >out
	refuses 1 'bad: the file is empty' srs-info -o out good bad
	[ "$(cat out)" = old ]
}

@test "real data" {
	need_data ml-100k
	run -0 srs-info --tsv "$data/ml-100k/u.data"
	[[ $'\n'$output$'\n' == *$'\nrows\t100000\n'* ]]
	[[ $'\n'$output$'\n' == *$'\nusers\t943\n'* ]]
	[[ $'\n'$output$'\n' == *$'\nitems\t1682\n'* ]]
	run -0 srs-info --tsv "$data/ml-latest-small/movies.csv"
	[[ $'\n'$output$'\n' == *$'\nrows\t9742\n'* ]]
}
