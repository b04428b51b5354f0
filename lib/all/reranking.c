#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "all/reranking.h"
#include "base/mem.h"
#include "io/readvectors.h"
#include "linalg/mat.h"

/* --- kinds of items ------------------------------------------------------- */

/* m (items, tokens) <- each item's share of its tokens. */
static void
fill_kinds(const struct itemtable_column *c, size_t n_items, struct csr *m)
{
	*m = (struct csr){ .rows = n_items, .cols = idmap_count(c->names) };
	m->indptr = mem_array("kinds", n_items + 1, sizeof *m->indptr);
	m->indices = mem_array("kinds", c->n, sizeof *m->indices);
	m->values = mem_array("kinds", c->n, sizeof *m->values);
	for (size_t i = 0; i < n_items; i++) {
		uint64_t n = m->indptr[i];

		for (size_t j = 0; j < c->n_tokens[i]; j++) {
			m->indices[n] = c->token[c->first[i] + j];
			m->values[n++] = 1 / (float)c->n_tokens[i];
		}
		m->indptr[i + 1] = n;
	}
}

/* NULL after a message. */
static const struct csr *
kinds_of(struct reranking *r, const struct reranking_input *in,
    const char *column)
{
	const struct itemtable_column *c = itemtable_find(in->table, column);

	if (c->kind == ITEMTABLE_NUMBER) {
		err_msg("%s: column '%s' has numbers: --rerank and --per are "
		    "for tokens", in->table_path, column);
		return NULL;
	}
	fill_kinds(c, in->table->n_items, &r->kinds[r->n_kinds]);
	return &r->kinds[r->n_kinds++];
}

/* --- likeness ------------------------------------------------------------- */

static const struct likeness *
keep(struct reranking *r, struct likeness *l)
{
	r->likeness[r->n_likeness++] = l;
	return l;
}

/* out (items, dims) <- vectors by their own ids; what has none stays 0.
 * Returns how many have one. */
static size_t
vectors_of(const struct attribute *a, const struct idmap *ids,
    const struct idmap *items, struct mat *out)
{
	size_t n = 0;

	mat_init(out, "item vectors", idmap_count(items), a->of.cols);
	for (uint32_t i = 0; i < idmap_count(items); i++) {
		const uint32_t id = idmap_find(ids, idmap_name(items, i));

		if (id == IDMAP_NONE)
			continue;
		for (uint64_t e = a->of.indptr[id];
		    e < a->of.indptr[id + 1]; e++)
			mat_row(out, i)[a->of.indices[e]] = a->of.values[e];
		n++;
	}
	return n;
}

/* As reranking_open(): r->n_without is set. */
static struct likeness *
of_file(struct reranking *r, const char *path, const struct idmap *items)
{
	struct idmap *ids = idmap_new();
	struct attributes *a = readvectors(path, NULL, "item_id", ids);
	struct likeness *l = NULL;
	struct mat x = { NULL, 0, 0 };
	size_t n;

	if (a != NULL && (a->n != 1 ||
	    a->column[0].kind != ATTRIBUTE_VECTOR)) {
		err_msg("%s: a table: its columns are for --item-table", path);
	} else if (a != NULL) {
		attributes_finish(a);
		n = vectors_of(&a->column[0], ids, items, &x);
		r->n_without = idmap_count(items) - n;
		if (n > 0)
			l = likeness_of_vectors(x.x, x.rows, x.cols);
		else
			err_msg("%s: it has none of the model's %zu items",
			    path, idmap_count(items));
	}
	mat_release(&x);
	attributes_free(a);
	idmap_free(ids);
	return l;
}

static struct likeness *
of_model(const struct reranking_input *in, const char *method)
{
	const struct scorer *s = in->scorer;
	struct scorer_vectors v;

	if (s->ops->vectors == NULL) {
		err_msg("%s: no vectors of items for %s: give "
		    "them with --vectors, or a column: %s=COLUMN", in->model,
		    method, method);
		return NULL;
	}
	s->ops->vectors(s, &v);
	return likeness_of_vectors(v.items, scorer_items(s), v.k);
}

/* NULL after a message. */
static const struct likeness *
likeness_for(struct reranking *r, const struct reranking_input *in,
    const struct rerankspec_step *step)
{
	const struct csr *kinds;
	struct likeness *l = NULL;

	if (step->column != NULL) {
		kinds = kinds_of(r, in, step->column);
		if (kinds != NULL)
			l = likeness_of_features(kinds);
	} else if (in->spec->vectors != NULL) {
		l = of_file(r, in->spec->vectors, in->scorer->items);
	} else {
		l = of_model(in, step->method->what.name);
	}
	return l != NULL ? keep(r, l) : NULL;
}

/* --- popularity ----------------------------------------------------------- */

/* log(1 + interactions) of each item, divided by the largest. */
static float *
popularity_of(const struct csr *history, size_t n_items)
{
	double *count = mem_array("popularity", n_items, sizeof *count);
	float *out = mem_array("popularity", n_items, sizeof *out);
	double most = 1;

	for (uint64_t e = 0; e < csr_count(history); e++)
		if (history->indices[e] < n_items)
			count[history->indices[e]]++;
	for (size_t i = 0; i < n_items; i++)
		most = fmax(most, count[i]);
	for (size_t i = 0; i < n_items; i++)
		out[i] = (float)(log1p(count[i]) / log1p(most));
	free(count);
	return out;
}

/* --- all of it ------------------------------------------------------------ */

static int
make_step(struct reranking *r, const struct reranking_input *in,
    const struct rerankspec_step *from, struct rerank_step *to)
{
	const int needs = from->method->needs;

	*to = (struct rerank_step){ .method = from->method, .x = from->x };
	if ((needs & RERANK_LIKENESS) &&
	    (to->likeness = likeness_for(r, in, from)) == NULL)
		return -1;
	if ((needs & RERANK_KINDS) &&
	    (to->kinds = kinds_of(r, in, from->column)) == NULL)
		return -1;
	if ((needs & RERANK_POPULARITY) && r->popularity == NULL)
		r->popularity = popularity_of(&in->history->by_user,
		    scorer_items(in->scorer));
	to->popularity = r->popularity;
	return 0;
}

int
reranking_open(struct reranking *r, const struct reranking_input *in)
{
	const struct rerankspec *spec = in->spec;
	const size_t n = spec->n_steps + spec->n_quotas;
	struct rerank_step *step = mem_array("--rerank", spec->n_steps,
	    sizeof *step);
	struct quota *quota = mem_array("--per", spec->n_quotas,
	    sizeof *quota);
	int status = 0;

	*r = (struct reranking){ .vectors = spec->vectors, .k = in->k,
	    .pool = rerankspec_pool(spec, in->k),
	    .n_quotas = spec->n_quotas };
	r->kinds = mem_array("--rerank", n, sizeof *r->kinds);
	r->likeness = mem_array("--rerank", n, sizeof(struct likeness *));
	for (size_t i = 0; i < spec->n_steps && status == 0; i++)
		status = make_step(r, in, &spec->step[i], &step[i]);
	for (size_t i = 0; i < spec->n_quotas && status == 0; i++) {
		quota[i].max = spec->quota[i].max;
		quota[i].kinds = kinds_of(r, in, spec->quota[i].column);
		status = quota[i].kinds != NULL ? 0 : -1;
	}
	if (status == 0)
		r->rerank = rerank_new(&(struct rerank_plan){
		    .step = step, .n_steps = spec->n_steps,
		    .quota = quota, .n_quotas = spec->n_quotas,
		    .history = in->history != NULL ? &in->history->by_user :
		    NULL, .users = in->scorer->users,
		    .items = in->scorer->items, .seed = in->seed });
	free(step);
	free(quota);
	return status;
}

void
reranking_close(struct reranking *r)
{
	rerank_free(r->rerank);
	for (size_t i = 0; i < r->n_kinds; i++)
		csr_release(&r->kinds[i]);
	for (size_t i = 0; i < r->n_likeness; i++)
		likeness_free(r->likeness[i]);
	free(r->kinds);
	free(r->likeness);
	free(r->popularity);
	*r = (struct reranking){ .rerank = NULL };
}

/* --- what became of it ---------------------------------------------------- */

void
reranking_count(struct reranking *r, uint32_t user, size_t n)
{
	if (r->rerank == NULL || n == 0)
		return;
	r->n_short += r->n_quotas > 0 && n < r->k;
	r->n_strangers += !rerank_knows_user(r->rerank, user);
}

void
reranking_say(const struct reranking *r, const struct cli *cli)
{
	if (r->n_without > 0)
		cli_note(cli, "%s: no vector for %zu of the model's items",
		    r->vectors, r->n_without);
	if (r->n_strangers > 0)
		cli_note(cli, "%zu users have no history to calibrate to: "
		    "that leaves their lists as they are", r->n_strangers);
	if (r->n_short > 0)
		cli_note(cli, "%zu lists have less than %zu items: --per "
		    "allows no more of what can be listed", r->n_short, r->k);
}
