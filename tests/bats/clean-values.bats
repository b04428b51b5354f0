# srs-clean: rules for the values of a column: COLUMN=RULE.

load lib
load cleanlib

goods() {
	printf 'user_id:token\titem_id:token\trating:float\tprice:token\tbrand:token\n'
	printf '%s\n' 'u	i	5	10	acme' 'u	j	1		' \
	    'v	i		2000	bolt' 'v	j	3	-4	acme'
}

@test "--range: drop, clip, refuse, and open ends" {
	goods >x.tsv
	run -0 clean --columns price --range price=0..1000 x.tsv
	[ "$output" = 'u	i	5	10
u	j	1	' ]
	run -0 --separate-stderr srs-clean -H --columns price,brand \
	    --range price=0..1000:clip,rating=2.. x.tsv
	[ "$output" = 'u	i	5	10	acme
v	i		1000	bolt
v	j	3	0	acme' ]
	[[ $stderr == *' 1 dropped: a value is too low'* ]]
	[[ $stderr == *' 2 repaired: a value clipped to its range'* ]]
	refuses 1 "x.tsv:4: price: '2000' is too high" srs-clean \
	    --on-error fail --columns price --range price=..1000:refuse x.tsv
	# a column with a rule of numbers is one
	run -0 srs-clean -q --columns price --range price=0..1000 x.tsv
	[ "${lines[0]}" = 'user_id:token	item_id:token	rating:float	price:float' ]
}

@test "--scale: another scale, and what is not on it" {
	goods >x.tsv
	run -0 clean --scale rating=1..5:0..1 x.tsv
	[ "$output" = 'u	i	1
u	j	0
v	i	
v	j	0.5' ]
	run -0 --separate-stderr srs-clean -H --scale rating=1..4:0..1 \
	    --range rating=..3:clip x.tsv
	[ "${lines[0]}" = 'u	i	0.6666667' ]
	refuses 1 "x.tsv:2: rating: '5' is not within the scale" srs-clean \
	    --on-error fail --scale rating=1..4:0..1 x.tsv
}

@test "--number: prices as people write them" {
	cat >x.tsv <<-'END'
	item_id:token	price:token
	a	$1,299.00
	b	12
	c	1.299,00
	END
	run -0 --separate-stderr srs-clean --table --number price=point \
	    --rejects bad x.tsv
	[ "$output" = 'item_id:token	price:float
a	1299
b	12' ]
	grep -qF "x.tsv:4: price: '1.299,00' is not a number" bad
	printf 'a\t1.299,00 €\nb\t7,5\n' >x.tsv
	run -0 clean --table --columns 2 --number 2=comma x.tsv
	[ "$output" = 'a	1299
b	7.5' ]
}

@test "--fill: constants, drop, refuse, of any column" {
	goods >x.tsv
	run -0 --separate-stderr srs-clean -H --columns price,brand \
	    --fill price=0,brand=unknown,rating=0.5 x.tsv
	[ "$output" = 'u	i	5	10	acme
u	j	1	0	unknown
v	i	0.5	2000	bolt
v	j	3	-4	acme' ]
	[[ $stderr == *' 1 repaired: a missing rating filled in'* ]]
	[[ $stderr == *' 1 repaired: another missing value filled in'* ]]
	run -0 --separate-stderr srs-clean -H --columns price,brand \
	    --fill brand=drop --missing drop x.tsv
	[ "$output" = 'u	i	5	10	acme
v	j	3	-4	acme' ]
	[[ $stderr == *' 1 dropped: the rating is missing'* ]]
	[[ $stderr == *' 1 dropped: a value is missing'* ]]
	[[ $stderr == *' 1 missing: brand'* ]]
	refuses 1 "x.tsv:3: brand: missing" srs-clean --on-error fail \
	    --columns brand --fill brand=refuse x.tsv
	printf 'user_id,item_id,event\nu,i,\nu,j,buy\n' >e.csv
	run -0 clean --event event --fill event=view --weight view=1,buy=5 e.csv
	[ "$output" = 'u	i	1	view
u	j	5	buy' ]
	# a constant is as it is, a range is for what was there
	run -0 clean --columns price --fill price=-1 --range price=0.. x.tsv
	[ "${lines[1]}" = 'u	j	1	-1' ]
}

@test "--events: only some types, with weights and without" {
	printf 'user_id,item_id,event\nu,i,view\nu,j,cart\nu,k,buy\n' >e.csv
	run -0 --separate-stderr srs-clean -H --events cart,buy e.csv
	[ "$output" = 'u	j	cart
u	k	buy' ]
	[[ $stderr == *'1 dropped: the event is another'* ]]
	[[ $stderr == *"1 with event 'view'"* ]]
	run -0 clean --events buy --weight view=1,cart=2,buy=3 e.csv
	[ "$output" = 'u	k	3	buy' ]
	refuses 1 "e.csv:2: event: 'view' is not among --events" srs-clean \
	    --on-error fail --events buy --other-events refuse e.csv
	refuses 2 "--events: 'boy' has no weight in --weight" srs-clean \
	    --events boy --weight view=1 e.csv
}

# wrong STATUS: reads lines "OPTIONS | MESSAGE"
wrong() {
	local options message
	while IFS='|' read -r options message; do
		# shellcheck disable=SC2086  # options are words
		refuses "$1" "${message# }" srs-clean --columns price \
		    $options -o out x.tsv
	done
	[ ! -e out ]
}

@test "--fill: a value that would cut the row is refused" {
	goods >x.tsv
	refuses 2 "--fill: brand: 'a\x09b' cannot stand in a table" srs-clean \
	    --columns brand --fill "brand=a	b" -o out x.tsv
}

@test "wrong rules are found before the rows are read" {
	goods >x.tsv
	wrong 2 <<-'END'
	--range price | --range: 'price' is not COLUMN=LOW..HIGH
	--range price=5 | --range: price: '5' is not LOW..HIGH
	--range price=5..1 | --range: price: '5..1' is empty
	--range price=a..1 | --range: price: 'a' is not a number
	--range price=0..1:clap | 'clap' is none of drop, clip, refuse; did you mean 'clip'?
	--range price=0..1,price=0..2 | --range: 'price' stands twice
	--range =0..1 | --range: '=0..1' is not COLUMN=LOW..HIGH
	--scale rating=1..5 | '1..5' is not LOW..HIGH:LOW..HIGH
	--scale rating=1..:0..1 | --scale: rating: '' is not a number
	--number price=pint | 'pint' is none of plain, point, comma; did you mean 'point'?
	--fill price= | --fill: price: '' fills nothing
	--fill rating=1 --missing 2 | --missing is --fill rating=WHAT: give one
	END
	wrong 1 <<-'END'
	--range prize=0..1 | --range: there is no column 'prize'; did you mean 'price'?
	--range weight=0..1 | --range: there is no column 'weight'
	--range brand=0..1 | --range: column 'brand' is not in the output: name it in --columns
	--range user_id=0..1 | --range is not for 'user_id', which is an id
	--fill item_id=x | --fill is not for 'item_id', which is an id
	--range price=0..1 --fill price=meen | 'meen' is none of keep, drop, refuse, mean, median, user-mean, item-mean and a number; did you mean 'mean'?
	--range price=0..1 --fill 4=7 | '4' and 'price' are the same column
	--min-rating 1 --range rating=0..1 | --min-rating and --max-rating are --range rating
	--columns brand:token_seq --range brand=0..1 | --range is for numbers: 'brand' is a token_seq
	END
}
