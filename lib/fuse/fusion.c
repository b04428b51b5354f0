#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/guess.h"
#include "base/mem.h"
#include "base/num.h"
#include "data/idmap.h"
#include "fuse/fuse.h"
#include "fuse/fusecolumns.h"
#include "fuse/fusetwins.h"
#include "model/model.h"

/*
 * 2: columns of users and items, segments, labels, and methods that have them.
 * 3: operands that are no systems; trees of lists and ratings correct a sum;
 * systems that are left out do not count in meta-features.
 * Files of an earlier format are files of a later one without any of these, but
 * for what struct fuse_learner says.
 */
enum { FUSION_FORMAT = 3, SYSTEMS_MAX = 1000 };

/* --- names and weights ---------------------------------------------------- */

static int
drop_end(struct span *name, const char *end)
{
	const size_t n = strlen(end);

	if (name->n <= n || memcmp(name->p + name->n - n, end, n) != 0)
		return 0;
	name->n -= n;
	return 1;
}

char *
fusion_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct span name = span_of(slash != NULL && slash[1] != '\0' ?
	    slash + 1 : path);
	char *text;

	if (strcmp(path, "-") == 0)
		name = span_of("stdin");
	drop_end(&name, ".gz");
	drop_end(&name, ".tsv");
	text = mem_text(name.p, name.n);
	for (char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || *p == ',' || *p == '=')
			*p = '_';
	return text;
}

static struct fusion *
fusion_alloc(const struct fuse_method *method, int ratings, size_t n)
{
	struct fusion *f = mem_array("a fusion", 1, sizeof *f);

	assert(n > 0);
	f->method = method;
	f->ratings = ratings;
	f->n = n;
	f->name = mem_array("names of systems", n, sizeof *f->name);
	f->weight = mem_array("weights", n, sizeof *f->weight);
	f->alone = mem_array("values of systems", n, sizeof *f->alone);
	f->gap_alone = mem_array("values of systems", n,
	    sizeof *f->gap_alone);
	f->gap = (struct fusegap){ (double)NAN, (double)NAN, (double)NAN };
	for (size_t i = 0; i < n; i++) {
		f->weight[i] = 1 / (double)n;
		f->gap_alone[i] = f->gap;
	}
	f->rrf_k = f->value = f->equal = f->shrinkage = (double)NAN;
	f->top = SIZE_MAX;
	if (method->scale != NULL)
		f->scale = fuse_scale(choice_find(fuse_scale_choice,
		    span_of(method->scale)));
	return f;
}

struct fusion *
fusion_new(const struct fuse_method *method, int ratings,
    const char *const *names, size_t n)
{
	struct fusion *f = fusion_alloc(method, ratings, n);
	struct idmap *seen = idmap_new();

	for (size_t i = 0; i < n; i++) {
		struct buf b = BUF_EMPTY;

		buf_text(&b, names[i]);
		for (size_t k = 2; idmap_find(seen, (struct span){ b.p,
		    b.n }) != IDMAP_NONE; k++) {
			b.n = 0;
			buf_format(&b, "%s-%zu", names[i], k);
		}
		idmap_add(seen, (struct span){ b.p, b.n });
		f->name[i] = mem_text(b.p, b.n);
		buf_release(&b);
	}
	idmap_free(seen);
	return f;
}

void
fusion_free(struct fusion *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->n; i++)
		free(f->name[i]);
	for (size_t i = 0; i < f->n && f->map != NULL; i++)
		scale_map_release(&f->map[i]);
	free(f->map);
	fusecolumns_free(f->columns);
	free(f->segment);
	idmap_free(f->classes);
	idmap_free(f->operands);
	free(f->is_twin);
	free(f->class_bias);
	if (f->state != NULL)
		f->method->learner->free(f->state);
	free(f->name);
	free(f->weight);
	free(f->alone);
	free(f->gap_alone);
	free(f->metric);
	free(f);
}

static void
copy_map(struct scale_map *to, const struct scale_map *from)
{
	*to = *from;
	to->at = mem_array("a scale", from->n, sizeof *to->at);
	to->value = mem_array("a scale", from->n, sizeof *to->value);
	if (from->n > 0) {
		memcpy(to->at, from->at, from->n * sizeof *to->at);
		memcpy(to->value, from->value, from->n * sizeof *to->value);
	}
}

struct fusion *
fusion_like(const struct fusion *f)
{
	struct fusion *g = fusion_new(f->method, f->ratings,
	    (const char *const *)f->name, f->n);

	g->scale = f->scale;
	g->rrf_k = f->rrf_k;
	g->top = f->top;
	g->seed = f->seed;
	if (f->columns != NULL)
		g->columns = fusecolumns_copy(f->columns);
	if (f->segment != NULL)
		g->segment = mem_text(f->segment, strlen(f->segment));
	g->growth = f->growth;
	g->meta = f->meta;
	g->fill = f->fill;
	if (f->map != NULL)
		g->map = mem_array("scales", f->n, sizeof *g->map);
	for (size_t i = 0; i < f->n && f->map != NULL; i++)
		copy_map(&g->map[i], &f->map[i]);
	return g;
}

size_t
fusion_classes(const struct fusion *f)
{
	return f->classes != NULL ? idmap_count(f->classes) : 2;
}

double
fusion_factor(const struct fusion *f, size_t i)
{
	return f->method->does & FUSE_SUMS ? f->weight[i] * (double)f->n :
	    f->weight[i];
}

size_t
fusion_find(const struct fusion *f, struct span name)
{
	size_t i = 0;

	while (i < f->n && !span_is(name, f->name[i]))
		i++;
	return i;
}

int
fusion_unknown(const struct fusion *f, const char *option, struct span name)
{
	struct guess g = guess_of(name);

	for (size_t i = 0; i < f->n; i++)
		guess_offer(&g, span_of(f->name[i]));
	return guess_fail(&g, "%s: no system is called '%.*s'", option,
	    SPAN_ARGS(name));
}

/* One of the weights: "0.6", or "a=0.6". */
static int
set_weight(struct fusion *f, struct span word, size_t place)
{
	struct span value = word;
	const struct span name = span_cut(&value, '=');
	const int named = value.p != NULL;
	size_t i = place;
	double w;

	if (!named)
		value = name;
	else if ((i = fusion_find(f, name)) == f->n)
		return fusion_unknown(f, "--weights", name);
	if (i >= f->n)
		return err_msg("--weights: there are only %zu systems", f->n);
	if (num_real(value, &w) != 0 || w < 0)
		return err_msg("--weights: '%.*s' is not a number >= 0",
		    SPAN_ARGS(value));
	if (!isnan(f->weight[i]))
		return err_msg("--weights: '%s' has two", f->name[i]);
	f->weight[i] = w;
	return 0;
}

int
fusion_set_weights(struct fusion *f, const char *text)
{
	struct span rest = span_of(text);
	double sum = 0;

	for (size_t i = 0; i < f->n; i++)
		f->weight[i] = (double)NAN;
	for (size_t place = 0; rest.p != NULL; place++)
		if (set_weight(f, span_cut(&rest, ','), place) != 0)
			return -1;
	for (size_t i = 0; i < f->n; sum += f->weight[i++])
		if (isnan(f->weight[i]))
			return err_msg("--weights: none for '%s'",
			    f->name[i]);
	if (!(sum > 0) || isinf(sum))
		return err_msg("--weights: '%s' has no sum above 0", text);
	for (size_t i = 0; i < f->n; i++)
		f->weight[i] /= sum;
	return 0;
}

/* --- the file ------------------------------------------------------------- */

static void
put_labels(const struct fusion *f, struct st_writer *w)
{
	const size_t n = fusion_classes(f);

	st_put_meta(w, "labels", "1");
	if (f->classes != NULL)
		model_put_ids(w, "class_names", f->classes);
	if (f->class_bias != NULL)
		st_put(w, "class_bias", ST_F64, &n, 1, f->class_bias);
}

int
fusion_save(const struct fusion *f, const char *path)
{
	struct st_writer *w = st_writer_new();
	struct buf names = BUF_EMPTY;
	int status;

	for (size_t i = 0; i < f->n; i++)
		buf_format(&names, "%s\n", f->name[i]);
	st_put_meta(w, "srs.kind", "fusion");
	st_put_meta(w, "srs.method", f->method->what.name);
	st_put_meta_format(w, "srs.format", "%d", FUSION_FORMAT);
	st_put_meta(w, "ratings", f->ratings ? "1" : "0");
	st_put_meta(w, "normalize", f->scale->what.name);
	st_put_meta(w, "over", f->map != NULL ? "all" : "user");
	model_put_size(w, "seed", (size_t)f->seed);
	if (!isnan(f->rrf_k))
		model_put_real(w, "rrf-k", f->rrf_k);
	if (f->top != SIZE_MAX)
		model_put_size(w, "vote-top", f->top);
	if (f->map != NULL)
		scale_put(w, f->map, f->n);
	if (f->columns != NULL)
		fusecolumns_put(f->columns, w);
	if (f->segment != NULL)
		st_put_meta(w, "segment", f->segment);
	fusetwins_put(f, w);
	if (f->labels)
		put_labels(f, w);
	if (f->state != NULL && f->method->learner->put != NULL)
		f->method->learner->put(f, w);
	st_put(w, "system_names", ST_U8, &names.n, 1, names.p);
	st_put(w, "weights", ST_F64, &f->n, 1, f->weight);
	if (f->ratings)
		st_put(w, "bias", ST_F64, (size_t[]){ 1 }, 1, &f->bias);
	if (f->metric != NULL) {
		st_put_meta(w, "summary.metric", f->metric);
		model_put_real(w, "summary.value", f->value);
		model_put_real(w, "summary.equal", f->equal);
		model_put_real(w, "summary.shrinkage", f->shrinkage);
		model_put_size(w, "summary.users", f->n_users);
		model_put_size(w, "summary.folds", f->n_folds);
		st_put(w, "alone", ST_F64, &f->n, 1, f->alone);
	}
	status = st_write(w, path, 0);
	buf_release(&names);
	st_writer_free(w);
	return status;
}

static const struct fuse_method *
read_method(const struct st_file *st)
{
	const char *kind = st_meta(st, "srs.kind");
	const char *name = st_meta(st, "srs.method");
	const struct choice *choice;
	size_t format;

	if (kind == NULL || strcmp(kind, "fusion") != 0) {
		err_msg("%s: not a fusion: its kind is '%s'", st_path(st),
		    kind != NULL ? kind : "");
		return NULL;
	}
	if (model_size(st, "srs.format", &format) != 0)
		return NULL;
	if (format < 1 || format > FUSION_FORMAT) {
		err_msg("%s: a fusion of format %zu: this version reads "
		    "formats up to %d", st_path(st), format, FUSION_FORMAT);
		return NULL;
	}
	choice = name != NULL ? choice_find(fuse_choice, span_of(name)) : NULL;
	if (choice == NULL) {
		err_msg("%s: the fusion's method '%s' is not one that this "
		    "version knows", st_path(st), name != NULL ? name : "");
		return NULL;
	}
	return fuse_method(choice);
}

/* out (n) <- a tensor of finite doubles. */
static int
read_doubles(const struct st_file *st, const char *name, size_t n,
    double *out)
{
	const struct st_tensor *t = st_want(st, name, ST_F64, &n, 1);

	if (t == NULL)
		return -1;
	memcpy(out, t->data, n * sizeof *out);
	for (size_t i = 0; i < n; i++)
		if (!isfinite(out[i]))
			return err_msg("%s: tensor '%s' has numbers that are "
			    "not finite", st_path(st), name);
	return 0;
}

static int
read_summary(const struct st_file *st, struct fusion *f)
{
	const char *metric = st_meta(st, "summary.metric");

	if (metric == NULL)
		return 0;
	f->metric = mem_text(metric, strlen(metric));
	if (model_real(st, "summary.value", &f->value) != 0 ||
	    model_real(st, "summary.equal", &f->equal) != 0 ||
	    model_real(st, "summary.shrinkage", &f->shrinkage) != 0 ||
	    model_size(st, "summary.users", &f->n_users) != 0 ||
	    model_size(st, "summary.folds", &f->n_folds) != 0)
		return -1;
	return read_doubles(st, "alone", f->n, f->alone);
}

/* The scale, and the settings of methods. */
static int
read_settings(const struct st_file *st, struct fusion *f)
{
	const char *name = st_meta(st, "normalize");
	const char *over = st_meta(st, "over");
	const struct choice *choice = name == NULL ? NULL :
	    choice_find(fuse_scale_choice, span_of(name));
	size_t seed;

	if (choice == NULL || over == NULL)
		return err_msg("%s: the fusion's scale '%s' is not one that "
		    "this version knows", st_path(st), name != NULL ? name :
		    "");
	f->scale = fuse_scale(choice);
	if (model_size(st, "seed", &seed) != 0)
		return -1;
	f->seed = seed;
	if (strcmp(over, "all") == 0) {
		f->map = mem_array("scales", f->n, sizeof *f->map);
		if (scale_get(st, f->map, f->n) != 0)
			return -1;
	} else if (f->scale->make == NULL) {
		return err_msg("%s: scale '%s' without its map", st_path(st),
		    name);
	}
	if (st_meta(st, "rrf-k") != NULL || f->scale->absent_is_zero)
		if (model_real(st, "rrf-k", &f->rrf_k) != 0)
			return -1;
	if (f->rrf_k < 0)
		return err_msg("%s: rrf-k is below 0", st_path(st));
	return st_meta(st, "vote-top") == NULL ? 0 :
	    model_size(st, "vote-top", &f->top);
}

static int
read_labels(const struct st_file *st, struct fusion *f)
{
	f->labels = 1;
	if (f->ratings)
		return err_msg("%s: a fusion of both ratings and labels",
		    st_path(st));
	if (st_find(st, "class_names") != NULL) {
		f->classes = model_ids(st, "class_names");
		if (f->classes == NULL)
			return -1;
	}
	if (fusion_classes(f) < 2)
		return err_msg("%s: a fusion of labels of one class",
		    st_path(st));
	if (st_find(st, "class_bias") == NULL)
		return 0;
	f->class_bias = mem_array("weights", fusion_classes(f),
	    sizeof *f->class_bias);
	return read_doubles(st, "class_bias", fusion_classes(f),
	    f->class_bias);
}

/* Is the method one for what is combined? */
static int
check_method(const struct st_file *st, const struct fusion *f)
{
	const char *name = f->method->what.name;

	if (f->ratings && !(f->method->does & FUSE_RATINGS))
		return err_msg("%s: method '%s' is not for ratings",
		    st_path(st), name);
	if (f->labels && !(f->method->does & FUSE_LABELS))
		return err_msg("%s: method '%s' is not for labels",
		    st_path(st), name);
	if (!f->ratings && !f->labels && f->method->combine == NULL)
		return err_msg("%s: method '%s' is not for lists",
		    st_path(st), name);
	return 0;
}

/* Are the scores those that it was saved for? */
static int
check_scores(const struct st_file *st, const struct fusion *f)
{
	const struct fuse_learner *learner = f->method->learner;
	size_t format;

	if (learner == NULL || f->labels)
		return 0;
	if (model_size(st, "srs.format", &format) != 0)
		return -1;
	return format >= learner->format ? 0 : err_msg("%s: a fusion of "
	    "format %zu, and method '%s' scores otherwise since format %zu: "
	    "fit it again", st_path(st), format, f->method->what.name,
	    learner->format);
}

static int
read_parts(const struct st_file *st, struct fusion *f)
{
	const struct fuse_learner *learner = f->method->learner;
	const char *segment = st_meta(st, "segment");

	if (read_doubles(st, "weights", f->n, f->weight) != 0 ||
	    read_settings(st, f) != 0 ||
	    fusecolumns_get(st, &f->columns) != 0)
		return -1;
	if (segment != NULL)
		f->segment = mem_text(segment, strlen(segment));
	if ((st_meta(st, "labels") != NULL && read_labels(st, f) != 0) ||
	    check_method(st, f) != 0 || check_scores(st, f) != 0 ||
	    fusetwins_get(st, f) != 0)
		return -1;
	if (learner != NULL && learner->get != NULL &&
	    learner->get(st, f) != 0)
		return -1;
	if (f->ratings && read_doubles(st, "bias", 1, &f->bias) != 0)
		return -1;
	return read_summary(st, f);
}

struct fusion *
fusion_from(const struct st_file *st)
{
	const struct fuse_method *method = read_method(st);
	struct idmap *names = NULL;
	struct fusion *f = NULL;
	size_t ratings;

	if (method == NULL || model_size(st, "ratings", &ratings) != 0 ||
	    (names = model_ids(st, "system_names")) == NULL)
		return NULL;
	if (idmap_count(names) == 0 || idmap_count(names) > SYSTEMS_MAX) {
		err_msg("%s: a fusion of %zu systems", st_path(st),
		    idmap_count(names));
		idmap_free(names);
		return NULL;
	}
	f = fusion_alloc(method, ratings != 0, idmap_count(names));
	for (size_t i = 0; i < f->n; i++) {
		const struct span name = idmap_name(names, (uint32_t)i);

		f->name[i] = mem_text(name.p, name.n);
	}
	idmap_free(names);
	if (read_parts(st, f) == 0)
		return f;
	fusion_free(f);
	return NULL;
}

struct fusion *
fusion_load(const char *path)
{
	struct st_file *st = st_open(path);
	struct fusion *f = st != NULL ? fusion_from(st) : NULL;

	st_close(st);
	return f;
}
