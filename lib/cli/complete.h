#ifndef SRS_COMPLETE_H
#define SRS_COMPLETE_H

/*
 * complete.h -- the completion script of one tool, made from its options:
 * option names, the words of choices, file names where files are wanted, and
 * where the argument is called COLUMN the columns of the tables that the
 * command line names, which srs-info tells.  An argument with a comma in its
 * name is a list: what follows the last comma is completed.
 */

#include <stdio.h>

#include "cli/opt.h"

void complete_bash(const char *tool, const struct opt *const tables[],
    FILE *out);
void complete_zsh(const char *tool, const struct opt *const tables[],
    FILE *out);
void complete_fish(const char *tool, const struct opt *const tables[],
    FILE *out);

#endif
