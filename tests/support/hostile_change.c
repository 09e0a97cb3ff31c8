/* SPDX-License-Identifier: BSD-3-Clause */
#include "estimator/safetensors.h"
#include "support/hostile.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

/* Where the format has the digest: behind the length and the opening. */
enum { LENGTH = 8, DIGITS = 32, DIGEST_AT = LENGTH + sizeof "{\"__metadata__\":{\"xxh3\":\"" - 1 };

void hostile_seal(void *bytes, size_t size)
{
    char digits[DIGITS + 1], *at = (char *)bytes + DIGEST_AT;
    if (size < DIGEST_AT + DIGITS)
        return;
    memset(at, '0', DIGITS);
    const XXH128_hash_t h = XXH3_128bits(bytes, size);
    snprintf(digits, sizeof digits, "%016" PRIx64 "%016" PRIx64, (uint64_t)h.high64,
             (uint64_t)h.low64);
    memcpy(at, digits, DIGITS);
}

static int64_t below(cf_random *r, int64_t n)
{
    return n > 0 ? cf_random_int(r, 0, n) : 0;
}

/* ---- the description ---- */

static const int64_t hostile_ints[] = {0,   1,   -1,        2,         3,         7,
                                       255, 256, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
static const char *const hostile_texts[] = {
    "",    "nan", "inf",   "-1",   "1e308", "None",        "dense",   "csr",
    "csc", "x",   "scale", "text", "-inf",  "categorical", "numeric", "0.5"};

/* A node by its parent; places are counted depth first. */
typedef struct place {
    json_t *parent, *node;
    const char *key; /* of an object */
    size_t index;    /* of an array */
} place;

/* Counts nodes below `parent` and finds the one with number `wanted`. */
static void find_place(json_t *parent, int64_t wanted, int64_t *count, place *out)
{
    const char *key;
    json_t *child;
    size_t i;
    if (json_is_array(parent))
        json_array_foreach(parent, i, child)
        {
            if ((*count)++ == wanted)
                *out = (place){parent, child, NULL, i};
            find_place(child, wanted, count, out);
        }
    else
        json_object_foreach(parent, key, child)
        {
            if ((*count)++ == wanted)
                *out = (place){parent, child, key, 0};
            find_place(child, wanted, count, out);
        }
}

static place any_place(cf_random *r, json_t *root)
{
    int64_t count = 0;
    place p = {0};
    find_place(root, -1, &count, &p);
    const int64_t wanted = below(r, count);
    count = 0;
    find_place(root, wanted, &count, &p);
    return p;
}

/* Takes over `node`. */
static void put(const place *p, json_t *node)
{
    if (p->key)
        json_object_set_new(p->parent, p->key, node);
    else
        json_array_set_new(p->parent, p->index, node);
}

static void drop(const place *p)
{
    if (p->key)
        json_object_del(p->parent, p->key);
    else
        json_array_remove(p->parent, p->index);
}

/* Another value of the same kind, or NULL. */
static json_t *other_value(cf_random *r, const json_t *node)
{
    const int64_t n_ints = sizeof hostile_ints / sizeof *hostile_ints;
    const int64_t n_texts = sizeof hostile_texts / sizeof *hostile_texts;
    if (json_is_boolean(node))
        return json_boolean(!json_is_true(node));
    if (json_is_integer(node)) {
        const uint64_t near = (uint64_t)json_integer_value(node) + (uint64_t)below(r, 3) - 1;
        return json_integer(below(r, 2) ? hostile_ints[below(r, n_ints)] : (int64_t)near);
    }
    if (json_is_string(node) && below(r, 3) == 0)
        return json_string(cf_class_at(below(r, cf_class_count()))->name);
    return json_is_string(node) ? json_string(hostile_texts[below(r, n_texts)]) : NULL;
}

static void change_node(cf_random *r, json_t *root)
{
    const place p = any_place(r, root);
    json_t *made = p.node ? other_value(r, p.node) : NULL;
    if (!p.node)
        return;
    if (made && below(r, 4) > 0) {
        put(&p, made);
        return;
    }
    json_decref(made);
    if (below(r, 2)) {
        drop(&p);
        return;
    }
    const place from = any_place(r, root);
    put(&p, json_deep_copy(from.node));
}

/* ---- tensors ---- */

/* What a number becomes, as the bits of every width. */
static void overwrite(cf_random *r, cfi_tensor *t)
{
    static const double reals[] = {0,      -1,  1,           1e308,           -1e308,
                                   1e-320, 0.5, (double)NAN, (double)INFINITY};
    const size_t width = cf_dtype_size(t->dtype);
    char bits[8] = {0};
    if (t->bytes < width)
        return;
    if (t->dtype == CF_F64 || t->dtype == CF_F32) {
        const double x = reals[below(r, sizeof reals / sizeof *reals)];
        const float single = (float)x;
        memcpy(bits, t->dtype == CF_F64 ? (const void *)&x : (const void *)&single, width);
    } else {
        const int64_t x = hostile_ints[below(r, sizeof hostile_ints / sizeof *hostile_ints)];
        memcpy(bits, &x, width); /* little-endian */
    }
    const size_t at = (size_t)below(r, (int64_t)(t->bytes / width)) * width;
    memcpy((char *)(uintptr_t)t->data + at, bits, width);
}

/* The same bytes in another form. */
static void reshape(cf_random *r, cfi_tensor *t)
{
    const cf_index cells = (cf_index)(t->bytes / cf_dtype_size(t->dtype));
    const cf_index forms[4][2] = {
        {t->shape[1], t->shape[0]}, {cells, 1}, {1, cells}, {0, below(r, 2) ? INT64_MAX : 1 << 20}};
    const int form = (int)below(r, t->bytes == 0 ? 4 : 3);
    t->dims = (int)below(r, 3) == 0 ? (t->dims + 1) % 3 : t->dims;
    t->shape[0] = t->dims == 1 ? cells : forms[form][0];
    t->shape[1] = forms[form][1];
}

static void retype(cf_random *r, cfi_tensor *t)
{
    const cf_dtype wanted = (cf_dtype)below(r, CF_U32 + 1);
    cf_index *last = &t->shape[t->dims > 0 ? t->dims - 1 : 0];
    if (t->bytes > 0)
        *last = *last * (cf_index)cf_dtype_size(t->dtype) / (cf_index)cf_dtype_size(wanted);
    t->dtype = wanted;
}

/* Bytes of the shape as it stands; false when the tensor has not as many. */
static bool fits(cfi_tensor *t)
{
    size_t bytes = cf_dtype_size(t->dtype);
    for (int k = 0; k < t->dims; k++)
        if (t->shape[k] < 0 || __builtin_mul_overflow(bytes, (size_t)t->shape[k], &bytes))
            return false;
    if (bytes > t->bytes)
        return false;
    t->bytes = bytes;
    return true;
}

static void change_tensor(cf_random *r, cfi_tensors *t)
{
    if (t->count == 0)
        return;
    cfi_tensor *a = &t->items[below(r, t->count)], *b = &t->items[below(r, t->count)];
    const cfi_tensor before = *a;
    switch (below(r, 7)) {
    case 0:
        reshape(r, a);
        break;
    case 1:
        retype(r, a);
        break;
    case 2: /* the content of another */
        *a = *b;
        a->name = before.name;
        break;
    case 3: /* shorter */
        if (a->dims > 0)
            a->shape[below(r, a->dims)] -= 1 + below(r, 2);
        break;
    case 4: { /* under the name of another */
        char *name = a->name;
        a->name = b->name;
        b->name = name;
        break;
    }
    default:
        overwrite(r, a);
    }
    if (!fits(a)) {
        char *name = a->name;
        *a = before;
        a->name = name;
    }
}

/* ---- all ---- */

/* Bytes of the header, its length included, become others. */
static void change_bytes(cf_random *r, const void *bytes, size_t size, void **out, size_t *out_size)
{
    unsigned char *copy = cf_alloc((cf_index)size + 1, 1);
    memcpy(copy, bytes, size);
    const int64_t n = 1 + below(r, 4), header = copy[0] | copy[size > 1] << 8;
    for (int64_t k = 0; k < n && size > 0; k++) {
        const int64_t within =
            header + LENGTH < (int64_t)size && below(r, 8) ? header + LENGTH : (int64_t)size;
        const int64_t at = below(r, within);
        copy[at] =
            (unsigned char)(below(r, 2) ? "0123456789-\",:[]{}efE"[below(r, 21)] : below(r, 256));
    }
    hostile_seal(copy, size);
    *out = copy;
    *out_size = size;
}

static bool change_model(cf_random *r, cfi_tensors *t, char **out, size_t *out_size)
{
    json_t *tree = json_loads(t->model, 0, NULL);
    const int64_t n = 1 + below(r, 3);
    for (int64_t k = 0; k < n; k++) {
        if (tree && below(r, 2))
            change_node(r, tree);
        else
            change_tensor(r, t);
    }
    char *text = json_dumps(tree, JSON_COMPACT);
    if (text) {
        cf_free(t->model);
        t->model = cf_text_copy(text);
    }
    json_free_t release;
    json_get_alloc_funcs(NULL, &release);
    release(text);
    json_decref(tree);
    return cfi_tensors_write(t, out, out_size) == CF_OK;
}

void hostile_change(cf_random *r, const void *bytes, size_t size, void **out, size_t *out_size)
{
    cfi_tensors t = {0};
    cf_buffer *buffer = cfi_buffer_new(size);
    char *made = NULL;
    if (size > 0)
        memcpy(buffer->data, bytes, size);
    hostile_seal(buffer->data, size);
    if (below(r, 5) == 0) {
        cfi_buffer_free(buffer);
    } else if (cfi_tensors_read(buffer, size, &t) == CF_OK &&
               change_model(r, &t, &made, out_size)) {
        *out = made;
        cfi_tensors_clear(&t);
        return;
    }
    cfi_tensors_clear(&t);
    change_bytes(r, bytes, size, out, out_size);
}
