#ifndef SRS_SCALE_H
#define SRS_SCALE_H

/*
 * scale.h -- scores of one system put on a scale that systems share.
 *
 * A scale is made for each user's list by itself, or it is one map for all
 * scores of a system (struct scale_map): from how they are distributed, or
 * from how often what has such a score is relevant.
 */

#include <stddef.h>

#include "base/choice.h"
#include "base/err.h"
#include "data/scored.h"
#include "io/safetensors.h"

struct fusion;

/*
 * A function that does not fall.  With knots it is straight between them and
 * flat outside; without, y = factor (x - shift), or 1 / (1 + exp(-y)) of it.
 */
struct scale_map {
	double shift, factor;
	int squashes;
	size_t n;		/* knots */
	double *at, *value;	/* (n) at ascends, value does not fall */
};

struct fuse_scale {
	struct choice what;
	/* x (n) <- the scale of one user's list, sorted best first; must not
	 * rise along the list; n >= 1.  NULL: there is only the map. */
	void (*make)(const struct fusion *, const struct scored_item *list,
	    size_t n, double *x);
	/* The map of all values (n >= 1), ascending.  NULL: none. */
	void (*map)(struct scale_map *, const double *value, size_t n);
	/* The map that says how likely a value is relevant; hit (n) are 0 or
	 * 1.  NULL: none. */
	void (*learn)(struct scale_map *, const double *value,
	    const unsigned char *hit, size_t n);
	/* An item that a list lacks has there the list's smallest x; with
	 * this set, 0 (below all others). */
	int absent_is_zero;
	int is_raw;		/* x are the scores: systems' scales differ */
};

const struct fuse_scale *fuse_scale(const struct choice *);
const struct choice *fuse_scale_choice(size_t i);

/* "user" and "all": what a scale is made over. */
const struct choice *fuse_over_choice(size_t i);

double scale_at(const struct scale_map *, double x);
void scale_map_release(struct scale_map *);

/* The maps of n systems as tensors scale (n, 3), knots (n), knots_at and
 * knots_value; reading checks that they do not fall. */
void scale_put(struct st_writer *, const struct scale_map *, size_t n);
int scale_get(const struct st_file *, struct scale_map *, size_t n)
    SRS_MUST_CHECK;

#endif
