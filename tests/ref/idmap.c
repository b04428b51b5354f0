#include "tests/ref/idmap.h"

size_t
ref_numbers(const struct span *name, size_t n, uint32_t *id)
{
	uint32_t count = 0;

	for (size_t i = 0; i < n; i++) {
		size_t j = 0;

		while (!span_equal(name[j], name[i]))
			j++;
		id[i] = j < i ? id[j] : count++;
	}
	return count;
}
