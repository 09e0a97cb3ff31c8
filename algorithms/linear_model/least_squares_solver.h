/* SPDX-License-Identifier: BSD-3-Clause */
/* Ordinary least squares, minimum norm where the columns depend on each other. */
#ifndef COFIT_LEAST_SQUARES_SOLVER_H
#define COFIT_LEAST_SQUARES_SOLVER_H

#include "algorithms/linear_model/linear_data.h"

typedef struct cfi_least_squares {
    double *coef;      /* (k, d) */
    double *intercept; /* (k) */
    cf_index rank;     /* of the centred X */
    double *factor;    /* (order, order) upper triangle, columns one after the other: its singular
                          values are those of the centred, weighted X that are not zero */
    cf_index order;
    double filled; /* one of these values, the nearest to `filled`, stands for a zero; 0 = none */
} cfi_least_squares;

/* A dense X. Chooses between the routes below. CF_ERR_MEMORY, and what cf_run_check says. */
CF_NODISCARD cf_status cfi_least_squares_solve(const cfi_linear_data *data, cfi_least_squares *out);

/* Releases the solution. */
void cfi_least_squares_clear(cfi_least_squares *s);

/* Rank-revealing QR of the scaled columns with refinement in twice the precision. */
CF_NODISCARD cf_status cfi_least_squares_qr(const cfi_linear_data *data, cfi_least_squares *out);

/*
 * values (order) = the singular values, descending, from `factor` and `filled` of a solution.
 * CF_ERR_NUMERIC, CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_least_squares_singular(cf_index order, const double *factor,
                                                  double filled, double *values);

/* Allocates coef and intercept. */
CF_NODISCARD cf_status cfi_least_squares_new(const cfi_linear_data *data, cfi_least_squares *out);

#endif
