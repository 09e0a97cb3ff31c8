/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Symmetric positive definite systems (A + diag(ridge)) x = b by Cholesky on a matrix scaled to a
 * unit diagonal, in the memory of A itself: the upper triangle keeps A, the lower takes the factor.
 */
#ifndef COFIT_SPD_H
#define COFIT_SPD_H

#include "cofit/extend.h"

typedef struct cfi_spd {
    cf_index n, ld;
    double *A;        /* (n, n) row-major, borrowed: upper = scale A scale, lower = factor */
    double *diagonal; /* (n) of A as given */
    double *scale;    /* (n) powers of two */
    double *held;     /* (n) diagonal of scale (A + ridge) scale */
    double least;     /* a lower bound of its eigenvalues, from the ridge; 0 = none */
    double norm;      /* its 1-norm */
    cf_index null;    /* rows that are zero: their unknowns are zero */
} cfi_spd;

/* A's upper triangle is read, its lower is free. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_spd_new(cfi_spd *s, cf_index n, double *A, cf_index ld);

/* Releases what is not A. */
void cfi_spd_clear(cfi_spd *s);

/* Factors A + diag(ridge) (NULL = 0); *definite is false when a pivot was not positive.
 * CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_spd_factor(cf_run *run, cfi_spd *s, const double *ridge, bool *definite);

/* Reciprocal condition number of the scaled matrix. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_spd_rcond(const cfi_spd *s, double *rcond);

/* Solves for the rows of B (k, n) in place. */
CF_NODISCARD cf_status cfi_spd_solve(const cfi_spd *s, cf_index k, double *B);

/* out = |A + ridge| |x|: times eps, the rounding error of a residual. */
void cfi_spd_absolute_product(const cfi_spd *s, const double *x, double *out);

#endif
