/* SPDX-License-Identifier: BSD-3-Clause */
/* Matrices inside the library: what cofit/matrix.h does not declare. */
#ifndef COFIT_MATRIX_MATRIX_H
#define COFIT_MATRIX_MATRIX_H

#include "base/memory.h"
#include "cofit/extend.h"

/* The dictionary of one column: shared between schemas. */
typedef struct cfi_dictionary {
    int references; /* atomic */
    cf_index count;
    char **texts; /* of cfi_texts_new; sorted by bytes when categorical */
} cfi_dictionary;

/* What the numbers of a column were where they came from. */
typedef enum cfi_origin { CFI_REALS, CFI_INTEGERS, CFI_BOOLEANS } cfi_origin;

typedef struct cfi_column {
    char *name; /* NULL = unnamed */
    cf_column_kind kind;
    cfi_origin origin;
    cfi_dictionary *dictionary; /* NULL for a numeric column */
} cfi_column;

struct cf_schema {
    int references; /* atomic */
    cf_index count;
    cfi_column *columns;
};

/*
 * One block for `count` texts of `bytes` bytes in all (NULs included), released by cf_free: the
 * pointers, to be filled, then the bytes, which begin at *room. A text of its own for every entry
 * would take 64 bytes at least.
 */
CF_NODISCARD cf_status cfi_texts_new(cf_index count, size_t bytes, char ***texts, char **room);

/* Takes over `texts` (of cfi_texts_new) as the dictionary of column j. */
CF_NODISCARD cf_status cfi_schema_adopt_dictionary(cf_schema *schema, cf_index j,
                                                   cf_column_kind kind, char **texts,
                                                   cf_index count);

/* True when every column has a name. */
bool cfi_schema_is_named(const cf_schema *schema);

/* True when some column is categorical or text. */
bool cfi_schema_has_codes(const cf_schema *schema);

/* out = the schema without the dictionaries of text columns, as a model remembers it. */
CF_NODISCARD cf_status cfi_schema_without_texts(const cf_schema *schema, cf_schema **out);

/* out = the columns of `fitted`, text columns with the dictionary they have in `now` (same
 * columns). */
CF_NODISCARD cf_status cfi_schema_with_texts(const cf_schema *fitted, const cf_schema *now,
                                             cf_schema **out);

/* Column j, of codes, gets n more texts behind those of its dictionary, which no longer ascends:
 * the column is one of text then. Nothing changes for n = 0. */
CF_NODISCARD cf_status cfi_schema_add_texts(cf_schema *schema, cf_index j, const char *const *texts,
                                            cf_index n);

/* out = a schema of its own with the columns of `schema`. */
CF_NODISCARD cf_status cfi_schema_copy(const cf_schema *schema, cf_schema **out);

/* out = the columns of `schema` with the names of `names` (as many columns). */
CF_NODISCARD cf_status cfi_schema_renamed(const cf_schema *schema, const cf_schema *names,
                                          cf_schema **out);

/* CFI_REALS where nothing is known. */
cfi_origin cfi_schema_origin(const cf_schema *schema, cf_index j);

/* out = the columns of `schema`, all of reals; `schema` itself if they are. */
CF_NODISCARD cf_status cfi_schema_as_reals(const cf_schema *schema, cf_schema **out);

/* Column `to` of a schema not yet shared becomes column `from` of another: name, kind, dictionary.
 */
CF_NODISCARD cf_status cfi_schema_copy_column(cf_schema *schema, cf_index to,
                                              const cf_schema *source, cf_index from);

/* Same texts in the same order; NULL equals only NULL. */
bool cfi_dictionary_equal(const cfi_dictionary *a, const cfi_dictionary *b);

/* CF_ERR_ARGUMENT when `out` is X itself: an output is resized before all of its input is read. */
CF_NODISCARD cf_status cfi_matrix_apart(const cf_matrix *X, const cf_matrix *out);

/* Replaces the schema of an owned X by a reference to `schema` (may be NULL); a view is left alone.
 */
void cfi_matrix_set_schema(cf_matrix *X, const cf_schema *schema);

/* True when column j holds only missing values (NaN): its kind could not be told. */
bool cfi_column_is_missing(const cf_matrix *X, cf_index j);

/* Element `at` of an array of any dtype. */
double cfi_element(const void *values, cf_dtype dtype, cf_index at);

/* True for a dense matrix whose rows are contiguous (col_stride 1, or fewer than two columns). */
bool cfi_has_dense_rows(const cf_matrix *X);

/*
 * out = X as a slot wants it: dense with col_stride 1 or CSR; f64, or f32 kept when `f32_ok`; a
 * dense or CSR X that already fits is borrowed, not copied. `sparse_ok` false makes a sparse X
 * dense.
 */
CF_NODISCARD cf_status cfi_matrix_normalise(const cf_matrix *X, bool sparse_ok, bool f32_ok,
                                            cf_matrix *out);

/* Copies X (n x 1 or 1 x n, any dtype) into a new array of n doubles. */
CF_NODISCARD cf_status cfi_matrix_to_doubles(const cf_matrix *X, double **out);

/* Typed access: rows of a dense matrix with col_stride 1. */
static inline const double *cfi_row_f64(const cf_matrix *X, cf_index i)
{
    return (const double *)X->values + i * X->row_stride;
}

static inline const float *cfi_row_f32(const cf_matrix *X, cf_index i)
{
    return (const float *)X->values + i * X->row_stride;
}

#endif
