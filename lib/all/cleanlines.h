#ifndef SRS_CLEANLINES_H
#define SRS_CLEANLINES_H

/*
 * cleanlines.h -- the rows of a store as the lines of a clean table, many at a
 * time: what cleanoutput_row() would write, in a fraction of the time.
 */

#include <stdint.h>

#include "all/cleanplan.h"
#include "base/buf.h"
#include "base/err.h"
#include "data/labels.h"
#include "prep/cleanstore.h"

/* What all threads use, and none changes. */
struct cleanlines {
	const struct cleanplan *plan;
	const struct cleanstore *store;
	struct labels *users, *items, *events;
};

/* Of a store that gets no other rows meanwhile. */
void cleanlines_init(struct cleanlines *, const struct cleanplan *,
    const struct cleanstore *);
void cleanlines_release(struct cleanlines *);

enum { CLEANLINES_KNOWN_BITS = 6 };

/* A thread's own; all zero is empty, free window.p in the end. */
struct cleanlines_scratch {
	struct textlog_window window;
	/* numbers that were written lately: ratings have few values */
	struct cleanlines_known {
		float x;
		uint32_t n;	/* 0: unused */
		char text[16];	/* (n) */
	} known[1 << CLEANLINES_KNOWN_BITS];
};

/* Adds the rows of a block.  0, or -1 after a message (of the disk). */
int cleanlines_add(const struct cleanlines *, struct cleanlines_scratch *,
    const struct cleanblock *, struct buf *) SRS_MUST_CHECK;

#endif
