#include <stdlib.h>
#include <string.h>

#include "all/splitfile.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/par.h"
#include "io/ids.h"
#include "prep/gaps.h"

enum { CLASSES_MAX = 1000 };	/* of more it is no column of classes */

/* --- reading ------------------------------------------------------------ */

/* Columns of a row that are looked at, of a TSV file in many rows at once: it
 * goes from FIRST to LAST. */
enum field { FIRST, LAST, TIME, ID, FIELDS = ID + SPLITIDS };

struct reading {
	struct splitfile *to;
	struct splitcolumns columns;
	int is_id[SPLITIDS];	/* there is this column */
	int field[FIELDS];	/* (n_fields) columns; those of ids from ID on
				 * are in their order, without gaps */
	size_t n_fields;	/* 0: rows are read one by one */
	int time, hash;		/* are wanted */
};

/* A block of rows on its way: made by work(), taken by drain(). */
struct slot {
	struct table_block block;
	struct ids id[SPLITIDS];
	int64_t *time;			/* (cap) */
	uint64_t *hash;			/* (cap_hash) */
	size_t cap, cap_hash;
};

/* For n more rows. */
static void
make_room(const struct reading *job, struct slot *s, size_t n)
{
	n += s->block.n;
	if (job->hash)
		s->hash = mem_grow("a block", s->hash, &s->cap_hash, n,
		    sizeof *s->hash);
	s->time = mem_grow("a block", s->time, &s->cap, n, sizeof *s->time);
}

/* Adds the row last read. */
static int
add_row(const struct reading *job, struct rows *r, struct slot *s)
{
	const size_t row = s->block.n;

	make_room(job, s, 1);
	if (table_block_add(&s->block, r) != 0)
		return -1;
	for (int k = 0; k < SPLITIDS; k++)
		if (job->is_id[k] &&
		    ids_add(&s->id[k], r, job->columns.id[k]) != 0)
			return -1;
	if (job->time &&
	    rows_time(r, job->columns.time, &s->time[row]) != 0)
		return -1;
	return job->hash ? splitcolumns_hash(r, &job->columns, &s->hash[row])
	    : 0;
}

/* Adds ids and times of n rows; 0, and none of them, when some are not as
 * most are. */
static int
add_fields(const struct reading *job, const struct spans of[FIELDS], size_t n,
    struct slot *s)
{
	const struct spans *id = &of[ID];

	make_room(job, s, n);
	if (job->time && !rows_times(&of[TIME], n, s->time + s->block.n))
		return 0;
	for (int k = 0; k < SPLITIDS; k++)
		if (job->is_id[k] && !ids_add_many(&s->id[k], id++, n)) {
			while (k-- > 0)
				s->id[k].n = s->block.n;
			return 0;
		}
	return 1;
}

/* Many rows at once: how many, or -1. */
static ptrdiff_t
add_many(const struct reading *job, struct rows *r, struct slot *s)
{
	struct spans of[FIELDS], line;
	const size_t n = job->n_fields == 0 ? 0 : rows_many(r, job->field,
	    job->n_fields, of);
	int status = 0;

	if (n == 0)
		return 0;
	line = (struct spans){ of[FIRST].text, of[FIRST].from, of[LAST].to };
	if (add_fields(job, of, n, s))
		status = table_block_add_lines(&s->block, r, &line, n);
	else
		for (size_t i = 0; i < n && status == 0; i++) {
			rows_one(r, i);
			status = add_row(job, r, s);
		}
	return status == 0 ? (ptrdiff_t)n : -1;
}

static int
read_block(void *arg, struct rows *r, void *slot)
{
	const struct reading *job = arg;
	struct slot *s = slot;
	ptrdiff_t many;
	int got = 1;

	for (int k = 0; k < SPLITIDS; k++)
		s->id[k].n = 0;
	while (got > 0) {
		while ((many = add_many(job, r, s)) > 0)
			continue;
		if (many < 0)
			return -1;
		got = rows_next(r);
		if (got > 0 && add_row(job, r, s) != 0)
			return -1;
	}
	return got;
}

/* --- collecting --------------------------------------------------------- */

struct naming {
	struct reading *job;
	struct slot *slot;
	uint32_t *id[SPLITIDS];	/* where the numbers go */
};

static void
name_piece(void *arg, size_t k, size_t worker)
{
	const struct naming *n = arg;

	(void)worker;
	if (n->job->is_id[k])
		idmap_add_keys(n->job->to->names[k], n->slot->id[k].key,
		    n->slot->block.n, n->id[k]);
}

static uint32_t **
ids_of(struct splitfile *f, int k)
{
	uint32_t **const of[SPLITIDS] = { &f->rows.user, &f->rows.item,
	    &f->rows.session, NULL };

	return of[k];
}

static int
add_classes(struct splitfile *f, const uint32_t *id, size_t n)
{
	if (idmap_count(f->names[SPLITID_CLASS]) > CLASSES_MAX)
		return err_msg("more than %d classes", CLASSES_MAX);
	f->class = mem_grow("rows", f->class, &f->cap_id[SPLITID_CLASS],
	    f->rows.n + n, sizeof *f->class);
	for (size_t i = 0; i < n; i++)
		f->class[f->rows.n + i] = (uint16_t)id[i];
	return 0;
}

/* Numbers all names of the block, the columns side by side. */
static int
add_ids(struct reading *job, struct slot *s)
{
	struct splitfile *f = job->to;
	const size_t n = s->block.n;
	struct naming naming = { job, s, { NULL } };
	uint32_t *class = NULL;
	int status = 0;

	for (int k = 0; k < SPLITIDS; k++) {
		uint32_t **ids = ids_of(f, k);

		if (!job->is_id[k])
			continue;
		if (idmap_count(f->names[k]) + n >= IDMAP_NONE)
			return err_msg("too many ids");
		if (ids == NULL) {
			class = mem_array("classes", n, sizeof *class);
			naming.id[k] = class;
			continue;
		}
		*ids = mem_grow("rows", *ids, &f->cap_id[k], f->rows.n + n,
		    sizeof **ids);
		naming.id[k] = *ids + f->rows.n;
	}
	par_for(SPLITIDS, name_piece, &naming);
	if (class != NULL)
		status = add_classes(f, class, n);
	free(class);
	return status;
}

static int
take_block(void *arg, void *slot)
{
	struct reading *job = arg;
	struct split_rows *rows = &job->to->rows;
	struct splitfile *f = job->to;
	struct slot *s = slot;
	const size_t n = s->block.n;

	if (n == 0)
		return 0;
	if (add_ids(job, s) != 0)
		return -1;
	if (job->time) {
		rows->time = mem_grow("rows", rows->time, &f->cap_time,
		    rows->n + n, sizeof *rows->time);
		memcpy(rows->time + rows->n, s->time, n * sizeof *s->time);
	}
	if (job->hash) {
		rows->hash = mem_grow("rows", rows->hash, &f->cap_hash,
		    rows->n + n, sizeof *rows->hash);
		memcpy(rows->hash + rows->n, s->hash, n * sizeof *s->hash);
	}
	rows->n += n;
	table_take(f->table, &s->block);
	return 0;
}

static void
release_slot(void *slot)
{
	struct slot *s = slot;

	table_block_release(&s->block);
	for (int k = 0; k < SPLITIDS; k++)
		ids_release(&s->id[k]);
	free(s->time);
	free(s->hash);
}

static void
choose_columns(struct reading *job, const struct rows *r,
    const struct splitneeds *need)
{
	int n = ID;

	job->time = job->columns.time >= 0;
	job->hash = need->hash;
	job->field[FIRST] = 0;
	job->field[LAST] = (int)rows_width(r) - 1;
	job->field[TIME] = job->time ? job->columns.time : 0;
	for (int k = 0; k < SPLITIDS; k++) {
		job->is_id[k] = job->columns.id[k] >= 0;
		if (!job->is_id[k])
			continue;
		job->field[n++] = job->columns.id[k];
		if (job->to->names[k] == NULL)
			job->to->names[k] = idmap_new();
	}
	job->n_fields = rows_kind(r) != ROWS_TSV || job->hash ? 0 : (size_t)n;
}

static int
read_file(struct splitfile *f, const char *path,
    const struct splitneeds *need, struct tick *tick)
{
	const struct rows_format format = { .positional = rows_interactions,
	    .kind = ROWS_GUESS, .tick = tick };
	struct reading job = { .to = f };
	const struct rows_scan scan = { .arg = &job,
	    .slot_size = sizeof(struct slot), .work = read_block,
	    .drain = take_block, .release = release_slot };
	struct rows *r = rows_open(path, &format);
	int status = -1;

	if (r == NULL)
		return -1;
	if (table_begin(f->table, r) == 0 &&
	    splitcolumns_find(r, need, &job.columns) == 0) {
		choose_columns(&job, r, need);
		status = rows_scan(r, &scan);
	}
	rows_close(r);
	return status;
}

struct splitfile *
splitfile_read(const char *const *paths, size_t n_paths,
    const struct splitneeds *need, struct tick *tick)
{
	struct splitfile *f = mem_array("table", 1, sizeof *f);
	size_t *const counts[SPLITIDS] = { &f->rows.n_users,
	    &f->rows.n_items, &f->rows.n_sessions, NULL };

	f->table = table_new();
	for (size_t i = 0; i < n_paths; i++)
		if (read_file(f, paths[i], need, tick) != 0) {
			splitfile_free(f);
			return NULL;
		}
	for (int k = 0; k < SPLITIDS; k++)
		if (counts[k] != NULL && f->names[k] != NULL)
			*counts[k] = idmap_count(f->names[k]);
	return f;
}

void
splitfile_free(struct splitfile *f)
{
	if (f == NULL)
		return;
	table_free(f->table);
	for (int k = 0; k < SPLITIDS; k++)
		idmap_free(f->names[k]);
	free(f->rows.user);
	free(f->rows.item);
	free(f->rows.session);
	free(f->rows.time);
	free(f->rows.hash);
	free(f->class);
	free(f->first_session);
	free(f);
}

/* --- sessions and units ------------------------------------------------- */

int
splitfile_cut(struct splitfile *f, int64_t gap)
{
	struct split_rows *r = &f->rows;

	r->session = mem_array("sessions", r->n, sizeof *r->session);
	f->first_session = mem_array("sessions", r->n_users + 1,
	    sizeof *f->first_session);
	if (gaps_find(r, gap, r->session, f->first_session) != 0)
		return -1;
	r->n_sessions = f->first_session[r->n_users];
	return 0;
}

void
splitfile_put_session(const struct splitfile *f, size_t row, struct buf *text)
{
	const uint32_t user = f->rows.user[row];

	buf_span(text, idmap_name(f->names[SPLITID_USER], user));
	buf_char(text, '.');
	buf_int(text, (int64_t)(f->rows.session[row] -
	    f->first_session[user] + 1));
}

/* A session made of gaps is known by its user and the time of its first row:
 * sessions before it may come and go. */
static void
hash_sessions(const struct splitfile *f, uint64_t *hash)
{
	const struct split_rows *r = &f->rows;
	int64_t *first = mem_array("sessions", r->n_sessions, sizeof *first);

	for (size_t s = 0; s < r->n_sessions; s++)
		first[s] = INT64_MAX;
	for (size_t i = 0; i < r->n; i++)
		if (r->time[i] < first[r->session[i]])
			first[r->session[i]] = r->time[i];
	for (uint32_t u = 0; u < r->n_users; u++) {
		const uint64_t user = splitcolumns_hash_name(
		    idmap_name(f->names[SPLITID_USER], u));

		for (size_t s = f->first_session[u];
		    s < f->first_session[u + 1]; s++)
			hash[s] = hash_mix(user, (uint64_t)first[s]);
	}
	free(first);
}

uint64_t *
splitfile_hashes(const struct splitfile *f, enum split_unit unit)
{
	const enum splitid id = unit == SPLIT_USER ? SPLITID_USER
	    : unit == SPLIT_ITEM ? SPLITID_ITEM : SPLITID_SESSION;
	const struct idmap *names = f->names[id];
	const size_t n = names == NULL ? f->rows.n_sessions
	    : idmap_count(names);
	uint64_t *hash = mem_array("units", n, sizeof *hash);

	if (names == NULL)
		hash_sessions(f, hash);
	else
		for (uint32_t i = 0; i < n; i++)
			hash[i] = splitcolumns_hash_name(idmap_name(names,
			    i));
	return hash;
}
