/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Conversions between dtypes and storages, transposes. Dense results are row-major. A dense copy
 * goes tile by tile, so that a column-major source is not read across the whole matrix for every
 * row; where rows are contiguous on both sides the tile is a row.
 */
#include "matrix/elements.h"
#include "matrix/matrix.h"
#include "matrix/sparse.h"

#include <string.h>

enum { TILE = 32, RUN = 512 }; /* two tiles of doubles fit the first cache, and so does a run */

/* Address of an element of a dense matrix. */
static void *at_element(const cf_matrix *X, cf_index i, cf_index j)
{
    const cf_index at = i * X->row_stride + j * X->col_stride;
    return (char *)X->values + at * (cf_index)cf_dtype_size(X->dtype);
}

/* A constant size makes the copy one load and one store. */
#define MOVE_RUN(SIZE)                                                                             \
    for (cf_index k = 0; k < n; k++)                                                               \
    memcpy((char *)to + k * step_to * (SIZE), (const char *)from + k * step_from * (SIZE), (SIZE))

/* Elements of one dtype move as bytes, so that no bit of a NaN or integer changes. */
static void move_run(const void *from, cf_index step_from, void *to, cf_index step_to, cf_index n,
                     size_t size)
{
    if (size == 8)
        MOVE_RUN(8);
    else if (size == 4)
        MOVE_RUN(4);
    else if (size == 2)
        MOVE_RUN(2);
    else
        MOVE_RUN(1);
}

static void copy_same_dtype(const cf_matrix *X, cf_matrix *out)
{
    const size_t size = cf_dtype_size(X->dtype);
    if (cfi_has_dense_rows(X) && cfi_has_dense_rows(out)) {
        for (cf_index i = 0; i < X->rows && X->cols > 0; i++)
            memcpy(at_element(out, i, 0), at_element(X, i, 0), (size_t)X->cols * size);
        return;
    }
    for (cf_index i0 = 0; i0 < X->rows; i0 += TILE)
        for (cf_index j = 0; j < X->cols; j += TILE) {
            const cf_index end = X->rows - i0 < TILE ? X->rows : i0 + TILE;
            const cf_index n = X->cols - j < TILE ? X->cols - j : TILE;
            for (cf_index i = i0; i < end; i++)
                move_run(at_element(X, i, j), X->col_stride, at_element(out, i, j), out->col_stride,
                         n, size);
        }
}

/* One row's part of a tile, through doubles: every dtype but I64 is exact in them. */
static cf_status convert_run(const cf_matrix *X, cf_matrix *out, cf_index i, cf_index j, cf_index n)
{
    double run[RUN];
    cfi_load_run(X->values, X->dtype, i * X->row_stride + j * X->col_stride, X->col_stride, n, run);
    if (cfi_store_run(out->values, out->dtype, i * out->row_stride + j * out->col_stride,
                      out->col_stride, n, run))
        return CF_OK;
    return cf_fail(CF_ERR_DATA, "row %lld holds a value outside the range of %s", (long long)i,
                   cf_dtype_name(out->dtype));
}

/* `out` has X's shape and perhaps another dtype and other strides. */
static cf_status copy_dense(const cf_matrix *X, cf_matrix *out)
{
    if (X->dtype == out->dtype) {
        copy_same_dtype(X, out);
        return CF_OK;
    }
    const cf_index width = cfi_has_dense_rows(X) && cfi_has_dense_rows(out) ? RUN : TILE;
    for (cf_index i0 = 0; i0 < X->rows; i0 += TILE)
        for (cf_index j = 0; j < X->cols; j += width) {
            const cf_index end = X->rows - i0 < TILE ? X->rows : i0 + TILE;
            const cf_index n = X->cols - j < width ? X->cols - j : width;
            for (cf_index i = i0; i < end; i++)
                CF_TRY(convert_run(X, out, i, j, n));
        }
    return CF_OK;
}

/* A sparse matrix may be tiny and its dense form larger than the machine. */
static cf_status check_dense_size(const cf_matrix *X, cf_dtype dtype)
{
    size_t bytes = 0;
    cf_index cells;
    if (__builtin_mul_overflow(X->rows, X->cols, &cells) ||
        !cfi_size_add(&bytes, cells, cf_dtype_size(dtype)) || bytes > cfi_memory_total())
        return cf_fail(CF_ERR_LIMIT, "a sparse %lld x %lld matrix is too large to be dense",
                       (long long)X->rows, (long long)X->cols);
    return CF_OK;
}

/* Without the schema, which is the callers'. */
static cf_status convert(const cf_matrix *X, cf_dtype dtype, cf_storage storage, cf_matrix *out)
{
    if (storage != CF_DENSE)
        return cfi_to_sparse(X, dtype, storage, out);
    if (X->storage != CF_DENSE)
        CF_TRY(check_dense_size(X, dtype));
    CF_TRY(cf_matrix_resize(out, dtype, X->rows, X->cols));
    return X->storage == CF_DENSE ? copy_dense(X, out) : cfi_sparse_to_dense(X, out);
}

/* A failure in the middle leaves half a result: an owned one is cleared, a view stays as it came
 * out. */
cf_status cf_matrix_convert(const cf_matrix *X, cf_dtype dtype, cf_storage storage, cf_matrix *out)
{
    CF_TRY(cfi_matrix_apart(X, out));
    const cf_status status = convert(X, dtype, storage, out);
    if (status == CF_OK)
        cfi_matrix_set_schema(out, X->schema);
    else if (out->owner)
        cf_matrix_clear(out);
    return status;
}

cf_status cf_matrix_copy(const cf_matrix *X, cf_matrix *out)
{
    return cf_matrix_convert(X, X->dtype, X->storage, out);
}

/* CSR read as CSC is the transpose already; converting it back to CSR makes it one. */
cf_status cf_matrix_transpose(const cf_matrix *X, cf_matrix *out)
{
    CF_TRY(cfi_matrix_apart(X, out));
    cf_matrix turned = *X; /* the same memory read the other way round */
    turned.owner = NULL;
    turned.schema = NULL;
    turned.rows = X->cols;
    turned.cols = X->rows;
    turned.row_stride = X->col_stride;
    turned.col_stride = X->row_stride;
    if (X->storage == CF_DENSE)
        return cf_matrix_convert(&turned, X->dtype, CF_DENSE, out);
    turned.storage = X->storage == CF_CSR ? CF_CSC : CF_CSR;
    return cf_matrix_convert(&turned, X->dtype, X->storage, out);
}

cf_status cfi_matrix_normalise(const cf_matrix *X, bool sparse_ok, bool f32_ok, cf_matrix *out)
{
    const cf_dtype dtype = X->dtype == CF_F32 && f32_ok ? CF_F32 : CF_F64;
    const cf_storage storage = sparse_ok && cf_matrix_is_sparse(X) ? CF_CSR : CF_DENSE;
    /* rows that overlap or run backwards are no leading dimension for BLAS */
    const bool rows_fit = cfi_has_dense_rows(X) && (X->rows < 2 || X->row_stride >= X->cols);
    if (X->dtype != dtype || X->storage != storage || (storage == CF_DENSE && !rows_fit))
        return cf_matrix_convert(X, dtype, storage, out);
    cf_matrix_clear(out);
    /* Borrowed: clearing it releases nothing. */
    *out = *X;
    out->owner = NULL;
    if (storage == CF_DENSE) {
        out->col_stride = 1;
        out->row_stride = X->rows < 2 ? X->cols : X->row_stride;
    }
    return CF_OK;
}

cf_status cfi_matrix_to_doubles(const cf_matrix *X, double **out)
{
    double *values = NULL;
    cf_status status;
    if (X->rows != 1 && X->cols != 1)
        return cf_fail(CF_ERR_SHAPE, "a vector cannot be %lld x %lld", (long long)X->rows,
                       (long long)X->cols);
    CF_GO(CF_ALLOC(values, X->rows * X->cols));
    cf_matrix view = cf_view_f64(values, X->rows, X->cols);
    CF_GO(cf_matrix_convert(X, CF_F64, CF_DENSE, &view));
    *out = values;
    values = NULL;
cleanup:
    cf_free(values);
    return status;
}
