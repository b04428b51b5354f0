#ifndef SRS_REPORT_H
#define SRS_REPORT_H

/*
 * report.h -- a small table as a result: aligned for people, or TSV or JSON
 * for programs.
 *
 *	struct report *r = report_new();
 *	report_column(r, "metric", REPORT_TEXT, "");
 *	report_column(r, "p", REPORT_NUMBER, "%.4f");
 *	report_text(r, "ndcg@10");		field by field, row by row
 *	report_number(r, 0.04);
 *	report_put(r, REPORT_ALIGNED, put);
 *	report_free(r);
 */

#include <stddef.h>

#include "io/json.h"
#include "io/put.h"

struct report;

enum report_type { REPORT_TEXT, REPORT_NUMBER };
enum report_form { REPORT_ALIGNED, REPORT_TSV, REPORT_JSON };

struct report *report_new(void);
void report_free(struct report *);

/*
 * A column; all of them before the first field.  `format` is how people see a
 * number, a format of one double; NULL: they do not see the column.
 * `heading` is what they see as its name.
 */
void report_column(struct report *, const char *name, enum report_type,
    const char *format);
void report_headed(struct report *, const char *name, enum report_type,
    const char *format, const char *heading);

/* The next field.  A number that is not finite is none: "-", an empty field,
 * or null. */
void report_text(struct report *, const char *);
void report_number(struct report *, double);

/* Rows are whole.  TSV has a typed header and full precision; JSON is an array
 * of objects. */
void report_put(const struct report *, enum report_form, struct put *);

/* The same as TSV in a file of its own: 0, or -1 after a message. */
int report_write(const struct report *, const char *path) SRS_MUST_CHECK;

/* That array, to be part of more; and a JSON value, written. */
cJSON *report_json(const struct report *);
void report_put_json(const cJSON *, struct put *);

#endif
