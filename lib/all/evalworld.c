#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "all/evalworld.h"
#include "base/buf.h"
#include "base/mem.h"
#include "io/readinter.h"
#include "io/readvectors.h"

struct evalworld {
	const struct evaluate *how;
	const struct idmap *users, *items;
	struct inter *train;		/* with its own ids; or NULL */
	struct idmap *feature_items;	/* of the attributes; or NULL */
	struct attributes *attributes;
	const struct csr *kinds;	/* the attribute that counts */
	struct metric_world metric;	/* points into what follows */
	uint64_t *popularity;		/* (n_items) */
	uint32_t *place;
	unsigned char *is_tail;
	struct csr features, history;
	size_t n_items, n_users;	/* that are in these */
};

#define HEAD 0.8	/* of the interactions are those of the short head */

/* --- reading -------------------------------------------------------------- */

static int
read_train(struct evalworld *w)
{
	if (w->how->train == NULL)
		return err_msg("what was trained on is needed: give --train "
		    "FILE");
	w->train = readinter((const char *const[]){ w->how->train }, 1,
	    &(struct readinter){ .without_times = 1, .tick = w->how->tick },
	    idmap_new(), idmap_new(), 1);
	return w->train != NULL ? 0 : -1;
}

/* Which attribute of a table counts, or the only one. */
static int
choose_feature(struct evalworld *w)
{
	const struct attributes *a = w->attributes;
	const struct attribute *found = NULL;

	if (w->how->feature != NULL) {
		found = attributes_want(a, w->how->features, w->how->feature);
		if (found == NULL)
			return -1;
	} else if (a->n == 1) {
		found = &a->column[0];
	} else {
		return err_msg("%s: %zu columns: name one by --feature",
		    w->how->features, a->n);
	}
	w->kinds = &found->of;
	return 0;
}

static int
read_features(struct evalworld *w)
{
	if (w->how->features == NULL)
		return err_msg("what items are is needed: give --features "
		    "FILE");
	w->feature_items = idmap_new();
	w->attributes = readvectors(w->how->features, w->how->items, "item_id",
	    w->feature_items);
	if (w->attributes == NULL)
		return -1;
	attributes_finish(w->attributes);
	return choose_feature(w);
}

struct evalworld *
evalworld_new(const struct evaluate *how, unsigned needs,
    const struct idmap *users, const struct idmap *items)
{
	struct evalworld *w = mem_array("features", 1, sizeof *w);
	const unsigned trained = METRIC_NEEDS_POPULARITY | METRIC_NEEDS_HISTORY;

	w->how = how;
	w->users = users;
	w->items = items;
	if (((needs & trained) != 0 && read_train(w) != 0) ||
	    ((needs & METRIC_NEEDS_FEATURES) != 0 && read_features(w) != 0)) {
		evalworld_free(w);
		return NULL;
	}
	return w;
}

void
evalworld_free(struct evalworld *w)
{
	if (w == NULL)
		return;
	inter_free(w->train);
	attributes_free(w->attributes);
	idmap_free(w->feature_items);
	free(w->popularity);
	free(w->place);
	free(w->is_tail);
	csr_release(&w->features);
	csr_release(&w->history);
	free(w);
}

const struct metric_world *
evalworld_metric(const struct evalworld *w)
{
	return &w->metric;
}

/* --- popularity ----------------------------------------------------------- */

struct ranked {
	uint64_t count;
	uint32_t id;
	struct span name;
};

/* Of equal counts the name that sorts first. */
static int
most_first(const void *va, const void *vb)
{
	const struct ranked *a = va, *b = vb;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return span_compare(a->name, b->name);
}

/* Ids (n) of a map by falling count. */
static struct ranked *
rank(const uint64_t *count, const struct idmap *map, size_t n)
{
	struct ranked *x = mem_array("ids", n, sizeof *x);

	for (size_t i = 0; i < n; i++)
		x[i] = (struct ranked){ count[i], (uint32_t)i,
		    idmap_name(map, (uint32_t)i) };
	qsort(x, n, sizeof *x, most_first);
	return x;
}

static uint64_t *
count_rows(const struct csr *m, const struct idmap *theirs,
    const struct idmap *ours, int of_rows)
{
	const size_t n = idmap_count(ours);
	uint64_t *own = mem_array("counts", of_rows ? m->rows : m->cols,
	    sizeof *own);
	uint64_t *out = mem_array("counts", n, sizeof *out);

	for (size_t r = 0; r < m->rows; r++)
		for (uint64_t p = m->indptr[r]; p < m->indptr[r + 1]; p++)
			own[of_rows ? r : m->indices[p]]++;
	for (uint32_t i = 0; i < n; i++) {
		const uint32_t id = idmap_find(theirs, idmap_name(ours, i));

		out[i] = id != IDMAP_NONE ? own[id] : 0;
	}
	free(own);
	return out;
}

/*
 * Places are among all items trained on and listed; the short head are the
 * most popular ones that together have HEAD of the interactions.
 */
static void
grow_popularity(struct evalworld *w)
{
	const size_t n = idmap_count(w->items);
	struct ranked *x;
	uint64_t before = 0, total = 0;

	free(w->popularity);
	free(w->place);
	free(w->is_tail);
	w->popularity = count_rows(&w->train->by_user, w->train->items,
	    w->items, 0);
	w->place = mem_array("places", n, sizeof *w->place);
	w->is_tail = mem_array("places", n, 1);
	x = rank(w->popularity, w->items, n);
	for (size_t i = 0; i < n; i++)
		total += x[i].count;
	for (size_t i = 0; i < n; i++) {
		w->place[x[i].id] = (uint32_t)i;
		w->is_tail[x[i].id] = (double)before >= HEAD * (double)total;
		before += x[i].count;
	}
	free(x);
	w->metric.popularity = w->popularity;
	w->metric.place = w->place;
	w->metric.is_tail = w->is_tail;
	w->metric.n_interactions = total;
}

unsigned char *
evalworld_parts(const struct evalworld *w, int of_users, size_t parts,
    const struct idmap **ids)
{
	const struct idmap *map = of_users ? w->train->users :
	    w->train->items;
	const size_t n = idmap_count(map);
	uint64_t *count = count_rows(&w->train->by_user, map, map, of_users);
	struct ranked *x = rank(count, map, n);
	unsigned char *part = mem_array("parts", n, 1);
	uint64_t before = 0, total = 0;

	for (size_t i = 0; i < n; i++)
		total += x[i].count;
	for (size_t i = n; i-- > 0; before += x[i].count)
		part[x[i].id] = (unsigned char)fmin(((double)before +
		    (double)x[i].count / 2) / (double)total * (double)parts,
		    (double)parts - 1);
	free(x);
	free(count);
	*ids = map;
	return part;
}

/* --- features ------------------------------------------------------------- */

struct entry {
	uint32_t column;
	float value;
};

static int
by_column(const void *va, const void *vb)
{
	const struct entry *a = va, *b = vb;

	return (a->column > b->column) - (a->column < b->column);
}

static void
start_matrix(struct csr *m, size_t rows, size_t cols, uint64_t most)
{
	csr_release(m);
	*m = (struct csr){ .rows = rows, .cols = cols,
	    .indptr = mem_array("features", rows + 1, sizeof *m->indptr),
	    .indices = mem_array("features", (size_t)most, sizeof *m->indices),
	    .values = mem_array("features", (size_t)most, sizeof *m->values) };
}

/* Row r of m <- these entries (n), columns ascending, divided by `by`. */
static void
put_row(struct csr *m, size_t r, struct entry *x, size_t n, double by)
{
	uint64_t at = m->indptr[r];

	qsort(x, n, sizeof *x, by_column);
	for (size_t i = 0; i < n; i++, at++) {
		m->indices[at] = x[i].column;
		m->values[at] = (float)((double)x[i].value / by);
	}
	m->indptr[r + 1] = at;
}

/* Rows of length 1. */
static void
grow_features(struct evalworld *w)
{
	const size_t n = idmap_count(w->items);
	const struct csr *from = w->kinds;
	struct entry *x = mem_array("features", from->cols, sizeof *x);

	start_matrix(&w->features, n, from->cols, csr_count(from));
	for (uint32_t i = 0; i < n; i++) {
		const uint32_t id = idmap_find(w->feature_items,
		    idmap_name(w->items, i));
		double square = 0;
		size_t m = 0;

		for (uint64_t p = id == IDMAP_NONE || id >= from->rows ? 0 :
		    from->indptr[id]; id != IDMAP_NONE && id < from->rows &&
		    p < from->indptr[id + 1]; p++) {
			x[m++] = (struct entry){ from->indices[p],
			    from->values[p] };
			square += (double)from->values[p] *
			    (double)from->values[p];
		}
		put_row(&w->features, i, x, square > 0 ? m : 0, sqrt(square));
	}
	free(x);
	w->metric.features = w->features;
}

/* What user u of the training data had: shares (features) that sum to 1, all
 * zero before; returns whether there are any. */
static int
shares_of(const struct evalworld *w, uint32_t u, double *share)
{
	const struct csr *had = &w->train->by_user;
	double items = 0;

	for (uint64_t p = had->indptr[u]; p < had->indptr[u + 1]; p++) {
		const uint32_t id = idmap_find(w->feature_items,
		    idmap_name(w->train->items, had->indices[p]));
		size_t n;

		if (id == IDMAP_NONE || id >= w->kinds->rows)
			continue;
		n = csr_row_count(w->kinds, id);
		items += n > 0;
		for (uint64_t q = w->kinds->indptr[id];
		    q < w->kinds->indptr[id + 1]; q++)
			share[w->kinds->indices[q]] += 1 / (double)n;
	}
	for (size_t f = 0; f < w->kinds->cols; f++)
		share[f] /= items > 0 ? items : 1;
	return items > 0;
}

static void
grow_history(struct evalworld *w)
{
	const size_t n = idmap_count(w->users), cols = w->kinds->cols;
	double *share = mem_array("features", cols, sizeof *share);
	struct entry *x = mem_array("features", cols, sizeof *x);
	size_t cap = 0;
	struct csr *m = &w->history;

	start_matrix(m, n, cols, 0);
	for (uint32_t u = 0; u < n; u++) {
		const uint32_t id = idmap_find(w->train->users,
		    idmap_name(w->users, u));
		size_t k = 0, need;

		memset(share, 0, cols * sizeof *share);
		if (id != IDMAP_NONE && shares_of(w, id, share))
			for (size_t f = 0; f < cols; f++)
				if (share[f] > 0)
					x[k++] = (struct entry){ (uint32_t)f,
					    (float)share[f] };
		need = (size_t)m->indptr[u] + k;
		if (need > cap) {
			size_t other = cap;

			m->indices = mem_grow("features", m->indices, &other,
			    need, sizeof *m->indices);
			m->values = mem_grow("features", m->values, &cap,
			    need, sizeof *m->values);
		}
		put_row(m, u, x, k, 1);
	}
	free(x);
	free(share);
	w->metric.history = *m;
}

void
evalworld_grow(struct evalworld *w)
{
	const size_t n_items = idmap_count(w->items);
	const size_t n_users = idmap_count(w->users);

	w->metric.n_items = n_items;
	if (w->train != NULL && n_items > w->n_items)
		grow_popularity(w);
	if (w->kinds != NULL && n_items > w->n_items)
		grow_features(w);
	if (w->kinds != NULL && w->train != NULL && n_users > w->n_users)
		grow_history(w);
	w->n_items = n_items;
	w->n_users = n_users;
}
