#ifndef SRS_CLEANVALUE_H
#define SRS_CLEANVALUE_H

/*
 * cleanvalue.h -- the rules for the values of one column: numbers, how they
 * are spelled, what stands for a missing one, the range they must be in, and
 * another scale.  Those that need all rows are told here, and done elsewhere.
 *
 *	if (cleanvalue_number(text, rule.style, &x) != 0)
 *		...it is not a number
 *	switch (cleanvalue_fit(&rule, &x)) ...
 */

#include <math.h>

#include "base/choice.h"
#include "base/err.h"
#include "base/span.h"

enum cleanvalue_style {
	CLEANVALUE_PLAIN,	/* 1299.00 */
	CLEANVALUE_POINT,	/* $1,299.00 */
	CLEANVALUE_COMMA	/* 1.299,00 EUR */
};

enum cleanvalue_missing {
	CLEANVALUE_KEEP, CLEANVALUE_DROP, CLEANVALUE_REFUSE,
	/* what is filled in, of the values that are there */
	CLEANVALUE_MEAN, CLEANVALUE_MEDIAN, CLEANVALUE_USER_MEAN,
	CLEANVALUE_ITEM_MEAN,
	CLEANVALUE_CONSTANT	/* not a word: what is to be filled in */
};

enum cleanvalue_outside {
	CLEANVALUE_DROP_OUTSIDE, CLEANVALUE_CLIP, CLEANVALUE_REFUSE_OUTSIDE
};

/* How far from the middle is too far. */
enum cleanvalue_outlier {
	CLEANVALUE_ZSCORE,	/* standard deviations from the mean */
	CLEANVALUE_IQR,		/* interquartile ranges past the quartiles */
	CLEANVALUE_MAD,		/* median absolute deviations, in standard
				 * deviations of a normal, from the median */
	CLEANVALUE_NO_OUTLIERS
};

enum cleanvalue_normal {
	CLEANVALUE_CENTER, CLEANVALUE_USER_CENTER, CLEANVALUE_ITEM_CENTER,
	CLEANVALUE_MINMAX, CLEANVALUE_STANDARD, CLEANVALUE_USER_STANDARD,
	CLEANVALUE_AS_IT_IS
};

/* Line i is named as in the enum above: "plain", "keep", "drop", ... */
const struct choice *cleanvalue_style(size_t i);
const struct choice *cleanvalue_missing(size_t i);
const struct choice *cleanvalue_outside(size_t i);
const struct choice *cleanvalue_outlier(size_t i);
const struct choice *cleanvalue_normal(size_t i);

struct cleanvalue {
	enum cleanvalue_style style;
	enum cleanvalue_missing missing;
	struct span fill;	/* CLEANVALUE_CONSTANT: as it was spelled */
	double fill_number;	/* and the same of a column of numbers */
	double lo, hi;		/* the range, both ends in it */
	enum cleanvalue_outside outside;
	int has_scale;		/* from..from becomes to..to */
	double from[2], to[2];
	enum cleanvalue_outlier outlier;
	double outlier_limit;	/* in the units of enum cleanvalue_outlier */
	enum cleanvalue_outside outlying;
	enum cleanvalue_normal normal;
	int has_tokens;		/* a text becomes tokens */
};

#define CLEANVALUE_DEFAULTS ((struct cleanvalue){ .lo = -INFINITY, \
	.hi = INFINITY, .outlier = CLEANVALUE_NO_OUTLIERS, \
	.normal = CLEANVALUE_AS_IT_IS })

/*
 * A number as the style spells it.  POINT and COMMA know groups of three
 * digits, and a word or sign of currency before or after: "$1,299.00",
 * "EUR 1.299,00", "1 299,00 kr".  0, or -1 and no message.
 */
int cleanvalue_number(struct span text, enum cleanvalue_style, double *out)
    SRS_MUST_CHECK;

enum cleanvalue_fit {
	CLEANVALUE_FITS,	/* *x is as it was */
	CLEANVALUE_CHANGED,	/* by the scale */
	CLEANVALUE_CLIPPED,	/* to the range, and perhaps by the scale */
	CLEANVALUE_BELOW, CLEANVALUE_ABOVE,	/* the range */
	CLEANVALUE_OFF_SCALE
};

/* Range and scale, in this order, for a number that is not missing. */
enum cleanvalue_fit cleanvalue_fit(const struct cleanvalue *, double *x);

/* Does any rule of the column look at more than one row? */
int cleanvalue_needs_all(const struct cleanvalue *);

/* Does any tell users or items apart? */
int cleanvalue_needs_users(const struct cleanvalue *);

/* Is there any rule that only numbers can obey? */
int cleanvalue_needs_number(const struct cleanvalue *);

#endif
