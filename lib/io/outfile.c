#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/outfile.h"

enum {
	LINKS_MAX = 40,		/* symbolic links followed, as in Linux */
	NAMES_MAX = 10000,	/* temporary names tried */
	NAME_SIZE = 64		/* bytes of a temporary name */
};

struct outfile {
	int fd;			/* -1: closed */
	int dir;		/* of the target; -1: written as it is */
	char *path;		/* as the user said it, for messages */
	char *target;		/* its last component, links followed */
	char temp[NAME_SIZE];	/* "" while the file has no name */
};

static int
fail(const struct outfile *f)
{
	return err_errno("cannot write '%s'", f->path);
}

/* --- what the path means --- */

/* The N of /dev/fd/N and its other names, or -1. */
static int
descriptor_of(const char *path)
{
	static const char *const before[] = { "/dev/fd/", "/proc/self/fd/" };
	size_t n;

	if (strcmp(path, "/dev/stdout") == 0)
		return STDOUT_FILENO;
	if (strcmp(path, "/dev/stderr") == 0)
		return STDERR_FILENO;
	for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
		if (strncmp(path, before[i], strlen(before[i])) == 0 &&
		    num_size(span_of(path + strlen(before[i])), &n) == 0 &&
		    n <= INT_MAX)
			return (int)n;
	return -1;
}

/* `link` as seen from the directory of `path`; the caller frees. */
static char *
beside(const char *path, const char *link, size_t n)
{
	const char *slash = strrchr(path, '/');
	const size_t dir = slash && link[0] != '/' ?
	    (size_t)(slash - path) + 1 : 0;
	char *joined = mem_array("path", dir + n + 1, 1);

	memcpy(joined, path, dir);
	memcpy(joined + dir, link, n);
	return joined;
}

/*
 * Follows symbolic links to the end, which need not exist, or to the name of
 * a descriptor.  *st is what is there (st_mode 0: nothing).  The caller frees;
 * NULL with errno.
 */
static char *
follow(const char *path, struct stat *st)
{
	char *at = mem_text(path, strlen(path));

	for (int i = 0; i < LINKS_MAX; i++) {
		char link[PATH_MAX];
		char *next;
		ssize_t n;

		memset(st, 0, sizeof *st);
		if (descriptor_of(at) >= 0 ||
		    (lstat(at, st) != 0 && errno == ENOENT))
			return at;
		if (st->st_mode != 0 && !S_ISLNK(st->st_mode))
			return at;
		n = st->st_mode == 0 ? -1 : readlink(at, link, sizeof link);
		if (n < 0 || n == sizeof link)
			goto failed;
		next = beside(at, link, (size_t)n);
		free(at);
		at = next;
	}
	errno = ELOOP;
failed:
	free(at);
	return NULL;
}

char *
outfile_target(const char *path)
{
	struct stat st;

	return follow(path, &st);
}

/* --- opening --- */

static int
open_as_is(struct outfile *f, const char *path)
{
	const int n = descriptor_of(path);

	f->fd = n >= 0 ? fcntl(n, F_DUPFD_CLOEXEC, 0) :
	    open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	return f->fd < 0 ? fail(f) : 0;
}

/* A file without a name, which linkat(2) can give one later; else -1. */
static int
open_nameless(int dir)
{
	char proc[NAME_SIZE];
	const int fd = openat(dir, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC,
	    0666);

	if (fd < 0)
		return -1;
	snprintf(proc, sizeof proc, "/proc/self/fd/%d", fd);
	if (access(proc, F_OK) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Calls make(f, temp) with one name after the other until one is free. */
static int
with_free_name(struct outfile *f, int (*make)(struct outfile *))
{
	for (int i = 0; i < NAMES_MAX; i++) {
		snprintf(f->temp, sizeof f->temp, ".srs-%ld-%d.tmp",
		    (long)getpid(), i);
		if (make(f) == 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	f->temp[0] = '\0';
	return -1;
}

static int
make_named(struct outfile *f)
{
	f->fd = openat(f->dir, f->temp, O_CREAT | O_EXCL | O_WRONLY |
	    O_CLOEXEC, 0666);
	return f->fd < 0 ? -1 : 0;
}

/* The new file looks like the old one.  Another's file stays another's only
 * if we may say so: as with any editor that replaces files. */
static int
take_after(struct outfile *f, const struct stat *old)
{
	if (old->st_mode == 0)
		return 0;
	if (faccessat(f->dir, f->target, W_OK, AT_EACCESS) != 0)
		return -1;
	if (old->st_uid != geteuid() || old->st_gid != getegid())
		if (fchown(f->fd, old->st_uid, old->st_gid) != 0 &&
		    errno != EPERM)
			return -1;
	return fchmod(f->fd, old->st_mode & 0777);
}

static int
open_beside(struct outfile *f, const char *path, const struct stat *old,
    int flags)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	char *dir = slash ? mem_text(path, (size_t)(slash - path) + 1) :
	    mem_text(".", 1);

	f->target = mem_text(name, strlen(name));
	f->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	if (f->dir < 0)
		return fail(f);
	if (name[0] == '\0') {
		errno = EISDIR;
		return fail(f);
	}
	f->fd = flags & OUTFILE_NAMED ? -1 : open_nameless(f->dir);
	if (f->fd < 0 && with_free_name(f, make_named) != 0)
		return fail(f);
	return take_after(f, old) != 0 ? fail(f) : 0;
}

struct outfile *
outfile_open(const char *path, int flags)
{
	struct outfile *f = mem_array("output", 1, sizeof *f);
	struct stat st;
	char *end;
	int status = -1;

	f->fd = f->dir = -1;
	f->path = mem_text(path, strlen(path));
	end = follow(path, &st);
	if (end != NULL && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		fail(f);
	} else if (end == NULL)
		fail(f);
	else if (descriptor_of(end) >= 0 ||
	    (st.st_mode != 0 && !S_ISREG(st.st_mode)))
		status = open_as_is(f, end);
	else
		status = open_beside(f, end, &st, flags);
	free(end);
	if (status == 0)
		return f;
	outfile_free(f);
	return NULL;
}

int
outfile_fd(const struct outfile *f)
{
	return f->fd;
}

/* --- the end --- */

static int
link_as(struct outfile *f, const char *name)
{
	char proc[NAME_SIZE];

	snprintf(proc, sizeof proc, "/proc/self/fd/%d", f->fd);
	return linkat(AT_FDCWD, proc, f->dir, name, AT_SYMLINK_FOLLOW);
}

static int
link_temp(struct outfile *f)
{
	return link_as(f, f->temp);
}

/* Puts the file in its place.  Where there is none yet, a nameless file gets
 * its name in one step; else it gets a temporary one first. */
static int
place(struct outfile *f)
{
	if (f->temp[0] == '\0') {
		if (link_as(f, f->target) == 0)
			return 0;
		if (errno != EEXIST || with_free_name(f, link_temp) != 0)
			return -1;
	}
	if (renameat(f->dir, f->temp, f->dir, f->target) != 0)
		return -1;
	f->temp[0] = '\0';
	return 0;
}

/* close(2) reports what a network file system could not write. */
static int
close_file(struct outfile *f)
{
	const int fd = f->fd;

	f->fd = -1;
	return close(fd) != 0 && errno != EINTR ? -1 : 0;
}

void
outfile_start_sync(const struct outfile *f, uint64_t from, uint64_t to)
{
#ifdef SYNC_FILE_RANGE_WRITE
	if (f->dir >= 0)
		(void)sync_file_range(f->fd, (off64_t)from,
		    (off64_t)(to - from), SYNC_FILE_RANGE_WRITE);
#else
	(void)f, (void)from, (void)to;
#endif
}

int
outfile_sync(struct outfile *f)
{
	return f->dir >= 0 && fsync(f->fd) != 0 ? fail(f) : 0;
}

int
outfile_commit(struct outfile *f)
{
	if (f->dir < 0)
		return close_file(f) != 0 ? fail(f) : 0;
	if (fsync(f->fd) != 0 || place(f) != 0 || close_file(f) != 0 ||
	    fsync(f->dir) != 0)
		return fail(f);
	return 0;
}

void
outfile_free(struct outfile *f)
{
	if (f == NULL)
		return;
	if (f->temp[0] != '\0')
		unlinkat(f->dir, f->temp, 0);
	if (f->fd >= 0)
		close(f->fd);
	if (f->dir >= 0)
		close(f->dir);
	free(f->target);
	free(f->path);
	free(f);
}
