#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "fuse/fuseforest.h"
#include "fuse/fusemonotone.h"
#include "fuse/labelstack.h"
#include "fuse/labeltrees.h"
#include "tree/boost.h"

enum { SHARES = 5 };

/* Probabilities of a row: of two classes that of the second. */
static size_t
n_p(const struct fusion *f)
{
	return f->classes != NULL ? idmap_count(f->classes) : 1;
}

static size_t
n_columns(const struct fusion *f)
{
	return (f->n + 1) * n_p(f);
}

void
labeltrees_column(const struct fusion *f, size_t j, struct buf *b)
{
	const size_t K = n_p(f), s = j % (f->n + 1);

	buf_text(b, s < f->n ? f->name[s] : "stack");
	if (K == 1)
		return;
	buf_char(b, '.');
	buf_span(b, idmap_name(f->classes, (uint32_t)(j / (f->n + 1))));
}

/* x (n, columns) <- of each class the systems', then the stack's. */
static float *
make_rows(const struct fusion *f, const struct fuselabels *l,
    const uint32_t *row, size_t n)
{
	const size_t K = n_p(f), S = f->n, first = K == 1;
	float *x = mem_array("rows", n * n_columns(f), sizeof *x), *at = x;
	double *p = mem_array("a row", l->n_classes, sizeof *p);

	for (size_t i = 0; i < n; i++) {
		labelstack_row(f, l, row[i], p);
		for (size_t k = first; k < K + first; k++) {
			for (size_t s = 0; s < S; s++)
				*at++ = (float)labelblend_p(l, row[i], s, k);
			*at++ = (float)p[k];
		}
	}
	free(p);
	return x;
}

static float *
make_labels(const int32_t *label, const uint32_t *row, size_t n)
{
	float *y = mem_array("labels", n, sizeof *y);

	for (size_t i = 0; i < n; i++)
		y[i] = (float)label[row[i]];
	return y;
}

/* Rows that are held out come last; returns how many are not. */
static size_t
deal(const uint32_t *row, size_t n, uint64_t seed, uint32_t *out)
{
	size_t first = 0, last = n;

	for (size_t i = 0; i < n; i++)
		if (hash_mix(seed + 4, row[i]) % SHARES == 0)
			out[--last] = row[i];
		else
			out[first++] = row[i];
	return first;
}

static struct boost
settings_of(const struct fusion *f, uint64_t seed, const signed char *monotone)
{
	const struct fusegrowth *g = f->growth;
	struct boost how = BOOST_DEFAULTS;

	how.objective = boost_objective(n_p(f) == 1 ? "logistic" : "softmax");
	how.n_classes = n_p(f);
	how.rounds = g->trees;
	how.grow.rate = g->rate;
	how.grow.leaves = g->leaves;
	how.grow.min_rows = g->min_rows;
	how.grow.l2 = g->l2;
	how.grow.seed = seed;
	how.grow.monotone = monotone;
	return how;
}

/* Trees of the first n_train of these rows; the others say when to stop. */
static struct forest *
grow(const struct fusion *f, const struct fuselabels *l, const int32_t *label,
    const uint32_t *row, size_t n_train, size_t n, struct boost *how)
{
	const size_t k = n_columns(f), n_held = n - n_train;
	float *x = make_rows(f, l, row, n);
	float *y = make_labels(label, row, n);
	const struct boost_data train = { .x = x, .y = y, .n = n_train,
		.n_columns = k };
	const struct boost_data held = { .x = x + n_train * k,
		.y = y + n_train, .n = n_held, .n_columns = k };
	struct forest *out = boost_train(&train, n_held > 0 ? &held : NULL,
	    how);

	free(x);
	free(y);
	return out;
}

int
labeltrees_fit(struct fusion *f, const struct fuselabels *l,
    const int32_t *label, const uint32_t *row, size_t n, uint64_t seed)
{
	const size_t k = n_columns(f);
	uint32_t *dealt = mem_array("rows", n, sizeof *dealt);
	const size_t n_train = deal(row, n, seed, dealt);
	unsigned char *none = mem_array("columns", k, 1);
	signed char *monotone = mem_array("columns", k, 1);
	struct boost how = settings_of(f, seed, monotone);
	int status;

	labelstack_fit(f, l, label, row, n);
	status = fusemonotone(f, f->growth->monotone, k, none, monotone);
	if (status == 0) {
		f->state = grow(f, l, label, dealt, n_train, n, &how);
		status = f->state != NULL ? 0 : -1;
	}
	free(dealt);
	free(none);
	free(monotone);
	return status;
}

/* p (K) of sums (K): of one its logistic function. */
static void
turn(const double *sum, size_t K, float *p)
{
	double most = sum[0], total = 0;

	if (K == 1) {
		*p = (float)(1 / (1 + exp(-*sum)));
		return;
	}
	for (size_t k = 1; k < K; k++)
		most = fmax(most, sum[k]);
	for (size_t k = 0; k < K; k++)
		total += exp(sum[k] - most);
	for (size_t k = 0; k < K; k++)
		p[k] = (float)(exp(sum[k] - most) / total);
}

void
labeltrees_predict(const struct fusion *f, const struct fuselabels *l,
    const uint32_t *row, size_t n, float *out)
{
	const size_t K = n_p(f);
	float *x = make_rows(f, l, row, n);
	double *sum = mem_array("predictions", n * K, sizeof *sum);

	forest_predict(f->state, x, n, sum);
	for (size_t i = 0; i < n; i++)
		turn(sum + i * K, K, out + i * K);
	free(x);
	free(sum);
}

int
labeltrees_get(const struct st_file *st, struct fusion *f)
{
	if (f->class_bias == NULL)
		return err_msg("%s: trees of labels without a stack",
		    st_path(st));
	return fuseforest_get(st, f, n_columns(f), n_p(f));
}
