/* libfm.c -- click logs: texts in the format of libfm, libsvm and libffm, and
 * tables; read whole, in small blocks, and with the features that are known. */

#include <math.h>
#include <string.h>

#include "base/par.h"
#include "io/in.h"
#include "io/readexamples.h"
#include "tests/fuzz/fuzz.h"

/* What is read of the bytes, `step` at a time; NULL after a message. */
static struct examples *
read_bytes(struct fuzz f, size_t step, struct vocabulary *v, int grows,
    struct buf *said)
{
	struct buf *before = err_hold(said);
	struct examples *x = readexamples_in(in_open_bytes(f.p, f.n, step,
	    "fuzz"), &(struct readexamples){ .vocabulary = v,
	    .grows = grows, .needs_label = 1 });

	MUST(x != NULL ? said->n == 0 : fuzz_one_line(said));
	err_hold(before);
	return x;
}

/* What networks take for granted. */
static void
check(const struct examples *x, const struct vocabulary *v)
{
	MUST(x->n > 0 && x->start[0] == 0 && x->label != NULL);
	for (size_t i = 0; i < x->n; i++) {
		MUST(x->start[i] <= x->start[i + 1]);
		MUST(x->label[i] == 0 || x->label[i] == 1);
	}
	for (size_t e = 0; e < examples_entries(x); e++) {
		MUST(x->feature[e] < vocabulary_features(v));
		MUST(x->field[e] < vocabulary_fields(v));
		MUST(isfinite(x->value[e]));
	}
}

static void
must_be_same(const struct examples *a, const struct examples *b)
{
	const size_t n = examples_entries(a);

	MUST(a->n == b->n && examples_entries(b) == n);
	MUST(memcmp(a->start, b->start, (a->n + 1) * sizeof *a->start) == 0);
	MUST(memcmp(a->label, b->label, a->n * sizeof *a->label) == 0);
	if (n == 0)
		return;
	MUST(memcmp(a->feature, b->feature, n * sizeof *a->feature) == 0);
	MUST(memcmp(a->field, b->field, n * sizeof *a->field) == 0);
	MUST(memcmp(a->value, b->value, n * sizeof *a->value) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct fuzz f = { data, n };
	const size_t step = 1 + fuzz_choose(&f, 100);
	const unsigned bits = (unsigned)fuzz_choose(&f, 2) * 5;
	struct vocabulary *v = vocabulary_new(), *w = vocabulary_new();
	struct buf said = BUF_EMPTY, again = BUF_EMPTY, known = BUF_EMPTY;
	struct examples *x, *y, *z = NULL;

	/* Messages of other threads would not be held. */
	par_set_threads(1);
	v->hash_bits = w->hash_bits = bits;
	x = read_bytes(f, 0, v, 1, &said);
	y = read_bytes(f, step, w, 1, &again);
	MUST((x == NULL) == (y == NULL) && fuzz_same(&said, &again));
	if (x != NULL) {
		check(x, v);
		must_be_same(x, y);
		z = read_bytes(f, step, v, 0, &known);
		MUST(z != NULL && z->n_unknown == 0);
		must_be_same(x, z);
	}
	examples_free(x);
	examples_free(y);
	examples_free(z);
	vocabulary_free(v);
	vocabulary_free(w);
	buf_release(&said);
	buf_release(&again);
	buf_release(&known);
	return 0;
}
