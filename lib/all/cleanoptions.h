#ifndef SRS_CLEANOPTIONS_H
#define SRS_CLEANOPTIONS_H

/* cleanoptions.h -- the options of srs-clean, the only place where they are
 * described. */

#include "all/cleanplan.h"
#include "cli/cli.h"

/* Reads the command line, as cli_begin() does; *want has the defaults, and
 * must stay where it is. */
void cleanoptions_begin(struct cli *, const struct cli_tool *,
    struct cleanwant *want, int argc, char **argv);

#endif
