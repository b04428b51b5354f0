#include <stdlib.h>

#include "all/evaluate.h"
#include "base/buf.h"
#include "io/readpairs.h"

static int
evaluate_file(const struct evaluate *how, const char *path,
    struct evaltable *out)
{
	const struct measures *m = out->measures;
	struct pairs pairs;
	struct metric_pairs numbers;
	struct buf note = BUF_EMPTY;
	double *value;
	int status = 0;

	if (readpairs(path, &(struct readpairs){
	    .labels = how->kind == METRIC_LABEL, .truth = how->actual,
	    .score = how->score, .tick = how->tick }, &pairs) != 0)
		return -1;
	numbers = (struct metric_pairs){ pairs.truth, pairs.score, pairs.n,
	    how->threshold };
	value = evaltable_add(out, path);
	for (size_t j = 0; j < m->n && status == 0; j++)
		status = measure_pairs(&m->at[j], &numbers, path, &value[j]);
	buf_format(&note, "%s: %zu rows", path, pairs.n);
	if (status == 0)
		how->note(how->note_arg, buf_cstr(&note));
	buf_release(&note);
	pairs_release(&pairs);
	return status;
}

int
evaluate_pairs(const struct evaluate *how, struct evaltable *out)
{
	for (size_t i = 0; i < how->n_files; i++)
		if (evaluate_file(how, how->files[i], out) != 0)
			return -1;
	return 0;
}

int
evaluate(const struct evaluate *how, struct evaltable *out)
{
	struct put *users = NULL;
	int status;

	if (how->kind != METRIC_LIST)
		return evaluate_pairs(how, out);
	if (how->per_user != NULL &&
	    (users = put_open(how->per_user, 0)) == NULL)
		return -1;
	status = evaluate_lists(how, users, out);
	if (status == 0 && users != NULL)
		status = put_commit(users);
	put_free(users);
	return status;
}
