/* SPDX-License-Identifier: BSD-3-Clause */
/* Rows and columns picked out of a matrix. */
#include "matrix/matrix.h"
#include "matrix/sparse.h"

#include <string.h>

/* Every place is one of 0 .. size - 1; repeats are allowed. */
static cf_status check_places(const cf_index *places, cf_index n, cf_index size, const char *what)
{
    if (n < 0)
        return cf_fail(CF_ERR_ARGUMENT, "%lld %ss cannot be picked", (long long)n, what);
    for (cf_index k = 0; k < n; k++)
        if (places[k] < 0 || places[k] >= size)
            return cf_fail(CF_ERR_SHAPE, "there is no %s %lld of %lld", what, (long long)places[k],
                           (long long)size);
    return CF_OK;
}

/* Lines of a compressed matrix: rows of CSR, columns of CSC. */
static cf_status gather_lines(const cf_matrix *X, const cf_index *lines, cf_index n, cf_matrix *out)
{
    const bool csr = X->storage == CF_CSR;
    cf_index stored = 0, at = 0;
    for (cf_index k = 0; k < n; k++)
        if (__builtin_add_overflow(stored, X->offsets[lines[k] + 1] - X->offsets[lines[k]],
                                   &stored))
            return cf_fail(CF_ERR_SHAPE, "%lld rows hold too many entries", (long long)n);
    CF_TRY(cf_matrix_resize_sparse(out, X->dtype, X->storage, csr ? n : X->rows, csr ? X->cols : n,
                                   stored));
    for (cf_index k = 0; k < n; k++) {
        const cf_index first = X->offsets[lines[k]], count = X->offsets[lines[k] + 1] - first;
        cfi_copy_entries(X, first, count, out, at);
        at += count;
        out->offsets[k + 1] = at;
    }
    return CF_OK;
}

/* Through the other compressed form, where the wanted lines are contiguous. */
static cf_status gather_across(const cf_matrix *X, const cf_index *lines, cf_index n,
                               cf_matrix *out)
{
    cf_matrix flipped = {0}, picked = {0};
    cf_status status = CF_OK;
    CF_GO(cf_matrix_convert(X, X->dtype, X->storage == CF_CSR ? CF_CSC : CF_CSR, &flipped));
    CF_GO(gather_lines(&flipped, lines, n, &picked));
    CF_GO(cf_matrix_convert(&picked, X->dtype, X->storage, out));
cleanup:
    cf_matrix_clear(&flipped);
    cf_matrix_clear(&picked);
    return status;
}

/* Bytes are moved, so that every dtype goes the same way. */
static cf_status gather_dense_rows(const cf_matrix *X, const cf_index *rows, cf_index n,
                                   cf_matrix *out)
{
    CF_TRY(cf_matrix_resize(out, X->dtype, n, X->cols));
    const cf_index size = (cf_index)cf_dtype_size(X->dtype);
    const bool contiguous = cfi_has_dense_rows(X) && cfi_has_dense_rows(out);
    for (cf_index k = 0; k < n && X->cols > 0; k++) {
        const char *from = (const char *)X->values + rows[k] * X->row_stride * size;
        char *to = (char *)out->values + k * out->row_stride * size;
        if (contiguous)
            memcpy(to, from, (size_t)(X->cols * size));
        else
            for (cf_index j = 0; j < X->cols; j++)
                memcpy(to + j * out->col_stride * size, from + j * X->col_stride * size,
                       (size_t)size);
    }
    return CF_OK;
}

cf_status cf_matrix_gather_rows(const cf_matrix *X, const cf_index *rows, cf_index n,
                                cf_matrix *out)
{
    CF_TRY(cfi_matrix_apart(X, out));
    CF_TRY(check_places(rows, n, X->rows, "row"));
    if (X->storage == CF_DENSE)
        CF_TRY(gather_dense_rows(X, rows, n, out));
    else if (X->storage == CF_CSR)
        CF_TRY(gather_lines(X, rows, n, out));
    else
        CF_TRY(gather_across(X, rows, n, out));
    cfi_matrix_set_schema(out, X->schema);
    return CF_OK;
}

/* A constant size makes the copy one load and one store. */
#define GATHER_ROW(SIZE)                                                                           \
    for (cf_index k = 0; k < n; k++)                                                               \
    memcpy(to + k * out->col_stride * (SIZE), from + cols[k] * X->col_stride * (SIZE), (SIZE))

static cf_status gather_dense_columns(const cf_matrix *X, const cf_index *cols, cf_index n,
                                      cf_matrix *out)
{
    CF_TRY(cf_matrix_resize(out, X->dtype, X->rows, n));
    const cf_index size = (cf_index)cf_dtype_size(X->dtype);
    for (cf_index i = 0; i < X->rows; i++) {
        const char *from = (const char *)X->values + i * X->row_stride * size;
        char *to = (char *)out->values + i * out->row_stride * size;
        if (size == 8)
            GATHER_ROW(8);
        else if (size == 4)
            GATHER_ROW(4);
        else if (size == 2)
            GATHER_ROW(2);
        else
            GATHER_ROW(1);
    }
    return CF_OK;
}

/* Columns of a CSR matrix in strictly ascending order: its entries keep their order, one pass finds
 * them. */
static cf_status filter_columns(const cf_matrix *X, const cf_index *cols, cf_index n,
                                cf_matrix *out)
{
    int32_t *place = NULL; /* of a column in the result, or -1 */
    cf_status status;
    cf_index stored = 0, at = 0;
    CF_GO(CF_ALLOC(place, X->cols));
    for (cf_index j = 0; j < X->cols; j++)
        place[j] = -1;
    for (cf_index k = 0; k < n; k++)
        place[cols[k]] = (int32_t)k;
    for (cf_index k = X->offsets[0]; k < X->offsets[X->rows]; k++)
        stored += place[X->indices[k]] >= 0;
    CF_GO(cf_matrix_resize_sparse(out, X->dtype, CF_CSR, X->rows, n, stored));
    for (cf_index i = 0; i < X->rows; i++) {
        for (cf_index k = X->offsets[i]; k < X->offsets[i + 1]; k++) {
            const int32_t j = place[X->indices[k]];
            if (j < 0)
                continue;
            out->indices[at] = j;
            if (X->dtype == CF_F64)
                ((double *)out->values)[at++] = ((const double *)X->values)[k];
            else
                ((float *)out->values)[at++] = ((const float *)X->values)[k];
        }
        out->offsets[i + 1] = at;
    }
cleanup:
    cf_free(place);
    return status;
}

/* Strictly: with a repetition an entry would have two places. */
static bool ascends(const cf_index *cols, cf_index n)
{
    for (cf_index k = 1; k < n; k++)
        if (cols[k] <= cols[k - 1])
            return false;
    return true;
}

static cf_status gather_columns(const cf_matrix *X, const cf_index *cols, cf_index n,
                                cf_matrix *out)
{
    if (X->storage == CF_DENSE)
        return gather_dense_columns(X, cols, n, out);
    if (X->storage == CF_CSC)
        return gather_lines(X, cols, n, out);
    return ascends(cols, n) ? filter_columns(X, cols, n, out) : gather_across(X, cols, n, out);
}

cf_status cf_matrix_gather_columns(const cf_matrix *X, const cf_index *cols, cf_index n,
                                   cf_matrix *out)
{
    cf_schema *cut = NULL;
    cf_status status;
    CF_GO(cfi_matrix_apart(X, out));
    CF_GO(check_places(cols, n, X->cols, "column"));
    if (X->schema)
        CF_GO(cf_schema_select(X->schema, cols, n, &cut));
    CF_GO(gather_columns(X, cols, n, out));
    cfi_matrix_set_schema(out, cut);
cleanup:
    cf_schema_free(cut);
    return status;
}
