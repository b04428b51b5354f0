#ifndef SRS_REF_IDMAP_H
#define SRS_REF_IDMAP_H

/* idmap.h -- numbers of names by looking at all the names before. */

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* id[i] (n): that of the first name[j] that equals name[i]; numbers are given
 * in order of arrival.  Returns how many there are.  O(n^2). */
size_t ref_numbers(const struct span *name, size_t n, uint32_t *id);

#endif
