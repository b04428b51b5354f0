#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/guess.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli/opt.h"

/* The command line while it is read. */
struct reading {
	const struct opt *const *tables;	/* ended by NULL */
	const struct opt **seen;	/* (n_seen) given by the user */
	size_t n_seen, cap_seen;
	int stopped;			/* --help: nothing else counts */
	struct opt_memory *memory;
};

static void *
keep(struct opt_memory *m, void *p)
{
	m->p = mem_grow("options", m->p, &m->cap, m->n + 1, sizeof *m->p);
	m->p[m->n++] = p;
	return p;
}

void
opt_release(struct opt_memory *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->p[i]);
	free(m->p);
	*m = (struct opt_memory){ NULL, 0, 0 };
}

static const struct opt *
find_key(const struct opt *const tables[], char key)
{
	for (; *tables != NULL; tables++)
		for (const struct opt *o = *tables; o->type != OPT_T_END; o++)
			if (o->key == key)
				return o;
	return NULL;
}

static const struct opt *
find_name(const struct opt *const tables[], struct span name)
{
	for (; *tables != NULL; tables++)
		for (const struct opt *o = *tables; o->type != OPT_T_END; o++)
			if (span_is(name, o->name))
				return o;
	return NULL;
}

/* "unknown option --x; did you mean --y?" */
static int
unknown_name(const struct opt *const tables[], struct span name)
{
	struct guess g = guess_of(name);

	for (; *tables != NULL; tables++)
		for (const struct opt *o = *tables; o->type != OPT_T_END; o++)
			guess_offer(&g, span_of(o->name));
	if (g.near == NULL)
		return err_msg("unknown option --%.*s", SPAN_ARGS(name));
	err_msg("unknown option --%.*s; did you mean --%s?", SPAN_ARGS(name),
	    g.near);
	guess_release(&g);
	return -1;
}

/* The names of a table as "a, b, c". */
static void
add_names(struct buf *b, const struct choice *(*table)(size_t i))
{
	const struct choice *c;

	for (size_t i = 0; (c = table(i)) != NULL; i++)
		buf_format(b, "%s%s", i > 0 ? ", " : "", c->name);
}

static int
unknown_choice(const struct opt *o, struct span text)
{
	struct guess g = guess_of(text);
	struct buf names = BUF_EMPTY;

	guess_offer_choices(&g, o->choices);
	if (g.near != NULL)
		return guess_fail(&g, "--%s: unknown '%.*s'", o->name,
		    SPAN_ARGS(text));
	add_names(&names, o->choices);
	err_msg("--%s: unknown '%.*s'; it is one of %s", o->name,
	    SPAN_ARGS(text), buf_cstr(&names));
	buf_release(&names);
	return -1;
}

static int
in_range(const struct opt *o, double x)
{
	if (x >= o->min && x <= o->max)
		return 0;
	if (isinf(o->max))
		return err_msg("--%s must be at least %.15g", o->name, o->min);
	return err_msg("--%s must be from %.15g to %.15g", o->name, o->min,
	    o->max);
}

static int
store_number(const struct opt *o, struct span text)
{
	size_t n = 0;
	double x = 0;

	if (o->type == OPT_T_REAL) {
		if (num_real(text, &x) != 0)
			return err_msg("--%s: '%.*s' is not a number",
			    o->name, SPAN_ARGS(text));
		if (in_range(o, x) != 0)
			return -1;
		*(double *)o->value = x;
		return 0;
	}
	if (o->type == OPT_T_SIZE && num_size(text, &n) != 0)
		return err_msg("--%s: '%.*s' is not a whole number", o->name,
		    SPAN_ARGS(text));
	if (o->type == OPT_T_BYTES && num_bytes(text, &n) != 0)
		return err_msg("--%s: '%.*s' is not a size such as 512M",
		    o->name, SPAN_ARGS(text));
	if (in_range(o, (double)n) != 0)
		return -1;
	*(size_t *)o->value = n;
	return 0;
}

/* `text` is NULL for a flag. */
int
opt_store(const struct opt *o, const char *text)
{
	struct opt_list *list;
	const struct choice *c;

	switch (o->type) {
	case OPT_T_FLAG:
	case OPT_T_STOP:
		*(int *)o->value = 1;
		return 0;
	case OPT_T_TEXT:
	case OPT_T_WORDS:
	case OPT_T_FILE:
		*(const char **)o->value = text;
		return 0;
	case OPT_T_LIST:
	case OPT_T_FILES:
		list = o->value;
		list->text = mem_grow("options", list->text, &list->cap,
		    list->n + 1, sizeof *list->text);
		list->text[list->n++] = text;
		return 0;
	case OPT_T_CHOICE:
	case OPT_T_METHOD:
		if ((c = choice_find(o->choices, span_of(text))) == NULL)
			return unknown_choice(o, span_of(text));
		*(const struct choice **)o->value = c;
		return 0;
	case OPT_T_SIZE:
	case OPT_T_REAL:
	case OPT_T_BYTES:
		return store_number(o, span_of(text));
	case OPT_T_END:
		break;
	}
	return -1;
}

/* Stores what the user gave, and remembers that it was given. */
static int
take(struct reading *r, const struct opt *o, const char *text)
{
	r->seen = mem_grow("options", r->seen, &r->cap_seen, r->n_seen + 1,
	    sizeof *r->seen);
	r->seen[r->n_seen++] = o;
	if (o->type == OPT_T_STOP)
		r->stopped = 1;
	return opt_store(o, text);
}

/* Reads --name, --name=value or --name value; returns the words used. */
static int
parse_long(struct reading *r, char **argv)
{
	const char *name = argv[0] + 2;
	const size_t len = strcspn(name, "=");
	const struct span want = { name, len };
	const struct opt *o = find_name(r->tables, want);

	if (o == NULL)
		return unknown_name(r->tables, want);
	if (o->arg == NULL && name[len] == '=')
		return err_msg("--%s takes no value", o->name);
	if (o->arg == NULL)
		return take(r, o, NULL) == 0 ? 1 : -1;
	if (name[len] == '=')
		return take(r, o, name + len + 1) == 0 ? 1 : -1;
	if (argv[1] == NULL)
		return err_msg("--%s needs a value", o->name);
	return take(r, o, argv[1]) == 0 ? 2 : -1;
}

/* Reads -f, -fgk5 or -k 5; returns the words used. */
static int
parse_short(struct reading *r, char **argv)
{
	for (const char *p = argv[0] + 1; *p != '\0'; p++) {
		const struct opt *o = find_key(r->tables, *p);

		if (o == NULL)
			return err_msg("unknown option -%c", *p);
		if (o->arg != NULL && p[1] != '\0')
			return take(r, o, p + 1) == 0 ? 1 : -1;
		if (o->arg != NULL && argv[1] == NULL)
			return err_msg("-%c needs a value", *p);
		if (o->arg != NULL)
			return take(r, o, argv[1]) == 0 ? 2 : -1;
		if (take(r, o, NULL) != 0)
			return -1;
	}
	return 1;
}

static int
was_seen(const struct reading *r, const struct opt *o)
{
	for (size_t i = 0; i < r->n_seen; i++)
		if (r->seen[i] == o)
			return 1;
	return 0;
}

/* Is the option named among the method's defaults, "name=value name"? */
static int
is_of_method(const struct choice *method, const struct opt *o)
{
	struct span rest = span_of(method->defaults ? method->defaults : "");

	while (rest.p != NULL) {
		struct span word = span_cut(&rest, ' ');

		if (span_is(span_cut(&word, '='), o->name))
			return 1;
	}
	return 0;
}

/*
 * Stores the method's own defaults in what the user has not set.  A name
 * without a value ("bias" or "init=") only says that the option is taken.
 * The texts come from the program: a mistake in them is a bug.
 */
static void
fill_defaults(struct reading *r, const struct choice *method)
{
	struct span rest = span_of(method->defaults ? method->defaults : "");

	while (rest.p != NULL) {
		struct span value = span_cut(&rest, ' ');
		const struct span name = span_cut(&value, '=');
		const struct opt *o = find_name(r->tables, name);
		const char *text;
		int stored;

		if (name.n == 0)
			continue;
		assert(o != NULL && o->some);
		if (value.p == NULL || value.n == 0 || was_seen(r, o))
			continue;
		text = keep(r->memory, mem_text(value.p, value.n));
		stored = opt_store(o, text);
		assert(stored == 0);
		(void)stored;
	}
}

static const struct opt *
find_method(const struct opt *table)
{
	while (table->type != OPT_T_END && table->type != OPT_T_METHOD)
		table++;
	return table->type == OPT_T_METHOD ? table : NULL;
}

static int
wrong_method(const struct opt *o, const struct opt *m,
    const struct choice *method)
{
	return err_msg("--%s is not for --%s %s", o->name, m->name,
	    method->name);
}

const struct opt *
opt_find(const struct opt *table, struct span name)
{
	const struct opt *const tables[] = { table, NULL };
	const struct opt *o = find_name(tables, name), *m;
	const struct choice *method;

	if (o == NULL) {
		unknown_name(tables, name);
		return NULL;
	}
	m = find_method(table);
	if (m == NULL || !o->some)
		return o;
	method = *(const struct choice *const *)m->value;
	if (is_of_method(method, o))
		return o;
	wrong_method(o, m, method);
	return NULL;
}

/* Applies what depends on the method; refuses options of other methods. */
static int
settle_method(struct reading *r, const struct opt *table)
{
	const struct opt *m = find_method(table);
	const struct choice *method;

	if (m == NULL)
		return 0;
	method = *(const struct choice *const *)m->value;
	if (method == NULL) {
		struct buf names = BUF_EMPTY;

		add_names(&names, m->choices);
		err_msg("--%s is needed: one of %s", m->name,
		    buf_cstr(&names));
		buf_release(&names);
		return -1;
	}
	for (size_t i = 0; i < r->n_seen; i++)
		if (r->seen[i]->some && !is_of_method(method, r->seen[i]))
			return wrong_method(r->seen[i], m, method);
	fill_defaults(r, method);
	return 0;
}

/* Moves the operands to the front of argv; returns how many there are. */
static int
read_words(struct reading *r, char **argv)
{
	char **const first = argv, **to = argv;

	while (*argv != NULL) {
		int used = 1;

		if (argv[0][0] != '-' || argv[0][1] == '\0') {
			*to++ = *argv;
		} else if (strcmp(argv[0], "--") == 0) {
			while (*++argv != NULL)
				*to++ = *argv;
			break;
		} else {
			used = argv[0][1] == '-' ? parse_long(r, argv)
			    : parse_short(r, argv);
			if (used < 0 || r->stopped)
				return used < 0 ? -1 : 0;
		}
		argv += used;
	}
	*to = NULL;
	return (int)(to - first);
}

/* The arrays of lists have reached their sizes: they can be handed over. */
static void
keep_lists(struct reading *r)
{
	for (size_t i = 0; r->tables[i] != NULL; i++)
		for (const struct opt *o = r->tables[i]; o->type != OPT_T_END;
		    o++)
			if (o->type == OPT_T_LIST || o->type == OPT_T_FILES)
				keep(r->memory,
				    ((struct opt_list *)o->value)->text);
}

int
opt_parse(const struct opt *const tables[], char **argv,
    struct opt_memory *memory)
{
	struct reading r = { .tables = tables, .memory = memory };
	int n = argv[0] == NULL ? 0 : read_words(&r, argv + 1);

	if (n >= 0 && !r.stopped)
		for (size_t i = 0; tables[i] != NULL; i++)
			if (settle_method(&r, tables[i]) != 0)
				n = -1;
	keep_lists(&r);
	free(r.seen);
	return n;
}
