#ifndef SRS_IDMAP_H
#define SRS_IDMAP_H

/*
 * idmap.h -- names to dense numbers 0, 1, 2, ... in order of arrival.
 *
 * The map copies the names into one text, each with a newline after it: that
 * text is what a model file stores.  A name is any bytes but newline; at most
 * 2^32 - 2 names.  Names stay valid until the next idmap_add() or
 * idmap_free().
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "base/spans.h"

struct idmap;

#define IDMAP_NONE UINT32_MAX

struct idmap *idmap_new(void);
void idmap_free(struct idmap *);

/* The number of `name`, added if it is new. */
uint32_t idmap_add(struct idmap *, struct span name);

/* The number of `name`, or IDMAP_NONE. */
uint32_t idmap_find(const struct idmap *, struct span name);

/*
 * A name made ready to be looked for, by any thread: its hash, and its bytes if
 * they are at most eight; else where they are, and they must stay there.
 */
struct idmap_key {
	union {
		uint64_t word;		/* see hash_word() */
		const char *text;
	} is;
	uint32_t hash;			/* the high half of hash_id() */
	uint32_t n;			/* bytes */
};

struct idmap_key idmap_key(struct span name);

/* key (n) <- those of n pieces of a text; hash (n) <- hash_id() of each. */
void idmap_keys(const struct spans *, size_t n, struct idmap_key *key,
    uint64_t *hash);

/*
 * idmap_add() and idmap_find() for n names at once, in their order, several
 * times as fast when the map is larger than the caches: 64 look-ups wait for
 * memory together.  Their numbers go to id (n).
 */
void idmap_add_keys(struct idmap *, const struct idmap_key *, size_t n,
    uint32_t *id);
void idmap_find_keys(const struct idmap *, const struct idmap_key *, size_t n,
    uint32_t *id);

struct span idmap_name(const struct idmap *, uint32_t id);

/* The names of n ids; their texts are on their way to the cache, and behind
 * each SPANS_SLACK bytes may be read. */
void idmap_names(const struct idmap *, const uint32_t *id, size_t n,
    struct span *name);

size_t idmap_count(const struct idmap *);

/* The memory it takes. */
size_t idmap_bytes(const struct idmap *);

/* All names, each ended by a newline, in order: belongs to the map. */
struct span idmap_text(const struct idmap *);

/*
 * A map from such a text.  Returns NULL after a message that starts with
 * `path: what:` when a name stands twice or the last newline is missing.
 */
struct idmap *idmap_from_text(struct span text, const char *path,
    const char *what);

/*
 * rank[id] is the place of the name among all names sorted by bytes, from 0:
 * comparing ranks is comparing names.  (count); the caller frees.
 */
uint32_t *idmap_ranks(const struct idmap *);

#endif
