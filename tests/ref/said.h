#ifndef SRS_TEST_SAID_H
#define SRS_TEST_SAID_H

/*
 * said.h -- what was written to stderr, for tests of messages.
 *
 *	said_begin();
 *	assert_null(st_open(path));
 *	assert_string_equal(said_end(), "x.st: ...\n");
 */

void said_begin(void);

/* The text since said_begin(); valid until the next said_begin(). */
const char *said_end(void);

/* Does it hold this text?  Shows it if not. */
int said_has(const char *text);

#endif
