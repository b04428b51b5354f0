#ifndef SRS_EVALGROUP_H
#define SRS_EVALGROUP_H

/*
 * evalgroup.h -- segments of users or items, as --by asks for them.
 *
 *	group = evalgroup_new("gender", how, world);
 *	mask = evalgroup_mask(group, part, users);	(users) the caller frees
 *	truth = evalgroup_truth(group, part, all, items, relevant);
 *	evalgroup_free(group);
 */

#include <stddef.h>

#include "all/evaluate.h"
#include "all/evalworld.h"
#include "data/idmap.h"
#include "data/scored.h"

struct evalgroup {
	char *name;		/* "gender" */
	int of_users;		/* else of items */
	size_t n;		/* parts */
	char **label;		/* (n) "gender=F", sorted by bytes */
	/* private */
	struct idmap *own;	/* ids of a table; or NULL */
	const struct idmap *ids;
	unsigned char **has;	/* (n) (ids) is it of the part? */
	size_t missing;		/* part of ids that are not there; or n */
};

/*
 * COLUMN of the table --users or else of --items, each value (each token of a
 * token_seq) being a segment; or popularity:N, items, or activity:N, users, in
 * N parts of about as many interactions of what was trained on.  NULL after a
 * message.
 */
struct evalgroup *evalgroup_new(const char *by, const struct evaluate *,
    const struct evalworld *);
void evalgroup_free(struct evalgroup *);

/* Does this `by` need what was trained on? */
int evalgroup_needs_train(const char *by);

/* 1 for each id of the map that is of the part.  (count); the caller frees. */
unsigned char *evalgroup_mask(const struct evalgroup *, size_t part,
    const struct idmap *);

/* What of a truth concerns the items of a part: judgments of users who have a
 * relevant one.  The caller frees. */
struct scored *evalgroup_truth(const struct evalgroup *, size_t part,
    const struct scored *truth, const struct idmap *items, double relevant);

#endif
