/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs of elements of any dtype, to and from doubles. */
#ifndef COFIT_MATRIX_ELEMENTS_H
#define COFIT_MATRIX_ELEMENTS_H

#include "cofit/extend.h"

/* out[k] = element at + k * step of an array, k < n. */
void cfi_load_run(const void *values, cf_dtype dtype, cf_index at, cf_index step, cf_index n,
                  double *out);

/*
 * Element at + k * step of an array = x[k], k < n; integers are cut towards 0. False when a number
 * is outside the dtype: then nothing was stored, for its cast would be undefined.
 */
CF_NODISCARD bool cfi_store_run(void *values, cf_dtype dtype, cf_index at, cf_index step,
                                cf_index n, const double *x);

#endif
