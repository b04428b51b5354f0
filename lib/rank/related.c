#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/blas.h"
#include "linalg/mat.h"
#include "linalg/vec.h"
#include "rank/related.h"

enum { ROWS = 512 };		/* of a piece of work */

/* --- vectors -------------------------------------------------------------- */

struct copying {
	const struct scorer *from;
	struct scorer_vectors vectors;
	enum related_kind kind;
	enum related_measure measure;
	struct mat *to;
};

/* NULL: the scorer does not know that user. */
static const float *
vector_of(const struct copying *job, uint32_t i)
{
	float level;

	if (job->kind == RELATED_ITEMS)
		return job->vectors.items + i * job->vectors.k;
	return scorer_knows_user(job->from, i) ?
	    job->vectors.user(job->from, i, &level) : NULL;
}

/* Rows of NAN are never chosen, and choose nothing. */
static void
copy_row(const struct copying *job, uint32_t i)
{
	float *x = mat_row(job->to, i);
	const float *from = vector_of(job, i);
	const size_t k = job->vectors.k;
	double length;

	for (size_t p = 0; p < k; p++)
		x[p] = from != NULL ? from[p] : NAN;
	if (job->measure == RELATED_DOT)
		return;
	length = sqrt(vec_square_sum(x, k));
	for (size_t p = 0; p < k; p++)
		x[p] = (float)(x[p] / length);
}

static void
copy_rows(void *arg, size_t piece, size_t worker)
{
	const struct copying *job = arg;

	(void)worker;
	for (size_t i = piece * ROWS; i < (piece + 1) * ROWS &&
	    i < job->to->rows; i++)
		copy_row(job, (uint32_t)i);
}

/* --- the scorer ----------------------------------------------------------- */

/* Rows that stand one after the other are multiplied as they stand. */
static void
tile(const struct scorer *s, const uint32_t *users, size_t n, size_t first,
    size_t width, float *scores, size_t worker)
{
	const struct mat *V = s->state;

	(void)worker;
	for (size_t from = 0, to; from < n; from = to) {
		to = from + 1;
		while (to < n && users[to] == users[to - 1] + 1)
			to++;
		blas_gemm(0, 1, to - from, width, V->cols, 1,
		    mat_row(V, users[from]), V->cols, mat_row(V, first),
		    V->cols, 0, scores + from * width, width);
	}
}

static void
pairs(const struct scorer *s, const uint32_t *users, const uint32_t *items,
    size_t n, float *scores, size_t worker)
{
	const struct mat *V = s->state;

	(void)worker;
	for (size_t i = 0; i < n; i++)
		scores[i] = vec_dot(mat_row(V, users[i]),
		    mat_row(V, items[i]), V->cols);
}

static const float *
vector(const struct scorer *s, uint32_t u, float *level)
{
	*level = 0;
	return mat_row(s->state, u);
}

static void
vectors(const struct scorer *s, struct scorer_vectors *v)
{
	const struct mat *V = s->state;

	*v = (struct scorer_vectors){ V->cols, V->x, NULL, vector };
}

static void
free_state(struct scorer *s)
{
	mat_release(s->state);
	free(s->state);
}

static size_t
bytes(const struct scorer *s)
{
	const struct mat *V = s->state;

	return V->rows * V->cols * sizeof *V->x;
}

static const struct scorer_ops ops = {
	.bytes = bytes,
	.tile = tile,
	.pairs = pairs,
	.vectors = vectors,
	.free = free_state,
};

/* The same names again. */
static struct idmap *
copy_names(const struct idmap *names)
{
	struct idmap *copy = idmap_new();

	for (uint32_t i = 0; i < idmap_count(names); i++)
		idmap_add(copy, idmap_name(names, i));
	return copy;
}

int
related_has_vectors(const struct scorer *s)
{
	return s->ops->vectors != NULL;
}

struct scorer *
related_new(const struct scorer *from, enum related_kind kind,
    enum related_measure measure)
{
	const struct idmap *names = kind == RELATED_ITEMS ? from->items :
	    from->users;
	struct scorer *s = mem_array("a model", 1, sizeof *s);
	struct mat *V = mem_array("a model", 1, sizeof *V);
	struct copying job = { .from = from, .kind = kind,
		.measure = measure, .to = V };

	from->ops->vectors(from, &job.vectors);
	mat_init(V, "vectors", idmap_count(names), job.vectors.k);
	par_for(par_pieces(V->rows, ROWS), copy_rows, &job);
	s->ops = &ops;
	s->state = V;
	s->users = copy_names(names);
	s->items = copy_names(names);
	s->n_model_users = V->rows;
	s->unknown = NAN;
	return s;
}

struct inter *
related_self(struct idmap *users, struct idmap *items)
{
	struct inter *self = inter_new(users, items, 0, 0);

	for (uint32_t i = 0; i < idmap_count(users); i++)
		inter_add(self, i, i, 1, 0);
	inter_finish(self);
	return self;
}
