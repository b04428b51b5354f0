#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "linalg/vec.h"
#include "mf/bfmsamples.h"

static const float UNITS = 127;

void
bfm_samples_init(struct bfm_samples *s, const struct bfm_design *d, size_t k,
    size_t room, const struct bfm_levels *levels)
{
	*s = (struct bfm_samples){ .room = room, .k = k,
		.n_blocks = d->n_blocks, .n_levels = levels->n, .scale = 1 };
	for (size_t b = 0; b < s->n_blocks; b++) {
		struct bfm_part *p = &s->part[b];

		p->rows = d->block[b].rows + 1;
		p->x = mem_array("samples", p->rows, room * (k + 1));
		p->unit = mem_array("samples", room,
		    (k + 1) * sizeof *p->unit);
	}
	s->alpha = mem_array("samples", room, sizeof *s->alpha);
	if (levels->n == 0)
		return;
	s->level = mem_array("levels", levels->n, sizeof *s->level);
	memcpy(s->level, levels->value, levels->n * sizeof *s->level);
	s->cuts = mem_array("samples", room, (levels->n - 1) *
	    sizeof *s->cuts);
	s->curve = mem_array("samples", room, sizeof *s->curve);
}

void
bfm_samples_release(struct bfm_samples *s)
{
	for (size_t b = 0; b < s->n_blocks; b++) {
		free(s->part[b].x);
		free(s->part[b].unit);
	}
	free(s->alpha);
	free(s->level);
	free(s->cuts);
	free(s->curve);
	*s = (struct bfm_samples){ 0 };
}

/* Column f of sample i: its largest number is 127 units. */
static void
set_column(struct bfm_samples *s, size_t i, size_t b, const struct mat *rows,
    size_t f)
{
	const struct bfm_part *p = &s->part[b];
	float most = 0, unit;
	double sum = 0;

	for (size_t r = 0; r < rows->rows; r++) {
		most = fmaxf(most, fabsf(mat_row(rows, r)[f]));
		sum += (double)mat_row(rows, r)[f];
	}
	unit = most > 0 ? most / UNITS : 1;
	p->unit[i * (s->k + 1) + f] = unit;
	for (size_t r = 0; r < rows->rows; r++)
		bfm_sample(s, b, r, i)[f] = (int8_t)lrintf(
		    mat_row(rows, r)[f] / unit);
	if (rows->rows > 0)
		bfm_sample(s, b, rows->rows, i)[f] = (int8_t)lrintf(
		    (float)(sum / (double)rows->rows) / unit);
}

void
bfm_samples_set(struct bfm_samples *s, size_t i, size_t b,
    const struct mat *rows)
{
	assert(i < s->room && rows->rows + 1 == s->part[b].rows);
	for (size_t f = 0; f <= s->k; f++)
		set_column(s, i, b, rows, f);
}

void
bfm_samples_set_cuts(struct bfm_samples *s, size_t i, const double *cuts)
{
	const size_t m = s->n_levels - 1;

	for (size_t l = 0; l < m; l++)
		s->cuts[i * m + l] = (float)cuts[l];
	bfm_curve_init(&s->curve[i], s->level, s->n_levels, s->cuts + i * m);
}

void
bfm_samples_pack(struct bfm_samples *s, size_t n)
{
	assert(n <= s->room);
	for (size_t b = 0; b < s->n_blocks; b++)
		for (size_t r = 0; r < s->part[b].rows; r++)
			memmove(s->part[b].x + r * n * (s->k + 1),
			    bfm_sample(s, b, r, 0), n * (s->k + 1));
	s->n = s->room = n;
}

/* --- predictions -------------------------------------------------------- */

void
bfm_context_init(struct bfm_context *context, const struct bfm_samples *s)
{
	context->c = mem_array("samples", s->room, (s->k + 1) *
	    sizeof *context->c);
	context->d = mem_array("samples", s->room, sizeof *context->d);
}

void
bfm_context_release(struct bfm_context *context)
{
	free(context->c);
	free(context->d);
}

/*
 * Of the sums a_u + a_t + a_i + Q_u.Q_t + (Q_u + Q_t).Q_i all without the item
 * is d, and c is what its row is multiplied by.  c is the user's row at first.
 */
static void
set_context(struct bfm_context *context, const struct bfm_samples *s,
    size_t moment)
{
	const size_t k = s->k;
	const int has_moments = s->n_blocks > BFM_MOMENT;

	for (size_t i = 0; i < s->n; i++) {
		const int8_t *t = has_moments ? bfm_sample(s, BFM_MOMENT,
		    moment, i) : NULL;
		const float *of_i = s->part[BFM_ITEM].unit + i * (k + 1);
		const float *of_t = has_moments ?
		    s->part[BFM_MOMENT].unit + i * (k + 1) : NULL;
		float *c = context->c + i * (k + 1);
		float d = c[k];

		for (size_t f = 0; f < k; f++) {
			const float m = has_moments ? of_t[f] * t[f] : 0;

			d += c[f] * m;
			c[f] = (c[f] + m) * of_i[f];
		}
		c[k] = of_i[k];
		context->d[i] = has_moments ? d + of_t[k] * t[k] : d;
	}
}

void
bfm_context_set(struct bfm_context *context, const struct bfm_samples *s,
    size_t user, size_t moment)
{
	const int8_t *x = bfm_sample(s, BFM_USER, user, 0);

	for (size_t i = 0; i < s->n * (s->k + 1); i++)
		context->c[i] = s->part[BFM_USER].unit[i] * x[i];
	set_context(context, s, moment);
}

void
bfm_context_set_new(struct bfm_context *context, const struct bfm_samples *s,
    const float *x, size_t moment)
{
	memcpy(context->c, x, s->n * (s->k + 1) * sizeof *x);
	set_context(context, s, moment);
}

/* The rating that sample i expects where the item adds x to d. */
static double
expected(const struct bfm_context *context, const struct bfm_samples *s,
    size_t i, float x)
{
	return s->n_levels > 0 ? (double)bfm_curve_at(&s->curve[i],
	    context->d[i] + x) : (double)(context->d[i] + x);
}

/* The mean of what was expected; ratings are in units until here. */
static float
mean_rating(const struct bfm_samples *s, double sum)
{
	const double mean = sum / (double)s->n;

	return (float)(s->n_levels > 0 ? mean : s->mean + s->scale * mean);
}

float
bfm_context_rating(const struct bfm_context *context,
    const struct bfm_samples *s, size_t item)
{
	const int8_t *x = bfm_sample(s, BFM_ITEM, item, 0);
	const size_t size = s->k + 1;
	double sum = 0;

	if (s->n_levels == 0) {
		sum = (double)vec_dot_i8(context->c, x, s->n * size);
		for (size_t i = 0; i < s->n; i++)
			sum += (double)context->d[i];
		return mean_rating(s, sum);
	}
	for (size_t i = 0; i < s->n; i++)
		sum += expected(context, s, i, vec_dot_i8(context->c + i *
		    size, x + i * size, size));
	return mean_rating(s, sum);
}

float
bfm_context_rating_new(const struct bfm_context *context,
    const struct bfm_samples *s, const float *x)
{
	const float *unit = s->part[BFM_ITEM].unit;
	const size_t size = s->k + 1;
	double sum = 0;

	for (size_t i = 0; i < s->n; i++) {
		float dot = 0;

		for (size_t f = i * size; f < (i + 1) * size; f++)
			dot += context->c[f] * x[f] / unit[f];
		sum += expected(context, s, i, dot);
	}
	return mean_rating(s, sum);
}
