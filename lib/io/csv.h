#ifndef SRS_CSV_H
#define SRS_CSV_H

/*
 * csv.h -- records of RFC 4180, by libcsv in its strict mode.
 *
 * Lines end in LF or CRLF.  A quoted field may hold separators, line ends and
 * doubled quotes; a quote anywhere else is an error.  White space belongs to
 * the field, and so does a CR that is not at the line's end.  An empty line is
 * no record.
 */

#include "base/err.h"
#include "io/lines.h"
#include "io/marks.h"
#include "io/record.h"

struct csv_reader;

struct csv_reader *csv_reader_new(char separator);
void csv_reader_free(struct csv_reader *);

/*
 * The next record, as record.h says.  The marks (or NULL) are those of
 * marks_find_csv(): what they show to be simple is cut without libcsv, with
 * the same result.  After a bad one, reading goes on with the line behind the
 * one where it began, so that a stray quote costs a line and not the file; its
 * problem_line is where the quote was opened.
 */
int csv_record(struct csv_reader *, struct lines *, struct marks *,
    struct record *) SRS_MUST_CHECK;

#endif
