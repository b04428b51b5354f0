#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "fuse/cascade.h"
#include "fuse/fusefill.h"

static int
parse_stage(struct span word, const struct fusion *f, struct fusestage *out)
{
	struct span count = word;
	const struct span name = span_cut(&count, ':');

	if (count.p == NULL)
		return err_msg("--cascade: '%.*s' is not NAME:COUNT",
		    SPAN_ARGS(word));
	out->system = fusion_find(f, name);
	if (out->system == f->n && !span_is(name, "fused"))
		return fusion_unknown(f, "--cascade", name);
	if (out->system == f->n)
		out->system = SIZE_MAX;
	if (num_size(count, &out->keep) != 0 || out->keep == 0)
		return err_msg("--cascade: '%.*s' is not a number > 0",
		    SPAN_ARGS(count));
	return 0;
}

struct fusestage *
cascade_parse(const char *text, const struct fusion *f, size_t *n)
{
	struct span rest = span_of(text);
	struct fusestage *stage = NULL;
	size_t cap = 0;

	for (*n = 0; rest.p != NULL; ++*n) {
		stage = mem_grow("stages", stage, &cap, *n + 1,
		    sizeof *stage);
		if (parse_stage(span_cut(&rest, ','), f, &stage[*n]) != 0)
			break;
		if (*n > 0 && stage[*n].keep > stage[*n - 1].keep) {
			err_msg("--cascade: %zu cannot stay of %zu",
			    stage[*n].keep, stage[*n - 1].keep);
			break;
		}
		if (rest.p == NULL) {
			++*n;
			return stage;
		}
	}
	free(stage);
	return NULL;
}

/* u->scores <- those of one stage. */
static void
score(struct fuseunion *u, const struct fusion *f,
    const struct fusestage *stage)
{
	const size_t S = u->n_systems;

	if (stage->system == SIZE_MAX) {
		if (f->fill != NULL)
			fusefill_all(f->fill, u);
		fuseunion_sort(u);
		fuseunion_scale(u, f);
		f->method->combine(f, u, u->scores);
		return;
	}
	if (f->fill != NULL)
		fusefill_one(f->fill, u, stage->system);
	/* Below what it lists is what it does not. */
	for (size_t i = 0; i < u->n; i++)
		u->scores[i] = -HUGE_VALF;
	for (size_t i = u->start[stage->system];
	    i < u->start[stage->system + 1] && stage->system < S; i++)
		u->scores[u->entry[i].item] = (float)u->entry[i].value;
}

/* Only the best `keep`, and of those only what has a score. */
static void
cut(struct fuseunion *u, size_t keep)
{
	unsigned char *stays = mem_array("a stage", u->n, 1);
	struct topk_item *best;
	const size_t m = keep < u->n ? keep : u->n;
	size_t n;

	best = mem_array("a stage", m, sizeof *best);
	n = fuseunion_best(u, u->scores, m, best);
	for (size_t i = 0; i < n; i++)
		stays[best[i].item] = 1;
	for (size_t i = 0, j = 0; i < u->n; i++)
		if (stays[i])
			u->scores[j++] = u->scores[i];
	fuseunion_keep(u, stays);
	free(best);
	free(stays);
}

void
cascade_run(struct fuseunion *u, const struct fusion *f)
{
	for (size_t i = 0; i < f->n_stages && u->n > 0; i++) {
		score(u, f, &f->stage[i]);
		cut(u, f->stage[i].keep);
	}
}
