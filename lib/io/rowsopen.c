#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/rows.h"
#include "io/rowsview.h"

enum {
	MAX_RECORD = 16 << 20,	/* bytes */
	FIRST_BYTES = 512	/* a NUL among them: not a text table */
};

static int
check_is_text(struct rows_table *t, struct block *block)
{
	const char *nul;
	size_t n;

	while (block->n < FIRST_BYTES && !block->at_end)
		if (blocks_more(t->blocks, block) != 0)
			return -1;
	n = block->n < FIRST_BYTES ? block->n : FIRST_BYTES;
	nul = n == 0 ? NULL : memchr(block->text, '\0', n);
	if (nul == NULL)
		return 0;
	return err_at(in_name(t->in), 1 + marks_lines(block->text,
	    (size_t)(nul - block->text)), "a NUL byte: not a text table");
}

static int
skip_byte_order_mark(struct in *in)
{
	char start[3];
	ptrdiff_t n = in_peek(in, start, sizeof start);

	if (n == 3 && memcmp(start, "\xef\xbb\xbf", 3) == 0)
		n = in_read(in, start, sizeof start);
	return n < 0 ? -1 : 0;
}

static int
has(struct span s, char byte)
{
	return s.n > 0 && memchr(s.p, byte, s.n) != NULL;
}

/* The first line of the stream, without its end, which the block has then. */
static int
find_first_line(struct rows_table *t, struct block *block, struct span *out)
{
	struct lines lines;
	size_t n = 0;
	int got;

	while (lines = block_lines(block, t->max_record),
	    lines.stop = block->n, (got = lines_find(&lines, 0, &n)) == 3)
		if (blocks_more(t->blocks, block) != 0)
			return -1;
	*out = got == 1 ? record_line(&lines, n) : (struct span){ NULL, 0 };
	return 0;
}

/* Decides, by the first line, what the format leaves open. */
static int
choose_kind(struct rows_table *t, const struct rows_format *f,
    struct span line)
{
	if (f->kind == ROWS_JSONL || (f->kind == ROWS_GUESS &&
	    f->separator == '\0' && line.n > 0 && *line.p == '{')) {
		t->kind = ROWS_JSONL;
		return 0;
	}
	if (!has(line, '"') && has(line, '\r'))
		return err_at(in_name(t->in), 1, "a carriage return within "
		    "a line: lines must end in LF or CRLF");
	t->kind = f->kind;
	t->separator = f->separator;
	if (t->kind == ROWS_GUESS && t->separator == '\0' &&
	    !has(line, '\t') && !has(line, ',') && has(line, ';'))
		t->separator = ';';
	if (t->kind == ROWS_GUESS)
		t->kind = !has(line, '\t') && (has(line, ',') ||
		    has(line, ';') || (line.n > 0 && *line.p == '"')) ?
		    ROWS_CSV : ROWS_TSV;
	if (t->separator == '\0')
		t->separator = t->kind == ROWS_CSV ? ',' : '\t';
	return 0;
}

static int
check_kind(struct in *in)
{
	enum in_kind kind;

	if (in_sniff(in, &kind) != 0)
		return -1;
	return kind == IN_TEXT ? 0 : err_msg("%s: not a text table: a %s file",
	    in_name(in), kind == IN_NPY ? ".npy" : "safetensors");
}

/* What the rows at the beginning say of the columns. */
static int
learn_keys(struct rows_table *t, struct block *block)
{
	while (block->n < JSONL_LEARN_BYTES && !block->at_end)
		if (blocks_more(t->blocks, block) != 0)
			return -1;
	t->json = jsonl_learn((struct span){ block->text, block->n },
	    block->at_end, in_name(t->in));
	return t->json == NULL ? -1 :
	    jsonl_header(t->json, &t->header, in_name(t->in));
}

/* Reads the first block and decides how to read the rest. */
static int
begin(struct rows_table *t, const struct rows_format *f, struct block *block)
{
	struct span line;

	if (check_kind(t->in) != 0 || skip_byte_order_mark(t->in) != 0 ||
	    blocks_begin(t->blocks, block) != 0 ||
	    check_is_text(t, block) != 0 ||
	    find_first_line(t, block, &line) != 0 ||
	    choose_kind(t, f, line) != 0)
		return -1;
	if (t->kind == ROWS_CSV)
		blocks_set_csv(t->blocks, t->separator);
	if (t->kind == ROWS_JSONL && learn_keys(t, block) != 0)
		return -1;
	return blocks_cut(t->blocks, block);
}

/* Makes the header of the first record, and takes that if it is one. */
static int
take_header(struct rows *r, const struct rows_format *f)
{
	struct rows_table *t = r->table;
	const struct lines lines = r->lines;
	int got;

	if (t->json != NULL)		/* keys are the header */
		return 0;
	got = rows_record(r);
	if (got == 2)
		return err_at(in_name(t->in), r->record.problem_line, "%s",
		    rows_problem(r));
	if (got <= 0)
		return got;
	if (header_make(&t->header, &r->record, f, t->kind,
	    in_name(t->in)) != 0)
		return -1;
	if (!t->header.is_there) {
		r->lines = lines;
		r->marks.next = 0;
	}
	return 0;
}

static void
free_table(struct rows_table *t)
{
	blocks_free(t->blocks);
	header_release(&t->header);
	jsonl_free(t->json);
	in_close(t->in);
	free(t);
}

struct rows *
rows_open_in(struct in *in, const struct rows_format *f)
{
	struct rows_table *t = mem_array("reader", 1, sizeof *t);
	struct block block = BLOCK_EMPTY;
	struct rows *r;

	t->in = in;
	t->max_record = f->max_record ? f->max_record : MAX_RECORD;
	t->blocks = blocks_new(in, f->block, t->max_record);
	in_set_tick(in, f->tick);
	if (begin(t, f, &block) != 0) {
		block_release(&block);
		free_table(t);
		return NULL;
	}
	r = rows_view(t);
	r->block = block;
	rows_enter(r);
	if (take_header(r, f) == 0)
		return r;
	rows_close(r);
	return NULL;
}

struct rows *
rows_open(const char *path, const struct rows_format *f)
{
	struct in *in = in_open(path);

	return in == NULL ? NULL : rows_open_in(in, f);
}

void
rows_close(struct rows *r)
{
	if (r == NULL)
		return;
	free_table(r->table);
	rows_view_free(r);
}
