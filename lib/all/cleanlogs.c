#include <stdlib.h>

#include "all/cleanlogs.h"
#include "base/num.h"
#include "base/text.h"
#include "io/in.h"

/* "20/10s": more than 20 rows in less than 10 seconds */
static int
read_burst(struct cleanplan *p)
{
	struct span time = { NULL, 0 }, number;
	size_t n;

	if (p->want->max_burst == NULL)
		return 0;
	time = span_of(p->want->max_burst);
	number = span_cut(&time, '/');
	if (time.p == NULL || num_size(number, &n) != 0 || n == 0 ||
	    cleantime_duration(time, &p->robots.burst_time) != 0)
		return err_msg("--max-burst: '%s' is not N/TIME, as 20/10s",
		    p->want->max_burst);
	p->robots.burst = n;
	return 0;
}

enum { ONE_ITEM_ROWS = 20 };	/* without a number in --max-one-item */

/* "90%/20": more than 90 % of at least 20 rows */
static int
read_one_item(struct cleanplan *p)
{
	struct span rows = { NULL, 0 }, share;
	size_t n = ONE_ITEM_ROWS;
	double x;

	if (p->want->max_one_item == NULL)
		return 0;
	rows = span_of(p->want->max_one_item);
	share = span_cut(&rows, '/');
	if (num_share(share, &x) != 0 || !(x > 0) || x >= 1 ||
	    (rows.p != NULL && (num_size(rows, &n) != 0 || n < 2)))
		return err_msg("--max-one-item: '%s' is not SHARE/ROWS, as "
		    "90%%/20", p->want->max_one_item);
	p->robots.one_item = x;
	p->robots.one_item_rows = n;
	return 0;
}

int
cleanlogs_read(struct cleanplan *p)
{
	const struct cleanwant *w = p->want;

	if (w->table && (w->max_per_day > 0 || w->max_burst != NULL ||
	    w->max_one_item != NULL || w->top_items > 0))
		return err_msg("--max-per-day, --max-burst, --max-one-item "
		    "and --top-items are not for --table");
	p->robots.per_day = w->max_per_day;
	p->robots.zone = p->rules.time.zone;
	return read_burst(p) != 0 ? -1 : read_one_item(p);
}

const char *
cleanlogs_need_times(const struct cleanplan *p)
{
	return p->robots.per_day > 0 ? "--max-per-day"
	    : p->robots.burst > 0 ? "--max-burst" : NULL;
}

int
cleanlogs_read_words(struct cleanplan *p)
{
	const struct tokenize_rules all = { 1, NULL };
	const struct cleanwant *w = p->want;
	struct buf words = BUF_EMPTY;
	struct span rest;
	struct in *in;
	char *text = NULL;
	size_t n = 0;
	int status = 0;

	p->rules.tokens.min = w->min_token;
	if (w->stop_words == NULL)
		return 0;
	in = in_open(w->stop_words);
	if (in == NULL)
		return -1;
	if (in_read_all(in, &text, &n) == 0 &&
	    text_is_utf8((struct span){ text, n })) {
		/* small letters, as the texts will have */
		tokenize((struct span){ text, n }, &all, &words);
		p->rules.tokens.stop = p->stop_words = idmap_new();
		rest = (struct span){ words.p, words.n };
		while (words.n > 0 && rest.p != NULL)
			idmap_add(p->stop_words, span_cut(&rest, ' '));
	} else {
		status = text == NULL ? -1 : err_msg("%s: not UTF-8",
		    in_name(in));
	}
	free(text);
	buf_release(&words);
	in_close(in);
	return status;
}
