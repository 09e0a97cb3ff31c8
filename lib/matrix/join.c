/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Matrices put together. A dense result is made once and every part is converted into its place
 * through a view of that place.
 */
#include "matrix/matrix.h"
#include "matrix/sparse.h"

static cf_status check_count(cf_index n)
{
    return n >= 1 ? CF_OK : cf_fail(CF_ERR_ARGUMENT, "there is nothing to join");
}

/* *total += more, unless that passes an index. */
static cf_status add_size(cf_index *total, cf_index more, const char *what)
{
    if (__builtin_add_overflow(*total, more, total))
        return cf_fail(CF_ERR_SHAPE, "the parts have too many %s together", what);
    return CF_OK;
}

/* Borrowed parts have no owner: clearing them only zeroes. */
static void clear_all(cf_matrix *parts, cf_index n)
{
    for (cf_index p = 0; parts && p < n; p++)
        cf_matrix_clear(&parts[p]);
    cf_free(parts);
}

/* Every part as CSR of `dtype`: borrowed where it is that already. */
static cf_status as_csr(const cf_matrix *const *parts, cf_index n, cf_dtype dtype, cf_matrix **out,
                        cf_index *stored)
{
    cf_matrix *csr = NULL;
    cf_status status;
    CF_GO(CF_ALLOC_ZERO(csr, n));
    for (cf_index p = 0; p < n; p++) {
        if (parts[p]->storage == CF_CSR && parts[p]->dtype == dtype) {
            csr[p] = *parts[p];
            csr[p].owner = NULL;
        } else {
            CF_GO(cf_matrix_convert(parts[p], dtype, CF_CSR, &csr[p]));
        }
        CF_GO(add_size(stored, cf_matrix_stored(&csr[p]), "entries"));
    }
    *out = csr;
    csr = NULL;
cleanup:
    clear_all(csr, n);
    return status;
}

/* ---- side by side ---- */

/* The columns of all parts in one schema, when every part has one or some part has codes, which
 * would mean nothing without it. */
static cf_status join_schemas(const cf_matrix *const *parts, cf_index n, cf_index cols,
                              cf_schema **out)
{
    bool every = true, codes = false;
    for (cf_index p = 0; p < n; p++) {
        every = every && parts[p]->schema;
        codes = codes || cfi_schema_has_codes(parts[p]->schema);
    }
    if (!every && !codes)
        return CF_OK;
    cf_schema *schema = NULL;
    cf_status status;
    cf_index at = 0;
    CF_GO(cf_schema_new(&schema, cols));
    for (cf_index p = 0; p < n; at += parts[p++]->cols)
        for (cf_index j = 0; parts[p]->schema && j < parts[p]->cols; j++)
            CF_GO(cfi_schema_copy_column(schema, at + j, parts[p]->schema, j));
    *out = schema;
    schema = NULL;
cleanup:
    cf_schema_free(schema);
    return status;
}

/* `out` may be a view with strides of its own; the places follow them. */
static cf_status join_dense(const cf_matrix *const *parts, cf_index n, cf_dtype dtype,
                            cf_index rows, cf_index cols, cf_matrix *out)
{
    cf_status status;
    cf_index at = 0;
    CF_GO(cf_matrix_resize(out, dtype, rows, cols));
    for (cf_index p = 0; p < n; at += parts[p++]->cols) {
        const cf_index first = at * out->col_stride * (cf_index)cf_dtype_size(dtype);
        cf_matrix place = cf_view_strided(dtype, (char *)out->values + first, rows, parts[p]->cols,
                                          out->row_stride, out->col_stride);
        CF_GO(cf_matrix_convert(parts[p], dtype, CF_DENSE, &place));
    }
cleanup:
    if (status != CF_OK && out->owner)
        cf_matrix_clear(out);
    return status;
}

/* Row by row, the parts' entries one behind the other, so that indices ascend. */
static cf_status join_sparse(const cf_matrix *const *parts, cf_index n, cf_dtype dtype,
                             cf_index rows, cf_index cols, cf_matrix *out)
{
    cf_matrix *csr = NULL;
    cf_index stored = 0, k = 0;
    cf_status status;
    CF_GO(as_csr(parts, n, dtype, &csr, &stored));
    CF_GO(cf_matrix_resize_sparse(out, dtype, CF_CSR, rows, cols, stored));
    for (cf_index i = 0; i < rows; i++) {
        cf_index at = 0;
        for (cf_index p = 0; p < n; at += csr[p++].cols) {
            const cf_index first = csr[p].offsets[i], count = csr[p].offsets[i + 1] - first;
            cfi_copy_entries(&csr[p], first, count, out, k);
            for (cf_index e = 0; e < count; e++)
                out->indices[k + e] += (int32_t)at;
            k += count;
        }
        out->offsets[i + 1] = k;
    }
cleanup:
    clear_all(csr, n);
    return status;
}

cf_status cf_matrix_join_columns(const cf_matrix *const *parts, cf_index n, bool sparse,
                                 cf_matrix *out)
{
    cf_schema *schema = NULL;
    cf_status status;
    cf_index cols = 0;
    cf_dtype dtype = CF_F32;
    CF_GO(check_count(n));
    for (cf_index p = 0; p < n; p++) {
        CF_GO(cfi_matrix_apart(parts[p], out));
        if (parts[p]->rows != parts[0]->rows)
            CF_GO(cf_fail(CF_ERR_SHAPE, "part 0 has %lld rows, part %lld has %lld",
                          (long long)parts[0]->rows, (long long)p, (long long)parts[p]->rows));
        CF_GO(add_size(&cols, parts[p]->cols, "columns"));
        dtype = parts[p]->dtype == CF_F32 ? dtype : CF_F64;
    }
    CF_GO(join_schemas(parts, n, cols, &schema));
    CF_GO(sparse ? join_sparse(parts, n, dtype, parts[0]->rows, cols, out)
                 : join_dense(parts, n, dtype, parts[0]->rows, cols, out));
    cfi_matrix_set_schema(out, schema);
cleanup:
    cf_schema_free(schema);
    return status;
}

/* ---- on top of each other ---- */

static cf_status stack_dense(const cf_matrix *const *parts, cf_index n, cf_index rows,
                             cf_matrix *out)
{
    const cf_dtype dtype = parts[0]->dtype;
    cf_status status;
    cf_index at = 0;
    CF_GO(cf_matrix_resize(out, dtype, rows, parts[0]->cols));
    for (cf_index p = 0; p < n; at += parts[p++]->rows) {
        const cf_index first = at * out->row_stride * (cf_index)cf_dtype_size(dtype);
        cf_matrix place = cf_view_strided(dtype, (char *)out->values + first, parts[p]->rows,
                                          parts[p]->cols, out->row_stride, out->col_stride);
        CF_GO(cf_matrix_convert(parts[p], dtype, CF_DENSE, &place));
    }
cleanup:
    if (status != CF_OK && out->owner)
        cf_matrix_clear(out);
    return status;
}

/* Entries of a part are contiguous: copied at once, its offsets moved. A view's may
 * begin above 0. */
static cf_status stack_csr(const cf_matrix *const *parts, cf_index n, cf_index rows, cf_matrix *out)
{
    cf_matrix *csr = NULL;
    cf_index stored = 0, row = 0, k = 0;
    cf_status status;
    CF_GO(as_csr(parts, n, parts[0]->dtype, &csr, &stored));
    CF_GO(cf_matrix_resize_sparse(out, parts[0]->dtype, CF_CSR, rows, parts[0]->cols, stored));
    for (cf_index p = 0; p < n; p++) {
        const cf_index first = csr[p].offsets[0], count = cf_matrix_stored(&csr[p]);
        cfi_copy_entries(&csr[p], first, count, out, k);
        for (cf_index i = 1; i <= csr[p].rows; i++)
            out->offsets[++row] = k + csr[p].offsets[i] - first;
        k += count;
    }
cleanup:
    clear_all(csr, n);
    return status;
}

/* Through CSR, where rows can be appended. */
static cf_status stack_csc(const cf_matrix *const *parts, cf_index n, cf_index rows, cf_matrix *out)
{
    cf_matrix stacked = {0};
    cf_status status;
    CF_GO(stack_csr(parts, n, rows, &stacked));
    CF_GO(cf_matrix_convert(&stacked, stacked.dtype, CF_CSC, out));
cleanup:
    cf_matrix_clear(&stacked);
    return status;
}

cf_status cf_matrix_join_rows(const cf_matrix *const *parts, cf_index n, cf_matrix *out)
{
    cf_index rows = 0;
    CF_TRY(check_count(n));
    for (cf_index p = 0; p < n; p++) {
        CF_TRY(cfi_matrix_apart(parts[p], out));
        if (parts[p]->cols != parts[0]->cols)
            return cf_fail(CF_ERR_SHAPE, "part 0 has %lld columns, part %lld has %lld",
                           (long long)parts[0]->cols, (long long)p, (long long)parts[p]->cols);
        CF_TRY(add_size(&rows, parts[p]->rows, "rows"));
    }
    if (parts[0]->storage == CF_DENSE)
        CF_TRY(stack_dense(parts, n, rows, out));
    else if (parts[0]->storage == CF_CSR)
        CF_TRY(stack_csr(parts, n, rows, out));
    else
        CF_TRY(stack_csc(parts, n, rows, out));
    cfi_matrix_set_schema(out, parts[0]->schema);
    return CF_OK;
}
