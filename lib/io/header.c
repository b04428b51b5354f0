#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/header.h"

enum { MAX_COLUMNS = 1 << 20 };	/* more is a file that has lost its LFs */

static const struct {
	const char *name;
	enum rows_type type;
} types[] = {
	{ "token", ROWS_TOKEN },
	{ "token_seq", ROWS_TOKEN_SEQ },
	{ "float", ROWS_FLOAT },
	{ "float_seq", ROWS_FLOAT_SEQ },
};

const char *
rows_type_name(enum rows_type type)
{
	size_t t = 0;

	while (types[t].type != type)
		t++;
	return types[t].name;
}

/* Columns that hold numbers when nobody says what they hold. */
static const char *const numbers[] = {
	"rating", "timestamp", "label", "score", "rank", "weight", "fold",
};

/* Cuts ":type" off a name; -1 when it has none. */
static int
cut_type(struct span *name, enum rows_type *type)
{
	const char *colon = name->n == 0 ? NULL
	    : memrchr(name->p, ':', name->n);
	struct span rest;

	if (colon == NULL || colon == name->p)
		return -1;
	rest.p = colon + 1;
	rest.n = name->n - (size_t)(colon - name->p) - 1;
	for (size_t t = 0; t < sizeof types / sizeof *types; t++)
		if (span_is(rest, types[t].name)) {
			name->n = (size_t)(colon - name->p);
			*type = types[t].type;
			return 0;
		}
	return -1;
}

int
header_is_typed(const struct record *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct span name = r->field[i];
		enum rows_type type;

		if (cut_type(&name, &type) != 0)
			return 0;
	}
	return r->n > 0;
}

static int
has_number(const struct record *r)
{
	double x;

	for (size_t i = 0; i < r->n; i++)
		if (num_real(r->field[i], &x) == 0)
			return 1;
	return 0;
}

static enum rows_type
usual_type(const char *name)
{
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (strcmp(name, numbers[i]) == 0)
			return ROWS_FLOAT;
	return ROWS_TOKEN;
}

int
header_begin(struct header *h, size_t n, const char *path)
{
	*h = (struct header){ .n = n };
	if (n > MAX_COLUMNS)
		return err_at(path, 1, "more than %d columns", MAX_COLUMNS);
	h->column = mem_array("columns", n, sizeof *h->column);
	return 0;
}

void
header_set(struct header *h, size_t i, struct span name)
{
	char number[NUM_TEXT_MAX];

	if (name.n == 0) {
		name.n = num_put_int(number, (int64_t)i + 1);
		name.p = number;
	}
	h->column[i].name = mem_text(name.p, name.n);
	h->column[i].type = usual_type(h->column[i].name);
}

static void
take_names(struct header *h, const struct record *first)
{
	const int typed = header_is_typed(first);

	for (size_t i = 0; i < h->n; i++) {
		struct span name = first->field[i];
		enum rows_type type = ROWS_TOKEN;

		if (typed && cut_type(&name, &type) != 0)
			continue;
		header_set(h, i, name);
		if (typed)
			h->column[i].type = type;
	}
}

static void
take_positions(struct header *h, const struct rows_format *f)
{
	const char *const only[] = { f->only, NULL };
	const char *const *names = h->n == 1 && f->only != NULL ? only :
	    f->positional;

	for (size_t i = 0; i < h->n; i++) {
		struct span name = { NULL, 0 };

		if (names != NULL && *names != NULL)
			name = span_of(*names++);
		header_set(h, i, name);
	}
}

static int
compare(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

/* Each name stands once; sorted, so that a file with very many columns is
 * not slow to refuse. */
static int
check_names(const struct header *h, const char *path)
{
	const char **name = mem_array("columns", h->n, sizeof *name);
	int status = 0;

	for (size_t i = 0; i < h->n; i++)
		name[i] = h->column[i].name;
	if (h->n > 0)
		qsort(name, h->n, sizeof *name, compare);
	for (size_t i = 1; i < h->n && status == 0; i++)
		if (strcmp(name[i - 1], name[i]) == 0)
			status = err_at(path, 1, "column '%s' stands twice",
			    name[i]);
	free(name);
	return status;
}

static int
is_header(const struct record *first, const struct rows_format *f,
    enum rows_kind kind)
{
	switch (f->header) {
	case ROWS_HEADER_YES:
		return 1;
	case ROWS_HEADER_NO:
		return 0;
	case ROWS_HEADER_AUTO:
		break;
	}
	return header_is_typed(first) ||
	    (kind == ROWS_CSV && !has_number(first));
}

int
header_make(struct header *h, const struct record *first,
    const struct rows_format *format, enum rows_kind kind, const char *path)
{
	if (header_begin(h, first->n, path) != 0)
		return -1;
	h->is_there = is_header(first, format, kind);
	if (h->is_there)
		take_names(h, first);
	else
		take_positions(h, format);
	return check_names(h, path);
}

void
header_release(struct header *h)
{
	for (size_t i = 0; i < h->n && h->column != NULL; i++)
		free(h->column[i].name);
	free(h->column);
	*h = (struct header){ 0 };
}

int
header_find(const struct header *h, const char *name)
{
	size_t number;

	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->column[i].name, name) == 0)
			return (int)i;
	if (num_size(span_of(name), &number) == 0 && number >= 1 &&
	    number <= h->n)
		return (int)number - 1;
	return -1;
}
