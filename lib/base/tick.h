#ifndef SRS_TICK_H
#define SRS_TICK_H

/*
 * tick.h -- how long work tells that it is alive.
 *
 * lib/ calls tick_at() as often as it likes, and tick_step() when what follows
 * is another thing; what becomes of it (a progress line, nothing) is up to
 * whoever made the tick.  A NULL tick is allowed.
 */

#include <stddef.h>
#include <stdint.h>

struct tick {
	void (*at)(struct tick *, uint64_t done, uint64_t total);
	void (*step)(struct tick *, const char *step, const char *unit);
};

/* `done` of `total` (0: not known) units of work are done. */
static inline void
tick_at(struct tick *t, uint64_t done, uint64_t total)
{
	if (t != NULL)
		t->at(t, done, total);
}

/* A step called so begins ("fitting"), in such units ("folds"); the texts must
 * stay. */
static inline void
tick_step(struct tick *t, const char *step, const char *unit)
{
	if (t != NULL)
		t->step(t, step, unit);
}

#endif
