#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/scratch.h"
#include "prep/textlog.h"

/* Blocks, so that growing moves nothing.  A text is its length in 4 bytes and
 * then its bytes, across blocks if need be. */
enum { BLOCK = 1 << 18 };

struct textlog {
	char **block;		/* (n_blocks), NULL: in the file */
	size_t n_blocks, cap;
	uint64_t n;		/* bytes */
	struct scratch *file;	/* has all full blocks; NULL: in memory */
};

struct textlog *
textlog_new(void)
{
	return mem_array("texts", 1, sizeof(struct textlog));
}

void
textlog_free(struct textlog *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->n_blocks; i++)
		free(t->block[i]);
	free(t->block);
	scratch_free(t->file);
	free(t);
}

static int
move_out(struct textlog *t, size_t i)
{
	if (scratch_write(t->file, (uint64_t)i * BLOCK, t->block[i],
	    BLOCK) != 0)
		return -1;
	free(t->block[i]);
	t->block[i] = NULL;
	return 0;
}

/* The block that the next byte goes to is made when there is none. */
static int
add_block(struct textlog *t)
{
	if (t->file != NULL && t->n_blocks > 0 &&
	    move_out(t, t->n_blocks - 1) != 0)
		return -1;
	t->block = mem_grow("texts", t->block, &t->cap, t->n_blocks + 1,
	    sizeof *t->block);
	t->block[t->n_blocks++] = mem_array("texts", BLOCK, 1);
	return 0;
}

static int
add_bytes(struct textlog *t, const char *p, size_t n)
{
	while (n > 0) {
		const size_t at = t->n % BLOCK;
		const size_t some = n < BLOCK - at ? n : BLOCK - at;

		if (t->n / BLOCK == t->n_blocks && add_block(t) != 0)
			return -1;
		memcpy(t->block[t->n_blocks - 1] + at, p, some);
		t->n += some;
		p += some;
		n -= some;
	}
	return 0;
}

int
textlog_add(struct textlog *t, struct span text, uint64_t *at)
{
	const uint32_t n = (uint32_t)text.n;

	*at = t->n;
	return add_bytes(t, (const char *)&n, sizeof n) == 0 &&
	    add_bytes(t, text.p, text.n) == 0 ? 0 : -1;
}

/* Bytes that are next to each other, at most n, from memory or the window. */
static int
look(const struct textlog *t, uint64_t at, size_t n, struct textlog_window *w,
    struct span *out)
{
	const size_t i = (size_t)(at / BLOCK), within = at % BLOCK;

	if (t->block[i] != NULL) {
		*out = (struct span){ t->block[i] + within,
			n < BLOCK - within ? n : BLOCK - within };
		return 0;
	}
	if (w->p == NULL)
		w->p = mem_array("texts", BLOCK, 1);
	if (w->n == 0 || w->from != at - within) {
		w->n = 0;
		if (scratch_read(t->file, at - within, w->p, BLOCK) != 0)
			return -1;
		w->from = at - within;
		w->n = BLOCK;
	}
	*out = (struct span){ w->p + within,
		n < BLOCK - within ? n : BLOCK - within };
	return 0;
}

static int
get_bytes(const struct textlog *t, uint64_t at, char *p, size_t n,
    struct textlog_window *w)
{
	struct span some;

	for (; n > 0; n -= some.n) {
		if (look(t, at, n, w, &some) != 0)
			return -1;
		memcpy(p, some.p, some.n);
		p += some.n;
		at += some.n;
	}
	return 0;
}

int
textlog_get(const struct textlog *t, uint64_t at, struct textlog_window *w,
    struct buf *b)
{
	uint32_t n;

	if (get_bytes(t, at, (char *)&n, sizeof n, w) != 0 ||
	    get_bytes(t, at + sizeof n, buf_room(b, n), n, w) != 0)
		return -1;
	b->n += n;
	return 0;
}

int
textlog_spill(struct textlog *t)
{
	if (t->file != NULL)
		return 0;
	t->file = scratch_new();
	if (t->file == NULL)
		return -1;
	for (size_t i = 0; i + 1 < t->n_blocks; i++)
		if (move_out(t, i) != 0)
			return -1;
	return 0;
}

size_t
textlog_bytes(const struct textlog *t)
{
	const size_t held = t->file == NULL ? t->n_blocks : t->n_blocks > 0;

	return held * BLOCK + t->cap * sizeof *t->block;
}
