#ifndef SRS_EVALTABLE_H
#define SRS_EVALTABLE_H

/*
 * evaltable.h -- the result of srs-eval: a row for each system (and each
 * segment of users or items), a column for each metric, and comparisons of
 * systems; written for people or for programs.
 *
 *	evaltable_init(&table, &measures);
 *	row = evaltable_add(&table, "ease.tsv.gz", NULL);
 *	table.row[row].value[j] = ...
 *	evaltable_put(&table, REPORT_ALIGNED, put);
 *	evaltable_release(&table);
 */

#include <stddef.h>

#include "eval/metric.h"
#include "eval/paired.h"
#include "io/put.h"
#include "io/report.h"

enum evalrow_kind { EVALROW_PLAIN, EVALROW_WORST, EVALROW_GAP };

/* A value that there is none of is NAN. */
struct evalrow {
	enum evalrow_kind kind;
	char *system;		/* as it was named; owned */
	char *part;		/* "gender=F"; NULL: everything; owned */
	size_t n;		/* users, or rows, that count */
	double *value;		/* (measures) owned */
	double *low, *high;	/* (measures) intervals, or NULL; owned */
};

struct evalpair {
	size_t row, against;	/* the systems' rows */
	size_t measure;
	struct paired test;
	double holm;		/* the corrected p of the test that counts */
};

struct evaltable {
	const struct measures *measures;	/* must stay */
	struct evalrow *row;	/* (n of cap) */
	size_t n, cap;
	struct evalpair *pair;	/* (n_pairs of cap_pairs) */
	size_t n_pairs, cap_pairs;
	enum paired_which test;	/* that counts */
	int has_parts, has_intervals;
	const char *unit;	/* of evalrow.n: "users" or "rows" */
};

void evaltable_init(struct evaltable *, const struct measures *);
void evaltable_release(struct evaltable *);

/* A new row, all values NAN; its number. */
size_t evaltable_add(struct evaltable *, const char *system, const char *part);

/* Room for intervals. */
void evaltable_add_intervals(struct evaltable *, size_t row);

/* A new comparison; holm is set by evaltable_correct() when all are there. */
void evaltable_add_pair(struct evaltable *, const struct evalpair *);
void evaltable_correct(struct evaltable *);

/*
 * Two rows more behind the segments of a system, those of whose names begin
 * with `by`=: the worst value of them, and the gap between the best and it.
 * They are set by evaltable_set_gaps() when all values are there.
 */
void evaltable_add_gaps(struct evaltable *, const char *system,
    const char *by);
void evaltable_set_gaps(struct evaltable *);

/*
 * ALIGNED: columns that are aligned, four decimals, and below a table of the
 * comparisons.  TSV: a typed header and full precision; the comparisons alone
 * when there are any.  JSON: all there is.
 */
void evaltable_put(const struct evaltable *, enum report_form,
    struct put *);

/* The text exposition format of Prometheus. */
void evaltable_put_prometheus(const struct evaltable *, struct put *);

/* The comparisons.  The caller frees. */
struct report *evaltable_report_pairs(const struct evaltable *);

/* For evaltable_put(). */
void evaltable_put_json(const struct evaltable *, struct put *);

#endif
