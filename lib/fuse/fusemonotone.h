#ifndef SRS_FUSEMONOTONE_H
#define SRS_FUSEMONOTONE_H

/* fusemonotone.h -- columns of trees whose rise may not lower the score, or
 * not raise it. */

#include <stddef.h>

#include "base/err.h"
#include "fuse/fuse.h"

/*
 * out (columns) <- 1, -1 or 0, as treegrow.h has them, by a list of names:
 * "ials,-item.popularity".  Those that begin with "-" are the falling ones.
 * A system is all of its columns (its place falls), "all" all systems; other
 * names are the method's for its columns.  NULL: none.  0, or -1 after a
 * message: no such column, or it is a category.
 */
int fusemonotone(const struct fusion *, const char *list, size_t columns,
    const unsigned char *is_category, signed char *out) SRS_MUST_CHECK;

#endif
