#include <assert.h>
#include <cblas.h>
#include <limits.h>
#include <stdlib.h>

#include "base/mem.h"
#include "linalg/blas.h"

/*
 * LAPACK's entry points, which libopenblas has and its headers do not declare.
 * They are column-major: a row-major lower triangle is their upper one.  The
 * last argument is the length of `uplo` that Fortran passes behind the scenes.
 */
void spotrf_(const char *uplo, const int *n, float *A, const int *lda,
    int *info, size_t uplo_length);
void dpotrf_(const char *uplo, const int *n, double *A, const int *lda,
    int *info, size_t uplo_length);
void spotrs_(const char *uplo, const int *n, const int *m, const float *A,
    const int *lda, float *B, const int *ldb, int *info, size_t uplo_length);
void spotri_(const char *uplo, const int *n, float *A, const int *lda,
    int *info, size_t uplo_length);
void strtri_(const char *uplo, const char *diag, const int *n, float *A,
    const int *lda, int *info, size_t uplo_length, size_t diag_length);
void slauum_(const char *uplo, const int *n, float *A, const int *lda,
    int *info, size_t uplo_length);
void dpotri_(const char *uplo, const int *n, double *A, const int *lda,
    int *info, size_t uplo_length);

void dsyevd_(const char *jobz, const char *uplo, const int *n, double *A,
    const int *lda, double *w, double *work, const int *lwork, int *iwork,
    const int *liwork, int *info, size_t jobz_length, size_t uplo_length);

/*
 * Threads are made by base/par.h; OpenBLAS must not add its own.  Run before
 * main() of every program that has this file in it, so nobody can forget.
 */
__attribute__((constructor)) static void
use_one_thread(void)
{
	openblas_set_num_threads(1);
}

static int
to_int(size_t n)
{
	assert(n <= INT_MAX);
	return (int)n;
}

void
blas_gemm(int trans_a, int trans_b, size_t m, size_t n, size_t k,
    float alpha, const float *A, size_t lda, const float *B, size_t ldb,
    float beta, float *C, size_t ldc)
{
	if (m == 0 || n == 0)
		return;
	cblas_sgemm(CblasRowMajor, trans_a ? CblasTrans : CblasNoTrans,
	    trans_b ? CblasTrans : CblasNoTrans, to_int(m), to_int(n),
	    to_int(k), alpha, A, to_int(lda), B, to_int(ldb), beta, C,
	    to_int(ldc));
}

void
blas_syrk(size_t n, size_t k, float alpha, const float *A, size_t lda,
    float beta, float *C, size_t ldc)
{
	cblas_ssyrk(CblasRowMajor, CblasLower, CblasTrans, to_int(n),
	    to_int(k), alpha, A, to_int(lda), beta, C, to_int(ldc));
}

void
blas_syrk_rows(size_t n, size_t k, float alpha, const float *A, size_t lda,
    float beta, float *C, size_t ldc)
{
	cblas_ssyrk(CblasRowMajor, CblasLower, CblasNoTrans, to_int(n),
	    to_int(k), alpha, A, to_int(lda), beta, C, to_int(ldc));
}

void
blas_gemv(int trans, size_t m, size_t n, float alpha, const float *A,
    size_t lda, const float *x, float beta, float *y)
{
	cblas_sgemv(CblasRowMajor, trans ? CblasTrans : CblasNoTrans,
	    to_int(trans ? n : m), to_int(trans ? m : n), alpha, A,
	    to_int(lda), x, 1, beta, y, 1);
}

int
blas_potrf(size_t n, float *A, size_t lda)
{
	const int ni = to_int(n), ldi = to_int(lda);
	int info;

	spotrf_("U", &ni, A, &ldi, &info, 1);
	assert(info >= 0);
	return info == 0 ? 0 : -1;
}

int
blas_potrf_double(size_t n, double *A, size_t lda)
{
	const int ni = to_int(n), ldi = to_int(lda);
	int info;

	dpotrf_("U", &ni, A, &ldi, &info, 1);
	assert(info >= 0);
	return info == 0 ? 0 : -1;
}

/*
 * Two triangular solves rather than potrs: that would want the columns of X
 * one after the other, and X is row-major.
 */
void
blas_potrs(size_t n, size_t m, const float *L, size_t ldl, float *X,
    size_t ldx)
{
	if (m == 1 && ldx == 1) {
		const int ni = to_int(n), ldi = to_int(ldl), one = 1;
		int info;

		spotrs_("U", &ni, &one, L, &ldi, X, &ni, &info, 1);
		assert(info == 0);
		return;
	}
	cblas_strsm(CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans,
	    CblasNonUnit, to_int(n), to_int(m), 1, L, to_int(ldl), X,
	    to_int(ldx));
	cblas_strsm(CblasRowMajor, CblasLeft, CblasLower, CblasTrans,
	    CblasNonUnit, to_int(n), to_int(m), 1, L, to_int(ldl), X,
	    to_int(ldx));
}

int
blas_potri(size_t n, float *A, size_t lda)
{
	const int ni = to_int(n), ldi = to_int(lda);
	int info;

	spotri_("U", &ni, A, &ldi, &info, 1);
	assert(info >= 0);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			A[j * lda + i] = A[i * lda + j];
	return info == 0 ? 0 : -1;
}

int
blas_potri_double(size_t n, double *A, size_t lda)
{
	const int ni = to_int(n), ldi = to_int(lda);
	int info;

	dpotri_("U", &ni, A, &ldi, &info, 1);
	assert(info >= 0);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			A[j * lda + i] = A[i * lda + j];
	return info == 0 ? 0 : -1;
}

void
blas_trsm(size_t m, size_t n, const float *L, size_t ldl, float *X,
    size_t ldx)
{
	cblas_strsm(CblasRowMajor, CblasRight, CblasLower, CblasTrans,
	    CblasNonUnit, to_int(m), to_int(n), 1, L, to_int(ldl), X,
	    to_int(ldx));
}

void
blas_trmm(int trans, size_t m, size_t n, const float *L, size_t ldl,
    float *X, size_t ldx)
{
	cblas_strmm(CblasRowMajor, CblasRight, CblasLower, trans ? CblasTrans :
	    CblasNoTrans, CblasNonUnit, to_int(m), to_int(n), 1, L,
	    to_int(ldl), X, to_int(ldx));
}

void
blas_trmm_left(int trans, size_t m, size_t n, const float *L, size_t ldl,
    float *X, size_t ldx)
{
	cblas_strmm(CblasRowMajor, CblasLeft, CblasLower, trans ? CblasTrans :
	    CblasNoTrans, CblasNonUnit, to_int(m), to_int(n), 1, L,
	    to_int(ldl), X, to_int(ldx));
}

int
blas_trtri(size_t n, float *L, size_t ldl)
{
	const int ni = to_int(n), ldi = to_int(ldl);
	int info;

	strtri_("U", "N", &ni, L, &ldi, &info, 1, 1);
	assert(info >= 0);
	return info == 0 ? 0 : -1;
}

void
blas_lauum(size_t n, float *L, size_t ldl)
{
	const int ni = to_int(n), ldi = to_int(ldl);
	int info;

	slauum_("U", &ni, L, &ldi, &info, 1);
	assert(info == 0);
}

void
blas_syrk_double(size_t n, size_t k, const double *A, size_t lda,
    double beta, double *C, size_t ldc)
{
	cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, to_int(n),
	    to_int(k), 1, A, to_int(lda), beta, C, to_int(ldc));
}

/* The vectors are columns for LAPACK, which are our rows. */
int
blas_syev_double(size_t n, double *A, size_t lda, double *w)
{
	const int ni = to_int(n), ldi = to_int(lda);
	const size_t n_work = 1 + 6 * n + 2 * n * n, n_iwork = 3 + 5 * n;
	const int lwork = to_int(n_work), liwork = to_int(n_iwork);
	double *work = mem_array("eigenvalues", n_work, sizeof *work);
	int *iwork = mem_array("eigenvalues", n_iwork, sizeof *iwork);
	int info;

	dsyevd_("V", "U", &ni, A, &ldi, w, work, &lwork, iwork, &liwork,
	    &info, 1, 1);
	assert(info >= 0);
	free(work);
	free(iwork);
	return info == 0 ? 0 : -1;
}
