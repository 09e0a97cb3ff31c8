/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file matrix.h
 * Dense and sparse matrices, and the schema that makes a matrix a table.
 *
 * A zero-initialised cf_matrix is empty and needs no set-up. A view borrows the caller's memory
 * and needs no release. An output starts as `cf_matrix out = {0}`, is resized by the callee, can be
 * used again and is released by cf_matrix_clear; an output that is a view must have the right
 * shape and dtype and is filled in place. An output never overlaps an input; one that is the input
 * itself is refused. C++ writes `{}` for `{0}`.
 *
 * A table the program makes itself is a view whose `schema` it sets: the view borrows it. A cell of
 * a categorical or text column is the code of its text, -1 for a text the dictionary lacks, NaN for
 * a missing one (examples/serve.c).
 */
#ifndef COFIT_MATRIX_H
#define COFIT_MATRIX_H

#include "status.h"

#include <stdbool.h>

CF_BEGIN_DECLS

/** Element types: those of a matrix first, then those only a typed array has. */
typedef enum cf_dtype { CF_F64, CF_F32, CF_I32, CF_I64, CF_I8, CF_U8, CF_U16, CF_U32 } cf_dtype;

/** How the elements lie in memory. */
typedef enum cf_storage { CF_DENSE, CF_CSR, CF_CSC } cf_storage;

/** What a column of a table holds. */
typedef enum cf_column_kind { CF_NUMERIC, CF_CATEGORICAL, CF_TEXT } cf_column_kind;

/** Names, kinds and dictionaries of the columns of a table; reference counted, immutable once
 * shared. */
typedef struct cf_schema cf_schema;

/** Reference-counted memory behind a matrix; private to the library. */
typedef struct cf_buffer cf_buffer;

/**
 * A dense or sparse matrix; zero-initialised = empty, dense, f64.
 * Dense: element (i, j) is values[i * row_stride + j * col_stride], strides in elements.
 * CSR (CSC): offsets has rows + 1 (cols + 1) entries, indices and values offsets[last] entries,
 * indices ascending within a row (column) without repetition.
 */
typedef struct cf_matrix {
    cf_index rows, cols;
    cf_dtype dtype;
    cf_storage storage;
    void *values;
    cf_index row_stride, col_stride;
    cf_index *offsets;
    int32_t *indices;
    cf_schema *schema; /**< NULL = unnamed numeric columns; a reference of the matrix's own where it
                          has an owner, else borrowed */
    cf_buffer *owner;  /**< NULL = everything is borrowed: clear then only zeroes */
} cf_matrix;

/** A row-major view of rows x cols doubles; `data` is borrowed and never written through a const
 * matrix. */
CF_API cf_matrix cf_view_f64(const double *data, cf_index rows, cf_index cols);

/** A row-major view of rows x cols floats; `data` is borrowed. */
CF_API cf_matrix cf_view_f32(const float *data, cf_index rows, cf_index cols);

/** A row-major view of rows x cols 64-bit integers; `data` is borrowed. */
CF_API cf_matrix cf_view_i64(const int64_t *data, cf_index rows, cf_index cols);

/** A row-major view of rows x cols 32-bit integers; `data` is borrowed. */
CF_API cf_matrix cf_view_i32(const int32_t *data, cf_index rows, cf_index cols);

/** A strided dense view; strides count elements and may be 0 or negative; `data` is borrowed. */
CF_API cf_matrix cf_view_strided(cf_dtype dtype, const void *data, cf_index rows, cf_index cols,
                                 cf_index row_stride, cf_index col_stride);

/** A compressed sparse row view (dtype CF_F64 or CF_F32); offsets has rows + 1 entries; all
 * borrowed. */
CF_API cf_matrix cf_view_csr(cf_dtype dtype, const void *values, const cf_index *offsets,
                             const int32_t *indices, cf_index rows, cf_index cols);

/** A compressed sparse column view; offsets has cols + 1 entries; all borrowed. */
CF_API cf_matrix cf_view_csc(cf_dtype dtype, const void *values, const cf_index *offsets,
                             const int32_t *indices, cf_index rows, cf_index cols);

/** A view of rows [begin, end) of a dense or CSR matrix; borrowed from X, schema included. */
CF_API cf_matrix cf_view_rows(const cf_matrix *X, cf_index begin, cf_index end);

/** A view of column j of a dense matrix, as n x 1; borrowed from X, without schema. */
CF_API cf_matrix cf_view_column(const cf_matrix *X, cf_index j);

/** Bytes of one element of `dtype`. */
CF_API size_t cf_dtype_size(cf_dtype dtype);

/** The name of a dtype as in NumPy ("float64"); static. */
CF_API const char *cf_dtype_name(cf_dtype dtype);

/** True for CSR and CSC. */
CF_API bool cf_matrix_is_sparse(const cf_matrix *X);

/** Stored elements: rows * cols of a dense matrix, the stored entries of a sparse one. */
CF_API cf_index cf_matrix_stored(const cf_matrix *X);

/** Element (i, j) as a double; 0 for an entry a sparse matrix does not store. Indices are not
 * checked. */
CF_API double cf_matrix_get(const cf_matrix *X, cf_index i, cf_index j);

/**
 * Makes `out` a dense row-major matrix of the given shape, content undefined, schema dropped.
 * Memory is kept where it is large enough and not shared. A view must already have the shape and
 * dtype. Returns CF_ERR_MEMORY, CF_ERR_SHAPE (a view of another shape or dtype, negative or huge
 * sizes).
 */
CF_API CF_NODISCARD cf_status cf_matrix_resize(cf_matrix *out, cf_dtype dtype, cf_index rows,
                                               cf_index cols);

/**
 * Makes `out` an owned CSR or CSC matrix with room for `stored` entries; offsets are zeroed.
 * Returns CF_ERR_MEMORY, CF_ERR_SHAPE.
 */
CF_API CF_NODISCARD cf_status cf_matrix_resize_sparse(cf_matrix *out, cf_dtype dtype,
                                                      cf_storage storage, cf_index rows,
                                                      cf_index cols, cf_index stored);

/** Releases what the matrix owns and makes it empty; NULL is allowed. */
CF_API void cf_matrix_clear(cf_matrix *X);

/** Makes `out` a second owner of X's memory (a view of borrowed memory is copied instead). */
CF_API CF_NODISCARD cf_status cf_matrix_share(cf_matrix *out, const cf_matrix *X);

/**
 * Copies X into `out` as `dtype` and `storage` (dense copies are row-major), schema shared; zeros
 * are not stored, reals become integers by cutting towards 0. Returns CF_ERR_MEMORY, CF_ERR_SHAPE,
 * CF_ERR_LIMIT (too large to be dense), CF_ERR_DATA (outside the range of an integer dtype),
 * CF_ERR_TYPE (sparse integers).
 */
CF_API CF_NODISCARD cf_status cf_matrix_convert(const cf_matrix *X, cf_dtype dtype,
                                                cf_storage storage, cf_matrix *out);

/** Copies X into `out` unchanged in dtype and storage. */
CF_API CF_NODISCARD cf_status cf_matrix_copy(const cf_matrix *X, cf_matrix *out);

/** out = X transposed, an owned copy; CSR becomes CSR of the transpose. No schema. */
CF_API CF_NODISCARD cf_status cf_matrix_transpose(const cf_matrix *X, cf_matrix *out);

/** out = rows[0..n) of X in that order (repetition allowed), schema shared. CF_ERR_SHAPE if
 * outside. */
CF_API CF_NODISCARD cf_status cf_matrix_gather_rows(const cf_matrix *X, const cf_index *rows,
                                                    cf_index n, cf_matrix *out);

/** out = columns cols[0..n) of X in that order, schema cut accordingly. CF_ERR_SHAPE if outside. */
CF_API CF_NODISCARD cf_status cf_matrix_gather_columns(const cf_matrix *X, const cf_index *cols,
                                                       cf_index n, cf_matrix *out);

/**
 * out = the parts side by side; sparse (CSR) if `sparse`, else dense; f32 only if every part is.
 * Schemas are joined when every part has one. CF_ERR_SHAPE when rows differ.
 */
CF_API CF_NODISCARD cf_status cf_matrix_join_columns(const cf_matrix *const *parts, cf_index n,
                                                     bool sparse, cf_matrix *out);

/** out = the parts on top of each other, in the first one's storage and dtype, with its schema.
 * CF_ERR_SHAPE when columns differ. */
CF_API CF_NODISCARD cf_status cf_matrix_join_rows(const cf_matrix *const *parts, cf_index n,
                                                  cf_matrix *out);

/** out = A B, dense f64; A dense or CSR, B dense. CF_ERR_SHAPE when inner sizes differ. */
CF_API CF_NODISCARD cf_status cf_matrix_product(const cf_matrix *A, const cf_matrix *B,
                                                cf_matrix *out);

/**
 * Checks a matrix made by the caller: sizes, strides, pointers; sparse offsets monotone, indices
 * in range and ascending. Returns CF_ERR_SHAPE or CF_ERR_TYPE with a message that begins with
 * `name`.
 */
CF_API CF_NODISCARD cf_status cf_matrix_check(const cf_matrix *X, const char *name);

/** A schema of n numeric columns without names; the caller owns the reference: cf_schema_free. */
CF_API CF_NODISCARD cf_status cf_schema_new(cf_schema **out, cf_index n);

/** Releases one reference; NULL is allowed. */
CF_API void cf_schema_free(cf_schema *schema);

/** One more reference to the same schema; returns it. NULL is allowed. */
CF_API cf_schema *cf_schema_share(const cf_schema *schema);

/** Number of columns. */
CF_API cf_index cf_schema_size(const cf_schema *schema);

/** Names column j (copied); only before the schema is shared. */
CF_API CF_NODISCARD cf_status cf_schema_set_name(cf_schema *schema, cf_index j, const char *name);

/**
 * Makes column j categorical or text with the `count` texts as dictionary (copied). A categorical
 * dictionary must ascend by UTF-8 bytes without repetition (CF_ERR_ARGUMENT).
 */
CF_API CF_NODISCARD cf_status cf_schema_set_dictionary(cf_schema *schema, cf_index j,
                                                       cf_column_kind kind,
                                                       const char *const *texts, cf_index count);

/** Name of column j, borrowed; NULL when unnamed. */
CF_API const char *cf_schema_name(const cf_schema *schema, cf_index j);

/** Kind of column j; a NULL schema is all numeric. */
CF_API cf_column_kind cf_schema_kind(const cf_schema *schema, cf_index j);

/** Says that the numbers of column j are integers: encoders write "1", not "1.0", in names. Not
 * kept in model files. CF_ERR_SHAPE if there is no such column. */
CF_API CF_NODISCARD cf_status cf_schema_set_whole(cf_schema *schema, cf_index j);

/** What cf_schema_set_whole said of column j. */
CF_API bool cf_schema_is_whole(const cf_schema *schema, cf_index j);

/** Says that the numbers of column j are truth values: encoders write "True", not "1.0", in names.
 * Not kept in model files. CF_ERR_SHAPE if there is no such column. */
CF_API CF_NODISCARD cf_status cf_schema_set_boolean(cf_schema *schema, cf_index j);

/** What cf_schema_set_boolean said of column j. */
CF_API bool cf_schema_is_boolean(const cf_schema *schema, cf_index j);

/** Entries in the dictionary of column j; 0 for a numeric one. */
CF_API cf_index cf_schema_dictionary_size(const cf_schema *schema, cf_index j);

/** Text of `code` in the dictionary of column j, borrowed; NULL when there is none. */
CF_API const char *cf_schema_text(const cf_schema *schema, cf_index j, cf_index code);

/** The code of `text` in column j, or -1. */
CF_API cf_index cf_schema_code(const cf_schema *schema, cf_index j, const char *text);

/** The column called `name`, or -1. */
CF_API cf_index cf_schema_find(const cf_schema *schema, const char *name);

/** Same columns: count, names, kinds and dictionaries. */
CF_API bool cf_schema_equal(const cf_schema *a, const cf_schema *b);

/** A new schema with the given columns of `schema`, in that order. */
CF_API CF_NODISCARD cf_status cf_schema_select(const cf_schema *schema, const cf_index *cols,
                                               cf_index n, cf_schema **out);

/** Gives X a copy of the names (NULL: none); X gets a schema of its own if it shares one. */
CF_API CF_NODISCARD cf_status cf_matrix_set_names(cf_matrix *X, const char *const *names);

CF_END_DECLS

#endif
