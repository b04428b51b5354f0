/* io/gzip and io/gunzip with every library of this build: what one packs any
 * other unpacks, in whatever portions it comes, and each defect has its
 * words. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/rng.h"
#include "io/gunzip.h"
#include "io/gzip.h"
#include "io/le.h"

/* Lines as in a table: some of it repeats. */
static struct buf
some_rows(size_t n)
{
	struct buf b = BUF_EMPTY;
	struct rng r;

	rng_init(&r, 3, rng_stream("rows", 0));
	while (b.n < n)
		buf_format(&b, "u%u\ti%u\t%u\n",
		    (unsigned)rng_below(&r, 1000),
		    (unsigned)rng_below(&r, 50), (unsigned)rng_below(&r, 5));
	b.n = n;
	return b;
}

/* The end-of-file marker of the SAM specification, section 4.1.2. */
static void
test_closing_block(void **state)
{
	static const unsigned char marker[] = {
		0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, 0x42, 0x43, 2, 0,
		0x1b, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0
	};
	static unsigned char block[GZIP_BLOCK_MAX];

	(void)state;
	for (size_t i = 0; flate_list[i] != NULL; i++) {
		struct gzip *g = gzip_new(flate_list[i]);

		assert_int_equal(gzip_block_pack(g, 0, "", 0, block),
		    sizeof marker);
		assert_memory_equal(block, marker, sizeof marker);
		gzip_free(g);
	}
}

static void
test_blocks_of_each_by_each(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 7, 100, 5000, GZIP_TEXT };
	static unsigned char block[GZIP_BLOCK_MAX];
	static char text[GZIP_TEXT_MAX];
	struct buf rows = some_rows(GZIP_TEXT);

	(void)state;
	for (size_t i = 0; flate_list[i] != NULL; i++)
		for (size_t j = 0; flate_list[j] != NULL; j++) {
			struct gzip *a = gzip_new(flate_list[i]);
			struct gzip *b = gzip_new(flate_list[j]);

			for (size_t s = 0; s < sizeof sizes / sizeof *sizes;
			    s++) {
				const size_t n = sizes[s];
				const size_t length = gzip_block_pack(a, 0,
				    rows.p, n, block);

				assert_true(length < n + 40);
				assert_int_equal(gzip_block_length(block,
				    length), length);
				assert_int_equal(gzip_block_text(block,
				    length), n);
				assert_null(gzip_block_unpack(b, 0, block,
				    length, text, n));
				assert_memory_equal(text, rows.p, n);
			}
			gzip_free(a);
			gzip_free(b);
		}
	buf_release(&rows);
}

/* The data of a block, with every optional part of a header before it. */
static struct buf
long_member(const struct flate *flate, struct span text)
{
	static const unsigned char start[] = {
		0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 2, 3, 5, 0,
		'e', 0, 't', 'r', 'a'
	};
	static unsigned char block[GZIP_BLOCK_MAX];
	struct gzip *g = gzip_new(flate);
	const size_t n = gzip_block_pack(g, 0, text.p, text.n, block);
	struct buf b = BUF_EMPTY;
	unsigned char crc[2];

	buf_add(&b, start, sizeof start);
	buf_add(&b, "name", 5);
	buf_add(&b, "", 1);			/* an empty comment */
	le_put16(crc, flate->crc(0, b.p, b.n) & 0xffff);
	buf_add(&b, crc, 2);
	buf_add(&b, block + GZIP_HEADER_MAX, n - GZIP_HEADER_MAX);
	gzip_free(g);
	return b;
}

/* Reads one member in portions of up to `most` bytes, into room for as many;
 * what is wrong with it, or NULL, or "more" when it wants more. */
static const char *
read_member(struct gunzip *g, struct span in, size_t most, struct buf *text)
{
	static const char more[] = "more";
	const char *why = NULL;

	for (text->n = 0; ; ) {
		size_t n_in = in.n < most ? in.n : most, n_out = most;
		enum gunzip_state state;

		buf_room(text, most);
		state = gunzip_run(g, (const unsigned char *)in.p, &n_in,
		    text->p + text->n, &n_out, &why);
		text->n += n_out;
		in.p += n_in;
		in.n -= n_in;
		if (state == GUNZIP_BAD)
			return why;
		if (state == GUNZIP_END)
			return in.n == 0 ? NULL : "too early";
		if (n_in + n_out == 0 && in.n == 0)
			return more;
	}
}

static void
test_members_in_portions(void **state)
{
	static const size_t most[] = { 1, 2, 3, 5, 8, 13, 1000, 1 << 20 };
	struct buf rows = some_rows(30000), text = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; flate_list[i] != NULL; i++) {
		struct gunzip *g = gunzip_new(flate_list[i]);
		struct buf m = long_member(flate_list[i],
		    (struct span){ rows.p, rows.n });

		/* One reader for all: it begins anew after each member. */
		for (size_t k = 0; k < sizeof most / sizeof *most; k++) {
			assert_null(read_member(g, (struct span){ m.p, m.n },
			    most[k], &text));
			assert_int_equal(text.n, rows.n);
			assert_memory_equal(text.p, rows.p, rows.n);
		}
		gunzip_free(g);
		buf_release(&m);
	}
	buf_release(&text);
	buf_release(&rows);
}

/* Wherever it is cut, a member asks for more and is never at its end. */
static void
test_cut_members(void **state)
{
	struct buf text = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; flate_list[i] != NULL; i++) {
		struct buf m = long_member(flate_list[i],
		    span_of("a line\nand another line\n"));

		for (size_t cut = 0; cut < m.n; cut++)
			for (size_t most = 1; most <= 1000; most *= 10) {
				struct gunzip *g = gunzip_new(flate_list[i]);
				const char *why = read_member(g,
				    (struct span){ m.p, cut }, most, &text);

				assert_non_null(why);
				assert_string_equal(why, "more");
				gunzip_free(g);
			}
		buf_release(&m);
	}
	buf_release(&text);
}

static void
test_words_for_each_defect(void **state)
{
	static const struct {
		ptrdiff_t at;		/* from the end, if negative */
		unsigned char flip;	/* 0: becomes 7, a last block of the
					 * type that there is not */
		const char *why;
	} defects[] = {
		{ 0, 1, "it is not gzip" },
		{ 1, 1, "it is not gzip" },
		{ 2, 1, "a member is packed in an unknown way" },
		{ 3, 0x20, "a member is packed in an unknown way" },
		{ 5, 1, "a header has the wrong checksum" },
		{ 12, 1, "a header has the wrong checksum" },
		{ 18, 1, "a header has the wrong checksum" },
		{ 24, 1, "a header has the wrong checksum" },
		{ 25, 0, "the data cannot be decompressed" },
		{ -8, 1, "the checksum is wrong" },
		{ -5, 0x80, "the checksum is wrong" },
		{ -4, 1, "the text has another length than it says" },
		{ -1, 0x80, "the text has another length than it says" },
	};
	struct buf text = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; flate_list[i] != NULL; i++) {
		struct buf m = long_member(flate_list[i], span_of("text"));

		for (size_t d = 0; d < sizeof defects / sizeof *defects; d++) {
			struct gunzip *g = gunzip_new(flate_list[i]);
			char *at = defects[d].at < 0 ?
			    m.p + m.n + defects[d].at : m.p + defects[d].at;
			const char was = *at, *why;

			*at = (char)(defects[d].flip == 0 ? 7 :
			    was ^ defects[d].flip);
			why = read_member(g, (struct span){ m.p, m.n }, 1000,
			    &text);
			assert_non_null(why);
			assert_string_equal(why, defects[d].why);
			*at = was;
			gunzip_free(g);
		}
		buf_release(&m);
	}
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_closing_block),
		cmocka_unit_test(test_blocks_of_each_by_each),
		cmocka_unit_test(test_members_in_portions),
		cmocka_unit_test(test_cut_members),
		cmocka_unit_test(test_words_for_each_defect),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
