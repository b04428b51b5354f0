#include <stddef.h>

#include "all/families.h"

const struct family *const all_families[] = {
	NULL
};
