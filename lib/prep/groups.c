#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "prep/groups.h"

enum {
	SEGMENT = 1 << 16,	/* rows; their numbers within it have 16 bits */
	BUCKET = 1 << 16,	/* rows of a bucket, aimed at */
	BUCKET_BITS_MAX = 12
};

struct groups {
	const uint32_t *group;	/* (n) */
	size_t n, n_groups, n_segments;
	unsigned bits;		/* 2^bits buckets; a group's is its low bits */
	uint16_t *low;		/* (n) rows of a segment, by bucket */
	uint32_t *start;	/* (n_segments, 2^bits + 1) of them */
};

/* A row of the bucket at hand. */
struct member {
	uint32_t local;		/* group >> bits */
	size_t row;
};

struct visit {
	const struct groups *g;
	void (*one)(void *arg, uint32_t group, struct group_row *rows,
	    size_t n, size_t worker);
	void *arg;
};

/* --- sorting rows into buckets ------------------------------------------ */

/* A counting sort of one segment. */
static void
sort_segment(void *arg, size_t segment, size_t worker)
{
	struct groups *g = arg;
	const size_t n_buckets = (size_t)1 << g->bits, from = segment * SEGMENT;
	const size_t n = g->n - from < SEGMENT ? g->n - from : SEGMENT;
	const uint32_t *group = g->group + from;
	const uint32_t mask = (uint32_t)n_buckets - 1;
	uint32_t *start = g->start + segment * (n_buckets + 1);
	uint32_t at[1 << BUCKET_BITS_MAX];

	(void)worker;
	for (size_t i = 0; i < n; i++)
		start[(group[i] & mask) + 1]++;
	for (size_t b = 0; b < n_buckets; b++) {
		at[b] = start[b];
		start[b + 1] += start[b];
	}
	for (size_t i = 0; i < n; i++)
		g->low[from + at[group[i] & mask]++] = (uint16_t)i;
}

struct groups *
groups_new(const uint32_t *group, size_t n, size_t n_groups)
{
	struct groups *g = mem_array("groups", 1, sizeof *g);

	g->group = group;
	g->n = n;
	g->n_groups = n_groups;
	g->n_segments = par_pieces(n, SEGMENT);
	while (g->bits < BUCKET_BITS_MAX && n >> g->bits > BUCKET &&
	    n_groups >> g->bits > 1)
		g->bits++;
	g->low = mem_array("groups", n, sizeof *g->low);
	g->start = mem_array("groups", g->n_segments *
	    (((size_t)1 << g->bits) + 1), sizeof *g->start);
	par_for(g->n_segments, sort_segment, g);
	return g;
}

void
groups_free(struct groups *g)
{
	if (g == NULL)
		return;
	free(g->low);
	free(g->start);
	free(g);
}

/* --- from buckets to groups --------------------------------------------- */

static const uint32_t *
segment_starts(const struct groups *g, size_t segment, size_t bucket)
{
	return g->start + segment * (((size_t)1 << g->bits) + 1) + bucket;
}

/* All rows of a bucket, in the order of the table: NULL when it has none. */
static struct member *
gather(const struct groups *g, size_t bucket, size_t *n)
{
	struct member *m;

	*n = 0;
	for (size_t s = 0; s < g->n_segments; s++) {
		const uint32_t *start = segment_starts(g, s, bucket);

		*n += start[1] - start[0];
	}
	if (*n == 0)
		return NULL;
	m = mem_array("rows of a bucket", *n, sizeof *m);
	*n = 0;
	for (size_t s = 0; s < g->n_segments; s++) {
		const uint32_t *start = segment_starts(g, s, bucket);
		const size_t from = s * SEGMENT;

		for (size_t i = start[0]; i < start[1]; i++) {
			const size_t row = from + g->low[from + i];

			m[(*n)++] = (struct member){ g->group[row] >> g->bits,
			    row };
		}
	}
	return m;
}

static void
visit_bucket(void *arg, size_t bucket, size_t worker)
{
	const struct visit *v = arg;
	const struct groups *g = v->g;
	const size_t n_local = (g->n_groups >> g->bits) + 1;
	size_t n, *end;
	struct member *m = gather(g, bucket, &n);
	struct group_row *rows;

	if (m == NULL)
		return;
	/* another counting sort; end[i] is the beginning of group i first */
	end = mem_array("rows of a bucket", n_local + 1, sizeof *end);
	rows = mem_array("rows of a bucket", n, sizeof *rows);
	for (size_t i = 0; i < n; i++)
		end[m[i].local + 1]++;
	for (size_t i = 0; i < n_local; i++)
		end[i + 1] += end[i];
	for (size_t i = 0; i < n; i++)
		rows[end[m[i].local]++].row = m[i].row;
	for (size_t i = 0, from = 0; i < n_local; from = end[i++])
		if (end[i] > from)
			v->one(v->arg, (uint32_t)(i << g->bits | bucket),
			    rows + from, end[i] - from, worker);
	free(rows);
	free(end);
	free(m);
}

void
groups_each(const struct groups *g, void (*one)(void *arg, uint32_t group,
    struct group_row *rows, size_t n, size_t worker), void *arg)
{
	struct visit v = { g, one, arg };

	par_for((size_t)1 << g->bits, visit_bucket, &v);
}

/* --- sorting ------------------------------------------------------------ */

enum { SHORT = 32 };		/* rows that insertion sorts sooner */

static int
compare(const void *a, const void *b)
{
	const struct group_row *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

void
groups_sort(struct group_row *rows, size_t n)
{
	if (n > SHORT) {
		qsort(rows, n, sizeof *rows, compare);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		const struct group_row row = rows[i];
		size_t j = i;

		for (; j > 0 && compare(&row, &rows[j - 1]) < 0; j--)
			rows[j] = rows[j - 1];
		rows[j] = row;
	}
}
