/* SPDX-License-Identifier: BSD-3-Clause */
/* The contract of sample weights: checked, not written, and the same as repeating rows. */
#include "contract/contract.h"

#include "estimator/instance.h"

static cf_status fit_weighted(cf_estimator *e, const problem *p, const double *w, cf_index n)
{
    const cf_matrix weights = cf_view_f64(w, n, 1);
    return fit_problem(e, p, &(cf_fit_options){.sample_weight = &weights});
}

static void bad_weights_are_refused(const subject *s)
{
    cf_estimator *e = fresh(s);
    const cf_index n = s->p.X.rows;
    double *w = cf_alloc_zero(n, sizeof *w);
    const cf_matrix square = cf_view_f64(s->p.X.values, n, 2);
    ASSERT_FAILS(CF_ERR_DATA, "sample_weight is zero for every row", fit_weighted(e, &s->p, w, n));
    ASSERT_FAILS(CF_ERR_SHAPE, "sample_weight", fit_weighted(e, &s->p, w, n - 1));
    ASSERT_FAILS(CF_ERR_SHAPE, "sample_weight",
                 fit_problem(e, &s->p, &(cf_fit_options){.sample_weight = &square}));
    static const double bad[] = {-1, NAN, INFINITY};
    for (int k = 0; k < 3; k++) {
        for (cf_index i = 0; i < n; i++)
            w[i] = 1;
        w[n / 2] = bad[k];
        ASSERT_FAILS(CF_ERR_DATA, "sample_weight is", fit_weighted(e, &s->p, w, n));
    }
    ck_assert(!cf_is_fitted(e));
    cf_free(w);
    cf_estimator_free(e);
}

/* Weights 0 to 4 against rows repeated as often, shuffled. */
static void check_repetition(const subject *s, bool sparse)
{
    const cf_index n = 45;
    problem p = make_problem(&s->traits, n, 4, s->traits.tags & CF_TAG_BINARY_ONLY ? 2 : 3, 11);
    cf_index *rows = cf_alloc(5 * n, sizeof *rows), total = 0;
    double *w = cf_alloc(n, sizeof *w);
    for (cf_index i = 0; i < n; i++) {
        w[i] = (double)((i * 7 + i / 3) % 5);
        for (int k = 0; k < (int)w[i]; k++)
            rows[total++] = i;
    }
    if (sparse) {
        cf_matrix csr = {0};
        for (cf_index i = 0; i < p.X.rows * p.X.cols; i++)
            if (i % 3 == 1)
                ((double *)p.X.values)[i] = 0;
        ASSERT_OK(cf_matrix_convert(&p.X, CF_F64, CF_CSR, &csr));
        cf_matrix_clear(&p.X);
        p.X = csr;
    }
    cf_random r;
    cf_random_seed(&r, 5);
    if (s->traits.tags & CF_TAG_ORDER_FREE)
        cf_random_shuffle(&r, rows, total);
    problem repeated = {{0}, {0}, p.has_y};
    ASSERT_OK(cf_matrix_gather_rows(&p.X, rows, total, &repeated.X));
    ASSERT_OK(cf_matrix_gather_rows(&p.y, rows, total, &repeated.y));
    cf_estimator *a = fresh(s), *b = fresh(s);
    const cf_status status = fit_weighted(a, &p, w, n);
    if (status != CF_OK && sparse)
        ck_assert_msg(strstr(cf_last_error(), "sparse") != NULL, "%s", cf_last_error());
    else
        ASSERT_OK(status);
    if (status == CF_OK) {
        ASSERT_OK(fit_problem(b, &repeated, NULL));
        /* what only rows without weight hold is unknown to a class that learns categories */
        const cf_matrix *asked = s->traits.tags & CF_TAG_CATEGORIES ? &repeated.X : &p.X;
        answer x = ask(a, asked), y = ask(b, asked);
        const double d = distance(&x, &y);
        ck_assert_msg(d <= 1e-6, "weights and repetition differ by %g", d);
        free_answer(&x);
        free_answer(&y);
    }
    cf_free(rows);
    cf_free(w);
    free_problem(&p);
    free_problem(&repeated);
    cf_estimator_free(a);
    cf_estimator_free(b);
}

static void a_weight_is_a_repetition(const subject *s)
{
    check_repetition(s, false);
}

static void a_weight_is_a_repetition_in_sparse_data(const subject *s)
{
    check_repetition(s, true);
}

/*
 * Draws depend on the number of rows, so that only deterministic fits can be compared; a composite
 * hands weights to the children that take them, and the others see repeated rows as new ones.
 */
static bool can_repeat(const subject *s)
{
    return takes_weights(s) && !(s->traits.tags & (CF_TAG_NONDETERMINISTIC | CF_TAG_PAIRWISE)) &&
           !(s->traits.kind & CF_META);
}

static bool can_repeat_sparse(const subject *s)
{
    return can_repeat(s) && (s->traits.tags & CF_TAG_SPARSE);
}

static void weights_of_one_change_nothing(const subject *s)
{
    cf_estimator *a = fitted(s), *b = fresh(s);
    const cf_index n = s->p.X.rows;
    double *w = cf_alloc(n, sizeof *w);
    for (cf_index i = 0; i < n; i++)
        w[i] = 1;
    ASSERT_OK(fit_weighted(b, &s->p, w, n));
    answer x = ask(a, &s->p.X), y = ask(b, &s->p.X);
    const double d = distance(&x, &y);
    ck_assert_msg(d <= 1e-8, "weights of one change the answers by %g", d);
    free_answer(&x);
    free_answer(&y);
    cf_free(w);
    cf_estimator_free(a);
    cf_estimator_free(b);
}

static void one_class_left_by_weights(const subject *s)
{
    cf_estimator *e = fresh(s);
    const cf_index n = s->p.X.rows;
    double *w = cf_alloc(n, sizeof *w);
    for (cf_index i = 0; i < n; i++)
        w[i] = cf_matrix_get(&s->p.y, i, 0) == 1;
    if (fit_weighted(e, &s->p, w, n) == CF_OK) {
        cf_matrix out = {0};
        ASSERT_OK(cf_predict(e, &s->p.X, &out));
        for (cf_index i = 0; i < n; i++)
            ck_assert_double_eq(cf_matrix_get(&out, i, 0), 1);
        cf_matrix_clear(&out);
    } else {
        ck_assert_msg(strstr(cf_last_error(), "class") != NULL, "%s", cf_last_error());
    }
    cf_free(w);
    cf_estimator_free(e);
}

static bool is_weighted_classifier(const subject *s)
{
    return takes_weights(s) && is_classifier(s);
}

static void weights_without_the_tag_are_refused(const subject *s)
{
    cf_estimator *e = fresh(s);
    const cf_matrix w = cf_view_f64(s->p.X.values, s->p.X.rows, 1);
    ASSERT_FAILS(CF_ERR_UNSUPPORTED, "sample_weight",
                 fit_problem(e, &s->p, &(cf_fit_options){.sample_weight = &w}));
    cf_estimator_free(e);
}

static bool takes_no_weights(const subject *s)
{
    return !takes_weights(s);
}

const check weight_checks[] = {
    {"bad_weights_are_refused", takes_weights, bad_weights_are_refused},
    {"a_weight_is_a_repetition", can_repeat, a_weight_is_a_repetition},
    {"a_weight_is_a_repetition_in_sparse_data", can_repeat_sparse,
     a_weight_is_a_repetition_in_sparse_data},
    {"weights_of_one_change_nothing", takes_weights, weights_of_one_change_nothing},
    {"one_class_left_by_weights", is_weighted_classifier, one_class_left_by_weights},
    {"weights_without_the_tag_are_refused", takes_no_weights, weights_without_the_tag_are_refused},
    {NULL, NULL, NULL},
};
