/* SPDX-License-Identifier: BSD-3-Clause */
/* The contract of what is learned: targets, clusters, batches, seeds, any company of rows. */
#include "contract/contract.h"

#include "estimator/instance.h"

static void whole_targets_are_numbers(const subject *s)
{
    const cf_index n = s->p.y.rows;
    int32_t *whole = cf_alloc(n, sizeof *whole);
    double *same = cf_alloc(n, sizeof *same);
    for (cf_index i = 0; i < n; i++)
        same[i] = whole[i] = (int32_t)lround(cf_matrix_get(&s->p.y, i, 0));
    const cf_matrix a = cf_view_i32(whole, n, 1), b = cf_view_f64(same, n, 1);
    cf_estimator *x = fresh(s), *y = fresh(s);
    ASSERT_OK(cf_fit(x, &s->p.X, &a, NULL));
    ASSERT_OK(cf_fit(y, &s->p.X, &b, NULL));
    ck_assert(same_model(x, y));
    cf_free(whole);
    cf_free(same);
    cf_estimator_free(x);
    cf_estimator_free(y);
}

/* 1 - residual over total sum of squares, from predict. */
static void the_score_is_r2_of_predict(const subject *s)
{
    cf_estimator *e = fitted(s);
    cf_matrix out = {0};
    const cf_index n = s->p.y.rows;
    const double *y = s->p.y.values;
    double mean = 0, residual = 0, total = 0, score = 0;
    ASSERT_OK(cf_predict(e, &s->p.X, &out));
    ASSERT_OK(cf_score(e, &s->p.X, &s->p.y, NULL, &score));
    for (cf_index i = 0; i < n; i++)
        mean += y[i] / (double)n;
    for (cf_index i = 0; i < n; i++) {
        const double off = y[i] - cf_matrix_get(&out, i, 0);
        residual += off * off;
        total += (y[i] - mean) * (y[i] - mean);
    }
    ASSERT_NEAR(score, 1 - residual / total, 1e-12);
    cf_matrix_clear(&out);
    cf_estimator_free(e);
}

/* Pairs that are together in both or apart in both, of all pairs: the Rand index. */
static void clusters_are_found(const subject *s)
{
    cf_estimator *e = fresh(s);
    cf_matrix labels = {0};
    if (has_param(e, "n_clusters"))
        ASSERT_OK(cf_set(e, "n_clusters", 3));
    ASSERT_OK(cf_fit_predict(e, &s->p.X, NULL, NULL, &labels));
    double agree = 0, pairs = 0;
    for (cf_index i = 0; i < labels.rows; i++)
        for (cf_index k = 0; k < i; k++, pairs++)
            agree += (cf_matrix_get(&labels, i, 0) == cf_matrix_get(&labels, k, 0)) ==
                     (i % 3 == k % 3); /* as the problem was made */
    ck_assert_msg(agree / pairs > 0.8, "Rand index %g", agree / pairs);
    cf_matrix_clear(&labels);
    cf_estimator_free(e);
}

/* ---- batches ---- */

static cf_status learn_batch(cf_estimator *e, const subject *s, cf_index begin, cf_index end,
                             const cf_matrix *classes)
{
    const cf_matrix X = cf_view_rows(&s->p.X, begin, end), y = cf_view_rows(&s->p.y, begin, end);
    return cf_partial_fit(e, &X, s->p.has_y ? &y : NULL, &(cf_fit_options){.classes = classes});
}

static void batches_are_checked(const subject *s)
{
    static const double two[] = {0, 1}, all[] = {0, 1, 2};
    const cf_matrix few = cf_view_f64(two, 2, 1), classes = cf_view_f64(all, 3, 1);
    const cf_matrix narrow = cf_view_f64(s->p.X.values, 20, s->p.X.cols - 1);
    cf_estimator *e = fresh(s);
    if (is_classifier(s)) {
        ASSERT_FAILS(CF_ERR_ARGUMENT, "classes must be passed", learn_batch(e, s, 0, 30, NULL));
        ASSERT_FAILS(CF_ERR_DATA, "", learn_batch(e, s, 0, 30, &few)); /* y holds a third */
    }
    ASSERT_OK(learn_batch(e, s, 0, 30, &classes));
    const cf_matrix y = cf_view_rows(&s->p.y, 0, 20);
    ASSERT_FAILS(CF_ERR_SHAPE, "features as input",
                 cf_partial_fit(e, &narrow, s->p.has_y ? &y : NULL, NULL));
    ASSERT_OK(learn_batch(e, s, 30, 60, NULL));
    cf_estimator_free(e);
}

/* Where the order of rows does not matter, neither do batches. */
static void batches_add_up(const subject *s)
{
    cf_estimator *whole = fitted(s), *parts = fresh(s);
    static const double all[] = {0, 1, 2};
    const cf_matrix classes = cf_view_f64(all, 3, 1);
    const cf_index n = s->p.X.rows;
    for (cf_index begin = 0; begin < n; begin += 17)
        ASSERT_OK(learn_batch(parts, s, begin, begin + 17 < n ? begin + 17 : n,
                              is_classifier(s) && begin == 0 ? &classes : NULL));
    answer a = ask(whole, &s->p.X), b = ask(parts, &s->p.X);
    const double apart = distance(&a, &b);
    ck_assert_msg(apart <= 1e-10, "batches and the whole differ by %g", apart);
    free_answer(&a);
    free_answer(&b);
    cf_estimator_free(whole);
    cf_estimator_free(parts);
}

static bool learns_batches(const subject *s)
{
    return (s->traits.methods & CF_HAS_PARTIAL_FIT) && not_pairwise(s);
}

static bool adds_batches(const subject *s)
{
    return learns_batches(s) && (s->traits.tags & CF_TAG_ORDER_FREE);
}

/* ---- rows and seeds ---- */

/* All rows at once, in reverse, and one by one: the same answers, but for the rounding of products
 * of matrices. */
static void rows_are_answered_alike_in_any_order(const subject *s)
{
    cf_estimator *e = fitted(s);
    const cf_index n = s->p.X.rows, d = s->p.X.cols;
    const cf_matrix reversed =
        cf_view_strided(CF_F64, (const double *)s->p.X.values + (n - 1) * d, n, d, -d, 1);
    for (const row_method *m = row_methods; m->name; m++) {
        cf_matrix all = {0}, back = {0}, one = {0};
        if (!(s->traits.methods & m->bit))
            continue;
        ASSERT_OK(m->call(e, &s->p.X, &all));
        ASSERT_OK(m->call(e, &reversed, &back));
        for (cf_index i = 0; i < n; i++) {
            const cf_matrix row = cf_view_rows(&s->p.X, i, i + 1);
            ASSERT_OK(m->call(e, &row, &one));
            for (cf_index j = 0; j < all.cols; j++) {
                ASSERT_NEAR(cf_matrix_get(&back, n - 1 - i, j), cf_matrix_get(&all, i, j), 1e-9);
                ASSERT_NEAR(cf_matrix_get(&one, 0, j), cf_matrix_get(&all, i, j), 1e-9);
            }
        }
        cf_matrix_clear(&all);
        cf_matrix_clear(&back);
        cf_matrix_clear(&one);
    }
    cf_estimator_free(e);
}

/* Drawn answers belong to the call, not to the row. */
static bool answers_by_row(const subject *s)
{
    return !((s->traits.tags & CF_TAG_POOR_SCORE) && (s->traits.tags & CF_TAG_NONDETERMINISTIC));
}

/* A parameter that saves a copy does not allow to write to what is the caller's. */
static void without_a_copy_the_input_is_kept(const subject *s)
{
    cf_estimator *e = fresh(s);
    cf_matrix before = {0};
    ASSERT_OK(cf_matrix_copy(&s->p.X, &before));
    if (has_param(e, "copy"))
        ASSERT_OK(cf_set(e, "copy", false));
    if (has_param(e, "copy_X"))
        ASSERT_OK(cf_set(e, "copy_X", false));
    ASSERT_OK(fit_problem(e, &s->p, NULL));
    answer a = ask(e, &s->p.X);
    ck_assert(memcmp(before.values, s->p.X.values,
                     (size_t)(before.rows * before.cols) * sizeof(double)) == 0);
    free_answer(&a);
    cf_matrix_clear(&before);
    cf_estimator_free(e);
}

const check learning_checks[] = {
    {"whole_targets_are_numbers", is_regressor, whole_targets_are_numbers},
    {"the_score_is_r2_of_predict", is_regressor, the_score_is_r2_of_predict},
    {"clusters_are_found", is_clusterer, clusters_are_found},
    {"batches_are_checked", learns_batches, batches_are_checked},
    {"batches_add_up", adds_batches, batches_add_up},
    {"rows_are_answered_alike_in_any_order", answers_by_row, rows_are_answered_alike_in_any_order},
    {"without_a_copy_the_input_is_kept", NULL, without_a_copy_the_input_is_kept},
    {NULL, NULL, NULL},
};
