/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fitted attributes by name, as views or values, "svc__coef_" through fitted children; and the
 * methods that are not slots.
 */
#include "estimator/input.h"

#include "base/text.h"

#include <string.h>

/* One function serves readers and writers, so it drops const: a caller with a const e only
 * reads. */
void *cfi_state_field(const cf_state *row, const cf_estimator *e)
{
    return (char *)(uintptr_t)e + row->offset;
}

const cf_state *cfi_state_find(const cf_state *rows, const char *name)
{
    for (const cf_state *row = rows; row && row->name; row++)
        if (strcmp(row->name, name) == 0 || (row->was && strcmp(row->was, name) == 0))
            return row;
    return NULL;
}

/* A list of estimators names its STRINGS row of names in `shape`. NULL when no name fits, and for a
 * name without estimator (passthrough). */
static const cf_estimator *list_child(const cf_estimator *e, const cf_state *row, const char *name,
                                      size_t length)
{
    const cf_state *names_row = row->shape ? cfi_state_find(e->cls->state, row->shape) : NULL;
    if (!names_row || names_row->type != CF_STATE_STRINGS)
        return NULL;
    const cf_strings *names = cfi_state_field(names_row, e);
    const cf_estimators *list = cfi_state_field(row, e);
    for (cf_index i = 0; i < names->count && i < list->count; i++)
        if (strlen(names->items[i]) == length && memcmp(names->items[i], name, length) == 0)
            return list->items[i];
    return NULL;
}

/* A lone estimator goes by the name of its row ("best_estimator_"), one of a list by its own
 * ("svc"). */
const cf_estimator *cfi_state_child(const cf_estimator *e, const char *name, size_t length)
{
    for (const cf_state *row = e->cls->state; row && row->name; row++) {
        const cf_estimator *child = NULL;
        if (row->type == CF_STATE_ESTIMATORS)
            child = list_child(e, row, name, length);
        else if (row->type == CF_STATE_ESTIMATOR && strlen(row->name) == length &&
                 memcmp(row->name, name, length) == 0)
            child = *(cf_estimator *const *)cfi_state_field(row, e);
        if (child)
            return child;
    }
    return NULL;
}

/* Walks "a__b__attribute" to the child that has the attribute; *name becomes its last part. Where a
 * part leads nowhere, the last estimator reached is the answer: it tells what it lacks. */
static const cf_estimator *walk(const cf_estimator *e, const char **name)
{
    for (int depth = 0; depth < CFI_MAX_DEPTH; depth++) {
        const cf_estimator *child = NULL;
        if (cfi_state_find(e->cls->state, *name))
            return e;
        /* A step's own name may hold "__": the shortest prefix that is a child is it. */
        for (const char *bar = strstr(*name, "__"); bar && !child; bar = strstr(bar + 1, "__")) {
            child = cfi_state_child(e, *name, (size_t)(bar - *name));
            if (child)
                *name = bar + 2;
        }
        if (!child)
            return e;
        e = child;
    }
    return e;
}

static cf_status require_fitted(const cf_estimator *e, const char *name)
{
    if (e->core->fitted)
        return CF_OK;
    return cf_fail(CF_ERR_NOT_FITTED, "%s is not fitted: call fit before %s", e->cls->name, name);
}

/* Suggests the nearest name. The array bounds the suggestions only: rows beyond it are found. */
static cf_status fail_unknown(const cf_estimator *e, const char *name)
{
    const char *names[256];
    cf_index count = 0;
    for (const cf_state *row = e->cls->state; row && row->name && count < 256; row++)
        names[count++] = row->name;
    const char *near = cfi_nearest(name, names, count);
    if (near)
        return cf_fail(CF_ERR_NAME, "%s has no attribute '%.100s'; did you mean '%s'?",
                       e->cls->name, name, near);
    return cf_fail(CF_ERR_NAME, "%s has no attribute '%.100s'", e->cls->name, name);
}

/* A 1 x 1 view of a scalar inside the instance. */
static cf_matrix scalar_view(const void *field, cf_dtype dtype)
{
    return cf_view_strided(dtype, field, 1, 1, 1, 1);
}

/* *out is overwritten, not released: with a view of the field that e keeps owning or, for a
 * computed attribute, with a matrix of its own, which the caller clears. */
static cf_status view_row(const cf_estimator *e, const cf_state *row, cf_matrix *out)
{
    if (row->getter)
        return row->getter(e, out);
    const void *field = cfi_state_field(row, e);
    if (row->type == CF_STATE_MATRIX) {
        *out = *(const cf_matrix *)field;
        /* no reference: clearing the view leaves the memory to e */
        out->owner = NULL;
        return CF_OK;
    }
    if (row->type == CF_STATE_ARRAY) {
        const cf_array *array = field;
        *out = cf_view_strided(array->dtype, array->data, array->length, 1, 1, 1);
        return CF_OK;
    }
    if (row->type == CF_STATE_REAL || row->type == CF_STATE_INT) {
        *out = scalar_view(field, row->type == CF_STATE_REAL ? CF_F64 : CF_I64);
        return CF_OK;
    }
    if (row->type == CF_STATE_BOOL) {
        /* a bool is one byte of 0 or 1 */
        *out = scalar_view(field, CF_U8);
        return CF_OK;
    }
    return cf_fail(CF_ERR_TYPE, "%s: %s is not numeric", e->cls->name, row->name);
}

/* The rows of the class come first: one may be called as what the core keeps for every class. */
cf_status cf_attribute(const cf_estimator *e, const char *name, cf_matrix *out)
{
    const cf_estimator *at = walk(e, &name);
    CF_TRY(require_fitted(at, name));
    const cf_state *row = cfi_state_find(at->cls->state, name);
    if (row)
        return view_row(at, row, out);
    if (strcmp(name, "classes_") == 0)
        return cf_classes(at, 0, out);
    if (strcmp(name, "n_features_in_") == 0) {
        *out = scalar_view(&at->core->n_features_in, CF_I64);
        return CF_OK;
    }
    return fail_unknown(at, name);
}

/* These fill `out` piece by piece; after a failure it holds what was made so far, which
 * cf_attribute_value releases. A text that is not there becomes "". */
static cf_status strings_value(const cf_strings *strings, cf_value *out)
{
    CF_TRY(cf_value_items(out, CF_VALUE_LIST, strings->count));
    for (cf_index i = 0; i < strings->count; i++)
        CF_TRY(cf_value_text(&out->as.items[i], strings->items[i] ? strings->items[i] : ""));
    return CF_OK;
}

/* Only for a schema whose columns all have names. */
static cf_status names_value(const cf_schema *schema, cf_value *out)
{
    CF_TRY(cf_value_items(out, CF_VALUE_LIST, cf_schema_size(schema)));
    for (cf_index j = 0; j < cf_schema_size(schema); j++)
        CF_TRY(cf_value_text(&out->as.items[j], cf_schema_name(schema, j)));
    return CF_OK;
}

/* A copy, which outlives the estimator. */
static cf_status matrix_value(const cf_estimator *e, const cf_state *row, cf_value *out)
{
    cf_matrix view = {0};
    CF_TRY(view_row(e, row, &view));
    const cf_status status = cf_value_matrix(out, &view);
    cf_matrix_clear(&view); /* a computed attribute is owned */
    return status;
}

/* Matrices are copied. Estimators are shared, NULL as None: a fitted one no longer changes. */
static cf_status list_value(const cf_state *row, const void *field, cf_value *out)
{
    if (row->type == CF_STATE_MATRICES) {
        const cf_matrices *list = field;
        CF_TRY(cf_value_items(out, CF_VALUE_LIST, list->count));
        for (cf_index i = 0; i < list->count; i++)
            CF_TRY(cf_value_matrix(&out->as.items[i], &list->items[i]));
        return CF_OK;
    }
    const cf_estimators *list = field;
    CF_TRY(cf_value_items(out, CF_VALUE_LIST, list->count));
    for (cf_index i = 0; i < list->count; i++)
        if (list->items[i])
            out->as.items[i] = (cf_value){.kind = CF_VALUE_ESTIMATOR,
                                          .as.estimator = cf_estimator_share(list->items[i])};
    return CF_OK;
}

/* The content of a row; what is empty (a text, an estimator) leaves `out` None. Only matrices are
 * computed, so no other case meets a NULL field. */
static cf_status row_value(const cf_estimator *e, const cf_state *row, cf_value *out)
{
    const void *field = row->getter ? NULL : cfi_state_field(row, e);
    switch (row->type) {
    case CF_STATE_REAL:
        *out = cf_value_real(*(const double *)field);
        return CF_OK;
    case CF_STATE_INT:
        *out = cf_value_int(*(const int64_t *)field);
        return CF_OK;
    case CF_STATE_BOOL:
        *out = cf_value_bool(*(const bool *)field);
        return CF_OK;
    case CF_STATE_TEXT:
        return *(char *const *)field ? cf_value_text(out, *(char *const *)field) : CF_OK;
    case CF_STATE_STRINGS:
        return strings_value(field, out);
    case CF_STATE_MATRIX:
    case CF_STATE_ARRAY:
        return matrix_value(e, row, out);
    case CF_STATE_VALUE:
        return cf_value_copy(field, out);
    case CF_STATE_ESTIMATOR:
        if (*(cf_estimator *const *)field)
            *out = (cf_value){.kind = CF_VALUE_ESTIMATOR,
                              .as.estimator = cf_estimator_share(*(cf_estimator *const *)field)};
        return CF_OK;
    case CF_STATE_MATRICES:
    case CF_STATE_ESTIMATORS:
        return list_value(row, field, out);
    }
    return cf_fail(CF_ERR_INTERNAL, "%s: %s has an unknown type", e->cls->name, row->name);
}

/* classes_: a matrix, or a list of them for several targets. */
static cf_status classes_value(const struct cfi_core *core, cf_value *out)
{
    if (core->n_targets == 1)
        return cf_value_matrix(out, &core->classes[0]);
    CF_TRY(cf_value_items(out, CF_VALUE_LIST, core->n_targets));
    for (cf_index t = 0; t < core->n_targets; t++)
        CF_TRY(cf_value_matrix(&out->as.items[t], &core->classes[t]));
    return CF_OK;
}

/* A row of the class first, then what the core keeps for all. feature_names_in_ exists only after a
 * fit on columns that all have names, as in scikit-learn. */
static cf_status value_into(const cf_estimator *e, const char *name, cf_value *out)
{
    const struct cfi_core *core = e->core;
    const cf_state *row = cfi_state_find(e->cls->state, name);
    if (row)
        return row_value(e, row, out);
    if (strcmp(name, "classes_") == 0 && core->classes)
        return classes_value(core, out);
    if (strcmp(name, "n_features_in_") == 0) {
        *out = cf_value_int(core->n_features_in);
        return CF_OK;
    }
    if (strcmp(name, "feature_names_in_") == 0 && core->features_in &&
        cfi_schema_is_named(core->features_in))
        return names_value(core->features_in, out);
    return fail_unknown(e, name);
}

/* The value is made aside: a failure leaves *out as it was. */
cf_status cf_attribute_value(const cf_estimator *e, const char *name, cf_value *out)
{
    const cf_estimator *at = walk(e, &name);
    CF_TRY(require_fitted(at, name));
    cf_value made = {0};
    const cf_status status = value_into(at, name, &made);
    if (status != CF_OK) {
        cf_value_clear(&made);
        return status;
    }
    cf_value_clear(out);
    *out = made;
    return CF_OK;
}

cf_status cf_attribute_estimator(const cf_estimator *e, const char *name, const cf_estimator **out)
{
    const cf_estimator *at = walk(e, &name);
    CF_TRY(require_fitted(at, name));
    const cf_estimator *child = cfi_state_child(at, name, strlen(name));
    if (!child)
        return cf_fail(CF_ERR_NAME, "%s has no fitted estimator '%.100s'", at->cls->name, name);
    *out = child;
    return CF_OK;
}

/* scikit-learn's convention for what fit has learned: the name ends with an underscore. */
static bool is_public(const char *name)
{
    const size_t n = strlen(name);
    return n > 0 && name[n - 1] == '_';
}

cf_status cf_attribute_names(const cf_estimator *e, cf_value *out)
{
    CF_TRY(require_fitted(e, "its attributes"));
    const char *names[256];
    cf_index count = 0;
    names[count++] = "n_features_in_";
    if (e->core->features_in && cfi_schema_is_named(e->core->features_in))
        names[count++] = "feature_names_in_";
    if (e->core->classes)
        names[count++] = "classes_";
    for (const cf_state *row = e->cls->state; row && row->name && count < 256; row++)
        if (is_public(row->name))
            names[count++] = row->name;
    cf_value made = {0};
    cf_status status = cf_value_items(&made, CF_VALUE_LIST, count);
    for (cf_index i = 0; i < count && status == CF_OK; i++)
        status = cf_value_text(&made.as.items[i], names[i]);
    if (status != CF_OK) {
        cf_value_clear(&made);
        return status;
    }
    cf_value_clear(out);
    *out = made;
    return CF_OK;
}

/* ---- methods that are not slots ---- */

static const cf_method *find_method(const cf_estimator *e, const char *name)
{
    for (const cf_method *m = e->cls->methods; m && m->name; m++)
        if (strcmp(m->name, name) == 0)
            return m;
    return NULL;
}

/* Defaults, then what the caller's map says. `object` is zeroed before: after a failure half-way
 * its rows can be released all the same. A key that is no argument is an error. */
static cf_status fill_args(const cf_method *m, const cf_value *args, void *object)
{
    CF_TRY(cfi_params_default(m->name, m->args, object));
    if (!args || args->kind == CF_VALUE_NONE)
        return CF_OK;
    if (args->kind != CF_VALUE_MAP)
        return cf_fail(CF_ERR_TYPE, "%s: the arguments are a map", m->name);
    for (cf_index i = 0; i < args->count; i++) {
        const cf_value *key = &args->as.items[2 * i];
        const cf_param *row =
            key->kind == CF_VALUE_TEXT ? cfi_param_find(m->args, key->as.text) : NULL;
        if (!row)
            return cf_fail(CF_ERR_NAME, "%s has no argument '%s'", m->name,
                           key->kind == CF_VALUE_TEXT ? key->as.text : "?");
        CF_TRY(cfi_param_set(m->name, row, object, key + 1));
    }
    return CF_OK;
}

/* X may be NULL: some methods take none. As in apply.c, held[1] may borrow from held[0]. */
static cf_status call_method(const cf_estimator *e, const cf_method *m, const cf_value *args,
                             const cf_matrix *X, cf_matrix *const *outs)
{
    const cf_traits traits = cfi_traits(e);
    cf_matrix held[2] = {{0}, {0}};
    void *object = NULL;
    cf_run run;
    cf_status status = CF_OK;
    cfi_run_begin(&run, NULL);
    /* one byte more: a method without arguments has an object too, and NULL means no memory */
    object = cf_alloc_zero((cf_index)m->args_size + 1, 1);
    CF_GO(object ? CF_OK : cf_out_of_memory());
    CF_GO(fill_args(m, args, object));
    if (X) {
        CF_GO(cf_matrix_check(X, "X"));
        CF_GO(cfi_match_columns(e, X, &run, &held[0]));
        CF_GO(cfi_check_X(e, &traits, &held[0], "X", 0, &run, &held[1]));
    }
    CF_GO(m->call(e, object, X ? &held[1] : NULL, &run, outs));
cleanup:
    if (object)
        cfi_params_free(m->args, object);
    cf_free(object);
    cf_matrix_clear(&held[1]);
    cf_matrix_clear(&held[0]);
    cfi_run_end(&run);
    return status;
}

cf_status cf_call(const cf_estimator *e, const char *method, const cf_value *args,
                  const cf_matrix *X, cf_matrix *const *outs, int n_outs)
{
    const cf_method *m = find_method(e, method);
    if (!m)
        return cf_fail(CF_ERR_NAME, "%s has no method '%.100s'", e->cls->name, method);
    CF_TRY(require_fitted(e, method));
    int wanted = 0;
    while (m->outputs && m->outputs[wanted].name)
        wanted++;
    if (n_outs != wanted)
        return cf_fail(CF_ERR_SHAPE, "%s.%s has %d output(s), %d were passed", e->cls->name, method,
                       wanted, n_outs);
    for (int k = 0; k < n_outs; k++)
        CF_TRY(cfi_matrix_apart(X, outs[k]));
    return call_method(e, m, args, X, outs);
}
