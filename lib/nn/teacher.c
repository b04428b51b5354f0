#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "nn/teacher.h"

struct entry {
	uint32_t item;
	float score;
};

static int
by_score(const void *va, const void *vb)
{
	const struct entry *a = va, *b = vb;

	if (a->score > b->score || a->score < b->score)
		return a->score < b->score ? 1 : -1;
	return (a->item > b->item) - (a->item < b->item);
}

/* Items from .. to - 1 of a list, and what they are of it. */
static void
rank(struct teacher *t, struct entry *entry, uint64_t from, uint64_t to,
    double depth)
{
	double sum = 0;

	qsort(entry, (size_t)(to - from), sizeof *entry, by_score);
	for (uint64_t e = from; e < to; e++) {
		t->item[e] = entry[e - from].item;
		sum += exp(-(double)(e - from) / depth);
		t->up_to[e] = sum;
	}
	for (uint64_t e = from; e < to; e++)
		t->up_to[e] /= sum;
}

void
teacher_init(struct teacher *t, const struct csr *scores, double weight,
    double depth)
{
	const size_t count = (size_t)csr_count(scores);
	struct entry *entry = mem_array("a teacher's lists", count,
	    sizeof *entry);

	*t = (struct teacher){ .weight = weight, .n = scores->rows };
	t->start = mem_array("a teacher's lists", t->n + 1, sizeof *t->start);
	t->item = mem_array("a teacher's lists", count, sizeof *t->item);
	t->up_to = mem_array("a teacher's lists", count, sizeof *t->up_to);
	for (size_t u = 0; u < t->n; u++) {
		const uint64_t from = scores->indptr[u];
		const uint64_t to = scores->indptr[u + 1];

		for (uint64_t e = from; e < to; e++)
			entry[e - from] = (struct entry){ scores->indices[e],
				scores->values[e] };
		rank(t, entry, from, to, depth);
		t->start[u + 1] = to;
	}
	free(entry);
}

void
teacher_release(struct teacher *t)
{
	free(t->start);
	free(t->item);
	free(t->up_to);
	*t = (struct teacher){ .n = 0 };
}

uint32_t
teacher_draw(const struct teacher *t, uint32_t user, struct rng *rng)
{
	uint64_t from = t->start[user], to = t->start[user + 1];
	double x;

	if (from == to || rng_real(rng) >= t->weight)
		return TEACHER_NONE;
	x = rng_real(rng);
	for (to--; from < to;) {
		const uint64_t at = from + (to - from) / 2;

		if (t->up_to[at] > x)
			to = at;
		else
			from = at + 1;
	}
	return t->item[from];
}

void
teacher_shares(const struct teacher *t, uint32_t user, double n, uint32_t own,
    double *share)
{
	const uint64_t from = t->start[user], to = t->start[user + 1];
	double before = 0;

	share[own] += from < to ? n * (1 - t->weight) : n;
	for (uint64_t e = from; e < to; e++) {
		share[t->item[e]] += n * t->weight * (t->up_to[e] - before);
		before = t->up_to[e];
	}
}
