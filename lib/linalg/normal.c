#include <math.h>
#include <string.h>

#include "linalg/normal.h"
#include "linalg/vec.h"

enum {
	LANES = 16,		/* of a vector, and rows of a block of U */
	LINE = 16,		/* floats of a cache line */
	DEPTH = 128		/* rows of G or U that stay in the cache */
};

/* 16 floats at any address that a float may have: one register or two. */
typedef float lanes __attribute__((vector_size(64), aligned(4), may_alias));

/* The sums stay in registers only if the loops over them are unrolled, which
 * takes minutes of compiling with sanitizers in every line. */
#ifdef __SANITIZE_ADDRESS__
#define UNROLL(n)
#else
#define UNROLL(n) PRAGMA(GCC unroll n)
#define PRAGMA(text) _Pragma(#text)
#endif

#define INLINE static inline __attribute__((always_inline))
#define AT(p) (*(lanes *)(p))
#define READ(p) (*(const lanes *)(p))

size_t
normal_rows(size_t k)
{
	return (k + LANES - 1) / LANES * LANES;
}

size_t
normal_width(size_t k)
{
	const size_t rows = normal_rows(k);

	return rows / LINE % 2 == 0 ? rows + LINE : rows;
}

void
normal_start(size_t k, const float *base, float ridge, float *A)
{
	const size_t rows = normal_rows(k), w = normal_width(k);

	for (size_t i = 0; i < rows; i++) {
		const size_t from = i / LANES * LANES;

		memset(A + i * w + from, 0, (rows - from) * sizeof *A);
		if (base != NULL && i < k)
			memcpy(A + i * w + from, base + i * k + from,
			    (k - from) * sizeof *A);
		if (i < k)
			A[i * w + i] += ridge;
		else
			A[i * w + i] = 1;
	}
}

/* --- products of tiles -------------------------------------------------- */

/*
 * C (8, 16 wide) += sign sum_t p_t q_t', with p_t (8) and q_t (16 wide) in
 * row t of n, `w` floats apart.  The sums are in registers until the end.
 */
INLINE void
tile(size_t tall, size_t wide, const float *p, const float *q, size_t n,
    size_t w, float sign, float *C)
{
	lanes sum[8][3] = { { { 0 } } };

UNROLL(1)
	for (size_t t = 0; t < n; t++) {
		lanes y[3];

UNROLL(3)
		for (size_t c = 0; c < wide; c++)
			y[c] = READ(q + t * w + c * LANES);
UNROLL(8)
		for (size_t r = 0; r < tall; r++)
UNROLL(3)
			for (size_t c = 0; c < wide; c++)
				sum[r][c] += p[t * w + r] * y[c];
	}
UNROLL(8)
	for (size_t r = 0; r < tall; r++)
UNROLL(3)
		for (size_t c = 0; c < wide; c++)
			AT(C + r * w + c * LANES) += sign * sum[r][c];
}

/*
 * Rows `first` .. first + 15 of C (right of the diagonal's block) += sign
 * times the products of the columns of G (n, w).  Where there are 32
 * registers, 8 by 3 vectors are summed at a time; else 4 by 1.
 */
INLINE void
band(int large, const float *G, size_t n, size_t w, size_t rows,
    size_t first, float sign, float *C)
{
	const size_t tall = large ? 8 : 4;

	for (size_t i = first; i < first + LANES; i += tall) {
		size_t j = first;

		for (; large && j + 3 * LANES <= rows; j += 3 * LANES)
			tile(8, 3, G + i, G + j, n, w, sign, C + i * w + j);
		if (large && j + 2 * LANES <= rows) {
			tile(8, 2, G + i, G + j, n, w, sign, C + i * w + j);
			j += 2 * LANES;
		}
		for (; j < rows; j += LANES)
			if (large)
				tile(8, 1, G + i, G + j, n, w, sign,
				    C + i * w + j);
			else
				tile(4, 1, G + i, G + j, n, w, sign,
				    C + i * w + j);
	}
}

INLINE void
add(int large, size_t k, const float *G, size_t n, float *A)
{
	const size_t rows = normal_rows(k), w = normal_width(k);

	for (size_t t = 0; t < n; t += DEPTH)
		for (size_t first = 0; first < rows; first += LANES)
			band(large, G + t * w, n - t < DEPTH ? n - t : DEPTH,
			    w, rows, first, 1, A);
}

/* --- Cholesky ----------------------------------------------------------- */

/*
 * Rows of a block of U (16, w), from the diagonal on: row s is divided by its
 * pivot and taken from the rows below.  The first vector of each row holds
 * the pivots, whose inverses take their places.
 */
INLINE int
pivots(float *U, size_t w)
{
	lanes u[LANES];

UNROLL(16)
	for (size_t s = 0; s < LANES; s++)
		u[s] = READ(U + s * w);
UNROLL(16)
	for (size_t s = 0; s < LANES; s++) {
		float *row = U + s * w;

		AT(row) = u[s];
		if (!(row[s] > 0))
			return -1;
		u[s] *= 1 / sqrtf(row[s]);
		AT(row) = u[s];
UNROLL(16)
		for (size_t r = s + 1; r < LANES; r++)
			u[r] -= row[r] * u[s];
		row[s] = 1 / row[s];
	}
	return 0;
}

/* The same in 16 columns further right, C, with the pivots in U. */
INLINE void
eliminate(const float *U, float *C, size_t w)
{
	lanes u[LANES];

UNROLL(16)
	for (size_t s = 0; s < LANES; s++)
		u[s] = READ(C + s * w);
UNROLL(16)
	for (size_t s = 0; s < LANES; s++) {
		u[s] *= U[s * w + s];
		AT(C + s * w) = u[s];
UNROLL(16)
		for (size_t r = s + 1; r < LANES; r++)
			u[r] -= U[s * w + r] * u[s];
	}
}

/*
 * Method: by blocks of rows, each of which is first made up to date with all
 * rows above (left-looking), so that it is written once.
 */
INLINE int
factor(int large, size_t k, float *A)
{
	const size_t rows = normal_rows(k), w = normal_width(k);

	for (size_t first = 0; first < rows; first += LANES) {
		float *U = A + first * w + first;

		for (size_t t = 0; t < first; t += DEPTH)
			band(large, A + t * w, first - t < DEPTH ? first - t :
			    DEPTH, w, rows, first, -1, A);
		if (pivots(U, w) != 0)
			return -1;
		for (size_t j = LANES; first + j < rows; j += LANES)
			eliminate(U, U + j, w);
	}
	return 0;
}

/* --- for several kinds of processor ------------------------------------- */

VEC_CLONES static void
add_small(size_t k, const float *G, size_t n, float *A)
{
	add(0, k, G, n, A);
}

VEC_CLONES static int
factor_small(size_t k, float *A)
{
	return factor(0, k, A);
}

#ifdef __x86_64__
__attribute__((target("avx512f"))) static void
add_large(size_t k, const float *G, size_t n, float *A)
{
	add(1, k, G, n, A);
}

__attribute__((target("avx512f"))) static int
factor_large(size_t k, float *A)
{
	return factor(1, k, A);
}

static int
has_32_registers(void)
{
	return __builtin_cpu_supports("avx512f");
}
#else
#define add_large add_small
#define factor_large factor_small

static int
has_32_registers(void)
{
	return 0;
}
#endif

void
normal_add(size_t k, const float *G, size_t n, float *A)
{
	(has_32_registers() ? add_large : add_small)(k, G, n, A);
}

int
normal_factor(size_t k, float *A)
{
	return (has_32_registers() ? factor_large : factor_small)(k, A);
}

/* --- triangles ---------------------------------------------------------- */

/* y <- U'^-1 x: forward, a block of rows at a time. */
INLINE void
forward(const float *U, size_t rows, size_t w, float *x)
{
	for (size_t first = 0; first < rows; first += LANES) {
		const float *block = U + first * w;

		for (size_t s = first; s < first + LANES; s++) {
			x[s] *= U[s * w + s];
			for (size_t r = s + 1; r < first + LANES; r++)
				x[r] -= U[s * w + r] * x[s];
		}
		for (size_t j = first + LANES; j < rows; j += LANES) {
			lanes y = READ(x + j);

UNROLL(16)
			for (size_t s = 0; s < LANES; s++)
				y -= READ(block + s * w + j) * x[first + s];
			AT(x + j) = y;
		}
	}
}

/* x <- U^-1 y: rows from the last to the first. */
INLINE void
backward(const float *U, size_t rows, size_t w, float *x)
{
	for (size_t r = rows; r-- > 0;) {
		const float *u = U + r * w;
		const size_t end = (r / LANES + 1) * LANES;
		float sum = 0;

		for (size_t j = r + 1; j < end; j++)
			sum += u[j] * x[j];
		x[r] = (x[r] - sum - vec_dot(u + end, x + end, rows - end)) *
		    u[r];
	}
}

VEC_KERNEL(void, normal_solve, (size_t k, const float *U, float *x), (k, U, x))
{
	const size_t rows = normal_rows(k), w = normal_width(k);

	forward(U, rows, w, x);
	backward(U, rows, w, x);
}
