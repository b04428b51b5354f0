#ifndef SRS_NNTEXTS_H
#define SRS_NNTEXTS_H

/* nntexts.h -- what srs-nn-train reads for classifiers of texts. */

#include "all/nntrain.h"

/*
 * Texts with labels, held-out texts, and vectors of words, which become words
 * of the vocabulary if they are none yet: texts may come that have them.
 * Texts without letters are left out, and counted.  0, or -1 after a message.
 */
int nntexts_read(struct nntrain *) SRS_MUST_CHECK;

#endif
