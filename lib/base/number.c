/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Decimal text to double and back, exact and independent of the locale.
 *
 * Reading is correctly rounded: Clinger's fast path where mantissa and power of ten are both exact
 * doubles; else the product with a 128-bit power of five (D. Lemire, "Number parsing at a gigabyte
 * per second", 2021, doi:10.1002/spe.2984, whose fallback N. Mushtak and D. Lemire proved needless
 * in 2023, doi:10.1002/spe.3198); texts of more than 19 digits that this cannot decide go through
 * strtod without a decimal point, the only thing in a number a locale changes.
 *
 * Writing gives the shortest digits that read back, the nearest of them: Schubfach (R. Giulietti,
 * "The Schubfach way to render doubles", 2020), on the same table.
 */
#include "base/digits.h"
#include "base/powers_of_five.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

enum {
    FRACTION_BITS = 52,
    EXPONENT_BIAS = 1023,
    EXPONENT_MOST = 0x7FF,
    NEEDED_DIGITS = 800, /* no double lies on a boundary with more significant digits than 768 */
    EXPONENT_CAP = 1000000000 /* beyond what any text has digits */
};

/* A decimal number taken apart: mantissa * 10^exponent, with its digits for the exact way. */
typedef struct decimal {
    uint64_t mantissa; /* the first 19 significant digits */
    int64_t exponent;
    bool negative, truncated; /* truncated: more digits than the mantissa holds */
    const char *digits;       /* the first significant digit, a point may follow later */
    const char *end;          /* one past the last digit or point */
} decimal;

/* Reads digits into the mantissa, which may wrap; returns the first byte that is none. */
static const char *read_digits(const char *p, const char *end, uint64_t *mantissa)
{
    while (end - p >= 8 && cfi_read_eight(p, mantissa))
        p += 8;
    while (p < end && cfi_is_digit(*p))
        *mantissa = *mantissa * 10 + (uint64_t)(*p++ - '0');
    return p;
}

/* Reads "e+12" whole; false if it is anything else. */
static bool read_exponent(const char *p, const char *end, int64_t *exponent)
{
    if (p == end)
        return true;
    if (*p != 'e' && *p != 'E')
        return false;
    p++;
    const bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end)
        return false;
    int64_t value = 0;
    for (; p < end && cfi_is_digit(*p); p++)
        if (value < EXPONENT_CAP)
            value = value * 10 + (*p - '0');
    *exponent += negative ? -value : value;
    return p == end;
}

/* Rereads a mantissa of more than 19 digits: the first 19 of them. */
static void truncate_digits(decimal *d, int64_t count)
{
    const char *p = d->digits;
    uint64_t mantissa = 0;
    for (int read = 0; read < CFI_EXACT_DIGITS; p++) {
        if (*p == '.')
            continue;
        mantissa = mantissa * 10 + (uint64_t)(*p - '0');
        read++;
    }
    d->mantissa = mantissa;
    d->exponent += count - CFI_EXACT_DIGITS;
    d->truncated = true;
}

/* Takes apart sign, digits, point and exponent; false if the text is no decimal number. */
static bool read_decimal(const char *p, const char *end, decimal *d)
{
    d->negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    d->mantissa = 0;
    d->truncated = false;
    const char *start = p;
    p = read_digits(p, end, &d->mantissa);
    int64_t count = p - start, exponent = 0;
    if (p < end && *p == '.') {
        const char *fraction = p + 1;
        p = read_digits(fraction, end, &d->mantissa);
        exponent = fraction - p;
        count += p - fraction;
    }
    if (count == 0)
        return false;
    d->digits = start;
    d->end = p;
    d->exponent = exponent;
    if (count > CFI_EXACT_DIGITS) {
        while (d->digits < p && (*d->digits == '0' || *d->digits == '.')) {
            count -= *d->digits == '0';
            d->digits++;
        }
        if (count > CFI_EXACT_DIGITS)
            truncate_digits(d, count);
    }
    return read_exponent(p, end, &d->exponent);
}

/* Through memcpy: the one way between the two that C defines. */
static double from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The high 128 bits of w * 5^q as {high, low}: exact enough for 55 bits of the result. */
static void multiply_by_five(uint64_t w, int64_t q, uint64_t *high, uint64_t *low)
{
    const uint64_t *five = powers_of_five[q - FIVE_FIRST];
    const wide first = (wide)w * five[0];
    *high = (uint64_t)(first >> 64);
    *low = (uint64_t)first;
    if ((*high & 0x1FF) == 0x1FF) {
        const uint64_t second = (uint64_t)(((wide)w * five[1]) >> 64);
        *low += second;
        *high += *low < second;
    }
}

/* w * 10^q rounded to nearest even, as the bits of a non-negative double. */
static uint64_t round_decimal(uint64_t w, int64_t q)
{
    if (w == 0 || q < FIVE_FIRST)
        return 0;
    if (q > 308)
        return (uint64_t)EXPONENT_MOST << FRACTION_BITS;
    const int zeros = __builtin_clzll(w);
    uint64_t high, low;
    multiply_by_five(w << zeros, q, &high, &low);
    const int top = (int)(high >> 63), shift = top + 64 - FRACTION_BITS - 3;
    uint64_t mantissa = high >> shift;
    /* floor(q log2(10)) in fixed point, exact over the table */
    int64_t exponent = (((152170 + 65536) * q) >> 16) + 63 + top - zeros + EXPONENT_BIAS;
    if (exponent <= 0) {
        if (1 - exponent >= 64)
            return 0;
        mantissa >>= 1 - exponent;
        mantissa = (mantissa + (mantissa & 1)) >> 1;
        return mantissa; /* a carry makes the smallest normal number by itself */
    }
    /* exactly half way, possible only for these powers: to even */
    if (low <= 1 && q >= -4 && q <= 23 && (mantissa & 3) == 1 && mantissa << shift == high)
        mantissa &= ~(uint64_t)1;
    mantissa = (mantissa + (mantissa & 1)) >> 1;
    if (mantissa >= (uint64_t)2 << FRACTION_BITS) {
        mantissa = (uint64_t)1 << FRACTION_BITS;
        exponent++;
    }
    if (exponent >= EXPONENT_MOST)
        return (uint64_t)EXPONENT_MOST << FRACTION_BITS;
    return (mantissa & ~((uint64_t)1 << FRACTION_BITS)) | (uint64_t)exponent << FRACTION_BITS;
}

/* The exact way: at most 800 digits, a 1 for all that follow, and a power of ten. */
static double read_exactly(const decimal *d)
{
    char text[NEEDED_DIGITS + 2 + CFI_NUMBER_SIZE];
    size_t n = 0;
    int64_t dropped = 0;
    bool sticky = false;
    for (const char *p = d->digits; p < d->end; p++) {
        if (*p == '.')
            continue;
        if (n < NEEDED_DIGITS) {
            text[n++] = *p;
        } else {
            sticky = sticky || *p != '0';
            dropped++;
        }
    }
    const int64_t kept = (int64_t)n + dropped;
    if (sticky) {
        text[n++] = '1';
        dropped--;
    }
    /* d->exponent belongs to 19 digits; the text has all of them */
    text[n++] = 'e';
    n += cfi_format_int(d->exponent - (kept - CFI_EXACT_DIGITS) + dropped, text + n);
    text[n] = '\0';
    return strtod(text, NULL);
}

double cfi_round_decimal(uint64_t mantissa, int64_t exponent)
{
    return from_bits(round_decimal(mantissa, exponent));
}

/* Clinger's way if both factors are exact, else the product, else digit by digit. */
static double to_double(const decimal *d)
{
    if (!d->truncated)
        return cfi_decimal_to_real(d->mantissa, d->exponent);
    const uint64_t least = round_decimal(d->mantissa, d->exponent);
    if (least == round_decimal(d->mantissa + 1, d->exponent))
        return from_bits(least);
    return read_exactly(d);
}

static bool equals_ignoring_case(const char *text, size_t n, const char *lower)
{
    if (strlen(lower) != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((text[i] | 0x20) != lower[i])
            return false;
    return true;
}

/* What Python and R write for numbers that are none. */
static bool parse_special(const char *text, size_t n, double *out)
{
    const bool negative = n > 0 && text[0] == '-';
    if (n > 0 && (text[0] == '-' || text[0] == '+')) {
        text++;
        n--;
    }
    double value;
    if (equals_ignoring_case(text, n, "inf") || equals_ignoring_case(text, n, "infinity"))
        value = (double)INFINITY;
    else if (equals_ignoring_case(text, n, "nan"))
        value = (double)NAN;
    else
        return false;
    *out = negative ? -value : value;
    return true;
}

bool cfi_parse_real(const char *text, size_t n, double *out)
{
    decimal d;
    if (!read_decimal(text, text + n, &d))
        return parse_special(text, n, out);
    const double value = to_double(&d);
    *out = d.negative ? -value : value;
    return true;
}

bool cfi_parse_int(const char *text, size_t n, int64_t *out)
{
    const char *end = text + n;
    const bool negative = n > 0 && text[0] == '-';
    if (n > 0 && (text[0] == '-' || text[0] == '+'))
        text++;
    if (text == end)
        return false;
    int64_t value = 0; /* grown downwards: the least integer has no positive twin */
    for (; text < end; text++)
        if (!cfi_is_digit(*text) || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, *text - '0', &value))
            return false;
    if (!negative && value == INT64_MIN)
        return false;
    *out = negative ? value : -value;
    return true;
}

/* floor(cp * g / 2^128) with the lowest bit set if anything was cut off. */
static uint64_t round_to_odd(uint64_t g_high, uint64_t g_low, uint64_t cp)
{
    const wide low = (wide)g_low * cp;
    const wide high = (wide)g_high * cp + (uint64_t)(low >> 64);
    return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

/*
 * The shortest decimal in the rounding interval of c * 2^q, in units of 10^*k; of several the
 * nearest. Boundaries and value are compared in quarters of a unit of the last decimal place.
 */
static uint64_t shortest(uint64_t c, int q, bool lower_is_closer, int *k)
{
    *k = (q * 1262611 - (lower_is_closer ? 524031 : 0)) >> 22; /* floor(log10(2^q)), or of 3/4 */
    const int h = q + ((-*k * 1741647) >> 19) + 1;
    const uint64_t *five = powers_of_five[-*k - FIVE_FIRST];
    /* the ceiling: 5^0 to 5^55 are exact, 5^-27 to 5^-1 are rounded up already */
    const uint64_t step = -*k < -27 || -*k > 55;
    const uint64_t g_low = five[1] + step, g_high = five[0] + (g_low < step);
    const uint64_t odd = c & 1;
    const uint64_t lower =
        round_to_odd(g_high, g_low, (4 * c - 2 + (uint64_t)lower_is_closer) << h) + odd;
    const uint64_t middle = round_to_odd(g_high, g_low, (4 * c) << h);
    const uint64_t upper = round_to_odd(g_high, g_low, (4 * c + 2) << h) - odd;
    const uint64_t s = middle / 4;
    if (s >= 10) {
        const uint64_t tens = s / 10;
        const bool down = lower <= 40 * tens, up = 40 * tens + 40 <= upper;
        if (down != up) {
            ++*k;
            return tens + up;
        }
    }
    const bool down = lower <= 4 * s, up = 4 * s + 4 <= upper;
    if (down != up)
        return s + up;
    const uint64_t half = 4 * s + 2;
    return s + (middle > half || (middle == half && (s & 1)));
}

/* The digits of a finite positive number and the power of ten of the last one. */
static uint64_t to_decimal(uint64_t bits, int *exponent)
{
    const uint64_t fraction = bits & (((uint64_t)1 << FRACTION_BITS) - 1);
    const int biased = (int)(bits >> FRACTION_BITS);
    const uint64_t c = biased != 0 ? fraction | (uint64_t)1 << FRACTION_BITS : fraction;
    const int q = (biased != 0 ? biased : 1) - EXPONENT_BIAS - FRACTION_BITS;
    uint64_t digits;
    if (q <= 0 && q > -FRACTION_BITS - 1 && (c & (((uint64_t)1 << -q) - 1)) == 0) {
        digits = c >> -q; /* a whole number below 2^53 */
        *exponent = 0;
    } else {
        digits = shortest(c, q, fraction == 0 && biased > 1, exponent);
    }
    for (; digits % 10 == 0; digits /= 10)
        ++*exponent;
    return digits;
}

/* Writes the digits of a number that is not negative; returns how many. */
static size_t write_digits(uint64_t value, char *out)
{
    char reversed[20];
    size_t n = 0;
    do {
        reversed[n++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    for (size_t i = 0; i < n; i++)
        out[i] = reversed[n - 1 - i];
    return n;
}

/* n digits with the point after `point` of them, which may be outside: "0.00123", "1230.0". */
static size_t write_fixed(const char *digits, size_t n, int point, char *out)
{
    size_t used = 0;
    if (point <= 0) {
        memcpy(out, "0.0000", 6);
        used = 2 + (size_t)-point;
        memcpy(out + used, digits, n);
        return used + n;
    }
    for (size_t i = 0; i < (size_t)point; i++)
        out[used++] = i < n ? digits[i] : '0';
    out[used++] = '.';
    if (n <= (size_t)point) {
        out[used++] = '0';
        return used;
    }
    memcpy(out + used, digits + point, n - (size_t)point);
    return used + n - (size_t)point;
}

/* n digits as "1.23e-05": an exponent of two digits at least. */
static size_t write_scientific(const char *digits, size_t n, int exponent, char *out)
{
    size_t used = 0;
    out[used++] = digits[0];
    if (n > 1) {
        out[used++] = '.';
        memcpy(out + used, digits + 1, n - 1);
        used += n - 1;
    }
    out[used++] = 'e';
    out[used++] = exponent < 0 ? '-' : '+';
    const uint64_t size = (uint64_t)abs(exponent);
    if (size < 10)
        out[used++] = '0';
    return used + write_digits(size, out + used);
}

size_t cfi_format_real(double value, char out[CFI_NUMBER_SIZE])
{
    if (isnan(value)) {
        memcpy(out, "nan", 4);
        return 3;
    }
    size_t used = 0;
    if (signbit(value))
        out[used++] = '-';
    if (isinf(value) || value == 0) {
        memcpy(out + used, value == 0 ? "0.0" : "inf", 4);
        return used + 3;
    }
    uint64_t bits;
    const double size = fabs(value);
    memcpy(&bits, &size, sizeof bits);
    int exponent;
    char digits[20] = {0};
    const size_t n = write_digits(to_decimal(bits, &exponent), digits);
    const int point = (int)n + exponent;
    used += point > -4 && point <= 16 ? write_fixed(digits, n, point, out + used)
                                      : write_scientific(digits, n, point - 1, out + used);
    out[used] = '\0';
    return used;
}

size_t cfi_format_int(int64_t value, char out[CFI_NUMBER_SIZE])
{
    size_t used = 0;
    if (value < 0)
        out[used++] = '-';
    used += write_digits(value < 0 ? 0 - (uint64_t)value : (uint64_t)value, out + used);
    out[used] = '\0';
    return used;
}
