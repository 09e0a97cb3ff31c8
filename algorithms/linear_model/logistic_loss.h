/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The smooth part of logistic regression, on plain arrays:
 *   f(W) = sum_i w_i loss(y_i, x_i W + b) + l2/2 |W|^2 + l2_intercept/2 |b|^2,
 * its gradient, and products with its Hessian. loss is log(1 + exp(m)) - y m for two classes (k = 1
 * column), log(sum_c exp(m_c)) - m_y for k >= 3 of them. Parameters are (d + 1, k) row-major; the
 * last row is the intercept b, zero where none is fitted.
 */
#ifndef COFIT_LOGISTIC_LOSS_H
#define COFIT_LOGISTIC_LOSS_H

#include "cofit/extend.h"

typedef struct cfi_logistic {
    cf_run *run;
    const cf_matrix *X;    /* (n, d) dense with col_stride 1 or CSR, f64 or f32 */
    const int32_t *y;      /* (n) codes 0 .. max(k, 2) - 1 */
    const double *weights; /* (n), NULL = all one */
    cf_index n, d, k;
    bool intercept;
    double l2, l2_intercept;
    double weight_sum;
    /* The current point. */
    double *margins;   /* (n, k) */
    double *curvature; /* (n, k): for k = 1 weight times p (1 - p), else the probabilities p */
    double *scratch;   /* (workers, scratch_size) */
    cf_index scratch_size, block, grain;
} cfi_logistic;

/*
 * Starts at W = 0, b = 0. The fields above the line are the caller's to fill (weight_sum is
 * computed). CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_logistic_start(cfi_logistic *p);

/* Releases the arrays; the fields the caller filled stay. */
void cfi_logistic_clear(cfi_logistic *p);

/* Numbers in a parameter array: (d + 1) k. */
static inline cf_index cfi_logistic_size(const cfi_logistic *p)
{
    return (p->d + 1) * p->k;
}

/*
 * Moves the current point by D, to W: *value = f(W), G = its gradient, in one pass over X. With
 * D = NULL it goes to W from nowhere, which also forgets rounding. CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_logistic_move(cfi_logistic *p, const double *D, const double *W,
                                         double *value, double *G);

/* out = the Hessian at the current point times V. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_logistic_product(const cfi_logistic *p, const double *V, double *out);

/* out = the diagonal of the Hessian, shaped as the parameters. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_logistic_diagonal(const cfi_logistic *p, double *out);

/* A block of the Hessian without penalty: derivatives by the parameters of classes a and b. */
typedef struct cfi_logistic_part {
    cf_index a, b; /* both -1: the mean of the blocks of equal classes */
    cf_index skip; /* estimated from one row in `skip`, evenly spread */
} cfi_logistic_part;

/*
 * M (q, q), q = d + 1 (d without intercept), upper triangle column-major: a block, which is
 * symmetric. X must be dense. CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_logistic_block(const cfi_logistic *p, cfi_logistic_part part, double *M);

#endif
