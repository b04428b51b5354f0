/* progress.c -- the line that tells how far a long step is. */

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "cli/cli.h"

static const double interval = 0.2;	/* seconds between lines */

struct progress {
	struct tick tick;		/* first: a tick is a progress */
	const char *step, *unit;
	double start, shown;		/* seconds */
	int is_terminal;
	int has_line;
	atomic_flag busy;		/* one thread at a time may write */
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* 12345678 as "12.3 M". */
static void
format_count(char text[32], double n)
{
	static const char *const unit[] = { "", " k", " M", " G", " T" };
	size_t i = 0;

	for (; n >= 1e4 && i + 1 < sizeof unit / sizeof *unit; i++)
		n /= 1000;
	snprintf(text, 32, n >= 100 || n == (double)(long)n ? "%.0f%s"
	    : "%.1f%s", n, unit[i]);
}

static void
show(struct progress *p, uint64_t done, uint64_t total, double seconds)
{
	const double rate = seconds > 0 ? (double)done / seconds : 0;
	char count[32], speed[32], left[64] = "", line[256];
	int n;

	format_count(count, (double)done);
	format_count(speed, rate);
	if (total > 0 && rate > 0)
		snprintf(left, sizeof left, ", %.0f %%, %.0f s left",
		    100.0 * (double)done / (double)total,
		    (double)(total > done ? total - done : 0) / rate);
	n = snprintf(line, sizeof line, "%s%s: %s: %s %s, %s/s%s%s",
	    p->is_terminal ? "\r" : "", err_program(), p->step, count, p->unit,
	    speed, left, p->is_terminal ? "\033[K" : "\n");
	if (n > 0 && fwrite(line, 1, (size_t)n, stderr) == (size_t)n)
		p->has_line = 1;
	fflush(stderr);
}

static void
at(struct tick *tick, uint64_t done, uint64_t total)
{
	struct progress *p = (struct progress *)tick;
	double t;

	if (atomic_flag_test_and_set(&p->busy))
		return;
	t = now();
	if (t - p->shown >= interval || (total > 0 && done == total)) {
		p->shown = t;
		show(p, done, total, t - p->start);
	}
	atomic_flag_clear(&p->busy);
}

/* The line of the step before stays as it was last. */
static void
step(struct tick *tick, const char *name, const char *unit)
{
	struct progress *p = (struct progress *)tick;

	if (p->has_line && p->is_terminal)
		fputc('\n', stderr);
	p->has_line = 0;
	p->step = name;
	p->unit = unit;
	p->start = p->shown = now();
}

struct tick *
cli_progress(const struct cli *cli, const char *name, const char *unit)
{
	const char *when = cli->progress ? cli->progress->name : "auto";
	const int is_terminal = isatty(STDERR_FILENO);
	struct progress *p;

	if (strcmp(when, "never") == 0 || (strcmp(when, "auto") == 0 &&
	    (cli->quiet || !is_terminal)))
		return NULL;
	p = mem_array("progress", 1, sizeof *p);
	p->tick.at = at;
	p->tick.step = step;
	p->is_terminal = is_terminal;
	step(&p->tick, name, unit);
	atomic_flag_clear(&p->busy);
	return &p->tick;
}

void
cli_progress_end(struct tick *tick)
{
	struct progress *p = (struct progress *)tick;

	if (p != NULL && p->has_line && p->is_terminal)
		fputc('\n', stderr);
	free(p);
}
