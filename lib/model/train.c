#include <math.h>
#include <time.h>

#include "base/buf.h"
#include "io/put.h"
#include "model/train.h"

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
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
put_line(const struct stopper *s, double loss, double value)
{
	put_int(s->history, (int64_t)s->epoch);
	put_double(s->history, round(1e3 * (seconds() - s->start)) / 1e3);
	put_double(s->history, loss);
	if (s->train->valid != NULL)
		put_double(s->history, value);
	put_end(s->history);
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
	if (s->history != NULL)
		put_line(s, loss, value);
	if (s->train->verbose)
		say(s, loss, value);
	tick_at(s->train->tick, s->epoch, s->epochs);
	return 0;
}

int
stopper_end(struct stopper *s, int ok)
{
	int status = 0;

	if (s->history != NULL && ok)
		status = put_commit(s->history);
	put_free(s->history);
	s->history = NULL;
	return status;
}
