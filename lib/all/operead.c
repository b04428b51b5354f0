/* Logs of policies, and policies. */

#include <math.h>
#include <stdlib.h>

#include "all/ope.h"
#include "base/buf.h"
#include "base/mem.h"
#include "io/ids.h"
#include "io/rows.h"

enum { CELLS_MAX = 100 * 1000 * 1000 };

/* Columns of a table: context, action, and three numbers (-1: none). */
struct columns {
	int *context, action;
	int number[3];
};

static struct rows *
open_table(const struct ope *how, const char *path, struct columns *c,
    const char *const number[3])
{
	struct rows *rows = rows_open(path, &(struct rows_format){
	    .kind = ROWS_GUESS, .tick = how->tick });

	if (rows == NULL)
		return NULL;
	for (size_t i = 0; i < how->n_context; i++)
		if ((c->context[i] = rows_column(rows, how->context[i])) < 0)
			goto failed;
	if ((c->action = rows_column(rows, how->action)) < 0)
		goto failed;
	for (size_t i = 0; i < 3; i++) {
		c->number[i] = number[i] != NULL ?
		    rows_column(rows, number[i]) : -1;
		if (number[i] != NULL && c->number[i] < 0)
			goto failed;
	}
	return rows;
failed:
	rows_close(rows);
	return NULL;
}

/* The row's context and action, numbered; x <- its numbers. */
static int
take_row(const struct rows *rows, const struct ope *how,
    const struct columns *c, struct opelog *l, uint32_t *context,
    uint32_t *action, double x[3])
{
	struct buf name = BUF_EMPTY;
	struct span id;

	for (size_t i = 0; i < how->n_context; i++) {
		if (i > 0)
			buf_char(&name, '\t');
		buf_span(&name, rows_text(rows, c->context[i]));
	}
	*context = idmap_add(l->contexts, (struct span){ name.p, name.n });
	buf_release(&name);
	if (ids_text(rows, c->action, &id) != 0)
		return -1;
	*action = idmap_add(l->actions, id);
	for (size_t i = 0; i < 3; i++)
		if (c->number[i] >= 0 &&
		    rows_real(rows, c->number[i], &x[i]) != 0)
			return -1;
	return 0;
}

static int
check_chance(const struct rows *rows, int column, double x, int may_be_0)
{
	if (x <= 1 && (may_be_0 ? x >= 0 : x > 0))
		return 0;
	return rows_error(rows, column, "'%g' is no probability%s", x,
	    may_be_0 ? "" : " of what was shown");
}

static int
read_log(const struct ope *how, struct columns *c, struct opelog *l)
{
	const char *const number[3] = { how->reward, how->propensity,
	    how->target };
	struct rows *rows = open_table(how, how->log, c, number);
	size_t cap[5] = { 0 }, n = 0;
	int got = -1;

	while (rows != NULL && (got = rows_next(rows)) > 0) {
		double x[3] = { 0, 0, 0 };

		l->context = mem_grow("rows", l->context, &cap[0], n + 1,
		    sizeof *l->context);
		l->action = mem_grow("rows", l->action, &cap[1], n + 1,
		    sizeof *l->action);
		l->reward = mem_grow("rows", l->reward, &cap[2], n + 1,
		    sizeof *l->reward);
		l->propensity = mem_grow("rows", l->propensity, &cap[3],
		    n + 1, sizeof *l->propensity);
		l->target = mem_grow("rows", l->target, &cap[4], n + 1,
		    sizeof *l->target);
		got = -1;
		if (take_row(rows, how, c, l, &l->context[n], &l->action[n],
		    x) != 0 || check_chance(rows, c->number[1], x[1], 0) != 0
		    || check_chance(rows, c->number[2], x[2], 1) != 0)
			break;
		l->reward[n] = x[0];
		l->propensity[n] = x[1];
		l->target[n++] = x[2];
	}
	rows_close(rows);
	l->rows.n = n;
	return got != 0 ? -1 : n == 0 ? err_msg("%s: no rows", how->log) : 0;
}

/* --- the other policy ----------------------------------------------------- */

struct chance {
	uint32_t context, action;
	double x;
};

/* The rows of a policy, or of its log: each counts 1. */
static int
read_chances(const struct ope *how, const char *path, struct columns *c,
    struct opelog *l, struct chance **out, size_t *n)
{
	const int is_log = how->policy == NULL;
	const char *const number[3] = { is_log ? how->reward :
	    how->probability, NULL, NULL };
	struct rows *rows = open_table(how, path, c, number);
	size_t cap = 0, cap_own = 0;
	int got = -1;

	*n = 0;
	while (rows != NULL && (got = rows_next(rows)) > 0) {
		double x[3];

		*out = mem_grow("chances", *out, &cap, *n + 1, sizeof **out);
		got = -1;
		if (take_row(rows, how, c, l, &(*out)[*n].context,
		    &(*out)[*n].action, x) != 0)
			break;
		if (!is_log && check_chance(rows, c->number[0], x[0], 1) != 0)
			break;
		if (is_log) {
			l->own_reward = mem_grow("rewards", l->own_reward,
			    &cap_own, *n + 1, sizeof *l->own_reward);
			l->own_reward[l->n_own++] = x[0];
		}
		(*out)[(*n)++].x = is_log ? 1 : x[0];
	}
	rows_close(rows);
	return got != 0 ? -1 : *n == 0 ? err_msg("%s: no rows", path) : 0;
}

static const char *
show_context(const struct opelog *l, size_t c, struct buf *text)
{
	buf_span(text, idmap_name(l->contexts, (uint32_t)c));
	return buf_cstr(text);
}

/* Chances of a context sum to 1; of a log's rows they are made to. */
static int
settle_context(const struct ope *how, struct opelog *l, size_t c,
    int is_logged)
{
	double *p = l->policy + c * l->rows.n_actions;
	struct buf text = BUF_EMPTY;
	double sum = 0;
	int status = 0;

	for (size_t a = 0; a < l->rows.n_actions; a++)
		sum += p[a];
	if (!(sum > 0)) {
		if (is_logged)
			status = err_msg("%s: context '%s' of %s is not there",
			    how->policy != NULL ? how->policy :
			    how->policy_log, show_context(l, c, &text),
			    how->log);
	} else if (how->policy == NULL) {
		for (size_t a = 0; a < l->rows.n_actions; a++)
			p[a] /= sum;
	} else if (fabs(sum - 1) > 1e-6) {
		status = err_msg("%s: the probabilities of context '%s' sum to "
		    "%.6g, not 1", how->policy, show_context(l, c, &text),
		    sum);
	}
	buf_release(&text);
	return status;
}

static int
make_policy(const struct ope *how, struct opelog *l,
    const struct chance *chance, size_t n)
{
	const size_t n_contexts = idmap_count(l->contexts);
	const size_t n_actions = idmap_count(l->actions);
	unsigned char *is_logged;
	int status = 0;

	if (n_contexts > CELLS_MAX / n_actions)
		return err_msg("%zu contexts of %zu actions are too many",
		    n_contexts, n_actions);
	is_logged = mem_array("contexts", n_contexts, 1);
	l->policy = mem_array("a policy", n_contexts * n_actions,
	    sizeof *l->policy);
	l->rows.n_contexts = n_contexts;
	l->rows.n_actions = n_actions;
	for (size_t i = 0; i < n; i++)
		l->policy[chance[i].context * n_actions + chance[i].action] +=
		    chance[i].x;
	for (size_t i = 0; i < l->rows.n; i++)
		is_logged[l->context[i]] = 1;
	for (size_t c = 0; c < n_contexts && status == 0; c++)
		status = settle_context(how, l, c, is_logged[c]);
	for (size_t i = 0; i < l->rows.n; i++)
		l->target[i] = l->policy[l->context[i] * n_actions +
		    l->action[i]];
	free(is_logged);
	return status;
}

int
opelog_read(const struct ope *how, struct opelog *l)
{
	const char *path = how->policy != NULL ? how->policy :
	    how->policy_log;
	struct columns c = { .context = mem_array("columns", how->n_context,
	    sizeof *c.context) };
	struct chance *chance = NULL;
	size_t n;
	int status;

	*l = (struct opelog){ .contexts = idmap_new(),
	    .actions = idmap_new() };
	status = read_log(how, &c, l);
	if (status == 0 && path != NULL)
		status = read_chances(how, path, &c, l, &chance, &n);
	if (status == 0 && path != NULL)
		status = make_policy(how, l, chance, n);
	free(chance);
	free(c.context);
	if (status != 0) {
		opelog_release(l);
		return -1;
	}
	l->rows.context = l->context;
	l->rows.action = l->action;
	l->rows.reward = l->reward;
	l->rows.propensity = l->propensity;
	l->rows.target = l->target;
	l->rows.policy = l->policy;
	l->rows.clip = isnan(how->clip) ? sqrt((double)l->rows.n) : how->clip;
	return 0;
}

void
opelog_release(struct opelog *l)
{
	idmap_free(l->contexts);
	idmap_free(l->actions);
	free(l->context);
	free(l->action);
	free(l->reward);
	free(l->propensity);
	free(l->target);
	free(l->policy);
	free(l->own_reward);
	*l = (struct opelog){ .contexts = NULL };
}
