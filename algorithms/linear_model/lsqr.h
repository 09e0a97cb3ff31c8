/* SPDX-License-Identifier: BSD-3-Clause */
/* LSQR: least squares, and with damping ridge, from products with the matrix alone. */
#ifndef COFIT_LSQR_H
#define COFIT_LSQR_H

#include "algorithms/linear_model/linear_operator.h"

typedef struct cfi_lsqr_options {
    double damping;    /* minimise |b - A x|^2 + damping^2 |x|^2 */
    double tolerance;  /* atol and btol of the paper */
    cf_index max_iter; /* 0 = twice the columns */
} cfi_lsqr_options;

/*
 * x (d) for the right-hand side u (n), which is destroyed; *n_iter gets the iterations, *converged
 * whether a tolerance was met. CF_ERR_MEMORY, and what cf_run_check says.
 */
CF_NODISCARD cf_status cfi_lsqr(cfi_linear_operator *A, const cfi_lsqr_options *options, double *u,
                                double *x, cf_index *n_iter, bool *converged);

#endif
