# fish completion for srs-mf-train; made by `make docs`
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
complete -c srs-mf-train -l method -x -a 'als bpr ials nmf bfm sgd ssm ccl warp svd' -d 'what is minimised, and how'
complete -c srs-mf-train -s f -l factors -x -d 'numbers that describe each user and item'
complete -c srs-mf-train -s e -l epochs -x -d 'passes over the data; 0 writes the start'
complete -c srs-mf-train -l lambda -x -d 'regularization: weight of the squares of the factors'
complete -c srs-mf-train -l lambda-bias -x -d 'weight of the squares of the biases'
complete -c srs-mf-train -l nu -x -d 'of n interactions the regularization grows as n^X'
complete -c srs-mf-train -l unobserved -x -d 'all pairs of a user and an item, as not had, weigh X times as much together as the interactions'
complete -c srs-mf-train -l alpha0 -x -d 'the weight of one such pair, in place of --unobserved'
complete -c srs-mf-train -l solver -x -a 'cholesky cg block' -d 'how a row is solved for'
complete -c srs-mf-train -l block -x -d 'factors that --solver block takes at once'
complete -c srs-mf-train -l steps -x -d 'steps of --solver cg, or of nmf\'s descent, in each row'
complete -c srs-mf-train -l rate -x -d 'learning rate at first; falls to 0 evenly'
complete -c srs-mf-train -l stdev -x -d 'starting factors have the deviation X / root of factors'
complete -c srs-mf-train -l start -x -d 'every factor starts as X, not at random'
complete -c srs-mf-train -l value -x -a '(__srs_columns)' -d 'column of the rating (otherwise rating), or of the weight of an interaction (otherwise weight, or 1)'
complete -c srs-mf-train -l negatives -x -d 'items drawn for each batch, as not had'
complete -c srs-mf-train -l popularity -x -d 'an item of n interactions is drawn as often as n^X'
complete -c srs-mf-train -l temperature -x -d 'what scores are divided by within the softmax'
complete -c srs-mf-train -l margin -x -d 'how far apart scores of had and not had should be; of ccl, what those of not had may be'
complete -c srs-mf-train -l negative-weight -x -d 'what the mean over drawn items weighs'
complete -c srs-mf-train -l similarity -x -a 'dot cosine' -d 'what a score is'
complete -c srs-mf-train -l pooling -x -d 'share of the user\'s vector that is made of the mean of the user\'s items, by a matrix that is learnt; 0: none'
complete -c srs-mf-train -l pooled -x -d 'items in that mean while training, at most, drawn anew in each epoch'
complete -c srs-mf-train -l samples -x -d 'samples from the posterior that are averaged'
complete -c srs-mf-train -l burn-in -x -d 'sweeps of each chain before its first sample'
complete -c srs-mf-train -l chains -x -d 'chains that draw the samples together, side by side'
complete -c srs-mf-train -l keep -x -d 'samples that the model keeps, evenly chosen'
complete -c srs-mf-train -l likelihood -x -a 'normal probit' -d 'what a rating is'
complete -c srs-mf-train -l implicit -x -a 'none users items both' -d 'what else is learnt from'
complete -c srs-mf-train -l moment -x -d 'ratings of a user within bins of this length have something in common, if there are timestamps; 0: not'
complete -c srs-mf-train -l user-features -r -d 'learn from a table of users too: user_id and other columns'
complete -c srs-mf-train -l item-features -r -d 'learn from a table of items too: item_id and other columns'
complete -c srs-mf-train -l init -r -d 'start from an older model: new users and items join, vanished ones leave'
complete -c srs-mf-train -l checkpoint -r -d 'write to FILE after each epoch where the training is'
complete -c srs-mf-train -l resume -r -d 'go on from a checkpoint, with the same data and options'
complete -c srs-mf-train -l valid -r -d 'measure each epoch on this, keep the best'
complete -c srs-mf-train -l metric -x -a 'rmse mse mae r2 rmse_user mse_user mae_user accuracy precision recall f1 f1_best auc gauc auc_user pr_auc logloss brier ece tp fp tn fn f1_macro f1_weighted precision_macro recall_macro kappa mcc ndcg ndcg_exp recall_min hr mrr map map_min rprec bpref rbp err rank_auc novelty arp aplt serendipity diversity calibration coverage user_coverage gini entropy parity exposure' -d 'what is measured; otherwise rmse or ndcg@10'
complete -c srs-mf-train -l patience -x -d 'stop after N epochs without improvement; 0: never'
complete -c srs-mf-train -l history -r -d 'write epoch, seconds, loss and metric as TSV'
complete -c srs-mf-train -l dry-run -d 'read, say what the rest would take (memory, shapes, steps), and write nothing'
complete -c srs-mf-train -s o -l output -r -d 'write the result to FILE, whole or not at all; otherwise to standard output'
complete -c srs-mf-train -s z -l gzip -d 'compress the output; implied by a name ending in .gz'
complete -c srs-mf-train -s t -l threads -x -d 'threads to use, 0 for one per core; the result is the same for any number'
complete -c srs-mf-train -s s -l seed -x -d 'seed of all random numbers'
complete -c srs-mf-train -s q -l quiet -d 'no summary and no progress, only errors'
complete -c srs-mf-train -s v -l verbose -d 'say more on standard error'
complete -c srs-mf-train -l progress -x -a 'auto always never' -d 'show a line of progress on standard error'
complete -c srs-mf-train -s h -l help -d 'show this text'
complete -c srs-mf-train -l version -d 'show the version'
