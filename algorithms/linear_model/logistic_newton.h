/* SPDX-License-Identifier: BSD-3-Clause */
/* Minimisers of the objective of logistic_loss.h, without and with an l1 penalty. */
#ifndef COFIT_LOGISTIC_NEWTON_H
#define COFIT_LOGISTIC_NEWTON_H

#include "algorithms/linear_model/logistic_loss.h"

/* How a solver ended. */
typedef struct cfi_logistic_end {
    int64_t n_iter;
    double value;    /* of the objective */
    double gradient; /* largest component of its (sub)gradient, over the sum of weights */
    bool converged;  /* it is within tol */
} cfi_logistic_end;

/*
 * Minimises from W, which gets the solution; p has been started and not moved. Converged means
 * max |gradient| <= tol weight_sum; the method goes well below where that costs little.
 * CF_ERR_MEMORY, CF_ERR_CANCELLED, CF_ERR_DEADLINE, CF_ERR_NUMERIC.
 */
CF_NODISCARD cf_status cfi_logistic_newton(cfi_logistic *p, double tol, int64_t max_iter, double *W,
                                           cfi_logistic_end *end);

/*
 * The same with l1 |coefficients|_1 + l1_intercept |intercept|_1 added, l1 > 0; the gradient is
 * then the subgradient of least norm.
 */
CF_NODISCARD cf_status cfi_logistic_sparse(cfi_logistic *p, double l1, double l1_intercept,
                                           double tol, int64_t max_iter, double *W,
                                           cfi_logistic_end *end);

#endif
