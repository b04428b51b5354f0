#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "linalg/amx.h"

enum {
	ROWS = 16,		/* of a tile, */
	DEPTH = 32,		/* and columns of W in it */
	PARTS = 3,		/* x1, x2, x3 */
	TILE = ROWS * DEPTH,
	LINE = DEPTH * sizeof(uint16_t)		/* bytes of a tile's row */
};

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

#if defined(__x86_64__) && defined(__linux__)

#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

#define AMX __attribute__((target("amx-tile,amx-bf16")))

/* The system saves the tiles of threads of a program that has asked for it. */
int
amx_is_there(void)
{
	enum { ASK = 0x1023, DATA = 18, BF16 = 1 << 22, TILES = 1 << 24 };
	unsigned a, b, c, d;

	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & BF16) != 0 &&
	    (d & TILES) != 0 && syscall(SYS_arch_prctl, ASK, DATA) == 0;
}

/* What _tile_loadconfig() reads. */
struct shapes {
	uint8_t palette, start, none[14];
	uint16_t bytes_of_row[16];
	uint8_t rows[16];
};

AMX void
amx_begin(void)
{
	struct shapes s = { .palette = 1 };

	for (size_t i = 0; i < 8; i++) {
		s.bytes_of_row[i] = LINE;
		s.rows[i] = ROWS;
	}
	__asm__ volatile("" : : "r"(&s) : "memory");
	_tile_loadconfig(&s);
}

/* For memory that is needed soon: two rows of a C that comes next, or a part of
 * two blocks that does. */
static inline void
fetch_lines(const float *C, size_t ldc)
{
	for (size_t i = 0; i < 2 * ldc; i += ldc) {
		__builtin_prefetch(C + i, 0, 2);
		__builtin_prefetch(C + i + ROWS, 0, 2);
	}
}

static inline void
fetch_part(const uint16_t *part, size_t next)
{
	for (size_t i = 0; i < TILE; i += LINE / sizeof *part) {
		__builtin_prefetch(part + i, 0, 3);
		__builtin_prefetch(part + next + i, 0, 3);
	}
}

/*
 * C (32, 32) <- C + two blocks of rows of the left times two of the right, over
 * all blocks of k: tiles 0 to 3 are C, 4 and 5 of the left, 6 and 7 of the
 * right; of these, what changes from product to product is loaded.  Tiles wait
 * long for what is not in the nearest cache, so that the parts of the next k
 * are fetched meanwhile; `after` is the C that comes next.
 */
#define LEFT(part) do { \
	_tile_loadd(4, l + (part) * TILE, LINE); \
	_tile_loadd(5, l + next + (part) * TILE, LINE); \
} while (0)
#define RIGHT(part) do { \
	_tile_loadd(6, r + (part) * TILE, LINE); \
	_tile_loadd(7, r + next + (part) * TILE, LINE); \
} while (0)
#define ADD() do { \
	_tile_dpbf16ps(0, 4, 6); \
	_tile_dpbf16ps(1, 4, 7); \
	_tile_dpbf16ps(2, 5, 6); \
	_tile_dpbf16ps(3, 5, 7); \
} while (0)

AMX static void
add_products(const uint16_t *l, const uint16_t *r, size_t k_blocks, float *C,
    size_t ldc, const float *after)
{
	const size_t next = k_blocks * PARTS * TILE;
	const size_t line = ldc * sizeof *C;

	__asm__ volatile("" : : : "memory");
	_tile_loadd(0, C, line);
	_tile_loadd(1, C + ROWS, line);
	_tile_loadd(2, C + ROWS * ldc, line);
	_tile_loadd(3, C + ROWS * ldc + ROWS, line);
	for (size_t k = 0; k < k_blocks; k++) {
		const uint16_t *const l_next = l + PARTS * TILE;
		const uint16_t *const r_next = r + PARTS * TILE;

		for (size_t i = k; i < AMX_SIDE / 2; i += k_blocks)
			fetch_lines(after + 2 * i * ldc, ldc);
		LEFT(0);
		RIGHT(2);
		fetch_part(l_next, next);
		ADD();
		RIGHT(1);
		fetch_part(r_next + 2 * TILE, next);
		ADD();
		LEFT(1);
		fetch_part(r_next + TILE, next);
		ADD();
		RIGHT(0);
		fetch_part(l_next + TILE, next);
		ADD();
		LEFT(2);
		fetch_part(r_next, next);
		ADD();
		LEFT(0);
		fetch_part(l_next + 2 * TILE, next);
		ADD();
		l = l_next;
		r = r_next;
	}
	_tile_stored(0, C, line);
	_tile_stored(1, C + ROWS, line);
	_tile_stored(2, C + ROWS * ldc, line);
	_tile_stored(3, C + ROWS * ldc + ROWS, line);
}

AMX void
amx_end(void)
{
	_tile_release();
}

#else

int
amx_is_there(void)
{
	return 0;
}

static void
begin(void)
{
}

static void
end(void)
{
}

static void
add_products(const uint16_t *l, const uint16_t *r, size_t k_blocks, float *C,
    size_t ldc, const float *after)
{
	(void)l, (void)r, (void)k_blocks, (void)C, (void)ldc, (void)after;
}

#endif

/* --- packing -------------------------------------------------------------- */

void
amx_init(struct amx_panel *w, size_t n, size_t k)
{
	const size_t blocks = (n + AMX_SIDE - 1) / AMX_SIDE * 2;

	w->k_blocks = (k + DEPTH - 1) / DEPTH;
	w->left = mem_array("a panel", blocks,
	    w->k_blocks * PARTS * TILE * sizeof *w->left);
	w->right = mem_array("a panel", blocks,
	    w->k_blocks * PARTS * TILE * sizeof *w->right);
}

void
amx_release(struct amx_panel *w)
{
	free(w->left);
	free(w->right);
}

/* The nearest bfloat16 of x (TILE), of two the even one; x <- what is left. */
static void
split(float *x, uint16_t *part)
{
	for (size_t i = 0; i < TILE; i++) {
		uint32_t bits;
		float near;

		memcpy(&bits, &x[i], sizeof bits);
		bits += 0x7fff + (bits >> 16 & 1);
		part[i] = (uint16_t)(bits >> 16);
		bits &= 0xffff0000;
		memcpy(&near, &bits, sizeof near);
		x[i] -= near;
	}
}

/* left (16, 32), right (16, 16, 2) <- a part */
static void
put_part(const uint16_t *part, uint16_t *left, uint16_t *right)
{
	for (size_t i = 0; i < TILE; i++)
		left[i] = part[i] ^ 0x8000;
	for (size_t k = 0; k < DEPTH; k++)
		for (size_t i = 0; i < ROWS; i++)
			right[k / 2 * DEPTH + i * 2 + k % 2] =
			    part[i * DEPTH + k];
}

/* x (16, 32) <- m rows and n columns of what begins there, zeros else. */
static void
take(float *x, const float *from, size_t ld, int by_columns, size_t m,
    size_t n)
{
	memset(x, 0, TILE * sizeof *x);
	for (size_t i = 0; i < m; i++)
		for (size_t k = 0; k < n; k++)
			x[i * DEPTH + k] = by_columns ? from[k * ld + i] :
			    from[i * ld + k];
}

void
amx_pack(struct amx_panel *w, size_t first, size_t m, size_t k,
    const float *x, size_t ld, int by_columns)
{
	const size_t row_step = by_columns ? 1 : ld;
	const size_t column_step = by_columns ? ld : 1;
	float block[TILE];
	uint16_t part[TILE];

	assert(first % AMX_SIDE == 0);
	for (size_t i = 0; i < m; i += ROWS)
		for (size_t b = 0; b < w->k_blocks; b++) {
			const size_t at = least(b * DEPTH, k);
			size_t to = ((first + i) / ROWS * w->k_blocks + b) *
			    PARTS * TILE;

			take(block, x + i * row_step + at * column_step, ld,
			    by_columns, least(ROWS, m - i),
			    least(DEPTH, k - at));
			for (size_t p = 0; p < PARTS; p++, to += TILE) {
				split(block, part);
				put_part(part, w->left + to, w->right + to);
			}
		}
}

/* --- products ------------------------------------------------------------- */

/* The same of the first m rows and n columns of a C that has no more. */
static void
add_to_edge(const uint16_t *l, const uint16_t *r, size_t k_blocks, float *C,
    size_t ldc, size_t m, size_t n)
{
	float all[AMX_SIDE * AMX_SIDE];

	memset(all, 0, sizeof all);
	for (size_t i = 0; i < m; i++)
		memcpy(all + i * AMX_SIDE, C + i * ldc, n * sizeof *C);
	add_products(l, r, k_blocks, all, AMX_SIDE, all);
	for (size_t i = 0; i < m; i++)
		memcpy(C + i * ldc, all + i * AMX_SIDE, n * sizeof *C);
}

void
amx_update(const struct amx_panel *w, size_t i, size_t m, size_t j, size_t n,
    float *C, size_t ldc)
{
	const size_t size = w->k_blocks * PARTS * TILE / ROWS;	/* of a row */

	assert(i % AMX_SIDE == 0 && j % AMX_SIDE == 0);
	amx_begin();
	for (size_t c = 0; c < n; c += AMX_SIDE)
		for (size_t r = i == j ? c : 0; r < m; r += AMX_SIDE) {
			const uint16_t *left = w->left + (i + r) * size;
			const uint16_t *right = w->right + (j + c) * size;
			float *x = C + r * ldc + c;

			if (m - r < AMX_SIDE || n - c < AMX_SIDE)
				add_to_edge(left, right, w->k_blocks, x, ldc,
				    least(AMX_SIDE, m - r),
				    least(AMX_SIDE, n - c));
			else
				add_products(left, right, w->k_blocks, x, ldc,
				    m - r < 2 * AMX_SIDE ? x :
				    x + AMX_SIDE * ldc);
		}
	amx_end();
}
