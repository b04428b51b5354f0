#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "knn/need.h"
#include "rank/topk.h"

enum { SIZE_TEXT = 32 };

/* "34.33M": as --memory is given. */
static void
put_size(char text[SIZE_TEXT], double bytes)
{
	static const char units[] = "KMGTPE";
	size_t u = 0;

	for (bytes /= 1024; bytes >= 1024 && units[u + 1] != '\0'; u++)
		bytes /= 1024;
	snprintf(text, SIZE_TEXT, "%.4g%c", bytes, units[u]);
}

int
need_check(const struct need *need, const char *fmt, ...)
{
	char what[128], bytes[SIZE_TEXT], memory[SIZE_TEXT];
	va_list ap;

	if (need->bytes <= (double)need->memory)
		return 0;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	put_size(bytes, need->bytes);
	put_size(memory, (double)need->memory);
	return err_msg("%s need %s of memory, and --memory is %s: give more, "
	    "%s", what, bytes, memory, need->instead);
}

double
need_pairs(size_t n, size_t bytes)
{
	return (double)n * (double)n * (double)bytes;
}

double
need_sparse(double n)
{
	return n * (sizeof(struct topk_item) + sizeof(uint32_t) +
	    sizeof(float));
}

double
need_near(const struct csr *x, size_t keep)
{
	const size_t most = keep == 0 || keep > x->cols ? x->cols : keep;
	uint64_t *shared = mem_array("items", x->cols, sizeof *shared);
	double n = 0;

	for (size_t u = 0; u < x->rows; u++)
		for (uint64_t p = x->indptr[u]; p < x->indptr[u + 1]; p++)
			shared[x->indices[p]] += csr_row_count(x, u) - 1;
	for (size_t i = 0; i < x->cols; i++)
		n += (double)(shared[i] < most ? shared[i] : most);
	free(shared);
	return need_sparse(n);
}
