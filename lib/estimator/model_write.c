/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From an estimator to tensors and a JSON tree:
 *   {"class", "version", "params": {name: value}, "fitted": {core..., "state": {row: description}}}
 * Every parameter is written, defaults too. Nodes are attached to their parent at once, so that one
 * release of the root releases everything after a failure.
 */
#include "estimator/model_file.h"

#include "base/text.h"

#include <string.h>

/* Both lists end with NULL: the reader searches them. */
const char *const cfi_storage_names[] = {
    [CF_DENSE] = "dense", [CF_CSR] = "csr", [CF_CSC] = "csc", [CF_CSC + 1] = NULL};
const char *const cfi_kind_names[] = {[CF_NUMERIC] = "numeric",
                                      [CF_CATEGORICAL] = "categorical",
                                      [CF_TEXT] = "text",
                                      [CF_TEXT + 1] = NULL};

/* What a description goes into. */
typedef struct writer {
    cfi_tensors *tensors; /* of the file to be */
    cf_matrices *scratch; /* matrices that had to be made contiguous; grows */
    int depth;            /* of estimators and values inside each other, as the reader counts */
    bool passing;         /* what is described goes before the file is written: copy matrices */
} writer;

cf_status cfi_tensor_name(const char *prefix, const char *name, const char *suffix, char **out)
{
    cfi_text text = {0};
    cfi_text_put(&text, prefix);
    cfi_text_put(&text, name);
    cfi_text_put(&text, suffix);
    return cfi_text_take(&text, out);
}

/* Attaches `child` to `parent` under `key`; the parent owns it in any case, so a failure leaves
 * nothing behind. A NULL child: there was no memory to make it. */
static cf_status attach(json_t *parent, const char *key, json_t *child)
{
    if (!child)
        return cf_out_of_memory();
    return json_object_set_new(parent, key, child) == 0 ? CF_OK : cf_out_of_memory();
}

static cf_status attach_item(json_t *parent, json_t *child)
{
    if (!child)
        return cf_out_of_memory();
    return json_array_append_new(parent, child) == 0 ? CF_OK : cf_out_of_memory();
}

/* jansson does not tell a lack of memory from bytes that are not UTF-8: the latter is likelier. */
static cf_status attach_text(json_t *parent, const char *key, const char *text)
{
    json_t *json = json_string(text);
    return json ? attach(parent, key, json)
                : cf_fail(CF_ERR_FORMAT, "'%s' holds a text that is not UTF-8", key);
}

/* Adds a tensor called prefix + name + suffix; `what` says the rest. Its data are borrowed. */
static cf_status add_tensor(writer *w, const char *prefix, const char *name, const char *suffix,
                            const cfi_tensor *what)
{
    char *full = NULL;
    CF_TRY(cfi_tensor_name(prefix, name, suffix, &full));
    const cf_status status =
        cfi_tensors_add(w->tensors, full, what->dtype, what->dims, what->shape, what->data);
    cf_free(full);
    return status;
}

/* ---- schemas ---- */

static cf_status put_column(const cf_schema *schema, cf_index j, json_t *list)
{
    const cf_column_kind kind = cf_schema_kind(schema, j);
    json_t *column = json_object();
    CF_TRY(attach_item(list, column));
    if (cf_schema_name(schema, j))
        CF_TRY(attach_text(column, "name", cf_schema_name(schema, j)));
    CF_TRY(attach_text(column, "kind", cfi_kind_names[kind]));
    if (kind != CF_CATEGORICAL)
        return CF_OK; /* a text dictionary would leak the training set */
    json_t *texts = json_array();
    CF_TRY(attach(column, "texts", texts));
    for (cf_index c = 0; c < cf_schema_dictionary_size(schema, j); c++) {
        json_t *text = json_string(cf_schema_text(schema, j, c));
        if (!text)
            return cf_fail(CF_ERR_FORMAT, "a category is not UTF-8");
        CF_TRY(attach_item(texts, text));
    }
    return CF_OK;
}

static cf_status put_schema(const cf_schema *schema, json_t *parent, const char *key)
{
    if (!schema)
        return CF_OK;
    json_t *list = json_array();
    CF_TRY(attach(parent, key, list));
    for (cf_index j = 0; j < cf_schema_size(schema); j++)
        CF_TRY(put_column(schema, j, list));
    return CF_OK;
}

/* ---- matrices ---- */

/*
 * A contiguous row-major X: itself, or a copy that `scratch` owns, as for all that is passing. Of
 * sparse ones those are copied whose entries do not begin at 0, as in a view of some rows: the
 * reader wants offsets from 0.
 * `scratch` may move, the memory of its matrices does not.
 */
static cf_status contiguous(writer *w, const cf_matrix *X, cf_matrix *out)
{
    *out = *X;
    const bool fits = X->storage != CF_DENSE
                          ? X->offsets && X->offsets[0] == 0
                          : (X->col_stride == 1 && X->row_stride == X->cols) || !X->values;
    if (fits && !w->passing)
        return CF_OK;
    cf_matrix *items =
        cf_grow(w->scratch->items, w->scratch->count, w->scratch->count + 1, sizeof *items);
    if (!items)
        return cf_out_of_memory();
    w->scratch->items = items;
    items[w->scratch->count] = (cf_matrix){0};
    w->scratch->count++;
    CF_TRY(cf_matrix_copy(X, &items[w->scratch->count - 1]));
    *out = items[w->scratch->count - 1];
    return CF_OK;
}

/* Three tensors: values (stored), indices (stored), offsets (lines + 1). */
static cf_status put_sparse(writer *w, const cf_matrix *X, const char *prefix, const char *name)
{
    const cf_index lines = X->storage == CF_CSR ? X->rows : X->cols;
    const cf_index stored = X->offsets[lines];
    CF_TRY(add_tensor(
        w, prefix, name, ".values",
        &(cfi_tensor){.dtype = X->dtype, .dims = 1, .shape = {stored}, .data = X->values}));
    CF_TRY(add_tensor(
        w, prefix, name, ".indices",
        &(cfi_tensor){.dtype = CF_I32, .dims = 1, .shape = {stored}, .data = X->indices}));
    return add_tensor(
        w, prefix, name, ".offsets",
        &(cfi_tensor){.dtype = CF_I64, .dims = 1, .shape = {lines + 1}, .data = X->offsets});
}

/* Describes a matrix in a new node under `key` and adds its tensors. */
static cf_status put_matrix(writer *w, const cf_matrix *given, const char *prefix, const char *name,
                            json_t *node)
{
    cf_matrix X;
    CF_TRY(contiguous(w, given, &X));
    CF_TRY(attach_text(node, "storage", cfi_storage_names[X.storage]));
    CF_TRY(put_schema(X.schema, node, "schema"));
    if (X.storage == CF_DENSE)
        return add_tensor(
            w, prefix, name, "",
            &(cfi_tensor){
                .dtype = X.dtype, .dims = 2, .shape = {X.rows, X.cols}, .data = X.values});
    CF_TRY(attach(node, "rows", json_integer(X.rows)));
    CF_TRY(attach(node, "cols", json_integer(X.cols)));
    return put_sparse(w, &X, prefix, name);
}

/* ---- values ---- */

static cf_status describe(writer *w, const cf_estimator *e, const char *prefix, json_t *node);
static cf_status value_json(writer *w, const cf_value *value, const char *prefix, const char *name,
                            json_t **out);

/* {"key": child}, or NULL; takes the child over. */
static json_t *wrap(const char *key, json_t *child)
{
    json_t *node = child ? json_object() : NULL;
    if (node && json_object_set_new(node, key, child) != 0) {
        json_decref(node);
        return NULL;
    }
    if (!node)
        json_decref(child);
    return node;
}

/* A list as it is, {"tuple": [...]}, or {"map": [key, value, key, value, ...]}. Items are named
 * "name.0", "name.1", ... for the tensors they may have. */
static cf_status items_json(writer *w, const cf_value *value, const char *prefix, const char *name,
                            json_t **out)
{
    const cf_index count = value->kind == CF_VALUE_MAP ? 2 * value->count : value->count;
    json_t *list = json_array();
    cf_status status = list ? CF_OK : cf_out_of_memory();
    for (cf_index i = 0; i < count && status == CF_OK; i++) {
        cfi_text text = {0};
        char *item_name = NULL;
        json_t *item = NULL;
        cfi_text_format(&text, "%s.%lld", name, (long long)i);
        status = cfi_text_take(&text, &item_name);
        if (status == CF_OK)
            status = value_json(w, &value->as.items[i], prefix, item_name, &item);
        if (status == CF_OK)
            status = attach_item(list, item);
        cf_free(item_name);
    }
    if (status != CF_OK) {
        json_decref(list);
        return status;
    }
    *out = value->kind == CF_VALUE_LIST ? list
                                        : wrap(value->kind == CF_VALUE_MAP ? "map" : "tuple", list);
    return *out ? CF_OK : cf_out_of_memory();
}

/* {"matrix": description} or {"estimator": description}. */
static cf_status node_json(writer *w, const cf_value *value, const char *prefix, const char *name,
                           json_t **out)
{
    json_t *node = json_object();
    if (!node)
        return cf_out_of_memory();
    char *child = NULL;
    cf_status status = cfi_tensor_name(prefix, name, ".", &child);
    if (status == CF_OK && value->kind == CF_VALUE_MATRIX)
        status = put_matrix(w, value->as.matrix, prefix, name, node);
    else if (status == CF_OK)
        status = describe(w, value->as.estimator, child, node);
    cf_free(child);
    if (status != CF_OK) {
        json_decref(node);
        return status;
    }
    *out = wrap(value->kind == CF_VALUE_MATRIX ? "matrix" : "estimator", node);
    return *out ? CF_OK : cf_out_of_memory();
}

/* As a text: it reads back to the same bits and can be inf and nan, which JSON numbers cannot. */
static cf_status real_json(double value, json_t **out)
{
    char text[CFI_NUMBER_SIZE];
    cfi_format_real(value, text);
    *out = wrap("real", json_string(text));
    return *out ? CF_OK : cf_out_of_memory();
}

static cf_status too_deep(void)
{
    return cf_fail(CF_ERR_LIMIT, "the model is nested deeper than %d levels", CFI_MAX_FILE_DEPTH);
}

static cf_status plain_json(writer *w, const cf_value *value, const char *prefix, const char *name,
                            json_t **out)
{
    switch (value->kind) {
    case CF_VALUE_NONE:
        *out = json_null();
        return CF_OK;
    case CF_VALUE_BOOL:
        *out = json_boolean(value->as.b);
        return CF_OK;
    case CF_VALUE_INT:
        *out = json_integer(value->as.i);
        return *out ? CF_OK : cf_out_of_memory();
    case CF_VALUE_REAL:
        return real_json(value->as.r, out);
    case CF_VALUE_TEXT:
        *out = json_string(value->as.text);
        return *out ? CF_OK : cf_fail(CF_ERR_FORMAT, "%s holds a text that is not UTF-8", name);
    case CF_VALUE_LIST:
    case CF_VALUE_TUPLE:
    case CF_VALUE_MAP:
        return items_json(w, value, prefix, name, out);
    case CF_VALUE_MATRIX:
    case CF_VALUE_ESTIMATOR:
        return node_json(w, value, prefix, name, out);
    case CF_VALUE_FUNCTION:
        break;
    }
    return cf_fail(CF_ERR_UNSUPPORTED, "%s holds a function, which cannot be saved", name);
}

/* *out = a new node, which the caller attaches or releases. A matrix in it becomes a tensor that
 * borrows from `value`. */
static cf_status value_json(writer *w, const cf_value *value, const char *prefix, const char *name,
                            json_t **out)
{
    if (w->depth >= CFI_MAX_FILE_DEPTH)
        return too_deep();
    w->depth++;
    const cf_status status = plain_json(w, value, prefix, name, out);
    w->depth--;
    return status;
}

/* ---- state ---- */

/* A tensor without dimensions, which borrows the field. */
static cf_status put_scalar(writer *w, const cf_state *row, const void *field, const char *prefix)
{
    const cf_dtype dtype = row->type == CF_STATE_REAL  ? CF_F64
                           : row->type == CF_STATE_INT ? CF_I64
                                                       : CF_U8;
    return add_tensor(w, prefix, row->name, "", &(cfi_tensor){.dtype = dtype, .data = field});
}

/* null for a text that is not there. */
static cf_status put_strings(const cf_strings *strings, json_t *parent, const char *key)
{
    json_t *list = json_array();
    CF_TRY(attach(parent, key, list));
    for (cf_index i = 0; i < strings->count; i++)
        CF_TRY(attach_item(list, strings->items[i] ? json_string(strings->items[i]) : json_null()));
    return CF_OK;
}

static cf_status put_matrices(writer *w, const cf_matrices *list, const char *prefix,
                              const char *name, json_t *parent)
{
    json_t *nodes = json_array();
    CF_TRY(attach(parent, name, nodes));
    for (cf_index i = 0; i < list->count; i++) {
        char suffix[CFI_NUMBER_SIZE + 1] = ".";
        char *item = NULL;
        json_t *node = json_object();
        CF_TRY(attach_item(nodes, node));
        cfi_format_int(i, suffix + 1);
        CF_TRY(cfi_tensor_name("", name, suffix, &item));
        const cf_status status = put_matrix(w, &list->items[i], prefix, item, node);
        cf_free(item);
        CF_TRY(status);
    }
    return CF_OK;
}

/* A fitted child; without one the node stays empty, as read_child wants it. */
static cf_status put_child(writer *w, const cf_estimator *child, const char *prefix, json_t *node)
{
    return child ? describe(w, child, prefix, node) : CF_OK;
}

static cf_status put_estimators(writer *w, const cf_estimators *list, const char *prefix,
                                const char *name, json_t *parent)
{
    json_t *nodes = json_array();
    CF_TRY(attach(parent, name, nodes));
    for (cf_index i = 0; i < list->count; i++) {
        cfi_text text = {0};
        char *inner = NULL;
        json_t *node = json_object(); /* stays empty where there is none */
        CF_TRY(attach_item(nodes, node));
        cfi_text_format(&text, "%s%s.%lld.", prefix, name, (long long)i);
        CF_TRY(cfi_text_take(&text, &inner));
        const cf_status status = put_child(w, list->items[i], inner, node);
        cf_free(inner);
        CF_TRY(status);
    }
    return CF_OK;
}

static cf_status put_estimator(writer *w, const cf_estimator *child, const char *prefix,
                               const char *name, json_t *parent)
{
    char *inner = NULL;
    json_t *node = json_object();
    CF_TRY(attach(parent, name, node));
    CF_TRY(cfi_tensor_name(prefix, name, ".", &inner));
    const cf_status status = put_child(w, child, inner, node);
    cf_free(inner);
    return status;
}

/* One row of the state table. Small things are in the tree, numbers in tensors; a text that is NULL
 * is left out of the tree. */
static cf_status put_row(writer *w, const cf_state *row, const cf_estimator *e, const char *prefix,
                         json_t *state)
{
    const void *field = cfi_state_field(row, e);
    json_t *node = NULL;
    switch (row->type) {
    case CF_STATE_REAL:
    case CF_STATE_INT:
    case CF_STATE_BOOL:
        return put_scalar(w, row, field, prefix);
    case CF_STATE_TEXT:
        return *(char *const *)field ? attach_text(state, row->name, *(char *const *)field) : CF_OK;
    case CF_STATE_STRINGS:
        return put_strings(field, state, row->name);
    case CF_STATE_MATRIX:
        node = json_object();
        CF_TRY(attach(state, row->name, node));
        return put_matrix(w, field, prefix, row->name, node);
    case CF_STATE_ARRAY: {
        const cf_array *array = field;
        return add_tensor(
            w, prefix, row->name, "",
            &(cfi_tensor){
                .dtype = array->dtype, .dims = 1, .shape = {array->length}, .data = array->data});
    }
    case CF_STATE_MATRICES:
        return put_matrices(w, field, prefix, row->name, state);
    case CF_STATE_VALUE:
        CF_TRY(value_json(w, field, prefix, row->name, &node));
        return attach(state, row->name, node);
    case CF_STATE_ESTIMATOR:
        return put_estimator(w, *(cf_estimator *const *)field, prefix, row->name, state);
    case CF_STATE_ESTIMATORS:
        return put_estimators(w, field, prefix, row->name, state);
    }
    return cf_fail(CF_ERR_INTERNAL, "%s: %s has an unknown type", e->cls->name, row->name);
}

/* The rows go in table order, and so do the tensors in the file: saving twice gives the same
 * bytes. */
static cf_status put_fitted(writer *w, const cf_estimator *e, const char *prefix, json_t *node)
{
    const struct cfi_core *core = e->core;
    /* what loading would refuse is not written */
    CF_TRY(cfi_state_validate(e));
    json_t *fitted = json_object();
    CF_TRY(attach(node, "fitted", fitted));
    CF_TRY(attach(fitted, "n_features_in", json_integer(core->n_features_in)));
    CF_TRY(attach(fitted, "n_targets", json_integer(core->n_targets)));
    CF_TRY(attach(fitted, "y_1d", json_boolean(core->y_1d)));
    CF_TRY(put_schema(core->features_in, fitted, "features_in"));
    CF_TRY(put_schema(core->features_out, fitted, "features_out"));
    if (core->classes)
        CF_TRY(put_matrices(w, &(cf_matrices){core->n_targets, core->classes}, prefix, "classes_",
                            fitted));
    json_t *state = json_object();
    CF_TRY(attach(fitted, "state", state));
    for (const cf_state *row = e->cls->state; row && row->name; row++)
        if (!row->getter && !row->transient)
            CF_TRY(put_row(w, row, e, prefix, state));
    return CF_OK;
}

static cf_status put_params(writer *w, const cf_estimator *e, const char *prefix, json_t *node)
{
    json_t *params = json_object();
    CF_TRY(attach(node, "params", params));
    for (const cf_param *row = e->cls->params; row && row->name; row++) {
        const bool is_value = row->type == CF_PARAM_VALUE; /* tensors borrow from the field */
        cf_value copy = {0};
        char *name = NULL;
        json_t *json = NULL;
        cf_status status = is_value ? CF_OK : cfi_param_get(row, e, &copy);
        const cf_value *value = is_value ? cfi_param_field(row, e) : &copy;
        if (status == CF_OK)
            status = cfi_tensor_name("params.", row->name, "", &name);
        w->passing = !is_value;
        if (status == CF_OK)
            status = value_json(w, value, prefix, name, &json);
        w->passing = false;
        cf_value_clear(&copy);
        cf_free(name);
        CF_TRY(status);
        CF_TRY(attach(params, row->name, json));
    }
    return CF_OK;
}

/* One estimator into `node`, with all it holds. An unfitted one has no "fitted" member. */
static cf_status describe(writer *w, const cf_estimator *e, const char *prefix, json_t *node)
{
    /* a copied step shares its estimator, which stays */
    const bool passing = w->passing;
    if (w->depth >= CFI_MAX_FILE_DEPTH)
        return too_deep();
    w->depth++;
    w->passing = false;
    CF_TRY(attach_text(node, "class", e->cls->name));
    CF_TRY(attach(node, "version", json_integer(e->cls->version)));
    CF_TRY(put_params(w, e, prefix, node));
    if (e->core->fitted)
        CF_TRY(put_fitted(w, e, prefix, node));
    w->depth--;
    w->passing = passing;
    return CF_OK;
}

cf_status cfi_model_describe(const cf_estimator *e, cfi_tensors *tensors, cf_matrices *scratch,
                             json_t **tree)
{
    writer w = {.tensors = tensors, .scratch = scratch};
    json_t *node = json_object();
    if (!node)
        return cf_out_of_memory();
    const cf_status status = describe(&w, e, "", node);
    if (status != CF_OK) {
        json_decref(node);
        return status;
    }
    *tree = node;
    return CF_OK;
}
