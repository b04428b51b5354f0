# srs-clean --table: what is done to attributes.

load lib

goods() {
	cat <<-'END'
	item_id,title,price,brand
	i1,"The Matrix (1999)","$1,299.00",Acme
	i2,"CAFÉ d'Été -- a b",12,
	i1,,,Bolt
	i3,"the of",,Cord
	END
}

@test "--tokenize: words in small letters, stop words, short ones" {
	goods >x.csv
	run -0 srs-clean -q --table --duplicates first --columns title \
	    --tokenize title x.csv
	[ "$output" = 'item_id:token	title:token_seq
i1	the matrix 1999
i2	café d été a b
i3	the of' ]
	printf 'The\nof\n' >stop
	run -0 srs-clean -q -H --table --duplicates first --columns title \
	    --tokenize title --stop-words stop --min-token 2 x.csv
	[ "$output" = 'i1	matrix 1999
i2	café été
i3	' ]
	refuses 1 "--tokenize makes a token_seq: 'title' is a token" \
	    srs-clean --table --columns title:token --tokenize title x.csv
	refuses 1 "--tokenize and --number are both for 'title'" \
	    srs-clean --table --tokenize title --number title=point x.csv
	printf '\xff\n' >stop
	refuses 2 "stop: not UTF-8" srs-clean --stop-words stop x.csv
}

@test "--duplicates merge: of each column the last value there is" {
	goods >x.csv
	run -0 --separate-stderr srs-clean -H --table --duplicates merge \
	    --number price=point x.csv
	[ "$output" = "i1	The Matrix (1999)	1299	Bolt
i2	CAFÉ d'Été -- a b	12	
i3	the of		Cord" ]
	[[ $stderr == *' 1 merged into another row'* ]]
	# a constant is for what no row has
	run -0 --separate-stderr srs-clean -H --table --duplicates merge \
	    --number price=point --fill brand=none,price=0 x.csv
	[ "$output" = "i1	The Matrix (1999)	1299	Bolt
i2	CAFÉ d'Été -- a b	12	none
i3	the of	0	Cord" ]
	[[ $stderr == *' 2 repaired: another missing value filled in'* ]]
	refuses 2 "--duplicates merge is for --table" \
	    srs-clean --duplicates merge x.csv
}

@test "attributes: fill, standardise, clip" {
	printf 'item_id:token\tprice:float\tbrand:token\n' >x.tsv
	printf '%s\n' 'a	1	x' 'b	3	' 'c		y' >>x.tsv
	run -0 srs-clean -q -H --table --fill price=mean,brand=unknown x.tsv
	[ "$output" = 'a	1	x
b	3	unknown
c	2	y' ]
	run -0 srs-clean -q -H --table --normalize price=zscore x.tsv
	[ "$output" = 'a	-1	x
b	1	
c		y' ]
	refuses 1 "--fill: price: --table has no users and items to" \
	    srs-clean --table --fill price=user-mean x.tsv
}

@test "MovieLens 100K: titles in words, ages on a scale of their own" {
	need_data ml-100k
	run -0 srs-clean -q --table --separator '|' --map 1=item_id,2=title \
	    --columns title --tokenize title "$data/ml-100k/u.item"
	[ "${lines[0]}" = 'item_id:token	title:token_seq' ]
	[ "${lines[1]}" = '1	toy story 1995' ]
	[[ $output == *'	misérables les 1995'* ]]
	srs-clean -q -H --table --separator '|' --map 1=user_id,2=age \
	    --columns age --normalize age=zscore "$data/ml-100k/u.user" |
	    awk '{ s += $2; q += $2 * $2 }
	    END { printf "%.9f %.9f\n", s / NR, q / NR }' |
	    grep -Eqx -- '-?0\.000000000 1\.000000000'
}
