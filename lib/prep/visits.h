#ifndef SRS_VISITS_H
#define SRS_VISITS_H

/*
 * visits.h -- what happens in a made-up shop: sessions of views, carts and
 * purchases, in the order of time, in batches.
 *
 *	struct visits *v = visits_new(shop, &config);
 *	while ((n = visits_next(v, &events)) > 0)
 *		put(events, n);
 *	visits_free(v);
 *
 * Events are cut into pieces of equal numbers; a piece begins where the
 * shop's rhythm has it and holds whole sessions (the last one is cut), each
 * made from random numbers of its own.  What is not over when the next batch
 * begins is kept until its time has come.  So there are exactly as many
 * events as asked for, in the order of time, the same for any number of
 * threads; and memory is O(users + items) and the events of open sessions.
 *
 * A session: a user comes with an intent (a category, by popularity and
 * preference; with a query at times), looks at goods shown for it (drawn by
 * popularity, then chosen by softmax of what this user likes), puts some in
 * the cart and buys some of those at the end.  An item is not looked at again
 * within 128 views of a session, if the shop has enough of them.  A purchase
 * may be rated, a rating may come with a text.
 */

#include <stddef.h>
#include <stdint.h>

#include "prep/shop.h"

/* Shares of rows, 0 to 1, that are spoiled on purpose. */
struct visits_dirt {
	double duplicates;	/* the row before, again */
	double missing;		/* no user or no item */
	double outliers;	/* a rating or a price that cannot be */
	double bots;		/* views by users that look at anything */
	double encoding;	/* a text that is not UTF-8 */
};

struct visits_config {
	uint64_t n_events;	/* 1 .. 2^53 */
	size_t days;		/* 1 .. 36500 */
	struct visits_dirt dirt;
};

enum visits_kind { VISITS_VIEW, VISITS_CART, VISITS_PURCHASE, VISITS_KINDS };

enum {
	VISITS_NO_USER = 1, VISITS_NO_ITEM = 2, VISITS_BAD_RATING = 4,
	VISITS_BAD_PRICE = 8, VISITS_BAD_TEXT = 16, VISITS_DUPLICATE = 32,
	VISITS_BOT = 64
};

#define VISITS_NO_QUERY UINT32_MAX

/* Times are seconds since 1970; the log begins on Monday, 2025-01-06. */
#define VISITS_START INT64_C(1736121600)

struct visits_event {
	int64_t time;
	uint64_t number;	/* no two have the same, duplicates excepted */
	uint64_t session;	/* the number of its first event */
	uint32_t user;		/* bots: from n_users on */
	uint32_t item;		/* its number, not its place */
	uint32_t query;		/* or VISITS_NO_QUERY */
	uint32_t cents;
	uint8_t kind;
	uint8_t rating;		/* 1 .. 5; 0: none */
	uint8_t has_text;
	uint8_t dirt;		/* bits above */
};

struct visits_counts {
	uint64_t rows, sessions, kinds[VISITS_KINDS], rated, texts;
	uint64_t duplicates, missing, outliers, bots, encoding;
};

struct visits;

/* The shop must stay until visits_free(). */
struct visits *visits_new(const struct shop *, const struct visits_config *);
void visits_free(struct visits *);

/* The next events, valid until the next call; 0 at the end. */
size_t visits_next(struct visits *, const struct visits_event **events);

/* Of the events so far. */
struct visits_counts visits_counts(const struct visits *);

/* The text of an event that has one, as shoptext_review(). */
void visits_text(const struct shop *, const struct visits_event *,
    struct buf *);

#endif
