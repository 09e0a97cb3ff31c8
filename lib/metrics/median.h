/* SPDX-License-Identifier: BSD-3-Clause */
/* Medians, with and without weights. */
#ifndef COFIT_METRICS_MEDIAN_H
#define COFIT_METRICS_MEDIAN_H

#include "cofit/extend.h"

/* The median of n >= 1 finite numbers, which come out in another order. */
double cfi_median(double *x, cf_index n);

/*
 * The weighted median: the least value whose cumulated weight passes half of `total`, or its mean
 * with the next one of non-zero weight where that hits half exactly (Hyndman and Fan 1996,
 * definition 2). CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_weighted_median(const double *x, const double *weights, cf_index n,
                                           double total, double *out);

#endif
