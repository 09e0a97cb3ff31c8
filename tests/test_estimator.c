/* SPDX-License-Identifier: BSD-3-Clause */
/* The checked entry points, with toy classes: checks, state, names, labels, chains, failures. */
#include "estimator/instance.h"
#include "support/support.h"
#include "support/toy.h"

static const double data[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

static cf_estimator *parsed(const char *spec)
{
    register_toys();
    cf_estimator *e = NULL;
    ASSERT_OK(cf_parse(&e, spec));
    return e;
}

START_TEST(fit_checks_what_it_is_given)
{
    cf_estimator *e = parsed("Toy");
    const cf_matrix X = cf_view_f64(data, 4, 3), y = cf_view_f64(data, 4, 1);
    const cf_matrix short_y = cf_view_f64(data, 3, 1), no_rows = cf_view_f64(data, 0, 3);
    const cf_matrix no_cols = cf_view_f64(data, 4, 0);
    double bad[12];
    memcpy(bad, data, sizeof bad);
    bad[7] = NAN;
    const cf_matrix nan = cf_view_f64(bad, 4, 3), nan_y = cf_view_f64(bad + 4, 4, 1);
    ASSERT_FAILS(CF_ERR_NOT_FITTED, "call fit before predict", cf_predict(e, &X, &(cf_matrix){0}));
    ASSERT_FAILS(CF_ERR_SHAPE, "X has 4 rows, y has 3", cf_fit(e, &X, &short_y, NULL));
    ASSERT_FAILS(CF_ERR_SHAPE, "0 sample(s) (shape=(0, 3)) while a minimum of 1",
                 cf_fit(e, &no_rows, NULL, NULL));
    ASSERT_FAILS(CF_ERR_SHAPE, "0 feature(s) (shape=(4, 0))", cf_fit(e, &no_cols, NULL, NULL));
    ASSERT_FAILS(CF_ERR_DATA, "contains NaN at row 2, column 1", cf_fit(e, &nan, &y, NULL));
    ASSERT_FAILS(CF_ERR_DATA, "Input y contains NaN", cf_fit(e, &X, &nan_y, NULL));
    bad[7] = INFINITY;
    ASSERT_FAILS(CF_ERR_DATA, "contains infinity", cf_fit(e, &nan, &y, NULL));
    ASSERT_FAILS(CF_ERR_SHAPE, "takes one target", cf_fit(e, &X, &X, NULL));
    ASSERT_FAILS(CF_ERR_UNSUPPORTED, "no partial_fit", cf_partial_fit(e, &X, &y, NULL));
    ASSERT_FAILS(CF_ERR_UNSUPPORTED, "Toy has no transform", cf_transform(e, &X, &(cf_matrix){0}));
    const cf_index offsets[] = {0, 1, 1, 1, 1};
    const int32_t indices[] = {0};
    const cf_matrix sparse = cf_view_csr(CF_F64, data, offsets, indices, 4, 3);
    ASSERT_FAILS(CF_ERR_TYPE, "sparse", cf_fit(e, &sparse, &y, NULL));
    ck_assert(!cf_is_fitted(e));
    cf_estimator_free(e);
}
END_TEST

START_TEST(an_output_that_is_the_input_is_refused)
{
    cf_estimator *e = parsed("ToyCenter");
    const cf_matrix view = cf_view_f64(data, 4, 3);
    cf_matrix X = {0};
    ASSERT_OK(cf_matrix_copy(&view, &X));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "the output is the input",
                 cf_fit_transform(e, &X, NULL, NULL, &X));
    ASSERT_OK(cf_fit(e, &X, NULL, NULL));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "the output is the input", cf_transform(e, &X, &X));
    ck_assert_double_eq(cf_matrix_get(&X, 3, 2), 12);
    cf_matrix_clear(&X);
    cf_estimator_free(e);
}
END_TEST

START_TEST(weights_are_checked_and_reach_the_slot)
{
    cf_estimator *e = parsed("Toy");
    const cf_matrix X = cf_view_f64(data, 4, 3), y = cf_view_f64(data, 4, 1);
    double w[] = {1, 0, 0, 3};
    const cf_matrix weights = cf_view_f64(w, 4, 1), longer = cf_view_f64(data, 5, 1);
    cf_matrix mean = {0};
    ASSERT_FAILS(CF_ERR_SHAPE, "sample_weight is 5 x 1",
                 cf_fit(e, &X, &y, &(cf_fit_options){.sample_weight = &longer}));
    ASSERT_OK(cf_fit(e, &X, &y, &(cf_fit_options){.sample_weight = &weights}));
    ASSERT_OK(cf_attribute(e, "mean_", &mean));
    ck_assert_double_eq(cf_matrix_get(&mean, 0, 0), (1 + 3 * 10) / 4.0);
    w[1] = -1;
    ASSERT_FAILS(CF_ERR_DATA, "negative at row 1",
                 cf_fit(e, &X, &y, &(cf_fit_options){.sample_weight = &weights}));
    ck_assert(cf_is_fitted(e)); /* a failed check leaves the fitted state alone */
    memset(w, 0, sizeof w);
    ASSERT_FAILS(CF_ERR_DATA, "zero for every row",
                 cf_fit(e, &X, &y, &(cf_fit_options){.sample_weight = &weights}));
    cf_estimator_free(e);
}
END_TEST

START_TEST(a_failing_slot_leaves_it_unfitted_and_usable)
{
    cf_estimator *e = parsed("Toy");
    const cf_matrix X = cf_view_f64(data, 4, 3), y = cf_view_f64(data, 4, 1);
    ASSERT_OK(cf_fit(e, &X, &y, NULL));
    ASSERT_OK(cf_set(e, "count", 13));
    ASSERT_FAILS(CF_ERR_NUMERIC, "thirteen", cf_fit(e, &X, &y, NULL));
    ck_assert(!cf_is_fitted(e));
    ASSERT_OK(cf_set(e, "count", 12));
    ASSERT_OK(cf_fit(e, &X, &y, NULL));
    ASSERT_OK(cfi_state_validate(e));
    cf_estimator_free(e);
}
END_TEST

START_TEST(chains_fit_their_clones_and_name_failing_steps)
{
    cf_estimator *e = parsed("ToyCenter | Toy(alpha=2)");
    const cf_matrix X = cf_view_f64(data, 4, 3), y = cf_view_f64(data, 4, 1);
    cf_matrix out = {0}, mean = {0};
    ASSERT_OK(cf_fit(e, &X, &y, NULL));
    ASSERT_OK(cf_predict(e, &X, &out));
    ck_assert_int_eq(out.rows, 4);
    ck_assert_double_eq(cf_matrix_get(&out, 0, 0), 2 * 3 * -4.5);
    ASSERT_OK(cf_attribute(e, "toycenter__mean_", &mean));
    ck_assert_double_eq(cf_matrix_get(&mean, 2, 0), 7.5);
    cf_estimator *step = NULL;
    ASSERT_OK(cf_get_estimator(e, "toy", &step));
    ck_assert(!cf_is_fitted(step));
    ASSERT_OK(cf_set(e, "toy__count", 13));
    ASSERT_FAILS(CF_ERR_NUMERIC, "step 'toy': Toy: thirteen", cf_fit(e, &X, &y, NULL));
    ASSERT_FAILS(CF_ERR_NOT_FITTED, "Pipeline is not fitted", cf_predict(e, &X, &out));
    cf_matrix_clear(&out);
    cf_estimator_free(e);
}
END_TEST

/* One part after the other answers as the whole does; the whole may go before its parts. */
START_TEST(parts_of_a_chain_are_fitted)
{
    cf_estimator *e = parsed("c: ToyCenter | passthrough | toy: Toy"), *front = NULL, *back = NULL;
    const cf_matrix X = cf_view_f64(data, 4, 3), y = cf_view_f64(data, 4, 1);
    cf_matrix whole = {0}, between = {0}, out = {0};
    ASSERT_FAILS(CF_ERR_NOT_FITTED, "not fitted", cf_pipeline_part(e, 0, 1, &front));
    ASSERT_OK(cf_fit(e, &X, &y, NULL));
    ASSERT_OK(cf_predict(e, &X, &whole));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "has 3 steps, not [1, 1)", cf_pipeline_part(e, 1, 1, &front));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "has 3 steps, not [1, 4)", cf_pipeline_part(e, 1, 4, &front));
    ASSERT_OK(cf_pipeline_part(e, 0, 2, &front));
    ASSERT_OK(cf_pipeline_part(e, 2, 3, &back));
    cf_estimator_free(e);
    ASSERT_OK(cf_transform(front, &X, &between));
    ASSERT_OK(cf_predict(back, &between, &out));
    for (cf_index i = 0; i < 4; i++)
        ck_assert_double_eq(cf_matrix_get(&out, i, 0), cf_matrix_get(&whole, i, 0));
    ck_assert_int_eq(cf_n_features_in(back), 3);
    const cf_estimator *step = NULL;
    ASSERT_OK(cf_attribute_estimator(back, "toy", &step));
    ASSERT_FAILS(CF_ERR_TYPE, "Toy is no Pipeline", cf_pipeline_part(step, 0, 1, &e));
    cf_matrix_clear(&whole);
    cf_matrix_clear(&between);
    cf_matrix_clear(&out);
    cf_estimator_free(front);
    cf_estimator_free(back);
}
END_TEST

/* A table with named columns, owned. */
static cf_matrix table(const char *const *names, cf_index cols, const double *values, cf_index rows)
{
    cf_matrix X = {0};
    const cf_matrix view = cf_view_f64(values, rows, cols);
    ASSERT_OK(cf_matrix_copy(&view, &X));
    ASSERT_OK(cf_matrix_set_names(&X, names));
    return X;
}

static void count_warning(void *ctx, cf_warning kind, const char *text)
{
    (void)kind;
    (void)text;
    ++*(int *)ctx;
}

START_TEST(columns_are_matched_by_name)
{
    cf_estimator *e = parsed("Toy");
    const char *names[] = {"a", "b", "c"}, *shuffled[] = {"c", "x", "a", "b"};
    const char *lacking[] = {"a", "x", "y"};
    const double rows[] = {3, 99, 1, 2};
    cf_matrix X = table(names, 3, data, 4), Z = table(shuffled, 4, rows, 1);
    cf_matrix L = table(lacking, 3, data, 1), out = {0}, plain = cf_view_f64(data, 1, 3);
    const cf_matrix y = cf_view_f64(data, 4, 1), wide = cf_view_f64(data, 1, 4);
    ASSERT_OK(cf_fit(e, &X, &y, NULL));
    ASSERT_OK(cf_predict(e, &plain, &out));
    const double expected = cf_matrix_get(&out, 0, 0);
    ASSERT_OK(cf_predict(e, &Z, &out));
    ck_assert_double_eq(cf_matrix_get(&out, 0, 0), expected);
    ASSERT_FAILS(CF_ERR_SHAPE, "X lacks 2 column(s) Toy was fitted with: 'b', 'c'",
                 cf_predict(e, &L, &out));
    ASSERT_FAILS(CF_ERR_SHAPE, "X has 4 features, but Toy is expecting 3 features as input",
                 cf_predict(e, &wide, &out));
    cf_value list = {0};
    ASSERT_OK(cf_attribute_value(e, "feature_names_in_", &list));
    ck_assert_int_eq(list.count, 3);
    ck_assert_str_eq(list.as.items[1].as.text, "b");
    cf_value_clear(&list);
    cf_matrix_clear(&out);
    cf_matrix_clear(&X);
    cf_matrix_clear(&Z);
    cf_matrix_clear(&L);
    cf_estimator_free(e);
}
END_TEST

START_TEST(each_warning_comes_once)
{
    cf_estimator *e = parsed("ToyCenter | ToyCenter | Toy");
    const cf_matrix X = cf_view_f64(data, 4, 3), y = cf_view_f64(data, 4, 1);
    int count = 0;
    ASSERT_OK(cf_fit(e, &X, &y, &(cf_fit_options){.warn = count_warning, .warn_ctx = &count}));
    ck_assert_int_eq(count, 1);
    cf_estimator_free(e);
}
END_TEST

/* Columns: age (number), sex (category f, m). */
static cf_matrix people(const double *values, cf_index rows, bool other_dictionary)
{
    static const char *const names[] = {"age", "sex"};
    static const char *const two[] = {"f", "m"}, *const three[] = {"d", "f", "m"};
    cf_matrix X = {0};
    cf_schema *schema = NULL;
    ASSERT_OK(cf_matrix_resize(&X, CF_F64, rows, 2));
    memcpy(X.values, values, (size_t)(2 * rows) * sizeof *values);
    ASSERT_OK(cf_schema_new(&schema, 2));
    for (cf_index j = 0; j < 2; j++)
        ASSERT_OK(cf_schema_set_name(schema, j, names[j]));
    ASSERT_OK(cf_schema_set_dictionary(schema, 1, CF_CATEGORICAL, other_dictionary ? three : two,
                                       other_dictionary ? 3 : 2));
    cfi_matrix_set_schema(&X, schema);
    cf_schema_free(schema);
    return X;
}

START_TEST(codes_are_no_numbers)
{
    cf_estimator *e = parsed("Toy"), *c = parsed("ColumnTransformer(numeric -> ToyCenter, "
                                                 "categorical -> passthrough)");
    const double rows[] = {10, 0, 20, 1, 30, 0}, later[] = {2, 40, 1, 50, 0, 60};
    cf_matrix X = people(rows, 3, false), out = {0};
    ASSERT_FAILS(CF_ERR_TYPE, "column 'sex' holds text; Toy takes numbers",
                 cf_fit(e, &X, NULL, NULL));
    ASSERT_OK(cf_fit(c, &X, NULL, NULL));
    const double other[] = {40, 2, 50, 1, 60, 0}; /* m, f, d in the wider dictionary */
    cf_matrix Z = people(other, 3, true);
    ASSERT_OK(cf_transform(c, &Z, &out));
    (void)later;
    ck_assert_double_eq(cf_matrix_get(&out, 0, 0), 20);
    ck_assert_double_eq(cf_matrix_get(&out, 0, 1), 1); /* m */
    ck_assert_double_eq(cf_matrix_get(&out, 1, 1), 0); /* f */
    ck_assert_double_eq(cf_matrix_get(&out, 2, 1), 2); /* d was not there in fit */
    ck_assert_str_eq(cf_schema_text(out.schema, 1, 2), "d");
    ck_assert_str_eq(cf_schema_name(out.schema, 0), "toycenter__age");
    ck_assert_str_eq(cf_schema_name(out.schema, 1), "passthrough__sex");
    cf_matrix_clear(&out);
    cf_matrix_clear(&X);
    cf_matrix_clear(&Z);
    cf_estimator_free(e);
    cf_estimator_free(c);
}
END_TEST

START_TEST(dropped_columns_may_be_missing_later)
{
    cf_estimator *e = parsed("ColumnTransformer(b -> ToyCenter) | Toy");
    const char *names[] = {"a", "b", "c"}, *only[] = {"b"}, *none[] = {"z"};
    cf_matrix X = table(names, 3, data, 4), one = table(only, 1, data, 2),
              z = table(none, 1, data, 2);
    const cf_matrix y = cf_view_f64(data, 4, 1);
    cf_matrix out = {0};
    ASSERT_OK(cf_fit(e, &X, &y, NULL));
    ASSERT_OK(cf_predict(e, &one, &out));
    ck_assert_double_eq(cf_matrix_get(&out, 0, 0), 1 - 6.5);
    ASSERT_FAILS(CF_ERR_SHAPE, "X lacks 1 column(s) Pipeline was fitted with: 'b'",
                 cf_predict(e, &z, &out));
    cf_matrix_clear(&out);
    cf_matrix_clear(&X);
    cf_matrix_clear(&one);
    cf_matrix_clear(&z);
    cf_estimator_free(e);
}
END_TEST

START_TEST(unions_join_in_order)
{
    cf_estimator *e = parsed("FeatureUnion(ToyCenter, p: passthrough, d: drop, "
                             "transformer_weights={p: 10})");
    const cf_matrix X = cf_view_f64(data, 4, 3);
    cf_matrix out = {0};
    ASSERT_OK(cf_fit_transform(e, &X, NULL, NULL, &out));
    ck_assert_int_eq(out.cols, 6);
    ck_assert_double_eq(cf_matrix_get(&out, 0, 0), -4.5);
    ck_assert_double_eq(cf_matrix_get(&out, 0, 3), 10);
    cf_schema *names = NULL;
    ASSERT_OK(cf_features_out(e, &names));
    ck_assert_str_eq(cf_schema_name(names, 1), "toycenter__x1");
    ck_assert_str_eq(cf_schema_name(names, 5), "p__x2");
    cf_schema_free(names);
    cf_matrix_clear(&out);
    cf_estimator_free(e);
}
END_TEST

/* Columns of texts need no name; the output's have one. */
START_TEST(columns_without_a_name_get_one_in_the_output)
{
    static const char *const texts[] = {"ant", "bee"};
    const double codes[] = {0, 1, 1, 0};
    cf_estimator *e = NULL;
    cf_schema *schema = NULL, *out = NULL;
    cf_matrix X = cf_view_f64(codes, 2, 2);
    ASSERT_OK(cf_schema_new(&schema, 2));
    for (cf_index j = 0; j < 2; j++)
        ASSERT_OK(cf_schema_set_dictionary(schema, j, CF_CATEGORICAL, texts, 2));
    X.schema = schema;
    ASSERT_OK(cf_parse(&e, "FeatureUnion(s: SimpleImputer(strategy=most_frequent), "
                           "verbose_feature_names_out=false)"));
    ASSERT_OK(cf_fit(e, &X, NULL, NULL));
    ASSERT_OK(cf_features_out(e, &out));
    ck_assert_str_eq(cf_schema_name(out, 0), "x0");
    ck_assert_str_eq(cf_schema_name(out, 1), "x1");
    ck_assert_str_eq(cf_schema_text(out, 1, 1), "bee");
    cf_schema_free(out);
    cf_schema_free(schema);
    cf_estimator_free(e);
}
END_TEST

START_TEST(every_failed_allocation_of_a_fit_is_survived)
{
    const char *names[] = {"a", "b", "c"};
    cf_matrix X = table(names, 3, data, 4);
    const cf_matrix y = cf_view_f64(data, 4, 1);
    for (int64_t k = 1;; k++) {
        cf_estimator *e =
            parsed("ColumnTransformer([c, a] -> ToyCenter, remainder=passthrough) | Toy");
        cf_matrix out = {0};
        cf_fail_allocation(k, false);
        cf_status status = cf_fit(e, &X, &y, NULL);
        if (status == CF_OK)
            status = cf_predict(e, &X, &out);
        const int64_t asked = cf_fail_allocation(0, false);
        ck_assert_int_eq(status, asked >= k ? CF_ERR_MEMORY : CF_OK);
        ASSERT_OK(cf_fit(e, &X, &y, NULL)); /* still usable */
        cf_matrix_clear(&out);
        cf_estimator_free(e);
        if (asked < k)
            break;
    }
    cf_matrix_clear(&X);
}
END_TEST

START_TEST(the_registry_is_json)
{
    register_toys();
    char *json = NULL;
    ASSERT_OK(cf_registry_json(&json));
    ck_assert_ptr_nonnull(strstr(json, "\"name\":\"Toy\""));
    ck_assert_ptr_nonnull(strstr(json, "\"accepts\":\"plain | fancy\""));
    cf_text_free(json);
    ASSERT_FAILS(CF_ERR_NAME, "registered already", cf_register(&toy_regressor));
    cf_class other = toy_regressor;
    other.abi = 99;
    ASSERT_FAILS(CF_ERR_ARGUMENT, "another version", cf_register(&other));
}
END_TEST

TEST_MAIN("estimator", an_output_that_is_the_input_is_refused, fit_checks_what_it_is_given,
          weights_are_checked_and_reach_the_slot, a_failing_slot_leaves_it_unfitted_and_usable,
          chains_fit_their_clones_and_name_failing_steps, parts_of_a_chain_are_fitted,
          columns_are_matched_by_name, columns_without_a_name_get_one_in_the_output,
          each_warning_comes_once, codes_are_no_numbers, dropped_columns_may_be_missing_later,
          unions_join_in_order, every_failed_allocation_of_a_fit_is_survived, the_registry_is_json)
