# fish completion for srs-split; made by `make docs`
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
complete -c srs-split -l method -x -a 'random user-random leave-random leave-last user-temporal temporal new-users new-items kfold' -d 'how to split'
complete -c srs-split -l train -r -d 'write the rows to train with to FILE'
complete -c srs-split -l valid -r -d 'write rows to validate with; else there are none'
complete -c srs-split -l test -r -d 'write the rows to test with to FILE'
complete -c srs-split -l fold-in -r -d 'write to FILE those rows of tested users that a model may see before it is tested with the others'
complete -c srs-split -l valid-fold-in -r -d 'the same for users of --valid'
complete -c srs-split -l fold-in-size -x -d 'share of each user\'s rows to fold in'
complete -c srs-split -l fold-in-order -x -a 'random time' -d 'which'
complete -c srs-split -l unit -x -a 'row user item session' -d 'what goes to one part as a whole'
complete -c srs-split -l session-gap -x -d 'make sessions, in a column session_id: one ends where the user\'s next row is more than this later, as 30m, 12h or a number in the unit of the timestamps'
complete -c srs-split -l valid-size -x -d 'share of the rows for validation'
complete -c srs-split -l test-size -x -d 'share of the rows for testing'
complete -c srs-split -l at -x -d 'test what is at or after this time, or this share of the rows, as 90%'
complete -c srs-split -l valid-at -x -d 'validate with what is between this time and the test'
complete -c srs-split -l leave -x -d 'how many of each user to test with, and to validate with'
complete -c srs-split -l folds -x -d 'number of folds'
complete -c srs-split -l fold -x -d 'test with fold I; without it a column of folds is added instead'
complete -c srs-split -l leaks -x -a 'auto none report refuse drop' -d 'what to do about rows of valid and test that a model cannot know, or knows too well'
complete -c srs-split -l leak-kinds -x -a '(__srs_list users items pairs rows user-time time sessions)' -d 'which of users, items, pairs, rows, user-time, time, sessions to refuse (else all) or drop (else users,items)'
complete -c srs-split -l only -x -a 'all known new-users new-items' -d 'the rows to keep in valid and test'
complete -c srs-split -l balance -x -a 'none under over weight' -d 'make up for classes of unequal size in train'
complete -c srs-split -l class -x -a '(__srs_columns)' -d 'the column of classes; without it label'
complete -c srs-split -l ratio -x -d 'the largest class may have R times the rows of the smallest; without it 1'
complete -c srs-split -l candidates -r -d 'for each tested row write its item and other items that the user never had to FILE'
complete -c srs-split -l valid-candidates -r -d 'the same for rows of --valid'
complete -c srs-split -l negatives -x -d 'other items for each row'
complete -c srs-split -l sampling -x -a 'uniform popularity' -d 'how they are drawn'
complete -c srs-split -s H -l no-header -d 'write no header, also if the input had one'
complete -c srs-split -s o -l output -r -d 'write the result to FILE, whole or not at all; otherwise to standard output'
complete -c srs-split -s z -l gzip -d 'compress the output; implied by a name ending in .gz'
complete -c srs-split -s t -l threads -x -d 'threads to use, 0 for one per core; the result is the same for any number'
complete -c srs-split -s s -l seed -x -d 'seed of all random numbers'
complete -c srs-split -s q -l quiet -d 'no summary and no progress, only errors'
complete -c srs-split -s v -l verbose -d 'say more on standard error'
complete -c srs-split -l progress -x -a 'auto always never' -d 'show a line of progress on standard error'
complete -c srs-split -s h -l help -d 'show this text'
complete -c srs-split -l version -d 'show the version'
