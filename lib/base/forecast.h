#ifndef SRS_FORECAST_H
#define SRS_FORECAST_H

/*
 * forecast.h -- what long work would take, for --dry-run.
 *
 * A dry run ends where the work would begin, in the way of a failed run: so
 * whatever happens it writes nothing.  Who is about to begin says what he
 * knows, and stops:
 *
 *	forecast_array(f, n_items, k, sizeof(float), "item factors");
 *	forecast_memory(f, csr_bytes(&x), "interactions by item");
 *	forecast_step(f, "%zu epochs", epochs);
 *	if (forecast_stop(f) != 0)
 *		goto done;
 *
 * Without --dry-run f is NULL: then nothing is said, and nothing stops.
 */

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct forecast;

struct forecast *forecast_new(void);
void forecast_free(struct forecast *);

/* Memory that will be held at once: an array of (rows, cols) elements of `size`
 * bytes; or bytes of another shape, no size_t may have room for them. */
void forecast_array(struct forecast *, size_t rows, size_t cols, size_t size,
    const char *fmt, ...) SRS_PRINTF(5, 6);
void forecast_memory(struct forecast *, double bytes, const char *fmt, ...)
    SRS_PRINTF(3, 4);

/* What is done, in this order. */
void forecast_step(struct forecast *, const char *fmt, ...) SRS_PRINTF(2, 3);

/* All is said: 0 without a forecast; else -1, and no message. */
int forecast_stop(struct forecast *) SRS_MUST_CHECK;
int forecast_is_stopped(const struct forecast *);

/*
 * Adds it in lines:
 *
 *	memory     2.3M  item factors (9413, 64)
 *	memory     8.1M  in all
 *	step       12 epochs
 */
void forecast_put(const struct forecast *, struct buf *);

#endif
