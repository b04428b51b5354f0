# fish completion for srs-synth; made by `make docs`
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
complete -c srs-synth -l users -x -d 'users'
complete -c srs-synth -l items -x -d 'items'
complete -c srs-synth -l events -x -d 'rows of the log, exactly'
complete -c srs-synth -l queries -x -d 'different queries, at most; the most frequent ones'
complete -c srs-synth -l days -x -d 'length of the log, from 2025-01-06 on'
complete -c srs-synth -l zipf -x -d 'exponent of the items\' popularity: the k-th has a weight of 1 / k^S'
complete -c srs-synth -l activity -x -d 'standard deviation of the log of a user\'s number of events'
complete -c srs-synth -l taste -x -d 'strength of all that is personal; 0: all users alike'
complete -c srs-synth -l drift -x -d 'how much of a taste changes until the end, on average'
complete -c srs-synth -l truth-top -x -d 'items in the truth about a user'
complete -c srs-synth -l truth-users -x -d 'users in the truth, at most, spread over all'
complete -c srs-synth -l dirty -x -d 'spoil this share of the rows, a fifth of it in each of these ways'
complete -c srs-synth -l duplicates -x -d 'rows that repeat the one before'
complete -c srs-synth -l missing -x -d 'rows without user or item'
complete -c srs-synth -l outliers -x -d 'rows with a rating of 99 or a price far below 0'
complete -c srs-synth -l bots -x -d 'rows of bots, which view anything, thousands each'
complete -c srs-synth -l bad-encoding -x -d 'rows with a review in Latin-1'
complete -c srs-synth -s o -l output -r -d 'write the result to FILE, whole or not at all; otherwise to standard output'
complete -c srs-synth -s z -l gzip -d 'compress the output; implied by a name ending in .gz'
complete -c srs-synth -s t -l threads -x -d 'threads to use, 0 for one per core; the result is the same for any number'
complete -c srs-synth -s s -l seed -x -d 'seed of all random numbers'
complete -c srs-synth -s q -l quiet -d 'no summary and no progress, only errors'
complete -c srs-synth -s v -l verbose -d 'say more on standard error'
complete -c srs-synth -l progress -x -a 'auto always never' -d 'show a line of progress on standard error'
complete -c srs-synth -s h -l help -d 'show this text'
complete -c srs-synth -l version -d 'show the version'
