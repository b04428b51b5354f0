#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "io/put.h"
#include "model/train.h"

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void
train_note(const struct train *t, const char *fmt, ...)
{
	struct buf b = BUF_EMPTY;
	va_list args, again;
	int n;

	if (t->note == NULL)
		return;
	va_start(args, fmt);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, args);
	vsnprintf(buf_room(&b, (size_t)n + 1), (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(args);
	t->note(t->note_arg, b.p);
	buf_release(&b);
}

int
stopper_begin(struct stopper *s, const struct train *train, size_t epochs)
{
	struct buf header = BUF_EMPTY;

	*s = (struct stopper){ .train = train, .epochs = epochs,
		.best_value = NAN, .start = seconds() };
	if (train->history == NULL)
		return 0;
	s->history = put_open(train->history, 0);
	if (s->history == NULL)
		return -1;
	buf_text(&header, "epoch:float\tseconds:float\tloss:float");
	if (train->valid != NULL)
		buf_format(&header, "\t%s:float", train->valid->metric);
	put_header(s->history, buf_cstr(&header));
	buf_release(&header);
	return 0;
}

int
stopper_more(const struct stopper *s)
{
	const struct train *t = s->train;

	if (s->epoch >= s->epochs)
		return 0;
	return t->valid == NULL || t->patience == 0 ||
	    s->epoch - s->best_epoch < t->patience;
}

static void
add_line(struct stopper *s, const double line[STOPPER_COLUMNS])
{
	const size_t n = s->n_lines * STOPPER_COLUMNS;

	s->line = mem_grow("history", s->line, &s->cap_lines,
	    n + STOPPER_COLUMNS, sizeof *s->line);
	memcpy(s->line + n, line, STOPPER_COLUMNS * sizeof *line);
	s->n_lines++;
}

void
stopper_recall(struct stopper *s, const double *line, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_line(s, line + i * STOPPER_COLUMNS);
	if (n > 0)
		s->start -= line[(n - 1) * STOPPER_COLUMNS + 1];
}

double
stopper_loss(const struct stopper *s)
{
	return s->n_lines == 0 ? NAN :
	    s->line[(s->n_lines - 1) * STOPPER_COLUMNS + 2];
}

/* To the millisecond; the last column only if there is validation. */
static void
put_lines(const struct stopper *s)
{
	for (size_t i = 0; i < s->n_lines; i++) {
		const double *line = s->line + i * STOPPER_COLUMNS;

		put_int(s->history, (int64_t)line[0]);
		put_double(s->history, round(1e3 * line[1]) / 1e3);
		put_double(s->history, line[2]);
		if (s->train->valid != NULL)
			put_double(s->history, line[3]);
		put_end(s->history);
	}
}

static void
say(const struct stopper *s, double loss, double value)
{
	if (s->train->valid != NULL)
		err_msg("epoch %zu: loss %.6g, %s %.6f%s", s->epoch, loss,
		    s->train->valid->metric, value,
		    s->is_best ? " (best)" : "");
	else
		err_msg("epoch %zu: loss %.6g", s->epoch, loss);
}

int
stopper_epoch(struct stopper *s, double loss, const struct scorer *scorer)
{
	struct validation *valid = s->train->valid;
	double value = NAN;

	s->epoch++;
	if (!isfinite(loss))
		return err_msg("the loss is not finite after epoch %zu",
		    s->epoch);
	if (valid != NULL && valid->measure(valid, scorer, &value) != 0)
		return -1;
	if (valid != NULL && isnan(value))
		return err_msg("%s is not a number after epoch %zu",
		    valid->metric, s->epoch);
	s->is_best = valid == NULL || s->best_epoch == 0 ||
	    (valid->smaller_is_better ? value < s->best_value :
	    value > s->best_value);
	if (s->is_best) {
		s->best_epoch = s->epoch;
		s->best_value = value;
	}
	add_line(s, (const double[]){ (double)s->epoch, seconds() - s->start,
	    loss, valid != NULL ? value : 0 });
	if (s->train->verbose)
		say(s, loss, value);
	tick_at(s->train->tick, s->epoch, s->epochs);
	return 0;
}

int
stopper_end(struct stopper *s, int ok)
{
	int status = 0;

	if (s->history != NULL && ok) {
		put_lines(s);
		status = put_commit(s->history);
	}
	put_free(s->history);
	s->history = NULL;
	free(s->line);
	s->line = NULL;
	return status;
}
