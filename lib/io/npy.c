#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/span.h"
#include "io/npy.h"
#include "io/out.h"

/*
 * The file: "\x93NUMPY", two bytes of version, the length of the header (two
 * bytes, little-endian; four from version 2 on), the header, the numbers.
 * The header is a literal of a Python dict:
 *
 *	{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }
 */
enum {
	MAGIC = 6, PREFIX = 8,		/* bytes */
	HEADER_MAX = 1 << 20,
	HEADER_UNIT = 64,		/* the numbers begin at a multiple */
	CHUNK = 1 << 14			/* numbers converted at a time */
};

static const char magic[] = "\x93NUMPY";

struct npy_head {
	char kind;			/* of NumPy: b, i, u or f */
	size_t size;			/* bytes of a number */
	int big;			/* most significant byte first */
	int fortran;			/* column after column */
	size_t rows, cols;
	unsigned seen;			/* a bit for each key */
};

enum { DESCR = 1, FORTRAN = 2, SHAPE = 4 };

/* Fills n bytes. */
static int
read_exactly(struct in *in, void *bytes, size_t n)
{
	char *p = bytes;

	while (n > 0) {
		const ptrdiff_t got = in_read(in, p, n);

		if (got <= 0)
			return got == 0 ? err_msg("%s: the array ends too "
			    "early", in_name(in)) : -1;
		p += got;
		n -= (size_t)got;
	}
	return 0;
}

/* --- the header --- */

static void
skip_blanks(struct span *s)
{
	while (s->n > 0 && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n')) {
		s->p++;
		s->n--;
	}
}

/* Takes `word` from the front of s, blanks before it too: was it there? */
static int
take(struct span *s, const char *word)
{
	const size_t n = strlen(word);

	skip_blanks(s);
	if (s->n < n || memcmp(s->p, word, n) != 0)
		return 0;
	s->p += n;
	s->n -= n;
	return 1;
}

/* Takes a string in either kind of quotes, without escapes. */
static int
take_string(struct span *s, struct span *out)
{
	const char quote = take(s, "'") ? '\'' : take(s, "\"") ? '"' : 0;

	if (quote == 0)
		return 0;
	*out = span_cut(s, quote);
	return s->p != NULL && memchr(out->p, '\\', out->n) == NULL;
}

static int
take_count(struct span *s, size_t *out)
{
	struct span digits;

	skip_blanks(s);
	digits = (struct span){ s->p, 0 };
	while (digits.n < s->n && digits.p[digits.n] >= '0' &&
	    digits.p[digits.n] <= '9')
		digits.n++;
	s->p += digits.n;
	s->n -= digits.n;
	return num_size(digits, out) == 0;
}

static int
take_type(struct span *s, struct npy_head *h, const char *name)
{
	static const char *const known[] = {
		"b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2",
		"f4", "f8"
	};
	struct span text, type;

	if (!take_string(s, &text))
		return err_msg("%s: the array is of records, not numbers",
		    name);
	h->big = text.n > 0 && text.p[0] == '>';
	type = text.n > 0 ? (struct span){ text.p + 1, text.n - 1 } : text;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (span_is(type, known[i]) &&
		    (text.p[0] == '<' || text.p[0] == '>' ||
		    (text.p[0] == '|' && known[i][1] == '1'))) {
			h->kind = known[i][0];
			h->size = (size_t)(known[i][1] - '0');
			return 0;
		}
	return err_msg("%s: '%.*s' is not a type of numbers that can be read",
	    name, SPAN_ARGS(text));
}

/* "(3, 2)", "(3,)". */
static int
take_shape(struct span *s, struct npy_head *h, const char *name)
{
	size_t dims[3] = { 0 }, n = 0;
	int ended;

	if (!take(s, "("))
		return err_msg("%s: the array has no shape", name);
	while (!(ended = take(s, ")")) && n < 3) {
		if (!take_count(s, &dims[n++]))
			return err_msg("%s: the array's shape is no list of "
			    "whole numbers", name);
		if (!take(s, ",") && !(ended = take(s, ")")))
			return err_msg("%s: the array's shape is no list of "
			    "whole numbers", name);
		if (ended)
			break;
	}
	if (n != 1 && n != 2)
		return err_msg("%s: the array has %s dimensions, not one or "
		    "two", name, n == 0 ? "no" : "more");
	h->rows = dims[0];
	h->cols = n == 1 ? 1 : dims[1];
	if (h->cols == 0 && h->rows > 0)
		return err_msg("%s: the array has no columns", name);
	if (h->cols != 0 && h->rows > PTRDIFF_MAX / sizeof(double) / h->cols)
		return err_msg("%s: the array's shape (%zu, %zu) is too large",
		    name, h->rows, h->cols);
	return 0;
}

/* The value after `key`; 1 when the key is none of ours. */
static int
take_value(struct span *s, struct span key, struct npy_head *h,
    const char *name)
{
	unsigned bit;
	int status = 0;

	if (span_is(key, "descr")) {
		bit = DESCR;
		status = take_type(s, h, name);
	} else if (span_is(key, "fortran_order")) {
		bit = FORTRAN;
		h->fortran = take(s, "True");
		status = h->fortran || take(s, "False") ? 0 : 1;
	} else if (span_is(key, "shape")) {
		bit = SHAPE;
		status = take_shape(s, h, name);
	} else
		return 1;
	if (status != 0)
		return status;
	if (h->seen & bit)
		return 1;
	h->seen |= bit;
	return 0;
}

static int
parse_header(struct span s, struct npy_head *h, const char *name)
{
	struct span key;
	int ok = take(&s, "{"), ended = 0;

	while (ok && !(ended = take(&s, "}"))) {
		ok = take_string(&s, &key) && take(&s, ":");
		if (!ok)
			break;
		switch (take_value(&s, key, h, name)) {
		case -1:
			return -1;
		case 1:
			ok = 0;
		}
		if (ok && !take(&s, ",")) {
			ended = take(&s, "}");
			break;
		}
	}
	skip_blanks(&s);
	if (!ok || !ended || s.n != 0 || h->seen != (DESCR | FORTRAN | SHAPE))
		return err_msg("%s: the array's header is not what NumPy "
		    "writes", name);
	return 0;
}

static int
read_header(struct in *in, struct npy_head *h)
{
	unsigned char prefix[PREFIX], length[4] = { 0 };
	size_t n;
	char *text;
	int status;

	if (read_exactly(in, prefix, PREFIX) != 0)
		return -1;
	if (memcmp(prefix, magic, MAGIC) != 0)
		return err_msg("%s: not an array of NumPy", in_name(in));
	if (prefix[6] < 1 || prefix[6] > 3 || prefix[7] != 0)
		return err_msg("%s: version %u.%u of the array format is not "
		    "known", in_name(in), prefix[6], prefix[7]);
	if (read_exactly(in, length, prefix[6] == 1 ? 2 : 4) != 0)
		return -1;
	n = length[0] | (size_t)length[1] << 8 | (size_t)length[2] << 16 |
	    (size_t)length[3] << 24;
	if (n > HEADER_MAX)
		return err_msg("%s: the array's header of %zu bytes is too "
		    "long", in_name(in), n);
	text = mem_array("npy header", n, 1);
	status = read_exactly(in, text, n);
	if (status == 0)
		status = parse_header((struct span){ text, n }, h,
		    in_name(in));
	free(text);
	return status;
}

/* --- the numbers --- */

static int
host_is_big(void)
{
	const uint16_t one = 1;
	unsigned char first;

	memcpy(&first, &one, 1);
	return first == 0;
}

/* Turns the bytes of each of n numbers round. */
static void
swap_bytes(unsigned char *p, size_t n, size_t size)
{
	for (size_t i = 0; i < n; i++, p += size)
		for (size_t a = 0, b = size - 1; a < b; a++, b--) {
			const unsigned char t = p[a];

			p[a] = p[b];
			p[b] = t;
		}
}

/* IEEE 754 binary16: 1 bit sign, 5 of exponent (bias 15), 10 of fraction. */
static float
half_to_float(uint16_t h)
{
	const int exponent = h >> 10 & 31;
	const float fraction = (float)(h & 1023);
	float x;

	if (exponent == 31)
		x = h & 1023 ? NAN : INFINITY;
	else if (exponent == 0)
		x = ldexpf(fraction, -24);
	else
		x = ldexpf(1024 + fraction, exponent - 25);
	return h >> 15 ? -x : x;
}

#define CONVERT(type, as_float)				\
	for (size_t i = 0; i < n; i++) {		\
		type v;					\
							\
		memcpy(&v, p + i * sizeof v, sizeof v);	\
		x[i] = as_float(v);			\
	}						\
	break

#define CAST(v) ((float)(v))
#define TRUTH(v) ((float)((v) != 0))

/* n numbers of the host's byte order at p into floats. */
static void
convert(const unsigned char *p, size_t n, char kind, size_t size, float *x)
{
	switch (kind << 8 | (int)size) {
	case 'b' << 8 | 1:
		CONVERT(uint8_t, TRUTH);
	case 'i' << 8 | 1:
		CONVERT(int8_t, CAST);
	case 'i' << 8 | 2:
		CONVERT(int16_t, CAST);
	case 'i' << 8 | 4:
		CONVERT(int32_t, CAST);
	case 'i' << 8 | 8:
		CONVERT(int64_t, CAST);
	case 'u' << 8 | 1:
		CONVERT(uint8_t, CAST);
	case 'u' << 8 | 2:
		CONVERT(uint16_t, CAST);
	case 'u' << 8 | 4:
		CONVERT(uint32_t, CAST);
	case 'u' << 8 | 8:
		CONVERT(uint64_t, CAST);
	case 'f' << 8 | 2:
		CONVERT(uint16_t, half_to_float);
	case 'f' << 8 | 4:
		CONVERT(float, CAST);
	default:
		assert(kind == 'f' && size == sizeof(double));
		CONVERT(double, CAST);
	}
}

/* Reads n numbers to x; `at` is the first one's place in the file. */
static int
read_chunk(struct in *in, const struct npy_head *h, float *x, size_t at,
    size_t n, unsigned char *bytes)
{
	if (read_exactly(in, bytes, n * h->size) != 0)
		return -1;
	if (h->big != host_is_big())
		swap_bytes(bytes, n, h->size);
	convert(bytes, n, h->kind, h->size, x);
	for (size_t i = 0; i < n; i++) {
		const size_t k = at + i;

		if (!isfinite(x[i]))
			return err_msg("%s: row %zu, column %zu: %s",
			    in_name(in),
			    (h->fortran ? k % h->rows : k / h->cols) + 1,
			    (h->fortran ? k / h->rows : k % h->cols) + 1,
			    isnan(x[i]) ? "not a number" :
			    "infinite, or too large for a float");
	}
	return 0;
}

/* All numbers, in the order of the file; NULL after a message. */
static float *
read_numbers(struct in *in, const struct npy_head *h)
{
	const size_t count = h->rows * h->cols;
	unsigned char *bytes = mem_array("npy", CHUNK, h->size);
	float *x = mem_array("npy", 1, sizeof *x);
	size_t n, cap = 1;
	char extra;
	ptrdiff_t got = 0;

	for (size_t at = 0; at < count && got == 0; at += n) {
		n = count - at < CHUNK ? count - at : CHUNK;
		x = mem_grow("a matrix", x, &cap, at + n, sizeof *x);
		got = read_chunk(in, h, x + at, at, n, bytes);
	}
	if (got == 0 && (got = in_read(in, &extra, 1)) > 0)
		err_msg("%s: something follows the array", in_name(in));
	free(bytes);
	if (got == 0)
		return x;
	free(x);
	return NULL;
}

/* Column after column into row after row. */
static void
to_rows(struct mat *m)
{
	struct mat t;

	mat_init(&t, "a matrix", m->rows, m->cols);
	for (size_t i = 0; i < m->rows; i++)
		for (size_t j = 0; j < m->cols; j++)
			mat_row(&t, i)[j] = m->x[j * m->rows + i];
	mat_release(m);
	*m = t;
}

int
npy_read(struct in *in, struct mat *out)
{
	struct npy_head h = { 0 };

	*out = (struct mat){ NULL, 0, 0 };
	if (read_header(in, &h) != 0)
		return -1;
	out->x = read_numbers(in, &h);
	if (out->x == NULL)
		return -1;
	out->rows = h.rows;
	out->cols = h.cols;
	if (h.fortran && h.rows > 1 && h.cols > 1)
		to_rows(out);
	return 0;
}

/* --- writing --- */

static void
write_header(struct out *out, const struct mat *m)
{
	struct buf b = BUF_EMPTY;
	size_t n;

	buf_add(&b, magic, MAGIC);
	buf_add(&b, "\1\0\0\0", 4);		/* version 1.0, the length */
	buf_format(&b, "{'descr': '<f4', 'fortran_order': False, "
	    "'shape': (%zu, %zu), }", m->rows, m->cols);
	while ((b.n + 1) % HEADER_UNIT != 0)
		buf_char(&b, ' ');
	buf_char(&b, '\n');
	n = b.n - PREFIX - 2;
	b.p[PREFIX] = (char)(n & 0xff);
	b.p[PREFIX + 1] = (char)(n >> 8);
	out_write(out, b.p, b.n);
	buf_release(&b);
}

static void
write_numbers(struct out *out, const struct mat *m)
{
	const size_t count = m->rows * m->cols;
	unsigned char *bytes = mem_array("npy", CHUNK, sizeof *m->x);

	for (size_t at = 0; at < count; at += CHUNK) {
		const size_t n = count - at < CHUNK ? count - at : CHUNK;

		memcpy(bytes, m->x + at, n * sizeof *m->x);
		if (host_is_big())
			swap_bytes(bytes, n, sizeof *m->x);
		out_write(out, bytes, n * sizeof *m->x);
	}
	free(bytes);
}

int
npy_write(const char *path, int gzip, const struct mat *m)
{
	struct out *out = out_open(path, gzip);
	int status;

	if (out == NULL)
		return -1;
	write_header(out, m);
	write_numbers(out, m);
	status = out_commit(out);
	out_free(out);
	return status;
}
