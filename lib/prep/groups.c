#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "prep/groups.h"

enum {
	SEGMENT = 1 << 16,	/* rows; their numbers within it have 16 bits */
	BUCKET = 1 << 17,	/* rows of a bucket, aimed at */
	BUCKET_BITS_MAX = 12,
	AHEAD = 16		/* rows that are fetched meanwhile */
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
	struct group_row row;
	uint32_t local;		/* group >> bits */
};

/* Memory of a worker, for one bucket after the other. */
struct scratch {
	struct member *member;	/* (cap_members) */
	struct group_row *row;	/* (cap_rows) */
	size_t *end;		/* (cap_end) of the rows of each group */
	size_t cap_members, cap_rows, cap_end;
};

struct visit {
	const struct groups *g;
	const int64_t *keys;
	void (*one)(void *arg, uint32_t group, struct group_row *rows,
	    size_t n, size_t worker);
	void *arg;
	struct scratch *scratch;	/* (workers) */
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

static void
fetch(const struct visit *v, size_t row)
{
	__builtin_prefetch(&v->g->group[row]);
	if (v->keys != NULL)
		__builtin_prefetch(&v->keys[row]);
}

/* All rows of a bucket, in the order of the table; returns their number. */
static size_t
gather(const struct visit *v, size_t bucket, struct scratch *s)
{
	const struct groups *g = v->g;
	size_t n = 0;

	for (size_t i = 0; i < g->n_segments; i++) {
		const uint32_t *start = segment_starts(g, i, bucket);

		n += start[1] - start[0];
	}
	s->member = mem_grow("rows of a bucket", s->member, &s->cap_members,
	    n, sizeof *s->member);
	n = 0;
	for (size_t i = 0; i < g->n_segments; i++) {
		const uint32_t *start = segment_starts(g, i, bucket);
		const size_t from = i * SEGMENT;

		for (size_t j = start[0]; j < start[1]; j++) {
			const size_t row = from + g->low[from + j];

			if (j + AHEAD < start[1])
				fetch(v, from + g->low[from + j + AHEAD]);
			s->member[n++] = (struct member){
			    { v->keys == NULL ? 0 : v->keys[row], row },
			    g->group[row] >> g->bits };
		}
	}
	return n;
}

/* Another counting sort; end[i] is the beginning of group i at first. */
static void
sort_members(struct scratch *s, size_t n, size_t n_local)
{
	s->row = mem_grow("rows of a bucket", s->row, &s->cap_rows, n,
	    sizeof *s->row);
	s->end = mem_grow("rows of a bucket", s->end, &s->cap_end,
	    n_local + 1, sizeof *s->end);
	memset(s->end, 0, (n_local + 1) * sizeof *s->end);
	for (size_t i = 0; i < n; i++)
		s->end[s->member[i].local + 1]++;
	for (size_t i = 0; i < n_local; i++)
		s->end[i + 1] += s->end[i];
	for (size_t i = 0; i < n; i++)
		s->row[s->end[s->member[i].local]++] = s->member[i].row;
}

static void
visit_bucket(void *arg, size_t bucket, size_t worker)
{
	const struct visit *v = arg;
	const struct groups *g = v->g;
	const size_t n_local = (g->n_groups >> g->bits) + 1;
	struct scratch *s = &v->scratch[worker];
	const size_t n = gather(v, bucket, s);

	if (n == 0)
		return;
	sort_members(s, n, n_local);
	for (size_t i = 0, from = 0; i < n_local; from = s->end[i++])
		if (s->end[i] > from)
			v->one(v->arg, (uint32_t)(i << g->bits | bucket),
			    s->row + from, s->end[i] - from, worker);
}

void
groups_each(const struct groups *g, const int64_t *keys,
    void (*one)(void *arg, uint32_t group, struct group_row *rows, size_t n,
    size_t worker), void *arg)
{
	const size_t n_workers = par_threads();
	struct visit v = { g, keys, one, arg, mem_array("rows of a bucket",
	    n_workers, sizeof *v.scratch) };

	par_for((size_t)1 << g->bits, visit_bucket, &v);
	for (size_t w = 0; w < n_workers; w++) {
		free(v.scratch[w].member);
		free(v.scratch[w].row);
		free(v.scratch[w].end);
	}
	free(v.scratch);
}

/* --- sorting ------------------------------------------------------------ */

enum {
	SHORT = 32,		/* rows that insertion sorts sooner */
	FEW = 4			/* rows that are sooner looked for */
};

static int
is_before(const struct group_row *x, const struct group_row *y)
{
	return x->key != y->key ? x->key < y->key : x->row < y->row;
}

static int
compare(const void *a, const void *b)
{
	return is_before(a, b) ? -1 : is_before(b, a);
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

		for (; j > 0 && is_before(&row, &rows[j - 1]); j--)
			rows[j] = rows[j - 1];
		rows[j] = row;
	}
}

void
groups_sort_last(struct group_row *rows, size_t n, size_t k)
{
	if (k > FEW) {
		groups_sort(rows, n);
		return;
	}
	for (; k > 0; k--, n--) {
		const struct group_row last = rows[n - 1];
		size_t at = n - 1;

		for (size_t i = n - 1; i-- > 0; )
			if (is_before(&rows[at], &rows[i]))
				at = i;
		rows[n - 1] = rows[at];
		rows[at] = last;
	}
}
