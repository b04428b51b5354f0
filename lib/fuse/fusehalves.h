#ifndef SRS_FUSEHALVES_H
#define SRS_FUSEHALVES_H

/*
 * fusehalves.h -- a setting of a learner chosen by the metric: of two halves of
 * the users, what was learned from each is measured on the other.
 */

#include "fuse/fuselearn.h"

/* Two halves of the users; of very many some thousand of them. */
struct fusehalves {
	const struct fuselearn *how;
	uint32_t *user[2];		/* (n) of each */
	size_t n[2];
};

/* Deals users by the hash of their names.  Returns whether there are enough to
 * tell anything. */
int fusehalves_init(struct fusehalves *, const struct fuselearn *);
void fusehalves_release(struct fusehalves *);

/* As fuserowset_make() of a half's users; -1, without a message, if none of
 * them has a relevant candidate. */
int fusehalves_rows(const struct fusehalves *, int half, const struct fusion *,
    size_t n_columns, fuserow_make *, struct fuserowset *) SRS_MUST_CHECK;

/* value (n of the half) <- the metric of its users, as this fusion orders their
 * lists; higher is better. */
void fusehalves_values(const struct fusehalves *, const struct fusion *,
    int half, double *value);

/* The sum of these. */
double fusehalves_value(const struct fusehalves *, const struct fusion *,
    int half);

#endif
