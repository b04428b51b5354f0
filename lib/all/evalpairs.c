#include <math.h>
#include <stdlib.h>

#include "all/evaluate.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/par.h"
#include "io/readpairs.h"

static void
note_rows(const struct evaluate *how, const char *path, size_t n)
{
	struct buf note = BUF_EMPTY;

	buf_format(&note, "%s: %zu rows", path, n);
	how->note(how->note_arg, buf_cstr(&note));
	buf_release(&note);
}

/* --- intervals ------------------------------------------------------------ */

/* A sample of rows, in the memory of one worker. */
struct sample {
	double *truth, *score;	/* (n) */
	uint32_t *user;		/* (n) or NULL */
};

struct sampled {
	const struct metric_pairs *all;
	const struct metric *metric;
	struct sample *sample;	/* (workers) */
};

static double
value_of_sample(void *arg, const size_t *row, size_t n, size_t worker)
{
	const struct sampled *s = arg;
	const struct sample *x = &s->sample[worker];
	struct metric_pairs p = *s->all;

	for (size_t i = 0; i < n; i++) {
		x->truth[i] = p.truth[row[i]];
		x->score[i] = p.score[row[i]];
		if (p.user != NULL)
			x->user[i] = p.user[row[i]];
	}
	p.truth = x->truth;
	p.score = x->score;
	p.user = p.user != NULL ? x->user : NULL;
	return s->metric->pairs(&p);
}

/* Rows are sampled; samples in which a metric is not defined are left out. */
static void
add_intervals(const struct evaluate *how, const struct metric_pairs *p,
    size_t row, struct evaltable *t)
{
	const size_t workers = par_threads();
	struct sampled s = { .all = p,
	    .sample = mem_array("samples", workers, sizeof *s.sample) };

	for (size_t i = 0; i < workers; i++)
		s.sample[i] = (struct sample){
		    mem_array("samples", p->n, sizeof(double)),
		    mem_array("samples", p->n, sizeof(double)),
		    mem_array("samples", p->user != NULL ? p->n : 0,
		    sizeof(uint32_t)) };
	evaltable_add_intervals(t, row);
	for (size_t j = 0; j < t->measures->n; j++) {
		s.metric = t->measures->at[j].metric;
		tick_step(how->tick, s.metric->what.name, "resamples");
		bootstrap_of(p->n, &(struct bootstrap){
		    how->certainty.resamples, how->certainty.seed,
		    how->certainty.alpha, how->tick }, value_of_sample, &s,
		    &t->row[row].low[j], &t->row[row].high[j]);
	}
	for (size_t i = 0; i < workers; i++) {
		free(s.sample[i].truth);
		free(s.sample[i].score);
		free(s.sample[i].user);
	}
	free(s.sample);
}

/* --- comparisons ---------------------------------------------------------- */

/* What each row adds to a metric that is a mean over rows. */
static double *
row_values(const struct metric *m, const struct pairs *p, double threshold)
{
	double *x = mem_array("values", p->n, sizeof *x);

	for (size_t i = 0; i < p->n; i++) {
		const struct metric_pairs one = { .truth = &p->truth[i],
		    .score = &p->score[i], .n = 1, .threshold = threshold };

		x[i] = m->pairs(&one);
	}
	return x;
}

static int
same_truth(const struct pairs *a, const char *a_path, const struct pairs *b,
    const char *b_path)
{
	if (a->n != b->n)
		return err_msg("%s has %zu rows, and %s %zu: systems are "
		    "compared row by row", a_path, a->n, b_path, b->n);
	for (size_t i = 0; i < a->n; i++)
		if (a->truth[i] < b->truth[i] || a->truth[i] > b->truth[i])
			return err_msg("row %zu: the truth is %g in %s, and "
			    "%g in %s: systems are compared row by row",
			    i + 1, a->truth[i], a_path, b->truth[i], b_path);
	return 0;
}

/* Systems (n) against the first one, in the metrics that are means of rows. */
static int
compare(const struct evaluate *how, const struct pairs *pairs,
    struct evaltable *t)
{
	for (size_t i = 1; i < how->n_files; i++)
		if (same_truth(&pairs[i], how->files[i], &pairs[0],
		    how->files[0]) != 0)
			return -1;
	for (size_t j = 0; j < t->measures->n; j++) {
		const struct metric *m = t->measures->at[j].metric;
		double *first;

		if (!m->is_mean_of_rows)
			continue;
		first = row_values(m, &pairs[0], how->threshold);
		for (size_t i = 1; i < how->n_files; i++) {
			struct evalpair pair = { .row = i, .measure = j };
			double *x = row_values(m, &pairs[i], how->threshold);

			paired_test(x, first, pairs[0].n, &how->certainty,
			    &pair.test);
			if (m->smaller_is_better)
				paired_turn(&pair.test);
			evaltable_add_pair(t, &pair);
			free(x);
		}
		free(first);
	}
	if (t->n_pairs == 0)
		return err_msg("none of the metrics is a mean over rows, which "
		    "--compare needs: mse, mae, accuracy, logloss and brier "
		    "are");
	t->test = how->test;
	evaltable_correct(t);
	return 0;
}

/* -------------------------------------------------------------------------- */

static int
evaluate_file(const struct evaluate *how, const char *path,
    struct pairs *pairs, struct evaltable *out)
{
	const struct measures *m = out->measures;
	struct metric_pairs numbers;
	size_t row;

	if (readpairs(path, &(struct readpairs){
	    .labels = how->kind == METRIC_LABEL, .truth = how->actual,
	    .score = how->score, .tick = how->tick, .user = how->user,
	    .needs_users = (measures_needs(m) & METRIC_NEEDS_USERS) != 0 },
	    pairs) != 0)
		return -1;
	numbers = (struct metric_pairs){ pairs->truth, pairs->score, pairs->n,
	    how->threshold, pairs->user, pairs->users != NULL ?
	    idmap_count(pairs->users) : 0 };
	row = evaltable_add(out, path, NULL);
	out->row[row].n = pairs->n;
	for (size_t j = 0; j < m->n; j++)
		if (measure_pairs(&m->at[j], &numbers, path,
		    &out->row[row].value[j]) != 0)
			return -1;
	note_rows(how, path, pairs->n);
	if (how->plot != NULL)
		evalplot_pairs(how->plot, path, &numbers);
	if (how->intervals)
		add_intervals(how, &numbers, row, out);
	return 0;
}

int
evaluate_pairs(const struct evaluate *how, struct evaltable *out)
{
	struct pairs *pairs = mem_array("pairs", how->n_files, sizeof *pairs);
	int status = 0;

	out->unit = "rows";
	for (size_t i = 0; i < how->n_files && status == 0; i++) {
		status = evaluate_file(how, how->files[i], &pairs[i], out);
		if (!how->compare)
			pairs_release(&pairs[i]);
	}
	if (status == 0 && how->compare)
		status = compare(how, pairs, out);
	for (size_t i = 0; i < how->n_files; i++)
		pairs_release(&pairs[i]);
	free(pairs);
	return status;
}

/* --- classes -------------------------------------------------------------- */

enum { CLASSES_MAX = 4096 };

/* Classes are numbered by name. */
static int
count_classes(const char *path, const struct classpairs *p,
    struct metric_classes *out)
{
	const size_t n = idmap_count(p->names);
	uint32_t *rank;
	uint64_t *count;

	if (n > CLASSES_MAX)
		return err_msg("%s: %zu classes are too many", path, n);
	count = mem_array("classes", n * n, sizeof *count);
	rank = idmap_ranks(p->names);
	for (size_t i = 0; i < p->n; i++)
		count[rank[p->truth[i]] * n + rank[p->said[i]]]++;
	free(rank);
	*out = (struct metric_classes){ count, n };
	return 0;
}

/* A row for each pair of classes that occurs, in the order of their names. */
static void
put_confusion(struct put *put, const char *path, const struct classpairs *p,
    const struct metric_classes *c)
{
	uint32_t *rank = idmap_ranks(p->names);
	uint32_t *at = mem_array("classes", c->n, sizeof *at);

	for (uint32_t i = 0; i < c->n; i++)
		at[rank[i]] = i;
	for (size_t i = 0; i < c->n * c->n; i++) {
		if (c->count[i] == 0)
			continue;
		put_text(put, path);
		put_span(put, idmap_name(p->names, at[i / c->n]));
		put_span(put, idmap_name(p->names, at[i % c->n]));
		put_int(put, (int64_t)c->count[i]);
		put_end(put);
	}
	free(at);
	free(rank);
}

static int
evaluate_class_file(const struct evaluate *how, const char *path,
    struct put *confusion, struct evaltable *out)
{
	const struct measures *m = out->measures;
	struct classpairs pairs;
	struct metric_classes classes = { NULL, 0 };
	size_t row;
	int status;

	if (readpairs_classes(path, &(struct readpairs){
	    .truth = how->actual, .score = how->score, .tick = how->tick },
	    &pairs) != 0)
		return -1;
	status = count_classes(path, &pairs, &classes);
	if (status == 0) {
		row = evaltable_add(out, path, NULL);
		out->row[row].n = pairs.n;
		for (size_t j = 0; j < m->n; j++)
			out->row[row].value[j] =
			    m->at[j].metric->classes(&classes);
		note_rows(how, path, pairs.n);
		if (confusion != NULL)
			put_confusion(confusion, path, &pairs, &classes);
	}
	free(classes.count);
	classpairs_release(&pairs);
	return status;
}

int
evaluate_classes(const struct evaluate *how, struct put *confusion,
    struct evaltable *out)
{
	out->unit = "rows";
	if (confusion != NULL)
		put_header(confusion, "system:token\tlabel:token\t"
		    "prediction:token\trows:float");
	for (size_t i = 0; i < how->n_files; i++)
		if (evaluate_class_file(how, how->files[i], confusion, out)
		    != 0)
			return -1;
	return 0;
}

/* -------------------------------------------------------------------------- */

int
evaluate(const struct evaluate *how, struct evaltable *out)
{
	const char *path = how->kind == METRIC_LIST ? how->per_user :
	    how->kind == METRIC_CLASS ? how->confusion : NULL;
	struct put *extra = NULL;
	int status;

	if (path != NULL && (extra = put_open(path, 0)) == NULL)
		return -1;
	status = how->kind == METRIC_LIST ? evaluate_lists(how, extra, out) :
	    how->kind == METRIC_CLASS ? evaluate_classes(how, extra, out) :
	    evaluate_pairs(how, out);
	if (status == 0 && extra != NULL)
		status = put_commit(extra);
	put_free(extra);
	return status;
}
