/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of scorers, and scoring a fitted model by name. */
#include "golden/scorers.h"
#include "metrics/scorers.h"
#include "support/support.h"
#include "support/toy.h"
#include "support/toy_centroid.h"

#define COUNT(a) ((cf_index)(sizeof(a) / sizeof((a)[0])))

START_TEST(names_are_scikit_learns_and_sorted)
{
    ck_assert_int_eq(cf_scorer_count(), COUNT(scorer_names));
    for (cf_index i = 0; i < cf_scorer_count(); i++) {
        ck_assert_str_eq(cf_scorer_at(i)->name, scorer_names[i]);
        ck_assert_ptr_eq(cf_scorer_find(scorer_names[i]), cf_scorer_at(i));
    }
    ck_assert_ptr_null(cf_scorer_at(cf_scorer_count()));
    ck_assert_ptr_null(cf_scorer_find("acuracy"));
    ck_assert_ptr_nonnull(strstr(cf_last_error(), "did you mean 'accuracy'"));
}
END_TEST

/* X (n, d), y and weights of a golden problem. */
static void problem(const struct scorer_problem *p, cf_matrix *X, cf_matrix *y, cf_matrix *w)
{
    *X = cf_view_f64(p->X, p->n, p->d);
    *y = cf_view_i64(p->y, p->n, 1);
    *w = cf_view_f64(p->w, p->n, 1);
}

START_TEST(scores_are_scikit_learns)
{
    register_toy_centroid();
    for (cf_index i = 0; i < COUNT(scorer_problems); i++) {
        const struct scorer_problem *p = &scorer_problems[i];
        cf_matrix X, y, w;
        cf_estimator *e = NULL;
        problem(p, &X, &y, &w);
        ASSERT_OK(cf_parse(&e, "ToyCentroid(shrink=0.25)"));
        ASSERT_OK(cf_fit(e, &X, &y, NULL));
        for (cf_index s = 0; s < COUNT(scorer_names); s++)
            for (int weighted = 0; weighted < 2; weighted++) {
                double out = 0;
                const double want = weighted ? p->weighted[s] : p->plain[s];
                const cf_status status =
                    cf_score_with(e, scorer_names[s], &X, &y, weighted ? &w : NULL, &out);
                if (want == 1e308) {
                    ck_assert_msg(status != CF_OK, "%s of %d is %g", scorer_names[s], (int)i, out);
                    continue;
                }
                ck_assert_msg(status == CF_OK, "%s: %s", scorer_names[s], cf_last_error());
                ck_assert_msg(isnan(want) ? isnan(out)
                                          : fabs(out - want) <= 1e-12 * fmax(1, fabs(want)),
                              "%s of %d, weighted %d: %.17g, wants %.17g", scorer_names[s], (int)i,
                              weighted, out, want);
            }
        cf_estimator_free(e);
    }
}
END_TEST

START_TEST(own_score_and_refusals)
{
    register_toy_centroid();
    register_toys();
    cf_matrix X, y, w;
    cf_estimator *e = NULL, *r = NULL;
    double own = 0, named = 0;
    problem(&scorer_problems[1], &X, &y, &w);
    ASSERT_OK(cf_new(&e, "ToyCentroid"));
    ASSERT_FAILS(CF_ERR_NOT_FITTED, "call fit before", cf_score_with(e, "f1", &X, &y, NULL, &own));
    ASSERT_FAILS(CF_ERR_NAME, "did you mean 'f1_macro'",
                 cf_score_with(e, "f1_marco", &X, &y, NULL, &own));
    ASSERT_OK(cf_fit(e, &X, &y, NULL));
    ASSERT_OK(cf_score_with(e, NULL, &X, &y, &w, &own));
    ASSERT_OK(cf_score_with(e, "accuracy", &X, &y, &w, &named));
    ck_assert_double_eq(own, named);
    ASSERT_FAILS(CF_ERR_ARGUMENT, "scoring needs y",
                 cf_score_with(e, "accuracy", &X, NULL, NULL, &own));
    ASSERT_OK(cf_new(&r, "Toy"));
    ASSERT_OK(cf_fit(r, &X, &y, NULL));
    ASSERT_FAILS(CF_ERR_UNSUPPORTED, "Toy has no predict_proba",
                 cf_score_with(r, "neg_log_loss", &X, &y, NULL, &own));
    ASSERT_OK(cf_score_with(r, NULL, &X, &y, NULL, &own));
    ASSERT_OK(cf_score_with(r, "r2", &X, &y, NULL, &named));
    ck_assert_double_eq(own, named);
    cf_estimator_free(e);
    cf_estimator_free(r);
}
END_TEST

static void count_warnings(void *ctx, cf_warning kind, const char *text)
{
    (void)kind;
    ck_assert_ptr_nonnull(strstr(text, "Scoring failed"));
    ++*(int *)ctx;
}

START_TEST(many_scores_share_predictions_and_may_fail_alone)
{
    register_toy_centroid();
    cf_matrix X, y, w;
    cf_estimator *e = NULL;
    int warnings = 0;
    double out[3] = {0};
    problem(&scorer_problems[2], &X, &y, &w);
    ASSERT_OK(cf_new(&e, "ToyCentroid"));
    ASSERT_OK(cf_fit(e, &X, &y, NULL));
    const cf_scorer *three[] = {cf_scorer_find("accuracy"), cf_scorer_find("roc_auc"), NULL};
    cf_run run;
    cfi_run_begin(&run, &(cf_fit_options){.warn = count_warnings, .warn_ctx = &warnings});
    cfi_scoring scoring = {
        .count = 3, .scorers = three, .X = &X, .y = &y, .keep_going = true, .error_score = -7};
    ASSERT_OK(cfi_score_many(e, &scoring, &run, out));
    cfi_run_end(&run);
    ck_assert_double_eq(out[0], out[2]);
    ck_assert_double_eq(out[1], -7); /* three classes */
    ck_assert_int_eq(warnings, 1);
    scoring.keep_going = false;
    ASSERT_FAILS(CF_ERR_ARGUMENT, "multi_class", cfi_score_many(e, &scoring, NULL, out));
    cf_estimator_free(e);
}
END_TEST

START_TEST(text_labels_are_scored_by_text)
{
    register_toy_centroid();
    const char *names[] = {"no", "yes"};
    const double x[] = {0, 1, 2, 10, 11, 4}, codes[] = {0, 0, 0, 1, 1, 1};
    const cf_matrix X = cf_view_f64(x, 6, 1), view = cf_view_f64(codes, 6, 1);
    cf_matrix y = {0};
    cf_schema *schema = NULL;
    cf_estimator *e = NULL;
    double out = 0;
    ASSERT_OK(cf_matrix_copy(&view, &y));
    ASSERT_OK(cf_schema_new(&schema, 1));
    ASSERT_OK(cf_schema_set_dictionary(schema, 0, CF_CATEGORICAL, names, 2));
    y.schema = schema;
    ASSERT_OK(cf_new(&e, "ToyCentroid"));
    ASSERT_OK(cf_fit(e, &X, &y, NULL));
    ASSERT_OK(cf_score_with(e, "accuracy", &X, &y, NULL, &out));
    ck_assert_double_eq(out, 5 / 6.0);
    ASSERT_OK(cf_score_with(e, "roc_auc", &X, &y, NULL, &out));
    ck_assert_double_eq(out, 1);
    ASSERT_OK(cf_score_with(e, "neg_log_loss", &X, &y, NULL, &out));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "it should be one of no, yes",
                 cf_score_with(e, "f1", &X, &y, NULL, &out));
    ASSERT_OK(cf_score_with(e, "f1_macro", &X, &y, NULL, &out));
    cf_estimator_free(e);
    cf_matrix_clear(&y);
}
END_TEST

TEST_MAIN("scorers", names_are_scikit_learns_and_sorted, scores_are_scikit_learns,
          own_score_and_refusals, many_scores_share_predictions_and_may_fail_alone,
          text_labels_are_scored_by_text)
