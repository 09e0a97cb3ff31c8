/* SPDX-License-Identifier: BSD-3-Clause */
/* Non-negative least squares from the normal equations. */
#ifndef COFIT_NNLS_H
#define COFIT_NNLS_H

#include "cofit/extend.h"

/* Minimise x'Gx / 2 - c'x over x >= 0. */
typedef struct cfi_nnls_problem {
    cf_index d, ld;
    const double *G;    /* (d, d), ld apart, row-major; the upper triangle is read */
    const double *more; /* (d) added to the diagonal; NULL = nothing */
    const double *c;    /* (d) */
    cf_index max_iter;  /* changes of the active set; 0 = 3 d + 30 */
} cfi_nnls_problem;

/*
 * x (d) is a start on entry (only which entries are positive matters) and the solution on return;
 * *converged is false when max_iter was reached: x is then feasible, not optimal. CF_ERR_MEMORY,
 * and what cf_run_check says.
 */
CF_NODISCARD cf_status cfi_nnls(cf_run *run, const cfi_nnls_problem *problem, double *x,
                                bool *converged);

#endif
