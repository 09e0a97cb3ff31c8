/* SPDX-License-Identifier: BSD-3-Clause */
/* One CSV field at a time: its limits, its meaning, and what a fault is called. */
#include "base/text.h"
#include "io/csv.h"
#include "io/io.h"

#include <stdio.h>

/* The field in quotes at *p. The search for its end is bounded, so that one open quote in a large
 * file costs a mebibyte, not the file. */
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

/* *p moves only as far as the field is sound: to the fault, or to what ends the field. */
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

/* An empty field is missing, in quotes or not. */
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

/* The message of a field that is whole but not what its column wants. */
static cf_status fail_cell(const cfi_csv *csv, const cfi_csv_error *error, const char *place)
{
    const cf_index j = error->column;
    const cfi_frame_column *column = &csv->columns[j];
    cfi_csv_field field;
    const char *p = error->at;
    if (error->fault == CSV_MISSING)
        return cfi_frame_fail_missing(place, column, j);
    const bool whole = cfi_csv_split(csv, &p, &field) == CSV_FINE;
    return cfi_frame_fail_number(place, column, j, whole ? &field : NULL);
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

/* Line and column are counted only here, from the start of the data: reading keeps no count of
 * lines. */
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
