#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "linalg/blas.h"
#include "linalg/vec.h"
#include "nn/product.h"

enum { BLOCK = 512 };		/* users of one product */

void
product_init(struct product *p, size_t k)
{
	*p = (struct product){ .k = k };
	p->gathered = mem_array("scratch", par_threads() * BLOCK,
	    k * sizeof *p->gathered);
}

void
product_release(struct product *p)
{
	free(p->gathered);
	p->gathered = NULL;
}

static void
small_tile(const struct product *p, const uint32_t *users, size_t n,
    size_t first, size_t width, float *scores, float *P)
{
	const size_t k = p->k;

	for (size_t i = 0; i < n; i++) {
		float *row = scores + i * width;

		memcpy(P + i * k, p->users + users[i] * k, k * sizeof *P);
		for (size_t j = 0; j < width; j++)
			row[j] = p->level + (p->item_bias != NULL ?
			    p->item_bias[first + j] : 0);
	}
	blas_gemm(0, 1, n, width, k, 1, P, k, p->items + first * k, k, 1,
	    scores, width);
}

void
product_tile(const struct product *p, const uint32_t *users, size_t n,
    size_t first, size_t width, float *scores, size_t worker)
{
	float *P = p->gathered + worker * BLOCK * p->k;

	for (size_t i = 0; i < n; i += BLOCK)
		small_tile(p, users + i, n - i < BLOCK ? n - i : BLOCK, first,
		    width, scores + i * width, P);
}

void
product_pairs(const struct product *p, const uint32_t *users,
    const uint32_t *items, size_t n, float *scores)
{
	for (size_t i = 0; i < n; i++)
		scores[i] = p->level + (p->item_bias != NULL ?
		    p->item_bias[items[i]] : 0) + vec_dot(p->users +
		    users[i] * p->k, p->items + items[i] * p->k, p->k);
}
