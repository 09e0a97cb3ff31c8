/* SPDX-License-Identifier: BSD-3-Clause */
/* Sums of kernels with support vectors: what every kernel machine predicts with. */
#ifndef COFIT_SVM_EXPANSION_H
#define COFIT_SVM_EXPANSION_H

#include "algorithms/svm/kernel.h"

typedef struct cfi_expansion {
    const cfi_kernel *kernel;
    const cf_matrix *vectors; /* dense or CSR; of a precomputed kernel NULL */
    const cf_index *rows;     /* (n) rows of `vectors`, NULL = all; precomputed: columns of X */
    cf_index n;
    cf_index n_groups;   /* consecutive vectors are summed group by group ... */
    const cf_index *end; /* ... (n_groups) where each ends */
    cf_index n_coef;     /* ... and for each of several coefficients */
    const double *coef;  /* (n_coef, n) */
} cfi_expansion;

/*
 * Receives the sums of rows [first, first + count) of X: sums[(r * n_groups + g) * n_coef + c] is
 * the sum over group g of coef[c] k(x_r, .). Called on any thread, once a chunk.
 */
typedef void (*cfi_expansion_fn)(void *ctx, cf_index first, cf_index count, const double *sums);

/* Evaluates the expansion at rows[0..n) of X (NULL: all of X). CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_expansion_apply(const cfi_expansion *e, const cf_matrix *X,
                                           const cf_index *rows, cf_index n, cf_run *run,
                                           cfi_expansion_fn receive, void *ctx);

#endif
