#ifndef SRS_RERANKSPEC_H
#define SRS_RERANKSPEC_H

/*
 * rerankspec.h -- how lists are to be re-ranked, as the command line says it:
 * --rerank NAME[=COLUMN][:X], "mmr:0.7" or "calibrate=genre", and
 * --per COLUMN=N, "brand=2".
 */

#include <stddef.h>

#include "base/err.h"
#include "rank/rerank.h"

struct rerankspec_step {
	const struct rerank_method *method;
	char *column;		/* of the item table, owned; or NULL */
	double x;		/* the method's number */
};

struct rerankspec_quota {
	char *column;		/* owned */
	size_t max;
};

struct rerankspec {
	struct rerankspec_step *step;		/* (n_steps) in order */
	size_t n_steps, cap_steps;
	struct rerankspec_quota *quota;		/* (n_quotas) */
	size_t n_quotas, cap_quotas;
	size_t pool;		/* OPT_UNSET: see rerankspec_pool() */
	const char *vectors;	/* file with those of items; NULL: the
				 * model's */
};

/* Adds what one --rerank, or one --per, says.  0, or -1 after a message. */
int rerankspec_add_step(struct rerankspec *, const char *text) SRS_MUST_CHECK;
int rerankspec_add_quota(struct rerankspec *, const char *text)
    SRS_MUST_CHECK;
void rerankspec_release(struct rerankspec *);

/* Is there anything to do? */
int rerankspec_is_used(const struct rerankspec *);

/* Is there a step that needs what users have had; or what all have? */
int rerankspec_needs_history(const struct rerankspec *);
int rerankspec_needs_popularity(const struct rerankspec *);

/* Is there a step that needs a likeness of items, and has no column for it? */
int rerankspec_needs_vectors(const struct rerankspec *);

/* Is there a column of the item table? */
int rerankspec_needs_table(const struct rerankspec *);

/* name (steps + quotas) <- the columns of the item table; their number. */
size_t rerankspec_columns(const struct rerankspec *, const char **name);

/*
 * What goes with what: -k, and whether there are interactions and an item
 * table.  0, or -1 after a message.
 */
int rerankspec_check(const struct rerankspec *, size_t k, int has_history,
    int has_table) SRS_MUST_CHECK;

/* The size of the pool for lists of k: 5 k, 200 at least, or what was given. */
size_t rerankspec_pool(const struct rerankspec *, size_t k);

#endif
