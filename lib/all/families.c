#include <stddef.h>

#include "all/families.h"
#include "knn/knn.h"
#include "mf/mf.h"
#include "nn/nn.h"

const struct family *const all_families[] = {
	&mf_family,
	&knn_family,
	&nn_family,
	NULL
};
