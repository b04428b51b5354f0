#include <assert.h>

#include "cli/opttable.h"

void
opt_table_add(struct opt_table *t, const struct opt *group)
{
	for (; group->type != OPT_T_END; group++) {
		assert(t->n + 1 < OPT_TABLE_MAX);
		t->option[t->n++] = *group;
	}
	t->option[t->n] = *group;
}
