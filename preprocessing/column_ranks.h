/* SPDX-License-Identifier: BSD-3-Clause */
/* Exact order statistics of every column of a dense matrix, without sorting or copying it. */
#ifndef COFIT_PREPROCESSING_COLUMN_RANKS_H
#define COFIT_PREPROCESSING_COLUMN_RANKS_H

#include "cofit/extend.h"

/* Where the quantiles of the columns lie. */
typedef struct cfi_column_ranks {
    cf_index *count;       /* (cols) entries that are not missing */
    double *lower, *upper; /* (cols) the entries of rank floor(h) and ceil(h), h = q (count - 1);
                              NaN when count is 0 */
} cfi_column_ranks;

/*
 * Fills `out`, whose arrays the caller owns. X is dense with col_stride 1, f64 or f32, without
 * infinities; NaN is missing, and so is missing[j] in column j (NULL: nothing else). 0 <= q <= 1.
 * CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_column_ranks_find(cf_run *run, const cf_matrix *X, const double *missing,
                                             double q, const cfi_column_ranks *out);

/* Reorders x so that x[k] is its entry of rank k, with none larger before and none smaller after.
 */
void cfi_select_rank(double *x, cf_index n, cf_index k);

#endif
