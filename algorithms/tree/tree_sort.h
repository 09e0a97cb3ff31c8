/* SPDX-License-Identifier: BSD-3-Clause */
/* Sorting of (key, row) pairs by a radix sort, and values as keys. */
#ifndef COFIT_TREE_TREE_SORT_H
#define COFIT_TREE_TREE_SORT_H

#include <stdint.h>
#include <string.h>

/* A pair: the key in the high half, the row in the low one. */
static inline uint64_t cfi_tree_pair(uint32_t key, uint32_t row)
{
    return (uint64_t)key << 32 | row;
}

/* Larger than the key of any number. */
#define CFI_TREE_MISSING_KEY 0xffffffffu

/* Keys in the order of the numbers; -0 counts as 0, NaN comes last. */
static inline uint32_t cfi_tree_key32(float x)
{
    if (x != x)
        return CFI_TREE_MISSING_KEY;
    x += 0.0f;
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits ^ ((0u - (bits >> 31)) | 0x80000000u);
}

static inline uint64_t cfi_tree_key64(double x)
{
    x += 0.0;
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits ^ ((0u - (bits >> 63)) | 0x8000000000000000u);
}

/*
 * Sorts n pairs by key; equal keys keep their order. Returns where the result is: `pairs` or
 * `scratch` (n pairs).
 */
uint64_t *cfi_tree_sort(uint64_t *pairs, uint32_t n, uint64_t *scratch);

#endif
