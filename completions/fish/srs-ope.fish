# fish completion for srs-ope; made by `make docs`
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
complete -c srs-ope -l policy -r -d 'the other policy: a table of context, action and probability'
complete -c srs-ope -l policy-log -r -d 'a log of the other policy: its shares of actions in each context are its probabilities'
complete -c srs-ope -l target -x -a '(__srs_columns)' -d 'the other policy\'s probability of what was shown, in LOG'
complete -c srs-ope -l context -x -a '(__srs_columns)' -d 'what policies and rewards depend on; given several times: all of them'
complete -c srs-ope -l action -x -a '(__srs_columns)' -d 'what was shown'
complete -c srs-ope -l reward -x -a '(__srs_columns)' -d 'what it earned'
complete -c srs-ope -l propensity -x -a '(__srs_columns)' -d 'how likely it was to be shown'
complete -c srs-ope -l probability -x -a '(__srs_columns)' -d 'of --policy'
complete -c srs-ope -l clip -x -d 'weights above W count as W; otherwise above the root of the number of rows'
complete -c srs-ope -l min-effective -x -d 'exit with 3, without estimates, when the log is worth fewer rows of the other policy'
complete -c srs-ope -l confidence -x -d 'of intervals'
complete -c srs-ope -l resamples -x -d 'samples for intervals'
complete -c srs-ope -l tsv -d 'write TSV, in full precision'
complete -c srs-ope -l json -d 'write JSON'
complete -c srs-ope -s o -l output -r -d 'write the result to FILE, whole or not at all; otherwise to standard output'
complete -c srs-ope -s z -l gzip -d 'compress the output; implied by a name ending in .gz'
complete -c srs-ope -s t -l threads -x -d 'threads to use, 0 for one per core; the result is the same for any number'
complete -c srs-ope -s s -l seed -x -d 'seed of all random numbers'
complete -c srs-ope -s q -l quiet -d 'no summary and no progress, only errors'
complete -c srs-ope -s v -l verbose -d 'say more on standard error'
complete -c srs-ope -l progress -x -a 'auto always never' -d 'show a line of progress on standard error'
complete -c srs-ope -s h -l help -d 'show this text'
complete -c srs-ope -l version -d 'show the version'
