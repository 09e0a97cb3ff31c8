/* SPDX-License-Identifier: BSD-3-Clause */
/* The distinct texts of a column: XXH3, open addressing with linear probing, half load. */
#include "io/text_set.h"

#include "base/memory.h"
#include "base/text.h"

#include <math.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

struct cfi_slot {
    uint32_t hash;
    uint32_t place; /* in items, + 1; 0 = free */
};

/* Copies of texts, which keep their place. */
typedef struct cfi_text_block {
    struct cfi_text_block *next;
    char bytes[];
} cfi_text_block;

size_t cfi_field_unquote(const cfi_field *field, char *out)
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

size_t cfi_field_length(const cfi_field *field)
{
    size_t n = field->length;
    if (field->doubled)
        for (const char *p = field->text, *end = p + field->length;
             (p = memchr(p, '"', (size_t)(end - p))) != NULL; p += 2)
            n--;
    return n;
}

bool cfi_field_number(const cfi_field *field, double *out)
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

void cfi_text_set_clear(cfi_text_set *set)
{
    cf_free(set->items);
    cf_free(set->slots);
    for (cfi_text_block *block = set->kept; block;) {
        cfi_text_block *next = block->next;
        cf_free(block);
        block = next;
    }
    *set = (cfi_text_set){0};
}

/* Item i goes to the first free slot from its hash on; at most half of them are taken. */
static void place_item(cfi_text_set *set, cf_index i)
{
    const cf_index mask = set->n_slots - 1;
    cf_index k = set->items[i].hash & mask;
    while (set->slots[k].place != 0)
        k = (k + 1) & mask;
    set->slots[k] = (struct cfi_slot){set->items[i].hash, (uint32_t)(i + 1)};
}

/* Room for one more text: items and, at half load, slots double. */
static cf_status grow_set(cfi_text_set *set)
{
    if (set->count < set->capacity)
        return CF_OK;
    const cf_index capacity = set->capacity > 0 ? 2 * set->capacity : 16;
    if (capacity > INT32_MAX)
        return cf_fail(CF_ERR_LIMIT, "more than %d distinct texts in a column", INT32_MAX);
    cfi_distinct *items = cf_grow(set->items, set->count, capacity, sizeof *items);
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

/* The position of a text among the distinct ones, which it may join. The text is borrowed; growing
 * comes after the search, as it moves the slots. */
static cf_status find_text(cfi_text_set *set, const cfi_field *field, uint32_t hash, cf_index *out)
{
    const cf_index mask = set->n_slots - 1;
    for (cf_index k = hash & mask; set->slots[k].place != 0; k = (k + 1) & mask) {
        if (set->slots[k].hash != hash)
            continue;
        const cfi_distinct *item = &set->items[set->slots[k].place - 1];
        if (item->length == field->length && memcmp(item->text, field->text, field->length) == 0) {
            *out = set->slots[k].place - 1;
            return CF_OK;
        }
    }
    CF_TRY(grow_set(set));
    *out = set->count++;
    set->items[*out] =
        (cfi_distinct){field->text, (uint32_t)field->length, hash, (uint32_t)*out, field->doubled};
    place_item(set, *out);
    return CF_OK;
}

cf_status cfi_text_set_add(cfi_text_set *set, const cfi_field *fields, cf_index n, double *cells,
                           cf_index stride)
{
    uint32_t hashes[CFI_TEXT_BATCH];
    CF_TRY(grow_set(set));
    /* hashes come first, so that the memory of the table is on its way when it is asked for */
    for (cf_index i = 0; i < n; i++) {
        if (!fields[i].text)
            continue;
        hashes[i] = (uint32_t)XXH3_64bits(fields[i].text, fields[i].length);
        __builtin_prefetch(&set->slots[hashes[i] & (set->n_slots - 1)]);
    }
    for (cf_index i = 0; i < n; i++) {
        if (!fields[i].text)
            continue;
        const uint32_t at = set->slots[hashes[i] & (set->n_slots - 1)].place;
        __builtin_prefetch(&set->items[at > 0 ? at - 1 : 0]);
    }
    for (cf_index i = 0; i < n; i++) {
        cells[i * stride] = (double)NAN;
        if (!fields[i].text)
            continue;
        cf_index code;
        CF_TRY(find_text(set, &fields[i], hashes[i], &code));
        cells[i * stride] = (double)code;
        set->present++;
    }
    return CF_OK;
}

cf_status cfi_text_set_keep(cfi_text_set *set, cf_index first)
{
    size_t bytes = 0;
    for (cf_index i = first; i < set->count; i++)
        bytes += set->items[i].length;
    if (bytes == 0)
        return CF_OK;
    cfi_text_block *block = cf_alloc((cf_index)(sizeof *block + bytes), 1);
    if (!block)
        return cf_out_of_memory();
    block->next = set->kept;
    set->kept = block;
    char *room = block->bytes;
    for (cf_index i = first; i < set->count; i++) {
        cfi_distinct *item = &set->items[i];
        item->text = memcpy(room, item->text, item->length);
        room += item->length;
    }
    return CF_OK;
}
