/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rank-revealing QR of the centred, weighted columns of a dense X, scaled by powers of two, as a
 * complete orthogonal decomposition; and the corrections of a least-squares solution it gives.
 *
 * C = sqrt(W) (X - mean - delta) S = Q [R; 0] P', and s = sqrt(W) 1, so that s'C = 0; delta is what
 * rounding left of the mean.
 */
#ifndef COFIT_SCALED_QR_H
#define COFIT_SCALED_QR_H

#include "algorithms/linear_model/extended_residual.h"
#include "algorithms/linear_model/tall_qr.h"

typedef struct cfi_scaled_qr {
    const cfi_linear_data *data;
    cfi_tall_qr qr;
    double *mean, *y_mean; /* (d), (k) */
    double *scale;         /* (d) S, powers of two */
    double *delta;         /* (d) times S */
    double *partials;      /* (blocks, 2, d) */
    double weight;
    cf_index rank;
    /* With rank < d: R's first rows, S taken out again, = [T 0] Z. */
    double *T, *T_tau;
} cfi_scaled_qr;

/* What a correction is computed in; the caller's memory. */
typedef struct cfi_scaled_correction {
    double *top;  /* (k, top_rows) */
    double *cols; /* (k, d) in pivoted order */
    double *c0;   /* (k) */
} cfi_scaled_correction;

/* Factors the data's X (one copy); zero-initialise `o` before. CF_ERR_MEMORY, cf_run_check's. */
CF_NODISCARD cf_status cfi_scaled_qr_new(cfi_scaled_qr *o, const cfi_linear_data *data);

/* Releases it. */
void cfi_scaled_qr_clear(cfi_scaled_qr *o);

/* Entry (i, j), i <= j, of R; column j is column qr.pivots[j] of X. */
double cfi_scaled_qr_entry(const cfi_scaled_qr *o, cf_index i, cf_index j);

/*
 * The correction of (rho, c0, z) for the residuals f, g, g0 of the augmented system: c->cols (k, d)
 * in pivoted order, c->c0 (k) at the mean + delta, and in r->f sqrt(W) times that of rho.
 */
CF_NODISCARD cf_status cfi_scaled_qr_correct(const cfi_scaled_qr *o, cfi_scaled_correction *c,
                                             cfi_extended_residual *r);

#endif
