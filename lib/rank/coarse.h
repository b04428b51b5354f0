#ifndef SRS_COARSE_H
#define SRS_COARSE_H

/*
 * coarse.h -- the best items of a model of factors, most of which are never
 * scored.
 *
 * An item is x = (q, b / c), its vector and its bias in units of c, less the
 * mean m over all items; a user is y = (p, c).  The score is
 *
 *	level_u + <y, m> + <y, x>
 *
 * Items are sorted by |x|, the longest first, and cut into tiles.  In a tile
 * x is rounded to 8-bit numbers X in units s of the tile's own, and y to Y in
 * units t of the user's.  With e = y - t Y, by Cauchy and Schwarz
 *
 *	<y, x> <= s t <Y, X> + |y| max |x - s X| + |e| max |s X|	(1)
 *	<y, x> <= |y| max |x|						(2)
 *
 * with each maximum over the tile.  Only what can be above the user's bar (the
 * score of the worst of the k items found so far) by (1) is scored, and a user
 * is done at the first tile that cannot have anything by (2).  Lists are thus
 * the exact ones, but that a score is summed in another order, and what is
 * nearly equal may change places.
 *
 * The order by length is that of LEMP (Teflioudi et al. 2015), whole numbers
 * with their bounds are those of FEXIPRO (Li et al. 2017).  The index takes
 * 64 bytes for each 64 factors of an item, and 8.
 */

#include <stddef.h>
#include <stdint.h>

#include "model/scorer.h"
#include "rank/leftout.h"
#include "rank/sieve.h"

struct coarse;
struct coarse_bench;

enum { COARSE_USERS = 512 };	/* searched for at once */

/*
 * Of a prepared model with vectors, which stays the caller's, as does adjust
 * (n_items): added to the scores, -INFINITY leaves out; NULL: 0.  Items whose
 * vectors are not finite are never found.  Parallel; O(n_items (k + log)).
 */
struct coarse *coarse_new(const struct scorer *, const float *adjust);
/* The memory that it takes. */
size_t coarse_bytes(const struct coarse *);
void coarse_free(struct coarse *);

/* What a thread works with. */
struct coarse_bench *coarse_bench_new(const struct coarse *);
void coarse_bench_free(struct coarse_bench *);

/*
 * sieve (n), begun, <- the best for users (n <= COARSE_USERS), whom the model
 * knows, but for what is left out; group (n_items) as in lists.h, or NULL;
 * rank (n_items) as in sieve.h.
 */
void coarse_search(const struct coarse *, struct coarse_bench *,
    const uint32_t *users, size_t n,
    const struct csr *const left_out[LEFTOUT_KINDS], const uint32_t *group,
    const uint32_t *rank, struct sieve *sieve);

#endif
