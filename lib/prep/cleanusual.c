#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"
#include "prep/cleantext.h"
#include "prep/cleanusual.h"

enum {
	SECOND = 1000,
	SECONDS_DIGITS = 15	/* of a time that is never too large */
};

int
cleanusual_can(const struct clean_rules *rules)
{
	return rules->n_text == 0 && rules->pseudonym == NULL &&
	    rules->users.is_all && rules->items.is_all &&
	    (!(rules->half_life > 0) || rules->now == CLEANTIME_NONE);
}

struct cleanusual *
cleanusual_new(const struct clean_rules *rules)
{
	struct cleanusual *u = mem_array("rules", 1, sizeof *u);

	assert(cleanusual_can(rules));
	u->rules = rules;
	/* where no column says other, these stay */
	for (size_t i = 0; i < CLEANUSUAL_ROWS; i++) {
		u->weight[i] = 1;
		u->event_type[i] = IDMAP_NONE;
	}
	return u;
}

void
cleanusual_free(struct cleanusual *u)
{
	if (u == NULL)
		return;
	clean_row_release(&u->row);
	buf_release(&u->text);
	free(u);
}

/* --- one field ----------------------------------------------------------- */

/* Does clean_one() keep it, and is it there?  (What is missing is counted.) */
static int
is_kept(struct cleanusual *u, enum clean_field f, struct span text)
{
	return cleantext_trim(text).n > 0 &&
	    clean_one(u->rules, f, text, &u->row) == CLEAN_KEPT;
}

/* The same of an id or event, which stays as it is. */
static int
is_good_name(struct cleanusual *u, enum clean_field f, struct span text)
{
	return is_kept(u, f, text) && u->row.repairs == 0;
}

/* Is the number written so? */
static int
is_spelled(struct cleanusual *u, float x, struct span text)
{
	u->text.n = 0;
	buf_float(&u->text, x);
	return span_equal((struct span){ u->text.p, u->text.n }, text);
}

static void
judge(struct cleanusual *u, enum clean_field f, struct span text,
    struct cleanusual_known *k)
{
	k->is = CLEANUSUAL_NOT;
	if (f == CLEAN_EVENT) {
		if (is_good_name(u, f, text))
			k->is = CLEANUSUAL_SAME;
		k->value = u->row.weight;
	} else if (is_kept(u, f, text)) {
		k->value = f == CLEAN_RATING ? u->row.rating : u->row.weight;
		k->is = is_spelled(u, k->value, text) ? CLEANUSUAL_SAME
		    : CLEANUSUAL_KEPT;
	}
	k->event_type = u->row.event_type;
	k->repairs = u->row.repairs;
}

/* What is known of the text: valid until the next call. */
static inline const struct cleanusual_known *
look_up(struct cleanusual *u, enum clean_field f, struct span text)
{
	struct cleanusual_known *k = &u->one;
	uint64_t low, high;

	if (text.n == 0 || text.n > SPANS_SLACK) {
		judge(u, f, text, k);
		return k;
	}
	low = spans_word(text.p, text.n);
	high = text.n > 8 ? spans_word(text.p + 8, text.n - 8) : 0;
	k = &u->known[f][((low ^ high >> 1) * UINT64_C(0x9e3779b97f4a7c15))
	    >> 56];
	if (k->key[0] != low || k->key[1] != high) {
		judge(u, f, text, k);
		k->key[0] = low;
		k->key[1] = high;
	}
	return k;
}

/* --- columns ------------------------------------------------------------- */

/* Of short ids nobody foresees the length: no branch looks at it. */
static inline int
is_plain_id(struct span id)
{
	const uint64_t blanks = UINT64_C(0x2020202020202020);

	if (id.n == 0 || id.p[0] == ' ' || id.p[id.n - 1] == ' ')
		return 0;
	return id.n <= 8 ? text_is_plain_word(spans_word(id.p, id.n) |
	    (id.n < 8 ? blanks << 8 * id.n : 0)) : text_is_plain(id);
}

static void
take_names(struct cleanusual *u, enum clean_field f, const struct spans *id,
    size_t n, struct cleanusual_names *names)
{
	idmap_keys(id, n, names->key, names->hash);
	for (size_t i = 0; i < n; i++) {
		const struct span s = spans_get(id, i);

		if (!is_plain_id(s) && !is_good_name(u, f, s))
			u->is[i] = CLEANUSUAL_NOT;
	}
}

static void
judge_numbers(struct cleanusual *u, enum clean_field f, const struct spans *s,
    size_t n, float *value)
{
	for (size_t i = 0; i < n; i++) {
		const struct cleanusual_known *k = look_up(u, f,
		    spans_get(s, i));

		value[i] = k->value;
		u->repairs[i] |= k->repairs;
		u->is[i] = k->is < u->is[i] ? k->is : u->is[i];
	}
}

static void
judge_events(struct cleanusual *u, const struct spans *s, size_t n)
{
	const int has_weight = u->rules->weights.types != NULL;

	idmap_keys(s, n, u->event.key, u->event.hash);
	for (size_t i = 0; i < n; i++) {
		const struct cleanusual_known *k = look_up(u, CLEAN_EVENT,
		    spans_get(s, i));

		u->event_type[i] = k->event_type;
		u->repairs[i] |= k->repairs;
		u->is[i] = k->is < u->is[i] ? k->is : u->is[i];
		if (has_weight)
			u->weight[i] = k->value;
	}
}

/* Seconds in digits, as they would be written: 1, else 0. */
static inline int
read_seconds(struct span text, int64_t *out)
{
	size_t seconds;

	if (text.n == 0 || text.n > SECONDS_DIGITS ||
	    (text.p[0] == '0' && text.n > 1) || num_size(text, &seconds) != 0)
		return 0;
	*out = (int64_t)seconds * SECOND;
	return 1;
}

static void
judge_times(struct cleanusual *u, const struct spans *s, size_t n)
{
	const struct clean_rules *rules = u->rules;
	const int is_seconds = rules->time.n_formats == 0 &&
	    rules->time.unit == cleantime_unit(0);

	for (size_t i = 0; i < n; i++) {
		const struct span text = spans_get(s, i);

		if (is_seconds && read_seconds(text, &u->time[i]) &&
		    u->time[i] >= rules->since && u->time[i] < rules->until)
			continue;
		if (!is_kept(u, CLEAN_TIME, text))
			u->is[i] = CLEANUSUAL_NOT;
		else if (u->is[i] == CLEANUSUAL_SAME)
			u->is[i] = CLEANUSUAL_KEPT;
		u->time[i] = u->row.time;
		u->repairs[i] |= u->row.repairs;
	}
}

static void
sum_up(struct cleanusual *u, size_t n)
{
	u->n_usual = 0;
	u->repaired = 0;
	for (size_t i = 0; i < n; i++)
		u->n_usual += u->is[i] != CLEANUSUAL_NOT;
	for (size_t i = 0; i < n; i++)
		u->repaired |= u->repairs[i];
}

void
cleanusual_rows(struct cleanusual *u, const struct spans *field, size_t n)
{
	const int *has = u->rules->has;

	assert(n <= CLEANUSUAL_ROWS);
	memset(u->is, CLEANUSUAL_SAME, n);
	memset(u->repairs, 0, n * sizeof *u->repairs);
	take_names(u, CLEAN_USER, &field[CLEAN_USER], n, &u->user);
	if (has[CLEAN_ITEM])
		take_names(u, CLEAN_ITEM, &field[CLEAN_ITEM], n, &u->item);
	if (has[CLEAN_EVENT])
		judge_events(u, &field[CLEAN_EVENT], n);
	if (has[CLEAN_RATING])
		judge_numbers(u, CLEAN_RATING, &field[CLEAN_RATING], n,
		    u->rating);
	if (has[CLEAN_WEIGHT] && u->rules->weights.types == NULL)
		judge_numbers(u, CLEAN_WEIGHT, &field[CLEAN_WEIGHT], n,
		    u->weight);
	if (has[CLEAN_TIME])
		judge_times(u, &field[CLEAN_TIME], n);
	sum_up(u, n);
}
