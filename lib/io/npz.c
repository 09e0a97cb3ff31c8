/* SPDX-License-Identifier: BSD-3-Clause */
/* NumPy archives: named arrays, and the sparse matrices of scipy.sparse.save_npz. */
#include "base/memory.h"
#include "io/io.h"
#include "io/npy.h"
#include "io/sparse.h"
#include "io/zip.h"
#include "matrix/matrix.h"

#include <stdio.h>
#include <string.h>

/* An archive being read. */
typedef struct npz {
    cfi_zip zip;
    size_t most; /* bytes of an array */
} npz;

/* The bytes of a member, which are the caller's. */
static cf_status unpack(const npz *file, const char *key, cfi_bytes *out)
{
    const cfi_zip_entry *e = cfi_zip_find(&file->zip, key);
    if (!e)
        return cf_fail(CF_ERR_NAME, "%s: no array '%s'", file->zip.name, key);
    return cfi_zip_unpack(&file->zip, e, file->most, out);
}

/* The array called `key`. */
static cf_status read_array(const npz *file, const char *key, cf_matrix *out)
{
    char shown[600];
    cfi_bytes bytes = {0};
    CF_TRY(unpack(file, key, &bytes));
    snprintf(shown, sizeof shown, "%.400s[%.100s]", file->zip.name, key);
    const cf_status status = cfi_npy_read(shown, &bytes, out);
    cfi_bytes_clear(&bytes);
    return status;
}

static cf_status fail_sparse(const npz *file, const char *what)
{
    return cf_fail(CF_ERR_FORMAT, "%s: the sparse matrix is malformed: %s", file->zip.name, what);
}

/* The members of a sparse matrix as they are in the archive. */
typedef struct sparse_parts {
    cf_storage storage;
    cf_index rows, cols;
    cf_matrix data, indices, offsets; /* CF_I64 indices and offsets */
} sparse_parts;

/* An index array, int32 or int64 as SciPy chose, as one column of int64. */
static cf_status read_i64(const npz *file, const char *key, cf_matrix *out)
{
    cf_matrix raw = {0};
    cf_status status;
    CF_GO(read_array(file, key, &raw));
    if (raw.cols != 1)
        CF_GO(fail_sparse(file, "an index array has two dimensions"));
    CF_GO(cf_matrix_convert(&raw, CF_I64, CF_DENSE, out));
cleanup:
    cf_matrix_clear(&raw);
    return status;
}

/* "csr" or "csc": the other forms of SciPy have other members. */
static cf_status read_format(const npz *file, cf_storage *out)
{
    char word[8];
    cfi_bytes bytes = {0};
    CF_TRY(unpack(file, "format", &bytes));
    const cf_status status = cfi_npy_read_word(file->zip.name, &bytes, word, sizeof word);
    cfi_bytes_clear(&bytes);
    if (status != CF_OK)
        return status;
    if (strcmp(word, "csr") != 0 && strcmp(word, "csc") != 0)
        return cf_fail(CF_ERR_UNSUPPORTED,
                       "%s: a sparse matrix in '%s' form; csr and csc are supported",
                       file->zip.name, word);
    *out = strcmp(word, "csr") == 0 ? CF_CSR : CF_CSC;
    return CF_OK;
}

/* The parts are released by read_sparse, on failure too. */
static cf_status read_parts(const npz *file, sparse_parts *p)
{
    cf_matrix shape = {0}, data = {0};
    cf_status status;
    CF_GO(read_format(file, &p->storage));
    CF_GO(read_i64(file, "shape", &shape));
    CF_GO(read_i64(file, "indptr", &p->offsets));
    CF_GO(read_i64(file, "indices", &p->indices));
    CF_GO(read_array(file, "data", &data));
    CF_GO(cf_matrix_convert(&data, data.dtype == CF_F32 ? CF_F32 : CF_F64, CF_DENSE, &p->data));
    if (shape.rows != 2 || data.cols != 1)
        CF_GO(fail_sparse(file, "the shape is not 2-D"));
    p->rows = ((const int64_t *)shape.values)[0];
    p->cols = ((const int64_t *)shape.values)[1];
cleanup:
    cf_matrix_clear(&shape);
    cf_matrix_clear(&data);
    return status;
}

/* Every claim of the parts is checked before something is made of them. */
static cf_status check_parts(const npz *file, const sparse_parts *p)
{
    const cf_index lines = p->storage == CF_CSR ? p->rows : p->cols;
    const cf_index width = p->storage == CF_CSR ? p->cols : p->rows;
    const int64_t *offsets = p->offsets.values, *indices = p->indices.values;
    if (lines < 0 || width < 0 || width > INT32_MAX || p->offsets.rows != lines + 1)
        return fail_sparse(file, "shape and indptr do not agree");
    if (p->data.rows != p->indices.rows || offsets[0] != 0 || offsets[lines] != p->data.rows)
        return fail_sparse(file, "data, indices and indptr do not agree");
    for (cf_index i = 0; i < lines; i++)
        if (offsets[i] > offsets[i + 1])
            return fail_sparse(file, "indptr does not ascend");
    for (cf_index k = 0; k < p->indices.rows; k++)
        if (indices[k] < 0 || indices[k] >= width)
            return fail_sparse(file, "an index is out of range");
    return CF_OK;
}

/* SciPy's matrices may be unsorted and hold an entry twice; ours may not. CSC is turned into CSR,
 * as every reader gives rows. */
static cf_status read_sparse(const npz *file, cf_matrix *out)
{
    sparse_parts p = {0};
    cf_matrix M = {0};
    cf_status status;
    CF_GO(read_parts(file, &p));
    CF_GO(check_parts(file, &p));
    const cf_index lines = p.offsets.rows - 1, stored = p.data.rows;
    CF_GO(cf_matrix_resize_sparse(&M, p.data.dtype, p.storage, p.rows, p.cols, stored));
    memcpy(M.offsets, p.offsets.values, (size_t)(lines + 1) * sizeof *M.offsets);
    memcpy(M.values, p.data.values, (size_t)stored * cf_dtype_size(M.dtype));
    for (cf_index k = 0; k < stored; k++)
        M.indices[k] = (int32_t)((const int64_t *)p.indices.values)[k];
    CF_GO(cfi_sparse_sort(&M));
    if (M.storage == CF_CSC) {
        CF_GO(cf_matrix_convert(&M, M.dtype, CF_CSR, out));
    } else {
        cf_matrix_clear(out);
        *out = M;
        M = (cf_matrix){0};
    }
cleanup:
    cf_matrix_clear(&M);
    cf_matrix_clear(&p.data);
    cf_matrix_clear(&p.indices);
    cf_matrix_clear(&p.offsets);
    return status;
}

/* Told by members that scipy.sparse.save_npz always writes. */
static bool is_sparse(const npz *file)
{
    return cfi_zip_find(&file->zip, "shape") && cfi_zip_find(&file->zip, "format");
}

/* The array that is X: by name, or the only one. */
static cf_status read_features(const npz *file, cf_matrix *out)
{
    static const char *const names[] = {"X", "x", "data", "arr_0"};
    if (is_sparse(file))
        return read_sparse(file, out);
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
        if (cfi_zip_find(&file->zip, names[k]))
            return read_array(file, names[k], out);
    if (file->zip.count != 1)
        return cf_fail(CF_ERR_NAME, "%s: %lld arrays, and none is called 'X'", file->zip.name,
                       (long long)file->zip.count);
    char name[256];
    const cfi_zip_entry *e = &file->zip.entries[0];
    snprintf(name, sizeof name, "%.*s", (int)(e->name_length < 250 ? e->name_length : 250),
             e->name);
    return read_array(file, name, out);
}

/* An array beside X, if the archive has one of that name. */
static cf_status read_beside(const npz *file, const char *name, cf_matrix *out)
{
    return name && cfi_zip_find(&file->zip, name) ? read_array(file, name, out) : CF_OK;
}

/* `most` bounds each array by itself: a small archive can unpack to much. */
static cf_status open_npz(const char *name, const cfi_bytes *bytes, size_t max_bytes, npz *out)
{
    out->most = max_bytes > 0 ? max_bytes : cfi_memory_total() / 2;
    return cfi_zip_open(name, bytes, &out->zip);
}

cf_status cfi_read_npz_bytes(const char *path, const cf_read_options *options, cfi_bytes *bytes,
                             cf_table *out)
{
    npz file = {0};
    cf_table table = {0};
    cf_status status;
    CF_GO(open_npz(cfi_shown_name(path, options), bytes, options->max_bytes, &file));
    CF_GO(read_features(&file, &table.X));
    CF_GO(read_beside(&file, options->target ? options->target : "y", &table.y));
    CF_GO(read_beside(&file, options->weights, &table.weights));
    CF_GO(read_beside(&file, options->groups, &table.groups));
    CF_GO(cfi_finish_table(file.zip.name, options, &table));
    *out = table;
    table = (cf_table){0};
cleanup:
    cf_table_clear(&table);
    cfi_zip_close(&file.zip);
    return status;
}

cf_status cf_read_npz(const char *path, const char *name, cf_matrix *out)
{
    npz file = {0};
    cfi_bytes bytes = {0};
    cf_status status;
    CF_GO(cfi_file_read(path, 0, &bytes));
    CF_GO(open_npz(path, &bytes, 0, &file));
    /* A sparse matrix is written without a name; cf_read_table calls it X. */
    const bool features =
        !name || (strcmp(name, "X") == 0 && is_sparse(&file) && !cfi_zip_find(&file.zip, name));
    CF_GO(features ? read_features(&file, out) : read_array(&file, name, out));
cleanup:
    cfi_zip_close(&file.zip);
    cfi_bytes_clear(&bytes);
    return status;
}
