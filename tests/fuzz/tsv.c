/* tsv.c -- tables: TSV. */

#include "tests/fuzz/table.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	fuzz_table(ROWS_TSV, (struct fuzz){ data, n });
	return 0;
}
