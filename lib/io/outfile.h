#ifndef SRS_OUTFILE_H
#define SRS_OUTFILE_H

/*
 * outfile.h -- an output file that appears whole, or not at all.
 *
 *	struct outfile *f = outfile_open(path, 0);
 *	write(outfile_fd(f), ...);
 *	status = outfile_commit(f);	synced, and in its place in one step
 *	outfile_free(f);		not committed: nothing is left
 *
 * A symbolic link is followed and stays; the file takes the permissions of
 * the one it replaces (and its owner where that is allowed), else those that
 * the umask leaves.  What is no regular file (a pipe, a device, /dev/fd/N) is
 * opened and written as it is.  Two programs that write the same path do not
 * mix: the last to commit wins.
 */

#include <stdint.h>

#include "base/err.h"

struct outfile;

enum { OUTFILE_NAMED = 1 };	/* a temporary name even where nameless files
				 * are possible: for the test of that way */

/* NULL after a message. */
struct outfile *outfile_open(const char *path, int flags);
int outfile_fd(const struct outfile *);

/*
 * Lets the system begin to bring what was written from `from` up to `to` to
 * the disk, while more is made: outfile_sync() has less to wait for then.
 */
void outfile_start_sync(const struct outfile *, uint64_t from, uint64_t to);

/* Everything is written: brings it to the disk, so that a commit later can
 * hardly fail.  0, or -1 after a message. */
int outfile_sync(struct outfile *) SRS_MUST_CHECK;
int outfile_commit(struct outfile *) SRS_MUST_CHECK;
void outfile_free(struct outfile *);

/*
 * The path of what would be written, symbolic links followed; it need not
 * exist.  The caller frees; NULL with errno.
 */
char *outfile_target(const char *path);

#endif
