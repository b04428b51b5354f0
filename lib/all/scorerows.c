#include <stdlib.h>
#include <string.h>

#include "all/families.h"
#include "all/scorerows.h"
#include "base/choice.h"
#include "base/mem.h"
#include "base/num.h"
#include "io/npy.h"
#include "io/rows.h"

const struct choice *
scorerows_missing_choice(size_t i)
{
	static const struct choice choices[] = {
		{ "fallback", "the model's mean, or the user's lowest score",
		    NULL },
		{ "drop", "the row is left out", NULL },
		{ "nan", "the score is 'nan'", NULL },
	};

	return i < sizeof choices / sizeof *choices ? &choices[i] : NULL;
}

int
scorerows_open(struct scorerows *s, const char *model,
    const char *const *history, size_t n)
{
	s->scorer = scorer_open(all_families, model);
	if (s->scorer == NULL)
		return -1;
	if (s->scorer->features != NULL && n > 0)
		return err_msg("%s: a model of features takes no interactions",
		    model);
	if (n > 0 && (s->history = scorer_history(s->scorer, history, n,
	    s->tick)) == NULL)
		return -1;
	return scorer_prepare(s->scorer);
}

void
scorerows_close(struct scorerows *s)
{
	scorer_free(s->scorer);
	inter_free(s->history);
	s->scorer = NULL;
	s->history = NULL;
}

struct job {
	struct scorerows *s;
	const struct idmap *features;	/* of the model, or NULL */
	struct scorebatch batch;
	struct put *put;
	const char *first;	/* path of the first file; NULL: not yet */
	int has_header;		/* it had one, with these typed names */
	struct buf names;
	struct buf line;	/* a row of CSV as one of TSV */
	int *column;		/* (features), or (3) user, item, time */
};

/* The first table's header is written (typed `names`, or NULL for a table
 * without one), those of the other files must be the same. */
static int
take_header(struct job *job, const char *path, const char *names)
{
	struct buf line = BUF_EMPTY;

	if (job->first != NULL) {
		if ((names != NULL) == job->has_header && (names == NULL ||
		    strcmp(names, job->names.p) == 0))
			return 0;
		return err_msg("%s: its columns are not those of %s", path,
		    job->first);
	}
	job->first = path;
	job->has_header = names != NULL;
	if (names == NULL)
		return 0;
	buf_text(&job->names, names);
	buf_cstr(&job->names);
	buf_format(&line, "%s%s%s:float", names, *names != '\0' ? "\t" : "",
	    job->s->column);
	if (!job->s->no_header)
		put_header(job->put, buf_cstr(&line));
	buf_release(&line);
	return 0;
}

/* --- tables --------------------------------------------------------------- */

static int
table_header(struct job *job, const struct rows *rows, const char *path)
{
	static const char *const types[] = {
		[ROWS_TOKEN] = "token", [ROWS_TOKEN_SEQ] = "token_seq",
		[ROWS_FLOAT] = "float", [ROWS_FLOAT_SEQ] = "float_seq",
	};
	struct buf header = BUF_EMPTY;
	int status;

	if (rows_has_header(rows) && rows_find(rows, job->s->column) >= 0)
		return err_msg("%s: there is a column '%s' already: name the "
		    "new one with --column", path, job->s->column);
	for (size_t i = 0; rows_has_header(rows) && i < rows_width(rows); i++)
		buf_format(&header, "%s%s:%s", i > 0 ? "\t" : "",
		    rows_column_name(rows, i), types[rows_column_type(rows,
		    i)]);
	status = take_header(job, path, rows_has_header(rows) ?
	    buf_cstr(&header) : NULL);
	buf_release(&header);
	return status;
}

/* Features may be called "1" and "2", which in a table with names are no
 * numbers of columns. */
static int
feature_column(const struct rows *rows, const char *name)
{
	const int at = rows_column(rows, name);

	if (at >= 0 && rows_has_header(rows) &&
	    strcmp(rows_column_name(rows, (size_t)at), name) != 0)
		return err_msg("%s: no column is called '%s'",
		    rows_path(rows), name);
	return at;
}

/* Where the model's columns are in this table. */
static int
find_columns(struct job *job, const struct rows *rows)
{
	if (job->features == NULL) {
		job->column[0] = rows_column(rows, "user_id");
		if (job->column[0] >= 0)
			job->column[1] = rows_column(rows, "item_id");
		job->column[2] = rows_find(rows, "timestamp");
		job->batch.has_times = job->batch.times != NULL &&
		    job->column[2] >= 0;
		return job->column[0] < 0 || job->column[1] < 0 ? -1 : 0;
	}
	for (uint32_t i = 0; i < idmap_count(job->features); i++) {
		const struct span s = idmap_name(job->features, i);
		char *name = mem_text(s.p, s.n);
		const int at = feature_column(rows, name);

		free(name);
		if (at < 0)
			return -1;
		job->column[i] = at;
	}
	return 0;
}

/* The row as it is written: a row of CSV gets TABs between its fields.
 * Valid until the next call or the next row. */
static int
row_text(struct job *job, const struct rows *rows, struct span *text)
{
	if (rows_kind(rows) == ROWS_TSV) {
		*text = rows_raw(rows);
		return 0;
	}
	job->line.n = 0;
	for (int c = 0; (size_t)c < rows_width(rows); c++) {
		const struct span field = rows_text(rows, c);

		for (size_t i = 0; i < field.n; i++)
			if (memchr("\t\n\r", field.p[i], 3) != NULL)
				return rows_error(rows, c, "a TAB or line end "
				    "in a field cannot be written to a table");
		if (c > 0)
			buf_char(&job->line, '\t');
		buf_span(&job->line, field);
	}
	*text = (struct span){ job->line.p, job->line.n };
	return 0;
}

static int
add_row(struct job *job, const struct rows *rows)
{
	const struct scorer *s = job->s->scorer;
	struct span text;
	int64_t time = 0;
	float *x;

	if (row_text(job, rows, &text) != 0)
		return -1;
	if (job->features == NULL) {
		if (job->batch.has_times && rows_time(rows, job->column[2],
		    &time) != 0)
			return -1;
		scorebatch_add_pair(&job->batch, text,
		    idmap_find(s->users, rows_text(rows, job->column[0])),
		    idmap_find(s->items, rows_text(rows, job->column[1])),
		    time);
		return 0;
	}
	x = scorebatch_add_features(&job->batch, text);
	for (size_t i = 0; i < idmap_count(job->features); i++)
		if (rows_float(rows, job->column[i], &x[i]) != 0)
			return -1;
	return 0;
}

static int
score_table(struct job *job, struct rows *rows, const char *path)
{
	size_t line = 0;
	int got;

	if (find_columns(job, rows) != 0 ||
	    table_header(job, rows, path) != 0)
		return -1;
	while ((got = rows_next(rows)) > 0) {
		if (job->batch.n == 0)
			line = rows_line(rows);
		if (add_row(job, rows) != 0)
			return -1;
		if (!scorebatch_is_full(&job->batch))
			continue;
		if (scorebatch_flush(&job->batch, path, line, job->put) != 0)
			return -1;
		if (put_failed(job->put))
			return 0;	/* put_commit() will tell */
	}
	if (got < 0)
		return -1;
	return scorebatch_flush(&job->batch, path, line, job->put);
}

/* --- matrices ------------------------------------------------------------- */

/* Rows come out as label and score, or the score alone. */
static int
score_rows(struct job *job, const struct mat *m, const char *path)
{
	const size_t n = idmap_count(job->features);
	char text[NUM_TEXT_MAX];
	size_t first = 0;

	for (size_t i = 0; i < m->rows; i++) {
		const float *from = mat_row(m, i);
		struct span row = { text, 0 };

		if (m->cols > n)
			row.n = num_put_float(text, from[n]);
		memcpy(scorebatch_add_features(&job->batch, row), from,
		    n * sizeof *from);
		if (i + 1 < m->rows && !scorebatch_is_full(&job->batch))
			continue;
		if (scorebatch_flush(&job->batch, path, first + 1,
		    job->put) != 0)
			return -1;
		first = i + 1;
	}
	return 0;
}

static int
score_matrix(struct job *job, struct in *in, const char *path)
{
	const size_t n = job->features != NULL ? idmap_count(job->features) :
	    0;
	struct mat m;
	int status;

	if (job->features == NULL)
		return err_msg("%s: a matrix has no users and items: the model "
		    "wants rows of them", path);
	if (npy_read(in, &m) != 0)
		return -1;
	if (m.cols != n && m.cols != n + 1)
		status = err_msg("%s: %zu columns: the model wants %zu, or "
		    "one more that is the label", path, m.cols, n);
	else
		status = take_header(job, path, m.cols > n ? "label:float" :
		    "");
	if (status == 0)
		status = score_rows(job, &m, path);
	mat_release(&m);
	return status;
}

/* --- files ---------------------------------------------------------------- */

static int
score_file(struct job *job, const char *path)
{
	struct in *in = in_open(path);
	struct rows *rows;
	enum in_kind kind;
	int status;

	if (in == NULL)
		return -1;
	if (in_sniff(in, &kind) != 0) {
		in_close(in);
		return -1;
	}
	if (kind == IN_NPY) {
		in_set_tick(in, job->s->tick);
		status = score_matrix(job, in, path);
		in_close(in);
		return status;
	}
	rows = rows_open_in(in, &(struct rows_format){
	    .positional = job->features == NULL ? rows_interactions : NULL,
	    .kind = ROWS_GUESS, .tick = job->s->tick });
	if (rows == NULL)
		return -1;
	status = score_table(job, rows, path);
	rows_close(rows);
	return status;
}

int
scorerows_files(struct scorerows *s, const char *const *files, size_t n,
    struct put *put)
{
	const struct idmap *features = s->scorer->features;
	struct job job = { .s = s, .features = features, .put = put,
	    .names = BUF_EMPTY, .line = BUF_EMPTY };
	int status = 0;

	job.column = mem_array("columns", features != NULL ?
	    idmap_count(features) : 3, sizeof *job.column);
	scorebatch_init(&job.batch, s->scorer, s->missing);
	for (size_t i = 0; i < n && status == 0; i++)
		status = score_file(&job, files[i]);
	s->n_rows = job.batch.n_rows;
	s->n_missing = job.batch.n_missing;
	s->n_general = job.batch.n_general;
	scorebatch_release(&job.batch);
	buf_release(&job.names);
	buf_release(&job.line);
	free(job.column);
	return status;
}
