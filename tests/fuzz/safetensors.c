/* safetensors.c -- files of tensors: every byte that a file claims to have is
 * there. */

#include "io/in.h"
#include "io/safetensors.h"
#include "tests/fuzz/fuzz.h"

static void
touch(const struct st_file *st)
{
	unsigned sum = 0;

	for (size_t i = 0; i < st_count(st); i++) {
		const struct st_tensor *t = st_at(st, i);
		const unsigned char *p = t->data;

		MUST(st_find(st, t->name) == t);
		MUST(st_bytes(t) == t->count * st_type_size(t->type));
		for (size_t k = 0; k < st_bytes(t); k++)
			sum += p[k];
	}
	for (size_t i = 0; i < st_meta_count(st); i++)
		MUST(st_meta(st, st_meta_key(st, i)) != NULL);
	MUST(sum < UINT32_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf said = BUF_EMPTY, *before = err_hold(&said);
	struct in *in = in_open_bytes(data, n, 0, "fuzz");
	struct st_file *st = st_open_in(in);

	in_close(in);
	if (st != NULL)
		touch(st);
	MUST(st != NULL ? said.n == 0 : fuzz_one_line(&said));
	st_close(st);
	err_hold(before);
	buf_release(&said);
	return 0;
}
