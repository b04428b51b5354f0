#ifndef SRS_CONTENTSCORE_H
#define SRS_CONTENTSCORE_H

/*
 * contentscore.h -- any model of items that were had, and what content.h says
 * of all items, those included that nobody had in the training.
 *
 * Let y_uj be the model's score of an old item j for user u, s_ij as in
 * content.h and near(j) the old items nearest to j; x_ui is what u had, an old
 * item or a new one.
 *
 *	c_uj = sum over old i in near(j) of s_ij x_ui
 *	     + sum over new i with j in near(i) of s_ij x_ui
 *	m_uj = sum over k in near(j) of s_jk y_uk / sum of s_jk
 *
 *	score_uj = (1 - w) y_uj + w r_u c_uj		for an old item j
 *	           (1 - w) m_uj + w r_u c_uj		for a new one
 *
 * w is the setting "mix"; r_u, the standard deviation of u's y over the old
 * items divided by that of his c, brings both to one scale; it is 1 if all y
 * are the same, and 0 if all c are.  A new item's score is thus that of the
 * items most like it, and how like it is to what the user had.
 *
 * A model of ratings predicts m_uj for a new item (or, if nothing is like it,
 * what it predicts for an item that it does not know), and old ones as ever.
 *
 * The file: item_ids, the old ones first; content.* (items, old items), row j
 * with s_jk for k in near(j); what the method stores, of the old items; "mix".
 */

#include "base/err.h"
#include "model/scorer.h"

/* Is there such a part in the scorer's file? */
int contentscore_is_in(const struct scorer *);

/* Loads the model itself by load(), and the rest around it.  0, or -1 after a
 * message. */
int contentscore_load(struct scorer *, int (*load)(struct scorer *))
    SRS_MUST_CHECK;

#endif
