#include <stdlib.h>

#include "all/splitcolumns.h"
#include "all/splitstream.h"
#include "base/hash.h"
#include "base/mem.h"
#include "io/ids.h"
#include "io/table.h"

/* What a row is known by stands side by side from USER to ITEM, as in most
 * tables, and maybe in TIME; all of it from FIRST to LAST. */
enum field { FIRST, LAST, USER, ITEM, TIME, FIELDS };

struct job {
	const struct splitstream *want;
	struct split_rule rule;
	struct table *columns;		/* for the header; it has no rows */
	struct splitcolumns at;
	struct splitparts *to;
	/* for many rows at once: columns of the table; n_fields 0: not so */
	int field[FIELDS];
	size_t n_fields;
};

struct slot {
	struct table_block row;		/* one, of a file that is not TSV */
	struct splitparts_rows rows;
	/* of a TSV file: (n of cap) each */
	struct span *line;
	uint64_t *hash;
	int64_t *time;
	unsigned char *part;
	size_t n, cap;
};

static const enum splitid unit_id[] = {
	[SPLIT_USER] = SPLITID_USER, [SPLIT_ITEM] = SPLITID_ITEM,
	[SPLIT_SESSION] = SPLITID_SESSION
};

/* What the row's place depends on. */
static int
judge(const struct job *job, const struct rows *r, uint64_t *hash,
    int64_t *time)
{
	struct span name;

	*hash = 0;
	*time = 0;
	if (job->at.time >= 0 && rows_time(r, job->at.time, time) != 0)
		return -1;
	if (job->want->unit == SPLIT_ROW)
		return splitcolumns_hash(r, &job->at, hash);
	if (ids_text(r, job->at.id[unit_id[job->want->unit]], &name)
	    != 0)
		return -1;
	*hash = splitcolumns_hash_name(name);
	return 0;
}

/* --- as the rows stand in their file ------------------------------------ */

/* For n more rows. */
static void
make_room(struct slot *s, size_t n)
{
	size_t cap[4] = { s->cap, s->cap, s->cap, s->cap };

	n += s->n;
	s->line = mem_grow("a block", s->line, &cap[0], n, sizeof *s->line);
	s->hash = mem_grow("a block", s->hash, &cap[1], n, sizeof *s->hash);
	s->time = mem_grow("a block", s->time, &cap[2], n, sizeof *s->time);
	s->part = mem_grow("a block", s->part, &cap[3], n, sizeof *s->part);
	s->cap = cap[0];	/* all grow by the same rule */
}

static int
take_one(const struct job *job, const struct rows *r, struct slot *s)
{
	make_room(s, 1);
	if (judge(job, r, &s->hash[s->n], &s->time[s->n]) != 0)
		return -1;
	s->line[s->n++] = rows_raw(r);
	return 0;
}

/* As judge() and splitcolumns_hash() have it. */
static void
hash_many(const struct spans of[FIELDS], size_t n, int has_time,
    uint64_t *hash)
{
	const struct spans pair = { of[USER].text, of[USER].from,
	    of[ITEM].to };
	uint64_t time[ROWS_MANY];

	hash_spans(&pair, n, hash);
	if (!has_time)
		return;
	hash_spans(&of[TIME], n, time);
	for (size_t i = 0; i < n; i++)
		hash[i] = hash_mix(hash[i], time[i]);
}

/* Many rows at once: how many, or -1. */
static ptrdiff_t
take_many(const struct job *job, struct rows *r, struct slot *s)
{
	struct spans of[FIELDS];
	const size_t n = job->n_fields == 0 ? 0 : rows_many(r, job->field,
	    job->n_fields, of);

	if (n == 0)
		return 0;
	if (!ids_are_plain(&of[USER], n) || !ids_are_plain(&of[ITEM], n)) {
		for (size_t i = 0; i < n; i++) {
			rows_one(r, i);
			if (take_one(job, r, s) != 0)
				return -1;
		}
		return (ptrdiff_t)n;
	}
	make_room(s, n);
	hash_many(of, n, job->n_fields > TIME, s->hash + s->n);
	for (size_t i = 0; i < n; i++, s->n++) {
		s->time[s->n] = 0;
		s->line[s->n] = (struct span){ of[FIRST].text +
		    of[FIRST].from[i], of[LAST].to[i] - of[FIRST].from[i] };
	}
	return (ptrdiff_t)n;
}

/* Places all rows before they are copied: what is guessed wrong of where the
 * next one goes does not have to wait for its hash. */
static int
place_all(const struct job *job, struct rows *r, struct slot *s)
{
	ptrdiff_t many;
	int got = 1;

	s->n = 0;
	while (got > 0) {
		while ((many = take_many(job, r, s)) > 0)
			continue;
		if (many < 0)
			return -1;
		got = rows_next(r);
		if (got > 0 && take_one(job, r, s) != 0)
			return -1;
	}
	job->rule.place(&job->rule, s->hash, s->time, s->n, s->part);
	return got;
}

/* Rows that go to one part and stand one behind the other, an LF between, at
 * once. */
static void
copy_runs(const struct job *job, struct slot *s)
{
	for (size_t i = 0, end; i < s->n; i = end) {
		const enum split_part part = s->part[i];
		struct span run = s->line[i];
		struct buf *to = &s->rows.text[part];

		for (end = i + 1; end < s->n && s->part[end] == part &&
		    s->line[end].p == run.p + run.n + 1; end++)
			run.n += 1 + s->line[end].n;
		s->rows.n[part] += end - i;
		if (!splitparts_has(job->to, part))
			continue;
		buf_span(to, run);
		buf_char(to, '\n');
	}
}

static int
place_lines(const struct job *job, struct rows *r, struct slot *s)
{
	if (place_all(job, r, s) != 0)
		return -1;
	copy_runs(job, s);
	return 0;
}

/* --- row by row --------------------------------------------------------- */

/* The row as a line, without its LF. */
static int
take_text(struct slot *s, const struct rows *r, struct buf *to)
{
	if (rows_kind(r) == ROWS_TSV) {
		buf_span(to, rows_raw(r));
		return 0;
	}
	s->row.n = s->row.text.n = 0;
	if (table_block_add(&s->row, r) != 0)
		return -1;
	buf_add(to, s->row.text.p, s->row.text.n - 1);
	return 0;
}

static int
place_row(const struct job *job, struct rows *r, struct slot *s)
{
	unsigned char part = SPLIT_TRAIN;
	struct buf *to;
	uint64_t hash;
	int64_t time;

	if (judge(job, r, &hash, &time) != 0)
		return -1;
	if (!job->want->folds)
		job->rule.place(&job->rule, &hash, &time, 1, &part);
	s->rows.n[part]++;
	to = &s->rows.text[part];
	if (!splitparts_has(job->to, part))
		return 0;
	if (take_text(s, r, to) != 0)
		return -1;
	if (job->want->folds) {
		buf_char(to, '\t');
		buf_int(to, (int64_t)split_fold(&job->rule, hash));
	}
	buf_char(to, '\n');
	return 0;
}

static int
place_block(void *arg, struct rows *r, void *slot)
{
	const struct job *job = arg;
	int got;

	if (rows_kind(r) == ROWS_TSV && !job->want->folds)
		return place_lines(job, r, slot);
	while ((got = rows_next(r)) > 0)
		if (place_row(job, r, slot) != 0)
			return -1;
	return got;
}

static int
drain_block(void *arg, void *slot)
{
	struct job *job = arg;
	struct slot *s = slot;

	return splitparts_add(job->to, &s->rows);
}

static void
release_slot(void *slot)
{
	struct slot *s = slot;

	table_block_release(&s->row);
	splitparts_rows_release(&s->rows);
	free(s->line);
	free(s->hash);
	free(s->time);
	free(s->part);
}

static void
put_headers(const struct job *job)
{
	struct buf text = BUF_EMPTY;

	buf_text(&text, table_header(job->columns));
	if (job->want->folds)
		buf_text(&text, "\tfold:float");
	for (int p = 0; p < SPLIT_PARTS; p++)
		if (splitparts_has(job->to, (enum split_part)p))
			splitparts_header(job->to, (enum split_part)p,
			    buf_cstr(&text));
	buf_release(&text);
}

/* What has to be there: the columns of the unit, and times if rows are placed
 * by them. */
static struct splitneeds
needs_of(const struct splitstream *want)
{
	struct splitneeds need = { .id = {
	    [SPLITID_USER] = SPLITNEED_IF_THERE,
	    [SPLITID_ITEM] = SPLITNEED_IF_THERE } };

	if (want->unit != SPLIT_ROW)
		need.id[unit_id[want->unit]] = SPLITNEED_YES;
	need.time = want->method->needs_time ? SPLITNEED_YES : SPLITNEED_NOT;
	return need;
}

/* Can rows be taken many at once? */
static void
choose_fields(struct job *job, const struct rows *r)
{
	const int *by = job->at.known_by;

	job->n_fields = 0;
	if (job->want->unit != SPLIT_ROW || job->at.time >= 0 || by[0] < 0 ||
	    by[1] != by[0] + 1)
		return;
	job->field[FIRST] = 0;
	job->field[LAST] = (int)rows_width(r) - 1;
	job->field[USER] = by[0];
	job->field[ITEM] = by[1];
	job->field[TIME] = by[2];
	job->n_fields = by[2] < 0 ? TIME : FIELDS;
}

static int
stream_file(struct job *job, const char *path, int is_first,
    struct tick *tick)
{
	const struct rows_format format = { .positional = rows_interactions,
	    .kind = ROWS_GUESS, .tick = tick };
	const struct rows_scan scan = { .arg = job,
	    .slot_size = sizeof(struct slot), .work = place_block,
	    .drain = drain_block, .release = release_slot };
	const struct splitneeds need = needs_of(job->want);
	struct rows *r = rows_open(path, &format);
	int status = -1;

	if (r == NULL)
		return -1;
	if (table_begin(job->columns, r) != 0 ||
	    splitcolumns_find(r, &need, &job->at) != 0)
		goto done;
	if (job->want->folds && table_has_column(job->columns, "fold")) {
		err_msg("the table has a column 'fold' already");
		goto done;
	}
	choose_fields(job, r);
	if (is_first && job->want->header && table_has_header(job->columns))
		put_headers(job);
	status = rows_scan(r, &scan);
done:
	rows_close(r);
	return status;
}

int
splitstream_run(const struct splitstream *want, const char *const *files,
    size_t n_files, struct splitparts *to, struct tick *tick)
{
	struct job job = { .want = want, .columns = table_new(), .to = to };
	int status = 0;

	split_rule(want->method, want->options, &job.rule);
	for (size_t i = 0; i < n_files && status == 0; i++)
		status = stream_file(&job, files[i], i == 0, tick);
	table_free(job.columns);
	return status;
}
