/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The header of a .npy file is a Python dictionary as text. It is read token by token against the
 * one form NumPy writes (any order of keys), never evaluated; sizes are checked before use.
 */
#include "base/memory.h"
#include "base/text.h"
#include "io/npy.h"

#include <stdio.h>
#include <string.h>

enum { HEADER_MOST = 64 << 10, PREFIX = 8 };

static const char magic[] = "\x93NUMPY";

/* The text of the dictionary being read. */
typedef struct cursor {
    const char *name; /* of the file */
    const char *p, *end;
} cursor;

static void skip_blank(cursor *c)
{
    while (c->p < c->end && (*c->p == ' ' || *c->p == '\n' || *c->p == '\t'))
        c->p++;
}

/* Steps over blanks and the wanted character, if it comes next. */
static bool take(cursor *c, char wanted)
{
    skip_blank(c);
    if (c->p == c->end || *c->p != wanted)
        return false;
    c->p++;
    return true;
}

/* Shows the first 20 bytes of what was not understood. */
static cf_status fail_header(const cursor *c)
{
    const size_t left = (size_t)(c->end - c->p);
    return cf_fail(CF_ERR_FORMAT, "%s: the header is malformed at '%.*s'", c->name,
                   (int)(left < 20 ? left : 20), c->p);
}

/* A quoted text without escapes, at most n - 1 bytes. */
static cf_status read_string(cursor *c, char *out, size_t n)
{
    skip_blank(c);
    const char quote = c->p < c->end ? *c->p : '\0';
    if (quote != '\'' && quote != '"')
        return fail_header(c);
    const char *close = memchr(c->p + 1, quote, (size_t)(c->end - c->p - 1));
    const size_t length = close ? (size_t)(close - c->p - 1) : n;
    if (length >= n)
        return fail_header(c);
    memcpy(out, c->p + 1, length);
    out[length] = '\0';
    c->p = close + 1;
    return CF_OK;
}

static cf_status read_bool(cursor *c, bool *out)
{
    skip_blank(c);
    const size_t left = (size_t)(c->end - c->p);
    *out = left >= 4 && memcmp(c->p, "True", 4) == 0;
    if (!*out && (left < 5 || memcmp(c->p, "False", 5) != 0))
        return fail_header(c);
    c->p += *out ? 4 : 5;
    return CF_OK;
}

/* "(3, 4)", "(3,)", "()". */
static cf_status read_shape(cursor *c, cfi_npy_header *h)
{
    if (!take(c, '('))
        return fail_header(c);
    while (!take(c, ')')) {
        const char *start = c->p;
        while (c->p < c->end && *c->p >= '0' && *c->p <= '9')
            c->p++;
        int64_t n;
        if (!cfi_parse_int(start, (size_t)(c->p - start), &n))
            return fail_header(c);
        if (h->ndim == 2)
            return cf_fail(CF_ERR_UNSUPPORTED, "%s: the array has more than 2 dimensions", c->name);
        h->shape[h->ndim++] = n;
        if (c->p < c->end && *c->p == 'L') /* Python 2 */
            c->p++;
        if (!take(c, ',') && (c->p == c->end || *c->p != ')'))
            return fail_header(c);
    }
    return CF_OK;
}

/* "<f8" and its kin. */
static cf_status read_descr(cursor *c, cfi_npy_header *h)
{
    static const struct {
        char letter;
        cfi_npy_kind kind;
        const char *sizes;
    } kinds[] = {
        {'b', NPY_BOOL, "1"},    {'i', NPY_INT, "1248"}, {'u', NPY_UINT, "1248"},
        {'f', NPY_FLOAT, "248"}, {'S', NPY_BYTES, NULL}, {'U', NPY_UCS4, NULL},
    };
    char descr[32];
    skip_blank(c);
    if (c->p < c->end && *c->p == '[')
        return cf_fail(CF_ERR_UNSUPPORTED, "%s: the array holds structures, not numbers", c->name);
    CF_TRY(read_string(c, descr, sizeof descr));
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        int64_t size;
        if (descr[0] == '\0' || descr[1] != kinds[k].letter ||
            !cfi_parse_int(descr + 2, strlen(descr + 2), &size) || size < 0 || size > 1 << 20)
            continue;
        if (kinds[k].sizes && (descr[3] != '\0' || !strchr(kinds[k].sizes, descr[2])))
            break;
        const bool little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
        if (!strchr("<>|=", descr[0]))
            break;
        h->kind = kinds[k].kind;
        h->size = (size_t)size * (h->kind == NPY_UCS4 ? 4 : 1);
        h->swapped = descr[0] == (little ? '>' : '<') && size > 1;
        return CF_OK;
    }
    return cf_fail(CF_ERR_UNSUPPORTED, "%s: the array's type is '%s', which is not supported",
                   c->name, descr);
}

/* One "key: value" of the dictionary; `seen` has a bit for each key. */
static cf_status read_item(cursor *c, cfi_npy_header *h, unsigned *seen)
{
    static const char *const keys[] = {"descr", "fortran_order", "shape"};
    char key[16];
    CF_TRY(read_string(c, key, sizeof key));
    unsigned k = 0;
    while (k < 3 && strcmp(key, keys[k]) != 0)
        k++;
    if (k == 3 || (*seen & 1u << k) != 0 || !take(c, ':'))
        return fail_header(c);
    *seen |= 1u << k;
    return k == 0 ? read_descr(c, h) : k == 1 ? read_bool(c, &h->fortran) : read_shape(c, h);
}

/* All three keys once, nothing behind the closing brace. A comma may follow the last item. */
static cf_status read_dictionary(cursor *c, cfi_npy_header *h)
{
    unsigned seen = 0;
    if (!take(c, '{'))
        return fail_header(c);
    while (!take(c, '}')) {
        CF_TRY(read_item(c, h, &seen));
        skip_blank(c);
        if (!take(c, ',') && (c->p == c->end || *c->p != '}'))
            return fail_header(c);
    }
    skip_blank(c);
    return seen == 7 && c->p == c->end ? CF_OK : fail_header(c);
}

/* The length of the header text and where it begins. */
static cf_status read_prefix(const char *name, const char *data, size_t size, size_t *start,
                             size_t *length)
{
    if (size < PREFIX + 2 || memcmp(data, magic, 6) != 0)
        return cf_fail(CF_ERR_FORMAT, "%s: this is no .npy file", name);
    const unsigned char *p = (const unsigned char *)data;
    const unsigned major = p[6];
    if (major < 1 || major > 3 || p[7] != 0)
        return cf_fail(CF_ERR_UNSUPPORTED, "%s: .npy version %u.%u is not known", name, major,
                       p[7]);
    *start = major == 1 ? 10 : 12;
    *length = (size_t)p[8] | (size_t)p[9] << 8;
    if (major > 1 && size >= 12)
        *length |= (size_t)p[10] << 16 | (size_t)p[11] << 24;
    if (size < *start || *length > size - *start || *length > HEADER_MOST)
        return cf_fail(CF_ERR_FORMAT, "%s: a header of %zu bytes in a file of %zu", name, *length,
                       size);
    return CF_OK;
}

cf_status cfi_npy_read_header(const char *name, const char *data, size_t size, cfi_npy_header *out)
{
    cfi_npy_header h = {0};
    size_t start = 0, length = 0;
    CF_TRY(read_prefix(name, data, size, &start, &length));
    h.offset = start + length;
    cursor c = {name, data + start, data + start + length};
    CF_TRY(read_dictionary(&c, &h));
    size_t bytes = 0;
    cf_index count = 1;
    for (int k = 0; k < h.ndim; k++)
        if (__builtin_mul_overflow(count, h.shape[k], &count))
            return cf_fail(CF_ERR_FORMAT, "%s: the shape is too large", name);
    /* Exactly: a file that goes on behind the array is as suspicious as one that is cut. */
    if (!cfi_size_add(&bytes, count, h.size) || bytes != size - h.offset)
        return cf_fail(CF_ERR_FORMAT,
                       "%s: %lld elements of %zu bytes are told, %zu bytes follow the header", name,
                       (long long)count, h.size, size - h.offset);
    *out = h;
    return CF_OK;
}

size_t cfi_npy_write_header(const char *descr, const cf_index *shape, int ndim,
                            char out[CFI_NPY_HEADER_SIZE])
{
    char dims[64] = "";
    if (ndim == 1)
        snprintf(dims, sizeof dims, "%lld,", (long long)shape[0]);
    else if (ndim == 2)
        snprintf(dims, sizeof dims, "%lld, %lld", (long long)shape[0], (long long)shape[1]);
    memset(out, ' ', CFI_NPY_HEADER_SIZE);
    memcpy(out, magic, 6);
    out[6] = 1;
    out[7] = 0;
    /* The length of the text, two bytes little-endian; padded with blanks, ended by a line feed. */
    out[8] = CFI_NPY_HEADER_SIZE - 10;
    out[9] = 0;
    const int used =
        snprintf(out + 10, CFI_NPY_HEADER_SIZE - 10,
                 "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, dims);
    out[10 + used] = ' ';
    out[CFI_NPY_HEADER_SIZE - 1] = '\n';
    return CFI_NPY_HEADER_SIZE;
}
