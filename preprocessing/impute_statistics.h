/* SPDX-License-Identifier: BSD-3-Clause */
/* What missing entries are replaced with: one number a column. */
#ifndef COFIT_PREPROCESSING_IMPUTE_STATISTICS_H
#define COFIT_PREPROCESSING_IMPUTE_STATISTICS_H

#include "cofit/extend.h"

typedef enum cfi_impute_rule {
    CFI_IMPUTE_COUNT, /* nothing but the counts */
    CFI_IMPUTE_MEAN,
    CFI_IMPUTE_MEDIAN,
    CFI_IMPUTE_MOST_FREQUENT, /* the least of several */
    CFI_IMPUTE_FUNCTION /* called with the observed entries as an (m, 1) matrix; gives (1, 1) */
} cfi_impute_rule;

/*
 * out[j] = the statistic of the entries of column j that are not missing, NaN where there is none;
 * observed[j] = how many there are, zeros of a sparse matrix included. Missing is NaN and
 * missing[j]. X is dense with col_stride 1 or CSR. `function` is called on several threads at once.
 * CF_ERR_MEMORY, and what the function returns.
 */
CF_NODISCARD cf_status cfi_impute_statistics(cf_run *run, const cf_matrix *X, const double *missing,
                                             cfi_impute_rule rule, const cf_function *function,
                                             double *out, cf_index *observed);

#endif
