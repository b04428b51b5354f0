#ifndef SRS_EVALTABLE_H
#define SRS_EVALTABLE_H

/*
 * evaltable.h -- the result of srs-eval: a row for each system, a column for
 * each metric, written for people or for programs; and the gates on it.
 *
 *	evaltable_init(&table, &measures);
 *	value = evaltable_add(&table, "ease.tsv.gz");	value[j] to be set
 *	evaltable_put(&table, tsv, put);
 *	evaltable_release(&table);
 */

#include <stddef.h>

#include "eval/metric.h"
#include "io/put.h"

struct evaltable {
	const struct measures *measures;	/* must stay */
	struct evalrow {
		char *system;		/* as it was named; owned */
		double *value;		/* (measures) owned */
	} *row;				/* (n of cap) */
	size_t n, cap;
};

void evaltable_init(struct evaltable *, const struct measures *);
void evaltable_release(struct evaltable *);

/* A new row; its values (measures) are all 0 and to be set by the caller. */
double *evaltable_add(struct evaltable *, const char *system);

/* tsv: a typed header and full precision; else columns that are aligned, four
 * decimals. */
void evaltable_put(const struct evaltable *, int tsv, struct put *);

/*
 * Gates such as "ndcg@10>=0.30": a metric of the table, one of >= <= > <, and
 * a number.
 */
struct evalgates {
	struct evalgate {
		const char *text;	/* as given; must stay */
		size_t measure;		/* its column */
		int is_at_least, is_strict;
		double bound;
	} *gate;			/* (n) */
	size_t n;
};

/* 0, or -1 after a message. */
int evalgates_parse(const char *const *texts, size_t n,
    const struct measures *, struct evalgates *out) SRS_MUST_CHECK;
void evalgates_release(struct evalgates *);

/* How often a system does not pass a gate; each time is a message. */
size_t evalgates_failures(const struct evalgates *, const struct evaltable *);

#endif
