/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a fitted state must be: of the types, storages, shapes and ranges its rows say, sound in
 * itself, and what the class's validate asks for beyond. A model file can hold anything, so this is
 * all that stands between a hostile one and the slots, which index without looking again.
 */
#include "estimator/shapes.h"
#include "matrix/elements.h"

#include <math.h>

enum { BLOCK = 64 }; /* elements that become doubles at a time */

/* ---- numbers ---- */

/* An infinite end is no end for integers. */
static bool int_is_inside(const cfi_range *r, int64_t x)
{
    const cfi_end *low = &r->low, *high = &r->high;
    return (low->infinite || (low->open ? x > low->at : x >= low->at)) &&
           (high->infinite || (high->open ? x < high->at : x <= high->at));
}

/* NaN fails every comparison, so any range keeps it out: "(-inf, inf)" means finite. */
static bool real_is_inside(const cfi_range *r, double x)
{
    const double low = r->low.infinite ? -(double)INFINITY : (double)r->low.at;
    const double high = r->high.infinite ? (double)INFINITY : (double)r->high.at;
    return (r->low.open ? x > low : x >= low) && (r->high.open ? x < high : x <= high);
}

/* n elements from `at` on, `step` apart; 64-bit integers are not compared as doubles. All other
 * dtypes are exact as doubles. */
static bool run_is_inside(const cfi_range *r, const cf_matrix *X, cf_index at, cf_index step,
                          cf_index n)
{
    double x[BLOCK];
    bool inside = true;
    for (cf_index k = 0; k < n && inside && X->dtype == CF_I64; k++)
        inside = int_is_inside(r, ((const int64_t *)X->values)[at + k * step]);
    for (cf_index k = 0; k < n && inside && X->dtype != CF_I64; k += BLOCK) {
        const cf_index part = n - k < BLOCK ? n - k : BLOCK;
        cfi_load_run(X->values, X->dtype, at + k * step, step, part, x);
        for (cf_index i = 0; i < part; i++)
            inside = inside && real_is_inside(r, x[i]);
    }
    return inside;
}

/* Every number of X is inside the row's range; of a sparse X those it stores. A single column is
 * one run, which is what arrays and scalars are. */
static cf_status check_range(const cf_estimator *e, const cf_state *row, const cf_matrix *X)
{
    cfi_range r;
    bool inside = true;
    if (!row->range)
        return CF_OK;
    CF_TRY(cfi_range_read(e, row, &r));
    if (cf_matrix_is_sparse(X))
        inside = run_is_inside(&r, X, X->offsets[0], 1, cf_matrix_stored(X));
    else if (X->cols == 1)
        inside = run_is_inside(&r, X, 0, X->row_stride, X->rows);
    else
        for (cf_index i = 0; i < X->rows && inside; i++)
            inside = run_is_inside(&r, X, i * X->row_stride, X->col_stride, X->cols);
    return inside ? CF_OK
                  : cf_fail(CF_ERR_FORMAT, "%s: %s holds a number outside %s", e->cls->name,
                            row->name, row->range);
}

/* ---- rows ---- */

/* What is not there is fine in an optional row. */
static cf_status missing(const cf_estimator *e, const cf_state *row)
{
    return row->optional ? CF_OK
                         : cf_fail(CF_ERR_FORMAT, "%s: %s is missing", e->cls->name, row->name);
}

/* 0 x 0 is what an instance begins with: the row is missing. Its structure is checked before the
 * rest looks at its elements. */
static cf_status check_matrix(const cf_estimator *e, const cf_state *row, const cf_matrix *X)
{
    const unsigned dtypes = row->dtypes ? row->dtypes : CF_BIT(CF_F64);
    const unsigned storages = row->storages ? row->storages : CF_BIT(CF_DENSE);
    if (X->rows == 0 && X->cols == 0)
        return missing(e, row);
    CF_TRY(cf_matrix_check(X, row->name));
    if (!(dtypes & CF_BIT(X->dtype)))
        return cf_fail(CF_ERR_FORMAT, "%s: %s cannot hold %s", e->cls->name, row->name,
                       cf_dtype_name(X->dtype));
    if (!(storages & CF_BIT(X->storage)))
        return cf_fail(CF_ERR_FORMAT, "%s: %s cannot be %s", e->cls->name, row->name,
                       cf_matrix_is_sparse(X) ? "sparse" : "dense");
    if (row->shape)
        CF_TRY(cfi_shape_check(e, row, X->rows, X->cols));
    return check_range(e, row, X);
}

static cf_status check_array(const cf_estimator *e, const cf_state *row, const cf_array *array)
{
    const cf_matrix X = cf_view_strided(array->dtype, array->data, array->length, 1, 1, 1);
    return array->length == 0 && row->optional ? CF_OK : check_matrix(e, row, &X);
}

/* A real or int as a matrix of one element. */
static cf_status check_number(const cf_estimator *e, const cf_state *row, const void *field)
{
    const cf_dtype dtype = row->type == CF_STATE_REAL ? CF_F64 : CF_I64;
    const cf_matrix X = cf_view_strided(dtype, field, 1, 1, 1, 1);
    return check_range(e, row, &X);
}

/* How many entries a list has is not for a row to say: the class validates that. */
static cf_status check_row(const cf_estimator *e, const cf_state *row)
{
    const void *field = cfi_state_field(row, e);
    switch (row->type) {
    case CF_STATE_REAL:
    case CF_STATE_INT:
        return check_number(e, row, field);
    case CF_STATE_TEXT:
        return *(char *const *)field ? CF_OK : missing(e, row);
    case CF_STATE_STRINGS: {
        const cf_strings *strings = field;
        for (cf_index i = 0; i < strings->count; i++)
            if (!strings->items[i])
                return missing(e, row);
        return CF_OK;
    }
    case CF_STATE_MATRIX:
        return check_matrix(e, row, field);
    case CF_STATE_ARRAY:
        return check_array(e, row, field);
    case CF_STATE_MATRICES: {
        const cf_matrices *list = field;
        for (cf_index i = 0; i < list->count; i++)
            CF_TRY(check_matrix(e, row, &list->items[i]));
        return CF_OK;
    }
    case CF_STATE_ESTIMATOR:
        return *(cf_estimator *const *)field ? CF_OK : missing(e, row);
    case CF_STATE_BOOL:
    case CF_STATE_VALUE:
    case CF_STATE_ESTIMATORS: /* NULL stands for passthrough and the like */
        return CF_OK;
    }
    return cf_fail(CF_ERR_INTERNAL, "%s: %s has an unknown type", e->cls->name, row->name);
}

/* ---- labels ---- */

/* Labels ascend (64-bit ones are compared as doubles, so neighbours may seem equal); texts are the
 * codes of their dictionary. */
static bool are_labels(const cf_matrix *c, cf_dtype dtype)
{
    const bool texts = cf_schema_kind(c->schema, 0) != CF_NUMERIC;
    if (c->cols != 1 || c->rows < 1 || c->rows > INT32_MAX || cf_matrix_is_sparse(c) ||
        c->dtype != dtype ||
        (c->schema && texts && cf_schema_dictionary_size(c->schema, 0) != c->rows))
        return false;
    for (cf_index k = 0; k < c->rows; k++) {
        const double label = cf_matrix_get(c, k, 0);
        if (texts ? label != (double)k
                  : !isfinite(label) || (k > 0 && !(cf_matrix_get(c, k - 1, 0) <= label)))
            return false;
    }
    return true;
}

/* All targets have one dtype: decoding copies by the first one's. */
static cf_status check_labels(const cf_estimator *e)
{
    const struct cfi_core *core = e->core;
    if (core->y_1d && core->n_targets > 1)
        return cf_fail(CF_ERR_FORMAT, "%s: a 1-D y has %lld targets", e->cls->name,
                       (long long)core->n_targets);
    if (!core->classes && cfi_is_kind(e, CF_CLASSIFIER))
        return cf_fail(CF_ERR_FORMAT, "%s: classes_ is missing", e->cls->name);
    for (cf_index t = 0; core->classes && t < core->n_targets; t++)
        if (!are_labels(&core->classes[t], core->classes[0].dtype))
            return cf_fail(CF_ERR_FORMAT, "%s: classes_ of target %lld are no ascending labels",
                           e->cls->name, (long long)t);
    return CF_OK;
}

/* ---- all ---- */

cf_status cfi_state_validate(const cf_estimator *e)
{
    /* The rows first: validate indexes by what they promise. The labels last: whether a composite
     * classifies is asked of its fitted steps, which validate has looked at. */
    for (const cf_state *row = e->cls->state; row && row->name; row++)
        if (!row->getter && !row->transient)
            CF_TRY(check_row(e, row));
    if (e->cls->validate)
        CF_TRY(e->cls->validate(e));
    return check_labels(e);
}

bool cfi_state_reads(const cf_estimator *child, cf_index n_features)
{
    return child->core->fitted && child->core->n_features_in == n_features;
}

bool cfi_state_answers(const cf_estimator *child, const cf_estimator *parent)
{
    const struct cfi_core *own = child->core, *core = parent->core;
    const bool classifies = cfi_is_kind(child, CF_CLASSIFIER);
    if (!own->fitted || (classifies && (!own->n_classes || !core->n_classes)))
        return false;
    if (!cfi_is_kind(child, CF_CLASSIFIER | CF_REGRESSOR))
        return true;
    for (cf_index t = 0; classifies && t < own->n_targets && t < core->n_targets; t++)
        if (own->n_classes[t] != core->n_classes[t])
            return false;
    return own->n_targets == core->n_targets;
}
