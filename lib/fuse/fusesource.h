#ifndef SRS_FUSESOURCE_H
#define SRS_FUSESOURCE_H

/*
 * fusesource.h -- one system's lists, read a part at a time: for files whose
 * users' rows stand together.
 *
 *	struct fusesource *s = fusesource_open(path, tick);
 *	while (fusesource_read(s, part, n) == 0 && part->n_whole > 0)
 *		part->group[0 .. n_whole - 1] are users with all their rows;
 *	fusesource_take(s, part, n_used)	the others are kept for the next
 */

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/tick.h"

/* A row: the item's text begins at `from` and has SPANS_SLACK bytes behind. */
struct fuserow {
	double score;
	size_t from;
	uint32_t n;
};

/* A user's rows. */
struct fusegroup {
	size_t user, user_n;	/* where the name is in the text */
	size_t first, n;	/* rows */
	size_t line;		/* of the first */
};

struct fusepart {
	char *text;		/* of names; the slack is allocated */
	struct fuserow *row;
	struct fusegroup *group;
	size_t n_text, n_rows, n_groups;
	size_t n_whole;		/* groups that have all their rows */
	size_t cap_text, cap_row, cap_group;
};

void fusepart_release(struct fusepart *);

static inline struct span
fusepart_user(const struct fusepart *p, size_t g)
{
	return (struct span){ p->text + p->group[g].user,
	    p->group[g].user_n };
}

struct fusesource;

/* Reads the header; files are those that fuselists_read() takes, but TREC
 * runs.  NULL after a message. */
struct fusesource *fusesource_open(const char *path, struct tick *);
void fusesource_close(struct fusesource *);

/* *p <- what was kept, and rows until there are n and a whole group, or the
 * file ends.  0, or -1 after a message. */
int fusesource_read(struct fusesource *, struct fusepart *p, size_t n);

/* The groups of *p behind the first `used` are kept for the next read. */
void fusesource_keep(struct fusesource *, const struct fusepart *p,
    size_t used);

const char *fusesource_path(const struct fusesource *);
int fusesource_ended(const struct fusesource *);
size_t fusesource_rows(const struct fusesource *);	/* read so far */

#endif
