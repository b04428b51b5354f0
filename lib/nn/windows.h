#ifndef SRS_WINDOWS_H
#define SRS_WINDOWS_H

/* windows.h -- how many words or items filters see at once: "3,4,5". */

#include <stddef.h>

#include "base/err.h"

enum { WINDOWS_MOST = 8, WINDOW_WIDEST = 100 };

struct windows {
	size_t width[WINDOWS_MOST];	/* (n) from 1 to WINDOW_WIDEST */
	size_t n;
};

/* Reads such a list; a width that stands twice is an error.  0, or -1 after a
 * message. */
int windows_parse(const char *text, struct windows *out) SRS_MUST_CHECK;

#endif
