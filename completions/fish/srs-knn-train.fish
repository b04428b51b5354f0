# fish completion for srs-knn-train; made by `make docs`
function __srs_columns
	set -l words (commandline -opc)
	set -l info (string replace -r '[^/]*$' srs-info -- $words[1])
	for file in $words[2..]
		test -f "$file"; and $info --columns $file 2>/dev/null
	end
end
function __srs_list
	set -l word (commandline -ct | string replace -r '^--[^=]*=' '')
	set -l head (string replace -r '[^,]*$' '' -- $word)
	printf "$head%s\n" $argv
end
complete -c srs-knn-train -l method -x -a 'ease sansa slim gfcf bspm rp3beta p3alpha item user vsknn stan vstan markov rules popular random' -d 'how to learn'
complete -c srs-knn-train -l value -x -a '(__srs_columns)' -d 'column of the ratings or weights; otherwise rating with --feedback ratings, else weight, or 1 without one'
complete -c srs-knn-train -l feedback -x -a 'implicit ratings' -d 'what the interactions are'
complete -c srs-knn-train -l values -x -a 'raw log one' -d 'how weights count, for implicit feedback; otherwise one'
complete -c srs-knn-train -l weighting -x -a 'none tfidf bm25' -d 'what common things count, for implicit feedback; otherwise tfidf'
complete -c srs-knn-train -l similarity -x -a 'cosine adjusted asymmetric jaccard dice pearson product' -d 'how like each other two are; otherwise cosine, adjusted for ratings'
complete -c srs-knn-train -l asymmetry -x -d 'of --similarity asymmetric; otherwise 0.5'
complete -c srs-knn-train -l neighbours -x -d 'neighbours that a score is made of'
complete -c srs-knn-train -l shrink -x -d 'similarity is x.y / (|x| |y| + X); of segments: how many interactions of all users count beside their own'
complete -c srs-knn-train -l alpha -x -d 'power of the probability of a step'
complete -c srs-knn-train -l beta -x -d 'power of the popularity that a weight is divided by'
complete -c srs-knn-train -l top -x -d 'weights that the model keeps for an item, 0 for all; 500 for ratings'
complete -c srs-knn-train -l damping -x -d 'added to the sum of similarities that a prediction is divided by; 0.2 for ratings'
complete -c srs-knn-train -l lambda -x -d 'weight of the squares of the weights; otherwise 30 sqrt(users per item)'
complete -c srs-knn-train -l l1 -x -d 'weight of the sizes of the weights'
complete -c srs-knn-train -l dropout -x -d 'of what users had, left out in learning'
complete -c srs-knn-train -l activity -x -d 'a user of n items counts n^P in learning'
complete -c srs-knn-train -l lambda-user -x -d 'weight of the squares of users\' biases; 5 for ratings'
complete -c srs-knn-train -l lambda-item -x -d 'weight of the squares of items\' biases; 2 for ratings'
complete -c srs-knn-train -l memory -x -d 'refuse to train with matrices that need more'
complete -c srs-knn-train -l factors -x -d 'eigenvectors of the graph'
complete -c srs-knn-train -l weight -x -d 'what they count beside the neighbours'
complete -c srs-knn-train -l sharpen -x -d 'how long the scores are sharpened'
complete -c srs-knn-train -l steps -x -d 'steps that this is done in; steps that a rule reaches'
complete -c srs-knn-train -l sample -x -d 'recent sessions that neighbours are sought among'
complete -c srs-knn-train -l position -x -d 'items that count 1/e less than the next; 0: all the same'
complete -c srs-knn-train -l recency -x -d 'a session so much older counts 1/e; 0: age does not matter'
complete -c srs-knn-train -l distance -x -d 'items that far from what is shared count 1/e; 0: all the same'
complete -c srs-knn-train -l matched -x -d 'sharing what was so many items ago counts 1/e; 0: the same'
complete -c srs-knn-train -l idf -x -d 'how much rare items are preferred'
complete -c srs-knn-train -l window -x -d 'popular is what was had in so many days up to the newest; 0: ever'
complete -c srs-knn-train -l decay -x -d 'what was had one step earlier counts X times as much; 0: only the last'
complete -c srs-knn-train -l user-features -r -d 'a table of users: user_id and other columns'
complete -c srs-knn-train -l segment -x -a '(__srs_columns)' -d 'column of that table: popular is what is popular with users that have the same there'
complete -c srs-knn-train -l item-features -r -d 'what is known of items, old and new ones: a table with item_id and other columns, or vectors (text, .npy, safetensors); given several times: all together'
complete -c srs-knn-train -l vector-ids -r -d 'the items of the rows of a .npy matrix'
complete -c srs-knn-train -l content-neighbours -x -d 'items most alike by their features that are kept of each; otherwise 10'
complete -c srs-knn-train -l mix -x -d 'what being alike to what a user had counts, beside what the method says; otherwise 0.1'
complete -c srs-knn-train -l dry-run -d 'read, say what the rest would take (memory, shapes, steps), and write nothing'
complete -c srs-knn-train -s o -l output -r -d 'write the result to FILE, whole or not at all; otherwise to standard output'
complete -c srs-knn-train -s z -l gzip -d 'compress the output; implied by a name ending in .gz'
complete -c srs-knn-train -s t -l threads -x -d 'threads to use, 0 for one per core; the result is the same for any number'
complete -c srs-knn-train -s s -l seed -x -d 'seed of all random numbers'
complete -c srs-knn-train -s q -l quiet -d 'no summary and no progress, only errors'
complete -c srs-knn-train -s v -l verbose -d 'say more on standard error'
complete -c srs-knn-train -l progress -x -a 'auto always never' -d 'show a line of progress on standard error'
complete -c srs-knn-train -s h -l help -d 'show this text'
complete -c srs-knn-train -l version -d 'show the version'
