#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/par.h"
#include "cli/cli.h"
#include "cli/complete.h"

#ifndef SRS_VERSION
#define SRS_VERSION "unknown"
#endif

static const struct choice *
when_choice(size_t i)
{
	static const struct choice when[] = {
		{ "auto", "on a terminal", NULL },
		{ "always", "always", NULL },
		{ "never", "never", NULL },
	};

	return i < sizeof when / sizeof *when ? &when[i] : NULL;
}

static void
put_help(const struct cli_tool *tool, const struct opt *const tables[])
{
	printf("usage: %s [OPTION...] %s\n\n%s: %s\n\n",
	    tool->name, tool->operands, tool->name, tool->purpose);
	opt_paragraph(tool->about, stdout);
	fputs("\nOptions:\n", stdout);
	for (; *tables != NULL; tables++)
		opt_help(*tables, stdout);
}

/* --help=mdoc and the like, for `make docs`: 1 when it was one of them. */
static int
put_docs(const struct cli_tool *tool, const struct opt *const tables[],
    const char *form)
{
	if (strcmp(form, "bash") == 0) {
		complete_bash(tool->name, tables, stdout);
	} else if (strcmp(form, "zsh") == 0) {
		complete_zsh(tool->name, tables, stdout);
	} else if (strcmp(form, "fish") == 0) {
		complete_fish(tool->name, tables, stdout);
	} else if (strcmp(form, "mdoc") == 0) {
		puts(".Bl -tag -width Ds");
		for (; *tables != NULL; tables++)
			opt_mdoc(*tables, stdout);
		puts(".El");
	} else {
		return 0;
	}
	return 1;
}

void
cli_begin(struct cli *cli, const struct cli_tool *tool,
    const struct opt *options, int argc, char **argv)
{
	int help = 0, version = 0;
	const struct opt common[] = {
		OPT_FILE('o', "output", "FILE", &cli->output,
		    "write the result to FILE, whole or not at all; "
		    "otherwise to standard output"),
		OPT_FLAG('z', "gzip", &cli->gzip,
		    "compress the output; implied by a name ending in .gz"),
		OPT_SIZE('t', "threads", "N", &cli->threads, 0, 4096,
		    "threads to use, 0 for one per core; the result is the "
		    "same for any number"),
		OPT_SIZE('s', "seed", "N", &cli->seed, 0, 1e18,
		    "seed of all random numbers"),
		OPT_FLAG('q', "quiet", &cli->quiet,
		    "no summary and no progress, only errors"),
		OPT_FLAG('v', "verbose", &cli->verbose,
		    "say more on standard error"),
		OPT_CHOICE(0, "progress", "WHEN", &cli->progress, when_choice,
		    "show a line of progress on standard error"),
		OPT_STOP('h', "help", &help, "show this text"),
		OPT_STOP(0, "version", &version, "show the version"),
		OPT_END
	};
	const struct opt *const tables[] = { options, common, NULL };

	cli->tool = tool;
	cli->progress = when_choice(0);
	err_set_program(tool->name);
	if (argc == 2 && strncmp(argv[1], "--help=", 7) == 0 &&
	    put_docs(tool, tables, argv[1] + 7))
		exit(cli_end(cli, CLI_DONE));
	cli->n_files = opt_parse(tables, argv, &cli->memory);
	if (cli->n_files < 0)
		cli_usage(cli, NULL);
	if (help)
		put_help(tool, tables);
	if (version)
		printf("%s %s\n", tool->name, SRS_VERSION);
	if (help || version)
		exit(cli_end(cli, CLI_DONE));
	par_set_threads(cli->threads);
	if (cli->dry_run)
		cli->forecast = forecast_new();
	cli->files = argc > 0 ? argv + 1 : argv;
	if (cli->n_files == 0) {
		cli->dash[0] = '-';
		cli->only_dash[0] = cli->dash;
		cli->files = cli->only_dash;
		cli->n_files = 1;
	}
}

/* "PROGRAM: MESSAGE" by err_msg(), which has no va_list form. */
static void
say(const char *fmt, va_list ap)
{
	char text[2048];

	if (vsnprintf(text, sizeof text, fmt, ap) >= 0)
		err_msg("%s", text);
}

void
cli_usage(struct cli *cli, const char *fmt, ...)
{
	va_list ap;

	if (fmt != NULL) {
		va_start(ap, fmt);
		say(fmt, ap);
		va_end(ap);
	}
	fprintf(stderr, "try: %s --help\n", cli->tool->name);
	opt_release(&cli->memory);
	exit(CLI_USAGE);
}

void
cli_note(const struct cli *cli, const char *fmt, ...)
{
	va_list ap;

	if (cli->quiet)
		return;
	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void
cli_note_text(void *arg, const char *text)
{
	cli_note(arg, "%s", text);
}

void
cli_detail(const struct cli *cli, const char *fmt, ...)
{
	va_list ap;

	if (cli->quiet || !cli->verbose)
		return;
	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

/* The status of a run that may have been a dry one. */
static int
put_forecast(struct cli *cli, int status)
{
	struct buf b = BUF_EMPTY;

	if (forecast_is_stopped(cli->forecast)) {
		forecast_put(cli->forecast, &b);
		fwrite(b.p, 1, b.n, stdout);
		buf_release(&b);
		status = CLI_DONE;
	}
	forecast_free(cli->forecast);
	return status;
}

int
cli_end(struct cli *cli, int status)
{
	int failed;

	status = put_forecast(cli, status);
	failed = ferror(stdout);
	opt_release(&cli->memory);
	if (fclose(stdout) != 0 || failed) {
		err_errno("cannot write standard output");
		return CLI_FAILED;
	}
	return status;
}
