/* SPDX-License-Identifier: BSD-3-Clause */
/* One CSV field at a time: its limits, its meaning, and what a fault is called. */
#include "base/text.h"
#include "io/csv.h"
#include "io/io.h"

#include <math.h>
#include <stdio.h>

/* The field in quotes at *p. */
static cfi_csv_fault split_quoted(const cfi_csv *csv, const char **p, cfi_csv_field *field)
{
    const char *q = *p + 1;
    *field = (cfi_csv_field){.text = q};
    for (;;) {
        const size_t left = (size_t)(csv->end - q), most = CFI_CSV_FIELD_MOST + 1;
        const char *quote = memchr(q, '"', left < most ? left : most);
        if (!quote)
            return left < most ? CSV_OPEN_QUOTE : CSV_LONG_FIELD;
        q = quote + 1;
        field->length = (size_t)(quote - field->text);
        if (field->length > CFI_CSV_FIELD_MOST)
            return CSV_LONG_FIELD;
        if (*q != '"')
            break;
        field->doubled = true;
        q++;
    }
    if (!csv->stops[(unsigned char)*q] || (*q == '\r' && q[1] != '\n')) {
        *p = q;
        return CSV_AFTER_QUOTE;
    }
    *p = q;
    return CSV_FINE;
}

cfi_csv_fault cfi_csv_split(const cfi_csv *csv, const char **p, cfi_csv_field *field)
{
    if (**p == '"')
        return split_quoted(csv, p, field);
    const char *q = *p;
    while (!csv->stops[(unsigned char)*q])
        q++;
    *field = (cfi_csv_field){.text = *p, .length = (size_t)(q - *p)};
    if (field->length > CFI_CSV_FIELD_MOST)
        return CSV_LONG_FIELD;
    *p = q;
    if (*q == '"')
        return CSV_INNER_QUOTE;
    return *q == '\r' && q[1] != '\n' ? CSV_LONE_RETURN : CSV_FINE;
}

size_t cfi_csv_unquote(const cfi_csv_field *field, char *out)
{
    if (!field->doubled) {
        memcpy(out, field->text, field->length);
        return field->length;
    }
    size_t n = 0;
    for (size_t i = 0; i < field->length; i++) {
        out[n++] = field->text[i];
        i += field->text[i] == '"'; /* the second of the two */
    }
    return n;
}

bool cfi_csv_is_missing(const cfi_csv *csv, const cfi_csv_field *field)
{
    if (field->length == 0)
        return true;
    for (cf_index i = 0; i < csv->missing.count; i++)
        if (strlen(csv->missing.items[i]) == field->length &&
            memcmp(csv->missing.items[i], field->text, field->length) == 0)
            return true;
    return false;
}

bool cfi_csv_number(const cfi_csv_field *field, double *out)
{
    const char *p = field->text, *end = p + field->length;
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    if (!cfi_parse_real(p, (size_t)(end - p), out))
        return false;
    /* an infinity that was not written as one is a number too large, or no number at all: "1e999"
     */
    return !isinf(*out) || !(end[-1] >= '0' && end[-1] <= '9');
}

/* What a fault is called: a format that takes how the column is named. */
static const char *fault_text(cfi_csv_fault fault)
{
    switch (fault) {
    case CSV_OPEN_QUOTE:
        return "the quote that opens here is never closed";
    case CSV_INNER_QUOTE:
        return "a quote inside a field that does not begin with one (quote the field and double "
               "the quote)";
    case CSV_AFTER_QUOTE:
        return "text after the closing quote (a quote inside a quoted field must be doubled)";
    case CSV_LONE_RETURN:
        return "a carriage return without a line feed";
    case CSV_LONG_FIELD:
        return "a field longer than 1 MiB (is a quote not closed?)";
    case CSV_FINE:
    case CSV_FEW_FIELDS:
    case CSV_MANY_FIELDS:
    case CSV_NO_NUMBER:
    case CSV_MISSING:
    case CSV_INCONSISTENT:
        break;
    }
    return "rows and quotes do not agree";
}

/* "column 'age'" or "column 3". */
static void name_column(const cfi_csv *csv, cf_index j, char *out, size_t n)
{
    const char *name = csv->columns[j].name;
    if (name)
        snprintf(out, n, "column '%.200s'", name);
    else
        snprintf(out, n, "column %lld", (long long)j);
}

static cf_status fail_cell(const cfi_csv *csv, const cfi_csv_error *error, const char *place)
{
    char column[256];
    name_column(csv, error->column, column, sizeof column);
    if (error->fault == CSV_MISSING) {
        const cfi_csv_role role = csv->columns[error->column].role;
        return cf_fail(CF_ERR_DATA, "%s: the %s in %s is missing", place,
                       role == CSV_Y         ? "target"
                       : role == CSV_WEIGHTS ? "weight"
                                             : "group",
                       column);
    }
    cfi_csv_field field;
    const char *p = error->at;
    if (cfi_csv_split(csv, &p, &field) != CSV_FINE)
        return cf_fail(CF_ERR_FORMAT, "%s: %s holds no number", place, column);
    enum { SHOWN = 60 };
    size_t shown = field.length < SHOWN ? field.length : SHOWN;
    while (shown < field.length && shown > 0 && ((unsigned char)field.text[shown] & 0xC0) == 0x80)
        shown--;
    return cf_fail(CF_ERR_FORMAT, "%s: '%.*s%s' in %s is not a number", place, (int)shown,
                   field.text, shown < field.length ? "..." : "", column);
}

/* Fields from the one that begins at p to the end of its row. */
static long long count_fields(const cfi_csv *csv, const char *p)
{
    long long n = 0;
    cfi_csv_field field;
    do {
        n++;
        if (cfi_csv_split(csv, &p, &field) != CSV_FINE)
            break;
    } while (*p++ == csv->delimiter);
    return n;
}

cf_status cfi_csv_fail(const cfi_csv *csv, const cfi_csv_error *error)
{
    long long line, column;
    char place[600];
    cfi_locate(csv->data, error->at, &line, &column);
    snprintf(place, sizeof place, "%.500s:%lld:%lld", csv->name, line, column);
    if (error->fault == CSV_FEW_FIELDS || error->fault == CSV_MANY_FIELDS) {
        const long long fields =
            (long long)error->column +
            (error->fault == CSV_MANY_FIELDS ? count_fields(csv, error->at) : 0);
        return cf_fail(CF_ERR_FORMAT, "%s: the row has %lld %s, the first row has %lld", place,
                       fields, fields == 1 ? "field" : "fields", (long long)csv->n_columns);
    }
    if (error->fault == CSV_NO_NUMBER || error->fault == CSV_MISSING)
        return fail_cell(csv, error, place);
    return cf_fail(error->fault == CSV_INCONSISTENT ? CF_ERR_INTERNAL : CF_ERR_FORMAT, "%s: %s",
                   place, fault_text(error->fault));
}
