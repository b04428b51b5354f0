/* csv.c -- tables: CSV; and where libcsv finds nothing wrong with the whole
 * text, its fields are ours. */

#include <csv.h>

#include "tests/fuzz/table.h"

/* What libcsv has read: rows as fuzz_rows() writes them, but without their
 * lines. */
struct peer {
	struct buf row, all;
	size_t n, width;
	int is_even;		/* all rows are as wide as the first */
};

static void
on_field(void *data, size_t n, void *arg)
{
	struct peer *p = arg;

	buf_format(&p->row, " %zu:", n);
	buf_add(&p->row, data, n);
	p->n++;
}

static void
on_row(int terminator, void *arg)
{
	struct peer *p = arg;

	(void)terminator;
	if (p->width == 0)
		p->width = p->n;
	p->is_even &= p->n == p->width;
	buf_format(&p->all, "\n%d", 1);
	buf_add(&p->all, p->row.p, p->row.n);
	p->row.n = p->n = 0;
}

static int
is_line_feed(unsigned char byte)
{
	return byte == '\n';
}

static int
is_return(unsigned char byte)
{
	return byte == '\r';
}

/* Does libcsv take all of it? */
static int
read_peer(struct peer *p, struct span text)
{
	struct csv_parser c;
	int is_good;

	csv_init(&c, CSV_STRICT | CSV_STRICT_FINI);
	csv_set_term_func(&c, is_line_feed);
	csv_set_space_func(&c, is_return);
	is_good = csv_parse(&c, text.p, text.n, on_field, on_row, p) ==
	    text.n && csv_fini(&c, on_field, on_row, p) == 0;
	csv_free(&c);
	return is_good && p->is_even;
}

static int
read_ours(struct span text, struct buf *all)
{
	struct rows *r = rows_open_in(in_open_bytes(text.p, text.n, 0,
	    "fuzz"), &(struct rows_format){ .kind = ROWS_CSV,
	    .header = ROWS_HEADER_NO });
	int got = -1;

	while (r != NULL && (got = rows_next(r)) == 1) {
		buf_format(all, "\n%d", 1);
		for (size_t c = 0; c < rows_width(r); c++) {
			const struct span field = rows_text(r, (int)c);

			buf_format(all, " %zu:", field.n);
			buf_span(all, field);
		}
	}
	rows_close(r);
	return got;
}

/* Is there a CR that ends no line?  Libcsv drops one at the ends of a field;
 * a row without quotes is read without it, and keeps its bytes. */
static int
has_return(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\r' &&
		    (i + 1 == text.n || text.p[i + 1] != '\n'))
			return 1;
	return 0;
}

/* Not when there are bytes that only a reader of files looks at. */
static void
compare(struct span text)
{
	static const char mark[] = "\xef\xbb\xbf";
	struct buf ours = BUF_EMPTY, said = BUF_EMPTY, *before;
	struct peer peer = { .is_even = 1 };
	int got;

	if (text.n == 0 || memchr(text.p, '\0', text.n) != NULL ||
	    (text.n >= 3 && memcmp(text.p, mark, 3) == 0) ||
	    text.p[0] == '\x1f' || text.p[0] == '\x93' ||
	    has_return(text))
		return;
	before = err_hold(&said);
	got = read_ours(text, &ours);
	err_hold(before);
	if (read_peer(&peer, text)) {
		MUST(got == 0);
		MUST(fuzz_same(&ours, &peer.all));
	}
	buf_release(&ours);
	buf_release(&said);
	buf_release(&peer.row);
	buf_release(&peer.all);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct fuzz f = { data, n };

	if (fuzz_choose(&f, 2) == 0)
		compare((struct span){ (const char *)f.p, f.n });
	else
		fuzz_table(ROWS_CSV, f);
	return 0;
}
