#ifndef SRS_SESSION_H
#define SRS_SESSION_H

/* session.h -- a part of visits.h: one visit of one user. */

#include "prep/rhythm.h"
#include "prep/visits.h"

struct session_plan {
	const struct shop *shop;
	struct rhythm rhythm;
	uint64_t n_events;	/* of the whole log */
	double seconds;		/* its length */
	double bot_share;	/* of sessions */
	uint32_t n_bots;
};

void session_plan_init(struct session_plan *, const struct shop *,
    const struct visits_config *);
void session_plan_release(struct session_plan *);

/*
 * Makes the session whose first event has this number: between 1 and `room`
 * events, their times not falling, none before the moment when `number`
 * events of the log have happened.  Returns how many.
 */
size_t session_make(const struct session_plan *, uint64_t number, size_t room,
    struct visits_event *events);

#endif
