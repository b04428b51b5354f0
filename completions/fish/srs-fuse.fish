# fish completion for srs-fuse; made by `make docs`
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
complete -c srs-fuse -l method -x -a 'zscore minmax rank rrf weighted sum mnz anz max min median borda condorcet vote round-robin team-draft nnls ridge logistic listwise simplex hedge robust segments fwls gate mlp lambdamart boost auto' -d 'how systems\' scores are made one'
complete -c srs-fuse -l normalize -x -a 'zscore minmax rank percentile softmax sigmoid platt isotonic reciprocal none' -d 'the scale that scores are put on'
complete -c srs-fuse -l over -x -a 'user all' -d 'what a scale is made over'
complete -c srs-fuse -l rrf-k -x -d 'added to each rank before the reciprocal is taken'
complete -c srs-fuse -l vote-top -x -d 'places of each list that count as a vote'
complete -c srs-fuse -l ratings -d 'operands are predictions of ratings, with --method weighted, boost or fwls'
complete -c srs-fuse -l labels -d 'operands are probabilities of labels, with --method weighted, vote, logistic or boost'
complete -c srs-fuse -l weights -x -d 'weights in order (0.6,0.4) or by name (b=0.4,a=0.6)'
complete -c srs-fuse -l objective -x -a 'lambdamart pairwise logistic squared' -d 'what trees are grown for'
complete -c srs-fuse -l gain -x -a 'linear exponential' -d 'what a relevance is worth to them'
complete -c srs-fuse -l truncation -x -d 'places of a list that lambdamart looks at; otherwise twice the metric\'s'
complete -c srs-fuse -l trees -x -d 'trees at most: held-out users say when to stop'
complete -c srs-fuse -l leaves -x -d 'leaves of a tree at most'
complete -c srs-fuse -l learning-rate -x -d 'what each tree adds of what it found'
complete -c srs-fuse -l min-rows -x -d 'rows in a leaf at least'
complete -c srs-fuse -l l2 -x -d 'how strongly leaves are drawn to 0'
complete -c srs-fuse -l monotone -x -d 'systems (all: each) and other columns whose rise may not lower the score or, with - before them, not raise it'
complete -c srs-fuse -l user-features -r -d 'learn from a table of users too: user_id and other columns'
complete -c srs-fuse -l item-features -r -d 'learn from a table of items too: item_id and other columns'
complete -c srs-fuse -l segment -x -a '(__srs_columns)' -d 'users\' segments: a column of --user-features, or history (of -i)'
complete -c srs-fuse -l report -r -d 'write a table of the cross-validation: systems and fusions'
complete -c srs-fuse -l importance -r -d 'write a table of what trees split on'
complete -c srs-fuse -l fit -r -d 'fit to these interactions or ratings'
complete -c srs-fuse -l metric -x -a 'ndcg ndcg_exp precision recall recall_min f1 hr mrr map map_min rprec bpref rbp err rank_auc novelty arp aplt serendipity diversity calibration coverage user_coverage gini entropy parity exposure' -d 'what fusions of lists are fitted for'
complete -c srs-fuse -l folds -x -d 'folds of users for cross-validation'
complete -c srs-fuse -l fit-users -x -d 'fit fusions of lists to at most N users'
complete -c srs-fuse -l relevance -x -a '(__srs_columns)' -d 'relevance of the truth\'s rows; otherwise its column label, or 1 for each row'
complete -c srs-fuse -l min-relevance -x -d 'least relevance that counts; otherwise all > 0'
complete -c srs-fuse -l save -r -d 'save the fusion'
complete -c srs-fuse -l load -r -d 'use a saved fusion: method and weights, by the order of the operands'
complete -c srs-fuse -l sorted -d 'fuse user by user while reading: all files have the same users in the same order, or users sorted by their bytes'
complete -c srs-fuse -l score-missing -x -d 'items that a system\'s list lacks are scored by its model, for users whom it or -i knows; given several times'
complete -c srs-fuse -s i -l interactions -r -d 'what users have had, for these models, and how much, for methods that know users; given several times: all, in this order'
complete -c srs-fuse -l cascade -x -d 'as a:1000,b:100,fused:10: the best 1000 of system a, of these the best 100 of b, of these the best 10 of the fusion'
complete -c srs-fuse -s k -l top -x -d 'items in each list; otherwise all'
complete -c srs-fuse -l explain -d 'add a column of what each system adds to the score'
complete -c srs-fuse -l titles -r -d 'add the titles in this table (item_id, title)'
complete -c srs-fuse -s H -l no-header -d 'write no header'
complete -c srs-fuse -l dry-run -d 'read, say what the rest would take (memory, shapes, steps), and write nothing'
complete -c srs-fuse -s o -l output -r -d 'write the result to FILE, whole or not at all; otherwise to standard output'
complete -c srs-fuse -s z -l gzip -d 'compress the output; implied by a name ending in .gz'
complete -c srs-fuse -s t -l threads -x -d 'threads to use, 0 for one per core; the result is the same for any number'
complete -c srs-fuse -s s -l seed -x -d 'seed of all random numbers'
complete -c srs-fuse -s q -l quiet -d 'no summary and no progress, only errors'
complete -c srs-fuse -s v -l verbose -d 'say more on standard error'
complete -c srs-fuse -l progress -x -a 'auto always never' -d 'show a line of progress on standard error'
complete -c srs-fuse -s h -l help -d 'show this text'
complete -c srs-fuse -l version -d 'show the version'
