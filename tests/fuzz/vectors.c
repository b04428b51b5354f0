/* vectors.c -- embeddings: lines of text, tensors, a matrix beside its ids. */

#include <math.h>

#include "base/par.h"
#include "io/readvectors.h"
#include "tests/fuzz/fuzz.h"

/* Every number is one, of a feature that there is. */
static void
touch(struct attributes *a, const struct idmap *ids)
{
	attributes_finish(a);
	for (size_t c = 0; c < a->n; c++) {
		const struct csr *x = &a->column[c].of;
		const size_t n = (size_t)x->indptr[x->rows];

		MUST(x->rows == idmap_count(ids));
		for (size_t i = 0; i < n; i++)
			MUST(x->indices[i] < x->cols &&
			    isfinite(x->values[i]));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const uint8_t text[] = "a\nb\nc\n";
	const struct fuzz names = { text, sizeof text - 1 };
	struct fuzz f = { data, n };
	const int has_names = (int)fuzz_choose(&f, 2);
	char path[FUZZ_PATH], rows[FUZZ_PATH];
	const int fd = fuzz_file(&f, path), fd_rows = fuzz_file(&names, rows);
	struct buf said = BUF_EMPTY, *before = err_hold(&said);
	struct idmap *ids = idmap_new();
	struct attributes *a;

	/* Messages of other threads would not be held. */
	par_set_threads(1);
	a = readvectors(path, has_names ? rows : NULL, "item_id", ids);
	err_hold(before);
	MUST(a != NULL ? said.n == 0 : fuzz_one_line(&said));
	if (a != NULL)
		touch(a, ids);
	attributes_free(a);
	idmap_free(ids);
	buf_release(&said);
	close(fd);
	close(fd_rows);
	return 0;
}
