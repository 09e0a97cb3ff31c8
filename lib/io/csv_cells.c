/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The second pass over a CSV file: every chunk writes its rows to their place in the result. A
 * number is parsed where it lies; a text leaves its packed place in the cell, so that a chunk needs
 * no memory. The first rows told which columns hold texts; should a later row prove one wrong, that
 * column is marked and the pass repeated.
 */
#include "base/digits.h"
#include "base/memory.h"
#include "io/csv.h"

#include <math.h>

/* Reads "e-12"; NULL if that is not what follows. */
static inline const char *read_exponent(const char *p, int64_t *exponent)
{
    const bool negative = *++p == '-';
    p += negative | (*p == '+');
    if (!cfi_is_digit(*p))
        return NULL;
    int64_t value = 0;
    for (; cfi_is_digit(*p); p++)
        if (value < 100000)
            value = value * 10 + (*p - '0');
    *exponent += negative ? -value : value;
    return p;
}

/*
 * The number of at most 19 digits at p, correctly rounded; the byte behind it, or NULL for
 * everything else, which the careful way then looks at. Zero bytes behind the file stop it.
 */
static inline const char *read_number(const char *p, double *out)
{
    const bool negative = *p == '-';
    p += negative;
    uint64_t mantissa = 0;
    int64_t exponent = 0;
    const char *start = p;
    p = cfi_read_digits(p, &mantissa);
    int64_t count = p - start;
    if (*p == '.') {
        const char *fraction = ++p;
        p = cfi_read_digits(p, &mantissa);
        exponent = fraction - p;
        count -= exponent;
    }
    if (count == 0 || count > CFI_EXACT_DIGITS)
        return NULL;
    if ((*p | 0x20) == 'e') {
        p = read_exponent(p, &exponent);
        if (!p)
            return NULL;
    }
    /* the sign bit by hand: signs are a toss, and a branch would be too */
    const double value = cfi_decimal_to_real(mantissa, exponent);
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits ^= (uint64_t)negative << 63;
    memcpy(out, &bits, sizeof bits);
    return p;
}

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
    __atomic_store_n(&column->found_text, 1, __ATOMIC_RELAXED);
    *value = 0; /* not missing, and overwritten by the next pass */
    return CSV_FINE;
}

static inline cfi_csv_fault read_real(const cfi_csv *csv, cfi_frame_column *column, const char **p,
                                      double *value)
{
    const char *behind = read_number(*p, value);
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

static cfi_csv_fault read_text(const cfi_csv *csv, const cfi_frame_column *column, const char **p,
                               double *cell)
{
    cfi_csv_field field;
    const cfi_csv_fault fault = cfi_csv_split(csv, p, &field);
    if (fault != CSV_FINE || column->role == ROLE_DROPPED)
        return fault;
    const bool missing = cfi_csv_is_missing(csv, &field);
    const uint64_t place = missing ? CFI_CSV_NO_TEXT : cfi_csv_pack(csv, &field);
    memcpy(cell, &place, sizeof place);
    return missing && column->role != ROLE_X ? CSV_MISSING : CSV_FINE;
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

static void read_chunk(void *ctx, cf_index begin, cf_index end, cf_index index, int worker)
{
    (void)begin;
    (void)worker;
    cfi_csv *csv = ctx;
    cfi_csv_chunk *chunk = &csv->chunks[index];
    const cf_index rows = chunk->rows[chunk->inside];
    cf_index row = chunk->first_row - csv->has_header, last = row + rows;
    const char *p = cfi_csv_skip_blank(cfi_csv_chunk_start(csv, index));
    const char *stop = csv->data + end;
    if (index == 0 && csv->has_header) {
        cfi_csv_field field;
        do { /* the header was read before, so it has no fault */
            if (cfi_csv_split(csv, &p, &field) != CSV_FINE)
                return;
        } while (*p++ == csv->delimiter);
        p = cfi_csv_skip_blank(cfi_csv_line_end(p - 1));
        row++;
    }
    while (p < stop) {
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
    cf_parallel_for(run, csv->end - csv->data, CFI_CSV_GRAIN, read_chunk, csv);
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
