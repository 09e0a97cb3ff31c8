/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Texts to codes: every text column gets a dictionary of its distinct texts, found by hashing in
 * row order; a categorical one is then sorted by bytes. Columns are independent tasks.
 */
#include "base/memory.h"
#include "io/csv.h"
#include "matrix/matrix.h"

#include <math.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

/* Up to this many distinct texts a column is categorical whatever its length... */
enum { CATEGORIES_LEAST = 50, CATEGORIES_SHARE = 20, LONG_TEXT = 64, BATCH = 32 };

/*
 * A distinct text as it lies in the file, doubled quotes and all: equal fields have equal bytes
 * there, and doubling quotes keeps the order, so texts are undoubled last.
 */
typedef struct distinct {
    const char *text;
    uint32_t length;
    uint32_t hash;
    uint32_t code;
    bool doubled;
} distinct;

typedef struct slot {
    uint32_t hash;
    uint32_t place; /* in items, + 1; 0 = free */
} slot;

/* The distinct texts of a column: open addressing over `items`. */
typedef struct text_set {
    distinct *items; /* in order of appearance */
    slot *slots;     /* (n_slots) a power of two */
    cf_index count, capacity, n_slots;
} text_set;

typedef struct coded_column {
    cfi_csv_column *column;
    cf_column_kind kind;
    cf_index count;
    char **texts;
} coded_column;

typedef struct coder {
    const cfi_csv *csv;
    coded_column *columns; /* (n) */
    cf_index n;
} coder;

static void clear_set(text_set *set)
{
    cf_free(set->items);
    cf_free(set->slots);
}

static void place_item(text_set *set, cf_index i)
{
    const cf_index mask = set->n_slots - 1;
    cf_index k = set->items[i].hash & mask;
    while (set->slots[k].place != 0)
        k = (k + 1) & mask;
    set->slots[k] = (slot){set->items[i].hash, (uint32_t)(i + 1)};
}

/* Room for one more text: items and, at half load, slots double. */
static cf_status grow_set(text_set *set)
{
    if (set->count < set->capacity)
        return CF_OK;
    const cf_index capacity = set->capacity > 0 ? 2 * set->capacity : 16;
    if (capacity > INT32_MAX)
        return cf_fail(CF_ERR_LIMIT, "more than %d distinct texts in a column", INT32_MAX);
    distinct *items = cf_grow(set->items, set->count, capacity, sizeof *items);
    if (!items)
        return cf_out_of_memory();
    set->items = items;
    set->capacity = capacity;
    cf_free(set->slots);
    set->n_slots = 2 * capacity;
    CF_TRY(CF_ALLOC_ZERO(set->slots, set->n_slots));
    for (cf_index i = 0; i < set->count; i++)
        place_item(set, i);
    return CF_OK;
}

/* The position of a text among the distinct ones, which it may join. */
static cf_status find_text(text_set *set, const cfi_csv_field *field, uint32_t hash, cf_index *out)
{
    const cf_index mask = set->n_slots - 1;
    for (cf_index k = hash & mask; set->slots[k].place != 0; k = (k + 1) & mask) {
        if (set->slots[k].hash != hash)
            continue;
        const distinct *item = &set->items[set->slots[k].place - 1];
        if (item->length == field->length && memcmp(item->text, field->text, field->length) == 0) {
            *out = set->slots[k].place - 1;
            return CF_OK;
        }
    }
    CF_TRY(grow_set(set));
    *out = set->count++;
    set->items[*out] =
        (distinct){field->text, (uint32_t)field->length, hash, (uint32_t)*out, field->doubled};
    place_item(set, *out);
    return CF_OK;
}

/*
 * Replaces the packed places of up to BATCH rows by the positions of their texts. Hashes come
 * first, so that the memory of the table is on its way when it is asked for.
 */
static cf_status find_batch(const cfi_csv *csv, const cfi_csv_column *column, text_set *set,
                            cf_index begin, cf_index n)
{
    cfi_csv_field fields[BATCH];
    uint32_t hashes[BATCH];
    cf_index rows[BATCH], count = 0;
    for (cf_index i = begin; i < begin + n; i++) {
        uint64_t place;
        memcpy(&place, column->cells + i * column->stride, sizeof place);
        if (place == CFI_CSV_NO_TEXT) {
            column->cells[i * column->stride] = (double)NAN;
            continue;
        }
        const cfi_csv_field field = cfi_csv_unpack(csv, place);
        hashes[count] = (uint32_t)XXH3_64bits(field.text, field.length);
        __builtin_prefetch(&set->slots[hashes[count] & (set->n_slots - 1)]);
        rows[count] = i;
        fields[count++] = field;
    }
    for (cf_index k = 0; k < count; k++) {
        const uint32_t at = set->slots[hashes[k] & (set->n_slots - 1)].place;
        __builtin_prefetch(&set->items[at > 0 ? at - 1 : 0]);
    }
    for (cf_index k = 0; k < count; k++) {
        cf_index code;
        CF_TRY(find_text(set, &fields[k], hashes[k], &code));
        column->cells[rows[k] * column->stride] = (double)code;
    }
    return CF_OK;
}

/* All rows; counts fields that are not missing. */
static cf_status find_all(const cfi_csv *csv, cfi_csv_column *column, text_set *set,
                          cf_index *present)
{
    for (cf_index i = 0; i < csv->n_rows; i += BATCH)
        CF_TRY(find_batch(csv, column, set, i, csv->n_rows - i < BATCH ? csv->n_rows - i : BATCH));
    *present = 0;
    for (cf_index i = 0; i < csv->n_rows; i++)
        *present += !isnan(column->cells[i * column->stride]);
    return CF_OK;
}

static size_t text_length(const distinct *item)
{
    size_t n = item->length;
    if (item->doubled)
        for (const char *p = item->text, *end = p + item->length;
             (p = memchr(p, '"', (size_t)(end - p))) != NULL; p += 2)
            n--;
    return n;
}

/* The rule of cf_read_csv's documentation. */
static cf_column_kind decide_kind(const cfi_csv_column *column, const text_set *set,
                                  cf_index present)
{
    if (column->role != CSV_X)
        return CF_CATEGORICAL;
    if (column->given)
        return column->kind;
    uint64_t bytes = 0;
    for (cf_index i = 0; i < set->count; i++)
        bytes += text_length(&set->items[i]);
    const bool many = set->count > CATEGORIES_LEAST && set->count > present / CATEGORIES_SHARE;
    return many || bytes > (uint64_t)set->count * LONG_TEXT ? CF_TEXT : CF_CATEGORICAL;
}

static int compare_texts(const void *a, const void *b)
{
    const distinct *x = a, *y = b;
    const int order = memcmp(x->text, y->text, x->length < y->length ? x->length : y->length);
    return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

/* Sorts the texts, and renumbers the cells accordingly. */
static cf_status sort_texts(const cfi_csv *csv, cfi_csv_column *column, text_set *set)
{
    double *code = NULL;
    CF_TRY(CF_ALLOC(code, set->count));
    qsort(set->items, (size_t)set->count, sizeof *set->items, compare_texts);
    for (cf_index i = 0; i < set->count; i++)
        code[set->items[i].code] = (double)i;
    for (cf_index i = 0; i < csv->n_rows; i++) {
        double *cell = column->cells + i * column->stride;
        if (!isnan(*cell))
            *cell = code[(cf_index)*cell];
    }
    cf_free(code);
    return CF_OK;
}

static cf_status copy_texts(const text_set *set, coded_column *out)
{
    size_t bytes = 0;
    for (cf_index i = 0; i < set->count; i++)
        bytes += text_length(&set->items[i]) + 1;
    char *room = NULL;
    CF_TRY(cfi_texts_new(set->count, bytes, &out->texts, &room));
    out->count = set->count;
    for (cf_index i = 0; i < set->count; i++) {
        const distinct *item = &set->items[i];
        const cfi_csv_field field = {item->text, item->length, item->doubled};
        const size_t n = cfi_csv_unquote(&field, room);
        out->texts[i] = room;
        room[n] = '\0';
        room += n + 1;
    }
    return CF_OK;
}

static cf_status code_column(void *ctx, cf_index task, cf_run *run)
{
    const coder *c = ctx;
    coded_column *coded = &c->columns[task];
    text_set set = {0};
    cf_index present;
    cf_status status;
    CF_GO(cf_run_check(run));
    CF_GO(grow_set(&set));
    CF_GO(find_all(c->csv, coded->column, &set, &present));
    coded->kind = decide_kind(coded->column, &set, present);
    if (coded->kind == CF_CATEGORICAL)
        CF_GO(sort_texts(c->csv, coded->column, &set));
    CF_GO(copy_texts(&set, coded));
cleanup:
    clear_set(&set);
    return status;
}

static bool is_coded(const cfi_csv_column *column)
{
    return column->texts && column->role != CSV_DROPPED;
}

static void free_coded(coder *c)
{
    for (cf_index k = 0; c->columns && k < c->n; k++)
        cf_free(c->columns[k].texts);
    cf_free(c->columns);
}

cf_status cfi_csv_code_texts(cfi_csv *csv, cf_run *run, cf_schema *const *schemas)
{
    coder c = {.csv = csv};
    for (cf_index j = 0; j < csv->n_columns; j++)
        c.n += is_coded(&csv->columns[j]);
    cf_status status;
    CF_GO(CF_ALLOC_ZERO(c.columns, c.n));
    for (cf_index j = 0, k = 0; j < csv->n_columns; j++)
        if (is_coded(&csv->columns[j]))
            c.columns[k++].column = &csv->columns[j];
    CF_GO(cf_parallel_tasks(run, c.n, code_column, &c));
    for (cf_index k = 0; k < c.n; k++) {
        coded_column *coded = &c.columns[k];
        CF_GO(cfi_schema_adopt_dictionary(schemas[coded->column->role], coded->column->place,
                                          coded->kind, coded->texts, coded->count));
        coded->texts = NULL;
    }
cleanup:
    free_coded(&c);
    return status;
}
