#ifndef SRS_SCRATCH_H
#define SRS_SCRATCH_H

/*
 * scratch.h -- a temporary file without a name, for what does not fit into
 * memory: in the directory TMPDIR, or /tmp.  It is gone with scratch_free(),
 * or with the program.  Any thread may read and write, where no other writes.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct scratch;

/* NULL after a message, like those below: "temporary file in /tmp: ...". */
struct scratch *scratch_new(void);
void scratch_free(struct scratch *);

/* n bytes at `offset`, all of them: 0, or -1 after a message. */
int scratch_write(struct scratch *, uint64_t offset, const void *bytes,
    size_t n) SRS_MUST_CHECK;
int scratch_read(const struct scratch *, uint64_t offset, void *bytes,
    size_t n) SRS_MUST_CHECK;

#endif
