/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From tensors and a JSON tree to an estimator. Every node is of the kind its place asks for, every
 * tensor has the dtype and shape of its row, nothing is left over; then the class validates its
 * state. Matrices and arrays stay in the file's buffer.
 */
#include "estimator/model_file.h"
#include "estimator/registry.h"

#include "base/text.h"

#include <string.h>

/* What a tree is read with. */
typedef struct reader {
    cfi_tensors *tensors; /* of the file; each is marked when it is used */
    int depth;            /* of estimators and values, counted together; the tree may be hostile */
} reader;

/* `what` may come from the file, so its length is bounded. */
static cf_status malformed(const char *what)
{
    return cf_fail(CF_ERR_FORMAT, "the model file is malformed at '%.200s'", what);
}

/* The tensor of a row or of a part of it; missing ones are an error. */
static cf_status take(reader *r, const char *prefix, const char *name, const char *suffix,
                      cfi_tensor **out)
{
    char *full = NULL;
    CF_TRY(cfi_tensor_name(prefix, name, suffix, &full));
    const cf_status status = cfi_tensors_take(r->tensors, full, out);
    cf_free(full);
    return status;
}

/* Position of a text in a NULL-terminated list, or -1. */
static int position(const char *const *list, const json_t *json)
{
    const char *text = json_string_value(json);
    for (int k = 0; text && list[k]; k++)
        if (strcmp(list[k], text) == 0)
            return k;
    return -1;
}

/* ---- schemas ---- */

/* The texts are copied; cf_schema_set_dictionary refuses those that do not ascend. */
static cf_status read_texts(cf_schema *schema, cf_index j, cf_column_kind kind, const json_t *texts)
{
    const cf_index count = (cf_index)json_array_size(texts);
    const char **list = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(list, count));
    for (cf_index c = 0; c < count; c++) {
        list[c] = json_string_value(json_array_get(texts, (size_t)c));
        if (!list[c])
            CF_GO(malformed("texts"));
    }
    CF_GO(cf_schema_set_dictionary(schema, j, kind, list, count));
cleanup:
    cf_free(list);
    return status;
}

/* Only a categorical column comes with texts: those of a text column are never saved. */
static cf_status read_column(cf_schema *schema, cf_index j, const json_t *column)
{
    const int kind = position(cfi_kind_names, json_object_get(column, "kind"));
    const json_t *texts = json_object_get(column, "texts");
    const json_t *name = json_object_get(column, "name");
    if (kind < 0 || (name && !json_is_string(name)) || (kind == CF_CATEGORICAL) != (texts != NULL))
        return malformed("schema");
    if (name)
        CF_TRY(cf_schema_set_name(schema, j, json_string_value(name)));
    if (kind == CF_CATEGORICAL)
        return read_texts(schema, j, CF_CATEGORICAL, texts);
    schema->columns[j].kind = (cf_column_kind)kind;
    return CF_OK;
}

/* *out = NULL where the tree has none. A negative `cols` leaves the number of columns to the
 * file. */
static cf_status read_schema(const json_t *list, cf_index cols, cf_schema **out)
{
    cf_schema *schema = NULL;
    cf_status status = CF_OK;
    *out = NULL;
    if (!list)
        return CF_OK;
    if (!json_is_array(list) || (cols >= 0 && (cf_index)json_array_size(list) != cols))
        return malformed("schema");
    CF_GO(cf_schema_new(&schema, (cf_index)json_array_size(list)));
    for (cf_index j = 0; j < schema->count; j++)
        CF_GO(read_column(schema, j, json_array_get(list, (size_t)j)));
    *out = schema;
    return CF_OK;
cleanup:
    cf_schema_free(schema);
    return status;
}

/* ---- matrices ---- */

/* A view into the file's buffer, as read_sparse gives one: read_matrix adds the reference. */
static cf_status read_dense(reader *r, const char *prefix, const char *name, cf_matrix *out)
{
    cfi_tensor *t;
    CF_TRY(take(r, prefix, name, "", &t));
    if (t->dims != 2)
        return malformed(name);
    *out = cf_view_strided(t->dtype, t->data, t->shape[0], t->shape[1], t->shape[1], 1);
    return CF_OK;
}

static cf_status read_sparse(reader *r, const json_t *node, cf_storage storage, const char *prefix,
                             const char *name, cf_matrix *out)
{
    cfi_tensor *values, *indices, *offsets;
    const json_t *rows = json_object_get(node, "rows"), *cols = json_object_get(node, "cols");
    CF_TRY(take(r, prefix, name, ".values", &values));
    CF_TRY(take(r, prefix, name, ".indices", &indices));
    CF_TRY(take(r, prefix, name, ".offsets", &offsets));
    if (!json_is_integer(rows) || !json_is_integer(cols) || json_integer_value(rows) < 0 ||
        json_integer_value(cols) < 0 || values->dims != 1 || indices->dims != 1 ||
        offsets->dims != 1 || indices->dtype != CF_I32 || offsets->dtype != CF_I64 ||
        indices->shape[0] != values->shape[0])
        return malformed(name);
    const cf_index m = json_integer_value(rows), n = json_integer_value(cols);
    const cf_index lines = storage == CF_CSR ? m : n;
    const cf_index *at = offsets->data;
    /* the length of offsets first: at[lines] is read after it; their order is for
     * cf_matrix_check */
    if (offsets->shape[0] - 1 != lines || at[0] != 0 || at[lines] != values->shape[0])
        return malformed(name);
    *out = storage == CF_CSR ? cf_view_csr(values->dtype, values->data, at, indices->data, m, n)
                             : cf_view_csc(values->dtype, values->data, at, indices->data, m, n);
    return cf_matrix_check(out, name);
}

static cf_status read_matrix(reader *r, const json_t *node, const char *prefix, const char *name,
                             cf_matrix *out)
{
    const int storage = position(cfi_storage_names, json_object_get(node, "storage"));
    cf_matrix X = {0};
    cf_schema *schema = NULL;
    if (storage < 0)
        return malformed(name);
    if (storage == CF_DENSE)
        CF_TRY(read_dense(r, prefix, name, &X));
    else
        CF_TRY(read_sparse(r, node, (cf_storage)storage, prefix, name, &X));
    CF_TRY(read_schema(json_object_get(node, "schema"), X.cols, &schema));
    X.schema = schema;
    /* until here X only borrows: the failures above have nothing to release */
    X.owner = cfi_buffer_share(r->tensors->buffer);
    cf_matrix_clear(out);
    *out = X;
    return CF_OK;
}

/* ---- values ---- */

static cf_status build(reader *r, const json_t *node, const char *prefix, cf_estimator **out);
static cf_status read_value(reader *r, const json_t *json, const char *prefix, const char *name,
                            cf_value *out);

/* Items are named as the writer names them, "name.3". A failure leaves in `out` what was read. */
static cf_status read_items(reader *r, const json_t *list, cf_value_kind kind, const char *prefix,
                            const char *name, cf_value *out)
{
    const cf_index size = (cf_index)json_array_size(list);
    if (!json_is_array(list) || (kind == CF_VALUE_MAP && size % 2 != 0))
        return malformed(name);
    CF_TRY(cf_value_items(out, kind, kind == CF_VALUE_MAP ? size / 2 : size));
    for (cf_index i = 0; i < size; i++) {
        cfi_text text = {0};
        char *item = NULL;
        cfi_text_format(&text, "%s.%lld", name, (long long)i);
        CF_TRY(cfi_text_take(&text, &item));
        const cf_status status =
            read_value(r, json_array_get(list, (size_t)i), prefix, item, &out->as.items[i]);
        cf_free(item);
        CF_TRY(status);
    }
    return CF_OK;
}

static cf_status read_matrix_value(reader *r, const json_t *node, const char *prefix,
                                   const char *name, cf_value *out)
{
    CF_TRY(CF_ALLOC_ZERO(out->as.matrix, 1));
    /* at once, so that clearing the value releases the matrix, read or not */
    out->kind = CF_VALUE_MATRIX;
    return read_matrix(r, node, prefix, name, out->as.matrix);
}

/* The kind is set last: until then there is nothing that clearing the value would have to
 * release. */
static cf_status read_estimator_value(reader *r, const json_t *node, const char *prefix,
                                      const char *name, cf_value *out)
{
    char *inner = NULL;
    CF_TRY(cfi_tensor_name(prefix, name, ".", &inner));
    out->as.estimator = NULL;
    const cf_status status = build(r, node, inner, &out->as.estimator);
    cf_free(inner);
    if (status == CF_OK)
        out->kind = CF_VALUE_ESTIMATOR;
    return status;
}

/* {"real": ...}, {"tuple": ...}, {"map": ...}, {"matrix": ...}, {"estimator": ...}: what JSON has
 * no kind of its own for. A real is a text, for inf and nan and every bit. */
static cf_status read_wrapped(reader *r, const json_t *json, const char *prefix, const char *name,
                              cf_value *out)
{
    const json_t *child;
    if (json_object_size(json) != 1)
        return malformed(name);
    if ((child = json_object_get(json, "tuple")))
        return read_items(r, child, CF_VALUE_TUPLE, prefix, name, out);
    if ((child = json_object_get(json, "map")))
        return read_items(r, child, CF_VALUE_MAP, prefix, name, out);
    if ((child = json_object_get(json, "matrix")))
        return read_matrix_value(r, child, prefix, name, out);
    if ((child = json_object_get(json, "estimator")))
        return read_estimator_value(r, child, prefix, name, out);
    const char *text = json_string_value(json_object_get(json, "real"));
    double real;
    if (!text || !cfi_parse_real(text, strlen(text), &real))
        return malformed(name);
    *out = cf_value_real(real);
    return CF_OK;
}

/* null, true, 1, "text" and [...] are what they seem. */
static cf_status read_plain(reader *r, const json_t *json, const char *prefix, const char *name,
                            cf_value *out)
{
    if (json_is_null(json))
        return CF_OK;
    if (json_is_boolean(json)) {
        *out = cf_value_bool(json_is_true(json));
        return CF_OK;
    }
    if (json_is_integer(json)) {
        *out = cf_value_int(json_integer_value(json));
        return CF_OK;
    }
    if (json_is_string(json))
        return cf_value_text(out, json_string_value(json));
    if (json_is_array(json))
        return read_items(r, json, CF_VALUE_LIST, prefix, name, out);
    return json_is_object(json) ? read_wrapped(r, json, prefix, name, out) : malformed(name);
}

static cf_status read_value(reader *r, const json_t *json, const char *prefix, const char *name,
                            cf_value *out)
{
    if (r->depth >= CFI_MAX_FILE_DEPTH)
        return cf_fail(CF_ERR_LIMIT, "the model is nested deeper than %d levels",
                       CFI_MAX_FILE_DEPTH);
    r->depth++;
    const cf_status status = read_plain(r, json, prefix, name, out);
    r->depth--;
    return status;
}

/* ---- state ---- */

/* A scalar is a tensor without dimensions. */
static cf_status read_scalar(reader *r, const cf_state *row, const char *prefix, void *field)
{
    cfi_tensor *t;
    const cf_dtype wanted = row->type == CF_STATE_REAL  ? CF_F64
                            : row->type == CF_STATE_INT ? CF_I64
                                                        : CF_U8;
    CF_TRY(take(r, prefix, row->name, "", &t));
    if (t->dims != 0 || t->dtype != wanted)
        return malformed(row->name);
    if (row->type == CF_STATE_BOOL) {
        const unsigned char bit = *(const unsigned char *)t->data;
        /* C leaves undefined what another byte in a bool means */
        if (bit > 1)
            return malformed(row->name);
        *(bool *)field = bit == 1;
    } else {
        /* a double or an int64_t */
        memcpy(field, t->data, 8);
    }
    return CF_OK;
}

/* null stands for a text that is not there. */
static cf_status read_strings(const json_t *list, const char *name, cf_strings *out)
{
    if (!json_is_array(list))
        return malformed(name);
    CF_TRY(cf_strings_resize(out, (cf_index)json_array_size(list)));
    for (cf_index i = 0; i < out->count; i++) {
        const json_t *item = json_array_get(list, (size_t)i);
        if (json_is_null(item))
            continue;
        if (!json_is_string(item))
            return malformed(name);
        out->items[i] = cf_text_copy(json_string_value(item));
        if (!out->items[i])
            return cf_out_of_memory();
    }
    return CF_OK;
}

/* The array stays in the file's buffer and holds a reference to it. */
static cf_status read_array(reader *r, const char *prefix, const char *name, cf_array *out)
{
    cfi_tensor *t;
    CF_TRY(take(r, prefix, name, "", &t));
    if (t->dims != 1)
        return malformed(name);
    cf_array_clear(out);
    *out = (cf_array){t->dtype, t->shape[0], (void *)(uintptr_t)t->data,
                      cfi_buffer_share(r->tensors->buffer)};
    return CF_OK;
}

static cf_status read_matrices(reader *r, const json_t *list, const char *prefix, const char *name,
                               cf_matrices *out)
{
    if (!json_is_array(list))
        return malformed(name);
    CF_TRY(cf_matrices_resize(out, (cf_index)json_array_size(list)));
    for (cf_index i = 0; i < out->count; i++) {
        char suffix[CFI_NUMBER_SIZE + 1] = ".";
        char *item = NULL;
        cfi_format_int(i, suffix + 1);
        CF_TRY(cfi_tensor_name("", name, suffix, &item));
        const cf_status status =
            read_matrix(r, json_array_get(list, (size_t)i), prefix, item, &out->items[i]);
        cf_free(item);
        CF_TRY(status);
    }
    return CF_OK;
}

/* An empty node is no estimator: *out stays NULL. */
static cf_status read_child(reader *r, const json_t *node, const char *prefix, const char *name,
                            cf_estimator **out)
{
    char *inner = NULL;
    if (!json_is_object(node))
        return malformed(name);
    if (json_object_size(node) == 0)
        return CF_OK;
    CF_TRY(cfi_tensor_name(prefix, name, ".", &inner));
    const cf_status status = build(r, node, inner, out);
    cf_free(inner);
    return status;
}

static cf_status read_estimators(reader *r, const json_t *list, const char *prefix,
                                 const char *name, cf_estimators *out)
{
    if (!json_is_array(list))
        return malformed(name);
    CF_TRY(cf_estimators_resize(out, (cf_index)json_array_size(list)));
    for (cf_index i = 0; i < out->count; i++) {
        cfi_text text = {0};
        char *item = NULL;
        cfi_text_format(&text, "%s.%lld", name, (long long)i);
        CF_TRY(cfi_text_take(&text, &item));
        const cf_status status =
            read_child(r, json_array_get(list, (size_t)i), prefix, item, &out->items[i]);
        cf_free(item);
        CF_TRY(status);
    }
    return CF_OK;
}

/* Reads one row, whose name is the one the file knows: see read_fitted. Whether the content fits
 * the row is for cfi_state_validate. */
static cf_status read_row(reader *r, const cf_state *row, const cf_estimator *e, const char *prefix,
                          const json_t *state)
{
    void *field = cfi_state_field(row, e);
    const json_t *node = json_object_get(state, row->name);
    switch (row->type) {
    case CF_STATE_REAL:
    case CF_STATE_INT:
    case CF_STATE_BOOL:
        return read_scalar(r, row, prefix, field);
    case CF_STATE_TEXT:
        if (!node)
            return CF_OK;
        if (!json_is_string(node))
            return malformed(row->name);
        *(char **)field = cf_text_copy(json_string_value(node));
        return *(char **)field ? CF_OK : cf_out_of_memory();
    case CF_STATE_STRINGS:
        return read_strings(node, row->name, field);
    case CF_STATE_MATRIX:
        return read_matrix(r, node, prefix, row->name, field);
    case CF_STATE_ARRAY:
        return read_array(r, prefix, row->name, field);
    case CF_STATE_MATRICES:
        return read_matrices(r, node, prefix, row->name, field);
    case CF_STATE_VALUE:
        return node ? read_value(r, node, prefix, row->name, field) : malformed(row->name);
    case CF_STATE_ESTIMATOR:
        return read_child(r, node, prefix, row->name, field);
    case CF_STATE_ESTIMATORS:
        return read_estimators(r, node, prefix, row->name, field);
    }
    return malformed(row->name);
}

/* Classes of each target; cfi_state_validate looks at them. What was read moves into the core also
 * after a failure: from there it is released. */
static cf_status read_classes(reader *r, const json_t *list, const char *prefix,
                              struct cfi_core *core)
{
    if (!list)
        return CF_OK;
    if (!json_is_array(list) || (cf_index)json_array_size(list) != core->n_targets)
        return malformed("classes_");
    CF_TRY(CF_ALLOC_ZERO(core->classes, core->n_targets));
    CF_TRY(CF_ALLOC_ZERO(core->n_classes, core->n_targets));
    cf_matrices read = {0};
    const cf_status status = read_matrices(r, list, prefix, "classes_", &read);
    for (cf_index t = 0; t < read.count; t++)
        core->classes[t] = read.items[t];
    cf_free(read.items);
    CF_TRY(status);
    for (cf_index t = 0; t < core->n_targets; t++)
        core->n_classes[t] = core->classes[t].rows;
    return CF_OK;
}

/* The numbers are bounded before anything is sized by them. */
static cf_status read_core(reader *r, const json_t *fitted, const char *prefix,
                           struct cfi_core *core)
{
    const json_t *features = json_object_get(fitted, "n_features_in");
    const json_t *targets = json_object_get(fitted, "n_targets");
    const json_t *y_1d = json_object_get(fitted, "y_1d");
    if (!json_is_integer(features) || !json_is_integer(targets) || !json_is_boolean(y_1d) ||
        json_integer_value(features) < 1 || json_integer_value(targets) < 0 ||
        json_integer_value(features) > INT32_MAX || json_integer_value(targets) > 1 << 20)
        return malformed("fitted");
    core->n_features_in = json_integer_value(features);
    core->n_targets = json_integer_value(targets);
    core->y_1d = json_is_true(y_1d);
    CF_TRY(read_schema(json_object_get(fitted, "features_in"), core->n_features_in,
                       &core->features_in));
    CF_TRY(read_schema(json_object_get(fitted, "features_out"), -1, &core->features_out));
    return read_classes(r, json_object_get(fitted, "classes_"), prefix, core);
}

static cf_status read_fitted(reader *r, const json_t *fitted, int version, const char *prefix,
                             cf_estimator *e)
{
    CF_TRY(read_core(r, fitted, prefix, e->core));
    const json_t *state = json_object_get(fitted, "state");
    if (!json_is_object(state))
        return malformed("state");
    for (const cf_state *row = e->cls->state; row && row->name; row++) {
        cf_state saved = *row; /* an older file has the older name */
        const bool renamed = row->was && row->since > version;
        if (row->getter || row->transient || (row->since > version && !row->was))
            continue;
        if (renamed)
            saved.name = row->was;
        CF_TRY(read_row(r, &saved, e, prefix, state));
    }
    /* before the checks: a composite's traits come from its fitted steps once it is fitted */
    e->core->fitted = true;
    return cfi_state_validate(e);
}

/* A parameter the file does not name keeps its default: files of older versions know fewer. One
 * that the class does not know is refused. The cast is for the macro, which takes no const. */
static cf_status read_params(reader *r, const json_t *params, const char *prefix, cf_estimator *e)
{
    const char *key;
    json_t *json;
    if (!json_is_object(params))
        return malformed("params");
    json_object_foreach((json_t *)(uintptr_t)params, key, json)
    {
        const cf_param *row = cfi_param_find(e->cls->params, key);
        if (!row)
            return cf_fail(CF_ERR_FORMAT, "%s has no parameter '%.100s'", e->cls->name, key);
        cf_value value = {0};
        char *name = NULL;
        cf_status status = cfi_tensor_name("params.", key, "", &name);
        if (status == CF_OK)
            status = read_value(r, json, prefix, name, &value);
        if (status == CF_OK)
            status = cfi_param_set(e->cls->name, row, e, &value);
        cf_value_clear(&value);
        cf_free(name);
        CF_TRY(status);
    }
    return CF_OK;
}

/* Parameters come first: they are what the state was fitted with, and the checks read them. */
static cf_status build_into(reader *r, const json_t *node, const char *prefix, cf_estimator *e,
                            int version)
{
    CF_TRY(read_params(r, json_object_get(node, "params"), prefix, e));
    const json_t *fitted = json_object_get(node, "fitted");
    if (!fitted)
        return CF_OK;
    CF_TRY(cfi_check_params(e));
    return json_is_object(fitted) ? read_fitted(r, fitted, version, prefix, e)
                                  : malformed("fitted");
}

/* One estimator with all it holds; *out is written last. Older versions of a class are read, newer
 * ones refused. */
static cf_status build(reader *r, const json_t *node, const char *prefix, cf_estimator **out)
{
    const char *name = json_string_value(json_object_get(node, "class"));
    const json_t *version = json_object_get(node, "version");
    const cf_class *cls;
    cf_estimator *e = NULL;
    if (!name || !json_is_integer(version) || r->depth >= CFI_MAX_FILE_DEPTH)
        return malformed("class");
    CF_TRY(cfi_class_require(name, &cls));
    if (json_integer_value(version) < 1 || json_integer_value(version) > cls->version)
        return cf_fail(CF_ERR_FORMAT,
                       "the file holds version %lld of %s; this library reads up to %d",
                       (long long)json_integer_value(version), name, cls->version);
    CF_TRY(cfi_new(&e, cls));
    r->depth++;
    const cf_status status = build_into(r, node, prefix, e, (int)json_integer_value(version));
    r->depth--;
    if (status != CF_OK) {
        cf_estimator_free(e);
        return status;
    }
    *out = e;
    return CF_OK;
}

cf_status cfi_model_build(const json_t *tree, cfi_tensors *tensors, cf_estimator **out)
{
    reader r = {tensors, 0};
    cf_estimator *e = NULL;
    CF_TRY(build(&r, tree, "", &e));
    for (cf_index i = 0; i < tensors->count; i++)
        /* more in the file than the model asks for: it was not written by us */
        if (!tensors->items[i].taken) {
            cf_estimator_free(e);
            return malformed(tensors->items[i].name);
        }
    *out = e;
    return CF_OK;
}
