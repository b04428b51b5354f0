/* Learners of srs-fuse: the slopes at their optima are zero, and those of the
 * network are what differences say. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/par.h"
#include "base/rng.h"
#include "fuse/fuselistwise.h"
#include "fuse/fusenet.h"
#include "fuse/fusestack.h"
#include "fuse/labelstack.h"

enum { USERS = 150, EACH = 20, N = USERS * EACH, S = 3, K = 3, WIDTH = 5 };

static float x[N * WIDTH], y[N];
static size_t query[USERS + 1];

/* Rows of S scores and two meta-features; relevance is likelier with the first
 * score, the more so with the first meta-feature. */
static void
draw(void)
{
	struct rng r;

	rng_init(&r, 3, rng_stream("test.stack", 0));
	for (size_t i = 0; i < N; i++) {
		float *row = x + i * WIDTH;

		for (size_t j = 0; j < WIDTH; j++)
			row[j] = (float)rng_normal(&r);
		y[i] = rng_normal(&r) + (double)(row[0] * (1 + row[S]) +
		    row[1]) > 2 ? 2 : 0;
	}
	for (size_t q = 0; q <= USERS; q++)
		query[q] = q * EACH;
	for (size_t q = 0; q < USERS; q++)
		y[q * EACH + q % EACH] = 1;
}

/* --- listwise ------------------------------------------------------------- */

/* The objective at w by its definition, x having k columns. */
static double
listwise_value(const float *rows, size_t k, const double *w, double l,
    const double *towards)
{
	double value = 0;

	for (size_t q = 0; q < USERS; q++) {
		double sum = 0, total = 0, hit = 0;

		for (size_t i = query[q]; i < query[q + 1]; i++) {
			double s = 0;

			for (size_t a = 0; a < k; a++)
				s += w[a] * (double)rows[i * k + a];
			sum += exp(s);
			total += (double)y[i];
			hit += (double)y[i] * s;
		}
		value += (log(sum) - hit / total) / USERS;
	}
	for (size_t a = 0; a < k; a++)
		value += l * pow(w[a] - (towards != NULL ? towards[a] : 0),
		    2) / 2;
	return value;
}

static void
test_listwise(void **state)
{
	const double towards[WIDTH] = { 0.5, 0, -1, 0, 0 };
	struct fuselistwise f = { .x = x, .gain = y, .query = query,
		.n_queries = USERS, .k = WIDTH, .l = 0.1 };

	(void)state;
	draw();
	for (int pulled = 0; pulled < 2; pulled++) {
		double w[WIDTH] = { 0 }, w2[WIDTH] = { 0 };

		f.towards = pulled ? towards : NULL;
		par_set_threads(1);
		fuselistwise_fit(&f, w);
		par_set_threads(2);
		fuselistwise_fit(&f, w2);
		par_set_threads(0);
		assert_memory_equal(w, w2, sizeof w);
		for (size_t a = 0; a < WIDTH; a++) {
			const double h = 1e-4, at = w[a];
			double up, down;

			w[a] = at + h;
			up = listwise_value(x, WIDTH, w, f.l, f.towards);
			w[a] = at - h;
			down = listwise_value(x, WIDTH, w, f.l, f.towards);
			w[a] = at;
			assert_true(fabs(up - down) / (2 * h) < 1e-7);
		}
		assert_true(w[0] > 0.3);
	}
}

/* The same for all items of a user changes nothing. */
static void
test_listwise_offsets(void **state)
{
	struct fuselistwise f = { .x = x, .gain = y, .query = query,
		.n_queries = USERS, .k = WIDTH, .l = 0.1 };
	double w[WIDTH] = { 0 }, w2[WIDTH] = { 0 };

	(void)state;
	draw();
	fuselistwise_fit(&f, w);
	for (size_t i = 0; i < N; i++)
		x[i * WIDTH] += (float)(i / EACH % 7);
	fuselistwise_fit(&f, w2);
	for (size_t a = 0; a < WIDTH; a++)
		assert_true(fabs(w[a] - w2[a]) < 1e-4);
}

/* --- feature-weighted stacking -------------------------------------------- */

/* The slope of the objective of fusestack.h, with the best b, at v. */
static void
stack_slope(const double *v, double ridge, double *out)
{
	static double z[N][S * K];
	double mean[S * K] = { 0 }, mean_y = 0, c = 0;

	for (size_t i = 0; i < N; i++) {
		const float *row = x + i * WIDTH;

		for (size_t j = 0; j < S * K; j++) {
			z[i][j] = (double)row[j / K] * (j % K > 0 ?
			    (double)row[S + j % K - 1] : 1);
			mean[j] += z[i][j] / N;
		}
		mean_y += (double)y[i] / N;
	}
	for (size_t i = 0; i < N; i++)
		for (size_t s = 0; s < S; s++)
			c += pow(z[i][s * K] - mean[s * K], 2) / N / S;
	for (size_t j = 0; j < S * K; j++)
		out[j] = c * (j % K == 0 ? 1e-4 : ridge) * v[j];
	for (size_t i = 0; i < N; i++) {
		double e = mean_y - (double)y[i];

		for (size_t j = 0; j < S * K; j++)
			e += v[j] * (z[i][j] - mean[j]);
		for (size_t j = 0; j < S * K; j++)
			out[j] += e * (z[i][j] - mean[j]) / N;
	}
}

static void
test_stack(void **state)
{
	const unsigned char all[S] = { 1, 1, 1 }, some[S] = { 1, 0, 1 };
	const double ridges[] = { 1e-3, 0.3 };

	(void)state;
	draw();
	for (int r = 0; r < 2; r++) {
		struct fusestack t;
		double v[S * K], slope[S * K], b;

		fusestack_init(&t, S, K);
		/* in two parts, as of two halves */
		fusestack_add(&t, x, y, N / 3, all);
		fusestack_add(&t, x + N / 3 * WIDTH, y + N / 3, N - N / 3,
		    all);
		fusestack_solve(&t, ridges[r], v, &b);
		stack_slope(v, ridges[r], slope);
		for (size_t j = 0; j < S * K; j++)
			assert_true(fabs(slope[j]) < 1e-9);
		assert_true(v[0] > 0.05 && v[1] > 0.05);
		fusestack_release(&t);
		/* what is out has no weight */
		fusestack_init(&t, S, K);
		fusestack_add(&t, x, y, N, some);
		fusestack_solve(&t, ridges[r], v, &b);
		for (size_t k = 0; k < K; k++)
			assert_true(v[K + k] == 0);
		fusestack_release(&t);
	}
}

/* --- the network ---------------------------------------------------------- */

static void
test_net(void **state)
{
	const struct fuserowset rows = { .x = x, .gain = y, .query = query,
		.n = N, .n_columns = WIDTH, .n_queries = USERS };
	uint32_t all[USERS];

	(void)state;
	draw();
	for (uint32_t q = 0; q < USERS; q++)
		all[q] = q;
	for (int gates = 0; gates < 2; gates++) {
		struct fusenet net;
		struct rng r;
		double *g;

		fusenet_init(&net, S, WIDTH - S, 4, gates);
		rng_init(&r, 5, rng_stream("test.net", 0));
		for (size_t i = 0; i < net.n; i++)
			net.p[i] = 0.5 * rng_normal(&r);
		g = calloc(net.n, sizeof *g);
		fusenet_loss(&net, &rows, all, USERS, g);
		for (size_t i = 0; i < net.n; i++) {
			const double h = 1e-2, at = net.p[i];
			double f[4];

			for (int k = 0; k < 4; k++) {
				net.p[i] = at + h * (k < 2 ? k - 2 : k - 1);
				f[k] = fusenet_loss(&net, &rows, all, USERS,
				    NULL);
			}
			net.p[i] = at;
			/* tanh is one of floats */
			assert_true(fabs((8 * (f[2] - f[1]) - (f[3] - f[0])) /
			    (12 * h) - g[i]) < 2e-5);
		}
		free(g);
		fusenet_release(&net);
	}
}

/* Training lowers the loss of users that are not trained on, and gives the
 * same with any threads; it never ends above where it starts. */
static void
test_net_training(void **state)
{
	const struct fuserowset rows = { .x = x, .gain = y, .query = query,
		.n = N, .n_columns = WIDTH, .n_queries = USERS };
	const struct fusenet_fit how = { .epochs = 20, .patience = 5,
		.batch = 32, .rate = 0.02, .decay = 1e-3, .seed = 1 };
	struct fusenet net[2];
	double loss[2], first = 0;

	(void)state;
	draw();
	for (size_t k = 0; k < 2; k++) {
		uint32_t train[USERS], held[USERS];
		size_t n_train = 0, n_held = 0;

		for (uint32_t q = 0; q < USERS; q++)
			if (q % 4 == 0)
				held[n_held++] = q;
			else
				train[n_train++] = q;
		fusenet_init(&net[k], S, WIDTH - S, 4, 1);
		for (size_t i = 0; i < 4 * (WIDTH - S + 1); i++)
			fusenet_in(&net[k])[i] = sin((double)i);
		first = fusenet_loss(&net[k], &rows, held, n_held, NULL);
		par_set_threads(k + 1);
		loss[k] = fusenet_train(&net[k], &rows, train, n_train, held,
		    n_held, &how);
	}
	par_set_threads(0);
	assert_memory_equal(net[0].p, net[1].p, net[0].n * sizeof(double));
	assert_true(loss[0] < first - 0.1);
	fusenet_release(&net[0]);
	fusenet_release(&net[1]);
}

/* --- labels --------------------------------------------------------------- */

enum { ROWS = 500, CLASSES = 3 };

/* The objective of labelstack.h but for its ridge. */
static double
stack_loss(const struct fusion *f, const struct fuselabels *l,
    const int32_t *label)
{
	double p[CLASSES], loss = 0;

	for (size_t i = 0; i < ROWS; i++) {
		labelstack_row(f, l, i, p);
		loss -= log(p[label[i]]) / ROWS;
	}
	return loss;
}

static double
difference(const struct fusion *f, const struct fuselabels *l,
    const int32_t *label, double *at)
{
	const double h = 1e-4, here = *at;
	double up, down;

	*at = here + h;
	up = stack_loss(f, l, label);
	*at = here - h;
	down = stack_loss(f, l, label);
	*at = here;
	return (up - down) / (2 * h);
}

static void
test_label_stack(void **state)
{
	static const char *const names[] = { "a", "b" };
	const struct fuse_method *logistic = fuse_method(choice_find(
	    fuse_choice, span_of("logistic")));

	(void)state;
	for (size_t C = 2; C <= CLASSES; C++) {
		struct fusion *f = fusion_new(logistic, 0, names, 2);
		struct fuselabels l = { .n = ROWS, .n_systems = 2,
			.n_classes = C, .n_p = C > 2 ? C : 1 };
		int32_t label[ROWS];
		uint32_t row[ROWS];
		struct rng r;

		l.p = calloc(ROWS * 2 * C, sizeof *l.p);
		rng_init(&r, 7, rng_stream("test.labels", C));
		for (uint32_t i = 0; i < ROWS; i++) {
			row[i] = i;
			label[i] = (int32_t)rng_below(&r, (uint32_t)C);
			for (size_t k = 0; k < 2 * l.n_p; k++)
				l.p[i * 2 * l.n_p + k] = (float)(0.05 + 0.4 *
				    rng_real(&r) + 0.3 * (l.n_p > 1 ?
				    (int32_t)(k % l.n_p) == label[i] :
				    label[i]));
		}
		labelstack_fit(f, &l, label, row, ROWS);
		for (size_t s = 0; s < 2; s++)
			assert_true(fabs(difference(f, &l, label,
			    &f->weight[s])) < 1e-3);
		for (size_t c = 1; c < C; c++)
			assert_true(fabs(difference(f, &l, label,
			    &f->class_bias[c])) < 1e-6);
		free(l.p);
		fusion_free(f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_listwise),
		cmocka_unit_test(test_listwise_offsets),
		cmocka_unit_test(test_stack),
		cmocka_unit_test(test_net),
		cmocka_unit_test(test_net_training),
		cmocka_unit_test(test_label_stack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
