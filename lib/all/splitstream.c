#include "all/splitcolumns.h"
#include "all/splitstream.h"
#include "io/table.h"

struct job {
	const struct splitstream *want;
	struct split_rule rule;
	struct table *columns;		/* for the header; it has no rows */
	struct splitcolumns at;
	struct splitparts *to;
};

struct slot {
	struct table_block row;		/* one, of a file that is not TSV */
	struct splitparts_rows rows;
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
	if (splitcolumns_name(r, job->at.id[unit_id[job->want->unit]], &name)
	    != 0)
		return -1;
	*hash = splitcolumns_hash_name(name);
	return 0;
}

/* --- as the rows stand in their file ------------------------------------ */

/* Rows that go to one part and stand one behind the other, LFs between. */
struct run {
	enum split_part part;
	struct span text;	/* p NULL: none yet */
};

static void
end_run(const struct job *job, struct slot *s, const struct run *run)
{
	struct buf *to = &s->rows.text[run->part];

	if (run->text.p == NULL || !splitparts_has(job->to, run->part))
		return;
	buf_span(to, run->text);
	buf_char(to, '\n');
}

static int
place_lines(const struct job *job, struct rows *r, struct slot *s)
{
	struct run run = { SPLIT_TRAIN, { NULL, 0 } };
	uint64_t hash;
	int64_t time;
	int got;

	while ((got = rows_next(r)) > 0) {
		const struct span line = rows_raw(r);
		enum split_part part;

		if (judge(job, r, &hash, &time) != 0)
			return -1;
		part = job->rule.place(&job->rule, hash, time);
		s->rows.n[part]++;
		if (part == run.part && run.text.p != NULL &&
		    run.text.p + run.text.n + 1 == line.p &&
		    line.p[-1] == '\n') {
			run.text.n += 1 + line.n;
			continue;
		}
		end_run(job, s, &run);
		run = (struct run){ part, line };
	}
	end_run(job, s, &run);
	return got;
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
	if (table_block_add(&s->row, r, NULL, 0, NULL) != 0)
		return -1;
	buf_add(to, s->row.text.p, s->row.text.n - 1);
	return 0;
}

static int
place_row(const struct job *job, struct rows *r, struct slot *s)
{
	enum split_part part = SPLIT_TRAIN;
	struct buf *to;
	uint64_t hash;
	int64_t time;

	if (judge(job, r, &hash, &time) != 0)
		return -1;
	if (!job->want->folds)
		part = job->rule.place(&job->rule, hash, time);
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
