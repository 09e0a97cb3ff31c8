/* SPDX-License-Identifier: BSD-3-Clause */
/* A shift and a scale for every column, applied to a whole matrix in one pass: what scalers do. */
#ifndef COFIT_PREPROCESSING_COLUMN_MAP_H
#define COFIT_PREPROCESSING_COLUMN_MAP_H

#include "cofit/extend.h"

typedef struct cfi_column_map {
    const double *shift, *scale; /* (cols); NULL = 0 and 1 */
    bool divide;                 /* (x - shift) / scale, else x * scale + shift */
    bool clip;                   /* afterwards into [low, high]; NaN stays */
    double low, high;
} cfi_column_map;

/*
 * out = X mapped, in X's dtype (f32 is computed in f32, as scikit-learn does), dense.
 * CF_ERR_MEMORY, CF_ERR_SHAPE (out is a view of another shape).
 */
CF_NODISCARD cf_status cfi_map_columns(cf_run *run, const cf_matrix *X, const cfi_column_map *map,
                                       cf_matrix *out);

/*
 * out = the CSR matrix X with its entries multiplied by the column's scale, or by its reciprocal;
 * scale NULL copies. CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_scale_sparse_columns(cf_run *run, const cf_matrix *X,
                                                const double *scale, bool divide, cf_matrix *out);

#endif
