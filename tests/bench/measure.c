/*
 * measure.c -- commands side by side: rows of the table of tests/bench/data.
 *
 *	measure RUNS JOB GOAL UNIT NAME COMMAND [NAME COMMAND]...
 *
 * Runs the commands (of sh) in turn, RUNS times, and prints for each the
 * median of its seconds, how many times the goal that is, and the most memory
 * that one process of it had.  UNIT other than "s": the command prints how much
 * of that it does a second, and the goal is to do more.  The goal is "-" where
 * there is none.  A command that fails has "failed" for a figure.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"

#include "clock.h"

struct result {
	double *figure;		/* (runs) */
	size_t n;
	long memory;		/* KB */
};

static void
become(const char *command, int out)
{
	dup2(out, STDOUT_FILENO);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* The first word that the command wrote, as a number. */
static int
read_figure(int fd, double *figure)
{
	char text[256];
	const ssize_t got = read(fd, text, sizeof text);
	size_t n = 0;

	while (got > 0 && n < (size_t)got && text[n] > ' ')
		n++;
	return num_real((struct span){ text, n }, figure);
}

static void
run(const char *command, int is_rate, struct result *r)
{
	int pair[2] = { -1, open("/dev/null", O_WRONLY) }, status;
	double figure = 0, start;
	struct rusage usage;
	pid_t child;

	if (is_rate && pipe(pair) != 0)
		return;
	start = now();
	child = fork();
	if (child == 0)
		become(command, pair[1]);
	close(pair[1]);
	if (child < 0 || wait4(child, &status, 0, &usage) != child)
		return;
	figure = now() - start;
	if (is_rate && read_figure(pair[0], &figure) != 0)
		status = -1;
	if (is_rate)
		close(pair[0]);
	if (status != 0)
		return;
	r->figure[r->n++] = figure;
	if (usage.ru_maxrss > r->memory)
		r->memory = usage.ru_maxrss;
}

static int
compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
print(const char *job, const char *name, const char *goal, const char *unit,
    const struct result *r, size_t runs)
{
	const int is_rate = strcmp(unit, "s") != 0;
	double median, wanted;

	printf("%-10s %-14s", job, name);
	if (r->n < runs) {
		printf(" %8s\n", "failed");
		return;
	}
	qsort(r->figure, r->n, sizeof *r->figure, compare);
	median = r->figure[r->n / 2];
	printf(" %8.2f %-5s", median, unit);
	if (num_real(span_of(goal), &wanted) == 0)
		printf(" %6s %6.2f", goal, is_rate ? wanted / median
		    : median / wanted);
	else
		printf(" %6s %6s", "", "");
	printf(" %8.0f\n", (double)r->memory / 1024);
}

int
main(int argc, char *argv[])
{
	size_t runs, n = argc > 5 ? (size_t)(argc - 5) / 2 : 0;
	struct result *result;

	if (n == 0 || argc % 2 == 0 || num_size(span_of(argv[1]), &runs) != 0 ||
	    runs == 0)
		return err_msg("usage: measure RUNS JOB GOAL UNIT "
		    "NAME COMMAND...") + 3;
	result = mem_array("results", n, sizeof *result);
	for (size_t i = 0; i < n; i++)
		result[i].figure = mem_array("results", runs, sizeof(double));
	for (size_t k = 0; k < runs; k++)
		for (size_t i = 0; i < n; i++)
			run(argv[6 + 2 * i], strcmp(argv[4], "s") != 0,
			    &result[i]);
	for (size_t i = 0; i < n; i++) {
		print(argv[2], argv[5 + 2 * i], i == 0 ? argv[3] : "-",
		    argv[4], &result[i], runs);
		free(result[i].figure);
	}
	free(result);
	return 0;
}
