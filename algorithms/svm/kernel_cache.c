/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The arena is allocated whole and touched only as slots are given out. Slots hang in a ring by
 * use, so finding the oldest takes one step however many there are.
 */
#include "algorithms/svm/kernel_cache.h"

enum { ALIGN = 64 };

cf_status cfi_kernel_cache_new(cfi_kernel_cache *cache, cf_index n, cf_index length, size_t element,
                               size_t bytes)
{
    const cf_index step = ALIGN / (cf_index)element;
    *cache = (cfi_kernel_cache){.n = n, .element = element};
    cache->stride = (length + step - 1) / step * step;
    const size_t row = (size_t)(cache->stride > 0 ? cache->stride : step) * element;
    const cf_index fitting = bytes / row < INT32_MAX ? (cf_index)(bytes / row) : INT32_MAX - 1;
    cache->capacity = fitting < n ? fitting : n;
    CF_TRY(CF_ALLOC(cache->slot_of, n));
    CF_TRY(CF_ALLOC(cache->row_of, cache->capacity));
    CF_TRY(CF_ALLOC(cache->round_of, cache->capacity));
    CF_TRY(CF_ALLOC(cache->newer, cache->capacity + 1));
    CF_TRY(CF_ALLOC(cache->older, cache->capacity + 1));
    cache->arena = cf_alloc(cache->capacity, row);
    if (!cache->arena)
        return cf_out_of_memory();
    cfi_kernel_cache_empty(cache);
    return CF_OK;
}

void cfi_kernel_cache_clear(cfi_kernel_cache *cache)
{
    cf_free(cache->arena);
    cf_free(cache->slot_of);
    cf_free(cache->row_of);
    cf_free(cache->round_of);
    cf_free(cache->newer);
    cf_free(cache->older);
    *cache = (cfi_kernel_cache){0};
}

void cfi_kernel_cache_empty(cfi_kernel_cache *cache)
{
    for (cf_index i = 0; i < cache->n; i++)
        cache->slot_of[i] = -1;
    cache->used = 0;
    cache->newer[cache->capacity] = cache->older[cache->capacity] = (int32_t)cache->capacity;
}

static void unlink_slot(cfi_kernel_cache *cache, int32_t slot)
{
    cache->newer[cache->older[slot]] = cache->newer[slot];
    cache->older[cache->newer[slot]] = cache->older[slot];
}

/* Makes `slot` the newest: next to the end of the ring. */
static void link_slot(cfi_kernel_cache *cache, int32_t slot, int64_t round)
{
    const int32_t end = (int32_t)cache->capacity;
    cache->older[slot] = cache->older[end];
    cache->newer[slot] = end;
    cache->newer[cache->older[end]] = slot;
    cache->older[end] = slot;
    cache->round_of[slot] = round;
}

static void *slot_memory(const cfi_kernel_cache *cache, int32_t slot)
{
    return (char *)cache->arena + (size_t)slot * (size_t)cache->stride * cache->element;
}

void *cfi_kernel_cache_find(cfi_kernel_cache *cache, cf_index row, int64_t round)
{
    const int32_t slot = cache->slot_of[row];
    if (slot < 0)
        return NULL;
    unlink_slot(cache, slot);
    link_slot(cache, slot, round);
    return slot_memory(cache, slot);
}

void *cfi_kernel_cache_claim(cfi_kernel_cache *cache, cf_index row, int64_t round)
{
    int32_t slot;
    if (cache->used < cache->capacity) {
        slot = (int32_t)cache->used++;
    } else {
        slot = cache->newer[cache->capacity];
        if (cache->capacity == 0 || cache->round_of[slot] == round)
            return NULL;
        cache->slot_of[cache->row_of[slot]] = -1;
        unlink_slot(cache, slot);
    }
    cache->slot_of[row] = slot;
    cache->row_of[slot] = (int32_t)row;
    link_slot(cache, slot, round);
    return slot_memory(cache, slot);
}
