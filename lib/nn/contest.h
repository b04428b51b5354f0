#ifndef SRS_CONTEST_H
#define SRS_CONTEST_H

/*
 * contest.h -- what it costs that a target's score is not above those of the
 * others that it is told from, and how the scores should move.
 *
 * With o the target's score, s_1 .. s_k the others' and S(x) = 1 / (1 +
 * exp(-x)):
 *
 *	softmax	-log(exp o / (exp o + sum exp s_j))
 *	bce	-(w log S(o) + sum log S(-s_j)) / (k + 1)
 *		(Kang & McAuley 2018; w below 1 is gBCE, Petrov & Macdonald
 *		2023)
 *	bpr	-sum log S(o - s_j) / k  (Rendle et al. 2009)
 *	bpr-max	-log(sum p_j S(o - s_j)) + w sum p_j s_j^2 with p the softmax
 *		of s  (Hidasi & Karatzoglou 2018)
 *
 * A score of -INFINITY does not take part.
 */

#include <stddef.h>

enum contest { CONTEST_SOFTMAX, CONTEST_BCE, CONTEST_BPR, CONTEST_BPR_MAX };

/* The loss; s (k) <- its slope by each of s, *own <- that by *own. */
float contest_slopes(enum contest, double w, float *own, float *s, size_t k);

#endif
