/* SPDX-License-Identifier: BSD-3-Clause */
/* Text and numbers, independent of the locale. */
#ifndef COFIT_BASE_TEXT_H
#define COFIT_BASE_TEXT_H

#include "base/status.h"

/* Longest text of cfi_format_real and cfi_format_int, with the final NUL. */
enum { CFI_NUMBER_SIZE = 32 };

/*
 * Reads a whole text of n bytes as a decimal number, correctly rounded: sign, digits, point,
 * exponent, also "inf", "infinity" and "nan" in any case. No white space, no hexadecimal. False if
 * it is not one.
 */
bool cfi_parse_real(const char *text, size_t n, double *out);

/* Reads a whole text of n bytes as a decimal integer; false if it is not one or does not fit. */
bool cfi_parse_int(const char *text, size_t n, int64_t *out);

/* Writes the shortest decimal that reads back as `value` ("0.1", "1e-05", "nan", "inf"; "1.0" for
 * whole numbers). Returns its length. */
size_t cfi_format_real(double value, char out[CFI_NUMBER_SIZE]);

/* Writes an integer; returns its length. */
size_t cfi_format_int(int64_t value, char out[CFI_NUMBER_SIZE]);

/* True when the n bytes are valid UTF-8 without NUL. */
bool cfi_utf8_is_valid(const char *text, size_t n);

/* A growing text, always NUL-terminated once something was added; zero-initialised = empty. */
typedef struct cfi_text {
    char *data;
    size_t length, capacity;
    bool failed; /* out of memory: later additions do nothing, cfi_text_take reports it */
} cfi_text;

/* Adds n bytes. */
void cfi_text_add(cfi_text *text, const char *bytes, size_t n);

/* Adds a NUL-terminated text. */
void cfi_text_put(cfi_text *text, const char *s);

/* Adds formatted text; numbers that users read go through cfi_text_real. */
void cfi_text_format(cfi_text *text, const char *format, ...) CF_PRINTF(2, 3);

/* Adds a number as cfi_format_real writes it. */
void cfi_text_real(cfi_text *text, double value);

/* Adds s as a JSON string, quotes included. */
void cfi_text_json(cfi_text *text, const char *s);

/* Moves the text out ("" when empty); on failure frees it. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_text_take(cfi_text *text, char **out);

/* Releases a text that was not taken. */
void cfi_text_clear(cfi_text *text);

/* The nearest of `count` names to `name` by edit distance, or NULL when none is near (for "did you
 * mean"). */
const char *cfi_nearest(const char *name, const char *const *names, cf_index count);

#endif
