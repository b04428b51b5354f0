#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "eval/bootstrap.h"
#include "eval/distribution.h"
#include "eval/paired.h"
#include "eval/sum.h"

static const struct choice tests[] = {
	[PAIRED_RANDOMIZATION] = { "randomization",
	    "signs of differences at random", NULL },
	[PAIRED_T] = { "t", "Student's t test of the differences", NULL },
	[PAIRED_WILCOXON] = { "wilcoxon", "Wilcoxon's signed ranks", NULL },
	[PAIRED_SIGN] = { "sign", "wins against losses", NULL },
};

const struct choice *
paired_choice(size_t i)
{
	return i < PAIRED_TESTS ? &tests[i] : NULL;
}

/* --- t -------------------------------------------------------------------- */

struct spread {
	double mean, deviation;
};

static struct spread
spread_of(const double *x, size_t n)
{
	struct sum total = { 0, 0 }, square = { 0, 0 };
	struct spread m;

	for (size_t i = 0; i < n; i++)
		sum_add(&total, x[i]);
	m.mean = sum_value(total) / (double)n;
	for (size_t i = 0; i < n; i++)
		sum_add(&square, (x[i] - m.mean) * (x[i] - m.mean));
	m.deviation = n > 1 ? sqrt(sum_value(square) / (double)(n - 1)) : 0;
	return m;
}

double
paired_t(const double *d, size_t n)
{
	const struct spread m = spread_of(d, n);

	if (n < 2 || !(fabs(m.mean) > 0))
		return 1;
	return distribution_t(m.mean / (m.deviation / sqrt((double)n)),
	    (double)(n - 1));
}

/* --- Wilcoxon ------------------------------------------------------------- */

enum { EXACT_MOST = 50 };

static int
smaller_first(const void *va, const void *vb)
{
	const double a = fabs(*(const double *)va);
	const double b = fabs(*(const double *)vb);

	return (a > b) - (a < b);
}

/*
 * P(W <= w or W >= the mirror of w), W the sum of the ranks 1..n that have a
 * plus: count[s], the number of subsets of 1..i with the sum s, grows rank by
 * rank.
 */
static double
exact_ranks(double w, size_t n)
{
	const size_t most = n * (n + 1) / 2;
	double *count = mem_array("sums of ranks", most + 1, sizeof *count);
	double p = 0;

	count[0] = 1;
	for (size_t i = 1; i <= n; i++)
		for (size_t s = i * (i + 1) / 2; s >= i; s--)
			count[s] += count[s - i];
	for (size_t s = 0; (double)s <= fmin(w, (double)most - w); s++)
		p += count[s];
	free(count);
	return fmin(2 * p / exp2((double)n), 1);
}

double
paired_wilcoxon(const double *d, size_t n)
{
	double *x = mem_array("differences", n, sizeof *x);
	double plus = 0, ties = 0, mean, variance, p;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (fabs(d[i]) > 0)
			x[kept++] = d[i];
	qsort(x, kept, sizeof *x, smaller_first);
	for (size_t i = 0, end; i < kept; i = end) {
		double size;

		for (end = i + 1; end < kept && !(fabs(x[end]) > fabs(x[i]));)
			end++;
		size = (double)(end - i);
		ties += size * size * size - size;
		for (size_t j = i; j < end; j++)
			if (x[j] > 0)
				plus += (double)(i + end + 1) / 2;
	}
	free(x);
	if (kept == 0)
		return 1;
	if (kept == n && n <= EXACT_MOST && !(ties > 0))
		return exact_ranks(plus, n);
	mean = (double)kept * (double)(kept + 1) / 4;
	variance = mean * (double)(2 * kept + 1) / 6 - ties / 48;
	p = distribution_normal((plus - mean) / sqrt(variance));
	return p;
}

/* --- sign ----------------------------------------------------------------- */

double
paired_sign(const double *d, size_t n)
{
	uint64_t win = 0, loss = 0;

	for (size_t i = 0; i < n; i++) {
		win += d[i] > 0;
		loss += d[i] < 0;
	}
	return distribution_sign(win, win + loss);
}

/* --- randomisation -------------------------------------------------------- */

enum { RESAMPLES_PER_PIECE = 64 };

struct flips {
	const double *d;	/* (n) none is 0 */
	size_t n, resamples;
	uint64_t seed;
	double bound;
	size_t *as_large;	/* (pieces) */
};

/* The sum of d with signs at random, four sums side by side. */
static double
flipped_sum(const struct flips *f, struct rng *rng)
{
	double sum[4] = { 0, 0, 0, 0 };

	for (size_t i = 0; i < f->n; i += 64) {
		const size_t end = i + 64 < f->n ? i + 64 : f->n;
		uint64_t bits = rng_u64(rng);

		for (size_t j = i; j < end; j++, bits >>= 1) {
			uint64_t word;
			double x;

			memcpy(&word, &f->d[j], sizeof word);
			word ^= bits << 63;
			memcpy(&x, &word, sizeof x);
			sum[j % 4] += x;
		}
	}
	return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static void
flip_piece(void *arg, size_t i, size_t worker)
{
	const struct flips *f = arg;
	const size_t first = i * RESAMPLES_PER_PIECE;

	(void)worker;
	for (size_t r = first; r < first + RESAMPLES_PER_PIECE &&
	    r < f->resamples; r++) {
		struct rng rng;

		rng_init(&rng, f->seed, rng_stream("paired.randomization", r));
		f->as_large[i] += fabs(flipped_sum(f, &rng)) >= f->bound;
	}
}

double
paired_randomization(const double *d, size_t n, size_t resamples,
    uint64_t seed)
{
	const size_t pieces = par_pieces(resamples, RESAMPLES_PER_PIECE);
	double *kept = mem_array("differences", n, sizeof *kept);
	struct flips f = { .d = kept, .resamples = resamples, .seed = seed,
	    .as_large = mem_array("resamples", pieces, sizeof *f.as_large) };
	struct sum sum = { 0, 0 };
	size_t as_large = 0;

	for (size_t i = 0; i < n; i++)
		if (fabs(d[i]) > 0) {
			kept[f.n++] = d[i];
			sum_add(&sum, d[i]);
		}
	/* Sums of the same terms in another order are the same sum. */
	f.bound = fabs(sum_value(sum)) * (1 - 1e-12);
	par_for(pieces, flip_piece, &f);
	for (size_t i = 0; i < pieces; i++)
		as_large += f.as_large[i];
	free(f.as_large);
	free(kept);
	return (1 + (double)as_large) / (1 + (double)resamples);
}

/* --- all of them ---------------------------------------------------------- */

/* The least mean that a t test finds: (t(1 - alpha/2) + t(power)) sd / root
 * n. */
static double
detectable(const struct spread *m, size_t n, const struct paired_options *o)
{
	const double df = (double)n - 1;

	if (n < 2)
		return INFINITY;
	return (distribution_t_quantile(1 - o->alpha / 2, df) +
	    distribution_t_quantile(o->power, df)) * m->deviation /
	    sqrt((double)n);
}

void
paired_test(const double *a, const double *b, size_t n,
    const struct paired_options *o, struct paired *out)
{
	double *d = mem_array("differences", n, sizeof *d);
	struct spread m;

	*out = (struct paired){ .n = n };
	for (size_t i = 0; i < n; i++) {
		d[i] = a[i] - b[i];
		out->win += d[i] > 0;
		out->loss += d[i] < 0;
	}
	out->tie = n - out->win - out->loss;
	m = spread_of(d, n);
	if (n == 0)
		m.mean = 0;
	out->mean_a = n > 0 ? spread_of(a, n).mean : 0;
	out->mean_b = n > 0 ? spread_of(b, n).mean : 0;
	out->difference = m.mean;
	out->effect = m.deviation > 0 ? m.mean / m.deviation : 0;
	out->detectable = detectable(&m, n, o);
	out->p[PAIRED_T] = paired_t(d, n);
	out->p[PAIRED_WILCOXON] = paired_wilcoxon(d, n);
	out->p[PAIRED_SIGN] = paired_sign(d, n);
	out->p[PAIRED_RANDOMIZATION] = paired_randomization(d, n,
	    o->resamples, o->seed);
	bootstrap_means(d, n, 1, NULL, &(struct bootstrap){ o->resamples,
	    o->seed, o->alpha, NULL }, &out->low, &out->high);
	free(d);
}

void
paired_turn(struct paired *p)
{
	const size_t win = p->win;

	p->win = p->loss;
	p->loss = win;
}

struct place {
	double p;
	size_t at;
};

static int
by_p(const void *va, const void *vb)
{
	const struct place *a = va, *b = vb;

	if (a->p < b->p || a->p > b->p)
		return a->p < b->p ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

/* The i-th smallest p, of n, is multiplied by n - i, and is at least the one
 * before. */
void
paired_holm(double *p, size_t n)
{
	struct place *x = mem_array("tests", n, sizeof *x);
	double least = 0;

	for (size_t i = 0; i < n; i++)
		x[i] = (struct place){ p[i], i };
	qsort(x, n, sizeof *x, by_p);
	for (size_t i = 0; i < n; i++) {
		least = fmin(fmax(least, x[i].p * (double)(n - i)), 1);
		p[x[i].at] = least;
	}
	free(x);
}
