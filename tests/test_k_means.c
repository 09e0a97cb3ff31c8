/* SPDX-License-Identifier: BSD-3-Clause */
/* KMeans against scikit-learn's results, against the plain iteration, and by what must hold at a
 * fixed point. */
#include "algorithms/cluster/k_means_solver.h"
#include "cofit/cofit.h"
#include "golden/k_means.h"
#include "matrix/kernels.h"
#include "support/teams.h"

/* The rows the golden script makes. */
static double *make_rows(cf_index n, cf_index d, bool sparse)
{
    double *x = random_normals((uint32_t)n, n * d);
    for (cf_index i = 0; i < n; i++) {
        for (cf_index j = 0; j < d; j++) {
            double *v = x + i * d + j;
            *v += 3 * (double)((i * 7 + j * 3) % 5);
            if (sparse && *v < 5)
                *v = 0;
        }
    }
    return x;
}

static double *make_weights(cf_index n)
{
    double *w = cf_alloc(n, sizeof *w);
    for (cf_index i = 0; i < n; i++)
        w[i] = 0.5 + 0.5 * (double)(i % 4);
    return w;
}

static double attribute(const cf_estimator *e, const char *name)
{
    cf_matrix value = {0};
    ASSERT_OK(cf_attribute(e, name, &value));
    const double number = cf_matrix_get(&value, 0, 0);
    cf_matrix_clear(&value);
    return number;
}

static cf_matrix attribute_matrix(const cf_estimator *e, const char *name)
{
    cf_matrix value = {0};
    ASSERT_OK(cf_attribute(e, name, &value));
    return value;
}

static void ignore_warning(void *ctx, cf_warning kind, const char *text)
{
    (void)text;
    if (ctx)
        *(int *)ctx += kind == CF_WARN_CONVERGENCE;
}

static cf_estimator *make_case(const struct k_means_case *c, const cf_matrix *start)
{
    char spec[300];
    cf_estimator *e = NULL;
    snprintf(spec, sizeof spec,
             "KMeans(n_clusters=%d, algorithm=%s, random_state=%d, max_iter=%d, tol=%.17g, "
             "n_init=%d)",
             c->k, c->algorithm, c->seed, c->max_iter, c->tol, c->n_init);
    ASSERT_OK(cf_parse(&e, spec));
    if (strcmp(c->init, "given") == 0)
        ASSERT_OK(cf_set_matrix(e, "init", start));
    else
        ASSERT_OK(cf_set_text(e, "init", c->init));
    return e;
}

static void check_case(const struct k_means_case *c)
{
    const cf_index n = c->n, d = c->d;
    double *x = make_rows(n, d, c->sparse), *w = make_weights(n);
    const form f = c->sparse ? FORM_CSR : c->single ? FORM_F32 : FORM_F64;
    const double tol = c->single ? 1e-5 : 1e-10;
    cf_matrix X = in_form(f, x, n, d);
    const cf_matrix start = cf_view_f64(x, c->k, d), weights = cf_view_f64(w, n, 1);
    cf_estimator *e = make_case(c, &start);
    const cf_fit_options options = {.sample_weight = c->weighted ? &weights : NULL,
                                    .warn = ignore_warning};
    ASSERT_OK(cf_fit(e, &X, NULL, &options));
    ASSERT_NEAR(attribute(e, "inertia_") / c->inertia, 1, tol);
    ck_assert_int_eq((int)attribute(e, "n_iter_"), c->n_iter);
    cf_matrix labels = attribute_matrix(e, "labels_"), again = {0};
    cf_matrix centres = attribute_matrix(e, "cluster_centers_");
    ck_assert_int_eq(centres.dtype, c->single ? CF_F32 : CF_F64);
    for (int j = 0; j < 3 && j < c->d; j++)
        ASSERT_NEAR(cf_matrix_get(&centres, 0, j), c->first_centre[j], tol);
    ASSERT_OK(cf_predict(e, &X, &again));
    for (cf_index i = 0; i < n; i++) {
        ck_assert_int_eq((int)cf_matrix_get(&labels, i, 0), c->labels[i] - '0');
        ck_assert_int_eq((int)cf_matrix_get(&again, i, 0), c->labels[i] - '0');
    }
    const cf_matrix half = cf_view_rows(&X, 0, n / 2);
    double score;
    ASSERT_OK(cf_score(e, &half, NULL, NULL, &score));
    ASSERT_NEAR(score / c->score, 1, tol);
    cf_estimator_free(e);
    cf_matrix_clear(&labels);
    cf_matrix_clear(&again);
    cf_matrix_clear(&centres);
    cf_matrix_clear(&X);
    cf_free(x);
    cf_free(w);
}

START_TEST(equals_scikit_learn)
{
    for (size_t c = 0; c < sizeof k_means_cases / sizeof k_means_cases[0]; c++)
        if (k_means_cases[c].k < k_means_cases[c].n) /* every row a centre: inertia is 0 there */
            check_case(&k_means_cases[c]);
}
END_TEST

/* ---- the solver ---- */

typedef struct problem {
    cf_index n, d, k;
    double *x, *start, *shift, *weights;
    cf_matrix X;
    cfi_points points;
    double *centres, *placed;
    int32_t *labels;
} problem;

static problem make_problem(form f, cf_index n, cf_index d, cf_index k, bool weighted)
{
    problem p = {.n = n, .d = d, .k = k};
    p.x = make_rows(n, d, f >= FORM_CSR);
    p.X = in_form(f, p.x, n, d);
    p.shift = cf_alloc_zero(d, sizeof(double));
    for (cf_index j = 0; f < FORM_CSR && j < d; j++)
        p.shift[j] = 1.25;
    p.weights = make_weights(n);
    p.points.shift = f < FORM_CSR ? p.shift : NULL;
    p.points.weights = weighted ? p.weights : NULL;
    p.centres = cf_alloc(k * d, sizeof(double));
    p.placed = cf_alloc(k * d, sizeof(double));
    p.labels = cf_alloc(n, sizeof(int32_t));
    return p;
}

static void free_problem(problem *p)
{
    cf_matrix_clear(&p->X);
    cf_free(p->x);
    cf_free(p->shift);
    cf_free(p->weights);
    cf_free(p->centres);
    cf_free(p->placed);
    cf_free(p->labels);
}

/* Starts at the first k rows. */
static cfi_k_means_result solve(problem *p, cf_index max_iter, bool elkan, cf_run *run)
{
    const cfi_k_means_options options = {.k = p->k, .max_iter = max_iter, .elkan = elkan};
    p->points.X = &p->X;
    cfi_k_means_result r = {.centres = p->centres, .placed = p->placed, .labels = p->labels};
    for (cf_index c = 0; c < p->k; c++)
        cfi_points_load(&p->points, c, p->centres + c * p->d, 1);
    ASSERT_OK(cfi_k_means_solve(run, &p->points, &options, &r));
    return r;
}

/* Squared distance of row i from centre c by definition. */
static double plain_distance2(const problem *p, cf_index i, cf_index c)
{
    double sum = 0;
    for (cf_index j = 0; j < p->d; j++) {
        const double gap = cf_matrix_get(&p->X, i, j) - p->placed[c * p->d + j];
        sum += gap * gap;
    }
    return sum;
}

START_TEST(labels_are_the_nearest_and_centres_the_means)
{
    const cf_index sizes[][3] = {{400, 2, 7}, {500, 5, 120}, {700, 30, 13}, {300, 13, 2}};
    for (int s = 0; s < 4; s++) {
        for (int f = 0; f < FORM_COUNT; f++) {
            for (int elkan = 0; elkan < 2; elkan++) {
                problem p =
                    make_problem((form)f, sizes[s][0], sizes[s][1], sizes[s][2], elkan == 1);
                const cfi_k_means_result r = solve(&p, 300, elkan, NULL);
                ck_assert(r.converged);
                double inertia = 0;
                for (cf_index i = 0; i < p.n; i++) {
                    const double own = plain_distance2(&p, i, p.labels[i]);
                    inertia += own * cfi_points_weight(&p.points, i);
                    for (cf_index c = 0; c < p.k; c++)
                        ck_assert_double_ge(plain_distance2(&p, i, c), own * (1 - 1e-5) - 1e-9);
                }
                ASSERT_NEAR(r.inertia / inertia, 1, 1e-9);
                for (cf_index c = 0; c < p.k; c++) {
                    for (cf_index j = 0; j < p.d; j++) {
                        double sum = 0, weight = 0;
                        for (cf_index i = 0; i < p.n; i++)
                            if (p.labels[i] == c) {
                                sum += cfi_points_weight(&p.points, i) * cf_matrix_get(&p.X, i, j);
                                weight += cfi_points_weight(&p.points, i);
                            }
                        ck_assert_double_gt(weight, 0);
                        ASSERT_NEAR(p.placed[c * p.d + j], sum / weight, 1e-11);
                    }
                }
                free_problem(&p);
            }
        }
    }
}
END_TEST

/* Bounds save work and change nothing: Hamerly's and Elkan's give the same bits. */
START_TEST(both_bounds_give_the_same_bits_on_any_thread_count)
{
    for (int f = 0; f < FORM_COUNT; f++) {
        problem p = make_problem((form)f, 9000, 17, 23, f % 2 == 0);
        double *first = cf_alloc(p.k * p.d, sizeof *first);
        int32_t *labels = cf_alloc(p.n, sizeof *labels);
        double inertia = 0;
        for (int threads = 1; threads <= 4; threads++) {
            for (int elkan = 0; elkan < 2; elkan++) {
                cf_run run;
                const int before = begin_team(&run, threads);
                const cfi_k_means_result r = solve(&p, 12, elkan, &run);
                end_team(&run, before);
                if (threads == 1 && elkan == 0) {
                    memcpy(first, r.placed, (size_t)(p.k * p.d) * sizeof *first);
                    memcpy(labels, r.labels, (size_t)p.n * sizeof *labels);
                    inertia = r.inertia;
                }
                ck_assert_mem_eq(first, r.placed, (size_t)(p.k * p.d) * sizeof *first);
                ck_assert_mem_eq(labels, r.labels, (size_t)p.n * sizeof *labels);
                ck_assert_double_eq(inertia, r.inertia);
            }
        }
        cf_free(first);
        cf_free(labels);
        free_problem(&p);
    }
}
END_TEST

/* The labels of X times a power of two; predict must agree. */
static cf_matrix labels_at(const double *x, cf_index n, cf_index d, form f, const char *spec,
                           int exponent)
{
    double *scaled = cf_alloc(n * d, sizeof *scaled);
    cf_estimator *e = NULL;
    cf_matrix again = {0};
    for (cf_index k = 0; k < n * d; k++)
        scaled[k] = ldexp((double)(float)x[k], exponent);
    cf_matrix X = in_form(f, scaled, n, d);
    ASSERT_OK(cf_parse(&e, spec));
    ASSERT_OK(cf_fit(e, &X, NULL, NULL));
    cf_matrix labels = attribute_matrix(e, "labels_");
    ASSERT_OK(cf_predict(e, &X, &again));
    ck_assert_mem_eq(again.values, labels.values, (size_t)n * sizeof(int32_t));
    cf_matrix own = {0};
    ASSERT_OK(cf_matrix_copy(&labels, &own));
    cf_matrix_clear(&labels);
    cf_matrix_clear(&again);
    cf_matrix_clear(&X);
    cf_estimator_free(e);
    cf_free(scaled);
    return own;
}

/* Neither products nor bounds in floats may overflow or vanish. */
START_TEST(the_size_of_numbers_does_not_matter)
{
    enum { N = 600, D = 16 };
    static const struct {
        form f;
        bool elkan;
        int exponent;
    } cases[] = {{FORM_F32, false, 66},  {FORM_F32, false, 110}, {FORM_F32, false, -72},
                 {FORM_F32, false, -64}, {FORM_F32, true, 66},   {FORM_F64, true, 130},
                 {FORM_F64, true, 300},  {FORM_F64, true, -148}, {FORM_F64, true, -160}};
    double *x = random_normals(5, N * D);
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        const char *spec = cases[c].elkan ? "KMeans(n_clusters=8, random_state=0, algorithm=elkan)"
                                          : "KMeans(n_clusters=8, random_state=0)";
        cf_matrix want = labels_at(x, N, D, cases[c].f, spec, 0);
        cf_matrix have = labels_at(x, N, D, cases[c].f, spec, cases[c].exponent);
        ck_assert_mem_eq(have.values, want.values, N * sizeof(int32_t));
        cf_matrix_clear(&want);
        cf_matrix_clear(&have);
    }
    cf_free(x);
}
END_TEST

/* Rows without weight have no distances from the candidates: whatever memory holds must not count.
 */
START_TEST(seeding_reads_nothing_of_rows_without_weight)
{
    enum { N = 300, D = 2, K = 5, TRIALS = 2 + 1 };
    double *x = make_rows(N, D, false), w[N];
    cf_index want[K], have[K];
    cf_random random;
    const cf_matrix X = cf_view_f64(x, N, D);
    const cfi_points points = {.X = &X, .weights = w};
    for (int i = 0; i < N; i++)
        w[i] = i % 2;
    for (int time = 0; time < 2; time++) {
        double *litter = cf_alloc(N * TRIALS, sizeof *litter);
        for (int i = 0; i < N * TRIALS; i++)
            litter[i] = time == 0 ? 0 : -HUGE_VAL;
        cf_free(litter);
        cf_random_seed(&random, 7);
        ASSERT_OK(cfi_k_means_plusplus(NULL, &points, K, &random, time == 0 ? want : have));
    }
    ck_assert_mem_eq(want, have, sizeof want);
    cf_free(x);
}
END_TEST

START_TEST(inertia_never_grows)
{
    double last = HUGE_VAL;
    for (cf_index iterations = 1; iterations < 15; iterations++) {
        problem p = make_problem(FORM_F64, 800, 14, 20, true);
        const cfi_k_means_result r = solve(&p, iterations, false, NULL);
        ck_assert_double_le(r.inertia, last * (1 + 1e-12));
        last = r.inertia;
        free_problem(&p);
    }
}
END_TEST

START_TEST(dense_and_sparse_agree)
{
    for (int elkan = 0; elkan < 2; elkan++) {
        problem s = make_problem(FORM_CSR, 500, 25, 11, true);
        problem d = make_problem(FORM_F64, 500, 25, 11, true);
        cf_matrix_clear(&d.X);
        d.X = in_form(FORM_F64, s.x, 500, 25);
        const cfi_k_means_result a = solve(&s, 50, elkan, NULL), b = solve(&d, 50, elkan, NULL);
        ck_assert_mem_eq(s.labels, d.labels, 500 * sizeof(int32_t));
        ASSERT_NEAR(a.inertia / b.inertia, 1, 1e-12);
        ck_assert_int_eq(a.n_iter, b.n_iter);
        free_problem(&s);
        free_problem(&d);
    }
}
END_TEST

START_TEST(a_weight_counts_as_repetition_and_zero_as_absence)
{
    enum { N = 120, D = 3, K = 6 };
    double *x = make_rows(N, D, false), *w = cf_alloc(N, sizeof *w);
    double *repeated = cf_alloc(N * 3 * D, sizeof *x);
    cf_index rows = 0;
    for (cf_index i = 0; i < N; i++) {
        w[i] = (double)(i % 4 == 3 ? 0 : i % 4 + 1);
        for (int r = 0; r < (int)w[i]; r++)
            memcpy(repeated + rows++ * D, x + i * D, D * sizeof *x);
    }
    const cf_matrix X = cf_view_f64(x, N, D), R = cf_view_f64(repeated, rows, D);
    const cf_matrix start = cf_view_f64(x, K, D), weights = cf_view_f64(w, N, 1);
    cf_estimator *a = NULL, *b = NULL;
    ASSERT_OK(cf_parse(&a, "KMeans(n_clusters=6, tol=0)"));
    ASSERT_OK(cf_set_matrix(a, "init", &start));
    ASSERT_OK(cf_clone(&b, a));
    ASSERT_OK(cf_fit(a, &X, NULL, &(cf_fit_options){.sample_weight = &weights}));
    ASSERT_OK(cf_fit(b, &R, NULL, NULL));
    ASSERT_NEAR(attribute(a, "inertia_") / attribute(b, "inertia_"), 1, 1e-12);
    cf_matrix p = attribute_matrix(a, "cluster_centers_");
    cf_matrix q = attribute_matrix(b, "cluster_centers_");
    for (cf_index c = 0; c < K; c++)
        for (cf_index j = 0; j < D; j++)
            ASSERT_NEAR(cf_matrix_get(&p, c, j), cf_matrix_get(&q, c, j), 1e-12);
    cf_matrix_clear(&p);
    cf_matrix_clear(&q);
    cf_estimator_free(a);
    cf_estimator_free(b);
    cf_free(x);
    cf_free(w);
    cf_free(repeated);
}
END_TEST

START_TEST(an_empty_cluster_takes_the_farthest_row)
{
    /* The centre at 100 gets no row; 9 is the farthest from its centre. */
    const double x[] = {0, 1, 2, 9}, start[] = {1, 100};
    const cf_matrix X = cf_view_f64(x, 4, 1), S = cf_view_f64(start, 2, 1);
    cf_estimator *e = NULL;
    ASSERT_OK(cf_parse(&e, "KMeans(n_clusters=2)"));
    ASSERT_OK(cf_set_matrix(e, "init", &S));
    ASSERT_OK(cf_fit(e, &X, NULL, NULL));
    cf_matrix centres = attribute_matrix(e, "cluster_centers_");
    ck_assert_double_eq(cf_matrix_get(&centres, 0, 0), 1);
    ck_assert_double_eq(cf_matrix_get(&centres, 1, 0), 9);
    ck_assert_double_eq(attribute(e, "inertia_"), 2);
    cf_matrix_clear(&centres);
    cf_estimator_free(e);
}
END_TEST

START_TEST(a_cluster_that_gives_its_last_row_is_not_filled)
{
    /* No row is near 1000; 50 is the farthest, and the only one of the second centre. */
    const double x[] = {0, 1, 2, 50}, start[] = {1000, 90, 1}, expected[] = {50, 1, 1};
    const cf_matrix X = cf_view_f64(x, 4, 1), S = cf_view_f64(start, 3, 1);
    cf_estimator *e = NULL;
    ASSERT_OK(cf_parse(&e, "KMeans(n_clusters=3, max_iter=1)"));
    ASSERT_OK(cf_set_matrix(e, "init", &S));
    ASSERT_OK(cf_fit(e, &X, NULL, NULL));
    cf_matrix centres = attribute_matrix(e, "cluster_centers_");
    for (cf_index c = 0; c < 3; c++)
        ck_assert_double_eq(cf_matrix_get(&centres, c, 0), expected[c]);
    cf_matrix_clear(&centres);
    cf_estimator_free(e);
}
END_TEST

START_TEST(fewer_distinct_rows_than_clusters_is_a_warning)
{
    double x[40];
    for (int i = 0; i < 40; i++)
        x[i] = i / 2 % 3;
    const cf_matrix X = cf_view_f64(x, 20, 2);
    const char *specs[] = {"KMeans(n_clusters=5, random_state=0)",
                           "KMeans(n_clusters=5, random_state=0, init=random)",
                           "KMeans(n_clusters=5, random_state=0, algorithm=elkan)"};
    for (int s = 0; s < 3; s++) {
        int warnings = 0;
        cf_estimator *e = NULL;
        ASSERT_OK(cf_parse(&e, specs[s]));
        ASSERT_OK(
            cf_fit(e, &X, NULL, &(cf_fit_options){.warn = ignore_warning, .warn_ctx = &warnings}));
        ck_assert_int_eq(warnings, 1);
        ck_assert_double_le(attribute(e, "inertia_"), 1e-20);
        cf_estimator_free(e);
    }
}
END_TEST

START_TEST(every_row_can_be_a_centre)
{
    double *x = make_rows(40, 3, false);
    const cf_matrix X = cf_view_f64(x, 40, 3);
    cf_estimator *e = NULL;
    ASSERT_OK(cf_parse(&e, "KMeans(n_clusters=40, random_state=8)"));
    ASSERT_OK(cf_fit(e, &X, NULL, NULL));
    ck_assert_double_le(attribute(e, "inertia_"), 1e-20);
    ASSERT_OK(cf_set(e, "n_clusters", 41));
    ASSERT_FAILS(CF_ERR_DATA, "n_samples=40 should be >= n_clusters=41", cf_fit(e, &X, NULL, NULL));
    cf_estimator_free(e);
    cf_free(x);
}
END_TEST

START_TEST(transform_gives_distances)
{
    double *x = make_rows(60, 4, false);
    for (int f = 0; f < FORM_COUNT; f++) {
        cf_matrix X = in_form((form)f, x, 60, 4), Z = {0};
        cf_estimator *e = NULL;
        ASSERT_OK(cf_parse(&e, "KMeans(n_clusters=3, random_state=0)"));
        ASSERT_OK(cf_fit(e, &X, NULL, NULL));
        ASSERT_OK(cf_transform(e, &X, &Z));
        cf_matrix centres = attribute_matrix(e, "cluster_centers_");
        const bool single = f == FORM_F32 || f == FORM_CSR_F32;
        ck_assert_int_eq(Z.dtype, single ? CF_F32 : CF_F64);
        for (cf_index i = 0; i < 60; i++)
            for (cf_index c = 0; c < 3; c++) {
                double sum = 0;
                for (cf_index j = 0; j < 4; j++)
                    sum += pow(cf_matrix_get(&X, i, j) - cf_matrix_get(&centres, c, j), 2);
                ASSERT_NEAR(cf_matrix_get(&Z, i, c), sqrt(sum), single ? 1e-6 : 1e-12);
            }
        cf_matrix_clear(&centres);
        cf_matrix_clear(&Z);
        cf_matrix_clear(&X);
        cf_estimator_free(e);
    }
    cf_free(x);
}
END_TEST

START_TEST(a_start_of_the_wrong_shape_is_refused)
{
    double *x = make_rows(30, 4, false);
    const cf_matrix X = cf_view_f64(x, 30, 4), few = cf_view_f64(x, 2, 4),
                    narrow = cf_view_f64(x, 3, 2);
    cf_estimator *e = NULL;
    ASSERT_OK(cf_parse(&e, "KMeans(n_clusters=3)"));
    ASSERT_OK(cf_set_matrix(e, "init", &few));
    ASSERT_FAILS(CF_ERR_SHAPE, "init has 2 rows, n_clusters is 3", cf_fit(e, &X, NULL, NULL));
    ASSERT_OK(cf_set_matrix(e, "init", &narrow));
    ASSERT_FAILS(CF_ERR_SHAPE, "init has 2 columns, X has 4", cf_fit(e, &X, NULL, NULL));
    cf_estimator_free(e);
    cf_free(x);
}
END_TEST

TEST_MAIN("k_means", equals_scikit_learn, labels_are_the_nearest_and_centres_the_means,
          both_bounds_give_the_same_bits_on_any_thread_count, inertia_never_grows,
          dense_and_sparse_agree, a_weight_counts_as_repetition_and_zero_as_absence,
          an_empty_cluster_takes_the_farthest_row, a_cluster_that_gives_its_last_row_is_not_filled,
          fewer_distinct_rows_than_clusters_is_a_warning, every_row_can_be_a_centre,
          transform_gives_distances, a_start_of_the_wrong_shape_is_refused,
          the_size_of_numbers_does_not_matter, seeding_reads_nothing_of_rows_without_weight)
