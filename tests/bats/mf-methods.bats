# srs-mf-train: what every method can do, method by method.

load lib

implicit="bpr ials ssm ccl warp svd"
explicit="als nmf sgd bfm"

# Ratings of two tastes: users and items whose numbers are both even, or both
# odd, go together.
tastes() {
	awk 'BEGIN { for (u = 0; u < 60; u++) for (i = 0; i < 30; i++) {
		grade = (u * i) % 3 % 2
		if ((u * 3 + i * 5) % 7 < 4)
			printf "u%d\ti%d\t%d\n", u, i,
			    (u + i) % 2 ? 1 + grade : 4 + grade } }'
}

likes() {
	tastes | awk -F'\t' '$3 > 3'
}

# What a method is trained on: ratings, or what was liked.
data_of() {
	case " $explicit " in
	*" $1 "*) tastes ;;
	*) likes ;;
	esac
}

few() { # METHOD: options that make it quick
	case $1 in
	bfm) echo -f 2 --samples 32 --chains 2 ;;
	*) echo -f 4 ;;
	esac
}

@test "every method: validation, history, best epoch" {
	for method in $implicit $explicit; do
		data_of $method | awk -v a=train.tsv -v b=valid.tsv \
		    'NR % 5 { print > a; next } { print > b }'
		# shellcheck disable=SC2046
		run -0 --separate-stderr srs-mf-train --method $method \
		    $(few $method) --valid valid.tsv --patience 3 \
		    --history h.tsv -o m.st train.tsv
		[[ $stderr =~ kept\ epoch\ ([0-9]+):\ (rmse|ndcg@10)\ ([0-9.]+) ]]
		kept=${BASH_REMATCH[1]} value=${BASH_REMATCH[3]}
		[[ $(head -n 1 h.tsv) == epoch:float*seconds:float*loss:float*:float ]]
		awk -F'\t' -v e="$kept" -v x="$value" '$1 == e { d = $4 - x
			found = d * d < 1e-10 } END { exit !found }' h.tsv ||
		    { echo "$method: epoch $kept is not $value"; cat h.tsv
		      false; }
	done
}

@test "every method: new users and new items are folded in" {
	for method in bpr ials ssm ccl warp svd als nmf sgd bfm; do
		data_of $method >train.tsv
		srs-mf-train -q --method $method -f 4 -o m.st train.tsv
		# n0 and n1 like what is even and odd; j0 and j1 are liked by
		# even and odd users, and n0 had j0 too.
		data_of $method | awk -F'\t' '
			$1 == "u4" || $1 == "u5" { print "n" $1 % 2 \
			    substr($1, 2) % 2 "\t" $2 "\t" $3 }' >new.tsv
		data_of $method | awk -F'\t' '$2 == "i6" || $2 == "i7" {
			print $1 "\tj" substr($2, 2) % 2 "\t" $3 }' >>new.tsv
		for n in n00 n01; do for i in i0 i1 i2 i3 j0 j1; do
			printf '%s\t%s\n' $n $i
		done; done >pairs.tsv
		for u in u8 u9; do for i in j0 j1; do
			printf '%s\t%s\n' $u $i
		done; done >>pairs.tsv
		srs-score -q -m m.st -i new.tsv pairs.tsv >scores
		awk -F'\t' '{ p = substr($1, length($1)) + substr($2, 2)
			sum[p % 2] += $3; n[p % 2]++; bad += $3 == "" }
			END { exit bad || sum[0] / n[0] <= sum[1] / n[1] }' \
			scores || { echo $method; cat scores; false; }
		srs-topk -q -m m.st -i new.tsv -k 30 -H >top.tsv
		grep -q '	j0	' top.tsv
		same_for_threads scores srs-score -q -m m.st -i new.tsv \
		    -o scores pairs.tsv
	done
}

@test "fold-in: an item of the same users scores the same" {
	likes >train.tsv
	awk -F'\t' '$2 == "i6" { print $1 "\tj6\t" $3 }' train.tsv >new.tsv
	cat train.tsv new.tsv >all.tsv
	for u in u0 u1 u2 u3 u4; do
		printf '%s\ti6\n%s\tj6\n' $u $u
	done >pairs.tsv
	for method in ials svd; do
		srs-mf-train -q --method $method -f 4 -o m.st train.tsv
		srs-score -q -m m.st -i all.tsv pairs.tsv | cut -f3 | paste - - |
		    awk -v m=$method '{ d = $1 - $2; if (d * d > 0.01) {
			print m ": " $0; exit 1 } }'
	done
}

# Kinds of items and users: what is even, and what is odd.
kinds() { # user|item LETTER COUNT
	awk -v w="$1" -v l="$2" -v n="$3" 'BEGIN { print w "_id:token\tkind:token"
		for (i = 0; i < n; i++) print l i "\t" (i % 2 ? "odd" : "even")
		print "cold-even\teven"; print "cold-odd\todd" }'
}

@test "ials: features tell of items and users without interactions" {
	likes >train.tsv
	kinds item i 30 >items.tsv
	kinds user u 60 >users.tsv
	srs-mf-train -q --method ials -f 6 --solver cholesky \
	    --item-features items.tsv --user-features users.tsv -o m.st \
	    train.tsv
	for u in $(seq 0 59); do
		printf 'u%d\tcold-even\nu%d\tcold-odd\n' $u $u
	done >pairs.tsv
	srs-score -q -m m.st pairs.tsv | cut -f3 | paste - - |
	    awk '{ right += NR % 2 ? $1 > $2 : $2 > $1 }
		END { print right / NR }' >share
	at_least "$(cat share)" 0.95
	for i in $(seq 0 29); do
		printf 'cold-even\ti%d\ncold-odd\ti%d\n' $i $i
	done >pairs.tsv
	srs-score -q -m m.st pairs.tsv | cut -f3 | paste - - |
	    awk '{ right += NR % 2 ? $1 > $2 : $2 > $1 }
		END { print right / NR }' >share
	at_least "$(cat share)" 0.95
	same_for_threads t.st srs-mf-train -q --method ials -f 6 \
	    --solver cholesky --item-features items.tsv -o t.st train.tsv
	# Going on from a checkpoint is the same here too.
	how() {
		srs-mf-train -q --method ials -f 3 --solver cholesky \
		    --item-features items.tsv --valid train.tsv "$@" train.tsv
	}
	how --patience 0 -o whole.st
	how --patience 1 --checkpoint c.st -o part.st
	how --patience 0 --resume c.st -o rest.st
	cmp rest.st whole.st
	refuses 1 'features need --solver cholesky' srs-mf-train \
	    --method ials --item-features items.tsv -o no.st train.tsv
	[ ! -e no.st ]
}

@test "features that say nothing change nothing" {
	likes >train.tsv
	# One kind for everyone and a strong ridge on it: hardly a difference.
	cut -f2 train.tsv | sort -u | awk 'BEGIN { print "item_id:token\tno:token" }
		{ print $1 "\t" }' >items.tsv
	srs-mf-train -q --method ials -f 4 --solver cholesky -o a.st train.tsv
	srs-mf-train -q --method ials -f 4 --solver cholesky \
	    --item-features items.tsv -o b.st train.tsv
	srs-score -q -m a.st train.tsv | sort >a
	srs-score -q -m b.st train.tsv | sort >b
	paste a b | awk -F'\t' '{ e += ($4 - $8) ^ 2 } END { exit !(e / NR < 1e-3) }'
}
