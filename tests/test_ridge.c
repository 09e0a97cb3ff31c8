/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ridge: scikit-learn's coefficients, the optimality conditions recomputed for every solver and
 * shape, penalties a target, weights, sparse data with an intercept, offsets and scales.
 */
#include "cofit/cofit.h"
#include "golden/ridge.h"
#include "support/support.h"

static cf_estimator *fit_spec(const char *spec, const cf_matrix *X, const cf_matrix *y,
                              const double *weights)
{
    cf_estimator *e = NULL;
    const cf_matrix w = cf_view_f64(weights, X->rows, 1);
    ASSERT_OK(cf_parse(&e, spec));
    ASSERT_OK(cf_fit(e, X, y, &(cf_fit_options){.sample_weight = weights ? &w : NULL}));
    return e;
}

static const double *numbers(const cf_estimator *e, const char *name)
{
    cf_matrix view;
    ASSERT_OK(cf_attribute(e, name, &view));
    return view.values;
}

static void check_near(const double *a, const double *b, cf_index n, double tolerance)
{
    for (cf_index i = 0; i < n; i++)
        ASSERT_NEAR(a[i], b[i], tolerance);
}

static void check_solver(const cf_estimator *e, const char *name)
{
    cf_value v = {0};
    ASSERT_OK(cf_attribute_value(e, "solver_", &v));
    ck_assert_str_eq(v.as.text, name);
    cf_value_clear(&v);
}

/* A problem with n rows, d columns around `offset`, k targets. */
typedef struct made {
    cf_index n, d, k;
    double *x, *y;
    cf_matrix X, Y;
} made;

static made make(cf_index n, cf_index d, cf_index k, double offset)
{
    made m = {n, d, k, random_normals(7, n * d), random_normals(8, n * k), {0}, {0}};
    for (cf_index i = 0; i < n; i++)
        for (cf_index t = 0; t < k; t++)
            for (cf_index j = 0; j < d; j++)
                m.y[i * k + t] += m.x[i * d + j] * (double)((j * 7 + t) % 5);
    for (cf_index i = 0; i < n * d; i++)
        m.x[i] += offset;
    m.X = cf_view_f64(m.x, n, d);
    m.Y = cf_view_f64(m.y, n, k);
    return m;
}

static void drop(made *m)
{
    cf_free(m->x);
    cf_free(m->y);
}

/*
 * |Xc' W (y - X b - b0) - alpha b| / |Xc' W yc|, largest entries, in long double; Xc is centred
 * around the weighted mean when there is an intercept.
 */
static double violation(const made *m, const cf_estimator *e, const double *w, double alpha,
                        bool centre)
{
    const double *coef = numbers(e, "coef_"), *intercept = numbers(e, "intercept_");
    long double *r = malloc((size_t)m->n * sizeof *r), worst = 0;
    for (cf_index t = 0; t < m->k; t++) {
        long double largest = 0, error = 0, total = 0, y_mean = 0;
        for (cf_index i = 0; i < m->n; i++) {
            const long double weight = w ? (long double)w[i] : 1;
            total += weight;
            y_mean += weight * (long double)m->y[i * m->k + t];
            r[i] = (long double)m->y[i * m->k + t] - (long double)intercept[t];
            for (cf_index j = 0; j < m->d; j++)
                r[i] -= (long double)m->x[i * m->d + j] * (long double)coef[t * m->d + j];
        }
        y_mean = centre ? y_mean / total : 0;
        for (cf_index j = 0; j < m->d; j++) {
            long double mean = 0, dot = 0, xy = 0;
            for (cf_index i = 0; centre && i < m->n; i++)
                mean += (w ? (long double)w[i] : 1) * (long double)m->x[i * m->d + j] / total;
            for (cf_index i = 0; i < m->n; i++) {
                const long double x =
                    ((long double)m->x[i * m->d + j] - mean) * (w ? (long double)w[i] : 1);
                dot += x * r[i];
                xy += x * ((long double)m->y[i * m->k + t] - y_mean);
            }
            error = fmaxl(error, fabsl(dot - (long double)alpha * (long double)coef[t * m->d + j]));
            largest = fmaxl(largest, fabsl(xy));
        }
        worst = fmaxl(worst, error / largest);
    }
    free(r);
    return (double)worst;
}

START_TEST(direct_solvers_meet_the_optimality_conditions)
{
    const struct {
        cf_index n, d, k;
        double offset;
    } shapes[] = {{200, 5, 1, 0},    {3000, 40, 3, 10}, {900, 600, 2, 0}, {30, 200, 3, 0},
                  {600, 1500, 1, 1}, {40, 40, 1, 0},    {41, 40, 1, 100}};
    const char *const solvers[] = {"cholesky", "svd", "sag"};
    const double alphas[] = {1e-4, 1, 1e5};
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        made m = make(shapes[s].n, shapes[s].d, shapes[s].k, shapes[s].offset);
        for (int a = 0; a < 9; a++) {
            char spec[128];
            snprintf(spec, sizeof spec, "Ridge(alpha=%g, solver=%s, fit_intercept=%s)",
                     alphas[a % 3], solvers[a / 3], s % 2 ? "false" : "true");
            cf_estimator *e = fit_spec(spec, &m.X, &m.Y, NULL);
            const double v = violation(&m, e, NULL, alphas[a % 3], s % 2 == 0);
            ck_assert_msg(v <= 1e-12, "%s on %d x %d: %g", spec, (int)m.n, (int)m.d, v);
            check_solver(e, a / 3 == 1 ? "svd" : "cholesky");
            cf_estimator_free(e);
        }
        drop(&m);
    }
}
END_TEST

START_TEST(scikit_learn_agrees_on_real_data)
{
    cf_matrix X = {0}, y = {0};
    ASSERT_OK(cf_dataset_load("diabetes", &X, &y));
    double w[442];
    for (int i = 0; i < 442; i++)
        w[i] = 1 + i % 3;
    const char *const solvers[] = {"auto", "svd", "cholesky", "lsqr", "sparse_cg", "sag", "saga"};
    for (size_t s = 0; s < sizeof solvers / sizeof solvers[0]; s++) {
        char spec[128];
        const double tolerance = s == 3 || s == 4 ? 1e-8 : 1e-11;
        snprintf(spec, sizeof spec, "Ridge(alpha=2.5, tol=1e-14, max_iter=2000, solver=%s)",
                 solvers[s]);
        cf_estimator *e = fit_spec(spec, &X, &y, w);
        check_near(numbers(e, "coef_"), diabetes_coef, 10, tolerance);
        check_near(numbers(e, "intercept_"), diabetes_intercept, 1, tolerance);
        cf_estimator_free(e);
        snprintf(spec, sizeof spec,
                 "Ridge(alpha=2.5, tol=1e-14, max_iter=2000, solver=%s, fit_intercept=false)",
                 solvers[s]);
        e = fit_spec(spec, &X, &y, w);
        check_near(numbers(e, "coef_"), diabetes_plain_coef, 10, tolerance);
        cf_estimator_free(e);
    }
    cf_estimator *e = fit_spec("Ridge(alpha=50, positive=true)", &X, &y, w);
    check_near(numbers(e, "coef_"), diabetes_positive_coef, 10, 1e-6);
    check_near(numbers(e, "intercept_"), diabetes_positive_intercept, 1, 1e-6);
    check_solver(e, "lbfgs");
    cf_estimator_free(e);
    const cf_matrix few = cf_view_rows(&X, 0, 7), few_y = cf_view_rows(&y, 0, 7);
    e = fit_spec("Ridge(alpha=2.5)", &few, &few_y, NULL);
    check_near(numbers(e, "coef_"), wide_coef, 10, 1e-11);
    check_near(numbers(e, "intercept_"), wide_intercept, 1, 1e-11);
    cf_estimator_free(e);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
}
END_TEST

/* Stopped early, an iterative solver shows its path: it is scikit-learn's. */
START_TEST(iterates_are_those_of_scikit_learn)
{
    cf_matrix X = {0}, y = {0}, Z = {0}, counts = {0};
    cf_value n_iter = {0};
    cf_estimator *scaler = NULL;
    ASSERT_OK(cf_dataset_load("diabetes", &X, &y));
    ASSERT_OK(cf_new(&scaler, "StandardScaler"));
    ASSERT_OK(cf_fit_transform(scaler, &X, NULL, NULL, &Z));
    cf_estimator *e = fit_spec("Ridge(solver=lsqr, tol=0.01)", &Z, &y, NULL);
    check_near(numbers(e, "coef_"), early_lsqr_coef, 10, 1e-10);
    ASSERT_OK(cf_attribute_value(e, "n_iter_", &n_iter));
    ck_assert_int_eq(n_iter.kind, CF_VALUE_MATRIX);
    ck_assert_int_eq((int)cf_matrix_get(n_iter.as.matrix, 0, 0), early_lsqr_n_iter);
    cf_value_clear(&n_iter);
    cf_estimator_free(e);
    e = fit_spec("Ridge(solver=sparse_cg, tol=0.01)", &Z, &y, NULL);
    check_near(numbers(e, "coef_"), early_sparse_cg_coef, 10, 1e-10);
    ASSERT_OK(cf_attribute_value(e, "n_iter_", &n_iter));
    ck_assert_int_eq(n_iter.kind, CF_VALUE_NONE);
    cf_estimator_free(e);
    cf_estimator_free(scaler);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_matrix_clear(&Z);
    cf_matrix_clear(&counts);
}
END_TEST

START_TEST(a_penalty_of_its_own_for_every_target)
{
    cf_matrix X = {0}, y = {0};
    ASSERT_OK(cf_dataset_load("linnerud", &X, &y));
    const char *const solvers[] = {"cholesky", "svd", "lsqr", "sparse_cg"};
    for (int s = 0; s < 4; s++) {
        char spec[128];
        snprintf(spec, sizeof spec, "Ridge(alpha=[0.5, 0, 300.0], tol=1e-14, solver=%s)",
                 solvers[s]);
        cf_estimator *e = fit_spec(spec, &X, &y, NULL);
        check_near(numbers(e, "coef_"), linnerud_coef, 9, 1e-9);
        check_near(numbers(e, "intercept_"), linnerud_intercept, 3, 1e-9);
        cf_estimator_free(e);
    }
    cf_estimator *e = NULL;
    ASSERT_OK(cf_parse(&e, "Ridge(alpha=[1, 2])"));
    ASSERT_FAILS(CF_ERR_SHAPE, "alpha has 2 values, y has 3 targets", cf_fit(e, &X, &y, NULL));
    const double alpha[] = {0.5, 0, 300};
    const cf_matrix as_matrix = cf_view_f64(alpha, 3, 1);
    ASSERT_OK(cf_set(e, "alpha", &as_matrix));
    ASSERT_OK(cf_fit(e, &X, &y, NULL));
    check_near(numbers(e, "coef_"), linnerud_coef, 9, 1e-9);
    cf_estimator_free(e);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
}
END_TEST

START_TEST(parameters_that_exclude_each_other_are_refused)
{
    made m = make(20, 2, 1, 0);
    const char *const specs[] = {"Ridge(alpha=[1, -2])", "Ridge(positive=true, solver=svd)",
                                 "Ridge(solver=lbfgs)"};
    const char *const texts[] = {"alpha[1] = -2", "solver = svd", "needs positive"};
    for (int s = 0; s < 3; s++) {
        cf_estimator *e = NULL;
        ASSERT_OK(cf_parse(&e, specs[s]));
        ASSERT_FAILS(CF_ERR_ARGUMENT, texts[s], cf_fit(e, &m.X, &m.Y, NULL));
        cf_estimator_free(e);
    }
    cf_matrix csr = {0};
    cf_estimator *e = NULL;
    ASSERT_OK(cf_matrix_convert(&m.X, CF_F64, CF_CSR, &csr));
    ASSERT_OK(cf_parse(&e, "Ridge(solver=svd)"));
    ck_assert_int_ne(cf_fit(e, &csr, &m.Y, NULL), CF_OK);
    cf_estimator_free(e);
    cf_matrix_clear(&csr);
    drop(&m);
}
END_TEST

START_TEST(a_singular_matrix_goes_to_the_minimum_norm)
{
    made m = make(3000, 6, 1, 0);
    for (cf_index i = 0; i < m.n; i++)
        m.x[i * 6 + 4] = 2 * m.x[i * 6 + 1];
    cf_estimator *r = fit_spec("Ridge(alpha=0)", &m.X, &m.Y, NULL);
    cf_estimator *l = fit_spec("LinearRegression", &m.X, &m.Y, NULL);
    check_solver(r, "svd");
    check_near(numbers(r, "coef_"), numbers(l, "coef_"), 6, 1e-11);
    cf_estimator_free(r);
    cf_estimator_free(l);
    cf_matrix csr = {0};
    ASSERT_OK(cf_matrix_convert(&m.X, CF_F64, CF_CSR, &csr));
    r = fit_spec("Ridge(alpha=0)", &csr, &m.Y, NULL);
    l = fit_spec("LinearRegression", &m.X, &m.Y, NULL);
    check_near(numbers(r, "coef_"), numbers(l, "coef_"), 6, 1e-11);
    cf_estimator_free(r);
    cf_estimator_free(l);
    cf_matrix_clear(&csr);
    drop(&m);
}
END_TEST

/* Nearly equal columns and an alpha that is tiny against them. */
START_TEST(badly_conditioned_matrices_meet_the_conditions)
{
    made m = make(4000, 12, 2, 0);
    for (cf_index i = 0; i < m.n; i++)
        m.y[i * 2] += 20 * m.x[i * 12]; /* X'y is large: rounding of the coefficients is not seen */
    for (cf_index i = 0; i < m.n; i++)
        m.y[i * 2 + 1] -= 20 * m.x[i * 12];
    for (cf_index i = 0; i < m.n; i++)
        for (cf_index j = 1; j < 12; j++)
            m.x[i * 12 + j] = m.x[i * 12] + 1e-3 * m.x[i * 12 + j];
    const char *const specs[] = {"Ridge(alpha=1e-3)", "Ridge(alpha=1e-3, solver=svd)"};
    for (int s = 0; s < 2; s++) {
        cf_estimator *e = fit_spec(specs[s], &m.X, &m.Y, NULL);
        ck_assert_double_le(violation(&m, e, NULL, 1e-3, true), 1e-12);
        cf_estimator_free(e);
    }
    drop(&m);
}
END_TEST

START_TEST(large_offsets_and_scales_keep_the_digits)
{
    const struct {
        cf_index n, d;
    } shapes[] = {{3000, 20}, {60, 300}};
    for (int s = 0; s < 2; s++) {
        made plain = make(shapes[s].n, shapes[s].d, 1, 0),
             far = make(shapes[s].n, shapes[s].d, 1, 1e8);
        cf_estimator *a = fit_spec("Ridge", &plain.X, &plain.Y, NULL);
        cf_estimator *b = fit_spec("Ridge", &far.X, &far.Y, NULL);
        cf_estimator *c = fit_spec("Ridge(solver=svd)", &far.X, &far.Y, NULL);
        cf_estimator *d = fit_spec("Ridge(solver=lsqr, tol=1e-13)", &far.X, &far.Y, NULL);
        check_near(numbers(b, "coef_"), numbers(a, "coef_"), plain.d, 1e-6);
        check_near(numbers(c, "coef_"), numbers(b, "coef_"), plain.d, 1e-10);
        check_near(numbers(d, "coef_"), numbers(b, "coef_"), plain.d, 1e-8);
        cf_estimator_free(a);
        cf_estimator_free(b);
        cf_estimator_free(c);
        cf_estimator_free(d);
        const double scales[] = {1e150, 1e-150};
        for (int k = 0; k < 2; k++) {
            for (cf_index i = 0; i < far.n * far.d; i++)
                far.x[i] = plain.x[i] * scales[k];
            const char *const specs[] = {"Ridge", "Ridge(solver=svd)", "Ridge(positive=true)"};
            for (int e = 0; e < 3; e++) {
                cf_estimator *f = fit_spec(specs[e], &far.X, &far.Y, NULL);
                for (cf_index j = 0; j < far.d; j++)
                    ck_assert(isfinite(numbers(f, "coef_")[j]));
                cf_estimator_free(f);
            }
        }
        drop(&plain);
        drop(&far);
    }
}
END_TEST

START_TEST(weights_count_as_repetitions)
{
    const struct {
        cf_index n, d;
    } shapes[] = {{2000, 9}, {24, 50}};
    for (int s = 0; s < 2; s++) {
        made m = make(shapes[s].n, shapes[s].d, 2, 3);
        double *w = cf_alloc(m.n, sizeof *w);
        for (cf_index i = 0; i < m.n; i++)
            w[i] = (double)(i % 4);
        const char *const solvers[] = {"cholesky", "svd", "lsqr", "sparse_cg"};
        for (int k = 0; k < 4; k++) {
            char spec[80];
            snprintf(spec, sizeof spec, "Ridge(solver=%s, tol=1e-14, alpha=0.3)", solvers[k]);
            cf_estimator *e = fit_spec(spec, &m.X, &m.Y, w);
            ck_assert_double_le(violation(&m, e, w, 0.3, true), k < 2 ? 1e-12 : 1e-9);
            cf_estimator_free(e);
        }
        cf_free(w);
        drop(&m);
    }
}
END_TEST

/* Sparse with an intercept, few columns and many, against the dense model. */
static void check_sparse(cf_index n, cf_index d, const char *spec, const char *solver,
                         double tolerance)
{
    made m = make(n, d, 2, 0);
    double *w = cf_alloc(n, sizeof *w);
    for (cf_index i = 0; i < n; i++)
        w[i] = 1 + (double)(i % 2);
    for (cf_index i = 0; i < n * d; i++)
        m.x[i] = i % 7 == 0 ? m.x[i] + 1 : 0;
    cf_matrix csr = {0}, single = {0};
    ASSERT_OK(cf_matrix_convert(&m.X, CF_F64, CF_CSR, &csr));
    cf_estimator *a = fit_spec("Ridge", &m.X, &m.Y, w);
    cf_estimator *b = fit_spec(spec, &csr, &m.Y, w);
    check_near(numbers(b, "coef_"), numbers(a, "coef_"), 2 * d, tolerance);
    check_near(numbers(b, "intercept_"), numbers(a, "intercept_"), 2, tolerance);
    check_solver(b, solver);
    cf_estimator_free(a);
    cf_estimator_free(b);
    cf_free(w);
    cf_matrix_clear(&csr);
    cf_matrix_clear(&single);
    drop(&m);
}

START_TEST(sparse_data_give_the_dense_model)
{
    check_sparse(2000, 30, "Ridge", "cholesky", 1e-12);
    check_sparse(50, 90, "Ridge(solver=cholesky)", "cholesky", 1e-11);
    check_sparse(300, 700, "Ridge(tol=1e-13)", "sparse_cg", 1e-10);
    check_sparse(900, 600, "Ridge(tol=1e-13)", "sparse_cg", 1e-10);
    check_sparse(900, 600, "Ridge(solver=sag)", "sparse_cg", 1e-8);
    check_sparse(300, 100, "Ridge(solver=lsqr, tol=1e-13)", "lsqr", 1e-10);
}
END_TEST

/* Both ways to non-negative coefficients: by the active set, and by products with X alone. */
START_TEST(non_negative_solutions_are_optimal)
{
    const struct {
        cf_index n, d;
        bool sparse;
    } shapes[] = {{400, 60, false}, {30, 90, false}, {400, 60, true}, {150, 2100, true}};
    for (int s = 0; s < 4; s++) {
        made m = make(shapes[s].n, shapes[s].d, 1, 0);
        for (cf_index i = 0; shapes[s].sparse && i < m.n * m.d; i++)
            m.x[i] = i % 11 == 0 ? m.x[i] : 0;
        for (cf_index i = 0; i < m.n; i++)
            for (cf_index j = 0; j < m.d; j += 3)
                m.y[i] -= 4 * m.x[i * m.d + j];
        cf_matrix csr = {0};
        ASSERT_OK(cf_matrix_convert(&m.X, CF_F64, CF_CSR, &csr));
        cf_estimator *e = fit_spec("Ridge(alpha=2, positive=true, tol=1e-6)",
                                   shapes[s].sparse ? &csr : &m.X, &m.Y, NULL);
        const double *coef = numbers(e, "coef_"), b0 = numbers(e, "intercept_")[0];
        double largest = 0;
        cf_index zeros = 0;
        for (cf_index j = 0; j < m.d; j++) {
            double slope = -2 * coef[j], mean = 0, xy = 0;
            for (cf_index i = 0; i < m.n; i++)
                mean += m.x[i * m.d + j] / (double)m.n;
            for (cf_index i = 0; i < m.n; i++) {
                double r = m.y[i] - b0;
                for (cf_index l = 0; l < m.d; l++)
                    r -= m.x[i * m.d + l] * coef[l];
                slope += (m.x[i * m.d + j] - mean) * r;
                xy += (m.x[i * m.d + j] - mean) * m.y[i];
            }
            largest = fmax(largest, fabs(xy));
            ck_assert_double_ge(coef[j], 0);
            zeros += coef[j] == 0;
            ck_assert_double_lt(coef[j] > 0 ? fabs(slope) : slope, 1e-8 * largest + 1e-8);
        }
        ck_assert_int_gt(zeros, 0);
        ck_assert_int_lt(zeros, m.d);
        cf_estimator_free(e);
        cf_matrix_clear(&csr);
        drop(&m);
    }
}
END_TEST

static void count_warning(void *ctx, cf_warning kind, const char *text)
{
    ck_assert_int_eq(kind, CF_WARN_CONVERGENCE);
    ck_assert_ptr_nonnull(strstr(text, "did not converge"));
    ++*(int *)ctx;
}

START_TEST(too_few_iterations_are_a_warning)
{
    made m = make(200, 30, 1, 0);
    const char *const solvers[] = {"lsqr", "sparse_cg"};
    for (int s = 0; s < 2; s++) {
        char spec[80];
        int warnings = 0;
        cf_estimator *e = NULL;
        snprintf(spec, sizeof spec, "Ridge(solver=%s, max_iter=2, tol=1e-12)", solvers[s]);
        ASSERT_OK(cf_parse(&e, spec));
        ASSERT_OK(
            cf_fit(e, &m.X, &m.Y, &(cf_fit_options){.warn = count_warning, .warn_ctx = &warnings}));
        ck_assert_int_eq(warnings, 1);
        cf_estimator_free(e);
    }
    drop(&m);
}
END_TEST

START_TEST(thread_counts_change_no_bit)
{
    const struct {
        cf_index n, d;
    } shapes[] = {{30000, 30}, {2000, 700}, {700, 900}, {100, 5000}};
    const char *const specs[] = {"Ridge", "Ridge(solver=svd)", "Ridge(solver=lsqr)",
                                 "Ridge(solver=sparse_cg)", "Ridge(positive=true)"};
    for (int s = 0; s < 4; s++) {
        made m = make(shapes[s].n, shapes[s].d, 1, 0);
        for (int k = 0; k < (s == 3 ? 2 : 5); k++) {
            cf_estimator *one = NULL, *many = NULL;
            ASSERT_OK(cf_parse(&one, specs[k]));
            ASSERT_OK(cf_parse(&many, specs[k]));
            ASSERT_OK(cf_fit(one, &m.X, &m.Y, &(cf_fit_options){.n_threads = 1}));
            ASSERT_OK(cf_fit(many, &m.X, &m.Y, NULL));
            ck_assert_mem_eq(numbers(one, "coef_"), numbers(many, "coef_"),
                             (size_t)m.d * sizeof(double));
            cf_estimator_free(one);
            cf_estimator_free(many);
        }
        drop(&m);
    }
}
END_TEST

/* One bad number at `place`: fit and predict say where it is, and the old model stays. */
static void check_refused(cf_estimator *e, made *m, cf_index place, double bad)
{
    const double kept = m->x[place];
    double *coef = cf_alloc(m->d, sizeof *coef);
    char where[80];
    cf_matrix out = {0};
    memcpy(coef, numbers(e, "coef_"), (size_t)m->d * sizeof *coef);
    snprintf(where, sizeof where, "%s at row %lld, column %lld", isnan(bad) ? "NaN" : "infinity",
             (long long)(place / m->d), (long long)(place % m->d));
    m->x[place] = bad;
    ASSERT_FAILS(CF_ERR_DATA, where, cf_fit(e, &m->X, &m->Y, NULL));
    ASSERT_FAILS(CF_ERR_DATA, where, cf_predict(e, &m->X, &out));
    m->x[place] = kept;
    ck_assert_mem_eq(coef, numbers(e, "coef_"), (size_t)m->d * sizeof *coef);
    ASSERT_OK(cf_predict(e, &m->X, &out));
    cf_matrix_clear(&out);
    cf_free(coef);
}

/* X is searched where a route would not show it: each is tried, on each side of its limits. */
START_TEST(what_is_not_finite_is_found_on_every_route)
{
    const struct {
        cf_index n, d;
    } shapes[] = {{300, 8}, {5000, 40}, {30, 50}, {100, 700}, {900, 600}};
    const char *const specs[] = {"Ridge",
                                 "Ridge(fit_intercept=false)",
                                 "Ridge(solver=svd)",
                                 "Ridge(solver=lsqr)",
                                 "Ridge(solver=sparse_cg)",
                                 "Ridge(positive=true)",
                                 "LinearRegression",
                                 "LinearRegression(fit_intercept=false)",
                                 "LinearRegression(positive=true)"};
    const double bad[] = {NAN, INFINITY, -INFINITY};
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        made m = make(shapes[s].n, shapes[s].d, 1, 3);
        const cf_index places[] = {0, 3, (m.n / 2) * m.d + m.d - 1, m.n * m.d - 1};
        for (size_t k = 0; k < sizeof specs / sizeof specs[0]; k++) {
            cf_estimator *e = fit_spec(specs[k], &m.X, &m.Y, NULL);
            for (int p = 0; p < 4; p++)
                check_refused(e, &m, places[p], bad[((int)k + p) % 3]);
            cf_estimator_free(e);
        }
        drop(&m);
    }
}
END_TEST

/* An unfitted estimator stays that; two infinities that would cancel do not. */
START_TEST(a_refused_first_fit_leaves_nothing)
{
    made m = make(4000, 20, 1, 0);
    cf_estimator *e = NULL;
    cf_matrix out = {0};
    ASSERT_OK(cf_parse(&e, "Ridge"));
    m.x[20] = INFINITY, m.x[40] = -INFINITY;
    ASSERT_FAILS(CF_ERR_DATA, "infinity at row 1, column 0", cf_fit(e, &m.X, &m.Y, NULL));
    ck_assert(!cf_is_fitted(e));
    m.x[20] = 1e200, m.x[40] = -1e200; /* finite, though their squares are not */
    ASSERT_OK(cf_fit(e, &m.X, &m.Y, NULL));
    ASSERT_OK(cf_predict(e, &m.X, &out));
    cf_matrix_clear(&out);
    cf_estimator_free(e);
    drop(&m);
}
END_TEST

/* y may be a column of a table, of floats, or an array of its own: the same model, y unchanged. */
START_TEST(y_may_lie_anywhere)
{
    made m = make(300, 8, 1, 0);
    double table[300][3];
    float single[300];
    for (int i = 0; i < 300; i++) {
        single[i] = (float)(m.y[i] = (double)(float)m.y[i]);
        table[i][0] = NAN; /* not part of y */
        table[i][1] = m.y[i];
        table[i][2] = INFINITY;
    }
    const cf_matrix ys[] = {cf_view_strided(CF_F64, &table[0][1], 300, 1, 3, 1),
                            cf_view_strided(CF_F32, single, 300, 1, 1, 1)};
    cf_estimator *plain = fit_spec("Ridge", &m.X, &m.Y, NULL);
    for (int k = 0; k < 2; k++) {
        cf_estimator *e = fit_spec("Ridge", &m.X, &ys[k], NULL);
        ck_assert_mem_eq(numbers(e, "coef_"), numbers(plain, "coef_"), 8 * sizeof(double));
        cf_estimator_free(e);
    }
    for (int i = 0; i < 300; i++)
        ck_assert(table[i][1] == m.y[i] && isnan(table[i][0]) && isinf(table[i][2]));
    cf_estimator *e = NULL;
    ASSERT_OK(cf_parse(&e, "Ridge"));
    table[200][1] = NAN;
    ASSERT_FAILS(CF_ERR_DATA, "y contains NaN at row 200", cf_fit(e, &m.X, &ys[0], NULL));
    cf_estimator_free(e);
    cf_estimator_free(plain);
    drop(&m);
}
END_TEST

TEST_MAIN("ridge", direct_solvers_meet_the_optimality_conditions, scikit_learn_agrees_on_real_data,
          iterates_are_those_of_scikit_learn, a_penalty_of_its_own_for_every_target,
          parameters_that_exclude_each_other_are_refused,
          a_singular_matrix_goes_to_the_minimum_norm,
          badly_conditioned_matrices_meet_the_conditions, large_offsets_and_scales_keep_the_digits,
          weights_count_as_repetitions, sparse_data_give_the_dense_model,
          non_negative_solutions_are_optimal, too_few_iterations_are_a_warning,
          thread_counts_change_no_bit, what_is_not_finite_is_found_on_every_route,
          a_refused_first_fit_leaves_nothing, y_may_lie_anywhere)
