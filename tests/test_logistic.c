/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * LogisticRegression against scikit-learn's coefficients, against the conditions of a minimum
 * recomputed here, and its loss against differences of its own values.
 */
#include "algorithms/linear_model/logistic_l1.h"
#include "base/run.h"
#include "cofit/cofit.h"
#include "golden/logistic.h"
#include "matrix/matrix.h"
#include "support/support.h"

/* A data set with standardised columns. */
static void load(const char *name, cf_matrix *X, cf_matrix *y)
{
    cf_estimator *scaler = NULL;
    cf_matrix raw = {0};
    ASSERT_OK(cf_dataset_load(name, &raw, y));
    ASSERT_OK(cf_new(&scaler, "StandardScaler"));
    ASSERT_OK(cf_fit_transform(scaler, &raw, NULL, NULL, X));
    cf_estimator_free(scaler);
    cf_matrix_clear(&raw);
}

/* make_logistic.py's sample weights. */
static cf_matrix golden_weights(cf_index n)
{
    cf_matrix w = {0};
    ASSERT_OK(cf_matrix_resize(&w, CF_F64, n, 1));
    for (cf_index i = 0; i < n; i++)
        ((double *)w.values)[i] = 0.5 + (double)(i * 7 % 5);
    return w;
}

static void check_numbers(const char *what, const cf_matrix *got, const double *want, cf_index n,
                          double tol)
{
    ck_assert_msg(got->rows * got->cols == n, "%s has %d x %d entries, wants %d", what,
                  (int)got->rows, (int)got->cols, (int)n);
    for (cf_index k = 0; k < n; k++) {
        const double x = cf_matrix_get(got, k / got->cols, k % got->cols);
        ck_assert_msg(fabs(x - want[k]) <= tol * fmax(1, fabs(want[k])),
                      "%s[%d] = %.17g, wants %.17g", what, (int)k, x, want[k]);
    }
}

typedef struct golden {
    const char *spec, *table;
    bool weighted;
    const double *coef, *intercept;
    cf_index n_coef, n_intercept;
    double tol; /* how far scikit-learn's solver got */
} golden;

#define COUNT(a) ((cf_index)(sizeof(a) / sizeof((a)[0])))
#define GOLDEN(spec, table, weighted, name, tol)                                                   \
    {                                                                                              \
        spec, table, weighted, name##_coef, name##_intercept, COUNT(name##_coef),                  \
            COUNT(name##_intercept), tol                                                           \
    }

static const golden cases[] = {
    GOLDEN("LogisticRegression()", "breast_cancer", false, l2, 1e-9),
    GOLDEN("LogisticRegression(C=0.01, solver=newton-cg)", "breast_cancer", false, strong, 1e-9),
    GOLDEN("LogisticRegression(C=50, fit_intercept=false, solver=sag)", "breast_cancer", false,
           plain, 1e-8),
    GOLDEN("LogisticRegression(class_weight=balanced, solver=newton-cholesky)", "breast_cancer",
           true, balanced, 1e-9),
    GOLDEN("LogisticRegression(intercept_scaling=3, solver=liblinear)", "breast_cancer", false,
           liblinear, 1e-7),
    GOLDEN("LogisticRegression(intercept_scaling=3, solver=liblinear, dual=true)", "breast_cancer",
           false, liblinear, 1e-7),
    GOLDEN("LogisticRegression(intercept_scaling=3, l1_ratio=1, solver=liblinear)", "breast_cancer",
           false, liblinear_l1, 1e-6),
    GOLDEN("LogisticRegression(C=0.1, l1_ratio=0.5, solver=saga)", "breast_cancer", false, elastic,
           1e-7),
    GOLDEN("LogisticRegression()", "wine", false, multinomial, 1e-9),
    GOLDEN("LogisticRegression(C=20, fit_intercept=false)", "wine", true, multinomial_weighted,
           1e-8),
    GOLDEN("LogisticRegression(C=0.5, penalty=l1, solver=saga)", "wine", false, multinomial_l1,
           1e-6),
    GOLDEN("LogisticRegression(C=0.2, l1_ratio=0.3, solver=saga)", "wine", true,
           multinomial_elastic, 1e-7),
};

static void check_golden(const golden *g, cf_dtype dtype, cf_storage storage)
{
    cf_matrix X = {0}, y = {0}, data = {0}, coef = {0}, intercept = {0};
    cf_estimator *e = NULL;
    load(g->table, &X, &y);
    cf_matrix w = golden_weights(X.rows);
    const cf_fit_options options = {.sample_weight = g->weighted ? &w : NULL};
    ASSERT_OK(cf_matrix_convert(&X, dtype, storage, &data));
    ASSERT_OK(cf_parse(&e, g->spec));
    if (storage != CF_DENSE) /* by products with the Hessian: slower, to be asked for */
        ASSERT_OK(cf_set(e, "tol", 1e-9));
    ASSERT_OK(cf_fit(e, &data, &y, &options));
    ASSERT_OK(cf_attribute(e, "coef_", &coef));
    ASSERT_OK(cf_attribute(e, "intercept_", &intercept));
    const double tol = dtype == CF_F32 ? 1e-5 : g->tol;
    check_numbers(g->spec, &coef, g->coef, g->n_coef, tol);
    check_numbers(g->spec, &intercept, g->intercept, g->n_intercept, tol);
    cf_estimator_free(e);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_matrix_clear(&w);
    cf_matrix_clear(&data);
}

START_TEST(coefficients_are_scikit_learns)
{
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        check_golden(&cases[c], CF_F64, CF_DENSE);
        check_golden(&cases[c], CF_F64, CF_CSR);
        check_golden(&cases[c], CF_F32, CF_DENSE);
    }
}
END_TEST

START_TEST(probabilities_are_scikit_learns)
{
    const struct {
        const char *table;
        const double *proba, *decision;
        cf_index cols, margins;
    } tables[] = {{"breast_cancer", l2_proba, l2_decision, 2, 1},
                  {"wine", multinomial_proba, multinomial_decision, 3, 3}};
    for (int t = 0; t < 2; t++) {
        cf_matrix X = {0}, y = {0}, out = {0}, logs = {0};
        cf_estimator *e = NULL;
        load(tables[t].table, &X, &y);
        ASSERT_OK(cf_new(&e, "LogisticRegression"));
        ASSERT_OK(cf_fit(e, &X, &y, NULL));
        const cf_matrix head = cf_view_rows(&X, 0, 20);
        ASSERT_OK(cf_predict_proba(e, &head, &out));
        check_numbers("proba", &out, tables[t].proba, 20 * tables[t].cols, 1e-10);
        ASSERT_OK(cf_predict_log_proba(e, &head, &logs));
        for (cf_index i = 0; i < 20; i++)
            for (cf_index c = 0; c < tables[t].cols; c++)
                ASSERT_NEAR(cf_matrix_get(&logs, i, c), log(cf_matrix_get(&out, i, c)), 1e-12);
        ASSERT_OK(cf_decision_function(e, &head, &out));
        check_numbers("decision", &out, tables[t].decision, 20 * tables[t].margins, 1e-9);
        cf_matrix predicted = {0};
        ASSERT_OK(cf_predict(e, &head, &predicted));
        for (cf_index i = 0; i < 20; i++) {
            cf_index best = 0;
            for (cf_index c = 1; c < tables[t].cols; c++)
                best = cf_matrix_get(&logs, i, c) > cf_matrix_get(&logs, i, best) ? c : best;
            ck_assert_double_eq(cf_matrix_get(&predicted, i, 0), (double)best);
        }
        cf_matrix *const all[] = {&X, &y, &out, &logs, &predicted};
        for (int i = 0; i < 5; i++)
            cf_matrix_clear(all[i]);
        cf_estimator_free(e);
    }
}
END_TEST

/* Far out probabilities underflow, their logarithms do not. */
START_TEST(logarithms_of_tiny_probabilities_are_finite)
{
    const double x[] = {-1, 1, -2, 2}, far[] = {-2000, 2000};
    const double y[] = {0, 1, 0, 1};
    const cf_matrix X = cf_view_f64(x, 4, 1), Y = cf_view_f64(y, 4, 1), F = cf_view_f64(far, 2, 1);
    cf_matrix P = {0}, L = {0};
    cf_estimator *e = NULL;
    ASSERT_OK(cf_new(&e, "LogisticRegression"));
    ASSERT_OK(cf_fit(e, &X, &Y, NULL));
    ASSERT_OK(cf_predict_proba(e, &F, &P));
    ASSERT_OK(cf_predict_log_proba(e, &F, &L));
    ck_assert_double_lt(cf_matrix_get(&P, 0, 1), 1e-300);
    ck_assert(isfinite(cf_matrix_get(&L, 0, 1)) && cf_matrix_get(&L, 0, 1) < -700);
    ck_assert_double_eq(cf_matrix_get(&L, 1, 1), 0);
    cf_matrix_clear(&P);
    cf_matrix_clear(&L);
    cf_estimator_free(e);
}
END_TEST

/* ---- the minimum, recomputed ---- */

/* The largest component of the least subgradient of sum loss + l2/2 |W|^2 + l1 |W|_1. */
static double largest_slope(const cf_matrix *X, const cf_matrix *y, const cf_matrix *coef,
                            const cf_matrix *intercept, double l2, double l1)
{
    const cf_index n = X->rows, d = X->cols, rows = coef->rows, k = rows > 1 ? rows : 2;
    double *G = cf_alloc_zero(rows * (d + 1), sizeof *G), *p = cf_alloc(k, sizeof *p), worst = 0;
    for (cf_index i = 0; i < n; i++) {
        double sum = 0, largest = 0;
        p[0] = 0;
        for (cf_index c = 0; c < rows; c++) {
            double m = cf_matrix_get(intercept, c, 0);
            for (cf_index j = 0; j < d; j++)
                m += cf_matrix_get(X, i, j) * cf_matrix_get(coef, c, j);
            p[rows > 1 ? c : 1] = m;
        }
        for (cf_index c = 0; c < k; c++)
            largest = fmax(largest, p[c]);
        for (cf_index c = 0; c < k; c++)
            sum += p[c] = exp(p[c] - largest);
        const cf_index own = (cf_index)cf_matrix_get(y, i, 0);
        for (cf_index c = 0; c < rows; c++) {
            const cf_index class = rows > 1 ? c : 1;
            const double r = p[class] / sum - (class == own);
            for (cf_index j = 0; j < d; j++)
                G[c * (d + 1) + j] += r * cf_matrix_get(X, i, j);
            G[c * (d + 1) + d] += r;
        }
    }
    for (cf_index c = 0; c < rows; c++) {
        for (cf_index j = 0; j < d; j++) {
            const double w = cf_matrix_get(coef, c, j), g = G[c * (d + 1) + j] + l2 * w;
            worst = fmax(worst, w != 0 ? fabs(g + copysign(l1, w)) : fmax(0, fabs(g) - l1));
        }
        worst = fmax(worst, fabs(G[c * (d + 1) + d]));
    }
    cf_free(G);
    cf_free(p);
    return worst;
}

static void check_minimum(const char *spec, const cf_matrix *X, const cf_matrix *y, double l2,
                          double l1, double tol)
{
    cf_matrix coef = {0}, intercept = {0};
    cf_estimator *e = NULL;
    ASSERT_OK(cf_parse(&e, spec));
    ASSERT_OK(cf_fit(e, X, y, NULL));
    ASSERT_OK(cf_attribute(e, "coef_", &coef));
    ASSERT_OK(cf_attribute(e, "intercept_", &intercept));
    const double slope = largest_slope(X, y, &coef, &intercept, l2, l1);
    ck_assert_msg(slope <= tol, "%s: the slope is %g, wants %g", spec, slope, tol);
    cf_estimator_free(e);
}

START_TEST(the_gradient_vanishes)
{
    cf_matrix X = {0}, y = {0}, raw = {0}, labels = {0};
    load("breast_cancer", &X, &y);
    check_minimum("LogisticRegression()", &X, &y, 1, 0, 1e-8);
    check_minimum("LogisticRegression(C=100)", &X, &y, 0.01, 0, 1e-8);
    check_minimum("LogisticRegression(C=0.001)", &X, &y, 1000, 0, 1e-8);
    check_minimum("LogisticRegression(l1_ratio=1, solver=saga)", &X, &y, 0, 1, 1e-8);
    check_minimum("LogisticRegression(C=10, l1_ratio=0.25, solver=saga)", &X, &y, 0.075, 0.025,
                  1e-8);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    load("wine", &X, &y);
    check_minimum("LogisticRegression()", &X, &y, 1, 0, 1e-8);
    check_minimum("LogisticRegression(tol=1e-8, C=1000)", &X, &y, 0.001, 0, 1e-8);
    check_minimum("LogisticRegression(l1_ratio=1, solver=saga)", &X, &y, 0, 1, 1e-8);
    /* raw columns: the largest is 1e7 times the least */
    ASSERT_OK(cf_dataset_load("breast_cancer", &raw, &labels));
    check_minimum("LogisticRegression()", &raw, &labels, 1, 0, 1e-5);
    check_minimum("LogisticRegression(C=0.1, l1_ratio=1, solver=saga)", &raw, &labels, 0, 10, 1e-4);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_matrix_clear(&raw);
    cf_matrix_clear(&labels);
}
END_TEST

/* Both methods for l1 on the same data. */
START_TEST(two_methods_find_one_sparse_minimum)
{
    cf_matrix X = {0}, y = {0};
    load("wine", &X, &y);
    int32_t codes[178];
    cf_run run;
    cfi_run_begin(&run, NULL);
    for (cf_index i = 0; i < 178; i++)
        codes[i] = (int32_t)cf_matrix_get(&y, i, 0);
    cfi_logistic_end end[2];
    double W[2][42] = {{0}};
    const cfi_logistic_l1 l1 = {2, 0};
    for (int m = 0; m < 2; m++) {
        cfi_logistic p = {.run = &run, .X = &X, .y = codes, .n = 178, .d = 13, .k = 3};
        p.intercept = true;
        p.l2 = 0.1;
        ASSERT_OK(cfi_logistic_start(&p));
        ASSERT_OK(m == 0 ? cfi_logistic_descent(&p, &l1, 1e-9, 200, W[0], &end[0])
                         : cfi_logistic_subspace(&p, &l1, 1e-9, 200, W[1], &end[1]));
        ck_assert_double_le(end[m].gradient, 1e-9);
        cfi_logistic_clear(&p);
    }
    ASSERT_NEAR(end[0].value, end[1].value, 1e-13);
    for (int j = 0; j < 39; j++)
        ASSERT_NEAR(W[0][j], W[1][j], 1e-8);
    cfi_run_end(&run);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
}
END_TEST

/* ---- the loss against its differences ---- */

enum { N = 700, D = 11, MOST = (D + 1) * 4 };

static void check_derivatives(cf_index k, bool weighted, cf_dtype dtype, cf_storage storage)
{
    double *x = random_normals(3, N * D), *w = random_normals(4, N), *V = random_normals(5, MOST);
    double *W = random_normals(6, MOST), G[MOST], Hv[MOST], up[MOST], down[MOST], diagonal[MOST];
    int32_t y[N];
    cf_matrix dense = cf_view_f64(x, N, D), X = {0};
    cf_run run;
    for (int i = 0; i < N * D; i++)
        x[i] = i % 3 == 0 ? 0 : (double)(float)x[i];
    for (int i = 0; i < N; i++) {
        y[i] = i * 7 % (k > 1 ? (int)k : 2);
        w[i] = i % 5 == 0 ? 0 : fabs(w[i]);
    }
    ASSERT_OK(cf_matrix_convert(&dense, dtype, storage, &X));
    cfi_run_begin(&run, NULL);
    cfi_logistic p = {.run = &run, .X = &X, .y = y, .weights = weighted ? w : NULL};
    p.n = N, p.d = D, p.k = k, p.intercept = true, p.l2 = 0.7, p.l2_intercept = 0.2;
    ASSERT_OK(cfi_logistic_start(&p));
    const cf_index size = cfi_logistic_size(&p);
    const double step = 1e-5;
    double value, above, below, slope = 0;
    double to[MOST];
    for (int side = -1; side <= 1; side += 2) {
        for (cf_index j = 0; j < size; j++)
            to[j] = W[j] + side * step * V[j];
        ASSERT_OK(
            cfi_logistic_move(&p, NULL, to, side > 0 ? &above : &below, side > 0 ? up : down));
    }
    for (cf_index j = 0; j < size; j++) /* back to W, by a move */
        to[j] = -step * V[j];
    ASSERT_OK(cfi_logistic_move(&p, to, W, &value, G));
    ASSERT_OK(cfi_logistic_product(&p, V, Hv));
    for (cf_index j = 0; j < size; j++) {
        slope += G[j] * V[j];
        ASSERT_NEAR(Hv[j], (up[j] - down[j]) / (2 * step), 1e-6);
    }
    ASSERT_NEAR(slope, (above - below) / (2 * step), 1e-6);
    ASSERT_OK(cfi_logistic_diagonal(&p, diagonal));
    for (cf_index j = 0; j < size; j++) {
        double unit[MOST] = {0};
        unit[j] = 1;
        ASSERT_OK(cfi_logistic_product(&p, unit, Hv));
        ASSERT_NEAR(diagonal[j], Hv[j], 1e-12);
        for (cf_index b = 0; storage == CF_DENSE && b < k; b++) { /* a block's column */
            double M[(D + 1) * (D + 1)];
            ASSERT_OK(cfi_logistic_block(&p, (cfi_logistic_part){j % k, b, 1}, M));
            for (cf_index i = 0; i <= j / k; i++)
                if (i != j / k || b != j % k) /* the penalty is not in the block */
                    ASSERT_NEAR(M[j / k * (D + 1) + i], Hv[i * k + b], 1e-12);
        }
    }
    cfi_logistic_clear(&p);
    cfi_run_end(&run);
    cf_matrix_clear(&X);
    cf_free(x);
    cf_free(w);
    cf_free(V);
    cf_free(W);
}

START_TEST(derivatives_are_those_of_the_value)
{
    for (cf_index k = 1; k <= 4; k += 3)
        for (int weighted = 0; weighted < 2; weighted++) {
            check_derivatives(k, weighted, CF_F64, CF_DENSE);
            check_derivatives(k, weighted, CF_F32, CF_DENSE);
            check_derivatives(k, weighted, CF_F64, CF_CSR);
            check_derivatives(k, weighted, CF_F32, CF_CSR);
        }
}
END_TEST

/* sum log(1 + exp(-|m|)) by products of a block, where most terms are tiny. */
START_TEST(small_losses_keep_their_digits)
{
    enum { ROWS = 3000 };
    static double x[ROWS];
    static int32_t y[ROWS];
    double want = 0, value, G[2];
    for (int i = 0; i < ROWS; i++) {
        x[i] = (i % 2 ? 1 : -1) * (5 + 0.01 * i);
        y[i] = i % 2;
        want += log1p(exp(-fabs(x[i])));
    }
    const cf_matrix X = cf_view_f64(x, ROWS, 1);
    cf_run run;
    cfi_run_begin(&run, NULL);
    cfi_logistic p = {.run = &run, .X = &X, .y = y, .n = ROWS, .d = 1, .k = 1};
    ASSERT_OK(cfi_logistic_start(&p));
    ASSERT_OK(cfi_logistic_move(&p, NULL, (const double[]){1, 0}, &value, G));
    ck_assert_double_le(fabs(value - want), 1e-12 * want);
    for (int i = 0; i < ROWS; i++)
        y[i] = 1 - y[i];
    ASSERT_OK(cfi_logistic_move(&p, NULL, (const double[]){300, 0}, &value, G));
    ck_assert(isfinite(value) && value > 1e6);
    cfi_logistic_clear(&p);
    cfi_run_end(&run);
}
END_TEST

START_TEST(small_losses_of_three_classes_keep_their_digits)
{
    enum { ROWS = 100 };
    double x[ROWS], w[ROWS], want = 0, slope = 0, value, G[6];
    int32_t y[ROWS] = {0};
    for (int i = 0; i < ROWS; i++) {
        x[i] = 20 + 0.1 * i;
        w[i] = 1;
        const double others = exp(-x[i]) + exp(-2 * x[i]);
        want += log1p(others);
        slope -= x[i] * others / (1 + others);
    }
    const cf_matrix X = cf_view_f64(x, ROWS, 1);
    cf_run run;
    cfi_run_begin(&run, NULL);
    for (int weighted = 0; weighted < 2; weighted++) {
        cfi_logistic p = {.run = &run, .X = &X, .y = y, .n = ROWS, .d = 1, .k = 3};
        p.weights = weighted ? w : NULL;
        ASSERT_OK(cfi_logistic_start(&p));
        ASSERT_OK(cfi_logistic_move(&p, NULL, (const double[]){1, 0, -1, 0, 0, 0}, &value, G));
        ck_assert_double_le(fabs(value - want), 1e-12 * want);
        ck_assert_double_le(fabs(G[0] - slope), -1e-12 * slope);
        cfi_logistic_clear(&p);
    }
    cfi_run_end(&run);
}
END_TEST

/* ---- hard cases ---- */

START_TEST(separable_data_without_penalty_end_with_a_warning_or_a_small_gradient)
{
    const double x[] = {-3, 1, -2, 5, -1, 2, 1, 0, 2, 7, 3, 1}, y[] = {0, 0, 0, 1, 1, 1};
    const cf_matrix X = cf_view_f64(x, 6, 2), Y = cf_view_f64(y, 6, 1);
    static const char *const specs[] = {"LogisticRegression(C=inf)", "LogisticRegression(C=1e10)",
                                        "LogisticRegression(C=inf, max_iter=3)",
                                        "LogisticRegression(C=1e12, l1_ratio=1, solver=saga)"};
    for (int s = 0; s < 4; s++) {
        cf_estimator *e = NULL;
        cf_matrix out = {0}, coef = {0};
        ASSERT_OK(cf_parse(&e, specs[s]));
        ASSERT_OK(cf_fit(e, &X, &Y, NULL));
        ASSERT_OK(cf_predict(e, &X, &out));
        for (cf_index i = 0; i < 6; i++)
            ck_assert_double_eq(cf_matrix_get(&out, i, 0), y[i]);
        ASSERT_OK(cf_attribute(e, "coef_", &coef));
        ck_assert(isfinite(cf_matrix_get(&coef, 0, 0)) && cf_matrix_get(&coef, 0, 0) > 1);
        cf_matrix_clear(&out);
        cf_estimator_free(e);
    }
}
END_TEST

/* Two equal columns and one constant: the Hessian without penalty is singular. */
START_TEST(a_singular_hessian_is_solved)
{
    enum { ROWS = 200 };
    double *x = random_normals(9, ROWS * 4), *u = random_normals(10, ROWS), y[ROWS];
    for (int i = 0; i < ROWS; i++) {
        x[4 * i + 1] = x[4 * i];
        x[4 * i + 3] = 5;
        y[i] = x[4 * i] - x[4 * i + 2] + 1.5 * u[i] > 0;
    }
    const cf_matrix X = cf_view_f64(x, ROWS, 4), Y = cf_view_f64(y, ROWS, 1);
    check_minimum("LogisticRegression(C=inf)", &X, &Y, 0, 0, 1e-6);
    check_minimum("LogisticRegression(l1_ratio=1, solver=saga)", &X, &Y, 0, 1, 1e-6);
    cf_free(x);
    cf_free(u);
}
END_TEST

/* A large constant and the intercept say the same: no step goes along what tells them apart. */
START_TEST(a_direction_without_curvature_is_left)
{
    enum { ROWS = 40 };
    static const double constants[] = {-370000, 1e6};
    for (int c = 0; c < 2; c++) {
        double x[2 * ROWS], y[ROWS];
        for (int i = 0; i < ROWS; i++) {
            x[2 * i] = constants[c];
            x[2 * i + 1] = 1000.0 * (i * 37 % 101 - 50);
            y[i] = i * i % 7 < 3;
        }
        const cf_matrix X = cf_view_f64(x, ROWS, 2), Y = cf_view_f64(y, ROWS, 1);
        cf_estimator *e = NULL;
        cf_matrix coef = {0}, intercept = {0};
        ASSERT_OK(cf_parse(&e, "LogisticRegression(C=inf, tol=1e-8)"));
        ASSERT_OK(cf_fit(e, &X, &Y, NULL));
        ASSERT_OK(cf_attribute(e, "coef_", &coef));
        ASSERT_OK(cf_attribute(e, "intercept_", &intercept));
        const double offset =
            cf_matrix_get(&coef, 0, 0) * constants[c] + cf_matrix_get(&intercept, 0, 0);
        ck_assert_double_eq_tol(offset, 1.0341056, 1e-6);
        ck_assert_double_eq_tol(cf_matrix_get(&coef, 0, 1), -1.8764225e-05, 1e-10);
        ck_assert_double_lt(fabs(cf_matrix_get(&intercept, 0, 0)), 1e6);
        cf_matrix_clear(&coef);
        cf_matrix_clear(&intercept);
        cf_estimator_free(e);
    }
}
END_TEST

static int64_t first_iterations(const cf_estimator *e)
{
    cf_matrix n_iter = {0};
    ASSERT_OK(cf_attribute(e, "n_iter_", &n_iter));
    return (int64_t)cf_matrix_get(&n_iter, 0, 0);
}

START_TEST(warm_start_goes_on_from_the_solution)
{
    static const char *const specs[] = {
        "LogisticRegression(warm_start=true)",
        "LogisticRegression(C=0.3, l1_ratio=1, solver=saga, warm_start=true)"};
    for (int s = 0; s < 2; s++)
        for (int t = 0; t < 2; t++) {
            cf_matrix X = {0}, y = {0};
            cf_estimator *e = NULL;
            load(t == 0 ? "breast_cancer" : "wine", &X, &y);
            ASSERT_OK(cf_parse(&e, specs[s]));
            ASSERT_OK(cf_fit(e, &X, &y, NULL));
            ck_assert_int_gt(first_iterations(e), 2);
            ASSERT_OK(cf_fit(e, &X, &y, NULL));
            ck_assert_int_le(first_iterations(e), 1);
            cf_estimator_free(e);
            cf_matrix_clear(&X);
            cf_matrix_clear(&y);
        }
}
END_TEST

static void count_warning(void *ctx, cf_warning kind, const char *text)
{
    ck_assert_ptr_nonnull(strstr(text, "LogisticRegression"));
    ((int *)ctx)[kind]++;
}

START_TEST(bad_combinations_and_slow_convergence_are_told)
{
    cf_matrix X = {0}, y = {0};
    load("wine", &X, &y);
    static const char *const specs[][2] = {
        {"LogisticRegression(l1_ratio=1)", "supports only 'l2' or None penalties, got l1"},
        {"LogisticRegression(l1_ratio=0.5, solver=liblinear)", "Only 'saga' solver supports"},
        {"LogisticRegression(dual=true)", "supports only dual=False"},
        {"LogisticRegression(C=inf, solver=liblinear)", "not supported for the liblinear solver"},
        {"LogisticRegression(solver=liblinear)", "does not support multiclass"}};
    for (size_t s = 0; s < sizeof specs / sizeof specs[0]; s++) {
        cf_estimator *e = NULL;
        ASSERT_OK(cf_parse(&e, specs[s][0]));
        ASSERT_FAILS(CF_ERR_ARGUMENT, specs[s][1], cf_fit(e, &X, &y, NULL));
        cf_estimator_free(e);
    }
    int counts[8] = {0};
    const cf_fit_options options = {.warn = count_warning, .warn_ctx = counts};
    cf_estimator *e = NULL;
    ASSERT_OK(cf_parse(&e, "LogisticRegression(max_iter=2, penalty=None)"));
    ASSERT_OK(cf_fit(e, &X, &y, &options));
    ck_assert_int_eq(counts[CF_WARN_CONVERGENCE], 1);
    ck_assert_int_eq(counts[CF_WARN_DEPRECATED], 1);
    ck_assert_int_eq(first_iterations(e), 2);
    cf_estimator_free(e);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
}
END_TEST

/* Enough rows for many chunks and for the sampled Hessian. */
START_TEST(threads_do_not_change_a_bit)
{
    static const char *const specs[] = {"LogisticRegression()",
                                        "LogisticRegression(l1_ratio=0.5, C=0.1, solver=saga)"};
    for (int sparse = 0; sparse < 2; sparse++)
        for (int s = 0; s < 2; s++)
            for (int classes = 2; classes < 4; classes++) {
                cf_matrix X = {0}, y = {0}, data = {0}, coef = {0};
                double first[3 * 20];
                ASSERT_OK(cf_make_classification(
                    &(cf_classification_options){.n_samples = 20000,
                                                 .n_features = 20,
                                                 .n_informative = 10,
                                                 .n_classes = classes,
                                                 .random_state = cf_value_int(classes)},
                    &X, &y));
                ASSERT_OK(cf_matrix_convert(&X, CF_F64, sparse ? CF_CSR : CF_DENSE, &data));
                for (int threads = 1; threads <= 8; threads = threads == 1 ? 2 : threads + 3) {
                    cf_estimator *e = NULL;
                    ASSERT_OK(cf_parse(&e, specs[s]));
                    ASSERT_OK(cf_fit(e, &data, &y, &(cf_fit_options){.n_threads = threads}));
                    ASSERT_OK(cf_attribute(e, "coef_", &coef));
                    const size_t bytes = (size_t)(coef.rows * coef.cols) * sizeof(double);
                    if (threads == 1)
                        memcpy(first, coef.values, bytes);
                    ck_assert_mem_eq(first, coef.values, bytes);
                    cf_estimator_free(e);
                }
                cf_matrix_clear(&X);
                cf_matrix_clear(&y);
                cf_matrix_clear(&data);
            }
}
END_TEST

/* More columns than the narrow kernels take, than rows, and than are factored. */
START_TEST(wide_data_reach_the_minimum)
{
    static const cf_index columns[] = {350, 600, 1700};
    for (int c = 0; c < 3; c++)
        for (int classes = 2; classes < 4; classes++) {
            const cf_index n = 400, d = columns[c];
            double *x = random_normals(20 + (uint32_t)c, n * d), y[400];
            for (cf_index i = 0; i < n; i++)
                y[i] = (double)((x[i * d] > 0.3) + (classes > 2 && x[i * d + 1] > 0.2));
            const cf_matrix X = cf_view_f64(x, n, d), Y = cf_view_f64(y, n, 1);
            check_minimum("LogisticRegression(tol=1e-6)", &X, &Y, 1, 0, 1e-6);
            if (c == 0)
                check_minimum("LogisticRegression(C=0.2, l1_ratio=1, solver=saga, tol=1e-8)", &X,
                              &Y, 0, 5, 1e-5);
            cf_free(x);
        }
}
END_TEST

TEST_MAIN("logistic", coefficients_are_scikit_learns, probabilities_are_scikit_learns,
          logarithms_of_tiny_probabilities_are_finite, the_gradient_vanishes,
          two_methods_find_one_sparse_minimum, derivatives_are_those_of_the_value,
          small_losses_keep_their_digits, small_losses_of_three_classes_keep_their_digits,
          separable_data_without_penalty_end_with_a_warning_or_a_small_gradient,
          a_singular_hessian_is_solved, a_direction_without_curvature_is_left,
          warm_start_goes_on_from_the_solution, bad_combinations_and_slow_convergence_are_told,
          threads_do_not_change_a_bit, wide_data_reach_the_minimum)
