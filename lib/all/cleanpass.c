#include <stdlib.h>

#include "all/cleanpass.h"
#include "all/cleanvalues.h"
#include "base/mem.h"
#include "prep/cleanall.h"
#include "prep/cleancore.h"
#include "prep/cleanrepeats.h"

static int
wants_repeats(const struct cleanplan *p)
{
	return p->drops_repeats;
}

static int
repeats(struct cleanstore *s, const struct cleanplan *p, struct cleancount *c)
{
	(void)p;
	return cleanrepeats(s, &c->what[CLEAN_REPEAT]);
}

static int
wants_robots(const struct cleanplan *p)
{
	return p->robots.per_day > 0 || p->robots.burst > 0 ||
	    p->robots.one_item > 0;
}

static int
robots(struct cleanstore *s, const struct cleanplan *p, struct cleancount *c)
{
	static const enum clean_what whats[ROBOTS_PERSON] = { CLEAN_PER_DAY,
		CLEAN_BURST, CLEAN_ONE_ITEM };
	struct robots_taken taken;

	if (robots_take(s, &p->robots, &taken) != 0)
		return -1;
	for (int i = 0; i < ROBOTS_PERSON; i++) {
		c->what[whats[i]] = taken.rows[i];
		c->users[whats[i]] = taken.users[i];
	}
	return 0;
}

/* With --now each row's weight has faded by itself. */
static int
wants_decay(const struct cleanplan *p)
{
	return p->rules.half_life > 0 && p->rules.now == CLEANTIME_NONE;
}

static int
decay(struct cleanstore *s, const struct cleanplan *p, struct cleancount *c)
{
	(void)c;
	return cleanall_decay(s, p->rules.half_life);
}

static int
wants_merge(const struct cleanplan *p)
{
	return p->how != CLEANMERGE_KEEP;
}

/* A constant is filled in where none of the rows has a value. */
static int
merge_texts(struct cleanstore *s, const struct cleanplan *p,
    struct cleancount *c)
{
	const size_t n = p->rules.n_text;
	struct span *fill = mem_array("columns", n, sizeof *fill);
	int status;

	for (size_t i = 0; i < n; i++)
		if (p->text_rule[i].missing == CLEANVALUE_CONSTANT)
			fill[i] = p->text_rule[i].fill;
	status = cleanall_merge_texts(s, fill, n, &c->what[CLEAN_DUPLICATE],
	    &c->what[CLEAN_VALUE_FILLED]);
	free(fill);
	return status;
}

static int
merge(struct cleanstore *s, const struct cleanplan *p, struct cleancount *c)
{
	if (p->how == CLEANMERGE_MERGE)
		return merge_texts(s, p, c);
	return cleanmerge(s, p->how, &c->what[CLEAN_DUPLICATE]);
}

static int
wants_top(const struct cleanplan *p)
{
	return p->want->top_items > 0;
}

static int
top(struct cleanstore *s, const struct cleanplan *p, struct cleancount *c)
{
	return cleanall_top_items(s, p->want->top_items,
	    &c->what[CLEAN_UNPOPULAR]);
}

static int
wants_core(const struct cleanplan *p)
{
	return p->want->min_user > 1 || p->want->min_item > 1;
}

static int
core(struct cleanstore *s, const struct cleanplan *p, struct cleancount *c)
{
	return cleancore(s, p->want->min_user, p->want->min_item,
	    &c->what[CLEAN_CORE]);
}

/* The order is part of what the tool promises: see the header. */
static const struct cleanpass passes[] = {
	{ "repeats", wants_repeats, repeats },
	{ "robots", wants_robots, robots },
	{ "half-life", wants_decay, decay },
	{ "duplicates", wants_merge, merge },
	{ "outliers", cleanvalues_want_outliers, cleanvalues_outliers },
	{ "fill", cleanvalues_want_fill, cleanvalues_fill },
	{ "top-items", wants_top, top },
	{ "k-core", wants_core, core },
	{ "normalize", cleanvalues_want_normal, cleanvalues_normal }
};

const struct cleanpass *
cleanpass_at(size_t i)
{
	return i < sizeof passes / sizeof *passes ? &passes[i] : NULL;
}

int
cleanpass_any(const struct cleanplan *p)
{
	const struct cleanpass *pass;

	for (size_t i = 0; (pass = cleanpass_at(i)) != NULL; i++)
		if (pass->wanted(p))
			return 1;
	return 0;
}

int
cleanpass_run(struct cleanstore *s, const struct cleanplan *p,
    struct cleancount *c)
{
	const struct cleanpass *pass;

	for (size_t i = 0; (pass = cleanpass_at(i)) != NULL; i++)
		if (pass->wanted(p) && pass->run(s, p, c) != 0)
			return -1;
	return 0;
}
