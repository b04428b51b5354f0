#ifndef SRS_REF_KCORE_H
#define SRS_REF_KCORE_H

#include <stddef.h>
#include <stdint.h>

/* left (n) <- which rows remain, by the definition: as long as a row's user
 * or item has too few, take that row away and begin again.  O(n^2) at worst. */
void ref_kcore(const uint32_t *user, const uint32_t *item, size_t n,
    size_t min_user, size_t min_item, unsigned char *left);

#endif
