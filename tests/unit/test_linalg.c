/* lib/linalg: fast kernels against the plain ones of tests/ref. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/par.h"
#include "base/rng.h"
#include "linalg/blas.h"
#include "linalg/mat.h"
#include "linalg/spdinv.h"
#include "linalg/exp.h"
#include "linalg/vec.h"
#include "tests/ref/plain.h"

/* n numbers, about standard normal. */
static float *
numbers(size_t n, uint64_t piece)
{
	float *x = mem_array("test numbers", n, sizeof *x);
	struct rng r;

	rng_init(&r, 3, rng_stream("test.linalg", piece));
	for (size_t i = 0; i < n; i++)
		x[i] = (float)rng_normal(&r);
	return x;
}

static void
assert_near(double a, double b, double tolerance)
{
	if (!(fabs(a - b) <= tolerance))
		fail_msg("%.9g is not near %.9g", a, b);
}

static void
test_dot_equals_plain(void **state)
{
	float *x = numbers(300, 0), *y = numbers(300, 1);

	(void)state;
	for (size_t n = 0; n < 130; n++)
		for (size_t at = 0; at < 3; at++) {	/* any alignment */
			assert_near((double)vec_dot(x + at, y + 2 * at, n),
			    plain_dot(x + at, y + 2 * at, n), 1e-4);
			assert_near(vec_square_sum(x + at, n),
			    plain_dot(x + at, x + at, n), 1e-9);
		}
	free(x);
	free(y);
}

/* The same bits whatever the alignment; ASan sees a read past the end. */
static void
test_dot_does_not_read_past_its_end(void **state)
{
	float *x = numbers(64, 2), *y = numbers(64, 3);

	(void)state;
	for (size_t n = 0; n < 48; n++) {
		float *a = mem_array("exact copy", n, sizeof *a);
		float *b = mem_array("exact copy", n, sizeof *b);
		float want, got;

		memcpy(a, x, n * sizeof *a);
		memcpy(b, y, n * sizeof *b);
		want = vec_dot(x, y, n);
		got = vec_dot(a, b, n);
		assert_memory_equal(&want, &got, sizeof want);
		free(a);
		free(b);
	}
	free(x);
	free(y);
}

static void
test_axpy_and_scale(void **state)
{
	(void)state;
	for (size_t n = 0; n < 70; n++) {
		float *x = numbers(n, 4), *y = numbers(n, 5);
		float *z = numbers(n, 5);

		vec_axpy(-0.75f, x, y, n);
		vec_scale(3, x, n);
		for (size_t i = 0; i < n; i++)
			assert_near((double)y[i], (double)z[i] -
			    0.25 * (double)x[i], 1e-5);
		free(x);
		free(y);
		free(z);
	}
}

static void
check_gemm(int ta, int tb, size_t m, size_t n, size_t k)
{
	const size_t lda = (ta ? m : k) + 3, ldb = (tb ? k : n) + 1;
	const size_t ldc = n + 2;
	float *A = numbers((ta ? k : m) * lda, 6);
	float *B = numbers((tb ? n : k) * ldb, 7);
	float *C = numbers(m * ldc, 8), *D = numbers(m * ldc, 8);

	blas_gemm(ta, tb, m, n, k, 0.5f, A, lda, B, ldb, -2, C, ldc);
	plain_gemm(ta, tb, m, n, k, 0.5, A, lda, B, ldb, -2, D, ldc);
	for (size_t i = 0; i < m * ldc; i++)	/* the gaps too */
		assert_near((double)C[i], (double)D[i], 1e-3);
	free(A);
	free(B);
	free(C);
	free(D);
}

static void
test_gemm_equals_plain(void **state)
{
	(void)state;
	for (int t = 0; t < 4; t++) {
		check_gemm(t & 1, t >> 1, 37, 29, 53);
		check_gemm(t & 1, t >> 1, 1, 64, 5);
		check_gemm(t & 1, t >> 1, 3, 2, 0);
	}
	check_gemm(0, 0, 0, 5, 4);
}

static void
test_gemv_equals_gemm(void **state)
{
	enum { M = 31, N = 17 };
	float *A = numbers(M * N, 9), *x = numbers(M, 10);
	float *y = numbers(M, 11), *z = numbers(M, 11);

	(void)state;
	blas_gemv(0, M, N, 2, A, N, x, 1, y);
	plain_gemm(0, 0, M, 1, N, 2, A, N, x, 1, 1, z, 1);
	for (size_t i = 0; i < M; i++)
		assert_near((double)y[i], (double)z[i], 1e-4);
	blas_gemv(1, N, M, 1, A, N, x, 0, y);
	plain_gemm(1, 0, N, 1, M, 1, A, N, x, 1, 0, z, 1);
	for (size_t i = 0; i < N; i++)
		assert_near((double)y[i], (double)z[i], 1e-4);
	free(A);
	free(x);
	free(y);
	free(z);
}

/* S (n, n) <- A'A + I for a matrix of normal numbers: positive definite. */
static float *
positive_definite(size_t n)
{
	float *A = numbers(2 * n * n, 12);
	float *S = mem_array("test matrix", n * n, sizeof *S);

	for (size_t i = 0; i < n; i++)
		S[i * n + i] = 1;
	plain_gemm(1, 0, n, n, 2 * n, 1.0 / (double)n, A, n, A, n, 1, S, n);
	free(A);
	return S;
}

static void
test_syrk_writes_the_lower_triangle(void **state)
{
	enum { N = 23, K = 40 };
	float *A = numbers(K * N, 13), *C = numbers(N * N, 14);
	float *D = numbers(N * N, 14), *old = numbers(N * N, 14);

	(void)state;
	blas_syrk(N, K, 2, A, N, 1, C, N);
	plain_gemm(1, 0, N, N, K, 2, A, N, A, N, 1, D, N);
	for (size_t i = 0; i < N; i++)
		for (size_t j = 0; j < N; j++)
			assert_near((double)C[i * N + j], (double)(j <= i ?
			    D : old)[i * N + j], 1e-3);
	blas_syrk_rows(N, K, -2, A, K, 1, C, N);
	plain_gemm(0, 1, N, N, K, -2, A, K, A, K, 1, D, N);
	for (size_t i = 0; i < N; i++)
		for (size_t j = 0; j < N; j++)
			assert_near((double)C[i * N + j], (double)(j <= i ?
			    D : old)[i * N + j], 1e-3);
	free(A);
	free(C);
	free(D);
	free(old);
}

static void
test_cholesky_equals_plain_and_solves(void **state)
{
	enum { N = 45, M = 3 };
	float *S = positive_definite(N), *L = positive_definite(N);
	float *X = numbers(N * M, 15), *B = numbers(N * M, 16);
	double *P = mem_array("test matrix", N * N, sizeof *P);

	(void)state;
	for (size_t i = 0; i < N * N; i++)
		P[i] = (double)S[i];
	assert_int_equal(plain_cholesky(N, P), 0);
	assert_int_equal(blas_potrf(N, L, N), 0);
	for (size_t i = 0; i < N; i++)
		for (size_t j = 0; j < N; j++)
			assert_near((double)L[i * N + j], j <= i ?
			    P[i * N + j] : (double)S[i * N + j], 1e-4);
	/* S X = B, so solving for B gives X back: all columns, and one */
	plain_gemm(0, 0, N, M, N, 1, S, N, X, M, 0, B, M);
	blas_potrs(N, M, L, N, B, M);
	for (size_t i = 0; i < N * M; i++)
		assert_near((double)B[i], (double)X[i], 1e-3);
	plain_gemm(0, 0, N, 1, N, 1, S, N, X, 1, 0, B, 1);
	blas_potrs(N, 1, L, N, B, 1);
	for (size_t i = 0; i < N; i++)
		assert_near((double)B[i], (double)X[i], 1e-3);
	free(S);
	free(L);
	free(X);
	free(B);
	free(P);
}

static void
test_inverse_times_matrix_is_identity(void **state)
{
	enum { N = 33 };
	float *S = positive_definite(N), *I = numbers(N * N, 17);
	float *L = positive_definite(N);
	double *D = mem_array("test matrix", N * N, sizeof *D);

	(void)state;
	for (size_t i = 0; i < N * N; i++)
		D[i] = (double)S[i];
	assert_int_equal(blas_potrf(N, L, N), 0);
	assert_int_equal(blas_potri(N, L, N), 0);
	plain_gemm(0, 0, N, N, N, 1, S, N, L, N, 0, I, N);
	for (size_t i = 0; i < N * N; i++)
		assert_near((double)I[i], i % (N + 1) == 0, 1e-4);
	assert_int_equal(blas_potrf_double(N, D, N), 0);
	assert_int_equal(blas_potri_double(N, D, N), 0);
	for (size_t i = 0; i < N * N; i++) {
		assert_near(D[i], (double)L[i], 1e-4);
		assert_near(D[i], D[i % N * N + i / N], 0);
	}
	free(S);
	free(I);
	free(L);
	free(D);
}

/* Products with a triangle are those with zeros above it. */
static void
test_triangular_products(void **state)
{
	enum { M = 7, N = 21 };
	float *L = numbers(N * N, 21), *Z = numbers(N * N, 21);
	float *x = numbers(M * N, 22), *y = numbers(M * N, 23);

	(void)state;
	for (size_t i = 0; i < N; i++)
		for (size_t j = i + 1; j < N; j++)
			Z[i * N + j] = 0;
	for (int trans = 0; trans < 2; trans++) {
		plain_gemm(0, trans, M, N, N, 1, x, N, Z, N, 0, y, N);
		blas_trmm(trans, M, N, L, N, x, N);
		for (size_t i = 0; i < M * N; i++)
			assert_near((double)x[i], (double)y[i], 1e-4);
		plain_gemm(trans, 0, N, M, N, 1, Z, N, x, M, 0, y, M);
		blas_trmm_left(trans, N, M, L, N, x, M);
		for (size_t i = 0; i < M * N; i++)
			assert_near((double)x[i], (double)y[i],
			    1e-5 * fabs((double)y[i]) + 1e-3);
	}
	free(L);
	free(Z);
	free(x);
	free(y);
}

static void
test_inverse_of_factor_makes_inverse(void **state)
{
	enum { N = 33 };
	float *L = positive_definite(N), *P = positive_definite(N);

	(void)state;
	assert_int_equal(blas_potrf(N, L, N), 0);
	assert_int_equal(blas_trtri(N, L, N), 0);
	blas_lauum(N, L, N);
	assert_int_equal(blas_potrf(N, P, N), 0);
	assert_int_equal(blas_potri(N, P, N), 0);
	for (size_t i = 0; i < N; i++)
		for (size_t j = 0; j <= i; j++)
			assert_near((double)L[i * N + j],
			    (double)P[i * N + j], 1e-5);
	free(L);
	free(P);
}

static void
test_indefinite_matrix_is_refused(void **state)
{
	float A[] = { 1, 0, 2, 1 };
	double D[] = { 0, 0, 0, 0 };

	(void)state;
	assert_int_equal(blas_potrf(2, A, 2), -1);
	assert_int_equal(blas_potrf_double(2, D, 2), -1);
}

static void
test_plain_solve_inverts(void **state)
{
	double A[] = { 0, 2, 1, 1 }, x[] = { 2, 3 };	/* needs a pivot */

	(void)state;
	plain_solve(2, A, x);
	assert_near(x[0], 2, 1e-12);
	assert_near(x[1], 1, 1e-12);
}

static void
test_mat_rows(void **state)
{
	struct mat m;

	(void)state;
	mat_init(&m, "test matrix", 3, 5);
	assert_ptr_equal(mat_row(&m, 2), m.x + 10);
	for (size_t i = 0; i < 15; i++)
		assert_true(m.x[i] >= 0 && m.x[i] <= 0);
	mat_release(&m);
	assert_null(m.x);
	mat_init(&m, "test matrix", 0, 0);
	mat_release(&m);
}

/* A (n, n) <- X'X + I, its lower triangle; the rest is not looked at. */
static float *
positive(size_t n)
{
	float *x = numbers(n * n, 77), *A = numbers(n * n, 78);

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j <= i; j++) {
			double sum = i == j;

			for (size_t k = 0; k < 40 && k < n; k++)
				sum += (double)x[k * n + i] *
				    (double)x[k * n + j];
			A[i * n + j] = (float)sum;
		}
	free(x);
	return A;
}

/* Sizes with one block and several, whole and not. */
static void
test_inverse_times_matrix_is_one(void **state)
{
	static const size_t sizes[] = { 1, 5, 256, 300, 700, 1300 };

	(void)state;
	for (size_t s = 0; s < 6; s++) {
		const size_t n = sizes[s];
		float *A = positive(n), *P = positive(n), *Q = positive(n);

		par_set_threads(1);
		assert_int_equal(spdinv(n, P, NULL), 0);
		par_set_threads(2);
		assert_int_equal(spdinv(n, Q, NULL), 0);
		par_set_threads(0);
		assert_memory_equal(P, Q, n * n * sizeof *P);
		for (size_t i = 0; i < n; i += 1 + n / 20)
			for (size_t j = 0; j < n; j += 1 + n / 20) {
				double sum = 0;

				for (size_t k = 0; k < n; k++)
					sum += (double)P[i * n + k] *
					    (double)A[k > j ? k * n + j :
					    j * n + k];
				assert_near(sum, i == j, 2e-3);
				assert_near((double)P[i * n + j],
				    (double)P[j * n + i], 0);
			}
		free(A);
		free(P);
		free(Q);
	}
}

static void
test_inverse_of_what_has_none(void **state)
{
	float *A = positive(300);

	(void)state;
	A[270 * 300 + 270] = -1;
	assert_int_equal(spdinv(300, A, NULL), -1);
	free(A);
}

/* To two units in the last place, over its range. */
static void
test_exp(void **state)
{
	(void)state;
	for (int i = -8700; i <= 8700; i++) {
		const float t = (float)i / 100;

		assert_true(fabs((double)exp_of(t) / exp((double)t) - 1) <
		    3e-7);
	}
	assert_true(fabsf(sigmoid_of(0) - 0.5f) < 1e-7f);
	assert_true(sigmoid_of(-1000) >= 0 && sigmoid_of(1000) <= 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inverse_times_matrix_is_one),
		cmocka_unit_test(test_inverse_of_what_has_none),
		cmocka_unit_test(test_dot_equals_plain),
		cmocka_unit_test(test_dot_does_not_read_past_its_end),
		cmocka_unit_test(test_axpy_and_scale),
		cmocka_unit_test(test_gemm_equals_plain),
		cmocka_unit_test(test_gemv_equals_gemm),
		cmocka_unit_test(test_syrk_writes_the_lower_triangle),
		cmocka_unit_test(test_cholesky_equals_plain_and_solves),
		cmocka_unit_test(test_inverse_times_matrix_is_identity),
		cmocka_unit_test(test_triangular_products),
		cmocka_unit_test(test_inverse_of_factor_makes_inverse),
		cmocka_unit_test(test_indefinite_matrix_is_refused),
		cmocka_unit_test(test_plain_solve_inverts),
		cmocka_unit_test(test_mat_rows),
		cmocka_unit_test(test_exp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
