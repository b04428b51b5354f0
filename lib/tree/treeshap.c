/*
 * treeshap.c -- forest_shap(): what each column adds to a prediction.
 *
 * Algorithm 2 of Lundberg, Erion & Lee (2018), in its names: a path holds the
 * columns that were split on so far (d), for each the share of training rows
 * that would come here if it were not known (z, "zero"), whether the row
 * itself does (o, "one"), and the weight of the subsets of each size (w).
 */

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tree/forest.h"
#include "tree/treebins.h"

struct step {
	ptrdiff_t d;		/* column; -1 at the beginning */
	double z, o, w;
};

struct walk {
	const struct tree *tree;
	const uint8_t *bin;	/* of the row */
	double *part;
};

static void
extend(struct step *m, size_t n, double z, double o, ptrdiff_t d)
{
	m[n] = (struct step){ d, z, o, n == 0 ? 1 : 0 };
	for (size_t i = n; i-- > 0;) {
		m[i + 1].w += o * m[i].w * (double)(i + 1) / (double)(n + 1);
		m[i].w = z * m[i].w * (double)(n - i) / (double)(n + 1);
	}
}

/* m (n) <- without step i */
static void
unwind(struct step *m, size_t n, size_t i)
{
	const size_t l = n - 1;
	const double o = m[i].o, z = m[i].z;
	double next = m[l].w;

	for (size_t j = l; j-- > 0;) {
		if (o != 0) {
			const double t = m[j].w;

			m[j].w = next * (double)n / ((double)(j + 1) * o);
			next = t - m[j].w * z * (double)(l - j) / (double)n;
		} else {
			m[j].w = m[j].w * (double)n / (z * (double)(l - j));
		}
	}
	for (size_t j = i; j < l; j++) {
		m[j].d = m[j + 1].d;
		m[j].z = m[j + 1].z;
		m[j].o = m[j + 1].o;
	}
}

/* The sum of the weights that unwind() would leave. */
static double
unwound_sum(const struct step *m, size_t n, size_t i)
{
	const size_t l = n - 1;
	const double o = m[i].o, z = m[i].z;
	double next = m[l].w, sum = 0;

	for (size_t j = l; j-- > 0;) {
		if (o != 0) {
			const double t = next * (double)n /
			    ((double)(j + 1) * o);

			sum += t;
			next = m[j].w - t * z * (double)(l - j) / (double)n;
		} else {
			sum += m[j].w * (double)n / (z * (double)(l - j));
		}
	}
	return sum;
}

static double
cover_of(const struct tree *t, int32_t at)
{
	return (double)(at >= 0 ? t->split[at].cover : t->cover[~at]);
}

static int
goes_left(const struct tree *t, const struct treesplit *s, unsigned bin)
{
	if (s->is_category)
		return t->set[s->set + bin / 32] >> bin % 32 & 1;
	return bin == 0 ? s->missing_left : bin <= s->bin;
}

/* above (n) is the path so far; it is copied behind itself. */
static void
visit(const struct walk *w, int32_t at, const struct step *above, size_t n,
    double z, double o, ptrdiff_t d)
{
	struct step *m = (struct step *)(uintptr_t)above + n;
	const struct treesplit *s;
	double share[2], zero = 1, one = 1;
	int left;

	memcpy(m, above, n * sizeof *m);
	extend(m, n++, z, o, d);
	if (at < 0) {
		for (size_t i = 1; i < n; i++)
			w->part[m[i].d] += unwound_sum(m, n, i) *
			    (m[i].o - m[i].z) * w->tree->leaf[~at];
		return;
	}
	s = &w->tree->split[at];
	left = goes_left(w->tree, s, w->bin[s->column]);
	share[0] = cover_of(w->tree, s->left) / (cover_of(w->tree, s->left) +
	    cover_of(w->tree, s->right));
	share[1] = 1 - share[0];
	/* A column that was split on before is one player, not two. */
	for (size_t i = 1; i < n; i++)
		if (m[i].d == (ptrdiff_t)s->column) {
			zero = m[i].z;
			one = m[i].o;
			unwind(m, n--, i);
			break;
		}
	visit(w, s->left, m, n, zero * share[0], left ? one : 0,
	    (ptrdiff_t)s->column);
	visit(w, s->right, m, n, zero * share[1], left ? 0 : one,
	    (ptrdiff_t)s->column);
}

/* The mean of the tree's leaves, weighted by cover. */
static double
mean_of(const struct tree *t)
{
	double sum = 0, cover = 0;

	for (size_t i = 0; i < t->n_leaves; i++) {
		sum += (double)t->cover[i] * t->leaf[i];
		cover += (double)t->cover[i];
	}
	return cover > 0 ? sum / cover : 0;
}

static size_t
depth_of(const struct tree *t, int32_t at)
{
	size_t l, r;

	if (at < 0)
		return 1;
	l = depth_of(t, t->split[at].left);
	r = depth_of(t, t->split[at].right);
	return 1 + (l > r ? l : r);
}

void
forest_shap(const struct forest *f, const float *x, size_t class,
    double *part)
{
	uint8_t *bin = mem_array("bins", f->n_columns, 1);

	memset(part, 0, (f->n_columns + 1) * sizeof *part);
	part[f->n_columns] = f->start[class];
	for (size_t j = 0; j < f->n_columns; j++)
		bin[j] = (uint8_t)treebins_of(f->bins, j, x[j]);
	for (size_t t = class; t < f->n_trees; t += f->n_classes) {
		const struct tree *tree = &f->tree[t];
		const struct walk w = { tree, bin, part };
		size_t depth;
		struct step *path;

		if (tree->n_leaves < 2)
			continue;
		depth = depth_of(tree, 0) + 1;
		path = mem_array("a path", (depth + 1) * (depth + 2),
		    sizeof *path);
		part[f->n_columns] += mean_of(tree);
		visit(&w, 0, path, 0, 1, 1, -1);
		free(path);
	}
	free(bin);
}
