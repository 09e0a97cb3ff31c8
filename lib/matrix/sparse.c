/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Compressed matrices. A line is a row of CSR or a column of CSC. Turning lines into columns is a
 * counting sort in which the offsets themselves serve as cursors: nothing is allocated beside the
 * result, so nothing can fail half-way.
 */
#include "matrix/sparse.h"

#include "matrix/elements.h"
#include "matrix/matrix.h"

#include <string.h>

enum { RUN = 512 }; /* doubles of a dense run looked at together: they stay in the first cache */

static cf_index lines_of(const cf_matrix *X)
{
    return X->storage == CF_CSR ? X->rows : X->cols;
}

static cf_index width_of(const cf_matrix *X)
{
    return X->storage == CF_CSR ? X->cols : X->rows;
}

/* The type of a cf_matrix's values is f64 or f32 here: everything sparse is. */
static inline double entry(const cf_matrix *X, cf_index k)
{
    return X->dtype == CF_F64 ? ((const double *)X->values)[k]
                              : (double)((const float *)X->values)[k];
}

/* Entry k of a line; narrowing to f32 rounds. */
static inline void put_entry(cf_matrix *out, cf_index k, cf_index index, double value)
{
    out->indices[k] = (int32_t)index;
    if (out->dtype == CF_F64)
        ((double *)out->values)[k] = value;
    else
        ((float *)out->values)[k] = (float)value;
}

void cfi_copy_entries(const cf_matrix *X, cf_index at, cf_index n, cf_matrix *out, cf_index to)
{
    const size_t size = cf_dtype_size(X->dtype);
    if (n <= 0)
        return;
    memcpy(out->indices + to, X->indices + at, (size_t)n * sizeof *out->indices);
    if (X->dtype == out->dtype)
        memcpy((char *)out->values + (size_t)to * size, (const char *)X->values + (size_t)at * size,
               (size_t)n * size);
    else if (out->dtype == CF_F64)
        for (cf_index k = 0; k < n; k++)
            ((double *)out->values)[to + k] = (double)((const float *)X->values)[at + k];
    else
        for (cf_index k = 0; k < n; k++)
            ((float *)out->values)[to + k] = (float)((const double *)X->values)[at + k];
}

/* The same storage, perhaps another dtype; a view's offsets may begin above 0. */
static cf_status copy_sparse(const cf_matrix *X, cf_dtype dtype, cf_matrix *out)
{
    const cf_index lines = lines_of(X), first = X->offsets[0], stored = cf_matrix_stored(X);
    CF_TRY(cf_matrix_resize_sparse(out, dtype, X->storage, X->rows, X->cols, stored));
    for (cf_index i = 0; i <= lines; i++)
        out->offsets[i] = X->offsets[i] - first;
    cfi_copy_entries(X, first, stored, out, 0);
    return CF_OK;
}

/* Counts in offsets[1 .. lines] become the first places of the lines in offsets[0 .. lines). */
static void counts_to_cursors(cf_index *offsets, cf_index lines)
{
    cf_index at = 0;
    for (cf_index j = 0; j < lines; j++) {
        const cf_index count = offsets[j + 1];
        offsets[j] = at;
        at += count;
    }
    offsets[lines] = at;
}

/* Every cursor has moved to the end of its line, which is where the next line begins. */
static void cursors_to_offsets(cf_index *offsets, cf_index lines)
{
    for (cf_index j = lines; j > 0; j--)
        offsets[j] = offsets[j - 1];
    offsets[0] = 0;
}

/* CSR to CSC and back; entries of a new line ascend because the old lines are read in order. */
static cf_status flip(const cf_matrix *X, cf_dtype dtype, cf_matrix *out)
{
    const cf_index lines = lines_of(X), width = width_of(X), stored = cf_matrix_stored(X);
    CF_TRY(cf_matrix_resize_sparse(out, dtype, X->storage == CF_CSR ? CF_CSC : CF_CSR, X->rows,
                                   X->cols, stored));
    for (cf_index k = X->offsets[0]; k < X->offsets[lines]; k++)
        out->offsets[X->indices[k] + 1]++;
    counts_to_cursors(out->offsets, width);
    for (cf_index i = 0; i < lines; i++)
        for (cf_index k = X->offsets[i]; k < X->offsets[i + 1]; k++)
            put_entry(out, out->offsets[X->indices[k]]++, i, entry(X, k));
    cursors_to_offsets(out->offsets, width);
    return CF_OK;
}

/* Counts the entries of row i that are not zero (NaN is not) into the lines of `storage`. */
static void count_row(const cf_matrix *X, cf_index i, bool by_row, cf_index *counts)
{
    double run[RUN];
    for (cf_index j = 0; j < X->cols; j += RUN) {
        const cf_index n = X->cols - j < RUN ? X->cols - j : RUN;
        cfi_load_run(X->values, X->dtype, i * X->row_stride + j * X->col_stride, X->col_stride, n,
                     run);
        if (by_row)
            for (cf_index k = 0; k < n; k++)
                counts[i] += run[k] != 0;
        else
            for (cf_index k = 0; k < n; k++)
                counts[j + k] += run[k] != 0;
    }
}

/* Row i's entries go to where the cursors of their lines stand. */
static void fill_row(const cf_matrix *X, cf_index i, bool by_row, cf_matrix *out)
{
    double run[RUN];
    for (cf_index j = 0; j < X->cols; j += RUN) {
        const cf_index n = X->cols - j < RUN ? X->cols - j : RUN;
        cfi_load_run(X->values, X->dtype, i * X->row_stride + j * X->col_stride, X->col_stride, n,
                     run);
        for (cf_index k = 0; k < n; k++)
            if (run[k] != 0)
                put_entry(out, out->offsets[by_row ? i : j + k]++, by_row ? j + k : i, run[k]);
    }
}

/* Rows are read in both passes, whichever storage is wanted: a column of X may be far apart. */
static cf_status dense_to_sparse(const cf_matrix *X, cf_dtype dtype, cf_storage storage,
                                 cf_matrix *out)
{
    const bool by_row = storage == CF_CSR;
    const cf_index lines = by_row ? X->rows : X->cols;
    cf_index *counts = NULL, stored = 0;
    cf_status status;
    CF_GO(CF_ALLOC_ZERO(counts, lines));
    for (cf_index i = 0; i < X->rows; i++)
        count_row(X, i, by_row, counts);
    for (cf_index j = 0; j < lines; j++)
        stored += counts[j];
    CF_GO(cf_matrix_resize_sparse(out, dtype, storage, X->rows, X->cols, stored));
    for (cf_index j = 0; j < lines; j++)
        out->offsets[j + 1] = counts[j];
    counts_to_cursors(out->offsets, lines);
    for (cf_index i = 0; i < X->rows; i++)
        fill_row(X, i, by_row, out);
    cursors_to_offsets(out->offsets, lines);
cleanup:
    cf_free(counts);
    return status;
}

cf_status cfi_to_sparse(const cf_matrix *X, cf_dtype dtype, cf_storage storage, cf_matrix *out)
{
    if (dtype != CF_F64 && dtype != CF_F32)
        return cf_fail(CF_ERR_TYPE, "a sparse matrix holds float64 or float32, not %s",
                       cf_dtype_name(dtype));
    if (X->storage == CF_DENSE)
        return dense_to_sparse(X, dtype, storage, out);
    return X->storage == storage ? copy_sparse(X, dtype, out) : flip(X, dtype, out);
}

/* A view has strides of its own: only the elements are written, nothing between them. */
static void zero_dense(cf_matrix *out)
{
    const size_t size = cf_dtype_size(out->dtype);
    const bool rows = cfi_has_dense_rows(out);
    for (cf_index i = 0; i < out->rows && out->cols > 0; i++) {
        char *row = (char *)out->values + i * out->row_stride * (cf_index)size;
        if (rows)
            memset(row, 0, (size_t)out->cols * size);
        else
            for (cf_index j = 0; j < out->cols; j++)
                memset(row + j * out->col_stride * (cf_index)size, 0, size);
    }
}

cf_status cfi_sparse_to_dense(const cf_matrix *X, cf_matrix *out)
{
    const bool csr = X->storage == CF_CSR;
    zero_dense(out);
    for (cf_index line = 0; line < lines_of(X); line++)
        for (cf_index k = X->offsets[line]; k < X->offsets[line + 1]; k++) {
            const cf_index i = csr ? line : X->indices[k], j = csr ? X->indices[k] : line;
            const cf_index at = i * out->row_stride + j * out->col_stride;
            const double value = entry(X, k);
            if (out->dtype == CF_F64)
                ((double *)out->values)[at] = value;
            else if (!cfi_store_run(out->values, out->dtype, at, 1, 1, &value))
                return cf_fail(CF_ERR_DATA, "%g is outside the range of %s", value,
                               cf_dtype_name(out->dtype));
        }
    return CF_OK;
}
