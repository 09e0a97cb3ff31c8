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

/*
 * Eight ASCII digits at once: a byte b is one exactly if b + 0x46 and b - 0x30 keep bit 7 clear.
 * Reads eight bytes at p whatever they are.
 */
static inline bool cfi_read_eight(const char *p, uint64_t *mantissa)
{
    uint64_t x;
    memcpy(&x, p, sizeof x);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    if ((((x + 0x4646464646464646u) | (x - 0x3030303030303030u)) & 0x8080808080808080u) != 0)
        return false;
    x -= 0x3030303030303030u;
    x = x * 10 + (x >> 8); /* pairs, in the even bytes */
    const uint64_t low = (x & 0x000000FF000000FFu) * 0x000F424000000064u;
    const uint64_t high = ((x >> 16) & 0x000000FF000000FFu) * 0x0000271000000001u;
    *mantissa = *mantissa * 100000000u + ((low + high) >> 32);
    return true;
}

/* mantissa * 10^exponent, correctly rounded; infinite when too large. */
double cfi_decimal_to_real(uint64_t mantissa, int64_t exponent);

#endif
