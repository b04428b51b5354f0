#include "base/num.h"
#include "nn/windows.h"

static int
add(struct windows *w, const char *text, struct span part)
{
	size_t n;

	if (num_size(part, &n) != 0 || n < 1 || n > WINDOW_WIDEST)
		return err_msg("windows '%s': '%.*s' is not a number from 1 "
		    "to %d", text, SPAN_ARGS(part), WINDOW_WIDEST);
	if (w->n == WINDOWS_MOST)
		return err_msg("windows '%s': more than %d", text,
		    WINDOWS_MOST);
	for (size_t i = 0; i < w->n; i++)
		if (w->width[i] == n)
			return err_msg("windows '%s': %zu stands twice", text,
			    n);
	w->width[w->n++] = n;
	return 0;
}

int
windows_parse(const char *text, struct windows *out)
{
	struct span rest = span_of(text);

	out->n = 0;
	while (rest.p != NULL)
		if (add(out, text, span_cut(&rest, ',')) != 0)
			return -1;
	return 0;
}
