#ifndef SRS_FUSEOPTIONS_H
#define SRS_FUSEOPTIONS_H

/* fuseoptions.h -- the options of srs-fuse, the only place where they are
 * described. */

#include "all/combine.h"
#include "cli/cli.h"

/* Reads the command line, as cli_begin() does, into *how, whose texts live as
 * long as *cli; ends the program with status 2 when the options contradict
 * each other. */
void fuseoptions_begin(struct cli *cli, const struct cli_tool *,
    struct combine *how, int argc, char **argv);

#endif
