#ifndef SRS_OPTTABLE_H
#define SRS_OPTTABLE_H

/*
 * opttable.h -- the table of options of a tool that has many, made of groups:
 * one function each, so that none is long.
 *
 *	struct opt_table table = { .n = 0 };
 *
 *	opt_table_add(&table, (const struct opt[]){
 *		OPT_FILE(0, "train", "FILE", &train, "write to FILE"),
 *		OPT_END
 *	});
 *	cli_begin(cli, tool, table.option, argc, argv);
 */

#include <stddef.h>

#include "cli/opt.h"

enum { OPT_TABLE_MAX = 100 };	/* OPT_END included */

struct opt_table {
	struct opt option[OPT_TABLE_MAX];	/* (n), then OPT_END */
	size_t n;
};

/* Adds a group, which ends with OPT_END; there must be room for it. */
void opt_table_add(struct opt_table *, const struct opt *group);

#endif
