#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "prep/splitunit.h"

static void
take_last_times(int64_t *last, const struct split_rows *rows,
    const uint32_t *of, size_t n_units)
{
	for (size_t u = 0; u < n_units; u++)
		last[u] = INT64_MIN;
	for (size_t i = 0; i < rows->n; i++)
		if (rows->time[i] > last[of[i]])
			last[of[i]] = rows->time[i];
}

/* From the last row to the first, which stays. */
static void
take_users(uint32_t *user, const struct split_rows *rows, const uint32_t *of)
{
	for (size_t i = rows->n; i-- > 0; )
		user[of[i]] = rows->user[i];
}

int
splitunit_plan(const struct split_method *m, const struct split_rows *rows,
    const uint32_t *of, size_t n_units, const uint64_t *hash,
    const struct split_options *o, unsigned char *part, size_t *n_kept)
{
	struct split_rows units = { .n = n_units, .n_users = rows->n_users };
	unsigned char *unit_part;
	int status;

	if (of == NULL)
		return m->plan(rows, o, part, n_kept);
	units.hash = mem_array("units", n_units, sizeof *units.hash);
	memcpy(units.hash, hash, n_units * sizeof *hash);
	unit_part = mem_array("units", n_units, 1);
	if (rows->time != NULL) {
		units.time = mem_array("units", n_units, sizeof *units.time);
		take_last_times(units.time, rows, of, n_units);
	}
	if (rows->user != NULL) {
		units.user = mem_array("units", n_units, sizeof *units.user);
		take_users(units.user, rows, of);
	}
	status = m->plan(&units, o, unit_part, n_kept);
	for (size_t i = 0; i < rows->n && status == 0; i++)
		part[i] = unit_part[of[i]];
	free(units.hash);
	free(units.time);
	free(units.user);
	free(unit_part);
	return status;
}
