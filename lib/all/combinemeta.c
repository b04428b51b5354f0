#include <stdlib.h>
#include <string.h>

#include "all/combinefit.h"
#include "all/combinemeta.h"
#include "base/buf.h"
#include "fuse/fusecolumns.h"

int
combinemeta_knows(const struct fuse_method *method)
{
	return (method->does & (FUSE_META | FUSE_SEGMENTS)) != 0 ||
	    strcmp(method->what.name, "auto") == 0;
}

int
combinemeta_open(const struct combine *c, struct fusion *f,
    struct fusemeta **meta)
{
	const struct fusemeta_files files = { c->user_features,
		c->item_features, c->history, c->n_history, c->reading };
	const int has_tables = c->user_features != NULL ||
		c->item_features != NULL;
	const char *only = strcmp(f->method->what.name, "auto") != 0 ?
	    c->segment : NULL;
	struct buf left_out = BUF_EMPTY;

	if (c->load != NULL && f->columns == NULL)
		return !has_tables ? 0 : err_msg("%s: it knows nothing of "
		    "users and items: no --user-features or --item-features",
		    c->load);
	if (c->load == NULL && (c->fit == NULL || (!has_tables &&
	    c->n_history == 0) || !combinemeta_knows(f->method)))
		return 0;
	*meta = fusemeta_read(&files);
	if (*meta == NULL)
		return -1;
	if (f->columns == NULL)
		f->columns = fusemeta_columns(*meta, only, &left_out);
	if (left_out.n > 0)
		combine_note(c, "left out, as no two have the same there: %s",
		    buf_cstr(&left_out));
	buf_release(&left_out);
	f->meta = *meta;
	return fusemeta_bind(*meta, f->columns);
}

void
combinemeta_drop(struct fusion *f)
{
	if (f->method->does & FUSE_META)
		return;
	fusecolumns_free(f->columns);
	f->columns = NULL;
	free(f->segment);
	f->segment = NULL;
}
