#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "fuse/fuselearn.h"

/* The relevance of an item to a user, 0 if it is not judged or below. */
static float
gain_of(const struct scored *truth, uint32_t user, uint32_t item)
{
	const struct scored_item *x = scored_find(truth, user, item);

	return x != NULL ? (float)fmax(x->value, 0) : 0;
}

/* Scratch for one user's rows. */
struct room {
	float *x, *gain;
	unsigned char *keep;
	size_t cap_x, cap_gain, cap_keep;
};

/* Users side by side: each piece of them makes rows of its own, which are put
 * together in the order of the users. */
enum { USERS_PER_PIECE = 16, PIECES_PER_WAVE = 64 };

struct wave {
	const struct fusion *fusion;
	const struct fuselearn *how;
	fuserow_make *make;
	size_t first;			/* user of piece 0 */
	struct listunion *x;		/* (threads) */
	struct room *room;		/* (threads) */
	struct fuserowset of[PIECES_PER_WAVE];
};

/* Adds the rows of a user; none if no candidate is relevant. */
static void
add_user(const struct wave *w, struct fuserowset *r, struct fuseunion *u,
    uint32_t user, struct room *m)
{
	const size_t k = r->n_columns;
	float most = 0;

	m->x = mem_grow("rows", m->x, &m->cap_x, u->n * k, sizeof *m->x);
	m->gain = mem_grow("rows", m->gain, &m->cap_gain, u->n,
	    sizeof *m->gain);
	m->keep = mem_grow("rows", m->keep, &m->cap_keep, u->n, 1);
	memset(m->keep, 1, u->n);
	w->make(w->fusion, u, m->x, m->keep);
	for (size_t p = 0; p < u->n; p++) {
		m->gain[p] = gain_of(w->how->objective->truth, user,
		    u->item[p]);
		if (m->keep[p])
			most = fmaxf(most, m->gain[p]);
	}
	if (!(most > 0))
		return;
	r->x = mem_grow("rows", r->x, &r->cap_x, (r->n + u->n) * k,
	    sizeof *r->x);
	r->gain = mem_grow("rows", r->gain, &r->cap_gain, r->n + u->n,
	    sizeof *r->gain);
	for (size_t p = 0; p < u->n; p++)
		if (m->keep[p]) {
			memcpy(r->x + r->n * k, m->x + p * k,
			    k * sizeof *r->x);
			r->gain[r->n++] = m->gain[p];
		}
	r->user[r->n_queries++] = user;
	r->query[r->n_queries] = r->n;
}

static void
wave_piece(void *arg, size_t piece, size_t worker)
{
	struct wave *w = arg;
	struct fuserowset *r = &w->of[piece];
	struct listunion *x = &w->x[worker];
	const size_t from = w->first + piece * USERS_PER_PIECE;

	r->n = r->n_queries = 0;
	for (size_t i = from; i < from + USERS_PER_PIECE &&
	    i < w->how->n_users; i++) {
		listunion_make(x, w->fusion, w->how->user[i]);
		add_user(w, r, &x->u, w->how->user[i], &w->room[worker]);
	}
}

/* Adds the rows of `from` behind those there are. */
static void
append(struct fuserowset *r, const struct fuserowset *from)
{
	const size_t k = r->n_columns;

	if (from->n == 0)
		return;
	r->x = mem_grow("rows", r->x, &r->cap_x, (r->n + from->n) * k,
	    sizeof *r->x);
	r->gain = mem_grow("rows", r->gain, &r->cap_gain, r->n + from->n,
	    sizeof *r->gain);
	memcpy(r->x + r->n * k, from->x, from->n * k * sizeof *r->x);
	memcpy(r->gain + r->n, from->gain, from->n * sizeof *r->gain);
	for (size_t q = 0; q < from->n_queries; q++) {
		r->user[r->n_queries++] = from->user[q];
		r->query[r->n_queries] = r->n + from->query[q + 1];
	}
	r->n += from->n;
}

static void
rows_alloc(struct fuserowset *r, size_t n_columns, size_t n_users)
{
	*r = (struct fuserowset){ .n_columns = n_columns };
	r->query = mem_array("users", n_users + 1, sizeof *r->query);
	r->user = mem_array("users", n_users, sizeof *r->user);
}

static struct wave *
wave_new(const struct fusion *f, const struct fuselearn *how,
    size_t n_columns, fuserow_make *make)
{
	struct wave *w = mem_array("rows", 1, sizeof *w);

	w->fusion = f;
	w->how = how;
	w->make = make;
	w->x = mem_array("rows", par_threads(), sizeof *w->x);
	w->room = mem_array("rows", par_threads(), sizeof *w->room);
	for (size_t i = 0; i < par_threads(); i++)
		listunion_init(&w->x[i], how->lists, i);
	for (size_t i = 0; i < PIECES_PER_WAVE; i++)
		rows_alloc(&w->of[i], n_columns, USERS_PER_PIECE);
	return w;
}

static void
wave_free(struct wave *w)
{
	for (size_t i = 0; i < par_threads(); i++) {
		listunion_release(&w->x[i]);
		free(w->room[i].x);
		free(w->room[i].gain);
		free(w->room[i].keep);
	}
	for (size_t i = 0; i < PIECES_PER_WAVE; i++)
		fuserowset_release(&w->of[i]);
	free(w->x);
	free(w->room);
	free(w);
}

int
fuserowset_make(struct fuserowset *r, const struct fusion *f,
    const struct fuselearn *how, size_t n_columns, fuserow_make *make)
{
	struct wave *w = wave_new(f, how, n_columns, make);

	rows_alloc(r, n_columns, how->n_users);
	for (; w->first < how->n_users;
	    w->first += PIECES_PER_WAVE * USERS_PER_PIECE) {
		const size_t left = par_pieces(how->n_users - w->first,
		    USERS_PER_PIECE);
		const size_t n = left < PIECES_PER_WAVE ? left :
		    PIECES_PER_WAVE;

		par_for(n, wave_piece, w);
		for (size_t i = 0; i < n; i++)
			append(r, &w->of[i]);
	}
	wave_free(w);
	return r->n_queries > 0 ? 0 : err_msg("no user has a relevant item "
	    "in any list: nothing to learn from");
}

void
fuserowset_release(struct fuserowset *r)
{
	free(r->x);
	free(r->gain);
	free(r->query);
	free(r->user);
}

double *
fuselearn_doubles(const struct st_file *st, const char *name, size_t rows,
    size_t cols)
{
	const size_t dims[2] = { rows, cols };
	const struct st_tensor *t = st_want(st, name, ST_F64, dims,
	    cols > 0 ? 2 : 1);
	double *out;

	if (t == NULL)
		return NULL;
	out = mem_array("weights", t->count, sizeof *out);
	memcpy(out, t->data, t->count * sizeof *out);
	for (size_t i = 0; i < t->count; i++)
		if (!isfinite(out[i])) {
			err_msg("%s: tensor '%s' has numbers that are not "
			    "finite", st_path(st), name);
			free(out);
			return NULL;
		}
	return out;
}
