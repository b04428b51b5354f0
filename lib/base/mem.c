#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/err.h"
#include "base/mem.h"

enum {
	ALIGNMENT = 64,		/* a cache line, and the widest vector */
	SMALL_PAGE = 1 << 16,	/* the largest that is the usual one */
	PAGE = 2 << 20,		/* a large page of memory */
	LARGE = 2 * PAGE	/* what is worth large pages */
};

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

/*
 * Of the pages that lie within p, where the system has large ones: a table
 * that is looked into all over else waits for the addresses of pages as long
 * as for the memory itself.
 */
static void
ask_for_large_pages(void *p, size_t bytes)
{
#ifdef MADV_HUGEPAGE
	const size_t before = -(uintptr_t)p % PAGE;

	if (bytes >= LARGE)
		(void)madvise((char *)p + before, bytes - before,
		    MADV_HUGEPAGE);
#else
	(void)p;
	(void)bytes;
#endif
}

static void *
get_aligned(size_t bytes)
{
	void *p = NULL;

	if (posix_memalign(&p, bytes < LARGE ? ALIGNMENT : PAGE, bytes) != 0)
		return NULL;
	ask_for_large_pages(p, bytes);
	return p;
}

static void *
get_zeroed(size_t bytes)
{
	void *p = get_aligned(bytes);

	return p == NULL ? NULL : memset(p, 0, bytes);
}

/* As realloc(), which copies large blocks too once part of them has large
 * pages, and then to small ones. */
static void *
resize(void *p, size_t old, size_t bytes)
{
	void *q;

	if (bytes < LARGE)
		return realloc(p, bytes);
	q = get_aligned(bytes);
	if (q != NULL && old > 0)
		memcpy(q, p, old);
	if (q != NULL)
		free(p);
	return q;
}

void *
mem_array(const char *what, size_t n, size_t size)
{
	void *p;

	if (n == 0)
		n = 1;
	if (size == 0)
		size = 1;
	if (n > (SIZE_MAX - ALIGNMENT) / size)
		no_memory(what, n, size);
	p = get_zeroed(n * size);
	if (p == NULL)
		no_memory(what, n, size);
	return p;
}

void *
mem_raw(const char *what, size_t n, size_t size)
{
	void *p = NULL;

	if (n == 0)
		n = 1;
	if ((size != 0 && n > (SIZE_MAX - ALIGNMENT) / size) ||
	    posix_memalign(&p, ALIGNMENT, n * size) != 0)
		no_memory(what, n, size);
	return p;
}

void
mem_give_back(void *p, size_t n)
{
	const size_t before = -(uintptr_t)p % SMALL_PAGE;

	if (n >= before + SMALL_PAGE)
		(void)madvise((char *)p + before, (n - before) / SMALL_PAGE *
		    SMALL_PAGE, MADV_DONTNEED);
	free(p);
}

void *
mem_grow(const char *what, void *p, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap < 16 ? 16 : *cap;

	if (*cap >= need)
		return p;
	while (n < need)
		n = n > SIZE_MAX / 2 ? need : n * 2;
	if (n > SIZE_MAX / size ||
	    (p = resize(p, *cap * size, n * size)) == NULL)
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
