#include <stdlib.h>

#include "all/cleanlines.h"
#include "all/cleanwrite.h"
#include "base/mem.h"
#include "base/pipe.h"

enum { AHEAD = 16 };	/* rows whose counts are asked for */

struct part {
	size_t block;		/* number of the block */
	void *memory;		/* of a block from the disk */
	struct cleanblock rows;
	struct buf text;	/* as it is to be written */
	struct cleanlines_scratch scratch;
};

struct writing {
	struct cleanlines lines;
	const struct cleanstore *store;
	struct cleanoutput *output;
	struct cleanquality *quality;
	struct part *part;	/* (pipe_slots()) */
	size_t next;		/* block */
	uint64_t *users, *items;	/* rows of each */
	struct tick *tick;
	size_t n_drained;	/* blocks */
};

static int
fill(void *arg, size_t slot)
{
	struct writing *w = arg;

	/* the rest would be written to nowhere */
	if (w->next == cleanstore_blocks(w->store) ||
	    cleanoutput_failed(w->output))
		return 0;
	w->part[slot].block = w->next++;
	return 1;
}

static int
work(void *arg, size_t slot, size_t worker)
{
	struct writing *w = arg;
	struct part *p = &w->part[slot];
	struct cleansheet *sheet;
	int status;

	(void)worker;
	if (cleanstore_load(w->store, p->block, &p->memory, &p->rows) != 0)
		return -1;
	p->text.n = 0;
	status = cleanlines_add(&w->lines, &p->scratch, &p->rows, &p->text);
	sheet = cleanquality_take(w->quality);
	cleanquality_written(w->quality, sheet, w->store, &p->rows);
	cleanquality_give(w->quality, sheet);
	return status;
}

static void
count_ids(uint64_t *rows, const uint32_t *id, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i + AHEAD < n)
			__builtin_prefetch(&rows[id[i + AHEAD]], 1);
		rows[id[i]]++;
	}
}

static int
drain(void *arg, size_t slot)
{
	struct writing *w = arg;
	const struct part *p = &w->part[slot];

	cleanoutput_put(w->output, (struct span){ p->text.p, p->text.n });
	count_ids(w->users, p->rows.user, p->rows.n);
	if (p->rows.item != NULL)
		count_ids(w->items, p->rows.item, p->rows.n);
	tick_at(w->tick, ++w->n_drained, cleanstore_blocks(w->store));
	return 0;
}

int
cleanwrite(const struct cleanplan *plan, const struct cleanstore *s,
    struct cleanoutput *output, struct cleanquality *quality,
    struct tick *tick)
{
	const size_t n_users = idmap_count(s->users);
	const size_t n_items = idmap_count(s->items);
	struct writing w = { .store = s, .output = output,
		.quality = quality, .tick = tick };
	int status;

	cleanlines_init(&w.lines, plan, s);
	w.users = mem_array("users", n_users, sizeof *w.users);
	w.items = mem_array("items", n_items, sizeof *w.items);
	w.part = mem_array("writing", pipe_slots(), sizeof *w.part);
	status = pipe_run(&(struct pipe){ &w, fill, work, drain });
	cleanlines_release(&w.lines);
	cleanquality_ids(quality, CLEAN_USER, w.users, n_users);
	cleanquality_ids(quality, CLEAN_ITEM, w.items, n_items);
	for (size_t i = 0; i < pipe_slots(); i++) {
		free(w.part[i].memory);
		buf_release(&w.part[i].text);
		free(w.part[i].scratch.window.p);
	}
	free(w.part);
	free(w.users);
	free(w.items);
	return status;
}
