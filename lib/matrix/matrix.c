/* SPDX-License-Identifier: BSD-3-Clause */
/* Life and shape of matrices: views, owned memory, sharing, checks of what callers made. */
#include "matrix/matrix.h"

#include <math.h>
#include <string.h>

size_t cf_dtype_size(cf_dtype dtype)
{
    switch (dtype) {
    case CF_F64:
    case CF_I64:
        return 8;
    case CF_F32:
    case CF_I32:
    case CF_U32:
        return 4;
    case CF_U16:
        return 2;
    case CF_I8:
    case CF_U8:
        return 1;
    }
    return 0;
}

const char *cf_dtype_name(cf_dtype dtype)
{
    switch (dtype) {
    case CF_F64:
        return "float64";
    case CF_F32:
        return "float32";
    case CF_I32:
        return "int32";
    case CF_I64:
        return "int64";
    case CF_I8:
        return "int8";
    case CF_U8:
        return "uint8";
    case CF_U16:
        return "uint16";
    case CF_U32:
        return "uint32";
    }
    return "?";
}

/* ---- views ---- */

/* A view holds no const pointers, since owned matrices share its type; the library never writes
 * through a const cf_matrix *, nor through a view of one. */
static void *borrow(const void *data)
{
    return (void *)(uintptr_t)data;
}

cf_matrix cf_view_strided(cf_dtype dtype, const void *data, cf_index rows, cf_index cols,
                          cf_index row_stride, cf_index col_stride)
{
    return (cf_matrix){.rows = rows,
                       .cols = cols,
                       .dtype = dtype,
                       .values = borrow(data),
                       .row_stride = row_stride,
                       .col_stride = col_stride};
}

cf_matrix cf_view_f64(const double *data, cf_index rows, cf_index cols)
{
    return cf_view_strided(CF_F64, data, rows, cols, cols, 1);
}

cf_matrix cf_view_f32(const float *data, cf_index rows, cf_index cols)
{
    return cf_view_strided(CF_F32, data, rows, cols, cols, 1);
}

cf_matrix cf_view_i64(const int64_t *data, cf_index rows, cf_index cols)
{
    return cf_view_strided(CF_I64, data, rows, cols, cols, 1);
}

cf_matrix cf_view_i32(const int32_t *data, cf_index rows, cf_index cols)
{
    return cf_view_strided(CF_I32, data, rows, cols, cols, 1);
}

/* A sparse view without its shape. */
static cf_matrix view_sparse(cf_storage storage, cf_dtype dtype, const void *values,
                             const cf_index *offsets, const int32_t *indices)
{
    return (cf_matrix){.dtype = dtype,
                       .storage = storage,
                       .values = borrow(values),
                       .offsets = borrow(offsets),
                       .indices = borrow(indices)};
}

cf_matrix cf_view_csr(cf_dtype dtype, const void *values, const cf_index *offsets,
                      const int32_t *indices, cf_index rows, cf_index cols)
{
    cf_matrix view = view_sparse(CF_CSR, dtype, values, offsets, indices);
    view.rows = rows;
    view.cols = cols;
    return view;
}

cf_matrix cf_view_csc(cf_dtype dtype, const void *values, const cf_index *offsets,
                      const int32_t *indices, cf_index rows, cf_index cols)
{
    cf_matrix view = view_sparse(CF_CSC, dtype, values, offsets, indices);
    view.rows = rows;
    view.cols = cols;
    return view;
}

/* The end of a CSR view's last row is offsets[rows], as in a matrix of its own; only offsets[0]
 * need not be 0, which all code over CSR must expect. */
cf_matrix cf_view_rows(const cf_matrix *X, cf_index begin, cf_index end)
{
    cf_matrix view = *X;
    view.owner = NULL;
    view.rows = end - begin;
    if (X->storage == CF_CSR)
        view.offsets = X->offsets + begin; /* offsets stay relative to values and indices */
    else
        view.values = (char *)X->values + begin * X->row_stride * (cf_index)cf_dtype_size(X->dtype);
    return view;
}

cf_matrix cf_view_column(const cf_matrix *X, cf_index j)
{
    const char *first =
        (const char *)X->values + j * X->col_stride * (cf_index)cf_dtype_size(X->dtype);
    return cf_view_strided(X->dtype, first, X->rows, 1, X->row_stride, 1);
}

/* ---- elements ---- */

bool cf_matrix_is_sparse(const cf_matrix *X)
{
    return X->storage != CF_DENSE;
}

/* A view of some rows shares offsets that begin above 0. */
cf_index cf_matrix_stored(const cf_matrix *X)
{
    if (!cf_matrix_is_sparse(X))
        return X->rows * X->cols;
    const cf_index lines = X->storage == CF_CSR ? X->rows : X->cols;
    return X->offsets ? X->offsets[lines] - X->offsets[0] : 0;
}

/* Exact for all but integers of 64 bits, which are rounded beyond 2^53. */
double cfi_element(const void *values, cf_dtype dtype, cf_index at)
{
    switch (dtype) {
    case CF_F64:
        return ((const double *)values)[at];
    case CF_F32:
        return (double)((const float *)values)[at];
    case CF_I32:
        return ((const int32_t *)values)[at];
    case CF_I64:
        return (double)((const int64_t *)values)[at];
    case CF_I8:
        return ((const int8_t *)values)[at];
    case CF_U8:
        return ((const uint8_t *)values)[at];
    case CF_U16:
        return ((const uint16_t *)values)[at];
    case CF_U32:
        return ((const uint32_t *)values)[at];
    }
    return (double)NAN;
}

double cf_matrix_get(const cf_matrix *X, cf_index i, cf_index j)
{
    if (X->storage == CF_DENSE)
        return cfi_element(X->values, X->dtype, i * X->row_stride + j * X->col_stride);
    const cf_index line = X->storage == CF_CSR ? i : j, want = X->storage == CF_CSR ? j : i;
    /* A sparse line: bisection, as its indices ascend. */
    cf_index low = X->offsets[line], high = X->offsets[line + 1];
    while (low < high) {
        const cf_index middle = (low + high) / 2;
        if (X->indices[middle] < want)
            low = middle + 1;
        else
            high = middle;
    }
    return low < X->offsets[line + 1] && X->indices[low] == want
               ? cfi_element(X->values, X->dtype, low)
               : 0.0;
}

bool cfi_column_is_missing(const cf_matrix *X, cf_index j)
{
    for (cf_index i = 0; i < X->rows; i++)
        if (!isnan(cf_matrix_get(X, i, j)))
            return false;
    return true;
}

/* ---- owned memory ---- */

/* Without an owner nothing is held, the schema neither. */
void cf_matrix_clear(cf_matrix *X)
{
    if (!X)
        return;
    if (X->owner) {
        cf_schema_free(X->schema);
        cfi_buffer_free(X->owner);
    }
    *X = (cf_matrix){0};
}

static cf_status fail_size(cf_index rows, cf_index cols)
{
    return cf_fail(CF_ERR_SHAPE, "a matrix cannot be %lld x %lld", (long long)rows,
                   (long long)cols);
}

/* Empty and yet no view: may be filled like a new matrix. */
static bool is_empty(const cf_matrix *X)
{
    return !X->owner && !X->values && !X->offsets;
}

/* A view is filled in place, so it must have the result's shape and dtype already; its strides
 * stay. What owns memory keeps it where it suffices and is nobody else's. */
cf_status cf_matrix_resize(cf_matrix *out, cf_dtype dtype, cf_index rows, cf_index cols)
{
    size_t bytes = 0;
    cf_index cells;
    if (rows < 0 || cols < 0 || __builtin_mul_overflow(rows, cols, &cells) ||
        !cfi_size_add(&bytes, cells, cf_dtype_size(dtype)))
        return fail_size(rows, cols);
    if (!out->owner && !is_empty(out)) {
        if (out->storage == CF_DENSE && out->rows == rows && out->cols == cols &&
            out->dtype == dtype)
            return CF_OK;
        return cf_fail(CF_ERR_SHAPE,
                       "the output is a %lld x %lld view of %s, the result is %lld x %lld of %s",
                       (long long)out->rows, (long long)out->cols, cf_dtype_name(out->dtype),
                       (long long)rows, (long long)cols, cf_dtype_name(dtype));
    }
    cf_buffer *buffer = out->owner;
    const bool reuse = buffer && !cfi_buffer_is_shared(buffer) && out->storage == CF_DENSE &&
                       out->values == buffer->data && buffer->bytes >= bytes;
    if (!reuse) {
        buffer = cfi_buffer_new(bytes);
        if (!buffer)
            return cf_out_of_memory();
        /* Not before the new buffer is there: a failure leaves `out` as it was. */
        cf_matrix_clear(out);
    } else {
        cf_schema_free(out->schema);
    }
    *out = (cf_matrix){.rows = rows,
                       .cols = cols,
                       .dtype = dtype,
                       .values = buffer->data,
                       .row_stride = cols,
                       .col_stride = 1,
                       .owner = buffer};
    return CF_OK;
}

/* Bytes up to the next multiple of 64. */
static size_t align64(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

/* One buffer for offsets, indices and values, each begun at a multiple of 64. The index of a line's
 * end needs lines + 1 offsets; indices are 32 bits wide. */
cf_status cf_matrix_resize_sparse(cf_matrix *out, cf_dtype dtype, cf_storage storage, cf_index rows,
                                  cf_index cols, cf_index stored)
{
    const cf_index lines = storage == CF_CSR ? rows : cols;
    const cf_index width = storage == CF_CSR ? cols : rows;
    size_t offsets = 0, indices = 0, values = 0;
    if (rows < 0 || cols < 0 || width > INT32_MAX || lines == INT64_MAX || storage == CF_DENSE ||
        stored < 0 || !cfi_size_add(&offsets, lines + 1, sizeof(cf_index)) ||
        !cfi_size_add(&indices, stored, sizeof(int32_t)) ||
        !cfi_size_add(&values, stored, cf_dtype_size(dtype)) || values > SIZE_MAX / 4 ||
        offsets > SIZE_MAX / 4)
        return fail_size(rows, cols);
    if (!out->owner && !is_empty(out))
        return cf_fail(CF_ERR_SHAPE, "the output is a view, the result is sparse");
    cf_buffer *buffer = cfi_buffer_new(align64(offsets) + align64(indices) + values);
    if (!buffer)
        return cf_out_of_memory();
    char *at = buffer->data;
    memset(at, 0, offsets);
    cf_matrix_clear(out);
    *out = (cf_matrix){.rows = rows,
                       .cols = cols,
                       .dtype = dtype,
                       .storage = storage,
                       .values = at + align64(offsets) + align64(indices),
                       .offsets = (cf_index *)(void *)at,
                       .indices = (int32_t *)(void *)(at + align64(offsets)),
                       .owner = buffer};
    return CF_OK;
}

cf_status cfi_matrix_apart(const cf_matrix *X, const cf_matrix *out)
{
    return X && X == out ? cf_fail(CF_ERR_ARGUMENT, "the output is the input; it has to be another "
                                                    "matrix")
                         : CF_OK;
}

/* An owned X may be `out` itself: its references are taken before out's are dropped. */
cf_status cf_matrix_share(cf_matrix *out, const cf_matrix *X)
{
    if (!X->owner)
        return cf_matrix_copy(X, out);
    cf_matrix shared = *X;
    cfi_buffer_share(shared.owner);
    shared.schema = cf_schema_share(X->schema);
    cf_matrix_clear(out);
    *out = shared;
    return CF_OK;
}

bool cfi_has_dense_rows(const cf_matrix *X)
{
    return X->storage == CF_DENSE && (X->col_stride == 1 || X->cols < 2);
}

/* ---- checks of what the caller made ---- */

/* Every place of the matrix, as bytes from its first element, fits an index. Strides may be
 * negative; -(x + 1), one less than the size of a negative x, cannot overflow. */
static bool strides_fit(const cf_matrix *X)
{
    cf_index down, along, span, bytes;
    return !__builtin_mul_overflow(X->rows, X->row_stride, &down) &&
           !__builtin_mul_overflow(X->cols, X->col_stride, &along) &&
           !__builtin_add_overflow(down < 0 ? -(down + 1) : down, along < 0 ? -(along + 1) : along,
                                   &span) &&
           !__builtin_mul_overflow(span, (cf_index)cf_dtype_size(X->dtype), &bytes);
}

/* Whether the memory is really there cannot be checked. */
static cf_status check_dense(const cf_matrix *X, const char *name)
{
    cf_index cells;
    if (__builtin_mul_overflow(X->rows, X->cols, &cells))
        return cf_fail(CF_ERR_SHAPE, "%s: %lld x %lld is too large", name, (long long)X->rows,
                       (long long)X->cols);
    if (cells > 0 && !strides_fit(X))
        return cf_fail(CF_ERR_SHAPE, "%s: strides %lld and %lld reach too far", name,
                       (long long)X->row_stride, (long long)X->col_stride);
    if (!X->values && X->rows > 0 && X->cols > 0)
        return cf_fail(CF_ERR_SHAPE, "%s: %lld x %lld without values", name, (long long)X->rows,
                       (long long)X->cols);
    return CF_OK;
}

/* Offsets ascend, indices ascend within each line and stay inside. Looks at every index: what
 * follows may rely on them without a test. */
static cf_status check_sparse(const cf_matrix *X, const char *name)
{
    const cf_index lines = X->storage == CF_CSR ? X->rows : X->cols;
    const cf_index width = X->storage == CF_CSR ? X->cols : X->rows;
    if (X->dtype != CF_F64 && X->dtype != CF_F32)
        return cf_fail(CF_ERR_TYPE, "%s: a sparse matrix holds float64 or float32, not %s", name,
                       cf_dtype_name(X->dtype));
    if (width > INT32_MAX)
        return cf_fail(CF_ERR_SHAPE, "%s: %lld x %lld is too large for 32-bit indices", name,
                       (long long)X->rows, (long long)X->cols);
    if (!X->offsets || X->offsets[0] < 0)
        return cf_fail(CF_ERR_SHAPE, "%s: offsets are missing or negative", name);
    for (cf_index i = 0; i < lines; i++) {
        if (X->offsets[i + 1] < X->offsets[i])
            return cf_fail(CF_ERR_SHAPE, "%s: offsets descend at line %lld", name, (long long)i);
        if (X->offsets[i + 1] > X->offsets[i] && (!X->indices || !X->values))
            return cf_fail(CF_ERR_SHAPE, "%s: indices or values are missing", name);
        cf_index last = -1;
        for (cf_index k = X->offsets[i]; k < X->offsets[i + 1]; k++) {
            if (X->indices[k] <= last || X->indices[k] >= width)
                return cf_fail(CF_ERR_SHAPE,
                               "%s: index %lld in line %lld is out of range or out of order", name,
                               (long long)X->indices[k], (long long)i);
            last = X->indices[k];
        }
    }
    return CF_OK;
}

/* For matrices that callers made by hand; what the library made holds all of this. */
cf_status cf_matrix_check(const cf_matrix *X, const char *name)
{
    if (!X)
        return cf_fail(CF_ERR_ARGUMENT, "%s is NULL", name);
    if (X->rows < 0 || X->cols < 0)
        return cf_fail(CF_ERR_SHAPE, "%s: %lld x %lld", name, (long long)X->rows,
                       (long long)X->cols);
    if ((unsigned)X->dtype > CF_U32 || (unsigned)X->storage > CF_CSC)
        return cf_fail(CF_ERR_TYPE, "%s: unknown dtype or storage", name);
    if (X->schema && X->schema->count != X->cols)
        return cf_fail(CF_ERR_SHAPE, "%s: %lld columns, the schema has %lld", name,
                       (long long)X->cols, (long long)X->schema->count);
    return X->storage == CF_DENSE ? check_dense(X, name) : check_sparse(X, name);
}
