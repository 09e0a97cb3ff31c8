/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Products, factorisations and solves: the only gate to CBLAS and LAPACKE. Every such call runs on
 * one thread (this thread's OpenMP count is 1 around it); parallel products cut output rows or row
 * blocks of the sum into fixed chunks, so the same bits come out on any thread count.
 *
 * Suffix _1 = on the calling thread alone, for use inside chunks. Matrices are row-major with a
 * leading dimension in elements, unless said otherwise. Sizes that do not fit a BLAS int are cut or
 * refused.
 */
#ifndef COFIT_MATRIX_LINALG_H
#define COFIT_MATRIX_LINALG_H

#include "cofit/extend.h"

/* C = alpha op(A) op(B) + beta C; op(A) is (m, k), op(B) is (k, n), C is (m, n). */
void cfi_gemm(cf_run *run, bool trans_a, bool trans_b, cf_index m, cf_index n, cf_index k,
              double alpha, const double *A, cf_index lda, const double *B, cf_index ldb,
              double beta, double *C, cf_index ldc);
void cfi_gemm_1(bool trans_a, bool trans_b, cf_index m, cf_index n, cf_index k, double alpha,
                const double *A, cf_index lda, const double *B, cf_index ldb, double beta,
                double *C, cf_index ldc);
void cfi_gemm_f32(cf_run *run, bool trans_a, bool trans_b, cf_index m, cf_index n, cf_index k,
                  float alpha, const float *A, cf_index lda, const float *B, cf_index ldb,
                  float beta, float *C, cf_index ldc);
void cfi_gemm_f32_1(bool trans_a, bool trans_b, cf_index m, cf_index n, cf_index k, float alpha,
                    const float *A, cf_index lda, const float *B, cf_index ldb, float beta,
                    float *C, cf_index ldc);

/* y = alpha op(A) x + beta y; A is (m, n); x and y contiguous. */
void cfi_gemv(cf_run *run, bool trans, cf_index m, cf_index n, double alpha, const double *A,
              cf_index lda, const double *x, double beta, double *y);
void cfi_gemv_1(bool trans, cf_index m, cf_index n, double alpha, const double *A, cf_index lda,
                const double *x, double beta, double *y);

/* C (n, n) = alpha A'A + beta C, A (k, n); upper triangle only. */
void cfi_syrk_1(cf_index n, cf_index k, double alpha, const double *A, cf_index lda, double beta,
                double *C, cf_index ldc);
/* C (n, n) = alpha AA' + beta C, A (n, k); upper triangle only. */
void cfi_syrk_rows_1(cf_index n, cf_index k, double alpha, const double *A, cf_index lda,
                     double beta, double *C, cf_index ldc);

/*
 * out (d, d), both triangles, = A'A over the n rows of A; and with `transposed`, AA' (n, n).
 * Fixed row blocks, dsyrk into each, added in order. CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_gram(cf_run *run, bool transposed, cf_index n, cf_index d,
                                const double *A, cf_index lda, double *out);

/* Copies the upper triangle of an (n, n) matrix into the lower one. */
void cfi_mirror_upper(double *A, cf_index n, cf_index lda);

/* Sums and products of vectors on one thread: fixed order. */
double cfi_dot_1(cf_index n, const double *x, const double *y);
float cfi_dot_f32_1(cf_index n, const float *x, const float *y);
void cfi_axpy_1(cf_index n, double alpha, const double *x, double *y);
double cfi_norm_1(cf_index n, const double *x);

/*
 * LAPACK, all on one thread and column-major. `info` > 0 (singular, no convergence) is reported
 * through *info where there is one, not as a failure; workspace is allocated inside. CF_ERR_MEMORY,
 * CF_ERR_LIMIT.
 */
/* Cholesky of the upper triangle (column-major) of the (n, n) A; *info = order of a minor that is
 * not positive. */
CF_NODISCARD cf_status cfi_potrf(cf_index n, double *A, cf_index lda, int *info);
/* The same for a large A: blocked, the trailing update in parallel; same bits on any thread count.
 */
CF_NODISCARD cf_status cfi_potrf_parallel(cf_run *run, cf_index n, double *A, cf_index lda,
                                          int *info);
/* Solves with that factor, B (n, nrhs) column-major. */
CF_NODISCARD cf_status cfi_potrs(cf_index n, cf_index nrhs, const double *A, cf_index lda,
                                 double *B, cf_index ldb);
/* Reciprocal condition number from that factor and the 1-norm of A. */
CF_NODISCARD cf_status cfi_pocon(cf_index n, const double *A, cf_index lda, double norm,
                                 double *rcond);
/* QR: A (m, n) column-major becomes R and the reflectors; tau has min(m, n). */
CF_NODISCARD cf_status cfi_geqrf(cf_index m, cf_index n, double *A, cf_index lda, double *tau);
/* QR with column pivoting: A (m, n) column-major; pivots are 0-based on return; tau has min(m, n).
 */
CF_NODISCARD cf_status cfi_geqp3(cf_index m, cf_index n, double *A, cf_index lda, int *pivots,
                                 double *tau);
/* C = op(Q) C or C op(Q) from k reflectors. */
CF_NODISCARD cf_status cfi_ormqr(bool left, bool trans, cf_index m, cf_index n, cf_index k,
                                 const double *A, cf_index lda, const double *tau, double *C,
                                 cf_index ldc);
/* Reduces an upper trapezoidal (m, n), m <= n, to triangular by Z (complete orthogonal
 * decomposition). */
CF_NODISCARD cf_status cfi_tzrzf(cf_index m, cf_index n, double *A, cf_index lda, double *tau);
/* C = op(Z) C from that. */
CF_NODISCARD cf_status cfi_ormrz(bool trans, cf_index m, cf_index n, cf_index k, cf_index l,
                                 const double *A, cf_index lda, const double *tau, double *C,
                                 cf_index ldc);
/* Solves op(T) X = B, T upper triangular (n, n) column-major, non-singular. */
void cfi_trsm(bool trans, cf_index n, cf_index nrhs, const double *T, cf_index ldt, double *B,
              cf_index ldb);
/* Thin SVD A = U diag(s) Vt of (m, n) column-major (A is destroyed); U and Vt may be NULL together.
 */
CF_NODISCARD cf_status cfi_gesdd(cf_index m, cf_index n, double *A, cf_index lda, double *s,
                                 double *U, cf_index ldu, double *Vt, cf_index ldvt, int *info);
/* Eigenvalues ascending and vectors (over A, columns) of a symmetric (n, n). */
CF_NODISCARD cf_status cfi_syevd(cf_index n, double *A, cf_index lda, double *w, int *info);
/* LU with partial pivoting and solve: A (n, n), B (n, nrhs) column-major. */
CF_NODISCARD cf_status cfi_gesv(cf_index n, cf_index nrhs, double *A, cf_index lda, double *B,
                                cf_index ldb, int *info);

#endif
