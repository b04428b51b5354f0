#include <stdlib.h>
#include <string.h>

#include "all/families.h"
#include "all/models.h"
#include "base/mem.h"
#include "base/num.h"
#include "model/ensemble.h"

/* *weight <- what `name` ends with, or 1; returns the path, to be freed. */
static char *
cut_weight(const char *name, double *weight)
{
	const char *colon = strrchr(name, ':');

	*weight = 1;
	if (colon == NULL || num_real(span_of(colon + 1), weight) != 0)
		return mem_text(name, strlen(name));
	return mem_text(name, (size_t)(colon - name));
}

static int
open_part(const struct models *m, size_t i, struct ensemble_part *part)
{
	char *path = cut_weight(m->name[i], &part->weight);

	if (m->n == 1 && part->weight != 1)
		err_msg("%s: a weight is for one of several models",
		    m->name[i]);
	else
		part->scorer = scorer_open(all_families, path);
	free(path);
	return part->scorer != NULL ? 0 : -1;
}

struct scorer *
models_open(const struct models *m)
{
	struct ensemble_part *part = mem_array("models", m->n, sizeof *part);
	struct scorer *s = NULL;
	size_t n = 0;

	while (n < m->n && open_part(m, n, &part[n]) == 0)
		n++;
	if (n < m->n)
		for (size_t i = 0; i < n; i++)
			scorer_free(part[i].scorer);
	else if (n > 1)
		s = ensemble_new(part, n, m->partial);
	else
		s = part[0].scorer;
	free(part);
	return s;
}

const char *
models_name(const struct models *m)
{
	return m->n == 1 ? m->name[0] : "the models";
}
