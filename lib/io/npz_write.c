/* SPDX-License-Identifier: BSD-3-Clause */
/* Writing NumPy archives: named arrays, and sparse matrices as scipy.sparse.save_npz does. */
#include "base/memory.h"
#include "base/zlib_memory.h"
#include "io/io.h"
#include "io/npy.h"
#include "io/zip.h"
#include "matrix/matrix.h"

#include <stdio.h>
#include <string.h>

enum { NAME_MOST = 250 /* bytes, which no file system or reader minds */ };

/* The members of scipy.sparse.save_npz. */
enum { INDICES, INDPTR, FORMAT, SHAPE, DATA, MEMBERS };
static const char *const member_names[MEMBERS] = {"indices", "indptr", "format", "shape", "data"};

/* One array: contiguous, in this machine's byte order. */
typedef struct array_out {
    const char *descr;
    int ndim; /* 0 to 2 */
    cf_index shape[2];
    const void *data;
    size_t bytes;
} array_out;

/* zlib counts bytes in an unsigned: large arrays go in parts. */
static uint32_t add_crc(uint32_t crc, const void *data, size_t n)
{
    const unsigned char *p = data;
    uLong sum = crc;
    for (size_t k = 0; k < n; k += CFI_ZLIB_AT_ONCE)
        sum = crc32(sum, p + k, (unsigned)(n - k < CFI_ZLIB_AT_ONCE ? n - k : CFI_ZLIB_AT_ONCE));
    return (uint32_t)sum;
}

/* One member: header and data. Its CRC stands in front of it in the archive, so the data are read
 * twice. Failures are kept in the writer. */
static void write_entry(cfi_zip_writer *w, const char *key, const array_out *a)
{
    char name[NAME_MOST + sizeof ".npy"], header[CFI_NPY_HEADER_SIZE];
    snprintf(name, sizeof name, "%s.npy", key);
    const size_t n = cfi_npy_write_header(a->descr, a->shape, a->ndim, header);
    cfi_zip_begin(w, name, n + a->bytes, add_crc(add_crc(0, header, n), a->data, a->bytes));
    cfi_zip_add(w, header, n);
    cfi_zip_add(w, a->data, a->bytes);
}

/* A 1-D array of `count` elements. */
static void write_vector(cfi_zip_writer *w, const char *key, const void *data, cf_dtype dtype,
                         cf_index count)
{
    const size_t bytes = (size_t)count * cf_dtype_size(dtype);
    write_entry(w, key, &(array_out){cfi_npy_descr(dtype), 1, {count}, data, bytes});
}

static void write_dense(cfi_zip_writer *w, const char *key, const cf_matrix *X)
{
    write_entry(w, key,
                &(array_out){cfi_npy_descr(X->dtype),
                             X->cols == 1 ? 1 : 2,
                             {X->rows, X->cols},
                             X->values,
                             (size_t)(X->rows * X->cols) * cf_dtype_size(X->dtype)});
}

/* The name the matrix was given is not among the members. */
static void write_sparse(cfi_zip_writer *w, const cf_matrix *X)
{
    const cf_index lines = X->storage == CF_CSR ? X->rows : X->cols, stored = cf_matrix_stored(X);
    const int64_t shape[] = {X->rows, X->cols};
    write_vector(w, member_names[INDICES], X->indices, CF_I32, stored);
    write_vector(w, member_names[INDPTR], X->offsets, CF_I64, lines + 1);
    write_entry(w, member_names[FORMAT],
                &(array_out){"|S3", 0, {0}, X->storage == CF_CSR ? "csr" : "csc", 3});
    write_vector(w, member_names[SHAPE], shape, CF_I64, 2);
    write_vector(w, member_names[DATA], X->values, X->dtype, stored);
}

/* Writes an array whose elements may be strided or begin in the middle of another's. */
static cf_status write_array(cfi_zip_writer *w, const char *path, const char *key,
                             const cf_matrix *X)
{
    cf_matrix whole = {0};
    cf_status status;
    CF_GO(cfi_check_numeric(path, X));
    const bool sparse = cf_matrix_is_sparse(X);
    const bool as_is = sparse ? X->offsets[0] == 0 : X->col_stride == 1 && X->row_stride == X->cols;
    if (!as_is)
        CF_GO(cf_matrix_copy(X, &whole));
    if (sparse)
        write_sparse(w, as_is ? X : &whole);
    else
        write_dense(w, key, as_is ? X : &whole);
cleanup:
    cf_matrix_clear(&whole);
    return status;
}

/* An array may not be called as a member of the sparse matrix beside it. */
static cf_status check_beside_sparse(const char *path, const char *name)
{
    for (int i = 0; i < MEMBERS; i++)
        if (strcmp(name, member_names[i]) == 0)
            return cf_fail(CF_ERR_ARGUMENT,
                           "%s: an array is called '%s', as a member of the sparse matrix is", path,
                           name);
    return CF_OK;
}

/* Every member gets a name of its own, whole: two sparse matrices would have the same. */
static cf_status check_names(const char *path, const char *const *names,
                             const cf_matrix *const *arrays, cf_index n)
{
    cf_index sparse = 0;
    for (cf_index k = 0; k < n; k++) {
        sparse += cf_matrix_is_sparse(arrays[k]);
        if (strlen(names[k]) > NAME_MOST)
            return cf_fail(CF_ERR_ARGUMENT,
                           "%s: the name of array %lld has %zu bytes, more than %d", path,
                           (long long)k, strlen(names[k]), NAME_MOST);
        for (cf_index i = 0; i < k; i++)
            if (strcmp(names[i], names[k]) == 0)
                return cf_fail(CF_ERR_ARGUMENT, "%s: two arrays are called '%s'", path, names[k]);
    }
    if (sparse > 1)
        return cf_fail(CF_ERR_UNSUPPORTED, "%s: an archive holds one sparse matrix, not %lld", path,
                       (long long)sparse);
    for (cf_index k = 0; sparse > 0 && k < n; k++)
        if (!cf_matrix_is_sparse(arrays[k]))
            CF_TRY(check_beside_sparse(path, names[k]));
    return CF_OK;
}

cf_status cf_write_npz(const char *path, const char *const *names, const cf_matrix *const *arrays,
                       cf_index n)
{
    cfi_zip_writer w;
    CF_TRY(check_names(path, names, arrays, n));
    CF_TRY(cfi_zip_create(&w, path));
    cf_status status = CF_OK;
    for (cf_index k = 0; status == CF_OK && k < n; k++)
        status = write_array(&w, path, names[k], arrays[k]);
    if (status == CF_OK)
        return cfi_zip_commit(&w);
    cfi_zip_discard(&w);
    return status;
}
