/* SPDX-License-Identifier: BSD-3-Clause */
/* Writes values and estimators in the spec language; what is printed parses back to the same, but
 * for functions, which have no written form. */
#include "estimator/spec.h"

#include <math.h>
#include <string.h>

static cf_status put_estimator(cfi_text *text, const cf_estimator *e, bool may_chain);

/* Words that a parser takes for something other than a text. */
static bool is_reserved(const char *word)
{
    static const char *const reserved[] = {"None", "true", "false", "True", "False", "nan", "inf"};
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
        if (strcmp(word, reserved[i]) == 0)
            return true;
    return cf_class_find(word) != NULL;
}

/* A text, without quotes where it reads back as that text. */
static void put_word(cfi_text *text, const char *word)
{
    if (cfi_is_plain_word(word) && !is_reserved(word))
        cfi_text_put(text, word);
    else
        cfi_text_json(text, word);
}

static cf_status put_value(cfi_text *text, const cf_value *value);

static cf_status put_items(cfi_text *text, const cf_value *value)
{
    /* by kind, from CF_VALUE_LIST on */
    static const char *const open[] = {"[", "(", "{"}, *const close[] = {"]", ")", "}"};
    const int k = (int)value->kind - CF_VALUE_LIST;
    cfi_text_put(text, open[k]);
    for (cf_index i = 0; i < value->count; i++) {
        if (i > 0)
            cfi_text_put(text, ", ");
        if (value->kind == CF_VALUE_MAP) {
            CF_TRY(put_value(text, &value->as.items[2 * i]));
            cfi_text_put(text, ": ");
            CF_TRY(put_value(text, &value->as.items[2 * i + 1]));
        } else {
            CF_TRY(put_value(text, &value->as.items[i]));
        }
    }
    if (value->kind == CF_VALUE_TUPLE && value->count == 1)
        cfi_text_put(text, ",");
    cfi_text_put(text, close[k]);
    return CF_OK;
}

/* A matrix as a list of rows; where a matrix is accepted, such a list is read back as one. */
static void put_matrix(cfi_text *text, const cf_matrix *X)
{
    cfi_text_put(text, "[");
    for (cf_index i = 0; i < X->rows; i++) {
        cfi_text_put(text, i > 0 ? ", [" : "[");
        for (cf_index j = 0; j < X->cols; j++) {
            if (j > 0)
                cfi_text_put(text, ", ");
            cfi_text_real(text, cf_matrix_get(X, i, j));
        }
        cfi_text_put(text, "]");
    }
    cfi_text_put(text, "]");
}

static cf_status put_value(cfi_text *text, const cf_value *value)
{
    char number[CFI_NUMBER_SIZE];
    switch (value->kind) {
    case CF_VALUE_NONE:
        cfi_text_put(text, "None");
        return CF_OK;
    case CF_VALUE_BOOL:
        cfi_text_put(text, value->as.b ? "true" : "false");
        return CF_OK;
    case CF_VALUE_INT:
        cfi_text_add(text, number, cfi_format_int(value->as.i, number));
        return CF_OK;
    case CF_VALUE_REAL:
        cfi_text_real(text, value->as.r);
        return CF_OK;
    case CF_VALUE_TEXT:
        put_word(text, value->as.text);
        return CF_OK;
    case CF_VALUE_LIST:
    case CF_VALUE_TUPLE:
    case CF_VALUE_MAP:
        return put_items(text, value);
    case CF_VALUE_MATRIX:
        put_matrix(text, value->as.matrix);
        return CF_OK;
    case CF_VALUE_ESTIMATOR:
        return put_estimator(text, value->as.estimator, true);
    case CF_VALUE_FUNCTION:
        cfi_text_put(text, "\"<function>\"");
        return CF_OK;
    }
    return cf_fail(CF_ERR_TYPE, "a value of kind %d", (int)value->kind);
}

/* A selection of columns: a lone text is a keyword or a name; a list of one string is a quoted
 * name. */
static cf_status put_columns(cfi_text *text, const cf_value *columns)
{
    if (columns->kind == CF_VALUE_LIST && columns->count == 1 &&
        columns->as.items[0].kind == CF_VALUE_TEXT) {
        cfi_text_json(text, columns->as.items[0].as.text);
        return CF_OK;
    }
    if (columns->kind == CF_VALUE_TEXT && !cfi_is_plain_word(columns->as.text)) {
        cfi_text_json(text, columns->as.text);
        return CF_OK;
    }
    if (columns->kind == CF_VALUE_TEXT) {
        cfi_text_put(text, columns->as.text);
        return CF_OK;
    }
    return put_value(text, columns);
}

/*
 * [name:] [columns ->] estimator; the name only where it is not the default one. A chain among the
 * steps is written with bars only behind an arrow: within an outer chain its steps would join the
 * others.
 */
static cf_status put_step(cfi_text *text, const cf_step *step, const char *default_name,
                          bool may_chain)
{
    if (strcmp(step->name, default_name) != 0) {
        if (cfi_is_plain_word(step->name))
            cfi_text_put(text, step->name);
        else
            cfi_text_json(text, step->name);
        cfi_text_put(text, ": ");
    }
    if (step->columns.kind != CF_VALUE_NONE) {
        CF_TRY(put_columns(text, &step->columns));
        cfi_text_put(text, " -> ");
    }
    if (step->estimator)
        return put_estimator(text, step->estimator,
                             may_chain && step->columns.kind != CF_VALUE_NONE);
    cfi_text_put(text, step->drop ? "drop" : "passthrough");
    return CF_OK;
}

/* `separator` is " | " in a chain, whose steps are then no bare chains, or ", " in a call. */
static cf_status put_steps(cfi_text *text, const cf_steps *steps, const char *separator,
                           bool may_chain)
{
    cf_status status = CF_OK;
    char **names = NULL;
    CF_GO(CF_ALLOC_ZERO(names, steps->count));
    CF_GO(cfi_default_step_names(steps->items, steps->count, names));
    for (cf_index i = 0; i < steps->count; i++) {
        if (i > 0)
            cfi_text_put(text, separator);
        CF_GO(put_step(text, &steps->items[i], names[i], may_chain));
    }
cleanup:
    for (cf_index i = 0; names && i < steps->count; i++)
        cf_free(names[i]);
    cf_free(names);
    return status;
}

/* True when e is a chain of two or more steps whose other parameters are defaults: then the bars
 * say all. One step needs its call, "Pipeline(a)", for "a" alone is the step itself. */
static bool is_plain_chain(const cf_estimator *e, const cf_steps **steps, cf_status *status)
{
    if (strcmp(e->cls->name, CFI_CHAIN_CLASS) != 0)
        return false;
    for (const cf_param *row = e->cls->params; row && row->name; row++) {
        if (row->type == CF_PARAM_STEPS)
            *steps = cfi_param_field(row, e);
        else if (!cfi_param_is_default(row, e, status) || *status != CF_OK)
            return false;
    }
    return *steps && (*steps)->count >= 2;
}

/* One argument of a call; the first estimator row and steps rows stand without "name=". */
static cf_status put_param(cfi_text *text, const cf_estimator *e, const cf_param *row,
                           const cf_param *bare)
{
    if (row->type == CF_PARAM_STEPS)
        return put_steps(text, cfi_param_field(row, e), ", ", true);
    cf_value value = {0};
    CF_TRY(cfi_param_get(row, e, &value));
    if (row != bare) {
        cfi_text_put(text, row->name);
        cfi_text_put(text, "=");
    }
    const cf_status status = put_value(text, &value);
    cf_value_clear(&value);
    return status;
}

/* The row parse_bare fills. A class with both kinds must have its steps row first, or what is
 * printed here would be read as a step. */
static const cf_param *bare_row(const cf_class *cls)
{
    for (const cf_param *row = cls->params; row && row->name; row++)
        if (row->type == CF_PARAM_STEPS || row->type == CF_PARAM_ESTIMATOR)
            return row;
    return NULL;
}

/* Class(param=value, ...), parameters that hold their defaults left out. */
static cf_status put_call(cfi_text *text, const cf_estimator *e)
{
    const cf_param *bare = bare_row(e->cls);
    bool any = false;
    cfi_text_put(text, e->cls->name);
    for (const cf_param *row = e->cls->params; row && row->name; row++) {
        cf_status status = CF_OK;
        const bool skip = cfi_param_is_default(row, e, &status);
        CF_TRY(status);
        if (skip)
            continue;
        cfi_text_put(text, any ? ", " : "(");
        any = true;
        CF_TRY(put_param(text, e, row, bare));
    }
    if (any)
        cfi_text_put(text, ")");
    return CF_OK;
}

static cf_status put_estimator(cfi_text *text, const cf_estimator *e, bool may_chain)
{
    const cf_steps *steps = NULL;
    cf_status status = CF_OK;
    const bool chain = may_chain && is_plain_chain(e, &steps, &status);
    CF_TRY(status);
    return chain ? put_steps(text, steps, " | ", false) : put_call(text, e);
}

cf_status cf_to_text(const cf_estimator *e, char **out)
{
    cfi_text text = {0};
    const cf_status status = put_estimator(&text, e, true);
    if (status != CF_OK) {
        cfi_text_clear(&text);
        return status;
    }
    return cfi_text_take(&text, out);
}

cf_status cf_value_to_text(const cf_value *value, char **out)
{
    cfi_text text = {0};
    const cf_status status = put_value(&text, value);
    if (status != CF_OK) {
        cfi_text_clear(&text);
        return status;
    }
    return cfi_text_take(&text, out);
}
