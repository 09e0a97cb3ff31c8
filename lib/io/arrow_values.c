/* SPDX-License-Identifier: BSD-3-Clause */
/* The elements of one Arrow array: as doubles, as texts, and numbers written as texts. */
#include "io/arrow.h"
#include "io/io.h"
#include "matrix/elements.h"
#include "matrix/kernels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Bitmap of the elements that are not null; NULL = all are. */
static const unsigned char *valid_bits(const struct ArrowArray *array)
{
    return array->null_count != 0 ? array->buffers[0] : NULL;
}

/* The null type has no buffers at all. */
static bool is_null(const cfi_arrow_span *span, cf_index i)
{
    if (span->type->layout == ARROW_NULL)
        return true;
    const unsigned char *bits = valid_bits(span->array);
    return bits && !cfi_arrow_bit(bits, span->start + i);
}

/* The text between two offsets into the buffer of texts; its length is not known, so their order is
 * all that can be checked. */
static cfi_arrow_fault cut_text(const struct ArrowArray *array, int64_t begin, int64_t end,
                                cfi_field *out)
{
    const char *texts = array->buffers[2];
    if (begin < 0 || end < begin || (end > begin && !texts))
        return ARROW_BAD_TEXT;
    if (end - begin > INT32_MAX)
        return ARROW_LONG_TEXT;
    *out = (cfi_field){end > begin ? texts + begin : "", (size_t)(end - begin), false};
    return ARROW_FINE;
}

/* A view: a length, then a text of up to 12 bytes, or 4 of its bytes, its piece and place there. */
static cfi_arrow_fault view_text(const struct ArrowArray *array, cf_index at, cfi_field *out)
{
    enum { VIEW_BYTES = 16, SHORT_TEXT = 12 };
    const char *view = (const char *)array->buffers[1] + at * VIEW_BYTES;
    int32_t length, piece, begin;
    memcpy(&length, view, sizeof length);
    if (length < 0)
        return ARROW_BAD_TEXT;
    *out = (cfi_field){view + 4, (size_t)length, false};
    if (length <= SHORT_TEXT)
        return ARROW_FINE;
    memcpy(&piece, view + 8, sizeof piece);
    memcpy(&begin, view + 12, sizeof begin);
    const int64_t n_pieces = array->n_buffers - 3;
    if (piece < 0 || piece >= n_pieces || begin < 0 || !array->buffers[2 + piece])
        return ARROW_BAD_TEXT;
    int64_t size;
    memcpy(&size, (const char *)array->buffers[array->n_buffers - 1] + 8 * (int64_t)piece,
           sizeof size);
    if (length > size - begin)
        return ARROW_BAD_TEXT;
    out->text = (const char *)array->buffers[2 + piece] + begin;
    return ARROW_FINE;
}

cfi_arrow_fault cfi_arrow_text(const cfi_arrow_span *span, cf_index i, cfi_field *out)
{
    *out = (cfi_field){.text = NULL};
    if (is_null(span, i))
        return ARROW_FINE;
    const struct ArrowArray *array = span->array;
    const cf_index at = span->start + i;
    if (span->type->layout == ARROW_TEXT_VIEW)
        return view_text(array, at, out);
    if (span->type->layout == ARROW_LARGE_TEXT) {
        int64_t ends[2];
        /* Copied: a producer need not align its buffers. */
        memcpy(ends, (const char *)array->buffers[1] + at * 8, sizeof ends);
        return cut_text(array, ends[0], ends[1], out);
    }
    int32_t ends[2];
    memcpy(ends, (const char *)array->buffers[1] + at * 4, sizeof ends);
    return cut_text(array, ends[0], ends[1], out);
}

/* Texts in a column that is to be numbers; a null is NaN. */
static cfi_arrow_fault parse_texts(const cfi_arrow_span *span, cf_index begin, cf_index n,
                                   double *out, cf_index *at)
{
    for (cf_index k = 0; k < n; k++) {
        cfi_field field;
        *at = k;
        out[k] = (double)NAN;
        const cfi_arrow_fault fault = cfi_arrow_text(span, begin + k, &field);
        if (fault != ARROW_FINE)
            return fault;
        if (field.text && !cfi_field_number(&field, &out[k]))
            return ARROW_NO_NUMBER;
    }
    return ARROW_FINE;
}

/* Bits at to at + n of a bitmap, 0 < n <= CFI_ARROW_RUN; no byte behind them is read. */
static uint64_t load_bits(const unsigned char *bits, cf_index at, cf_index n)
{
    const unsigned char *first = bits + (at >> 3), *last = bits + ((at + n - 1) >> 3);
    uint64_t word = 0;
    for (int k = 0; k < 8 && first + k <= last; k++)
        word |= (uint64_t)first[k] << (8 * k);
    word >>= at & 7;
    if (last == first + 8) /* then at is no multiple of 8 */
        word |= (uint64_t)*last << (64 - (at & 7));
    return word;
}

/* Elements without their bit become missing. */
CF_CLONES static void mark_missing(uint64_t bits, cf_index n, double *out)
{
    for (cf_index k = 0; k < n; k++)
        out[k] = bits >> k & 1 ? out[k] : (double)NAN;
}

/* Numbers whatever the bitmap says: what lies at a null is some number too. A misaligned buffer is
 * copied first. */
static void load_numbers(const cfi_arrow_type *type, const void *values, cf_index at, cf_index n,
                         double *out)
{
    /* Room for a run of the widest numbers. */
    uint64_t aligned[CFI_ARROW_RUN], bits;
    if (type->size > 0 && (uintptr_t)values % type->size != 0) {
        memcpy(aligned, (const char *)values + at * (cf_index)type->size, (size_t)n * type->size);
        values = aligned;
        at = 0;
    }
    switch (type->layout) {
    case ARROW_BOOL:
        bits = load_bits(values, at, n);
        for (cf_index k = 0; k < n; k++)
            out[k] = (double)(bits >> k & 1);
        break;
    case ARROW_HALF:
        for (cf_index k = 0; k < n; k++)
            out[k] = (double)cfi_half_to_float(((const uint16_t *)values)[at + k]);
        break;
    case ARROW_I16:
        for (cf_index k = 0; k < n; k++)
            out[k] = ((const int16_t *)values)[at + k];
        break;
    case ARROW_I64:
        cfi_load_run(values, CF_I64, at, 1, n, out);
        break;
    case ARROW_U64:
        for (cf_index k = 0; k < n; k++)
            out[k] = (double)((const uint64_t *)values)[at + k];
        break;
    case ARROW_PLAIN:
        cfi_load_run(values, type->dtype, at, 1, n, out);
        break;
    case ARROW_OTHER:
    case ARROW_NULL:
    case ARROW_TEXT:
    case ARROW_LARGE_TEXT:
    case ARROW_TEXT_VIEW:
        break; /* not numbers */
    }
}

const double *cfi_arrow_doubles(const cfi_arrow_span *span, cf_index begin)
{
    const void *values = span->array->n_buffers == 2 ? span->array->buffers[1] : NULL;
    if (span->type->layout != ARROW_PLAIN || span->type->dtype != CF_F64 ||
        valid_bits(span->array) || (uintptr_t)values % sizeof(double) != 0)
        return NULL;
    return (const double *)values + span->start + begin;
}

/* The 64 bits at an element. */
static uint64_t bits_at(const cfi_arrow_span *span, cf_index i)
{
    uint64_t bits;
    memcpy(&bits, (const char *)span->array->buffers[1] + 8 * (span->start + i), sizeof bits);
    return bits;
}

/* Integers of 64 bits that no double holds: beyond 2^53. A double of 2^53 may be 2^53 + 1 rounded,
 * so the integer itself decides. */
static cfi_arrow_fault find_large(const cfi_arrow_span *span, cf_index begin, cf_index n,
                                  const double *x, cf_index *at)
{
    const uint64_t most = (uint64_t)1 << 53;
    bool near = false;
    for (cf_index k = 0; k < n; k++)
        near |= fabs(x[k]) >= 0x1p53; /* not at nulls: they are NaN by now */
    for (cf_index k = 0; near && k < n; k++) {
        if (!(fabs(x[k]) >= 0x1p53))
            continue;
        const uint64_t bits = bits_at(span, begin + k);
        const bool negative = span->type->layout == ARROW_I64 && bits >> 63 != 0;
        *at = k;
        if ((negative ? 0 - bits : bits) > most)
            return ARROW_LARGE_INTEGER;
    }
    return ARROW_FINE;
}

cfi_arrow_fault cfi_arrow_numbers(const cfi_arrow_span *span, cf_index begin, cf_index n,
                                  double *out, cf_index *at)
{
    const cfi_arrow_type *type = span->type;
    const struct ArrowArray *array = span->array;
    if (cfi_arrow_is_text(type))
        return parse_texts(span, begin, n, out, at);
    if (type->layout == ARROW_NULL) {
        for (cf_index k = 0; k < n; k++)
            out[k] = (double)NAN;
        return ARROW_FINE;
    }
    load_numbers(type, array->buffers[1], span->start + begin, n, out);
    const unsigned char *bits = valid_bits(array);
    if (bits && n > 0)
        mark_missing(load_bits(bits, span->start + begin, n), n, out);
    if (type->layout == ARROW_I64 || type->layout == ARROW_U64)
        return find_large(span, begin, n, out, at);
    return ARROW_FINE;
}

size_t cfi_arrow_format(const cfi_arrow_span *span, cf_index i, char out[CFI_NUMBER_SIZE])
{
    if (is_null(span, i))
        return 0;
    const cfi_arrow_type *type = span->type;
    if (type->layout == ARROW_I64)
        return cfi_format_int((int64_t)bits_at(span, i), out);
    if (type->layout == ARROW_U64)
        return (size_t)snprintf(out, CFI_NUMBER_SIZE, "%llu", (unsigned long long)bits_at(span, i));
    double x;
    load_numbers(type, span->array->buffers[1], span->start + i, 1, &x);
    if (type->layout == ARROW_BOOL)
        return (size_t)snprintf(out, CFI_NUMBER_SIZE, "%s", x > 0 ? "True" : "False");
    if (isnan(x))
        return 0;
    /* The digits of the float, not those of the double that it is stored as. */
    const bool single = type->layout == ARROW_HALF || type->dtype == CF_F32;
    if (single && isfinite(x))
        x = cfi_shortest_float((float)x);
    return cfi_format_plain(x + 0.0, out); /* + 0.0: there is one zero */
}
