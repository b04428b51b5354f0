#ifndef SRS_KNNOPTIONS_H
#define SRS_KNNOPTIONS_H

/* knnoptions.h -- the options of srs-knn-train, the only place where they are
 * described. */

#include "cli/cli.h"
#include "knn/knn.h"

/* Reads the command line, as cli_begin() does; *method and *options have the
 * defaults.  What does not go together is wrong usage. */
void knnoptions_begin(struct cli *, const struct cli_tool *,
    const struct choice **method, struct knn_options *options, int argc,
    char **argv);

#endif
