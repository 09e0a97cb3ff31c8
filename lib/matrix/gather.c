/* SPDX-License-Identifier: BSD-3-Clause */
/* Rows and columns picked out of a matrix, and matrices put together. */
#include "matrix/matrix.h"

#include <string.h>

/* A failed call leaves an owned output empty. */
static cf_status finish(cf_status status, cf_matrix *out)
{
    if (status != CF_OK && out->owner)
        cf_matrix_clear(out);
    return status;
}

static cf_status check_places(const cf_index *places, cf_index n, cf_index size, const char *what)
{
    for (cf_index k = 0; k < n; k++)
        if (places[k] < 0 || places[k] >= size)
            return cf_fail(CF_ERR_SHAPE, "there is no %s %lld of %lld", what, (long long)places[k],
                           (long long)size);
    return CF_OK;
}

/* One row of n elements of `size` bytes. */
static void copy_row(const cf_matrix *X, cf_index from, cf_matrix *out, cf_index to)
{
    const cf_index size = (cf_index)cf_dtype_size(X->dtype);
    const char *source = (const char *)X->values + from * X->row_stride * size;
    char *target = (char *)out->values + to * out->row_stride * size;
    if (X->col_stride == 1 && out->col_stride == 1) {
        memcpy(target, source, (size_t)(X->cols * size));
        return;
    }
    for (cf_index j = 0; j < X->cols; j++)
        memcpy(target + j * out->col_stride * size, source + j * X->col_stride * size,
               (size_t)size);
}

static cf_status gather_dense_rows(const cf_matrix *X, const cf_index *rows, cf_index n,
                                   cf_matrix *out)
{
    CF_TRY(cf_matrix_resize(out, X->dtype, n, X->cols));
    for (cf_index k = 0; k < n && X->cols > 0; k++)
        copy_row(X, rows[k], out, k);
    return CF_OK;
}

/* Lines of a compressed matrix: rows of CSR, columns of CSC. */
static cf_status gather_lines(const cf_matrix *X, const cf_index *lines, cf_index n, cf_matrix *out)
{
    const bool csr = X->storage == CF_CSR;
    const size_t size = cf_dtype_size(X->dtype);
    cf_index stored = 0;
    for (cf_index k = 0; k < n; k++)
        stored += X->offsets[lines[k] + 1] - X->offsets[lines[k]];
    CF_TRY(cf_matrix_resize_sparse(out, X->dtype, X->storage, csr ? n : X->rows, csr ? X->cols : n,
                                   stored));
    cf_index at = 0;
    for (cf_index k = 0; k < n; k++) {
        const cf_index first = X->offsets[lines[k]];
        const size_t count = (size_t)(X->offsets[lines[k] + 1] - first);
        if (count > 0) {
            memcpy(out->indices + at, X->indices + first, count * sizeof *out->indices);
            memcpy((char *)out->values + (size_t)at * size,
                   (const char *)X->values + (size_t)first * size, count * size);
        }
        at += (cf_index)count;
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

static cf_status gather_rows(const cf_matrix *X, const cf_index *rows, cf_index n, cf_matrix *out)
{
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

cf_status cf_matrix_gather_rows(const cf_matrix *X, const cf_index *rows, cf_index n,
                                cf_matrix *out)
{
    return finish(gather_rows(X, rows, n, out), out);
}

static cf_status gather_dense_columns(const cf_matrix *X, const cf_index *cols, cf_index n,
                                      cf_matrix *out)
{
    CF_TRY(cf_matrix_resize(out, X->dtype, X->rows, n));
    const cf_index size = (cf_index)cf_dtype_size(X->dtype);
    for (cf_index i = 0; i < X->rows; i++) {
        const char *source = (const char *)X->values + i * X->row_stride * size;
        char *target = (char *)out->values + i * out->row_stride * size;
        for (cf_index k = 0; k < n; k++)
            memcpy(target + k * out->col_stride * size, source + cols[k] * X->col_stride * size,
                   (size_t)size);
    }
    return CF_OK;
}

static cf_status gather_columns(const cf_matrix *X, const cf_index *cols, cf_index n,
                                cf_matrix *out)
{
    CF_TRY(check_places(cols, n, X->cols, "column"));
    if (X->storage == CF_DENSE)
        CF_TRY(gather_dense_columns(X, cols, n, out));
    else if (X->storage == CF_CSC)
        CF_TRY(gather_lines(X, cols, n, out));
    else
        CF_TRY(gather_across(X, cols, n, out));
    if (!X->schema)
        return CF_OK;
    cf_schema *cut = NULL;
    CF_TRY(cf_schema_select(X->schema, cols, n, &cut));
    cfi_matrix_set_schema(out, cut);
    cf_schema_free(cut);
    return CF_OK;
}

cf_status cf_matrix_gather_columns(const cf_matrix *X, const cf_index *cols, cf_index n,
                                   cf_matrix *out)
{
    return finish(gather_columns(X, cols, n, out), out);
}

/* ---- joins ---- */

/* The columns of all parts in one schema, when every part has one. */
static cf_status join_schemas(const cf_matrix *const *parts, cf_index n, cf_index cols,
                              cf_matrix *out)
{
    for (cf_index p = 0; p < n; p++)
        if (!parts[p]->schema)
            return CF_OK;
    cf_schema *schema = NULL;
    cf_status status = CF_OK;
    cf_index at = 0;
    CF_GO(cf_schema_new(&schema, cols));
    for (cf_index p = 0; p < n; p++)
        for (cf_index j = 0; j < parts[p]->cols; j++)
            CF_GO(cfi_schema_copy_column(schema, at++, parts[p]->schema, j));
    cfi_matrix_set_schema(out, schema);
cleanup:
    cf_schema_free(schema);
    return status;
}

static void put(cf_matrix *out, cf_index i, cf_index j, double value)
{
    const cf_index at = i * out->row_stride + j * out->col_stride;
    if (out->dtype == CF_F64)
        ((double *)out->values)[at] = value;
    else
        ((float *)out->values)[at] = (float)value;
}

/* Puts a part of any storage into the dense output from column `at`. */
static void place_dense(const cf_matrix *part, cf_index at, cf_matrix *out)
{
    const bool dense = part->storage == CF_DENSE;
    for (cf_index i = 0; i < part->rows; i++)
        for (cf_index j = 0; j < part->cols; j++)
            put(out, i, at + j, dense ? cf_matrix_get(part, i, j) : 0);
    if (dense)
        return;
    const bool csr = part->storage == CF_CSR;
    const cf_index lines = csr ? part->rows : part->cols;
    for (cf_index line = 0; line < lines; line++)
        for (cf_index k = part->offsets[line]; k < part->offsets[line + 1]; k++) {
            const cf_index i = csr ? line : part->indices[k], j = csr ? part->indices[k] : line;
            put(out, i, at + j, cfi_element(part->values, part->dtype, k));
        }
}

static cf_status join_dense(const cf_matrix *const *parts, cf_index n, cf_dtype dtype,
                            cf_index rows, cf_index cols, cf_matrix *out)
{
    CF_TRY(cf_matrix_resize(out, dtype, rows, cols));
    cf_index at = 0;
    for (cf_index p = 0; p < n; p++) {
        place_dense(parts[p], at, out);
        at += parts[p]->cols;
    }
    return CF_OK;
}

static void append_entry(cf_matrix *out, cf_index *k, cf_index col, double value)
{
    out->indices[*k] = (int32_t)col;
    if (out->dtype == CF_F64)
        ((double *)out->values)[*k] = value;
    else
        ((float *)out->values)[*k] = (float)value;
    (*k)++;
}

/* Every part is CSR here. */
static cf_status join_sparse(const cf_matrix *parts, cf_index n, cf_dtype dtype, cf_index rows,
                             cf_index cols, cf_matrix *out)
{
    cf_index stored = 0, k = 0;
    for (cf_index p = 0; p < n; p++)
        stored += cf_matrix_stored(&parts[p]);
    CF_TRY(cf_matrix_resize_sparse(out, dtype, CF_CSR, rows, cols, stored));
    for (cf_index i = 0; i < rows; i++) {
        cf_index at = 0;
        for (cf_index p = 0; p < n; p++) {
            const cf_matrix *part = &parts[p];
            for (cf_index e = part->offsets[i]; e < part->offsets[i + 1]; e++)
                append_entry(out, &k, at + part->indices[e],
                             cfi_element(part->values, part->dtype, e));
            at += part->cols;
        }
        out->offsets[i + 1] = k;
    }
    return CF_OK;
}

static cf_status join_columns(const cf_matrix *const *parts, cf_index n, bool sparse,
                              cf_matrix *out)
{
    if (n < 1)
        return cf_fail(CF_ERR_ARGUMENT, "there is nothing to join");
    cf_index cols = 0;
    cf_dtype dtype = CF_F32;
    for (cf_index p = 0; p < n; p++) {
        if (parts[p]->rows != parts[0]->rows)
            return cf_fail(CF_ERR_SHAPE, "part 0 has %lld rows, part %lld has %lld",
                           (long long)parts[0]->rows, (long long)p, (long long)parts[p]->rows);
        cols += parts[p]->cols;
        dtype = parts[p]->dtype == CF_F32 ? dtype : CF_F64;
    }
    cf_matrix *compressed = NULL;
    cf_status status = CF_OK;
    if (sparse) {
        CF_GO(CF_ALLOC_ZERO(compressed, n));
        for (cf_index p = 0; p < n; p++)
            CF_GO(cf_matrix_convert(parts[p], parts[p]->dtype == CF_F32 ? CF_F32 : CF_F64, CF_CSR,
                                    &compressed[p]));
        CF_GO(join_sparse(compressed, n, dtype, parts[0]->rows, cols, out));
    } else {
        CF_GO(join_dense(parts, n, dtype, parts[0]->rows, cols, out));
    }
    CF_GO(join_schemas(parts, n, cols, out));
cleanup:
    for (cf_index p = 0; compressed && p < n; p++)
        cf_matrix_clear(&compressed[p]);
    cf_free(compressed);
    return status;
}

cf_status cf_matrix_join_columns(const cf_matrix *const *parts, cf_index n, bool sparse,
                                 cf_matrix *out)
{
    return finish(join_columns(parts, n, sparse, out), out);
}

/* Lines of several CSR matrices one after the other. */
static cf_status stack_sparse(const cf_matrix *const *parts, cf_index n, cf_index rows,
                              cf_matrix *out)
{
    cf_index stored = 0, row = 0, k = 0;
    for (cf_index p = 0; p < n; p++)
        stored += cf_matrix_stored(parts[p]);
    CF_TRY(cf_matrix_resize_sparse(out, parts[0]->dtype, CF_CSR, rows, parts[0]->cols, stored));
    for (cf_index p = 0; p < n; p++)
        for (cf_index i = 0; i < parts[p]->rows; i++) {
            for (cf_index e = parts[p]->offsets[i]; e < parts[p]->offsets[i + 1]; e++)
                append_entry(out, &k, parts[p]->indices[e],
                             cfi_element(parts[p]->values, parts[p]->dtype, e));
            out->offsets[++row] = k;
        }
    return CF_OK;
}

static cf_status join_rows(const cf_matrix *const *parts, cf_index n, cf_matrix *out)
{
    if (n < 1)
        return cf_fail(CF_ERR_ARGUMENT, "there is nothing to join");
    cf_index rows = 0;
    for (cf_index p = 0; p < n; p++) {
        if (parts[p]->cols != parts[0]->cols || parts[p]->storage != parts[0]->storage ||
            parts[p]->dtype != parts[0]->dtype || parts[p]->storage == CF_CSC)
            return cf_fail(CF_ERR_SHAPE,
                           "part %lld does not have the columns, storage and dtype of part 0",
                           (long long)p);
        rows += parts[p]->rows;
    }
    if (parts[0]->storage == CF_CSR) {
        CF_TRY(stack_sparse(parts, n, rows, out));
    } else {
        CF_TRY(cf_matrix_resize(out, parts[0]->dtype, rows, parts[0]->cols));
        cf_index at = 0;
        for (cf_index p = 0; p < n; p++)
            for (cf_index i = 0; i < parts[p]->rows && parts[p]->cols > 0; i++)
                copy_row(parts[p], i, out, at++);
    }
    cfi_matrix_set_schema(out, parts[0]->schema);
    return CF_OK;
}

cf_status cf_matrix_join_rows(const cf_matrix *const *parts, cf_index n, cf_matrix *out)
{
    return finish(join_rows(parts, n, out), out);
}
