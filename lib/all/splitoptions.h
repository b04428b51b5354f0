#ifndef SRS_SPLITOPTIONS_H
#define SRS_SPLITOPTIONS_H

/* splitoptions.h -- the options of srs-split, the only place where they are
 * described. */

#include "all/splitrun.h"
#include "cli/cli.h"

/*
 * Reads the command line, as cli_begin() does, into *run; ends the program
 * with status 2 when the options contradict each other.
 */
void splitoptions_begin(struct cli *, const struct cli_tool *,
    struct splitrun *run, int argc, char **argv);

#endif
