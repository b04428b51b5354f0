/* Histories of trainings, as --history of the training tools writes them. */

#include <math.h>
#include <string.h>

#include "all/evaluate.h"
#include "io/rows.h"

/* What a history says. */
struct summary {
	double epochs, best_epoch, best, last, seconds;
};

/* Is less of this better?  The loss, and some metrics. */
static int
is_smaller_better(const char *name)
{
	static const struct choice *(*const tables[])(size_t) = {
	    metric_list_choice, metric_label_choice, metric_rating_choice };
	const struct span s = { name, strcspn(name, "@") };

	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		const struct choice *c = choice_find(tables[i], s);

		if (c != NULL)
			return ((const struct metric *)c)->smaller_is_better;
	}
	return 1;
}

/* The measure of validation, or the loss. */
static int
find_measure(const struct rows *rows)
{
	const int loss = rows_column(rows, "loss");

	if (loss < 0 || rows_column(rows, "epoch") < 0)
		return -1;
	return (size_t)loss + 1 < rows_width(rows) ? loss + 1 : loss;
}

static int
read_history(const struct evaluate *how, const char *path,
    struct summary *out, struct report *report)
{
	struct rows *rows = rows_open(path, &(struct rows_format){
	    .kind = ROWS_TSV });
	const int column = rows != NULL ? find_measure(rows) : -1;
	const char *name;
	int got = -1, smaller;

	if (column < 0) {
		rows_close(rows);
		return -1;
	}
	name = rows_column_name(rows, (size_t)column);
	smaller = is_smaller_better(name);
	if (how->plot != NULL)
		evalplot_begin_history(how->plot, path, name);
	*out = (struct summary){ .best = NAN };
	while ((got = rows_next(rows)) > 0) {
		double epoch, value;

		if (rows_real(rows, rows_find(rows, "epoch"), &epoch) != 0 ||
		    rows_real(rows, column, &value) != 0) {
			got = -1;
			break;
		}
		out->epochs++;
		out->last = value;
		if (isnan(out->best) || (smaller ? value < out->best :
		    value > out->best)) {
			out->best = value;
			out->best_epoch = epoch;
		}
		if (how->plot != NULL)
			evalplot_add_epoch(how->plot, epoch, value);
	}
	if (got == 0 && !(out->epochs > 0))
		got = err_msg("%s: no rows", path);
	if (got == 0) {
		report_text(report, path);
		report_text(report, name);
		report_number(report, out->epochs);
		report_number(report, out->best_epoch);
		report_number(report, out->best);
		report_number(report, out->last);
	}
	rows_close(rows);
	return got;
}

int
evaluate_histories(const struct evaluate *how, struct report *report)
{
	struct summary s;

	report_column(report, "history", REPORT_TEXT, "");
	report_column(report, "measure", REPORT_TEXT, "");
	report_column(report, "epochs", REPORT_NUMBER, "%.0f");
	report_column(report, "best_epoch", REPORT_NUMBER, "%.0f");
	report_column(report, "best", REPORT_NUMBER, "%.5g");
	report_column(report, "last", REPORT_NUMBER, "%.5g");
	for (size_t i = 0; i < how->n_files; i++)
		if (read_history(how, how->files[i], &s, report) != 0)
			return -1;
	return 0;
}
