/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Centred and weighted second moments of X and Y in one pass, without a copy of X: what the normal
 * equations are made of.
 */
#ifndef COFIT_LINEAR_MOMENTS_H
#define COFIT_LINEAR_MOMENTS_H

#include "algorithms/linear_model/linear_data.h"

/* With S = diag(scale), W = diag(weights), Xc = X - mean, Yc = Y - y_mean (X, Y when not centred).
 */
typedef struct cfi_linear_moments {
    cf_index d, k;
    double *gram; /* (d, d), ld apart, row-major: S Xc' W Xc S; below the diagonal: free to use */
    cf_index ld;
    double *xy;     /* (k, d): Yc' W Xc S */
    double *mean;   /* (d) */
    double *y_mean; /* (k) */
    double *scale;  /* (d), powers of two */
    double weight;  /* sum of the weights */
    bool usable;    /* false: numbers left the range; scale the data exactly and use QR */
} cfi_linear_moments;

/* CF_ERR_MEMORY, and what cf_run_check says. */
CF_NODISCARD cf_status cfi_linear_moments_new(cfi_linear_moments *m, const cfi_linear_data *data);

/* Releases them. */
void cfi_linear_moments_clear(cfi_linear_moments *m);

#endif
