#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "tree/boostloss.h"

/* Rows and where they stand. */
struct side {
	const struct boost_data *data;
	uint8_t *bin;		/* (n, columns) */
	float *score;		/* (classes, n) */
};

struct job {
	struct boost *how;
	struct forest *forest;
	struct side train, valid;	/* valid.data NULL: none */
	float *g, *h;		/* (classes, n) */
	struct treegrow *grow;
	/* the loop over held-out rows */
	const struct tree *tree;
	float *to;
};

static int
check(const struct boost_data *d, const struct boost *how)
{
	if (d->n == 0)
		return err_msg("no rows to grow trees on");
	if (d->n > UINT32_MAX)
		return err_msg("%zu rows are too many for trees", d->n);
	for (size_t i = 0; i < d->n && how->objective->takes != NULL; i++)
		if (!how->objective->takes(how, d->y[i]))
			return err_msg("objective %s: %g is not %s",
			    how->objective->what.name, (double)d->y[i],
			    how->objective->wants);
	return 0;
}

static void
side_init(struct side *s, const struct boost_data *d, const struct job *job)
{
	const struct forest *f = job->forest;

	s->data = d;
	s->bin = treebins_rows(f->bins, d->x, d->n);
	s->score = mem_array("scores", d->n * f->n_classes,
	    sizeof *s->score);
}

static void
side_start(struct side *s, const struct forest *f)
{
	for (size_t c = 0; c < f->n_classes; c++)
		for (size_t i = 0; i < s->data->n; i++)
			s->score[c * s->data->n + i] = (float)f->start[c] +
			    (s->data->offset != NULL ? s->data->offset[i] : 0);
}

static void
follow_piece(void *arg, size_t piece, size_t worker)
{
	const struct job *job = arg;
	const struct side *s = &job->valid;
	const size_t from = piece * BOOST_ROWS_PER_PIECE;

	(void)worker;
	for (size_t i = from; i < from + BOOST_ROWS_PER_PIECE &&
	    i < s->data->n; i++)
		job->to[i] += (float)job->tree->leaf[tree_leaf(job->tree,
		    s->bin + i * s->data->n_columns)];
}

/* One tree for each class. */
static void
add_trees(struct job *job, size_t round)
{
	struct forest *f = job->forest;
	const size_t n = job->train.data->n;

	job->how->objective->slope(&(struct boost_view){ job->train.data,
	    job->how, job->train.score }, job->g, job->h);
	for (size_t c = 0; c < f->n_classes; c++) {
		f->tree = mem_grow("trees", f->tree, &f->cap, f->n_trees + 1,
		    sizeof *f->tree);
		treegrow_tree(job->grow, job->g + c * n, job->h + c * n,
		    round * f->n_classes + c, &f->tree[f->n_trees],
		    job->train.score + c * n);
		job->tree = &f->tree[f->n_trees++];
		if (job->valid.data == NULL)
			continue;
		job->to = job->valid.score + c * job->valid.data->n;
		par_for(par_pieces(job->valid.data->n, BOOST_ROWS_PER_PIECE),
		    follow_piece, job);
	}
}

/* Does the last round say that there is nothing more to split? */
static int
is_done(const struct forest *f)
{
	for (size_t c = 1; c <= f->n_classes; c++)
		if (f->tree[f->n_trees - c].n_leaves > 1)
			return 0;
	return 1;
}

static double
held_out(const struct job *job)
{
	return job->how->objective->value(&(struct boost_view){
	    job->valid.data, job->how, job->valid.score });
}

static void
grow_all(struct job *job)
{
	struct boost *how = job->how;
	struct forest *f = job->forest;

	if (job->valid.data != NULL)
		how->first = how->best = held_out(job);
	for (size_t round = 0; round < how->rounds; round++) {
		double value;

		add_trees(job, round);
		tick_at(how->tick, round + 1, how->rounds);
		if (is_done(f)) {
			forest_cut(f, f->n_trees - f->n_classes);
			break;
		}
		if (job->valid.data == NULL) {
			how->best_round = round + 1;
			continue;
		}
		value = held_out(job);
		if (value < how->best) {
			how->best = value;
			how->best_round = round + 1;
		} else if (round + 1 >= how->best_round + how->patience) {
			break;
		}
	}
	forest_cut(f, how->best_round * f->n_classes);
}

static void
side_release(struct side *s)
{
	free(s->bin);
	free(s->score);
}

struct forest *
boost_train(const struct boost_data *train, const struct boost_data *valid,
    struct boost *how)
{
	struct job job = { .how = how };
	const size_t K = how->objective->is_of_classes ? how->n_classes : 1;

	how->best_round = 0;
	how->first = how->best = (double)NAN;
	if (check(train, how) != 0 || (valid != NULL && check(valid, how) !=
	    0))
		return NULL;
	job.forest = forest_new(treebins_new(train->x, train->n,
	    train->n_columns, how->is_category), K);
	side_init(&job.train, train, &job);
	if (train->offset == NULL)
		how->objective->start(&(struct boost_view){ train, how,
		    job.train.score }, job.forest->start);
	side_start(&job.train, job.forest);
	if (valid != NULL) {
		side_init(&job.valid, valid, &job);
		side_start(&job.valid, job.forest);
	}
	job.g = mem_array("gradients", train->n * K, sizeof *job.g);
	job.h = mem_array("gradients", train->n * K, sizeof *job.h);
	job.grow = treegrow_new(job.forest->bins, job.train.bin, train->n,
	    &how->grow);
	grow_all(&job);
	treegrow_free(job.grow);
	side_release(&job.train);
	side_release(&job.valid);
	free(job.g);
	free(job.h);
	return job.forest;
}
