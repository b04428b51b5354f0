#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "prep/cleanmerge.h"
#include "prep/cleantime.h"

static const struct choice hows[] = {
	{ "keep", "all of them stay", NULL },
	{ "first", "the first in time", NULL },
	{ "last", "the last in time", NULL },
	{ "max", "the one with the greatest rating or weight", NULL },
	{ "sum", "ratings and weights are added up", NULL },
	{ "count", "the weight is the number of rows", NULL },
	{ "mean", "ratings and weights are averaged", NULL }
};

const struct choice *
cleanmerge_choice(size_t i)
{
	return i < sizeof hows / sizeof *hows ? &hows[i] : NULL;
}

enum cleanmerge_how
cleanmerge_how(const struct choice *c)
{
	return (enum cleanmerge_how)(c - hows);
}

/* Users are cut into pieces of about this many rows, or of more if that would
 * be too many pieces, each of which reads all users. */
enum { PIECE_ROWS = 1 << 16, PIECES_MAX = 32 };

/* A row of the piece at hand, to be sorted by what it is about. */
struct ref {
	uint32_t user, item, event;
	uint64_t row;
};

struct job {
	struct cleanstore *s;
	enum cleanmerge_how how;
	uint32_t *first_user;	/* (n_pieces + 1) */
	size_t *n_rows;		/* (n_pieces) */
	uint64_t *merged;	/* (n_pieces) */
	uint64_t *too_large;	/* (n_pieces) a row whose sum is, or none */
	unsigned char *gone;	/* (rows) merged into another one */
};

static const uint64_t no_row = UINT64_MAX;

static int
order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int
compare_subject(const struct ref *a, const struct ref *b)
{
	if (a->user != b->user)
		return order(a->user, b->user);
	if (a->item != b->item)
		return order(a->item, b->item);
	return order(a->event, b->event);
}

static int
compare(const void *va, const void *vb)
{
	const struct ref *a = va, *b = vb;
	const int c = compare_subject(a, b);

	return c != 0 ? c : order(a->row, b->row);
}

static int64_t
time_of(const struct cleanstore *s, const struct ref *r)
{
	return s->time == NULL ? CLEANTIME_NONE : s->time[r->row];
}

/* What "max" goes by; a missing rating is less than any. */
static double
value_of(const struct cleanstore *s, const struct ref *r)
{
	if (s->rating != NULL)
		return isnan(s->rating[r->row]) ? -INFINITY
		    : (double)s->rating[r->row];
	return s->weight != NULL ? (double)s->weight[r->row] : 1;
}

/* The row that is kept of ref[0..n), which are in the order of rows. */
static const struct ref *
pick(const struct job *job, const struct ref *ref, size_t n)
{
	const struct ref *best = &ref[0];

	for (size_t i = 1; i < n; i++) {
		const int64_t was = time_of(job->s, best);
		const int64_t is = time_of(job->s, &ref[i]);
		int better;

		if (job->how == CLEANMERGE_FIRST)
			better = is < was;
		else if (job->how == CLEANMERGE_MAX)
			better = value_of(job->s, &ref[i]) >
			    value_of(job->s, best);
		else
			better = is >= was;
		if (better)
			best = &ref[i];
	}
	return best;
}

/* The sum or the mean of a column over the rows; missing values are not
 * counted, and a result without any is missing. */
static float
combine(const struct job *job, const float *x, const struct ref *ref,
    size_t n, uint64_t *too_large)
{
	double sum = 0;
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (!isnan(x[ref[i].row])) {
			sum += (double)x[ref[i].row];
			count++;
		}
	if (count == 0)
		return NAN;
	if (job->how == CLEANMERGE_MEAN)
		sum /= (double)count;
	if (fabs(sum) > (double)FLT_MAX) {
		*too_large = ref[0].row;
		return 0;
	}
	return (float)sum;
}

/* Merges the n >= 2 rows of one subject. */
static void
merge_group(const struct job *job, const struct ref *ref, size_t n,
    uint64_t *too_large)
{
	struct cleanstore *s = job->s;
	const uint64_t to = ref[0].row, from = pick(job, ref, n)->row;
	const int adds = job->how == CLEANMERGE_SUM ||
	    job->how == CLEANMERGE_MEAN;
	float rating = NAN, weight = NAN;
	int64_t last = CLEANTIME_NONE;

	if (adds && s->rating != NULL)
		rating = combine(job, s->rating, ref, n, too_large);
	if (adds && s->weight != NULL)
		weight = combine(job, s->weight, ref, n, too_large);
	for (size_t i = 0; i < n; i++)
		last = time_of(s, &ref[i]) > last ? time_of(s, &ref[i]) : last;

	cleanstore_copy(s, from, to);
	if (adds && s->rating != NULL)
		s->rating[to] = rating;
	if (adds && s->weight != NULL)
		s->weight[to] = weight;
	if (job->how == CLEANMERGE_COUNT)
		s->weight[to] = (float)n;
	if (job->how != CLEANMERGE_FIRST && s->time != NULL)
		s->time[to] = last;
	for (size_t i = 1; i < n; i++)
		job->gone[ref[i].row] = 1;
}

/* A piece collects the rows of its users by itself: it reads the users of all
 * rows, and needs memory for its own rows only. */
static void
merge_piece(void *arg, size_t p, size_t worker)
{
	struct job *job = arg;
	struct cleanstore *s = job->s;
	struct ref *ref = mem_array("duplicates", job->n_rows[p],
	    sizeof *ref);
	size_t n = 0, end;

	(void)worker;
	for (size_t i = 0; i < s->n; i++) {
		const uint32_t u = s->user[i];

		if (u >= job->first_user[p] && u < job->first_user[p + 1])
			ref[n++] = (struct ref){ u, s->item ? s->item[i] : 0,
			    s->event ? s->event[i] : 0, i };
	}
	assert(n == job->n_rows[p]);
	qsort(ref, n, sizeof *ref, compare);
	for (size_t i = 0; i < n; i = end) {
		end = i + 1;
		while (end < n && compare_subject(&ref[i], &ref[end]) == 0)
			end++;
		if (end - i > 1)
			merge_group(job, ref + i, end - i,
			    &job->too_large[p]);
		job->merged[p] += end - i - 1;
	}
	free(ref);
}

/* Cuts the users into ranges with about as many rows; returns how many. */
static size_t
cut_pieces(struct job *job)
{
	const struct cleanstore *s = job->s;
	const size_t n_users = idmap_count(s->users);
	const size_t share = s->n / PIECES_MAX + 1;
	const size_t size = share > PIECE_ROWS ? share : PIECE_ROWS;
	size_t *count = mem_array("duplicates", n_users, sizeof *count);
	size_t p = 0;

	for (size_t i = 0; i < s->n; i++)
		count[s->user[i]]++;
	for (size_t u = 0; u < n_users; u++) {
		job->n_rows[p] += count[u];
		if (job->n_rows[p] >= size || u + 1 == n_users)
			job->first_user[++p] = (uint32_t)u + 1;
	}
	free(count);
	return p;
}

/* The first sum that was too large, by the order of users. */
static int
check_sums(const struct job *job, size_t n_pieces)
{
	struct cleanstore_row row;

	for (size_t p = 0; p < n_pieces; p++) {
		if (job->too_large[p] == no_row)
			continue;
		cleanstore_get(job->s, job->too_large[p], &row);
		return err_msg("the values of user '%.*s' and item '%.*s' "
		    "add up to more than a number can hold",
		    SPAN_ARGS(row.user), SPAN_ARGS(row.item));
	}
	return 0;
}

int
cleanmerge(struct cleanstore *s, enum cleanmerge_how how, uint64_t *merged)
{
	uint32_t first_user[PIECES_MAX + 1] = { 0 };
	size_t n_rows[PIECES_MAX + 1] = { 0 };
	uint64_t n_merged[PIECES_MAX] = { 0 }, too_large[PIECES_MAX];
	unsigned char *gone = mem_array("duplicates", s->n, 1);
	struct job job = { s, how, first_user, n_rows, n_merged, too_large,
		gone };
	const size_t n_pieces = cut_pieces(&job);
	int status;

	assert(how != CLEANMERGE_KEEP);
	assert(how != CLEANMERGE_COUNT || s->weight != NULL);
	*merged = 0;
	for (size_t p = 0; p < n_pieces; p++)
		too_large[p] = no_row;
	par_for(n_pieces, merge_piece, &job);
	for (size_t p = 0; p < n_pieces; p++)
		*merged += n_merged[p];
	status = check_sums(&job, n_pieces);
	if (status == 0)
		cleanstore_remove(s, gone);
	free(gone);
	return status;
}
