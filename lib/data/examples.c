#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/examples.h"

struct examples *
examples_new(void)
{
	return mem_array("examples", 1, sizeof(struct examples));
}

void
examples_release(struct examples *x)
{
	free(x->start);
	free(x->feature);
	free(x->field);
	free(x->value);
	free(x->label);
	*x = (struct examples){ 0 };
}

double
examples_bytes(const struct examples *x)
{
	const double entry = sizeof *x->feature + sizeof *x->field +
	    sizeof *x->value;

	return (double)examples_entries(x) * entry + (double)x->n *
	    (sizeof *x->start + sizeof *x->label);
}

void
examples_free(struct examples *x)
{
	if (x == NULL)
		return;
	examples_release(x);
	free(x);
}

void
examples_clear(struct examples *x)
{
	x->n = 0;
	x->n_unknown = 0;
	if (x->start != NULL)
		x->start[0] = x->start[1] = 0;
}

/* start[n + 1] is the end of the example that is being made. */
static void
make_start(struct examples *x)
{
	if (x->n + 2 <= x->cap)
		return;
	x->start = mem_grow("examples", x->start, &x->cap, x->n + 2,
	    sizeof *x->start);
	if (x->n == 0)
		x->start[0] = 0;
	x->start[x->n + 1] = x->start[x->n];
}

static void
make_room(struct examples *x, size_t n)
{
	x->feature = mem_grow("examples", x->feature, &x->cap_feature, n,
	    sizeof *x->feature);
	x->field = mem_grow("examples", x->field, &x->cap_field, n,
	    sizeof *x->field);
	x->value = mem_grow("examples", x->value, &x->cap_value, n,
	    sizeof *x->value);
}

void
examples_add_entry(struct examples *x, uint32_t feature, uint16_t field,
    float value)
{
	size_t at;

	make_start(x);
	at = (size_t)x->start[x->n + 1]++;
	/* asked of all three for each entry, it would be a tenth of reading */
	if (at >= x->cap_feature || at >= x->cap_field || at >= x->cap_value)
		make_room(x, at + 1);
	x->feature[at] = feature;
	x->field[at] = field;
	x->value[at] = value;
}

void
examples_end(struct examples *x)
{
	make_start(x);
	x->n++;
	make_start(x);
	x->start[x->n + 1] = x->start[x->n];
}



void
examples_add_label(struct examples *x, float label)
{
	x->label = mem_grow("labels", x->label, &x->cap_label, x->n + 1,
	    sizeof *x->label);
	x->label[x->n] = label;
}

size_t
examples_drop_empty(struct examples *x)
{
	const size_t all = x->n;
	size_t n = 0;

	for (size_t i = 0; i < all; i++) {
		const uint64_t end = x->start[i + 1];

		if (end == x->start[i])
			continue;
		if (x->label != NULL)
			x->label[n] = x->label[i];
		x->start[++n] = end;	/* its start is the end before */
	}
	x->n = n;
	return all - n;
}

static int
falling(const void *va, const void *vb)
{
	const uint32_t *a = va, *b = vb;

	return (*a < *b) - (*a > *b);
}

size_t
examples_most_entries(const struct examples *x, size_t k)
{
	uint32_t *count = mem_array("examples", x->n, sizeof *count);
	size_t sum = 0;

	for (size_t i = 0; i < x->n; i++)
		count[i] = (uint32_t)(x->start[i + 1] - x->start[i]);
	qsort(count, x->n, sizeof *count, falling);
	for (size_t i = 0; i < k && i < x->n; i++)
		sum += count[i];
	free(count);
	return sum;
}
