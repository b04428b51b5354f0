#include <math.h>
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

	const int is_bare = p->item_bias == NULL && !(fabsf(p->level) > 0);

	for (size_t i = 0; i < n; i++) {
		float *row = scores + i * width;

		memcpy(P + i * k, p->users + users[i] * k, k * sizeof *P);
		for (size_t j = 0; !is_bare && j < width; j++)
			row[j] = p->level + (p->item_bias != NULL ?
			    p->item_bias[first + j] : 0);
	}
	blas_gemm(0, 1, n, width, k, 1, P, k, p->items + first * k, k,
	    is_bare ? 0 : 1, scores, width);
}

void
product_tile(const struct scorer *s, const uint32_t *users, size_t n,
    size_t first, size_t width, float *scores, size_t worker)
{
	const struct product *p = s->state;
	float *P = p->gathered + worker * BLOCK * p->k;

	for (size_t i = 0; i < n; i += BLOCK)
		small_tile(p, users + i, n - i < BLOCK ? n - i : BLOCK, first,
		    width, scores + i * width, P);
}

void
product_pairs(const struct scorer *s, const uint32_t *users,
    const uint32_t *items, size_t n, float *scores, size_t worker)
{
	const struct product *p = s->state;

	(void)worker;
	for (size_t i = 0; i < n; i++)
		scores[i] = p->level + (p->item_bias != NULL ?
		    p->item_bias[items[i]] : 0) + vec_dot(p->users +
		    users[i] * p->k, p->items + items[i] * p->k, p->k);
}

static const float *
user_vector(const struct scorer *s, uint32_t u, float *level)
{
	const struct product *p = s->state;

	*level = p->level;
	return p->users + u * p->k;
}

void
product_vectors(const struct scorer *s, struct scorer_vectors *v)
{
	const struct product *p = s->state;

	*v = (struct scorer_vectors){ p->k, p->items, p->item_bias,
		user_vector };
}
