/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Composites at their edges: steps set by value, cycles, parts of a chain, codes of any dtype, deep
 * nesting in files, weights of branches, shares of progress.
 */
#include "cofit/cofit.h"
#include "support/support.h"

static const double numbers[] = {1, 2, 3, 4, 5, 7};

static cf_estimator *parsed(const char *spec)
{
    cf_estimator *e = NULL;
    ASSERT_OK(cf_parse(&e, spec));
    return e;
}

/* [(name, estimator)], which takes the reference over. */
static cf_value one_step(const char *name, cf_estimator *e)
{
    cf_value list = {0};
    ASSERT_OK(cf_value_items(&list, CF_VALUE_LIST, 1));
    ASSERT_OK(cf_value_items(&list.as.items[0], CF_VALUE_TUPLE, 2));
    ASSERT_OK(cf_value_text(&list.as.items[0].as.items[0], name));
    list.as.items[0].as.items[1] = (cf_value){.kind = CF_VALUE_ESTIMATOR, .as.estimator = e};
    return list;
}

START_TEST(an_estimator_cannot_hold_itself)
{
    cf_estimator *chain = parsed("Pipeline(x: StandardScaler)");
    cf_estimator *columns = parsed("ColumnTransformer(a: [0] -> StandardScaler)");
    cf_value list = one_step("x", cf_estimator_share(chain));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "cannot hold the estimator itself",
                 cf_set_value(chain, "steps", &list));
    cf_value_clear(&list);
    ASSERT_OK(cf_set_estimator(columns, "remainder", cf_estimator_share(chain)));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "cannot hold the estimator itself",
                 cf_set_estimator(chain, "x", columns));
    cf_estimator_free(columns);
    cf_estimator_free(chain);
}
END_TEST

START_TEST(names_of_steps_are_sound_however_they_are_set)
{
    const char *const bad[] = {"", "a__b"};
    cf_estimator *e = parsed("Pipeline(x: StandardScaler, y: StandardScaler)");
    cf_value list = {0};
    for (int k = 0; k < 2; k++) {
        cf_value one = one_step(bad[k], parsed("StandardScaler"));
        ASSERT_FAILS(CF_ERR_ARGUMENT, "is empty or holds", cf_set_value(e, "steps", &one));
        cf_value_clear(&one);
    }
    ASSERT_OK(cf_get_value(e, "steps", &list));
    cf_value_clear(&list.as.items[1].as.items[0]);
    ASSERT_OK(cf_value_text(&list.as.items[1].as.items[0], "x"));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "two items of steps are called 'x'",
                 cf_set_value(e, "steps", &list));
    cf_value_clear(&list);
    cf_estimator_free(e);
}
END_TEST

START_TEST(a_part_knows_its_columns)
{
    const cf_matrix X = cf_view_f64(numbers, 3, 2), y = cf_view_f64(numbers, 3, 1);
    const char *const specs[] = {"OneHotEncoder(sparse_output=false) | passthrough | Ridge",
                                 "OneHotEncoder(sparse_output=false) | passthrough"};
    for (int k = 0; k < 2; k++) {
        cf_estimator *e = parsed(specs[k]), *front = NULL, *part = NULL;
        cf_matrix coded = {0}, out = {0};
        cf_value none = {0};
        ASSERT_OK(cf_fit(e, &X, &y, NULL));
        ASSERT_OK(cf_pipeline_part(e, 0, 1, &front));
        ASSERT_OK(cf_pipeline_part(e, 1, 2, &part));
        ASSERT_OK(cf_transform(front, &X, &coded));
        ck_assert_int_eq(cf_n_features_in(part), coded.cols);
        ASSERT_OK(cf_transform(part, &coded, &out));
        ck_assert_int_eq(out.cols, coded.cols);
        ASSERT_OK(cf_value_items(&none, CF_VALUE_LIST, 0));
        ASSERT_OK(cf_set_value(e, "steps", &none));
        cf_estimator *late = NULL;
        ASSERT_FAILS(CF_ERR_ARGUMENT, "steps has 0 steps", cf_pipeline_part(e, 1, 2, &late));
        cf_matrix_clear(&coded);
        cf_matrix_clear(&out);
        cf_value_clear(&none);
        cf_estimator_free(part);
        cf_estimator_free(front);
        cf_estimator_free(e);
    }
}
END_TEST

/* A column of `n` codes into `texts`, which repeat. */
static cf_matrix coded_column(cf_index n, const char *const *texts, cf_index count, double first)
{
    cf_matrix X = {0};
    cf_schema *schema = NULL;
    ASSERT_OK(cf_matrix_resize(&X, CF_F64, n, 1));
    for (cf_index i = 0; i < n; i++)
        ((double *)X.values)[i] = first + (double)(i % 2);
    ASSERT_OK(cf_schema_new(&schema, 1));
    ASSERT_OK(cf_schema_set_dictionary(schema, 0, CF_CATEGORICAL, texts, count));
    X.schema = schema;
    return X;
}

/* Codes change their meaning with the dictionary, whatever the numbers are made of. */
START_TEST(codes_of_floats_are_translated)
{
    const char *const in_fit[] = {"a", "b"}, *const now[] = {"0", "a", "b"};
    cf_matrix X = coded_column(1001, in_fit, 2, 0), Z = coded_column(1001, now, 3, 1), out = {0};
    cf_matrix floats = {0}, sparse = {0};
    cf_estimator *e = parsed("OrdinalEncoder");
    ASSERT_OK(cf_matrix_convert(&Z, CF_F32, CF_DENSE, &floats));
    ASSERT_OK(cf_matrix_convert(&Z, CF_F64, CF_CSR, &sparse));
    ASSERT_OK(cf_fit(e, &X, NULL, NULL));
    ASSERT_OK(cf_transform(e, &floats, &out));
    for (cf_index i = 0; i < out.rows; i++)
        ck_assert_double_eq(cf_matrix_get(&out, i, 0), (double)(i % 2));
    ASSERT_FAILS(CF_ERR_TYPE, "must be dense", cf_transform(e, &sparse, &out));
    cf_matrix_clear(&out);
    cf_matrix_clear(&sparse);
    cf_matrix_clear(&floats);
    cf_matrix_clear(&X);
    cf_matrix_clear(&Z);
    cf_estimator_free(e);
}
END_TEST

/* A copy of what `e` becomes in a file. */
static cf_estimator *through_a_file(const cf_estimator *e)
{
    cf_estimator *back = NULL;
    void *bytes = NULL;
    size_t size = 0;
    ASSERT_OK(cf_save_memory(e, &bytes, &size));
    ASSERT_OK(cf_load_memory(&back, bytes, size));
    cf_bytes_free(bytes);
    return back;
}

START_TEST(columns_given_as_a_matrix_are_saved)
{
    const double places[] = {1, 0};
    const cf_matrix columns = cf_view_f64(places, 2, 1);
    cf_estimator *e = parsed("ColumnTransformer(a: [0] -> StandardScaler)");
    cf_value list = {0};
    char *a = NULL, *b = NULL;
    ASSERT_OK(cf_get_value(e, "transformers", &list));
    cf_value_clear(&list.as.items[0].as.items[2]);
    ASSERT_OK(cf_value_matrix(&list.as.items[0].as.items[2], &columns));
    ASSERT_OK(cf_set_value(e, "transformers", &list));
    cf_estimator *back = through_a_file(e);
    ASSERT_OK(cf_to_text(e, &a));
    ASSERT_OK(cf_to_text(back, &b));
    ck_assert_str_eq(a, b);
    cf_text_free(a);
    cf_text_free(b);
    cf_value_clear(&list);
    cf_estimator_free(back);
    cf_estimator_free(e);
}
END_TEST

/* What can be parsed can be saved, and loaded again. */
START_TEST(deep_chains_come_back)
{
    char spec[512] = "StandardScaler";
    int depth = 0;
    for (cf_estimator *e = NULL; cf_parse(&e, spec) == CF_OK; depth++) {
        char deeper[512];
        cf_estimator_free(through_a_file(e));
        cf_estimator_free(e);
        snprintf(deeper, sizeof deeper, "Pipeline(a: %s)", spec);
        strcpy(spec, deeper);
    }
    ck_assert_int_ge(depth, 12);
}
END_TEST

START_TEST(a_weight_is_a_number)
{
    const cf_matrix X = cf_view_f64(numbers, 3, 2);
    const char *const weights[] = {"None", "nan", "\"2\""};
    for (int k = 0; k < 3; k++) {
        char spec[96];
        snprintf(spec, sizeof spec, "FeatureUnion(a: StandardScaler, transformer_weights={a: %s})",
                 weights[k]);
        cf_estimator *e = parsed(spec);
        ASSERT_FAILS(CF_ERR_ARGUMENT, "of 'a' is no number", cf_fit(e, &X, NULL, NULL));
        cf_estimator_free(e);
    }
}
END_TEST

START_TEST(texts_have_no_weight)
{
    static const double codes[] = {1, 0, 2};
    cf_schema *schema = NULL;
    cf_matrix X = {0}, out = {0};
    const cf_matrix view = cf_view_f64(codes, 3, 1);
    ASSERT_OK(cf_matrix_copy(&view, &X));
    ASSERT_OK(cf_schema_new(&schema, 1));
    ASSERT_OK(cf_schema_set_dictionary(schema, 0, CF_CATEGORICAL,
                                       (const char *const[]){"a", "b", "c"}, 3));
    X.schema = schema;
    cf_estimator *e = parsed("FeatureUnion(a: passthrough, transformer_weights={a: 2})");
    ASSERT_FAILS(CF_ERR_TYPE, "step 'a': columns of texts cannot be multiplied by a weight (2)",
                 cf_fit_transform(e, &X, NULL, NULL, &out));
    cf_estimator_free(e);
    e = parsed("FeatureUnion(a: passthrough, transformer_weights={a: 1})");
    ASSERT_OK(cf_fit_transform(e, &X, NULL, NULL, &out));
    ck_assert_double_eq(cf_matrix_get(&out, 2, 0), 2);
    cf_estimator_free(e);
    cf_matrix_clear(&out);
    cf_matrix_clear(&X);
}
END_TEST

static int note_fraction(void *ctx, double fraction, const char *stage)
{
    double *fractions = ctx; /* their number first */
    (void)stage;
    if (fractions[0] < 15)
        fractions[(int)++fractions[0]] = fraction;
    return 0;
}

START_TEST(branches_share_progress_evenly)
{
    const cf_matrix X = cf_view_f64(numbers, 3, 2);
    double seen[16] = {0};
    cf_estimator *e = parsed("FeatureUnion(p: Pipeline(StandardScaler, MinMaxScaler), "
                             "q: Pipeline(StandardScaler, MinMaxScaler))");
    const cf_fit_options options = {.progress = note_fraction, .progress_ctx = seen};
    ASSERT_OK(cf_fit(e, &X, NULL, &options));
    ck_assert_int_ge((int)seen[0], 4);
    for (int k = 1; k <= 4; k++)
        ASSERT_NEAR(seen[k], 0.25 * k, 1e-12);
    cf_estimator_free(e);
}
END_TEST

/* Every way a lack of memory can end is CF_ERR_MEMORY, the look ahead for columns included. */
START_TEST(parsing_without_memory_says_so)
{
    cf_status status = CF_ERR_MEMORY;
    for (int k = 1; status != CF_OK; k++) {
        cf_estimator *e = NULL;
        cf_fail_allocation(k, false);
        status = cf_parse(&e, "ColumnTransformer([0, 1] -> StandardScaler)");
        cf_fail_allocation(0, false);
        ck_assert(status == CF_OK || status == CF_ERR_MEMORY);
        cf_estimator_free(e);
    }
}
END_TEST

TEST_MAIN("compose", an_estimator_cannot_hold_itself, names_of_steps_are_sound_however_they_are_set,
          a_part_knows_its_columns, codes_of_floats_are_translated,
          columns_given_as_a_matrix_are_saved, deep_chains_come_back, a_weight_is_a_number,
          texts_have_no_weight, branches_share_progress_evenly, parsing_without_memory_says_so)
