#include <assert.h>
#include <math.h>

#include "prep/logbins.h"

/* The smallest positive number that is i >= 1 bins above that of zero. */
static double
above_zero(size_t i)
{
	const int octave = (int)(i - 1) / LOGBINS_PARTS;
	const int part = (int)(i - 1) % LOGBINS_PARTS;

	return ldexp(1 + (double)part / LOGBINS_PARTS,
	    LOGBINS_LOWEST + octave);
}

double
logbins_start(size_t bin)
{
	assert(bin <= LOGBINS_N);
	if (bin == 0 || bin == LOGBINS_N)
		return bin == 0 ? -INFINITY : INFINITY;
	return bin > LOGBINS_ZERO ? above_zero(bin - LOGBINS_ZERO)
	    : -above_zero(LOGBINS_ZERO - bin + 1);
}
