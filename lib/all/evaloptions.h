#ifndef SRS_EVALOPTIONS_H
#define SRS_EVALOPTIONS_H

/* evaloptions.h -- the options of srs-eval, the only place where they are
 * described. */

#include "all/evalgates.h"
#include "all/evaluate.h"
#include "cli/cli.h"

struct evaloptions {
	struct evaluate how;
	struct measures measures;
	struct evalgates gates;
	enum report_form form;
	const char *prometheus;		/* file to write, or NULL */
	const char *plot;		/* file to draw, or NULL */
	int histories;			/* files are histories of trainings */
};

/*
 * Reads the command line, as cli_begin() does, into *out; ends the program with
 * status 2 when the options contradict each other.
 */
void evaloptions_begin(struct cli *, const struct cli_tool *,
    struct evaloptions *out, int argc, char **argv);

/* Frees what that allocated. */
void evaloptions_release(struct evaloptions *);

#endif
