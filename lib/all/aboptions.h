#ifndef SRS_ABOPTIONS_H
#define SRS_ABOPTIONS_H

/* aboptions.h -- the options of srs-ab, the only place where they are
 * described. */

#include "all/abtest.h"
#include "cli/cli.h"

enum abwork { ABWORK_TEST, ABWORK_PLAN, ABWORK_INTERLEAVING };

struct aboptions {
	enum abwork work;
	struct abtest test;
	struct abplan plan;
	enum report_form form;
};

/*
 * Reads the command line, as cli_begin() does, into *out; ends the program with
 * status 2 when the options contradict each other.
 */
void aboptions_begin(struct cli *, const struct cli_tool *,
    struct aboptions *out, int argc, char **argv);
void aboptions_release(struct aboptions *);

#endif
