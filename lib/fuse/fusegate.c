#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/rng.h"
#include "fuse/fusegate.h"
#include "fuse/fuseinputs.h"
#include "fuse/fusekeep.h"
#include "fuse/fusenet.h"
#include "fuse/fuseweights.h"

enum {
	HIDDEN_MLP = 16,
	HIDDEN_GATE = 8,
	HIDDEN_MAX = 4096,
	SHARES = 5,
	USERS_MAX = 5000	/* that it learns from */
};

static const struct fusenet_fit settings = {
	.epochs = 60, .patience = 6, .batch = 64, .rate = 0.01, .decay = 1e-3
};

static int
is_gate(const struct fusion *f)
{
	return f->method->learner == &fuse_gate;
}

/* Of mlp: x and whether it is listed, of each system; then meta-features. */
static size_t
n_inputs(const struct fusion *f)
{
	return is_gate(f) ? fuseinputs_of_user(f) : 2 * f->n +
	    fuseinputs_of_user(f) + fuseinputs_of_item(f);
}

/* z (n_inputs) of the item at p; user (fuseinputs_of_user). */
static void
make_inputs(const struct fusion *f, const struct fuseunion *u, size_t p,
    const float *user, float *z)
{
	const size_t S = f->n, n = fuseinputs_of_user(f);

	if (!is_gate(f)) {
		for (size_t s = 0; s < S; s++) {
			*z++ = u->x[p * S + s];
			*z++ = u->place[p * S + s] > 0;
		}
		fuseinputs_item(f, u, p, z + n);
	}
	memcpy(z, user, n * sizeof *z);
}

/* --- use ------------------------------------------------------------------ */

/* Calls fusenet_weights() for each item, and makes scores (u->n) or parts
 * (u->n, systems) of it. */
static void
run(const struct fusion *f, const struct fuseunion *u, float *scores,
    double *part)
{
	const struct fusenet *net = f->state;
	const size_t S = f->n;
	double *h = mem_array("a network", net->H + S, sizeof *h);
	double *w = h + net->H;
	float *user = mem_array("inputs", fuseinputs_of_user(f) + net->D,
	    sizeof *user);
	float *z = user + fuseinputs_of_user(f);

	fuseinputs_user(f, u, user);
	for (size_t p = 0; p < u->n; p++) {
		double sum;

		make_inputs(f, u, p, user, z);
		sum = fusenet_weights(net, z, h, w);
		for (size_t s = 0; s < S; s++) {
			const double add = w[s] * (double)u->x[p * S + s];

			sum += add;
			if (part != NULL)
				part[p * S + s] = add;
		}
		if (scores != NULL)
			scores[p] = (float)sum;
	}
	free(h);
	free(user);
}

void
fusegate_combine(const struct fusion *f, struct fuseunion *u, float *scores)
{
	run(f, u, scores, NULL);
}

void
fusegate_parts(const struct fusion *f, struct fuseunion *u, double *part)
{
	run(f, u, NULL, part);
}

/* --- learning ------------------------------------------------------------- */

static void
make_rows(const struct fusion *f, struct fuseunion *u, float *out,
    unsigned char *keep)
{
	const size_t S = f->n, width = S + n_inputs(f);
	float *user = mem_array("inputs", fuseinputs_of_user(f),
	    sizeof *user);

	fusekeep_listed(f, u, keep);
	fuseinputs_user(f, u, user);
	for (size_t p = 0; p < u->n; p++) {
		memcpy(out + p * width, u->x + p * S, S * sizeof *out);
		make_inputs(f, u, p, user, out + p * width + S);
	}
	free(user);
}

/* Is input k of one that is in, or of none? */
static int
is_heard(const struct fusion *f, const unsigned char *in, size_t k)
{
	return is_gate(f) || k >= 2 * f->n || in[k / 2];
}

/* A system that is out has no say: its numbers are 0 while the network learns,
 * and so stays what they are multiplied by. */
static void
silence(const struct fusion *f, struct fuserowset *r, const unsigned char *in)
{
	for (size_t i = 0; i < r->n; i++) {
		float *row = r->x + i * r->n_columns;

		for (size_t s = 0; s < f->n; s++)
			row[s] *= (float)in[s];
		row += f->n;
		for (size_t k = 0; k < n_inputs(f); k++)
			row[k] = is_heard(f, in, k) ? row[k] : 0;
	}
}

/* The parameters before training: the weights of the sum, and W at random, the
 * same with systems that are out as without them. */
static void
start(const struct fusion *f, struct fusenet *net, const unsigned char *in,
    uint64_t seed)
{
	const size_t D = net->D;
	double *W = fusenet_in(net), heard = 0;
	struct rng rng;

	for (size_t i = 0; i < D; i++)
		heard += is_heard(f, in, i);
	rng_init(&rng, seed, rng_stream("fuse.net", 0));
	for (size_t j = 0; j < net->H; j++)
		for (size_t i = 0; i < D; i++)
			W[j * (D + 1) + i] = is_heard(f, in, i) ?
			    rng_normal(&rng) / sqrt(heard) : 0;
	memcpy(net->p, f->weight, f->n * sizeof *net->p);
}

/* Users who are held out, to stop by, and the others; of very many some. */
static void
deal(const struct fuselearn *how, const struct fuserowset *r, uint32_t *train,
    size_t *n_train, uint32_t *held, size_t *n_held)
{
	const size_t one_of = r->n_queries / USERS_MAX + 1;

	*n_train = *n_held = 0;
	for (size_t q = 0; q < r->n_queries; q++) {
		const struct span name = idmap_name(how->lists->users,
		    r->user[q]);

		const uint64_t hash = hash_bytes(name.p, name.n, how->seed +
		    3);

		if (hash / SHARES % one_of != 0)
			continue;
		if (hash % SHARES == 0)
			held[(*n_held)++] = (uint32_t)q;
		else
			train[(*n_train)++] = (uint32_t)q;
	}
}

static void
train_net(struct fusion *f, const struct fuselearn *how,
    struct fuserowset *r, const unsigned char *in)
{
	struct fusenet *net = f->state;
	struct fusenet_fit fit = settings;
	uint32_t *train = mem_array("users", 2 * r->n_queries, sizeof *train);
	uint32_t *held = train + r->n_queries;
	size_t n_train, n_held;

	fit.seed = how->seed;
	start(f, net, in, how->seed);
	silence(f, r, in);
	deal(how, r, train, &n_train, held, &n_held);
	if (n_train > 0 && n_held > 0)
		fusenet_train(net, r, train, n_train, held, n_held, &fit);
	memcpy(f->weight, net->p, f->n * sizeof *net->p);
	free(train);
}

static int
learn(struct fusion *f, const struct fuselearn *how)
{
	unsigned char *in = mem_array("systems", f->n, 1);
	struct fuserowset x, r = { .n = 0 };
	struct fusenet *net;
	int status;

	fusekeep(f, how, fuseweights_listwise, in);
	f->in = in;
	status = fuserowset_make(&x, f, how, f->n, fusekeep_rows);
	if (status == 0) {
		fusekeep_solve(&x, in, fuseweights_listwise, f->weight);
		status = fuserowset_make(&r, f, how, f->n + n_inputs(f),
		    make_rows);
	}
	if (status == 0) {
		f->state = net = mem_array("a network", 1, sizeof *net);
		fusenet_init(net, f->n, n_inputs(f), is_gate(f) ?
		    HIDDEN_GATE : HIDDEN_MLP, is_gate(f));
		train_net(f, how, &r, in);
	}
	f->in = NULL;
	fuserowset_release(&x);
	fuserowset_release(&r);
	free(in);
	return status;
}

/* --- the file ------------------------------------------------------------- */

static void
free_net(void *state)
{
	struct fusenet *net = state;

	if (net == NULL)
		return;
	fusenet_release(net);
	free(net);
}

static void
put(const struct fusion *f, struct st_writer *w)
{
	const struct fusenet *net = f->state;

	st_put(w, "net_in", ST_F64, (size_t[]){ net->H, net->D + 1 }, 2,
	    fusenet_in(net));
	st_put(w, "net_out", ST_F64, (size_t[]){ net->O, net->H }, 2,
	    fusenet_out(net));
}

static int
get(const struct st_file *st, struct fusion *f)
{
	const struct st_tensor *t = st_find(st, "net_out");
	const size_t O = is_gate(f) ? f->n : 1, D = n_inputs(f);
	const size_t H = t != NULL && t->n_dims == 2 ? t->dims[1] : 0;
	struct fusenet *net;
	double *in, *out;

	if (H < 1 || H > HIDDEN_MAX)
		return err_msg("%s: a network of %zu hidden numbers",
		    st_path(st), H);
	in = fuselearn_doubles(st, "net_in", H, D + 1);
	out = fuselearn_doubles(st, "net_out", O, H);
	if (in != NULL && out != NULL) {
		f->state = net = mem_array("a network", 1, sizeof *net);
		fusenet_init(net, f->n, D, H, is_gate(f));
		memcpy(net->p, f->weight, f->n * sizeof *net->p);
		memcpy(fusenet_in(net), in, H * (D + 1) * sizeof *in);
		memcpy(fusenet_out(net), out, O * H * sizeof *out);
	}
	free(in);
	free(out);
	return f->state != NULL ? 0 : -1;
}

const struct fuse_learner fuse_mlp = {
	.learn = learn, .put = put, .get = get, .free = free_net,
	.format = 3
};
const struct fuse_learner fuse_gate = {
	.learn = learn, .put = put, .get = get, .free = free_net,
	.format = 3
};
