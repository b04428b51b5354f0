#ifndef SRS_COMPLETE_H
#define SRS_COMPLETE_H

/*
 * complete.h -- the completion script of one tool, made from its options:
 * option names, the words of choices, file names where files are wanted.
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
