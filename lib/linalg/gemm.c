#include <string.h>

#include "linalg/blas.h"
#include "linalg/gemm.h"

/* --- products of a fixed number of rows ----------------------------------- */

enum { BLOCK = 64, BLOCK_K = 256, BLOCK_N = 256 };

/* C (rows, n) <- A op(B) + beta C for rows < BLOCK, n <= BLOCK_N and k <=
 * BLOCK_K, as so many of BLOCK rows. */
static void
few_rows(int trans_b, size_t rows, size_t n, size_t k, const float *A,
    size_t lda, const float *B, size_t ldb, float beta, float *C, size_t ldc)
{
	float a[BLOCK * BLOCK_K], c[BLOCK * BLOCK_N];

	memset(a, 0, sizeof a);
	memset(c, 0, sizeof c);
	for (size_t i = 0; i < rows; i++) {
		memcpy(a + i * BLOCK_K, A + i * lda, k * sizeof *a);
		if (beta < 0 || beta > 0)
			memcpy(c + i * BLOCK_N, C + i * ldc, n * sizeof *c);
	}
	blas_gemm(0, trans_b, BLOCK, n, k, 1, a, BLOCK_K, B, ldb, beta, c,
	    BLOCK_N);
	for (size_t i = 0; i < rows; i++)
		memcpy(C + i * ldc, c + i * BLOCK_N, n * sizeof *c);
}

/* C (m, n) <- A op(B) + beta C by products that are of the same size whatever
 * m is. */
static void
blas_alike(int trans_b, size_t m, size_t n, size_t k, const float *A,
    size_t lda, const float *B, size_t ldb, float beta, float *C, size_t ldc)
{
	for (size_t i = 0; i < m; i += BLOCK)
	for (size_t j = 0; j < n; j += BLOCK_N)
	for (size_t p = 0; p < k; p += BLOCK_K) {
		const size_t rows = m - i < BLOCK ? m - i : BLOCK;
		const size_t cols = n - j < BLOCK_N ? n - j : BLOCK_N;
		const size_t depth = k - p < BLOCK_K ? k - p : BLOCK_K;
		const float *a = A + i * lda + p;
		const float *b = B + (trans_b ? j * ldb + p : p * ldb + j);
		const float keep = p == 0 ? beta : 1;
		float *c = C + i * ldc + j;

		if (rows < BLOCK)
			few_rows(trans_b, rows, cols, depth, a, lda, b, ldb,
			    keep, c, ldc);
		else
			blas_gemm(0, trans_b, BLOCK, cols, depth, 1, a, lda,
			    b, ldb, keep, c, ldc);
	}
}

/* --- matrix instructions -------------------------------------------------- */

#if defined(__x86_64__) && defined(__linux__)

#include <immintrin.h>
#include <stdint.h>

#include "linalg/amx.h"

#define FAST __attribute__((target( \
    "avx512f,avx512bw,avx512vl,avx512bf16,amx-tile,amx-bf16")))

enum {
	ROWS = 16,		/* of a tile, */
	DEPTH = 32,		/* and numbers of 8 bits in each */
	TILE = ROWS * DEPTH,
	LINE = 64,		/* bytes of a tile's row */
	PARTS = 2,		/* x1, x2 */
	SIDE = 2 * ROWS,	/* C is made in squares of 2 by 2 tiles */
	STEP = PARTS * 2 * TILE,	/* of a panel: 32 rows or columns */
	MOST_K = 256, MOST_N = 256	/* what is made ready at once */
};

/* Less than this many products are not worth it. */
static const size_t least_work = 1 << 16;

/*
 * A panel is SIDE rows of A, or columns of B: for each DEPTH of k its x1 of 2
 * tiles and its x2.  A tile of A has 16 rows of 32 numbers; one of B 16 pairs
 * of k, each of 16 columns of two.
 */
struct room {
	_Alignas(64) uint16_t a[MOST_K / DEPTH * STEP];
	_Alignas(64) uint16_t b[MOST_N / SIDE * MOST_K / DEPTH * STEP];
	_Alignas(64) float c[SIDE * SIDE];
};

/*
 * Asked for before main(), and the same from then on: the system saves the
 * tiles of threads of a program that has asked for it, and asking in each
 * product would take longer than the product.
 */
static int can;

__attribute__((constructor)) static void
ask(void)
{
	__builtin_cpu_init();
	can = amx_is_there() && __builtin_cpu_supports("avx512bf16") &&
	    __builtin_cpu_supports("avx512bw");
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t
blocks(size_t n, size_t size)
{
	return (n + size - 1) / size;
}

/* --- panels --------------------------------------------------------------- */

static inline FAST __mmask16
first_of(size_t n)
{
	return (__mmask16)(n >= 16 ? 0xffff : (1u << n) - 1);
}

static inline FAST __m512
wide(__m256i words)
{
	return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(
	    words), 16));
}

/* x1 and x2 of two vectors, the words of `low` first. */
static inline FAST void
split(__m512 low, __m512 high, __m512i *x1, __m512i *x2)
{
	*x1 = (__m512i)_mm512_cvtne2ps_pbh(high, low);
	low = _mm512_sub_ps(low, wide(_mm512_castsi512_si256(*x1)));
	high = _mm512_sub_ps(high, wide(_mm512_extracti64x4_epi64(*x1, 1)));
	*x2 = (__m512i)_mm512_cvtne2ps_pbh(high, low);
}

/* tile (16, 32), x1 and x2, <- m rows of x with k columns; else 0. */
FAST static void
take_rows(const float *x, size_t ld, size_t m, size_t k, __m512i x1[ROWS],
    __m512i x2[ROWS])
{
	const __mmask16 low = first_of(k), high = first_of(k > 16 ? k - 16 :
	    0);

	for (size_t i = 0; i < ROWS; i++) {
		x1[i] = x2[i] = _mm512_setzero_si512();
		if (i < m)
			split(_mm512_maskz_loadu_ps(low, x + i * ld),
			    _mm512_maskz_loadu_ps(high, x + i * ld +
			    (high != 0) * 16), &x1[i], &x2[i]);
	}
}

/* tile (16, 16, 2) <- pairs of k rows of x with m columns. */
FAST static void
take_pairs(const float *x, size_t ld, size_t m, size_t k, __m512i x1[ROWS],
    __m512i x2[ROWS])
{
	const __m512i zip = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12,
	    27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3,
	    18, 2, 17, 1, 16, 0);
	const __mmask16 mask = first_of(m);

	for (size_t i = 0; i < ROWS; i++) {
		const float *row = x + 2 * i * ld;
		__m512 a, b;

		x1[i] = x2[i] = _mm512_setzero_si512();
		if (2 * i >= k)
			continue;
		a = _mm512_maskz_loadu_ps(mask, row);
		b = 2 * i + 1 < k ? _mm512_maskz_loadu_ps(mask, row + ld) :
		    _mm512_setzero_ps();
		split(a, b, &x1[i], &x2[i]);
		x1[i] = _mm512_permutexvar_epi16(zip, x1[i]);
		x2[i] = _mm512_permutexvar_epi16(zip, x2[i]);
	}
}

/* x (16, 16) of pairs <- x'. */
FAST static void
turn(__m512i x[ROWS])
{
	__m512i y[ROWS];

	for (size_t i = 0; i < ROWS; i += 2) {
		y[i] = _mm512_unpacklo_epi32(x[i], x[i + 1]);
		y[i + 1] = _mm512_unpackhi_epi32(x[i], x[i + 1]);
	}
	for (size_t i = 0; i < ROWS; i += 4) {
		x[i] = _mm512_unpacklo_epi64(y[i], y[i + 2]);
		x[i + 1] = _mm512_unpackhi_epi64(y[i], y[i + 2]);
		x[i + 2] = _mm512_unpacklo_epi64(y[i + 1], y[i + 3]);
		x[i + 3] = _mm512_unpackhi_epi64(y[i + 1], y[i + 3]);
	}
	for (size_t i = 0; i < ROWS; i += 8)
		for (size_t j = i; j < i + 4; j++) {
			y[j] = _mm512_shuffle_i32x4(x[j], x[j + 4], 0x88);
			y[j + 4] = _mm512_shuffle_i32x4(x[j], x[j + 4], 0xdd);
		}
	for (size_t j = 0; j < 8; j++) {
		x[j] = _mm512_shuffle_i32x4(y[j], y[j + 8], 0x88);
		x[j + 8] = _mm512_shuffle_i32x4(y[j], y[j + 8], 0xdd);
	}
}

/*
 * A panel <- n rows of A (n, k), or columns of B (k, n).  by_columns: rows of
 * memory have the same k, else the same row (column); is_b: tiles are pairs.
 */
FAST static void
put_panel(uint16_t *panel, int is_b, int by_columns, const float *x, size_t ld,
    size_t n, size_t k)
{
	__m512i part[PARTS][ROWS];

	for (size_t at = 0; at < k; at += DEPTH, panel += STEP)
		for (size_t t = 0; t < 2; t++) {
			const size_t from = least(t * ROWS, n);
			const size_t m = n - from, depth = k - at;

			if (by_columns)
				take_pairs(x + at * ld + from, ld, m, depth,
				    part[0], part[1]);
			else
				take_rows(x + from * ld + at, ld, m, depth,
				    part[0], part[1]);
			for (size_t p = 0; p < PARTS; p++) {
				if (by_columns != is_b)
					turn(part[p]);
				memcpy(panel + (2 * p + t) * TILE, part[p],
				    sizeof part[p]);
			}
		}
}

/* --- products ------------------------------------------------------------- */

/* Tiles 0 to 3 are C, 4 and 5 of A, 6 and 7 of B; the small products first. */
#define LEFT(part) do { \
	_tile_loadd(4, a + 2 * (part) * TILE, LINE); \
	_tile_loadd(5, a + (2 * (part) + 1) * TILE, LINE); \
} while (0)
#define RIGHT(part) do { \
	_tile_loadd(6, b + 2 * (part) * TILE, LINE); \
	_tile_loadd(7, b + (2 * (part) + 1) * TILE, LINE); \
} while (0)
#define ADD() do { \
	_tile_dpbf16ps(0, 4, 6); \
	_tile_dpbf16ps(1, 4, 7); \
	_tile_dpbf16ps(2, 5, 6); \
	_tile_dpbf16ps(3, 5, 7); \
} while (0)

/* C (32, 32) <- the product of two panels, or added: to C. */
FAST static void
make_square(const uint16_t *a, const uint16_t *b, size_t k_blocks, int added,
    float *C, size_t ldc)
{
	const size_t line = ldc * sizeof *C;

	__asm__ volatile("" : : : "memory");
	if (added) {
		_tile_loadd(0, C, line);
		_tile_loadd(1, C + ROWS, line);
		_tile_loadd(2, C + ROWS * ldc, line);
		_tile_loadd(3, C + ROWS * ldc + ROWS, line);
	} else {
		_tile_zero(0);
		_tile_zero(1);
		_tile_zero(2);
		_tile_zero(3);
	}
	for (size_t k = 0; k < k_blocks; k++, a += STEP, b += STEP) {
		LEFT(0);
		RIGHT(1);
		ADD();
		RIGHT(0);
		ADD();
		LEFT(1);
		ADD();
	}
	_tile_stored(0, C, line);
	_tile_stored(1, C + ROWS, line);
	_tile_stored(2, C + ROWS * ldc, line);
	_tile_stored(3, C + ROWS * ldc + ROWS, line);
	__asm__ volatile("" : : : "memory");
}

/* C (m, n) <- alpha square + beta C; a C that is not read may be anything. */
FAST static void
merge(const float *square, size_t m, size_t n, float alpha, float beta,
    float *C, size_t ldc)
{
	const __m512 a = _mm512_set1_ps(alpha), b = _mm512_set1_ps(beta);

	for (size_t i = 0; i < m; i++)
		for (size_t j = 0; j < n; j += 16) {
			const __mmask16 mask = first_of(n - j);
			float *c = C + i * ldc + j;
			__m512 x = _mm512_mul_ps(a, _mm512_loadu_ps(square +
			    i * SIDE + j));

			if (beta < 0 || beta > 0)
				x = _mm512_add_ps(x, _mm512_mul_ps(b,
				    _mm512_maskz_loadu_ps(mask, c)));
			_mm512_mask_storeu_ps(c, mask, x);
		}
}

static void
take_square(float *square, const float *C, size_t ldc, size_t m, size_t n)
{
	memset(square, 0, SIDE * SIDE * sizeof *square);
	for (size_t i = 0; i < m; i++)
		memcpy(square + i * SIDE, C + i * ldc, n * sizeof *C);
}

/* A C of at most 32 rows and columns, in place if it has as many.  What is
 * only added is added in the same order in both. */
static void
make_part(struct room *room, const uint16_t *b, size_t k_blocks, size_t m,
    size_t n, float alpha, float beta, float *C, size_t ldc)
{
	const int plain = !(alpha < 1 || alpha > 1);
	const int added = plain && !(beta < 1 || beta > 1);
	const int fresh = !(beta < 0 || beta > 0);

	if (m == SIDE && n == SIDE && (added || (plain && fresh))) {
		make_square(room->a, b, k_blocks, added, C, ldc);
		return;
	}
	if (added)
		take_square(room->c, C, ldc, m, n);
	make_square(room->a, b, k_blocks, added, room->c, SIDE);
	merge(room->c, m, n, alpha, added ? 0 : beta, C, ldc);
}

/* C (m, n) <- alpha op(A) B + beta C with the panels of B, which are `stride`
 * apart, for k columns of op(A) at most MOST_K. */
static void
make_rows(struct room *room, int trans_a, size_t m, size_t n, size_t k,
    float alpha, const float *A, size_t lda, const uint16_t *b, size_t stride,
    float beta, float *C, size_t ldc)
{
	for (size_t i = 0; i < m; i += SIDE) {
		const size_t rows = least(SIDE, m - i);

		put_panel(room->a, 0, trans_a, A + i * (trans_a ? 1 : lda),
		    lda, rows, k);
		for (size_t j = 0; j < n; j += SIDE)
			make_part(room, b + j / SIDE * stride, blocks(k,
			    DEPTH), rows, least(SIDE, n - j), alpha, beta,
			    C + i * ldc + j, ldc);
	}
}

/* Are there tiles, and matrices that fill one, for any number of rows? */
static int
has_tiles(size_t n, size_t k)
{
	return can && n >= ROWS && k >= ROWS;
}

static int
is_worth(size_t m, size_t n, size_t k)
{
	return has_tiles(n, k) && m >= ROWS / 2 && m * n * k >= least_work;
}

static void
by_tiles(int trans_a, int trans_b, size_t m, size_t n, size_t k, float alpha,
    const float *A, size_t lda, const float *B, size_t ldb, float beta,
    float *C, size_t ldc)
{
	struct room room;

	amx_begin();
	for (size_t j = 0; j < n; j += MOST_N)
		for (size_t p = 0; p < k; p += MOST_K) {
			const size_t cols = least(MOST_N, n - j);
			const size_t depth = least(MOST_K, k - p);
			const size_t stride = blocks(depth, DEPTH) * STEP;

			for (size_t c = 0; c < cols; c += SIDE)
				put_panel(room.b + c / SIDE * stride, 1,
				    !trans_b, B + (trans_b ? (j + c) * ldb +
				    p : p * ldb + j + c), ldb, least(SIDE,
				    cols - c), depth);
			make_rows(&room, trans_a, m, cols, depth, alpha,
			    A + p * (trans_a ? lda : 1), lda, room.b, stride,
			    p == 0 ? beta : 1, C + j, ldc);
		}
	amx_end();
}

void
gemm(int trans_a, int trans_b, size_t m, size_t n, size_t k, float alpha,
    const float *A, size_t lda, const float *B, size_t ldb, float beta,
    float *C, size_t ldc)
{
	if (is_worth(m, n, k))
		by_tiles(trans_a, trans_b, m, n, k, alpha, A, lda, B, ldb,
		    beta, C, ldc);
	else
		blas_gemm(trans_a, trans_b, m, n, k, alpha, A, lda, B, ldb,
		    beta, C, ldc);
}

void
gemm_alike(size_t m, size_t n, size_t k, const float *A, size_t lda,
    const float *B, size_t ldb, float beta, float *C, size_t ldc)
{
	if (has_tiles(n, k))
		by_tiles(0, 0, m, n, k, 1, A, lda, B, ldb, beta, C, ldc);
	else
		blas_alike(0, m, n, k, A, lda, B, ldb, beta, C, ldc);
}

/* --- a B that many products share ----------------------------------------- */

enum { ALIGNED = 64 };

static uint16_t *
panels_of(const float *ready)
{
	const uintptr_t at = (uintptr_t)ready;

	return (uint16_t *)((at + ALIGNED - 1) / ALIGNED * ALIGNED);
}

size_t
gemm_ready_size(size_t n, size_t k)
{
	return (blocks(n, SIDE) * blocks(k, DEPTH) * STEP *
	    sizeof(uint16_t) + ALIGNED) / sizeof(float);
}

void
gemm_ready(float *ready, int trans_b, size_t n, size_t k, const float *B,
    size_t ldb)
{
	const size_t stride = blocks(k, DEPTH) * STEP;
	uint16_t *b = panels_of(ready);

	for (size_t j = 0; can && j < n; j += SIDE, b += stride)
		put_panel(b, 1, !trans_b, B + j * (trans_b ? ldb : 1), ldb,
		    least(SIDE, n - j), k);
}

static void
by_panels(const float *ready, size_t m, size_t n, size_t k, const float *A,
    size_t lda, float beta, float *C, size_t ldc)
{
	const size_t stride = blocks(k, DEPTH) * STEP;
	struct room room;

	amx_begin();
	for (size_t p = 0; p < k; p += MOST_K)
		make_rows(&room, 0, m, n, least(MOST_K, k - p), 1, A + p, lda,
		    panels_of(ready) + p / DEPTH * STEP, stride,
		    p == 0 ? beta : 1, C, ldc);
	amx_end();
}

void
gemm_by(const float *ready, int trans_b, size_t m, size_t n, size_t k,
    const float *A, size_t lda, const float *B, size_t ldb, float beta,
    float *C, size_t ldc)
{
	if (is_worth(m, n, k))
		by_panels(ready, m, n, k, A, lda, beta, C, ldc);
	else
		blas_gemm(0, trans_b, m, n, k, 1, A, lda, B, ldb, beta, C,
		    ldc);
}

void
gemm_by_alike(const float *ready, int trans_b, size_t m, size_t n, size_t k,
    const float *A, size_t lda, const float *B, size_t ldb, float beta,
    float *C, size_t ldc)
{
	if (has_tiles(n, k))
		by_panels(ready, m, n, k, A, lda, beta, C, ldc);
	else
		blas_alike(trans_b, m, n, k, A, lda, B, ldb, beta, C, ldc);
}

#else

void
gemm(int trans_a, int trans_b, size_t m, size_t n, size_t k, float alpha,
    const float *A, size_t lda, const float *B, size_t ldb, float beta,
    float *C, size_t ldc)
{
	blas_gemm(trans_a, trans_b, m, n, k, alpha, A, lda, B, ldb, beta, C,
	    ldc);
}

size_t
gemm_ready_size(size_t n, size_t k)
{
	(void)n, (void)k;
	return 0;
}

void
gemm_ready(float *ready, int trans_b, size_t n, size_t k, const float *B,
    size_t ldb)
{
	(void)ready, (void)trans_b, (void)n, (void)k, (void)B, (void)ldb;
}

void
gemm_by(const float *ready, int trans_b, size_t m, size_t n, size_t k,
    const float *A, size_t lda, const float *B, size_t ldb, float beta,
    float *C, size_t ldc)
{
	(void)ready;
	blas_gemm(0, trans_b, m, n, k, 1, A, lda, B, ldb, beta, C, ldc);
}

void
gemm_alike(size_t m, size_t n, size_t k, const float *A, size_t lda,
    const float *B, size_t ldb, float beta, float *C, size_t ldc)
{
	blas_alike(0, m, n, k, A, lda, B, ldb, beta, C, ldc);
}

void
gemm_by_alike(const float *ready, int trans_b, size_t m, size_t n, size_t k,
    const float *A, size_t lda, const float *B, size_t ldb, float beta,
    float *C, size_t ldc)
{
	(void)ready;
	blas_alike(trans_b, m, n, k, A, lda, B, ldb, beta, C, ldc);
}

#endif
