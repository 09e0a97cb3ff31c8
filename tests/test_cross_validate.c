/* SPDX-License-Identifier: BSD-3-Clause */
/* Cross-validation and its predictions against scikit-learn's on the same toy classifier. */
#include "golden/cross_validate.h"
#include "support/cv_problem.h"
#include "support/support.h"
#include "support/toy.h"
#include "support/toy_centroid.h"

/* Equal to the golden values; probabilities come out of exp(). */
static void check(const cf_matrix *got, const double *want, cf_index rows, cf_index cols)
{
    ck_assert_int_eq(got->rows, rows);
    ck_assert_int_eq(got->cols, cols);
    for (cf_index i = 0; i < rows; i++)
        for (cf_index j = 0; j < cols; j++) {
            const double a = cf_matrix_get(got, i, j), b = want[i * cols + j];
            ck_assert_msg(isnan(b) ? isnan(a) : fabs(a - b) <= 1e-12 * fmax(1, fabs(b)),
                          "(%d, %d) is %.17g, wants %.17g", (int)i, (int)j, a, b);
        }
}

static cf_estimator *parsed(const char *spec)
{
    cf_estimator *e = NULL;
    register_toy_centroid();
    register_toys();
    ASSERT_OK(cf_parse(&e, spec));
    return e;
}

START_TEST(scores_are_scikit_learns)
{
    cv_problem p;
    cv_draw(1, 3, false, &p);
    cf_estimator *e = parsed("ToyCentroid(shrink=0.3)"), *groups = parsed("GroupKFold(n_splits=3)");
    cf_cv_result r = {0};
    cf_cv_options o = {.scoring = cv_scoring, .n_scoring = 5, .return_train_score = true};
    for (o.n_threads = 1; o.n_threads < 4; o.n_threads++) {
        ASSERT_OK(cf_cross_validate(e, &p.X, &p.y, &o, &r));
        check(&r.test_scores, cv_test, 5, 5);
        check(&r.train_scores, cv_train, 5, 5);
        ck_assert_str_eq(r.names[2], "neg_log_loss");
        ck_assert_ptr_null(r.estimators);
    }
    o.sample_weight = &p.weights;
    ASSERT_OK(cf_cross_validate(e, &p.X, &p.y, &o, &r));
    check(&r.test_scores, cv_weighted, 5, 5);
    o = (cf_cv_options){.cv = groups, .groups = &p.groups};
    ASSERT_OK(cf_cross_validate(e, &p.X, &p.y, &o, &r));
    check(&r.test_scores, cv_groups, 1, 3);
    ck_assert_str_eq(r.names[0], "score");
    cf_cv_result_clear(&r);
    cf_estimator_free(e);
    cf_estimator_free(groups);
}
END_TEST

START_TEST(given_folds_are_used_as_they_are)
{
    cv_problem p;
    cv_draw(1, 3, false, &p);
    cf_estimator *e = parsed("ToyCentroid(shrink=0.3)"), *folds5 = parsed("StratifiedKFold");
    cf_folds folds = {0};
    cf_cv_result r = {0};
    ASSERT_OK(cf_split(folds5, CV_ROWS, &p.y, NULL, &folds));
    const cf_cv_options o = {.scoring = cv_scoring, .n_scoring = 5, .folds = &folds};
    ASSERT_OK(cf_cross_validate(e, &p.X, &p.y, &o, &r));
    check(&r.test_scores, cv_test, 5, 5);
    ASSERT_OK(cf_cross_validate(e, &p.X, &p.y, &o, &r)); /* they are still the caller's */
    check(&r.test_scores, cv_test, 5, 5);
    folds.test[7] = CV_ROWS;
    ASSERT_FAILS(CF_ERR_ARGUMENT, "names row 60 of 60", cf_cross_validate(e, &p.X, &p.y, &o, &r));
    folds.test[7] = -1;
    ASSERT_FAILS(CF_ERR_ARGUMENT, "names row -1", cf_cross_validate(e, &p.X, &p.y, &o, &r));
    folds.test[7] = 0;
    folds.train_offsets[1] = 0;
    ASSERT_FAILS(CF_ERR_ARGUMENT, "fold 0 has no training rows",
                 cf_cross_validate(e, &p.X, &p.y, &o, &r));
    folds.count = 0;
    ASSERT_FAILS(CF_ERR_ARGUMENT, "there are no folds", cf_cross_validate(e, &p.X, &p.y, &o, &r));
    folds.count = 5;
    cf_folds_clear(&folds);
    cf_cv_result_clear(&r);
    cf_estimator_free(e);
    cf_estimator_free(folds5);
}
END_TEST

START_TEST(a_failing_fold_is_named)
{
    cv_problem p;
    cv_draw(1, 3, false, &p);
    cf_estimator *e = parsed("ToyCentroid");
    cf_cv_result r = {0};
    ((double *)p.X.values)[(CV_ROWS - 1) * p.X.cols] = NAN; /* in the last fold it is tested */
    const cf_cv_options o = {.error_score = CF_ERROR_SCORE_RAISE};
    ASSERT_FAILS(CF_ERR_DATA, "fold 0, rows counted within it: ToyCentroid: X contains NaN",
                 cf_cross_validate(e, &p.X, &p.y, &o, &r));
    cf_estimator_free(e);
}
END_TEST

typedef struct heard {
    int count;
    char last[300];
} heard;

static void hear(void *ctx, cf_warning kind, const char *text)
{
    heard *h = ctx;
    (void)kind;
    h->count++;
    snprintf(h->last, sizeof h->last, "%s", text);
}

START_TEST(failures_score_what_is_asked)
{
    cv_problem p;
    cv_draw(1, 3, false, &p);
    cf_estimator *e = parsed("ToyCentroid(refuse=true)"), *folds = parsed("KFold(n_splits=7)");
    const char *const scoring[] = {"accuracy", "roc_auc"};
    heard h = {0};
    cf_cv_result r = {0};
    cf_cv_options o = {.scoring = scoring,
                       .n_scoring = 2,
                       .cv = folds,
                       .error_score = CF_ERROR_SCORE_VALUE,
                       .error_value = -1,
                       .warn = hear,
                       .warn_ctx = &h};
    ASSERT_OK(cf_cross_validate(e, &p.X, &p.y, &o, &r));
    check(&r.test_scores, cv_refused, 2, 7);
    ck_assert_int_eq(h.count, 4); /* three fits, and roc_auc of three classes */
    ck_assert_ptr_nonnull(strstr(h.last, "fold 6 failed: ToyCentroid: refuses 52 rows"));
    o.error_score = CF_ERROR_SCORE_NAN;
    ASSERT_OK(cf_cross_validate(e, &p.X, &p.y, &o, &r));
    ck_assert(isnan(cf_matrix_get(&r.test_scores, 0, 4)));
    ck_assert(isnan(cf_matrix_get(&r.test_scores, 1, 0)));
    o.error_score = CF_ERROR_SCORE_RAISE;
    ASSERT_FAILS(CF_ERR_ARGUMENT, "multi_class", cf_cross_validate(e, &p.X, &p.y, &o, &r));
    o.n_scoring = 1;
    ASSERT_FAILS(CF_ERR_NUMERIC, "refuses 52 rows", cf_cross_validate(e, &p.X, &p.y, &o, &r));
    o = (cf_cv_options){.n_splits = 2, .warn = hear, .warn_ctx = &h};
    ASSERT_FAILS(CF_ERR_DATA, "every one of the 2 fits failed: ToyCentroid: refuses 30 rows",
                 cf_cross_validate(e, &p.X, &p.y, &o, &r));
    cf_cv_result_clear(&r);
    cf_estimator_free(e);
    cf_estimator_free(folds);
}
END_TEST

START_TEST(bad_requests_are_refused)
{
    cv_problem p;
    cv_draw(1, 3, false, &p);
    cf_estimator *e = parsed("ToyCentroid");
    const char *const unknown[] = {"acuracy"}, *const twice[] = {"accuracy", "accuracy"};
    const cf_matrix few = cf_view_rows(&p.y, 0, 59);
    int cancel = 1;
    cf_cv_result r = {0};
    ASSERT_FAILS(
        CF_ERR_NAME, "did you mean 'accuracy'",
        cf_cross_validate(e, &p.X, &p.y, &(cf_cv_options){.scoring = unknown, .n_scoring = 1}, &r));
    ASSERT_FAILS(
        CF_ERR_ARGUMENT, "twice",
        cf_cross_validate(e, &p.X, &p.y, &(cf_cv_options){.scoring = twice, .n_scoring = 2}, &r));
    ASSERT_FAILS(CF_ERR_SHAPE, "X has 60 rows, y has 59",
                 cf_cross_validate(e, &p.X, &few, NULL, &r));
    ASSERT_FAILS(CF_ERR_SHAPE, "sample_weight has 59",
                 cf_cross_validate(e, &p.X, &p.y, &(cf_cv_options){.sample_weight = &few}, &r));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "n_splits = 61",
                 cf_cross_validate(e, &p.X, &p.y, &(cf_cv_options){.n_splits = 61}, &r));
    ASSERT_FAILS(CF_ERR_CANCELLED, "cancelled",
                 cf_cross_validate(e, &p.X, &p.y, &(cf_cv_options){.cancel = &cancel}, &r));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "no method 'predct'",
                 cf_cross_val_predict(e, &p.X, &p.y, NULL, "predct", &(cf_matrix){0}));
    ASSERT_FAILS(CF_ERR_UNSUPPORTED, "ToyCentroid has no transform",
                 cf_cross_val_predict(e, &p.X, &p.y, NULL, "transform", &(cf_matrix){0}));
    cf_estimator *draws = parsed("ShuffleSplit(random_state=0)");
    ASSERT_FAILS(
        CF_ERR_ARGUMENT, "only works for partitions",
        cf_cross_val_predict(e, &p.X, &p.y, &(cf_cv_options){.cv = draws}, NULL, &(cf_matrix){0}));
    ck_assert_int_eq(r.n_splits, 0);
    cf_estimator_free(draws);
    cf_estimator_free(e);
}
END_TEST

static void predicts(const cf_estimator *e, const cv_problem *p, const cf_cv_options *o,
                     const char *method, const double *want, cf_index cols)
{
    cf_matrix out = {0};
    ASSERT_OK(cf_cross_val_predict(e, &p->X, &p->y, o, method, &out));
    check(&out, want, CV_ROWS, cols);
    cf_matrix_clear(&out);
}

START_TEST(predictions_are_scikit_learns)
{
    cf_estimator *e = parsed("ToyCentroid(shrink=0.3)");
    cf_estimator *folds = parsed("StratifiedKFold(n_splits=4, shuffle=true, random_state=5)");
    const cf_cv_options o = {.cv = folds};
    cv_problem p;
    cv_draw(2, 2, false, &p);
    predicts(e, &p, &o, NULL, predicted_predict_2, 1);
    predicts(e, &p, &o, "predict_proba", predicted_predict_proba_2, 2);
    predicts(e, &p, &o, "predict_log_proba", predicted_predict_log_proba_2, 2);
    predicts(e, &p, &o, "decision_function", predicted_decision_function_2, 1);
    cv_draw(3, 3, false, &p);
    predicts(e, &p, &o, "predict", predicted_predict_3, 1);
    predicts(e, &p, &o, "predict_proba", predicted_predict_proba_3, 3);
    predicts(e, &p, &o, "predict_log_proba", predicted_predict_log_proba_3, 3);
    predicts(e, &p, &o, "decision_function", predicted_decision_function_3, 3);
    cf_estimator_free(folds);
    folds = parsed("KFold(n_splits=4)");
    heard h = {0};
    const cf_cv_options lacking = {.cv = folds, .warn = hear, .warn_ctx = &h};
    cv_draw(4, 5, true, &p);
    predicts(e, &p, &lacking, "predict", incomplete_predict, 1);
    ck_assert_int_eq(h.count, 0);
    predicts(e, &p, &lacking, "predict_proba", incomplete_predict_proba, 5);
    ck_assert_ptr_nonnull(strstr(h.last, "does not match total number of classes (5)"));
    predicts(e, &p, &lacking, "predict_log_proba", incomplete_predict_log_proba, 5);
    predicts(e, &p, &lacking, "decision_function", incomplete_decision_function, 5);
    const cf_cv_options weighted = {.sample_weight = &p.weights, .warn = hear, .warn_ctx = &h};
    predicts(e, &p, &weighted, "predict", predicted_weighted, 1);
    cf_estimator_free(folds);
    cf_estimator_free(e);
}
END_TEST

START_TEST(texts_and_numbers_come_back_as_they_were)
{
    cv_problem p;
    cv_draw(3, 3, false, &p);
    cf_estimator *e = parsed("ToyCenter | ToyCentroid"), *r = parsed("Toy(alpha=2)");
    const char *names[] = {"ham", "ignored", "spam", "toast"};
    double codes[CV_ROWS];
    cf_matrix y = {0}, out = {0}, plain = {0};
    cf_schema *schema = NULL;
    for (int i = 0; i < CV_ROWS; i++)
        codes[i] = p.labels[i] == 0 ? 0 : (double)p.labels[i] + 1;
    const cf_matrix view = cf_view_f64(codes, CV_ROWS, 1);
    ASSERT_OK(cf_matrix_copy(&view, &y));
    ASSERT_OK(cf_schema_new(&schema, 1));
    ASSERT_OK(cf_schema_set_dictionary(schema, 0, CF_CATEGORICAL, names, 4));
    y.schema = schema;
    ASSERT_OK(cf_cross_val_predict(e, &p.X, &y, NULL, NULL, &out));
    ASSERT_OK(cf_cross_val_predict(e, &p.X, &p.y, NULL, NULL, &plain));
    ck_assert_int_eq(plain.dtype, CF_I64);
    for (int i = 0; i < CV_ROWS; i++) {
        const char *text = cf_schema_text(out.schema, 0, (cf_index)cf_matrix_get(&out, i, 0));
        const int64_t label = (int64_t)cf_matrix_get(&plain, i, 0);
        ck_assert_str_eq(text, names[label == 0 ? 0 : label + 1]);
    }
    ASSERT_OK(cf_cross_val_predict(r, &p.X, &p.y, NULL, "predict", &plain));
    ck_assert_int_eq(plain.dtype, CF_F64);
    cf_matrix_clear(&out);
    cf_matrix_clear(&plain);
    cf_matrix_clear(&y);
    cf_estimator_free(e);
    cf_estimator_free(r);
}
END_TEST

static int count_progress(void *ctx, double fraction, const char *stage)
{
    double *last = ctx;
    (void)stage;
    ck_assert(fraction >= *last && fraction <= 1);
    *last = fraction;
    return 0;
}

START_TEST(progress_and_failing_memory)
{
    cv_problem p;
    cv_draw(1, 3, false, &p);
    cf_estimator *e = parsed("ToyCentroid");
    double last = 0;
    cf_cv_result r = {0};
    cf_cv_options o = {.progress = count_progress, .progress_ctx = &last, .n_threads = 1};
    ASSERT_OK(cf_cross_validate(e, &p.X, &p.y, &o, &r));
    ck_assert_double_eq(last, 1);
    o = (cf_cv_options){
        .n_threads = 1, .n_splits = 2, .return_estimator = true, .return_train_score = true};
    cf_status status = CF_ERR_MEMORY;
    for (int64_t k = 1; status != CF_OK; k++) {
        cf_fail_allocation(k, false);
        status = cf_cross_validate(e, &p.X, &p.y, &o, &r);
        cf_fail_allocation(0, false);
        ck_assert_msg(status == CF_OK || status == CF_ERR_MEMORY, "%d: %s", (int)k,
                      cf_last_error());
    }
    cf_matrix out = {0};
    for (int64_t k = 1, any = 1; any; k++) {
        cf_fail_allocation(k, false);
        status = cf_cross_val_predict(e, &p.X, &p.y, &o, "predict", &out);
        cf_fail_allocation(0, false);
        ck_assert_msg(status == CF_OK || status == CF_ERR_MEMORY, "%d: %s", (int)k,
                      cf_last_error());
        any = status != CF_OK;
    }
    cf_matrix_clear(&out);
    cf_cv_result_clear(&r);
    cf_estimator_free(e);
}
END_TEST

TEST_MAIN("cross_validate", a_failing_fold_is_named, scores_are_scikit_learns,
          given_folds_are_used_as_they_are, failures_score_what_is_asked, bad_requests_are_refused,
          predictions_are_scikit_learns, texts_and_numbers_come_back_as_they_were,
          progress_and_failing_memory)
