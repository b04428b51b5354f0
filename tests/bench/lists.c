/*
 * lists USERS LISTED MODEL -- made lists of one of some models: for each user
 * LISTED of twice as many candidates, which are the same for all models, with
 * scores, best first, and ranks.  Users are sorted by the bytes of their names.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/rng.h"

enum { ITEMS = 26744 };

struct candidate {
	float score;
	uint32_t item;
};

static int
by_score(const void *va, const void *vb)
{
	const struct candidate *a = va, *b = vb;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return (a->item > b->item) - (a->item < b->item);
}

/* Candidates are as many steps apart as a number without common divisors with
 * ITEMS says. */
static void
draw(struct candidate *c, size_t n, uint64_t user, uint64_t model)
{
	struct rng of_user, of_model;
	uint64_t item, step;

	rng_init(&of_user, 1, rng_stream("bench.lists.user", user));
	rng_init(&of_model, 2 + model, rng_stream("bench.lists", user));
	item = rng_below(&of_user, ITEMS);
	step = 1 + 2 * rng_below(&of_user, 1000);
	for (size_t i = 0; i < n; i++) {
		item = (item + step) % ITEMS;
		c[i] = (struct candidate){ (float)(rng_normal(&of_user) +
		    rng_normal(&of_model)), (uint32_t)item };
	}
	qsort(c, n, sizeof *c, by_score);
}

int
main(int argc, char *argv[])
{
	size_t users, listed, model;
	struct candidate *c;

	if (argc != 4 || num_size(span_of(argv[1]), &users) != 0 ||
	    num_size(span_of(argv[2]), &listed) != 0 || listed < 1 ||
	    listed > ITEMS / 4 || num_size(span_of(argv[3]), &model) != 0)
		return 2;
	c = mem_array("candidates", 2 * listed, sizeof *c);
	puts("user_id:token\titem_id:token\tscore:float\trank:float");
	for (size_t u = 0; u < users; u++) {
		draw(c, 2 * listed, u, model);
		for (size_t i = 0; i < listed; i++)
			printf("u%06zu\ti%u\t%.7g\t%zu\n", u, c[i].item,
			    (double)c[i].score, i + 1);
	}
	free(c);
	return fflush(stdout) != 0;
}
