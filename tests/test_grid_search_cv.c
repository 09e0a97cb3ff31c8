/* SPDX-License-Identifier: BSD-3-Clause */
/* GridSearchCV against scikit-learn's on the same toy classifier; its order, failures, files. */
#include "golden/cross_validate.h"
#include "model_selection/parameter_grid.h"
#include "model_selection/search.h"
#include "support/cv_problem.h"
#include "support/support.h"
#include "support/toy.h"
#include "support/toy_centroid.h"

static cf_estimator *parsed(const char *spec)
{
    cf_estimator *e = NULL;
    register_toy_centroid();
    register_toys();
    ASSERT_OK(cf_parse(&e, spec));
    return e;
}

static void near(double got, double want)
{
    ck_assert_msg(isnan(want) ? isnan(got) : fabs(got - want) <= 1e-12 * fmax(1, fabs(want)),
                  "%.17g, wants %.17g", got, want);
}

/* A column of cv_results_ equals n golden values. */
static void column(const cf_value *results, const char *name, const double *want, cf_index n)
{
    const cf_value *c = cf_value_find(results, name);
    ck_assert_msg(c != NULL, "there is no column %s", name);
    for (cf_index i = 0; i < n; i++)
        near(c->kind == CF_VALUE_MATRIX ? cf_matrix_get(c->as.matrix, i, 0)
                                        : cf_value_number(&c->as.items[i]),
             want[i]);
}

static double number(const cf_estimator *e, const char *name)
{
    cf_matrix view = {0};
    ASSERT_OK(cf_attribute(e, name, &view));
    return cf_matrix_get(&view, 0, 0);
}

static const char grid_spec[] =
    "GridSearchCV(ToyCentroid, param_grid=[{temperature: [0.5, 2.0], shrink: [0.0, 0.4, 0.9]}, "
    "{shrink: [0.25]}], scoring=neg_log_loss, return_train_score=true)";

START_TEST(table_and_choice_are_scikit_learns)
{
    cv_problem p;
    cv_draw(1, 3, false, &p);
    for (int threads = 1; threads <= 3; threads++) {
        cf_estimator *e = parsed(grid_spec);
        cf_value results = {0}, best = {0};
        cf_matrix proba = {0};
        double score = 0;
        ASSERT_OK(cf_fit(e, &p.X, &p.y, &(cf_fit_options){.n_threads = threads}));
        ASSERT_OK(cf_attribute_value(e, "cv_results_", &results));
        column(&results, "param_shrink", grid_shrink, 7);
        column(&results, "param_temperature", grid_temperature, 7);
        column(&results, "mean_test_score", grid_mean, 7);
        column(&results, "std_test_score", grid_std, 7);
        column(&results, "rank_test_score", grid_rank, 7);
        column(&results, "mean_train_score", grid_train_mean, 7);
        column(&results, "split0_test_score", grid_splits, 7);
        column(&results, "split4_test_score", grid_splits + 28, 7);
        ASSERT_OK(cf_attribute_value(e, "cv_times_", &best));
        ck_assert(cf_matrix_get(cf_value_find(&best, "mean_fit_time")->as.matrix, 6, 0) > 0);
        cf_value_clear(&best);
        ck_assert_int_eq(cf_value_find(&results, "params")->count, 7);
        near(number(e, "best_index_"), grid_best[0]);
        near(number(e, "best_score_"), grid_best[1]);
        near(number(e, "n_splits_"), 5);
        ASSERT_OK(cf_attribute_value(e, "best_params_", &best));
        near(cf_value_number(cf_value_find(&best, "shrink")), grid_best[2]);
        ASSERT_OK(cf_score(e, &p.X, &p.y, NULL, &score));
        near(score, grid_best[3]); /* by neg_log_loss, not accuracy */
        ASSERT_OK(cf_predict_proba(e, &p.X, &proba));
        for (cf_index i = 0; i < 180; i++)
            near(cf_matrix_get(&proba, i / 3, i % 3), grid_proba[i]);
        cf_matrix_clear(&proba);
        cf_value_clear(&best);
        cf_value_clear(&results);
        cf_estimator_free(e);
    }
}
END_TEST

/* (train, test) pairs of a splitter's folds as the parameter cv lists them. */
static void list_folds(const char *spec, const cf_matrix *y, cf_value *out)
{
    cf_estimator *splitter = parsed(spec);
    cf_folds f = {0};
    ASSERT_OK(cf_split(splitter, y->rows, y, NULL, &f));
    ASSERT_OK(cf_value_items(out, CF_VALUE_LIST, f.count));
    for (cf_index i = 0; i < f.count; i++) {
        cf_value *pair = &out->as.items[i];
        const cf_index train = f.train_offsets[i], test = f.test_offsets[i];
        const cf_matrix a = cf_view_i64(f.train + train, f.train_offsets[i + 1] - train, 1);
        const cf_matrix b = cf_view_i64(f.test + test, f.test_offsets[i + 1] - test, 1);
        ASSERT_OK(cf_value_items(pair, CF_VALUE_TUPLE, 2));
        ASSERT_OK(cf_value_matrix(&pair->as.items[0], &a));
        ASSERT_OK(cf_value_matrix(&pair->as.items[1], &b));
    }
    cf_folds_clear(&f);
    cf_estimator_free(splitter);
}

START_TEST(listed_folds_give_the_same_table)
{
    cv_problem p;
    cf_value folds = {0}, results = {0};
    cf_estimator *e = parsed(grid_spec);
    cv_draw(1, 3, false, &p);
    list_folds("StratifiedKFold", &p.y, &folds);
    ASSERT_OK(cf_set_value(e, "cv", &folds));
    ASSERT_OK(cf_fit(e, &p.X, &p.y, NULL));
    ASSERT_OK(cf_attribute_value(e, "cv_results_", &results));
    column(&results, "mean_test_score", grid_mean, 7);
    column(&results, "split4_test_score", grid_splits + 28, 7);
    near(number(e, "n_splits_"), 5);
    folds.as.items[2].count = 1;
    ASSERT_OK(cf_set_value(e, "cv", &folds));
    ASSERT_FAILS(CF_ERR_TYPE, "(train, test) pairs", cf_fit(e, &p.X, &p.y, NULL));
    folds.as.items[2].count = 2;
    cf_value_clear(&folds);
    cf_value_clear(&results);
    cf_estimator_free(e);
}
END_TEST

START_TEST(several_metrics_and_weights_are_scikit_learns)
{
    cv_problem p;
    cv_draw(1, 3, false, &p);
    cf_estimator *e = parsed("GridSearchCV(ToyCentroid, param_grid={shrink: [0.0, 0.5, 1.0]}, "
                             "scoring=[accuracy, f1_macro], refit=f1_macro, cv=KFold(n_splits=3))");
    cf_value results = {0};
    double f1 = 0, same = 0;
    ASSERT_OK(cf_fit(e, &p.X, &p.y, NULL));
    ASSERT_OK(cf_attribute_value(e, "cv_results_", &results));
    column(&results, "mean_test_accuracy", multi_accuracy, 3);
    column(&results, "mean_test_f1_macro", multi_f1, 3);
    column(&results, "rank_test_accuracy", multi_rank, 3);
    column(&results, "rank_test_f1_macro", multi_rank + 3, 3);
    near(number(e, "best_index_"), multi_rank[6]);
    near(number(e, "best_score_"), multi_rank[7]);
    near(number(e, "multimetric_"), 1);
    ASSERT_OK(cf_score(e, &p.X, &p.y, NULL, &f1));
    ASSERT_OK(cf_score_with(e, "f1_macro", &p.X, &p.y, NULL, &same));
    near(f1, same);
    ASSERT_OK(cf_set(e, "refit", true));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "refit must be set to a scorer key", cf_fit(e, &p.X, &p.y, NULL));
    ASSERT_OK(cf_set(e, "refit", false));
    ASSERT_OK(cf_fit(e, &p.X, &p.y, NULL));
    near(number(e, "best_index_"), -1);
    ASSERT_FAILS(CF_ERR_UNSUPPORTED, "GridSearchCV has no predict",
                 cf_predict(e, &p.X, &(cf_matrix){0}));
    cf_estimator_free(e);
    e = parsed("GridSearchCV(ToyCentroid, param_grid={shrink: [0.0, 0.2, 0.6]})");
    ASSERT_OK(cf_fit(e, &p.X, &p.y, &(cf_fit_options){.sample_weight = &p.weights}));
    cf_value_clear(&results);
    ASSERT_OK(cf_attribute_value(e, "cv_results_", &results));
    column(&results, "mean_test_score", weighted_mean, 3);
    ASSERT_OK(cf_set_parsed(e, "cv", "GroupKFold(n_splits=3)"));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "groups are needed", cf_fit(e, &p.X, &p.y, NULL));
    ASSERT_OK(cf_fit(e, &p.X, &p.y, &(cf_fit_options){.groups = &p.groups}));
    near(number(e, "n_splits_"), 3);
    cf_value_clear(&results);
    cf_estimator_free(e);
}
END_TEST

static void keep_last(void *ctx, cf_warning kind, const char *text)
{
    ck_assert_int_eq(kind, CF_WARN_FIT_FAILED);
    snprintf(ctx, 300, "%s", text);
}

START_TEST(failures_are_scored_or_raised)
{
    cv_problem p;
    cv_draw(1, 3, false, &p);
    char text[300] = "";
    const cf_fit_options listen = {.warn = keep_last, .warn_ctx = text};
    cf_estimator *e = parsed("GridSearchCV(ToyCentroid, param_grid={refuse: [true, false], "
                             "shrink: [0.0, 0.2]}, cv=KFold(n_splits=7))");
    cf_value results = {0};
    ASSERT_OK(cf_fit(e, &p.X, &p.y, &listen));
    ck_assert_ptr_nonnull(strstr(text, "fold 6 failed: ToyCentroid: refuses 52 rows"));
    ASSERT_OK(cf_attribute_value(e, "cv_results_", &results));
    column(&results, "mean_test_score", failing_mean, 4);
    column(&results, "rank_test_score", failing_rank, 4);
    near(number(e, "best_index_"), failing_rank[4]);
    ASSERT_OK(cf_set_text(e, "error_score", "raise"));
    ASSERT_FAILS(CF_ERR_NUMERIC, "refuses 52 rows", cf_fit(e, &p.X, &p.y, NULL));
    ck_assert(!cf_is_fitted(e));
    ASSERT_OK(cf_set_parsed(e, "error_score", "-3"));
    /* A value the estimator refuses fails its fits; a name it does not know fails the search. */
    ASSERT_OK(cf_set_parsed(e, "param_grid", "{shrink: [2.0, 0.1]}"));
    ASSERT_OK(cf_fit(e, &p.X, &p.y, &listen));
    ck_assert_ptr_nonnull(strstr(text, "candidate 0 failed: ToyCentroid: shrink = 2"));
    cf_value_clear(&results);
    ASSERT_OK(cf_attribute_value(e, "cv_results_", &results));
    near(cf_matrix_get(cf_value_find(&results, "mean_test_score")->as.matrix, 0, 0), -3);
    near(number(e, "best_index_"), 1);
    ASSERT_OK(cf_set_parsed(e, "param_grid", "{shrink: [2.0, 3.0]}"));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "All the 14 fits failed: ToyCentroid: shrink = 2",
                 cf_fit(e, &p.X, &p.y, &listen));
    ASSERT_OK(cf_set_parsed(e, "param_grid", "{shrimp: [0.1]}"));
    ASSERT_FAILS(CF_ERR_NAME, "shrimp", cf_fit(e, &p.X, &p.y, NULL));
    cf_value_clear(&results);
    cf_estimator_free(e);
}
END_TEST

static void refuses(const char *name, const char *value, cf_status expected, const char *part)
{
    cv_problem p;
    cv_draw(1, 3, false, &p);
    cf_estimator *e = parsed("GridSearchCV(ToyCentroid)");
    ASSERT_OK(cf_set_parsed(e, name, value));
    ASSERT_FAILS(expected, part, cf_fit(e, &p.X, &p.y, NULL));
    cf_estimator_free(e);
}

START_TEST(bad_requests_are_refused)
{
    cv_problem p;
    cv_draw(1, 3, false, &p);
    refuses("param_grid", "{shrink: 0.5}", CF_ERR_TYPE, "needs to be a list, but is a real");
    refuses("param_grid", "{shrink: []}", CF_ERR_ARGUMENT, "non-empty sequence");
    refuses("param_grid", "{shrink: [0.5], shrink: [0.1]}", CF_ERR_ARGUMENT,
            "names 'shrink' twice");
    refuses("param_grid", "[]", CF_ERR_ARGUMENT, "no candidates");
    refuses("param_grid", "[3]", CF_ERR_TYPE, "a parameter grid is a map, not a int");
    refuses("scoring", "acuracy", CF_ERR_NAME, "did you mean 'accuracy'");
    refuses("cv", "ToyCentroid", CF_ERR_ARGUMENT, "ToyCentroid is no splitter");
    refuses("cv", "61", CF_ERR_ARGUMENT, "n_splits = 61");
    cf_estimator *e = parsed("GridSearchCV");
    ASSERT_FAILS(CF_ERR_ARGUMENT, "estimator is None", cf_fit(e, &p.X, &p.y, NULL));
    cf_estimator_free(e);
}
END_TEST

START_TEST(candidates_come_in_scikit_learns_order)
{
    cf_value grid = {0}, list = {0};
    char *text = NULL;
    ASSERT_OK(cf_value_parse(&grid, "[{b: [1, 2], a: [x, y]}, {}, {c: (true, None)}]"));
    ASSERT_OK(cfi_parameter_grid("test", &grid, &list));
    ASSERT_OK(cf_value_to_text(&list, &text));
    ck_assert_str_eq(text, "[{a: x, b: 1}, {a: x, b: 2}, {a: y, b: 1}, {a: y, b: 2}, {}, "
                           "{c: true}, {c: None}]");
    const double means[] = {0.5, NAN, 0.7, 0.5, -INFINITY, 0.7};
    const int32_t wanted[] = {3, 6, 1, 3, 5, 1};
    int32_t ranks[6];
    ASSERT_OK(cfi_search_ranks(means, 6, ranks));
    ck_assert_mem_eq(ranks, wanted, sizeof ranks);
    cf_text_free(text);
    cf_value_clear(&grid);
    cf_value_clear(&list);
}
END_TEST

START_TEST(chains_files_and_nesting)
{
    cv_problem p;
    cv_draw(2, 2, false, &p);
    cf_estimator *e = parsed("GridSearchCV(ToyCenter | ToyCentroid, "
                             "param_grid={toycentroid__shrink: [0.0, 0.5]}, cv=3)");
    cf_estimator *back = NULL;
    cf_matrix a = {0}, b = {0};
    const cf_estimator *best = NULL;
    void *bytes = NULL;
    size_t size = 0;
    cf_cv_result r = {0};
    ASSERT_OK(cf_fit(e, &p.X, &p.y, NULL));
    ck_assert(cf_has_method(e, "decision_function") && !cf_has_method(e, "transform"));
    ASSERT_OK(cf_attribute_estimator(e, "best_estimator_", &best));
    ck_assert(cf_is_fitted(best));
    ASSERT_OK(cf_save_memory(e, &bytes, &size));
    ASSERT_OK(cf_load_memory(&back, bytes, size));
    ASSERT_OK(cf_decision_function(e, &p.X, &a));
    ASSERT_OK(cf_decision_function(back, &p.X, &b));
    for (int i = 0; i < CV_ROWS; i++)
        ck_assert_double_eq(cf_matrix_get(&a, i, 0), cf_matrix_get(&b, i, 0));
    ASSERT_OK(cf_cross_validate(e, &p.X, &p.y, &(cf_cv_options){.n_splits = 3}, &r));
    ck_assert_int_eq(r.n_splits, 3);
    /* Whole steps can be candidates. */
    ASSERT_OK(cf_set_parsed(e, "param_grid",
                            "{toycentroid: [ToyCentroid(shrink=0.2), ToyCentroid(shrink=0.9)]}"));
    ASSERT_OK(cf_fit(e, &p.X, &p.y, NULL));
    ck_assert_int_eq((int)number(e, "best_index_"), 0);
    cf_bytes_free(bytes);
    ASSERT_OK(cf_save_memory(e, &bytes, &size));
    cf_bytes_free(bytes);
    cf_matrix_clear(&a);
    cf_matrix_clear(&b);
    cf_cv_result_clear(&r);
    cf_estimator_free(e);
    cf_estimator_free(back);
}
END_TEST

typedef struct counted {
    const cv_problem *problem;
    int calls;
} counted;

/* A scorer of the caller's own: accuracy, of the rows it was told. */
static cf_status count_and_score(void *ctx, const cf_score_call *asked, double *out)
{
    counted *c = ctx;
    __atomic_add_fetch(&c->calls, 1, __ATOMIC_RELAXED);
    for (cf_index i = 0; asked->rows && i < asked->X->rows; i++)
        if (cf_matrix_get(asked->X, i, 0) != cf_matrix_get(&c->problem->X, asked->rows[i], 0))
            return cf_fail(CF_ERR_INTERNAL, "row %lld is not the one it is said to be",
                           (long long)i);
    return cf_score(asked->model, asked->X, asked->y, asked->weights, out);
}

START_TEST(a_scorer_may_be_the_callers_own)
{
    cv_problem p;
    cf_value own = {0}, results = {0};
    counted seen = {.problem = &p};
    double score = 0;
    cv_draw(1, 3, false, &p);
    cf_function *function = cf_alloc_zero(1, sizeof *function);
    *function =
        (cf_function){.score = count_and_score, .ctx = &seen, .references = 1, .name = "mine"};
    own = (cf_value){.kind = CF_VALUE_FUNCTION, .as.function = function};
    cf_estimator *e = parsed("GridSearchCV(ToyCentroid, param_grid={shrink: [0.0, 0.5, 1.0]}, "
                             "scoring=[accuracy, f1_macro], refit=mine, cv=KFold(n_splits=3))");
    cf_value both = {0};
    ASSERT_OK(cf_value_items(&both, CF_VALUE_LIST, 2));
    ASSERT_OK(cf_value_text(&both.as.items[0], "accuracy"));
    ASSERT_OK(cf_value_copy(&own, &both.as.items[1]));
    ASSERT_OK(cf_set_value(e, "scoring", &both));
    ASSERT_OK(cf_fit(e, &p.X, &p.y, NULL));
    ck_assert_int_eq(seen.calls, 9);
    ASSERT_OK(cf_attribute_value(e, "cv_results_", &results));
    column(&results, "mean_test_accuracy", multi_accuracy, 3);
    column(&results, "mean_test_mine", multi_accuracy, 3);
    ASSERT_OK(cf_score(e, &p.X, &p.y, NULL, &score));
    ck_assert_int_eq(seen.calls, 10);
    ASSERT_OK(cf_set_value(e, "scoring", &own));
    ASSERT_OK(cf_set(e, "refit", true));
    ASSERT_OK(cf_fit(e, &p.X, &p.y, NULL));
    ck_assert_int_eq(seen.calls, 19);
    ASSERT_OK(cf_score(e, &p.X, &p.y, NULL, &score));
    ck_assert_int_eq(seen.calls, 20);
    /* A function that scores nothing is refused, and no function gets into a file. */
    void *bytes = NULL;
    size_t size = 0;
    ck_assert_int_ne(cf_save_memory(e, &bytes, &size), CF_OK);
    function->score = NULL;
    ASSERT_FAILS(CF_ERR_TYPE, "no scorer", cf_fit(e, &p.X, &p.y, NULL));
    ASSERT_OK(cf_set_value(e, "scoring", &both));
    ASSERT_FAILS(CF_ERR_TYPE, "scoring lists scorers", cf_fit(e, &p.X, &p.y, NULL));
    cf_value_clear(&own);
    cf_value_clear(&both);
    cf_value_clear(&results);
    cf_estimator_free(e);
}
END_TEST

/* Candidate *ctx, after a look at both tables. */
static cf_status choose_given(void *ctx, const cf_value *cv_results, const cf_value *cv_times,
                              cf_index *out)
{
    const cf_value *params = cf_value_find(cv_results, "params");
    if (!params || params->count != 3 || !cf_value_find(cv_times, "mean_fit_time"))
        return cf_fail(CF_ERR_INTERNAL, "tables are missing");
    *out = *(cf_index *)ctx;
    return *out == 7 ? cf_fail(CF_ERR_DATA, "none is good enough") : CF_OK;
}

START_TEST(refit_may_be_a_function)
{
    cv_problem p;
    cf_index choice = 2;
    double score = 0;
    void *bytes = NULL;
    size_t size = 0;
    cv_draw(1, 3, false, &p);
    cf_function *function = cf_alloc_zero(1, sizeof *function);
    *function = (cf_function){.choose = choose_given, .ctx = &choice, .references = 1};
    cf_value own = {.kind = CF_VALUE_FUNCTION, .as.function = function};
    cf_estimator *e = parsed("GridSearchCV(ToyCentroid, param_grid={shrink: [0.0, 0.5, 1.0]}, "
                             "cv=KFold(n_splits=3))");
    ASSERT_OK(cf_set_value(e, "refit", &own));
    ASSERT_OK(cf_fit(e, &p.X, &p.y, NULL));
    near(number(e, "best_index_"), 2);
    ck_assert_double_nan(number(e, "best_score_"));
    cf_value best = {0};
    ASSERT_OK(cf_attribute_value(e, "best_params_", &best));
    ck_assert_double_eq(cf_value_number(cf_value_find(&best, "shrink")), 1.0);
    ASSERT_OK(cf_score(e, &p.X, &p.y, NULL, &score));
    /* One of several metrics: which one to score with is not known. */
    cf_value several = {0};
    ASSERT_OK(cf_value_parse(&several, "[accuracy, f1_macro]"));
    ASSERT_OK(cf_set_value(e, "scoring", &several));
    ASSERT_OK(cf_fit(e, &p.X, &p.y, NULL));
    ASSERT_FAILS(CF_ERR_UNSUPPORTED, "which of several scorers",
                 cf_score(e, &p.X, &p.y, NULL, &score));
    ck_assert_int_ne(cf_save_memory(e, &bytes, &size), CF_OK);
    choice = 3;
    ASSERT_FAILS(CF_ERR_ARGUMENT, "refit chose candidate 3 of 3", cf_fit(e, &p.X, &p.y, NULL));
    choice = -1;
    ASSERT_FAILS(CF_ERR_ARGUMENT, "refit chose candidate -1 of 3", cf_fit(e, &p.X, &p.y, NULL));
    choice = 7;
    ASSERT_FAILS(CF_ERR_DATA, "none is good enough", cf_fit(e, &p.X, &p.y, NULL));
    function->choose = NULL;
    ASSERT_FAILS(CF_ERR_TYPE, "chooses nothing", cf_fit(e, &p.X, &p.y, NULL));
    cf_value_clear(&own);
    cf_value_clear(&best);
    cf_value_clear(&several);
    cf_estimator_free(e);
}
END_TEST

START_TEST(a_failed_allocation_is_reported)
{
    cv_problem p;
    cv_draw(2, 2, false, &p);
    cf_estimator *e = parsed("GridSearchCV(ToyCentroid, param_grid={shrink: [0.0, 0.5]}, cv=2)");
    cf_status status = CF_ERR_MEMORY;
    for (int64_t k = 1; status != CF_OK; k++) {
        cf_fail_allocation(k, false);
        status = cf_fit(e, &p.X, &p.y, &(cf_fit_options){.n_threads = 1});
        cf_fail_allocation(0, false);
        ck_assert_msg(status == CF_OK || status == CF_ERR_MEMORY, "%d: %s", (int)k,
                      cf_last_error());
        ck_assert(cf_is_fitted(e) == (status == CF_OK));
    }
    cf_estimator_free(e);
}
END_TEST

TEST_MAIN("grid_search_cv", table_and_choice_are_scikit_learns,
          several_metrics_and_weights_are_scikit_learns, listed_folds_give_the_same_table,
          failures_are_scored_or_raised, bad_requests_are_refused,
          candidates_come_in_scikit_learns_order, chains_files_and_nesting,
          a_scorer_may_be_the_callers_own, refit_may_be_a_function, a_failed_allocation_is_reported)
