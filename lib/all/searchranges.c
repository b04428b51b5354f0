#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "all/searchranges.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/rng.h"
#include "io/rows.h"

enum { NUMBER = 32 };		/* bytes of a drawn number */

/* Numbers from low to high, or one of the texts. */
struct range {
	const struct opt *option;
	double low, high;
	int is_log;
	char **text;		/* (n) owned; n = 0: numbers */
	size_t n, cap;
};

struct searchranges {
	struct range *range;	/* (n of cap) */
	size_t n, cap;
	uint64_t hash;
};

static struct span
trimmed(struct span s)
{
	while (s.n > 0 && s.p[0] == ' ')
		s = (struct span){ s.p + 1, s.n - 1 };
	while (s.n > 0 && s.p[s.n - 1] == ' ')
		s.n--;
	return s;
}

/* "A..B", "A..B log": 0; -1 (no message): it is none. */
static int
parse_numbers(struct span text, struct range *r)
{
	static const char dots[] = "..", log_[] = " log";
	const char *at;

	if (r->option->type != OPT_T_REAL && r->option->type != OPT_T_SIZE)
		return -1;
	if (text.n > strlen(log_) && memcmp(text.p + text.n - strlen(log_),
	    log_, strlen(log_)) == 0) {
		r->is_log = 1;
		text = trimmed((struct span){ text.p, text.n -
		    strlen(log_) });
	}
	at = memmem(text.p, text.n, dots, strlen(dots));
	if (at == NULL)
		return -1;
	return num_real((struct span){ text.p, (size_t)(at - text.p) },
	    &r->low) == 0 && num_real((struct span){ at + strlen(dots),
	    text.n - (size_t)(at - text.p) - strlen(dots) },
	    &r->high) == 0 ? 0 : -1;
}

/* Would the command line take it?  The variable stays as it is. */
static int
try(const struct opt *o, const char *text)
{
	union {
		size_t size;
		double real;
		const char *text;
		const struct choice *choice;
	} any;
	struct opt copy = *o;

	copy.value = &any;
	return opt_store(&copy, text);
}

static char *
number_text(const struct range *r, double x)
{
	char text[NUMBER];

	snprintf(text, sizeof text, r->option->type == OPT_T_SIZE ? "%.0f" :
	    "%.4g", x);
	return mem_text(text, strlen(text));
}

static int
check_numbers(const struct rows *rows, const struct range *r)
{
	char *low = number_text(r, r->low), *high = number_text(r, r->high);
	int status = 0;

	if (!(r->low < r->high))
		status = rows_error(rows, 1, "%g is not less than %g", r->low,
		    r->high);
	else if (r->is_log && r->low <= 0)
		status = rows_error(rows, 1, "log needs numbers above 0");
	else if (try(r->option, low) != 0 || try(r->option, high) != 0)
		status = -1;
	free(low);
	free(high);
	return status;
}

static int
parse_texts(const struct rows *rows, struct span text, struct range *r)
{
	while (text.p != NULL) {
		const struct span one = trimmed(span_cut(&text, '|'));

		if (one.n == 0)
			return rows_error(rows, 1, "an empty value");
		r->text = mem_grow("ranges", r->text, &r->cap, r->n + 1,
		    sizeof *r->text);
		r->text[r->n++] = mem_text(one.p, one.n);
		if (try(r->option, r->text[r->n - 1]) != 0)
			return -1;
	}
	return 0;
}

static int
add_row(struct searchranges *s, const struct rows *rows, struct range *r)
{
	const struct span text = trimmed(rows_text(rows, 1));

	for (size_t i = 0; i < s->n; i++)
		if (s->range[i].option == r->option)
			return rows_error(rows, 0, "--%s stands twice",
			    r->option->name);
	if (parse_numbers(text, r) == 0 ? check_numbers(rows, r) != 0 :
	    parse_texts(rows, text, r) != 0)
		return -1;
	s->hash = hash_bytes(text.p, text.n, hash_bytes(r->option->name,
	    strlen(r->option->name), s->hash));
	return 0;
}

struct searchranges *
searchranges_read(const char *path, const struct opt *table,
    int (*may)(const void *arg, const struct opt *), const void *arg)
{
	struct searchranges *s = mem_array("ranges", 1, sizeof *s);
	struct rows *rows = rows_open(path, &(struct rows_format){
	    .positional = (const char *const[]){ "option", "values", NULL },
	    .kind = ROWS_TSV });
	int got = rows != NULL && rows_column(rows, "option") == 0 &&
	    rows_column(rows, "values") == 1 ? 1 : -1;

	while (got > 0 && (got = rows_next(rows)) > 0) {
		struct range r = { .option = opt_find(table,
		    trimmed(rows_text(rows, 0))) };

		if (r.option == NULL)
			got = -1;
		else if (!may(arg, r.option))
			got = rows_error(rows, 0, "--%s is not what can be "
			    "searched for", r.option->name);
		else if (add_row(s, rows, &r) != 0)
			got = -1;
		s->range = mem_grow("ranges", s->range, &s->cap, s->n + 1,
		    sizeof *s->range);
		s->range[s->n++] = r;
	}
	if (got == 0 && s->n == 0)
		got = err_msg("%s: no options to search for", path);
	rows_close(rows);
	if (got == 0)
		return s;
	searchranges_free(s);
	return NULL;
}

void
searchranges_free(struct searchranges *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n; i++) {
		for (size_t k = 0; k < s->range[i].n; k++)
			free(s->range[i].text[k]);
		free(s->range[i].text);
	}
	free(s->range);
	free(s);
}

size_t
searchranges_count(const struct searchranges *s)
{
	return s->n;
}

const struct opt *
searchranges_option(const struct searchranges *s, size_t i)
{
	return s->range[i].option;
}

uint64_t
searchranges_hash(const struct searchranges *s)
{
	return s->hash;
}

char *
searchranges_draw(const struct searchranges *s, size_t i, uint64_t seed,
    uint64_t trial)
{
	const struct range *r = &s->range[i];
	struct rng rng;
	double x;

	rng_init(&rng, seed, rng_stream(r->option->name, trial));
	if (r->n > 0) {
		const char *text = r->text[rng_below(&rng, (uint32_t)r->n)];

		return mem_text(text, strlen(text));
	}
	x = rng_real(&rng);
	if (r->is_log)
		x = r->low * pow(r->high / r->low, x);
	else if (r->option->type == OPT_T_SIZE)
		x = fmin(floor(r->low + x * (r->high - r->low + 1)), r->high);
	else
		x = r->low + x * (r->high - r->low);
	return number_text(r, x);
}
