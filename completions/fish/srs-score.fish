# fish completion for srs-score; made by `make docs`
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
complete -c srs-score -s m -l model -r -d 'the model that scores; given several times, as ials.st:0.6 and ease.st:0.4: the weighted sum of the models\' scores, each normalised over the user\'s items; without a weight it is 1'
complete -c srs-score -l partial -d 'several models may have different items: where one lacks an item, it counts as average there'
complete -c srs-score -s i -l interactions -r -d 'what users have had, for models of histories; given several times: all, in this order'
complete -c srs-score -l missing -x -a 'fallback drop nan' -d 'what becomes of rows whose user or item is not known'
complete -c srs-score -l column -x -d 'the name of the new column'
complete -c srs-score -s H -l no-header -d 'write no header'
complete -c srs-score -s o -l output -r -d 'write the result to FILE, whole or not at all; otherwise to standard output'
complete -c srs-score -s z -l gzip -d 'compress the output; implied by a name ending in .gz'
complete -c srs-score -s t -l threads -x -d 'threads to use, 0 for one per core; the result is the same for any number'
complete -c srs-score -s s -l seed -x -d 'seed of all random numbers'
complete -c srs-score -s q -l quiet -d 'no summary and no progress, only errors'
complete -c srs-score -s v -l verbose -d 'say more on standard error'
complete -c srs-score -l progress -x -a 'auto always never' -d 'show a line of progress on standard error'
complete -c srs-score -s h -l help -d 'show this text'
complete -c srs-score -l version -d 'show the version'
