#include "io/flate.h"

const struct flate *const flate_list[] = {
#ifdef SRS_ISAL
	&flate_isal,
#endif
	&flate_zlib,
	NULL
};
