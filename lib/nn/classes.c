#include <string.h>

#include "nn/classes.h"
#include "nn/ops.h"

struct node *
classes_loss(struct classes *c, struct graph *g, struct node *y)
{
	const size_t per = c->shares != NULL ? c->n : 1;

	c->class = op_ids(g, 0, per, 1);
	if (c->shares != NULL) {
		c->row = op_ids(g, 0, per, 1);
		c->share = op_floats(g, 0, per, 1);
	}
	return op_multinomial(g, y, c->class, c->row, c->share);
}

static void
feed_shares(const struct classes *c, struct work *w,
    const struct fit_piece *piece)
{
	uint32_t *class = work_ids(w, c->class), *row = work_ids(w, c->row);
	float *share = work_floats(w, c->share);

	for (uint32_t r = 0; r < piece->n; r++, share += c->n) {
		memcpy(share, c->shares + piece->example[r] * c->n,
		    c->n * sizeof *share);
		for (uint32_t k = 0; k < c->n; k++) {
			*class++ = k;
			*row++ = r;
		}
	}
}

void
classes_feed(const struct classes *c, struct work *w,
    const struct fit_piece *piece)
{
	if (c->shares != NULL) {
		feed_shares(c, w, piece);
		return;
	}
	for (size_t r = 0; r < piece->n; r++)
		work_ids(w, c->class)[r] =
		    (uint32_t)c->label[piece->example[r]];
}
