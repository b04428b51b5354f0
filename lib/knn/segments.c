#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/inter.h"
#include "knn/segments.h"
#include "model/model.h"

/* --- training ------------------------------------------------------------- */

void
segments_count(struct segments *s, const struct attribute *of_users,
    struct idmap *items, const struct csr *x)
{
	const struct csr *of = &of_users->of;
	struct inter *in = inter_new(of_users->values->items, items, 0, 0);

	*s = (struct segments){ .n_users = of->rows };
	s->made = mem_array("segments", of->rows, sizeof *s->made);
	for (uint32_t u = 0; u < of->rows; u++) {
		s->made[u] = csr_row_count(of, u) > 0 ?
		    (int32_t)of->indices[of->indptr[u]] : -1;
		for (uint64_t p = x->indptr[u]; s->made[u] >= 0 &&
		    p < x->indptr[u + 1]; p++)
			inter_add(in, (uint32_t)s->made[u], x->indices[p],
			    x->values[p], 0);
	}
	s->of = s->made;
	inter_finish(in);
	inter_matrix(in, CSR_SUM, &s->counts);
	inter_free(in);
}

void
segments_release(struct segments *s)
{
	if (s->made != NULL)
		csr_release(&s->counts);
	free(s->made);
	free(s->sum);
	*s = (struct segments){ 0 };
}

size_t
segments_without(const struct segments *s, const struct csr *x)
{
	size_t n = 0;

	for (size_t u = 0; u < x->rows; u++)
		n += csr_row_count(x, u) > 0 && s->of[u] < 0;
	return n;
}

void
segments_put(const struct segments *s, struct st_writer *w,
    const struct attribute *of_users)
{
	model_put_ids(w, "segment_names", of_users->values->items);
	model_put_csr(w, "segment_counts", &s->counts);
	st_put(w, "user_segments", ST_I32, &s->n_users, 1, s->of);
}

/* --- scoring -------------------------------------------------------------- */

static double
sum_of_sizes(const float *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += fabs((double)x[i]);
	return sum;
}

/* The tensor user_segments: 0, or -1 after a message. */
static int
load_users(struct segments *s, const struct scorer *scorer)
{
	const struct st_tensor *t;

	s->n_users = idmap_count(scorer->users);
	t = st_want(scorer->file, "user_segments", ST_I32, &s->n_users, 1);
	if (t == NULL)
		return -1;
	s->of = t->data;
	for (size_t u = 0; u < s->n_users; u++)
		if (s->of[u] < -1 || (s->of[u] >= 0 &&
		    (size_t)s->of[u] >= s->counts.rows))
			return err_msg("%s: user_segments: %ld is not one of "
			    "%zu segments", st_path(scorer->file),
			    (long)s->of[u], s->counts.rows);
	return 0;
}

int
segments_load(struct segments *s, const struct scorer *scorer,
    const float *item_scores)
{
	const size_t n_items = idmap_count(scorer->items);
	const struct csr *m = &s->counts;

	*s = (struct segments){ .all = sum_of_sizes(item_scores, n_items) };
	if (model_csr(scorer->file, "segment_counts", SIZE_MAX, n_items,
	    &s->counts) != 0 || load_users(s, scorer) != 0)
		return -1;
	if (model_real(scorer->file, "shrink", &s->shrink) != 0)
		return -1;
	if (!(s->shrink >= 0))
		return err_msg("%s: metadata 'shrink': %g is negative",
		    st_path(scorer->file), s->shrink);
	s->sum = mem_array("segments", m->rows, sizeof *s->sum);
	for (size_t g = 0; g < m->rows; g++)
		s->sum[g] = sum_of_sizes(m->values + m->indptr[g],
		    csr_row_count(m, g));
	return 0;
}

int
segments_knows(const struct segments *s, uint32_t u)
{
	return u < s->n_users && s->of[u] >= 0 && s->sum[s->of[u]] > 0;
}

/* The score is own n_gi + others n_i. */
struct parts {
	double own, others;
};

static struct parts
parts_of(const struct segments *s, size_t g)
{
	const double sum = s->sum[g] + s->shrink;

	return (struct parts){ s->all / sum, s->shrink / sum };
}

void
segments_block(const struct segments *s, const float *item_scores,
    uint32_t u, float *scores)
{
	const struct csr *m = &s->counts;
	const int known = segments_knows(s, u);
	const size_t g = known ? (size_t)s->of[u] : 0;
	const struct parts k = known ? parts_of(s, g) : (struct parts){ 0, 1 };

	for (size_t i = 0; i < m->cols; i++)
		scores[i] = (float)(k.others * (double)item_scores[i]);
	for (uint64_t p = known ? m->indptr[g] : 0;
	    known && p < m->indptr[g + 1]; p++)
		scores[m->indices[p]] = (float)(k.own * (double)m->values[p] +
		    k.others * (double)item_scores[m->indices[p]]);
}

static double
count_of(const struct csr *m, size_t g, uint32_t item)
{
	uint64_t from = m->indptr[g], to = m->indptr[g + 1];

	while (from < to) {
		const uint64_t middle = from + (to - from) / 2;

		if (m->indices[middle] == item)
			return (double)m->values[middle];
		if (m->indices[middle] < item)
			from = middle + 1;
		else
			to = middle;
	}
	return 0;
}

float
segments_pair(const struct segments *s, const float *item_scores, uint32_t u,
    uint32_t item)
{
	struct parts k;
	size_t g;

	if (!segments_knows(s, u))
		return item_scores[item];
	g = (size_t)s->of[u];
	k = parts_of(s, g);
	return (float)(k.own * count_of(&s->counts, g, item) +
	    k.others * (double)item_scores[item]);
}
