#ifndef SRS_SUM_H
#define SRS_SUM_H

/*
 * sum.h -- sums of doubles that carry their rounding error along (Knuth's
 * TwoSum; Ogita, Rump & Oishi 2005, algorithm 4.4).
 *
 * The result is as good as a sum in twice the precision, so that the order
 * of rows, users and pieces does not show in what is printed.
 */

struct sum {
	double value, error;
};

static inline void
sum_add(struct sum *s, double x)
{
	const double total = s->value + x;
	const double part = total - s->value;

	s->error += (s->value - (total - part)) + (x - part);
	s->value = total;
}

static inline void
sum_join(struct sum *s, struct sum other)
{
	sum_add(s, other.value);
	s->error += other.error;
}

static inline double
sum_value(struct sum s)
{
	return s.value + s.error;
}

#endif
