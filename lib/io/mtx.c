/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Matrix Market files (https://math.nist.gov/MatrixMarket/formats.html): coordinate (sparse) and
 * array (dense), real, integer or pattern, general, symmetric or skew-symmetric. Sizes the file
 * tells are compared with its length before anything is allocated for them.
 */
#include "base/memory.h"
#include "base/text.h"
#include "io/io.h"
#include "io/sparse.h"
#include "matrix/matrix.h"

#include <math.h>
#include <string.h>
#include <strings.h>

enum { ENTRY_BYTES = 4 /* "1 1\n" */, VALUE_BYTES = 2 /* "1\n" */ };

typedef enum symmetry { GENERAL, SYMMETRIC, SKEW } symmetry;

/* A file being read, word by word; line ends count as blanks. */
typedef struct mtx_file {
    const char *name;
    const char *data, *end;
    const char *p;               /* read up to here */
    bool coordinate, pattern;    /* sparse; positions without values */
    symmetry shape;              /* what the file lists of the matrix */
    cf_index rows, cols, stored; /* stored: entries of a coordinate file */
} mtx_file;

static cf_status fail_at(const mtx_file *f, const char *at, const char *what)
{
    long long line, column;
    cfi_locate(f->data, at, &line, &column);
    return cf_fail(CF_ERR_FORMAT, "%s:%lld:%lld: %s", f->name, line, column, what);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_blanks(mtx_file *f)
{
    while (f->p < f->end && is_blank(*f->p))
        f->p++;
}

/* The next word; of length 0 at the end of the file. */
static const char *next_word(mtx_file *f, size_t *n)
{
    skip_blanks(f);
    const char *start = f->p;
    while (f->p < f->end && !is_blank(*f->p))
        f->p++;
    *n = (size_t)(f->p - start);
    return start;
}

/* A whole number from least to most; `what` names it in the message. */
static cf_status read_index(mtx_file *f, const char *what, cf_index least, cf_index most,
                            cf_index *out)
{
    size_t n;
    const char *word = next_word(f, &n);
    int64_t value;
    if (n == 0)
        return fail_at(f, word, "the file ends too early");
    if (!cfi_parse_int(word, n, &value))
        return fail_at(f, word, "a whole number is expected");
    if (value >= least && value <= most)
        return (*out = value), CF_OK;
    long long line, column;
    cfi_locate(f->data, word, &line, &column);
    return cf_fail(CF_ERR_FORMAT, "%s:%lld:%lld: %s %lld is outside %lld to %lld", f->name, line,
                   column, what, (long long)value, (long long)least, (long long)most);
}

/* "inf" and "nan" are numbers; one that is too large for a double ("1e999") is not. */
static cf_status read_value(mtx_file *f, double *out)
{
    size_t n;
    const char *word = next_word(f, &n);
    if (n == 0)
        return fail_at(f, word, "the file ends too early");
    if (!cfi_parse_real(word, n, out) || (isinf(*out) && word[n - 1] >= '0' && word[n - 1] <= '9'))
        return fail_at(f, word, "a number is expected");
    return CF_OK;
}

/* The position of the word among `names`, case ignored. */
static cf_status read_choice(mtx_file *f, const char *const *names, int *out)
{
    size_t n;
    const char *word = next_word(f, &n);
    for (*out = 0; names[*out]; ++*out)
        if (strlen(names[*out]) == n && strncasecmp(names[*out], word, n) == 0)
            return CF_OK;
    return fail_at(f, word, "this word of the header is not known or not supported");
}

/* "%%MatrixMarket matrix coordinate real general", comments, sizes. */
static cf_status read_header(mtx_file *f)
{
    static const char *const banner[] = {"%%MatrixMarket", NULL}, *const object[] = {"matrix",
                                                                                     NULL};
    static const char *const layouts[] = {"array", "coordinate", NULL};
    static const char *const fields[] = {"real", "integer", "double", "pattern", NULL};
    static const char *const shapes[] = {"general", "symmetric", "skew-symmetric", NULL};
    int ignored, layout, field, shape;
    CF_TRY(read_choice(f, banner, &ignored));
    CF_TRY(read_choice(f, object, &ignored));
    CF_TRY(read_choice(f, layouts, &layout));
    CF_TRY(read_choice(f, fields, &field));
    CF_TRY(read_choice(f, shapes, &shape));
    f->coordinate = layout == 1;
    f->pattern = field == 3;
    f->shape = (symmetry)shape;
    if (f->pattern && !f->coordinate)
        return fail_at(f, f->p, "an array cannot be a pattern");
    for (;;) {
        skip_blanks(f);
        if (f->p == f->end || *f->p != '%')
            break;
        const char *line = memchr(f->p, '\n', (size_t)(f->end - f->p));
        f->p = line ? line : f->end;
    }
    CF_TRY(read_index(f, "the number of rows", 0, INT32_MAX, &f->rows));
    CF_TRY(read_index(f, "the number of columns", 0, INT32_MAX, &f->cols));
    if (f->coordinate)
        CF_TRY(read_index(f, "the number of entries", 0, INT64_MAX, &f->stored));
    if (f->shape != GENERAL && f->rows != f->cols)
        return fail_at(f, f->p, "a symmetric matrix must be square");
    return CF_OK;
}

/* Numbers an array file lists: a symmetric one its lower triangle, a skew one without diagonal. */
static cf_index array_length(const mtx_file *f)
{
    const cf_index n = f->rows;
    if (f->shape == GENERAL)
        return f->rows * f->cols;
    return f->shape == SYMMETRIC ? n * (n + 1) / 2 : n * (n - 1) / 2;
}

/* What the header tells must be able to follow in the bytes that are left. A sparse matrix also
 * needs memory for every row, empty or not, which a short file could ask for by the billion. */
static cf_status check_sizes(const mtx_file *f)
{
    const cf_index left = f->end - f->p;
    if (f->coordinate ? f->stored > left / ENTRY_BYTES + 1
                      : array_length(f) > left / VALUE_BYTES + 1)
        return cf_fail(CF_ERR_FORMAT, "%s: %lld numbers are told, %lld bytes follow", f->name,
                       (long long)(f->coordinate ? f->stored : array_length(f)), (long long)left);
    if (f->rows > (1 << 14) && f->rows > f->end - f->data)
        return cf_fail(CF_ERR_LIMIT, "%s: %lld rows in a file of %lld bytes", f->name,
                       (long long)f->rows, (long long)(f->end - f->data));
    return CF_OK;
}

/* Indices begin at 1; entries of one place are added. */
static cf_status read_coordinates(mtx_file *f, cf_matrix *out)
{
    cfi_triplets t = {0};
    cf_status status;
    CF_GO(cfi_triplets_reserve(&t, f->stored));
    for (cf_index k = 0; k < f->stored; k++) {
        cf_index i, j;
        double value = 1;
        skip_blanks(f);
        const char *entry = f->p;
        CF_GO(read_index(f, "row", 1, f->rows, &i));
        CF_GO(read_index(f, "column", 1, f->cols, &j));
        if (!f->pattern)
            CF_GO(read_value(f, &value));
        if (f->shape == SKEW && i == j && value != 0)
            CF_GO(fail_at(f, entry, "the diagonal of a skew-symmetric matrix is zero"));
        t.rows[k] = i - 1;
        t.cols[k] = (int32_t)(j - 1);
        t.values[k] = value;
    }
    t.count = f->stored;
    CF_GO(cfi_triplets_to_csr(&t, f->rows, f->cols,
                              f->shape == GENERAL     ? 0
                              : f->shape == SYMMETRIC ? 1
                                                      : -1,
                              out));
cleanup:
    cfi_triplets_clear(&t);
    return status;
}

/* Column by column; of a symmetric matrix from the diagonal down. */
static cf_status read_dense(mtx_file *f, cf_matrix *out)
{
    CF_TRY(cf_matrix_resize(out, CF_F64, f->rows, f->cols));
    double *x = out->values;
    for (cf_index j = 0; j < f->cols && f->rows > 0; j++) {
        if (f->shape == SKEW)
            x[j * f->cols + j] = 0;
        for (cf_index i = f->shape == GENERAL ? 0 : j + (f->shape == SKEW); i < f->rows; i++) {
            double value;
            CF_TRY(read_value(f, &value));
            x[i * f->cols + j] = value;
            if (f->shape != GENERAL && i != j)
                x[j * f->cols + i] = f->shape == SKEW ? -value : value;
        }
    }
    return CF_OK;
}

cf_status cfi_read_mtx_bytes(const char *path, const cf_read_options *options, cfi_bytes *bytes,
                             cf_table *out)
{
    mtx_file f = {.name = cfi_shown_name(path, options),
                  .data = bytes->data,
                  .end = bytes->data + bytes->size,
                  .p = bytes->data};
    cf_table table = {0};
    cf_status status;
    size_t rest;
    CF_GO(read_header(&f));
    CF_GO(check_sizes(&f));
    CF_GO(f.coordinate ? read_coordinates(&f, &table.X) : read_dense(&f, &table.X));
    const char *word = next_word(&f, &rest);
    if (rest > 0)
        CF_GO(fail_at(&f, word, "more numbers than the header tells"));
    CF_GO(cfi_finish_table(f.name, options, &table));
    *out = table;
    table = (cf_table){0};
cleanup:
    cf_table_clear(&table);
    return status;
}

static void put_sizes(cfi_writer *w, const char *kind, const cf_index *sizes, int n)
{
    cfi_writer_put(w, "%%MatrixMarket matrix ");
    cfi_writer_put(w, kind);
    cfi_writer_put(w, " general\n");
    for (int k = 0; k < n; k++) {
        cfi_put_int(w, sizes[k]);
        cfi_writer_put(w, k + 1 < n ? " " : "\n");
    }
}

/* CSC is written column by column, which the format allows: entries may have any order. */
static void put_entries(cfi_writer *w, const cf_matrix *X)
{
    const bool csr = X->storage == CF_CSR;
    for (cf_index i = 0; i < (csr ? X->rows : X->cols); i++) {
        for (cf_index k = X->offsets[i]; k < X->offsets[i + 1]; k++) {
            cfi_put_int(w, (csr ? i : X->indices[k]) + 1);
            cfi_writer_put(w, " ");
            cfi_put_int(w, (csr ? X->indices[k] : i) + 1);
            cfi_writer_put(w, " ");
            cfi_put_stored(w, X, k);
            cfi_writer_put(w, "\n");
        }
    }
}

cf_status cf_write_mtx(const char *path, const cf_matrix *X)
{
    cfi_writer w;
    CF_TRY(cfi_check_numeric(path, X));
    CF_TRY(cfi_writer_open(&w, path));
    const bool real = X->dtype == CF_F64 || X->dtype == CF_F32;
    if (cf_matrix_is_sparse(X)) {
        const cf_index sizes[] = {X->rows, X->cols, cf_matrix_stored(X)};
        put_sizes(&w, real ? "coordinate real" : "coordinate integer", sizes, 3);
        put_entries(&w, X);
    } else {
        const cf_index sizes[] = {X->rows, X->cols};
        put_sizes(&w, real ? "array real" : "array integer", sizes, 2);
        for (cf_index j = 0; j < X->cols; j++) {
            for (cf_index i = 0; i < X->rows; i++) {
                cfi_put_element(&w, X, i, j);
                cfi_writer_put(&w, "\n");
            }
        }
    }
    return cfi_writer_commit(&w);
}
