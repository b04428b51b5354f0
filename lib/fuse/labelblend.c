#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "fuse/fusecv.h"
#include "fuse/labelblend.h"
#include "fuse/labelstack.h"
#include "fuse/labeltrees.h"

enum { STEPS = 500 };

/* What a method does with labels. */
struct way {
	const char *method;
	/* From rows (n) with a label; NULL: nothing. */
	int (*learn)(struct fusion *, const struct fuselabels *,
	    const int32_t *label, const uint32_t *row, size_t n,
	    uint64_t seed);
	/* out (n, n_p) <- of rows (n) */
	void (*predict)(const struct fusion *, const struct fuselabels *,
	    const uint32_t *row, size_t n, float *out);
};

/* --- mixtures ------------------------------------------------------------- */

/*
 * w_s <- the mean over rows of w_s p_s(y) / sum_t w_t p_t(y), until it does not
 * move: each step makes the rows likelier (Dempster, Laird & Rubin 1977).
 */
static int
learn_mixture(struct fusion *f, const struct fuselabels *l,
    const int32_t *label, const uint32_t *row, size_t n, uint64_t seed)
{
	double *share = mem_array("weights", f->n, sizeof *share), moved = 1;

	(void)seed;
	for (size_t s = 0; s < f->n; s++)
		f->weight[s] = 1 / (double)f->n;
	for (int step = 0; step < STEPS && moved > 1e-9; step++) {
		memset(share, 0, f->n * sizeof *share);
		for (size_t i = 0; i < n; i++) {
			const size_t y = (size_t)label[row[i]];
			double sum = 1e-300;

			for (size_t s = 0; s < f->n; s++)
				sum += f->weight[s] * labelblend_p(l, row[i],
				    s, y);
			for (size_t s = 0; s < f->n; s++)
				share[s] += f->weight[s] * labelblend_p(l,
				    row[i], s, y) / sum / (double)n;
		}
		moved = 0;
		for (size_t s = 0; s < f->n; s++) {
			moved = fmax(moved, fabs(share[s] - f->weight[s]));
			f->weight[s] = share[s];
		}
	}
	free(share);
	return 0;
}

static void
predict_mixture(const struct fusion *f, const struct fuselabels *l,
    const uint32_t *row, size_t n, float *out)
{
	const size_t K = l->n_p;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < K; k++) {
			double sum = 0;

			for (size_t s = 0; s < f->n; s++)
				sum += f->weight[s] * labelblend_p(l, row[i],
				    s, K > 1 ? k : 1);
			out[i * K + k] = (float)sum;
		}
}

/* --- votes ---------------------------------------------------------------- */

/* What the mean probability counts beside votes: it orders those with as many
 * of them. */
static const double tie_share = 1e-3;

static size_t
likeliest(const struct fuselabels *l, size_t i, size_t s)
{
	size_t best = 0;

	for (size_t c = 1; c < l->n_classes; c++)
		if (labelblend_p(l, i, s, c) > labelblend_p(l, i, s, best))
			best = c;
	return best;
}

static void
predict_vote(const struct fusion *f, const struct fuselabels *l,
    const uint32_t *row, size_t n, float *out)
{
	const size_t K = l->n_p;

	predict_mixture(f, l, row, n, out);
	for (size_t i = 0; i < n; i++) {
		float *p = out + i * K;

		for (size_t k = 0; k < K; k++)
			p[k] = (float)(tie_share * (double)p[k] /
			    (1 + tie_share));
		for (size_t s = 0; s < f->n; s++) {
			const size_t c = likeliest(l, row[i], s);

			if (K > 1 || c == 1)
				p[K > 1 ? c : 0] += (float)(f->weight[s] /
				    (1 + tie_share));
		}
	}
}

/* --- stacking ------------------------------------------------------------- */

static int
learn_stack(struct fusion *f, const struct fuselabels *l,
    const int32_t *label, const uint32_t *row, size_t n, uint64_t seed)
{
	(void)seed;
	labelstack_fit(f, l, label, row, n);
	return 0;
}

static void
predict_stack(const struct fusion *f, const struct fuselabels *l,
    const uint32_t *row, size_t n, float *out)
{
	const size_t K = l->n_p;
	double *p = mem_array("a row", l->n_classes, sizeof *p);

	for (size_t i = 0; i < n; i++) {
		labelstack_row(f, l, row[i], p);
		for (size_t k = 0; k < K; k++)
			out[i * K + k] = (float)p[K > 1 ? k : 1];
	}
	free(p);
}

/* -------------------------------------------------------------------------- */

static const struct way ways[] = {
	{ "weighted", learn_mixture, predict_mixture },
	{ "vote", NULL, predict_vote },
	{ "logistic", learn_stack, predict_stack },
	{ "boost", labeltrees_fit, labeltrees_predict },
};

static const struct way *
way_of(const struct fusion *f)
{
	const struct way *w = ways;

	while (strcmp(w->method, f->method->what.name) != 0)
		w++;
	return w;
}

void
labelblend_predict(const struct fusion *f, const struct fuselabels *l,
    const uint32_t *row, size_t n, float *out)
{
	uint32_t *all;

	if (row != NULL) {
		way_of(f)->predict(f, l, row, n, out);
		return;
	}
	all = mem_array("rows", n, sizeof *all);
	for (size_t i = 0; i < n; i++)
		all[i] = (uint32_t)i;
	way_of(f)->predict(f, l, all, n, out);
	free(all);
}

/* --- fitting -------------------------------------------------------------- */

struct job {
	struct fusion *fusion;
	const struct fuselabels *l;
	const int32_t *label;
	size_t n_folds;
	uint64_t seed;
	uint32_t *row, *fold;		/* (n) with a label */
	size_t n;
	uint32_t *some, *place;		/* (n) rows of a part, and which */
	double *fused, *alone;		/* (n), (systems, n) log losses */
};

static double
loss_of(const struct fuselabels *l, const float *p, int32_t y)
{
	const double of = l->n_p > 1 ? (double)p[y] : y == 1 ? (double)p[0] :
	    1 - (double)p[0];

	return -log(fmax(of, 1e-7));
}

static size_t
part(struct job *job, size_t fold, int inside)
{
	size_t n = 0;

	for (size_t i = 0; i < job->n; i++)
		if ((job->fold[i] == fold) == inside) {
			job->place[n] = (uint32_t)i;
			job->some[n++] = job->row[i];
		}
	return n;
}

static struct fusion *
new_like(const struct fusion *f)
{
	struct fusion *g = fusion_like(f);

	g->labels = 1;
	if (f->classes != NULL) {
		g->classes = idmap_new();
		for (uint32_t c = 0; c < idmap_count(f->classes); c++)
			idmap_add(g->classes, idmap_name(f->classes, c));
	}
	return g;
}

static int
learn(struct job *job, struct fusion *f, size_t n)
{
	const struct way *w = way_of(f);

	return w->learn == NULL ? 0 : w->learn(f, job->l, job->label,
	    job->some, n, job->seed);
}

static int
measure_fold(struct job *job, size_t fold)
{
	struct fusion *g = new_like(job->fusion);
	size_t n = part(job, fold, 0);
	int status = n > 0 ? learn(job, g, n) : err_msg("all rows with a "
	    "label are in one fold: nothing to fit to");
	float *p;

	if (status == 0) {
		n = part(job, fold, 1);
		p = mem_array("predictions", n * job->l->n_p, sizeof *p);
		labelblend_predict(g, job->l, job->some, n, p);
		for (size_t i = 0; i < n; i++)
			job->fused[job->place[i]] = loss_of(job->l, p + i *
			    job->l->n_p, job->label[job->some[i]]);
		free(p);
	}
	fusion_free(g);
	return status;
}

/* Each system's, and the mean probability's. */
static void
measure_systems(struct job *job)
{
	const struct fuselabels *l = job->l;
	const size_t S = l->n_systems, K = l->n_p;
	struct fusion *f = job->fusion;
	float *p = mem_array("a row", K, sizeof *p);

	f->equal = 0;
	for (size_t i = 0; i < job->n; i++) {
		const float *of = l->p + (size_t)job->row[i] * S * K;
		const int32_t y = job->label[job->row[i]];

		memset(p, 0, K * sizeof *p);
		for (size_t s = 0; s < S; s++) {
			job->alone[s * job->n + i] = loss_of(l, of + s * K,
			    y);
			for (size_t k = 0; k < K; k++)
				p[k] += of[s * K + k] / (float)S;
		}
		f->equal += loss_of(l, p, y) / (double)job->n;
	}
	for (size_t s = 0; s < S; s++)
		f->alone[s] = fusecv_mean(job->alone + s * job->n, job->n);
	free(p);
}

static void
job_init(struct job *job, struct fusion *f, const struct fuselabels *l,
    const int32_t *label, struct labelblend *how)
{
	*job = (struct job){ .fusion = f, .l = l, .label = label,
	    .n_folds = how->n_folds, .seed = how->seed };
	job->row = mem_array("rows", 4 * l->n, sizeof *job->row);
	job->fold = job->row + l->n;
	job->some = job->fold + l->n;
	job->place = job->some + l->n;
	for (size_t i = 0; i < l->n; i++)
		if (label[i] != FUSELABELS_NONE) {
			job->fold[job->n] = (uint32_t)(hash_mix(how->seed, i)
			    % how->n_folds);
			job->row[job->n++] = (uint32_t)i;
		}
	job->fused = mem_array("values", job->n, sizeof *job->fused);
	job->alone = mem_array("values", job->n * f->n, sizeof *job->alone);
}

int
labelblend_fit(struct fusion *f, const struct fuselabels *l,
    const int32_t *label, struct labelblend *how)
{
	struct job job;
	int status = 0;

	job_init(&job, f, l, label, how);
	how->n_fitted = job.n;
	how->n_unknown = l->n - job.n;
	if (job.n < 2)
		status = err_msg("fewer than two rows have a label: nothing to "
		    "fit to");
	for (size_t k = 0; k < how->n_folds && status == 0; k++)
		status = measure_fold(&job, k);
	if (status == 0) {
		measure_systems(&job);
		f->value = fusecv_mean(job.fused, job.n);
		fusecv_gap(f, job.alone, job.fused, job.n, 1);
		f->metric = mem_text("logloss", 7);
		f->shrinkage = 0;
		f->n_users = job.n;
		f->n_folds = how->n_folds;
		status = learn(&job, f, part(&job, SIZE_MAX, 0));
	}
	free(job.row);
	free(job.fused);
	free(job.alone);
	return status;
}
