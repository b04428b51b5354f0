#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

enum { ALIGNMENT = 64 };	/* a cache line, and the widest vector */

static _Noreturn void
no_memory(const char *what, size_t n, size_t size)
{
	err_hold(NULL);
	if (size != 0 && n > SIZE_MAX / size)
		err_msg("out of memory: %zu times %zu bytes for %s", n, size,
		    what);
	else
		err_msg("out of memory: %zu bytes for %s", n * size, what);
	exit(EXIT_FAILURE);
}

void *
mem_array(const char *what, size_t n, size_t size)
{
	size_t bytes;
	void *p = NULL;

	if (n == 0)
		n = 1;
	if (size != 0 && n > (SIZE_MAX - ALIGNMENT) / size)
		no_memory(what, n, size);
	bytes = n * size;
	/* Small blocks need no alignment; large ones come zeroed from the
	 * system, which calloc knows and memset does not. */
	if (bytes < ALIGNMENT)
		p = calloc(n, size);
	else if (posix_memalign(&p, ALIGNMENT, bytes) == 0)
		memset(p, 0, bytes);
	else
		p = NULL;
	if (p == NULL)
		no_memory(what, n, size);
	return p;
}

void *
mem_grow(const char *what, void *p, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap < 16 ? 16 : *cap;

	if (*cap >= need)
		return p;
	while (n < need)
		n = n > SIZE_MAX / 2 ? need : n * 2;
	if (n > SIZE_MAX / size || (p = realloc(p, n * size)) == NULL)
		no_memory(what, n, size);
	*cap = n;
	return p;
}

char *
mem_text(const char *text, size_t n)
{
	char *copy = malloc(n + 1);

	if (copy == NULL)
		no_memory("a text", n + 1, 1);
	if (n > 0)
		memcpy(copy, text, n);
	copy[n] = '\0';
	return copy;
}
