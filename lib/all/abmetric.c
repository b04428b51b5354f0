#include <stdlib.h>

#include "all/abmetric.h"
#include "base/guess.h"
#include "base/mem.h"
#include "base/num.h"

static const struct abkind table[] = {
	{ { "conversion", "share of the users with such an event, or for "
	    "whom the column says yes", NULL },
	  ABTEST_SHARE, ABKIND_NAME, 1 },
	{ { "mean", "events of a user, or the column", NULL },
	  ABTEST_MEAN, ABKIND_NAME, 1 },
	{ { "sum", "of a user's events the sum of a column: revenue", NULL },
	  ABTEST_MEAN, ABKIND_FIELD, 0 },
	{ { "ratio", "events of one kind for one of another: clicks a view",
	    NULL }, ABTEST_RATIO, ABKIND_PAIR, 1 },
	{ { "average", "of an event's column, as of the seconds of a view",
	    NULL }, ABTEST_RATIO, ABKIND_FIELD, 0 },
	{ { "mrr", "mean of 1 / the column rank of such events", NULL },
	  ABTEST_RATIO, ABKIND_NAME, 0 },
	{ { "return", "share of the users who come back on a later day, "
	    "within so many days", NULL },
	  ABTEST_SHARE, ABKIND_DAYS, 0 },
};

const struct choice *
abkind_choice(size_t i)
{
	return i < sizeof table / sizeof table[0] ? &table[i].what : NULL;
}

static char *
copy(struct span s)
{
	return mem_text(s.p, s.n);
}

/* What stands behind the colon. */
static int
parse_about(struct span all, struct span about, struct abmetric *m)
{
	static const char *const shape[] = { "NAME", "EVENT.COLUMN", "A/B",
	    "DAYS" };
	const enum abkind_about what = m->kind->about;
	struct span rest = about, first;

	if (what == ABKIND_DAYS) {
		if (num_size(about, &m->days) == 0 && m->days > 0)
			return 0;
	} else {
		first = what == ABKIND_NAME ? about :
		    span_cut(&rest, what == ABKIND_FIELD ? '.' : '/');
		if (first.n > 0 && (what == ABKIND_NAME ||
		    (rest.p != NULL && rest.n > 0))) {
			m->first = copy(first);
			m->second = what == ABKIND_NAME ? NULL : copy(rest);
			return 0;
		}
	}
	return err_msg("'%.*s': %s is asked for as %s:%s", SPAN_ARGS(all),
	    m->kind->what.name, m->kind->what.name, shape[what]);
}

static int
parse_one(struct span text, int of_events, struct abmetric *m)
{
	struct span about = text;
	const struct span name = span_cut(&about, ':');
	const struct choice *kind = choice_find(abkind_choice, name);
	struct guess g = guess_of(name);

	if (kind == NULL) {
		guess_offer_choices(&g, abkind_choice);
		return guess_fail(&g, "'%.*s' is not a kind of metric",
		    SPAN_ARGS(name));
	}
	m->kind = (const struct abkind *)kind;
	if (!of_events && !m->kind->of_tables)
		return err_msg("'%.*s': %s is of events: give --assignment",
		    SPAN_ARGS(text), kind->name);
	m->name = copy(text);
	return parse_about(text, about.p != NULL ? about : span_of(""), m);
}

int
abmetrics_parse(const char *text, int of_events, struct abmetrics *out)
{
	struct span rest = span_of(text);
	size_t cap = 0;

	*out = (struct abmetrics){ NULL, 0 };
	while (rest.p != NULL) {
		struct abmetric *m;

		out->at = mem_grow("metrics", out->at, &cap, out->n + 1,
		    sizeof *out->at);
		m = &out->at[out->n++];
		*m = (struct abmetric){ .kind = NULL };
		if (parse_one(span_cut(&rest, ','), of_events, m) != 0) {
			abmetrics_release(out);
			return -1;
		}
	}
	return 0;
}

void
abmetrics_release(struct abmetrics *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->at[i].name);
		free(m->at[i].first);
		free(m->at[i].second);
	}
	free(m->at);
	*m = (struct abmetrics){ NULL, 0 };
}
