#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "io/chart.h"
#include "io/out.h"

struct curve {
	char *name;		/* owned */
	double *point;		/* (n, 2) owned */
	size_t n, cap;
};

struct chart {
	char *x, *y;		/* owned */
	unsigned flags;
	struct curve *curve;	/* (n of cap) */
	size_t n, cap;
};

struct chart *
chart_new(const char *x, const char *y, unsigned flags)
{
	struct chart *c = mem_array("a chart", 1, sizeof *c);

	c->x = mem_text(x, strlen(x));
	c->y = mem_text(y, strlen(y));
	c->flags = flags;
	return c;
}

void
chart_free(struct chart *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->n; i++) {
		free(c->curve[i].name);
		free(c->curve[i].point);
	}
	free(c->curve);
	free(c->x);
	free(c->y);
	free(c);
}

void
chart_curve(struct chart *c, const char *name)
{
	c->curve = mem_grow("curves", c->curve, &c->cap, c->n + 1,
	    sizeof *c->curve);
	c->curve[c->n++] = (struct curve){
	    .name = mem_text(name, strlen(name)) };
}

void
chart_point(struct chart *c, double x, double y)
{
	struct curve *v = &c->curve[c->n - 1];

	if (!isfinite(x) || !isfinite(y))
		return;
	v->point = mem_grow("points", v->point, &v->cap, 2 * v->n + 2,
	    sizeof *v->point);
	v->point[2 * v->n] = x;
	v->point[2 * v->n++ + 1] = y;
}

/* --- the script ----------------------------------------------------------- */

/* A text as gnuplot quotes it; what would end a line is a blank. */
static void
add_quoted(struct buf *b, const char *text)
{
	buf_char(b, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			buf_char(b, '\\');
		buf_char(b, (unsigned char)*text < ' ' ? ' ' : *text);
	}
	buf_char(b, '"');
}

static void
add_label(struct buf *b, const char *which, const char *text)
{
	buf_format(b, "set %slabel ", which);
	add_quoted(b, text);
	buf_format(b, " noenhanced%s\n", *which == 'x' ? " offset 0,0.6" : "");
}

static void
add_settings(struct buf *b, const struct chart *c)
{
	enum { WIDTH = 760, HEIGHT = 480, LINE = 20 };

	/* Names of files are long: they stand below, one a line. */
	buf_format(b, "set encoding utf8\n"
	    "set terminal svg size %d,%zu font 'sans-serif,14' "
	    "background '#ffffff'\n", WIDTH, HEIGHT + LINE * c->n);
	buf_text(b, "set border 3 lw 1 lc rgb '#666666'\n"
	    "set tics nomirror\n"
	    "set grid lw 1 lc rgb '#e0e0e0'\n"
	    "set key bmargin left Left reverse vertical maxcols 1 noenhanced\n"
	    "set style data lines\n");
	add_label(b, "x", c->x);
	add_label(b, "y", c->y);
	if (c->flags & CHART_SQUARE)
		buf_text(b, "set xrange [0:1]\nset yrange [0:1]\n");
	if (c->flags & CHART_LOG_X)
		buf_text(b, "set logscale x\n"
		    "set xtics (1, 2, 5, 10, 20, 50, 100)\n");
	if (c->flags & CHART_FROM_0)
		buf_text(b, "set yrange [0:*]\n");
}

/* Colours that the colour-blind tell apart (Okabe & Ito 2008). */
static const char *const colours[] = { "#0072b2", "#d55e00", "#009e73",
    "#cc79a7", "#56b4e9", "#e69f00", "#000000" };
enum { COLOURS = sizeof colours / sizeof colours[0] };

static void
add_curves(struct buf *b, const struct chart *c)
{
	const char *join = "plot ";

	for (size_t i = 0; i < c->n; i++) {
		buf_format(b, "$curve%zu << END\n", i);
		for (size_t j = 0; j < c->curve[i].n; j++) {
			buf_double(b, c->curve[i].point[2 * j]);
			buf_char(b, ' ');
			buf_double(b, c->curve[i].point[2 * j + 1]);
			buf_char(b, '\n');
		}
		buf_text(b, "END\n");
	}
	if (c->flags & CHART_DIAGONAL) {
		buf_text(b, "plot x notitle lw 1 dt 2 lc rgb '#999999'");
		join = ", ";
	}
	for (size_t i = 0; i < c->n; i++) {
		if (c->curve[i].n == 0)
			continue;
		buf_format(b, "%s$curve%zu using 1:2 with %s lw 2 dt %zu "
		    "%s lc rgb '%s' title ", join, i,
		    c->flags & CHART_MARKS ? "linespoints" : "lines",
		    i / COLOURS + 1, c->flags & CHART_MARKS ? "pt 7 ps 0.5" :
		    "", colours[i % COLOURS]);
		add_quoted(b, c->curve[i].name);
		join = ", ";
	}
	buf_char(b, '\n');
}

/* --- running it ----------------------------------------------------------- */

extern char **environ;

/* Starts gnuplot, which reads from `in` and writes to `out`. */
static int
start(int in, int out, int unused, pid_t *child)
{
	char name[] = "gnuplot", plain[] = "-d";
	char *argv[] = { name, plain, NULL };
	posix_spawn_file_actions_t files;
	int failed;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, in, 0);
	posix_spawn_file_actions_adddup2(&files, out, 1);
	posix_spawn_file_actions_addclose(&files, unused);
	posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
	failed = posix_spawnp(child, name, &files, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	if (failed == ENOENT)
		return err_msg("gnuplot is not there: pictures need the "
		    "package gnuplot-nox");
	if (failed != 0) {
		errno = failed;
		return err_errno("cannot run gnuplot");
	}
	return 0;
}

/* All that comes out of fd, into *b. */
static int
read_all(int fd, struct buf *b)
{
	enum { BYTES = 1 << 16 };
	ssize_t got;

	do {
		got = read(fd, buf_room(b, BYTES), BYTES);
		if (got > 0)
			b->n += (size_t)got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	return got == 0 ? 0 : err_errno("cannot read from gnuplot");
}

static int
run(FILE *script, struct buf *picture)
{
	int ends[2], status = -1, how;
	pid_t child;

	if (pipe(ends) != 0)
		return err_errno("cannot make a pipe");
	if (start(fileno(script), ends[1], ends[0], &child) != 0) {
		close(ends[0]);
		close(ends[1]);
		return -1;
	}
	close(ends[1]);
	status = read_all(ends[0], picture);
	close(ends[0]);
	while (waitpid(child, &how, 0) < 0 && errno == EINTR)
		continue;
	if (status == 0 && (!WIFEXITED(how) || WEXITSTATUS(how) != 0 ||
	    picture->n == 0))
		status = err_msg("gnuplot failed");
	return status;
}

/* The script is a file, so that nobody waits for the other's pipe. */
static int
draw(const struct buf *text, struct buf *picture)
{
	FILE *script = tmpfile();
	int status;

	if (script == NULL)
		return err_errno("cannot make a temporary file");
	if (fwrite(text->p, 1, text->n, script) != text->n ||
	    fflush(script) != 0 || lseek(fileno(script), 0, SEEK_SET) != 0)
		status = err_errno("cannot write a temporary file");
	else
		status = run(script, picture);
	fclose(script);
	return status;
}

int
chart_draw(const struct chart *c, const char *path)
{
	struct buf text = BUF_EMPTY, picture = BUF_EMPTY;
	struct out *out = NULL;
	size_t n = 0;
	int status = -1;

	for (size_t i = 0; i < c->n; i++)
		n += c->curve[i].n;
	if (n == 0)
		return err_msg("%s: there is nothing to draw", path);
	add_settings(&text, c);
	add_curves(&text, c);
	if (draw(&text, &picture) == 0 &&
	    (out = out_open(path, 0)) != NULL) {
		out_write(out, picture.p, picture.n);
		status = out_commit(out);
	}
	out_free(out);
	buf_release(&text);
	buf_release(&picture);
	return status;
}
