/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Texts to codes: every text column gets a dictionary of its distinct texts, in order of
 * appearance; a categorical one is then sorted by bytes. Columns are independent tasks.
 */
#include "base/memory.h"
#include "io/frame.h"
#include "matrix/matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Up to this many distinct texts a column is categorical whatever its length, else up to one in 20
 * of its fields; and if its texts have no more than 64 bytes on average. */
enum { CATEGORIES_LEAST = 50, CATEGORIES_SHARE = 20, LONG_TEXT = 64 };

/* What a task makes of one column. */
typedef struct coded_column {
    cf_index index; /* in the frame */
    cf_column_kind kind;
    cf_index count;
    char **texts; /* (count) one piece of memory, until a schema adopts it */
} coded_column;

/* What all tasks read. */
typedef struct coder {
    const cfi_frame *frame;
    cfi_code_cells_fn code_cells;
    const void *ctx;
    coded_column *columns; /* (n) */
    cf_index n;
} coder;

/* The rule of cf_read_csv's documentation. */
static cf_column_kind decide_kind(const cfi_frame *frame, const cfi_frame_column *column,
                                  const cfi_text_set *set)
{
    if (column->role != ROLE_X)
        return CF_CATEGORICAL;
    if (column->given)
        return column->kind;
    if (frame->options->no_free_text)
        return CF_CATEGORICAL;
    uint64_t bytes = 0;
    for (cf_index i = 0; i < set->count; i++) {
        const cfi_distinct *item = &set->items[i];
        bytes += cfi_field_length(&(cfi_field){item->text, item->length, item->doubled});
    }
    const bool many = set->count > CATEGORIES_LEAST && set->count > set->present / CATEGORIES_SHARE;
    return many || bytes > (uint64_t)set->count * LONG_TEXT ? CF_TEXT : CF_CATEGORICAL;
}

/* By bytes; of two that begin alike the shorter first. */
static int compare_texts(const void *a, const void *b)
{
    const cfi_distinct *x = a, *y = b;
    const int order = memcmp(x->text, y->text, x->length < y->length ? x->length : y->length);
    return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

/* Sorts the texts, and renumbers the cells accordingly. */
static cf_status sort_texts(const cfi_frame *frame, const cfi_frame_column *column,
                            cfi_text_set *set)
{
    double *code = NULL;
    if (set->count == 0)
        return CF_OK;
    CF_TRY(CF_ALLOC(code, set->count));
    qsort(set->items, (size_t)set->count, sizeof *set->items, compare_texts);
    for (cf_index i = 0; i < set->count; i++)
        code[set->items[i].code] = (double)i;
    for (cf_index i = 0; i < frame->n_rows; i++) {
        double *cell = column->cells + i * column->stride;
        if (!isnan(*cell))
            *cell = code[(cf_index)*cell];
    }
    cf_free(code);
    return CF_OK;
}

/* The dictionary as its own texts: quotes undoubled, NUL-terminated. `length` is as read, so there
 * is room enough. */
static cf_status copy_texts(const cfi_text_set *set, coded_column *out)
{
    size_t bytes = 0;
    for (cf_index i = 0; i < set->count; i++)
        bytes += set->items[i].length + 1;
    char *room = NULL;
    CF_TRY(cfi_texts_new(set->count, bytes, &out->texts, &room));
    out->count = set->count;
    for (cf_index i = 0; i < set->count; i++) {
        const cfi_distinct *item = &set->items[i];
        const cfi_field field = {item->text, item->length, item->doubled};
        const size_t n = cfi_field_unquote(&field, room);
        out->texts[i] = room;
        room[n] = '\0';
        room += n + 1;
    }
    return CF_OK;
}

/* One task: cells of column `task` become codes. */
static cf_status code_column(void *ctx, cf_index task, cf_run *run)
{
    const coder *c = ctx;
    coded_column *coded = &c->columns[task];
    const cfi_frame_column *column = &c->frame->columns[coded->index];
    cfi_text_set set = {0};
    cf_status status;
    CF_GO(cf_run_check(run));
    CF_GO(c->code_cells(c->ctx, coded->index, &set));
    coded->kind = decide_kind(c->frame, column, &set);
    if (coded->kind == CF_CATEGORICAL)
        CF_GO(sort_texts(c->frame, column, &set));
    CF_GO(copy_texts(&set, coded));
cleanup:
    cfi_text_set_clear(&set);
    return status;
}

static bool is_coded(const cfi_frame_column *column)
{
    return column->texts && column->role != ROLE_DROPPED;
}

static void free_coded(coder *c)
{
    for (cf_index k = 0; c->columns && k < c->n; k++)
        cf_free(c->columns[k].texts);
    cf_free(c->columns);
}

cf_status cfi_frame_code_texts(const cfi_frame *frame, cf_run *run, cfi_code_cells_fn code_cells,
                               const void *ctx, cf_schema *const *schemas)
{
    coder c = {.frame = frame, .code_cells = code_cells, .ctx = ctx};
    for (cf_index j = 0; j < frame->n_columns; j++)
        c.n += is_coded(&frame->columns[j]);
    cf_status status;
    CF_GO(CF_ALLOC_ZERO(c.columns, c.n));
    for (cf_index j = 0, k = 0; j < frame->n_columns; j++)
        if (is_coded(&frame->columns[j]))
            c.columns[k++].index = j;
    CF_GO(cf_parallel_tasks(run, c.n, code_column, &c));
    for (cf_index k = 0; k < c.n; k++) {
        coded_column *coded = &c.columns[k];
        const cfi_frame_column *column = &frame->columns[coded->index];
        CF_GO(cfi_schema_adopt_dictionary(schemas[column->role], column->place, coded->kind,
                                          coded->texts, coded->count));
        /* They are the schema's now. */
        coded->texts = NULL;
    }
cleanup:
    free_coded(&c);
    return status;
}
