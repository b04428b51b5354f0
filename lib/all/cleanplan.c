#include <stdlib.h>
#include <string.h>

#include "all/cleanids.h"
#include "all/cleanlogs.h"
#include "all/cleanplan.h"
#include "all/cleantimes.h"
#include "base/mem.h"
#include "base/num.h"

static const struct choice headers[] = {
	{ "auto", "a typed header is one; a first row of CSV without numbers; "
	    "and where columns are called by name", NULL },
	{ "yes", "the first row holds names", NULL },
	{ "no", "the first row holds data", NULL }
};

/* The first is the default for weights, the second for --events. */
static const struct choice others[] = {
	{ "refuse", "they are bad rows", NULL },
	{ "drop", "they are left out", NULL }
};

static const struct choice repeats[] = {
	{ "keep", "they are rows like others", NULL },
	{ "drop", "only the first is kept", NULL }
};

static const struct choice on_errors[] = {
	{ "skip", "refused rows are counted and left out", NULL },
	{ "fail", "the first refused row ends the work", NULL }
};

const struct choice *
cleanplan_header(size_t i)
{
	return i < sizeof headers / sizeof *headers ? &headers[i] : NULL;
}

const struct choice *
cleanplan_other_events(size_t i)
{
	return i < sizeof others / sizeof *others ? &others[i] : NULL;
}

const struct choice *
cleanplan_repeats(size_t i)
{
	return i < sizeof repeats / sizeof *repeats ? &repeats[i] : NULL;
}

const struct choice *
cleanplan_on_error(size_t i)
{
	return i < sizeof on_errors / sizeof *on_errors ? &on_errors[i] : NULL;
}

/* --- the command line --------------------------------------------------- */

/* "movieId=item_id,..." */
static int
read_map(struct cleanplan *p)
{
	struct span rest = { NULL, 0 };
	size_t cap = 0;

	if (p->want->map != NULL)
		rest = span_of(p->want->map);
	while (rest.p != NULL) {
		const struct span part = span_cut(&rest, ',');
		struct span to = part;
		const struct span from = span_cut(&to, '=');

		if (from.n == 0 || to.p == NULL || to.n == 0)
			return err_msg("--map: '%.*s' is not OLD=NEW",
			    SPAN_ARGS(part));
		p->map = mem_grow("columns", p->map, &cap, p->n_map + 1,
		    sizeof *p->map);
		p->map[p->n_map].from = mem_text(from.p, from.n);
		p->map[p->n_map++].to = mem_text(to.p, to.n);
	}
	return 0;
}

int
cleanplan_puts(const struct cleanplan *p, enum clean_field f)
{
	return f == CLEAN_WEIGHT ? p->puts_weight
	    : f == CLEAN_EVENT ? p->puts_event : p->rules.has[f];
}

void
cleanplan_make_texts(struct cleanplan *p, size_t n)
{
	p->text = mem_array("columns", n, sizeof *p->text);
	p->text_type = mem_array("columns", n, sizeof *p->text_type);
	p->text_rule = mem_array("columns", n, sizeof *p->text_rule);
	for (size_t i = 0; i < n; i++)
		p->text_rule[i] = CLEANVALUE_DEFAULTS;
	p->rules.text_type = p->text_type;
	p->rules.text_rule = p->text_rule;
}

/* Cuts a ":type" off that is one. */
static int
cut_type(struct span *name, enum clean_type *type)
{
	for (int t = 0; t < CLEAN_TYPES; t++) {
		const char *word = clean_type_name((enum clean_type)t);
		const size_t n = strlen(word);

		if (name->n > n + 1 && name->p[name->n - n - 1] == ':' &&
		    memcmp(name->p + name->n - n, word, n) == 0) {
			name->n -= n + 1;
			*type = (enum clean_type)t;
			return 1;
		}
	}
	return 0;
}

/* "title:token_seq,genres" */
static int
read_columns(struct cleanplan *p)
{
	struct span rest;
	size_t n = 1;

	if (p->want->columns == NULL)
		return 0;
	rest = span_of(p->want->columns);
	for (size_t i = 0; i < rest.n; i++)
		n += rest.p[i] == ',';
	cleanplan_make_texts(p, n);
	while (rest.p != NULL) {
		const size_t i = p->rules.n_text++;
		struct span name = span_cut(&rest, ',');

		p->text[i].has_type = cut_type(&name, &p->text_type[i]);
		if (name.n == 0)
			return err_msg("--columns: a name is empty");
		p->text[i].asked = mem_text(name.p, name.n);
	}
	return 0;
}

/* --weight, --events and what becomes of all other types */
static int
read_events(struct cleanplan *p)
{
	const struct cleanwant *w = p->want;
	const int has_types = w->weight != NULL && strchr(w->weight, '=');
	struct span rest = { NULL, 0 };

	p->rules.drop_other_events = w->other_events == &others[1] ||
	    (w->other_events == NULL && w->events != NULL);
	if (w->other_events != NULL && !has_types && w->events == NULL)
		return err_msg("--other-events is for --events, and --weight "
		    "TYPE=WEIGHT");
	if (has_types && eventweight_read(&p->rules.weights,
	    span_of(w->weight), "--weight") != 0)
		return -1;
	if (w->events == NULL)
		return 0;
	p->rules.events = p->events = idmap_new();
	rest = span_of(w->events);
	while (rest.p != NULL) {
		const struct span type = span_cut(&rest, ',');

		if (type.n == 0)
			return err_msg("--events: a type is empty");
		if (has_types && idmap_find(p->rules.weights.types, type) ==
		    IDMAP_NONE)
			return err_msg("--events: '%.*s' has no weight in "
			    "--weight", SPAN_ARGS(type));
		idmap_add(p->events, type);
	}
	return 0;
}

/* The rules for columns; --min-rating and --max-rating are one of them. */
static int
read_specs(struct cleanplan *p)
{
	const struct cleanwant *w = p->want;
	struct cleanvalue *rating = &p->rules.field[CLEAN_RATING];

	for (int o = 0; o < CLEANSPEC_OPTIONS; o++)
		if (cleanspec_read(&p->spec, (enum cleanspec_option)o,
		    &w->spec[o]) != 0)
			return -1;
	if (w->missing != NULL &&
	    cleanspec_read_missing(&p->spec, w->missing) != 0)
		return -1;
	if (!isnan(w->min_rating))
		rating->lo = w->min_rating;
	if (!isnan(w->max_rating))
		rating->hi = w->max_rating;
	return 0;
}

static int
read_separator(struct cleanplan *p)
{
	const char *text = p->want->separator;

	p->format.kind = ROWS_GUESS;
	if (text == NULL)
		return 0;
	if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0)
		text = "\t";
	if (strlen(text) != 1 || *text == '"' || *text == '\n' ||
	    *text == '\r')
		return err_msg("--separator: '%s' is not one character, or "
		    "'tab'", text);
	p->format.kind = *text == '\t' ? ROWS_TSV : ROWS_CSV;
	p->format.separator = *text;
	return 0;
}

static void
set_source(struct cleanplan *p, enum clean_field f, const char *asked,
    const char *usual, int must)
{
	p->source[f] = asked != NULL ? asked : usual;
	p->must[f] = asked != NULL || must;
}

/*
 * Columns that are named are used, and no others; when none is, those with
 * the usual names are.  An event's rating is not looked for when its type has
 * a weight.
 */
static void
choose_sources(struct cleanplan *p)
{
	const struct cleanwant *w = p->want;
	const int has_types = p->rules.weights.types != NULL;
	const int needs_event = has_types || p->events != NULL;
	const int named = w->user != NULL || w->item != NULL ||
	    w->rating != NULL || w->time != NULL || w->event != NULL;

	if (w->table) {
		p->source[CLEAN_USER] = w->key;
		return;
	}
	set_source(p, CLEAN_USER, w->user, "user_id", 1);
	set_source(p, CLEAN_ITEM, w->item, "item_id", 1);
	set_source(p, CLEAN_RATING, w->rating,
	    named || has_types ? NULL : "rating", 0);
	set_source(p, CLEAN_EVENT, w->event,
	    named && !needs_event ? NULL : "event", needs_event);
	set_source(p, CLEAN_TIME, w->time, named ? NULL : "timestamp", 0);
	if (!has_types)
		set_source(p, CLEAN_WEIGHT, w->weight,
		    named ? NULL : "weight", 0);
}

static int
check_table(const struct cleanwant *w)
{
	if (!w->table && w->key != NULL)
		return err_msg("--key is for --table");
	if (!w->table && w->duplicates != NULL &&
	    cleanmerge_how(w->duplicates) == CLEANMERGE_MERGE)
		return err_msg("--duplicates merge is for --table");
	if (!w->table)
		return 0;
	if (w->user != NULL || w->item != NULL || w->rating != NULL ||
	    w->time != NULL || w->event != NULL || w->weight != NULL)
		return err_msg("--table has a --key and --columns, and none "
		    "of --user, --item, --rating, --time, --event, --weight");
	if (w->min_user > 1 || w->min_item > 1)
		return err_msg("--min-user and --min-item are not for "
		    "--table");
	if (w->duplicates != NULL && cleanmerge_how(w->duplicates) >
	    CLEANMERGE_LAST && cleanmerge_how(w->duplicates) !=
	    CLEANMERGE_MERGE)
		return err_msg("--duplicates %s is not for --table: keep, "
		    "first, last and merge are", w->duplicates->name);
	return 0;
}

static int
are_same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Three files are written, and one of them to standard output at most. */
static int
check_outputs(const struct cleanwant *w)
{
	const char *output = w->output != NULL ? w->output : "-";

	if (are_same(w->rejects, output))
		return err_msg("--rejects and the output are the same file");
	if (are_same(w->report, output))
		return err_msg("--report and the output are the same file");
	if (are_same(w->report, w->rejects))
		return err_msg("--report and --rejects are the same file");
	if (are_same(w->report, w->limits.baseline))
		return err_msg("--report and --baseline are the same file");
	return 0;
}

/* A name that is neither a number nor a usual one stands in a header. */
static int
is_in_header(const struct cleanplan *p, const char *name)
{
	size_t number;

	if (name == NULL)
		return 0;
	for (size_t i = 0; i < p->n_map; i++)
		if (strcmp(p->map[i].to, name) == 0)
			name = p->map[i].from;
	if (num_size(span_of(name), &number) == 0)
		return 0;
	for (const char *const *usual = rows_interactions; *usual != NULL;
	    usual++)
		if (strcmp(*usual, name) == 0 && !p->want->table)
			return 0;
	return 1;
}

static void
choose_header(struct cleanplan *p)
{
	const struct choice *header = p->want->header;
	int in_header = 0;

	p->format.positional = p->want->table ? NULL : rows_interactions;
	for (int f = 0; f < CLEAN_FIELDS; f++)
		in_header |= p->must[f] && is_in_header(p, p->source[f]);
	in_header |= is_in_header(p, p->want->key);
	for (size_t i = 0; i < p->rules.n_text; i++)
		in_header |= is_in_header(p, p->text[i].asked);
	if (header == &headers[2])
		p->format.header = ROWS_HEADER_NO;
	else if (header == &headers[1] || in_header)
		p->format.header = ROWS_HEADER_YES;
}

struct cleanplan *
cleanplan_new(const struct cleanwant *want)
{
	struct cleanplan *p = mem_array("plan", 1, sizeof *p);

	p->want = want;
	clean_rules_init(&p->rules);
	p->drops_repeats = want->repeats == &repeats[1];
	p->stops = want->on_error == &on_errors[1];
	if (check_outputs(want) == 0 && check_table(want) == 0 &&
	    read_map(p) == 0 && read_columns(p) == 0 &&
	    read_events(p) == 0 && read_specs(p) == 0 &&
	    cleantimes_read(p) == 0 && cleanids_read(p) == 0 &&
	    cleanlogs_read(p) == 0 && cleanlogs_read_words(p) == 0 &&
	    read_separator(p) == 0) {
		choose_sources(p);
		choose_header(p);
		return p;
	}
	cleanplan_free(p);
	return NULL;
}

void
cleanplan_free(struct cleanplan *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->n_map; i++) {
		free(p->map[i].from);
		free(p->map[i].to);
	}
	for (size_t i = 0; i < p->rules.n_text; i++) {
		free(p->text[i].asked);
		free(p->text[i].name);
	}
	eventweight_release(&p->rules.weights);
	cleanspec_release(&p->spec);
	pseudonym_free(p->pseudonym);
	idmap_free(p->events);
	idmap_free(p->stop_words);
	buf_release(&p->left_out);
	free(p->map);
	free(p->text);
	free(p->text_type);
	free(p->text_rule);
	free(p->key_name);
	free(p);
}
