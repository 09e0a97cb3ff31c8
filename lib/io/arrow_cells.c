/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Columns of numbers to rows of the result: chunks of rows in parallel, each in tiles that stay in
 * the first-level cache, a run of one column at a time.
 */
#include "base/memory.h"
#include "io/arrow.h"
#include "matrix/tiles.h"

#include <math.h>
#include <stdio.h>

enum { TILE_COLUMNS = 32, CHUNK_CELLS = 1 << 17, CHUNK_ROWS_MOST = 8192 };

/* A fault and its cell. */
typedef struct place {
    cfi_arrow_fault fault; /* ARROW_FINE: none */
    cf_index row, column;
} place;

typedef struct filler {
    const cfi_arrow *arrow;
    place *faults; /* (n_chunks) the first one met in every chunk */
} filler;

cfi_arrow_span cfi_arrow_column_span(const cfi_arrow *arrow, const cfi_arrow_batch *batch,
                                     cf_index j)
{
    const struct ArrowArray *array = batch->array.children[j];
    /* A column of a struct has its own offset behind that of the struct. */
    return (cfi_arrow_span){arrow->types[j].type, array, batch->array.offset + array->offset};
}

cfi_arrow_span cfi_arrow_dictionary_span(const cfi_arrow *arrow, const cfi_arrow_batch *batch,
                                         cf_index j)
{
    const struct ArrowArray *array = batch->array.children[j]->dictionary;
    return (cfi_arrow_span){arrow->types[j].values, array, array->offset};
}

bool cfi_arrow_is_inside(const cfi_arrow_span *dictionary, double value)
{
    return value >= 0 && value < (double)dictionary->array->length;
}

/* Indices into a dictionary become its numbers, in place; a null stays NaN. A null in the
 * dictionary is NaN too. */
static cfi_arrow_fault look_up(const cfi_arrow_span *dictionary, cf_index n, double *x,
                               cf_index *at)
{
    for (cf_index k = 0; k < n; k++) {
        if (isnan(x[k]))
            continue;
        *at = k;
        if (!cfi_arrow_is_inside(dictionary, x[k]))
            return ARROW_BAD_INDEX;
        cf_index first;
        const cfi_arrow_fault fault =
            cfi_arrow_numbers(dictionary, (cf_index)x[k], 1, &x[k], &first);
        if (fault != ARROW_FINE)
            return fault;
    }
    return ARROW_FINE;
}

/* Rows begin to begin + n of a batch, of one column; *at is the faulty one, from begin. Doubles
 * without nulls are read where they lie, anything else through `room`. */
static cfi_arrow_fault fill_run(const cfi_arrow *arrow, const cfi_arrow_batch *batch, cf_index j,
                                cf_index begin, cf_index n, cf_index *at)
{
    const cfi_frame_column *column = &arrow->frame.columns[j];
    const cfi_arrow_span span = cfi_arrow_column_span(arrow, batch, j);
    double room[CFI_ARROW_RUN];
    const double *x = cfi_arrow_doubles(&span, begin);
    cfi_arrow_fault fault = x ? ARROW_FINE : cfi_arrow_numbers(&span, begin, n, room, at);
    if (fault == ARROW_FINE && arrow->types[j].values) {
        const cfi_arrow_span dictionary = cfi_arrow_dictionary_span(arrow, batch, j);
        fault = look_up(&dictionary, n, room, at);
    }
    if (fault != ARROW_FINE)
        return fault;
    x = x ? x : room;
    double *cells = column->cells + (batch->first_row + begin) * column->stride;
    for (cf_index k = 0; k < n; k++)
        cells[k * column->stride] = x[k];
    /* A target, weight or group must be there. */
    for (cf_index k = 0; column->role != ROLE_X && k < n; k++) {
        *at = k;
        if (isnan(x[k]))
            return ARROW_MISSING;
    }
    return ARROW_FINE;
}

/* Rows begin to end of a batch: tile by tile, so that a line of the result is written at once. */
static place fill_rows(const cfi_arrow *arrow, const cfi_arrow_batch *batch, cf_index begin,
                       cf_index end)
{
    const cf_index n_columns = arrow->frame.n_columns;
    const cfi_pieces tiles = cfi_cut(n_columns, TILE_COLUMNS);
    const cf_index n_runs = (end - begin + CFI_ARROW_RUN - 1) / CFI_ARROW_RUN;
    for (cf_index t = 0; t < tiles.count * n_runs; t++) {
        const cf_index row = begin + t % n_runs * CFI_ARROW_RUN;
        const cf_index n = end - row < CFI_ARROW_RUN ? end - row : CFI_ARROW_RUN;
        const cf_index first = t / n_runs * tiles.size;
        for (cf_index j = first; j < first + cfi_piece_length(tiles, t / n_runs, n_columns); j++) {
            cf_index at = 0;
            if (arrow->frame.columns[j].texts)
                continue; /* so are dropped ones */
            const cfi_arrow_fault fault = fill_run(arrow, batch, j, row, n, &at);
            if (fault != ARROW_FINE)
                return (place){fault, batch->first_row + row + at, j};
        }
    }
    return (place){ARROW_FINE, 0, 0};
}

/* The batch that holds a row. */
static const cfi_arrow_batch *find_batch(const cfi_arrow *arrow, cf_index row)
{
    cf_index low = 0, high = arrow->n_batches - 1;
    while (low < high) {
        const cf_index middle = (low + high + 1) / 2;
        if (arrow->batches[middle].first_row <= row)
            low = middle;
        else
            high = middle - 1;
    }
    return &arrow->batches[low];
}

/* A chunk may run over the ends of batches. Its first fault ends it. */
static void fill_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)worker;
    const filler *f = ctx;
    const cfi_arrow_batch *batch = find_batch(f->arrow, begin);
    for (cf_index row = begin; row < end; batch++) {
        const cf_index behind = batch->first_row + batch->array.length;
        const cf_index stop = behind < end ? behind : end;
        f->faults[chunk] =
            fill_rows(f->arrow, batch, row - batch->first_row, stop - batch->first_row);
        if (f->faults[chunk].fault != ARROW_FINE)
            return;
        row = stop;
    }
}

cf_status cfi_arrow_read_numbers(const cfi_arrow *arrow, cf_run *run)
{
    const cf_index n = arrow->frame.n_rows, d = arrow->frame.n_columns;
    /* Chunks of about as many cells, a run of rows at least; they do not depend on the threads. */
    cf_index grain = d > 0 ? CHUNK_CELLS / d : n;
    grain = grain < CFI_ARROW_RUN ? CFI_ARROW_RUN : grain;
    grain = grain > CHUNK_ROWS_MOST ? CHUNK_ROWS_MOST : grain;
    const cf_index n_chunks = d > 0 ? (n + grain - 1) / grain : 0;
    filler f = {.arrow = arrow};
    cf_status status;
    CF_GO(CF_ALLOC_ZERO(f.faults, n_chunks));
    if (n_chunks > 0)
        cf_parallel_for(run, n, grain, fill_chunk, &f);
    /* The first chunk with a fault tells its message, whichever thread met one first. */
    for (cf_index c = 0; c < n_chunks; c++)
        if (f.faults[c].fault != ARROW_FINE)
            CF_GO(cfi_arrow_fail(arrow, f.faults[c].fault, f.faults[c].row, f.faults[c].column));
cleanup:
    cf_free(f.faults);
    return status;
}

/* The element behind a fault: the value in the dictionary of an encoded column. */
static cfi_arrow_span find_element(const cfi_arrow *arrow, cfi_arrow_fault fault, cf_index row,
                                   cf_index j, cf_index *i)
{
    const cfi_arrow_batch *batch = find_batch(arrow, row);
    const cfi_arrow_span span = cfi_arrow_column_span(arrow, batch, j);
    *i = row - batch->first_row;
    double index;
    cf_index at;
    if (!arrow->types[j].values || fault == ARROW_BAD_INDEX ||
        cfi_arrow_numbers(&span, *i, 1, &index, &at) != ARROW_FINE)
        return span;
    *i = (cf_index)index;
    return cfi_arrow_dictionary_span(arrow, batch, j);
}

cf_status cfi_arrow_fail(const cfi_arrow *arrow, cfi_arrow_fault fault, cf_index row, cf_index j)
{
    const cfi_frame_column *column = &arrow->frame.columns[j];
    char where[256], name[CFI_COLUMN_NAME_SIZE], number[CFI_NUMBER_SIZE];
    snprintf(where, sizeof where, "%.200s: row %lld", arrow->frame.name, (long long)row);
    cfi_frame_name_column(column, j, name, sizeof name);
    if (fault == ARROW_MISSING)
        return cfi_frame_fail_missing(where, column, j);
    cf_index i;
    const cfi_arrow_span span = find_element(arrow, fault, row, j, &i);
    cfi_field field = {.text = NULL};
    switch (fault) {
    case ARROW_LARGE_INTEGER:
        return cf_fail(CF_ERR_DATA, "%s: %.*s in %s is beyond 2^53, which no double holds exactly",
                       where, (int)cfi_arrow_format(&span, i, number), number, name);
    case ARROW_NO_NUMBER:
        fault = cfi_arrow_text(&span, i, &field);
        return cfi_frame_fail_number(where, column, j, fault == ARROW_FINE ? &field : NULL);
    case ARROW_BAD_INDEX:
        return cf_fail(CF_ERR_FORMAT, "%s: %s points outside its dictionary", where, name);
    case ARROW_BAD_TEXT:
        return cf_fail(CF_ERR_FORMAT, "%s: the text in %s lies outside its buffer", where, name);
    case ARROW_LONG_TEXT:
        return cf_fail(CF_ERR_LIMIT, "%s: the text in %s is longer than 2 GiB", where, name);
    case ARROW_NO_UTF8:
        return cf_fail(CF_ERR_FORMAT, "%s: the text in %s is not UTF-8, or holds a NUL", where,
                       name);
    case ARROW_FINE:
    case ARROW_MISSING:
        break;
    }
    return cf_fail(CF_ERR_INTERNAL, "%s: %s has no fault", where, name);
}
