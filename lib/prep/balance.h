#ifndef SRS_BALANCE_H
#define SRS_BALANCE_H

/*
 * balance.h -- training rows of classes of unequal size: fewer of the large
 * ones, copies of the small ones, or a weight for each.
 *
 *	struct balance *b = balance_new(how, class, n_classes, hash, part, n,
 *	    ratio, seed);
 *	times = balance_times(b, row);		written that often
 *	weight = balance_weight(b, row);
 *
 * With n_c rows of class c in the train part, and the ratio r >= 1:
 *	under	of each class at most r min n_c rows stay
 *	over	each class is written as max n_c / r rows, if it has fewer
 *	weight	each row weighs n / (classes * n_c) (King and Zeng 2001)
 * Which rows stay, and which are written once more than others, is chosen by
 * their hashes and the seed: exactly as many as are wanted; rows of equal hash
 * in the order of the table.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"

struct balance;

/* none (the first), under, over, weight. */
const struct choice *balance_choice(size_t i);
int balance_is_none(const struct choice *how);
int balance_is_weight(const struct choice *how);

/*
 * class (n): below n_classes; hash (n) of what a row is known by.  Only rows
 * of the train part count.  All three must stay.  Scratch is 8 bytes for each
 * row of train.
 */
struct balance *balance_new(const struct choice *how, const uint16_t *class,
    size_t n_classes, const uint64_t *hash, const unsigned char *part,
    size_t n, double ratio, uint64_t seed);
void balance_free(struct balance *);

/* How often the row, of train, is written; 1 for how `weight`. */
size_t balance_times(const struct balance *, size_t row);
double balance_weight(const struct balance *, size_t row);

/* Of a class: its rows in the train part, and how many are written. */
size_t balance_rows(const struct balance *, size_t class);
size_t balance_written(const struct balance *, size_t class);

#endif
