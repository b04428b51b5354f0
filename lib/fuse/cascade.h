#ifndef SRS_CASCADE_H
#define SRS_CASCADE_H

/*
 * cascade.h -- from many candidates by a cheap model to few by a good one.
 *
 *	struct fusestage *stage = cascade_parse("a:1000,b:100,fused:10", f, &n);
 *
 * Each step orders what the one before kept by one system, or by the fusion
 * of the lists of what was kept, and keeps the best.  The list that comes out
 * is in the order of the last step.  Scores that a list lacks are asked of
 * fusion->fill only for what is left when their system's turn comes (all
 * systems', for the fusion's).
 */

#include "fuse/fuseunion.h"

/* The steps: names of systems, or "fused", each with how many stay, which
 * must not grow; owned by the caller.  NULL after a message. */
struct fusestage *cascade_parse(const char *text, const struct fusion *,
    size_t *n);

/* u->scores <- of what is left after all steps but the last's cut. */
void cascade_run(struct fuseunion *, const struct fusion *);

#endif
