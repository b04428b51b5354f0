#ifndef SRS_TEXTLOG_H
#define SRS_TEXTLOG_H

/*
 * textlog.h -- texts that are added at the end and never change, in memory or
 * in a temporary file.
 *
 *	at = textlog_add(log, text);
 *	status = textlog_get(log, at, &window, &buf);
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct textlog;

struct textlog *textlog_new(void);
void textlog_free(struct textlog *);

/* Adds a text of less than 4 GiB; *at is where it is.  0, or -1 after a
 * message (of the disk). */
int textlog_add(struct textlog *, struct span, uint64_t *at) SRS_MUST_CHECK;

/* A piece of the file: texts that are neighbours are read once.  Each thread
 * has its own; all zero is empty, free `p` in the end. */
struct textlog_window {
	char *p;		/* (n) */
	uint64_t from;
	size_t n;
};

/* Appends the text at `at`. */
int textlog_get(const struct textlog *, uint64_t at, struct textlog_window *,
    struct buf *) SRS_MUST_CHECK;

/* From now on in a temporary file. */
int textlog_spill(struct textlog *) SRS_MUST_CHECK;

/* The memory it takes. */
size_t textlog_bytes(const struct textlog *);

#endif
