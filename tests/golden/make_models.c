/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * make_golden_models FOLDER: one small fitted model of every class of the library, and one more on
 * texts where it takes them, into FOLDER (tests/golden/models/VERSION, once a release; files of a
 * released version are never made again).
 */
#include "estimator/instance.h"
#include "golden/models.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 12, COLS = 3 };

#define MUST(call)                                                                                 \
    do                                                                                             \
        if ((call) != CF_OK) {                                                                     \
            fprintf(stderr, "%s: %s\n", #call, cf_last_error());                                   \
            exit(1);                                                                               \
        }                                                                                          \
    while (0)

static const char *const animals[] = {"ant", "bee", "cow"};

/* Three well separated groups of rows; with texts, the first column names the group. */
static void make_data(bool texts, cf_matrix *X, cf_matrix *numbers, cf_matrix *labels)
{
    cf_schema *schema = NULL, *y_schema = NULL;
    MUST(cf_matrix_resize(X, CF_F64, ROWS, COLS));
    MUST(cf_matrix_resize(numbers, CF_F64, ROWS, 1));
    MUST(cf_matrix_resize(labels, CF_F64, ROWS, 1));
    for (int i = 0; i < ROWS; i++) {
        const int group = i % 3;
        double *x = (double *)X->values + (cf_index)i * COLS;
        x[0] = texts ? group : 3 * group + 0.25 * (i % 4);
        x[1] = texts ? (i * 5) % 3 : 2 * ((group + 1) % 3) + 0.5 * ((i * 7) % 3);
        x[2] = 1 + 0.125 * i;
        ((double *)numbers->values)[i] = x[0] + 2 * x[1] - x[2] + 0.1 * sin(i);
        ((double *)labels->values)[i] = group;
    }
    if (!texts)
        return;
    MUST(cf_schema_new(&schema, COLS));
    MUST(cf_schema_set_name(schema, 0, "animal"));
    MUST(cf_schema_set_dictionary(schema, 0, CF_CATEGORICAL, animals, 3));
    MUST(cf_schema_set_name(schema, 1, "legs"));
    MUST(cf_schema_set_name(schema, 2, "size"));
    MUST(cf_schema_new(&y_schema, 1));
    MUST(cf_schema_set_dictionary(y_schema, 0, CF_CATEGORICAL, animals, 3));
    cfi_matrix_set_schema(X, schema);
    cfi_matrix_set_schema(labels, y_schema);
    cf_schema_free(schema);
    cf_schema_free(y_schema);
}

/* The answers, as arrays without texts. */
static void write_answers(const cf_estimator *e, const cf_matrix *X, const char *path)
{
    const char *names[GOLDEN_SLOTS + 1] = {"X"};
    cf_matrix held[GOLDEN_SLOTS + 1] = {{0}}, plain[GOLDEN_SLOTS + 1];
    const cf_matrix *arrays[GOLDEN_SLOTS + 1];
    int n = 1;
    plain[0] = *X;
    for (int k = 0; k < GOLDEN_SLOTS; k++) {
        cf_matrix out = {0};
        if (!cf_has_method(e, golden_slots[k].name))
            continue;
        MUST(golden_slots[k].call(e, X, &out));
        MUST(cf_matrix_convert(&out, CF_F64, CF_DENSE, &held[n]));
        cf_matrix_clear(&out);
        names[n] = golden_slots[k].name;
        plain[n] = held[n];
        n++;
    }
    for (int k = 0; k < n; k++) {
        plain[k].schema = NULL;
        arrays[k] = &plain[k];
    }
    MUST(cf_write_npz(path, names, arrays, n));
    for (int k = 0; k < n; k++)
        cf_matrix_clear(&held[k]);
}

/* Not every spec can be fitted to every data: that one is left out. */
static bool write_model(const char *folder, const char *name, const char *spec, bool texts)
{
    cf_estimator *e = NULL;
    cf_matrix X = {0}, numbers = {0}, labels = {0};
    char path[4096];
    make_data(texts, &X, &numbers, &labels);
    MUST(cf_parse(&e, spec));
    if (cfi_param_find(cf_class_of(e)->params, "random_state"))
        MUST(cf_set(e, "random_state", 0));
    const unsigned kind = cfi_traits(e).kind;
    const cf_matrix *y = kind & CF_CLASSIFIER ? &labels : kind & CF_REGRESSOR ? &numbers : NULL;
    const bool fitted = cf_fit(e, &X, y, NULL) == CF_OK;
    if (fitted) {
        snprintf(path, sizeof path, "%s/%s.cofit", folder, name);
        MUST(cf_save(e, path));
        snprintf(path, sizeof path, "%s/%s.npz", folder, name);
        write_answers(e, &X, path);
        printf("%s: %s\n", name, spec);
    }
    cf_matrix_clear(&X);
    cf_matrix_clear(&numbers);
    cf_matrix_clear(&labels);
    cf_estimator_free(e);
    return fitted;
}

/* The defaults; what holds other estimators, by its examples. */
static void write_class(const char *folder, const cf_class *c)
{
    char name[256];
    int count = 0;
    if (!(c->kind & CF_META))
        count += write_model(folder, c->name, c->name, false);
    for (const char *const *spec = c->examples; spec && *spec && (c->kind & CF_META); spec++) {
        snprintf(name, sizeof name, "%s-%d", c->name, count + 1);
        count += write_model(folder, name, *spec, false);
    }
    if (count == 0)
        fprintf(stderr, "%s: nothing could be fitted\n", c->name);
    if (!(c->tags & CF_TAG_CATEGORIES) || (c->kind & CF_META))
        return;
    snprintf(name, sizeof name, "%s-texts", c->name);
    bool done = write_model(folder, name, c->name, true);
    for (const char *const *spec = c->examples; spec && *spec && !done; spec++)
        done = write_model(folder, name, *spec, true);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: make_golden_models FOLDER\n");
        return 2;
    }
    for (cf_index i = 0; i < cf_class_count(); i++)
        if (!(cf_class_at(i)->kind & CF_SPLITTER))
            write_class(argv[1], cf_class_at(i));
    return 0;
}
