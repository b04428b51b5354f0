#include <stdlib.h>

#include "base/mem.h"
#include "base/par.h"
#include "fuse/scalefit.h"

struct job {
	struct fusion *fusion;
	const struct fuselists *lists;
	const struct scored *truth;	/* NULL: of scores alone */
	double relevant;
	size_t *n;			/* (systems) values looked at */
};

static int
by_value(const void *va, const void *vb)
{
	const double a = *(const double *)va, b = *(const double *)vb;

	return (a > b) - (a < b);
}

/* Is an item among the judged ones (n, by number) relevant? */
static unsigned char
is_hit(const struct scored_item *judged, size_t n, uint32_t item, double least)
{
	size_t low = 0;

	while (low < n) {
		const size_t mid = low + (n - low) / 2;

		if (judged[mid].item == item)
			return judged[mid].value >= least;
		if (judged[mid].item < item)
			low = mid + 1;
		else
			n = mid;
	}
	return 0;
}

/* value (as many as the list has), hit <- those of system s; returns how many
 * there are. */
static size_t
collect(const struct job *j, size_t s, double *value, unsigned char *hit)
{
	const struct scored *lists = j->lists->list[s];
	size_t count = 0, n, m = 0;

	for (uint32_t u = 0; u < scored_users(lists); u++) {
		const struct scored_item *x = scored_of(lists, u, &n);
		const struct scored_item *judged = j->truth == NULL ? NULL :
		    scored_of(j->truth, u, &m);

		for (size_t i = 0; i < n && (j->truth == NULL || m > 0);
		    i++) {
			value[count] = x[i].value;
			hit[count++] = is_hit(judged, m, x[i].item,
			    j->relevant);
		}
	}
	return count;
}

static void
piece(void *arg, size_t s, size_t worker)
{
	const struct job *j = arg;
	const size_t n = (size_t)scored_count(j->lists->list[s]);
	double *value = mem_array("scores", n, sizeof *value);
	unsigned char *hit = mem_array("scores", n, 1);
	struct scale_map *map = &j->fusion->map[s];

	(void)worker;
	scale_map_release(map);
	j->n[s] = collect(j, s, value, hit);
	if (j->n[s] > 0 && j->truth != NULL) {
		j->fusion->scale->learn(map, value, hit, j->n[s]);
	} else if (j->n[s] > 0) {
		qsort(value, j->n[s], sizeof *value, by_value);
		j->fusion->scale->map(map, value, j->n[s]);
	}
	free(value);
	free(hit);
}

int
scalefit(struct fusion *f, const struct fuselists *l,
    const struct scored *truth, double relevant)
{
	struct job j = { .fusion = f, .lists = l, .relevant = relevant };
	int status = 0;

	if (f->scale->map == NULL && f->scale->learn == NULL)
		return err_msg("--over all: scale '%s' is one of each list",
		    f->scale->what.name);
	if (f->scale->learn != NULL) {
		if (truth == NULL)
			return err_msg("scale '%s' is learned: it needs --fit",
			    f->scale->what.name);
		j.truth = truth;
	}
	if (f->map == NULL)
		f->map = mem_array("scales", f->n, sizeof *f->map);
	j.n = mem_array("scales", f->n, sizeof *j.n);
	par_for(f->n, piece, &j);
	for (size_t s = 0; s < f->n && status == 0; s++)
		if (j.n[s] == 0)
			status = err_msg("no user has both truth and a list "
			    "of %s: no scale can be learned", f->name[s]);
	free(j.n);
	return status;
}
