#include <stdlib.h>

#include "all/cleanjson.h"
#include "all/cleanpass.h"
#include "all/cleanrun.h"
#include "all/cleantable.h"
#include "base/mem.h"

struct cleanrun *
cleanrun_new(struct cleanplan *plan, struct cleangates *gates)
{
	struct cleanrun *r = mem_array("cleaning", 1, sizeof *r);

	r->plan = plan;
	r->gates = gates;
	r->row = CLEAN_ROW_EMPTY;
	return r;
}

static void
give_sheet(struct cleanrun *r)
{
	if (r->sheet != NULL)
		cleanquality_give(r->quality, r->sheet);
	r->sheet = NULL;
}

void
cleanrun_free(struct cleanrun *r)
{
	if (r == NULL)
		return;
	cleanoutput_free(r->output);
	cleanrejects_free(r->rejects);
	cleanstore_free(r->store);
	give_sheet(r);
	cleanquality_free(r->quality);
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

	r->quality = cleanquality_new(p);
	if (cleangates_begin(r->gates, r->quality) != 0)
		return -1;
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
}

/* A row that was read; `got` is 2 if it could not be cut into fields. */
static int
take_row(struct cleanrun *r, const struct cleantable *t, int got)
{
	if (got == 2) {
		cleanquality_record(r->sheet);
		return refuse(r, t, 1);
	}
	clean_row(&r->plan->rules, t->field, t->text, &r->row);
	cleanquality_row(r->quality, r->sheet, t->field, t->text, &r->row);
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
	if (status == 0)
		r->sheet = cleanquality_take(r->quality);
	/* a write that failed is what cleanrun_finish() will complain about */
	while (status == 0 && got > 0 && !cleanoutput_failed(r->output)) {
		got = cleantable_next(t, r->plan);
		if (got != 0)
			status = got < 0 ? -1 : take_row(r, t, got);
	}
	give_sheet(r);
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

/* Writes the rows that are left in memory, counting those of each id. */
static void
write_rows(struct cleanrun *r)
{
	const struct cleanstore *s = r->store;
	const size_t n_users = idmap_count(s->users);
	const size_t n_items = idmap_count(s->items);
	uint64_t *users = mem_array("users", n_users, sizeof *users);
	uint64_t *items = mem_array("items", n_items, sizeof *items);
	struct cleanstore_row row;

	r->sheet = cleanquality_take(r->quality);
	for (size_t i = 0; i < s->n && !cleanoutput_failed(r->output); i++) {
		cleanstore_get(s, i, &row);
		cleanoutput_row(r->output, &row);
		cleanquality_written(r->quality, r->sheet, &row);
		users[s->user[i]]++;
		if (s->item != NULL)
			items[s->item[i]]++;
	}
	give_sheet(r);
	cleanquality_ids(r->quality, CLEAN_USER, users, n_users);
	cleanquality_ids(r->quality, CLEAN_ITEM, items, n_items);
	free(users);
	free(items);
}

/* The rules for all rows, or nothing if these are written already. */
static int
finish_rows(struct cleanrun *r)
{
	if (r->store == NULL)
		return 0;
	if (cleanpass_run(r->store, r->plan,
	    &cleanquality_sum(r->quality)->count) != 0)
		return -1;
	write_rows(r);
	return 0;
}

/* The report is there whatever the gates say. */
static int
write_report(struct cleanrun *r)
{
	const char *path = r->plan->want->report;
	cJSON *report = cleanjson_make(r);
	int status = cleangates_check(r->gates, r->quality, report);

	if (status == 0 && path != NULL)
		status = json_write(report, path);
	cJSON_Delete(report);
	return status;
}

int
cleanrun_finish(struct cleanrun *r)
{
	if (finish_rows(r) != 0 || write_report(r) != 0)
		return -1;
	if (r->rejects != NULL && cleanrejects_commit(r->rejects) != 0)
		return -1;
	r->is_gated = cleangates_tell(r->gates) > 0;
	return r->is_gated ? -1 : cleanoutput_commit(r->output);
}
