#include <math.h>

#include "tests/ref/plain.h"

double
plain_dot(const float *x, const float *y, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)x[i] * (double)y[i];
	return sum;
}

void
plain_gemm(int trans_a, int trans_b, size_t m, size_t n, size_t k,
    double alpha, const float *A, size_t lda, const float *B, size_t ldb,
    double beta, float *C, size_t ldc)
{
	for (size_t i = 0; i < m; i++)
		for (size_t j = 0; j < n; j++) {
			double sum = 0;

			for (size_t p = 0; p < k; p++)
				sum += (double)A[trans_a ? p * lda + i :
				    i * lda + p] * (double)B[trans_b ?
				    j * ldb + p : p * ldb + j];
			C[i * ldc + j] = (float)(alpha * sum +
			    beta * (double)C[i * ldc + j]);
		}
}

int
plain_cholesky(size_t n, double *A)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j <= i; j++) {
			double s = A[i * n + j];

			for (size_t p = 0; p < j; p++)
				s -= A[i * n + p] * A[j * n + p];
			if (i == j && !(s > 0))
				return -1;
			A[i * n + j] = i == j ? sqrt(s) : s / A[j * n + j];
		}
	return 0;
}

static void
swap_rows(size_t n, double *A, double *x, size_t a, size_t b)
{
	const double t = x[a];

	x[a] = x[b];
	x[b] = t;
	for (size_t j = 0; j < n; j++) {
		const double u = A[a * n + j];

		A[a * n + j] = A[b * n + j];
		A[b * n + j] = u;
	}
}

void
plain_solve(size_t n, double *A, double *x)
{
	for (size_t c = 0; c < n; c++) {
		size_t pivot = c;

		for (size_t i = c + 1; i < n; i++)
			if (fabs(A[i * n + c]) > fabs(A[pivot * n + c]))
				pivot = i;
		swap_rows(n, A, x, c, pivot);
		for (size_t i = c + 1; i < n; i++) {
			const double f = A[i * n + c] / A[c * n + c];

			for (size_t j = c; j < n; j++)
				A[i * n + j] -= f * A[c * n + j];
			x[i] -= f * x[c];
		}
	}
	for (size_t i = n; i-- > 0;) {
		for (size_t j = i + 1; j < n; j++)
			x[i] -= A[i * n + j] * x[j];
		x[i] /= A[i * n + i];
	}
}

void
plain_column_norm(const float *x, const float *gain, const float *bias,
    const float *dy, size_t rows, size_t cols, double *y, double *dx)
{
	const double n = (double)rows;

	for (size_t c = 0; c < cols; c++) {
		double mean = 0, variance = 0, deviation;

		for (size_t r = 0; r < rows; r++)
			mean += (double)x[r * cols + c] / n;
		for (size_t r = 0; r < rows; r++)
			variance += pow((double)x[r * cols + c] - mean, 2) / n;
		deviation = sqrt(variance + 1e-5);
		for (size_t r = 0; r < rows; r++) {
			const double z = ((double)x[r * cols + c] - mean) /
			    deviation;
			double sum = 0;

			y[r * cols + c] = (double)gain[c] * z +
			    (double)bias[c];
			/* dz_s / dx_r = (1[s = r] - 1 / n - z_s z_r / n) /
			 * deviation */
			for (size_t s = 0; s < rows; s++) {
				const double zs = ((double)x[s * cols + c] -
				    mean) / deviation;

				sum += (double)dy[s * cols + c] *
				    ((s == r) - 1 / n - zs * z / n);
			}
			dx[r * cols + c] = (double)gain[c] * sum / deviation;
		}
	}
}
