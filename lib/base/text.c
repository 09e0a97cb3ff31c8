/* SPDX-License-Identifier: BSD-3-Clause */
/* A growing text, UTF-8, JSON strings and near names. Numbers are in number.c. */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_CAPACITY = 128, LONGEST_NAME = 64 };

/*
 * Bytes of the valid UTF-8 sequence at p (not NUL), or 0: no surrogates, nothing above U+10FFFF,
 * no longer form than needed (Unicode 15, table 3-7).
 */
static size_t sequence_length(const unsigned char *p, size_t left)
{
    const unsigned lead = p[0];
    if (lead < 0x80)
        return lead != 0;
    const size_t n = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || n > left)
        return 0;
    const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return n;
}

/* True for eight ASCII bytes without NUL. */
static bool eight_ascii(const unsigned char *p)
{
    uint64_t x;
    memcpy(&x, p, sizeof x);
    /* without the high bits, x - 1 borrows into bit 7 of a byte only if that or a lower one is 0 */
    return ((x | (x - 0x0101010101010101u)) & 0x8080808080808080u) == 0;
}

bool cfi_utf8_is_valid(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    for (size_t i = 0; i < n;) {
        if (n - i >= 8 && eight_ascii(p + i)) {
            i += 8;
            continue;
        }
        const size_t step = sequence_length(p + i, n - i);
        if (step == 0)
            return false;
        i += step;
    }
    return true;
}

/* Room for n more bytes and the NUL; false, and the text fails for good, when there is none. */
static bool reserve(cfi_text *text, size_t n)
{
    if (text->failed)
        return false;
    if (n < text->capacity - text->length)
        return true;
    size_t capacity = text->capacity ? text->capacity : FIRST_CAPACITY;
    while (capacity - text->length <= n) {
        if (capacity > PTRDIFF_MAX / 2) {
            text->failed = true;
            return false;
        }
        capacity *= 2;
    }
    char *larger = cf_grow(text->data, (cf_index)text->length, (cf_index)capacity, 1);
    if (!larger) {
        text->failed = true;
        return false;
    }
    text->data = larger;
    text->capacity = capacity;
    return true;
}

/* A text that has failed takes no more; only cfi_text_take says so. */
void cfi_text_add(cfi_text *text, const char *bytes, size_t n)
{
    if (!reserve(text, n))
        return;
    memcpy(text->data + text->length, bytes, n);
    text->length += n;
    text->data[text->length] = '\0';
}

void cfi_text_put(cfi_text *text, const char *s)
{
    cfi_text_add(text, s, strlen(s));
}

/* Once into a small array, which tells the length; again, in place, only where that was
 * too short. */
void cfi_text_format(cfi_text *text, const char *format, ...)
{
    char small[256];
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int length = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (length < 0) {
        text->failed = true;
    } else if ((size_t)length < sizeof small) {
        cfi_text_add(text, small, (size_t)length);
    } else if (reserve(text, (size_t)length)) {
        vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void cfi_text_real(cfi_text *text, double value)
{
    char number[CFI_NUMBER_SIZE];
    cfi_text_add(text, number, cfi_format_real(value, number));
}

/* Adds what JSON does not take as it is; a byte that is not UTF-8 becomes U+FFFD. */
static void add_escape(cfi_text *text, unsigned char c)
{
    static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt"; /* byte, letter */
    for (size_t i = 0; letters[i] != '\0'; i += 2)
        if ((unsigned char)letters[i] == c) {
            cfi_text_add(text, (const char[2]){'\\', letters[i + 1]}, 2);
            return;
        }
    if (c < 0x80)
        cfi_text_format(text, "\\u%04x", c);
    else
        cfi_text_put(text, "\\ufffd");
}

void cfi_text_json(cfi_text *text, const char *s)
{
    const size_t n = strlen(s);
    size_t plain = 0; /* where the bytes not yet added begin */
    cfi_text_add(text, "\"", 1);
    for (size_t i = 0; i < n;) {
        const unsigned char c = (unsigned char)s[i];
        const size_t step = sequence_length((const unsigned char *)s + i, n - i);
        if (step > 0 && c >= 0x20 && c != '"' && c != '\\') {
            i += step;
            continue;
        }
        cfi_text_add(text, s + plain, i - plain);
        add_escape(text, c);
        plain = ++i;
    }
    cfi_text_add(text, s + plain, n - plain);
    cfi_text_add(text, "\"", 1);
}

/* Adding nothing makes an empty text "", not NULL. */
cf_status cfi_text_take(cfi_text *text, char **out)
{
    cfi_text_add(text, "", 0);
    if (text->failed) {
        cfi_text_clear(text);
        return cf_out_of_memory();
    }
    *out = text->data;
    *text = (cfi_text){0};
    return CF_OK;
}

void cfi_text_clear(cfi_text *text)
{
    cf_free(text->data);
    *text = (cfi_text){0};
}

/* ASCII only: names of classes and parameters hold nothing else. */
static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/*
 * Insertions, deletions, substitutions and swaps of neighbours that turn a into b (optimal string
 * alignment), ignoring the case of ASCII letters. Three rows of the table, both names short.
 */
static size_t edit_distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t rows[3][LONGEST_NAME + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= m; j++)
        last[j] = j;
    for (size_t i = 1; i <= n; i++) {
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            const char x = lower(a[i - 1]), y = lower(b[j - 1]);
            now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == lower(b[j - 2]) && y == lower(a[i - 2]))
                now[j] = least(now[j], before[j - 2] + 1);
        }
        size_t *oldest = before;
        before = last;
        last = now;
        now = oldest;
    }
    return last[m];
}

const char *cfi_nearest(const char *name, const char *const *names, cf_index count)
{
    const size_t n = strlen(name);
    if (n == 0 || n > LONGEST_NAME)
        return NULL;
    const char *nearest = NULL;
    size_t best = n / 3 + 1; /* at most a third of the letters may be wrong */
    for (cf_index i = 0; i < count; i++) {
        const size_t m = strlen(names[i]);
        if (m > LONGEST_NAME)
            continue;
        const size_t distance = edit_distance(name, n, names[i], m);
        if (distance < best) {
            best = distance;
            nearest = names[i];
        }
    }
    return nearest;
}
