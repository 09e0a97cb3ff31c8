/* SPDX-License-Identifier: BSD-3-Clause */
/* The dummies against scikit-learn: every strategy, weights, several targets, the same draws. */
#include "cofit/datasets.h"
#include "golden/dummy.h"
#include "support/support.h"

static void check_at(const char *what, const cf_matrix *got, const double *want, cf_index n)
{
    ck_assert_msg(got->rows * got->cols == n, "%s is %d x %d, wants %d", what, (int)got->rows,
                  (int)got->cols, (int)n);
    for (cf_index k = 0; k < n; k++) {
        const double x = cf_matrix_get(got, k / got->cols, k % got->cols);
        ck_assert_msg(fabs(x - want[k]) <= 1e-14 * fmax(1, fabs(want[k])),
                      "%s[%d] = %.17g, wants %.17g", what, (int)k, x, want[k]);
    }
}

#define CHECK(got, want) check_at(#want, got, want, (cf_index)(sizeof(want) / sizeof((want)[0])))

static const double zeros[ROWS] = {0};

/* What a strategy has to give for three targets with weights and for one without. */
typedef struct expectation {
    const char *strategy;
    const double *many, *many_proba, *one, *one_proba;
} expectation;

#define EXPECT(name)                                                                               \
    {                                                                                              \
#name, name##_many, name##_many_proba, name##_one, name##_one_proba                        \
    }

START_TEST(classifier_is_scikit_learns)
{
    static const expectation all[] = {EXPECT(prior), EXPECT(stratified), EXPECT(uniform),
                                      EXPECT(most_frequent), EXPECT(constant)};
    const cf_matrix X = cf_view_f64(zeros, ROWS, 1), Y = cf_view_f64(labels, ROWS, 3);
    const cf_matrix y = cf_view_column(&Y, 0), w = cf_view_f64(weights, ROWS, 1);
    cf_matrix out = {0};
    for (int k = 0; k < 5; k++) {
        cf_estimator *e = NULL;
        ASSERT_OK(cf_new(&e, "DummyClassifier"));
        ASSERT_OK(cf_set(e, "strategy", all[k].strategy));
        ASSERT_OK(cf_set(e, "random_state", 11));
        ASSERT_OK(cf_set_parsed(e, "constant", "[5, -1, 3]"));
        ASSERT_OK(cf_fit(e, &X, &Y, &(cf_fit_options){.sample_weight = &w}));
        ASSERT_OK(cf_predict(e, &X, &out));
        check_at(all[k].strategy, &out, all[k].many, ROWS * 3);
        ASSERT_OK(cf_predict_proba(e, &X, &out));
        check_at(all[k].strategy, &out, all[k].many_proba, ROWS * 9);
        ASSERT_OK(cf_set(e, "constant", 7));
        ASSERT_OK(cf_fit(e, &X, &y, NULL));
        ASSERT_OK(cf_predict(e, &X, &out));
        check_at(all[k].strategy, &out, all[k].one, ROWS);
        ASSERT_OK(cf_predict_proba(e, &X, &out));
        check_at(all[k].strategy, &out, all[k].one_proba, ROWS * 3);
        cf_estimator_free(e);
    }
    cf_matrix_clear(&out);
}
END_TEST

START_TEST(regressor_is_scikit_learns)
{
    const cf_matrix X = cf_view_f64(zeros, ROWS, 1), Y = cf_view_f64(targets, ROWS, 2);
    const cf_matrix w = cf_view_f64(weights, ROWS, 1);
    static const struct {
        const char *spec;
        const double *plain, *weighted;
    } all[] = {
        {"DummyRegressor", mean_plain, mean_weighted},
        {"DummyRegressor(strategy=median)", median_plain, NULL},
        {"DummyRegressor(strategy=quantile, quantile=0.3)", quantile_plain, quantile_weighted},
        {"DummyRegressor(strategy=quantile, quantile=0.93)", high_plain, high_weighted}};
    cf_matrix out = {0};
    for (int k = 0; k < 4; k++) {
        cf_estimator *e = NULL;
        ASSERT_OK(cf_parse(&e, all[k].spec));
        ASSERT_OK(cf_fit(e, &X, &Y, NULL));
        ASSERT_OK(cf_attribute(e, "constant_", &out));
        check_at(all[k].spec, &out, all[k].plain, 2);
        ASSERT_OK(cf_fit(e, &X, &Y, &(cf_fit_options){.sample_weight = &w}));
        ASSERT_OK(cf_attribute(e, "constant_", &out));
        if (all[k].weighted)
            check_at(all[k].spec, &out, all[k].weighted, 2);
        out = (cf_matrix){0};
        cf_estimator_free(e);
    }
}
END_TEST

START_TEST(a_weighted_median_is_that_of_repeated_rows)
{
    double whole[ROWS];
    for (int i = 0; i < ROWS; i++)
        whole[i] = nearbyint(weights[i]);
    const cf_matrix X = cf_view_f64(zeros, ROWS, 1), Y = cf_view_f64(targets, ROWS, 2);
    const cf_matrix w = cf_view_f64(whole, ROWS, 1);
    cf_matrix out = {0};
    cf_estimator *e = NULL;
    ASSERT_OK(cf_parse(&e, "DummyRegressor(strategy=median)"));
    ASSERT_OK(cf_fit(e, &X, &Y, &(cf_fit_options){.sample_weight = &w}));
    ASSERT_OK(cf_predict(e, &X, &out));
    const cf_matrix first = cf_view_rows(&out, 0, 1);
    CHECK(&first, median_repeated);
    cf_estimator_free(e);
    cf_matrix_clear(&out);
}
END_TEST

START_TEST(constants_are_labels_or_numbers)
{
    const cf_matrix X = cf_view_f64(zeros, ROWS, 1), Y = cf_view_f64(labels, ROWS, 3);
    const cf_matrix y = cf_view_column(&Y, 0);
    cf_matrix out = {0}, T = {0}, t = {0};
    cf_estimator *e = NULL;
    ASSERT_OK(cf_parse(&e, "DummyClassifier(strategy=constant)"));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "has to be specified", cf_fit(e, &X, &y, NULL));
    ASSERT_OK(cf_set(e, "constant", 3));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "You provided constant=3", cf_fit(e, &X, &y, NULL));
    ASSERT_FAILS(CF_ERR_SHAPE, "shape (3, 1)", cf_fit(e, &X, &Y, NULL));
    ASSERT_OK(cf_dataset_load("iris", &T, &t));
    ASSERT_OK(cf_set(e, "constant", "virginica"));
    ASSERT_OK(cf_fit(e, &T, &t, NULL));
    ASSERT_OK(cf_predict(e, &T, &out));
    ck_assert_str_eq(cf_schema_text(out.schema, 0, (cf_index)cf_matrix_get(&out, 0, 0)),
                     "virginica");
    ASSERT_OK(cf_set(e, "constant", "rose"));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "constant=rose", cf_fit(e, &T, &t, NULL));
    static const double huge[] = {-1e300, 1e300, 1e300};
    const cf_matrix three = cf_view_f64(huge, 3, 1);
    ASSERT_OK(cf_set(e, "constant", 1e300));
    ASSERT_OK(cf_fit(e, &three, &three, NULL));
    ASSERT_OK(cf_predict(e, &three, &out));
    ck_assert(cf_matrix_get(&out, 0, 0) == 1e300);
    cf_estimator_free(e);
    ASSERT_OK(cf_parse(&e, "DummyRegressor(strategy=constant)"));
    ASSERT_FAILS(CF_ERR_TYPE, "has to be specified", cf_fit(e, &X, &y, NULL));
    ASSERT_OK(cf_set_parsed(e, "constant", "[1.5, 2, -3]"));
    ASSERT_FAILS(CF_ERR_SHAPE, "shape (1, 1)", cf_fit(e, &X, &y, NULL));
    ASSERT_OK(cf_fit(e, &X, &Y, NULL));
    ASSERT_OK(cf_predict(e, &X, &out));
    ck_assert(cf_matrix_get(&out, 7, 0) == 1.5 && cf_matrix_get(&out, 7, 2) == -3);
    cf_estimator_free(e);
    ASSERT_OK(cf_parse(&e, "DummyRegressor(strategy=quantile)"));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "specify the desired quantile", cf_fit(e, &X, &y, NULL));
    cf_estimator_free(e);
    cf_matrix_clear(&out);
    cf_matrix_clear(&T);
    cf_matrix_clear(&t);
}
END_TEST

TEST_MAIN("dummy", classifier_is_scikit_learns, regressor_is_scikit_learns,
          a_weighted_median_is_that_of_repeated_rows, constants_are_labels_or_numbers)
