/* SPDX-License-Identifier: BSD-3-Clause */
/* Digits at speed: shared by the number parser and the readers that parse in place. */
#ifndef COFIT_BASE_DIGITS_H
#define COFIT_BASE_DIGITS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Decimal digits a uint64 always holds. */
enum { CFI_EXACT_DIGITS = 19 };

static inline bool cfi_is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* Eight bytes as digits, the first one the most significant. */
static inline uint64_t cfi_join_digits(uint64_t x)
{
    x = x * 10 + (x >> 8); /* pairs, in the even bytes */
    const uint64_t low = (x & 0x000000FF000000FFu) * 0x000F424000000064u;
    const uint64_t high = ((x >> 16) & 0x000000FF000000FFu) * 0x0000271000000001u;
    return (low + high) >> 32;
}

/* Eight bytes in text order, the first one the least significant. */
static inline uint64_t cfi_load_eight(const char *p)
{
    uint64_t x;
    memcpy(&x, p, sizeof x);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    return x;
}

/*
 * A bit in every byte that is no digit, up to the first such byte (a carry may disturb those
 * behind it): a byte b is a digit exactly if b + 0x46 and b - 0x30 keep bit 7 clear.
 */
static inline uint64_t cfi_no_digits(uint64_t x)
{
    return ((x + 0x4646464646464646u) | (x - 0x3030303030303030u)) & 0x8080808080808080u;
}

/* Eight digits at once, if they are; reads eight bytes at p whatever they are. */
static inline bool cfi_read_eight(const char *p, uint64_t *mantissa)
{
    const uint64_t x = cfi_load_eight(p);
    if (cfi_no_digits(x) != 0)
        return false;
    *mantissa = *mantissa * 100000000u + cfi_join_digits(x - 0x3030303030303030u);
    return true;
}

/*
 * Reads digits into the mantissa, which may wrap, and returns the first byte that is none. Reads
 * up to eight bytes behind it. The number of digits steers no branch, only that of eights.
 */
static inline const char *cfi_read_digits(const char *p, uint64_t *mantissa)
{
    static const uint64_t tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
    for (;;) {
        const uint64_t x = cfi_load_eight(p), stop = cfi_no_digits(x);
        if (stop != 0) {
            const unsigned bits = (unsigned)__builtin_ctzll(stop) & 0x38; /* 8 a digit */
            /* the digits moved to the end, zeros in front; in two steps, as 64 is no shift */
            const uint64_t aligned = (x - 0x3030303030303030u) << 8 << (56 - bits);
            *mantissa = *mantissa * tens[bits >> 3] + cfi_join_digits(aligned);
            return p + (bits >> 3);
        }
        *mantissa = *mantissa * 100000000u + cfi_join_digits(x - 0x3030303030303030u);
        p += 8;
    }
}

/* mantissa * 10^exponent, correctly rounded; infinite when too large. For numbers of any size. */
double cfi_round_decimal(uint64_t mantissa, int64_t exponent);

/* The same: Clinger's way if mantissa and power of ten are exact doubles, else the long way. */
static inline double cfi_decimal_to_real(uint64_t mantissa, int64_t exponent)
{
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    /* exact up to 2^53; less, as shortest decimals crowd there and the branch would be a toss */
    const uint64_t most = 1000000000000000; /* 10^15 */
    if (mantissa >= most || exponent < -22 || exponent > 22)
        return cfi_round_decimal(mantissa, exponent);
    const double value = (double)(int64_t)mantissa; /* of 64 bits with a sign: one instruction */
    return exponent < 0 ? value / tens[-exponent] : value * tens[exponent];
}

#endif
