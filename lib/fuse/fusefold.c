#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "fuse/fusefold.h"

struct card {
	uint64_t hash;
	uint32_t user, fold;
};

static int
by_hash(const void *va, const void *vb)
{
	const struct card *a = va, *b = vb;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return (a->user > b->user) - (a->user < b->user);
}

static int
by_user(const void *va, const void *vb)
{
	const struct card *a = va, *b = vb;

	return (a->user > b->user) - (a->user < b->user);
}

size_t
fusefold_deal(const struct idmap *names, uint32_t *user, size_t n, size_t max,
    size_t n_folds, uint64_t seed, uint32_t *fold)
{
	struct card *card = mem_array("folds", n, sizeof *card);
	const size_t kept = n < max ? n : max;

	for (size_t i = 0; i < n; i++) {
		const struct span name = idmap_name(names, user[i]);

		card[i].user = user[i];
		card[i].hash = hash_bytes(name.p, name.n, seed);
	}
	if (n > 0)
		qsort(card, n, sizeof *card, by_hash);
	for (size_t i = 0; i < kept; i++)
		card[i].fold = (uint32_t)(i % n_folds);
	if (kept > 0)
		qsort(card, kept, sizeof *card, by_user);
	for (size_t i = 0; i < kept; i++) {
		user[i] = card[i].user;
		fold[i] = card[i].fold;
	}
	free(card);
	return kept;
}
