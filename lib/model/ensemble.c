#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "linalg/vec.h"
#include "model/ensemble.h"
#include "model/member.h"

struct ensemble {
	struct member *member;		/* (n) */
	double *weight;			/* (n) */
	struct inter **reading;		/* (n) owned: the history as the member
					 * wants its values; NULL: as one
					 * before it */
	size_t n;
	size_t rows;			/* users scored at once */
};

/* --- scores --------------------------------------------------------------- */

enum { LANES = 16 };		/* sums side by side */

struct moments {
	double mean, stdev;
};

static inline int
is_number(float x)
{
	return fabsf(x) <= FLT_MAX;
}

/* The sums of d and d^2 over the numbers among x (n), d being what is above
 * `origin`, and how many they are. */
VEC_CLONES static void
sum_up(const float *x, size_t n, double origin, double out[3])
{
	double sum[LANES] = { 0 }, squares[LANES] = { 0 }, count[LANES] = { 0 };

	for (size_t i = 0; i < n; i += LANES) {
		const size_t some = n - i < LANES ? n - i : LANES;

		for (size_t l = 0; l < some; l++) {
			const int is = is_number(x[i + l]);
			const double d = is ? (double)x[i + l] - origin : 0;

			sum[l] += d;
			squares[l] += d * d;
			count[l] += is;
		}
	}
	out[0] = out[1] = out[2] = 0;
	for (size_t l = 0; l < LANES; l++) {
		out[0] += sum[l];
		out[1] += squares[l];
		out[2] += count[l];
	}
}

/* From the first number on, so that equal ones have a deviation of just 0. */
static struct moments
moments_of(const float *x, size_t n)
{
	double s[3], shift, variance;
	size_t first = 0;

	while (first < n && !is_number(x[first]))
		first++;
	if (first == n)
		return (struct moments){ 0, 0 };
	sum_up(x, n, (double)x[first], s);
	shift = s[0] / s[2];
	variance = s[1] / s[2] - shift * shift;
	return (struct moments){ (double)x[first] + shift,
		variance > 0 ? sqrt(variance) : 0 };
}

/* y <- y + a (x - mean), where x is a number */
VEC_CLONES static void
add_scaled(const float *x, size_t n, float mean, float a, float *y)
{
	for (size_t i = 0; i < n; i++)
		y[i] += is_number(x[i]) ? a * (x[i] - mean) : 0;
}

/* scores (items) <- scores + a member's row, normalised. */
static void
add_row(const struct member *m, double weight, const float *row, float *scores)
{
	const size_t n = scorer_items(m->scorer);
	const struct moments of = moments_of(row, n);
	const float mean = (float)of.mean;
	const float a = (float)(weight / of.stdev);

	if (!(of.stdev > 0))
		return;
	if (m->same_items)
		add_scaled(row, n, mean, a, scores);
	else
		for (size_t i = 0; i < n; i++)
			scores[m->item[i]] += is_number(row[i]) ?
			    a * (row[i] - mean) : 0;
}

static void
score_rows(const struct scorer *s, const uint32_t *users, size_t n,
    float *scores, size_t worker)
{
	const struct ensemble *e = s->state;
	const size_t n_items = scorer_items(s);

	memset(scores, 0, n * n_items * sizeof *scores);
	for (size_t k = 0; k < e->n; k++) {
		const struct member *m = &e->member[k];
		const struct member_bench *b = &m->bench[worker];
		const size_t n_known = member_block(m, users, n, worker);

		for (size_t r = 0; r < n_known; r++)
			add_row(m, e->weight[k],
			    b->scores + r * scorer_items(m->scorer),
			    scores + b->place[r] * n_items);
	}
}

static void
block(const struct scorer *s, const uint32_t *users, size_t n, float *scores,
    size_t worker)
{
	const struct ensemble *e = s->state;

	for (size_t at = 0; at < n; at += e->rows)
		score_rows(s, users + at, n - at < e->rows ? n - at : e->rows,
		    scores + at * scorer_items(s), worker);
}

/* --- history and users ---------------------------------------------------- */

/* The first member that reads the same values as member k. */
static size_t
reads_as(const struct ensemble *e, size_t k)
{
	const char *value = e->member[k].scorer->value;

	for (size_t i = 0; i < k; i++) {
		const char *other = e->member[i].scorer->value;

		if (value == NULL || other == NULL ? value == other :
		    strcmp(value, other) == 0)
			return i;
	}
	return k;
}

static int
may_read_again(const char *const *paths, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(paths[i], "-") == 0)
			return err_msg("-: the models want different values "
			    "of the history: give it as a file, which can be "
			    "read again");
	return 0;
}

static struct inter *
history(struct scorer *s, const struct scorer_reading *r)
{
	struct ensemble *e = s->state;

	for (size_t k = 0; k < e->n; k++) {
		if (reads_as(e, k) < k)
			continue;
		if ((k > 0 && may_read_again(r->paths, r->n_paths) != 0) ||
		    (e->reading[k] = scorer_read(s, r,
		    e->member[k].scorer->value)) == NULL)
			return NULL;
	}
	for (size_t k = 0; k < e->n; k++)
		if (member_history(&e->member[k], e->reading[reads_as(e, k)],
		    s->users, s->history_items) != 0)
			return NULL;
	return e->reading[0];
}

static int
prepare(struct scorer *s)
{
	struct ensemble *e = s->state;

	for (size_t k = 0; k < e->n; k++) {
		struct member *m = &e->member[k];

		if (member_prepare(m, s->users, s->items) != 0)
			return -1;
		if (k == 0 || m->rows < e->rows)
			e->rows = m->rows;
	}
	return 0;
}

static size_t
count_members(const struct ensemble *e, uint32_t u)
{
	size_t n = 0;

	for (size_t k = 0; k < e->n; k++)
		n += (size_t)member_knows_user(&e->member[k], u);
	return n;
}

static int
knows_user(const struct scorer *s, uint32_t u)
{
	return count_members(s->state, u) > 0;
}

static int
knows_all(const struct scorer *s, uint32_t u)
{
	const struct ensemble *e = s->state;

	return count_members(e, u) == e->n;
}

static int
knows_segment(const struct scorer *s, uint32_t u)
{
	const struct ensemble *e = s->state;

	for (size_t k = 0; k < e->n; k++)
		if (member_knows_user(&e->member[k], u) &&
		    !scorer_knows_segment(e->member[k].scorer,
		    e->member[k].user[u]))
			return 0;
	return 1;
}

static size_t
bytes(const struct scorer *s)
{
	const struct ensemble *e = s->state;
	size_t sum = 0;

	for (size_t k = 0; k < e->n; k++) {
		sum += scorer_bytes(e->member[k].scorer);
		if (k > 0 && e->reading[k] != NULL)
			sum += inter_bytes(e->reading[k]);
	}
	return sum;
}

/* reading[0], too, belongs to the caller of scorer_history(). */
static void
ensemble_free(struct scorer *s)
{
	struct ensemble *e = s->state;

	for (size_t k = 0; k < e->n; k++) {
		member_release(&e->member[k]);
		if (s->history != e->reading[k])
			inter_free(e->reading[k]);
	}
	free(e->member);
	free(e->weight);
	free(e->reading);
	free(e);
}

static const struct scorer_ops ops = {
	.history = history,
	.prepare = prepare,
	.block = block,
	.batch = 64,
	.knows_user = knows_user,
	.knows_all = knows_all,
	.knows_segment = knows_segment,
	.bytes = bytes,
	.free = ensemble_free,
};

/* --- one out of several --------------------------------------------------- */

static void
add_all(struct idmap *to, const struct idmap *from)
{
	for (uint32_t i = 0; i < idmap_count(from); i++)
		idmap_add(to, idmap_name(from, i));
}

static struct span
first_lacking(const struct idmap *all, const struct idmap *some)
{
	uint32_t i = 0;

	while (idmap_find(some, idmap_name(all, i)) != IDMAP_NONE)
		i++;
	return idmap_name(all, i);
}

/* All must have all items that there are. */
static int
check_items(const struct ensemble *e, const struct idmap *all)
{
	struct buf text = BUF_EMPTY;
	size_t n_lacking = 0;

	for (size_t k = 0; k < e->n; k++) {
		const struct scorer *m = e->member[k].scorer;
		const size_t n = idmap_count(all) - idmap_count(m->items);

		if (n == 0)
			continue;
		buf_format(&text, "%s%s lacks %zu of them ('%.*s')",
		    n_lacking++ > 0 ? ", " : "", st_path(m->file), n,
		    SPAN_ARGS(first_lacking(all, m->items)));
	}
	if (n_lacking > 0)
		err_msg("the models have different items, %zu together: %s; "
		    "--partial allows it", idmap_count(all), buf_cstr(&text));
	buf_release(&text);
	return n_lacking > 0 ? -1 : 0;
}

static int
check_models(const struct ensemble *e)
{
	for (size_t k = 0; k < e->n; k++)
		if (scorer_is_of_rows(e->member[k].scorer))
			return err_msg("%s: a model of features cannot be one "
			    "of several", st_path(e->member[k].scorer->file));
	return 0;
}

struct scorer *
ensemble_new(const struct ensemble_part *part, size_t n, int partial)
{
	struct scorer *s = mem_array("models", 1, sizeof *s);
	struct ensemble *e = mem_array("models", 1, sizeof *e);

	*s = (struct scorer){ .ops = &ops, .state = e, .users = idmap_new(),
	    .items = idmap_new(), .unknown = NAN };
	e->n = n;
	e->member = mem_array("models", n, sizeof *e->member);
	e->weight = mem_array("models", n, sizeof *e->weight);
	e->reading = mem_array("models", n, sizeof(struct inter *));
	for (size_t k = 0; k < n; k++) {
		e->member[k].scorer = part[k].scorer;
		e->weight[k] = part[k].weight;
		s->folds_items |= part[k].scorer->folds_items;
		add_all(s->users, part[k].scorer->users);
		add_all(s->items, part[k].scorer->items);
	}
	s->n_model_users = idmap_count(s->users);
	if (check_models(e) == 0 && (partial || check_items(e, s->items) == 0))
		return s;
	scorer_free(s);
	return NULL;
}
