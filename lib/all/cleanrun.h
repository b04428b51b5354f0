#ifndef SRS_CLEANRUN_H
#define SRS_CLEANRUN_H

/*
 * cleanrun.h -- srs-clean's work: tables in, one clean table out.
 *
 *	struct cleanrun *run = cleanrun_new(plan, gates, tick);
 *	for each file: cleanrun_add(run, path);
 *	status = cleanrun_finish(run);
 *	cleanreport_text(run, &lines);
 *	cleanrun_free(run);
 *
 * Rows are written as they are read, unless duplicates are to be merged or
 * small users and items removed: then clean rows wait in memory.
 */

#include <stdint.h>

#include "all/cleangate.h"
#include "all/cleanoutput.h"
#include "all/cleanplan.h"
#include "all/cleanquality.h"
#include "all/cleanrejects.h"
#include "base/err.h"
#include "base/tick.h"
#include "prep/cleanstore.h"

struct cleanrun {
	struct cleanplan *plan;
	struct cleangates *gates;
	struct cleanoutput *output;	/* NULL until the first table */
	struct cleanrejects *rejects;	/* NULL if not wanted */
	struct cleanstore *store;	/* NULL if rows need not wait */
	struct cleanquality *quality;	/* NULL until the first table */
	struct tick *tick;	/* the caller's; may be NULL */
	int is_gated;		/* a gate said no: nothing was replaced */
};

/* Plan, gates and tick stay the caller's. */
struct cleanrun *cleanrun_new(struct cleanplan *, struct cleangates *,
    struct tick *);
void cleanrun_free(struct cleanrun *);

/* Reads a file.  0, or -1 after a message. */
int cleanrun_add(struct cleanrun *, const char *path) SRS_MUST_CHECK;

/*
 * Does what needs all rows, writes the report and the refused rows, checks
 * the gates, and puts the output in its place last.  0, or -1 after a message;
 * after a message of a gate is_gated is set too.
 */
int cleanrun_finish(struct cleanrun *) SRS_MUST_CHECK;

#endif
