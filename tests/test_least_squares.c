/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * LinearRegression: NIST's reference problems, minimum norm, routes against each other, weights,
 * sparse data, offsets and scales, non-negative coefficients by their optimality conditions.
 */
#include "algorithms/linear_model/nnls.h"
#include "cofit/cofit.h"
#include "golden/linear_regression.h"
#include "support/support.h"

/* ---- small tools ---- */

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

static int64_t rank_of(const cf_estimator *e)
{
    cf_matrix rank = {0};
    ASSERT_OK(cf_attribute(e, "rank_", &rank));
    const int64_t r = *(int64_t *)rank.values;
    cf_matrix_clear(&rank);
    return r;
}

static void check_near(const double *a, const double *b, cf_index n, double tolerance)
{
    for (cf_index i = 0; i < n; i++)
        ASSERT_NEAR(a[i], b[i], tolerance);
}

/* ---- NIST ---- */

typedef struct nist_set {
    const char *name, *file;
    int degree; /* 0 = the columns as they are */
    bool intercept;
    double least; /* correct digits of the worst coefficient */
} nist_set;

static const nist_set nist_sets[] = {
    {"Norris", "norris", 1, true, 13},     {"Pontius", "pontius", 2, true, 13},
    {"NoInt1", "noint1", 1, false, 15},    {"NoInt2", "noint2", 1, false, 15},
    {"Filip", "filip", 10, true, 7},       {"Longley", "longley", 0, true, 14},
    {"Wampler1", "wampler1", 5, true, 14}, {"Wampler2", "wampler2", 5, true, 13},
    {"Wampler3", "wampler3", 5, true, 14}, {"Wampler4", "wampler4", 5, true, 14},
    {"Wampler5", "wampler5", 5, true, 14},
};

/* The exact coefficients of a set, intercept first; returns how many. */
static int read_certified(const char *name, long double *out)
{
    FILE *f = fopen(source_path("tests/golden/nist/certified_coefficients.csv"), "r");
    char line[512];
    int count = 0;
    ck_assert_ptr_nonnull(f);
    while (fgets(line, sizeof line, f)) {
        char *field = strtok(line, ",");
        if (!field || strcmp(field, name) != 0)
            continue;
        for (int skip = 0; skip < 4; skip++)
            field = strtok(NULL, ",");
        ck_assert_ptr_nonnull(field);
        out[count++] = strtold(field, NULL);
    }
    fclose(f);
    return count;
}

static double correct_digits(double have, long double exact)
{
    const long double error = fabsl(((long double)have - exact) / exact);
    return error < 1e-15L ? 15 : (double)-log10l(error);
}

/* x, x^2, ... as a user would write them. */
static void add_powers(const cf_matrix *x, int degree, double *X)
{
    for (cf_index i = 0; i < x->rows; i++)
        for (int k = 0; k < degree; k++)
            X[i * degree + k] = pow(cf_matrix_get(x, i, 0), k + 1);
}

static double worst_digits(const nist_set *set)
{
    char path[256];
    cf_matrix x = {0}, y = {0};
    long double exact[16];
    double powers[82 * 10], worst = 15;
    snprintf(path, sizeof path, "tests/golden/nist/%s.csv", set->file);
    ASSERT_OK(cf_read_csv(source_path(path), &(cf_csv_options){.target = "y"}, &x, &y));
    add_powers(&x, set->degree, powers);
    const cf_matrix X = set->degree ? cf_view_f64(powers, x.rows, set->degree) : x;
    cf_estimator *e =
        fit_spec(set->intercept ? "LinearRegression" : "LinearRegression(fit_intercept=false)", &X,
                 &y, NULL);
    const int count = read_certified(set->name, exact), first = set->intercept;
    ck_assert_int_eq(count, (int)X.cols + first);
    for (int j = 0; j < count; j++)
        worst = fmin(worst, correct_digits(j < first ? numbers(e, "intercept_")[0]
                                                     : numbers(e, "coef_")[j - first],
                                           exact[j]));
    ck_assert_int_eq(rank_of(e), X.cols);
    cf_estimator_free(e);
    cf_matrix_clear(&x);
    cf_matrix_clear(&y);
    return worst;
}

START_TEST(nist_coefficients_have_their_digits)
{
    double sum = 0;
    for (size_t s = 0; s < sizeof nist_sets / sizeof nist_sets[0]; s++) {
        const double digits = worst_digits(&nist_sets[s]);
        ck_assert_msg(digits >= nist_sets[s].least, "%s: %.2f digits, wants %g", nist_sets[s].name,
                      digits, nist_sets[s].least);
        sum += digits;
    }
    ck_assert_msg(sum >= 150, "%.2f digits in all", sum);
}
END_TEST

/* ---- NumPy and scikit-learn ---- */

static void check_minimum_norm(const double *x, const double *y, cf_index n, cf_index d,
                               cf_index rank, const double *coef, const double *intercept,
                               const double *singular)
{
    const cf_matrix X = cf_view_f64(x, n, d), Y = cf_view_f64(y, n, 2);
    cf_estimator *e = fit_spec("LinearRegression", &X, &Y, NULL);
    cf_matrix s = {0};
    ck_assert_int_eq(rank_of(e), rank);
    check_near(numbers(e, "coef_"), coef, 2 * d, 1e-12);
    check_near(numbers(e, "intercept_"), intercept, 2, 1e-11);
    ASSERT_OK(cf_attribute(e, "singular_", &s));
    ck_assert_int_eq(s.rows, n < d ? n : d);
    check_near(s.values, singular, s.rows, 1e-11);
    cf_matrix_clear(&s);
    cf_estimator_free(e);
}

START_TEST(dependent_columns_give_the_minimum_norm)
{
    check_minimum_norm(tall_X, tall_Y, tall_n, tall_d, tall_rank, tall_coef, tall_intercept,
                       tall_singular);
    check_minimum_norm(wide_X, wide_Y, wide_n, wide_d, wide_rank, wide_coef, wide_intercept,
                       wide_singular);
    check_minimum_norm(full_wide_X, full_wide_Y, full_wide_n, full_wide_d, full_wide_rank,
                       full_wide_coef, full_wide_intercept, full_wide_singular);
}
END_TEST

START_TEST(scikit_learn_agrees_on_real_data)
{
    cf_matrix X = {0}, y = {0}, s = {0};
    ASSERT_OK(cf_dataset_load("diabetes", &X, &y));
    double w[442];
    for (int i = 0; i < 442; i++)
        w[i] = 1 + i % 3;
    cf_estimator *e = fit_spec("LinearRegression", &X, &y, w);
    check_near(numbers(e, "coef_"), diabetes_coef, 10, 1e-10);
    check_near(numbers(e, "intercept_"), diabetes_intercept, 1, 1e-10);
    ASSERT_OK(cf_attribute(e, "singular_", &s));
    check_near(s.values, diabetes_singular, 10, 1e-12);
    cf_matrix_clear(&s);
    cf_estimator_free(e);
    e = fit_spec("LinearRegression(fit_intercept=false)", &X, &y, w);
    check_near(numbers(e, "coef_"), diabetes_plain_coef, 10, 1e-10);
    ck_assert_double_eq(numbers(e, "intercept_")[0], 0);
    cf_estimator_free(e);
    e = fit_spec("LinearRegression(positive=true)", &X, &y, w);
    check_near(numbers(e, "coef_"), diabetes_positive_coef, 10, 1e-10);
    check_near(numbers(e, "intercept_"), diabetes_positive_intercept, 1, 1e-10);
    cf_estimator_free(e);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    ASSERT_OK(cf_dataset_load("linnerud", &X, &y));
    e = fit_spec("LinearRegression", &X, &y, NULL);
    check_near(numbers(e, "coef_"), linnerud_coef, 9, 1e-11);
    check_near(numbers(e, "intercept_"), linnerud_intercept, 3, 1e-11);
    cf_estimator_free(e);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
}
END_TEST

/* ---- larger problems, where other routes are taken ---- */

/* n x d normal numbers times `scale` plus `offset`, and y (n, k) = some combination plus noise. */
typedef struct made {
    cf_index n, d, k;
    double *x, *y, *b;
    cf_matrix X, Y;
} made;

static made make(cf_index n, cf_index d, cf_index k, double scale, double offset)
{
    made m = {
        n,   d,  k, random_normals(7, n * d), random_normals(8, n * k), random_normals(9, d * k),
        {0}, {0}};
    for (cf_index i = 0; i < n; i++)
        for (cf_index t = 0; t < k; t++)
            for (cf_index j = 0; j < d; j++)
                m.y[i * k + t] += m.x[i * d + j] * m.b[t * d + j];
    for (cf_index i = 0; i < n * d; i++)
        m.x[i] = m.x[i] * scale + offset;
    m.X = cf_view_f64(m.x, n, d);
    m.Y = cf_view_f64(m.y, n, k);
    return m;
}

static void drop(made *m)
{
    cf_free(m->x);
    cf_free(m->y);
    cf_free(m->b);
}

/* Largest |column . residual| / (|column| |residual|) of a fit with intercept, in long double. */
static double gradient_of(const made *m, const cf_estimator *e)
{
    const double *coef = numbers(e, "coef_"), *intercept = numbers(e, "intercept_");
    double worst = 0;
    for (cf_index t = 0; t < m->k; t++) {
        long double *r = malloc((size_t)m->n * sizeof *r), r2 = 0;
        for (cf_index i = 0; i < m->n; i++) {
            r[i] = (long double)m->y[i * m->k + t] - (long double)intercept[t];
            for (cf_index j = 0; j < m->d; j++)
                r[i] -= (long double)m->x[i * m->d + j] * (long double)coef[t * m->d + j];
            r2 += r[i] * r[i];
        }
        for (cf_index j = 0; j < m->d; j++) {
            long double mean = 0, dot = 0, x2 = 0;
            for (cf_index i = 0; i < m->n; i++)
                mean += (long double)m->x[i * m->d + j] / (long double)m->n;
            for (cf_index i = 0; i < m->n; i++) {
                const long double x = (long double)m->x[i * m->d + j] - mean;
                dot += x * r[i];
                x2 += x * x;
            }
            worst = fmax(worst, (double)(fabsl(dot) / sqrtl(x2 * r2)));
        }
        free(r);
    }
    return worst;
}

START_TEST(normal_equations_hold_on_every_route)
{
    const struct {
        cf_index n, d, k;
    } shapes[] = {{300, 4, 1}, {5000, 20, 3}, {1500, 600, 2}, {40000, 8, 1}, {700, 650, 1}};
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        made m = make(shapes[s].n, shapes[s].d, shapes[s].k, 1, 0);
        cf_estimator *e = fit_spec("LinearRegression", &m.X, &m.Y, NULL);
        ck_assert_double_lt(gradient_of(&m, e), 1e-12);
        ck_assert_int_eq(rank_of(e), m.d);
        cf_estimator_free(e);
        drop(&m);
    }
}
END_TEST

START_TEST(large_offsets_and_scales_keep_the_digits)
{
    made m = make(4000, 20, 1, 1, 0);
    cf_estimator *plain = fit_spec("LinearRegression", &m.X, &m.Y, NULL);
    const double scales[] = {1e150, 1e-150, 1e-280};
    for (int s = 0; s < 3; s++) {
        made scaled = make(4000, 20, 1, scales[s], 0);
        cf_estimator *e = fit_spec("LinearRegression", &scaled.X, &scaled.Y, NULL);
        for (int j = 0; j < 20; j++)
            ASSERT_NEAR(numbers(e, "coef_")[j] * scales[s], numbers(plain, "coef_")[j], 1e-13);
        cf_estimator_free(e);
        drop(&scaled);
    }
    /* What the offset rounds away of X is the data's loss: the model must fit what is left. */
    made far = make(4000, 20, 1, 1, 1e8);
    cf_estimator *e = fit_spec("LinearRegression", &far.X, &far.Y, NULL);
    check_near(numbers(e, "coef_"), numbers(plain, "coef_"), 20, 1e-7);
    cf_estimator_free(e);
    /* The first rows lie elsewhere: the one pass must notice. */
    for (cf_index i = 0; i < 400 * 20; i++)
        far.x[i] = m.x[i];
    for (cf_index i = 400 * 20; i < 4000 * 20; i++)
        far.x[i] = m.x[i] + 1e6;
    e = fit_spec("LinearRegression", &far.X, &far.Y, NULL);
    ck_assert_double_lt(gradient_of(&far, e), 1e-10);
    cf_estimator_free(e);
    cf_estimator_free(plain);
    drop(&far);
    drop(&m);
}
END_TEST

/* The wide fit passes through every point, and its coefficients are a combination of rows. */
static void check_interpolation(cf_index n, cf_index d, bool intercept)
{
    made m = make(n, d, 2, 1, 3);
    cf_matrix out = {0};
    cf_estimator *e = fit_spec(
        intercept ? "LinearRegression" : "LinearRegression(fit_intercept=false)", &m.X, &m.Y, NULL);
    ASSERT_OK(cf_predict(e, &m.X, &out));
    check_near(out.values, m.y, n * 2, 1e-10);
    ck_assert_int_eq(rank_of(e), n - intercept);
    /* Of minimum norm: orthogonal to a null vector of the (centred) rows, made by projection. */
    made other = make(n, d, 1, 1, 3);
    double *null = random_normals(77, d);
    const cf_matrix v = cf_view_f64(null, d, 1);
    cf_matrix image = {0};
    ASSERT_OK(cf_matrix_product(&m.X, &v, &image));
    cf_estimator *p =
        fit_spec(intercept ? "LinearRegression" : "LinearRegression(fit_intercept=false)", &m.X,
                 &image, NULL);
    double dot = 0, size = 0;
    for (cf_index j = 0; j < d; j++) {
        const double part = null[j] - numbers(p, "coef_")[j];
        dot += part * numbers(e, "coef_")[j];
        size += part * part;
    }
    ck_assert_double_gt(size, 1);
    ck_assert_double_lt(fabs(dot), 1e-8);
    cf_matrix_clear(&image);
    cf_matrix_clear(&out);
    cf_free(null);
    cf_estimator_free(e);
    cf_estimator_free(p);
    drop(&m);
    drop(&other);
}

START_TEST(wide_problems_interpolate_with_minimum_norm)
{
    check_interpolation(60, 900, true);
    check_interpolation(60, 900, false);
    check_interpolation(600, 1300, true);
    check_interpolation(10, 30, true);
}
END_TEST

START_TEST(singular_values_do_not_depend_on_the_route)
{
    made m = make(3000, 80, 1, 1, 0), w = make(90, 400, 1, 1, 0);
    const made *const both[] = {&m, &w};
    for (int s = 0; s < 2; s++) {
        const made *p = both[s];
        cf_matrix values = {0}, centred = {0};
        cf_estimator *e = fit_spec("LinearRegression", &p->X, &p->Y, NULL);
        ASSERT_OK(cf_attribute(e, "singular_", &values));
        ck_assert_int_eq(values.rows, p->n < p->d ? p->n : p->d);
        double squares = 0, total = 0;
        for (cf_index j = 0; j < values.rows; j++)
            squares += cf_matrix_get(&values, j, 0) * cf_matrix_get(&values, j, 0);
        for (cf_index j = 0; j < p->d; j++) {
            double mean = 0;
            for (cf_index i = 0; i < p->n; i++)
                mean += p->x[i * p->d + j] / (double)p->n;
            for (cf_index i = 0; i < p->n; i++)
                total += pow(p->x[i * p->d + j] - mean, 2);
        }
        ASSERT_NEAR(squares / total, 1, 1e-12);
        for (cf_index j = 1; j < values.rows; j++)
            ck_assert_double_le(cf_matrix_get(&values, j, 0), cf_matrix_get(&values, j - 1, 0));
        if (s == 1)
            ck_assert_double_lt(cf_matrix_get(&values, values.rows - 1, 0), 1e-9);
        cf_matrix_clear(&values);
        cf_matrix_clear(&centred);
        cf_estimator_free(e);
    }
    drop(&m);
    drop(&w);
}
END_TEST

/* A repeated column and a constant one on the routes for large problems. */
START_TEST(dependent_columns_of_large_problems_share_their_weight)
{
    made m = make(20000, 12, 1, 1, 0);
    for (cf_index i = 0; i < m.n; i++) {
        m.x[i * 12 + 5] = m.x[i * 12 + 3];
        m.x[i * 12 + 7] = 0.1;
    }
    cf_estimator *e = fit_spec("LinearRegression", &m.X, &m.Y, NULL);
    const double *coef = numbers(e, "coef_");
    ck_assert_int_eq(rank_of(e), 10);
    ASSERT_NEAR(coef[3], coef[5], 1e-13);
    ck_assert_double_eq(coef[7], 0);
    cf_estimator_free(e);
    drop(&m);
}
END_TEST

START_TEST(a_constant_column_stays_on_the_fast_route)
{
    made m = make(20000, 12, 1, 1, 0);
    for (cf_index i = 0; i < m.n; i++)
        m.x[i * 12 + 7] = 0.1;
    cf_estimator *e = fit_spec("LinearRegression", &m.X, &m.Y, NULL);
    ck_assert_int_eq(rank_of(e), 11);
    ck_assert_double_eq(numbers(e, "coef_")[7], 0);
    cf_estimator_free(e);
    drop(&m);
}
END_TEST

/* ---- weights, floats, sparse data, edges ---- */

START_TEST(weights_are_repetitions_and_zero_removes_a_row)
{
    const cf_index shapes[] = {60, 4000};
    for (int s = 0; s < 2; s++) {
        const cf_index n = shapes[s], d = 17;
        made m = make(n, d, 1, 1, 5);
        double *w = cf_alloc(n, sizeof *w), *x = cf_alloc(2 * n * d, sizeof *x);
        double *y = cf_alloc(2 * n, sizeof *y);
        cf_index count = 0;
        for (cf_index i = 0; i < n; i++) {
            w[i] = (double)(i % 3);
            for (int copy = 0; copy < i % 3; copy++) {
                memcpy(x + count * d, m.x + i * d, (size_t)d * sizeof *x);
                y[count++] = m.y[i];
            }
        }
        const cf_matrix X = cf_view_f64(x, count, d), Y = cf_view_f64(y, count, 1);
        cf_estimator *a = fit_spec("LinearRegression", &m.X, &m.Y, w);
        cf_estimator *b = fit_spec("LinearRegression", &X, &Y, NULL);
        check_near(numbers(a, "coef_"), numbers(b, "coef_"), d, 1e-12);
        check_near(numbers(a, "intercept_"), numbers(b, "intercept_"), 1, 1e-12);
        cf_estimator_free(a);
        cf_estimator_free(b);
        cf_free(w);
        cf_free(x);
        cf_free(y);
        drop(&m);
    }
}
END_TEST

START_TEST(sparse_and_float_data_give_the_dense_model)
{
    made m = make(3000, 15, 2, 1, 0);
    for (cf_index i = 0; i < m.n * m.d; i++)
        m.x[i] = fabs(m.x[i]) < 1 ? 0 : (double)(float)m.x[i];
    cf_matrix csr = {0}, single = {0};
    ASSERT_OK(cf_matrix_convert(&m.X, CF_F64, CF_CSR, &csr));
    ASSERT_OK(cf_matrix_convert(&m.X, CF_F32, CF_DENSE, &single));
    cf_estimator *a = fit_spec("LinearRegression", &m.X, &m.Y, NULL);
    cf_estimator *b = fit_spec("LinearRegression", &csr, &m.Y, NULL);
    cf_estimator *c = fit_spec("LinearRegression", &single, &m.Y, NULL);
    check_near(numbers(b, "coef_"), numbers(a, "coef_"), 30, 1e-12);
    check_near(numbers(c, "coef_"), numbers(a, "coef_"), 30, 1e-12);
    cf_estimator_free(a);
    cf_estimator_free(b);
    cf_estimator_free(c);
    cf_matrix_clear(&csr);
    cf_matrix_clear(&single);
    drop(&m);
}
END_TEST

/* Above four million cells LSQR takes over; rank_ is then unknown. */
START_TEST(large_sparse_data_go_through_lsqr)
{
    enum { N = 30000, D = 150, PER_ROW = 4 };
    cf_index *offsets = cf_alloc(N + 1, sizeof *offsets);
    int32_t *indices = cf_alloc(N * PER_ROW, sizeof *indices);
    double *values = random_normals(3, N * PER_ROW), *y = random_normals(4, N);
    for (int i = 0; i <= N; i++)
        offsets[i] = i * PER_ROW;
    for (int i = 0; i < N * PER_ROW; i++) {
        indices[i] = (i % PER_ROW) * (D / PER_ROW) + i / PER_ROW % (D / PER_ROW);
        values[i] += 1;
        y[i / PER_ROW] += values[i] * indices[i];
    }
    const cf_matrix X = cf_view_csr(CF_F64, values, offsets, indices, N, D);
    const cf_matrix Y = cf_view_f64(y, N, 1);
    cf_matrix dense = {0}, rank = {0};
    ASSERT_OK(cf_matrix_convert(&X, CF_F64, CF_DENSE, &dense));
    cf_estimator *a = fit_spec("LinearRegression(tol=1e-14)", &X, &Y, NULL);
    cf_estimator *b = fit_spec("LinearRegression", &dense, &Y, NULL);
    for (int j = 0; j < D; j++)
        if (j < D / PER_ROW * PER_ROW)
            ASSERT_NEAR(numbers(a, "coef_")[j], numbers(b, "coef_")[j], 1e-9);
    ASSERT_FAILS(CF_ERR_UNSUPPORTED, "rank_ is not known", cf_attribute(a, "rank_", &rank));

    cf_estimator_free(a);
    cf_estimator_free(b);
    cf_matrix_clear(&dense);
    cf_free(offsets);
    cf_free(indices);
    cf_free(values);
    cf_free(y);
}
END_TEST

START_TEST(one_row_and_one_column)
{
    const double x[] = {3, 4}, y[] = {7};
    const cf_matrix X = cf_view_f64(x, 1, 2), Y = cf_view_f64(y, 1, 1);
    cf_estimator *e = fit_spec("LinearRegression", &X, &Y, NULL);
    ck_assert_double_eq(numbers(e, "intercept_")[0], 7);
    ck_assert_double_eq(numbers(e, "coef_")[0], 0);
    ck_assert_int_eq(rank_of(e), 0);
    cf_estimator_free(e);
    e = fit_spec("LinearRegression(fit_intercept=false)", &X, &Y, NULL);
    ASSERT_NEAR(numbers(e, "coef_")[0], 21.0 / 25, 1e-15);
    ASSERT_NEAR(numbers(e, "coef_")[1], 28.0 / 25, 1e-15);
    cf_estimator_free(e);
    const cf_matrix column = cf_view_f64(x, 2, 1), two = cf_view_f64((double[]){1, 5}, 2, 1);
    e = fit_spec("LinearRegression", &column, &two, NULL);
    ASSERT_NEAR(numbers(e, "coef_")[0], 4, 1e-15);
    ASSERT_NEAR(numbers(e, "intercept_")[0], -11, 1e-15);
    cf_estimator_free(e);
}
END_TEST

/* ---- non-negative ---- */

/* x >= 0, gradient 0 where x > 0, not upwards elsewhere. */
static void check_kkt(cf_index n, cf_index d, double offset)
{
    made m = make(n, d, 1, 1, offset);
    cf_estimator *e = fit_spec("LinearRegression(positive=true)", &m.X, &m.Y, NULL);
    const double *coef = numbers(e, "coef_"), b0 = numbers(e, "intercept_")[0];
    cf_index positive = 0;
    double *r = cf_alloc(n, sizeof *r), norm = 0;
    for (cf_index i = 0; i < n; i++) {
        r[i] = m.y[i] - b0;
        for (cf_index j = 0; j < d; j++)
            r[i] -= m.x[i * d + j] * coef[j];
        norm += r[i] * r[i];
    }
    for (cf_index j = 0; j < d; j++) {
        double slope = 0;
        for (cf_index i = 0; i < n; i++)
            slope += (m.x[i * d + j] - offset) * r[i];
        slope /= sqrt(norm * (double)n);
        ck_assert_double_ge(coef[j], 0);
        positive += coef[j] > 0;
        ck_assert_double_lt(coef[j] > 0 ? fabs(slope) : slope, 1e-10);
    }
    ck_assert_int_gt(positive, 0);
    ck_assert_int_lt(positive, d);
    cf_free(r);
    cf_estimator_free(e);
    drop(&m);
}

START_TEST(non_negative_solutions_are_optimal)
{
    check_kkt(200, 10, 0);
    check_kkt(500, 120, 0);
    check_kkt(3000, 40, 1000);
    check_kkt(50, 80, 0);
}
END_TEST

/* x / (x - s) (x - s) may round to less than x: the column must leave the passive set all the same.
 */
START_TEST(a_column_leaves_whatever_the_rounding)
{
    static const double G[] = {61, -8, -28, -3, -8, 82, 20, -14, -28, 20, 48, 21, -3, -14, 21, 51};
    static const double c[] = {-51, 107, 30, -7};
    const cfi_nnls_problem problem = {4, 4, G, NULL, c, 0};
    double x[4];
    bool converged;
    memcpy(x, c, sizeof x);
    ASSERT_OK(cfi_nnls(NULL, &problem, x, &converged));
    ck_assert(converged);
    for (int i = 0; i < 4; i++) {
        double slope = c[i];
        for (int j = 0; j < 4; j++)
            slope -= G[i * 4 + j] * x[j];
        ck_assert_double_ge(x[i], 0);
        ck_assert_double_lt(x[i] > 0 ? fabs(slope) : slope, 1e-11);
    }
}
END_TEST

START_TEST(repeated_columns_do_not_trap_the_active_set)
{
    made m = make(100, 8, 1, 1, 0);
    for (cf_index i = 0; i < m.n; i++)
        for (cf_index j = 4; j < 8; j++)
            m.x[i * 8 + j] = m.x[i * 8 + j - 4];
    cf_estimator *twice = fit_spec("LinearRegression(positive=true)", &m.X, &m.Y, NULL);
    const cf_matrix half = cf_view_strided(CF_F64, m.x, m.n, 4, 8, 1);
    cf_estimator *once = fit_spec("LinearRegression(positive=true)", &half, &m.Y, NULL);
    for (int j = 0; j < 4; j++)
        ASSERT_NEAR(numbers(twice, "coef_")[j] + numbers(twice, "coef_")[j + 4],
                    numbers(once, "coef_")[j], 1e-12);
    cf_estimator_free(twice);
    cf_estimator_free(once);
    drop(&m);
}
END_TEST

START_TEST(thread_counts_change_no_bit)
{
    const struct {
        cf_index n, d, k;
    } shapes[] = {{30000, 30, 2}, {3000, 700, 1}, {700, 900, 1}, {100, 3000, 1}};
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        made m = make(shapes[s].n, shapes[s].d, shapes[s].k, 1, 0);
        cf_estimator *one = NULL, *many = NULL;
        ASSERT_OK(cf_new(&one, "LinearRegression"));
        ASSERT_OK(cf_new(&many, "LinearRegression"));
        ASSERT_OK(cf_fit(one, &m.X, &m.Y, &(cf_fit_options){.n_threads = 1}));
        ASSERT_OK(cf_fit(many, &m.X, &m.Y, NULL));
        ck_assert_mem_eq(numbers(one, "coef_"), numbers(many, "coef_"),
                         (size_t)(m.d * m.k) * sizeof(double));
        cf_estimator_free(one);
        cf_estimator_free(many);
        drop(&m);
    }
}
END_TEST

TEST_MAIN("least squares", nist_coefficients_have_their_digits,
          dependent_columns_give_the_minimum_norm, scikit_learn_agrees_on_real_data,
          normal_equations_hold_on_every_route, large_offsets_and_scales_keep_the_digits,
          wide_problems_interpolate_with_minimum_norm, singular_values_do_not_depend_on_the_route,
          dependent_columns_of_large_problems_share_their_weight,
          a_constant_column_stays_on_the_fast_route, weights_are_repetitions_and_zero_removes_a_row,
          sparse_and_float_data_give_the_dense_model, large_sparse_data_go_through_lsqr,
          one_row_and_one_column, non_negative_solutions_are_optimal,
          repeated_columns_do_not_trap_the_active_set, thread_counts_change_no_bit,
          a_column_leaves_whatever_the_rounding)
