#include <math.h>
#include <string.h>

#include "mf/warp.h"

/* 1 + 1/2 + ... + 1/n, from 20 on by Euler and Maclaurin's formula. */
static double
harmonic(size_t n)
{
	const double x = (double)n;
	double sum = 0;

	if (n >= 20)
		return log(x) + 0.57721566490153286 + 1 / (2 * x) -
		    1 / (12 * x * x);
	for (size_t i = 1; i <= n; i++)
		sum += 1 / (double)i;
	return sum;
}

/* What was found for an item that was had. */
struct found {
	size_t drawn;		/* n_drawn: none */
	double weight;
};

static struct found
search(const struct sampled_row *r, size_t i, float margin)
{
	const float enough = r->had[i] - margin;

	for (size_t n = 1; n <= r->n_drawn; n++) {
		const size_t j = (r->first + i + n) % r->n_drawn;

		if (r->drawn[j] > enough) {
			const size_t rank = (r->n_items - 1) / n;

			return (struct found){ j, harmonic(rank < 1 ? 1 :
			    rank) };
		}
	}
	return (struct found){ r->n_drawn, 0 };
}

double
warp_loss(const struct mf_options *o, const struct sampled_row *r)
{
	struct found found[SAMPLED_HAD];
	double loss = 0;

	for (size_t i = 0; i < r->n_had; i++) {
		found[i] = search(r, i, (float)o->margin);
		if (found[i].drawn < r->n_drawn)
			loss += found[i].weight * (o->margin -
			    (double)r->had[i] +
			    (double)r->drawn[found[i].drawn]);
	}
	memset(r->drawn, 0, r->n_drawn * sizeof *r->drawn);
	for (size_t i = 0; i < r->n_had; i++) {
		r->had[i] = (float)-found[i].weight;
		if (found[i].drawn < r->n_drawn)
			r->drawn[found[i].drawn] += (float)found[i].weight;
	}
	return loss;
}

const struct sampled_method warp_method = { "warp", warp_loss,
	SAMPLED_DOT, { "margin" } };

int
warp_train(const struct mf_task *task, struct mf_result *result)
{
	return sampled_train(&warp_method, task, result);
}

int
warp_load(struct scorer *s)
{
	return sampled_load(&warp_method, s);
}
