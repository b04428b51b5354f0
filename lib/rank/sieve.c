#include <assert.h>
#include <math.h>
#include <string.h>

#include "rank/sieve.h"

enum {
	LANES = 16,		/* scores that are compared at once */
	FEW = 16		/* keys that are sorted by insertion */
};

/* --- keys ----------------------------------------------------------------- */

/* The order of floats is that of these numbers; +0 and -0 are one. */
static inline uint32_t
order_of(float x)
{
	const float y = x + 0.0F;
	uint32_t bits;

	memcpy(&bits, &y, sizeof bits);
	return bits ^ (bits >> 31 != 0 ? UINT32_MAX : (uint32_t)1 << 31);
}

static inline float
score_of(uint64_t key)
{
	const uint32_t order = (uint32_t)(key >> 32);
	const uint32_t bits = order ^
	    (order >> 31 != 0 ? (uint32_t)1 << 31 : UINT32_MAX);
	float x;

	memcpy(&x, &bits, sizeof x);
	return x;
}

static inline uint64_t
key_of(float score, uint32_t rank)
{
	return (uint64_t)order_of(score) << 32 | rank;
}

static inline void
swap(uint64_t *a, uint64_t *b)
{
	const uint64_t x = *a;

	*a = *b;
	*b = x;
}

/* The place of the middle one of the first, the last and the one between. */
static inline size_t
median(const uint64_t *key, size_t n)
{
	const size_t mid = n / 2, last = n - 1;
	const size_t low = key[0] < key[mid] ? 0 : mid, high = mid - low;

	return key[last] < key[low] ? low : key[last] > key[high] ? high :
	    last;
}

/* Keys (n), all different: the larger ones first, and how many are larger
 * than a pivot among them, which comes next. */
static size_t
part(uint64_t *key, size_t n)
{
	uint64_t pivot;
	size_t larger = 0;

	swap(&key[median(key, n)], &key[n - 1]);
	pivot = key[n - 1];
	/* no jump depends on the data */
	for (size_t i = 0; i < n - 1; i++) {
		const uint64_t x = key[i];

		key[i] = key[larger];
		key[larger] = x;
		larger += x > pivot;
	}
	swap(&key[larger], &key[n - 1]);
	return larger;
}

static void
insertion_sort(uint64_t *key, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const uint64_t x = key[i];
		size_t j = i;

		for (; j > 0 && key[j - 1] < x; j--)
			key[j] = key[j - 1];
		key[j] = x;
	}
}

/* The largest first. */
static void
sort(uint64_t *key, size_t n)
{
	while (n > FEW) {
		const size_t larger = part(key, n), rest = n - larger - 1;

		/* the shorter side by a call: the depth is at most log n */
		if (larger < rest) {
			sort(key, larger);
			key += larger + 1;
			n = rest;
		} else {
			sort(key + larger + 1, rest);
			n = larger;
		}
	}
	insertion_sort(key, n);
}

/* The k largest of n to the front, the smallest of these last of them. */
static void
select_largest(uint64_t *key, size_t n, size_t k)
{
	size_t want = k - 1;	/* its place among those at hand */

	while (n > FEW) {
		const size_t larger = part(key, n);

		if (larger == want)
			return;
		if (larger > want) {
			n = larger;
		} else {
			key += larger + 1;
			n -= larger + 1;
			want -= larger + 1;
		}
	}
	insertion_sort(key, n);
}

/* --- what is above the bar ------------------------------------------------ */

size_t
sieve_room(size_t k)
{
	/* Selecting costs about as much as the room is large, and halves the
	 * share of items that come in. */
	return k + (k > 256 ? k : 256) + LANES;
}

void
sieve_begin(struct sieve *s, uint64_t *key, size_t k)
{
	assert(k > 0);
	*s = (struct sieve){ key, 0, k, -INFINITY, UINT32_MAX };
}

void
sieve_from(struct sieve *s, float least)
{
	s->bar = nextafterf(least, -INFINITY);
}

static void
raise_bar(struct sieve *s)
{
	uint64_t last;

	select_largest(s->key, s->n, s->k);
	last = s->key[s->k - 1];
	s->n = s->k;
	s->bar = score_of(last);
	s->bar_rank = (uint32_t)last;
}

/*
 * Bit i is set when score i of LANES is above the bar.  Of those at the bar,
 * which may be many (a score of 0 is common), the rank decides.
 */
typedef unsigned above_bar(const float *scores, const uint32_t *ranks,
    float bar, uint32_t bar_rank);

static inline __attribute__((always_inline)) unsigned
above(const float *scores, const uint32_t *ranks, float bar,
    uint32_t bar_rank)
{
	unsigned mask = 0;

	for (unsigned i = 0; i < LANES; i++)
		mask |= (unsigned)(scores[i] > bar || (scores[i] == bar &&
		    ranks[i] > bar_rank)) << i;
	return mask;
}

static inline __attribute__((always_inline)) void
scan(struct sieve *s, const float *scores, const uint32_t *ranks, size_t n,
    above_bar *mask_of)
{
	const size_t full = sieve_room(s->k) - LANES;
	size_t i = 0;

	for (; i + LANES <= n; i += LANES) {
		unsigned mask = mask_of(scores + i, ranks + i, s->bar,
		    s->bar_rank);

		if (mask == 0)
			continue;
		for (; mask != 0; mask &= mask - 1) {
			const size_t j = i + (size_t)__builtin_ctz(mask);

			s->key[s->n++] = key_of(scores[j], ranks[j]);
		}
		if (s->n > full)
			raise_bar(s);
	}
	for (; i < n; i++)
		if (scores[i] > s->bar || (scores[i] == s->bar &&
		    ranks[i] > s->bar_rank))
			s->key[s->n++] = key_of(scores[i], ranks[i]);
	if (s->n > full)
		raise_bar(s);
}

#if defined(__x86_64__)

#include <immintrin.h>

__attribute__((target("avx512f"))) static inline unsigned
above_avx512(const float *scores, const uint32_t *ranks, float bar,
    uint32_t bar_rank)
{
	const __m512 x = _mm512_loadu_ps(scores), b = _mm512_set1_ps(bar);
	const __mmask16 at = _mm512_cmp_ps_mask(x, b, _CMP_EQ_OQ);
	unsigned mask = _mm512_cmp_ps_mask(x, b, _CMP_GT_OQ);

	if (at != 0)
		mask |= _mm512_mask_cmpgt_epu32_mask(at,
		    _mm512_loadu_si512(ranks),
		    _mm512_set1_epi32((int)bar_rank));
	return mask;
}

__attribute__((target("avx512f"))) static void
scan_avx512(struct sieve *s, const float *scores, const uint32_t *ranks,
    size_t n)
{
	scan(s, scores, ranks, n, above_avx512);
}

__attribute__((target("avx2"))) static inline unsigned
above_avx2(const float *scores, const uint32_t *ranks, float bar,
    uint32_t bar_rank)
{
	const __m256 b = _mm256_set1_ps(bar);
	const __m256 x = _mm256_loadu_ps(scores);
	const __m256 y = _mm256_loadu_ps(scores + 8);
	const int from =
	    _mm256_movemask_ps(_mm256_cmp_ps(x, b, _CMP_GE_OQ)) |
	    _mm256_movemask_ps(_mm256_cmp_ps(y, b, _CMP_GE_OQ)) << 8;

	return from == 0 ? 0 : above(scores, ranks, bar, bar_rank);
}

__attribute__((target("avx2"))) static void
scan_avx2(struct sieve *s, const float *scores, const uint32_t *ranks,
    size_t n)
{
	scan(s, scores, ranks, n, above_avx2);
}

#endif

void
sieve_scan(struct sieve *s, const float *scores, const uint32_t *ranks,
    size_t n)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx512f")) {
		scan_avx512(s, scores, ranks, n);
		return;
	}
	if (__builtin_cpu_supports("avx2")) {
		scan_avx2(s, scores, ranks, n);
		return;
	}
#endif
	scan(s, scores, ranks, n, above);
}

size_t
sieve_end(struct sieve *s, const uint32_t *by_rank, struct topk_item *best)
{
	if (s->n > s->k)
		raise_bar(s);
	sort(s->key, s->n);
	for (size_t i = 0; i < s->n; i++)
		best[i] = (struct topk_item){ score_of(s->key[i]),
		    by_rank[(uint32_t)s->key[i]] };
	return s->n;
}
