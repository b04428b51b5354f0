#include <stdlib.h>

#include "base/mem.h"
#include "io/readpairs.h"
#include "io/rows.h"

enum { TRUTH = 2 };		/* column of the truth after user and item */

/* The column asked for, or its usual name, or the place without header. */
static int
find_column(const struct rows *rows, const char *asked, const char *usual,
    int place)
{
	if (asked != NULL)
		return rows_column(rows, asked);
	return rows_has_header(rows) ? rows_column(rows, usual) : place;
}

static int
find_columns(const struct rows *rows, const struct readpairs *how, int *truth,
    int *score)
{
	const int last = (int)rows_width(rows) - 1;

	if (!rows_has_header(rows) && last != 1 && last < TRUTH + 1 &&
	    (how->truth == NULL || how->score == NULL))
		return err_msg("%s: %d column%s without a header: which is "
		    "the %s, and which the score?", rows_path(rows), last + 1,
		    last == 0 ? "" : "s", how->labels ? "label" : "rating");
	*truth = find_column(rows, how->truth, how->labels ? "label" :
	    "rating", last == 1 ? 0 : TRUTH);
	if (*truth < 0)
		return -1;
	*score = find_column(rows, how->score, "score", last);
	return *score < 0 ? -1 : 0;
}

/* *x <- 1 or 0. */
static int
check_label(const struct rows *rows, int column, double *x)
{
	const struct span text = rows_text(rows, column);
	const int is_one = *x == 1;

	if (!is_one && *x != 0 && *x != -1)
		return rows_error(rows, column, "'%.*s' is not a label: "
		    "1, and 0 or -1 are", SPAN_ARGS(text));
	*x = is_one;
	return 0;
}

static int
read_rows(struct rows *rows, const struct readpairs *how, struct pairs *out)
{
	size_t cap_truth = 0, cap_score = 0;
	int truth = -1, score = -1, got;

	while ((got = rows_next(rows)) > 0) {
		double x, y;

		if (out->n == 0 &&
		    find_columns(rows, how, &truth, &score) != 0)
			return -1;
		if (rows_real(rows, truth, &x) != 0 ||
		    rows_real(rows, score, &y) != 0)
			return -1;
		if (how->labels && check_label(rows, truth, &x) != 0)
			return -1;
		out->truth = mem_grow("pairs", out->truth, &cap_truth,
		    out->n + 1, sizeof *out->truth);
		out->score = mem_grow("pairs", out->score, &cap_score,
		    out->n + 1, sizeof *out->score);
		out->truth[out->n] = x;
		out->score[out->n++] = y;
	}
	if (got == 0 && out->n == 0)
		return err_msg("%s: no rows", rows_path(rows));
	return got;
}

int
readpairs(const char *path, const struct readpairs *how, struct pairs *out)
{
	struct rows *rows = rows_open(path, &(struct rows_format){
	    .kind = ROWS_TSV, .tick = how->tick });
	int status;

	*out = (struct pairs){ NULL, NULL, 0 };
	status = rows == NULL ? -1 : read_rows(rows, how, out);
	rows_close(rows);
	if (status != 0)
		pairs_release(out);
	return status;
}

void
pairs_release(struct pairs *p)
{
	free(p->truth);
	free(p->score);
	*p = (struct pairs){ NULL, NULL, 0 };
}
