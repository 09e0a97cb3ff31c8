/* SPDX-License-Identifier: BSD-3-Clause */
/* Conversions into and between compressed forms: the sparse half of cf_matrix_convert. */
#ifndef COFIT_MATRIX_SPARSE_H
#define COFIT_MATRIX_SPARSE_H

#include "cofit/extend.h"

/* out = X in the compressed `storage`; out is made anew. CF_ERR_MEMORY, CF_ERR_SHAPE, CF_ERR_TYPE.
 */
CF_NODISCARD cf_status cfi_to_sparse(const cf_matrix *X, cf_dtype dtype, cf_storage storage,
                                     cf_matrix *out);

/* Fills the dense `out` (any strides, the shape of X) with a compressed X. CF_ERR_DATA: outside the
 * range of an integer dtype. */
CF_NODISCARD cf_status cfi_sparse_to_dense(const cf_matrix *X, cf_matrix *out);

/* Copies n stored entries from number `at` of X to number `to` of out, both f64 or f32. */
void cfi_copy_entries(const cf_matrix *X, cf_index at, cf_index n, cf_matrix *out, cf_index to);

#endif
