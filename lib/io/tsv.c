#include "io/tsv.h"

int
tsv_record(struct lines *l, char separator, struct record *r)
{
	size_t n;
	const int got = record_find(r, l, &n);

	if (got != 1)
		return got;
	record_split(r, record_line(l, n), separator);
	return record_take(r, l, n, 1);
}
