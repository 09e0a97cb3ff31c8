/* SPDX-License-Identifier: BSD-3-Clause */
/* The first rows of a CSV file: how many columns, which hold texts, and whether they have names. */
#include "base/memory.h"
#include "io/csv.h"

#include <stdio.h>

enum { SAMPLE_ROWS = 1000 };

/* What the fields of a column were, as bits. */
enum { NUMBER = 1, TEXT = 2 };

typedef struct first_rows {
    cfi_csv_field *fields; /* (n_columns) of the first row */
    unsigned char *later;  /* (n_columns) of the rows behind it */
} first_rows;

/* A missing field says nothing of its column. */
static unsigned char field_bits(const cfi_csv *csv, const cfi_csv_field *field)
{
    double ignored;
    if (cfi_csv_is_missing(csv, field))
        return 0;
    return cfi_field_number(field, &ignored) ? NUMBER : TEXT;
}

/* Counts the fields of the first row and makes the columns. */
static cf_status count_columns(cfi_csv *csv, const char *p)
{
    const cf_index most = cfi_columns_most(csv->options);
    cf_index n = 0;
    cfi_csv_field field;
    do {
        const cfi_csv_fault fault = cfi_csv_split(csv, &p, &field);
        if (fault != CSV_FINE)
            return cfi_csv_fail(csv, &(cfi_csv_error){fault, p, n});
        if (++n > most)
            return cf_fail(CF_ERR_LIMIT, "%s: more than %lld columns, the limit", csv->name,
                           (long long)most);
    } while (*p++ == csv->delimiter);
    csv->n_columns = n;
    return CF_ALLOC_ZERO(csv->columns, n);
}

/* Names every column by the first row. */
static cf_status copy_names(cfi_csv *csv, const first_rows *rows)
{
    for (cf_index j = 0; j < csv->n_columns; j++) {
        const cfi_csv_field *field = &rows->fields[j];
        char *name = cf_alloc((cf_index)field->length + CFI_PLACE_NAME_SIZE, 1);
        if (!name)
            return cf_out_of_memory();
        csv->columns[j].name = name;
        const size_t n = cfi_field_unquote(field, name);
        name[n] = '\0';
        if (n == 0) /* row numbers as R and pandas write them: a column without a name */
            cfi_place_name(j, name);
    }
    return CF_OK;
}

/* The first row was data after all. */
static void drop_names(cfi_csv *csv)
{
    for (cf_index j = 0; j < csv->n_columns; j++) {
        cf_free(csv->columns[j].name);
        csv->columns[j].name = NULL;
    }
}

/* Splits the first row into `rows->fields`, and looks at some of the later ones. */
static void look_at_rows(cfi_csv *csv, const char *p, first_rows *rows)
{
    const char *last = csv->end - p > CFI_CSV_SAMPLE ? p + CFI_CSV_SAMPLE : csv->end;
    for (cf_index i = 0; i < SAMPLE_ROWS && p < last; i++) {
        for (cf_index j = 0; j < csv->n_columns; j++) {
            cfi_csv_field field;
            if (cfi_csv_split(csv, &p, &field) != CSV_FINE)
                return; /* to be met again with its place */
            if (i == 0)
                rows->fields[j] = field;
            else
                rows->later[j] |= field_bits(csv, &field);
            if (*p != csv->delimiter)
                break;
            p++;
        }
        p = cfi_csv_line_end(p);
        if (!p)
            return;
        p = cfi_csv_skip_blank(p);
    }
}

/* Finds two columns of one name; the names in ascending order are left in `sorted`. */
static const char *find_double(const cfi_csv *csv, const char **sorted)
{
    for (cf_index j = 0; j < csv->n_columns; j++)
        sorted[j] = csv->columns[j].name;
    return cfi_names_sort(sorted, csv->n_columns);
}

/* `sorted` is what find_double left. */
static bool has_name(const cfi_csv *csv, const char **sorted, const char *name)
{
    return cfi_names_hold(sorted, csv->n_columns, name);
}

/* True when an item of one of the options' lists stands in the first row as it is. */
static cf_status is_asked_for(const cfi_csv *csv, const char **sorted, bool *found)
{
    const cf_read_options *o = csv->options;
    const char *const lists[] = {o->target,  o->weights,     o->groups, o->drop,
                                 o->numeric, o->categorical, o->text};
    cf_status status = CF_OK;
    cfi_list items = {0};
    for (size_t k = 0; k < sizeof lists / sizeof lists[0] && !*found; k++) {
        CF_GO(cfi_list_parse("columns", lists[k], &items));
        for (cf_index i = 0; i < items.count; i++) {
            double ignored;
            const cfi_csv_field field = {items.items[i], strlen(items.items[i]), false};
            *found |= !cfi_field_number(&field, &ignored) && has_name(csv, sorted, items.items[i]);
        }
        cfi_list_clear(&items);
    }
    for (cf_index j = 0; o->like && j < cf_schema_size(o->like) && !*found; j++) {
        const char *name = cf_schema_name(o->like, j);
        *found = name && has_name(csv, sorted, name);
    }
cleanup:
    cfi_list_clear(&items);
    return status;
}

/* Common spellings of missing: in a first row they are no sign of a header. */
static bool looks_missing(const cfi_csv_field *field)
{
    static const char *const words[] = {"NA", "N/A", "NULL", "null", "None", "?", "-", "."};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i]) == field->length && memcmp(words[i], field->text, field->length) == 0)
            return true;
    return false;
}

/* True when names are 0, 1, 2, ... with texts behind them, as tables without names are written. */
static bool counts_up(const cfi_csv *csv, const first_rows *rows)
{
    enum { LEAST = 8 }; /* fewer could well be data */
    cf_index j = 0;
    for (; j < csv->n_columns; j++) {
        char number[24];
        const int n = snprintf(number, sizeof number, "%lld", (long long)j);
        if ((size_t)n != rows->fields[j].length || memcmp(number, rows->fields[j].text, (size_t)n))
            break;
    }
    const cf_index counted = j;
    for (; j < csv->n_columns; j++)
        if (field_bits(csv, &rows->fields[j]) != TEXT)
            return false;
    return counted >= LEAST;
}

/* The rules of cf_read_csv's documentation. */
static cf_status decide_header(cfi_csv *csv, const first_rows *rows, const char **sorted)
{
    const char *twice = find_double(csv, sorted);
    bool plain = !twice, crowned = false;
    for (cf_index j = 0; j < csv->n_columns; j++) {
        const unsigned char first = field_bits(csv, &rows->fields[j]);
        const bool text = first == TEXT && !looks_missing(&rows->fields[j]);
        plain = plain && (text || (first == 0 && j == 0));
        crowned = crowned || (text && rows->later[j] == NUMBER);
    }
    bool asked = false;
    CF_TRY(is_asked_for(csv, sorted, &asked));
    csv->has_header = csv->options->header == CF_HEADER_YES ||
                      (csv->options->header == CF_HEADER_AUTO &&
                       (asked || crowned || plain || counts_up(csv, rows)));
    if (csv->has_header && twice)
        return cf_fail(CF_ERR_FORMAT, "%s:1:1: two columns are called '%s'", csv->name, twice);
    return CF_OK;
}

cf_status cfi_csv_read_names(cfi_csv *csv)
{
    const char *start = cfi_csv_skip_blank(csv->data);
    if (start == csv->end)
        return cf_fail(CF_ERR_FORMAT, "%s: the file is empty", csv->name);
    first_rows rows = {0};
    const char **sorted = NULL;
    cf_status status;
    /* The first row fixes the number of columns; a fault in it is reported here. */
    CF_GO(count_columns(csv, start));
    CF_GO(CF_ALLOC_ZERO(rows.fields, csv->n_columns));
    CF_GO(CF_ALLOC_ZERO(rows.later, csv->n_columns));
    CF_GO(CF_ALLOC(sorted, csv->n_columns));
    look_at_rows(csv, start, &rows);
    /* Whether or not there is a header: deciding that needs the names. */
    CF_GO(copy_names(csv, &rows));
    CF_GO(decide_header(csv, &rows, sorted));
    if (!csv->has_header)
        drop_names(csv);
    for (cf_index j = 0; j < csv->n_columns; j++) {
        const unsigned char first = csv->has_header ? 0 : field_bits(csv, &rows.fields[j]);
        csv->columns[j].texts = ((rows.later[j] | first) & TEXT) != 0;
    }
cleanup:
    cf_free(rows.fields);
    cf_free(rows.later);
    cf_free(sorted);
    return status;
}
