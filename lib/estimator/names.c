/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Parameters by name. "svc__C" walks into the step or estimator parameter `svc`; "svc" alone is the
 * step. Unknown names are answered with the nearest known one.
 */
#include "estimator/spec.h"

#include <string.h>

/* Where a name leads: an estimator's row, or a step of its steps row. */
typedef struct target {
    cf_estimator *e;     /* the one that has the row or the step */
    const cf_param *row; /* NULL for a step */
    cf_step *step;       /* not NULL: the step itself */
} target;

/* The step of that name in any steps row of e, borrowed; NULL when there is none. */
static cf_step *find_step(const cf_estimator *e, const char *name, size_t length)
{
    for (const cf_param *row = e->cls->params; row && row->name; row++) {
        if (row->type != CF_PARAM_STEPS)
            continue;
        const cf_steps *steps = cfi_param_field(row, e);
        for (cf_index i = 0; i < steps->count;
             i++) /* a spec being read has steps without a name yet */
            if (steps->items[i].name && strlen(steps->items[i].name) == length &&
                memcmp(steps->items[i].name, name, length) == 0)
                return &steps->items[i];
    }
    return NULL;
}

/* What "name__" leads into: a step, an estimator row, or a value that is an estimator. NULL when
 * there is none such, and for a step without estimator. */
static cf_estimator *find_child(const cf_estimator *e, const char *name, size_t length)
{
    const cf_step *step = find_step(e, name, length);
    if (step)
        return step->estimator;
    for (const cf_param *row = e->cls->params; row && row->name; row++) {
        if (strlen(row->name) != length || memcmp(row->name, name, length) != 0)
            continue;
        if (row->type == CF_PARAM_ESTIMATOR)
            return *(cf_estimator *const *)cfi_param_field(row, e);
        const cf_value *value = cfi_param_field(row, e);
        if (row->type == CF_PARAM_VALUE && value->kind == CF_VALUE_ESTIMATOR)
            return value->as.estimator;
    }
    return NULL;
}

/* How many names an error message looks at for its suggestion. */
enum { MOST_NAMES = 256 };

static cf_status unknown_name(const cf_estimator *e, const char *name)
{
    const char *names[MOST_NAMES];
    cf_index count = 0;
    for (const cf_param *row = e->cls->params; row && row->name && count < MOST_NAMES; row++) {
        names[count++] = row->name;
        const cf_steps *steps = row->type == CF_PARAM_STEPS ? cfi_param_field(row, e) : NULL;
        for (cf_index i = 0; steps && i < steps->count && count < MOST_NAMES; i++)
            if (steps->items[i].name)
                names[count++] = steps->items[i].name;
    }
    const char *near = cfi_nearest(name, names, count);
    if (near)
        return cf_fail(CF_ERR_NAME, "%s has no parameter '%.100s'; did you mean '%s'?",
                       e->cls->name, name, near);
    return cf_fail(CF_ERR_NAME, "%s has no parameter '%.100s'", e->cls->name, name);
}

/* Finds the row or step of "a__b__C". A whole name is tried before its first "__" splits it. */
static cf_status resolve(const cf_estimator *e, const char *name, target *out)
{
    for (int depth = 0; depth < CFI_MAX_DEPTH; depth++) {
        const cf_param *row = cfi_param_find(e->cls->params, name);
        cf_step *step = row ? NULL : find_step(e, name, strlen(name));
        if (row || step) {
            *out = (target){(cf_estimator *)(uintptr_t)e, row, step};
            return CF_OK;
        }
        const char *bar = strstr(name, "__");
        const cf_estimator *child = bar ? find_child(e, name, (size_t)(bar - name)) : NULL;
        if (!child)
            return unknown_name(e, name);
        e = child;
        name = bar + 2;
    }
    return cf_fail(CF_ERR_LIMIT, "'%.100s' is nested deeper than %d levels", name, CFI_MAX_DEPTH);
}

/* Replaces what a step holds. `value` has a reference of its own, so the old estimator may be the
 * new one. */
static cf_status set_step(const cf_estimator *e, cf_step *step, const cf_value *value)
{
    const bool drop = cf_value_is_text(value, "drop");
    if (value->kind != CF_VALUE_ESTIMATOR && !drop && !cf_value_is_text(value, "passthrough"))
        return cf_fail(CF_ERR_TYPE, "%s: step '%s' is an estimator, passthrough or drop",
                       e->cls->name, step->name);
    cf_estimator_free(step->estimator);
    step->estimator =
        value->kind == CF_VALUE_ESTIMATOR ? cf_estimator_share(value->as.estimator) : NULL;
    step->drop = drop;
    return CF_OK;
}

static bool holds(const cf_estimator *inner, const cf_estimator *e, int depth);

/* The same for what is in a value. */
static bool value_holds(const cf_value *value, const cf_estimator *e, int depth)
{
    if (value->kind == CF_VALUE_ESTIMATOR)
        return holds(value->as.estimator, e, depth);
    const bool map = value->kind == CF_VALUE_MAP;
    if (!map && value->kind != CF_VALUE_LIST && value->kind != CF_VALUE_TUPLE)
        return false;
    for (cf_index i = 0; i < (map ? 2 : 1) * value->count; i++)
        if (value_holds(&value->as.items[i], e, depth))
            return true;
    return false;
}

/* True when `inner` is or holds `e`: setting it would make a cycle. More than CFI_MAX_DEPTH levels
 * count as a cycle. */
static bool holds(const cf_estimator *inner, const cf_estimator *e, int depth)
{
    if (inner == e || depth > CFI_MAX_DEPTH)
        return true;
    for (const cf_param *row = inner->cls->params; row && row->name; row++) {
        const void *field = cfi_param_field(row, inner);
        if (row->type == CF_PARAM_ESTIMATOR && *(cf_estimator *const *)field &&
            holds(*(cf_estimator *const *)field, e, depth + 1))
            return true;
        if (row->type == CF_PARAM_VALUE && value_holds(field, e, depth + 1))
            return true;
        const cf_steps *steps = row->type == CF_PARAM_STEPS ? field : NULL;
        for (cf_index i = 0; steps && i < steps->count; i++)
            if (steps->items[i].estimator && holds(steps->items[i].estimator, e, depth + 1))
                return true;
    }
    return false;
}

/* Every setter ends here: t.e is the estimator that has the parameter, perhaps deep inside e. */
cf_status cf_set_value(cf_estimator *e, const char *name, const cf_value *value)
{
    target t;
    CF_TRY(resolve(e, name, &t));
    if (value_holds(value, t.e, 0))
        return cf_fail(CF_ERR_ARGUMENT, "%s: %s cannot hold the estimator itself", t.e->cls->name,
                       name);
    if (t.step)
        return set_step(t.e, t.step, value);
    return cfi_param_set(t.e->cls->name, t.row, t.e, value);
}

cf_status cf_set_bool(cf_estimator *e, const char *name, bool value)
{
    const cf_value v = cf_value_bool(value);
    return cf_set_value(e, name, &v);
}

cf_status cf_set_int(cf_estimator *e, const char *name, int64_t value)
{
    const cf_value v = cf_value_int(value);
    return cf_set_value(e, name, &v);
}

cf_status cf_set_real(cf_estimator *e, const char *name, double value)
{
    const cf_value v = cf_value_real(value);
    return cf_set_value(e, name, &v);
}

cf_status cf_set_text(cf_estimator *e, const char *name, const char *value)
{
    if (!value)
        return cf_set_none(e, name);
    /* a value that borrows: cf_set_value copies the content and changes nothing in it */
    const cf_value v = {.kind = CF_VALUE_TEXT, .as.text = (char *)(uintptr_t)value};
    return cf_set_value(e, name, &v);
}

cf_status cf_set_none(cf_estimator *e, const char *name)
{
    const cf_value v = {0};
    return cf_set_value(e, name, &v);
}

cf_status cf_set_matrix(cf_estimator *e, const char *name, const cf_matrix *value)
{
    CF_TRY(cf_matrix_check(value, name));
    const cf_value v = {.kind = CF_VALUE_MATRIX, .as.matrix = (cf_matrix *)(uintptr_t)value};
    return cf_set_value(e, name, &v);
}

cf_status cf_set_estimator(cf_estimator *e, const char *name, cf_estimator *value)
{
    if (!value)
        return cf_set_none(e, name);
    const cf_value v = {.kind = CF_VALUE_ESTIMATOR, .as.estimator = value};
    CF_TRY(cf_set_value(e, name, &v));
    cf_estimator_free(value); /* the parameter holds a reference of its own now */
    return CF_OK;
}

cf_status cf_set_parsed(cf_estimator *e, const char *name, const char *text)
{
    cf_value value = {0};
    CF_TRY(cf_value_parse(&value, text));
    const cf_status status = cf_set_value(e, name, &value);
    cf_value_clear(&value);
    return status;
}

/* A step reads as its estimator, shared, or as the word that stands in its place. */
cf_status cf_get_value(const cf_estimator *e, const char *name, cf_value *out)
{
    target t;
    CF_TRY(resolve(e, name, &t));
    if (!t.step)
        return cfi_param_get(t.row, t.e, out);
    if (!t.step->estimator)
        return cf_value_text(out, t.step->drop ? "drop" : "passthrough");
    cf_value_clear(out);
    *out = (cf_value){.kind = CF_VALUE_ESTIMATOR,
                      .as.estimator = cf_estimator_share(t.step->estimator)};
    return CF_OK;
}

static cf_status wrong_type(const target *t, const char *name, const char *wanted)
{
    return cf_fail(CF_ERR_TYPE, "%s: %s is not %s", t->e->cls->name, name, wanted);
}

/* The row's field as a scalar value without a copy; a VALUE row is lent as it is, so the result
 * must not be cleared. Kind NONE for everything else. */
static cf_value peek(const target *t)
{
    if (!t->row)
        return (cf_value){0};
    const void *field = cfi_param_field(t->row, t->e);
    if (t->row->type == CF_PARAM_REAL)
        return cf_value_real(*(const double *)field);
    if (t->row->type == CF_PARAM_INT)
        return cf_value_int(*(const int64_t *)field);
    if (t->row->type == CF_PARAM_BOOL)
        return cf_value_bool(*(const bool *)field);
    return t->row->type == CF_PARAM_VALUE ? *(const cf_value *)field : (cf_value){0};
}

cf_status cf_get_bool(const cf_estimator *e, const char *name, bool *out)
{
    target t;
    CF_TRY(resolve(e, name, &t));
    const cf_value v = peek(&t);
    if (v.kind != CF_VALUE_BOOL)
        return wrong_type(&t, name, "a bool");
    *out = v.as.b;
    return CF_OK;
}

cf_status cf_get_int(const cf_estimator *e, const char *name, int64_t *out)
{
    target t;
    CF_TRY(resolve(e, name, &t));
    const cf_value v = peek(&t);
    if (v.kind != CF_VALUE_INT)
        return wrong_type(&t, name, "an int");
    *out = v.as.i;
    return CF_OK;
}

cf_status cf_get_real(const cf_estimator *e, const char *name, double *out)
{
    target t;
    CF_TRY(resolve(e, name, &t));
    const cf_value v = peek(&t);
    if (v.kind != CF_VALUE_REAL && v.kind != CF_VALUE_INT)
        return wrong_type(&t, name, "a real");
    *out = cf_value_number(&v);
    return CF_OK;
}

cf_status cf_get_estimator(const cf_estimator *e, const char *name, cf_estimator **out)
{
    target t;
    CF_TRY(resolve(e, name, &t));
    /* borrowed: e keeps its reference */
    cf_estimator *found = t.step ? t.step->estimator : NULL;
    if (t.row && t.row->type == CF_PARAM_ESTIMATOR)
        found = *(cf_estimator **)cfi_param_field(t.row, t.e);
    const cf_value v = peek(&t);
    if (v.kind == CF_VALUE_ESTIMATOR)
        found = v.as.estimator;
    if (!found)
        return wrong_type(&t, name, "an estimator");
    *out = found;
    return CF_OK;
}

/* By way of cf_get_value, which spells out choices. */
cf_status cf_get_text(const cf_estimator *e, const char *name, char **out)
{
    cf_value value = {0};
    CF_TRY(cf_get_value(e, name, &value));
    if (value.kind != CF_VALUE_TEXT) {
        cf_value_clear(&value);
        return cf_fail(CF_ERR_TYPE, "%s: %s is not a text", e->cls->name, name);
    }
    *out = value.as.text; /* moved out */
    return CF_OK;
}
