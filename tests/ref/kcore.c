#include "tests/ref/kcore.h"

static size_t
count(const uint32_t *id, uint32_t which, size_t n, const unsigned char *left)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += left[i] && id[i] == which;
	return sum;
}

void
ref_kcore(const uint32_t *user, const uint32_t *item, size_t n,
    size_t min_user, size_t min_item, unsigned char *left)
{
	int again = 1;

	for (size_t i = 0; i < n; i++)
		left[i] = 1;
	while (again) {
		again = 0;
		for (size_t i = 0; i < n; i++)
			if (left[i] && (count(user, user[i], n, left) <
			    min_user || count(item, item[i], n, left) <
			    min_item)) {
				left[i] = 0;
				again = 1;
			}
	}
}
