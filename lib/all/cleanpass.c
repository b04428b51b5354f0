#include "all/cleanpass.h"
#include "prep/cleancore.h"

static int
wants_merge(const struct cleanplan *p)
{
	return p->how != CLEANMERGE_KEEP;
}

static int
merge(struct cleanstore *s, const struct cleanplan *p, struct cleancount *c)
{
	return cleanmerge(s, p->how, &c->what[CLEAN_DUPLICATE]);
}

static int
wants_core(const struct cleanplan *p)
{
	return p->want->min_user > 1 || p->want->min_item > 1;
}

static int
core(struct cleanstore *s, const struct cleanplan *p, struct cleancount *c)
{
	return cleancore(s, p->want->min_user, p->want->min_item,
	    &c->what[CLEAN_CORE]);
}

/* The order is part of what the tool promises: see the header. */
static const struct cleanpass passes[] = {
	{ "duplicates", wants_merge, merge },
	{ "k-core", wants_core, core }
};

const struct cleanpass *
cleanpass_at(size_t i)
{
	return i < sizeof passes / sizeof *passes ? &passes[i] : NULL;
}

int
cleanpass_any(const struct cleanplan *p)
{
	const struct cleanpass *pass;

	for (size_t i = 0; (pass = cleanpass_at(i)) != NULL; i++)
		if (pass->wanted(p))
			return 1;
	return 0;
}

int
cleanpass_run(struct cleanstore *s, const struct cleanplan *p,
    struct cleancount *c)
{
	const struct cleanpass *pass;

	for (size_t i = 0; (pass = cleanpass_at(i)) != NULL; i++)
		if (pass->wanted(p) && pass->run(s, p, c) != 0)
			return -1;
	return 0;
}
