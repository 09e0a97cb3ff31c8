/* SPDX-License-Identifier: BSD-3-Clause */
/* Where fields end: the bytes that can, found many at a time. */
#ifndef COFIT_IO_CSV_STOPS_H
#define COFIT_IO_CSV_STOPS_H

#include "cofit/extend.h"

#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>

static inline __m128i cfi_csv_load(const char *p)
{
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

/* A bit for each of 64 bytes that is `c`. */
static inline uint64_t cfi_csv_match(const char *p, char c)
{
    const __m128i wanted = _mm_set1_epi8(c);
    uint64_t bits = 0;
    for (int k = 0; k < 4; k++) {
        const __m128i equal = _mm_cmpeq_epi8(cfi_csv_load(p + 16 * k), wanted);
        bits |= (uint64_t)(uint32_t)_mm_movemask_epi8(equal) << (16 * k);
    }
    return bits;
}
#endif

enum { CFI_CSV_WINDOW = 4096 };

/* Delimiters, line ends and quotes of a stretch of the file, in ascending order. */
typedef struct cfi_csv_stops {
    const char *begin; /* of the stretch */
    unsigned next;     /* the first that was not used yet */
    unsigned count;
    uint16_t
        at[CFI_CSV_WINDOW + 64]; /* bytes behind `begin`; room for a block that is stored whole */
} cfi_csv_stops;

/*
 * Finds the stops from p on, CFI_CSV_WINDOW bytes at most; false if there are none. Reads up to 63
 * bytes behind `end`.
 */
bool cfi_csv_more_stops(cfi_csv_stops *stops, const char *p, const char *end, char delimiter);

#endif
