#ifndef SRS_OFFPOLICY_H
#define SRS_OFFPOLICY_H

/*
 * offpolicy.h -- what another policy would have earned, from the log of the
 * policy that ran: rows of a context, the action that was shown, its reward,
 * and how likely the action was (its propensity).
 *
 *	effective = offpolicy_effective(&log);
 *	for (i = 0; (e = offpolicy_estimator(i)) != NULL; i++)
 *		value = offpolicy_value(e, &log, NULL, log.n, scratch);
 */

#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"
#include "eval/bootstrap.h"

struct offpolicy_log {
	size_t n;
	const uint32_t *context;	/* (n) below n_contexts */
	const uint32_t *action;		/* (n) below n_actions */
	const double *reward;		/* (n) */
	const double *propensity;	/* (n) in (0, 1] */
	const double *target;		/* (n) the chance that the other policy
					 * would have shown the action */
	/* (n_contexts, n_actions) all its chances; or NULL: not known */
	const double *policy;
	size_t n_contexts, n_actions;
	double clip;			/* weights above it count as it */
};

struct offpolicy_estimator {
	struct choice what;
	const char *citation;
	int needs_policy;
	double (*of)(const struct offpolicy_log *, const size_t *row, size_t n,
	    double *scratch);
};

/* Line i of the table: ips, snips, clipped, dm, dr; NULL past its end. */
const struct offpolicy_estimator *offpolicy_estimator(size_t i);

/* Numbers of scratch that an estimator takes. */
size_t offpolicy_scratch(const struct offpolicy_log *);

/* The estimate from these rows (n) of the log, which may repeat; NULL: all.
 * O(n), and with a policy O(n + contexts actions). */
double offpolicy_value(const struct offpolicy_estimator *,
    const struct offpolicy_log *, const size_t *row, size_t n,
    double *scratch);

/* The bootstrap interval of an estimate. */
void offpolicy_interval(const struct offpolicy_estimator *,
    const struct offpolicy_log *, const struct bootstrap *, double *low,
    double *high);

/* How many rows of the other policy the log is worth: (sum w)^2 / sum w^2
 * (Kong 1992). */
double offpolicy_effective(const struct offpolicy_log *);

/* The mean weight: 1, but for chance, when propensities are right. */
double offpolicy_mean_weight(const struct offpolicy_log *);

/* The share of the other policy's chances, over the log's contexts, that is of
 * actions that the log does not have there.  Needs the policy. */
double offpolicy_unseen(const struct offpolicy_log *);

#endif
