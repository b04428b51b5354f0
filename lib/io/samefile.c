#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "io/outfile.h"
#include "io/samefile.h"

/* The directory of a path with all links followed, and *name, the rest of
 * the path.  The caller frees; NULL if there is none. */
static char *
real_directory(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash == NULL ? mem_text(".", 1)
	    : mem_text(path, (size_t)(slash - path) + 1);
	char *real = realpath(dir, NULL);

	*name = slash == NULL ? path : slash + 1;
	free(dir);
	return real;
}

/* Of two paths that are no links. */
static int
are_same(const char *a, const char *b)
{
	const char *name_a, *name_b;
	struct stat x, y;
	char *dir_a, *dir_b;
	int same;

	if (stat(a, &x) == 0 && stat(b, &y) == 0)
		return x.st_dev == y.st_dev && x.st_ino == y.st_ino;
	dir_a = real_directory(a, &name_a);
	dir_b = real_directory(b, &name_b);
	same = dir_a != NULL && dir_b != NULL &&
	    strcmp(dir_a, dir_b) == 0 && strcmp(name_a, name_b) == 0;
	free(dir_a);
	free(dir_b);
	return same;
}

int
samefile(const char *a, const char *b)
{
	char *to_a, *to_b;
	int same;

	if (strcmp(a, "/dev/null") == 0 && strcmp(b, "/dev/null") == 0)
		return 0;
	to_a = outfile_target(a);
	to_b = outfile_target(b);
	same = strcmp(a, b) == 0 ||
	    (to_a != NULL && to_b != NULL && are_same(to_a, to_b));
	free(to_a);
	free(to_b);
	return same;
}
