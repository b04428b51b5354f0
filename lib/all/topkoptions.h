#ifndef SRS_TOPKOPTIONS_H
#define SRS_TOPKOPTIONS_H

/* topkoptions.h -- the options of srs-topk, the only place where they are
 * described. */

#include "all/serve.h"
#include "cli/cli.h"

/*
 * Reads the command line, as cli_begin() does, into *in; ends the program with
 * status 2 when the options contradict each other.
 */
void topkoptions_begin(struct cli *, const struct cli_tool *,
    struct serve_input *in, int argc, char **argv);

/* Frees what that allocated. */
void topkoptions_release(struct serve_input *);

#endif
