#include <stdlib.h>

#include "base/mem.h"
#include "eval/curves.h"

struct scored_label {
	double score;
	int is_one;
};

static int
higher_first(const void *va, const void *vb)
{
	const struct scored_label *a = va, *b = vb;

	if (a->score < b->score || a->score > b->score)
		return a->score > b->score ? -1 : 1;
	return b->is_one - a->is_one;
}

static struct scored_label *
sorted(const struct metric_pairs *p)
{
	struct scored_label *x = mem_array("scores", p->n, sizeof *x);

	for (size_t i = 0; i < p->n; i++)
		x[i] = (struct scored_label){ p->score[i], p->truth[i] > 0 };
	qsort(x, p->n, sizeof *x, higher_first);
	return x;
}

/* Is place i of n one to be shown? */
static int
is_shown(size_t i, size_t n)
{
	return n <= CURVES_POINTS || i + 1 == n ||
	    i * CURVES_POINTS / n != (i + 1) * CURVES_POINTS / n;
}

/* Calls at() behind each distinct score that is shown. */
static void
walk(const struct metric_pairs *p, struct curves_to to,
    void (*at)(struct curves_to, double ones, double zeros, double all_ones,
    double all_zeros))
{
	struct scored_label *x = sorted(p);
	double ones = 0, zeros = 0, all_ones = 0;
	int due = 0;

	for (size_t i = 0; i < p->n; i++)
		all_ones += x[i].is_one;
	for (size_t i = 0; i < p->n; i++) {
		*(x[i].is_one ? &ones : &zeros) += 1;
		due |= is_shown(i, p->n);
		if (!due || (i + 1 < p->n && !(x[i + 1].score < x[i].score)))
			continue;
		at(to, ones, zeros, all_ones, (double)p->n - all_ones);
		due = 0;
	}
	free(x);
}

static void
roc_point(struct curves_to to, double ones, double zeros, double all_ones,
    double all_zeros)
{
	if (all_ones > 0 && all_zeros > 0)
		to.point(to.arg, zeros / all_zeros, ones / all_ones);
}

void
curves_roc(const struct metric_pairs *p, struct curves_to to)
{
	to.point(to.arg, 0, 0);
	walk(p, to, roc_point);
}

static void
pr_point(struct curves_to to, double ones, double zeros, double all_ones,
    double all_zeros)
{
	(void)all_zeros;
	if (all_ones > 0)
		to.point(to.arg, ones / all_ones, ones / (ones + zeros));
}

void
curves_pr(const struct metric_pairs *p, struct curves_to to)
{
	walk(p, to, pr_point);
}

void
curves_calibration(const struct metric_pairs *p, struct curves_to to)
{
	enum { PARTS = 10 };
	struct scored_label *x = sorted(p);

	for (size_t b = PARTS; b-- > 0;) {
		const size_t first = b * p->n / PARTS;
		const size_t end = (b + 1) * p->n / PARTS;
		double score = 0, ones = 0;

		for (size_t i = first; i < end; i++) {
			score += x[i].score;
			ones += x[i].is_one;
		}
		if (end > first)
			to.point(to.arg, score / (double)(end - first),
			    ones / (double)(end - first));
	}
	free(x);
}

void
curves_popularity(const struct metric_world *w, const uint64_t *count,
    struct curves_to to)
{
	uint32_t *at = mem_array("items", w->n_items, sizeof *at);
	double places = 0, had = 0, shown = 0;

	for (uint32_t i = 0; i < w->n_items; i++) {
		at[w->place[i]] = i;
		places += (double)count[i];
	}
	to.point(to.arg, 0, 0);
	for (size_t i = 0; i < w->n_items && places > 0; i++) {
		had += (double)w->popularity[at[i]];
		shown += (double)count[at[i]];
		if (is_shown(i, w->n_items))
			to.point(to.arg, had / (double)w->n_interactions,
			    shown / places);
	}
	free(at);
}
