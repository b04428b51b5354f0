#ifndef SRS_CLEANPLAN_H
#define SRS_CLEANPLAN_H

/*
 * cleanplan.h -- what srs-clean is to do: first what the command line says,
 * then, with the first table's columns in view, all of it.
 *
 *	struct cleanwant want = CLEANWANT_DEFAULTS;
 *	...options...
 *	struct cleanplan *plan = cleanplan_new(&want);	NULL: wrong usage
 *	cleancolumns_settle(plan, rows);		the first table
 */

#include <math.h>
#include <stddef.h>

#include "all/cleanlimits.h"
#include "all/cleanspec.h"
#include "base/buf.h"
#include "base/choice.h"
#include "io/rows.h"
#include "prep/clean.h"
#include "prep/cleanmerge.h"
#include "prep/robots.h"

/* As on the command line; NULL: not said. */
struct cleanwant {
	const char *user, *item, *rating, *time, *event;	/* columns */
	const char *weight;	/* a column, or "view=1,cart=3" */
	const char *columns;	/* "title:token_seq,price:float" */
	const char *map;	/* "movieId=item_id,..." */
	const char *key;
	const char *separator;
	const char *missing;	/* of a rating: as for --fill */
	struct opt_list spec[CLEANSPEC_OPTIONS];	/* --fill, ... */
	struct opt_list time_format;
	const char *time_zone;	/* "+02:00" */
	const char *since, *until, *now;	/* dates, or seconds */
	const char *half_life;	/* "30d" */
	const char *events;	/* "view,cart": only these */
	const char *sample_users, *sample_items;	/* "10%" */
	const char *pseudonymize;	/* the key's file */
	int pseudonymize_items;
	size_t max_per_day;	/* 0: no limit */
	const char *max_burst;	/* "20/10s" */
	const char *max_one_item;	/* "90%/20" */
	size_t top_items;	/* 0: all */
	size_t min_token;	/* letters */
	const char *stop_words;	/* a file */
	size_t seed;
	const struct choice *header, *time_unit, *other_events, *duplicates,
	    *repeats, *on_error;
	double min_rating, max_rating;
	size_t min_user, min_item;
	size_t memory;		/* bytes; 0: as much as it takes */
	struct cleanlimits limits;
	int table;		/* attributes, with a key */
	const char *output, *rejects, *report;	/* "-": standard output, which
						 * NULL means for output too */
	int gzip, no_header;	/* of the output */
	/* told what the user should know */
	void (*note)(void *arg, const char *text);
	void *note_arg;
};

#define CLEANWANT_DEFAULTS ((struct cleanwant){ \
	.header = cleanplan_header(0), \
	.time_unit = cleantime_unit(0), .min_token = 1, \
	.repeats = cleanplan_repeats(0), \
	.on_error = cleanplan_on_error(0), \
	.min_rating = NAN, .max_rating = NAN, \
	.limits = CLEANLIMITS_DEFAULTS })

const struct choice *cleanplan_header(size_t i);	/* auto, yes, no */
const struct choice *cleanplan_other_events(size_t i);	/* refuse, drop */
const struct choice *cleanplan_repeats(size_t i);	/* keep, drop */
const struct choice *cleanplan_on_error(size_t i);	/* skip, fail */

struct cleanplan {
	const struct cleanwant *want;
	struct clean_rules rules;
	struct rows_format format;
	int stops;		/* at the first refused row */
	int drops_repeats;

	/* where fields come from: a column's name, or NULL for none; and is
	 * it an error if it is not there? */
	const char *source[CLEAN_FIELDS];
	int must[CLEAN_FIELDS];
	struct cleanplan_map {
		char *from, *to;
	} *map;			/* (n_map) */
	size_t n_map;
	struct cleanplan_text {
		char *asked;	/* as the user names it */
		char *name;	/* in the output, once settled */
		int has_type;	/* the user has said it */
	} *text;		/* (rules.n_text) */
	enum clean_type *text_type;	/* (rules.n_text) */
	struct cleanvalue *text_rule;	/* (rules.n_text) */
	struct cleanspec spec;	/* rules by column, until they are found */
	struct idmap *events;	/* NULL: any type */
	struct idmap *stop_words;
	struct robots_limits robots;
	struct pseudonym *pseudonym;	/* NULL: ids as they are */

	/* decided by cleancolumns_settle() */
	int is_settled;
	enum cleanmerge_how how;
	int holds_rows;		/* must look at all rows before writing one */
	int puts_weight, puts_event;
	char *key_name;		/* of a table of attributes, in the output */
	struct buf left_out;	/* "a, b": columns that are not used */
};

/* `want` must stay.  NULL after a message: the usage is wrong. */
struct cleanplan *cleanplan_new(const struct cleanwant *);
void cleanplan_free(struct cleanplan *);

/* Is the field a column of the output?  They stand there in the order of enum
 * clean_field, and before the texts. */
int cleanplan_puts(const struct cleanplan *, enum clean_field);

/* Makes room for n other columns, there being none yet. */
void cleanplan_make_texts(struct cleanplan *, size_t n);

#endif
