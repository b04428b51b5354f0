# fish completion for srs-topk; made by `make docs`
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
complete -c srs-topk -s m -l model -r -d 'the model that scores; given several times, as ials.st:0.6 and ease.st:0.4: the weighted sum of the models\' scores, each normalised over the user\'s items; without a weight it is 1'
complete -c srs-topk -l partial -d 'several models may have different items: where one lacks an item, it counts as average there'
complete -c srs-topk -l fallback -r -d 'the model for users whom these do not know, as of srs-knn-train --method popular'
complete -c srs-topk -s i -l interactions -r -d 'what users have had, and what models of histories score from; given several times: all, in this order'
complete -c srs-topk -s k -l top -x -d 'items of a user\'s list'
complete -c srs-topk -l approximate -x -a 'int8' -d 'do not score all items'
complete -c srs-topk -l memory -x -d 'refuse what needs more than this, as 2G; 0: no limit'
complete -c srs-topk -l recall-check -x -d 'say how much of the exact lists --approximate finds, for N users, evenly spread'
complete -c srs-topk -l items -d 'list for each item those related to it'
complete -c srs-topk -l other -x -a '(__srs_columns)' -d 'with --items: only items that differ in this column of the item table, as category'
complete -c srs-topk -l similar-users -d 'list for each user those like him'
complete -c srs-topk -l dot -d 'products of vectors for --items and --similar-users, not cosines'
complete -c srs-topk -l users -r -d 'only the users in this table, in its order (with --items: the items in its column item_id)'
complete -c srs-topk -l part -x -d 'only one of N parts of the users, by a hash of their ids: for N machines'
complete -c srs-topk -l user-range -x -d 'only the users at places A to B, from 1 on; without B, to the end'
complete -c srs-topk -l active-since -x -d 'only users with an interaction (-i) at or after TIME, a number in the unit of the timestamps or, for seconds, a date such as 2014-04-07'
complete -c srs-topk -l since -r -d 'write only lists whose items or order are not as in this file of lists, rows that an earlier run wrote'
complete -c srs-topk -l keep-seen -d 'list also what the user has had'
complete -c srs-topk -l candidates -r -d 'list only the items in this table; with a column user_id, a user\'s own'
complete -c srs-topk -l exclude -r -d 'do not list the items in this table; with a column user_id, not to that user'
complete -c srs-topk -l boost -r -d 'add the column boost of this table of items to their scores'
complete -c srs-topk -l item-table -r -d 'a table of items with a header, for --where, --per and --rerank'
complete -c srs-topk -l where -x -d 'list only items that pass a comparison of a column of the item table, as stock>0 or category!=gift; given several times: all of them'
complete -c srs-topk -l min-score -x -d 'list only what has at least this score'
complete -c srs-topk -l rerank -x -a '(__srs_list mmr dpp calibrate discount noise explore)' -d 'order lists otherwise than by score, by these names, perhaps a column of the item table, and how much, as mmr:0.8 or calibrate=genre; given several times: one after the other'
complete -c srs-topk -l per -x -a '(__srs_list (__srs_columns))' -d 'at most N items of a list have the same token in this column of the item table; given several times: all hold'
complete -c srs-topk -l pool -x -d 'lists are made of a user\'s N best items; otherwise of 5 times --top, 200 at least'
complete -c srs-topk -l vectors -r -d 'vectors of items, by which mmr and dpp tell what is alike; otherwise the model\'s'
complete -c srs-topk -l titles -r -d 'add the titles of an item table, for people to read'
complete -c srs-topk -l title-column -x -a '(__srs_columns)' -d 'the column that has them'
complete -c srs-topk -l wide -d 'write a row for each user: user_id, item_ids, scores'
complete -c srs-topk -l trec -d 'write a TREC run: user Q0 item rank score srs-topk'
complete -c srs-topk -l jsonl -d 'write JSON Lines'
complete -c srs-topk -s H -l no-header -d 'write no header'
complete -c srs-topk -l dry-run -d 'read, say what the rest would take (memory, shapes, steps), and write nothing'
complete -c srs-topk -s o -l output -r -d 'write the result to FILE, whole or not at all; otherwise to standard output'
complete -c srs-topk -s z -l gzip -d 'compress the output; implied by a name ending in .gz'
complete -c srs-topk -s t -l threads -x -d 'threads to use, 0 for one per core; the result is the same for any number'
complete -c srs-topk -s s -l seed -x -d 'seed of all random numbers'
complete -c srs-topk -s q -l quiet -d 'no summary and no progress, only errors'
complete -c srs-topk -s v -l verbose -d 'say more on standard error'
complete -c srs-topk -l progress -x -a 'auto always never' -d 'show a line of progress on standard error'
complete -c srs-topk -s h -l help -d 'show this text'
complete -c srs-topk -l version -d 'show the version'
