#ifndef SRS_FUSEFILLER_H
#define SRS_FUSEFILLER_H

/* fusefiller.h -- the models of --score-missing, made ready. */

#include "base/tick.h"
#include "fuse/fusefill.h"

struct fusefiller;

/*
 * Each of specs (n) is SYSTEM=FILE, a system of the fusion's and a model of
 * users and items; what users have had is in the history files (n_history),
 * in this order.  NULL after a message.
 */
struct fusefiller *fusefiller_open(const struct fusion *,
    const char *const *specs, size_t n, const char *const *history,
    size_t n_history, struct tick *);
void fusefiller_close(struct fusefiller *);

const struct fusefill *fusefiller_fill(const struct fusefiller *);

#endif
