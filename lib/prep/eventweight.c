#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"
#include "prep/eventweight.h"

/* Adds one "type=weight". */
static int
add(struct eventweight *w, struct span part, const char *option)
{
	struct span number = part;
	const struct span type = span_cut(&number, '=');
	double x;
	uint32_t id;

	if (type.n == 0 || number.p == NULL || text_has_control(type))
		return err_msg("%s: '%.*s' is not TYPE=WEIGHT", option,
		    SPAN_ARGS(part));
	if (num_real(number, &x) != 0 || fabs(x) > FLT_MAX)
		return err_msg("%s: %.*s: '%.*s' is not a number", option,
		    SPAN_ARGS(type), SPAN_ARGS(number));
	if (idmap_find(w->types, type) != IDMAP_NONE)
		return err_msg("%s: '%.*s' stands twice", option,
		    SPAN_ARGS(type));
	id = idmap_add(w->types, type);
	w->weight = mem_grow("event weights", w->weight, &w->cap,
	    (size_t)id + 1, sizeof *w->weight);
	w->weight[id] = (float)x;
	return 0;
}

int
eventweight_read(struct eventweight *w, struct span text, const char *option)
{
	*w = EVENTWEIGHT_EMPTY;
	w->types = idmap_new();
	while (text.p != NULL)
		if (add(w, span_cut(&text, ','), option) != 0)
			return -1;
	return 0;
}

void
eventweight_release(struct eventweight *w)
{
	idmap_free(w->types);
	free(w->weight);
	*w = EVENTWEIGHT_EMPTY;
}
