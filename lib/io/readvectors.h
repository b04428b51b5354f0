#ifndef SRS_READVECTORS_H
#define SRS_READVECTORS_H

/* readvectors.h -- vectors (embeddings) of users or items as attributes. */

#include "data/attributes.h"

/*
 * Reads what is known of items: a table, as readattributes(), or vectors,
 * which become the features "1", "2", ... of one attribute, "vector".  Vectors
 * are
 *
 *	a .npy matrix whose rows belong to the ids in the column `id` of the
 *	table `rows` (the first one without a header), in its order; or
 *
 *	a safetensors file with the ids in the tensor `id`s ("item_ids") and
 *	one F32 tensor (ids, any): "embeddings", or one whose name begins like
 *	`id` ("item_factors"; if there are several, "item_vectors"); or
 *
 *	text without a header, as of word2vec and GloVe: lines of an id and its
 *	numbers, with spaces between them (or TABs, or commas).  A first line
 *	of two whole numbers says how many vectors there are, and how long.
 *
 * The format is told from the first bytes, and a table by its header.  `rows`
 * NULL: there is none.  The result is not finished yet; NULL after a message.
 */
struct attributes *readvectors(const char *path, const char *rows,
    const char *id, struct idmap *ids);

#endif
