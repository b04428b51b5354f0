#ifndef SRS_SIMILARITY_H
#define SRS_SIMILARITY_H

/*
 * similarity.h -- how like each other two sparse vectors are.
 *
 * Every similarity here has one form, so that one loop computes them all:
 *
 *	s(x, y) = (x.y - p_x p_y) / (a_x b_y + c_x + c_y - d x.y + shrink)
 *
 *	            p            a          b          c          d
 *	cosine      0            |x|        |y|        0          0
 *	asymmetric  0            |x|^2(1-e) |y|^2e     0          0
 *	jaccard     0            0          0          |x|^2      1
 *	dice        0            0          0          |x|^2 / 2  0
 *	pearson     sum x / sqrt N  spread x  spread y  0         0
 *	product     0            1          1          0          0
 *
 * N is the number of dimensions and the spread sqrt(|x|^2 - (sum x)^2 / N), so
 * that what is not there counts as 0 (of 0s and 1s it is the phi coefficient).
 * x is the vector whose neighbours are sought; e is the asymmetry (Aiolli
 * 2013).
 *
 * Of ratings other things are compared: "cosine" takes them as they are,
 * "jaccard" and "dice" whether they are there, and the others what they are
 * above the baseline; "pearson" has the lengths from the dimensions that both
 * have (Koren 2010, section 2.2).
 */

#include <stddef.h>

#include "base/choice.h"

/* "cosine", "adjusted", "asymmetric", "jaccard", ... */
const struct choice *similarity_choice(size_t i);

/* What is compared when vectors are of ratings. */
enum similarity_compares { COMPARES_REST, COMPARES_RATINGS, COMPARES_ONES };

enum similarity_compares similarity_compares(const struct choice *);

/* Is it only for ratings? */
int similarity_needs_ratings(const struct choice *);

/* Are lengths of ratings those over what both have? */
int similarity_is_common(const struct choice *);

/* What a similarity needs to know of a vector. */
struct similarity_sums {
	double sum, squares;	/* of its values */
	double dims;		/* N */
};

/* A vector's part of the formula. */
struct similarity_terms {
	double p, a, b, c;
};

struct similarity_terms similarity_terms(const struct choice *,
    double asymmetry, struct similarity_sums);

/* d */
double similarity_overlap(const struct choice *);

#endif
