/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Columns of texts to codes, in row order. An element of a dictionary is looked up once, when the
 * first row that has it comes by, so that values without a row are never met.
 */
#include "base/memory.h"
#include "io/arrow.h"

#include <math.h>

/* One column while it is coded. */
typedef struct coder {
    const cfi_arrow *arrow;
    cf_index j;
    const cfi_frame_column *column;
    cfi_text_set *set;
    double *codes;                       /* of the dictionary's elements; UNKNOWN before use */
    const struct ArrowArray *dictionary; /* the one they are of */
} coder;

enum { UNKNOWN = -1 };

static cf_status fail(const coder *c, cfi_arrow_fault fault, cf_index row)
{
    return cfi_arrow_fail(c->arrow, fault, row, c->j);
}

/* Element i as a text, a number being written to `room`. */
static cfi_arrow_fault fetch(const cfi_arrow_span *span, cf_index i, char room[CFI_NUMBER_SIZE],
                             cfi_field *out)
{
    if (cfi_arrow_is_text(span->type))
        return cfi_arrow_text(span, i, out);
    const size_t n = cfi_arrow_format(span, i, room);
    *out = (cfi_field){n > 0 ? room : NULL, n, false};
    return ARROW_FINE;
}

/*
 * Codes elements begin to begin + n, at most CFI_TEXT_BATCH, which rows from `row` on have. Numbers
 * were written to room that ends with the call, so new ones move into the set.
 */
static cf_status add_elements(const coder *c, const cfi_arrow_span *span, cf_index begin,
                              cf_index n, double *cells, cf_index row)
{
    const cf_index stride = c->column->stride, known = c->set->count;
    const bool is_text = cfi_arrow_is_text(span->type);
    char rooms[CFI_TEXT_BATCH][CFI_NUMBER_SIZE];
    cfi_field fields[CFI_TEXT_BATCH];
    for (cf_index k = 0; k < n; k++) {
        const cfi_arrow_fault fault = fetch(span, begin + k, rooms[k], &fields[k]);
        if (fault != ARROW_FINE)
            return fail(c, fault, row + k);
    }
    /* A text met before was found valid then: only new ones are looked at below. */
    CF_TRY(cfi_text_set_add(c->set, fields, n, cells, stride));
    if (!is_text)
        return cfi_text_set_keep(c->set, known);
    for (cf_index k = 0; c->set->count > known && k < n; k++)
        if (fields[k].text && !cfi_utf8_is_valid(fields[k].text, fields[k].length))
            return fail(c, ARROW_NO_UTF8, row + k);
    return CF_OK;
}

/* A column whose elements are the texts (or numbers to be written as texts), batch by batch. */
static cf_status code_plain(const coder *c, const cfi_arrow_batch *batch)
{
    const cfi_arrow_span span = cfi_arrow_column_span(c->arrow, batch, c->j);
    const cf_index length = batch->array.length, stride = c->column->stride;
    double *cells = c->column->cells + batch->first_row * stride;
    for (cf_index i = 0; i < length; i += CFI_TEXT_BATCH) {
        const cf_index n = length - i < CFI_TEXT_BATCH ? length - i : CFI_TEXT_BATCH;
        CF_TRY(add_elements(c, &span, i, n, cells + i * stride, batch->first_row + i));
    }
    return CF_OK;
}

/* The same memory, as batches of one table have it: then the codes stay right. */
static bool is_same(const struct ArrowArray *a, const struct ArrowArray *b)
{
    if (!a || a->length != b->length || a->offset != b->offset || a->n_buffers != b->n_buffers)
        return false;
    for (int64_t k = 0; k < a->n_buffers; k++)
        if (a->buffers[k] != b->buffers[k])
            return false;
    return true;
}

/* Forgets the codes of another dictionary. The set keeps its texts: codes go on where they were. */
static cf_status take_dictionary(coder *c, const struct ArrowArray *dictionary)
{
    if (is_same(c->dictionary, dictionary))
        return CF_OK;
    cf_free(c->codes);
    c->dictionary = NULL;
    CF_TRY(CF_ALLOC(c->codes, dictionary->length));
    c->dictionary = dictionary;
    for (cf_index k = 0; k < dictionary->length; k++)
        c->codes[k] = UNKNOWN;
    return CF_OK;
}

/* An index becomes the code of its value. */
static cf_status code_index(const coder *c, const cfi_arrow_span *dictionary, double index,
                            cf_index row)
{
    double *cell = c->column->cells + row * c->column->stride;
    *cell = (double)NAN;
    if (isnan(index))
        return CF_OK;
    if (!cfi_arrow_is_inside(dictionary, index))
        return fail(c, ARROW_BAD_INDEX, row);
    const cf_index k = (cf_index)index;
    if (c->codes[k] == UNKNOWN) /* afterwards NaN for a null in the dictionary */
        CF_TRY(add_elements(c, dictionary, k, 1, &c->codes[k], row));
    *cell = c->codes[k];
    return CF_OK;
}

/* A column of indices: each distinct one is coded once, by its value. */
static cf_status code_encoded(coder *c, const cfi_arrow_batch *batch)
{
    const cfi_arrow_span span = cfi_arrow_column_span(c->arrow, batch, c->j);
    const cfi_arrow_span dictionary = cfi_arrow_dictionary_span(c->arrow, batch, c->j);
    const cf_index length = batch->array.length;
    CF_TRY(take_dictionary(c, dictionary.array));
    for (cf_index i = 0; i < length; i += CFI_ARROW_RUN) {
        const cf_index n = length - i < CFI_ARROW_RUN ? length - i : CFI_ARROW_RUN;
        const cf_index row = batch->first_row + i;
        double x[CFI_ARROW_RUN];
        cf_index at = 0;
        const cfi_arrow_fault fault = cfi_arrow_numbers(&span, i, n, x, &at);
        if (fault != ARROW_FINE)
            return fail(c, fault, row + at);
        for (cf_index k = 0; k < n; k++)
            CF_TRY(code_index(c, &dictionary, x[k], row + k));
    }
    return CF_OK;
}

/* Labels and groups have no missing ones. */
static cf_status check_present(const coder *c)
{
    for (cf_index i = 0; c->column->role != ROLE_X && i < c->arrow->frame.n_rows; i++)
        if (isnan(c->column->cells[i * c->column->stride]))
            return fail(c, ARROW_MISSING, i);
    return CF_OK;
}

cf_status cfi_arrow_code_cells(const void *ctx, cf_index j, cfi_text_set *set)
{
    const cfi_arrow *arrow = ctx;
    coder c = {.arrow = arrow, .j = j, .column = &arrow->frame.columns[j], .set = set};
    cf_status status = CF_OK;
    for (cf_index b = 0; b < arrow->n_batches; b++)
        CF_GO(arrow->types[j].values ? code_encoded(&c, &arrow->batches[b])
                                     : code_plain(&c, &arrow->batches[b]));
    CF_GO(check_present(&c));
cleanup:
    cf_free(c.codes);
    return status;
}
