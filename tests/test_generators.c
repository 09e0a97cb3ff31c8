/* SPDX-License-Identifier: BSD-3-Clause */
/* The generators against scikit-learn's for the same seeds, and their refusals. */
#include "golden/datasets.h"
#include "support/support.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

/* X is (n, d) and equals `want` up to the rounding of sums. */
static void check(const char *what, int i, const cf_matrix *X, cf_index n, cf_index d,
                  const double *want)
{
    ck_assert_int_eq(X->rows, n);
    ck_assert_int_eq(X->cols, d);
    for (cf_index k = 0; k < n * d; k++) {
        const double got = cf_matrix_get(X, k / d, k % d);
        ck_assert_msg(fabs(got - want[k]) <= 1e-12 * fmax(1, fabs(want[k])),
                      "case %d, %s (%d, %d) = %.17g, wants %.17g", i, what, (int)(k / d),
                      (int)(k % d), got, want[k]);
    }
}

START_TEST(classification_is_scikit_learns)
{
    cf_matrix X = {0}, y = {0};
    for (int i = 0; i < COUNT(classification_cases); i++) {
        const struct classification_case *c = &classification_cases[i];
        ASSERT_OK(cf_make_classification(&c->options, &X, &y));
        check("X", i, &X, c->n, c->d, c->X);
        check("y", i, &y, c->n, 1, c->y);
        ck_assert_int_eq(y.dtype, CF_I64);
    }
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
}
END_TEST

START_TEST(regression_is_scikit_learns)
{
    cf_matrix X = {0}, y = {0}, coef = {0};
    for (int i = 0; i < COUNT(regression_cases); i++) {
        const struct regression_case *c = &regression_cases[i];
        ASSERT_OK(cf_make_regression(&c->options, &X, &y, &coef));
        check("X", i, &X, c->n, c->d, c->X);
        check("y", i, &y, c->n, c->k, c->y);
        check("coef", i, &coef, c->d, c->k, c->extra);
        ASSERT_OK(cf_make_regression(&c->options, &X, &y, NULL));
        check("y", i, &y, c->n, c->k, c->y);
    }
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_matrix_clear(&coef);
}
END_TEST

START_TEST(blobs_are_scikit_learns)
{
    cf_matrix X = {0}, y = {0}, centers = {0};
    for (int i = 0; i < COUNT(blobs_cases); i++) {
        const struct blobs_case *c = &blobs_cases[i];
        ASSERT_OK(cf_make_blobs(&c->options, &X, &y, &centers));
        check("X", i, &X, c->n, c->d, c->X);
        check("y", i, &y, c->n, 1, c->y);
        check("centers", i, &centers, centers.rows, c->d, c->extra);
    }
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_matrix_clear(&centers);
}
END_TEST

START_TEST(moons_circles_and_friedman_are_scikit_learns)
{
    cf_matrix X = {0}, y = {0};
    for (int i = 0; i < COUNT(moons_cases); i++) {
        const struct moons_case *c = &moons_cases[i];
        ASSERT_OK(cf_make_moons(&c->options, &X, &y));
        check("moons X", i, &X, c->n, c->d, c->X);
        check("moons y", i, &y, c->n, 1, c->y);
    }
    for (int i = 0; i < COUNT(circles_cases); i++) {
        const struct circles_case *c = &circles_cases[i];
        ASSERT_OK(cf_make_circles(&c->options, &X, &y));
        check("circles X", i, &X, c->n, c->d, c->X);
        check("circles y", i, &y, c->n, 1, c->y);
    }
    for (int i = 0; i < COUNT(friedman_cases); i++) {
        const struct friedman_case *c = &friedman_cases[i];
        ASSERT_OK(cf_make_friedman1(&c->options, &X, &y));
        check("friedman X", i, &X, c->n, c->d, c->X);
        check("friedman y", i, &y, c->n, 1, c->y);
    }
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
}
END_TEST

START_TEST(no_options_are_the_defaults)
{
    cf_matrix X = {0}, y = {0};
    ASSERT_OK(cf_make_classification(NULL, &X, &y));
    ck_assert(X.rows == 100 && X.cols == 20 && y.rows == 100);
    ASSERT_OK(cf_make_regression(NULL, &X, &y, NULL));
    ck_assert(X.rows == 100 && X.cols == 100 && y.cols == 1 && y.dtype == CF_F64);
    ASSERT_OK(cf_make_blobs(NULL, &X, &y, NULL));
    ck_assert(X.rows == 100 && X.cols == 2 && y.dtype == CF_I64);
    ASSERT_OK(cf_make_moons(NULL, &X, &y));
    ck_assert(X.rows == 100 && X.cols == 2);
    ASSERT_OK(cf_make_circles(NULL, &X, &y));
    ck_assert(X.rows == 100 && X.cols == 2);
    ASSERT_OK(cf_make_friedman1(NULL, &X, &y));
    ck_assert(X.rows == 100 && X.cols == 10);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
}
END_TEST

#define REFUSED(part, call)                                                                        \
    do {                                                                                           \
        ASSERT_FAILS(CF_ERR_ARGUMENT, part, call);                                                 \
        ck_assert(X.values == NULL && y.values == NULL);                                           \
    } while (0)

START_TEST(impossible_problems_are_refused)
{
    cf_matrix X = {0}, y = {0};
#define CLASSES(...) cf_make_classification(&(cf_classification_options){__VA_ARGS__}, &X, &y)
    REFUSED("n_samples = -1 is outside [1, ", CLASSES(.n_samples = -1));
    REFUSED("2 informative, 2 redundant and 1 repeated of 4",
            CLASSES(.n_features = 4, .n_repeated = 1));
    REFUSED("8 classes of 2 clusters need more than the 4 vertices", CLASSES(.n_classes = 8));
    REFUSED("flip_y = 1.5", CLASSES(.flip_y = 1.5));
    const double weights[] = {0.6, 0.5, -1};
    REFUSED("3 weights for 2 classes", CLASSES(.weights = weights, .n_weights = 3));
    REFUSED("add up to 1.1", CLASSES(.weights = weights, .n_weights = 2));
    REFUSED("weight 0 is -1", CLASSES(.weights = weights + 2, .n_weights = 1));
    REFUSED("random_state = -3", CLASSES(.random_state = {.kind = CF_VALUE_INT, .as.i = -3}));
#define REGRESSION(...) cf_make_regression(&(cf_regression_options){__VA_ARGS__}, &X, &y, NULL)
    REFUSED("tail_strength = 2", REGRESSION(.tail_strength = 2));
    REFUSED("noise = -1", REGRESSION(.noise = -1));
    REFUSED("n_targets = -1", REGRESSION(.n_targets = -1));
#define BLOBS(...) cf_make_blobs(&(cf_blobs_options){__VA_ARGS__}, &X, &y, NULL)
    REFUSED("begins at 2 and ends at 1", BLOBS(.center_box = {2, 1}));
    ASSERT_FAILS(CF_ERR_SHAPE, "centers has 2 rows, n_centers is 3",
                 BLOBS(.centers = &given_centers, .n_centers = 3));
    REFUSED("n_features = 4 is outside [5",
            cf_make_friedman1(&(cf_friedman_options){.n_features = 4}, &X, &y));
    REFUSED("factor = 1 is", cf_make_circles(&(cf_shapes_options){.factor = 1}, &X, &y));
    REFUSED("make_moons: n_inner = -2", cf_make_moons(&(cf_shapes_options){.n_inner = -2}, &X, &y));
}
END_TEST

START_TEST(lost_memory_is_reported_and_nothing_leaks)
{
    for (int k = 1;; k++) {
        cf_matrix X = {0}, y = {0};
        cf_fail_allocation(k, false);
        const cf_status a = cf_make_classification(NULL, &X, &y);
        const cf_status b =
            a == CF_OK
                ? cf_make_regression(&(cf_regression_options){.effective_rank = 3, .n_samples = 10},
                                     &X, &y, NULL)
                : a;
        const cf_status c = b == CF_OK ? cf_make_blobs(NULL, &X, &y, NULL) : b;
        const cf_status d = c == CF_OK ? cf_make_moons(NULL, &X, &y) : c;
        const cf_status e = d == CF_OK ? cf_make_friedman1(NULL, &X, &y) : d;
        cf_fail_allocation(0, false);
        cf_matrix_clear(&X);
        cf_matrix_clear(&y);
        if (e == CF_OK) {
            ck_assert_int_gt(k, 20);
            break;
        }
        ck_assert_int_eq(e, CF_ERR_MEMORY);
    }
}
END_TEST

TEST_MAIN("generators", classification_is_scikit_learns, regression_is_scikit_learns,
          blobs_are_scikit_learns, moons_circles_and_friedman_are_scikit_learns,
          no_options_are_the_defaults, impossible_problems_are_refused,
          lost_memory_is_reported_and_nothing_leaks)
