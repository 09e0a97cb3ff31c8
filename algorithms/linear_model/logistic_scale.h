/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Preconditioners of the Hessian: its diagonal, or Cholesky factors of the blocks of its classes
 * (of their mean where those would take too much memory). For two classes the block is the Hessian.
 */
#ifndef COFIT_LOGISTIC_SCALE_H
#define COFIT_LOGISTIC_SCALE_H

#include "algorithms/linear_model/logistic_loss.h"

typedef struct cfi_logistic_scale {
    bool factors;          /* else the diagonal */
    bool direct;           /* it was made as the Hessian itself: nothing but sampling is missing */
    cf_index skip;         /* one row in so many is looked at */
    bool centred;          /* results are made to sum to 0 over the classes */
    const bool *held;      /* ((d + 1) k) parameters that do not take part; NULL = none */
    cf_index q, count;     /* factors of order q: one a class, or one for all */
    const double *damping; /* ((d + 1) k) added to the diagonal; NULL = none */
    double *values;        /* (count, q, q) column-major, or (d + 1, k) */
    double *work;          /* (q, k) */
} cfi_logistic_scale;

/* Chooses the form for the size of the problem; `centred`, `held`, `damping` are off.
 * CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_logistic_scale_new(cfi_logistic_scale *s, const cfi_logistic *p);

/* Releases it. */
void cfi_logistic_scale_clear(cfi_logistic_scale *s);

/* Takes the Hessian at the current point. CF_ERR_MEMORY, CF_ERR_NUMERIC. */
CF_NODISCARD cf_status cfi_logistic_scale_take(cfi_logistic_scale *s, const cfi_logistic *p);

/* z = the inverse of what it took times r, 0 where a parameter is held, as r must be. */
CF_NODISCARD cf_status cfi_logistic_scale_apply(const cfi_logistic_scale *s, const cfi_logistic *p,
                                                const double *r, double *z);

#endif
