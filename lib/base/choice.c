#include "base/choice.h"

const struct choice *
choice_find(const struct choice *(*table)(size_t i), struct span name)
{
	const struct choice *c;

	for (size_t i = 0; (c = table(i)) != NULL; i++)
		if (span_is(name, c->name))
			return c;
	return NULL;
}
