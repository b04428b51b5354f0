#include <stdlib.h>

#include "base/mem.h"
#include "io/marks.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { STEP = 64 };		/* bytes in a mask */

/* Bit i of the result: is byte i of 64 the byte c? */
static inline uint64_t
match(const char *p, char c)
{
	uint64_t mask = 0;

#if defined(__SSE2__)
	const __m128i all = _mm_set1_epi8(c);

	for (int i = 0; i < STEP; i += 16) {
		const __m128i x = _mm_loadu_si128((const void *)(p + i));

		mask |= (uint64_t)(unsigned)_mm_movemask_epi8(
		    _mm_cmpeq_epi8(x, all)) << i;
	}
#else
	for (int i = 0; i < STEP; i++)
		mask |= (uint64_t)(p[i] == c) << i;
#endif
	return mask;
}

/* The bits of the first n <= 64 bytes. */
static inline uint64_t
first_bits(size_t n)
{
	return n < STEP ? ((uint64_t)1 << n) - 1 : ~(uint64_t)0;
}

/* The ones in x, summed in ever larger fields. */
static inline size_t
count_bits(uint64_t x)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);

	x -= x >> 1 & ones * 0x55;
	x = (x & ones * 0x33) + (x >> 2 & ones * 0x33);
	return (size_t)(((x + (x >> 4)) & ones * 0x0f) * ones >> 56);
}

size_t
marks_lines(const char *text, size_t n)
{
	size_t lines = 0;

	for (size_t i = 0; i < n; i += STEP)
		lines += count_bits(match(text + i, '\n') & first_bits(n - i));
	return lines;
}

/*
 * at[..] <- the places of the bits, from `base` on.  Eight are written whatever
 * their number, as its end can be foreseen better in eights: at[] has room for
 * that, and the mask of none gives a place that nobody looks at.
 */
static inline uint32_t *
put_places(uint64_t mask, uint32_t base, uint32_t *at)
{
	const size_t n = count_bits(mask);

	for (size_t i = 0; i < n; i += 8)
		for (size_t j = i; j < i + 8; j++) {
			at[j] = base + (uint32_t)__builtin_ctzll(mask |
			    (uint64_t)1 << (STEP - 1));
			mask &= mask - 1;
		}
	return at + n;
}

void
marks_release(struct marks *m)
{
	free(m->at);
	*m = MARKS_EMPTY;
}

static uint32_t *
begin(struct marks *m, size_t n)
{
	m->at = mem_grow("marks", m->at, &m->cap, n + 8, sizeof *m->at);
	m->next = 0;
	m->has_quotes = m->has_lines = 0;
	return m->at;
}

void
marks_find(struct marks *m, const char *text, size_t n, char separator,
    int *has_nul)
{
	uint32_t *at = begin(m, n);
	uint64_t nul = 0;

	for (size_t i = 0; i < n; i += STEP) {
		const uint64_t bits = first_bits(n - i);

		at = put_places(bits & (match(text + i, separator) |
		    match(text + i, '\n')), (uint32_t)i, at);
		nul |= bits & match(text + i, '\0');
	}
	m->n = (size_t)(at - m->at);
	*has_nul = nul != 0;
}

/* --- quotes --------------------------------------------------------------- */

/* Bit i of the result: is the number of ones in bits 0 .. i odd? */
static inline uint64_t
running_parity(uint64_t x)
{
	for (int shift = 1; shift < STEP; shift *= 2)
		x ^= x << shift;
	return x;
}

/* A mask moved by a byte; *carry is the bit between it and the next one. */
static inline uint64_t
behind(uint64_t x, uint64_t *carry)
{
	const uint64_t moved = x << 1 | *carry;

	*carry = x >> (STEP - 1);
	return moved;
}

/* A text with quotes, from its beginning, outside of them, up to somewhere. */
struct quoting {
	uint64_t inside;	/* all ones: within quotes */
	uint64_t starts, closed, returned;	/* carries */
	uint64_t odd;		/* quotes where there should be none */
	uint64_t doubled, lines;	/* within quotes, as in struct marks */
};

#define QUOTING_NONE ((struct quoting){ .starts = 1 })

/* The next bytes, of which `bits` count: the LF outside of quotes, and in *cut
 * these and the separators. */
static inline uint64_t
step(struct quoting *q, const char *p, uint64_t bits, char separator,
    uint64_t *cut)
{
	const uint64_t quote = match(p, '"') & bits;
	const uint64_t lf = match(p, '\n') & bits;
	const uint64_t ends = match(p, separator) | lf;
	const uint64_t cr = match(p, '\r');
	const uint64_t in = running_parity(quote) ^ q->inside;
	const uint64_t opening = quote & in;
	const uint64_t closing = quote & ~in;
	const uint64_t after = behind(closing, &q->closed) & bits;

	q->odd |= opening & ~(behind(ends, &q->starts) | after);
	q->odd |= after & ~(ends | quote | cr);
	q->odd |= behind(after & cr, &q->returned) & bits & ~lf;
	q->doubled |= after & quote;
	q->lines |= lf & in;
	q->inside = (uint64_t)0 - (in >> (STEP - 1));
	*cut = ends & ~in & bits;
	return lf & ~in;
}

void
marks_find_csv(struct marks *m, const char *text, size_t n, char separator,
    int *has_nul)
{
	struct quoting q = QUOTING_NONE;
	uint32_t *at = begin(m, n);
	uint64_t nul = 0, cut;

	for (size_t i = 0; i < n; i += STEP) {
		const uint64_t bits = first_bits(n - i);

		step(&q, text + i, bits, separator, &cut);
		at = put_places(cut, (uint32_t)i, at);
		nul |= bits & match(text + i, '\0');
	}
	m->n = q.odd || q.inside ? 0 : (size_t)(at - m->at);
	m->has_quotes = q.doubled != 0;
	m->has_lines = q.lines != 0;
	*has_nul = nul != 0;
}

size_t
marks_last_row(const char *text, size_t n, char separator)
{
	struct quoting q = QUOTING_NONE;
	uint64_t cut;
	size_t end = 0;

	for (size_t i = 0; i < n; i += STEP) {
		const uint64_t rows = step(&q, text + i, first_bits(n - i),
		    separator, &cut);

		if (rows != 0)
			end = i + STEP - (size_t)__builtin_clzll(rows);
	}
	return q.odd ? MARKS_ODD : end;
}
