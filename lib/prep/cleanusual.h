#ifndef SRS_CLEANUSUAL_H
#define SRS_CLEANUSUAL_H

/*
 * cleanusual.h -- the rules of clean.h for many rows at once, as far as these
 * are usual: kept, with nothing missing and with their ids as they are.
 *
 *	struct cleanusual *u = cleanusual_new(&rules);
 *	cleanusual_rows(u, field, n);
 *	for (i < n)
 *		if (u->is[i] == CLEANUSUAL_NOT)
 *			clean_row(...) knows what becomes of row i
 *		else
 *			u->rating[i], ... are what it would say
 *
 * A column is looked at in one loop.  Numbers and events that were seen a
 * short time ago are known, with what clean_one() said of them; plain seconds
 * are read here; for all else clean_one() is asked.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/spans.h"
#include "prep/clean.h"

enum { CLEANUSUAL_ROWS = 128 };		/* at once, at most */

enum cleanusual_is {
	CLEANUSUAL_NOT,
	CLEANUSUAL_KEPT,
	CLEANUSUAL_SAME		/* and in clean tables it is spelled as here */
};

/* What is known of a short text in a column. */
struct cleanusual_known {
	uint64_t key[2];	/* spans_word() of its halves; 0: unused */
	uint32_t event_type;
	float value;		/* rating or weight */
	unsigned repairs;
	unsigned char is;	/* enum cleanusual_is */
};

enum { CLEANUSUAL_KNOWN = 256 };

/* Names of rows. */
struct cleanusual_names {
	struct idmap_key key[CLEANUSUAL_ROWS];
	uint64_t hash[CLEANUSUAL_ROWS];	/* hash_id() */
};

struct cleanusual {
	/* Of the rows judged last.  Columns that there are not are not filled;
	 * but weights are 1 then, and types of events IDMAP_NONE. */
	unsigned char is[CLEANUSUAL_ROWS];	/* enum cleanusual_is */
	float rating[CLEANUSUAL_ROWS], weight[CLEANUSUAL_ROWS];
	int64_t time[CLEANUSUAL_ROWS];
	uint32_t event_type[CLEANUSUAL_ROWS];
	unsigned repairs[CLEANUSUAL_ROWS];	/* as in struct clean_row */
	struct cleanusual_names user, item, event;	/* as they are */
	size_t n_usual;		/* rows that are */
	unsigned repaired;	/* all repairs of them, and maybe of others */

	const struct clean_rules *rules;
	struct clean_row row;		/* scratch */
	struct buf text;
	struct cleanusual_known one;	/* of a text that is too long */
	struct cleanusual_known known[CLEAN_FIELDS][CLEANUSUAL_KNOWN];
};

/* Are there usual rows by these rules?  Not when each has to be looked at in
 * another way too: samples, pseudonyms, weights by age, other columns. */
int cleanusual_can(const struct clean_rules *);

/* For rules that stay, and of which that is so. */
struct cleanusual *cleanusual_new(const struct clean_rules *);
void cleanusual_free(struct cleanusual *);

/* Judges n <= CLEANUSUAL_ROWS rows with these fields (CLEAN_FIELDS), of which
 * those that the rules have are looked at. */
void cleanusual_rows(struct cleanusual *, const struct spans *field, size_t n);

#endif
