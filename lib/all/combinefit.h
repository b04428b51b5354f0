#ifndef SRS_COMBINEFIT_H
#define SRS_COMBINEFIT_H

/*
 * combinefit.h -- the fusions of lists that srs-fuse tries: fitted, measured,
 * told; and the table of --report.
 */

#include "all/combine.h"
#include "fuse/fuselists.h"
#include "fuse/objective.h"

/* A fusion of a method for the operands, with its settings; scale NULL: the
 * method's own. */
struct fusion *combine_new(const struct combine *, const struct fuse_method *,
    const struct choice *scale);

/*
 * Fits *fusion, or of `auto` all that are tried, and makes *fusion the best of
 * them; says what came of it, and writes the report.  0, or -1 after a
 * message.
 */
int combinefit_lists(const struct combine *, struct fusion **fusion,
    struct fuselists *, const struct objective *) SRS_MUST_CHECK;

/* The same lines and table for a fusion that is fitted already. */
void combinefit_note(const struct combine *, const struct fusion *,
    int smaller_is_better);
int combinefit_report(const struct combine *, const struct fusion *)
    SRS_MUST_CHECK;

/* What has been read, n rows in so many bytes (0: none, they are not kept), and
 * what comes now, for a dry run.  0; or -1 when it stops here. */
int combinefit_foresee(const struct combine *, const struct fusion *,
    uint64_t n, double bytes) SRS_MUST_CHECK;

/* The same of lists; of those users who are in the truth, if it is given. */
int combinefit_foresee_lists(const struct combine *, const struct fusion *,
    const struct fuselists *, const struct objective *) SRS_MUST_CHECK;

/* A line of the summary. */
void combine_note(const struct combine *, const char *fmt, ...)
    SRS_PRINTF(2, 3);

#endif
