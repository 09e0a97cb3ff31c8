/* SPDX-License-Identifier: BSD-3-Clause */
/* Writing CSV: what cf_read_csv reads back as the same table, but for texts that are numerals,
 * which it takes for numbers unless told otherwise, and empty ones, which come back as missing. */
#include "io/io.h"
#include "matrix/matrix.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A file being written. */
typedef struct csv_out {
    cfi_writer writer;
    char delimiter;
    bool single; /* one column: an empty field would be an empty line, which readers skip */
} csv_out;

/* An empty text is quoted too, or an only column would have an empty line. */
static bool needs_quotes(const csv_out *out, const char *text)
{
    const char unsafe[] = {out->delimiter, '"', '\n', '\r', '\0'};
    return text[0] == '\0' || text[strcspn(text, unsafe)] != '\0';
}

/* Quotes in a quoted text are doubled. */
static void put_text(csv_out *out, const char *text)
{
    if (!needs_quotes(out, text)) {
        cfi_writer_put(&out->writer, text);
        return;
    }
    cfi_writer_put(&out->writer, "\"");
    for (const char *quote; (quote = strchr(text, '"')) != NULL; text = quote + 1) {
        cfi_writer_add(&out->writer, text, (size_t)(quote - text));
        cfi_writer_put(&out->writer, "\"\"");
    }
    cfi_writer_put(&out->writer, text);
    cfi_writer_put(&out->writer, "\"");
}

/* Element (i, j), or nothing when it is missing. */
static void put_number(csv_out *out, const cf_matrix *M, cf_index i, cf_index j)
{
    if (!isnan(cf_matrix_get(M, i, j)))
        cfi_put_element(&out->writer, M, i, j);
    else if (out->single)
        cfi_writer_put(&out->writer, "\"\"");
}

/* A column of codes writes its texts; NaN is an empty field in every kind of column. */
static cf_status put_cell(csv_out *out, const cf_matrix *M, cf_index i, cf_index j)
{
    if (cf_schema_kind(M->schema, j) == CF_NUMERIC) {
        put_number(out, M, i, j);
        return CF_OK;
    }
    const double code = cf_matrix_get(M, i, j);
    if (isnan(code)) {
        put_number(out, M, i, j);
        return CF_OK;
    }
    const bool is_code =
        code >= 0 && code < (double)cf_schema_dictionary_size(M->schema, j) && code == floor(code);
    if (!is_code)
        return cf_fail(CF_ERR_DATA, "row %lld, column %lld: %g is no code of the dictionary",
                       (long long)i, (long long)j, code);
    put_text(out, cf_schema_text(M->schema, j, (cf_index)code));
    return CF_OK;
}

static cf_status put_row(csv_out *out, const cf_matrix *const parts[2], cf_index i)
{
    bool first = true;
    for (int k = 0; k < 2; k++) {
        for (cf_index j = 0; parts[k] && j < parts[k]->cols; j++) {
            if (!first)
                cfi_writer_add(&out->writer, &out->delimiter, 1);
            first = false;
            CF_TRY(put_cell(out, parts[k], i, j));
        }
    }
    cfi_writer_put(&out->writer, "\n");
    return CF_OK;
}

/* One name is enough for a header; the others are made up. */
static bool has_names(const cf_matrix *M)
{
    for (cf_index j = 0; M && M->schema && j < M->cols; j++)
        if (cf_schema_name(M->schema, j))
            return true;
    return false;
}

/* Names; what has none is called x0, x1, ... and, behind X, y or y0, y1, ... */
static void put_names(csv_out *out, const cf_matrix *const parts[2])
{
    bool first = true;
    for (int k = 0; k < 2; k++) {
        for (cf_index j = 0; parts[k] && j < parts[k]->cols; j++) {
            char made[32];
            const cf_schema *schema = parts[k]->schema;
            const char *name = schema ? cf_schema_name(schema, j) : NULL;
            if (k == 1 && parts[k]->cols == 1)
                snprintf(made, sizeof made, "y");
            else
                snprintf(made, sizeof made, "%c%lld", k == 0 ? 'x' : 'y', (long long)j);
            if (!first)
                cfi_writer_add(&out->writer, &out->delimiter, 1);
            first = false;
            put_text(out, name ? name : made);
        }
    }
    cfi_writer_put(&out->writer, "\n");
}

cf_status cf_write_csv(const char *path, const cf_write_options *options, const cf_matrix *X,
                       const cf_matrix *y)
{
    static const cf_write_options defaults = {0};
    const cf_write_options *o = options ? options : &defaults;
    const cf_matrix *const parts[2] = {X, y && y->cols > 0 ? y : NULL};
    if (parts[1] && parts[1]->rows != X->rows)
        return cf_fail(CF_ERR_SHAPE, "X has %lld rows, y has %lld", (long long)X->rows,
                       (long long)y->rows);
    csv_out out = {.delimiter = o->delimiter                    ? o->delimiter
                                : cfi_has_tabs(path, o->format) ? '\t'
                                                                : ',',
                   .single = X->cols + (parts[1] ? y->cols : 0) == 1};
    CF_TRY(cfi_check_delimiter(out.delimiter));
    CF_TRY(cfi_writer_open(&out.writer, path));
    cf_status status = CF_OK;
    if (o->header == CF_HEADER_YES ||
        (o->header == CF_HEADER_AUTO && (has_names(X) || has_names(parts[1]))))
        put_names(&out, parts);
    for (cf_index i = 0; status == CF_OK && i < X->rows; i++)
        status = put_row(&out, parts, i);
    if (status == CF_OK)
        return cfi_writer_commit(&out.writer);
    cfi_writer_discard(&out.writer);
    return status;
}
