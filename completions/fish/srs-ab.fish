# fish completion for srs-ab; made by `make docs`
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
complete -c srs-ab -l metrics -x -a '(__srs_list conversion mean sum ratio average mrr return)' -d 'what is measured: conversion:NAME, mean:NAME, ratio:A/B, and of events also sum:EVENT.COLUMN, average:EVENT.COLUMN, mrr:EVENT, return:DAYS'
complete -c srs-ab -l assignment -r -d 'who was in which group (and since when, in the column timestamp); the operand is then a log of events'
complete -c srs-ab -l user -x -a '(__srs_columns)' -d 'the user'
complete -c srs-ab -l group -x -a '(__srs_columns)' -d 'the group'
complete -c srs-ab -l event -x -a '(__srs_columns)' -d 'the kind of an event'
complete -c srs-ab -l control -x -d 'the group that others are compared with; otherwise the first by name'
complete -c srs-ab -l covariate -x -a '(__srs_columns)' -d 'a number from before the experiment that explains some of the differences between users (CUPED)'
complete -c srs-ab -l drop-crossed -d 'leave out users who are in two groups; otherwise they are an error'
complete -c srs-ab -l day -x -d 'units of the timestamps in a day'
complete -c srs-ab -l interleaving -d 'the operand has interleaved lists: whose items were clicked'
complete -c srs-ab -l confidence -x -d 'of intervals; tests are at 1 - P'
complete -c srs-ab -l power -x -d 'of the least difference that could be detected, and of plans'
complete -c srs-ab -l sequential -d 'intervals and p-values that hold however often they are looked at'
complete -c srs-ab -l shares -x -d 'how users were to be divided, the control first, the others by name: 90,5,5; otherwise equally'
complete -c srs-ab -l srm -x -d 'exit with 3 when the groups\' sizes are less likely than this: a sample ratio mismatch'
complete -c srs-ab -l tsv -d 'write TSV, in full precision'
complete -c srs-ab -l json -d 'write JSON'
complete -c srs-ab -l plan -d 'plan an experiment: its users from --effect, or the effect from --users'
complete -c srs-ab -l rate -x -d 'the control\'s conversion'
complete -c srs-ab -l mean -x -d 'the control\'s mean'
complete -c srs-ab -l deviation -x -d 'the standard deviation of a user\'s value'
complete -c srs-ab -l effect -x -d 'the difference to be found; as 5%, a share of the rate or mean'
complete -c srs-ab -l users -x -d 'users of all groups'
complete -c srs-ab -l per-day -x -d 'users who come in a day, for the duration'
complete -c srs-ab -l groups -x -d 'groups, the control among them'
complete -c srs-ab -s o -l output -r -d 'write the result to FILE, whole or not at all; otherwise to standard output'
complete -c srs-ab -s z -l gzip -d 'compress the output; implied by a name ending in .gz'
complete -c srs-ab -s t -l threads -x -d 'threads to use, 0 for one per core; the result is the same for any number'
complete -c srs-ab -s s -l seed -x -d 'seed of all random numbers'
complete -c srs-ab -s q -l quiet -d 'no summary and no progress, only errors'
complete -c srs-ab -s v -l verbose -d 'say more on standard error'
complete -c srs-ab -l progress -x -a 'auto always never' -d 'show a line of progress on standard error'
complete -c srs-ab -s h -l help -d 'show this text'
complete -c srs-ab -l version -d 'show the version'
