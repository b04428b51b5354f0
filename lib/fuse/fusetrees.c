/*
 * fusetrees.c -- LambdaMART on what the systems say of an item: for each its x,
 * the place and the score; how many list it, and among their first ten; the
 * best place; the sum of x with weights by logistic regression; how many
 * candidates there are; and what is known of the user and of the item.  Of
 * systems that are out (fusekeep.h) nothing is seen.
 *
 * Trees correct that sum for its first DEPTH candidates.  What is behind those
 * stays behind them, in that order: hardly any of it is relevant, and to learn
 * that would take most of the time.
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "fuse/comb.h"
#include "fuse/fusecolumns.h"
#include "fuse/fuseforest.h"
#include "fuse/fusekeep.h"
#include "fuse/fuselearn.h"
#include "fuse/fusemeta.h"
#include "fuse/fusemonotone.h"
#include "fuse/fusetrees.h"
#include "fuse/fuseweights.h"
#include "tree/boost.h"

/* What systems that regression leaves out must add to the value, for trees to
 * have them. */
static const double clearly = 0.01;

enum { DEPTH = 100, FIRST = 10, COMMON = 5, SUM = 3, SHARES = 5,
	STEPS = 50 };

/* Columns of users and of items stand behind those of scores. */
static size_t
n_columns(const struct fusion *f)
{
	return 3 * f->n + COMMON + (f->columns == NULL ? 0 :
	    f->columns->width[FUSE_USERS] + f->columns->width[FUSE_ITEMS]);
}

static void
column_name(const struct fusion *f, size_t j, struct buf *b)
{
	static const char *const of_system[] = { "", "place.", "score." };
	static const char *const common[COMMON] = { "systems", "first",
		"best", "sum", "candidates" };

	if (j < 3 * f->n) {
		buf_format(b, "%s%s", of_system[j / f->n], f->name[j % f->n]);
	} else if (j < 3 * f->n + COMMON) {
		buf_text(b, common[j - 3 * f->n]);
	} else {
		const size_t users = f->columns->width[FUSE_USERS];

		j -= 3 * f->n + COMMON;
		fusecolumns_name(f->columns, j < users ? FUSE_USERS :
		    FUSE_ITEMS, j < users ? j : j - users, b);
	}
}

/* One row, of the item at p; n are candidates. */
static void
make_row(const struct fusion *f, const struct fuseunion *u, size_t p,
    float sum, size_t n, float *out)
{
	const size_t S = u->n_systems;
	float *common = out + 3 * S;
	uint32_t best = UINT32_MAX;

	common[0] = common[1] = 0;
	for (size_t s = 0; s < S; s++) {
		const uint32_t place = u->place[p * S + s];

		out[s] = out[S + s] = out[2 * S + s] = NAN;
		if (!fusekeep_has(f, s))
			continue;
		out[s] = u->x[p * S + s];
		if (place == 0)
			continue;
		out[S + s] = (float)place;
		out[2 * S + s] = (float)u->entry[u->start[s] + place -
		    1].value;
		common[0]++;
		common[1] += place <= FIRST;
		best = place < best ? place : best;
	}
	common[2] = (float)best;
	common[3] = sum;
	common[4] = (float)n;
}

/* The columns of a user and of an item, behind the others. */
static void
add_known(const struct fusion *f, const float *user, struct span item,
    float *out)
{
	const size_t *width = f->columns->width;

	out += 3 * f->n + COMMON;
	memcpy(out, user, width[FUSE_USERS] * sizeof *out);
	memcpy(out + width[FUSE_USERS], fusemeta_item(f->meta, item),
	    width[FUSE_ITEMS] * sizeof *out);
}

static void
make_rows(const struct fusion *f, struct fuseunion *u, float *out,
    unsigned char *keep)
{
	float *sum = mem_array("rows", u->n, sizeof *sum);
	struct topk_item *best = mem_array("rows", DEPTH, sizeof *best);
	const float *user = f->columns != NULL ? fusemeta_user(f->meta,
	    u->user) : NULL;
	size_t listed = 0, n;

	comb_sum(f, u, sum);
	fusekeep_listed(f, u, keep);
	for (size_t p = 0; p < u->n; p++) {
		listed += keep[p];
		if (!keep[p])
			sum[p] = -INFINITY;
		keep[p] = 0;
	}
	n = fuseunion_best(u, sum, DEPTH, best);
	for (size_t i = 0; i < n; i++) {
		const size_t p = best[i].item;

		keep[p] = 1;
		make_row(f, u, p, sum[p], listed, out + p * n_columns(f));
		if (user != NULL)
			add_known(f, user, u->name[p], out + p * n_columns(f));
	}
	free(sum);
	free(best);
}

const struct choice *
fusetrees_objective_choice(size_t i)
{
	static const char *const names[] = { "lambdamart", "pairwise",
		"logistic", "squared" };

	return i < sizeof names / sizeof names[0] ?
	    choice_find(boost_choice, span_of(names[i])) : NULL;
}

/* --- learning ------------------------------------------------------------- */

/* With offset (n) or NULL. */
static struct boost_data
data_of(const struct fuserowset *r, const float *offset)
{
	return (struct boost_data){ .x = r->x, .y = r->gain, .n = r->n,
	    .n_columns = r->n_columns, .query = r->query,
	    .n_queries = r->n_queries, .offset = offset };
}

/*
 * The factor that makes the sum (in `column`) the logarithm of odds within
 * lists: sum over relevant i of a s_i - log sum_j exp(a s_j) is largest.  By
 * Newton's method, in steps of at most a factor of two.
 */
static double
odds_of(const struct fuserowset *r, size_t column)
{
	double a = 1;

	for (int step = 0; step < STEPS; step++) {
		double slope = 0, curve = 0, next;

		for (size_t q = 0; q < r->n_queries; q++) {
			double sum[3] = { 0 }, relevant[2] = { 0 };

			for (size_t i = r->query[q]; i < r->query[q + 1];
			    i++) {
				const double s = (double)r->x[i *
				    r->n_columns + column];
				const double e = exp(a * s);

				sum[0] += e;
				sum[1] += e * s;
				sum[2] += e * s * s;
				relevant[0] += r->gain[i] > 0;
				relevant[1] += r->gain[i] > 0 ? s : 0;
			}
			sum[1] /= sum[0];
			slope += relevant[1] - relevant[0] * sum[1];
			curve += relevant[0] * (sum[2] / sum[0] - sum[1] *
			    sum[1]);
		}
		next = curve > 0 ? a + slope / curve : a;
		next = fmin(fmax(next, a / 2), a * 2);
		if (fabs(next - a) < 1e-9 * a)
			break;
		a = next;
	}
	return a;
}

/* The sum of each row becomes `by` times it; returns them (n), the caller's. */
static float *
scale_sums(struct fuserowset *r, size_t column, double by)
{
	float *out = mem_array("rows", r->n, sizeof *out);

	for (size_t i = 0; i < r->n; i++) {
		float *sum = &r->x[i * r->n_columns + column];

		*sum = (float)((double)*sum * by);
		out[i] = *sum;
	}
	return out;
}

/* Some users are held out to know when to stop. */
static size_t
pick(const struct fuselearn *how, int held, uint32_t *user)
{
	size_t n = 0;

	for (size_t i = 0; i < how->n_users; i++) {
		const struct span name = idmap_name(how->lists->users,
		    how->user[i]);

		if ((hash_bytes(name.p, name.n, how->seed + 1) % SHARES == 0)
		    == held)
			user[n++] = how->user[i];
	}
	return n;
}

static int
make_part(struct fuserowset *r, const struct fusion *f,
    const struct fuselearn *how, int held)
{
	uint32_t *user = mem_array("users", how->n_users, sizeof *user);
	struct fuselearn part = *how;
	int status;

	part.user = user;
	part.n_users = pick(how, held, user);
	status = fuserowset_make(r, f, &part, n_columns(f), make_rows);
	free(user);
	return status;
}

/* is_category (columns) <- 1 for those that are. */
static void
find_categories(const struct fusion *f, unsigned char *is_category)
{
	memset(is_category, 0, n_columns(f));
	if (f->columns != NULL)
		fusecolumns_categories(f->columns, is_category + 3 * f->n +
		    COMMON);
}

/* y <- what the objective wants of relevances. */
static void
turn_gains(const struct fusion *f, struct fuserowset *r)
{
	const int exponential = f->growth->gain == fuse_gain_choice(1);
	const char *objective = f->growth->objective->name;

	for (size_t i = 0; i < r->n; i++)
		if (strcmp(objective, "logistic") == 0)
			r->gain[i] = r->gain[i] > 0;
		else if (exponential)
			r->gain[i] = exp2f(r->gain[i]) - 1;
}

static struct boost
settings_of(const struct fusion *f, const struct fuselearn *how)
{
	const struct fusegrowth *g = f->growth;
	struct boost boost = BOOST_DEFAULTS;

	boost.objective = boost_objective(g->objective->name);
	boost.rounds = g->trees;
	boost.patience = 30;
	boost.grow.rate = g->rate;
	boost.grow.leaves = g->leaves;
	boost.grow.min_rows = g->min_rows;
	boost.grow.l2 = g->l2;
	boost.grow.seed = how->seed;
	if (g->truncation != SIZE_MAX)
		boost.truncation = g->truncation;
	else if (how->objective->depth > 0)
		boost.truncation = how->objective->depth * 2;
	return boost;
}

/* Trees of lists correct the sum, put on the scale of theirs; for others it
 * only decides between what is equal. */
static struct forest *
correct(struct fusion *f, struct fuserowset *train, struct fuserowset *valid,
    struct boost *boost)
{
	const size_t column = 3 * f->n + SUM;
	const int of_lists = boost_is_of_lists(boost->objective);
	const double by = of_lists ? odds_of(train, column) : 1e-4;
	float *a = scale_sums(train, column, by);
	float *b = scale_sums(valid, column, by);
	const struct boost_data to_learn = data_of(train, of_lists ? a : NULL);
	const struct boost_data to_stop = data_of(valid, of_lists ? b : NULL);
	struct forest *trees = boost_train(&to_learn, &to_stop, boost);

	for (size_t s = 0; s < f->n; s++)
		f->weight[s] *= by;
	free(a);
	free(b);
	return trees;
}

static int
grow(struct fusion *f, const struct fuselearn *how, struct boost *boost)
{
	struct fuserowset train = { .n = 0 }, valid = { .n = 0 };

	if (make_part(&train, f, how, 0) == 0 &&
	    make_part(&valid, f, how, 1) == 0) {
		turn_gains(f, &train);
		turn_gains(f, &valid);
		f->state = correct(f, &train, &valid, boost);
	}
	fuserowset_release(&train);
	fuserowset_release(&valid);
	return f->state != NULL ? 0 : -1;
}

/* With the systems that are in. */
static int
learn_in(struct fusion *f, const struct fuselearn *how, struct boost *boost,
    const unsigned char *in)
{
	int status = fuseweights_logistic(f, how, in);

	f->in = in;
	if (status == 0)
		status = grow(f, how, boost);
	f->in = NULL;
	return status;
}

/* Once more with all: `kept`, which is the value without some, is kept unless
 * that is clearly less. */
static int
try_all(struct fusion *f, const struct fuselearn *how, struct boost *boost,
    double kept)
{
	/* Of lists a value is 1 less the metric. */
	const double whole = boost_is_of_lists(boost->objective) ? 1 - kept :
	    kept;
	struct fusion *g = fusion_like(f);
	unsigned char *all = mem_array("systems", f->n, 1);
	int status;

	memset(all, 1, f->n);
	status = learn_in(g, how, boost, all);
	if (status == 0 && boost->best < kept - clearly * whole) {
		forest_free(f->state);
		f->state = g->state;
		g->state = NULL;
		memcpy(f->weight, g->weight, f->n * sizeof *f->weight);
	}
	fusion_free(g);
	free(all);
	return status;
}

static int
choose(struct fusion *f, const struct fuselearn *how, struct boost *boost)
{
	unsigned char *in = mem_array("systems", f->n, 1);
	int status;

	fusekeep(f, how, fuseweights_listwise, in);
	status = learn_in(f, how, boost, in);
	if (status == 0 && memchr(in, 0, f->n) != NULL)
		status = try_all(f, how, boost, boost->best);
	free(in);
	return status;
}

static int
learn(struct fusion *f, const struct fuselearn *how)
{
	const size_t n = n_columns(f);
	unsigned char *is_category = mem_array("columns", n, 1);
	signed char *monotone = mem_array("columns", n, 1);
	struct boost boost = settings_of(f, how);
	int status;

	find_categories(f, is_category);
	boost.is_category = is_category;
	boost.grow.monotone = monotone;
	status = fusemonotone(f, f->growth->monotone, n, is_category,
	    monotone);
	if (status == 0)
		status = choose(f, how, &boost);
	free(is_category);
	free(monotone);
	return status;
}

/* --- use ------------------------------------------------------------------ */

/* Rows of the union's items, and their trees' sums; x and sum are the
 * caller's to free. */
struct rows {
	float *x;		/* (n, columns) */
	double *sum;		/* (n) 0 of those that are not kept */
	unsigned char *keep;
};

static void
rows_make(struct rows *r, const struct fusion *f, struct fuseunion *u)
{
	const struct forest *forest = f->state;
	const size_t k = n_columns(f);

	r->x = mem_array("rows", u->n * k, sizeof *r->x);
	r->sum = mem_array("rows", u->n, sizeof *r->sum);
	r->keep = mem_array("rows", u->n, 1);
	make_rows(f, u, r->x, r->keep);
	for (size_t p = 0; p < u->n; p++)
		if (r->keep[p])
			forest_predict(forest, r->x + p * k, 1, &r->sum[p]);
}

static void
rows_release(struct rows *r)
{
	free(r->x);
	free(r->sum);
	free(r->keep);
}

void
fusetrees_combine(const struct fusion *f, struct fuseunion *u, float *scores)
{
	struct rows r;
	double least = INFINITY;
	float most = -INFINITY;

	rows_make(&r, f, u);
	comb_sum(f, u, scores);
	for (size_t p = 0; p < u->n; p++) {
		if (r.keep[p])
			least = fmin(least, r.sum[p] + (double)scores[p]);
		else
			most = fmaxf(most, scores[p]);
	}
	for (size_t p = 0; p < u->n; p++)
		scores[p] = r.keep[p] ? (float)(r.sum[p] + (double)scores[p]) :
		    (float)(least - 1 + (double)(scores[p] - most));
	rows_release(&r);
}

void
fusetrees_parts(const struct fusion *f, struct fuseunion *u, double *part)
{
	const size_t S = f->n, k = n_columns(f);
	double *of = mem_array("parts", k + 1, sizeof *of);
	struct rows r;

	rows_make(&r, f, u);
	memset(part, 0, u->n * S * sizeof *part);
	for (size_t p = 0; p < u->n; p++) {
		if (!r.keep[p])
			continue;
		forest_shap(f->state, r.x + p * k, 0, of);
		for (size_t s = 0; s < S; s++)
			part[p * S + s] = fusion_factor(f, s) *
			    (double)u->x[p * S + s];
		for (size_t j = 0; j < 3 * S; j++)
			part[p * S + j % S] += of[j];
	}
	rows_release(&r);
	free(of);
}

/* --- the file ------------------------------------------------------------- */

static int
get(const struct st_file *st, struct fusion *f)
{
	return fuseforest_get(st, f, n_columns(f), 1);
}

const struct fuse_learner fuse_trees = {
	.learn = learn, .put = fuseforest_put, .get = get,
	.free = fuseforest_release, .format = 3, .column = column_name
};
