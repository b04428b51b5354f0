#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "prep/cleanchunk.h"
#include "prep/cleanspill.h"
#include "prep/cleanstore.h"
#include "prep/cleantime.h"

enum {
	CHUNK_SHIFT = 12	/* 4,096 rows in a chunk */
};

struct cleanstore *
cleanstore_new(const struct cleanstore_columns *has)
{
	struct cleanstore *s = mem_array("rows", 1, sizeof *s);

	s->users = idmap_new();
	s->items = idmap_new();
	s->events = idmap_new();
	s->texts = textlog_new();
	s->has = *has;
	s->rows = cleanchunk_new(has, 0, CHUNK_SHIFT);
	return s;
}

void
cleanstore_free(struct cleanstore *s)
{
	if (s == NULL)
		return;
	idmap_free(s->users);
	idmap_free(s->items);
	idmap_free(s->events);
	textlog_free(s->texts);
	cleanchunk_free(s->rows);
	free(s);
}

/* --- adding rows -------------------------------------------------------- */

/* Rows of a batch that go into the last chunk. */
struct taking {
	struct cleanstore *s;
	const struct cleanbatch *batch;
	size_t first, n;	/* rows of the batch */
	size_t text_at;		/* bytes of texts before `first` */
	int failed;
};

static void *
to_column(const struct taking *t, enum cleanchunk_column column)
{
	return cleanchunk_at(t->s->rows, column, t->s->rows->n);
}

static void
take_names(const struct taking *t, struct idmap *map,
    const struct idmap_key *key, enum cleanchunk_column column)
{
	idmap_add_keys(map, key + t->first, t->n, to_column(t, column));
}

static int
take_texts(struct taking *t)
{
	const struct cleanbatch *b = t->batch;
	uint64_t *at = to_column(t, CLEANCHUNK_AT);

	for (size_t i = 0; i < t->n; i++) {
		const size_t n = b->text_length[t->first + i];

		if (textlog_add(t->s->texts, (struct span){ b->text.p +
		    t->text_at, n }, &at[i]) != 0)
			return -1;
		t->text_at += n;
	}
	return 0;
}

static void
take_values(const struct taking *t, enum cleanchunk_column column,
    const void *values)
{
	const size_t width = t->s->rows->width[column];

	if (width > 0)
		memcpy(to_column(t, column), (const char *)values +
		    t->first * width, t->n * width);
}

/* Users and items, each map fed by one thread; and all else. */
static void
take_piece(void *arg, size_t piece, size_t worker)
{
	struct taking *t = arg;
	const struct cleanbatch *b = t->batch;
	const struct cleanstore_columns *has = &t->s->has;

	(void)worker;
	if (piece == 0) {
		take_names(t, t->s->users, b->user, CLEANCHUNK_USER);
		return;
	}
	if (piece == 1) {
		if (has->item)
			take_names(t, t->s->items, b->item, CLEANCHUNK_ITEM);
		return;
	}
	if (has->event)
		take_names(t, t->s->events, b->event, CLEANCHUNK_EVENT);
	take_values(t, CLEANCHUNK_RATING, b->rating);
	take_values(t, CLEANCHUNK_WEIGHT, b->weight);
	take_values(t, CLEANCHUNK_TIME, b->time);
	if (has->text)
		t->failed = take_texts(t) != 0;
}

int
cleanstore_take(struct cleanstore *s, const struct cleanbatch *b)
{
	struct taking t = { .s = s, .batch = b };
	struct cleanchunks *c = s->rows;

	while (t.first < b->n) {
		uint64_t room;

		if (cleanchunk_room(c) != 0)
			return -1;
		room = ((uint64_t)c->n_chunks << c->shift) - c->n;
		t.n = b->n - t.first < room ? b->n - t.first : (size_t)room;
		par_for(3, take_piece, &t);
		if (t.failed)
			return -1;
		c->n += t.n;
		t.first += t.n;
	}
	return cleanspill_check(s);
}

/* --- passes ------------------------------------------------------------- */

uint64_t
cleanstore_rows(const struct cleanstore *s)
{
	return s->rows->n;
}

size_t
cleanstore_blocks(const struct cleanstore *s)
{
	return s->rows->n_chunks;
}

/* Where the rows that stay are written to: the chunks from the first one on,
 * in place if they are in memory. */
struct refill {
	struct cleanchunks *c;
	uint64_t n;		/* rows that stay so far */
	char *memory;		/* of the chunk at hand, if there is a file */
	uint32_t *keep;		/* scratch (rows of a chunk) */
};

static int
put_rows(struct refill *r, char *from, const uint32_t *keep, size_t n)
{
	struct cleanchunks *c = r->c;
	const size_t room = (size_t)1 << c->shift;

	while (n > 0) {
		const size_t k = (size_t)(r->n >> c->shift);
		const size_t at = (size_t)(r->n & (room - 1));
		const size_t some = n < room - at ? n : room - at;

		cleanchunk_copy(c, from, keep, some, r->memory != NULL ?
		    r->memory : c->chunk[k], at);
		if (r->memory != NULL && at + some == room &&
		    cleanchunk_save(c, k, r->memory) != 0)
			return -1;
		r->n += some;
		keep += some;
		n -= some;
	}
	return 0;
}

/* The rows of a block that are not gone stay. */
static int
keep_rows(struct refill *r, const struct cleanblock *b, char *chunk)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		r->keep[n] = (uint32_t)i;
		n += !b->gone[i];
	}
	return put_rows(r, chunk, r->keep, n);
}

/* The last chunk is in memory even if there is a file. */
static void
end_refill(struct refill *r)
{
	struct cleanchunks *c = r->c;

	cleanchunk_cut(c, r->n);
	if (r->memory != NULL && c->n_chunks > 0) {
		free(c->chunk[c->n_chunks - 1]);
		c->chunk[c->n_chunks - 1] = r->memory;
		r->memory = NULL;
	}
}

int
cleanstore_scan(struct cleanstore *s, int changes,
    int (*visit)(void *arg, struct cleanblock *), void *arg)
{
	struct cleanchunks *c = s->rows;
	const size_t room = (size_t)1 << c->shift;
	unsigned char *gone = mem_array("rows", room, 1);
	struct refill r = { .c = c };
	void *memory = NULL;
	int status = 0;

	r.keep = mem_array("rows", room, sizeof *r.keep);
	if (changes && c->file != NULL)
		r.memory = mem_array("rows", c->bytes, 1);
	for (size_t i = 0; i < c->n_chunks && status == 0; i++) {
		char *chunk = cleanchunk_load(c, i, &memory);
		struct cleanblock b;

		status = chunk == NULL ? -1 : 0;
		if (status != 0)
			break;
		b = cleanchunk_block(c, chunk, cleanchunk_rows(c, i));
		b.gone = memset(gone, 0, b.n);
		status = visit(arg, &b);
		if (changes && status == 0)
			status = keep_rows(&r, &b, chunk);
	}
	if (changes && status == 0)
		end_refill(&r);
	free(r.memory);
	free(r.keep);
	free(memory);
	free(gone);
	return status;
}

static int
mark(void *arg, struct cleanblock *b)
{
	const unsigned char **gone = arg;

	memcpy(b->gone, *gone, b->n);
	*gone += b->n;
	return 0;
}

int
cleanstore_remove(struct cleanstore *s, const unsigned char *gone)
{
	return cleanstore_scan(s, 1, mark, &gone);
}

/* --- looking ------------------------------------------------------------ */

int
cleanstore_load(const struct cleanstore *s, size_t i, void **memory,
    struct cleanblock *b)
{
	char *chunk = cleanchunk_load(s->rows, i, memory);

	if (chunk == NULL)
		return -1;
	*b = cleanchunk_block(s->rows, chunk, cleanchunk_rows(s->rows, i));
	return 0;
}

struct cleanstore_row
cleanstore_row(const struct cleanstore *s, const struct cleanblock *b,
    size_t i)
{
	struct cleanstore_row row = { .rating = NAN, .weight = 1,
		.time = CLEANTIME_NONE };

	assert(i < b->n);
	if (b->event != NULL)
		row.event = idmap_name(s->events, b->event[i]);
	if (b->rating != NULL)
		row.rating = b->rating[i];
	if (b->weight != NULL)
		row.weight = b->weight[i];
	if (b->time != NULL)
		row.time = b->time[i];
	return row;
}

int
cleanstore_text(const struct cleanstore *s, uint64_t at,
    struct textlog_window *w, struct buf *b)
{
	return textlog_get(s->texts, at, w, b);
}
