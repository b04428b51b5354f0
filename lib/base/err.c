#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"

enum { LINE_MAX_BYTES = 4096 };	/* longer messages end in "..." */

static const char *program = "srs";

/* Where this thread's messages go; NULL: to stderr. */
static _Thread_local struct buf *holder;

void
err_set_program(const char *argv0)
{
	const char *slash = argv0 ? strrchr(argv0, '/') : NULL;

	if (argv0 != NULL)
		program = slash ? slash + 1 : argv0;
}

const char *
err_program(void)
{
	return program;
}

/*
 * Adds bytes to line (LINE_MAX_BYTES) at n; returns the new length.  Control
 * characters come from files and could drive a terminal: they become \xNN.
 */
static size_t
add_shown(char *line, size_t n, const char *text)
{
	static const char hex[] = "0123456789abcdef";

	for (; *text != '\0' && n + 8 < LINE_MAX_BYTES; text++) {
		const unsigned char c = (unsigned char)*text;

		if (c >= 0x20 && c != 0x7f) {
			line[n++] = *text;
			continue;
		}
		line[n++] = '\\';
		line[n++] = 'x';
		line[n++] = hex[c >> 4];
		line[n++] = hex[c & 15];
	}
	if (*text != '\0') {
		memcpy(line + n, "...", 3);
		n += 3;
	}
	return n;
}

static void
write_line(const char *line, size_t n)
{
	if (holder != NULL) {
		buf_add(holder, line, n);
		return;
	}
	while (n > 0) {
		const ssize_t done = write(STDERR_FILENO, line, n);

		if (done < 0 && errno != EINTR)
			return;		/* nowhere left to complain */
		line += done > 0 ? done : 0;
		n -= done > 0 ? (size_t)done : 0;
	}
}

struct buf *
err_hold(struct buf *held)
{
	struct buf *before = holder;

	holder = held;
	return before;
}

void
err_say(struct buf *held)
{
	write_line(held->p, held->n);
	held->n = 0;
}

/* Writes "PROGRAM: WHERE MESSAGE: REASON\n"; where and reason may be NULL. */
static void
say(const char *where, const char *reason, const char *fmt, va_list ap)
{
	char text[LINE_MAX_BYTES], line[LINE_MAX_BYTES];
	size_t n = 0;

	if (vsnprintf(text, sizeof text, fmt, ap) < 0)
		text[0] = '\0';
	n = add_shown(line, n, program);
	n = add_shown(line, n, ": ");
	if (where != NULL)
		n = add_shown(line, n, where);
	n = add_shown(line, n, text);
	if (reason != NULL) {
		n = add_shown(line, n, ": ");
		n = add_shown(line, n, reason);
	}
	line[n++] = '\n';
	write_line(line, n);
}

int
err_msg(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(NULL, NULL, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_errno(const char *fmt, ...)
{
	const char *reason = strerror(errno);
	va_list ap;

	va_start(ap, fmt);
	say(NULL, reason, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_at(const char *path, size_t line, const char *fmt, ...)
{
	char where[LINE_MAX_BYTES];
	va_list ap;

	snprintf(where, sizeof where, "%s:%zu: ", path, line);
	va_start(ap, fmt);
	say(where, NULL, fmt, ap);
	va_end(ap);
	return -1;
}
