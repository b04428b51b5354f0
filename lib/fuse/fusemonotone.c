#include <string.h>

#include "base/guess.h"
#include "fuse/fusemonotone.h"

/* The columns of system s: its x, place and score, as far as there are any. */
static void
set_system(const struct fusion *f, size_t s, signed char sign, size_t columns,
    signed char *out)
{
	static const signed char way[] = { 1, -1, 1 };

	for (size_t k = 0; k < 3 && !(f->ratings && k > 0); k++)
		if (k * f->n + s < columns)
			out[k * f->n + s] = (signed char)(sign * way[k]);
}

static int
set_column(const struct fusion *f, struct span name, signed char sign,
    size_t columns, const unsigned char *is_category, signed char *out)
{
	struct guess g = guess_of(name);
	int found = 0;

	for (size_t j = 0; j < columns && !found; j++) {
		struct buf b = BUF_EMPTY;

		f->method->learner->column(f, j, &b);
		found = span_is(name, buf_cstr(&b));
		guess_offer(&g, span_of(buf_cstr(&b)));
		buf_release(&b);
		if (found)
			out[j] = sign;
		if (found && is_category[j]) {
			guess_release(&g);
			return err_msg("--monotone: '%.*s' is a category: it "
			    "does not rise", SPAN_ARGS(name));
		}
	}
	if (!found)
		return guess_fail(&g, "--monotone: no column is called '%.*s'",
		    SPAN_ARGS(name));
	guess_release(&g);
	return 0;
}

int
fusemonotone(const struct fusion *f, const char *list, size_t columns,
    const unsigned char *is_category, signed char *out)
{
	struct span rest = span_of(list != NULL ? list : "");

	memset(out, 0, columns);
	while (list != NULL && rest.p != NULL) {
		struct span name = span_cut(&rest, ',');
		const int falls = name.n > 0 && name.p[0] == '-';
		const signed char sign = falls ? -1 : 1;
		size_t s;

		name.p += falls;
		name.n -= (size_t)falls;
		s = fusion_find(f, name);
		if (span_is(name, "all"))
			for (s = 0; s < f->n; s++)
				set_system(f, s, sign, columns, out);
		else if (s < f->n)
			set_system(f, s, sign, columns, out);
		else if (set_column(f, name, sign, columns, is_category, out)
		    != 0)
			return -1;
	}
	return 0;
}
