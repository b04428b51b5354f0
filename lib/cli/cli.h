#ifndef SRS_CLI_H
#define SRS_CLI_H

/*
 * cli.h -- what every srs program does first and last.
 *
 *	int
 *	main(int argc, char *argv[])
 *	{
 *		struct cli cli = CLI_DEFAULTS;
 *		size_t k = 10;
 *		const struct opt options[] = {
 *			OPT_SIZE('k', "top", "N", &k, 1, 1e6, "list length"),
 *			OPT_END
 *		};
 *
 *		cli_begin(&cli, &tool, options, argc, argv);
 *		return cli_end(&cli, run(&cli, k) == 0 ? 0 : 1);
 *	}
 *
 * Exit status: 0 done; 1 failed, after a message; 2 wrong usage; 3 a quality
 * gate said no.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/forecast.h"
#include "base/tick.h"
#include "cli/opt.h"

enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_GATE = 3 };

struct cli_tool {
	const char *name;	/* "srs-topk" */
	const char *purpose;	/* one clause, as in the man page's NAME */
	const char *operands;	/* "[FILE...]" */
	const char *about;	/* a paragraph for --help */
};

struct cli {
	const char *output;	/* -o FILE; NULL: standard output */
	int gzip;		/* -z: compress whatever the name */
	size_t threads;		/* -t; 0: one for each core */
	size_t seed;		/* -s */
	int quiet, verbose;	/* -q, -v */
	const struct choice *progress;	/* --progress WHEN; NULL: auto */
	int n_files;
	char **files;		/* (n_files) operands; "-" when none is given */
	const struct cli_tool *tool;
	char dash[2], *only_dash[2];	/* what files is without operands */
	struct opt_memory memory;	/* freed by cli_end() */
	int dry_run;			/* of tools with CLI_DRY_RUN */
	struct forecast *forecast;	/* of a dry run; else NULL */
};

#define CLI_DEFAULTS ((struct cli){ .seed = 1 })

/* For the table of a tool whose work may be long and stops by cli->forecast
 * (base/forecast.h); cli_end() then writes that, and all is well. */
#define CLI_DRY_RUN(cli) \
	OPT_FLAG(0, "dry-run", &(cli)->dry_run, "read, say what the rest " \
	    "would take (memory, shapes, steps), and write nothing")

/*
 * Reads the command line.  Answers --help and --version (and, for making man
 * pages and completions, --help=mdoc, bash, zsh and fish) and exits 0; exits
 * 2 when the command line is wrong.  Sets the number of threads.
 */
void cli_begin(struct cli *, const struct cli_tool *, const struct opt *,
    int argc, char **argv);

/* Wrong usage that no table can see: the message, a hint, exit 2. */
_Noreturn void cli_usage(struct cli *, const char *fmt, ...)
    SRS_PRINTF(2, 3);

/* A line of the summary on stderr; silent with -q. */
void cli_note(const struct cli *, const char *fmt, ...) SRS_PRINTF(2, 3);

/* The same for lib/ to call, with the struct cli as `arg`. */
void cli_note_text(void *arg, const char *text);

/* The same, only with -v. */
void cli_detail(const struct cli *, const char *fmt, ...) SRS_PRINTF(2, 3);

/*
 * A progress line on stderr for a step ("reading", "epochs"): what is done,
 * rate per second and time left, at most five times a second.  Shown when
 * stderr is a terminal and not -q, or with --progress=always.  Returns NULL
 * when nothing is to be shown (a tick may be NULL).  Other steps may follow by
 * tick_step(), each with a line of its own; cli_progress_end() ends
 * the line and frees; NULL is allowed.
 */
struct tick *cli_progress(const struct cli *, const char *name,
    const char *unit);
void cli_progress_end(struct tick *);

/*
 * Closes stdout and returns `status`, or CLI_FAILED when it could not be
 * written.  A dry run that has stopped is CLI_DONE, and what it foresees goes
 * there first.  Every main() ends with return cli_end(&cli, status).
 */
int cli_end(struct cli *, int status);

#endif
