#ifndef SRS_OUT_H
#define SRS_OUT_H

/*
 * out.h -- writing bytes: all of them, or nothing.
 *
 *	struct out *out = out_open(path, gzip);
 *	out_write(out, bytes, n);		errors are kept for later
 *	if (ok)
 *		status = out_commit(out);	flushed, synced, renamed
 *	out_free(out);				not committed: nothing is left
 *
 * A regular file is written without a name (or under a temporary one beside
 * it where the system has no nameless files) and takes its place in one step
 * on commit; until then, and if the program fails or is killed, the old file
 * stays as it was.  A symbolic link is followed; pipes and devices are
 * written as they are.  gzip output is made of independent blocks in the BGZF
 * convention, compressed on all threads; its bytes do not depend on them.
 */

#include <stddef.h>

#include "base/err.h"

struct out;

/*
 * `path` NULL or "-" is standard output.  Compresses when the name ends in
 * ".gz" or `gzip` is set.  NULL after a message.
 */
struct out *out_open(const char *path, int gzip);

/* The first failure is reported by out_commit(), once. */
void out_write(struct out *, const void *bytes, size_t n);

/* True once a write has failed: no point in making more. */
int out_failed(const struct out *);

/*
 * Writes and syncs all there is, without taking the place of the old file: a
 * program with several outputs finishes all of them and then commits each.
 * 0, or -1 after a message.  No out_write() after it.
 */
int out_finish(struct out *) SRS_MUST_CHECK;

/* 0, or -1 after a message; then the old file is still there.  Finishes
 * first, if that was not done. */
int out_commit(struct out *) SRS_MUST_CHECK;

/* Ends the use; without a commit before it nothing is left.  NULL is fine. */
void out_free(struct out *);

/* For messages: the path, or "standard output". */
const char *out_name(const struct out *);

#endif
