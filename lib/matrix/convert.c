/* SPDX-License-Identifier: BSD-3-Clause */
/* Conversions between dtypes and storages, transposes. Dense results are row-major. */
#include "matrix/matrix.h"

#include <math.h>
#include <string.h>

enum { TILE = 32 }; /* rows and columns moved together: two tiles of doubles fit the first cache */

static void store(void *values, cf_dtype dtype, cf_index at, double value)
{
    switch (dtype) {
    case CF_F64:
        ((double *)values)[at] = value;
        break;
    case CF_F32:
        ((float *)values)[at] = (float)value;
        break;
    case CF_I32:
        ((int32_t *)values)[at] = (int32_t)value;
        break;
    case CF_I64:
        ((int64_t *)values)[at] = (int64_t)value;
        break;
    case CF_I8:
        ((int8_t *)values)[at] = (int8_t)value;
        break;
    case CF_U8:
        ((uint8_t *)values)[at] = (uint8_t)value;
        break;
    case CF_U16:
        ((uint16_t *)values)[at] = (uint16_t)value;
        break;
    case CF_U32:
        ((uint32_t *)values)[at] = (uint32_t)value;
        break;
    }
}

/* A double outside an integer dtype cannot be converted: its cast would be undefined. */
static bool fits(double value, cf_dtype dtype)
{
    static const double least[] = {[CF_I32] = -0x1p31, [CF_I64] = -0x1p63, [CF_I8] = -128,
                                   [CF_U8] = 0,        [CF_U16] = 0,       [CF_U32] = 0};
    static const double above[] = {[CF_I32] = 0x1p31, [CF_I64] = 0x1p63, [CF_I8] = 128,
                                   [CF_U8] = 256,     [CF_U16] = 65536,  [CF_U32] = 0x1p32};
    return dtype == CF_F64 || dtype == CF_F32 || (value >= least[dtype] && value < above[dtype]);
}

static cf_status fail_range(cf_dtype dtype)
{
    return cf_fail(CF_ERR_DATA, "a value is outside the range of %s", cf_dtype_name(dtype));
}

/* Elements of the same dtype move as bytes of their size, so that nothing is rounded. */
static void move_tile(const cf_matrix *X, cf_matrix *out, cf_index i0, cf_index j0)
{
    const cf_index i1 = i0 + TILE < X->rows ? i0 + TILE : X->rows;
    const cf_index j1 = j0 + TILE < X->cols ? j0 + TILE : X->cols;
    const size_t size = cf_dtype_size(X->dtype);
    for (cf_index i = i0; i < i1; i++)
        for (cf_index j = j0; j < j1; j++) {
            const cf_index from = i * X->row_stride + j * X->col_stride;
            const cf_index to = i * out->row_stride + j * out->col_stride;
            if (size == 8)
                ((uint64_t *)out->values)[to] = ((const uint64_t *)X->values)[from];
            else if (size == 4)
                ((uint32_t *)out->values)[to] = ((const uint32_t *)X->values)[from];
            else
                memcpy((char *)out->values + to * (cf_index)size,
                       (const char *)X->values + from * (cf_index)size, size);
        }
}

static void copy_same_dtype(const cf_matrix *X, cf_matrix *out)
{
    const size_t size = cf_dtype_size(X->dtype);
    const bool rows = cfi_has_dense_rows(X) && cfi_has_dense_rows(out);
    for (cf_index i = 0; i < X->rows && rows && X->cols > 0; i++)
        memcpy((char *)out->values + i * out->row_stride * (cf_index)size,
               (const char *)X->values + i * X->row_stride * (cf_index)size,
               (size_t)X->cols * size);
    for (cf_index i = 0; i < X->rows && !rows; i += TILE)
        for (cf_index j = 0; j < X->cols; j += TILE)
            move_tile(X, out, i, j);
}

static cf_status copy_dense(const cf_matrix *X, cf_matrix *out)
{
    if (X->dtype == out->dtype) {
        copy_same_dtype(X, out);
        return CF_OK;
    }
    for (cf_index i = 0; i < X->rows; i++)
        for (cf_index j = 0; j < X->cols; j++) {
            const double value =
                cfi_element(X->values, X->dtype, i * X->row_stride + j * X->col_stride);
            if (!fits(value, out->dtype))
                return fail_range(out->dtype);
            store(out->values, out->dtype, i * out->row_stride + j * out->col_stride, value);
        }
    return CF_OK;
}

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

static cf_status sparse_to_dense(const cf_matrix *X, cf_matrix *out)
{
    const bool csr = X->storage == CF_CSR;
    const cf_index lines = csr ? X->rows : X->cols;
    for (cf_index i = 0; i < out->rows; i++)
        for (cf_index j = 0; j < out->cols; j++)
            store(out->values, out->dtype, i * out->row_stride + j * out->col_stride, 0);
    for (cf_index line = 0; line < lines; line++)
        for (cf_index k = X->offsets[line]; k < X->offsets[line + 1]; k++) {
            const cf_index i = csr ? line : X->indices[k], j = csr ? X->indices[k] : line;
            const double value = cfi_element(X->values, X->dtype, k);
            if (!fits(value, out->dtype))
                return fail_range(out->dtype);
            store(out->values, out->dtype, i * out->row_stride + j * out->col_stride, value);
        }
    return CF_OK;
}

static cf_status dense_to_sparse(const cf_matrix *X, cf_dtype dtype, cf_storage storage,
                                 cf_matrix *out)
{
    const bool csr = storage == CF_CSR;
    const cf_index lines = csr ? X->rows : X->cols, width = csr ? X->cols : X->rows;
    const cf_index line_stride = csr ? X->row_stride : X->col_stride;
    const cf_index step = csr ? X->col_stride : X->row_stride;
    cf_index stored = 0;
    for (cf_index i = 0; i < lines; i++)
        for (cf_index j = 0; j < width; j++)
            stored += cfi_element(X->values, X->dtype, i * line_stride + j * step) != 0;
    CF_TRY(cf_matrix_resize_sparse(out, dtype, storage, X->rows, X->cols, stored));
    cf_index k = 0;
    for (cf_index i = 0; i < lines; i++) {
        for (cf_index j = 0; j < width; j++) {
            const double value = cfi_element(X->values, X->dtype, i * line_stride + j * step);
            if (value == 0)
                continue;
            out->indices[k] = (int32_t)j;
            store(out->values, dtype, k++, value);
        }
        out->offsets[i + 1] = k;
    }
    return CF_OK;
}

/* The same storage, perhaps another dtype; a view's offsets may begin above 0. */
static cf_status copy_sparse(const cf_matrix *X, cf_dtype dtype, cf_matrix *out)
{
    const cf_index lines = X->storage == CF_CSR ? X->rows : X->cols;
    const cf_index first = X->offsets[0], stored = X->offsets[lines] - first;
    CF_TRY(cf_matrix_resize_sparse(out, dtype, X->storage, X->rows, X->cols, stored));
    for (cf_index i = 0; i <= lines; i++)
        out->offsets[i] = X->offsets[i] - first;
    if (stored > 0)
        memcpy(out->indices, X->indices + first, (size_t)stored * sizeof *out->indices);
    for (cf_index k = 0; k < stored; k++)
        store(out->values, dtype, k, cfi_element(X->values, X->dtype, first + k));
    return CF_OK;
}

/* Turns lines into columns by counting: CSR <-> CSC, and the transpose of either. */
static cf_status flip(const cf_matrix *X, cf_dtype dtype, cf_matrix *out)
{
    const bool csr = X->storage == CF_CSR;
    const cf_index lines = csr ? X->rows : X->cols;
    cf_index *next = NULL;
    const cf_index stored = cf_matrix_stored(X), width = csr ? X->cols : X->rows;
    CF_TRY(cf_matrix_resize_sparse(out, dtype, csr ? CF_CSC : CF_CSR, X->rows, X->cols, stored));
    CF_TRY(CF_ALLOC_ZERO(next, width + 1));
    for (cf_index k = X->offsets[0]; k < X->offsets[lines]; k++)
        next[X->indices[k] + 1]++;
    for (cf_index j = 0; j < width; j++)
        next[j + 1] += next[j];
    memcpy(out->offsets, next, (size_t)(width + 1) * sizeof *next);
    for (cf_index i = 0; i < lines; i++)
        for (cf_index k = X->offsets[i]; k < X->offsets[i + 1]; k++) {
            const cf_index at = next[X->indices[k]]++;
            out->indices[at] = (int32_t)i;
            store(out->values, dtype, at, cfi_element(X->values, X->dtype, k));
        }
    cf_free(next);
    return CF_OK;
}

static cf_status convert(const cf_matrix *X, cf_dtype dtype, cf_storage storage, cf_matrix *out)
{
    if (storage == CF_DENSE) {
        if (X->storage != CF_DENSE)
            CF_TRY(check_dense_size(X, dtype));
        CF_TRY(cf_matrix_resize(out, dtype, X->rows, X->cols));
        return X->storage == CF_DENSE ? copy_dense(X, out) : sparse_to_dense(X, out);
    }
    if (dtype != CF_F64 && dtype != CF_F32)
        return cf_fail(CF_ERR_TYPE, "a sparse matrix holds float64 or float32, not %s",
                       cf_dtype_name(dtype));
    if (X->storage == CF_DENSE)
        return dense_to_sparse(X, dtype, storage, out);
    return X->storage == storage ? copy_sparse(X, dtype, out) : flip(X, dtype, out);
}

cf_status cf_matrix_convert(const cf_matrix *X, cf_dtype dtype, cf_storage storage, cf_matrix *out)
{
    const cf_status status = convert(X, dtype, storage, out);
    if (status == CF_OK)
        cfi_matrix_set_schema(out, X->schema);
    else if (out->owner)
        cf_matrix_clear(out);
    return status;
}

cf_status cf_matrix_transpose(const cf_matrix *X, cf_matrix *out)
{
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
