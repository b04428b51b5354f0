/*
 * load.c -- reads ratings as the trainers do, and does nothing with them.
 *
 *	load FILE
 */

#include "base/err.h"
#include "io/readinter.h"

int
main(int argc, char *argv[])
{
	const char *path = argc == 2 ? argv[1] : NULL;
	struct inter *in;

	if (path == NULL)
		return err_msg("usage: load FILE") + 3;
	in = readinter(&path, 1, &(struct readinter){ .value = "rating" },
	    idmap_new(), idmap_new(), 1);
	inter_free(in);
	return in == NULL;
}
