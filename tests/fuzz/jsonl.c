/* jsonl.c -- tables: JSON Lines. */

#include "tests/fuzz/table.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	fuzz_table(ROWS_JSONL, (struct fuzz){ data, n });
	return 0;
}
