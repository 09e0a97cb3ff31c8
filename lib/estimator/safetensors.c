/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads and writes the safetensors layout with an integrity digest. Nothing of a file is believed:
 * the digest is compared first, then every length, type, shape and offset is checked before it is
 * used.
 */
#include "estimator/safetensors.h"

#include "base/text.h"
#include "estimator/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* ALIGN is that of cf_alloc: a tensor read is as good as memory of our own. */
enum { ALIGN = 64, LENGTH_BYTES = 8, DIGEST_DIGITS = 32 };
/* Bounds of what a file may claim without having the bytes for it. */
enum { MOST_TENSORS = 1 << 20, MOST_EMPTY_ROWS = 1 << 24 };

/* What the header begins with, byte for byte: so the digest has a fixed place and can be checked
 * before any JSON is parsed. */
static const char opening[] = "{\"__metadata__\":{\"xxh3\":\"";

/* Where the digest stands in a file. */
enum { DIGEST_AT = LENGTH_BYTES + sizeof opening - 1 };

/* Beyond it a header is refused unread: parsing takes many times its size. */
static const size_t most_header = (size_t)100 << 20;

/* The format's names, by cf_dtype. */
static const char *const dtype_names[] = {
    [CF_F64] = "F64", [CF_F32] = "F32", [CF_I32] = "I32", [CF_I64] = "I64",
    [CF_I8] = "I8",   [CF_U8] = "U8",   [CF_U16] = "U16", [CF_U32] = "U32",
};

void cfi_tensors_clear(cfi_tensors *t)
{
    for (cf_index i = 0; i < t->count; i++)
        cf_free(t->items[i].name);
    cf_free(t->items);
    cf_free(t->model);
    cfi_buffer_free(t->buffer);
    *t = (cfi_tensors){0};
}

/* A new tensor with a copy of the name, all else zero. *out is good until the next append moves the
 * array. */
static cf_status append(cfi_tensors *t, const char *name, cfi_tensor **out)
{
    if (t->count == t->capacity) {
        const cf_index wanted = t->capacity ? 2 * t->capacity : 16;
        cfi_tensor *items = cf_grow(t->items, t->count, wanted, sizeof *items);
        if (!items)
            return cf_out_of_memory();
        t->items = items;
        t->capacity = wanted;
    }
    char *copy = cf_text_copy(name);
    if (!copy)
        return cf_out_of_memory();
    *out = &t->items[t->count++];
    **out = (cfi_tensor){.name = copy};
    return CF_OK;
}

/* Bytes of a shape; false on overflow or a negative extent. */
static bool shape_bytes(cf_dtype dtype, int dims, const cf_index *shape, size_t *out)
{
    cf_index cells = 1;
    for (int k = 0; k < dims; k++)
        if (shape[k] < 0 || __builtin_mul_overflow(cells, shape[k], &cells))
            return false;
    *out = 0;
    return cfi_size_add(out, cells, cf_dtype_size(dtype)) && *out <= PTRDIFF_MAX;
}

cf_status cfi_tensors_add(cfi_tensors *t, const char *name, cf_dtype dtype, int dims,
                          const cf_index *shape, const void *data)
{
    size_t bytes;
    cfi_tensor *tensor = NULL;
    if (!shape_bytes(dtype, dims, shape, &bytes) || t->count >= MOST_TENSORS)
        return cf_fail(CF_ERR_LIMIT, "the model is too large to be saved");
    CF_TRY(append(t, name, &tensor));
    tensor->dtype = dtype;
    tensor->dims = dims;
    for (int k = 0; k < dims; k++)
        tensor->shape[k] = shape[k];
    tensor->data = data;
    tensor->bytes = bytes;
    return CF_OK;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const cfi_tensor *)a)->name, ((const cfi_tensor *)b)->name);
}

cf_status cfi_tensors_take(cfi_tensors *t, const char *name, cfi_tensor **out)
{
    cf_index low = 0, high = t->count; /* sorted by name after reading */
    while (low < high) {
        const cf_index middle = (low + high) / 2;
        if (strcmp(t->items[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == t->count || strcmp(t->items[low].name, name) != 0)
        return cf_fail(CF_ERR_FORMAT, "the model file has no tensor '%.200s'", name);
    *out = &t->items[low];
    (*out)->taken = true;
    return CF_OK;
}

/* ---- the digest ---- */

/* Digest of the file as 32 lower-case digits; its own digits count as zeros and are put back. For
 * that the bytes are written to: they must be nobody else's. */
static void digest_of(char *bytes, size_t size, char out[DIGEST_DIGITS + 1])
{
    char own[DIGEST_DIGITS];
    memcpy(own, bytes + DIGEST_AT, DIGEST_DIGITS);
    memset(bytes + DIGEST_AT, '0', DIGEST_DIGITS);
    const XXH128_hash_t h = XXH3_128bits(bytes, size);
    memcpy(bytes + DIGEST_AT, own, DIGEST_DIGITS);
    snprintf(out, DIGEST_DIGITS + 1, "%016" PRIx64 "%016" PRIx64, (uint64_t)h.high64,
             (uint64_t)h.low64);
}

/* ---- writing ---- */

/* Bytes from here to the next multiple of ALIGN. */
static size_t padding(size_t bytes)
{
    return (ALIGN - bytes % ALIGN) % ALIGN;
}

/* ,"name":{"dtype":...,"shape":[...],"data_offsets":[begin,end]}: offsets count from the end of the
 * header. */
static void put_tensor(cfi_text *text, const char *name, const char *dtype, int dims,
                       const cf_index *shape, size_t begin, size_t end)
{
    cfi_text_put(text, ",");
    cfi_text_json(text, name);
    cfi_text_format(text, ":{\"dtype\":\"%s\",\"shape\":[", dtype);
    for (int k = 0; k < dims; k++)
        cfi_text_format(text, "%s%lld", k > 0 ? "," : "", (long long)shape[k]);
    cfi_text_format(text, "],\"data_offsets\":[%zu,%zu]}", begin, end);
}

/*
 * The header without its length; *data becomes the size of the data. The format knows no holes
 * between tensors, so each gap is a tensor of its own with a name of its own. The digest is filled
 * in at the end.
 */
static void put_header(const cfi_tensors *t, cfi_text *text, size_t *data)
{
    size_t at = 0;
    int pads = 0;
    cfi_text_put(text, opening);
    cfi_text_put(text, "00000000000000000000000000000000\",\"format\":\"1\",\"cofit\":");
    cfi_text_json(text, cf_version());
    cfi_text_put(text, ",\"model\":");
    cfi_text_json(text, t->model);
    cfi_text_put(text, "}");
    for (cf_index i = 0; i < t->count; i++) {
        const cfi_tensor *tensor = &t->items[i];
        put_tensor(text, tensor->name, dtype_names[tensor->dtype], tensor->dims, tensor->shape, at,
                   at + tensor->bytes);
        at += tensor->bytes;
        const size_t pad = padding(at);
        if (pad > 0) {
            char name[32];
            const cf_index shape = (cf_index)pad;
            snprintf(name, sizeof name, "~pad%d", pads++);
            put_tensor(text, name, "U8", 1, &shape, at, at + pad);
            at += pad;
        }
    }
    cfi_text_put(text, "}");
    /* without memory the length stands still: the loop would have no end */
    while ((text->length + LENGTH_BYTES) % ALIGN != 0 && !text->failed)
        cfi_text_put(text, " ");
    *data = at;
}

/* Little-endian on every machine. */
static void put_length(char *bytes, uint64_t length)
{
    for (int k = 0; k < LENGTH_BYTES; k++)
        bytes[k] = (char)(unsigned char)(length >> (8 * k));
}

cf_status cfi_tensors_write(const cfi_tensors *t, char **bytes, size_t *size)
{
    cfi_text text = {0};
    size_t data = 0;
    put_header(t, &text, &data);
    const size_t header = text.length, total = LENGTH_BYTES + header + data;
    char *json = NULL, *out = NULL;
    /* first: of a text that failed the length means nothing */
    CF_TRY(cfi_text_take(&text, &json));
    out =
        header <= most_header && data < PTRDIFF_MAX / 2 ? cf_alloc_zero((cf_index)total, 1) : NULL;
    if (!out) {
        cf_free(json);
        return cf_out_of_memory();
    }
    put_length(out, header);
    memcpy(out + LENGTH_BYTES, json, header);
    cf_free(json);
    char *at = out + LENGTH_BYTES + header;
    for (cf_index i = 0; i < t->count; i++) {
        const size_t n = t->items[i].bytes;
        if (n > 0)
            memcpy(at, t->items[i].data, n);
        at += n + padding(n);
    }
    char digits[DIGEST_DIGITS + 1];
    digest_of(out, total, digits);
    memcpy(out + DIGEST_AT, digits, DIGEST_DIGITS);
    *bytes = out;
    *size = total;
    return CF_OK;
}

/* ---- reading ---- */

static cf_status malformed(const char *what)
{
    return cf_fail(CF_ERR_FORMAT, "not a sound model file: %s", what);
}

/* Length, opening and digest, in this order: each is what the next one may rely on. *header = bytes
 * of the JSON. After it damage is ruled out, malice is not: a digest can be computed by anybody. */
static cf_status read_frame(char *bytes, size_t size, size_t *header)
{
    if (size < DIGEST_AT + DIGEST_DIGITS + 2)
        return malformed("it is too short");
    uint64_t length = 0;
    for (int k = 0; k < LENGTH_BYTES; k++)
        length |= (uint64_t)(unsigned char)bytes[k] << (8 * k);
    if (length > most_header || length > size - LENGTH_BYTES ||
        (length + LENGTH_BYTES) % ALIGN != 0 || length < DIGEST_AT + DIGEST_DIGITS)
        return malformed("the length of its header is wrong");
    if (memcmp(bytes + LENGTH_BYTES, opening, sizeof opening - 1) != 0)
        return malformed("its header does not begin with a digest");
    char digits[DIGEST_DIGITS + 1];
    digest_of(bytes, size, digits);
    if (memcmp(bytes + DIGEST_AT, digits, DIGEST_DIGITS) != 0)
        return malformed("its digest does not fit its content: it was damaged or cut");
    *header = (size_t)length;
    return CF_OK;
}

/* False for a dtype that the library does not have. */
static bool read_dtype(const json_t *json, cf_dtype *out)
{
    const char *name = json_string_value(json);
    for (size_t k = 0; name && k < sizeof dtype_names / sizeof dtype_names[0]; k++)
        if (strcmp(dtype_names[k], name) == 0) {
            *out = (cf_dtype)k;
            return true;
        }
    return false;
}

/* Nothing but a file's word bounds the extents of an empty tensor, and loops run over them. One
 * with data is bounded by the size of the file. */
static bool is_small(int dims, const cf_index *shape)
{
    return dims < 2 || (shape[0] <= MOST_EMPTY_ROWS && shape[1] <= INT32_MAX);
}

/*
 * Fills one tensor from its description; it must begin at *at, which moves to its end and never
 * beyond data_size. False when anything is not as it must be; jansson answers NULL or 0 for what is
 * not there.
 */
static bool read_tensor(const json_t *json, const char *data, size_t data_size, size_t *at,
                        cfi_tensor *out)
{
    const json_t *shape = json_object_get(json, "shape");
    const json_t *offsets = json_object_get(json, "data_offsets");
    size_t bytes;
    if (json_object_size(json) != 3 || !read_dtype(json_object_get(json, "dtype"), &out->dtype) ||
        !json_is_array(shape) || json_array_size(shape) > 2 || json_array_size(offsets) != 2)
        return false;
    out->dims = (int)json_array_size(shape);
    for (int k = 0; k < out->dims; k++) {
        const json_t *extent = json_array_get(shape, (size_t)k);
        if (!json_is_integer(extent))
            return false;
        out->shape[k] = json_integer_value(extent);
    }
    const json_t *begin = json_array_get(offsets, 0), *end = json_array_get(offsets, 1);
    if (!shape_bytes(out->dtype, out->dims, out->shape, &bytes) || !json_is_integer(begin) ||
        !json_is_integer(end) || json_integer_value(begin) != (json_int_t)*at ||
        bytes > data_size - *at || json_integer_value(end) != (json_int_t)(*at + bytes))
        return false;
    if (bytes == 0 && !is_small(out->dims, out->shape))
        return false;
    out->data = data + *at;
    out->bytes = bytes;
    *at += bytes;
    return true;
}

/* jansson walks an object in the order of the file, so offsets can only follow each other: no
 * holes, no overlaps, no bytes beside the tensors. Pads are checked and dropped. */
static cf_status read_tensors(const json_t *root, const char *data, size_t data_size,
                              cfi_tensors *t)
{
    const char *name;
    json_t *json;
    size_t at = 0;
    if (json_object_size(root) > MOST_TENSORS)
        return malformed("it has too many tensors");
    json_object_foreach((json_t *)(uintptr_t)root, name, json)
    {
        cfi_tensor *tensor = NULL, pad = {0};
        if (strcmp(name, "__metadata__") == 0)
            continue;
        const bool is_pad = strncmp(name, "~pad", 4) == 0;
        if (!is_pad)
            CF_TRY(append(t, name, &tensor));
        if (!is_pad && at % ALIGN != 0)
            return malformed("a tensor is not aligned");
        if (!read_tensor(json, data, data_size, &at, is_pad ? &pad : tensor))
            return cf_fail(CF_ERR_FORMAT, "not a sound model file: tensor '%.100s' is malformed",
                           name);
    }
    if (at != data_size)
        return malformed("its tensors do not fill it");
    /* for cfi_tensors_take; names are distinct, since the reader of JSON refuses a repeated one */
    if (t->count > 0)
        qsort(t->items, (size_t)t->count, sizeof *t->items, compare_names);
    return CF_OK;
}

/* A format other than 1 is told as such: the file may come from a later library. */
static cf_status read_metadata(const json_t *root, cfi_tensors *t)
{
    const json_t *meta = json_object_get(root, "__metadata__");
    const char *format = json_string_value(json_object_get(meta, "format"));
    const char *model = json_string_value(json_object_get(meta, "model"));
    if (!format || !model)
        return malformed("its metadata lack format or model");
    if (strcmp(format, "1") != 0)
        return cf_fail(CF_ERR_FORMAT,
                       "the model file has format %.20s; this version reads format 1", format);
    t->model = cf_text_copy(model);
    return t->model ? CF_OK : cf_out_of_memory();
}

cf_status cfi_tensors_read(cf_buffer *buffer, size_t size, cfi_tensors *out)
{
    cfi_tensors t = {.buffer = buffer};
    char *bytes = buffer->data;
    json_t *root = NULL;
    json_error_t error;
    size_t header = 0;
    cf_status status = CF_OK;
    CF_GO(read_frame(bytes, size, &header));
    root = cfi_json_read(bytes + LENGTH_BYTES, header, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(root))
        CF_GO(malformed("its header is not JSON"));
    CF_GO(read_metadata(root, &t));
    CF_GO(read_tensors(root, bytes + LENGTH_BYTES + header, size - LENGTH_BYTES - header, &t));
    *out = t;
    t = (cfi_tensors){0};
cleanup:
    json_decref(root);
    cfi_tensors_clear(&t);
    return status;
}
