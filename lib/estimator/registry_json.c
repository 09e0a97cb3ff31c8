/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every table as JSON: what the program's help, the reference pages and the Python classes read.
 * The names of bits, types and members are an interface to them. No function here has a status:
 * cfi_text remembers that memory ran out, and cfi_text_take tells it at the end.
 */
#include "estimator/instance.h"

#include "base/text.h"

#include <string.h>

typedef struct bit_name {
    unsigned bit;
    const char *name;
} bit_name;

static const bit_name kind_names[] = {
    {CF_REGRESSOR, "regressor"},
    {CF_CLASSIFIER, "classifier"},
    {CF_TRANSFORMER, "transformer"},
    {CF_CLUSTERER, "clusterer"},
    {CF_OUTLIER, "outlier"},
    {CF_SPLITTER, "splitter"},
    {CF_META, "meta"},
    {0, NULL},
};

static const bit_name tag_names[] = {
    {CF_TAG_SPARSE, "sparse"},
    {CF_TAG_NAN, "allow_nan"},
    {CF_TAG_WEIGHTS, "sample_weight"},
    {CF_TAG_MULTI_OUTPUT, "multi_output"},
    {CF_TAG_REQUIRES_Y, "requires_y"},
    {CF_TAG_POSITIVE, "positive_only"},
    {CF_TAG_F32, "float32"},
    {CF_TAG_CATEGORIES, "categorical"},
    {CF_TAG_PAIRWISE, "pairwise"},
    {CF_TAG_NONDETERMINISTIC, "nondeterministic"},
    {CF_TAG_ORDER_FREE, "order_free"},
    {CF_TAG_ONE_TO_ONE, "one_to_one"},
    {CF_TAG_POOR_SCORE, "poor_score"},
    {CF_TAG_STATELESS, "stateless"},
    {CF_TAG_BINARY_ONLY, "binary_only"},
    {CF_TAG_WARM_START, "warm_start"},
    {CF_TAG_KEEPS_F32, "preserves_float32"},
    {CF_TAG_ANY_X, "any_input"},
    {CF_TAG_RAVELS_Y, "ravels_y"},
    {CF_TAG_SCANS_X, "scans_x"},
    {0, NULL},
};

/* Slots; methods beyond them are in "extra_methods". */
static const bit_name method_names[] = {
    {CF_HAS_PREDICT, "predict"},
    {CF_HAS_PREDICT_PROBA, "predict_proba"},
    {CF_HAS_DECISION, "decision_function"},
    {CF_HAS_TRANSFORM, "transform"},
    {CF_HAS_INVERSE, "inverse_transform"},
    {CF_HAS_SCORE_SAMPLES, "score_samples"},
    {CF_HAS_PARTIAL_FIT, "partial_fit"},
    {CF_HAS_FIT_PREDICT, "fit_predict"},
    {CF_HAS_SCORE, "score"},
    {0, NULL},
};

static const char *param_type_name(cf_param_type type)
{
    static const char *const names[] = {
        [CF_PARAM_REAL] = "real",           [CF_PARAM_INT] = "int",     [CF_PARAM_BOOL] = "bool",
        [CF_PARAM_CHOICE] = "choice",       [CF_PARAM_TEXT] = "text",   [CF_PARAM_VALUE] = "value",
        [CF_PARAM_ESTIMATOR] = "estimator", [CF_PARAM_STEPS] = "steps",
    };
    return names[type];
}

static const char *state_type_name(cf_state_type type)
{
    static const char *const names[] = {
        [CF_STATE_REAL] = "real",
        [CF_STATE_INT] = "int",
        [CF_STATE_BOOL] = "bool",
        [CF_STATE_TEXT] = "text",
        [CF_STATE_STRINGS] = "strings",
        [CF_STATE_MATRIX] = "matrix",
        [CF_STATE_ARRAY] = "array",
        [CF_STATE_MATRICES] = "matrices",
        [CF_STATE_VALUE] = "value",
        [CF_STATE_ESTIMATOR] = "estimator",
        [CF_STATE_ESTIMATORS] = "estimators",
    };
    return names[type];
}

/* ,"key":"value" (without the comma for the first member); null for a NULL value. */
static void put_member(cfi_text *text, const char *key, const char *value, bool first)
{
    cfi_text_put(text, first ? "" : ",");
    cfi_text_json(text, key);
    cfi_text_put(text, ":");
    if (value)
        cfi_text_json(text, value);
    else
        cfi_text_put(text, "null");
}

/* ,"key":[...] with the names of the bits that are set, in the order of `names`. */
static void put_bits(cfi_text *text, const char *key, unsigned bits, const bit_name *names)
{
    cfi_text_put(text, ",");
    cfi_text_json(text, key);
    cfi_text_put(text, ":[");
    bool any = false;
    for (; names->name; names++) {
        if (!(bits & names->bit))
            continue;
        cfi_text_put(text, any ? "," : "");
        cfi_text_json(text, names->name);
        any = true;
    }
    cfi_text_put(text, "]");
}

static void put_params(cfi_text *text, const char *key, const cf_param *rows)
{
    cfi_text_put(text, ",");
    cfi_text_json(text, key);
    cfi_text_put(text, ":[");
    for (const cf_param *row = rows; row && row->name; row++) {
        cfi_text_put(text, row == rows ? "{" : ",{");
        put_member(text, "name", row->name, true);
        put_member(text, "type", param_type_name(row->type), false);
        put_member(text, "default", row->literal, false);
        /* a choice row begins with a bar */
        put_member(text, "accepts", row->accepts + strspn(row->accepts, " |"), false);
        put_member(text, "help", row->help, false);
        cfi_text_put(text, "}");
    }
    cfi_text_put(text, "]");
}

/* Public ones only: the name ends with an underscore. */
static void put_attributes(cfi_text *text, const cf_state *rows)
{
    bool any = false;
    cfi_text_put(text, ",\"attributes\":[");
    for (const cf_state *row = rows; row && row->name; row++) {
        if (row->name[strlen(row->name) - 1] != '_')
            continue;
        cfi_text_put(text, any ? ",{" : "{");
        any = true;
        put_member(text, "name", row->name, true);
        put_member(text, "type", state_type_name(row->type), false);
        /* there `shape` is the name of the row that holds their names */
        put_member(text, "shape", row->type == CF_STATE_ESTIMATORS ? NULL : row->shape, false);
        put_member(text, "help", row->help, false);
        cfi_text_put(text, "}");
    }
    cfi_text_put(text, "]");
}

static void put_outputs(cfi_text *text, const cf_output *rows)
{
    cfi_text_put(text, ",\"outputs\":[");
    for (const cf_output *row = rows; row && row->name; row++) {
        cfi_text_put(text, row == rows ? "{" : ",{");
        put_member(text, "name", row->name, true);
        put_member(text, "dtype", cf_dtype_name(row->dtype), false);
        put_member(text, "shape", row->shape, false);
        put_member(text, "help", row->help, false);
        cfi_text_put(text, "}");
    }
    cfi_text_put(text, "]");
}

static void put_methods(cfi_text *text, const cf_method *rows)
{
    cfi_text_put(text, ",\"extra_methods\":[");
    for (const cf_method *row = rows; row && row->name; row++) {
        cfi_text_put(text, row == rows ? "{" : ",{");
        put_member(text, "name", row->name, true);
        put_member(text, "help", row->help, false);
        put_params(text, "args", row->args);
        put_outputs(text, row->outputs);
        cfi_text_put(text, "}");
    }
    cfi_text_put(text, "]");
}

/* `methods` are those of any instance; `conditional` says that some instances lack one. */
static void put_class(cfi_text *text, const cf_class *cls)
{
    cfi_text_put(text, "{");
    put_member(text, "name", cls->name, true);
    put_member(text, "module", cls->module, false);
    put_member(text, "signature", cls->signature, false);
    put_member(text, "summary", cls->summary, false);
    put_member(text, "doc", cls->doc, false);
    cfi_text_format(text, ",\"version\":%d", cls->version);
    put_bits(text, "kind", cls->kind, kind_names);
    put_bits(text, "tags", cls->tags, tag_names);
    put_bits(text, "methods", cfi_class_traits(cls).methods, method_names);
    cfi_text_format(text, ",\"conditional\":%s", cls->traits ? "true" : "false");
    put_params(text, "params", cls->params);
    put_attributes(text, cls->state);
    put_methods(text, cls->methods);
    cfi_text_put(text, "}");
}

/* As configured: a chain is what its steps make of it, where the registry can only say
 * "conditional". */
cf_status cf_traits_json(const cf_estimator *e, char **out)
{
    const cf_traits traits = cfi_traits(e);
    cfi_text text = {0};
    cfi_text_put(&text, "{");
    put_member(&text, "name", e->cls->name, true);
    put_bits(&text, "kind", traits.kind, kind_names);
    put_bits(&text, "tags", traits.tags, tag_names);
    put_bits(&text, "methods", traits.methods, method_names);
    cfi_text_put(&text, "}");
    return cfi_text_take(&text, out);
}

cf_status cf_registry_json(char **out)
{
    cfi_text text = {0};
    cfi_text_put(&text, "[");
    const cf_index count = cf_class_count();
    for (cf_index i = 0; i < count; i++) {
        cfi_text_put(&text, i > 0 ? ",\n" : "\n");
        put_class(&text, cf_class_at(i));
    }
    cfi_text_put(&text, "\n]\n");
    return cfi_text_take(&text, out);
}
