/* SPDX-License-Identifier: BSD-3-Clause */
/* SVC through the public calls: against scikit-learn, and what must hold whatever the numbers. */
#include "golden/svc.h"

#include "base/run.h"
#include "cofit/cofit.h"
#include "support/support.h"

static cf_estimator *parse(const char *spec)
{
    cf_estimator *e = NULL;
    ASSERT_OK(cf_parse(&e, spec));
    return e;
}

static void load(const char *name, cf_matrix *X, cf_matrix *y)
{
    ASSERT_OK(cf_dataset_load(name, X, y));
}

static const double *numbers(const cf_estimator *e, const char *name, cf_index count)
{
    cf_matrix view;
    ASSERT_OK(cf_attribute(e, name, &view));
    ck_assert_int_eq(view.rows * view.cols, count);
    ck_assert_int_eq(view.dtype, CF_F64);
    return view.values;
}

static void compare(const double *have, const double *want, cf_index n, double tol)
{
    for (cf_index i = 0; i < n; i++)
        ASSERT_NEAR(have[i], want[i], tol);
}

static void compare_model(const cf_estimator *e, const golden_svc *g, cf_index k, cf_index d)
{
    const cf_index pairs = k * (k - 1) / 2;
    cf_matrix view;
    compare(numbers(e, "intercept_", pairs), g->intercept, pairs, 1e-4);
    if (g->coefficients) {
        ASSERT_OK(cf_attribute(e, "support_", &view));
        ck_assert_int_eq(view.rows, g->n_support);
        for (cf_index i = 0; i < view.rows; i++)
            ck_assert_int_eq(((const int32_t *)view.values)[i], g->support[i]);
        compare(numbers(e, "dual_coef_", (k - 1) * g->n_support), g->coefficients,
                (k - 1) * g->n_support, 2e-3);
    }
    if (g->sigmoids) {
        compare(numbers(e, "probA_", pairs), g->sigmoids, pairs, 1e-3);
        compare(numbers(e, "probB_", pairs), g->sigmoids + pairs, pairs, 1e-3);
    }
    if (g->weights) {
        cf_matrix weights = {0};
        ASSERT_OK(cf_attribute(e, "coef_", &weights));
        ck_assert_int_eq(weights.rows, pairs);
        ck_assert_int_eq(weights.cols, d);
        compare(weights.values, g->weights, pairs * d, 1e-4);
        cf_matrix_clear(&weights);
    }
}

/* y of the rows as 0, 1, ... */
static void codes_of(const cf_matrix *y, cf_index first, cf_index n, double *out)
{
    double least = INFINITY;
    for (cf_index i = 0; i < n; i++) {
        out[i] = cf_matrix_get(y, first + i, 0);
        least = fmin(least, out[i]);
    }
    for (cf_index i = 0; i < n; i++)
        out[i] -= least;
}

static void compare_answers(const cf_estimator *e, const golden_svc *g, const cf_matrix *X,
                            const double *codes)
{
    cf_index n = 0;
    cf_index rows[64];
    for (cf_index i = 0; i < X->rows; i += 11)
        rows[n++] = i;
    cf_matrix Q = {0}, out = {0};
    (void)codes;
    ASSERT_OK(cf_matrix_gather_rows(X, rows, n, &Q));
    ASSERT_OK(cf_predict(e, &Q, &out));
    for (cf_index i = 0; i < n; i++)
        ck_assert_double_eq(cf_matrix_get(&out, i, 0), (double)g->labels[i]);
    ASSERT_OK(cf_decision_function(e, &Q, &out));
    compare(out.values, g->decisions, n * out.cols, 1e-4);
    /* One row alone takes another way. */
    for (cf_index i = 0; i < 3; i++) {
        const cf_matrix one = cf_view_rows(&Q, i, i + 1);
        ASSERT_OK(cf_decision_function(e, &one, &out));
        compare(out.values, g->decisions + i * out.cols, out.cols, 1e-4);
    }
    if (g->probabilities) {
        ASSERT_OK(cf_predict_proba(e, &Q, &out));
        compare(out.values, g->probabilities, n * out.cols, 1e-4);
    } else {
        ASSERT_FAILS(CF_ERR_UNSUPPORTED, "predict_proba", cf_predict_proba(e, &Q, &out));
    }
    cf_matrix_clear(&Q);
    cf_matrix_clear(&out);
}

START_TEST(figures_are_scikit_learns)
{
    for (size_t c = 0; c < sizeof golden_svcs / sizeof golden_svcs[0]; c++) {
        const golden_svc *g = &golden_svcs[c];
        const cf_index n = g->last - g->first;
        cf_matrix X = {0}, y = {0};
        double codes[200], weights[200];
        load(g->data, &X, &y);
        codes_of(&y, g->first, n, codes);
        for (cf_index i = 0; i < n; i++)
            weights[i] = (double)(1 + (g->first + i) % 3);
        const cf_matrix rows = cf_view_rows(&X, g->first, g->last),
                        labels = cf_view_f64(codes, n, 1);
        const cf_matrix w = cf_view_f64(weights, n, 1);
        cf_estimator *e = parse(g->spec);
        ASSERT_OK(cf_set(e, "tol", 1e-9));
        ASSERT_OK(
            cf_fit(e, &rows, &labels, &(cf_fit_options){.sample_weight = g->weighted ? &w : NULL}));
        double classes = 0;
        for (cf_index i = 0; i < n; i++)
            classes = fmax(classes, codes[i] + 1);
        compare_model(e, g, (cf_index)classes, X.cols);
        compare_answers(e, g, &rows, codes);
        cf_estimator_free(e);
        cf_matrix_clear(&X);
        cf_matrix_clear(&y);
    }
}
END_TEST

static cf_estimator *fit(const char *spec, const cf_matrix *X, const cf_matrix *y,
                         const cf_matrix *weights)
{
    cf_estimator *e = parse(spec);
    ASSERT_OK(cf_fit(e, X, y, &(cf_fit_options){.sample_weight = weights}));
    return e;
}

static void decide(const cf_estimator *e, const cf_matrix *X, cf_matrix *out)
{
    ASSERT_OK(cf_decision_function(e, X, out));
}

START_TEST(weights_are_repetitions)
{
    static const char *const specs[] = {"SVC", "SVC(kernel=linear)",
                                        "SVC(class_weight=balanced, kernel=poly, coef0=1)"};
    cf_matrix X = {0}, y = {0}, repeated = {0}, y_repeated = {0}, a = {0}, b = {0};
    load("iris", &X, &y);
    double weights[150];
    cf_index rows[600], n = 0;
    for (cf_index i = 0; i < 150; i++) {
        weights[i] = (double)((i * 7) % 4);
        for (cf_index k = 0; k < (i * 7) % 4; k++)
            rows[n++] = i;
    }
    const cf_matrix w = cf_view_f64(weights, 150, 1);
    ASSERT_OK(cf_matrix_gather_rows(&X, rows, n, &repeated));
    ASSERT_OK(cf_matrix_gather_rows(&y, rows, n, &y_repeated));
    for (int s = 0; s < 3; s++) {
        cf_estimator *weighted = fit(specs[s], &X, &y, &w);
        cf_estimator *plain = fit(specs[s], &repeated, &y_repeated, NULL);
        decide(weighted, &X, &a);
        decide(plain, &X, &b);
        compare(a.values, b.values, 450, 1e-7);
        cf_estimator_free(weighted);
        cf_estimator_free(plain);
    }
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_matrix_clear(&repeated);
    cf_matrix_clear(&y_repeated);
    cf_matrix_clear(&a);
    cf_matrix_clear(&b);
}
END_TEST

/* Storage and type change rounding alone. */
START_TEST(every_form_of_X_gives_the_same)
{
    static const char *const specs[] = {"SVC(gamma=0.01)", "SVC(kernel=linear)",
                                        "SVC(kernel=poly, coef0=1, degree=2)", "SVC(C=100)"};
    cf_matrix X = {0}, y = {0}, forms[3] = {{0}}, want = {0}, have = {0};
    load("digits", &X, &y);
    const cf_matrix head = cf_view_rows(&X, 0, 900), labels = cf_view_rows(&y, 0, 900);
    ASSERT_OK(cf_matrix_convert(&head, CF_F32, CF_DENSE, &forms[0]));
    ASSERT_OK(cf_matrix_convert(&head, CF_F64, CF_CSR, &forms[1]));
    ASSERT_OK(cf_matrix_convert(&head, CF_F32, CF_CSR, &forms[2]));
    for (int s = 0; s < 4; s++) {
        cf_estimator *e = fit(specs[s], &head, &labels, NULL);
        decide(e, &X, &want);
        for (int f = 0; f < 3; f++) {
            cf_estimator *other = fit(specs[s], &forms[f], &labels, NULL);
            decide(other, &X, &have);
            compare(have.values, want.values, have.rows * have.cols, 2e-2);
            decide(e, &forms[f], &have);
            compare(have.values, want.values, have.rows * have.cols, 1e-6);
            cf_estimator_free(other);
        }
        cf_estimator_free(e);
    }
    for (int f = 0; f < 3; f++)
        cf_matrix_clear(&forms[f]);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_matrix_clear(&want);
    cf_matrix_clear(&have);
}
END_TEST

/* gamma=scale takes the size of X out again: floats must not overflow or vanish in between. */
START_TEST(the_size_of_x_does_not_matter)
{
    enum { N = 400 };
    double *x = random_normals(1, N * 5), *scaled = cf_alloc(N * 5, sizeof *x), y[N];
    cf_matrix want = {0}, have = {0};
    const cf_matrix X = cf_view_f64(x, N, 5), S = cf_view_f64(scaled, N, 5);
    const cf_matrix Y = cf_view_f64(y, N, 1);
    for (cf_index i = 0; i < N; i++)
        y[i] = x[5 * i] * x[5 * i] + x[5 * i + 1] > 0.7;
    cf_estimator *plain = fit("SVC", &X, &Y, NULL);
    decide(plain, &X, &want);
    for (int exponent = -80; exponent <= 80; exponent += 20) {
        for (cf_index k = 0; k < N * 5; k++)
            scaled[k] = ldexp(x[k], exponent);
        for (int f32 = 0; f32 < 2; f32++) {
            cf_matrix form = {0};
            ASSERT_OK(cf_matrix_convert(&S, f32 ? CF_F32 : CF_F64, CF_DENSE, &form));
            cf_estimator *e = fit("SVC", &form, &Y, NULL);
            decide(e, &form, &have);
            compare(have.values, want.values, N, f32 ? 1e-3 : 1e-13);
            cf_estimator_free(e);
            cf_matrix_clear(&form);
        }
    }
    cf_estimator_free(plain);
    /* Kernel values beyond the floats are doubles. */
    for (cf_index k = 0; k < N * 5; k++)
        scaled[k] = 1e20 * x[k];
    plain = fit("SVC(kernel=poly, degree=2, gamma=1, C=1e-80)", &S, &Y, NULL);
    cf_estimator_free(plain);
    cf_free(x);
    cf_free(scaled);
    cf_matrix_clear(&want);
    cf_matrix_clear(&have);
}
END_TEST

/* Decisions of a model of floats, asked with the same numbers as floats and as doubles. */
static void check_single_precision(const char *spec, const cf_matrix *X, const cf_matrix *Y)
{
    cf_matrix single = {0}, same = {0}, want = {0}, have = {0};
    ASSERT_OK(cf_matrix_convert(X, CF_F32, CF_DENSE, &single));
    ASSERT_OK(cf_matrix_convert(&single, CF_F64, CF_DENSE, &same));
    cf_estimator *e = fit(spec, &single, Y, NULL);
    decide(e, &same, &want);
    decide(e, &single, &have);
    compare(have.values, want.values, X->rows, 1e-4);
    cf_estimator_free(e);
    cf_matrix *const all[] = {&single, &same, &want, &have};
    for (int k = 0; k < 4; k++)
        cf_matrix_clear(all[k]);
}

/* Far from the origin decisions are small sums of large products, whatever the type of X. */
START_TEST(single_precision_far_from_the_origin_answers_as_double)
{
    static const char *const specs[] = {"SVC(kernel=linear)", "SVC(kernel=poly, degree=2, C=1e-6)",
                                        "SVC(kernel=sigmoid, gamma=1e-6, coef0=-5)", "SVC"};
    enum { N = 300 };
    double *x = random_normals(2, N * 5), y[N];
    const cf_matrix X = cf_view_f64(x, N, 5), Y = cf_view_f64(y, N, 1);
    for (cf_index i = 0; i < N; i++)
        y[i] = x[5 * i] + 0.5 * x[5 * i + 1] > 0;
    for (cf_index k = 0; k < N * 5; k++)
        x[k] += 1000;
    for (int s = 0; s < 4; s++)
        check_single_precision(specs[s], &X, &Y);
    cf_free(x);
}
END_TEST

/* Close pairs of distant points: distances of floats would be the rounding of the norms. */
START_TEST(single_precision_tells_close_points_apart)
{
    enum { N = 300 };
    double *x = random_normals(3, N * 4), y[N];
    const cf_matrix X = cf_view_f64(x, N, 4), Y = cf_view_f64(y, N, 1);
    for (cf_index i = 0; i < N; i++) {
        y[i] = (double)(i % 2);
        for (cf_index j = 0; j < 4; j++)
            x[4 * i + j] = i % 2 ? x[4 * (i - 1) + j] + 0.4 * x[4 * i + j] : 1000 * x[4 * i + j];
    }
    check_single_precision("SVC(gamma=1, C=10)", &X, &Y);
    cf_free(x);
}
END_TEST

/* C / s^2 with s X is the same problem, and takes the same steps. */
START_TEST(small_kernel_values_are_not_flat)
{
    enum { N = 200 };
    double *x = random_normals(3, N * 5), *scaled = cf_alloc(N * 5, sizeof *x), y[N];
    cf_matrix want = {0}, have = {0};
    const cf_matrix X = cf_view_f64(x, N, 5), S = cf_view_f64(scaled, N, 5);
    const cf_matrix Y = cf_view_f64(y, N, 1);
    for (cf_index i = 0; i < N; i++)
        y[i] = x[5 * i] + x[5 * i + 1] > 0.1 * x[5 * i + 2];
    cf_estimator *plain = fit("SVC(kernel=linear)", &X, &Y, NULL);
    decide(plain, &X, &want);
    for (int exponent = -60; exponent <= 60; exponent += 20) {
        for (cf_index k = 0; k < N * 5; k++)
            scaled[k] = ldexp(x[k], exponent);
        cf_estimator *e = parse("SVC(kernel=linear, max_iter=100000)");
        ASSERT_OK(cf_set(e, "C", ldexp(1, -2 * exponent)));
        ASSERT_OK(cf_fit(e, &S, &Y, NULL));
        decide(e, &S, &have);
        compare(have.values, want.values, N, 1e-12);
        cf_estimator_free(e);
    }
    cf_estimator_free(plain);
    cf_free(x);
    cf_free(scaled);
    cf_matrix_clear(&want);
    cf_matrix_clear(&have);
}
END_TEST

START_TEST(precomputed_kernels)
{
    cf_matrix X = {0}, y = {0}, have = {0}, want = {0};
    load("iris", &X, &y);
    static double K[150 * 150];
    for (cf_index i = 0; i < 150; i++)
        for (cf_index j = 0; j < 150; j++) {
            K[i * 150 + j] = 0;
            for (cf_index c = 0; c < 4; c++)
                K[i * 150 + j] += cf_matrix_get(&X, i, c) * cf_matrix_get(&X, j, c);
        }
    const cf_matrix kernel = cf_view_f64(K, 150, 150);
    cf_estimator *given = fit("SVC(kernel=precomputed)", &kernel, &y, NULL);
    cf_estimator *linear = fit("SVC(kernel=linear)", &X, &y, NULL);
    decide(given, &kernel, &have);
    decide(linear, &X, &want);
    compare(have.values, want.values, 450, 1e-7);
    const cf_matrix part = cf_view_rows(&kernel, 3, 10);
    decide(given, &part, &have);
    compare(have.values, (double *)want.values + 9, 21, 1e-7);
    cf_matrix vectors;
    ASSERT_OK(cf_attribute(given, "support_vectors_", &vectors));
    ck_assert_int_eq(vectors.rows, 0);
    ASSERT_FAILS(CF_ERR_SHAPE, "features", cf_predict(given, &X, &have));
    cf_estimator *e = parse("SVC(kernel=precomputed)");
    ASSERT_FAILS(CF_ERR_SHAPE, "SVC", cf_fit(e, &X, &y, NULL));
    cf_estimator_free(e);
    cf_estimator_free(given);
    cf_estimator_free(linear);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_matrix_clear(&have);
    cf_matrix_clear(&want);
}
END_TEST

static void keep_warning(void *ctx, cf_warning kind, const char *text)
{
    ck_assert_int_eq(kind, CF_WARN_CONVERGENCE);
    snprintf(ctx, 200, "%s", text);
}

START_TEST(limits_warn_and_mistakes_fail)
{
    cf_matrix X = {0}, y = {0}, out = {0}, view;
    char text[200] = "";
    load("wine", &X, &y);
    cf_estimator *e = parse("SVC(max_iter=2)");
    ASSERT_OK(cf_fit(e, &X, &y, &(cf_fit_options){.warn = keep_warning, .warn_ctx = text}));
    ck_assert_ptr_nonnull(strstr(text, "max_iter=2"));
    ASSERT_OK(cf_attribute(e, "fit_status_", &view));
    ck_assert_double_eq(cf_matrix_get(&view, 0, 0), 1);
    ASSERT_OK(cf_attribute(e, "n_iter_", &view));
    for (cf_index p = 0; p < 3; p++)
        ck_assert_double_eq(cf_matrix_get(&view, p, 0), 2);
    ASSERT_FAILS(CF_ERR_UNSUPPORTED, "linear", cf_attribute(e, "coef_", &out));
    cf_estimator_free(e);
    e = fit("SVC(break_ties=true, decision_function_shape=ovo)", &X, &y, NULL);
    ASSERT_FAILS(CF_ERR_ARGUMENT, "break_ties", cf_predict(e, &X, &out));
    cf_estimator_free(e);
    e = parse("SVC");
    const cf_matrix head = cf_view_rows(&X, 0, 50), one = cf_view_rows(&y, 0, 50);
    ASSERT_FAILS(CF_ERR_DATA, "class", cf_fit(e, &head, &one, NULL));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "C", cf_set(e, "C", 0.0));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "gamma", cf_set(e, "gamma", -1.0));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "cache_size", cf_set(e, "cache_size", 0.0));
    cf_estimator_free(e);
    /* Fitted with vectors, asked with a kernel matrix, and the other way round. */
    e = fit("SVC", &X, &y, NULL);
    ASSERT_OK(cf_set(e, "kernel", "precomputed"));
    ASSERT_FAILS(CF_ERR_NOT_FITTED, "kernel was set after fit", cf_predict(e, &X, &out));
    cf_estimator_free(e);
    e = parse("SVC(kernel=precomputed)");
    const cf_matrix square = cf_view_rows(&X, 0, X.cols),
                    labels = cf_view_rows(&y, 53, 53 + X.cols);
    ASSERT_OK(cf_fit(e, &square, &labels, NULL));
    ASSERT_OK(cf_set(e, "kernel", "linear"));
    ASSERT_FAILS(CF_ERR_NOT_FITTED, "kernel was set after fit", cf_predict(e, &square, &out));
    ASSERT_FAILS(CF_ERR_NOT_FITTED, "kernel was set after fit", cf_attribute(e, "coef_", &out));
    cf_estimator_free(e);
    /* Fitted without probabilities, asked with them. */
    e = fit("SVC", &X, &y, NULL);
    ASSERT_OK(cf_set(e, "probability", true));
    ASSERT_FAILS(CF_ERR_NOT_FITTED, "probability", cf_predict_proba(e, &X, &out));
    cf_estimator_free(e);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_matrix_clear(&out);
}
END_TEST

START_TEST(small_caches_and_threads_change_nothing)
{
    cf_matrix X = {0}, y = {0}, want = {0}, have = {0};
    load("digits", &X, &y);
    cf_estimator *e = fit("SVC(probability=true, random_state=1)", &X, &y, NULL);
    decide(e, &X, &want);
    for (int threads = 1; threads <= 3; threads++) {
        cf_estimator *other = parse("SVC(probability=true, random_state=1)");
        ASSERT_OK(cf_fit(other, &X, &y, &(cf_fit_options){.n_threads = threads}));
        decide(other, &X, &have);
        ck_assert_mem_eq(have.values, want.values, (size_t)(X.rows * 10) * sizeof(double));
        cf_estimator_free(other);
    }
    cf_estimator_free(e);
    e = fit("SVC(cache_size=0.0001)", &X, &y, NULL);
    decide(e, &X, &have);
    compare(have.values, want.values, X.rows * 10, 1e-2);
    cf_estimator_free(e);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_matrix_clear(&want);
    cf_matrix_clear(&have);
}
END_TEST

TEST_MAIN("svc", figures_are_scikit_learns, weights_are_repetitions, every_form_of_X_gives_the_same,
          precomputed_kernels, limits_warn_and_mistakes_fail,
          small_caches_and_threads_change_nothing, the_size_of_x_does_not_matter,
          single_precision_far_from_the_origin_answers_as_double,
          single_precision_tells_close_points_apart, small_kernel_values_are_not_flat)
