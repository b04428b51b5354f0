#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/forecast.h"
#include "base/mem.h"
#include "base/num.h"

enum { KIB = 1 << 10 };

struct forecast {
	struct buf memory, steps;	/* lines */
	double bytes;			/* of the memory */
	int is_stopped;
};

struct forecast *
forecast_new(void)
{
	return mem_array("a forecast", 1, sizeof(struct forecast));
}

void
forecast_free(struct forecast *f)
{
	if (f == NULL)
		return;
	buf_release(&f->memory);
	buf_release(&f->steps);
	free(f);
}

static void
add_bytes(struct buf *b, double bytes)
{
	char text[NUM_TEXT_MAX];

	if (bytes < KIB)
		snprintf(text, sizeof text, "%.0f", bytes);
	else
		num_say_bytes(text, bytes);
	buf_format(b, "memory  %7s  ", text);
}

static void
add_format(struct buf *b, const char *fmt, va_list ap)
{
	char text[256];		/* no name of a thing is as long */

	vsnprintf(text, sizeof text, fmt, ap);
	buf_text(b, text);
}

void
forecast_array(struct forecast *f, size_t rows, size_t cols, size_t size,
    const char *fmt, ...)
{
	const double bytes = (double)rows * (double)cols * (double)size;
	va_list ap;

	if (f == NULL)
		return;
	add_bytes(&f->memory, bytes);
	va_start(ap, fmt);
	add_format(&f->memory, fmt, ap);
	va_end(ap);
	if (cols == 1)
		buf_format(&f->memory, " (%zu)\n", rows);
	else
		buf_format(&f->memory, " (%zu, %zu)\n", rows, cols);
	f->bytes += bytes;
}

void
forecast_memory(struct forecast *f, double bytes, const char *fmt, ...)
{
	va_list ap;

	if (f == NULL)
		return;
	add_bytes(&f->memory, bytes);
	va_start(ap, fmt);
	add_format(&f->memory, fmt, ap);
	va_end(ap);
	buf_char(&f->memory, '\n');
	f->bytes += bytes;
}

void
forecast_step(struct forecast *f, const char *fmt, ...)
{
	va_list ap;

	if (f == NULL)
		return;
	buf_text(&f->steps, "step    ");
	va_start(ap, fmt);
	add_format(&f->steps, fmt, ap);
	va_end(ap);
	buf_char(&f->steps, '\n');
}

int
forecast_stop(struct forecast *f)
{
	if (f == NULL)
		return 0;
	f->is_stopped = 1;
	return -1;
}

int
forecast_is_stopped(const struct forecast *f)
{
	return f != NULL && f->is_stopped;
}

void
forecast_put(const struct forecast *f, struct buf *b)
{
	buf_add(b, f->memory.p, f->memory.n);
	add_bytes(b, f->bytes);
	buf_text(b, "in all\n");
	buf_add(b, f->steps.p, f->steps.n);
}
