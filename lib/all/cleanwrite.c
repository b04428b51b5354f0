#include <stdlib.h>

#include "all/cleanwrite.h"
#include "base/mem.h"
#include "base/pipe.h"

enum { AHEAD = 8 };	/* rows whose names are asked for beforehand */

struct part {
	size_t block;		/* number of the block */
	void *memory;		/* of a block from the disk */
	struct cleanblock rows;
	struct buf text;	/* as it is to be written */
	struct textlog_window window;
};

struct writing {
	const struct cleanstore *store;
	struct cleanoutput *output;
	struct cleanquality *quality;
	struct part *part;	/* (pipe_slots()) */
	size_t next;		/* block */
	uint64_t *users, *items;	/* rows of each */
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

static void
ask_for(const struct cleanstore *s, const struct cleanblock *b, size_t i)
{
	if (i >= b->n)
		return;
	__builtin_prefetch(idmap_name(s->users, b->user[i]).p);
	if (b->item != NULL)
		__builtin_prefetch(idmap_name(s->items, b->item[i]).p);
}

static int
add_rows(const struct writing *w, struct part *p)
{
	const struct cleanstore *s = w->store;

	for (size_t i = 0; i < p->rows.n; i++) {
		const struct cleanstore_row row =
		    cleanstore_row(s, &p->rows, i);

		ask_for(s, &p->rows, i + AHEAD);
		cleanoutput_row(w->output, &row, &p->text);
		if (p->rows.at != NULL && cleanstore_text(s, p->rows.at[i],
		    &p->window, &p->text) != 0)
			return -1;
		buf_char(&p->text, '\n');
	}
	return 0;
}

static int
work(void *arg, size_t slot)
{
	struct writing *w = arg;
	struct part *p = &w->part[slot];
	struct cleansheet *sheet;
	int status;

	if (cleanstore_load(w->store, p->block, &p->memory, &p->rows) != 0)
		return -1;
	p->text.n = 0;
	status = add_rows(w, p);
	sheet = cleanquality_take(w->quality);
	cleanquality_written(w->quality, sheet, w->store, &p->rows);
	cleanquality_give(w->quality, sheet);
	return status;
}

static int
drain(void *arg, size_t slot)
{
	struct writing *w = arg;
	const struct part *p = &w->part[slot];

	cleanoutput_put(w->output, (struct span){ p->text.p, p->text.n });
	for (size_t i = 0; i < p->rows.n; i++)
		w->users[p->rows.user[i]]++;
	for (size_t i = 0; i < p->rows.n && p->rows.item != NULL; i++)
		w->items[p->rows.item[i]]++;
	return 0;
}

int
cleanwrite(const struct cleanstore *s, struct cleanoutput *output,
    struct cleanquality *quality)
{
	const size_t n_users = idmap_count(s->users);
	const size_t n_items = idmap_count(s->items);
	struct writing w = { .store = s, .output = output,
		.quality = quality };
	int status;

	w.users = mem_array("users", n_users, sizeof *w.users);
	w.items = mem_array("items", n_items, sizeof *w.items);
	w.part = mem_array("writing", pipe_slots(), sizeof *w.part);
	status = pipe_run(&(struct pipe){ &w, fill, work, drain });
	cleanquality_ids(quality, CLEAN_USER, w.users, n_users);
	cleanquality_ids(quality, CLEAN_ITEM, w.items, n_items);
	for (size_t i = 0; i < pipe_slots(); i++) {
		free(w.part[i].memory);
		buf_release(&w.part[i].text);
		free(w.part[i].window.p);
	}
	free(w.part);
	free(w.users);
	free(w.items);
	return status;
}
