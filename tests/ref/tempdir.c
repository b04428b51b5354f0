#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/ref/tempdir.h"

static char dir[] = "/tmp/srs-test.XXXXXX";

int
tempdir_enter(void **state)
{
	(void)state;
	return mkdtemp(dir) == NULL || chdir(dir) != 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

int
tempdir_leave(void **state)
{
	(void)state;
	return chdir("/") != 0 ||
	    nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0;
}

void
write_bytes(const char *path, const void *bytes, size_t n)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

void
write_text(const char *path, const char *text)
{
	write_bytes(path, text, strlen(text));
}
