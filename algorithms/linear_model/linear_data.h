/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the least-squares solvers of this folder work on:
 * minimise sum_i w_i |y_i - b0 - x_i b|^2 (+ a penalty), the intercept b0 not penalised.
 * With an intercept the columns are centred on the way, never in a copy of X.
 */
#ifndef COFIT_LINEAR_DATA_H
#define COFIT_LINEAR_DATA_H

#include "cofit/extend.h"

typedef struct cfi_linear_data {
    cf_estimator *self;
    const cf_fit_args *args;
    cf_run *run;
    const cf_matrix *X;    /* (n, d) dense with col_stride 1 or CSR, f64 or f32 */
    const double *Y;       /* (n, k) */
    const double *weights; /* (n), all positive; NULL = all one */
    cf_index n, d, k;
    bool centre; /* an intercept is fitted */
    /* Filled only when some rows have no weight: the rows that have one. */
    cf_matrix kept_X, kept_Y;
    double *kept_weights;
} cfi_linear_data;

/* The problem of a fit of `self`; borrows args, drops rows without weight. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_linear_data_new(cfi_linear_data *data, cf_estimator *self,
                                           const cf_fit_args *args, bool centre);

/* Releases what cfi_linear_data_new made. */
void cfi_linear_data_clear(cfi_linear_data *data);

/*
 * Weighted means of the columns of X and Y, zeros when nothing is centred; *weight is the sum of
 * the weights. CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_linear_means(const cfi_linear_data *data, double *mean, double *y_mean,
                                        double *weight);

/* A block of a dense X to be copied: columns [first, first + cols) of rows [begin, end). */
typedef struct cfi_linear_block {
    cf_index begin, end, first, cols;
    const double *shift; /* (d), subtracted */
    const double *scale; /* (d), multiplied; NULL = 1 */
    bool weighted;       /* rows times the roots of their weights */
} cfi_linear_block;

/* Z row r = root_r (x_r - shift) scale, `ld` apart. */
void cfi_linear_copy(const cfi_linear_data *data, const cfi_linear_block *block, double *Z,
                     cf_index ld);

/* As cfi_linear_copy with Z column-major: Z[c * ld + r]. */
void cfi_linear_copy_columns(const cfi_linear_data *data, const cfi_linear_block *block, double *Z,
                             cf_index ld);

/* Root of the weight of row i. */
double cfi_linear_root(const cfi_linear_data *data, cf_index i);

/* 2^-e of a number 0.5 * 2^e <= |x| < 2^e, with e held in [-400, 400]; 1 for 0. */
double cfi_power_scale(double x);

/* intercept[t] = y_mean[t] - mean . coef[t], (k, d), summed in twice the precision; zeros without
 * centring. */
void cfi_linear_intercept(const cfi_linear_data *data, const double *mean, const double *y_mean,
                          const double *coef, double *intercept);

/* out (n, k) = X coef' + intercept, for predict slots; coef holds (k, d) numbers; resizes out. */
CF_NODISCARD cf_status cfi_linear_predict(const cf_matrix *X, const cf_matrix *coef,
                                          const cf_matrix *intercept, cf_run *run, cf_matrix *out);

#endif
