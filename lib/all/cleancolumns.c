#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "all/cleancolumns.h"
#include "all/cleanpass.h"
#include "all/cleantargets.h"
#include "base/mem.h"
#include "prep/cleantext.h"

/* What the column is called in this table: files may call it otherwise, so the
 * first old name that is there counts, or else the name itself. */
static const char *
unmapped(const struct cleanplan *p, const struct rows *rows, const char *name)
{
	const char *old = NULL;

	for (size_t i = 0; i < p->n_map; i++) {
		if (strcmp(p->map[i].to, name) != 0)
			continue;
		if (rows_find(rows, p->map[i].from) >= 0)
			return p->map[i].from;
		old = old == NULL ? p->map[i].from : old;
	}
	return old == NULL || rows_find(rows, name) >= 0 ? name : old;
}

int
cleancolumns_find(const struct cleanplan *p, const struct rows *rows,
    const char *name)
{
	return rows_find(rows, unmapped(p, rows, name));
}

int
cleancolumns_need(const struct cleanplan *p, const struct rows *rows,
    const char *name)
{
	return rows_column(rows, unmapped(p, rows, name));
}

void
cleancolumns_use(const struct cleanplan *p, struct rows *rows)
{
	const size_t most = CLEAN_FIELDS + p->rules.n_text + 1;
	const char **name;
	size_t n = 0;

	if (p->want->table && p->want->columns == NULL)
		return;			/* all of it */
	name = mem_array("columns", most, sizeof *name);
	if (p->want->table && p->source[CLEAN_USER] == NULL)
		name[n++] = rows_column_name(rows, 0);
	for (int f = 0; f < CLEAN_FIELDS; f++)
		if (p->source[f] != NULL)
			name[n++] = unmapped(p, rows, p->source[f]);
	for (size_t i = 0; i < p->rules.n_text; i++)
		name[n++] = unmapped(p, rows, p->text[i].asked);
	rows_use_only(rows, name, n);
	free(name);
}

/* What a column of the table is called in the output: fit for a header. */
static char *
output_name(const struct cleanplan *p, const struct rows *rows, int column)
{
	const char *name = rows_column_name(rows, (size_t)column);
	struct buf b = BUF_EMPTY;

	for (size_t i = 0; i < p->n_map; i++)
		if (rows_find(rows, p->map[i].from) == column)
			name = p->map[i].to;
	cleantext_repair(span_of(name), &b);
	buf_cstr(&b);
	return b.p;
}

static enum clean_type
type_of(const struct rows *rows, int column)
{
	switch (rows_column_type(rows, (size_t)column)) {
	case ROWS_TOKEN_SEQ:
		return CLEAN_TOKEN_SEQ;
	case ROWS_FLOAT:
		return CLEAN_FLOAT;
	case ROWS_FLOAT_SEQ:
		return CLEAN_FLOAT_SEQ;
	case ROWS_TOKEN:
		break;
	}
	return CLEAN_TOKEN;
}

static int
settle_fields(struct cleanplan *p, const struct rows *rows)
{
	int key = 0;

	if (rows_width(rows) == 0)
		return err_msg("%s: the table is empty", rows_path(rows));
	if (p->want->table) {
		p->rules.has[CLEAN_USER] = 1;
		if (p->source[CLEAN_USER] != NULL)
			key = cleancolumns_need(p, rows, p->source[CLEAN_USER]);
		if (key < 0)
			return -1;
		p->key_name = output_name(p, rows, key);
		return 0;
	}
	for (int f = 0; f < CLEAN_FIELDS; f++) {
		const char *source = p->source[f];

		if (source == NULL)
			continue;
		p->rules.has[f] = cleancolumns_find(p, rows, source) >= 0;
		if (p->must[f] && cleancolumns_need(p, rows, source) < 0)
			return -1;
	}
	return 0;
}

/* Without --columns a table of attributes keeps all but the key, which is in
 * the first column if nobody says where. */
static void
take_all_texts(struct cleanplan *p, const struct rows *rows)
{
	const char *key = p->source[CLEAN_USER];
	const int key_column = key == NULL ? 0
	    : cleancolumns_find(p, rows, key);

	cleanplan_make_texts(p, rows_width(rows));
	for (int c = 0; (size_t)c < rows_width(rows); c++) {
		const char *name = rows_column_name(rows, (size_t)c);

		if (c != key_column)
			p->text[p->rules.n_text++].asked =
			    mem_text(name, strlen(name));
	}
}

static int
settle_texts(struct cleanplan *p, const struct rows *rows)
{
	if (p->want->table && p->want->columns == NULL)
		take_all_texts(p, rows);
	for (size_t i = 0; i < p->rules.n_text; i++) {
		const int c = cleancolumns_need(p, rows, p->text[i].asked);

		if (c < 0)
			return -1;
		p->text[i].name = output_name(p, rows, c);
		if (!p->text[i].has_type)
			p->text_type[i] = type_of(rows, c);
	}
	return 0;
}

static int
settle_duplicates(struct cleanplan *p)
{
	const struct cleanwant *w = p->want;
	const int *has = p->rules.has;
	const int has_weight = has[CLEAN_WEIGHT] ||
	    p->rules.weights.types != NULL || p->rules.half_life > 0;

	if (w->duplicates != NULL)
		p->how = cleanmerge_how(w->duplicates);
	else if (w->table || (has[CLEAN_RATING] && !has[CLEAN_EVENT]))
		p->how = CLEANMERGE_LAST;
	if (!has[CLEAN_RATING] && !has_weight &&
	    (p->how == CLEANMERGE_MAX || p->how == CLEANMERGE_MEAN))
		return err_msg("--duplicates %s needs a rating or a weight",
		    w->duplicates->name);
	if (!has[CLEAN_RATING] && (!isnan(w->min_rating) ||
	    !isnan(w->max_rating)))
		return err_msg("--min-rating and --max-rating need a rating");
	if (p->drops_repeats && !has[CLEAN_TIME])
		return err_msg("--repeats drop needs a time");
	p->rules.fills_later = p->how == CLEANMERGE_MERGE;
	p->puts_weight = has_weight || p->how == CLEANMERGE_COUNT ||
	    (p->how == CLEANMERGE_SUM && !has[CLEAN_RATING]);
	p->puts_event = has[CLEAN_EVENT] && (p->how == CLEANMERGE_KEEP ||
	    p->rules.weights.types == NULL);
	return 0;
}

static int
is_used(const struct cleanplan *p, const struct rows *rows, int column)
{
	for (int f = 0; f < CLEAN_FIELDS; f++)
		if (p->rules.has[f] && p->source[f] != NULL &&
		    cleancolumns_find(p, rows, p->source[f]) == column)
			return 1;
	for (size_t i = 0; i < p->rules.n_text; i++)
		if (cleancolumns_find(p, rows, p->text[i].asked) == column)
			return 1;
	return p->want->table && p->want->key == NULL && column == 0;
}

/* Is `name` a column of the output already, before text i? */
static int
is_put(const struct cleanplan *p, const char *name, size_t i)
{
	for (int f = 0; f < CLEAN_FIELDS && p->key_name == NULL; f++)
		if (strcmp(name, clean_field_name((enum clean_field)f)) == 0 &&
		    cleanplan_puts(p, (enum clean_field)f))
			return 1;
	for (size_t j = 0; j < i; j++)
		if (strcmp(name, p->text[j].name) == 0)
			return 1;
	return p->key_name != NULL && strcmp(name, p->key_name) == 0;
}

int
cleancolumns_settle(struct cleanplan *p, const struct rows *rows)
{
	if (settle_fields(p, rows) != 0 || settle_texts(p, rows) != 0 ||
	    settle_duplicates(p) != 0 || cleantargets_settle(p, rows) != 0)
		return -1;
	for (size_t i = 0; i < p->rules.n_text; i++)
		if (is_put(p, p->text[i].name, i))
			return err_msg("column '%s' would stand twice in the "
			    "output", p->text[i].name);
	for (int c = 0; (size_t)c < rows_width(rows); c++)
		if (!is_used(p, rows, c))
			buf_format(&p->left_out, "%s%s",
			    p->left_out.n > 0 ? ", " : "",
			    rows_column_name(rows, (size_t)c));
	p->holds_rows = cleanpass_any(p);
	p->is_settled = 1;
	return 0;
}

void
cleancolumns_put_header(const struct cleanplan *p, struct buf *b)
{
	const int *has = p->rules.has;

	if (p->key_name != NULL)
		buf_format(b, "%s:token", p->key_name);
	else
		buf_text(b, "user_id:token\titem_id:token");
	if (has[CLEAN_RATING])
		buf_text(b, "\trating:float");
	if (p->puts_weight)
		buf_text(b, "\tweight:float");
	if (p->puts_event)
		buf_text(b, "\tevent:token");
	if (has[CLEAN_TIME])
		buf_text(b, "\ttimestamp:float");
	for (size_t i = 0; i < p->rules.n_text; i++)
		buf_format(b, "\t%s:%s", p->text[i].name,
		    clean_type_name(p->text_type[i]));
}
