#ifndef SRS_SESSIONKNN_H
#define SRS_SESSIONKNN_H

/*
 * sessionknn.h -- what comes next in a session, from the sessions like it.
 *
 * A user is a session s, its items in the order of time; an item that is there
 * again counts where it was last.  Of the `sample` most recent sessions of the
 * training that share an item with s, the `neighbours` most like it,
 *
 *	like(s, n) = sum over shared i: w(i) / sqrt(|s| |n|)
 *	             exp(-days between them / recency),
 *
 * give each of their items j
 *
 *	like(s, n) m(s, n) exp(-|place of j - place of i*| / distance)
 *	(1 + idf log(sessions / sessions with j))
 *
 * where i* is the shared item that is the latest in s.  The places are those
 * in n; t counts items back from the end of s, which is t = 0.
 *
 *	         w(i) at t           m(s, n) for i* at t
 *	vsknn    1 - t / |s|         1 / (1 + t)        (Ludewig & Jannach 2018)
 *	stan     exp(-t / position)  1                  (Garg et al. 2019)
 *	vstan    exp(-t / position)  exp(-t / matched)  (Ludewig et al. 2021)
 *
 * A factor whose setting is 0, or not there, is 1.
 *
 * The file: sessions.* (sessions, items) from the oldest to the newest, each
 * with its items in order and their places, from 1, as values; session_ages
 * (sessions) days before the newest, which was at `newest` (thousandths of a
 * second since 1970; without it there are no times); no user ids.
 */

#include "base/err.h"
#include "knn/knn.h"

int vsknn_train(const struct knn_task *, struct knn_result *) SRS_MUST_CHECK;
int stan_train(const struct knn_task *, struct knn_result *) SRS_MUST_CHECK;
int vstan_train(const struct knn_task *, struct knn_result *) SRS_MUST_CHECK;
int sessionknn_load(struct scorer *) SRS_MUST_CHECK;

#endif
