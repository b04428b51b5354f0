#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "all/nnsearch.h"
#include "all/searchranges.h"
#include "base/hash.h"
#include "base/mem.h"
#include "io/put.h"
#include "io/rows.h"

enum { THIRD = 3, TOKEN = 17 };

/* A trial that was trained for so many epochs. */
struct line {
	size_t trial, epochs, best_epoch;
	double value;		/* NAN: the loss was not finite */
};

struct trial {
	size_t number;		/* from 1 */
	char **text;		/* (ranges) owned */
	double value;		/* of the last time */
};

struct nnsearch {
	struct nntrain *t;
	struct nn_options base;		/* nothing settled or searched for */
	struct searchranges *ranges;
	struct trial *trial;		/* (n) those that are left first */
	size_t n;
	struct line *line;		/* (n_lines of cap) */
	size_t n_lines, cap;
	char of[TOKEN];			/* stands for all a trial depends on */
};

/* --- the table of trials -------------------------------------------------- */

static struct trial *
find_trial(struct nnsearch *s, size_t number)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->trial[i].number == number)
			return &s->trial[i];
	return NULL;
}

static void
put_names(const struct nnsearch *s, struct put *put)
{
	struct buf b = BUF_EMPTY;

	buf_format(&b, "search:token\ttrial:float\tepochs:float\t"
	    "best_epoch:float\t%s:float", s->t->train.valid->metric);
	for (size_t i = 0; i < searchranges_count(s->ranges); i++) {
		const struct opt *o = searchranges_option(s->ranges, i);

		buf_format(&b, "\t%s:%s", o->name, o->type == OPT_T_REAL ||
		    o->type == OPT_T_SIZE ? "float" : "token");
	}
	put_header(put, buf_cstr(&b));
	buf_release(&b);
}

static int
write_lines(struct nnsearch *s)
{
	struct put *put;
	int status;

	if (s->t->search_history == NULL)
		return 0;
	put = put_open(s->t->search_history, 0);
	if (put == NULL)
		return -1;
	put_names(s, put);
	for (size_t i = 0; i < s->n_lines; i++) {
		const struct line *line = &s->line[i];
		const struct trial *trial = find_trial(s, line->trial);

		put_text(put, s->of);
		put_int(put, (int64_t)line->trial);
		put_int(put, (int64_t)line->epochs);
		put_int(put, (int64_t)line->best_epoch);
		if (isnan(line->value))
			put_text(put, "");
		else
			put_double(put, line->value);
		for (size_t k = 0; k < searchranges_count(s->ranges); k++)
			put_text(put, trial->text[k]);
		put_end(put);
	}
	status = put_commit(put);
	put_free(put);
	return status;
}

static void
add_line(struct nnsearch *s, const struct line *line)
{
	s->line = mem_grow("trials", s->line, &s->cap, s->n_lines + 1,
	    sizeof *s->line);
	s->line[s->n_lines++] = *line;
}

static int
take_row(struct nnsearch *s, const struct rows *rows, const int at[5])
{
	struct line line = { .value = NAN };
	double x[3];

	if (!span_is(rows_text(rows, at[0]), s->of))
		return rows_error(rows, at[0], "of another search: of other "
		    "data, options, ranges or seed");
	for (size_t i = 0; i < 3; i++)
		if (rows_real(rows, at[i + 1], &x[i]) != 0)
			return -1;
	if (!(x[0] >= 1 && x[0] <= (double)s->n && x[1] >= 1 && x[1] < 1e9 &&
	    x[2] >= 0 && x[2] <= x[1]))
		return rows_error(rows, at[1], "there is no such trial");
	line.trial = (size_t)x[0];
	line.epochs = (size_t)x[1];
	line.best_epoch = (size_t)x[2];
	if (rows_text(rows, at[4]).n > 0 &&
	    rows_real(rows, at[4], &line.value) != 0)
		return -1;
	add_line(s, &line);
	return 0;
}

/* What a search that was interrupted has done. */
static int
read_lines(struct nnsearch *s)
{
	const char *path = s->t->search_history;
	const char *const names[5] = { "search", "trial", "epochs",
		"best_epoch", s->t->train.valid->metric };
	struct rows *rows;
	int at[5], got = 1;

	if (path == NULL || access(path, F_OK) != 0)
		return 0;
	rows = rows_open(path, &(struct rows_format){ .kind = ROWS_TSV });
	if (rows == NULL)
		return -1;
	for (size_t i = 0; got > 0 && i < 5; i++)
		if ((at[i] = rows_column(rows, names[i])) < 0)
			got = -1;
	while (got > 0 && (got = rows_next(rows)) > 0)
		if (take_row(s, rows, at) != 0)
			got = -1;
	rows_close(rows);
	return got;
}

static const struct line *
find_line(const struct nnsearch *s, size_t trial, size_t epochs)
{
	for (size_t i = 0; i < s->n_lines; i++)
		if (s->line[i].trial == trial && s->line[i].epochs == epochs)
			return &s->line[i];
	return NULL;
}

/* --- a trial -------------------------------------------------------------- */

/* The options of a trial; those that depend on others are settled anew. */
static int
choose(struct nnsearch *s, const struct trial *trial)
{
	struct nntrain *t = s->t;

	t->options = s->base;
	for (size_t i = 0; i < searchranges_count(s->ranges); i++)
		if (opt_store(searchranges_option(s->ranges, i),
		    trial->text[i]) != 0)
			return -1;
	if (t->job.method->settle != NULL)
		t->job.method->settle(&t->options, &t->job);
	return 0;
}

/* Trains it for so many epochs of all: nothing is said, nothing written. */
static int
train(struct nnsearch *s, const struct trial *trial, size_t epochs,
    size_t all, struct line *line)
{
	struct train quiet = { .seed = s->t->train.seed,
		.valid = s->t->train.valid,
		.patience = s->t->train.patience };
	struct nn_job job;
	struct buf said = BUF_EMPTY, *before;
	int status;

	if (choose(s, trial) != 0)
		return -1;
	job = s->t->job;
	s->t->options.epochs = epochs;
	s->t->options.warmup *= (double)epochs / (double)all;
	job.options = &s->t->options;
	job.train = &quiet;
	job.is_trial = 1;
	job.tick = NULL;
	before = err_hold(&said);
	status = job.method->train(&job);
	err_hold(before);
	*line = (struct line){ trial->number, epochs, job.result.best_epoch,
		status == 0 ? job.result.best_value : NAN };
	if (status != 0 && job.result.stopped > 0)
		status = 0;
	else if (status != 0)
		err_say(&said);
	buf_release(&said);
	return status;
}

static int
measure(struct nnsearch *s, struct trial *trial, size_t epochs, size_t all)
{
	const struct line *old = find_line(s, trial->number, epochs);
	struct line line;

	if (old == NULL) {
		if (train(s, trial, epochs, all, &line) != 0)
			return -1;
		add_line(s, &line);
		if (write_lines(s) != 0)
			return -1;
		old = &line;
	}
	trial->value = old->value;
	return 0;
}

/* --- halving -------------------------------------------------------------- */

static int
is_better(const struct nnsearch *s, const struct trial *a,
    const struct trial *b)
{
	if (isnan(a->value) || isnan(b->value))
		return isnan(b->value) && !isnan(a->value);
	return s->t->train.valid->smaller_is_better ? a->value < b->value :
	    a->value > b->value;
}

/* The n first trials by falling value; equal ones as they are. */
static void
sort_trials(struct nnsearch *s, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const struct trial me = s->trial[i];
		size_t k = i;

		for (; k > 0 && is_better(s, &me, &s->trial[k - 1]); k--)
			s->trial[k] = s->trial[k - 1];
		s->trial[k] = me;
	}
}

/* "--factors 16 --dropout 0.2" */
static void
add_settings(const struct nnsearch *s, const struct trial *trial,
    struct buf *b)
{
	for (size_t i = 0; i < searchranges_count(s->ranges); i++)
		buf_format(b, " --%s %s",
		    searchranges_option(s->ranges, i)->name, trial->text[i]);
}

static void
say_best(const struct nnsearch *s, size_t n, size_t epochs)
{
	const struct trial *best = &s->trial[0];
	struct buf b = BUF_EMPTY;

	buf_format(&b, "%zu trial%s of %zu epoch%s: %s %.6g of trial %zu:", n,
	    n == 1 ? "" : "s", epochs, epochs == 1 ? "" : "s",
	    s->t->train.valid->metric, best->value, best->number);
	add_settings(s, best, &b);
	train_note(&s->t->train, "%s", buf_cstr(&b));
	buf_release(&b);
}

/* How often the trials are measured before one is left, and, of that, the
 * epochs of the time that is followed by `rest` others. */
static size_t
rungs(size_t n)
{
	size_t k = 0;

	for (; n > 1; n = n / THIRD + (n % THIRD != 0))
		k++;
	return k;
}

static size_t
epochs_of(size_t all, size_t rest)
{
	for (; rest > 0 && all > 1; rest--)
		all = all < THIRD ? 1 : all / THIRD;
	return all;
}

static size_t
count_trials(size_t n)
{
	size_t all = 0;

	for (; n > 1; n = n / THIRD + (n % THIRD != 0))
		all += n;
	return all;
}

static int
halve(struct nnsearch *s, size_t all)
{
	const size_t total = rungs(s->n);
	size_t n = s->n, done = 0;

	for (size_t rung = 0; rung < total; rung++) {
		const size_t epochs = epochs_of(all, total - rung);

		for (size_t i = 0; i < n; i++) {
			if (measure(s, &s->trial[i], epochs, all) != 0)
				return -1;
			tick_at(s->t->job.tick, ++done, count_trials(s->n));
		}
		sort_trials(s, n);
		if (isnan(s->trial[0].value))
			return err_msg("--search: no trial had a finite loss: "
			    "give a lower --learning-rate");
		say_best(s, n, epochs);
		n = n / THIRD + (n % THIRD != 0);
	}
	return 0;
}

/* --- the whole ------------------------------------------------------------ */

/* Options of the network and its steps: what is read with the data, or says
 * how it is, is as it is. */
static int
may(const void *arg, const struct opt *o)
{
	const struct nntrain *t = arg;
	const struct nn_options *all = &t->options;
	const void *const fixed[] = { &all->epochs, &all->hash_bits,
		&all->value, &all->class_weight, &all->teacher_weight,
		&all->teacher_depth, &all->freeze };
	const char *at = o->value, *from = (const char *)all;

	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
		if (o->value == fixed[i])
			return 0;
	return at >= from && at < from + sizeof *all;
}

static void
draw_trials(struct nnsearch *s)
{
	const size_t n = searchranges_count(s->ranges);

	s->n = s->t->trials;
	s->trial = mem_array("trials", s->n, sizeof *s->trial);
	for (size_t i = 0; i < s->n; i++) {
		s->trial[i].number = i + 1;
		s->trial[i].text = mem_array("trials", n, sizeof(char *));
		for (size_t k = 0; k < n; k++)
			s->trial[i].text[k] = searchranges_draw(s->ranges, k,
			    s->t->train.seed, i);
	}
}

/* The trials of a dry run, which goes on with the settings of the first. */
static void
foresee(const struct nnsearch *s, size_t all)
{
	const size_t total = rungs(s->n);
	size_t n = s->n;

	for (size_t rung = 0; rung < total; rung++) {
		const size_t epochs = epochs_of(all, total - rung);

		forecast_step(s->t->train.forecast, "%zu trials of %zu epoch%s",
		    n, epochs, epochs == 1 ? "" : "s");
		n = n / THIRD + (n % THIRD != 0);
	}
	forecast_step(s->t->train.forecast, "with the best settings (above: "
	    "with those of the first trial)");
}

static int
run(struct nnsearch *s)
{
	struct nntrain *t = s->t;
	const size_t all = t->options.epochs;
	uint64_t hash;

	s->ranges = searchranges_read(t->search, t->table.option, may, t);
	if (s->ranges == NULL)
		return -1;
	draw_trials(s);
	if (t->train.forecast != NULL) {
		foresee(s, all);
		return choose(s, &s->trial[0]);
	}
	hash = hash_mix(hash_mix(nn_hash(&t->job),
	    searchranges_hash(s->ranges)), hash_mix(all, s->n));
	snprintf(s->of, sizeof s->of, "%016llx", (unsigned long long)hash);
	tick_step(t->job.tick, "search", "trials");
	if (read_lines(s) != 0 || halve(s, all) != 0)
		return -1;
	tick_step(t->job.tick, "training", "examples");
	return choose(s, &s->trial[0]);
}

struct nnsearch *
nnsearch_run(struct nntrain *t)
{
	struct nnsearch *s = mem_array("search", 1, sizeof *s);

	s->t = t;
	s->base = t->unsettled;
	if (run(s) == 0)
		return s;
	nnsearch_free(s);
	return NULL;
}

void
nnsearch_free(struct nnsearch *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n; i++) {
		for (size_t k = 0; k < searchranges_count(s->ranges); k++)
			free(s->trial[i].text[k]);
		free(s->trial[i].text);
	}
	free(s->trial);
	free(s->line);
	searchranges_free(s->ranges);
	free(s);
}
