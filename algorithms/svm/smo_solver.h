/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The quadratic problem behind support vector machines, in signed variables (beta = y alpha):
 *
 *   min 1/2 beta'K beta + p'beta   subject to   sum beta = sum beta(start), least <= beta <=
 * largest
 *
 * C-classification: p = -y, beta between 0 and y C. Regression: two variables a sample. One class:
 * p = 0.
 */
#ifndef COFIT_SVM_SMO_SOLVER_H
#define COFIT_SVM_SMO_SOLVER_H

#include "algorithms/svm/kernel.h"

typedef struct cfi_smo_problem {
    const char *owner; /* begins messages */
    const cfi_kernel *kernel;
    const cf_matrix *X;
    const cf_index *rows;          /* (n) the samples' rows of X */
    cf_index n;                    /* samples */
    cf_index n_variables;          /* n, or 2 n: variable n + i belongs to sample i too */
    const double *p;               /* (n_variables) */
    const double *least, *largest; /* (n_variables) */
    double tol;                    /* largest violation of the optimality conditions */
    int64_t max_steps;             /* pairs of variables changed; negative = no limit */
    size_t cache_bytes;            /* for rows of K */
    bool shrinking;                /* set variables aside that look settled */
} cfi_smo_problem;

typedef struct cfi_smo_result {
    double rho;       /* of the decision function sum_i beta_i k(x_i, x) - rho */
    double objective; /* at beta */
    double violation; /* at beta */
    int64_t steps;
    bool converged; /* false: max_steps, or rounding left nothing to gain */
} cfi_smo_result;

/*
 * Solves the problem from `beta` (n_variables, feasible), in place. CF_ERR_NUMERIC (the kernel is
 * not finite), CF_ERR_MEMORY, CF_ERR_CANCELLED, CF_ERR_DEADLINE.
 */
CF_NODISCARD cf_status cfi_smo_solve(const cfi_smo_problem *problem, cf_run *run, double *beta,
                                     cfi_smo_result *result);

#endif
