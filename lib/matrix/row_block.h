/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Products with a block of rows that stays in the cache: what a solver that needs X b and X'r of
 * the same rows in one pass over the data is made of. On the calling thread alone.
 */
#ifndef COFIT_MATRIX_ROW_BLOCK_H
#define COFIT_MATRIX_ROW_BLOCK_H

#include "cofit/extend.h"

/* Rows [begin, begin + rows) of X, dense with col_stride 1 or CSR, f64 or f32. */
typedef struct cfi_row_block {
    const cf_matrix *X;
    cf_index begin, rows;
    const double *values; /* of a dense X: in place, or widened from floats */
    cf_index stride;
} cfi_row_block;

/* Rows worth a block: they fit the second-level cache beside what is computed from them. */
cf_index cfi_row_block_size(const cf_matrix *X);

/* Doubles of scratch a block of that many rows needs (0 unless X is dense f32). */
cf_index cfi_row_block_scratch(const cf_matrix *X);

/* Opens rows [begin, begin + rows); `scratch` as above. */
cfi_row_block cfi_row_block_open(const cf_matrix *X, cf_index begin, cf_index rows,
                                 double *scratch);

/* out (rows, k) = the rows times B (d, k), plus the row `bias` (k) unless it is NULL. */
void cfi_row_block_map(const cfi_row_block *block, const double *B, cf_index k, const double *bias,
                       double *out);

/* sum (d, k) += the rows transposed times R (rows, k). */
void cfi_row_block_add(const cfi_row_block *block, const double *R, cf_index k, double *sum);

#endif
