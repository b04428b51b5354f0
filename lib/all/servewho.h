#ifndef SRS_SERVEWHO_H
#define SRS_SERVEWHO_H

/*
 * servewho.h -- whom srs-topk lists for: all, those of a table, and of these
 * one part of several, a range, or who was active lately.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "data/inter.h"
#include "model/scorer.h"

struct servewho_options {
	/* Ids in its column, the first one without a header, each once, in
	 * their order; NULL: the model's, then new ones of the history. */
	const char *users;
	const char *column;
	size_t part, n_parts;	/* 1 .. n_parts; n_parts 0: all */
	size_t from, to;	/* places from 1, `to` included; 0: all */
	int has_since;
	int64_t since;		/* as struct inter has times */
};

/* "3/8", and "1:50000" or "50001:"; 0, or -1 after a message. */
int servewho_read_part(struct servewho_options *, const char *text)
    SRS_MUST_CHECK;
int servewho_read_range(struct servewho_options *, const char *text)
    SRS_MUST_CHECK;
/* A number in the unit of timestamps, or a date. */
int servewho_read_since(struct servewho_options *, const char *text)
    SRS_MUST_CHECK;

struct servewho {
	uint32_t *user;		/* (n) numbers in scorer->users, each once */
	size_t n, cap;
	size_t n_active_of;	/* how many there were before --active-since */
	const struct servewho_options *options;
	const struct idmap *users;	/* of the scorer */
	unsigned char *wanted;	/* (n_wanted) with a table: is it in it? */
	size_t n_wanted;
};

/* The users of the table, who are added to the scorer's: before it reads its
 * history and prepares for all that there are.  Nothing without a table.  0, or
 * -1 after a message; servewho_release() in any case. */
int servewho_name(struct servewho *, const struct servewho_options *,
    struct scorer *) SRS_MUST_CHECK;

/* All without a table, and then those of them that the other options leave;
 * history may be NULL.  0, or -1 after a message. */
int servewho_choose(struct servewho *, const struct servewho_options *,
    const struct scorer *, const struct inter *history) SRS_MUST_CHECK;

/* Do the options leave out users, whoever they are? */
int servewho_is_some(const struct servewho_options *);

/* May that user (a number in scorer->users) be one of those whom
 * servewho_choose() will choose?  As struct scorer_reading asks it; the struct
 * servewho has named its users. */
int servewho_wants(const void *who, uint32_t user);

void servewho_release(struct servewho *);

#endif
