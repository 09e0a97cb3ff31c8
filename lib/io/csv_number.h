/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Numbers parsed where they lie in a CSV file, correctly rounded: at speed where the field's end is
 * known, otherwise up to where it turns out to be. What neither takes is left to cfi_csv_number.
 */
#ifndef COFIT_IO_CSV_NUMBER_H
#define COFIT_IO_CSV_NUMBER_H

#include "base/digits.h"

#include <stddef.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* Bytes in front of a field's end that cfi_csv_read_plain may read though they are not its own. */
enum { CFI_CSV_BEFORE = 17 };

#define CFI_CSV_ZEROS 0x3030303030303030u /* eight '0' */

/* The first digits of eight bytes as a number: 8 bits a digit, at most 56. */
static inline uint64_t cfi_csv_first_digits(uint64_t x, unsigned bits)
{
    /* moved to the end, zeros in front; in two steps, as 64 is no shift */
    return cfi_join_digits((x - CFI_CSV_ZEROS) << 8 << (56 - bits));
}

/* The value or its negative, without a branch: signs are a toss. */
static inline double cfi_csv_with_sign(double value, bool negative)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits ^= (uint64_t)negative << 63;
    memcpy(&value, &bits, sizeof bits);
    return value;
}

/* Reads "e-12"; NULL if that is not what follows. */
static inline const char *cfi_csv_read_exponent(const char *p, int64_t *exponent)
{
    const bool negative = *++p == '-';
    p += negative | (*p == '+');
    if (!cfi_is_digit(*p))
        return NULL;
    int64_t value = 0;
    for (; cfi_is_digit(*p); p++)
        if (value < 100000)
            value = value * 10 + (*p - '0');
    *exponent += negative ? -value : value;
    return p;
}

/*
 * The number of at most 19 digits at p; the byte behind it, or NULL for everything else. Zero bytes
 * behind the file stop it.
 */
static inline const char *cfi_csv_read_number(const char *p, double *out)
{
    const bool negative = *p == '-';
    p += negative;
    uint64_t mantissa = 0;
    int64_t exponent = 0;
    const char *start = p;
    p = cfi_read_digits(p, &mantissa);
    int64_t count = p - start;
    if (*p == '.') {
        const char *fraction = ++p;
        p = cfi_read_digits(p, &mantissa);
        exponent = fraction - p;
        count -= exponent;
    }
    if (count == 0 || count > CFI_EXACT_DIGITS)
        return NULL;
    if ((*p | 0x20) == 'e') {
        p = cfi_csv_read_exponent(p, &exponent);
        if (!p)
            return NULL;
    }
    *out = cfi_csv_with_sign(cfi_decimal_to_real(mantissa, exponent), negative);
    return p;
}

#if defined(__SSE2__)

/* Bytes of all ones in the last n <= 16 of 16. */
static inline __m128i cfi_csv_last_bytes(size_t n)
{
    static const unsigned char ones[32] = {[16] = 255, 255, 255, 255, 255, 255, 255, 255,
                                           255,        255, 255, 255, 255, 255, 255, 255};
    return _mm_loadu_si128((const __m128i *)(const void *)(ones + n));
}

/*
 * The last n <= 16 digits in front of `end` as a number; a point stands in front of the last
 * `fraction` <= 16 of them, and the digits before it are those one byte further to the left. False
 * unless they are digits.
 */
static inline bool cfi_csv_last_digits(const char *end, size_t n, size_t fraction, uint64_t *out)
{
    const __m128i right = _mm_loadu_si128((const __m128i *)(const void *)(end - 16));
    const __m128i left = _mm_loadu_si128((const __m128i *)(const void *)(end - 17));
    const __m128i behind = cfi_csv_last_bytes(fraction);
    const __m128i text = _mm_or_si128(_mm_and_si128(behind, right), _mm_andnot_si128(behind, left));
    const __m128i x = _mm_and_si128(_mm_sub_epi8(text, _mm_set1_epi8('0')), cfi_csv_last_bytes(n));
    const __m128i nine = _mm_set1_epi8(9);
    const int digits = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(x, nine), nine));
    /* digits in bytes become pairs in 16 bits, fours in 32, eights in 32 */
    const __m128i tens = _mm_mullo_epi16(_mm_and_si128(x, _mm_set1_epi16(255)), _mm_set1_epi16(10));
    const __m128i pairs = _mm_add_epi16(tens, _mm_srli_epi16(x, 8));
    const __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(1 << 16 | 100));
    const __m128i packed = _mm_packs_epi32(fours, fours);
    const __m128i eights = _mm_madd_epi16(packed, _mm_set1_epi32(1 << 16 | 10000));
    const uint64_t both = (uint64_t)_mm_cvtsi128_si64(eights);
    *out = (both & 0xFFFFFFFFu) * 100000000u + (both >> 32);
    return digits == 0xFFFF;
}

#else

/* Bytes of all ones in the last n <= 8 of eight; in two steps, as 64 is no shift. */
static inline uint64_t cfi_csv_last_bytes(size_t n)
{
    return UINT64_MAX << (32 - 4 * n) << (32 - 4 * n);
}

/* The last n <= 8 digits in front of `end` as below, '0' in front of them. */
static inline uint64_t cfi_csv_last_eight(const char *end, size_t n, size_t fraction)
{
    const uint64_t behind = cfi_csv_last_bytes(fraction), kept = cfi_csv_last_bytes(n);
    const uint64_t text = (behind & cfi_load_eight(end - 8)) | (~behind & cfi_load_eight(end - 9));
    return (text & kept) | (CFI_CSV_ZEROS & ~kept);
}

/*
 * The last n <= 16 digits in front of `end` as a number; a point stands in front of the last
 * `fraction` <= 16 of them, and the digits before it are those one byte further to the left. False
 * unless they are digits.
 */
static inline bool cfi_csv_last_digits(const char *end, size_t n, size_t fraction, uint64_t *out)
{
    const size_t low = n < 8 ? n : 8, low_fraction = fraction < 8 ? fraction : 8;
    const uint64_t x = cfi_csv_last_eight(end - 8, n - low, fraction - low_fraction);
    const uint64_t y = cfi_csv_last_eight(end, low, low_fraction);
    *out = cfi_join_digits(x - CFI_CSV_ZEROS) * 100000000u + cfi_join_digits(y - CFI_CSV_ZEROS);
    return (cfi_no_digits(x) | cfi_no_digits(y)) == 0;
}

#endif

/*
 * The number that is the whole of a field: an optional minus, up to 7 digits and, behind a point,
 * as many as make 19. False for everything else, numbers among it. `end` is no digit; reads
 * CFI_CSV_BEFORE bytes in front of it and eight behind. The number of digits steers no branch but
 * the one at 16.
 */
static inline bool cfi_csv_read_plain(const char *p, const char *end, double *out)
{
    const bool negative = *p == '-';
    p += negative;
    const uint64_t x = cfi_load_eight(p), stop = cfi_no_digits(x);
    if (stop == 0)
        return false;
    const unsigned bits = (unsigned)__builtin_ctzll(stop) & 0x38; /* 8 a digit */
    const char *point = p + bits / 8;
    if (point == end) {
        *out = cfi_csv_with_sign((double)(int64_t)cfi_csv_first_digits(x, bits), negative);
        return bits > 0;
    }
    const size_t n = (size_t)(end - p) - 1, fraction = (size_t)(end - point) - 1;
    if (*point != '.' || n - 1 >= CFI_EXACT_DIGITS) /* none at all, or too many */
        return false;
    uint64_t mantissa;
    if (!cfi_csv_last_digits(end, n < 16 ? n : 16, fraction < 16 ? fraction : 16, &mantissa))
        return false;
    if (n > 16) { /* then up to three in front, and the point may be among them */
        const uint64_t whole = ((uint64_t)1 << bits) - 1, first = (x & whole) | (x >> 8 & ~whole);
        const unsigned more = 8 * ((unsigned)n - 16);
        if ((cfi_no_digits(first) & (((uint64_t)1 << more) - 1)) != 0)
            return false;
        mantissa += cfi_csv_first_digits(first, more) * 10000000000000000u;
    }
    *out = cfi_csv_with_sign(cfi_decimal_to_real(mantissa, -(int64_t)fraction), negative);
    return true;
}

#endif
