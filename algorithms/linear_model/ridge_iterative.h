/* SPDX-License-Identifier: BSD-3-Clause */
/* Ridge regression from products with X alone: for a sparse X with many columns. */
#ifndef COFIT_RIDGE_ITERATIVE_H
#define COFIT_RIDGE_ITERATIVE_H

#include "algorithms/linear_model/ridge_solver.h"

typedef struct cfi_ridge_limits {
    double tolerance;
    cf_index max_iter; /* 0 = the method's own */
    double *n_iter;    /* (k) iterations of each target, or NULL */
    bool converged;    /* out: false when some target was not */
} cfi_ridge_limits;

/*
 * Conjugate gradients on the smaller side of the normal equations, until the residual is
 * `tolerance` times the right-hand side; 10 n iterations for n unknowns by default. Errors as
 * cfi_ridge_cholesky.
 */
CF_NODISCARD cf_status cfi_ridge_cg(const cfi_ridge *problem, cfi_ridge_limits *limits);

/* LSQR with damping; twice the columns by default. */
CF_NODISCARD cf_status cfi_ridge_lsqr(const cfi_ridge *problem, cfi_ridge_limits *limits);

/*
 * Coefficients that are not negative: projected conjugate gradients until the violation of the
 * optimality conditions is `tolerance` times X'y; 15000 iterations by default.
 */
CF_NODISCARD cf_status cfi_ridge_projected(const cfi_ridge *problem, cfi_ridge_limits *limits);

#endif
