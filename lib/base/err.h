#ifndef SRS_ERR_H
#define SRS_ERR_H

/*
 * err.h -- messages for the user: one line each, on stderr.
 *
 * Each starts with the program's name and is written with one call, so that
 * threads and pipelines do not mix theirs.  Control characters in a message
 * (they come from files) are shown as \xNN.  The functions return -1: a check
 * and its message are one statement.
 *
 *	if (fd < 0)
 *		return err_errno("cannot open '%s'", path);
 */

#include <stddef.h>

struct buf;

#if defined(__GNUC__)
#define SRS_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define SRS_MUST_CHECK __attribute__((warn_unused_result))
#else
#define SRS_PRINTF(fmt, args)
#define SRS_MUST_CHECK
#endif

/* Names the program in later messages; only the part after '/' is kept. */
void err_set_program(const char *argv0);
const char *err_program(void);

/* "srs-clean: MESSAGE" */
int err_msg(const char *fmt, ...) SRS_PRINTF(1, 2);

/* "srs-clean: MESSAGE: REASON", the reason being that of errno. */
int err_errno(const char *fmt, ...) SRS_PRINTF(1, 2);

/* "srs-clean: PATH:LINE: MESSAGE"; lines are counted from 1. */
int err_at(const char *path, size_t line, const char *fmt, ...)
    SRS_PRINTF(3, 4);

/*
 * For work that is done ahead of its turn: this thread's messages are added
 * to `held` from now on, and not written (NULL: they are written again).
 * Returns where they went before.  err_say() says what was held, and empties
 * it.
 */
struct buf *err_hold(struct buf *held);
void err_say(struct buf *held);

#endif
