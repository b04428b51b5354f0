#ifndef SRS_SEARCHRANGES_H
#define SRS_SEARCHRANGES_H

/*
 * searchranges.h -- which settings a search may try: a table of options and
 * of values, one option a row.
 *
 *	option:token	values:token
 *	learning-rate	0.0001..0.01 log
 *	dropout		0..0.5
 *	layers		64,32 | 128,64 | 256
 *
 * A..B is any number from A to B (whole ones for options that are whole),
 * `log`: by equal ratios; else one of the texts between bars.  The header may
 * be missing.  What is drawn for a trial is a function of the seed, the
 * option's name and the trial's number.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "cli/opt.h"

struct searchranges;

/*
 * may(o) says whether an option can be searched for.  Both ends of a range and
 * all texts of a list must be values that the option takes.  NULL after a
 * message.
 */
struct searchranges *searchranges_read(const char *path,
    const struct opt *table, int (*may)(const void *arg, const struct opt *),
    const void *arg);
void searchranges_free(struct searchranges *);

size_t searchranges_count(const struct searchranges *);
const struct opt *searchranges_option(const struct searchranges *, size_t i);

/* Stands for all of them. */
uint64_t searchranges_hash(const struct searchranges *);

/* The value of option i in a trial; the caller frees. */
char *searchranges_draw(const struct searchranges *, size_t i, uint64_t seed,
    uint64_t trial);

#endif
