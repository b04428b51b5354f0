#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/pipe.h"
#include "prep/cleanchunk.h"
#include "prep/cleanspill.h"

enum {
	PART_SHIFT = 9,		/* rows in a chunk of a part: 512 */
	ID_BYTES = 24,		/* that passes and writing need for each id, */
	THREAD_BYTES = 4	/* and each thread of them */
};

static const double mib = 1 << 20;

/* --- when --------------------------------------------------------------- */

void
cleanstore_limit(struct cleanstore *s, uint64_t bytes)
{
	s->limit = bytes;
}

int
cleanspill_is_out(const struct cleanstore *s)
{
	return s->rows->file != NULL;
}

int
cleanspill_out(struct cleanstore *s)
{
	return cleanchunk_spill(s->rows) != 0 || textlog_spill(s->texts) != 0
	    ? -1 : 0;
}

/* What must be in memory: ids, counters of them, and a few chunks. */
static uint64_t
needed(const struct cleanstore *s)
{
	const struct idmap *maps[] = { s->users, s->items, s->events };
	const uint64_t id_bytes = ID_BYTES + THREAD_BYTES * par_threads();
	uint64_t bytes = (pipe_slots() + 2) * s->rows->bytes;

	for (int i = 0; i < 3; i++)
		bytes += idmap_bytes(maps[i]) +
		    (uint64_t)idmap_count(maps[i]) * id_bytes;
	return bytes;
}

int
cleanspill_check(struct cleanstore *s)
{
	const uint64_t need = needed(s);

	if (s->limit == 0)
		return 0;
	if (need > s->limit)
		return err_msg("--memory: the ids of %zu users and %zu items, "
		    "and buffers, take %.0f MiB with --threads %zu",
		    idmap_count(s->users), idmap_count(s->items),
		    (double)need / mib + 0.5, par_threads());
	if (need + cleanchunk_memory(s->rows) + textlog_bytes(s->texts) <=
	    s->limit)
		return 0;
	return cleanspill_out(s);
}

size_t
cleanspill_parts(const struct cleanstore *s, size_t row_bytes)
{
	const uint64_t need = needed(s);
	const uint64_t room = s->limit > need ? s->limit - need : 0;
	const uint64_t all = cleanstore_rows(s) *
	    (cleanchunk_width(s->rows) + sizeof(uint64_t) + row_bytes);
	/* parts differ in size: make them half of what there is room for */
	const uint64_t n = room == 0 ? CLEANSPILL_PARTS_MAX
	    : 2 * all / room + 1;

	return n < CLEANSPILL_PARTS_MAX ? (size_t)n : CLEANSPILL_PARTS_MAX;
}

/* --- dealing out -------------------------------------------------------- */

struct dealing {
	const struct cleanspill_job *job;
	struct cleanchunks **part;	/* (n_parts) in files */
	const struct cleanchunks *from;
	uint64_t row;
};

/* Copies a row from one chunk to another, columns that both have. */
static void
copy_row(const struct cleanchunks *from, char *source, size_t i,
    const struct cleanchunks *to, char *target, size_t j)
{
	for (int c = 0; c < CLEANCHUNK_COLUMNS; c++)
		if (from->width[c] > 0 && to->width[c] > 0)
			memcpy(cleanchunk_in(to, (enum cleanchunk_column)c,
			    target, j), cleanchunk_in(from,
			    (enum cleanchunk_column)c, source, i),
			    to->width[c]);
}

/* Adds a row at the end. */
static int
add_row(struct cleanchunks *to, const struct cleanchunks *from, char *source,
    size_t i)
{
	const size_t mask = ((size_t)1 << to->shift) - 1;

	if (cleanchunk_room(to) != 0)
		return -1;
	copy_row(from, source, i, to, to->chunk[to->n_chunks - 1],
	    (size_t)to->n & mask);
	to->n++;
	return 0;
}

static int
deal_block(void *arg, struct cleanblock *b)
{
	struct dealing *d = arg;

	for (size_t i = 0; i < b->n; i++) {
		struct cleanchunks *to =
		    d->part[d->job->part(d->job->arg, b, i)];

		/* a chunk begins with its users */
		if (add_row(to, d->from, (char *)b->user, i) != 0)
			return -1;
		*(uint64_t *)cleanchunk_at(to, CLEANCHUNK_ROW, to->n - 1) =
		    d->row++;
	}
	return 0;
}

/* --- one part in memory ------------------------------------------------- */

/* Is there room for each part?  The message says what is enough for all. */
static int
check_parts(const struct cleanstore *s, const struct cleanspill_job *job,
    struct cleanchunks **part)
{
	uint64_t most = 0, bytes;

	for (size_t p = 0; p < job->n_parts; p++)
		if (part[p]->n > most)
			most = part[p]->n;
	bytes = needed(s) + most * (sizeof(uint64_t) +
	    cleanchunk_width(s->rows) + job->row_bytes);
	if (s->limit == 0 || bytes <= s->limit)
		return 0;
	return err_msg("--memory: rows that belong together, the ids, and "
	    "buffers take %.0f MiB with --threads %zu",
	    (double)bytes / mib + 0.5, par_threads());
}

static int
work_on(struct cleanstore *s, const struct cleanspill_job *job,
    struct cleanchunks *part)
{
	struct cleanstore sub = *s;

	if (cleanchunk_unspill(part) != 0)
		return -1;
	sub.rows = part;
	sub.limit = 0;
	return job->each(job->arg, &sub) != 0 ? -1 : cleanchunk_spill(part);
}

/* --- merging ------------------------------------------------------------ */

/* The first row of a part that is not merged yet. */
struct head {
	uint64_t row;
	size_t part;
};

struct merge {
	struct cleanchunks **part, *to;
	struct head *heap;	/* (n) the least row first */
	size_t n;
	uint64_t *next;		/* (n_parts) the row of the part */
	size_t *chunk;		/* (n_parts) that is in memory */
	char **memory;		/* (n_parts) */
};

static void
sift_down(struct merge *m)
{
	const struct head top = m->heap[0];
	size_t i = 0;

	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < m->n &&
		    m->heap[child + 1].row < m->heap[child].row)
			child++;
		if (child >= m->n || m->heap[child].row > top.row)
			break;
		m->heap[i] = m->heap[child];
		i = child;
	}
	m->heap[i] = top;
}

static void
sift_up(struct merge *m, size_t i)
{
	const struct head h = m->heap[i];

	for (; i > 0 && m->heap[(i - 1) / 2].row > h.row; i = (i - 1) / 2)
		m->heap[i] = m->heap[(i - 1) / 2];
	m->heap[i] = h;
}

/* Has the part's next row in memory, and says which it is. */
static int
look(struct merge *m, size_t p, uint64_t *row)
{
	struct cleanchunks *c = m->part[p];
	const size_t chunk = (size_t)(m->next[p] >> c->shift);
	const size_t mask = ((size_t)1 << c->shift) - 1;
	void *memory = m->memory[p];

	if (m->chunk[p] != chunk) {
		if (c->chunk[chunk] != NULL) {
			free(memory);
			m->memory[p] = c->chunk[chunk];
			c->chunk[chunk] = NULL;
		} else if ((m->memory[p] = cleanchunk_load(c, chunk,
		    &memory)) == NULL) {
			m->memory[p] = memory;
			return -1;
		}
		m->chunk[p] = chunk;
	}
	*row = *(uint64_t *)cleanchunk_in(c, CLEANCHUNK_ROW, m->memory[p],
	    (size_t)m->next[p] & mask);
	return 0;
}

static int
merge_rows(struct merge *m)
{
	while (m->n > 0) {
		const size_t p = m->heap[0].part;
		struct cleanchunks *c = m->part[p];
		const size_t mask = ((size_t)1 << c->shift) - 1;

		if (add_row(m->to, c, m->memory[p], (size_t)m->next[p] &
		    mask) != 0)
			return -1;
		if (++m->next[p] == c->n)
			m->heap[0] = m->heap[--m->n];
		else if (look(m, p, &m->heap[0].row) != 0)
			return -1;
		if (m->n > 0)
			sift_down(m);
	}
	return 0;
}

/* The store's rows become those of the parts. */
static int
merge_parts(struct cleanstore *s, struct cleanchunks **part, size_t n_parts)
{
	struct merge m = { .part = part, .to = s->rows };
	int status = 0;

	m.heap = mem_array("parts", n_parts, sizeof *m.heap);
	m.next = mem_array("parts", n_parts, sizeof *m.next);
	m.chunk = mem_array("parts", n_parts, sizeof *m.chunk);
	m.memory = mem_array("parts", n_parts, sizeof *m.memory);
	cleanchunk_cut(s->rows, 0);
	for (size_t p = 0; p < n_parts && status == 0; p++) {
		struct head *h = &m.heap[m.n];

		m.chunk[p] = SIZE_MAX;
		if (part[p]->n == 0)
			continue;
		h->part = p;
		status = look(&m, p, &h->row);
		sift_up(&m, m.n++);
	}
	if (status == 0)
		status = merge_rows(&m);
	for (size_t p = 0; p < n_parts; p++)
		free(m.memory[p]);
	free(m.memory);
	free(m.chunk);
	free(m.next);
	free(m.heap);
	return status;
}

int
cleanspill_run(struct cleanstore *s, const struct cleanspill_job *job)
{
	struct dealing d = { .job = job, .from = s->rows };
	int status = 0;

	d.part = mem_array("parts", job->n_parts, sizeof *d.part);
	for (size_t p = 0; p < job->n_parts && status == 0; p++) {
		d.part[p] = cleanchunk_new(&s->has, 1, PART_SHIFT);
		status = cleanchunk_spill(d.part[p]);
	}
	if (status == 0)
		status = cleanstore_scan(s, 0, deal_block, &d);
	if (status == 0)
		status = check_parts(s, job, d.part);
	for (size_t p = 0; p < job->n_parts && status == 0; p++)
		status = work_on(s, job, d.part[p]);
	if (status == 0)
		status = merge_parts(s, d.part, job->n_parts);
	for (size_t p = 0; p < job->n_parts; p++)
		cleanchunk_free(d.part[p]);
	free(d.part);
	return status;
}
