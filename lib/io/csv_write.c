/* SPDX-License-Identifier: BSD-3-Clause */
/* Writing CSV: what cf_read_csv reads back as the same table. */
#include "base/text.h"
#include "io/io.h"
#include "matrix/matrix.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct csv_out {
    cfi_writer writer;
    char delimiter;
    bool single; /* one column: an empty field would be an empty line, which readers skip */
} csv_out;

static bool needs_quotes(const csv_out *out, const char *text)
{
    const char unsafe[] = {out->delimiter, '"', '\n', '\r', '\0'};
    return text[0] == '\0' || text[strcspn(text, unsafe)] != '\0';
}

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

/* The double with the fewest digits that is `value` as a float. */
static double shortest_float(float value)
{
    for (int digits = 6; digits < 9; digits++) {
        char text[CFI_NUMBER_SIZE];
        const int n = snprintf(text, sizeof text, "%.*e", digits - 1, (double)value);
        text[1 + (text[0] == '-')] = '.'; /* the locale may have another point */
        double near;
        if (n > 0 && cfi_parse_real(text, (size_t)n, &near) && (float)near == value)
            return near;
    }
    return (double)value;
}

static void put_real(csv_out *out, double value)
{
    if (isnan(value)) {
        if (out->single)
            cfi_writer_put(&out->writer, "\"\"");
        return;
    }
    char *room = cfi_writer_room(&out->writer, CFI_NUMBER_SIZE);
    size_t n = cfi_format_real(value, room);
    if (n > 2 && room[n - 1] == '0' && room[n - 2] == '.')
        n -= 2; /* whole numbers are written as such */
    cfi_writer_took(&out->writer, n);
}

/* Element (i, j) as it is stored. */
static void put_number(csv_out *out, const cf_matrix *M, cf_index i, cf_index j)
{
    const cf_index at = i * M->row_stride + j * M->col_stride;
    if (M->storage == CF_DENSE && M->dtype == CF_I64) {
        char *room = cfi_writer_room(&out->writer, CFI_NUMBER_SIZE);
        cfi_writer_took(&out->writer, cfi_format_int(((const int64_t *)M->values)[at], room));
    } else if (M->dtype == CF_F32) {
        const float value = (float)cf_matrix_get(M, i, j);
        put_real(out, isfinite(value) ? shortest_float(value) : (double)value);
    } else {
        put_real(out, cf_matrix_get(M, i, j));
    }
}

static cf_status put_cell(csv_out *out, const cf_matrix *M, cf_index i, cf_index j)
{
    if (cf_schema_kind(M->schema, j) == CF_NUMERIC) {
        put_number(out, M, i, j);
        return CF_OK;
    }
    const double code = cf_matrix_get(M, i, j);
    if (isnan(code)) {
        put_real(out, code);
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
