#include <stdlib.h>

#include "all/oldlists.h"
#include "base/hash.h"
#include "base/mem.h"
#include "io/ids.h"
#include "io/rows.h"

static const char *const of_lists[] = { "user_id", "item_id", "score", "rank",
	NULL };

/* One more item; never 0. */
static inline uint64_t
add_item(uint64_t hash, uint32_t item)
{
	return hash_mix(hash, item) | 1;
}

struct job {
	struct oldlists *out;
	int user, item;		/* columns */
	struct idmap *users, *items;
};

/* The ids of a block. */
struct part {
	struct ids user, item;
};

static void
release_part(void *slot)
{
	struct part *p = slot;

	ids_release(&p->user);
	ids_release(&p->item);
}

static int
take_rows(void *arg, struct rows *block, void *slot)
{
	const struct job *job = arg;
	struct part *p = slot;
	int got;

	p->user.n = p->item.n = 0;
	while ((got = rows_next(block)) > 0)
		if (ids_add(&p->user, block, job->user) != 0 ||
		    ids_add(&p->item, block, job->item) != 0)
			return -1;
	ids_find(&(struct ids_pair){ &p->user, &p->item, job->users,
	    job->items });
	return got;
}

static int
add_rows(void *arg, void *slot)
{
	const struct job *job = arg;
	const struct part *p = slot;

	for (size_t i = 0; i < p->user.n; i++) {
		const uint32_t u = p->user.id[i];

		if (u == IDMAP_NONE)
			job->out->n_strange++;
		else
			job->out->hash[u] = add_item(job->out->hash[u],
			    p->item.id[i]);
	}
	return 0;
}

static int
read_rows(struct job *job, struct rows *rows)
{
	job->user = rows_column(rows, "user_id");
	if (job->user < 0)
		return -1;
	job->item = rows_column(rows, "item_id");
	if (job->item < 0)
		return -1;
	return rows_scan(rows, &(struct rows_scan){ .arg = job,
	    .slot_size = sizeof(struct part), .work = take_rows,
	    .drain = add_rows, .release = release_part });
}

int
oldlists_read(struct oldlists *out, const char *path, struct idmap *users,
    struct idmap *items, struct tick *tick)
{
	struct job job = { .out = out, .users = users, .items = items };
	struct rows *rows = rows_open(path, &(struct rows_format){
	    .positional = of_lists, .kind = ROWS_TSV, .tick = tick });
	int status = -1;

	out->n_users = idmap_count(users);
	out->hash = mem_array("old lists", out->n_users, sizeof *out->hash);
	out->same = mem_array("old lists", out->n_users, sizeof *out->same);
	/* A file without any list is one of lists, too. */
	if (rows != NULL)
		status = rows_width(rows) == 0 ? 0 : read_rows(&job, rows);
	rows_close(rows);
	return status;
}

void
oldlists_release(struct oldlists *o)
{
	free(o->hash);
	free(o->same);
}

int
oldlists_is_same(struct oldlists *o, uint32_t u,
    const struct topk_item *best, size_t n)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < n; i++)
		hash = add_item(hash, best[i].item);
	o->same[u] = hash == o->hash[u];
	return o->same[u];
}

void
oldlists_count(struct oldlists *o, uint32_t u, size_t n)
{
	if (n == 0)
		o->n_gone += o->hash[u] != 0;
	else if (o->same[u])
		o->n_same++;
	else if (o->hash[u] != 0)
		o->n_changed++;
	else
		o->n_new++;
}
