/* SPDX-License-Identifier: BSD-3-Clause */
/* Writing svmlight files: zeros are left out, numbers in the shortest form that reads back. */
#include "io/io.h"
#include "matrix/matrix.h"

#include <math.h>

/* The value stored at values[at], unless it is zero. */
static void put_entry(cfi_writer *w, const cf_matrix *X, cf_index index, cf_index at)
{
    if (cfi_element(X->values, X->dtype, at) == 0)
        return;
    cfi_writer_put(w, " ");
    cfi_put_int(w, index);
    cfi_writer_put(w, ":");
    cfi_put_stored(w, X, at);
}

/* The features of row i; indices ascend, as CSR's do. */
static void put_row(cfi_writer *w, const cf_matrix *X, cf_index i, cf_index base)
{
    if (!cf_matrix_is_sparse(X)) {
        for (cf_index j = 0; j < X->cols; j++)
            put_entry(w, X, j + base, i * X->row_stride + j * X->col_stride);
        return;
    }
    for (cf_index k = X->offsets[i]; k < X->offsets[i + 1]; k++)
        put_entry(w, X, X->indices[k] + base, k);
}

static cf_status check_column(const char *path, const char *what, const cf_matrix *X,
                              const cf_matrix *part)
{
    if (!part || part->cols == 0)
        return CF_OK;
    if (part->rows != X->rows || part->cols != 1)
        return cf_fail(CF_ERR_SHAPE, "%s: X has %lld rows, the %s are %lld x %lld", path,
                       (long long)X->rows, what, (long long)part->rows, (long long)part->cols);
    if (cf_schema_kind(part->schema, 0) != CF_NUMERIC)
        return cf_fail(CF_ERR_TYPE, "%s: the %s are texts; svmlight files hold numbers", path,
                       what);
    return CF_OK;
}

/* As the reader takes them: whole numbers from 0 on that an int64 holds. */
static cf_status check_qids(const char *path, const cf_matrix *qid)
{
    if (!qid || qid->cols == 0)
        return CF_OK;
    for (cf_index i = 0; i < qid->rows; i++) {
        const double value = cf_matrix_get(qid, i, 0);
        if (!(value >= 0 && value < 0x1p63 && value == floor(value)))
            return cf_fail(CF_ERR_DATA,
                           "%s: the qid at row %lld is %g, not a whole number from 0 on", path,
                           (long long)i, value);
    }
    return CF_OK;
}

/* A missing label could not be read back. */
static cf_status check_labels(const char *path, const cf_matrix *y)
{
    for (cf_index i = 0; y && y->cols > 0 && i < y->rows; i++)
        if (isnan(cf_matrix_get(y, i, 0)))
            return cf_fail(CF_ERR_DATA, "%s: the label at row %lld is NaN", path, (long long)i);
    return CF_OK;
}

cf_status cf_write_svmlight(const char *path, const cf_write_options *options, const cf_matrix *X,
                            const cf_matrix *y, const cf_matrix *qid)
{
    const cf_index base = !options || options->index_base != CF_INDEX_ZERO;
    CF_TRY(cfi_check_numeric(path, X));
    CF_TRY(check_column(path, "labels", X, y));
    CF_TRY(check_labels(path, y));
    CF_TRY(check_column(path, "qids", X, qid));
    CF_TRY(check_qids(path, qid));
    cf_matrix csr = {0};
    cfi_writer w;
    if (X->storage == CF_CSC)
        CF_TRY(cf_matrix_convert(X, X->dtype, CF_CSR, &csr));
    /* CSC is turned into rows first; dense and CSR are written as they are. */
    const cf_matrix *rows = csr.owner ? &csr : X;
    cf_status status = cfi_writer_open(&w, path);
    for (cf_index i = 0; status == CF_OK && i < X->rows; i++) {
        cfi_put_real(&w, y && y->cols > 0 ? cf_matrix_get(y, i, 0) : 0);
        if (qid && qid->cols > 0) {
            cfi_writer_put(&w, " qid:");
            cfi_put_int(&w, (int64_t)cf_matrix_get(qid, i, 0));
        }
        put_row(&w, rows, i, base);
        cfi_writer_put(&w, "\n");
    }
    cf_matrix_clear(&csr);
    return status == CF_OK ? cfi_writer_commit(&w) : status;
}
