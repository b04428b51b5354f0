#include <math.h>
#include <stdlib.h>

#include "all/ope.h"
#include "base/buf.h"
#include "base/mem.h"

static void
say(const struct ope *how, const struct opelog *l)
{
	struct buf text = BUF_EMPTY;
	double unseen;

	buf_format(&text, "%s: %zu rows, worth %.1f of the other policy; mean "
	    "weight %.4f", how->log, l->rows.n, offpolicy_effective(&l->rows),
	    offpolicy_mean_weight(&l->rows));
	how->note(how->note_arg, buf_cstr(&text));
	unseen = l->policy != NULL ? offpolicy_unseen(&l->rows) : 0;
	text.n = 0;
	buf_format(&text, "%.2f %% of what the other policy shows is not in "
	    "the log: weights know nothing of it", 100 * unseen);
	if (unseen > 0)
		how->note(how->note_arg, buf_cstr(&text));
	buf_release(&text);
}

static void
add_row(struct report *r, const char *name, double value, double low,
    double high)
{
	report_text(r, name);
	report_number(r, value);
	report_number(r, low);
	report_number(r, high);
}

/* The mean of rewards (n) as they were. */
static void
add_mean(const struct ope *how, struct report *r, const char *name,
    const double *reward, size_t n)
{
	double low, high, sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += reward[i];
	bootstrap_means(reward, n, 1, NULL, &how->certainty, &low, &high);
	add_row(r, name, sum / (double)n, low, high);
}

static struct report *
estimate(const struct ope *how, const struct opelog *l)
{
	struct report *r = report_new();
	double *scratch = mem_array("a model of rewards",
	    offpolicy_scratch(&l->rows), sizeof *scratch);
	const struct offpolicy_estimator *e;

	report_column(r, "estimator", REPORT_TEXT, "");
	report_column(r, "value", REPORT_NUMBER, "%.6g");
	report_column(r, "low", REPORT_NUMBER, "%.6g");
	report_column(r, "high", REPORT_NUMBER, "%.6g");
	add_mean(how, r, "log", l->reward, l->rows.n);
	for (size_t i = 0; (e = offpolicy_estimator(i)) != NULL; i++) {
		double low, high;

		if (e->needs_policy && l->policy == NULL)
			continue;
		offpolicy_interval(e, &l->rows, &how->certainty, &low, &high);
		add_row(r, e->what.name, offpolicy_value(e, &l->rows, NULL,
		    l->rows.n, scratch), low, high);
	}
	if (l->n_own > 0)
		add_mean(how, r, "on_policy", l->own_reward, l->n_own);
	free(scratch);
	return r;
}

struct report *
ope_run(const struct ope *how, int *refused)
{
	struct report *r = NULL;
	struct opelog l;
	double effective;

	*refused = 0;
	if (opelog_read(how, &l) != 0)
		return NULL;
	say(how, &l);
	effective = offpolicy_effective(&l.rows);
	if (effective < how->min_effective) {
		*refused = 1;
		err_msg("%s: for the other policy, its %zu rows are worth "
		    "%.1f: the policies are too different (--min-effective %g)",
		    how->log, l.rows.n, effective, how->min_effective);
	} else {
		tick_step(how->tick, "intervals", "resamples");
		r = estimate(how, &l);
	}
	opelog_release(&l);
	return r;
}
