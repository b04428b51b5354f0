#include <stdlib.h>

#include "all/cleanjson.h"
#include "all/cleanpart.h"
#include "all/cleanpass.h"
#include "all/cleanrun.h"
#include "all/cleantable.h"
#include "all/cleanwrite.h"
#include "base/mem.h"

struct cleanrun *
cleanrun_new(struct cleanplan *plan, struct cleangates *gates,
    struct tick *tick)
{
	struct cleanrun *r = mem_array("cleaning", 1, sizeof *r);

	r->plan = plan;
	r->gates = gates;
	r->tick = tick;
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
	cleanquality_free(r->quality);
	free(r);
}

/* The first table has settled the plan: opens what depends on it. */
static int
begin(struct cleanrun *r, const struct cleantable *first)
{
	const struct cleanplan *p = r->plan;
	const int *has = p->rules.has;
	/* events that are not written still tell repeats apart */
	const int tells_events = has[CLEAN_EVENT] && p->drops_repeats;

	r->quality = cleanquality_new(p);
	if (cleangates_begin(r->gates, r->quality) != 0)
		return -1;
	if (p->holds_rows)
		r->store = cleanstore_new(&(struct cleanstore_columns){
		    has[CLEAN_ITEM], p->puts_event || tells_events,
		    has[CLEAN_RATING], p->puts_weight, has[CLEAN_TIME],
		    p->rules.n_text > 0 });
	if (r->store != NULL) {
		r->store->joins_events = !p->puts_event;
		cleanstore_limit(r->store, p->want->memory);
	}
	r->output = cleanoutput_open(p);
	if (r->output == NULL)
		return -1;
	if (p->want->rejects == NULL)
		return 0;
	r->rejects = cleanrejects_open(p->want->rejects, 0, first->rows);
	return r->rejects == NULL ? -1 : 0;
}

/* A table whose rows are judged by all threads, block by block. */
struct reading {
	struct cleanrun *run;
	struct cleanpart_job job;
};

static int
read_block(void *arg, struct rows *block, void *part)
{
	const struct reading *r = arg;

	return cleanpart_read(part, &r->job, block);
}

/* Takes what was made of a block, in the order of the table. */
static int
take_part(void *arg, void *part)
{
	const struct reading *reading = arg;
	struct cleanrun *r = reading->run;
	const struct cleanpart *p = part;

	if (p->rejects.n > 0)
		cleanrejects_put(r->rejects, (struct span){ p->rejects.p,
		    p->rejects.n });
	if (r->store != NULL)
		return cleanstore_take(r->store, &p->batch);
	cleanoutput_put(r->output, (struct span){ p->rows.p, p->rows.n });
	/* no message: that is what cleanrun_finish() will complain about */
	return cleanoutput_failed(r->output) ? -1 : 0;
}

static void
release_part(void *part)
{
	cleanpart_release(part);
}

static int
read_rows(struct cleanrun *r, const struct cleantable *t)
{
	struct reading reading = { .run = r };
	int status;

	if (r->output == NULL && begin(r, t) != 0)
		return -1;
	if (r->rejects != NULL)
		cleanrejects_bind(r->rejects, t->rows);
	reading.job = (struct cleanpart_job){ r->plan, t, r->quality,
		r->output, r->rejects,
		r->store != NULL ? &r->store->has : NULL };
	status = rows_scan(t->rows, &(struct rows_scan){ .arg = &reading,
	    .slot_size = sizeof(struct cleanpart), .work = read_block,
	    .drain = take_part, .release = release_part });
	return cleanoutput_failed(r->output) ? 0 : status;
}

int
cleanrun_add(struct cleanrun *r, const char *path)
{
	struct cleantable t;
	int status;

	if (r->output != NULL && cleanoutput_failed(r->output))
		return 0;
	r->plan->format.tick = r->tick;
	tick_step(r->tick, "reading", "bytes");
	status = cleantable_open(&t, path, r->plan);
	if (status == 0)
		status = read_rows(r, &t);
	cleantable_close(&t);
	return status;
}

/* The rules for all rows, or nothing if these are written already. */
static int
finish_rows(struct cleanrun *r)
{
	if (r->store == NULL)
		return 0;
	tick_step(r->tick, "writing", "blocks");
	if (cleanpass_run(r->store, r->plan,
	    &cleanquality_sum(r->quality)->count) != 0)
		return -1;
	return cleanwrite(r->plan, r->store, r->output, r->quality, r->tick);
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
	/* a report of rows that could not be written would be a lie */
	if (finish_rows(r) != 0 || cleanoutput_finish(r->output) != 0 ||
	    write_report(r) != 0)
		return -1;
	if (r->rejects != NULL && cleanrejects_commit(r->rejects) != 0)
		return -1;
	r->is_gated = cleangates_tell(r->gates) > 0;
	return r->is_gated ? -1 : cleanoutput_commit(r->output);
}
