#ifndef SRS_COMB_H
#define SRS_COMB_H

/*
 * comb.h -- one score of several: the functions of the table in fuse.c.
 *
 * Sums: Fox & Shaw, "Combination of multiple searches", TREC-2 (1994).  With
 * y_s = factor_s x_s over the systems s that list the item, m of them:
 * CombMNZ m sum y, CombANZ sum y / m, CombMAX max y, CombMIN min y, CombMED
 * median y.  comb_sum is over all systems, those without the item having their
 * floor.
 *
 * Votes: a place r of n in a list, N items in the union.  Borda (Aslam &
 * Montague 2001): N - r + 1 points, and the items that a list lacks share what
 * is left, (N - n + 1) / 2 each.  Condorcet (Montague & Aslam 2002): the pairs
 * that an item wins less those it loses, a pair being won by the weight of the
 * systems that put one before the other (an item that is listed is before one
 * that is not); O(N^2 systems).  Majority: the weight of the systems that have
 * it among their first `top`.  Ties of the last two go to the better Borda
 * share, which is below 1.
 *
 * Drafts: systems take turns, each choosing its best item that nobody has
 * yet; the score is N less the place.  comb_robin: in the order of the
 * operands.  comb_draft: in each round in an order drawn for the user (team
 * draft; Radlinski, Kurup & Joachims 2008).
 */

#include "fuse/fuseunion.h"

void comb_sum(const struct fusion *, struct fuseunion *, float *scores);
void comb_mnz(const struct fusion *, struct fuseunion *, float *scores);
void comb_anz(const struct fusion *, struct fuseunion *, float *scores);
void comb_max(const struct fusion *, struct fuseunion *, float *scores);
void comb_min(const struct fusion *, struct fuseunion *, float *scores);
void comb_med(const struct fusion *, struct fuseunion *, float *scores);
void comb_borda(const struct fusion *, struct fuseunion *, float *scores);
void comb_condorcet(const struct fusion *, struct fuseunion *, float *scores);
void comb_vote(const struct fusion *, struct fuseunion *, float *scores);
void comb_robin(const struct fusion *, struct fuseunion *, float *scores);
void comb_draft(const struct fusion *, struct fuseunion *, float *scores);

/* part (n, systems) <- what each adds to the score. */
void comb_sum_parts(const struct fusion *, struct fuseunion *, double *part);
void comb_mnz_parts(const struct fusion *, struct fuseunion *, double *part);
void comb_anz_parts(const struct fusion *, struct fuseunion *, double *part);
void comb_borda_parts(const struct fusion *, struct fuseunion *,
    double *part);

#endif
