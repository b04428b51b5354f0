#ifndef SRS_TEST_TEMPDIR_H
#define SRS_TEST_TEMPDIR_H

/*
 * tempdir.h -- a directory of a test program's own, in which it works.
 *
 *	return cmocka_run_group_tests(tests, tempdir_enter, tempdir_leave);
 *
 * Names of files are then as short as what messages should say of them.
 */

#include <stddef.h>

/* Makes it and goes there. */
int tempdir_enter(void **state);

/* Removes it with all that is in it. */
int tempdir_leave(void **state);

/* Writes a whole file; fails the test if that fails. */
void write_bytes(const char *path, const void *bytes, size_t n);
void write_text(const char *path, const char *text);

#endif
