#include <math.h>

#include "knn/similarity.h"

struct similarity {
	struct choice what;
	struct similarity_terms (*terms)(struct similarity_sums, double e);
	double overlap;
	enum similarity_compares compares;
	int needs_ratings;
	int is_common;
};

static struct similarity_terms
cosine(struct similarity_sums x, double e)
{
	const double length = sqrt(x.squares);

	(void)e;
	return (struct similarity_terms){ 0, length, length, 0 };
}

static struct similarity_terms
asymmetric(struct similarity_sums x, double e)
{
	return (struct similarity_terms){ 0, pow(x.squares, 1 - e),
	    pow(x.squares, e), 0 };
}

static struct similarity_terms
jaccard(struct similarity_sums x, double e)
{
	(void)e;
	return (struct similarity_terms){ 0, 0, 0, x.squares };
}

static struct similarity_terms
dice(struct similarity_sums x, double e)
{
	(void)e;
	return (struct similarity_terms){ 0, 0, 0, x.squares / 2 };
}

static struct similarity_terms
pearson(struct similarity_sums x, double e)
{
	const double n = fmax(x.dims, 1);
	const double spread = sqrt(fmax(x.squares - x.sum * x.sum / n, 0));

	(void)e;
	return (struct similarity_terms){ x.sum / sqrt(n), spread, spread, 0 };
}

static struct similarity_terms
product(struct similarity_sums x, double e)
{
	(void)x;
	(void)e;
	return (struct similarity_terms){ 0, 1, 1, 0 };
}

static const struct similarity table[] = {
	{ { "cosine", "x.y / (|x| |y|)", NULL },
	    cosine, 0, COMPARES_RATINGS, 0, 0 },
	{ { "adjusted", "the cosine of ratings less the baseline", NULL },
	    cosine, 0, COMPARES_REST, 1, 0 },
	{ { "asymmetric", "x.y / (|x|^2(1-E) |y|^2E), E being --asymmetry",
	    NULL }, asymmetric, 0, COMPARES_REST, 0, 0 },
	{ { "jaccard", "what both have of what one has", NULL },
	    jaccard, 1, COMPARES_ONES, 0, 0 },
	{ { "dice", "what both have of what they have on average", NULL },
	    dice, 0, COMPARES_ONES, 0, 0 },
	{ { "pearson", "correlation; of ratings less the baseline, where both "
	    "have one", NULL }, pearson, 0, COMPARES_REST, 0, 1 },
	{ { "product", "x.y", NULL }, product, 0, COMPARES_REST, 0, 0 },
};

enum { N_SIMILARITIES = sizeof table / sizeof *table };

const struct choice *
similarity_choice(size_t i)
{
	return i < N_SIMILARITIES ? &table[i].what : NULL;
}

/* The choice is the first member of its line. */
static const struct similarity *
line_of(const struct choice *c)
{
	return (const struct similarity *)(const void *)c;
}

enum similarity_compares
similarity_compares(const struct choice *c)
{
	return line_of(c)->compares;
}

int
similarity_needs_ratings(const struct choice *c)
{
	return line_of(c)->needs_ratings;
}

int
similarity_is_common(const struct choice *c)
{
	return line_of(c)->is_common;
}

struct similarity_terms
similarity_terms(const struct choice *c, double asymmetry,
    struct similarity_sums x)
{
	return line_of(c)->terms(x, asymmetry);
}

double
similarity_overlap(const struct choice *c)
{
	return line_of(c)->overlap;
}
