#ifndef SRS_CLEAN_H
#define SRS_CLEAN_H

/*
 * clean.h -- the rules for one row of an event log or of an attribute table.
 *
 *	switch (clean_row(&rules, field, text, &row)) {
 *	case CLEAN_KEPT:	use(&row);
 *	case CLEAN_REFUSED:	complain(row.what, row.at, row.why);
 *	case CLEAN_DROPPED:	;
 *	}
 *	cleancount_row(&counts, &row, text);
 *
 * What becomes of a row depends on the rules and on the row alone, so rows
 * may be cleaned by several threads, each with its own struct clean_row and
 * counts.  A row is refused because it is bad, and dropped because a rule that
 * the user set says so; the first reason found is the one that counts.
 */

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/choice.h"
#include "base/span.h"
#include "data/idmap.h"
#include "prep/cleantime.h"
#include "prep/cleanvalue.h"
#include "prep/eventweight.h"
#include "prep/pseudonym.h"
#include "prep/sample.h"
#include "data/tokenize.h"

/* The columns that have a meaning.  A table of attributes has only the key,
 * which stands where the user does. */
enum clean_field {
	CLEAN_USER, CLEAN_ITEM, CLEAN_RATING, CLEAN_WEIGHT, CLEAN_EVENT,
	CLEAN_TIME, CLEAN_FIELDS
};

/* The types of the other columns, those of typed headers. */
enum clean_type {
	CLEAN_TOKEN, CLEAN_TOKEN_SEQ, CLEAN_FLOAT, CLEAN_FLOAT_SEQ, CLEAN_TYPES
};

/* "token", ... */
const char *clean_type_name(enum clean_type);

/* What happened to a row.  clean_what() tells each in words. */
enum clean_what {
	/* refused */
	CLEAN_BAD_RECORD, CLEAN_NO_ID, CLEAN_BAD_ID, CLEAN_NO_EVENT,
	CLEAN_OTHER_EVENT, CLEAN_NO_RATING, CLEAN_BAD_RATING, CLEAN_NO_WEIGHT,
	CLEAN_BAD_WEIGHT, CLEAN_NO_TIME, CLEAN_BAD_TIME, CLEAN_NO_VALUE,
	CLEAN_BAD_NUMBER, CLEAN_OUT_OF_RANGE, CLEAN_OFF_SCALE,
	/* dropped */
	CLEAN_UNSAMPLED, CLEAN_EVENT_DROPPED, CLEAN_NO_EVENT_DROPPED,
	CLEAN_TIME_DROPPED, CLEAN_TOO_EARLY, CLEAN_TOO_LATE, CLEAN_AFTER_NOW,
	CLEAN_RATING_DROPPED, CLEAN_VALUE_DROPPED, CLEAN_BELOW, CLEAN_ABOVE,
	CLEAN_PER_DAY, CLEAN_BURST, CLEAN_ONE_ITEM, CLEAN_REPEAT,
	CLEAN_DUPLICATE, CLEAN_OUTLIER, CLEAN_UNPOPULAR, CLEAN_CORE,
	/* repaired, and kept; a row may need several */
	CLEAN_TRIMMED, CLEAN_CONTROL, CLEAN_ENCODING, CLEAN_FILLED,
	CLEAN_VALUE_FILLED, CLEAN_CLIPPED, CLEAN_OUTLIER_CLIPPED,
	CLEAN_ROUNDED, CLEAN_NO_ZONE,
	CLEAN_WHATS
};

enum {
	CLEAN_FIRST_DROPPED = CLEAN_UNSAMPLED,
	CLEAN_FIRST_REPAIRED = CLEAN_TRIMMED
};

/* .name is the word for reports ("bad_rating"), .purpose the clause. */
const struct choice *clean_what(size_t what);

/* The name of a field's column in clean tables: "user_id", ... */
const char *clean_field_name(enum clean_field);

struct clean_rules {
	int has[CLEAN_FIELDS];	/* does the table have this field? */
	struct sample users, items;	/* others are dropped */
	/* Weights come from the events' types; types NULL: from the column,
	 * if there is one, else every row weighs 1. */
	struct eventweight weights;
	const struct idmap *events;	/* only these types; NULL: all */
	int drop_other_events;	/* types without weight, and not among
				 * events; else refused */
	struct cleantime_form time;
	int64_t since, until;	/* times from .. to, the end left out */
	/* Weights halve in this time, in thousandths of a second, counting
	 * back from now (CLEANTIME_NONE: not by clean_row()); 0: never. */
	double half_life;
	int64_t now;
	struct cleanvalue field[CLEAN_FIELDS];	/* those of numbers, event */
	const enum clean_type *text_type;	/* (n_text) other columns */
	const struct cleanvalue *text_rule;	/* (n_text) */
	size_t n_text;
	int fills_later;	/* constants of other columns: not here */
	struct tokenize_rules tokens;	/* of texts that become words */
	const struct pseudonym *pseudonym;	/* for ids; NULL: none */
	int hides_users, hides_items;
};

/* Adds nothing, drops nothing, and takes times as seconds or ISO 8601. */
void clean_rules_init(struct clean_rules *);

enum clean_verdict { CLEAN_KEPT, CLEAN_DROPPED, CLEAN_REFUSED };

/* A row after the rules.  Begin with CLEAN_ROW_EMPTY and use it again. */
struct clean_row {
	struct span user, item, event;	/* within what was handed in */
	float rating;		/* NAN: missing, or no such column */
	float weight;		/* 1 where nothing says other */
	int64_t time;		/* CLEANTIME_NONE: missing */
	struct buf text;	/* "\tTITLE\tGENRES": the other columns */
	char pseudonym[2][PSEUDONYM_DIGITS];	/* where ids may point to */

	enum clean_verdict verdict;
	enum clean_what what;	/* why not, unless kept */
	size_t at;		/* the enum clean_field that is to blame, or
				 * CLEAN_FIELDS + the number of a text */
	struct buf scratch;
	struct buf why;		/* refused: "'abc' is not a number" */
	unsigned repairs;	/* 1 << (what - CLEAN_FIRST_REPAIRED), ... */
	uint32_t event_type;	/* by rules.weights; IDMAP_NONE */
};

#define CLEAN_ROW_EMPTY ((struct clean_row){ .verdict = CLEAN_KEPT })

/*
 * Cleans the row with these fields: `field` (CLEAN_FIELDS), of which those
 * that the rules have are looked at, and `text` (rules->n_text).  Spans in
 * *row are parts of them.
 */
enum clean_verdict clean_row(const struct clean_rules *,
    const struct span *field, const struct span *text, struct clean_row *);

/* What clean_row() would do with one of the fields: the row has no others.
 * With the type of an event comes its weight. */
enum clean_verdict clean_one(const struct clean_rules *, enum clean_field,
    struct span text, struct clean_row *);

/* What a weight is after `age` thousandths of a second (not negative), when
 * it halves in half_life of them: weight * 2^(-age / half_life). */
float clean_decay(float weight, int64_t age, double half_life);

void clean_row_release(struct clean_row *);

#endif
