/* SPDX-License-Identifier: BSD-3-Clause */
/* NumPy arrays: .npy files read (versions 1 to 3) and written (1.0). */
#include "io/npy.h"

#include "base/memory.h"
#include "io/io.h"
#include "matrix/matrix.h"

#include <string.h>

/* Element k as the bits of an unsigned integer of its size, in this machine's byte order. */
static uint64_t load(const char *p, const cfi_npy_header *h)
{
    uint64_t x64;
    uint32_t x32;
    uint16_t x16;
    switch (h->size) {
    case 8:
        memcpy(&x64, p, 8);
        return h->swapped ? __builtin_bswap64(x64) : x64;
    case 4:
        memcpy(&x32, p, 4);
        return h->swapped ? __builtin_bswap32(x32) : x32;
    case 2:
        memcpy(&x16, p, 2);
        return h->swapped ? __builtin_bswap16(x16) : x16;
    default:
        return (unsigned char)*p;
    }
}

/* An integer of `size` bytes, its sign extended. */
static int64_t extend(uint64_t bits, const cfi_npy_header *h)
{
    const unsigned shift = 64 - 8 * (unsigned)h->size;
    if (h->kind == NPY_INT)
        return (int64_t)(bits << shift) >> shift;
    return h->kind == NPY_BOOL ? bits != 0 : (int64_t)bits;
}

/* `bits` of any kind but text. */
static double to_double(uint64_t bits, const cfi_npy_header *h)
{
    double value;
    float single;
    if (h->kind == NPY_UINT)
        return (double)bits;
    if (h->kind != NPY_FLOAT)
        return (double)extend(bits, h);
    if (h->size == 8) {
        memcpy(&value, &bits, sizeof value);
        return value;
    }
    if (h->size == 2)
        return (double)cfi_half_to_float((uint16_t)bits);
    const uint32_t low = (uint32_t)bits;
    memcpy(&single, &low, sizeof single);
    return (double)single;
}

/* The dtype an array is read as: its own, or the least that holds all its values; a uint64 becomes
 * f64 only if one of its elements needs it. */
static cf_dtype choose_dtype(const char *data, const cfi_npy_header *h, cf_index count)
{
    if (h->kind == NPY_FLOAT)
        return h->size == 8 ? CF_F64 : CF_F32;
    if (h->size < 4 || (h->size == 4 && h->kind == NPY_INT))
        return CF_I32;
    for (cf_index k = 0; h->kind == NPY_UINT && h->size == 8 && k < count; k++)
        if (load(data + k * 8, h) > INT64_MAX)
            return CF_F64;
    return CF_I64;
}

/* The elements of the file are the matrix as they lie: it keeps the file's memory. */
static cf_status adopt(cfi_bytes *bytes, const cfi_npy_header *h, cf_dtype dtype, cf_index rows,
                       cf_index cols, cf_matrix *out)
{
    cf_buffer *buffer = NULL;
    CF_TRY(CF_ALLOC_ZERO(buffer, 1));
    *buffer = (cf_buffer){.references = 1, .bytes = bytes->size, .data = bytes->data};
    *out = (cf_matrix){.rows = rows,
                       .cols = cols,
                       .dtype = dtype,
                       .values = bytes->data + h->offset,
                       .row_stride = cols,
                       .col_stride = 1,
                       .owner = buffer};
    *bytes = (cfi_bytes){NULL, 0};
    return CF_OK;
}

/* out->dtype is what choose_dtype said of h, so nothing is cut. */
static void store(cf_matrix *out, cf_index at, uint64_t bits, const cfi_npy_header *h)
{
    if (out->dtype == CF_F64)
        ((double *)out->values)[at] = to_double(bits, h);
    else if (out->dtype == CF_F32)
        ((float *)out->values)[at] = (float)to_double(bits, h);
    else if (out->dtype == CF_I32)
        ((int32_t *)out->values)[at] = (int32_t)extend(bits, h);
    else
        ((int64_t *)out->values)[at] = extend(bits, h);
}

/* Every element converted, into row-major order. Byte order, narrow types and unaligned data are
 * all handled here. */
static cf_status convert(const char *data, const cfi_npy_header *h, cf_dtype dtype, cf_index rows,
                         cf_index cols, cf_matrix *out)
{
    CF_TRY(cf_matrix_resize(out, dtype, rows, cols));
    const cf_index row_step = h->fortran ? 1 : cols, col_step = h->fortran ? rows : 1;
    for (cf_index i = 0; i < rows; i++) {
        const char *p = data + (size_t)(i * row_step) * h->size;
        for (cf_index j = 0; j < cols; j++, p += (size_t)col_step * h->size)
            store(out, i * cols + j, load(p, h), h);
    }
    return CF_OK;
}

cf_status cfi_npy_read(const char *name, cfi_bytes *bytes, cf_matrix *out)
{
    cfi_npy_header h;
    CF_TRY(cfi_npy_read_header(name, bytes->data, bytes->size, &h));
    if (h.kind == NPY_BYTES || h.kind == NPY_UCS4)
        return cf_fail(CF_ERR_UNSUPPORTED, "%s: the array holds texts, not numbers", name);
    const cf_index rows = h.ndim > 0 ? h.shape[0] : 1, cols = h.ndim > 1 ? h.shape[1] : 1;
    const char *data = bytes->data + h.offset;
    const cf_dtype dtype = choose_dtype(data, &h, rows * cols);
    /* Same size, byte order and family (integer or real) as the dtype, and aligned. */
    const bool as_is = !h.swapped && rows * cols > 0 && h.size == cf_dtype_size(dtype) &&
                       h.offset % h.size == 0 &&
                       (h.kind == NPY_FLOAT) == (dtype == CF_F64 || dtype == CF_F32);
    cf_matrix_clear(out);
    if (!as_is)
        return convert(data, &h, dtype, rows, cols, out);
    if (!h.fortran || rows == 1 || cols == 1)
        return adopt(bytes, &h, dtype, rows, cols, out);
    const cf_matrix view = cf_view_strided(dtype, data, rows, cols, 1, rows);
    return cf_matrix_copy(&view, out); /* row-major, in tiles */
}

cf_status cfi_npy_read_word(const char *name, const cfi_bytes *bytes, char *out, size_t n)
{
    cfi_npy_header h;
    CF_TRY(cfi_npy_read_header(name, bytes->data, bytes->size, &h));
    if (h.ndim != 0 || (h.kind != NPY_BYTES && h.kind != NPY_UCS4))
        return cf_fail(CF_ERR_FORMAT, "%s: a word is expected", name);
    const size_t step = h.kind == NPY_UCS4 ? 4 : 1, low = step == 4 && h.swapped ? 3 : 0;
    size_t k = 0;
    for (; k < h.size / step && k + 1 < n; k++)
        out[k] = bytes->data[h.offset + k * step + low];
    out[k] = '\0';
    return CF_OK;
}

const char *cfi_npy_descr(cf_dtype dtype)
{
    const bool little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
    switch (dtype) {
    case CF_F64:
        return little ? "<f8" : ">f8";
    case CF_F32:
        return little ? "<f4" : ">f4";
    case CF_I32:
        return little ? "<i4" : ">i4";
    case CF_I64:
        return little ? "<i8" : ">i8";
    case CF_I8:
        return "|i1";
    case CF_U8:
        return "|u1";
    case CF_U16:
        return little ? "<u2" : ">u2";
    case CF_U32:
        return little ? "<u4" : ">u4";
    }
    return "";
}

void cfi_npy_write_values(cfi_writer *w, const cf_matrix *X)
{
    const size_t size = cf_dtype_size(X->dtype);
    for (cf_index i = 0; i < X->rows; i++) {
        const char *row = (const char *)X->values + i * X->row_stride * (cf_index)size;
        if (X->col_stride == 1) {
            cfi_writer_add(w, row, (size_t)X->cols * size);
            continue;
        }
        for (cf_index j = 0; j < X->cols; j++)
            cfi_writer_add(w, row + j * X->col_stride * (cf_index)size, size);
    }
}

cf_status cf_write_npy(const char *path, const cf_matrix *X)
{
    if (cf_matrix_is_sparse(X))
        return cf_fail(CF_ERR_TYPE, "%s: a sparse matrix does not go into a .npy file; write .npz",
                       path);
    cfi_writer w;
    char header[CFI_NPY_HEADER_SIZE];
    CF_TRY(cfi_check_numeric(path, X));
    CF_TRY(cfi_writer_open(&w, path));
    const cf_index shape[] = {X->rows, X->cols};
    cfi_writer_add(
        &w, header,
        cfi_npy_write_header(cfi_npy_descr(X->dtype), shape, X->cols == 1 ? 1 : 2, header));
    cfi_npy_write_values(&w, X);
    return cfi_writer_commit(&w);
}
