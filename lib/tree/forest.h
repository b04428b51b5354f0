#ifndef SRS_FOREST_H
#define SRS_FOREST_H

/*
 * forest.h -- trees that were grown: predictions, what they are made of, the
 * tensors of a file.
 *
 * A split sends a row to the left when its value is not above the threshold
 * or, of a category, is one of the set; a missing value goes where training
 * found it better.  A category that is not in the set goes right.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "io/safetensors.h"

struct treesplit {
	uint32_t column;
	uint8_t is_category, missing_left;
	uint8_t bin;		/* numbers: the last bin on the left */
	float threshold;	/* numbers */
	uint32_t set;		/* categories: the first of 8 words of bins */
	int32_t left, right;	/* a split, or ~ a leaf */
	float gain;		/* what it lowers the objective by */
	float cover;		/* hessian of the training rows here */
};

struct tree {
	size_t n_leaves;
	struct treesplit *split;	/* (n_leaves - 1) the first is the
					 * root; owned */
	double *leaf;			/* (n_leaves) owned */
	float *cover;			/* (n_leaves) owned */
	uint32_t *set;			/* (n_set) bits of bins; owned */
	size_t n_set;
};

struct treebins;

struct forest {
	size_t n_columns, n_classes;	/* 1, or of a multi-class model */
	double *start;			/* (n_classes) added to the sum */
	struct treebins *bins;		/* owned */
	struct tree *tree;		/* (n_trees) class t % n_classes;
					 * owned */
	size_t n_trees, cap;
};

struct forest *forest_new(struct treebins *, size_t n_classes);
void forest_free(struct forest *);
void tree_release(struct tree *);

/* Only the first n trees stay. */
void forest_cut(struct forest *, size_t n);

/* The leaf of a row of bins (columns). */
size_t tree_leaf(const struct tree *, const uint8_t *bins);

/* out (n, n_classes) <- the sums of the leaves of rows x (n, columns). */
void forest_predict(const struct forest *, const float *x, size_t n,
    double *out);

/* gain (columns) <- the sum of the gains of each column's splits. */
void forest_importance(const struct forest *, double *gain);

/*
 * part (columns + 1) <- what each column adds to the prediction of class
 * `class` for a row, and at the end the mean: they sum to it.  Shapley values
 * of the trees' conditional expectations (Lundberg, Erion & Lee, "Consistent
 * individualized feature attribution for tree ensembles", 2018, algorithm 2).
 * O(trees leaves depth^2).
 */
void forest_shap(const struct forest *, const float *x, size_t class,
    double *part);

/* Tensors whose names begin with `prefix`; reading checks all of them. */
void forest_put(const struct forest *, struct st_writer *,
    const char *prefix);
struct forest *forest_get(const struct st_file *, const char *prefix);

#endif
