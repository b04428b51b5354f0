# srs-ope: what another policy would have earned.

load lib

# Two actions shown alike; a earns 1 in 4, b 2 in 4; the other policy shows b
# three times of four.
small() {
	printf 'item_id:token\treward:float\tpropensity:float\ttarget:float\n' >l.tsv
	for r in 1 0 0 0; do printf 'a\t%d\t0.5\t0.25\n' $r; done >>l.tsv
	for r in 1 1 0 0; do printf 'b\t%d\t0.5\t0.75\n' $r; done >>l.tsv
	printf 'item_id:token\tprobability:float\na\t0.25\nb\t0.75\n' >p.tsv
}

@test "Open Bandit: SNIPS of the random log covers what the other policy earned" {
	need_data obd/random-men/men.csv.gz
	run -0 --separate-stderr srs-ope --reward click --tsv \
	    --propensity propensity_score --context position \
	    --policy-log "$data/obd/bts-men/men.csv.gz" --resamples 200 \
	    "$data/obd/random-men/men.csv.gz"
	[[ $stderr == *"10000 rows, worth 2869.3 of the other policy; mean weight 0.98"* ]]
	[ "$(cut -f1-2 <<<"${lines[7]}")" = "on_policy	0.0069" ]
	[ "$(cut -f1 <<<"${lines[3]}")" = snips ]
	at_most "$(cut -f3 <<<"${lines[3]}")" 0.0069
	at_least "$(cut -f4 <<<"${lines[3]}")" 0.0069
	# and it is another one than the random policy's
	[ "$(cut -f1-2 <<<"${lines[1]}")" = "log	0.0046" ]
	at_least "$(cut -f2 <<<"${lines[3]}")" 0.005
}

@test "by hand: weights 1/2 and 3/2" {
	small
	run -0 --separate-stderr srs-ope --tsv --min-effective 1 --policy p.tsv l.tsv
	[ "${lines[0]}" = "estimator:token	value:float	low:float	high:float" ]
	[ "$(cut -f1-2 <<<"${lines[1]}")" = "log	0.375" ]
	[ "$(cut -f1-2 <<<"${lines[2]}")" = "ips	0.4375" ]
	[ "$(cut -f1-2 <<<"${lines[3]}")" = "snips	0.4375" ]
	[ "$(cut -f1 <<<"${lines[4]}")" = clipped ]
	[ "$(cut -f1 <<<"${lines[5]}")" = dm ]
	[ "$(cut -f1 <<<"${lines[6]}")" = dr ]
	# (sum w)^2 / sum w^2 = 64 / 10
	[[ $stderr == *"l.tsv: 8 rows, worth 6.4 of the other policy; mean weight 1.0000"* ]]
	run -0 srs-ope -q --tsv --min-effective 1 --clip 1 --target target l.tsv
	[ "$(cut -f1-2 <<<"${lines[4]}")" = "clipped	0.3125" ]
	[ "${#lines[@]}" -eq 5 ]
}

@test "too few effective rows are refused with 3" {
	small
	refuses 3 "l.tsv: for the other policy, its 8 rows are worth 6.4: the policies are too different (--min-effective 100)" \
	    srs-ope --policy p.tsv l.tsv
}

@test "what the log does not show is counted" {
	small
	printf 'item_id:token\tprobability:float\na\t0.25\nb\t0.5\nc\t0.25\n' >p.tsv
	run -0 --separate-stderr srs-ope --min-effective 1 --policy p.tsv l.tsv
	[[ $stderr == *"25.00 % of what the other policy shows is not in the log"* ]]
}

@test "bad input" {
	small
	refuses 2 "give one of --policy, --policy-log, --target" srs-ope l.tsv
	printf 'item_id:token\tprobability:float\na\t0.25\nb\t0.5\n' >bad.tsv
	refuses 1 "bad.tsv: the probabilities of context '' sum to 0.75, not 1" \
	    srs-ope --policy bad.tsv l.tsv
	sed '3s/0.5/0/' l.tsv >zero.tsv
	refuses 1 "zero.tsv:3: propensity: '0' is no probability of what was shown" \
	    srs-ope --policy p.tsv zero.tsv
	sed '4s/0.25/1.5/' l.tsv >high.tsv
	refuses 1 "high.tsv:4: target: '1.5' is no probability" \
	    srs-ope --target target high.tsv
	sed '4s/0.5/nan/' l.tsv >nan.tsv
	refuses 1 "nan.tsv:4: propensity: 'nan' is not a number" \
	    srs-ope --target target nan.tsv
	refuses 1 "l.tsv: no column 'click'" srs-ope --reward click \
	    --target target l.tsv
	head -1 l.tsv >none.tsv
	refuses 1 "none.tsv: no rows" srs-ope --target target none.tsv
	printf 'item_id:token\tplace:token\tprobability:float\na\t1\t1\n' >c.tsv
	awk 'NR == 1 { print $0 "\tplace:token"; next } { print $0 "\t2" }' \
	    l.tsv >l2.tsv
	refuses 1 "c.tsv: context '2' of l2.tsv is not there" srs-ope \
	    --context place --policy c.tsv l2.tsv
}

@test "the same bytes for any threads" {
	small
	same_for_threads out srs-ope -q --tsv --min-effective 1 --policy p.tsv \
	    --resamples 300 -o out l.tsv
}
