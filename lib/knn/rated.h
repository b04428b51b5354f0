#ifndef SRS_RATED_H
#define SRS_RATED_H

/*
 * rated.h -- what the neighbourhood models of ratings share: the file, the
 * users' ratings, the baseline, and answers where there is no neighbour.
 *
 * A prediction is the baseline plus what near things were rated above theirs,
 *
 *	b_ui + sum s (r - b) / (damping + sum s)
 *
 * over the `neighbours` nearest that have a rating (Koren 2010, eq. 3; damping
 * keeps a few weak neighbours from saying much).  Without a neighbour it is
 * b_ui; an unknown user or item has a bias of 0.
 *
 * The file: user_ids, item_ids, interactions.* (users, items) the ratings,
 * item_bias, and the numbers mean, min, max beside the settings.  A user with
 * ratings in the history is predicted from those, else from the model's own.
 */

#include "base/err.h"
#include "knn/bias.h"
#include "knn/knn.h"
#include "linalg/csr.h"
#include "model/model.h"
#include "model/scorer.h"

struct rated {
	struct csr stored;	/* (model's users, items) a view of the file */
	struct csr rest;	/* (users, items) ratings less b_ui; owned */
	struct bias bias;	/* item is a view of the file */
	float *user_bias;	/* (users); owned */
	size_t neighbours;
	double damping;
};

/* What a training begins with. */
struct rated_data {
	struct csr x;		/* (users, items) the ratings; owned */
	struct bias bias;
	float *item;		/* (items) what bias.item points to; owned */
};

void rated_fit(const struct knn_task *, struct rated_data *);
void rated_data_release(struct rated_data *);

/* Puts all of it in the file. */
void rated_put(struct st_writer *, const struct knn_task *,
    const struct rated_data *);

/* x (users, items): ratings <- what the similarity compares of them. */
void rated_compare(const struct choice *similarity, const struct bias *,
    struct csr *x);

/* Reads it and sets what the scorer says of itself. */
int rated_load(struct scorer *, struct rated *) SRS_MUST_CHECK;

/* own (users, items) <- the ratings of those who are scored: from the history,
 * or else what is stored.  The caller releases it. */
void rated_own(const struct scorer *, const struct rated *, struct csr *own);

/* Makes rest and user_bias, from the history and what is stored. */
void rated_prepare(const struct scorer *, struct rated *);
void rated_release(struct rated *);

/* Is there a rating of user u? */
int rated_knows(const struct rated *, uint32_t u);

/* b_ui; u and i may be any number. */
double rated_baseline(const struct rated *, uint32_t u, uint32_t i);

/* The sum over neighbours as it grows. */
struct rated_sum {
	double above, weight;
};

static inline void
rated_add(struct rated_sum *sum, float similarity, float rest)
{
	sum->above += (double)similarity * (double)rest;
	sum->weight += (double)similarity;
}

/* The prediction without regard to the range; b is the baseline. */
static inline double
rated_predict(const struct rated *r, double b, struct rated_sum sum)
{
	return sum.weight > 0 ? b + sum.above / (sum.weight + r->damping) : b;
}

#endif
