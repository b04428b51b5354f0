#ifndef SRS_PUT_H
#define SRS_PUT_H

/*
 * put.h -- tables, written: TSV with a typed header.
 *
 *	struct put *put = put_open(cli.output, cli.gzip);
 *	put_header(put, "user_id:token\titem_id:token\tscore:float");
 *	put_span(put, user); put_span(put, item); put_float(put, score);
 *	put_end(put);
 *	status = put_commit(put); put_free(put);
 *
 * Fields are separated and rows ended here.  A text with a TAB, LF, CR or NUL
 * in it cannot be written as a field: that is the caller's to prevent, and an
 * error kept for put_commit().
 */

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

struct put;

/* As out_open(), out_finish() and out_commit(). */
struct put *put_open(const char *path, int gzip);
int put_finish(struct put *) SRS_MUST_CHECK;
int put_commit(struct put *) SRS_MUST_CHECK;
void put_free(struct put *);
int put_failed(const struct put *);

void put_header(struct put *, const char *typed_names);
void put_span(struct put *, struct span);
void put_text(struct put *, const char *);
void put_float(struct put *, float);	/* the shortest that reads back */
void put_double(struct put *, double);
void put_int(struct put *, int64_t);
void put_end(struct put *);

/* Bytes that are whole rows already (from several threads' buffers). */
void put_rows(struct put *, struct span rows);

#endif
