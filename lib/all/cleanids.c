#include "all/cleanids.h"
#include "base/num.h"

/* "10%" or "0.1" */
static int
read_share(const char *text, const char *option, double *share)
{
	if (num_share(span_of(text), share) != 0)
		return err_msg("%s: '%s' is not a share, as 10%% or 0.1",
		    option, text);
	if (!(*share > 0) || *share > 1)
		return err_msg("%s: '%s' is not more than 0 and at most all",
		    option, text);
	return 0;
}

static int
read_sample(const struct cleanplan *p, const char *text, const char *option,
    const char *purpose, struct sample *out)
{
	double share;

	if (text == NULL)
		return 0;
	if (read_share(text, option, &share) != 0)
		return -1;
	*out = sample_make(share, p->want->seed, purpose);
	return 0;
}

static void
warn(const struct cleanwant *w)
{
	struct buf b = BUF_EMPTY;

	buf_format(&b, "--pseudonymize: others can read the key in %s: "
	    "chmod 600", w->pseudonymize);
	if (w->note != NULL)
		w->note(w->note_arg, buf_cstr(&b));
	buf_release(&b);
}

static int
read_key(struct cleanplan *p)
{
	const struct cleanwant *w = p->want;
	int is_open = 0;

	if (w->pseudonymize == NULL)
		return !w->pseudonymize_items ? 0
		    : err_msg("--pseudonymize-items is for --pseudonymize");
	if (w->table && w->pseudonymize_items)
		return err_msg("--pseudonymize-items is not for --table: "
		    "--pseudonymize hides the key");
	if (w->rejects != NULL)
		return err_msg("--rejects would hold the ids that "
		    "--pseudonymize hides");
	p->pseudonym = pseudonym_open(w->pseudonymize, "--pseudonymize",
	    &is_open);
	if (p->pseudonym == NULL)
		return -1;
	if (is_open)
		warn(w);
	p->rules.pseudonym = p->pseudonym;
	p->rules.hides_users = 1;
	p->rules.hides_items = w->pseudonymize_items;
	return 0;
}

int
cleanids_read(struct cleanplan *p)
{
	const struct cleanwant *w = p->want;

	if (w->table && (w->sample_users != NULL || w->sample_items != NULL))
		return err_msg("--sample-users and --sample-items are not for "
		    "--table: clean the log with them, and join");
	if (read_sample(p, w->sample_users, "--sample-users", "clean.users",
	    &p->rules.users) != 0 ||
	    read_sample(p, w->sample_items, "--sample-items", "clean.items",
	    &p->rules.items) != 0)
		return -1;
	return read_key(p);
}
