#include <stdlib.h>

#include "all/rerankspec.h"
#include "base/guess.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli/opt.h"

enum { POOL_LISTS = 5, POOL_LEAST = 200 };

/* --- what one option says ------------------------------------------------- */

static int
unknown(struct span name)
{
	struct guess g = guess_of(name);

	guess_offer_choices(&g, rerank_choice);
	return guess_fail(&g, "--rerank: unknown '%.*s'", SPAN_ARGS(name));
}

static int
check_column(const struct rerank_method *m, struct span column)
{
	const char *name = m->what.name;

	if (column.p != NULL && !(m->needs & (RERANK_LIKENESS | RERANK_KINDS)))
		return err_msg("--rerank: %s takes no column", name);
	if (column.p == NULL && (m->needs & RERANK_KINDS))
		return err_msg("--rerank: %s needs a column: %s=COLUMN", name,
		    name);
	return column.p == NULL || column.n > 0 ? 0 :
	    err_msg("--rerank: '%s=' names no column", name);
}

int
rerankspec_add_step(struct rerankspec *s, const char *text)
{
	struct span number = span_of(text);
	struct span column = span_cut(&number, ':');
	const struct span name = span_cut(&column, '=');
	const struct choice *found = choice_find(rerank_choice, name);
	struct rerankspec_step step;
	struct span what;

	if (found == NULL)
		return unknown(name);
	step = (struct rerankspec_step){ .method = rerank_method(found) };
	what = rerank_number(step.method, &step.x);
	if (check_column(step.method, column) != 0)
		return -1;
	if (number.p != NULL && num_real(number, &step.x) != 0)
		return err_msg("--rerank: %s: '%.*s' is not a number",
		    found->name, SPAN_ARGS(number));
	if (!(step.x >= step.method->min && step.x <= step.method->max))
		return err_msg("--rerank: %s: %.*s must be from %g to %g",
		    found->name, SPAN_ARGS(what), step.method->min,
		    step.method->max);
	if (column.p != NULL)
		step.column = mem_text(column.p, column.n);
	s->step = mem_grow("--rerank", s->step, &s->cap_steps, s->n_steps + 1,
	    sizeof *s->step);
	s->step[s->n_steps++] = step;
	return 0;
}

int
rerankspec_add_quota(struct rerankspec *s, const char *text)
{
	struct span number = span_of(text);
	const struct span column = span_cut(&number, '=');
	struct rerankspec_quota quota;

	if (column.n == 0 || number.p == NULL ||
	    num_size(number, &quota.max) != 0 || quota.max == 0)
		return err_msg("--per: '%s' is not COLUMN=N, a column and a "
		    "number from 1", text);
	quota.column = mem_text(column.p, column.n);
	s->quota = mem_grow("--per", s->quota, &s->cap_quotas,
	    s->n_quotas + 1, sizeof *s->quota);
	s->quota[s->n_quotas++] = quota;
	return 0;
}

void
rerankspec_release(struct rerankspec *s)
{
	for (size_t i = 0; i < s->n_steps; i++)
		free(s->step[i].column);
	for (size_t i = 0; i < s->n_quotas; i++)
		free(s->quota[i].column);
	free(s->step);
	free(s->quota);
	*s = (struct rerankspec){ .n_steps = 0 };
}

/* --- all of it ------------------------------------------------------------ */

int
rerankspec_is_used(const struct rerankspec *s)
{
	return s->n_steps > 0 || s->n_quotas > 0;
}

/* Of the bits of enum rerank_needs, any. */
static int
needs(const struct rerankspec *s, int what)
{
	size_t i = 0;

	while (i < s->n_steps && !(s->step[i].method->needs & what))
		i++;
	return i < s->n_steps;
}

int
rerankspec_needs_history(const struct rerankspec *s)
{
	return needs(s, RERANK_HISTORY | RERANK_POPULARITY);
}

int
rerankspec_needs_popularity(const struct rerankspec *s)
{
	return needs(s, RERANK_POPULARITY);
}

int
rerankspec_needs_vectors(const struct rerankspec *s)
{
	size_t i = 0;

	while (i < s->n_steps && (s->step[i].column != NULL ||
	    !(s->step[i].method->needs & RERANK_LIKENESS)))
		i++;
	return i < s->n_steps;
}

size_t
rerankspec_columns(const struct rerankspec *s, const char **name)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_steps; i++)
		if (s->step[i].column != NULL)
			name[n++] = s->step[i].column;
	for (size_t i = 0; i < s->n_quotas; i++)
		name[n++] = s->quota[i].column;
	return n;
}

int
rerankspec_needs_table(const struct rerankspec *s)
{
	size_t i = 0;

	while (i < s->n_steps && s->step[i].column == NULL)
		i++;
	return i < s->n_steps || s->n_quotas > 0;
}

int
rerankspec_check(const struct rerankspec *s, size_t k, int has_history,
    int has_table)
{
	if (s->pool != OPT_UNSET && !rerankspec_is_used(s))
		return err_msg("--pool is for --rerank and --per");
	if (s->pool != OPT_UNSET && s->pool < k)
		return err_msg("--pool must be at least --top, %zu", k);
	if (s->vectors != NULL && !rerankspec_needs_vectors(s))
		return err_msg("--vectors is for --rerank mmr and dpp without "
		    "a column");
	if (rerankspec_needs_table(s) && !has_table)
		return err_msg("columns in --rerank and --per are those of an "
		    "--item-table");
	if (rerankspec_needs_history(s) && !has_history)
		return err_msg("--rerank calibrate and discount need "
		    "interactions (-i)");
	return 0;
}

size_t
rerankspec_pool(const struct rerankspec *s, size_t k)
{
	if (s->pool != OPT_UNSET)
		return s->pool;
	if (k > SIZE_MAX / POOL_LISTS)
		return SIZE_MAX;
	return POOL_LISTS * k > POOL_LEAST ? POOL_LISTS * k : POOL_LEAST;
}
