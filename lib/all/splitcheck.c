/* splitcheck.c -- options of srs-split that contradict each other. */

#include <math.h>

#include "all/splitrun.h"
#include "io/samefile.h"
#include "prep/balance.h"

static int
is_given_twice(const struct splitrun *r)
{
	const char *all[2 * SPLIT_PARTS];
	size_t n = 0;

	for (int p = 0; p < SPLIT_PARTS; p++) {
		if (r->paths[p] != NULL)
			all[n++] = r->paths[p];
		if (r->candidates.paths[p] != NULL)
			all[n++] = r->candidates.paths[p];
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (samefile(all[i], all[j]))
				return 1;
	return 0;
}

static const char *
wrong_files(const struct splitrun *r)
{
	if (r->paths[SPLIT_TRAIN] == NULL || r->paths[SPLIT_TEST] == NULL)
		return "--train FILE and --test FILE are needed";
	if (is_given_twice(r))
		return "one file is given for two things";
	if (r->output != NULL)
		return "-o is for numbered folds; parts go to --train, --valid "
		    "and --test";
	if (r->candidates.paths[SPLIT_VALID] != NULL && !r->split.has_valid)
		return "--valid-candidates is for rows of --valid";
	return NULL;
}

static const char *
wrong_fold_in(const struct splitrun *r)
{
	const int has_test = r->paths[SPLIT_FOLD_IN] != NULL;
	const int has_valid = r->paths[SPLIT_VALID_FOLD_IN] != NULL;

	if ((has_test || has_valid) && r->unit != SPLIT_USER)
		return "rows to fold in are those of held-out users: "
		    "--method new-users, or kfold with --unit user";
	if (has_valid && !r->split.has_valid)
		return "--valid-fold-in is for users of --valid";
	if (has_valid != (has_test && r->split.has_valid))
		return "--fold-in, --valid and --valid-fold-in go together";
	return NULL;
}

/* Of a split at a moment. */
static const char *
wrong_moments(const struct split_options *o)
{
	const struct split_when *at = &o->test_at, *valid = &o->valid_at;

	if (at->kind != SPLIT_NEVER && !isnan(o->test_size))
		return "--at and --test-size say the same thing";
	if (valid->kind != SPLIT_NEVER && !isnan(o->valid_size))
		return "--valid-at and --valid-size say the same thing";
	if (valid->kind != SPLIT_NEVER && !o->has_valid)
		return "--valid-at is for rows of --valid";
	if (valid->kind == at->kind && (valid->time > at->time ||
	    valid->share > at->share))
		return "--valid-at is after --at";
	return NULL;
}

static const char *
wrong_sizes(const struct splitrun *r)
{
	const struct split_options *o = &r->split;

	if (split_has_folds(r->method) && o->fold > o->folds)
		return "--fold is more than --folds";
	if (split_has_folds(r->method) && o->has_valid)
		return "a fold is tested: there is no --valid part";
	if (o->test_size + (o->has_valid ? o->valid_size : 0) >= 1)
		return "--valid-size and --test-size leave nothing to train "
		    "with";
	return NULL;
}

static const char *
wrong_rules(const struct splitrun *r)
{
	const int gates = r->leaks == SPLITRUN_REFUSE ||
	    r->leaks == SPLITRUN_DROP;
	const int is_none = balance_is_none(r->balance);

	if (r->leak_kinds != 0 && !gates)
		return "--leak-kinds is for --leaks refuse and drop";
	if (r->only != SPLITRUN_ALL && gates)
		return "--only goes with no --leaks refuse or drop";
	if (is_none && (r->class != NULL || !isnan(r->ratio)))
		return "--class and --ratio are for --balance";
	if (balance_is_weight(r->balance) && !isnan(r->ratio))
		return "--ratio is for --balance under and over";
	return NULL;
}

static const char *
wrong_numbering(const struct splitrun *r)
{
	for (int p = 0; p < SPLIT_PARTS; p++)
		if (r->paths[p] != NULL || r->candidates.paths[p] != NULL)
			return "--fold must say which fold is tested";
	if (r->leaks != SPLITRUN_AUTO || r->only != SPLITRUN_ALL ||
	    !balance_is_none(r->balance))
		return "--fold must say which fold is tested";
	return NULL;
}

const char *
splitrun_wrong(const struct splitrun *r)
{
	static const char *(*const checks[])(const struct splitrun *) = {
		wrong_files, wrong_fold_in, wrong_sizes, wrong_rules
	};
	const char *wrong;

	if (!(r->method->units >> r->unit & 1))
		return "the method has no such --unit";
	if (split_has_folds(r->method) && r->split.fold == SIZE_MAX)
		return wrong_numbering(r);
	wrong = wrong_moments(&r->split);
	if (!r->method->needs_time)
		wrong = NULL;
	for (size_t i = 0; i < sizeof checks / sizeof *checks &&
	    wrong == NULL; i++)
		wrong = checks[i](r);
	return wrong;
}
