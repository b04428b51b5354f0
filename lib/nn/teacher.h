#ifndef SRS_TEACHER_H
#define SRS_TEACHER_H

/*
 * teacher.h -- learning from another model's lists.
 *
 * Ranking distillation (Tang & Wang 2018, "Ranking distillation: learning
 * compact ranking models with high performance for recommender system",
 * equations 2, 3 and 6): the loss is (1 - a) times that of what users had plus
 * a times that of the teacher's lists, whose items are taken for ones that the
 * user had, the r-th of a list with a weight in proportion to exp(-r / depth).
 *
 * Here an example is the teacher's with probability a, and then of one item,
 * drawn by these weights: the loss is that mixture's in expectation, whatever
 * the network and the loss.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include "linalg/csr.h"

struct teacher {
	double weight;		/* a */
	size_t n;		/* users */
	uint64_t *start;	/* (n + 1) where lists begin */
	uint32_t *item;		/* best first; the one with the lower number
				 * of two that are equal */
	double *up_to;		/* shares of a list's items, summed up to each;
				 * the last of a list is 1 */
};

#define TEACHER_NONE UINT32_MAX

/* Of scores (users, items), columns ascending; a row without any has no
 * list. */
void teacher_init(struct teacher *, const struct csr *scores, double weight,
    double depth);
void teacher_release(struct teacher *);

/* An item of the user's list, or TEACHER_NONE: the example is the user's
 * own. */
uint32_t teacher_draw(const struct teacher *, uint32_t user, struct rng *);

/* share (items) += n times the probability that an example of the user, which
 * is of `own` else, is of each item. */
void teacher_shares(const struct teacher *, uint32_t user, double n,
    uint32_t own, double *share);

#endif
