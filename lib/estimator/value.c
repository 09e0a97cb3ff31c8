/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Values: copies, comparison, look-up. Recursion goes as deep as a value is nested: specs and model
 * files stop at CFI_MAX_DEPTH, nothing bounds what a program builds. Every setter makes the new
 * content before it clears `out`, which may own what it is made from.
 */
#include "base/text.h"
#include "estimator/instance.h"

#include <math.h>
#include <string.h>

const char *cf_value_kind_name(cf_value_kind kind)
{
    switch (kind) {
#define ITEM(name, text)                                                                           \
    case CF_VALUE_##name:                                                                          \
        return text;
        CF_VALUE_KIND_LIST(ITEM)
#undef ITEM
    }
    return "?";
}

/* Items the value holds: pairs count twice. */
static cf_index item_count(const cf_value *value)
{
    return value->kind == CF_VALUE_MAP ? 2 * value->count : value->count;
}

/* Kinds whose content is an array of values. */
static bool has_items(const cf_value *value)
{
    return value->kind == CF_VALUE_LIST || value->kind == CF_VALUE_TUPLE ||
           value->kind == CF_VALUE_MAP;
}

/* A function is shared by the copies of its value; the last one calls `free`. */
static void free_function(cf_function *function)
{
    if (__atomic_sub_fetch(&function->references, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    if (function->free)
        function->free(function->ctx);
    cf_free(function);
}

void cf_value_clear(cf_value *value)
{
    if (!value)
        return;
    if (value->kind == CF_VALUE_TEXT) {
        cf_free(value->as.text);
    } else if (value->kind == CF_VALUE_MATRIX) {
        cf_matrix_clear(value->as.matrix);
        cf_free(value->as.matrix);
    } else if (value->kind == CF_VALUE_ESTIMATOR) {
        cf_estimator_free(value->as.estimator);
    } else if (value->kind == CF_VALUE_FUNCTION) {
        free_function(value->as.function);
    } else if (has_items(value)) {
        for (cf_index i = 0; i < item_count(value); i++)
            cf_value_clear(&value->as.items[i]);
        cf_free(value->as.items);
    }
    *value = (cf_value){0};
}

cf_value cf_value_bool(bool b)
{
    return (cf_value){.kind = CF_VALUE_BOOL, .as.b = b};
}

cf_value cf_value_int(int64_t i)
{
    return (cf_value){.kind = CF_VALUE_INT, .as.i = i};
}

cf_value cf_value_real(double r)
{
    return (cf_value){.kind = CF_VALUE_REAL, .as.r = r};
}

cf_status cf_value_text(cf_value *out, const char *text)
{
    char *copy = cf_text_copy(text);
    if (!copy)
        return cf_out_of_memory();
    cf_value_clear(out);
    *out = (cf_value){.kind = CF_VALUE_TEXT, .as.text = copy};
    return CF_OK;
}

cf_status cf_value_items(cf_value *out, cf_value_kind kind, cf_index count)
{
    if (kind != CF_VALUE_LIST && kind != CF_VALUE_TUPLE && kind != CF_VALUE_MAP)
        return cf_fail(CF_ERR_TYPE, "a %s has no items", cf_value_kind_name(kind));
    /* no honest list is longer, and twice the count of a map cannot overflow */
    if (count < 0 || count > INT32_MAX)
        return cf_fail(CF_ERR_LIMIT, "a %s cannot have %lld items", cf_value_kind_name(kind),
                       (long long)count);
    cf_value made = {.kind = kind, .count = count};
    CF_TRY(CF_ALLOC_ZERO(made.as.items, item_count(&made)));
    cf_value_clear(out);
    *out = made;
    return CF_OK;
}

cf_status cf_value_matrix(cf_value *out, const cf_matrix *X)
{
    cf_matrix *copy = cf_alloc_zero(1, sizeof *copy);
    if (!copy)
        return cf_out_of_memory();
    const cf_status status = cf_matrix_copy(X, copy);
    if (status != CF_OK) {
        cf_free(copy);
        return status;
    }
    cf_value_clear(out);
    *out = (cf_value){.kind = CF_VALUE_MATRIX, .as.matrix = copy};
    return CF_OK;
}

/* Copies the items one by one; `out` holds what was copied so far, so that it can be cleared. */
static cf_status copy_items(const cf_value *value, cf_value *out)
{
    CF_TRY(cf_value_items(out, value->kind, value->count));
    for (cf_index i = 0; i < item_count(value); i++)
        CF_TRY(cf_value_copy(&value->as.items[i], &out->as.items[i]));
    return CF_OK;
}

/* `out` is None before. Estimators are cloned and come unfitted, functions are shared. */
static cf_status copy_into(const cf_value *value, cf_value *out)
{
    switch (value->kind) {
    case CF_VALUE_TEXT:
        return cf_value_text(out, value->as.text);
    case CF_VALUE_MATRIX:
        return cf_value_matrix(out, value->as.matrix);
    case CF_VALUE_LIST:
    case CF_VALUE_TUPLE:
    case CF_VALUE_MAP:
        return copy_items(value, out);
    case CF_VALUE_ESTIMATOR:
        CF_TRY(cf_clone(&out->as.estimator, value->as.estimator));
        out->kind = CF_VALUE_ESTIMATOR;
        return CF_OK;
    case CF_VALUE_FUNCTION:
        __atomic_add_fetch(&value->as.function->references, 1, __ATOMIC_RELAXED);
        *out = *value;
        return CF_OK;
    case CF_VALUE_NONE:
    case CF_VALUE_BOOL:
    case CF_VALUE_INT:
    case CF_VALUE_REAL:
        *out = *value;
        return CF_OK;
    }
    return cf_fail(CF_ERR_TYPE, "a value of kind %d", (int)value->kind);
}

cf_status cf_value_copy(const cf_value *value, cf_value *out)
{
    cf_value made = {0};
    const cf_status status = copy_into(value, &made);
    if (status != CF_OK) {
        cf_value_clear(&made);
        return status;
    }
    cf_value_clear(out);
    *out = made;
    return CF_OK;
}

/* NaN equals NaN: two parameters that are both NaN are the same parameter. */
static bool equal_reals(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* By shape, dtype and elements, whether dense or sparse. */
static bool equal_matrices(const cf_matrix *a, const cf_matrix *b)
{
    if (a->rows != b->rows || a->cols != b->cols || a->dtype != b->dtype)
        return false;
    for (cf_index i = 0; i < a->rows; i++)
        for (cf_index j = 0; j < a->cols; j++)
            if (!equal_reals(cf_matrix_get(a, i, j), cf_matrix_get(b, i, j)))
                return false;
    return true;
}

/* By what they print, which is every parameter that is not a default. Without memory for the texts
 * they count as different. */
static bool equal_estimators(const cf_estimator *a, const cf_estimator *b)
{
    if (a == b)
        return true;
    char *text_a = NULL, *text_b = NULL;
    const bool equal = cf_to_text(a, &text_a) == CF_OK && cf_to_text(b, &text_b) == CF_OK &&
                       strcmp(text_a, text_b) == 0;
    cf_text_free(text_a);
    cf_text_free(text_b);
    return equal;
}

/* In order: maps with the same pairs in another order differ. */
static bool equal_items(const cf_value *a, const cf_value *b)
{
    if (a->count != b->count)
        return false;
    for (cf_index i = 0; i < item_count(a); i++)
        if (!cf_value_equal(&a->as.items[i], &b->as.items[i]))
            return false;
    return true;
}

bool cf_value_equal(const cf_value *a, const cf_value *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case CF_VALUE_NONE:
        return true;
    case CF_VALUE_BOOL:
        return a->as.b == b->as.b;
    case CF_VALUE_INT:
        return a->as.i == b->as.i;
    case CF_VALUE_REAL:
        return equal_reals(a->as.r, b->as.r);
    case CF_VALUE_TEXT:
        return strcmp(a->as.text, b->as.text) == 0;
    case CF_VALUE_LIST:
    case CF_VALUE_TUPLE:
    case CF_VALUE_MAP:
        return equal_items(a, b);
    case CF_VALUE_MATRIX:
        return equal_matrices(a->as.matrix, b->as.matrix);
    case CF_VALUE_ESTIMATOR:
        return equal_estimators(a->as.estimator, b->as.estimator);
    case CF_VALUE_FUNCTION:
        return a->as.function == b->as.function;
    }
    return false;
}

const cf_value *cf_value_find(const cf_value *map, const char *key)
{
    if (!map || map->kind != CF_VALUE_MAP)
        return NULL;
    for (cf_index i = 0; i < map->count; i++)
        if (cf_value_is_text(&map->as.items[2 * i], key))
            return &map->as.items[2 * i + 1];
    return NULL;
}

/* Integers beyond 2^53 are rounded. */
double cf_value_number(const cf_value *value)
{
    if (value->kind == CF_VALUE_REAL)
        return value->as.r;
    if (value->kind == CF_VALUE_INT)
        return (double)value->as.i;
    return value->kind == CF_VALUE_BOOL ? (double)value->as.b : (double)NAN;
}

bool cf_value_is_text(const cf_value *value, const char *text)
{
    return value->kind == CF_VALUE_TEXT && strcmp(value->as.text, text) == 0;
}

/* For parameters such as "None | int": None becomes what the class means by it. */
int64_t cf_value_int_or(const cf_value *value, int64_t otherwise)
{
    return value->kind == CF_VALUE_INT ? value->as.i : otherwise;
}
