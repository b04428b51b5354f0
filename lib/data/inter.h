#ifndef SRS_INTER_H
#define SRS_INTER_H

/*
 * inter.h -- interactions of users with items.
 *
 *	struct inter *in = inter_new(idmap_new(), idmap_new(), 1);
 *	inter_add(in, user, item, value, time);		for each row
 *	inter_finish(in);
 *	row u of in->by_user: what user u had, oldest first
 *
 * Rows of by_user are in the order of time; equal times, and all rows when
 * there are no times, keep the order of arrival.  An item that a user had
 * twice stands there twice: inter_matrix() makes it one.
 *
 * An interaction takes 20 bytes (12 without times) until all are in their
 * places, and 16 (8) then.
 */

#include <stddef.h>
#include <stdint.h>

#include "data/idmap.h"
#include "linalg/csr.h"

enum { INTER_CHUNK = 1 << 16 };

struct inter_chunk {
	size_t n;
	uint32_t user[INTER_CHUNK], item[INTER_CHUNK];
	float value[INTER_CHUNK];
	int64_t time[];		/* (INTER_CHUNK), or none without times */
};

struct inter {
	struct idmap *users, *items;	/* owned if inter_new() was told so */
	struct csr by_user;		/* (users, items), after finish */
	int64_t *times;			/* beside by_user.indices; or NULL */
	int has_times;
	int owns_maps;
	size_t n;			/* added so far */
	/* of inter_keep() */
	int (*wants)(const void *arg, uint32_t user);
	const void *arg;
	/* in order of arrival; freed by finish */
	struct inter_chunk **chunk;	/* (n_chunks of cap) */
	size_t n_chunks, cap_chunks;
};

/*
 * The maps may already hold names (a model's): users and items added to them
 * later are rows and columns too.  owns: inter_free() frees the maps.
 */
struct inter *inter_new(struct idmap *users, struct idmap *items, int owns,
    int has_times);
void inter_free(struct inter *);

/* `time` is ignored without times. */
void inter_add(struct inter *, uint32_t user, uint32_t item, float value,
    int64_t time);

/* n of them, whose parts are in arrays (n); time may be NULL without times.
 * Those that are not wanted are passed over. */
void inter_add_rows(struct inter *, size_t n, const uint32_t *user,
    const uint32_t *item, const float *value, const int64_t *time);

/* Of what is added from now on, only the rows of users whom wants() names are
 * kept; NULL: all. */
void inter_keep(struct inter *, int (*wants)(const void *arg, uint32_t user),
    const void *arg);

/* The value of interaction i of those added, before inter_finish(). */
static inline float *
inter_value(const struct inter *in, size_t i)
{
	return &in->chunk[i / INTER_CHUNK]->value[i % INTER_CHUNK];
}

/* As if it had been made without times, what was added so far included. */
void inter_drop_times(struct inter *);

/* The memory that it takes, without the maps. */
size_t inter_bytes(const struct inter *);

/* For inter_finish(): chunk i is not needed any more. */
void inter_free_chunk(struct inter *, size_t i);

/* Sorts, in parallel; no more inter_add() after this.  O(n log n) at worst,
 * O(n) without times. */
void inter_finish(struct inter *);

/* By user, items ascending, each once; out is released by the caller. */
void inter_matrix(const struct inter *, enum csr_merge how, struct csr *out);

#endif
