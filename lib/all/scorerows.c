#include <stdlib.h>
#include <string.h>

#include "all/scorepart.h"
#include "all/scorerows.h"
#include "base/choice.h"
#include "base/mem.h"
#include "base/num.h"
#include "io/examplefields.h"
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
scorerows_open(struct scorerows *s, const struct models *models,
    const char *const *history, size_t n)
{
	s->scorer = models_open(models);
	if (s->scorer == NULL)
		return -1;
	if (scorer_is_of_rows(s->scorer) && n > 0)
		return err_msg("%s: a model of features takes no interactions",
		    models_name(models));
	if (n > 0 && (s->history = scorer_history(s->scorer,
	    &(struct scorer_reading){ .paths = history, .n_paths = n,
	    .tick = s->tick })) == NULL)
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
	struct scorecolumns column;
	struct examplecolumns example;	/* of a model of examples */
	const char *path;	/* of this file */
	size_t line;		/* of the batch's first row */
};

/* The new columns. */
static void
add_columns(const struct scorerows *s, struct buf *to)
{
	const struct idmap *classes = s->scorer->classes;

	if (classes != NULL)
		buf_text(to, "prediction:token\t");
	buf_format(to, "%s:float", s->column);
	for (uint32_t k = 0; classes != NULL && k < idmap_count(classes); k++)
		buf_format(to, "\t%s.%.*s:float", s->column,
		    SPAN_ARGS(idmap_name(classes, k)));
}

/* The first table's header is written (typed `names`, or NULL for a table
 * without one), those of the other files must be the same. */
static int
take_header(struct job *job, const char *names)
{
	struct buf line = BUF_EMPTY;

	if (job->first != NULL) {
		if ((names != NULL) == job->has_header && (names == NULL ||
		    strcmp(names, job->names.p) == 0))
			return 0;
		return err_msg("%s: its columns are not those of %s",
		    job->path, job->first);
	}
	job->first = job->path;
	job->has_header = names != NULL;
	if (names == NULL)
		return 0;
	buf_text(&job->names, names);
	buf_cstr(&job->names);
	buf_format(&line, "%s%s", names, *names != '\0' ? "\t" : "");
	add_columns(job->s, &line);
	if (!job->s->no_header)
		put_header(job->put, buf_cstr(&line));
	buf_release(&line);
	return 0;
}

/* --- tables --------------------------------------------------------------- */

/* Names of classes are tokens. */
static enum rows_type
column_type(const struct job *job, const struct rows *rows, size_t i)
{
	return job->s->scorer->classes != NULL &&
	    strcmp(rows_column_name(rows, i), "label") == 0 ? ROWS_TOKEN :
	    rows_column_type(rows, i);
}

static int
table_header(struct job *job, const struct rows *rows)
{
	static const char *const types[] = {
		[ROWS_TOKEN] = "token", [ROWS_TOKEN_SEQ] = "token_seq",
		[ROWS_FLOAT] = "float", [ROWS_FLOAT_SEQ] = "float_seq",
	};
	struct buf header = BUF_EMPTY;
	/* columns of texts have names in any case */
	const int named = rows_has_header(rows) ||
	    (job->example.v != NULL && vocabulary_is_text(job->example.v));
	int status;

	if (named && rows_find(rows, job->s->column) >= 0)
		return err_msg("%s: there is a column '%s' already: name the "
		    "new one with --column", job->path, job->s->column);
	if (named && job->s->scorer->classes != NULL &&
	    rows_find(rows, "prediction") >= 0)
		return err_msg("%s: there is a column 'prediction' already",
		    job->path);
	for (size_t i = 0; named && i < rows_width(rows); i++)
		buf_format(&header, "%s%s:%s", i > 0 ? "\t" : "",
		    rows_column_name(rows, i), types[column_type(job, rows,
		    i)]);
	status = take_header(job, named ? buf_cstr(&header) : NULL);
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
	struct scorecolumns *c = &job->column;

	for (uint32_t i = 0; i < c->n_features; i++) {
		const struct span s = idmap_name(job->features, i);
		char *name = mem_text(s.p, s.n);

		c->feature[i] = feature_column(rows, name);
		free(name);
		if (c->feature[i] < 0)
			return -1;
	}
	if (job->example.v != NULL)
		return examplefields_find(rows, &job->example);
	if (job->features != NULL)
		return 0;
	c->user = rows_column(rows, "user_id");
	if (c->user >= 0)
		c->item = rows_column(rows, "item_id");
	if (job->batch.times != NULL)
		c->time = rows_find(rows, "timestamp");
	job->batch.has_times = c->time >= 0;
	return c->user < 0 || c->item < 0 ? -1 : 0;
}

static int
read_block(void *arg, struct rows *block, void *slot)
{
	const struct job *job = arg;

	return scorepart_read(slot, &job->column, block);
}

static void
add_row(struct job *job, const struct scorepart *p, size_t i)
{
	const size_t n = job->column.n_features;

	if (job->batch.n == 0)
		job->line = p->line[i];
	if (job->example.v != NULL)
		scorebatch_add_example(&job->batch, scorepart_row(p, i),
		    &p->example.x, i);
	else if (job->features == NULL)
		scorebatch_add_pair(&job->batch, scorepart_row(p, i),
		    p->user.id[i], p->item.id[i], p->time[i]);
	else
		memcpy(scorebatch_add_features(&job->batch,
		    scorepart_row(p, i)), p->x + i * n, n * sizeof *p->x);
}

static int
flush(struct job *job)
{
	if (scorebatch_flush(&job->batch, job->path, job->line, job->put) != 0)
		return -1;
	return put_failed(job->put) ? put_finish(job->put) : 0;
}

static int
score_block(void *arg, void *slot)
{
	struct job *job = arg;
	const struct scorepart *p = slot;

	job->s->n_strange += p->example.x.n_unknown;
	for (size_t i = 0; i < p->n; i++) {
		add_row(job, p, i);
		if (scorebatch_is_full(&job->batch) && flush(job) != 0)
			return -1;
	}
	return 0;
}

static void
release_part(void *slot)
{
	scorepart_release(slot);
}

/* The header too, unless it is a text in the format of libfm. */
static int
find_table(struct job *job, const struct rows *rows)
{
	if (job->example.v != NULL && job->example.v->is_libfm)
		return take_header(job, "label:float");
	return find_columns(job, rows) != 0 ? -1 : table_header(job, rows);
}

static int
score_table(struct job *job, struct rows *rows)
{
	if (find_table(job, rows) != 0 ||
	    rows_scan(rows, &(struct rows_scan){ .arg = job,
	    .slot_size = sizeof(struct scorepart), .work = read_block,
	    .drain = score_block, .release = release_part }) != 0)
		return -1;
	return flush(job);
}

/* --- matrices ------------------------------------------------------------- */

/* Rows come out as label and score, or the score alone. */
static int
score_rows(struct job *job, const struct mat *m)
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
		job->line = first + 1;
		if (flush(job) != 0)
			return -1;
		first = i + 1;
	}
	return 0;
}

static int
score_matrix(struct job *job, struct in *in)
{
	const size_t n = job->column.n_features;
	struct mat m;
	int status;

	if (job->features == NULL)
		return err_msg("%s: a matrix has no users and items: the model "
		    "wants rows of them", job->path);
	if (npy_read(in, &m) != 0)
		return -1;
	if (m.cols != n && m.cols != n + 1)
		status = err_msg("%s: %zu columns: the model wants %zu, or "
		    "one more that is the label", job->path, m.cols, n);
	else
		status = take_header(job, m.cols > n ? "label:float" :
		    "");
	if (status == 0)
		status = score_rows(job, &m);
	mat_release(&m);
	return status;
}

/* --- files ---------------------------------------------------------------- */

static int
score_rest(struct job *job, struct in *in, const struct rows_format *format)
{
	struct rows *rows = rows_open_in(in, format);
	int status;

	if (rows == NULL)
		return -1;
	status = score_table(job, rows);
	rows_close(rows);
	free(job->example.column);
	job->example.column = NULL;
	return status;
}

static int
score_examples(struct job *job, struct in *in)
{
	const int wants_libfm = job->example.v->is_libfm;
	const int libfm = vocabulary_is_text(job->example.v) ? 0 :
	    readexamples_is_libfm(in);
	struct rows_format format = { .kind = ROWS_GUESS };

	if (libfm != wants_libfm) {
		if (libfm >= 0)
			err_msg(wants_libfm ? "%s: not in the format of libfm, "
			    "as the training data was" : "%s: in the format of "
			    "libfm, as the training data was not", job->path);
		in_close(in);
		return -1;
	}
	if (libfm)
		format = readexamples_libfm;
	else if (vocabulary_is_text(job->example.v))
		format = readexamples_texts;
	format.tick = job->s->tick;
	return score_rest(job, in, &format);
}

static int
score_file(struct job *job, const char *path)
{
	struct in *in = in_open(path);
	enum in_kind kind;
	int status;

	job->path = path;
	if (in == NULL)
		return -1;
	if (in_sniff(in, &kind) != 0) {
		in_close(in);
		return -1;
	}
	if (job->example.v != NULL)
		return score_examples(job, in);
	if (kind == IN_NPY) {
		in_set_tick(in, job->s->tick);
		status = score_matrix(job, in);
		in_close(in);
		return status;
	}
	return score_rest(job, in, &(struct rows_format){
	    .positional = job->features == NULL ? rows_interactions : NULL,
	    .kind = ROWS_GUESS, .tick = job->s->tick });
}

int
scorerows_files(struct scorerows *s, const char *const *files, size_t n,
    struct put *put)
{
	const struct idmap *features = s->scorer->features;
	struct job job = { .s = s, .features = features, .put = put,
	    .names = BUF_EMPTY, .column = { .scorer = s->scorer, .time = -1 }
	};
	int status = 0;

	job.example = (struct examplecolumns){ .v = s->scorer->vocabulary,
		.label = -1 };
	if (job.example.v != NULL)
		job.column.example = &job.example;
	if (features != NULL) {
		job.column.n_features = idmap_count(features);
		job.column.feature = mem_array("columns",
		    job.column.n_features, sizeof *job.column.feature);
	}
	scorebatch_init(&job.batch, s->scorer, s->missing);
	for (size_t i = 0; i < n && status == 0; i++)
		status = score_file(&job, files[i]);
	s->n_rows = job.batch.n_rows;
	s->n_missing = job.batch.n_missing;
	s->n_general = job.batch.n_general;
	s->n_partly = job.batch.n_partly;
	scorebatch_release(&job.batch);
	buf_release(&job.names);
	free(job.column.feature);
	return status;
}
