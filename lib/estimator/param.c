/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Parameters by their rows: defaults, checks, reading and writing of one field. Every way to set a
 * parameter (C calls, the spec language, model files, grids, Python) ends in cfi_param_set.
 */
#include "base/text.h"
#include "estimator/accepts.h"
#include "estimator/instance.h"

#include <string.h>

/* One function serves readers and writers, so it drops const: a caller with a const object only
 * reads. */
void *cfi_param_field(const cf_param *row, const void *object)
{
    return (char *)(uintptr_t)object + row->offset;
}

const cf_param *cfi_param_find(const cf_param *rows, const char *name)
{
    for (const cf_param *row = rows; row && row->name; row++)
        if (strcmp(row->name, name) == 0 || (row->was && strcmp(row->was, name) == 0))
            return row;
    return NULL;
}

/* "[0, inf)" of an alternative that has a range, as written in the row; cut to `size`. */
static void range_text(const cfi_alternative *a, char *out, size_t size)
{
    const char *open = strpbrk(a->word + a->length, "[(");
    const size_t n = open ? strcspn(open, "])") + 1 : 0;
    const size_t kept = n < size ? n : size - 1;
    if (open)
        memcpy(out, open, kept);
    out[kept] = '\0';
}

/* `near` is the alternative whose range the number missed. */
static cf_status fail_range(const char *owner, const cf_param *row, const cf_value *value,
                            const cfi_alternative *near)
{
    char number[CFI_NUMBER_SIZE], range[64];
    if (value->kind == CF_VALUE_INT)
        cfi_format_int(value->as.i, number);
    else
        cfi_format_real(cf_value_number(value), number);
    range_text(near, range, sizeof range);
    return cf_fail(CF_ERR_ARGUMENT, "%s: %s = %s is outside %s", owner, row->name, number, range);
}

/* A text that is none of the words is a bad argument, any other kind a bad type. The message leaves
 * out the bar a choice row begins with. */
static cf_status fail_kind(const char *owner, const cf_param *row, const cf_value *value)
{
    const char *accepts = row->accepts + strspn(row->accepts, " |");
    char *text = NULL;
    if (value->kind != CF_VALUE_MATRIX && cf_value_to_text(value, &text) == CF_ERR_MEMORY)
        return cf_out_of_memory();
    const cf_status status = value->kind == CF_VALUE_TEXT ? CF_ERR_ARGUMENT : CF_ERR_TYPE;
    cf_fail(status, "%s: %s = %.200s (%s) is not accepted; it takes %s", owner, row->name,
            text ? text : "a matrix", cf_value_kind_name(value->kind), accepts);
    cf_text_free(text);
    return status;
}

/* A list of equally long lists of numbers, as a matrix in its place; anything else is left alone.
 * The spec language writes matrices in this way, for it has no other. */
static cf_status promote_matrix(cf_value *value)
{
    const cf_index rows = value->count;
    const cf_index cols =
        rows > 0 && value->as.items[0].kind == CF_VALUE_LIST ? value->as.items[0].count : 0;
    for (cf_index i = 0; i < rows; i++) {
        const cf_value *row = &value->as.items[i];
        if (row->kind != CF_VALUE_LIST || row->count != cols)
            return CF_OK;
        for (cf_index j = 0; j < cols; j++)
            if (row->as.items[j].kind != CF_VALUE_REAL && row->as.items[j].kind != CF_VALUE_INT)
                return CF_OK;
    }
    if (cols == 0)
        return CF_OK;
    cf_value matrix = {.kind = CF_VALUE_MATRIX};
    CF_TRY(CF_ALLOC_ZERO(matrix.as.matrix, 1));
    const cf_status status = cf_matrix_resize(matrix.as.matrix, CF_F64, rows, cols);
    if (status != CF_OK) {
        cf_free(matrix.as.matrix);
        return status;
    }
    double *out = matrix.as.matrix->values;
    for (cf_index i = 0; i < rows; i++)
        for (cf_index j = 0; j < cols; j++)
            out[i * cols + j] = cf_value_number(&value->as.items[i].as.items[j]);
    cf_value_clear(value);
    *value = matrix;
    return CF_OK;
}

cf_status cfi_param_check(const char *owner, const cf_param *row, cf_value *value)
{
    cf_status status = CF_OK;
    const char *cursor = row->accepts;
    /* near: has the value's kind, so its range was missed; promoted: what an int could become */
    cfi_alternative a, near = {0}, promoted = {0};
    bool accepts_number = false, accepts_bool = false, accepts_int = false;
    while (cfi_accepts_next(&cursor, &a, &status)) {
        if (a.kind == CF_VALUE_MATRIX && value->kind == CF_VALUE_LIST)
            CF_TRY(promote_matrix(value));
        if (cfi_alternative_takes(&a, value))
            return CF_OK;
        if (a.what != CFI_ACCEPT_KIND)
            continue;
        accepts_int = accepts_int || a.kind == CF_VALUE_INT;
        accepts_number = accepts_number || a.kind == CF_VALUE_INT || a.kind == CF_VALUE_REAL;
        accepts_bool = accepts_bool || a.kind == CF_VALUE_BOOL;
        if (a.kind == value->kind)
            near = a;
        if (a.kind == CF_VALUE_REAL && value->kind == CF_VALUE_INT)
            promoted = a;
    }
    if (status != CF_OK)
        return status;
    /* 1 and 1.0 may mean different things (max_features): no promotion where ints have a say */
    if (promoted.word && !accepts_int) {
        if (!cfi_alternative_in_range(&promoted, (double)value->as.i))
            return fail_range(owner, row, value, &promoted);
        *value = cf_value_real((double)value->as.i);
        return CF_OK;
    }
    const bool is_bit = value->kind == CF_VALUE_INT && (value->as.i == 0 || value->as.i == 1);
    if (is_bit && accepts_bool && !accepts_number) { /* C's true and false are ints */
        *value = cf_value_bool(value->as.i == 1);
        return CF_OK;
    }
    return near.word ? fail_range(owner, row, value, &near) : fail_kind(owner, row, value);
}

/* Position of a text among a choice row's alternatives; cfi_param_check made sure that it is there.
 */
static int choice_position(const cf_param *row, const char *text)
{
    cf_status status = CF_OK;
    const char *cursor = row->accepts;
    cfi_alternative a;
    const cf_value value = {.kind = CF_VALUE_TEXT, .as.text = (char *)(uintptr_t)text};
    for (int i = 0; cfi_accepts_next(&cursor, &a, &status); i++)
        if (cfi_alternative_takes(&a, &value))
            return i;
    return 0;
}

/* The text of alternative `position` of a choice row. */
static cf_status choice_text(const cf_param *row, int position, cf_value *out)
{
    cf_status status = CF_OK;
    const char *cursor = row->accepts;
    cfi_alternative a;
    for (int i = 0; cfi_accepts_next(&cursor, &a, &status); i++) {
        if (i != position)
            continue;
        cfi_text text = {0};
        cfi_text_add(&text, a.word, a.length);
        char *taken = NULL;
        CF_TRY(cfi_text_take(&text, &taken));
        *out = (cf_value){.kind = CF_VALUE_TEXT, .as.text = taken};
        return CF_OK;
    }
    return cf_fail(CF_ERR_INTERNAL, "%s has no alternative %d", row->name, position);
}

/* Anything but a text is None. The old text goes when the new one is there. */
static cf_status set_text(char **field, const cf_value *value)
{
    char *copy = NULL;
    if (value->kind == CF_VALUE_TEXT) {
        copy = cf_text_copy(value->as.text);
        if (!copy)
            return cf_out_of_memory();
    }
    cf_free(*field);
    *field = copy;
    return CF_OK;
}

/* Stores a checked value in the row's field. A VALUE row takes the content over and leaves `value`
 * None; all others copy or share, and the caller clears. */
static cf_status store(const cf_param *row, void *field, cf_value *value)
{
    switch (row->type) {
    case CF_PARAM_REAL:
        *(double *)field = value->as.r;
        return CF_OK;
    case CF_PARAM_INT:
        *(int64_t *)field = value->as.i;
        return CF_OK;
    case CF_PARAM_BOOL:
        *(bool *)field = value->as.b;
        return CF_OK;
    case CF_PARAM_CHOICE:
        *(int *)field = choice_position(row, value->as.text);
        return CF_OK;
    case CF_PARAM_TEXT:
        return set_text(field, value);
    case CF_PARAM_VALUE:
        cf_value_clear(field);
        *(cf_value *)field = *value;
        *value = (cf_value){0};
        return CF_OK;
    case CF_PARAM_ESTIMATOR:
        cf_estimator_free(*(cf_estimator **)field);
        *(cf_estimator **)field =
            value->kind == CF_VALUE_ESTIMATOR ? cf_estimator_share(value->as.estimator) : NULL;
        return CF_OK;
    case CF_PARAM_STEPS:
        break;
    }
    return cf_fail(CF_ERR_TYPE, "%s is set step by step", row->name);
}

/*
 * A list of (name, estimator[, columns]) as steps; estimators are shared, not cloned. `out` changes
 * only when all are sound.
 */
static cf_status steps_from_value(const char *owner, const cf_param *row, const cf_value *value,
                                  cf_steps *out)
{
    cf_steps steps = {0};
    cf_status status = CF_OK;
    if (value->kind != CF_VALUE_LIST)
        return fail_kind(owner, row, value);
    CF_GO(CF_ALLOC_ZERO(steps.items, value->count));
    for (cf_index i = 0; i < value->count; i++) {
        const cf_value *item = &value->as.items[i];
        cf_step *step = &steps.items[i];
        const bool pair = (item->kind == CF_VALUE_TUPLE || item->kind == CF_VALUE_LIST) &&
                          item->count >= 2 && item->count <= 3 &&
                          item->as.items[0].kind == CF_VALUE_TEXT;
        const cf_value *what = pair ? &item->as.items[1] : NULL;
        if (!pair || (what->kind != CF_VALUE_ESTIMATOR && !cf_value_is_text(what, "drop") &&
                      !cf_value_is_text(what, "passthrough"))) {
            status = cf_fail(CF_ERR_TYPE, "%s: %s[%lld] is not (name, estimator[, columns])", owner,
                             row->name, (long long)i);
            goto cleanup;
        }
        /* before it is filled: cleanup then releases what the step has got */
        steps.count = i + 1;
        CF_GO((step->name = cf_text_copy(item->as.items[0].as.text)) ? CF_OK : cf_out_of_memory());
        step->drop = cf_value_is_text(what, "drop");
        if (what->kind == CF_VALUE_ESTIMATOR)
            step->estimator = cf_estimator_share(what->as.estimator);
        if (item->count == 3)
            CF_GO(cf_value_copy(&item->as.items[2], &step->columns));
    }
    bool repeated;
    const cf_index bad = cfi_steps_bad_name(&steps, &repeated);
    if (bad >= 0)
        CF_GO(cf_fail(CF_ERR_ARGUMENT,
                      repeated ? "%s: two items of %s are called '%s'"
                               : "%s: a name in %s is empty or holds \"__\": '%s'",
                      owner, row->name, steps.items[bad].name));
    cfi_steps_clear(out);
    *out = steps;
    return CF_OK;
cleanup:
    cfi_steps_clear(&steps);
    return status;
}

/* All is checked on a copy, so that a refused value leaves the field as it was. */
cf_status cfi_param_set(const char *owner, const cf_param *row, void *object, const cf_value *value)
{
    void *field = cfi_param_field(row, object);
    if (row->type == CF_PARAM_STEPS)
        return steps_from_value(owner, row, value, field);
    cf_value copy = {0};
    cf_status status = CF_OK;
    /* the caller's estimator itself becomes the parameter; cf_value_copy would clone it */
    if (value->kind == CF_VALUE_ESTIMATOR)
        copy = (cf_value){.kind = CF_VALUE_ESTIMATOR,
                          .as.estimator = cf_estimator_share(value->as.estimator)};
    else
        CF_GO(cf_value_copy(value, &copy));
    CF_GO(cfi_param_check(owner, row, &copy));
    CF_GO(store(row, field, &copy));
cleanup:
    cf_value_clear(&copy);
    return status;
}

/* One step as (name, estimator | passthrough | drop[, columns]). */
static cf_status step_value(const cf_step *step, cf_value *out)
{
    const bool has_columns = step->columns.kind != CF_VALUE_NONE;
    CF_TRY(cf_value_items(out, CF_VALUE_TUPLE, has_columns ? 3 : 2));
    CF_TRY(cf_value_text(&out->as.items[0], step->name));
    if (step->estimator) {
        out->as.items[1].kind = CF_VALUE_ESTIMATOR;
        out->as.items[1].as.estimator = cf_estimator_share(step->estimator);
    } else {
        CF_TRY(cf_value_text(&out->as.items[1], step->drop ? "drop" : "passthrough"));
    }
    return has_columns ? cf_value_copy(&step->columns, &out->as.items[2]) : CF_OK;
}

/* `out` is None before; on failure it holds a part, which cfi_param_get clears. What is empty stays
 * None. */
static cf_status get_into(const cf_param *row, const void *field, cf_value *out)
{
    switch (row->type) {
    case CF_PARAM_REAL:
        *out = cf_value_real(*(const double *)field);
        return CF_OK;
    case CF_PARAM_INT:
        *out = cf_value_int(*(const int64_t *)field);
        return CF_OK;
    case CF_PARAM_BOOL:
        *out = cf_value_bool(*(const bool *)field);
        return CF_OK;
    case CF_PARAM_CHOICE:
        return choice_text(row, *(const int *)field, out);
    case CF_PARAM_TEXT:
        return *(char *const *)field ? cf_value_text(out, *(char *const *)field) : CF_OK;
    case CF_PARAM_VALUE:
        return cf_value_copy(field, out);
    case CF_PARAM_ESTIMATOR:
        if (*(cf_estimator *const *)field)
            *out = (cf_value){.kind = CF_VALUE_ESTIMATOR,
                              .as.estimator = cf_estimator_share(*(cf_estimator *const *)field)};
        return CF_OK;
    case CF_PARAM_STEPS:
        break;
    }
    const cf_steps *steps = field;
    CF_TRY(cf_value_items(out, CF_VALUE_LIST, steps->count));
    for (cf_index i = 0; i < steps->count; i++)
        CF_TRY(step_value(&steps->items[i], &out->as.items[i]));
    return CF_OK;
}

cf_status cfi_param_get(const cf_param *row, const void *object, cf_value *out)
{
    cf_value made = {0};
    const cf_status status = get_into(row, cfi_param_field(row, object), &made);
    if (status != CF_OK) {
        cf_value_clear(&made);
        return status;
    }
    cf_value_clear(out);
    *out = made;
    return CF_OK;
}

bool cfi_param_is_default(const cf_param *row, const void *object, cf_status *status)
{
    cf_value now = {0}, literal = {0};
    bool same = false;
    *status = cfi_param_get(row, object, &now);
    if (*status == CF_OK)
        *status = cf_value_parse(&literal, row->literal);
    /* the literal may be "1", the field is always a real */
    if (*status == CF_OK && row->type == CF_PARAM_REAL && literal.kind == CF_VALUE_INT)
        literal = cf_value_real((double)literal.as.i);
    if (*status == CF_OK)
        same = cf_value_equal(&now, &literal);
    cf_value_clear(&now);
    cf_value_clear(&literal);
    return same;
}

/* Defaults go through the checks of every other value: registering a class tries them once. */
cf_status cfi_params_default(const char *owner, const cf_param *rows, void *object)
{
    for (const cf_param *row = rows; row && row->name; row++) {
        cf_value value = {0};
        cf_status status = cf_value_parse(&value, row->literal);
        if (status == CF_OK)
            status = cfi_param_set(owner, row, object, &value);
        cf_value_clear(&value);
        CF_TRY(status);
    }
    return CF_OK;
}

void cfi_params_free(const cf_param *rows, void *object)
{
    for (const cf_param *row = rows; row && row->name; row++) {
        void *field = cfi_param_field(row, object);
        if (row->type == CF_PARAM_TEXT) {
            cf_free(*(char **)field);
            *(char **)field = NULL;
        } else if (row->type == CF_PARAM_VALUE) {
            cf_value_clear(field);
        } else if (row->type == CF_PARAM_ESTIMATOR) {
            cf_estimator_free(*(cf_estimator **)field);
            *(cf_estimator **)field = NULL;
        } else if (row->type == CF_PARAM_STEPS) {
            cfi_steps_clear(field);
        }
    }
}

/* The rows once more, on copies since a check may promote; then what only the class can say, of
 * several parameters at once. Steps and estimators have no ranges: their class looks at them. */
cf_status cfi_check_params(const cf_estimator *e)
{
    for (const cf_param *row = e->cls->params; row && row->name; row++) {
        if (row->type == CF_PARAM_STEPS || row->type == CF_PARAM_ESTIMATOR)
            continue;
        cf_value value = {0};
        cf_status status = cfi_param_get(row, e, &value);
        if (status == CF_OK)
            status = cfi_param_check(e->cls->name, row, &value);
        cf_value_clear(&value);
        CF_TRY(status);
    }
    return e->cls->check_params ? e->cls->check_params(e) : CF_OK;
}
