/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading CSV: from bytes to a table, step by step. */
#include "io/csv.h"
#include "base/memory.h"
#include "io/io.h"

/* Steps over a byte order mark, makes line feeds of the carriage returns of old files, cuts a lone
 * last one. The bytes are changed in place: they are the reader's own. */
static cf_status prepare_bytes(cfi_csv *csv, cfi_bytes *bytes)
{
    char *p = bytes->data;
    size_t n = bytes->size;
    if (n >= 2 && (memcmp(p, "\xFF\xFE", 2) == 0 || memcmp(p, "\xFE\xFF", 2) == 0))
        return cf_fail(CF_ERR_FORMAT, "%s:1:1: the file is UTF-16; save it as UTF-8", csv->name);
    const size_t mark = (size_t)(cfi_csv_skip_mark(p) - p);
    p += mark;
    n -= mark;
    if (n > 0 && !memchr(p, '\n', n))
        for (size_t i = 0; i < n; i++)
            if (p[i] == '\r')
                p[i] = '\n';
    if (n > 0 && p[n - 1] == '\r')
        p[--n] = '\0';
    csv->data = p;
    csv->end = p + n;
    return CF_OK;
}

bool cfi_has_tabs(const char *path, const char *format)
{
    return format ? strcmp(format, "tsv") == 0 : cfi_path_has_type(path, ".tsv");
}

cf_status cfi_check_delimiter(char c)
{
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    if (letter || digit || (unsigned char)c >= 0x80 || strchr("\"\n\r.+-", c))
        return cf_fail(CF_ERR_ARGUMENT, "character %d ('%c') cannot be a delimiter",
                       (unsigned char)c, c >= ' ' ? c : '?');
    return CF_OK;
}

/* NUL stops a field too: the zeros behind the data end the last one without a test for its end. */
static cf_status choose_delimiter(cfi_csv *csv, const char *path)
{
    const char given = csv->options->delimiter;
    csv->delimiter = given ? given : cfi_has_tabs(path, csv->options->format) ? '\t' : ',';
    CF_TRY(cfi_check_delimiter(csv->delimiter));
    for (const char *p = "\n\r\""; *p != '\0'; p++)
        csv->stops[(unsigned char)*p] = true;
    csv->stops[0] = csv->stops[(unsigned char)csv->delimiter] = true;
    return CF_OK;
}

/* Missing tokens as texts, and once more as numbers: "-999" must match -999.0 too. */
static cf_status read_missing(cfi_csv *csv)
{
    CF_TRY(cfi_list_parse("missing", csv->options->missing, &csv->missing));
    CF_TRY(CF_ALLOC(csv->missing_numbers, csv->missing.count));
    for (cf_index i = 0; i < csv->missing.count; i++) {
        const char *text = csv->missing.items[i];
        const cfi_csv_field field = {text, strlen(text), false};
        csv->n_missing_numbers +=
            cfi_field_number(&field, &csv->missing_numbers[csv->n_missing_numbers]);
    }
    return CF_OK;
}

cf_status cfi_csv_begin(cfi_csv *csv, const char *path)
{
    CF_TRY(choose_delimiter(csv, path));
    return read_missing(csv);
}

/* The least bytes of a row are its delimiters and line end. Refuses a table before memory is taken
 * for cells that the file cannot hold. */
bool cfi_csv_is_impossible(const cfi_csv *csv)
{
    const cf_index size = csv->end - csv->data;
    return csv->n_rows > (size + 1) / csv->n_columns;
}

/* Limits, now that the columns are known; n_rows loses the header's row here. */
static cf_status check_sizes(cfi_csv *csv, cf_run *run)
{
    const cf_index most = csv->options->max_rows;
    csv->n_rows -= csv->has_header;
    if (most > 0 && csv->n_rows > most)
        return cf_fail(CF_ERR_LIMIT, "%s: %lld rows, the limit is %lld", csv->name,
                       (long long)csv->n_rows, (long long)most);
    if (!cfi_csv_is_impossible(csv))
        return CF_OK;
    CF_TRY(cfi_csv_read_cells(csv, run)); /* without cells: finds the row and reports it */
    return cf_fail(CF_ERR_INTERNAL, "%s: rows and columns do not agree", csv->name);
}

void cfi_csv_clear(cfi_csv *csv)
{
    cfi_frame_columns_free(csv->columns, csv->n_columns);
    cf_free(csv->chunks);
    cf_free(csv->missing_numbers);
    cfi_list_clear(&csv->missing);
}

cfi_frame cfi_csv_frame(const cfi_csv *csv)
{
    return (cfi_frame){csv->name,   csv->options,   csv->has_header,
                       csv->n_rows, csv->n_columns, csv->columns};
}

cf_status cfi_read_csv_bytes(const char *path, const cf_read_options *options, cfi_bytes *bytes,
                             cf_table *out)
{
    cf_run run;
    cfi_run_begin(&run, &(cf_fit_options){.n_threads = options->n_threads});
    cfi_csv csv = {.name = cfi_shown_name(path, options), .options = options};
    cf_table table = {0};
    cfi_frame frame;
    cf_status status;
    CF_GO(cfi_csv_begin(&csv, path));
    CF_GO(prepare_bytes(&csv, bytes));
    CF_GO(cfi_csv_scan(&csv, &run));
    CF_GO(cfi_csv_read_names(&csv));
    frame = cfi_csv_frame(&csv);
    CF_GO(cfi_frame_assign_roles(&frame));
    /* Changes n_rows, so the frame is made anew below. */
    CF_GO(check_sizes(&csv, &run));
    frame = cfi_csv_frame(&csv);
    CF_GO(cfi_frame_place(&frame, &table));
    CF_GO(cfi_csv_read_cells(&csv, &run));
    CF_GO(cfi_frame_make_schemas(&frame, &run, cfi_csv_code_cells, &csv, &table));
    *out = table;
    table = (cf_table){0};
cleanup:
    cf_table_clear(&table);
    cfi_csv_clear(&csv);
    cfi_run_end(&run);
    return status;
}
