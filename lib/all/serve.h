#ifndef SRS_SERVE_H
#define SRS_SERVE_H

/*
 * serve.h -- what srs-topk does: which users, which items, lists as rows.
 *
 *	struct serve s;
 *	if (serve_open(&input, &s) == 0 && serve_lists(&s, put, tick) == 0)
 *		say s.n_lists, s.n_unknown, ...
 *	serve_close(&s);
 */

#include <stddef.h>
#include <stdint.h>

#include "all/approximate.h"
#include "all/itemrules.h"
#include "all/itemwhere.h"
#include "all/listformat.h"
#include "all/models.h"
#include "all/oldlists.h"
#include "all/reranking.h"
#include "all/servewho.h"
#include "base/err.h"
#include "base/tick.h"
#include "cli/cli.h"
#include "data/itemtable.h"
#include "io/put.h"
#include "io/readtitles.h"
#include "model/scorer.h"

struct serve_input {
	struct models models;
	const char *fallback;		/* model for users whom these do not
					 * know; NULL: none */
	const char *const *history;	/* (n_history) files of interactions */
	size_t n_history;
	size_t k;			/* items of a list */
	int keep_seen;			/* else a user's items are not listed */
	struct servewho_options who;	/* of items, the items */
	enum listabout about;		/* lists of whom, and of what */
	int by_dot;			/* likeness; else the cosine */
	const char *other;		/* column of the item table in which
					 * related items differ; or NULL */
	/* As itemrules.h has them; NULL: none. */
	const char *candidates, *exclude, *boost;
	double min_score;		/* NAN: any */
	const char *item_table;		/* NULL: none */
	struct itemwhere *where;	/* (n_where) of its columns */
	size_t n_where;
	struct rerankspec rerank;
	const struct choice *approximate;	/* NULL: exact search */
	size_t recall_check;		/* of so many users; 0: none */
	uint64_t seed;			/* of re-ranking */
	size_t memory;			/* bytes that may be taken; 0: any */
	const char *titles;		/* item table, or NULL */
	const char *title_column;	/* NULL: "title" */
	const char *since;		/* write what is not in these lists;
					 * NULL: all */
	enum listformat format;
	int no_header;
	struct tick *tick;		/* reading */
};

enum { SERVE_EXAMPLES = 3 };

struct serve {
	struct scorer *scorer;
	struct inter *history;
	struct servewho who;
	struct itemrules rules;
	struct itemtable *table;	/* the columns asked for; or NULL */
	struct reranking reranking;
	struct coarse *index;		/* of items; or NULL */
	struct csr candidates;		/* of the rules; no rows: none */
	uint32_t *group;		/* (items) of that column; or NULL */
	size_t n_ungrouped;		/* items that have no token in it */
	size_t k;
	float min_score;
	int has_min_score;
	struct titles *titles;		/* or NULL */
	struct oldlists *old;		/* or NULL */
	enum listformat format;
	enum listabout about;
	int keep_seen;
	size_t recall_check;
	struct serve_memory {		/* bytes, by serve_open() */
		size_t model, history, lists;
	} memory;
	/* after serve_lists() */
	struct approximate_recall recall;
	size_t n_lists;			/* users with a list */
	size_t n_empty;			/* users with nothing left to list */
	size_t n_general;		/* of n_lists, without a segment */
	size_t n_folded;		/* of n_lists, new to the model */
	size_t n_fallback;		/* of n_lists, by the fallback */
	size_t n_partly;		/* of n_lists, by some of the models */
	size_t n_unknown;		/* users whom the model cannot serve */
	uint32_t unknown[SERVE_EXAMPLES];	/* the first of them */
};

/* Loads the model and all files.  0, or -1 after a message; serve_close() is
 * called in both cases. */
int serve_open(const struct serve_input *, struct serve *) SRS_MUST_CHECK;
void serve_close(struct serve *);

/* What the lists will take. */
void serve_foresee(const struct serve *, struct forecast *);

/*
 * Puts the lists in their format, k items at most of a user, users in order,
 * the best item first.  0, or -1 when they could not be written
 * (put_commit() has the message).
 */
int serve_lists(struct serve *, struct put *, struct tick *) SRS_MUST_CHECK;

/* Who got a list and who did not, and what was asked for in vain. */
void serve_say(const struct serve *, const struct serve_input *,
    const struct cli *);

/* Their header; NULL: none. */
const char *serve_header(const struct serve *);

#endif
