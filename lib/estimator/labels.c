/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Labels are numbers of any dtype, or codes into a dictionary of texts. A hash table over their
 * bits finds the distinct ones in one pass over y; only those are sorted.
 */
#include "estimator/labels.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The bits that identify a label: the integer itself, else those of the number as a double. */
static int64_t label_key(const cf_matrix *y, cf_index i, cf_index t)
{
    const cf_index at = i * y->row_stride + t * y->col_stride;
    switch (y->dtype) {
    case CF_I64:
        return ((const int64_t *)y->values)[at];
    case CF_I32:
        return ((const int32_t *)y->values)[at];
    case CF_I8:
        return ((const int8_t *)y->values)[at];
    case CF_U8:
        return ((const uint8_t *)y->values)[at];
    case CF_U16:
        return ((const uint16_t *)y->values)[at];
    case CF_U32:
        return ((const uint32_t *)y->values)[at];
    case CF_F64:
    case CF_F32:
        break;
    }
    /* adding 0 turns -0 into 0, which is the same label */
    const double value = cf_matrix_get(y, i, t) + 0.0;
    int64_t key;
    memcpy(&key, &value, sizeof key);
    return key;
}

static bool is_integer_dtype(cf_dtype dtype)
{
    return dtype != CF_F64 && dtype != CF_F32;
}

/* 64-bit finaliser of MurmurHash3: every bit of the key reaches the low ones. */
static uint64_t hash(int64_t key)
{
    uint64_t h = (uint64_t)key;
    h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdULL;
    h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53ULL;
    return h ^ (h >> 33);
}

/* The slot that holds the key, or the empty one where it belongs. The search walks on from a taken
 * slot and ends since the table is never full. */
static cf_index find_slot(const cfi_labels *l, int64_t key)
{
    cf_index s = (cf_index)(hash(key) & (uint64_t)(l->slots - 1));
    while (l->codes[s] >= 0 && l->keys[s] != key)
        s = (s + 1) & (l->slots - 1);
    return s;
}

/* An empty table in place of the old one; `slots` is a power of two, for find_slot masks with it.
 * The keys of empty slots are undefined: codes tell which are taken. */
static cf_status make_table(cfi_labels *l, cf_index slots)
{
    cf_free(l->keys);
    cf_free(l->codes);
    l->keys = NULL;
    l->codes = NULL;
    l->slots = slots;
    CF_TRY(CF_ALLOC(l->keys, slots));
    CF_TRY(CF_ALLOC(l->codes, slots));
    for (cf_index s = 0; s < slots; s++)
        l->codes[s] = -1;
    return CF_OK;
}

void cfi_labels_clear(cfi_labels *l)
{
    cf_matrix_clear(&l->values);
    cf_free(l->keys);
    cf_free(l->codes);
    *l = (cfi_labels){0};
}

/* First rows of the distinct labels, in order of appearance; a growing array. */
typedef struct seen_rows {
    cf_index count, capacity;
    cf_index *rows;
} seen_rows;

/* On failure the old array stays, for the caller to release. */
static cf_status add_row(seen_rows *seen, cf_index row)
{
    if (seen->count == seen->capacity) {
        const cf_index wanted = seen->capacity ? 2 * seen->capacity : 64;
        cf_index *rows = cf_grow(seen->rows, seen->count, wanted, sizeof *rows);
        if (!rows)
            return cf_out_of_memory();
        seen->rows = rows;
        seen->capacity = wanted;
    }
    seen->rows[seen->count++] = row;
    return CF_OK;
}

/* Twice the slots. The keys are read from y again: the first row of each label is known. */
static cf_status grow_table(cfi_labels *l, const cf_matrix *y, cf_index t, const seen_rows *seen)
{
    CF_TRY(make_table(l, 2 * l->slots));
    for (cf_index k = 0; k < seen->count; k++) {
        const int64_t key = label_key(y, seen->rows[k], t);
        const cf_index s = find_slot(l, key);
        l->keys[s] = key;
        l->codes[s] = (int32_t)k;
    }
    return CF_OK;
}

/* `seen` gets the first row of each label, the table the place of the label in `seen`: a code in
 * order of appearance, which cfi_labels_find replaces. */
static cf_status collect(const char *owner, const cf_matrix *y, cf_index t, const double *weights,
                         cfi_labels *l, seen_rows *seen)
{
    const bool floats = !is_integer_dtype(y->dtype);
    int64_t last = 0;
    bool any = false;
    for (cf_index i = 0; i < y->rows; i++) {
        if (weights && weights[i] == 0)
            continue;
        const int64_t key = label_key(y, i, t);
        if (any && key == last) /* y is often sorted: runs need no look at the table */
            continue;
        if (floats && isnan(cf_matrix_get(y, i, t)))
            return cf_fail(CF_ERR_DATA, "%s: y contains NaN (a missing label) at row %lld", owner,
                           (long long)i);
        last = key;
        any = true;
        const cf_index s = find_slot(l, key);
        if (l->codes[s] >= 0)
            continue;
        if (seen->count >= INT32_MAX / 4)
            return cf_fail(CF_ERR_LIMIT, "%s: y has too many classes", owner);
        l->keys[s] = key;
        l->codes[s] = (int32_t)seen->count;
        CF_TRY(add_row(seen, i));
        /* At most half full: the search in find_slot ends at an empty slot, and soon. */
        if (2 * seen->count > l->slots)
            CF_TRY(grow_table(l, y, t, seen));
    }
    return CF_OK;
}

/* A label on its way to its sorted place. */
typedef struct ranked {
    double number;    /* of a real dtype, else 0 */
    int64_t integer;  /* of an integer dtype, else 0 */
    const char *text; /* borrowed from y's dictionary; NULL = a number */
    cf_index row;     /* where the label stands first */
} ranked;

/* Texts by their bytes, else integers, else reals: what does not apply is the same in all labels of
 * a column. Integers are not compared as doubles, to which neighbours beyond 2^53 are equal. */
static int compare(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->text && y->text)
        return strcmp(x->text, y->text);
    if (x->integer != y->integer)
        return x->integer < y->integer ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* NULL for a code outside the dictionary. */
static const char *label_text(const cf_matrix *y, cf_index i, cf_index t)
{
    const double code = cf_matrix_get(y, i, t);
    /* a missing one, in a row without weight, is no number to convert */
    return code >= 0 && code < 1e15 ? cf_schema_text(y->schema, t, (cf_index)code) : NULL;
}

/* order = the (seen->count) labels, ascending. A code without a text and an infinity are refused,
 * with their row. */
static cf_status rank_labels(const char *owner, const cf_matrix *y, cf_index t,
                             const seen_rows *seen, ranked *order)
{
    const bool texts = cf_schema_kind(y->schema, t) != CF_NUMERIC;
    for (cf_index k = 0; k < seen->count; k++) {
        const cf_index row = seen->rows[k];
        order[k] = (ranked){.row = row};
        if (is_integer_dtype(y->dtype))
            order[k].integer = label_key(y, row, t);
        else
            order[k].number = cf_matrix_get(y, row, t);
        if (texts && !(order[k].text = label_text(y, row, t)))
            return cf_fail(CF_ERR_DATA, "%s: y holds a code outside its dictionary at row %lld",
                           owner, (long long)row);
        if (!texts && isinf(order[k].number))
            return cf_fail(CF_ERR_DATA, "%s: y contains infinity at row %lld", owner,
                           (long long)row);
    }
    qsort(order, (size_t)seen->count, sizeof *order, compare);
    return CF_OK;
}

/* values = the sorted labels in y's dtype, or 0..k-1 with a dictionary of texts. */
static cf_status store_values(const cf_matrix *y, cf_index t, const ranked *order, cf_index count,
                              cf_matrix *out)
{
    const bool texts = count > 0 && order[0].text;
    CF_TRY(cf_matrix_resize(out, texts ? CF_F64 : y->dtype, count, 1));
    const size_t size = cf_dtype_size(y->dtype);
    for (cf_index k = 0; k < count; k++) {
        if (texts)
            ((double *)out->values)[k] = (double)k;
        else
            /* as bytes: a double cannot hold every 64-bit integer */
            memcpy((char *)out->values + (size_t)k * size,
                   (const char *)y->values +
                       (order[k].row * y->row_stride + t * y->col_stride) * (cf_index)size,
                   size);
    }
    if (!texts)
        return CF_OK;
    cf_schema *schema = NULL;
    const char **list = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(list, count));
    for (cf_index k = 0; k < count; k++)
        list[k] = order[k].text;
    CF_GO(cf_schema_new(&schema, 1));
    CF_GO(cf_schema_set_dictionary(schema, 0, CF_CATEGORICAL, list, count));
    if (cf_schema_name(y->schema, t))
        CF_GO(cf_schema_set_name(schema, 0, cf_schema_name(y->schema, t)));
    cfi_matrix_set_schema(out, schema);
cleanup:
    cf_free(list);
    cf_schema_free(schema);
    return status;
}

cf_status cfi_labels_find(const char *owner, const cf_matrix *y, cf_index t, const double *weights,
                          cfi_labels *out)
{
    cfi_labels l = {0};
    seen_rows seen = {0};
    ranked *order = NULL;
    cf_status status = CF_OK;
    CF_GO(make_table(&l, 256));
    CF_GO(collect(owner, y, t, weights, &l, &seen));
    CF_GO(CF_ALLOC(order, seen.count));
    CF_GO(rank_labels(owner, y, t, &seen, order));
    CF_GO(store_values(y, t, order, seen.count, &l.values));
    /* the codes become places in the sorted order */
    for (cf_index k = 0; k < seen.count; k++)
        l.codes[find_slot(&l, label_key(y, order[k].row, t))] = (int32_t)k;
    cfi_labels_clear(out);
    *out = l;
    l = (cfi_labels){0};
cleanup:
    cfi_labels_clear(&l);
    cf_free(seen.rows);
    cf_free(order);
    return status;
}

cf_status cfi_labels_from_classes(const cf_matrix *classes, cfi_labels *out)
{
    return cfi_labels_find("classes", classes, 0, NULL, out);
}

/* The code of row i's label, or -1. Texts of another dictionary are matched by text; a text is
 * never a number's label, nor a number a text's. */
static int32_t code_of(const cfi_labels *l, const cf_matrix *y, cf_index i, cf_index t)
{
    if (cf_schema_kind(y->schema, t) != CF_NUMERIC) {
        const char *text = label_text(y, i, t);
        return text ? (int32_t)cf_schema_code(l->values.schema, 0, text) : -1;
    }
    if (l->values.schema || l->slots == 0)
        return -1;
    if (y->dtype == l->values.dtype)
        return l->codes[find_slot(l, label_key(y, i, t))];
    const double value = cf_matrix_get(y, i, t); /* of another dtype: compared as numbers */
    for (cf_index k = 0; k < l->values.rows; k++)
        if (cf_matrix_get(&l->values, k, 0) == value)
            return (int32_t)k;
    return -1;
}

static cf_status fail_unknown(const char *owner, const cf_matrix *y, cf_index i, cf_index t)
{
    char number[CFI_NUMBER_SIZE];
    const char *text = cf_schema_kind(y->schema, t) != CF_NUMERIC ? label_text(y, i, t) : NULL;
    if (!text) {
        cfi_format_real(cf_matrix_get(y, i, t), number);
        text = number;
    }
    return cf_fail(CF_ERR_DATA,
                   "%s: y holds the label %.100s at row %lld, which is not a known class", owner,
                   text, (long long)i);
}

cf_status cfi_labels_encode(const char *owner, const cfi_labels *l, const cf_matrix *y, cf_index t,
                            const double *weights, int32_t *out, cf_index stride)
{
    for (cf_index i = 0; i < y->rows; i++) {
        int32_t code = code_of(l, y, i, t);
        if (code < 0 && weights && weights[i] == 0)
            code = 0; /* its class was not learned; with that weight any code does */
        if (code < 0)
            return fail_unknown(owner, y, i, t);
        out[i * stride] = code;
    }
    return CF_OK;
}

/* True when a key of a class_weight map names the label. 64-bit integers are compared as they are,
 * all else as doubles. */
static bool names_label(const cf_value *key, const cf_matrix *classes, cf_index k)
{
    const char *text = cf_schema_text(classes->schema, 0, k);
    if (text)
        return cf_value_is_text(key, text);
    if (key->kind == CF_VALUE_INT && classes->dtype == CF_I64)
        return key->as.i == ((const int64_t *)classes->values)[k];
    return cf_value_number(key) == cf_matrix_get(classes, k, 0);
}

/* scikit-learn's rule: keys may name no label of this y as long as every label has one. */
static cf_status fail_left_out(const char *owner, const cf_matrix *classes, cf_index k)
{
    char number[CFI_NUMBER_SIZE];
    const char *text = cf_schema_text(classes->schema, 0, k);
    if (!text) {
        cfi_format_real(cf_matrix_get(classes, k, 0), number);
        text = number;
    }
    return cf_fail(CF_ERR_ARGUMENT,
                   "%s: class_weight leaves out the class %.100s, and a key of it is no class of y",
                   owner, text);
}

/* Labels the map leaves out keep 1. */
static cf_status factors_from_map(const char *owner, const cf_value *map, const cf_matrix *classes,
                                  double *factors)
{
    const double left_out = -1;
    cf_index unnamed = -1, named = 0;
    for (cf_index k = 0; k < classes->rows; k++)
        factors[k] = left_out;
    for (cf_index i = 0; i < map->count; i++) {
        const cf_value *key = &map->as.items[2 * i], *value = key + 1;
        const double factor = cf_value_number(value);
        if (!(factor >= 0) || isinf(factor))
            return cf_fail(CF_ERR_ARGUMENT,
                           "%s: class_weight holds a weight that is not in [0, inf)", owner);
        for (cf_index k = 0; k < classes->rows; k++)
            if (names_label(key, classes, k))
                factors[k] = factor;
    }
    for (cf_index k = classes->rows - 1; k >= 0; k--) {
        named += factors[k] != left_out;
        if (factors[k] == left_out) {
            factors[k] = 1;
            unnamed = k;
        }
    }
    if (unnamed >= 0 && named != map->count)
        return fail_left_out(owner, classes, unnamed);
    return CF_OK;
}

cf_status cfi_class_factors(const char *owner, const cf_value *class_weight,
                            const cf_matrix *classes, const int32_t *codes, cf_index stride,
                            cf_index n, const double *weights, double *factors)
{
    if (class_weight->kind == CF_VALUE_MAP)
        return factors_from_map(owner, class_weight, classes, factors);
    if (!cf_value_is_text(class_weight, "balanced"))
        return cf_fail(CF_ERR_ARGUMENT, "%s: class_weight is balanced, None or a map from labels",
                       owner);
    const cf_index k = classes->rows;
    double total = 0;
    memset(factors, 0, (size_t)k * sizeof *factors);
    for (cf_index i = 0; i < n; i++) {
        const double w = weights ? weights[i] : 1.0;
        factors[codes[i * stride]] += w;
        total += w;
    }
    /* n / (k n_c) in weights; a class without weight keeps 1 and nothing is divided by 0 */
    for (cf_index c = 0; c < k; c++)
        factors[c] = factors[c] > 0 ? total / ((double)k * factors[c]) : 1.0;
    return CF_OK;
}
