/* SPDX-License-Identifier: BSD-3-Clause */
#include "estimator/instance.h"
#include "support/hostile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 5, MOST_COLS = 64, MOST_OUTPUTS = 8, MOST_REQUEST = 64 << 20 };

static void *allocate(void *ctx, size_t bytes)
{
    (void)ctx;
    return bytes > MOST_REQUEST ? NULL : aligned_alloc(64, (bytes + 63) / 64 * 64);
}

static void release(void *ctx, void *memory)
{
    (void)ctx;
    free(memory);
}

const cf_allocator hostile_allocator = {allocate, release, NULL};

/* Zeros, small, mixed and huge numbers; in coded columns codes, known and unknown. */
static double cell(const cf_schema *schema, cf_index i, cf_index j, bool gaps)
{
    static const double numbers[ROWS] = {0, 1.5, -2.25, 1e30, 3};
    const cf_index texts = cf_schema_dictionary_size(schema, j);
    if (gaps && (i + j) % 3 == 0)
        return (double)NAN;
    if (cf_schema_kind(schema, j) == CF_NUMERIC)
        return numbers[(i + j) % ROWS];
    return texts > 0 ? (double)((i + j) % texts) : 0;
}

static bool make_X(const cf_estimator *e, bool gaps, cf_matrix *out)
{
    const cf_schema *schema = cf_features_in(e);
    const cf_index wanted = cf_n_features_in(e), cols = wanted <= MOST_COLS ? wanted : 3;
    if (cf_matrix_resize(out, CF_F64, ROWS, cols) != CF_OK)
        return false;
    for (cf_index i = 0; i < ROWS; i++)
        for (cf_index j = 0; j < cols; j++)
            ((double *)out->values)[i * cols + j] = cell(schema, i, j, gaps);
    if (schema && cols == wanted)
        cfi_matrix_set_schema(out, schema);
    return true;
}

static void ask(const cf_estimator *e, const cf_matrix *X)
{
    static cf_status (*const calls[])(const cf_estimator *, const cf_matrix *, cf_matrix *) = {
        cf_predict,           cf_predict_proba, cf_predict_log_proba,
        cf_decision_function, cf_score_samples, cf_inverse_transform};
    cf_matrix out = {0}, back = {0};
    double score;
    for (size_t k = 0; k < sizeof calls / sizeof calls[0]; k++)
        (void)!calls[k](e, X, &out);
    if (cf_predict(e, X, &out) == CF_OK)
        (void)!cf_score(e, X, &out, NULL, &score);
    cf_matrix_clear(&out);
    if (cf_transform(e, X, &out) == CF_OK)
        (void)!cf_inverse_transform(e, &out, &back);
    cf_matrix_clear(&out);
    cf_matrix_clear(&back);
}

static void call_methods(const cf_estimator *e, const cf_matrix *X)
{
    for (const cf_method *m = cf_class_of(e)->methods; m && m->name; m++) {
        cf_matrix outs[MOST_OUTPUTS] = {{0}}, *list[MOST_OUTPUTS];
        int n = 0;
        while (n < MOST_OUTPUTS && m->outputs && m->outputs[n].name) {
            list[n] = &outs[n];
            n++;
        }
        (void)!cf_call(e, m->name, NULL, X, list, n);
        for (int k = 0; k < n; k++)
            cf_matrix_clear(&outs[k]);
    }
}

static void read_attributes(const cf_estimator *e)
{
    cf_value names = {0}, value = {0};
    cf_matrix view = {0};
    for (const cf_state *row = cf_class_of(e)->state; row && row->name; row++) {
        (void)!cf_attribute_value(e, row->name, &value);
        (void)!cf_attribute(e, row->name, &view);
        cf_matrix_clear(&view);
    }
    if (cf_attribute_names(e, &names) == CF_OK)
        for (cf_index i = 0; i < names.count; i++)
            (void)!cf_attribute_value(e, names.as.items[i].as.text, &value);
    cf_value_clear(&value);
    cf_value_clear(&names);
}

static void read_description(const cf_estimator *e)
{
    cf_estimator *copy = NULL;
    cf_schema *schema = NULL;
    char *text = NULL;
    (void)!cf_clone(&copy, e);
    (void)!cf_to_text(e, &text);
    (void)!cf_features_out(e, &schema);
    cf_schema_free(schema);
    cf_text_free(text);
    cf_estimator_free(copy);
}

/* Saved, loaded, learning on and saved again. */
static bool comes_back(const cf_estimator *e, const cf_matrix *X)
{
    void *first = NULL, *second = NULL;
    size_t n_first = 0, n_second = 0;
    cf_estimator *back = NULL;
    const bool same = cf_save_memory(e, &first, &n_first) == CF_OK &&
                      cf_load_memory(&back, first, n_first) == CF_OK &&
                      cf_save_memory(back, &second, &n_second) == CF_OK && n_first == n_second &&
                      memcmp(first, second, n_first) == 0;
    if (back && cf_has_method(back, "partial_fit")) {
        cf_matrix y = {0};
        (void)!cf_predict(back, X, &y);
        (void)!cf_partial_fit(back, X, y.rows > 0 ? &y : NULL, NULL);
        cf_matrix_clear(&y);
        ask(back, X);
    }
    cf_bytes_free(first);
    cf_bytes_free(second);
    cf_estimator_free(back);
    return same;
}

bool hostile_use(const cf_estimator *e)
{
    cf_matrix X = {0}, other = {0};
    bool same = true;
    read_description(e);
    for (int gaps = 0; cf_is_fitted(e) && gaps < 2 && make_X(e, gaps, &X); gaps++) {
        ask(e, &X);
        call_methods(e, &X);
        if (cf_matrix_convert(&X, CF_F32, CF_DENSE, &other) == CF_OK)
            ask(e, &other);
        if (cf_matrix_convert(&X, CF_F64, CF_CSR, &other) == CF_OK)
            ask(e, &other);
        same = same && comes_back(e, &X);
    }
    if (cf_is_fitted(e))
        read_attributes(e);
    cf_matrix_clear(&X);
    cf_matrix_clear(&other);
    return same;
}
