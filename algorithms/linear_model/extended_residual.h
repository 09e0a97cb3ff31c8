/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Residuals of the augmented system of a least-squares problem in twice the working precision:
 *     rho + c0 + Xs z = y        (rows)
 *     Xs' W rho = 0, sum W rho = 0   (columns, intercept)
 * with Xs = (X - mean) diag(scale). Numbers are pairs high + low (double-double).
 */
#ifndef COFIT_EXTENDED_RESIDUAL_H
#define COFIT_EXTENDED_RESIDUAL_H

#include "algorithms/linear_model/linear_data.h"

/* A vector of pairs. */
typedef struct cfi_pairs {
    double *high, *low;
} cfi_pairs;

/* Zeroed pairs. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_pairs_new(cfi_pairs *p, cf_index n);

/* Releases them. */
void cfi_pairs_clear(cfi_pairs *p);

/* p[i] += x. */
void cfi_pairs_add(cfi_pairs *p, cf_index i, double x);

/* What the augmented system is evaluated at, and what comes out. */
typedef struct cfi_extended_residual {
    const cfi_linear_data *data; /* dense */
    const double *mean, *scale;  /* (d) */
    cfi_pairs rho;               /* (k, n) */
    cfi_pairs c0;                /* (k); zero without centring */
    cfi_pairs z;                 /* (k, d) */
    double *f;                   /* (k, n): sqrt(W) (y - rho - c0 - Xs z) */
    double *g;                   /* (k, d): -Xs' W rho */
    double *g0;                  /* (k): -sum W rho */
} cfi_extended_residual;

/* Evaluates f, g and g0. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_extended_residual_compute(cfi_extended_residual *r);

#endif
