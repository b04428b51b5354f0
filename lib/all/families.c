#include <stddef.h>

#include "all/families.h"
#include "mf/mf.h"

const struct family *const all_families[] = {
	&mf_family,
	NULL
};
