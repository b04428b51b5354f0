#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "all/validate.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/par.h"
#include "data/scored.h"
#include "eval/metric.h"
#include "eval/ranking.h"
#include "eval/sum.h"
#include "io/readinter.h"
#include "rank/lists.h"

enum { PAIRS_PER_PIECE = 4096 };

struct valid {
	struct validation base;		/* first: it is what callers have */
	struct measures measures;	/* one */
	const struct inter *train;
	char *path;
	struct buf about;
	uint32_t *users;		/* (n) of pairs, or each once */
	size_t n;
	/* metrics of pairs */
	uint32_t *items;		/* (n) */
	int64_t *times;			/* (n), or NULL */
	double *truth, *score;		/* (n) */
	float *scores;			/* (n) */
	/* metrics of lists */
	struct scored *judged;
};

static void
valid_free(struct validation *base)
{
	struct valid *v = (struct valid *)base;

	if (v == NULL)
		return;
	measures_release(&v->measures);
	scored_free(v->judged);
	buf_release(&v->about);
	free(v->path);
	free(v->users);
	free(v->items);
	free(v->times);
	free(v->truth);
	free(v->score);
	free(v->scores);
	free(v);
}

/* --- pairs ---------------------------------------------------------------- */

struct pairs_job {
	struct valid *v;
	const struct scorer *scorer;
};

static void
score_piece(void *arg, size_t i, size_t worker)
{
	const struct pairs_job *job = arg;
	const struct valid *v = job->v;
	const size_t at = i * PAIRS_PER_PIECE, left = v->n - at;
	const size_t n = left < PAIRS_PER_PIECE ? left : PAIRS_PER_PIECE;

	scorer_timed_pairs(job->scorer, v->users + at, v->items + at,
	    v->times != NULL ? v->times + at : NULL, n, v->scores + at,
	    worker);
	for (size_t p = at; p < at + n; p++)
		v->score[p] = (double)v->scores[p];
}

static int
measure_of_pairs(struct validation *base, const struct scorer *s, double *out)
{
	struct valid *v = (struct valid *)base;
	struct pairs_job job = { v, s };
	const struct metric_pairs pairs = { .truth = v->truth,
	    .score = v->score, .n = v->n, .threshold = 0.5 };

	assert(scorer_items(s) == idmap_count(v->train->items));
	par_for(par_pieces(v->n, PAIRS_PER_PIECE), score_piece, &job);
	return measure_pairs(&v->measures.at[0], &pairs, v->path, out);
}

/* Keeps the pairs of `in` that the training data knows. */
static int
take_pairs(struct valid *v, const struct inter *in)
{
	const struct csr *m = &in->by_user;
	const size_t n = (size_t)csr_count(m);

	v->users = mem_array("validation pairs", n, sizeof *v->users);
	v->items = mem_array("validation pairs", n, sizeof *v->items);
	v->truth = mem_array("validation pairs", n, sizeof *v->truth);
	v->score = mem_array("validation pairs", n, sizeof *v->score);
	v->scores = mem_array("validation pairs", n, sizeof *v->scores);
	if (in->has_times)
		v->times = mem_array("validation pairs", n, sizeof *v->times);
	for (uint32_t u = 0; u < m->rows; u++) {
		const uint32_t user = idmap_find(v->train->users,
		    idmap_name(in->users, u));

		for (uint64_t p = m->indptr[u]; p < m->indptr[u + 1] &&
		    user != IDMAP_NONE; p++) {
			v->users[v->n] = user;
			v->items[v->n] = idmap_find(v->train->items,
			    idmap_name(in->items, m->indices[p]));
			v->truth[v->n] = (double)m->values[p];
			if (v->times != NULL)
				v->times[v->n] = in->times[p];
			v->n += v->items[v->n] != IDMAP_NONE;
		}
	}
	if (v->n == 0)
		return err_msg("%s: the training data knows none of the users "
		    "and items", v->path);
	buf_format(&v->about, "%s: %s of %zu pairs", v->path, v->base.metric,
	    v->n);
	if (v->n < n)
		buf_format(&v->about, "; %zu left out: their user or item is "
		    "not in the training data", n - v->n);
	v->base.measure = measure_of_pairs;
	return 0;
}

/* --- lists ---------------------------------------------------------------- */

struct lists_job {
	const struct valid *v;
	struct ranking_scratch scratch;
	uint32_t *items;		/* (k) */
	struct sum sum;
	size_t served;
};

static int
add_list(void *arg, uint32_t user, const struct topk_item *best, size_t n)
{
	struct lists_job *job = arg;
	struct metric_list list;

	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		job->items[i] = best[i].item;
	ranking_list(job->v->judged, RANKING_ANY, user, job->items, n,
	    &job->scratch, &list);
	sum_add(&job->sum, measure_list(&job->v->measures.at[0], &list));
	job->served++;
	return 0;
}

static int
measure_of_lists(struct validation *base, const struct scorer *s, double *out)
{
	struct valid *v = (struct valid *)base;
	const size_t n_items = scorer_items(s);
	const size_t k = v->measures.at[0].k;
	const struct lists_options options = {
		.k = k == METRIC_WHOLE || k > n_items ? n_items : k,
		.left_out = { &v->train->by_user },
	};
	struct lists_job job = { .v = v };
	int status;

	assert(n_items == idmap_count(v->train->items));
	job.items = mem_array("a list", options.k, sizeof *job.items);
	status = lists_make(s, v->users, v->n, &options, add_list, &job);
	if (status == 0 && job.served == 0)
		status = err_msg("%s: the model serves none of the users",
		    v->path);
	*out = sum_value(job.sum) / (double)job.served;
	free(job.items);
	ranking_scratch_release(&job.scratch);
	return status;
}

struct sampled {
	uint64_t hash;
	uint32_t user;		/* of the training data */
	uint32_t row;		/* of the validation data */
};

static int
by_hash(const void *va, const void *vb)
{
	const struct sampled *a = va, *b = vb;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return (a->user > b->user) - (a->user < b->user);
}

static int
by_user(const void *va, const void *vb)
{
	const struct sampled *a = va, *b = vb;

	return (a->user > b->user) - (a->user < b->user);
}

/* *out <- at most max_users of the users that both know, by user.  Returns how
 * many were chosen of *n_known. */
static size_t
choose_users(const struct inter *in, const struct validate *how,
    struct sampled **out, size_t *n_known)
{
	const size_t most = how->max_users > 0 ? how->max_users :
	    VALIDATE_USERS;
	struct sampled *x = mem_array("users", in->by_user.rows, sizeof *x);
	size_t n = 0;

	for (uint32_t u = 0; u < in->by_user.rows; u++) {
		const struct span name = idmap_name(in->users, u);
		const uint32_t user = idmap_find(how->train->users, name);

		if (user != IDMAP_NONE && csr_row_count(&in->by_user, u) > 0)
			x[n++] = (struct sampled){
			    hash_bytes(name.p, name.n, how->seed), user, u };
	}
	*n_known = n;
	qsort(x, n, sizeof *x, by_hash);
	n = n < most ? n : most;
	qsort(x, n, sizeof *x, by_user);
	*out = x;
	return n;
}

/* The items of row u are relevant to `user`; those that the training data
 * lacks too, under numbers that no list has.  Returns how many it lacks. */
static size_t
judge(struct valid *v, const struct inter *in, uint32_t u, uint32_t user)
{
	const struct csr *m = &in->by_user;
	const size_t n_items = idmap_count(v->train->items);
	size_t n_lacking = 0;

	for (uint64_t p = m->indptr[u]; p < m->indptr[u + 1]; p++) {
		const uint32_t item = idmap_find(v->train->items,
		    idmap_name(in->items, m->indices[p]));

		n_lacking += item == IDMAP_NONE;
		scored_add(v->judged, user, item != IDMAP_NONE ? item :
		    (uint32_t)n_items + m->indices[p], 1);
	}
	return n_lacking;
}

static int
take_lists(struct valid *v, const struct inter *in, const struct validate *how)
{
	struct sampled *sample;
	size_t n_known, n_judged = 0, n_lacking = 0;

	v->n = choose_users(in, how, &sample, &n_known);
	v->users = mem_array("users", v->n, sizeof *v->users);
	v->judged = scored_new();
	for (size_t i = 0; i < v->n; i++) {
		v->users[i] = sample[i].user;
		n_judged += csr_row_count(&in->by_user, sample[i].row);
		n_lacking += judge(v, in, sample[i].row, sample[i].user);
	}
	free(sample);
	scored_finish(v->judged);
	scored_unique(v->judged);
	if (v->n == 0 || n_lacking == n_judged)
		return err_msg("%s: the training data knows none of the %s",
		    v->path, v->n == 0 ? "users" : "items of its users");
	buf_format(&v->about, "%s: %s of %zu users", v->path, v->base.metric,
	    v->n);
	if (v->n < n_known)
		buf_format(&v->about, ", a sample of %zu", n_known);
	if (n_known < in->by_user.rows)
		buf_format(&v->about, "; %zu left out: they are not in the "
		    "training data", in->by_user.rows - n_known);
	if (n_lacking > 0)
		buf_format(&v->about, "; no list can have %zu of their items, "
		    "which are not in the training data", n_lacking);
	v->base.measure = measure_of_lists;
	return 0;
}

/* -------------------------------------------------------------------------- */

/* Finds the metric among those of lists, ratings and labels, in this order. */
static int
find_metric(const char *text, struct measures *out)
{
	const struct span name = { text, strcspn(text, "@") };
	enum metric_kind kind = METRIC_LIST;

	if (choice_find(metric_rating_choice, name) != NULL)
		kind = METRIC_RATING;
	else if (choice_find(metric_list_choice, name) == NULL &&
	    choice_find(metric_label_choice, name) != NULL)
		kind = METRIC_LABEL;
	return measures_parse_one(text, kind, out);
}

static struct inter *
read_file(const struct valid *v, const struct validate *how)
{
	const enum metric_kind kind = v->measures.at[0].metric->kind;
	struct readinter options = { .value = NULL };

	if (kind != METRIC_LIST) {
		options.value = how->value != NULL ? how->value :
		    kind == METRIC_RATING ? "rating" : "label";
		options.needs_value = 1;
	}
	return readinter((const char *const[]){ v->path }, 1, &options,
	    idmap_new(), idmap_new(), 1);
}

struct validation *
validate_new(const char *path, const struct validate *how)
{
	struct valid *v = mem_array("validation", 1, sizeof *v);
	struct inter *in = NULL;
	int status = -1;

	v->about = BUF_EMPTY;
	v->train = how->train;
	v->path = mem_text(path, strlen(path));
	v->base.free = valid_free;
	if (find_metric(how->metric, &v->measures) != 0)
		goto done;
	v->base.metric = v->measures.at[0].name;
	v->base.smaller_is_better =
	    v->measures.at[0].metric->smaller_is_better;
	in = read_file(v, how);
	if (in == NULL)
		goto done;
	status = v->measures.at[0].metric->kind == METRIC_LIST ?
	    take_lists(v, in, how) : take_pairs(v, in);
	buf_cstr(&v->about);
done:
	inter_free(in);
	if (status == 0)
		return &v->base;
	valid_free(&v->base);
	return NULL;
}

const char *
validate_about(const struct validation *base)
{
	return ((const struct valid *)base)->about.p;
}
