#ifndef SRS_WRITELOG_H
#define SRS_WRITELOG_H

/*
 * writelog.h -- a made-up shop's events as CSV: user_id, item_id, event,
 * timestamp, session_id, query_id, price, rating, review; a review in quotes.
 */

#include "base/buf.h"
#include "base/tick.h"
#include "io/out.h"
#include "prep/visits.h"

/* Failures are kept by `out`. */
void writelog(struct out *, const struct shop *, const struct visits_config *,
    struct tick *, struct visits_counts *);

/* "19.90" */
void writelog_price(struct buf *, uint32_t cents);

#endif
