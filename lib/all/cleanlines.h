#ifndef SRS_CLEANLINES_H
#define SRS_CLEANLINES_H

/*
 * cleanlines.h -- the rows of a store as the lines of a clean table, many at a
 * time: what cleanoutput_row() would write, in a third of the time.
 */

#include <stdint.h>

#include "all/cleanplan.h"
#include "base/buf.h"
#include "base/err.h"
#include "prep/cleanstore.h"

enum { CLEANLINES_KNOWN = 64 };

/* A thread's own; all zero is empty, free window.p in the end. */
struct cleanlines {
	struct textlog_window window;
	/* numbers that were written lately: ratings have few values */
	struct cleanlines_known {
		float x;
		uint32_t n;	/* 0: unused */
		char text[16];	/* (n) */
	} known[CLEANLINES_KNOWN];
};

/* Adds the rows of a block.  0, or -1 after a message (of the disk). */
int cleanlines_add(struct cleanlines *, const struct cleanplan *,
    const struct cleanstore *, const struct cleanblock *, struct buf *)
    SRS_MUST_CHECK;

#endif
