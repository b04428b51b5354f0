#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/scratch.h"

struct scratch {
	int fd;
	char *dir;		/* for messages */
};

/* A file that never had a name, or one that loses it at once. */
static int
open_in(const char *dir)
{
	char name[4096];
	int fd;

#ifdef O_TMPFILE
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
#endif
	if ((size_t)snprintf(name, sizeof name, "%s/srs-XXXXXX", dir) >=
	    sizeof name) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkstemp(name);
	if (fd >= 0)
		unlink(name);
	return fd;
}

struct scratch *
scratch_new(void)
{
	const char *dir = getenv("TMPDIR");
	struct scratch *s;
	int fd;

	if (dir == NULL || *dir == '\0')
		dir = "/tmp";
	fd = open_in(dir);
	if (fd < 0) {
		err_errno("temporary file in %s", dir);
		return NULL;
	}
	s = mem_array("temporary file", 1, sizeof *s);
	s->fd = fd;
	s->dir = mem_text(dir, strlen(dir));
	return s;
}

void
scratch_free(struct scratch *s)
{
	if (s == NULL)
		return;
	close(s->fd);
	free(s->dir);
	free(s);
}

int
scratch_write(struct scratch *s, uint64_t offset, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n > 0) {
		const ssize_t done = pwrite(s->fd, p, n, (off_t)offset);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return err_errno("temporary file in %s", s->dir);
		p += done;
		offset += (uint64_t)done;
		n -= (size_t)done;
	}
	return 0;
}

int
scratch_read(const struct scratch *s, uint64_t offset, void *bytes, size_t n)
{
	char *p = bytes;

	while (n > 0) {
		const ssize_t done = pread(s->fd, p, n, (off_t)offset);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return err_errno("temporary file in %s", s->dir);
		if (done == 0)
			return err_msg("temporary file in %s: it has become "
			    "shorter", s->dir);
		p += done;
		offset += (uint64_t)done;
		n -= (size_t)done;
	}
	return 0;
}
