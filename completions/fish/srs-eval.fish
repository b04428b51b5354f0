# fish completion for srs-eval; made by `make docs`
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
complete -c srs-eval -l truth -r -d 'measure lists against these interactions or judgments'
complete -c srs-eval -l ratings -d 'measure the column score against the column rating'
complete -c srs-eval -l labels -d 'measure the column score against the column label'
complete -c srs-eval -l classes -d 'measure the column prediction against the column label, names of classes'
complete -c srs-eval -l history -d 'the operands are histories, as training tools write with --history: the best epoch of each'
complete -c srs-eval -l metrics -x -a '(__srs_list rmse mse mae r2 rmse_user mse_user mae_user accuracy precision recall f1 f1_best auc gauc auc_user pr_auc logloss brier ece tp fp tn fn f1_macro f1_weighted precision_macro recall_macro kappa mcc ndcg ndcg_exp recall_min hr mrr map map_min rprec bpref rbp err rank_auc novelty arp aplt serendipity diversity calibration coverage user_coverage gini entropy parity exposure)' -d 'metrics, with cut-offs: ndcg@10,recall@20,mrr'
complete -c srs-eval -l tsv -d 'write TSV, in full precision'
complete -c srs-eval -l json -d 'write JSON, which --baseline reads'
complete -c srs-eval -l prometheus -r -d 'write the metrics in the text format of Prometheus, too'
complete -c srs-eval -l plot -r -d 'draw a curve for each operand, as SVG, by gnuplot'
complete -c srs-eval -l chart -x -a 'roc pr calibration k popularity history' -d 'what --plot draws; otherwise roc of labels, k of lists'
complete -c srs-eval -l require -x -d 'exit with 3 unless every FILE passes, as \'ndcg@10>=0.3\''
complete -c srs-eval -l baseline -r -d 'the --json of an earlier run'
complete -c srs-eval -l max-drop -x -d 'exit with 3 if a metric is worse than in the --baseline by more than this share of it, as 2%'
complete -c srs-eval -l per-user -r -d 'write each user\'s metrics of lists as TSV'
complete -c srs-eval -l relevance -x -a '(__srs_columns)' -d 'relevance of the truth\'s rows; otherwise its column label, or 1 for each row'
complete -c srs-eval -l min-relevance -x -d 'relevant is what has at least X; otherwise what has more than 0'
complete -c srs-eval -l all-users -d 'users of the truth without a list count 0; otherwise they are skipped'
complete -c srs-eval -l items -r -d 'the catalogue, of which coverage is a share'
complete -c srs-eval -l users -r -d 'a table of users, for --by'
complete -c srs-eval -l train -r -d 'what was trained on, for popularity and users\' habits'
complete -c srs-eval -l features -r -d 'what items are, for diversity and calibration: a table or vectors'
complete -c srs-eval -l feature -x -a '(__srs_columns)' -d 'the column of --features that counts'
complete -c srs-eval -l by -x -a '(__srs_columns)' -d 'also for each segment: a column of --users or --items, popularity:N of items or activity:N of users in N parts'
complete -c srs-eval -l trec -d 'truth and lists are TREC files, whatever their shape'
complete -c srs-eval -l threshold -x -d 'a score of at least X says that the label is 1'
complete -c srs-eval -l truth-column -x -a '(__srs_columns)' -d 'the rating or label, by name or by number from 1'
complete -c srs-eval -l score-column -x -a '(__srs_columns)' -d 'the score or prediction, by name or by number from 1'
complete -c srs-eval -l user-column -x -a '(__srs_columns)' -d 'the user, for metrics over users, by name or by number from 1'
complete -c srs-eval -l confusion -r -d 'with --classes: write how often each was taken for each'
complete -c srs-eval -l intervals -d 'bootstrap intervals of all metrics'
complete -c srs-eval -l compare -d 'test each FILE against the first; with --tsv that table is written'
complete -c srs-eval -l test -x -a 'randomization t wilcoxon sign' -d 'the test whose p-values are corrected for their number'
complete -c srs-eval -l confidence -x -d 'of intervals; tests are at 1 - P'
complete -c srs-eval -l power -x -d 'of the least difference that could be detected'
complete -c srs-eval -l resamples -x -d 'samples for intervals and the randomization test'
complete -c srs-eval -s o -l output -r -d 'write the result to FILE, whole or not at all; otherwise to standard output'
complete -c srs-eval -s z -l gzip -d 'compress the output; implied by a name ending in .gz'
complete -c srs-eval -s t -l threads -x -d 'threads to use, 0 for one per core; the result is the same for any number'
complete -c srs-eval -s s -l seed -x -d 'seed of all random numbers'
complete -c srs-eval -s q -l quiet -d 'no summary and no progress, only errors'
complete -c srs-eval -s v -l verbose -d 'say more on standard error'
complete -c srs-eval -l progress -x -a 'auto always never' -d 'show a line of progress on standard error'
complete -c srs-eval -s h -l help -d 'show this text'
complete -c srs-eval -l version -d 'show the version'
