/* npy.c -- NumPy's matrices: what is read is finite, and as much as the header
 * says. */

#include <math.h>

#include "io/in.h"
#include "io/npy.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf said = BUF_EMPTY, *before = err_hold(&said);
	struct in *in = in_open_bytes(data, n, 0, "fuzz");
	enum in_kind kind;
	struct mat m;

	if (in_sniff(in, &kind) == 0 && kind == IN_NPY) {
		const int status = npy_read(in, &m);

		MUST(status == 0 ? said.n == 0 : fuzz_one_line(&said));
		for (size_t i = 0; status == 0 && i < m.rows; i++)
			for (size_t k = 0; k < m.cols; k++)
				MUST(isfinite(mat_row(&m, i)[k]));
		if (status == 0)
			mat_release(&m);
	}
	in_close(in);
	err_hold(before);
	buf_release(&said);
	return 0;
}
