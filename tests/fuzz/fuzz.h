#ifndef SRS_FUZZ_H
#define SRS_FUZZ_H

/*
 * fuzz.h -- what the targets of libFuzzer share.
 *
 * A target is a file with one function, LLVMFuzzerTestOneInput().  It reads
 * the bytes it is given as a file of its kind, which may be refused but must
 * not do any harm (the sanitizers see to that), and MUST() hold what is true
 * of every input: that a file is read the same in whatever portions it comes,
 * that two libraries agree.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define MUST(condition) \
	((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition))

static inline void
fuzz_fail(const char *file, int line, const char *condition)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
	abort();
}

/* The first bytes of an input are choices: 0 .. n - 1, 0 when there are no
 * more. */
struct fuzz {
	const uint8_t *p;
	size_t n;
};

static inline size_t
fuzz_choose(struct fuzz *f, size_t n)
{
	if (f->n == 0)
		return 0;
	f->n--;
	return *f->p++ % n;
}

static inline int
fuzz_same(const struct buf *a, const struct buf *b)
{
	return span_equal((struct span){ a->p, a->n },
	    (struct span){ b->p, b->n });
}

enum { FUZZ_PATH = 32 };

/* A file with these bytes: its descriptor, to be closed, and its path. */
static inline int
fuzz_file(const struct fuzz *f, char path[FUZZ_PATH])
{
	const int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, f->p, f->n) != (ssize_t)f->n)
		fuzz_fail(__FILE__, __LINE__, "a file in memory");
	snprintf(path, FUZZ_PATH, "/proc/self/fd/%d", fd);
	return fd;
}

/* Is it one message, a line, as there must be when something was refused? */
static inline int
fuzz_one_line(const struct buf *said)
{
	return said->n > 1 && memchr(said->p, '\n', said->n) ==
	    said->p + said->n - 1;
}

#endif
