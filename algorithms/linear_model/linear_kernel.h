/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The other side of the normal equations, for more columns than rows: K = C C', (n, n), where
 * C = sqrt(W) (X - mean) scale. Coefficients are C' times dual ones. X is read in panels of
 * columns; it is never copied whole.
 */
#ifndef COFIT_LINEAR_KERNEL_H
#define COFIT_LINEAR_KERNEL_H

#include "algorithms/linear_model/linear_data.h"

typedef struct cfi_linear_kernel {
    const cfi_linear_data *data; /* dense */
    const double *mean;          /* (d) */
    double scale;                /* one power of two for all columns */
    double *K;                   /* (n, n), ld apart, row-major; below the diagonal: free to use */
    cf_index ld;
    bool usable;                 /* false: numbers left the range */
    double *panel, *panel_scale; /* scratch */
    cf_index width, at, cols;    /* of a panel; the current one's first column and number */
} cfi_linear_kernel;

/* Computes K; borrows data and mean. CF_ERR_MEMORY, and what cf_run_check says. */
CF_NODISCARD cf_status cfi_linear_kernel_new(cfi_linear_kernel *kernel, const cfi_linear_data *data,
                                             const double *mean);

/* Releases it. */
void cfi_linear_kernel_clear(cfi_linear_kernel *kernel);

/* coef (k, d) = dual (k, n) C. */
void cfi_linear_kernel_coef(cfi_linear_kernel *kernel, const double *dual, double *coef);

/* residual (k, n) = targets - coef C', the targets being sqrt(W) (Y - y_mean) as rows. */
void cfi_linear_kernel_residual(cfi_linear_kernel *kernel, const double *y_mean, const double *coef,
                                double *residual);

#endif
