#ifndef SRS_FUSELABELS_H
#define SRS_FUSELABELS_H

/*
 * fuselabels.h -- several classifiers' probabilities for the same rows, as
 * srs-score writes them.
 *
 * A file has a column score, the probability of label 1; or of several classes
 * columns score.CLASS, the same ones in each file.  Without a header it has one
 * column, or two: label and score.  Rows are combined by their order; labels,
 * where files have them, must be the same.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/tick.h"
#include "data/idmap.h"
#include "io/put.h"

enum { FUSELABELS_NONE = -1 };	/* a label that is not known */

struct fuselabels {
	size_t n, n_systems;
	size_t n_classes;	/* 2: p is of class 1 */
	struct idmap *classes;	/* names; NULL: labels are 0 and 1 */
	float *p;		/* (n, systems, n_p) */
	size_t n_p;		/* probabilities of a row: classes, or 1 of 2 */
	int32_t *label;		/* (n) class, or none; NULL: no such column */
	/* the first file's other columns, as they are written */
	struct buf header, text;
	size_t *end;		/* (n) where rows end in the text */
	size_t cap_p, cap_label, cap_end;
};

/* NULL after a message: no rows, other rows or classes than the first file
 * has, a number that is no probability. */
struct fuselabels *fuselabels_read(const char *const *paths, size_t n,
    struct tick *);
void fuselabels_free(struct fuselabels *);

/* The labels in a file's column label: as many rows, of the same classes.  The
 * caller frees.  NULL after a message. */
int32_t *fuselabels_truth(const struct fuselabels *, const char *path);

/*
 * The first file's columns, then score, or prediction, score and score.CLASS
 * of each; p (n, n_p).  Kept for put_commit().
 */
void fuselabels_put(const struct fuselabels *, const float *p, int no_header,
    struct put *);

#endif
