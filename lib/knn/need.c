#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "knn/need.h"
#include "rank/topk.h"

int
need_check(const struct need *need, const char *fmt, ...)
{
	char what[128], bytes[NUM_TEXT_MAX], memory[NUM_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	if (need->bytes <= (double)need->memory) {
		forecast_memory(need->forecast, need->bytes, "%s", what);
		return forecast_stop(need->forecast);
	}
	num_say_bytes(bytes, need->bytes);
	num_say_bytes(memory, (double)need->memory);
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
