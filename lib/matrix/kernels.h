/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Kernels several estimators share. X arguments are what a slot gets: dense with col_stride 1 or
 * CSR, f64 or f32; sums are f64. All give the same bits on any thread count.
 */
#ifndef COFIT_MATRIX_KERNELS_H
#define COFIT_MATRIX_KERNELS_H

#include "cofit/extend.h"

/*
 * Clones of a hot function for wider vectors; the default build stays portable. gcc alone: clang 14
 * names the chosen clone so that other files do not find it.
 */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(COFIT_NO_CLONES)
#define CF_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CF_CLONES
#endif

/* Mergeable weighted statistics of columns; NaN entries are skipped and do not count. */
typedef struct cfi_column_stats {
    cf_index cols;
    double *weight;  /* (cols) sum of weights of what counted */
    double *mean;    /* (cols) */
    double *low;     /* (cols) what rounding took from the mean: it is mean + low */
    double *m2;      /* (cols) sum of w (x - mean)^2 */
    double *least;   /* (cols), +inf when nothing counted */
    double *largest; /* (cols), -inf when nothing counted */
    cf_index *count; /* (cols) entries that counted, zeros of a sparse matrix included */
} cfi_column_stats;

/* Which statistics cfi_column_stats_add computes; the others stay untouched. */
enum { CFI_STATS_MEAN = 1, CFI_STATS_M2 = 2, CFI_STATS_RANGE = 4 };

/* Makes empty statistics of `cols` columns. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_column_stats_new(cfi_column_stats *s, cf_index cols);

/* Releases them. */
void cfi_column_stats_clear(cfi_column_stats *s);

/*
 * Adds the rows of X with weights (NULL = one): corrected two-pass in cache-sized row blocks,
 * merged pairwise in block order (Chan, Golub, LeVeque 1983); M2 implies MEAN. CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_column_stats_add(cf_run *run, cfi_column_stats *s, const cf_matrix *X,
                                            const double *weights, int what);

/* out[i] = squared Euclidean norm of row i. */
void cfi_row_norms2(cf_run *run, const cf_matrix *X, double *out);

/* Sum of squared differences of two rows of length d. */
double cfi_distance2(const double *a, const double *b, cf_index d);

/*
 * out (n, m) = squared Euclidean distances between rows of X (n, d) and of Y (m, d), by GEMM on
 * data shifted by the mean of Y, clamped at 0 and recomputed exactly where cancellation took the
 * digits. CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_distances2(cf_run *run, const cf_matrix *X, const cf_matrix *Y,
                                      double *out);

/* out (n, k) = X (n, d) B (d, k) + the row vector `bias` (NULL = 0); X dense or CSR, f64 or f32;
 * out f64 contiguous. */
CF_NODISCARD cf_status cfi_affine(cf_run *run, const cf_matrix *X, const double *B, cf_index k,
                                  const double *bias, double *out);

/* out (d, k) = X' R, R (n, k) contiguous; X dense or CSR. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_transposed_product(cf_run *run, const cf_matrix *X, const double *R,
                                              cf_index k, double *out);

/* Softmax of each row of F (n, k) in place, largest entry subtracted first. */
void cfi_softmax_rows(cf_run *run, double *F, cf_index n, cf_index k);

/* log(sum(exp(f))) of k numbers, shifted by their maximum. */
double cfi_logsumexp(const double *f, cf_index k);

/* Position of the first largest of k numbers. */
cf_index cfi_argmax(const double *f, cf_index k);

/* 1 / (1 + exp(-x)), and log(1 + exp(x)), without overflow. */
double cfi_expit(double x);
double cfi_log1pexp(double x);

/* y[i] = exp(x[i]), vectorised: within 2 ulp of libm's, exact for nan and infinities; x == y
 * allowed. */
void cfi_exp(cf_index n, const double *x, double *y);
void cfi_exp_f32(cf_index n, const float *x, float *y);

/* y[i] = x[i] in double precision. */
void cfi_widen(cf_index n, const float *x, double *y);

/* Sum with Neumaier's compensation; weights may be NULL. */
double cfi_sum(const double *x, const double *weights, cf_index n);

/* Sorts ascending, NaN last; with `order`, also the permutation that did it (stable). */
void cfi_sort(double *x, cf_index n);
CF_NODISCARD cf_status cfi_argsort(const double *x, cf_index n, cf_index *order);

/* Row, column and value of the first entry that is not finite (with `nan_ok`, infinite); false when
 * all is well. */
bool cfi_find_nonfinite(cf_run *run, const cf_matrix *X, bool nan_ok, cf_index *row, cf_index *col,
                        double *value);

#endif
