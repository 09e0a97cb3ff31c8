/* SPDX-License-Identifier: BSD-3-Clause */
/* Logistic regression with an l1 penalty: what its two methods share. */
#ifndef COFIT_LOGISTIC_L1_H
#define COFIT_LOGISTIC_L1_H

#include "algorithms/linear_model/logistic_newton.h"

/* Strengths of |coefficient| and |intercept|. */
typedef struct cfi_logistic_l1 {
    double coef, intercept;
} cfi_logistic_l1;

/* Strength for parameter j. */
double cfi_logistic_l1_of(const cfi_logistic *p, const cfi_logistic_l1 *l1, cf_index j);

/* The penalty at W. */
double cfi_logistic_l1_value(const cfi_logistic *p, const cfi_logistic_l1 *l1, const double *W);

/* A component of the subgradient of least norm, from the gradient G of the smooth part. */
double cfi_logistic_pull(double strength, double W, double G);

/* The largest of them all. */
double cfi_logistic_largest_pull(const cfi_logistic *p, const cfi_logistic_l1 *l1, const double *W,
                                 const double *G);

/*
 * Both methods minimise from W until the largest pull is at most `target`; end->converged is left
 * to the caller, end->gradient is the largest pull. Errors as cfi_logistic_sparse.
 */
/* For many parameters: products with the Hessian alone. */
CF_NODISCARD cf_status cfi_logistic_subspace(cfi_logistic *p, const cfi_logistic_l1 *l1,
                                             double target, int64_t max_iter, double *W,
                                             cfi_logistic_end *end);
/* For dense X and few parameters: coordinate descent on the whole Hessian. */
CF_NODISCARD cf_status cfi_logistic_descent(cfi_logistic *p, const cfi_logistic_l1 *l1,
                                            double target, int64_t max_iter, double *W,
                                            cfi_logistic_end *end);

#endif
