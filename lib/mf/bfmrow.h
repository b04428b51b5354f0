#ifndef SRS_BFMROW_H
#define SRS_BFMROW_H

/*
 * bfmrow.h -- the innermost part of bfmchain.h: what one row of a block adds
 * to the draw of one feature's factor, and what the draw changes in the row.
 */

/* Four floats that are worked on at once. */
typedef float bfm_four __attribute__((vector_size(16), may_alias));

/*
 * A row of a block while its features are drawn for factor f.  For rating d
 * that has the row, o_d is the sum of Q_f over the other blocks' rows.  Laid
 * out so that t times the first four and the last four added are, for t = q -
 * v x, the sums over d of h_d / x, of o_d h_d / x and of e_d h_d / x.
 */
struct bfm_row {
	_Alignas(16) float n;	/* ratings */
	float o, e;		/* sum_d o_d, sum_d e_d */
	float q;		/* sum v x */
	float same_o;		/* o again */
	float oo, eo;		/* sum_d o_d^2, sum_d e_d o_d */
	float s;		/* sum (v x)^2 */
};

/* Sums over the rows of one feature. */
struct bfm_sums {
	bfm_four xth, xh, h;	/* of x^2 t h, x^2 h, x h: see struct bfm_row */
};

static inline __attribute__((always_inline)) bfm_four
bfm_row_sums(const struct bfm_row *w, float t)
{
	return *(const bfm_four *)&w->n * t + *(const bfm_four *)&w->same_o;
}

/* With h_d = x (q - v x + o_d), the derivative of rating d's prediction by v:
 * adds what bfm_sum_hh() and bfm_sum_eh() are made of. */
static inline __attribute__((always_inline)) void
bfm_row_add(const struct bfm_row *w, float x, float v, struct bfm_sums *sums)
{
	const float t = w->q - v * x;
	const bfm_four h = bfm_row_sums(w, t) * x;

	sums->h += h;
	sums->xh += h * x;
	sums->xth += h * (x * t);
}

/* sum h_d^2 and sum e_d h_d over the ratings of the rows added. */
static inline double
bfm_sum_hh(const struct bfm_sums *sums)
{
	return (double)sums->xth[0] + (double)sums->xh[1];
}

static inline double
bfm_sum_eh(const struct bfm_sums *sums)
{
	return (double)sums->h[2];
}

/* v becomes v + d, and so every e_d less d h_d. */
static inline __attribute__((always_inline)) void
bfm_row_move(struct bfm_row *w, float x, float v, float d)
{
	const float dx = d * x;
	const bfm_four h = bfm_row_sums(w, w->q - v * x);

	w->e -= dx * h[0];
	w->eo -= dx * h[1];
	w->q += dx;
	w->s += dx * (2 * v * x + dx);
}

#endif
