#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "nn/params.h"

enum {
	ALIGN = 16,		/* floats: a cache line */
	INIT_ROWS = 256		/* rows that share a random stream */
};

struct params *
params_new(void)
{
	return mem_array("parameters", 1, sizeof(struct params));
}

void
params_free(struct params *ps)
{
	if (ps == NULL)
		return;
	for (size_t i = 0; i < ps->n; i++)
		free(ps->p[i]);
	free(ps->p);
	free(ps->block);
	free(ps);
}

struct param *
params_add(struct params *ps, const struct param_spec *spec)
{
	struct param *p = mem_array("parameter", 1, sizeof *p);
	const size_t length = strlen(spec->name);

	assert(ps->block == NULL && length < sizeof p->name);
	memcpy(p->name, spec->name, length + 1);
	p->spec = *spec;
	p->spec.name = p->name;
	p->rows = spec->rows;
	p->cols = spec->cols;
	p->number = ps->n;
	if (spec->sparse)
		p->number_sparse = ps->n_sparse++;
	ps->p = mem_grow("parameters", ps->p, &ps->cap, ps->n + 1,
	    sizeof(struct param *));
	ps->p[ps->n++] = p;
	return p;
}

struct draw {
	const struct param *p;
	uint64_t seed;
};

static void
draw_rows(void *arg, size_t piece, size_t worker)
{
	const struct draw *d = arg;
	const struct param *p = d->p;
	const size_t from = piece * INIT_ROWS;
	const size_t to = from + INIT_ROWS < p->rows ?
	    from + INIT_ROWS : p->rows;
	const double scale = p->spec.scale;
	struct rng rng;

	(void)worker;
	rng_init(&rng, d->seed, rng_stream(p->name, piece));
	for (size_t i = from * p->cols; i < to * p->cols; i++) {
		double x = scale;

		if (p->spec.init == PARAM_NORMAL)
			x = scale * rng_normal(&rng);
		else if (p->spec.init == PARAM_UNIFORM)
			x = scale * (2 * rng_real(&rng) - 1);
		p->x[i] = (float)x;
	}
}

/* Places for the dense or for the sparse ones; each begins a cache line. */
static void
place(struct params *ps, int sparse)
{
	for (size_t i = 0; i < ps->n; i++) {
		struct param *p = ps->p[i];
		const size_t n = p->rows * p->cols;

		if (p->spec.sparse != sparse)
			continue;
		assert(p->cols > 0 && n / p->cols == p->rows);
		p->offset = ps->size;
		ps->size += par_pieces(n, ALIGN) * ALIGN;
	}
}

void
params_init(struct params *ps, uint64_t seed)
{
	assert(ps->block == NULL);
	ps->size = 0;
	place(ps, 0);
	ps->dense = ps->size;
	place(ps, 1);
	ps->block = mem_array("parameters", ps->size, sizeof(float));
	for (size_t i = 0; i < ps->n; i++) {
		struct draw d = { ps->p[i], seed };

		ps->p[i]->x = ps->block + ps->p[i]->offset;
		par_for(par_pieces(ps->p[i]->rows, INIT_ROWS), draw_rows, &d);
	}
}

int
param_learns(const struct param *p)
{
	return !p->spec.frozen && p->spec.statistic == PARAM_NO_STATISTIC;
}

size_t
params_count(const struct params *ps)
{
	size_t n = 0;

	for (size_t i = 0; i < ps->n; i++)
		if (ps->p[i]->spec.statistic == PARAM_NO_STATISTIC)
			n += ps->p[i]->rows * ps->p[i]->cols;
	return n;
}

int
param_check(const struct param *p, const struct st_file *file)
{
	for (size_t i = 0; p->spec.statistic == PARAM_VARIANCE &&
	    i < p->rows * p->cols; i++)
		if (!(p->x[i] >= 0))
			return err_msg("%s: %s: number %zu is no variance",
			    st_path(file), p->name, i + 1);
	return 0;
}

int
params_load(struct params *ps, const struct st_file *file)
{
	for (size_t i = 0; i < ps->n; i++) {
		struct param *p = ps->p[i];
		struct mat view;

		if (model_mat(file, p->name, p->rows, p->cols, &view) != 0)
			return -1;
		p->x = view.x;
		if (param_check(p, file) != 0)
			return -1;
	}
	return 0;
}

void
params_put(const struct params *ps, struct st_writer *w)
{
	for (size_t i = 0; i < ps->n; i++) {
		const struct param *p = ps->p[i];

		st_put(w, p->name, ST_F32, (size_t[]){ p->rows, p->cols }, 2,
		    p->x);
	}
}

void
params_keep(const struct params *ps, float *copy)
{
	memcpy(copy, ps->block, ps->size * sizeof(float));
}

void
params_restore(struct params *ps, const float *copy)
{
	memcpy(ps->block, copy, ps->size * sizeof(float));
}
