/*
 * dot8.c.  In memory, 16 rows of b stand together, four numbers of each row
 * at a time: (n_groups, D / 4, 16, 4), which is what the instructions take.
 */

#include <string.h>

#include "linalg/dot8.h"
#include "linalg/vec.h"

enum { QUAD = 4 };		/* numbers that are added up at once */

size_t
dot8_width(size_t k)
{
	return (k + DOT8_STEP - 1) / DOT8_STEP * DOT8_STEP;
}

void
dot8_put(int8_t *b, size_t D, size_t i, const int8_t *row, size_t k)
{
	int8_t *to = b + i / DOT8_GROUP * DOT8_GROUP * D +
	    i % DOT8_GROUP * QUAD;

	for (size_t p = 0; p < k; p++)
		to[p / QUAD * DOT8_GROUP * QUAD + p % QUAD] = row[p];
}

/* --- plain ---------------------------------------------------------------- */

VEC_CLONES static void
above_plain(const int8_t *a, const int8_t *b, size_t D, size_t n,
    size_t n_groups, const int32_t *bars, uint16_t *above)
{
	for (size_t u = 0; u < n; u++)
		for (size_t g = 0; g < n_groups; g++) {
			const int8_t *group = b + g * DOT8_GROUP * D;
			int32_t sum[DOT8_GROUP] = { 0 };
			unsigned mask = 0;

			for (size_t p = 0; p < D; p++)
				for (size_t j = 0; j < DOT8_GROUP; j++)
					sum[j] += a[u * D + p] *
					    group[p / QUAD * DOT8_GROUP *
					    QUAD + j * QUAD + p % QUAD];
			for (unsigned j = 0; j < DOT8_GROUP; j++)
				mask |= (unsigned)(sum[j] > bars[u]) << j;
			above[u * n_groups + g] = (uint16_t)mask;
		}
}

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

static inline int32_t
quad(const int8_t *a)
{
	int32_t x;

	memcpy(&x, a, sizeof x);
	return x;
}

/* --- AVX2 ----------------------------------------------------------------- */

/* Eight rows: b's numbers take the sign of a's, a's are made positive; two
 * products of 127 x 127 fit 16 bits. */
__attribute__((target("avx2"))) static inline unsigned
eight(const int8_t *a, const int8_t *half, size_t D, int32_t bar)
{
	const __m256i ones = _mm256_set1_epi16(1);
	__m256i sum = _mm256_setzero_si256();

	for (size_t p = 0; p < D; p += QUAD) {
		const __m256i x = _mm256_set1_epi32(quad(a + p));
		const __m256i y = _mm256_loadu_si256((const void *)(half +
		    p * DOT8_GROUP));

		sum = _mm256_add_epi32(sum, _mm256_madd_epi16(
		    _mm256_maddubs_epi16(_mm256_abs_epi8(x),
		    _mm256_sign_epi8(y, x)), ones));
	}
	return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(
	    _mm256_cmpgt_epi32(sum, _mm256_set1_epi32(bar))));
}

__attribute__((target("avx2"))) static void
above_avx2(const int8_t *a, const int8_t *b, size_t D, size_t n,
    size_t n_groups, const int32_t *bars, uint16_t *above)
{
	for (size_t g = 0; g < n_groups; g++)
		for (size_t u = 0; u < n; u++) {
			const int8_t *group = b + g * DOT8_GROUP * D;

			above[u * n_groups + g] = (uint16_t)(
			    eight(a + u * D, group, D, bars[u]) |
			    eight(a + u * D, group + DOT8_GROUP * QUAD / 2, D,
			    bars[u]) << 8);
		}
}

/* --- AVX-512 VNNI --------------------------------------------------------- */

enum { AT_ONCE = 8 };		/* rows of a in registers */

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vnni")))

/* The instruction takes a without sign: a + 128 is used, and what that adds
 * to the sums of a group is taken off at the start. */
VNNI static inline __m512i
surplus(const int8_t *group, size_t D)
{
	const __m512i shift = _mm512_set1_epi8((char)-128);
	__m512i sum = _mm512_setzero_si512();

	for (size_t p = 0; p < D; p += QUAD)
		sum = _mm512_dpbusd_epi32(sum, shift,
		    _mm512_loadu_si512(group + p * DOT8_GROUP));
	return _mm512_sub_epi32(_mm512_setzero_si512(), sum);
}

VNNI static inline void
eight_rows(const int8_t *a, const int8_t *group, size_t D, __m512i start,
    size_t n_groups, const int32_t *bars, uint16_t *above)
{
	const __m512i shift = _mm512_set1_epi8((char)-128);
	__m512i sum[AT_ONCE];

	for (size_t r = 0; r < AT_ONCE; r++)
		sum[r] = start;
	for (size_t p = 0; p < D; p += QUAD) {
		const __m512i y = _mm512_loadu_si512(group + p * DOT8_GROUP);

		for (size_t r = 0; r < AT_ONCE; r++)
			sum[r] = _mm512_dpbusd_epi32(sum[r], _mm512_xor_si512(
			    _mm512_set1_epi32(quad(a + r * D + p)), shift), y);
	}
	for (size_t r = 0; r < AT_ONCE; r++)
		above[r * n_groups] = _mm512_cmpgt_epi32_mask(sum[r],
		    _mm512_set1_epi32(bars[r]));
}

VNNI static void
above_vnni(const int8_t *a, const int8_t *b, size_t D, size_t n,
    size_t n_groups, const int32_t *bars, uint16_t *above)
{
	for (size_t g = 0; g < n_groups; g++) {
		const int8_t *group = b + g * DOT8_GROUP * D;
		const __m512i start = surplus(group, D);

		for (size_t u = 0; u < n; u += AT_ONCE)
			eight_rows(a + u * D, group, D, start, n_groups,
			    bars + u, above + u * n_groups + g);
	}
}

/* --- AMX ------------------------------------------------------------------ */

enum {
	TILE_ROWS = 16,
	TILE_BYTES = 64,	/* of a row */
	XTILEDATA = 18,		/* the state that Linux must allow */
	ARCH_REQ_XCOMP_PERM = 0x1023
};

#define AMX __attribute__((target("amx-tile,amx-int8,avx512f,avx512bw")))

struct tile_config {
	uint8_t palette, start_row, reserved[14];
	uint16_t row_bytes[16];
	uint8_t rows[16];
};

/* 32 rows of a and two groups: sums (32, 32) <- their products. */
AMX static inline void
four_tiles(const int8_t *a, const int8_t *group, size_t D, int32_t *sums)
{
	_tile_zero(0);
	_tile_zero(1);
	_tile_zero(2);
	_tile_zero(3);
	for (size_t p = 0; p < D; p += DOT8_STEP) {
		_tile_loadd(4, a + p, D);
		_tile_loadd(5, a + p + TILE_ROWS * D, D);
		_tile_loadd(6, group + p * DOT8_GROUP, TILE_BYTES);
		_tile_loadd(7, group + (D + p) * DOT8_GROUP, TILE_BYTES);
		_tile_dpbssd(0, 4, 6);
		_tile_dpbssd(1, 4, 7);
		_tile_dpbssd(2, 5, 6);
		_tile_dpbssd(3, 5, 7);
	}
	_tile_stored(0, sums, 2 * TILE_BYTES);
	_tile_stored(1, sums + TILE_ROWS, 2 * TILE_BYTES);
	_tile_stored(2, sums + 2 * TILE_ROWS * TILE_ROWS, 2 * TILE_BYTES);
	_tile_stored(3, sums + (2 * TILE_ROWS + 1) * TILE_ROWS,
	    2 * TILE_BYTES);
}

AMX static void
above_amx(const int8_t *a, const int8_t *b, size_t D, size_t n,
    size_t n_groups, const int32_t *bars, uint16_t *above)
{
	_Alignas(64) struct tile_config config = { .palette = 1 };
	_Alignas(64) int32_t sums[DOT8_ROWS * DOT8_GROUPS * DOT8_GROUP];

	for (size_t i = 0; i < 8; i++) {
		config.row_bytes[i] = TILE_BYTES;
		config.rows[i] = TILE_ROWS;
	}
	_tile_loadconfig(&config);
	for (size_t u = 0; u < n; u += DOT8_ROWS)
		for (size_t g = 0; g < n_groups; g += DOT8_GROUPS) {
			four_tiles(a + u * D, b + g * DOT8_GROUP * D, D, sums);
			for (size_t r = 0; r < DOT8_ROWS; r++) {
				const __m512i bar =
				    _mm512_set1_epi32(bars[u + r]);
				const int32_t *row = sums + r * DOT8_GROUPS *
				    DOT8_GROUP;
				uint16_t *to = above + (u + r) * n_groups + g;

				to[0] = _mm512_cmpgt_epi32_mask(
				    _mm512_load_si512(row), bar);
				to[1] = _mm512_cmpgt_epi32_mask(
				    _mm512_load_si512(row + DOT8_GROUP), bar);
			}
		}
	_tile_release();
}

/* Tiles are there, and Linux lets this program use them. */
static int
has_amx(void)
{
	unsigned a, b, c, d;

	if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) ||
	    (d >> 24 & 3) != 3)		/* AMX-TILE, AMX-INT8 */
		return 0;
	return syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XTILEDATA) == 0;
}

#endif

/* --- the choice ----------------------------------------------------------- */

dot8_above *
dot8_kernels(size_t i)
{
	dot8_above *able[4];
	size_t n = 0;

#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx512bw") && has_amx())
		able[n++] = above_amx;
	if (__builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vnni"))
		able[n++] = above_vnni;
	if (__builtin_cpu_supports("avx2"))
		able[n++] = above_avx2;
#endif
	able[n++] = above_plain;
	return i < n ? able[i] : NULL;
}

dot8_above *
dot8_kernel(void)
{
	return dot8_kernels(0);
}
