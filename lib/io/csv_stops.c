/* SPDX-License-Identifier: BSD-3-Clause */
/* Positions of the bytes that can end a field, by comparing blocks of 64. */
#include "io/csv_stops.h"
#include "matrix/kernels.h"

#if defined(__SSE2__)

/* A bit for each of 64 bytes that is the delimiter, a line end or a quote. */
static inline uint64_t match_stops(const char *p, char delimiter)
{
    uint64_t bits = 0;
    for (int k = 0; k < 4; k++) {
        const __m128i x = cfi_csv_load(p + 16 * k);
        const __m128i lines = _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('\n')),
                                           _mm_cmpeq_epi8(x, _mm_set1_epi8('\r')));
        const __m128i others = _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8(delimiter)),
                                            _mm_cmpeq_epi8(x, _mm_set1_epi8('"')));
        const int found = _mm_movemask_epi8(_mm_or_si128(lines, others));
        bits |= (uint64_t)(uint32_t)found << (16 * k);
    }
    return bits;
}

/* The bits of one block as positions; stores eight at a time, so that few counts steer a branch. */
static inline unsigned store_bits(uint64_t bits, unsigned base, uint16_t *at)
{
    enum { STEP = 8 };
    const unsigned count = (unsigned)__builtin_popcountll(bits);
    for (unsigned i = 0; i < count; i += STEP) {
        for (unsigned k = 0; k < STEP; k++) {
            at[i + k] = (uint16_t)(base + (unsigned)__builtin_ctzll(bits | (uint64_t)1 << 63));
            bits &= bits - 1;
        }
    }
    return count;
}

/* The stops of the n bytes at p; returns their number. */
CF_CLONES static unsigned find_stops(const char *p, size_t n, char delimiter, uint16_t *at)
{
    unsigned count = 0;
    for (size_t i = 0; i < n; i += 64) {
        const uint64_t valid = n - i < 64 ? ((uint64_t)1 << (n - i)) - 1 : UINT64_MAX;
        __builtin_prefetch(p + i + CFI_CSV_WINDOW); /* for the next call: nothing else runs ahead */
        count += store_bits(match_stops(p + i, delimiter) & valid, (unsigned)i, at + count);
    }
    return count;
}

#else

/* The stops of the n bytes at p; returns their number. */
static unsigned find_stops(const char *p, size_t n, char delimiter, uint16_t *at)
{
    unsigned count = 0;
    for (size_t i = 0; i < n; i++) {
        at[count] = (uint16_t)i;
        count += (p[i] == delimiter) | (p[i] == '\n') | (p[i] == '\r') | (p[i] == '"');
    }
    return count;
}

#endif

bool cfi_csv_more_stops(cfi_csv_stops *stops, const char *p, const char *end, char delimiter)
{
    const size_t n = end - p < CFI_CSV_WINDOW ? (size_t)(end - p) : CFI_CSV_WINDOW;
    stops->begin = p;
    stops->next = 0;
    stops->count = find_stops(p, n, delimiter, stops->at);
    return stops->count > 0;
}
