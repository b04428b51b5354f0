# srs-topk --memory, and what is kept of interactions when some users are asked
# for.

load lib

models() {
	awk 'BEGIN { for (u = 0; u < 120; u++) for (i = 0; i < 60; i++)
		if ((u * 7 + i * 13 + int(u * i / 4)) % 11 < 3)
			printf "u%d\ti%d\t%d\t%d\n", u, i, 1 + (u + i) % 5,
			    1e9 + u * 7 + i }' >train.tsv
	# some users are new to the models, some had less then
	awk 'NR % 3 && substr($1, 2) % 5' train.tsv >fewer.tsv
	srs-mf-train -q --factors 8 --epochs 3 -o ials.st fewer.tsv
	for method in item user ease vsknn; do
		srs-knn-train -q --method $method -o $method.st fewer.tsv
	done
}

@test "users who are asked for get the lists they get among all" {
	models
	for model in '-m ials.st' '-m item.st' '-m user.st' '-m ease.st' \
	    '-m vsknn.st' '-m ials.st -m ease.st' \
	    '-m ials.st --rerank discount'; do
		# shellcheck disable=SC2086  # words on purpose
		lists() { srs-topk -q $model -i train.tsv -k 5 -H "$@"; }
		lists >all.tsv
		[ "$(wc -l <all.tsv)" -ge 500 ]
		for i in 1 2 3; do lists --part $i/3 >part.$i; done
		cat part.? | sort | cmp - <(sort all.tsv)
		{ lists --user-range 1:40; lists --user-range 41:; } |
		    cmp - all.tsv
		cut -f1 all.tsv | uniq | head -20 >users.tsv
		lists --users users.tsv | cmp - <(grep -w -F -f users.tsv all.tsv)
	done
}

@test "nobody who is asked for had anything" {
	models
	echo u1 >users.tsv
	grep -v -w u1 train.tsv >others.tsv
	run -0 --separate-stderr srs-topk -m ials.st -i others.tsv -k 5 -H \
	    --users users.tsv
	[ "$output" = "$(srs-topk -q -m ials.st -k 5 -H --users users.tsv)" ]
	refuses 1 "users.tsv: none of the 1 users is known to the model" \
	    srs-topk -m ease.st -i others.tsv --users users.tsv
}

# 200,000 rows of 2,000 users: 4 MB while they are read.
many() {
	models
	awk 'BEGIN { for (u = 0; u < 2000; u++) for (i = 0; i < 100; i++)
		printf "v%d\ti%d\t3\t%d\n", u, (u + i * 7) % 60, i }' >many.tsv
}

@test "--memory: interactions are refused as they are read, parts are not" {
	many
	lists() { srs-topk -i many.tsv -H -o "$@"; }
	run -1 --separate-stderr lists out.tsv -m ease.st --memory 4M
	[[ $stderr =~ ^"srs-topk: many.tsv: the interactions need more memory than the 3."[0-9]+"M that are left for them: give more, or list parts of the users (--part)"$ ]]
	[ ! -e out.tsv ]
	run -0 --separate-stderr lists part.tsv -m ease.st --memory 8M -v \
	    --part 1/20
	[[ $stderr =~ "memory: "[0-9.]+"K for the model, "([0-9.]+)"K for interactions, "[0-9.]+[KM]" for lists" ]]
	at_most "${BASH_REMATCH[1]}" 400
	srs-topk -q -m ease.st -i many.tsv -H --part 1/20 | cmp - part.tsv
	# items may be learnt from all users
	run -1 --separate-stderr lists out.tsv -m ials.st --memory 4M --part 1/20
	[[ $stderr == *"that are left for them: give more" ]]
}

@test "--memory: models and lists that need more are refused before any" {
	models
	run -1 --separate-stderr srs-topk -m ials.st -i train.tsv --memory 2K \
	    -o out.tsv
	[[ $stderr =~ ^"srs-topk: ials.st: the model alone takes "[0-9.]+"K of memory, and --memory is 2K"$ ]]
	run -1 --separate-stderr srs-topk -m ials.st --memory 20K -o out.tsv
	[[ $stderr =~ ^"srs-topk: ials.st: the model, the interactions and the lists take "[0-9.]+[KM]" of memory, and --memory is 20K"$ ]]
	[ ! -e out.tsv ]
	run -0 --separate-stderr srs-topk -v -m ials.st -o out.tsv
	[[ $stderr == *"memory: "* ]]
}
