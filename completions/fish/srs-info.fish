# fish completion for srs-info; made by `make docs`
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
complete -c srs-info -l tsv -d 'write KEY TAB VALUE lines'
complete -c srs-info -l ids -x -d 'write the ids in this tensor of a model (user_ids, item_ids), one a line'
complete -c srs-info -l columns -d 'write the names of a table\'s columns, one a line; reads its beginning only'
complete -c srs-info -s o -l output -r -d 'write the result to FILE, whole or not at all; otherwise to standard output'
complete -c srs-info -s z -l gzip -d 'compress the output; implied by a name ending in .gz'
complete -c srs-info -s t -l threads -x -d 'threads to use, 0 for one per core; the result is the same for any number'
complete -c srs-info -s s -l seed -x -d 'seed of all random numbers'
complete -c srs-info -s q -l quiet -d 'no summary and no progress, only errors'
complete -c srs-info -s v -l verbose -d 'say more on standard error'
complete -c srs-info -l progress -x -a 'auto always never' -d 'show a line of progress on standard error'
complete -c srs-info -s h -l help -d 'show this text'
complete -c srs-info -l version -d 'show the version'
