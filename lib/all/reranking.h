#ifndef SRS_RERANKING_H
#define SRS_RERANKING_H

/*
 * reranking.h -- what rerankspec.h says, made ready for lists: vectors read,
 * columns of the item table as kinds of items, counts of popularity.
 *
 *	if (reranking_open(&r, &(struct reranking_input){ ... }) == 0)
 *		lists_options.rerank = r.rerank, .pool = r.pool;
 *	reranking_close(&r);
 */

#include <stddef.h>
#include <stdint.h>

#include "all/rerankspec.h"
#include "cli/cli.h"
#include "data/inter.h"
#include "data/itemtable.h"
#include "model/scorer.h"

struct reranking_input {
	const struct rerankspec *spec;
	size_t k;				/* items of a list */
	const struct scorer *scorer;		/* prepared */
	const char *model;			/* its path, for messages */
	const struct inter *history;		/* or NULL */
	const struct itemtable *table;		/* with the columns; or NULL */
	const char *table_path;			/* for messages */
	uint64_t seed;
};

struct reranking {
	struct rerank *rerank;	/* NULL: lists are by score */
	size_t pool;
	/* what is said of it */
	const char *vectors;	/* file, or NULL */
	size_t n_without;	/* items that it has none for */
	size_t k, n_quotas;
	size_t n_short;		/* lists */
	size_t n_strangers;	/* users without a history to go by */
	/* what it works with */
	struct csr *kinds;		/* (n_kinds) of columns */
	size_t n_kinds;
	struct likeness **likeness;	/* (n_likeness) of kinds, of vectors */
	size_t n_likeness;
	float *popularity;		/* (n_items) */
};

/* What the input points to must stay.  0, or -1 after a message;
 * reranking_close() in both cases. */
int reranking_open(struct reranking *, const struct reranking_input *)
    SRS_MUST_CHECK;
void reranking_close(struct reranking *);

/* Is told of each list, of n items; and says what became of all of them. */
void reranking_count(struct reranking *, uint32_t user, size_t n);
void reranking_say(const struct reranking *, const struct cli *);

#endif
