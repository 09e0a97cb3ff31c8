/* SPDX-License-Identifier: BSD-3-Clause */
/* Sums whose rounding errors are carried along. */
#ifndef COFIT_METRICS_SUMS_H
#define COFIT_METRICS_SUMS_H

#include <math.h>

/* A running sum with the exact error of every addition (Knuth's two-sum); zero-initialised = 0. */
typedef struct cfi_total {
    double sum, error;
} cfi_total;

static inline void cfi_total_add(cfi_total *t, double x)
{
    const double sum = t->sum + x, part = sum - t->sum;
    t->error += (t->sum - (sum - part)) + (x - part);
    t->sum = sum;
}

/* The sum; an overflow stays infinite. */
static inline double cfi_total_value(cfi_total t)
{
    return isfinite(t.sum) ? t.sum + t.error : t.sum;
}

#endif
