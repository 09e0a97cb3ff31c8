/* SPDX-License-Identifier: BSD-3-Clause */
/* Rows of entries as rows of ones, on plain arrays. */
#ifndef COFIT_PREPROCESSING_ONE_HOT_ROWS_H
#define COFIT_PREPROCESSING_ONE_HOT_ROWS_H

#include "preprocessing/categories.h"

enum { CFI_NO_COLUMN = -1, CFI_REFUSED = -2 };

/* Which output column an entry's position has. */
typedef struct cfi_one_hot {
    const cfi_finder *finders; /* (n_features) */
    const int64_t *begins;     /* (n_features + 1) the features' parts of `columns` */
    const int32_t *columns;    /* of each position; CFI_NO_COLUMN: a row of zeros */
    const int32_t *unknown;    /* (n_features) of unknown entries; CFI_REFUSED: an error */
    cf_index n_out;
} cfi_one_hot;

/*
 * out = X encoded: CSR, or dense zeros and ones, of dtype `dtype`. seen[j] = column j has unknown
 * entries; where they are refused the call returns CF_OK with `out` undefined, and seen tells.
 * X is dense f64. CF_ERR_MEMORY, CF_ERR_SHAPE, CF_ERR_LIMIT.
 */
CF_NODISCARD cf_status cfi_one_hot_apply(cf_run *run, const cfi_one_hot *map, const cf_matrix *X,
                                         bool sparse, cf_dtype dtype, bool *seen, cf_matrix *out);

/* What ones and zeros mean, to turn them back. */
typedef struct cfi_one_hot_inverse {
    cf_index n_features;
    cf_index *first;    /* (n_features + 1) columns of each feature */
    int32_t *feature;   /* of each column */
    double *values;     /* what a one in each column means */
    double *zeros;      /* (n_features) what zeros in all columns of a feature mean */
    bool *refused;      /* (n_features) such zeros are an error */
    double *best, *sum; /* (n_features) scratch of a row */
    cf_index *label;    /* (n_features) scratch */
} cfi_one_hot_inverse;

/* Arrays for n_columns columns; first[0] is 0. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_one_hot_inverse_new(cfi_one_hot_inverse *p, cf_index n_features,
                                               cf_index n_columns);

/* Releases them. */
void cfi_one_hot_inverse_free(cfi_one_hot_inverse *p);

/*
 * out (rows, n_features) = the values of the largest entries of X (f64, dense or CSR) among each
 * feature's columns. Returns -1, or the first row with zeros that are an error.
 */
cf_index cfi_one_hot_undo(cfi_one_hot_inverse *p, const cf_matrix *X, double *out);

#endif
