/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The matrix the fit is about, A = sqrt(W) (X - mean) diag(scale), as two products: for residuals,
 * gradients and iterative solvers. Nothing is copied; a sparse X stays sparse.
 */
#ifndef COFIT_LINEAR_OPERATOR_H
#define COFIT_LINEAR_OPERATOR_H

#include "algorithms/linear_model/linear_data.h"

typedef struct cfi_linear_operator {
    const cfi_linear_data *data;
    const double *mean;  /* (d) */
    const double *scale; /* (d), NULL = 1 */
    double *row;         /* scratch (d) */
    double *column;      /* scratch (n) */
} cfi_linear_operator;

/* Borrows all it is given. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_linear_operator_new(cfi_linear_operator *op, const cfi_linear_data *data,
                                               const double *mean, const double *scale);

/* Releases the scratch memory. */
void cfi_linear_operator_clear(cfi_linear_operator *op);

/* out (n) = A v. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_linear_apply(cfi_linear_operator *op, const double *v, double *out);

/* out (d) = A' u. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_linear_apply_transposed(cfi_linear_operator *op, const double *u,
                                                   double *out);

/* out (n) = sqrt(W) (Y[:, t] - y_mean). */
void cfi_linear_target(const cfi_linear_data *data, cf_index t, double y_mean, double *out);

/*
 * out (d) = A' (target t - A v): the gradient at v, signs turned, from the data themselves;
 * `residual` (n) is left in place. CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_linear_gradient(cfi_linear_operator *op, cf_index t, double y_mean,
                                           const double *v, double *residual, double *out);

#endif
