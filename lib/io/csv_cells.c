/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The second pass over a CSV file: every chunk writes its rows to their place in the result. A
 * number is parsed where it lies; a text leaves its packed place in the cell, so that a chunk needs
 * no memory. The first rows told which columns hold texts; should a later row prove one wrong, that
 * column is marked and the pass repeated.
 */
#include "base/memory.h"
#include "io/csv.h"
#include "io/csv_number.h"
#include "io/csv_stops.h"
#include "matrix/kernels.h"

#include <math.h>

enum { MISSES_MOST = 8 }; /* rows before the fast way is given up */

/* A number that stands for missing, by value. */
static bool means_missing(const cfi_csv *csv, double value)
{
    for (cf_index i = 0; i < csv->n_missing_numbers; i++)
        if (value == csv->missing_numbers[i])
            return true;
    return false;
}

/* A cell of a column of numbers that read_number did not take: blanks, quotes, missing, texts. */
static cfi_csv_fault read_odd_number(const cfi_csv *csv, cfi_frame_column *column, const char **p,
                                     double *value)
{
    cfi_csv_field field;
    const cfi_csv_fault fault = cfi_csv_split(csv, p, &field);
    if (fault != CSV_FINE)
        return fault;
    *value = (double)NAN;
    if (cfi_csv_is_missing(csv, &field) || cfi_field_number(&field, value))
        return CSV_FINE;
    if (column->given)
        return CSV_NO_NUMBER;
    /* Other chunks may write it at the same time, all of them 1. */
    __atomic_store_n(&column->found_text, 1, __ATOMIC_RELAXED);
    *value = 0; /* not missing, and overwritten by the next pass */
    return CSV_FINE;
}

/* The fast parser first: it counts only if the field ends where the number does, and not at a quote
 * or a carriage return alone. NaN, missing or given as "nan", is no target. */
static inline cfi_csv_fault read_real(const cfi_csv *csv, cfi_frame_column *column, const char **p,
                                      double *value)
{
    const char *behind = cfi_csv_read_number(*p, value);
    if (behind && csv->stops[(unsigned char)*behind] && *behind != '"' &&
        (*behind != '\r' || behind[1] == '\n') && isfinite(*value)) {
        *p = behind;
    } else {
        const cfi_csv_fault fault = read_odd_number(csv, column, p, value);
        if (fault != CSV_FINE)
            return fault;
    }
    if (csv->n_missing_numbers > 0 && means_missing(csv, *value))
        *value = (double)NAN;
    return isnan(*value) && column->role != ROLE_X ? CSV_MISSING : CSV_FINE;
}

/* Leaves the place of a text in the cell. */
static cfi_csv_fault keep_text(const cfi_csv *csv, const cfi_frame_column *column,
                               const cfi_csv_field *field, double *cell)
{
    if (column->role == ROLE_DROPPED)
        return CSV_FINE;
    const bool missing = cfi_csv_is_missing(csv, field);
    const uint64_t place = missing ? CFI_CSV_NO_TEXT : cfi_csv_pack(csv, field);
    memcpy(cell, &place, sizeof place);
    return missing && column->role != ROLE_X ? CSV_MISSING : CSV_FINE;
}

/* A dropped column comes here too: only its end is looked for. */
static cfi_csv_fault read_text(const cfi_csv *csv, const cfi_frame_column *column, const char **p,
                               double *cell)
{
    cfi_csv_field field;
    const cfi_csv_fault fault = cfi_csv_split(csv, p, &field);
    return fault != CSV_FINE ? fault : keep_text(csv, column, &field, cell);
}

/* Reads one record; returns what is behind it, or NULL with the fault in `error`. */
static const char *read_row(const cfi_csv *csv, const char *p, cf_index row, cfi_csv_error *error)
{
    const cf_index n = csv->n_columns;
    for (cf_index j = 0; j < n; j++) {
        cfi_frame_column *column = &csv->columns[j];
        const char *start = p;
        double value = 0;
        const cfi_csv_fault fault =
            column->texts ? read_text(csv, column, &p, &value) : read_real(csv, column, &p, &value);
        if (fault != CSV_FINE) {
            const bool whole = fault == CSV_NO_NUMBER || fault == CSV_MISSING;
            *error = (cfi_csv_error){fault, whole ? start : p, j};
            return NULL;
        }
        if (column->cells)
            column->cells[row * column->stride] = value;
        if (*p != csv->delimiter) {
            if (j + 1 == n)
                break;
            *error = (cfi_csv_error){CSV_FEW_FIELDS, p, j + 1};
            return NULL;
        }
        p++;
        if (j + 1 == n) {
            *error = (cfi_csv_error){CSV_MANY_FIELDS, p, n};
            return NULL;
        }
    }
    return cfi_csv_line_end(p); /* split and read_real stop at nothing else */
}

/* The cell of a field without quotes; false if read_row must look at it. */
static inline bool read_plain_cell(const cfi_csv *csv, const cfi_frame_column *column,
                                   const char *p, const char *end, double *value)
{
    if (column->texts) {
        const cfi_csv_field field = {p, (size_t)(end - p), false};
        return keep_text(csv, column, &field, value) == CSV_FINE;
    }
    if (!cfi_csv_read_plain(p, end, value) &&
        (cfi_csv_read_number(p, value) != end || !isfinite(*value)))
        return false;
    return csv->n_missing_numbers == 0 || !means_missing(csv, *value);
}

/*
 * Reads one record as long as it is as most are: no quotes, every number plain. Returns what is
 * behind it, or NULL: then read_row takes the record from its begin, with the same result and, if
 * it must be, a fault.
 */
static inline const char *read_plain_row(const cfi_csv *csv, cfi_csv_stops *stops, const char *p,
                                         cf_index row)
{
    const cfi_frame_column *column = csv->columns, *behind = column + csv->n_columns;
    const char delimiter = csv->delimiter;
    for (;;) {
        if (stops->next == stops->count && !cfi_csv_more_stops(stops, p, csv->end, delimiter))
            return NULL;
        const char *end = stops->begin + stops->at[stops->next++];
        double value = 0;
        if (!read_plain_cell(csv, column, p, end, &value))
            return NULL;
        if (column->cells)
            column->cells[row * column->stride] = value;
        p = end + 1;
        if (++column == behind)
            break;
        if (*end != delimiter)
            return NULL;
    }
    if (p[-1] == '\n')
        return p;
    if (p[-1] != '\r' || *p != '\n')
        return NULL;
    stops->next += stops->next < stops->count; /* else the next window begins behind it */
    return p + 1;
}

/* Reads records as long as they are plain; returns where the next one or a blank line begins. */
CF_CLONES static const char *read_plain_rows(const cfi_csv *csv, cfi_csv_stops *stops,
                                             const char *p, const char *last, cf_index *row,
                                             cf_index rows)
{
    while (stops->next < stops->count && stops->begin + stops->at[stops->next] < p)
        stops->next++;
    while (p < last && *row < rows && *p != '\n' && *p != '\r' && p - csv->data >= CFI_CSV_BEFORE) {
        const char *behind = read_plain_row(csv, stops, p, *row);
        if (!behind)
            break;
        p = behind;
        ++*row;
    }
    return p;
}

void cfi_csv_read_chunk(void *ctx, cf_index begin, cf_index end, cf_index index, int worker)
{
    (void)begin;
    (void)worker;
    cfi_csv *csv = ctx;
    cfi_csv_chunk *chunk = &csv->chunks[index];
    const cf_index rows = chunk->rows[chunk->inside];
    /* Rows of the result: the header's does not count, so the first chunk may begin at -1. */
    cf_index row = chunk->first_row - csv->has_header, last = row + rows;
    const char *p = cfi_csv_skip_blank(cfi_csv_chunk_start(csv, index));
    const char *stop = csv->data + end;
    if (index == 0 && chunk->first_row == 0 && csv->has_header) {
        cfi_csv_field field;
        do { /* the header was read before, so it has no fault */
            if (cfi_csv_split(csv, &p, &field) != CSV_FINE)
                return;
        } while (*p++ == csv->delimiter);
        p = cfi_csv_skip_blank(cfi_csv_line_end(p - 1));
        row++;
    }
    cfi_csv_stops stops;
    stops.next = stops.count = 0;
    int misses = 0; /* rows in succession that were not plain; after some the rest will not be */
    while (p < stop) {
        const char *start = p;
        if (misses < MISSES_MOST)
            p = cfi_csv_skip_blank(read_plain_rows(csv, &stops, p, stop, &row, last));
        misses = p > start ? 0 : misses + 1;
        if (p >= stop)
            break;
        if (row == last) {
            chunk->error = (cfi_csv_error){CSV_INCONSISTENT, p, 0};
            return;
        }
        p = read_row(csv, p, row++, &chunk->error);
        if (!p)
            return;
        p = cfi_csv_skip_blank(p);
    }
    if (row != last)
        chunk->error = (cfi_csv_error){CSV_INCONSISTENT, stop, 0};
}

/* One pass; `again` tells whether a column turned out to hold texts. */
static cf_status read_once(cfi_csv *csv, cf_run *run, bool *again)
{
    cf_parallel_for(run, csv->end - csv->data, CFI_CSV_GRAIN, cfi_csv_read_chunk, csv);
    CF_TRY(cf_run_check(run));
    /* chunks before the first fault began where they should, so its place is right */
    for (cf_index c = 0; c < csv->n_chunks; c++)
        if (csv->chunks[c].error.fault != CSV_FINE)
            return cfi_csv_fail(csv, &csv->chunks[c].error);
    *again = false;
    for (cf_index j = 0; j < csv->n_columns; j++) {
        cfi_frame_column *column = &csv->columns[j];
        if (column->found_text) {
            *again = column->texts = true;
            column->found_text = 0;
        }
    }
    return CF_OK;
}

cf_status cfi_csv_read_cells(cfi_csv *csv, cf_run *run)
{
    bool again = true;
    while (again)
        CF_TRY(read_once(csv, run, &again));
    return CF_OK;
}
