#include <stdlib.h>

#include "all/splitparts.h"
#include "base/mem.h"
#include "io/put.h"

struct splitparts {
	const char *path[SPLIT_PARTS];
	struct put *put[SPLIT_PARTS];	/* NULL: not written */
	size_t n[SPLIT_PARTS];		/* rows, of all parts */
};

struct splitparts *
splitparts_open(const char *const paths[SPLIT_PARTS], int gzip)
{
	struct splitparts *s = mem_array("parts", 1, sizeof *s);

	for (int p = 0; p < SPLIT_PARTS; p++) {
		s->path[p] = paths[p];
		if (paths[p] == NULL)
			continue;
		s->put[p] = put_open(paths[p], gzip);
		if (s->put[p] == NULL) {
			splitparts_free(s);
			return NULL;
		}
	}
	return s;
}

void
splitparts_free(struct splitparts *s)
{
	if (s == NULL)
		return;
	for (int p = 0; p < SPLIT_PARTS; p++)
		put_free(s->put[p]);
	free(s);
}

int
splitparts_has(const struct splitparts *s, enum split_part part)
{
	return part < SPLIT_PARTS && s->put[part] != NULL;
}

void
splitparts_header(struct splitparts *s, enum split_part part,
    const char *typed_names)
{
	put_header(s->put[part], typed_names);
}

int
splitparts_add(struct splitparts *s, struct splitparts_rows *rows)
{
	int status = 0;

	for (int p = 0; p < SPLIT_PARTS; p++) {
		if (s->put[p] != NULL && rows->text[p].n > 0) {
			put_rows(s->put[p], (struct span){ rows->text[p].p,
			    rows->text[p].n });
			if (status == 0 && put_failed(s->put[p]))
				status = put_finish(s->put[p]);
		}
		s->n[p] += rows->n[p];
		rows->text[p].n = rows->n[p] = 0;
	}
	return status;
}

void
splitparts_rows_release(struct splitparts_rows *rows)
{
	for (int p = 0; p < SPLIT_PARTS; p++)
		buf_release(&rows->text[p]);
}

const size_t *
splitparts_counts(const struct splitparts *s)
{
	return s->n;
}

int
splitparts_check(const char *const paths[SPLIT_PARTS],
    const size_t counts[SPLIT_PARTS])
{
	for (int p = 0; p < SPLIT_PARTS; p++)
		if (paths[p] != NULL && counts[p] == 0)
			return err_msg("the %s part has no rows",
			    split_part_name((enum split_part)p));
	return 0;
}

int
splitparts_finish(struct splitparts *s)
{
	int status = 0;

	for (int p = 0; p < SPLIT_PARTS && status == 0; p++)
		if (s->put[p] != NULL)
			status = put_finish(s->put[p]);
	return status == 0 ? splitparts_check(s->path, s->n) : -1;
}

int
splitparts_commit(struct splitparts *s)
{
	int status = 0;

	for (int p = 0; p < SPLIT_PARTS && status == 0; p++)
		if (s->put[p] != NULL)
			status = put_commit(s->put[p]);
	return status;
}
