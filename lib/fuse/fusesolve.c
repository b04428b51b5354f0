#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fuse/fusesolve.h"
#include "linalg/blas.h"

enum { STEPS = 50 };

void
fusesolve_spd(double *B, const double *c, size_t n, double *x)
{
	memset(x, 0, n * sizeof *x);
	if (blas_potrf_double(n, B, n) != 0 || blas_potri_double(n, B, n) != 0)
		return;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			x[i] += B[i * n + j] * c[j];
}

static double
steepest(const double *g, size_t k)
{
	double most = 0;

	for (size_t i = 0; i < k; i++)
		most = fmax(most, fabs(g[i]));
	return most;
}

size_t
fusesolve_part_size(size_t k)
{
	return k + k * k + 1;
}

double
fusesolve_gather(const double *parts, size_t n, size_t k, double by,
    double *g, double *H)
{
	double value = 0;

	memset(g, 0, k * sizeof *g);
	memset(H, 0, k * k * sizeof *H);
	for (size_t i = 0; i < n; i++, parts += fusesolve_part_size(k)) {
		for (size_t a = 0; a < k; a++)
			g[a] += by * parts[a];
		for (size_t a = 0; a < k * k; a++)
			H[a] += by * parts[k + a];
		value += by * parts[k + k * k];
	}
	return value;
}

void
fusesolve_newton(size_t k, fusesolve_sum *sum, void *arg, double *v)
{
	double *memory = mem_array("weights", 3 * k + k * k, sizeof *memory);
	double *g = memory, *d = g + k, *try = d + k, *H = try + k;
	double value = sum(arg, v, g, H);

	for (int i = 0; i < STEPS && steepest(g, k) > 1e-10; i++) {
		double next = value;

		fusesolve_spd(H, g, k, d);
		for (double step = 1; step > 1e-6; step /= 2) {
			for (size_t a = 0; a < k; a++)
				try[a] = v[a] - step * d[a];
			next = sum(arg, try, g, H);
			if (next <= value)
				break;
		}
		if (!(next < value))
			break;
		memcpy(v, try, k * sizeof *v);
		value = next;
	}
	free(memory);
}
