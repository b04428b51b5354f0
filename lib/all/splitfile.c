#include <stdlib.h>
#include <string.h>

#include "all/splitfile.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "io/put.h"
#include "io/rows.h"

enum { BLOCK = 1 << 16 };	/* bytes handed to a writer at a time */

/* --- reading ------------------------------------------------------------ */

/* Columns of a file; -1: it has none of that name, or it is not needed. */
struct columns {
	int user, item, time;
	int time_text;		/* the column of times, also if not read */
	size_t width;
};

static int
find_columns(const struct rows *r, const struct split_method *m, int times,
    struct columns *c)
{
	c->user = m->needs_user ? rows_column(r, "user_id")
	    : rows_find(r, "user_id");
	if (m->needs_user && c->user < 0)
		return -1;
	c->item = rows_find(r, "item_id");
	c->time_text = m->needs_time ? rows_column(r, "timestamp")
	    : rows_find(r, "timestamp");
	if (m->needs_time && c->time_text < 0)
		return -1;
	c->time = times || m->needs_time ? c->time_text : -1;
	c->width = rows_width(r);
	return 0;
}

static uint64_t
hash_row(const struct rows *r, const struct columns *c)
{
	const int known = c->user >= 0 && c->item >= 0;
	const int key[] = { c->user, c->item, c->time_text };
	const size_t n = known ? sizeof key / sizeof *key : c->width;
	uint64_t hash = 0;

	for (size_t i = 0; i < n; i++) {
		const int column = known ? key[i] : (int)i;
		const struct span text = column < 0 ? (struct span){ "", 0 }
		    : rows_text(r, column);

		hash = hash_bytes(text.p, text.n, hash);
	}
	return hash;
}

static int
take_id(const struct rows *r, int column, struct idmap *map, uint32_t **id,
    size_t *cap, size_t row)
{
	const struct span name = rows_text(r, column);

	if (name.n == 0)
		return rows_error(r, column, "an empty id");
	if (idmap_count(map) >= IDMAP_NONE - 1 &&
	    idmap_find(map, name) == IDMAP_NONE)
		return rows_error(r, column, "too many ids");
	*id = mem_grow("rows", *id, cap, row + 1, sizeof **id);
	(*id)[row] = idmap_add(map, name);
	return 0;
}

static int
add_row(struct splitfile *s, const struct rows *r, const struct columns *c)
{
	struct split_rows *to = &s->rows;
	const size_t row = to->n;

	if (table_add(s->table, r) != 0)
		return -1;
	if (c->user >= 0 && take_id(r, c->user, s->users, &to->user,
	    &s->cap_user, row) != 0)
		return -1;
	if (c->item >= 0 && take_id(r, c->item, s->items, &to->item,
	    &s->cap_item, row) != 0)
		return -1;
	if (c->time >= 0) {
		to->time = mem_grow("rows", to->time, &s->cap_time, row + 1,
		    sizeof *to->time);
		if (rows_time(r, c->time, &to->time[row]) != 0)
			return -1;
	}
	to->hash = mem_grow("rows", to->hash, &s->cap_hash, row + 1,
	    sizeof *to->hash);
	to->hash[row] = hash_row(r, c);
	to->n++;
	return 0;
}

static int
read_file(struct splitfile *s, const char *path, const struct split_method *m,
    int times, struct tick *tick)
{
	const struct rows_format format = { .positional = rows_interactions,
	    .kind = ROWS_GUESS, .tick = tick };
	struct rows *r = rows_open(path, &format);
	struct columns c;
	int status = -1;

	if (r == NULL)
		return -1;
	if (table_begin(s->table, r) != 0 ||
	    find_columns(r, m, times, &c) != 0)
		goto done;
	while ((status = rows_next(r)) > 0)
		if (add_row(s, r, &c) != 0) {
			status = -1;
			break;
		}
done:
	rows_close(r);
	return status;
}

struct splitfile *
splitfile_read(const char *const *paths, size_t n_paths,
    const struct split_method *m, int times, struct tick *tick)
{
	struct splitfile *s = mem_array("table", 1, sizeof *s);

	s->table = table_new();
	s->users = idmap_new();
	s->items = idmap_new();
	for (size_t i = 0; i < n_paths; i++)
		if (read_file(s, paths[i], m, times, tick) != 0) {
			splitfile_free(s);
			return NULL;
		}
	s->rows.n_users = idmap_count(s->users);
	s->rows.n_items = idmap_count(s->items);
	return s;
}

void
splitfile_free(struct splitfile *s)
{
	if (s == NULL)
		return;
	table_free(s->table);
	idmap_free(s->users);
	idmap_free(s->items);
	free(s->rows.user);
	free(s->rows.item);
	free(s->rows.time);
	free(s->rows.hash);
	free(s);
}

/* --- writing ------------------------------------------------------------ */

/* Rows on their way to a writer, which likes them by the block. */
struct outlet {
	struct put *put;
	struct buf buf;
};

static void
drain(struct outlet *to)
{
	put_rows(to->put, (struct span){ to->buf.p, to->buf.n });
	to->buf.n = 0;
}

static void
pour(struct outlet *to, struct span row)
{
	buf_span(&to->buf, row);
	if (to->buf.n >= BLOCK)
		drain(to);
}

static int
check_parts(const struct splitfile *s, const unsigned char *part,
    const char *const paths[SPLIT_PARTS])
{
	size_t count[SPLIT_PARTS] = { 0 };

	for (size_t i = 0; i < s->rows.n; i++)
		count[part[i]]++;
	for (int p = 0; p < SPLIT_PARTS; p++)
		if (paths[p] != NULL && count[p] == 0)
			return err_msg("the %s part has no rows",
			    split_part_name((enum split_part)p));
	return 0;
}

int
splitfile_write(const struct splitfile *s, const unsigned char *part,
    const char *const paths[SPLIT_PARTS], int gzip, int header)
{
	struct outlet to[SPLIT_PARTS] = { { NULL, BUF_EMPTY } };
	int status = check_parts(s, part, paths);

	for (int p = 0; p < SPLIT_PARTS && status == 0; p++) {
		if (paths[p] == NULL)
			continue;
		to[p].put = put_open(paths[p], gzip);
		if (to[p].put == NULL)
			status = -1;
		else if (header && table_has_header(s->table))
			put_header(to[p].put, table_header(s->table));
	}
	for (size_t i = 0; i < s->rows.n && status == 0; i++)
		if (to[part[i]].put != NULL)
			pour(&to[part[i]], table_row(s->table, i));
	for (int p = 0; p < SPLIT_PARTS && status == 0; p++)
		if (to[p].put != NULL) {
			drain(&to[p]);
			status = put_finish(to[p].put);
		}
	for (int p = 0; p < SPLIT_PARTS && status == 0; p++)
		if (to[p].put != NULL)
			status = put_commit(to[p].put);
	for (int p = 0; p < SPLIT_PARTS; p++) {
		put_free(to[p].put);
		buf_release(&to[p].buf);
	}
	return status;
}

static void
put_fold_header(struct put *put, const struct table *t)
{
	struct buf text = BUF_EMPTY;

	buf_text(&text, table_header(t));
	buf_text(&text, "\tfold:float");
	put_header(put, buf_cstr(&text));
	buf_release(&text);
}

int
splitfile_write_folds(const struct splitfile *s, uint64_t seed, size_t folds,
    const char *path, int gzip, int header)
{
	struct outlet to = { NULL, BUF_EMPTY };
	int status;

	if (table_has_column(s->table, "fold"))
		return err_msg("the table has a column 'fold' already");
	to.put = put_open(path, gzip);
	if (to.put == NULL)
		return -1;
	if (header && table_has_header(s->table))
		put_fold_header(to.put, s->table);
	for (size_t i = 0; i < s->rows.n && !put_failed(to.put); i++) {
		struct span row = table_row(s->table, i);

		row.n--;		/* its LF comes behind the fold */
		buf_span(&to.buf, row);
		buf_char(&to.buf, '\t');
		buf_int(&to.buf, (int64_t)split_fold(s->rows.hash[i], seed,
		    folds));
		pour(&to, (struct span){ "\n", 1 });
	}
	drain(&to);
	status = put_commit(to.put);
	put_free(to.put);
	buf_release(&to.buf);
	return status;
}
