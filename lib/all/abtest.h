#ifndef SRS_ABTEST_H
#define SRS_ABTEST_H

/*
 * abtest.h -- what srs-ab does: an experiment in the field, from a table of
 * users, or from who was in which group and a log of events; and planning one;
 * and interleaving.
 */

#include <stddef.h>
#include <stdint.h>

#include "all/abmetric.h"
#include "base/err.h"
#include "base/tick.h"
#include "data/idmap.h"
#include "io/report.h"

struct abtest {
	const char *file;		/* users, or events */
	const char *assignment;		/* who was in which group, or NULL */
	const char *user, *group;	/* columns */
	const char *event;		/* column of the kind of an event */
	const char *covariate;		/* column from before, or NULL */
	double day;			/* units of the timestamps in one */
	int drop_crossed;		/* leave out users of two groups */
	const char *control;		/* group; NULL: the first by name */
	const char *shares;		/* of the groups: "50,50"; or NULL */
	double alpha, power;
	double srm;			/* p below this is a mismatch */
	int sequential;			/* intervals that always hold */
	struct abmetrics metrics;
	struct tick *tick;
	void (*note)(void *arg, const char *text);
	void *note_arg;
};

/* What each user adds to each metric. */
struct abusers {
	struct idmap *users, *groups;	/* owned */
	uint32_t *group;		/* (users) IDMAP_NONE: left out */
	double *x, *y;			/* (users, metrics) */
	double *before_x, *before_y;	/* the same from before; or NULL */
	size_t n_metrics;
};

/* Reads what `file` (and `assignment`) hold.  0, or -1 after a message. */
int abusers_read(const struct abtest *, struct abusers *out) SRS_MUST_CHECK;
void abusers_release(struct abusers *);

/*
 * Adds a row for each metric and group (a control's has no test) to a report,
 * which is made.  *mismatch <- is the sample ratio so unlikely that nothing of
 * this can be trusted?  NULL after a message.
 */
struct report *abtest_run(const struct abtest *, int *mismatch);

/*
 * Interleaved lists (team draft): rows of a list's id (query_id, session_id or
 * user_id), the team whose item it is, and its clicks.  The team with more
 * clicks wins the list (Chapelle et al. 2012).  NULL after a message.
 */
struct report *abtest_interleaving(const struct abtest *);

/* A plan: how many users find an effect, or which effect so many users find. */
struct abplan {
	double rate;		/* of conversion; NAN: not a share */
	double mean, deviation;	/* of a user's value; NAN */
	double effect;		/* absolute; NAN: from users */
	double users;		/* of all groups; NAN: from effect */
	double per_day;		/* users who come; NAN */
	size_t groups;		/* control included */
	double alpha, power;
};
struct report *abtest_plan(const struct abplan *);

#endif
