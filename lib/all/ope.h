#ifndef SRS_OPE_H
#define SRS_OPE_H

/*
 * ope.h -- what srs-ope does: off-policy evaluation of a log.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/tick.h"
#include "data/idmap.h"
#include "eval/offpolicy.h"
#include "io/report.h"

struct ope {
	const char *log;		/* the log of the policy that ran */
	/* the other policy; one of them is not NULL */
	const char *policy;		/* context, action, probability */
	const char *policy_log;		/* its own log: shares of actions */
	const char *target;		/* column of the log */
	/* columns */
	const char *action, *reward, *propensity, *probability;
	const char *const *context;	/* (n_context) */
	size_t n_context;
	double clip;			/* NAN: the root of the rows */
	double min_effective;		/* rows; fewer are refused */
	struct bootstrap certainty;
	struct tick *tick;
	void (*note)(void *arg, const char *text);
	void *note_arg;
};

/* A log with the names of its contexts and actions, and the other policy. */
struct opelog {
	struct offpolicy_log rows;	/* points into what follows */
	struct idmap *contexts, *actions;
	uint32_t *context, *action;
	double *reward, *propensity, *target;	/* (n) owned */
	double *policy;			/* owned; or NULL */
	/* of the other policy's own log, when there is one */
	double *own_reward;		/* (n_own) owned */
	size_t n_own;
};

int opelog_read(const struct ope *, struct opelog *out) SRS_MUST_CHECK;
void opelog_release(struct opelog *);

/* The estimates.  *refused: the effective sample size is too small for any;
 * that was said.  NULL after a message, or when refused. */
struct report *ope_run(const struct ope *, int *refused);

#endif
