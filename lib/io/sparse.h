/* SPDX-License-Identifier: BSD-3-Clause */
/* Sparse matrices from what files hold: entries in any order, perhaps twice. */
#ifndef COFIT_IO_SPARSE_H
#define COFIT_IO_SPARSE_H

#include "cofit/io.h"

/* Entries (row, column, value), in any order. */
typedef struct cfi_triplets {
    cf_index count;
    cf_index *rows; /* (count) */
    int32_t *cols;  /* (count) */
    double *values; /* (count) */
} cfi_triplets;

/* Room for `count` entries, to be filled. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_triplets_reserve(cfi_triplets *t, cf_index count);

/* Releases the entries and makes the list empty. */
void cfi_triplets_clear(cfi_triplets *t);

/*
 * out = CSR f64 of the entries, columns ascending, those of one place added in their order. With
 * `mirror` 1 or -1 every entry off the diagonal also stands, times `mirror`, across it.
 */
CF_NODISCARD cf_status cfi_triplets_to_csr(const cfi_triplets *t, cf_index rows, cf_index cols,
                                           int mirror, cf_matrix *out);

/* Makes the indices of every row (column, in CSC) ascend, adding entries of one place. */
CF_NODISCARD cf_status cfi_sparse_sort(cf_matrix *M);

#endif
