/*
 * numbers.c -- num_real() against strtod() on N random texts (10^7 unless
 * said), and num_put_double() on what comes out; with the time of each.  Ends
 * with status 1 at the first difference.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/num.h"
#include "base/rng.h"

enum { BATCH = 100000, TEXT = 48 };

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* 1 to 19 digits, a point among them or not, an exponent at times. */
static size_t
make_text(struct rng *r, char *text)
{
	const uint32_t digits = 1 + rng_below(r, 19);
	const uint32_t point = rng_below(r, 2 * digits);
	size_t n = 0;

	for (uint32_t d = 0; d < digits; d++) {
		if (d == point)
			text[n++] = '.';
		text[n++] = (char)('0' + (int)rng_below(r, 10));
	}
	if (rng_below(r, 4) == 0)
		n += (size_t)snprintf(text + n, 8, "e%d",
		    (int)rng_below(r, 70) - 40);
	text[n] = '\0';
	return n;
}

struct times {
	double read, strtod, put;
};

static int
check_batch(struct rng *r, struct times *t)
{
	static char text[BATCH][TEXT];
	static size_t length[BATCH];
	static double have[BATCH], want[BATCH];
	char back[NUM_TEXT_MAX + 1];
	double start;

	for (size_t i = 0; i < BATCH; i++)
		length[i] = make_text(r, text[i]);
	start = now();
	for (size_t i = 0; i < BATCH; i++)
		if (num_real((struct span){ text[i], length[i] }, &have[i]) !=
		    0)
			return err_msg("'%s' is refused", text[i]);
	t->read += now() - start;
	start = now();
	for (size_t i = 0; i < BATCH; i++)
		want[i] = strtod(text[i], NULL);
	t->strtod += now() - start;
	for (size_t i = 0; i < BATCH; i++)
		if (memcmp(&have[i], &want[i], sizeof have[i]) != 0)
			return err_msg("'%s' is read as %.17g, not %.17g",
			    text[i], have[i], want[i]);
	start = now();
	for (size_t i = 0; i < BATCH; i++)
		length[i] = num_put_double(text[i], have[i]);
	t->put += now() - start;
	for (size_t i = 0; i < BATCH; i++) {
		memcpy(back, text[i], length[i]);
		back[length[i]] = '\0';
		if (strtod(back, NULL) != have[i])
			return err_msg("%.17g is written as %s", have[i],
			    back);
	}
	return 0;
}

int
main(int argc, char *argv[])
{
	struct times t = { 0, 0, 0 };
	size_t n = 10000000;
	struct rng r;

	if (argc > 1 && num_size(span_of(argv[1]), &n) != 0)
		return err_msg("usage: numbers [N]") + 3;
	rng_init(&r, 1, rng_stream("bench.numbers", 0));
	for (size_t i = 0; i < n; i += BATCH)
		if (check_batch(&r, &t) != 0)
			return 1;
	printf("%zu numbers as strtod() reads them; ns each: num_real %.1f, "
	    "strtod %.1f, num_put_double %.1f\n", n,
	    t.read * 1e9 / (double)n, t.strtod * 1e9 / (double)n,
	    t.put * 1e9 / (double)n);
	return 0;
}
