#ifndef SRS_EVALCERTAIN_H
#define SRS_EVALCERTAIN_H

/*
 * evalcertain.h -- intervals and comparisons of lists for a table of srs-eval.
 * Users are taken in the order of their names, so that the order of the files'
 * rows changes nothing.
 */

#include "all/evaluate.h"
#include "data/idmap.h"
#include "eval/ranking.h"

/* Sets the intervals of a row whose values are the means of r. */
void evalcertain_intervals(const struct evaluate *, const struct ranking *r,
    const struct idmap *users, size_t row, struct evaltable *);

/* Adds comparisons of each system (rows[i], results r[i], n) with the first,
 * by the users that both serve. */
void evalcertain_compare(const struct evaluate *, const struct ranking *r,
    const size_t *rows, size_t n, const struct idmap *users,
    struct evaltable *);

#endif
