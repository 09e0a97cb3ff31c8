/* SPDX-License-Identifier: BSD-3-Clause */
/* Least-significant-digit radix sort of the 32 key bits; digits all keys share are skipped. */
#include "algorithms/tree/tree_sort.h"

#include <stdbool.h>

enum {
    INSERTION = 32,   /* fewer pairs are inserted one by one */
    WIDE_FROM = 2048, /* pairs from which 11-bit digits in 3 passes beat 8-bit digits in 4 */
    MOST_DIGITS = 1 << 11,
    MOST_PASSES = 4
};

static void sort_few(uint64_t *pairs, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        const uint64_t moving = pairs[i];
        uint32_t j = i;
        for (; j > 0 && pairs[j - 1] >> 32 > moving >> 32; j--)
            pairs[j] = pairs[j - 1];
        pairs[j] = moving;
    }
}

uint64_t *cfi_tree_sort(uint64_t *pairs, uint32_t n, uint64_t *scratch)
{
    if (n < INSERTION) {
        sort_few(pairs, n);
        return pairs;
    }
    const unsigned bits = n < WIDE_FROM ? 8 : 11, passes = n < WIDE_FROM ? 4 : 3;
    const uint32_t digits = 1u << bits, mask = digits - 1;
    uint32_t count[MOST_PASSES][MOST_DIGITS];
    for (unsigned p = 0; p < passes; p++)
        memset(count[p], 0, digits * sizeof **count);
    for (uint32_t i = 0; i < n; i++)
        for (unsigned p = 0; p < passes; p++)
            count[p][pairs[i] >> (32 + p * bits) & mask]++;
    for (unsigned p = 0; p < passes; p++) {
        const unsigned shift = 32 + p * bits;
        if (count[p][pairs[0] >> shift & mask] == n)
            continue;
        uint32_t at = 0;
        for (uint32_t d = 0; d < digits; d++) {
            const uint32_t here = count[p][d];
            count[p][d] = at;
            at += here;
        }
        for (uint32_t i = 0; i < n; i++)
            scratch[count[p][pairs[i] >> shift & mask]++] = pairs[i];
        uint64_t *sorted = scratch;
        scratch = pairs;
        pairs = sorted;
    }
    return pairs;
}
