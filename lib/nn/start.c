#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/guess.h"
#include "base/mem.h"
#include "nn/start.h"

/* --- ids ------------------------------------------------------------------ */

/* Ids that rows belong to, now and in an older model. */
struct space {
	const char *ids;		/* the tensor */
	const char *what;
	const struct idmap *now;	/* NULL: the data has none */
	struct idmap *old;		/* owned; NULL: not asked for yet */
	size_t found;
};

enum { SPACES = 5 };

static void
spaces_of(const struct nn_job *job, struct space space[SPACES])
{
	const struct vocabulary *v = job->vocabulary;

	memset(space, 0, SPACES * sizeof *space);
	space[0] = (struct space){ .ids = "user_ids", .what = "users",
		.now = job->inter != NULL ? job->inter->users : NULL };
	space[1] = (struct space){ .ids = "item_ids", .what = "items",
		.now = job->inter != NULL ? job->inter->items : NULL };
	space[2] = (struct space){ .ids = "feature_ids", .what = "features",
		.now = v != NULL && v->hash_bits == 0 ? v->features : NULL };
	space[3] = (struct space){ .ids = "feature_names", .what = "columns",
		.now = job->features != NULL ? job->features->names : NULL };
	space[4] = (struct space){ .ids = "ngram_ids",
		.what = "runs of words", .now = job->runs };
}

/* The one that the parameter's rows belong to; NULL: they are what they are
 * (so are features that are known by a hash). */
static struct space *
space_of(struct space space[SPACES], const struct param *p)
{
	for (size_t i = 0; p->spec.ids != NULL && i < SPACES; i++)
		if (strcmp(space[i].ids, p->spec.ids) == 0)
			return space[i].now != NULL ? &space[i] : NULL;
	return NULL;
}

/* --- an older model ------------------------------------------------------- */

/* The names of what a space had, and how many of them there are still. */
static int
open_space(const struct st_file *f, struct space *s)
{
	if (s->old != NULL)
		return 0;
	s->old = model_ids(f, s->ids);
	if (s->old == NULL)
		return -1;
	for (uint32_t i = 0; i < idmap_count(s->now); i++)
		s->found += idmap_find(s->old, idmap_name(s->now, i)) !=
		    IDMAP_NONE;
	return 0;
}

/* x and old are (ids, cols), of the ids now and then. */
static void
take_rows(const struct space *s, float *x, const float *old, size_t cols)
{
	for (uint32_t i = 0; i < idmap_count(s->now); i++) {
		const uint32_t at = idmap_find(s->old, idmap_name(s->now, i));

		if (at != IDMAP_NONE)
			memcpy(x + i * cols, old + at * cols,
			    cols * sizeof *x);
	}
}

/* A bias (1, ids) is a column of the ids. */
static int
take_param(const struct st_file *f, struct space *s, struct param *p)
{
	const struct st_tensor *t = st_want(f, p->name, ST_F32,
	    (size_t[]){ SIZE_MAX, SIZE_MAX }, 2);
	size_t rows = p->rows, cols = p->cols;

	if (t == NULL || (s != NULL && open_space(f, s) != 0))
		return -1;
	if (s != NULL && rows == idmap_count(s->now))
		rows = idmap_count(s->old);
	else if (s != NULL)
		cols = idmap_count(s->old);
	if (t->dims[0] != rows || t->dims[1] != cols)
		return err_msg("%s: its %s is %zu x %zu, not %zu x %zu: give "
		    "the options that it was trained with", st_path(f),
		    p->name, t->dims[0], t->dims[1], rows, cols);
	if (s != NULL)
		take_rows(s, p->x, t->data, p->rows == idmap_count(s->now) ?
		    p->cols : 1);
	else
		memcpy(p->x, t->data, t->count * sizeof *p->x);
	return param_check(p, f);
}

/* Fields side by side must be the same ones, and so must hashes. */
static int
check_fields(const struct st_file *f, const struct vocabulary *v)
{
	struct idmap *old = model_ids(f, "field_names");
	struct span was, is = idmap_text(v->fields);
	size_t bits;
	int status = -1;

	if (old == NULL || model_size(f, "hash-bits", &bits) != 0)
		goto done;
	was = idmap_text(old);
	if (was.n != is.n || memcmp(was.p, is.p, is.n) != 0)
		err_msg("%s: a model of %zu other fields", st_path(f),
		    idmap_count(old));
	else if (bits != v->hash_bits)
		err_msg("%s: a model of --hash-bits %zu, not %u", st_path(f),
		    bits, v->hash_bits);
	else
		status = 0;
done:
	idmap_free(old);
	return status;
}

/* Is it one of the names in a text with blanks between them? */
static int
is_among(const char *names, const char *name)
{
	struct span rest = span_of(names != NULL ? names : "");

	while (rest.p != NULL)
		if (span_is(span_cut(&rest, ' '), name))
			return 1;
	return 0;
}

static int
check_model(const struct st_file *f, const struct nn_job *job)
{
	const char *name = job->method->what.name;
	const char *parts = job->method->parts;

	if (strcmp(model_method(f), name) != 0 &&
	    !is_among(parts, model_method(f)))
		return err_msg("%s: a model of method '%s', not %s%s%s",
		    st_path(f), model_method(f), name,
		    parts != NULL ? " or its parts: " : "",
		    parts != NULL ? parts : "");
	if (nn_check_format(f) != 0)
		return -1;
	return job->vocabulary == NULL ? 0 : check_fields(f, job->vocabulary);
}

/* An older model, with the ids that it has. */
struct source {
	struct st_file *f;
	struct space space[SPACES];
};

/* Of several, each is another part. */
static int
check_sources(const struct nn_job *job, const struct source *source)
{
	const char *name = job->method->what.name;

	for (size_t i = 0; i < job->n_init; i++) {
		const struct st_file *f = source[i].f;

		if (job->n_init > 1 && strcmp(model_method(f), name) == 0)
			return err_msg("%s: a model of %s starts it alone",
			    st_path(f), name);
		for (size_t k = 0; k < i; k++)
			if (strcmp(model_method(source[k].f),
			    model_method(f)) == 0)
				return err_msg("%s and %s are both models of "
				    "%s", st_path(source[k].f), st_path(f),
				    model_method(f));
	}
	return 0;
}

static void
say_found(const struct nn_job *job, const struct source *source)
{
	struct buf b = BUF_EMPTY;

	for (size_t i = 0; i < SPACES; i++) {
		const struct space *s = &source->space[i];

		if (s->old != NULL)
			buf_format(&b, "%s %s: %zu known, %zu new, %zu gone",
			    b.n > 0 ? ";" : "", s->what, s->found,
			    idmap_count(s->now) - s->found,
			    idmap_count(s->old) - s->found);
	}
	if (b.n > 0)
		train_note(job->train, "%s:%s", st_path(source->f),
		    buf_cstr(&b));
	buf_release(&b);
}

/* The one that has the parameter; a model of the whole method must. */
static struct source *
source_of(const struct nn_job *job, struct source *source,
    const struct param *p)
{
	for (size_t i = 0; i < job->n_init; i++)
		if (st_find(source[i].f, p->name) != NULL ||
		    strcmp(model_method(source[i].f),
		    job->method->what.name) == 0)
			return &source[i];
	return NULL;
}

/* Scores that are added up become their mean. */
static void
share(struct param *p, size_t n)
{
	for (size_t i = 0; p->spec.shared && i < p->rows * p->cols; i++)
		p->x[i] /= (float)n;
}

static int
take_params(const struct nn_job *job, struct source *source,
    struct params *ps)
{
	size_t at_random = 0;

	for (size_t i = 0; i < ps->n; i++) {
		struct param *p = ps->p[i];
		struct source *from = source_of(job, source, p);

		if (from == NULL) {
			at_random += p->rows * p->cols;
			continue;
		}
		if (take_param(from->f, space_of(from->space, p), p) != 0)
			return -1;
		share(p, job->n_init);
	}
	for (size_t i = 0; i < job->n_init; i++)
		say_found(job, &source[i]);
	if (at_random > 0)
		train_note(job->train, "of no older model, at random: %zu of "
		    "%zu parameters", at_random, params_count(ps));
	return 0;
}

static int
take_models(const struct nn_job *job, struct params *ps)
{
	struct source *source = mem_array("models", job->n_init,
	    sizeof *source);
	int status = 0;

	for (size_t i = 0; status == 0 && i < job->n_init; i++) {
		source[i].f = model_open(job->init[i]);
		status = source[i].f != NULL ? check_model(source[i].f, job) :
		    -1;
		spaces_of(job, source[i].space);
	}
	if (status == 0)
		status = check_sources(job, source);
	if (status == 0)
		status = take_params(job, source, ps);
	for (size_t i = 0; i < job->n_init; i++) {
		for (size_t k = 0; k < SPACES; k++)
			idmap_free(source[i].space[k].old);
		st_close(source[i].f);
	}
	free(source);
	return status;
}

/* --- vectors -------------------------------------------------------------- */

/* "a, b, c" */
static void
add_names(struct buf *b, const struct params *ps)
{
	for (size_t i = 0; i < ps->n; i++)
		buf_format(b, "%s%s", i > 0 ? ", " : "", ps->p[i]->name);
}

static struct param *
find_param(const struct params *ps, const char *name)
{
	for (size_t i = 0; i < ps->n; i++)
		if (strcmp(ps->p[i]->name, name) == 0)
			return ps->p[i];
	return NULL;
}

/* The vectors (ids, any): rows of a sparse matrix in which nothing lacks. */
static int
take_vectors(const struct nn_job *job, const struct nn_vectors *v,
    const struct params *ps)
{
	struct space space[SPACES];
	struct param *p = find_param(ps, v->param);
	const struct space *s;
	size_t found = 0;

	spaces_of(job, space);
	s = p != NULL ? space_of(space, p) : NULL;
	if (s == NULL)
		return err_msg("--%s: --method %s has no %s", v->option,
		    job->method->what.name, v->param);
	if (v->of->cols != p->cols)
		return err_msg("%s: vectors of %u numbers, but %s are of %zu",
		    v->path, (unsigned)v->of->cols, p->name, p->cols);
	for (uint32_t i = 0; i < p->rows; i++) {
		const uint32_t at = idmap_find(v->ids, idmap_name(s->now, i));

		if (at == IDMAP_NONE)
			continue;
		for (uint64_t k = v->of->indptr[at]; k < v->of->indptr[at + 1];
		    k++)
			p->x[i * p->cols + v->of->indices[k]] =
			    v->of->values[k];
		found++;
	}
	if (found == 0)
		return err_msg("%s: no vector is of any of the %zu %s of the "
		    "data", v->path, p->rows, s->what);
	train_note(job->train, "%s: vectors of %zu of %zu %s; %zu of others",
	    v->path, found, p->rows, s->what, idmap_count(v->ids) - found);
	return 0;
}

/* --- what does not learn -------------------------------------------------- */

static int
unknown_name(const struct params *ps, struct span name)
{
	struct guess g = guess_of(name);
	struct buf names = BUF_EMPTY;

	for (size_t i = 0; i < ps->n; i++)
		guess_offer(&g, span_of(ps->p[i]->name));
	if (g.near != NULL)
		return guess_fail(&g, "--freeze: no weights '%.*s'",
		    SPAN_ARGS(name));
	add_names(&names, ps);
	err_msg("--freeze: no weights '%.*s'; there are %s", SPAN_ARGS(name),
	    buf_cstr(&names));
	buf_release(&names);
	return -1;
}

static int
freeze(const struct nn_job *job, struct params *ps)
{
	struct span rest = span_of(job->options->freeze);
	size_t learning = 0, floats = 0;

	while (rest.p != NULL) {
		const struct span name = span_cut(&rest, ',');
		int any = 0;

		for (size_t i = 0; name.n > 0 && i < ps->n; i++)
			if (strncmp(ps->p[i]->name, name.p, name.n) == 0)
				any = ps->p[i]->spec.frozen = 1;
		if (!any)
			return unknown_name(ps, name);
	}
	for (size_t i = 0; i < ps->n; i++) {
		const struct param *p = ps->p[i];

		learning += (size_t)param_learns(p);
		if (p->spec.frozen && p->spec.statistic == PARAM_NO_STATISTIC)
			floats += p->rows * p->cols;
	}
	if (learning == 0)
		return err_msg("--freeze '%s' leaves nothing to learn",
		    job->options->freeze);
	train_note(job->train, "frozen: %zu of %zu parameters", floats,
	    params_count(ps));
	return 0;
}

int
start_params(const struct nn_job *job, struct params *ps)
{
	if (job->n_init > 0 && take_models(job, ps) != 0)
		return -1;
	for (size_t i = 0; i < job->n_vectors; i++)
		if (take_vectors(job, &job->vectors[i], ps) != 0)
			return -1;
	return job->options->freeze == NULL ? 0 : freeze(job, ps);
}
