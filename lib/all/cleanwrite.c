#include <stdlib.h>

#include "all/cleanwrite.h"
#include "base/mem.h"
#include "base/pipe.h"

enum { NAMES = 64 };	/* rows whose names are looked up at once */

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

/* Rows from `first` on, n <= NAMES. */
static int
add_some(const struct writing *w, struct part *p, size_t first, size_t n)
{
	const struct cleanstore *s = w->store;
	const struct cleanblock *b = &p->rows;
	struct span user[NAMES], item[NAMES];

	idmap_names(s->users, b->user + first, n, user);
	if (b->item != NULL)
		idmap_names(s->items, b->item + first, n, item);
	for (size_t i = 0; i < n; i++) {
		struct cleanstore_row row = cleanstore_row(s, b, first + i);

		row.user = user[i];
		if (b->item != NULL)
			row.item = item[i];
		cleanoutput_row(w->output, &row, &p->text);
		if (b->at != NULL && cleanstore_text(s, b->at[first + i],
		    &p->window, &p->text) != 0)
			return -1;
		buf_char(&p->text, '\n');
	}
	return 0;
}

static int
add_rows(const struct writing *w, struct part *p)
{
	for (size_t i = 0; i < p->rows.n; i += NAMES) {
		const size_t left = p->rows.n - i;

		if (add_some(w, p, i, left < NAMES ? left : NAMES) != 0)
			return -1;
	}
	return 0;
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
