#include <stdlib.h>
#include <string.h>

#include "all/splitrun.h"
#include "base/mem.h"

static int
is_given_twice(const struct splitrun *r)
{
	const char *const all[] = { r->paths[SPLIT_TRAIN],
	    r->paths[SPLIT_VALID], r->paths[SPLIT_TEST], r->candidates.path };

	for (size_t p = 0; p < sizeof all / sizeof *all; p++)
		for (size_t q = 0; q < p; q++)
			if (all[p] != NULL && all[q] != NULL &&
			    strcmp(all[p], all[q]) == 0)
				return 1;
	return 0;
}

/* Of a split into files. */
static const char *
wrong_parts(const struct splitrun *r)
{
	const struct split_options *o = &r->split;

	if (split_has_folds(r->method) && o->fold > o->folds)
		return "--fold is more than --folds";
	if (split_has_folds(r->method) && o->has_valid)
		return "a fold is tested: there is no --valid part";
	if (r->paths[SPLIT_TRAIN] == NULL || r->paths[SPLIT_TEST] == NULL)
		return "--train FILE and --test FILE are needed";
	if (is_given_twice(r))
		return "one file is given for two things";
	if (r->output != NULL)
		return "-o is for numbered folds; parts go to --train, --valid "
		    "and --test";
	if (o->test_size + (o->has_valid ? o->valid_size : 0) >= 1)
		return "--valid-size and --test-size leave nothing to train "
		    "with";
	return NULL;
}

const char *
splitrun_wrong(const struct splitrun *r)
{
	if (!split_has_folds(r->method) || r->split.fold != SIZE_MAX)
		return wrong_parts(r);
	if (r->paths[SPLIT_TRAIN] || r->paths[SPLIT_VALID] ||
	    r->paths[SPLIT_TEST] || r->candidates.path)
		return "--fold must say which fold is tested";
	return NULL;
}

/* Writes the parts and the candidates; they take their places together. */
static int
write_parts(const struct splitrun *r, const struct splitfile *s,
    const unsigned char *part, struct buf *summary)
{
	struct put *candidates = NULL;
	size_t n_short = 0;
	int status = -1;

	if (r->candidates.path != NULL) {
		candidates = candidatefile_make(s, part, &r->candidates,
		    &n_short);
		if (candidates == NULL)
			return -1;
	}
	if (splitfile_write(s, part, r->paths, r->gzip, r->header) == 0)
		status = candidates == NULL ? 0 : put_commit(candidates);
	put_free(candidates);
	if (n_short > 0)
		buf_format(summary, "tested rows with fewer than %zu other "
		    "candidates: %zu\n", r->candidates.negatives, n_short);
	return status;
}

static int
split(const struct splitrun *r, const struct splitfile *s,
    struct buf *summary)
{
	unsigned char *part = mem_array("parts", s->rows.n, 1);
	struct split_count count;
	size_t n_kept;
	int status = r->method->plan(&s->rows, &r->split, part, &n_kept);

	if (status == 0) {
		split_counts(&s->rows, part, &count);
		split_report(r->method, &s->rows, &count, n_kept, summary);
		status = write_parts(r, s, part, summary);
	}
	free(part);
	return status;
}

int
splitrun(const struct splitrun *r, const char *const *files, size_t n_files,
    struct tick *tick, struct buf *summary)
{
	struct splitfile *s = splitfile_read(files, n_files, r->method,
	    r->method->needs_user, tick);
	int status;

	if (s == NULL)
		return -1;
	if (split_has_folds(r->method) && r->split.fold == SIZE_MAX)
		status = splitfile_write_folds(s, r->split.seed,
		    r->split.folds, r->output, r->gzip, r->header);
	else
		status = split(r, s, summary);
	splitfile_free(s);
	return status;
}
