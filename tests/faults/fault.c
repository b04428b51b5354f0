/*
 * fault.c -- a library to preload into a program, whose system then fails.
 *
 *	LD_PRELOAD=build/tests/faults/fault.so FAULT='fail write 17' srs-clean
 *
 * FAULT is one of
 *
 *	count FILE		writes how many calls of each kind there were
 *	fail KIND N		the N-th call of the kind fails
 *	stop KIND N SIGNAL	at the N-th call the program gets the signal
 *	after USEC SIGNAL	it gets it so many microseconds after its start
 *	space BYTES		the disk has room for so many bytes only
 *	short SEED		reads and writes are cut short at random, and
 *				interrupted
 *
 * and a kind is one of those of the table below.  Calls are counted from 1,
 * those of all threads, and from when the libraries are initialised: what
 * fails is the program, not what the dynamic linker does before it.  Standard
 * error is left alone: there the program says what has failed.
 */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum kind { MEMORY, OPEN, READ, WRITE, SYNC, RENAME, CLOSE, MAP, N_KINDS };

static const struct {
	const char *name;
	int error;		/* what it fails with */
} kinds[N_KINDS] = {
	[MEMORY] = { "memory", ENOMEM }, [OPEN] = { "open", EMFILE },
	[READ] = { "read", EIO }, [WRITE] = { "write", ENOSPC },
	[SYNC] = { "sync", EIO }, [RENAME] = { "rename", EDQUOT },
	[CLOSE] = { "close", EIO }, [MAP] = { "map", ENODEV },
};

static struct {
	enum { NOTHING, COUNT, FAIL, STOP, SPACE, SHORT } what;
	enum kind kind;
	uint64_t n;		/* of the call; bytes; the seed */
	int signal;
	const char *path;
} plan;

static atomic_uint_fast64_t calls[N_KINDS], written, drawn;

/* --- the plan ------------------------------------------------------------ */

static _Noreturn void
refuse(const char *text)
{
	fprintf(stderr, "fault: '%s' is no plan\n", text);
	_exit(125);
}

static enum kind
kind_of(const char *name, const char *text)
{
	for (int k = 0; k < N_KINDS; k++)
		if (strcmp(kinds[k].name, name) == 0)
			return (enum kind)k;
	refuse(text);
}

static void
start_clock(uint64_t microseconds)
{
	timer_t timer;
	struct sigevent how = { .sigev_notify = SIGEV_SIGNAL,
	    .sigev_signo = plan.signal };
	const struct itimerspec when = { .it_value = {
	    .tv_sec = (time_t)(microseconds / 1000000),
	    .tv_nsec = (long)(microseconds % 1000000 * 1000 + 1) } };

	if (timer_create(CLOCK_MONOTONIC, &how, &timer) != 0 ||
	    timer_settime(timer, 0, &when, NULL) != 0)
		refuse("after");
}

/* Last of all constructors: nothing depends on this library. */
__attribute__((constructor)) static void
begin(void)
{
	const char *text = getenv("FAULT");
	char word[16] = "";
	unsigned long long n = 0;
	int at = 0;

	if (text == NULL)
		return;
	/* Programs that this one starts are not meant. */
	unsetenv("LD_PRELOAD");
	if (sscanf(text, "count %n", &at) == 0 && at > 0) {
		plan.path = text + at;
		plan.what = COUNT;
	} else if (sscanf(text, "fail %15s %llu", word, &n) == 2) {
		plan.kind = kind_of(word, text);
		plan.what = FAIL;
	} else if (sscanf(text, "stop %15s %llu %d", word, &n,
	    &plan.signal) == 3) {
		plan.kind = kind_of(word, text);
		plan.what = STOP;
	} else if (sscanf(text, "after %llu %d", &n, &plan.signal) == 2) {
		start_clock(n);
	} else if (sscanf(text, "space %llu", &n) == 1) {
		plan.what = SPACE;
	} else if (sscanf(text, "short %llu", &n) == 1) {
		plan.what = SHORT;
	} else {
		refuse(text);
	}
	plan.n = n;
}

__attribute__((destructor)) static void
end(void)
{
	FILE *out;

	if (plan.what != COUNT)
		return;
	plan.what = NOTHING;
	out = fopen(plan.path, "w");
	for (int k = 0; out != NULL && k < N_KINDS; k++)
		fprintf(out, "%s %llu\n", kinds[k].name,
		    (unsigned long long)calls[k]);
	if (out == NULL || fclose(out) != 0)
		refuse(plan.path);
}

/* --- what happens at a call ---------------------------------------------- */

/* Must this call fail?  Then errno says how. */
static int
fails(enum kind kind)
{
	if (plan.what == NOTHING || plan.what > STOP)
		return 0;
	if (atomic_fetch_add(&calls[kind], 1) + 1 != plan.n ||
	    kind != plan.kind)
		return 0;
	if (plan.what == STOP)
		kill(getpid(), plan.signal);
	if (plan.what != FAIL)
		return 0;
	errno = kinds[kind].error;
	return 1;
}

/* A number that depends on the seed and on how many were drawn before. */
static uint64_t
draw(void)
{
	uint64_t z = (plan.n + 1) * UINT64_C(0x9e3779b97f4a7c15) +
	    atomic_fetch_add(&drawn, 1) * UINT64_C(0xd1342543de82ef95);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* How much of n bytes is moved: -1 with EINTR for none. */
static ssize_t
cut_short(size_t n)
{
	uint64_t x;

	if (plan.what != SHORT || n == 0)
		return (ssize_t)n;
	x = draw();
	if (x % 8 == 0) {
		errno = EINTR;
		return -1;
	}
	return (ssize_t)(1 + (x >> 8) % n);
}

/* The same of a write, for which there may be no room. */
static ssize_t
cut_write(size_t n)
{
	uint64_t before;

	if (plan.what != SPACE)
		return cut_short(n);
	before = atomic_fetch_add(&written, n);
	if (n > 0 && before >= plan.n) {
		errno = ENOSPC;
		return -1;
	}
	return (ssize_t)(n < plan.n - before ? n : plan.n - before);
}

/* --- the calls ----------------------------------------------------------- */

/* The function that the one here stands before. */
#define NEXT(name) \
	static __typeof__(name) *next; \
	if (next == NULL) \
		*(void **)&next = dlsym(RTLD_NEXT, #name)

/* A function of the system that may fail, and answers `bad` then. */
#define MAY_FAIL(kind, bad, type, name, parameters, arguments) \
type \
name parameters \
{ \
	NEXT(name); \
	return fails(kind) ? (bad) : next arguments; \
}

MAY_FAIL(MEMORY, NULL, void *, malloc, (size_t n), (n))
MAY_FAIL(MEMORY, NULL, void *, calloc, (size_t n, size_t size), (n, size))
MAY_FAIL(MEMORY, NULL, void *, realloc, (void *p, size_t n), (p, n))
MAY_FAIL(MEMORY, ENOMEM, int, posix_memalign,
    (void **p, size_t alignment, size_t n), (p, alignment, n))
MAY_FAIL(MAP, MAP_FAILED, void *, mmap,
    (void *at, size_t n, int how, int flags, int fd, off_t from),
    (at, n, how, flags, fd, from))
MAY_FAIL(SYNC, -1, int, fsync, (int fd), (fd))
MAY_FAIL(RENAME, -1, int, renameat,
    (int a, const char *from, int b, const char *to), (a, from, b, to))
MAY_FAIL(RENAME, -1, int, linkat,
    (int a, const char *from, int b, const char *to, int flags),
    (a, from, b, to, flags))

/* A file that could not be closed well is closed. */
int
close(int fd)
{
	NEXT(close);
	const int failed = fails(CLOSE), error = errno;
	const int status = next(fd);

	if (!failed)
		return status;
	errno = error;
	return -1;
}

/* The mode is there only if a file may be made. */
static mode_t
mode_of(int flags, va_list more)
{
	return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ?
	    va_arg(more, mode_t) : 0;
}

int
open(const char *path, int flags, ...)
{
	NEXT(open);
	va_list more;
	mode_t mode;

	va_start(more, flags);
	mode = mode_of(flags, more);
	va_end(more);
	return fails(OPEN) ? -1 : next(path, flags, mode);
}

int
openat(int dir, const char *path, int flags, ...)
{
	NEXT(openat);
	va_list more;
	mode_t mode;

	va_start(more, flags);
	mode = mode_of(flags, more);
	va_end(more);
	return fails(OPEN) ? -1 : next(dir, path, flags, mode);
}

ssize_t
read(int fd, void *p, size_t n)
{
	NEXT(read);
	const ssize_t part = fails(READ) ? -1 : cut_short(n);

	return part < 0 ? -1 : next(fd, p, (size_t)part);
}

ssize_t
pread(int fd, void *p, size_t n, off_t at)
{
	NEXT(pread);
	const ssize_t part = fails(READ) ? -1 : cut_short(n);

	return part < 0 ? -1 : next(fd, p, (size_t)part, at);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	NEXT(write);
	ssize_t part;

	if (fd == STDERR_FILENO)
		return next(fd, p, n);
	part = fails(WRITE) ? -1 : cut_write(n);
	return part < 0 ? -1 : next(fd, p, (size_t)part);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	NEXT(pwrite);
	const ssize_t part = fails(WRITE) ? -1 : cut_write(n);

	return part < 0 ? -1 : next(fd, p, (size_t)part, at);
}
