/* SPDX-License-Identifier: BSD-3-Clause */
/* Parameters, values and the spec language: checks, round trips, errors with their column. */
#include "support/support.h"
#include "support/toy.h"

static void assert_round_trip(const char *spec, const char *printed)
{
    register_toys();
    cf_estimator *e = NULL, *again = NULL;
    char *text = NULL, *second = NULL;
    ASSERT_OK(cf_parse(&e, spec));
    ASSERT_OK(cf_to_text(e, &text));
    ck_assert_str_eq(text, printed);
    ASSERT_OK(cf_parse(&again, text));
    ASSERT_OK(cf_to_text(again, &second));
    ck_assert_str_eq(text, second);
    cf_text_free(text);
    cf_text_free(second);
    cf_estimator_free(e);
    cf_estimator_free(again);
}

START_TEST(specs_print_as_they_are_read)
{
    assert_round_trip("Toy", "Toy");
    assert_round_trip("Toy()", "Toy");
    assert_round_trip("Toy(alpha=1)", "Toy");
    assert_round_trip("Toy( alpha = 2 , count=7,flag=false )",
                      "Toy(alpha=2.0, count=7, flag=false)");
    assert_round_trip("Toy(mode=fancy, label=\"a b\")", "Toy(mode=fancy, label=\"a b\")");
    assert_round_trip("Toy(label=Toy2)", "Toy(label=Toy2)");
    assert_round_trip("Toy(label=\"None\")", "Toy(label=\"None\")");
    assert_round_trip("Toy(label=\"Toy\")", "Toy(label=\"Toy\")");
    assert_round_trip("Toy(gamma=0.1)", "Toy(gamma=0.1)");
    assert_round_trip("Toy(gamma=1)", "Toy(gamma=1)");
    assert_round_trip("Toy(gamma=1.0)", "Toy(gamma=1.0)");
    assert_round_trip("Toy(init=[[1, 2.5], [3, 4]])", "Toy(init=[[1.0, 2.5], [3.0, 4.0]])");
    assert_round_trip("Toy(init={a: [1, (2,), {}], \"b c\": nan, d: -inf})",
                      "Toy(init={a: [1, (2,), {}], \"b c\": nan, d: -inf})");
    assert_round_trip("ToyCenter | Toy", "ToyCenter | Toy");
    assert_round_trip("ToyCenter | ToyCenter | passthrough", "ToyCenter | ToyCenter | passthrough");
    assert_round_trip("c: ToyCenter | Toy(alpha=3)", "c: ToyCenter | Toy(alpha=3.0)");
    assert_round_trip("Pipeline(x: Toy)", "Pipeline(x: Toy)");
    assert_round_trip("x: Toy", "Pipeline(x: Toy)");
    assert_round_trip("Pipeline(ToyCenter, Toy)", "ToyCenter | Toy");
    assert_round_trip("Pipeline(ToyCenter | ToyCenter) | Toy",
                      "Pipeline(Pipeline(ToyCenter, ToyCenter)) | Toy");
    assert_round_trip(
        "ColumnTransformer(numeric -> ToyCenter | ToyCenter, [age, \"a b\", -1] -> drop, "
        "\"text\" -> passthrough, k: 3 -> ToyCenter, remainder=passthrough)",
        "ColumnTransformer(numeric -> ToyCenter | ToyCenter, [age, \"a b\", -1] -> drop, "
        "\"text\" -> passthrough, k: 3 -> ToyCenter, remainder=passthrough)");
    assert_round_trip("FeatureUnion(ToyCenter, b: ToyCenter(alpha=2))",
                      "FeatureUnion(ToyCenter, b: ToyCenter(alpha=2.0))");
}
END_TEST

static void assert_spec_fails(cf_status status, const char *spec, const char *message)
{
    register_toys();
    cf_estimator *e = NULL;
    ASSERT_FAILS(status, message, cf_parse(&e, spec));
    ck_assert_ptr_null(e);
}

START_TEST(mistakes_are_told_with_their_column)
{
    assert_spec_fails(CF_ERR_FORMAT, "", "column 1: the text ends where a class should stand");
    assert_spec_fails(CF_ERR_FORMAT, "Toy |", "column 6: the text ends");
    assert_spec_fails(CF_ERR_FORMAT, "Toy(", "column 5: the text ends");
    assert_spec_fails(CF_ERR_FORMAT, "Toy(alpha=)", "column 11: ')' stands where a value should");
    assert_spec_fails(CF_ERR_FORMAT, "Toy) ", "column 4: ')' stands where the end should");
    assert_spec_fails(CF_ERR_FORMAT, "Toy(label=\"x)", "column 11: a string does not end");
    assert_spec_fails(CF_ERR_FORMAT, "Toy(gamma=(1))", "ends with a comma");
    assert_spec_fails(CF_ERR_FORMAT, "Toy ; Toy", "column 5: unexpected character ';'");
    assert_spec_fails(CF_ERR_FORMAT, "Toy(\xff)", "not UTF-8");
    assert_spec_fails(CF_ERR_NAME, "Tooy",
                      "column 1: there is no class 'Tooy'; did you mean 'Toy'?");
    assert_spec_fails(CF_ERR_NAME, "Toy(alpa=1)",
                      "column 5: Toy has no parameter 'alpa'; did you mean 'alpha'?");
    assert_spec_fails(CF_ERR_FORMAT, "Toy(alpha=1, count=2, alpha=3)",
                      "column 23: 'alpha' is given twice");
    assert_spec_fails(CF_ERR_ARGUMENT, "Toy(alpha=-1)",
                      "column 5: Toy: alpha = -1 is outside [0, inf)");
    assert_spec_fails(CF_ERR_ARGUMENT, "Toy(count=101)", "count = 101 is outside [1, 100]");
    assert_spec_fails(CF_ERR_TYPE, "Toy(count=1.5)",
                      "count = 1.5 (real) is not accepted; it takes int");
    assert_spec_fails(CF_ERR_ARGUMENT, "Toy(mode=odd)", "it takes plain | fancy");
    assert_spec_fails(CF_ERR_ARGUMENT, "Toy(gamma=1.5)", "gamma = 1.5 is outside (0, 1]");
    assert_spec_fails(CF_ERR_ARGUMENT, "a: ToyCenter | a: Toy", "two steps are called 'a'");
    assert_spec_fails(CF_ERR_NAME, "ColumnTransformer(all -> ToyCenter, reminder=drop)",
                      "did you mean 'remainder'");
    assert_spec_fails(CF_ERR_ARGUMENT, "a__b: ToyCenter | Toy", "cannot be the name of a step");
}
END_TEST

START_TEST(deep_nesting_is_refused)
{
    char spec[4096] = "Toy(init={a: ";
    for (int i = 0; i < 1000; i++)
        strcat(spec, "[");
    assert_spec_fails(CF_ERR_LIMIT, spec, "nested deeper than 32 levels");
    spec[0] = '\0';
    for (int i = 0; i < 200; i++)
        strcat(spec, "Pipeline(");
    assert_spec_fails(CF_ERR_LIMIT, spec, "nested deeper");
}
END_TEST

START_TEST(parameters_are_set_by_name_and_type)
{
    register_toys();
    cf_estimator *e = NULL, *inner = NULL;
    double alpha = 0;
    int64_t count = 0;
    bool flag = true;
    char *text = NULL;
    ASSERT_OK(cf_parse(&e, "ToyCenter | Toy"));
    ASSERT_OK(cf_set(e, "toy__alpha", 0.5));
    ASSERT_OK(cf_set(e, "toy__count", 9));
    ASSERT_OK(cf_set(e, "toy__flag", false));
    ASSERT_OK(cf_set(e, "toy__mode", "fancy"));
    ASSERT_OK(cf_get_real(e, "toy__alpha", &alpha));
    ASSERT_OK(cf_get_int(e, "toy__count", &count));
    ASSERT_OK(cf_get_bool(e, "toy__flag", &flag));
    ASSERT_OK(cf_get_text(e, "toy__mode", &text));
    ck_assert_double_eq(alpha, 0.5);
    ck_assert_int_eq(count, 9);
    ck_assert(!flag);
    ck_assert_str_eq(text, "fancy");
    cf_text_free(text);
    ASSERT_FAILS(CF_ERR_NAME, "did you mean 'toy'", cf_set(e, "tou", 1));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "alpha = x (text)", cf_set(e, "toy__alpha", "x"));
    ASSERT_FAILS(CF_ERR_TYPE, "flag = 2 (int)", cf_set(e, "toy__flag", 2));
    ASSERT_FAILS(CF_ERR_TYPE, "is an estimator", cf_set(e, "toy", 1));
    ASSERT_OK(cf_new(&inner, "Toy"));
    ASSERT_OK(cf_set(inner, "alpha", 4));
    ASSERT_OK(cf_set(e, "toy", inner)); /* owns it now */
    ASSERT_OK(cf_get_real(e, "toy__alpha", &alpha));
    ck_assert_double_eq(alpha, 4.0);
    ASSERT_FAILS(CF_ERR_ARGUMENT, "cannot hold the estimator itself", cf_set(e, "toy", e));
    cf_estimator_free(e);
}
END_TEST

START_TEST(a_clone_has_the_parameters_and_nothing_else)
{
    register_toys();
    cf_estimator *e = NULL, *copy = NULL;
    char *a = NULL, *b = NULL;
    ASSERT_OK(cf_parse(&e, "ToyCenter(init=[[1, 2]]) | Toy(label=x, gamma=None)"));
    ASSERT_OK(cf_clone(&copy, e));
    ASSERT_OK(cf_to_text(e, &a));
    cf_estimator_free(e);
    ASSERT_OK(cf_to_text(copy, &b));
    ck_assert_str_eq(a, b);
    cf_text_free(a);
    cf_text_free(b);
    cf_estimator_free(copy);
}
END_TEST

START_TEST(every_failed_allocation_is_survived)
{
    register_toys();
    const char *spec = "c: ToyCenter(init={a: [1, x], b: \"y z\"}) | Toy(alpha=2, label=q)";
    for (int64_t k = 1;; k++) {
        cf_estimator *e = NULL;
        char *text = NULL;
        cf_fail_allocation(k, false);
        cf_status status = cf_parse(&e, spec);
        if (status == CF_OK)
            status = cf_to_text(e, &text);
        const int64_t asked = cf_fail_allocation(0, false);
        cf_text_free(text);
        cf_estimator_free(e);
        ck_assert_int_eq(status, asked >= k ? CF_ERR_MEMORY : CF_OK);
        if (asked < k)
            break;
    }
}
END_TEST

TEST_MAIN("spec", specs_print_as_they_are_read, mistakes_are_told_with_their_column,
          deep_nesting_is_refused, parameters_are_set_by_name_and_type,
          a_clone_has_the_parameters_and_nothing_else, every_failed_allocation_is_survived)
