#ifndef SRS_SHOPGOODS_H
#define SRS_SHOPGOODS_H

/* shopgoods.h -- a part of shop.h: the goods of a shop, and what is asked
 * for. */

#include "prep/shop.h"

/* Fills all of the shop but its users. */
void shopgoods_make(struct shop *);

#endif
