#include <stdlib.h>

#include "base/mem.h"
#include "data/features.h"

struct features *
features_new(void)
{
	struct features *f = mem_array("feature table", 1, sizeof *f);

	f->names = idmap_new();
	return f;
}

void
features_free(struct features *f)
{
	if (f == NULL)
		return;
	idmap_free(f->names);
	mat_release(&f->x);
	free(f->label);
	idmap_free(f->classes);
	free(f);
}
