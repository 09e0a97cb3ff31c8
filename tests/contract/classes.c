/* SPDX-License-Identifier: BSD-3-Clause */
/* The contract of classifiers beyond the common case: decisions, weights, how many classes. */
#include "contract/contract.h"

#include "estimator/instance.h"

/* One column: its sign; one a class: the largest, but for ties. */
static void decisions_are_the_predictions(const subject *s)
{
    /* three classes are three pairs of classes too */
    problem p = make_problem(&s->traits, 80, 4, s->traits.tags & CF_TAG_BINARY_ONLY ? 2 : 4, 67);
    cf_estimator *e = fresh(s);
    cf_matrix d = {0}, out = {0}, classes = {0};
    ASSERT_OK(fit_problem(e, &p, NULL));
    ASSERT_OK(cf_decision_function(e, &p.X, &d));
    ASSERT_OK(cf_predict(e, &p.X, &out));
    ASSERT_OK(cf_classes(e, 0, &classes));
    for (cf_index i = 0; i < d.rows && (d.cols == 1 || d.cols == classes.rows); i++) {
        cf_index code = 0;
        double best = cf_matrix_get(&d, i, 0);
        if (d.cols == 1)
            code = best > 0;
        for (cf_index j = 1; j < d.cols; j++)
            if (cf_matrix_get(&d, i, j) > best) {
                best = cf_matrix_get(&d, i, j);
                code = j;
            }
        ck_assert_double_eq(cf_matrix_get(&out, i, 0), cf_matrix_get(&classes, code, 0));
    }
    cf_matrix_clear(&d);
    cf_matrix_clear(&out);
    free_problem(&p);
    cf_estimator_free(e);
}

static bool decides(const subject *s)
{
    return is_classifier(s) && (s->traits.methods & CF_HAS_DECISION);
}

/* n / (k count) by hand is `balanced`. */
static void balanced_weights_are_the_formula(const subject *s)
{
    cf_estimator *a = fresh(s), *b = fresh(s);
    problem p = make_problem(&s->traits, 60, 4, 2, 53);
    double *y = p.y.values, ones = 0;
    char weights[64];
    for (cf_index i = 0; i < p.y.rows; i++) {
        y[i] = i % 5 == 0;
        ones += y[i];
    }
    const double n = (double)p.y.rows;
    snprintf(weights, sizeof weights, "{0: %.17g, 1: %.17g}", n / (2 * (n - ones)), n / (2 * ones));
    ASSERT_OK(cf_set_parsed(a, "class_weight", "balanced"));
    ASSERT_OK(cf_set_parsed(b, "class_weight", weights));
    ASSERT_OK(fit_problem(a, &p, NULL));
    ASSERT_OK(fit_problem(b, &p, NULL));
    answer x = ask(a, &p.X), z = ask(b, &p.X);
    const double apart = distance(&x, &z);
    ck_assert_msg(apart <= 1e-9, "the answers differ by %g", apart);
    free_answer(&x);
    free_answer(&z);
    free_problem(&p);
    cf_estimator_free(a);
    cf_estimator_free(b);
}

static bool weighs_classes(const subject *s)
{
    cf_estimator *e = NULL;
    ASSERT_OK(cf_parse(&e, s->spec));
    const bool has = has_param(e, "class_weight");
    cf_estimator_free(e);
    return has;
}

static void two_classes_only_are_taken(const subject *s)
{
    cf_estimator *e = fresh(s);
    problem p = make_problem(&s->traits, 60, 4, 3, 59);
    const cf_status status = fit_problem(e, &p, NULL);
    if (s->traits.tags & CF_TAG_BINARY_ONLY)
        ck_assert_msg(status != CF_OK && strstr(cf_last_error(), "class"), "%s", cf_last_error());
    else
        ASSERT_OK(status);
    free_problem(&p);
    cf_estimator_free(e);
}

/* k classes of one or two rows each: fitted, or an end that tells why. */
static void check_many_classes(const subject *s, cf_index k, double seconds)
{
    problem p = make_problem(&s->traits, k < 1000 ? 2 * k : k, 3, (int)k, 61);
    cf_estimator *e = fresh(s);
    limit_memory((size_t)1 << 30);
    const cf_status status = fit_problem(e, &p, &(cf_fit_options){.deadline = seconds});
    if (status == CF_OK) {
        cf_matrix classes = {0}, out = {0};
        const cf_matrix few = cf_view_rows(&p.X, p.X.rows - 3, p.X.rows);
        ASSERT_OK(cf_classes(e, 0, &classes));
        ck_assert_int_eq(classes.rows, k);
        ck_assert_double_eq(cf_matrix_get(&classes, k - 1, 0), (double)(k - 1));
        ASSERT_OK(cf_predict(e, &few, &out));
        for (cf_index i = 0; i < out.rows; i++) {
            const double label = cf_matrix_get(&out, i, 0);
            ck_assert(label >= 0 && label < (double)k && label == floor(label));
        }
        cf_matrix_clear(&out);
    } else {
        ck_assert_msg(status == CF_ERR_MEMORY || status == CF_ERR_DEADLINE ||
                          strstr(cf_last_error(), "class"),
                      "%s: %s", cf_status_name(status), cf_last_error());
    }
    limit_memory(0);
    free_problem(&p);
    cf_estimator_free(e);
}

/* More classes than a byte, and more than two bytes, can number. */
static void many_classes_are_numbered(const subject *s)
{
    check_many_classes(s, 257, 2);
    check_many_classes(s, 65537, 0.5);
}

static bool takes_many_classes(const subject *s)
{
    return is_classifier(s) && !(s->traits.tags & (CF_TAG_BINARY_ONLY | CF_TAG_PAIRWISE));
}

const check class_checks[] = {
    {"decisions_are_the_predictions", decides, decisions_are_the_predictions},
    {"balanced_weights_are_the_formula", weighs_classes, balanced_weights_are_the_formula},
    {"two_classes_only_are_taken", is_classifier, two_classes_only_are_taken},
    {"many_classes_are_numbered", takes_many_classes, many_classes_are_numbered},
    {NULL, NULL, NULL},
};
