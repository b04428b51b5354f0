# srs-nn-train and srs-topk: networks that read what a user had, in order.

load lib

# Forty items on a ring: who had one goes on to the next, or the one after it
# when the place is odd.  Rows are out of order; times tell.
rings() {
	awk -v n="$1" -v s="$2" 'BEGIN { OFS = "\t"; srand(s)
		print "user_id:token", "item_id:token", "timestamp:float"
		for (u = 0; u < n; u++) {
			i = int(40 * rand()); m = 6 + int(8 * rand())
			for (t = m - 1; t >= 0; t--)
				print "u" u, "i" (i + int(3 * t / 2)) % 40, t } }'
}

# The last of each user, and all before it.
cut_last() {
	{ head -1 "$1"; tail -n +2 "$1" | sort -k1,1 -k3,3n; } |
	    awk -F'\t' 'NR == 1 { print >"fit.tsv"; print >"last.tsv"; next }
		$1 != user { if (NR > 2) print row >"last.tsv" }
		$1 == user { print row >"fit.tsv" }
		{ user = $1; row = $0 } END { print row >"last.tsv" }'
}

# hr NAME=VALUE...: a network is trained with --NAME VALUE..., then the next of
# people it never saw is found with this hit rate; by chance 0.05.
hr() {
	[ -e train.tsv ] || rings 300 1 >train.tsv
	[ -e last.tsv ] || { rings 100 2 | sed '2,$s/^u/new/' >new.tsv
		cut_last new.tsv; }
	srs-nn-train -q "$@" --factors 32 --length 12 --batch 32 \
	    --learning-rate 0.003 --dropout 0 -o m.st train.tsv
	srs-topk -q -m m.st -i fit.tsv --keep-seen -k 2 -o top.tsv
	srs-eval -q --truth last.tsv --metrics hr@2 --tsv top.tsv |
	    awk 'END { print $2 }'
}

@test "sasrec learns what comes next, and serves whoever has a history" {
	at_least "$(hr --method sasrec --epochs 20)" 0.9
}

@test "gru4rec learns what comes next, and serves whoever has a history" {
	at_least "$(hr --method gru4rec --epochs 30)" 0.9
}

@test "caser learns what comes next, and serves whoever has a history" {
	at_least "$(hr --method caser --epochs 30 --windows 1,2)" 0.9
}

@test "every loss and every way to draw negatives learns what comes next" {
	for loss in gbce bce; do
		at_least "$(hr --method sasrec --epochs 60 --loss $loss)" 0.6
	done
	for loss in bpr bpr-max; do
		at_least "$(hr --method gru4rec --epochs 30 --loss $loss)" 0.6
	done
	for how in uniform popularity in-batch; do
		at_least "$(hr --method gru4rec --epochs 30 --negatives 20 \
		    --sampling $how)" 0.6
	done
	run -0 --separate-stderr srs-info --tsv m.st
	[[ $output == *"in-batch"* ]]
}

@test "the same bytes whatever the number of threads" {
	rings 200 1 >train.tsv
	for method in sasrec gru4rec caser; do
		same_for_threads m.st srs-nn-train -q --method $method \
		    --factors 8 --length 6 --batch 128 --epochs 2 \
		    --negatives 10 --sampling in-batch -o m.st train.tsv
		same_for_threads t.tsv srs-topk -q -m m.st -i train.tsv \
		    -o t.tsv
	done
}

@test "histories are measured, and those that are in pieces are counted" {
	rings 200 1 >train.tsv
	run -0 --separate-stderr srs-nn-train --method gru4rec --factors 4 \
	    --length 8 --epochs 1 -o m.st train.tsv
	[[ $stderr == *"users had 6 to 13 items, half of them at most "* ]]
	many=$(tail -n +2 train.tsv | cut -f1 | sort | uniq -c |
	    awk '$1 > 9' | wc -l)
	pieces=$(tail -n +2 train.tsv | cut -f1 | sort | uniq -c |
	    awk '$1 > 9 { n += int(($1 + 6) / 8) } END { print n }')
	[[ $stderr == *"$many users had more than 9 items: learnt in $pieces pieces, served by the last 8"* ]]
}

# Whoever had thirty other things since: what is next in the ring is only in
# what is older than is read.
@test "what is older than is read is learnt, too" {
	{ rings 300 1; awk 'BEGIN { OFS = "\t"; for (u = 0; u < 300; u++)
		for (t = 20; t < 50; t++) print "u" u, "x" t % 7, t }'
	} >train.tsv
	at_least "$(hr --method gru4rec --epochs 20)" 0.9
}

@test "models and checkpoints of another format are refused" {
	rings 20 1 >train.tsv
	how=(srs-nn-train -q --method gru4rec --factors 4 --length 4
	    --epochs 1)
	"${how[@]}" --checkpoint m.ck -o m.st train.tsv
	sed 's/network.format/netvork.format/; s/srs.digest/old.digest/' m.st >old.st
	sed 's/network.format":"2/network.format":"3/; s/srs.digest/old.digest/' m.st >new.st
	sed 's/network.format/netvork.format/; s/srs.digest/old.digest/' m.ck >old.ck
	says="old.st: a model of gru4rec of network.format 1: this version reads 2: train it again"
	refuses 1 "$says" srs-topk -m old.st -i train.tsv
	refuses 1 "$says" "${how[@]}" --init old.st -o x.st train.tsv
	refuses 1 "new.st: a model of gru4rec of network.format 3: this version reads 2" \
	    srs-topk -m new.st -i train.tsv
	[[ $stderr != *again* ]]
	refuses 1 "old.ck: a checkpoint of another version: its network.format is 1, not 2" \
	    "${how[@]}" --resume old.ck -o x.st train.tsv
}

@test "refused: heads that do not share, no sequence, no history" {
	rings 20 1 >train.tsv
	refuses 1 "windows '2,9': 9 is more than the 5 recent items" \
	    srs-nn-train --method caser --windows 2,9 -o m.st train.tsv
	refuses 1 "--factors 10 is not a multiple of --heads 4" \
	    srs-nn-train --method sasrec --factors 10 --heads 4 -o m.st train.tsv
	printf 'user_id:token\titem_id:token\na\tx\nb\ty\n' >one.tsv
	refuses 1 "no user had two items: there is nothing to learn of what is next" \
	    srs-nn-train --method sasrec -o m.st one.tsv
	[ ! -e m.st ]
	srs-nn-train -q --method sasrec --factors 4 --epochs 1 -o m.st train.tsv
	refuses 1 "m.st: the model stores no users: give their interactions with -i" \
	    srs-topk -m m.st
}

@test "losses and draws that are not for sequences are refused" {
	printf 'u\ti\nu\tj\n' >t.tsv
	refuses 1 "--loss mse is not for networks of sequences: they take softmax, gbce, bce, bpr or bpr-max" \
	    srs-nn-train -q --method sasrec --loss mse -o m.st t.tsv
	refuses 1 "--sampling hard is not for networks of sequences: --loss bpr-max is near it" \
	    srs-nn-train -q --method gru4rec --sampling hard -o m.st t.tsv
}
