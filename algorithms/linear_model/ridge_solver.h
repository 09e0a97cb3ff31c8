/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ridge regression by factorisations: minimise sum_i w_i |y_i - b0 - x_i b|^2 + alpha |b|^2, with a
 * penalty of its own for every target.
 */
#ifndef COFIT_RIDGE_SOLVER_H
#define COFIT_RIDGE_SOLVER_H

#include "algorithms/linear_model/linear_data.h"

/* The solution is written into plain arrays: coef (k, d), intercept (k). alpha (k) >= 0. */
typedef struct cfi_ridge {
    const cfi_linear_data *data;
    const double *alpha;
    double *coef, *intercept;
} cfi_ridge;

/*
 * Cholesky of the smaller side, d x d or (dense X) n x n. *solved is false where the matrix is
 * singular to rounding. CF_ERR_MEMORY, and what cf_run_check says.
 */
CF_NODISCARD cf_status cfi_ridge_cholesky(const cfi_ridge *problem, bool *solved);

/* Singular values of a dense X, by QR first; minimum norm where alpha is 0. Errors as above, and
 * CF_ERR_NUMERIC. */
CF_NODISCARD cf_status cfi_ridge_svd(const cfi_ridge *problem);

#endif
