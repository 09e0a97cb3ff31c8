/* SPDX-License-Identifier: BSD-3-Clause */
/* Rows of a matrix as doubles, whatever it holds. */
#ifndef COFIT_MATRIX_ROWS_H
#define COFIT_MATRIX_ROWS_H

#include "matrix/kernels.h"

#include <string.h>

/*
 * Rows [begin, end) of a dense X with col_stride 1, columns [first, first + cols): X's own memory
 * when it holds doubles, else converted into `copy` ((end - begin) * cols numbers). *stride gets
 * the distance between rows.
 */
static inline const double *cfi_rows_f64(const cf_matrix *X, cf_index begin, cf_index end,
                                         cf_index first, cf_index cols, double *copy,
                                         cf_index *stride)
{
    if (X->dtype != CF_F32) {
        *stride = X->row_stride;
        return (const double *)X->values + begin * X->row_stride + first;
    }
    const float *x = (const float *)X->values + begin * X->row_stride + first;
    if (X->row_stride == cols)
        cfi_widen((end - begin) * cols, x, copy);
    else
        for (cf_index i = 0; i < end - begin; i++)
            cfi_widen(cols, x + i * X->row_stride, copy + i * cols);
    *stride = cols;
    return copy;
}

/* Stored entry k of a sparse X. */
static inline double cfi_entry(const cf_matrix *X, cf_index k)
{
    return X->dtype == CF_F32 ? (double)((const float *)X->values)[k]
                              : ((const double *)X->values)[k];
}

/* Row i of a dense (col_stride 1) or CSR X as doubles in `row`, which has X->cols numbers. */
static inline void cfi_row_to_f64(const cf_matrix *X, cf_index i, double *row)
{
    if (X->storage == CF_CSR) {
        memset(row, 0, (size_t)X->cols * sizeof *row);
        for (cf_index k = X->offsets[i]; k < X->offsets[i + 1]; k++)
            row[X->indices[k]] = cfi_entry(X, k);
    } else {
        cf_index stride;
        const double *x = cfi_rows_f64(X, i, i + 1, 0, X->cols, row, &stride);
        if (x != row)
            memcpy(row, x, (size_t)X->cols * sizeof *row);
    }
}

#endif
