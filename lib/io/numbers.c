/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Numbers as the writers put them: the shortest text that reads back, whole ones without a point;
 * and half precision.
 */
#include "base/text.h"
#include "io/io.h"
#include "matrix/matrix.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Exponent and fraction are moved, 127 - 15 = 112 being the difference of the biases; subnormals
 * are scaled by 2^-24, infinity and NaN keep all ones. */
float cfi_half_to_float(uint16_t half)
{
    const uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
    const uint32_t exponent = half >> 10 & 0x1F, fraction = half & 0x3FF;
    uint32_t bits;
    float value;
    if (exponent == 0) {
        value = (float)fraction * 0x1p-24f;
        return sign != 0 ? -value : value;
    }
    bits = sign | (exponent == 31 ? 0xFFu : exponent + 112) << 23 | fraction << 13;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* 9 digits tell every float apart, so the float itself is the last resort and reads
 * back as well. */
double cfi_shortest_float(float value)
{
    for (int digits = 6; digits < 9; digits++) {
        char text[CFI_NUMBER_SIZE];
        const int n = snprintf(text, sizeof text, "%.*e", digits - 1, (double)value);
        text[1 + (text[0] == '-')] = '.'; /* the locale may have another point */
        double near;
        if (n > 0 && cfi_parse_real(text, (size_t)n, &near) && (float)near == value)
            return near;
    }
    return (double)value;
}

size_t cfi_format_plain(double value, char *out)
{
    const size_t n = cfi_format_real(value, out);
    return n > 2 && out[n - 1] == '0' && out[n - 2] == '.' ? n - 2 : n;
}

void cfi_put_real(cfi_writer *w, double value)
{
    char *room = cfi_writer_room(w, CFI_NUMBER_SIZE);
    cfi_writer_took(w, cfi_format_plain(value, room));
}

void cfi_put_int(cfi_writer *w, int64_t value)
{
    char *room = cfi_writer_room(w, CFI_NUMBER_SIZE);
    cfi_writer_took(w, cfi_format_int(value, room));
}

void cfi_put_stored(cfi_writer *w, const cf_matrix *M, cf_index at)
{
    if (M->dtype == CF_I64)
        cfi_put_int(w, ((const int64_t *)M->values)[at]);
    else if (M->dtype == CF_F32 && isfinite(((const float *)M->values)[at]))
        cfi_put_real(w, cfi_shortest_float(((const float *)M->values)[at]));
    else
        cfi_put_real(w, cfi_element(M->values, M->dtype, at));
}

/* A sparse element may not be stored: then it is 0. */
void cfi_put_element(cfi_writer *w, const cf_matrix *M, cf_index i, cf_index j)
{
    if (cf_matrix_is_sparse(M))
        cfi_put_real(w, cf_matrix_get(M, i, j));
    else
        cfi_put_stored(w, M, i * M->row_stride + j * M->col_stride);
}

cf_status cfi_check_numeric(const char *path, const cf_matrix *X)
{
    for (cf_index j = 0; X->schema && j < X->cols; j++)
        if (cf_schema_kind(X->schema, j) != CF_NUMERIC)
            return cf_fail(CF_ERR_TYPE,
                           "%s: column %lld holds text; of the formats only CSV can hold it", path,
                           (long long)j);
    return CF_OK;
}
