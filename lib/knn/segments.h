#ifndef SRS_SEGMENTS_H
#define SRS_SEGMENTS_H

/*
 * segments.h -- what is popular with users of one kind.
 *
 * With n_i the sum of item i's values, n_gi the part of it that users of
 * segment g gave, N and N_g the sums of |n_i| and |n_gi| over all items,
 *
 *	score_ui = N (n_gi + shrink n_i / N) / (N_g + shrink)
 *
 * for the segment g of user u: the items' shares in the segment, drawn to
 * those that they have with all as if `shrink` more values had come from there
 * (a Dirichlet prior), on the scale of n_i.  Who is in no segment, or in one
 * that gave nothing, gets n_i: that is N_g = 0.
 *
 * The file: segment_names; segment_counts.* (segments, items), n_gi;
 * user_ids and user_segments I32 (users), -1 for none; "shrink".
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "data/attributes.h"
#include "linalg/csr.h"
#include "model/scorer.h"

struct segments {
	struct csr counts;	/* (segments, items) */
	const int32_t *of;	/* (n_users) */
	size_t n_users;
	double shrink;
	double *sum;		/* (segments) N_g; owned */
	double all;		/* N */
	int32_t *made;		/* `of` and counts if they are owned; NULL:
				 * they are views of a file */
};

/* counts and `of` <- from column `of_users` of a table, finished, and what its
 * users had of these items, x (users, items). */
void segments_count(struct segments *, const struct attribute *of_users,
    struct idmap *items, const struct csr *x);
void segments_release(struct segments *);

/* Of the users with a row in x that is not empty: how many have none. */
size_t segments_without(const struct segments *, const struct csr *x);

struct st_writer;

/* Puts the parts but user_ids; *s and the table stay until it is written. */
void segments_put(const struct segments *, struct st_writer *,
    const struct attribute *of_users);

/* Takes them from a scorer's file; item_scores (items) are n_i.  0, or -1
 * after a message; segments_release() in any case. */
int segments_load(struct segments *, const struct scorer *,
    const float *item_scores) SRS_MUST_CHECK;

/* Has user u, any number, a segment that counts? */
int segments_knows(const struct segments *, uint32_t u);

/* scores (items) <- those of user u. */
void segments_block(const struct segments *, const float *item_scores,
    uint32_t u, float *scores);

/* The same for one item. */
float segments_pair(const struct segments *, const float *item_scores,
    uint32_t u, uint32_t item);

#endif
