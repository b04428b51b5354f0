/*
 * ids.c -- prints how many million names a second find their number.
 *
 *	ids users|items [N]
 *
 * As in the ratings of ratings.c: 922,000 users in random order, or 200,000
 * items by a Zipf distribution; N look-ups (4,000,000), of names that the map
 * has, by one thread.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/rng.h"
#include "data/idmap.h"
#include "prep/alias.h"

#include "clock.h"

enum { USERS = 922000, ITEMS = 200000, BATCH = 1 << 13 };

/* Names (n) in `text`, each of which ends with a newline. */
static void
make_names(int items, size_t n, struct buf *text)
{
	double *weight = mem_array("items", ITEMS, sizeof *weight);
	struct alias_slot *zipf = mem_array("items", ITEMS, sizeof *zipf);
	struct rng r;

	rng_init(&r, 1, rng_stream("bench.ids", 0));
	for (size_t i = 0; i < ITEMS; i++)
		weight[i] = 1 / (double)(i + 1);
	alias_build(zipf, weight, ITEMS);
	for (size_t i = 0; i < n; i++) {
		buf_char(text, items ? 'i' : 'u');
		buf_int(text, items ? alias_draw(zipf, ITEMS, rng_u64(&r))
		    : 1000000 + rng_below(&r, USERS));
		buf_char(text, '\n');
	}
	free(weight);
	free(zipf);
}

static void
add_all(struct idmap *map, const struct span *name, size_t n,
    struct idmap_key *key, uint32_t *id)
{
	for (size_t i = 0; i < n; i += BATCH) {
		const size_t some = n - i < BATCH ? n - i : BATCH;

		for (size_t j = 0; j < some; j++)
			key[j] = idmap_key(name[i + j]);
		idmap_add_keys(map, key, some, id);
	}
}

int
main(int argc, char *argv[])
{
	struct idmap *map = idmap_new();
	struct buf text = BUF_EMPTY;
	struct span *name, rest;
	struct idmap_key *key;
	size_t n = 4000000;
	uint32_t *id;
	double start;

	if (argc < 2 || (argc > 2 && num_size(span_of(argv[2]), &n) != 0))
		return err_msg("usage: ids users|items [N]") + 3;
	make_names(strcmp(argv[1], "items") == 0, n, &text);
	name = mem_array("names", n, sizeof *name);
	key = mem_array("names", BATCH, sizeof *key);
	id = mem_array("names", BATCH, sizeof *id);
	rest = (struct span){ text.p, text.n };
	for (size_t i = 0; i < n; i++)
		name[i] = span_cut(&rest, '\n');
	add_all(map, name, n, key, id);
	start = now();
	add_all(map, name, n, key, id);
	printf("%.2f\n", (double)n * 1e-6 / (now() - start));
	free(name);
	free(key);
	free(id);
	buf_release(&text);
	idmap_free(map);
	return 0;
}
