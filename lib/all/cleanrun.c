#include <stdlib.h>

#include "all/cleanpass.h"
#include "all/cleanreport.h"
#include "all/cleanrun.h"
#include "all/cleantable.h"
#include "base/mem.h"

struct cleanrun *
cleanrun_new(struct cleanplan *plan)
{
	struct cleanrun *r = mem_array("cleaning", 1, sizeof *r);

	r->plan = plan;
	r->row = CLEAN_ROW_EMPTY;
	r->users = idmap_new();
	r->items = idmap_new();
	return r;
}

void
cleanrun_free(struct cleanrun *r)
{
	if (r == NULL)
		return;
	cleanoutput_free(r->output);
	cleanrejects_free(r->rejects);
	cleanstore_free(r->store);
	idmap_free(r->users);
	idmap_free(r->items);
	cleancount_release(&r->count);
	clean_row_release(&r->row);
	buf_release(&r->text);
	free(r);
}

/* The first table has settled the plan: opens what depends on it. */
static int
begin(struct cleanrun *r, const struct cleantable *first)
{
	const struct cleanplan *p = r->plan;
	const int *has = p->rules.has;

	cleancount_init(&r->count, &p->rules);
	if (p->holds_rows)
		r->store = cleanstore_new(&(struct cleanstore_columns){
		    has[CLEAN_ITEM], p->puts_event, has[CLEAN_RATING],
		    p->puts_weight, has[CLEAN_TIME], p->rules.n_text > 0 });
	r->output = cleanoutput_open(p);
	if (r->output == NULL)
		return -1;
	if (p->want->rejects == NULL)
		return 0;
	r->rejects = cleanrejects_open(p->want->rejects, 0, first->rows);
	return r->rejects == NULL ? -1 : 0;
}

/* A refused row; with is_record, one that could not be cut into fields. */
static int
refuse(struct cleanrun *r, const struct cleantable *t, int is_record)
{
	if (!r->plan->stops && r->rejects == NULL)
		return 0;
	r->text.n = 0;
	cleantable_explain(t, is_record ? NULL : &r->row, &r->text);
	if (r->plan->stops)
		return err_msg("%s", buf_cstr(&r->text));
	cleanrejects_row(r->rejects, t->rows, is_record,
	    (struct span){ r->text.p, r->text.n });
	return 0;
}

static void
keep(struct cleanrun *r)
{
	const struct clean_row *row = &r->row;
	const struct cleanstore_row clean = { row->user, row->item,
		row->event, { row->text.p, row->text.n }, row->rating,
		row->weight, row->time };

	if (r->store != NULL) {
		cleanstore_add(r->store, &clean);
		return;
	}
	cleanoutput_row(r->output, &clean);
	idmap_add(r->users, row->user);
	if (r->plan->rules.has[CLEAN_ITEM])
		idmap_add(r->items, row->item);
}

/* A row that was read; `got` is 2 if it could not be cut into fields. */
static int
take_row(struct cleanrun *r, const struct cleantable *t, int got)
{
	const struct clean_rules *rules = &r->plan->rules;

	if (got == 2) {
		cleancount_record(&r->count);
		return refuse(r, t, 1);
	}
	clean_row(rules, t->field, t->text, &r->row);
	cleancount_row(&r->count, rules, &r->row, t->text);
	if (r->row.verdict == CLEAN_REFUSED)
		return refuse(r, t, 0);
	if (r->row.verdict == CLEAN_KEPT)
		keep(r);
	return 0;
}

static int
read_rows(struct cleanrun *r, struct cleantable *t)
{
	int status, got = 1;

	status = r->output == NULL ? begin(r, t) : 0;
	if (status == 0 && r->rejects != NULL)
		cleanrejects_bind(r->rejects, t->rows);
	/* a write that failed is what cleanrun_finish() will complain about */
	while (status == 0 && got > 0 && !cleanoutput_failed(r->output)) {
		got = cleantable_next(t, r->plan);
		if (got != 0)
			status = got < 0 ? -1 : take_row(r, t, got);
	}
	return status;
}

int
cleanrun_add(struct cleanrun *r, const char *path, struct tick *tick)
{
	struct cleantable t;
	int status;

	r->plan->format.tick = tick;
	status = cleantable_open(&t, path, r->plan);
	if (status == 0)
		status = read_rows(r, &t);
	cleantable_close(&t);
	return status;
}

/* Writes the rows that are left in memory, counting their users and items. */
static void
write_rows(struct cleanrun *r)
{
	const struct cleanstore *s = r->store;
	struct cleantally *tally = &r->output->tally;
	unsigned char *users = mem_array("users", idmap_count(s->users), 1);
	unsigned char *items = mem_array("items", idmap_count(s->items), 1);
	struct cleanstore_row row;

	for (size_t i = 0; i < s->n && !cleanoutput_failed(r->output); i++) {
		cleanstore_get(s, i, &row);
		cleanoutput_row(r->output, &row);
		tally->users += !users[s->user[i]];
		users[s->user[i]] = 1;
		if (s->item == NULL)
			continue;
		tally->items += !items[s->item[i]];
		items[s->item[i]] = 1;
	}
	free(users);
	free(items);
}

/* The rules for all rows, or nothing if these are written already. */
static int
finish_rows(struct cleanrun *r)
{
	if (r->store == NULL) {
		r->output->tally.users = idmap_count(r->users);
		r->output->tally.items = idmap_count(r->items);
		return 0;
	}
	if (cleanpass_run(r->store, r->plan, &r->count) != 0)
		return -1;
	write_rows(r);
	return 0;
}

static int
check_gates(struct cleanrun *r)
{
	const size_t min = r->plan->want->min_rows;

	r->is_gated = r->output->tally.rows < min;
	if (!r->is_gated)
		return 0;
	return err_msg("gate: %llu rows are fewer than --min-rows %zu",
	    (unsigned long long)r->output->tally.rows, min);
}

int
cleanrun_finish(struct cleanrun *r)
{
	const char *report = r->plan->want->report;

	if (finish_rows(r) != 0)
		return -1;
	if (report != NULL && cleanreport_write(r, report) != 0)
		return -1;
	if (r->rejects != NULL && cleanrejects_commit(r->rejects) != 0)
		return -1;
	if (check_gates(r) != 0)
		return -1;
	return cleanoutput_commit(r->output);
}
