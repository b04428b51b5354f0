#ifndef SRS_EVALGATES_H
#define SRS_EVALGATES_H

/*
 * evalgates.h -- does a table of srs-eval pass?  For cron: exit status 3 says
 * that it does not.
 */

#include <stddef.h>

#include "all/evaltable.h"
#include "base/err.h"

/*
 * Gates such as "ndcg@10>=0.30": a metric of the table, one of >= <= > <, and
 * a number.  They hold for the rows of everything, not for segments.
 */
struct evalgates {
	struct evalgate {
		const char *text;	/* as given; must stay */
		size_t measure;		/* its column */
		int is_at_least, is_strict;
		double bound;
	} *gate;			/* (n) */
	size_t n;
	/* the report of an earlier run, and how much worse than there a metric
	 * may be, as a share of what it was; NULL: none */
	const char *baseline;
	double max_drop;
};

/* 0, or -1 after a message. */
int evalgates_parse(const char *const *texts, size_t n,
    const struct measures *, struct evalgates *out) SRS_MUST_CHECK;
void evalgates_release(struct evalgates *);

/* *n <- how often a system does not pass; each time is a message.  0, or -1
 * after a message when the baseline cannot be used. */
int evalgates_failures(const struct evalgates *, const struct evaltable *,
    size_t *n) SRS_MUST_CHECK;

#endif
