#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "prep/cleanchunk.h"

struct cleanchunks *
cleanchunk_new(const struct cleanstore_columns *has, int has_row,
    unsigned shift)
{
	struct cleanchunks *c = mem_array("rows", 1, sizeof *c);
	const size_t width[CLEANCHUNK_COLUMNS] = {
		[CLEANCHUNK_USER] = sizeof(uint32_t),
		[CLEANCHUNK_ITEM] = has->item ? sizeof(uint32_t) : 0,
		[CLEANCHUNK_EVENT] = has->event ? sizeof(uint32_t) : 0,
		[CLEANCHUNK_RATING] = has->rating ? sizeof(float) : 0,
		[CLEANCHUNK_WEIGHT] = has->weight ? sizeof(float) : 0,
		[CLEANCHUNK_TIME] = has->time ? sizeof(int64_t) : 0,
		[CLEANCHUNK_AT] = has->text ? sizeof(uint64_t) : 0,
		[CLEANCHUNK_ROW] = has_row ? sizeof(uint64_t) : 0
	};

	c->shift = shift;
	for (int i = 0; i < CLEANCHUNK_COLUMNS; i++) {
		c->width[i] = width[i];
		c->start[i] = c->bytes;
		c->bytes += width[i] << shift;
	}
	return c;
}

void
cleanchunk_free(struct cleanchunks *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->n_chunks; i++)
		free(c->chunk[i]);
	free(c->chunk);
	scratch_free(c->file);
	free(c);
}

size_t
cleanchunk_width(const struct cleanchunks *c)
{
	return c->bytes >> c->shift;
}

uint64_t
cleanchunk_memory(const struct cleanchunks *c)
{
	const size_t held = c->file == NULL ? c->n_chunks : c->n_chunks > 0;

	return (uint64_t)held * c->bytes;
}

static void *
column_of(const struct cleanchunks *c, enum cleanchunk_column column,
    char *chunk)
{
	return c->width[column] == 0 ? NULL : chunk + c->start[column];
}

struct cleanblock
cleanchunk_block(const struct cleanchunks *c, char *chunk, size_t n)
{
	return (struct cleanblock){
		.n = n,
		.user = column_of(c, CLEANCHUNK_USER, chunk),
		.item = column_of(c, CLEANCHUNK_ITEM, chunk),
		.event = column_of(c, CLEANCHUNK_EVENT, chunk),
		.rating = column_of(c, CLEANCHUNK_RATING, chunk),
		.weight = column_of(c, CLEANCHUNK_WEIGHT, chunk),
		.time = column_of(c, CLEANCHUNK_TIME, chunk),
		.at = column_of(c, CLEANCHUNK_AT, chunk)
	};
}

char *
cleanchunk_load(const struct cleanchunks *c, size_t i, void **memory)
{
	if (c->chunk[i] != NULL)
		return c->chunk[i];
	if (*memory == NULL)
		*memory = mem_array("rows", c->bytes, 1);
	return scratch_read(c->file, (uint64_t)i * c->bytes, *memory,
	    c->bytes) == 0 ? *memory : NULL;
}

int
cleanchunk_save(struct cleanchunks *c, size_t i, const void *memory)
{
	return scratch_write(c->file, (uint64_t)i * c->bytes, memory,
	    c->bytes);
}

/* Of a chunk that may be there already. */
static int
move_out(struct cleanchunks *c, size_t i)
{
	if (c->chunk[i] != NULL && cleanchunk_save(c, i, c->chunk[i]) != 0)
		return -1;
	free(c->chunk[i]);
	c->chunk[i] = NULL;
	return 0;
}

int
cleanchunk_room(struct cleanchunks *c)
{
	if (c->n < (uint64_t)c->n_chunks << c->shift)
		return 0;
	if (c->file != NULL && c->n_chunks > 0 &&
	    move_out(c, c->n_chunks - 1) != 0)
		return -1;
	c->chunk = mem_grow("rows", c->chunk, &c->cap, c->n_chunks + 1,
	    sizeof *c->chunk);
	c->chunk[c->n_chunks++] = mem_array("rows", c->bytes, 1);
	return 0;
}

int
cleanchunk_spill(struct cleanchunks *c)
{
	if (c->file != NULL)
		return 0;
	c->file = scratch_new();
	if (c->file == NULL)
		return -1;
	for (size_t i = 0; i + 1 < c->n_chunks; i++)
		if (move_out(c, i) != 0)
			return -1;
	return 0;
}

int
cleanchunk_unspill(struct cleanchunks *c)
{
	for (size_t i = 0; i < c->n_chunks; i++) {
		void *memory = NULL;

		c->chunk[i] = cleanchunk_load(c, i, &memory);
		if (c->chunk[i] == NULL) {
			free(memory);
			return -1;
		}
	}
	scratch_free(c->file);
	c->file = NULL;
	return 0;
}

/* The widths of columns are those of two types. */
static void
copy_4(const char *from, const uint32_t *keep, size_t n, char *to)
{
	for (size_t i = 0; i < n; i++)
		memcpy(to + 4 * i, from + 4 * (size_t)keep[i], 4);
}

static void
copy_8(const char *from, const uint32_t *keep, size_t n, char *to)
{
	for (size_t i = 0; i < n; i++)
		memcpy(to + 8 * i, from + 8 * (size_t)keep[i], 8);
}

void
cleanchunk_copy(const struct cleanchunks *c, char *from, const uint32_t *keep,
    size_t n, char *to, size_t to_i)
{
	if (from == to && n > 0 && to_i == keep[0] &&
	    keep[n - 1] - keep[0] == n - 1)
		return;		/* they are there */
	for (int i = 0; i < CLEANCHUNK_COLUMNS; i++) {
		const char *p = from + c->start[i];
		char *q = to + c->start[i] + to_i * c->width[i];

		if (c->width[i] == 4)
			copy_4(p, keep, n, q);
		else if (c->width[i] == 8)
			copy_8(p, keep, n, q);
	}
}

void
cleanchunk_gather(const struct cleanchunks *from, const uint64_t *row,
    size_t n, const struct cleanchunks *to, char *chunk)
{
	for (int c = 0; c < CLEANCHUNK_COLUMNS; c++) {
		const enum cleanchunk_column column = (enum cleanchunk_column)c;
		const size_t width = to->width[c];

		for (size_t i = 0; i < n && width > 0; i++)
			memcpy(cleanchunk_in(to, column, chunk, i),
			    cleanchunk_at(from, column, row[i]), width);
	}
}

void
cleanchunk_scatter(const struct cleanchunks *from, char *chunk, size_t n,
    struct cleanchunks *to, const uint64_t *row)
{
	for (int c = 0; c < CLEANCHUNK_COLUMNS; c++) {
		const enum cleanchunk_column column = (enum cleanchunk_column)c;
		const size_t width = from->width[c];

		for (size_t i = 0; i < n && width > 0; i++)
			memcpy(cleanchunk_at(to, column, row[i]),
			    cleanchunk_in(from, column, chunk, i), width);
	}
}

void
cleanchunk_cut(struct cleanchunks *c, uint64_t n)
{
	const size_t keep = (size_t)((n + ((uint64_t)1 << c->shift) - 1) >>
	    c->shift);

	for (size_t i = keep; i < c->n_chunks; i++)
		free(c->chunk[i]);
	c->n_chunks = keep < c->n_chunks ? keep : c->n_chunks;
	c->n = n;
}
