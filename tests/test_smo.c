/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The SMO solver on plain arrays. Every solution is checked against the optimality conditions,
 * recomputed from the data with a kernel matrix of doubles made here.
 */
#include "algorithms/svm/smo_solver.h"
#include "base/run.h"
#include "support/support.h"

/* A problem with its own arrays. */
typedef struct fixture {
    cf_index n, d, n_variables;
    double *X;
    cf_matrix view;
    cfi_kernel kernel;
    cf_index *rows;
    double *p, *least, *largest, *beta;
    cfi_smo_problem problem;
    cfi_smo_result result;
} fixture;

static void *must_alloc(cf_index n, size_t size)
{
    void *memory = cf_alloc_zero(n, size);
    ck_assert_ptr_nonnull(memory);
    return memory;
}

/* n rows of d normals; the label is the sign of a curved function of the first two, with noise. */
static fixture classification(cf_index n, cf_index d, double C, cfi_kernel kernel)
{
    fixture f = {.n = n, .d = d, .n_variables = n, .kernel = kernel};
    f.X = random_normals(7, n * d);
    double *noise = random_normals(8, n);
    f.rows = must_alloc(n, sizeof *f.rows);
    f.p = must_alloc(n, sizeof *f.p);
    f.least = must_alloc(n, sizeof *f.least);
    f.largest = must_alloc(n, sizeof *f.largest);
    f.beta = must_alloc(n, sizeof *f.beta);
    for (cf_index i = 0; i < n; i++) {
        const double *x = f.X + i * d, z = d > 1 ? x[1] : 0;
        const double y = x[0] + 0.5 * z * z - 0.5 + 0.3 * noise[i] > 0 ? 1 : -1;
        f.rows[i] = i;
        f.p[i] = -y;
        f.least[i] = y > 0 ? 0 : -C;
        f.largest[i] = y > 0 ? C : 0;
    }
    cf_free(noise);
    return f;
}

static void finish_setup(fixture *f)
{
    if (!f->view.values)
        f->view = cf_view_f64(f->X, f->n, f->d);
    f->problem = (cfi_smo_problem){.owner = "test",
                                   .kernel = &f->kernel,
                                   .X = &f->view,
                                   .rows = f->rows,
                                   .n = f->n,
                                   .n_variables = f->n_variables,
                                   .p = f->p,
                                   .least = f->least,
                                   .largest = f->largest,
                                   .tol = 1e-3,
                                   .max_steps = -1,
                                   .cache_bytes = 16 << 20,
                                   .shrinking = true};
}

static void release(fixture *f)
{
    cf_free(f->X);
    cf_free(f->rows);
    cf_free(f->p);
    cf_free(f->least);
    cf_free(f->largest);
    cf_free(f->beta);
}

static cf_status solve(fixture *f, int threads)
{
    cf_run run;
    cfi_run_begin(&run, &(cf_fit_options){.n_threads = threads});
    const cf_status status = cfi_smo_solve(&f->problem, &run, f->beta, &f->result);
    cfi_run_end(&run);
    return status;
}

static double kernel_value(const fixture *f, cf_index i, cf_index j)
{
    double dot = 0, distance = 0;
    for (cf_index k = 0; k < f->d; k++) {
        const double a = f->X[i * f->d + k], b = f->X[j * f->d + k];
        dot += a * b;
        distance += (a - b) * (a - b);
    }
    const cfi_kernel *kernel = &f->kernel;
    switch (kernel->type) {
    case CFI_KERNEL_LINEAR:
        return dot;
    case CFI_KERNEL_POLY:
        return pow(kernel->gamma * dot + kernel->coef0, (double)kernel->degree);
    case CFI_KERNEL_RBF:
        return exp(-kernel->gamma * distance);
    case CFI_KERNEL_SIGMOID:
        return tanh(kernel->gamma * dot + kernel->coef0);
    case CFI_KERNEL_PRECOMPUTED:
        break;
    }
    return f->X[i * f->d + j];
}

typedef struct certificate {
    double violation, objective, sum, rho_low, rho_high;
} certificate;

static certificate certify(const fixture *f)
{
    certificate c = {0};
    double up = -INFINITY, low = INFINITY;
    double *g = must_alloc(f->n, sizeof *g);
    for (cf_index t = 0; t < f->n_variables; t++)
        for (cf_index i = 0; f->beta[t] != 0 && i < f->n; i++)
            g[i] += f->beta[t] * kernel_value(f, i, t % f->n);
    for (cf_index t = 0; t < f->n_variables; t++) {
        const double v = -(g[t % f->n] + f->p[t]);
        ck_assert(f->beta[t] >= f->least[t] && f->beta[t] <= f->largest[t]);
        if (f->beta[t] < f->largest[t])
            up = fmax(up, v);
        if (f->beta[t] > f->least[t])
            low = fmin(low, v);
        c.sum += f->beta[t];
        c.objective += f->beta[t] * (0.5 * g[t % f->n] + f->p[t]);
    }
    cf_free(g);
    c.violation = up - low;
    c.rho_low = -up;
    c.rho_high = -low;
    return c;
}

/* Solves and checks the conditions; `slack` allows for rounding of the test's own sums. */
static certificate solve_and_check(fixture *f, double slack)
{
    ASSERT_OK(solve(f, 2));
    const certificate c = certify(f);
    double bound = 0;
    for (cf_index t = 0; t < f->n_variables; t++)
        bound = fmax(bound, fmax(fabs(f->least[t]), fabs(f->largest[t])));
    ck_assert(f->result.converged);
    ck_assert_msg(c.violation <= f->problem.tol * (1 + slack), "violation %g, tol %g", c.violation,
                  f->problem.tol);
    ck_assert_msg(fabs(c.sum) <= 1e-10 * bound, "sum %g", c.sum);
    ASSERT_NEAR(f->result.objective / c.objective, 1.0, 1e-6);
    ck_assert(f->result.rho >= c.rho_low - f->problem.tol);
    ck_assert(f->result.rho <= c.rho_high + f->problem.tol);
    return c;
}

static const cfi_kernel kernels[] = {
    {CFI_KERNEL_LINEAR, 3, 0.2, 0},      {CFI_KERNEL_POLY, 3, 0.2, 1},
    {CFI_KERNEL_POLY, 2, 0.1, 0.5},      {CFI_KERNEL_RBF, 3, 0.2, 0},
    {CFI_KERNEL_SIGMOID, 3, 0.02, -0.1},
};
enum { N_KERNELS = sizeof kernels / sizeof kernels[0] };

/* Sizes: polished in doubles, one set of floats, several sets. */
START_TEST(every_kernel_meets_the_conditions)
{
    static const cf_index sizes[] = {3, 60, 600, 1200};
    for (int k = 0; k < N_KERNELS; k++) {
        for (int s = 0; s < 4; s++) {
            fixture f = classification(sizes[s], 5, 1, kernels[k]);
            f.least[0] = f.p[0] < 0 ? 0 : -3; /* bounds differ */
            f.largest[0] = f.p[0] < 0 ? 3 : 0;
            finish_setup(&f);
            solve_and_check(&f, 0.01);
            release(&f);
        }
    }
}
END_TEST

START_TEST(tight_tolerances_are_reached)
{
    static const double tols[] = {1e-5, 1e-6, 1e-9};
    for (int k = 0; k < N_KERNELS; k++) {
        for (int t = 0; t < 3; t++) {
            fixture f = classification(k == 0 ? 300 : 1300, 5, 1, kernels[k]);
            finish_setup(&f);
            f.problem.tol = tols[t];
            solve_and_check(&f, 0.05);
            release(&f);
        }
    }
}
END_TEST

START_TEST(points_may_be_sparse_or_single_or_permuted)
{
    enum { N = 1100, D = 40 };
    for (int k = 0; k < N_KERNELS; k++) {
        fixture f = classification(N, D, 1, kernels[k]);
        cf_matrix single = {0}, sparse = {0}, sparse_single = {0};
        /* Four columns of five are mostly zero. */
        for (cf_index i = 0; i < N * D; i++)
            f.X[i] = i % 5 > 0 && (i * 7919) % 101 < 90 ? 0 : (double)(float)f.X[i];
        for (cf_index i = 0; i < N; i++)
            f.rows[i] = i;
        const cf_matrix dense = cf_view_f64(f.X, N, D);
        ASSERT_OK(cf_matrix_convert(&dense, CF_F32, CF_DENSE, &single));
        ASSERT_OK(cf_matrix_convert(&dense, CF_F64, CF_CSR, &sparse));
        ASSERT_OK(cf_matrix_convert(&dense, CF_F32, CF_CSR, &sparse_single));
        const cf_matrix *const forms[] = {&dense, &single, &sparse, &sparse_single};
        for (int t = 0; t < 2; t++) {
            double objective = 0;
            for (int m = 0; m < 4; m++) {
                memset(f.beta, 0, N * sizeof *f.beta);
                f.view = *forms[m];
                finish_setup(&f);
                f.problem.tol = t == 0 ? 1e-3 : 1e-7;
                const certificate c = solve_and_check(&f, 0.02);
                if (m == 0)
                    objective = c.objective;
                ASSERT_NEAR(c.objective / objective, 1.0, t == 0 ? 1e-5 : 1e-9);
            }
        }
        cf_matrix_clear(&single);
        cf_matrix_clear(&sparse);
        cf_matrix_clear(&sparse_single);
        release(&f);
    }
}
END_TEST

START_TEST(precomputed_kernels_give_the_same)
{
    enum { N = 1100 };
    fixture f = classification(N, 4, 2, kernels[3]);
    finish_setup(&f);
    const certificate direct = solve_and_check(&f, 0.01);
    fixture g = classification(N, 4, 2, kernels[3]);
    g.kernel.type = CFI_KERNEL_PRECOMPUTED;
    double *K = must_alloc((cf_index)N * N, sizeof *K);
    for (cf_index i = 0; i < N; i++)
        for (cf_index j = 0; j < N; j++)
            K[i * N + j] = kernel_value(&f, i, j);
    cf_free(g.X);
    g.X = K;
    g.d = N;
    finish_setup(&g);
    const certificate given = solve_and_check(&g, 0.01);
    ASSERT_NEAR(given.objective / direct.objective, 1.0, 1e-6);
    release(&f);
    release(&g);
}
END_TEST

/* Hard for shrinking: many rounds, so that samples are set aside and taken back. */
START_TEST(shrinking_and_the_cache_change_nothing_that_matters)
{
    static const size_t bytes[] = {1, 300000, 64 << 20};
    double objective = 0;
    for (int s = 0; s < 2; s++) {
        for (int b = 0; b < 3; b++) {
            fixture f = classification(2500, 6, 50, (cfi_kernel){CFI_KERNEL_RBF, 3, 0.5, 0});
            finish_setup(&f);
            f.problem.shrinking = s == 1;
            f.problem.cache_bytes = bytes[b];
            const certificate c = solve_and_check(&f, 0.02);
            if (s == 0 && b == 0)
                objective = c.objective;
            ASSERT_NEAR(c.objective / objective, 1.0, 1e-6);
            release(&f);
        }
    }
}
END_TEST

START_TEST(threads_do_not_change_a_bit)
{
    for (int k = 0; k < N_KERNELS; k++) {
        double *first = NULL;
        for (int threads = 1; threads <= 4; threads++) {
            fixture f = classification(k == 0 ? 400 : 1800, 6, 5, kernels[k]);
            finish_setup(&f);
            ASSERT_OK(solve(&f, threads));
            const size_t size = (size_t)f.n * sizeof *f.beta;
            if (!first) {
                first = must_alloc(f.n, sizeof *first);
                memcpy(first, f.beta, size);
            }
            ck_assert_mem_eq(first, f.beta, size);
            release(&f);
        }
        cf_free(first);
    }
}
END_TEST

/* Regression: two variables a sample, p = epsilon -+ z. */
START_TEST(two_variables_may_share_a_sample)
{
    static const cf_index sizes[] = {80, 900};
    for (int s = 0; s < 2; s++) {
        const cf_index n = sizes[s];
        fixture f = classification(n, 3, 1, kernels[3]);
        cf_free(f.p);
        cf_free(f.least);
        cf_free(f.largest);
        cf_free(f.beta);
        f.n_variables = 2 * n;
        f.p = must_alloc(2 * n, sizeof *f.p);
        f.least = must_alloc(2 * n, sizeof *f.least);
        f.largest = must_alloc(2 * n, sizeof *f.largest);
        f.beta = must_alloc(2 * n, sizeof *f.beta);
        for (cf_index i = 0; i < n; i++) {
            const double z = sin(2 * f.X[i * 3]) + 0.1 * f.X[i * 3 + 1];
            f.p[i] = 0.05 - z;
            f.p[n + i] = -0.05 - z;
            f.largest[i] = 10;
            f.least[n + i] = -10;
        }
        finish_setup(&f);
        f.problem.tol = 1e-4;
        solve_and_check(&f, 0.02);
        /* Never both sides of the tube. */
        for (cf_index i = 0; i < n; i++)
            ck_assert(f.beta[i] == 0 || f.beta[n + i] == 0);
        release(&f);
    }
}
END_TEST

/* One class: p = 0, and a start that is not zero. */
START_TEST(a_start_away_from_zero_keeps_its_sum)
{
    const cf_index n = 1600;
    fixture f = classification(n, 3, 1, kernels[3]);
    for (cf_index i = 0; i < n; i++) {
        f.p[i] = f.least[i] = 0;
        f.largest[i] = 1;
        f.beta[i] = i < n / 4 ? 1 : 0;
    }
    finish_setup(&f);
    ASSERT_OK(solve(&f, 2));
    const certificate c = certify(&f);
    ck_assert(f.result.converged);
    ck_assert(c.violation <= 1.02e-3);
    ASSERT_NEAR(c.sum, (double)(n / 4), 1e-12);
    /* From a solution there is nothing to do. */
    ASSERT_OK(solve(&f, 2));
    ck_assert_int_eq(f.result.steps, 0);
    release(&f);
}
END_TEST

START_TEST(hard_problems_end)
{
    const cfi_kernel rbf = {CFI_KERNEL_RBF, 3, 0.3, 0};
    /* A bound of a million. */
    fixture f = classification(400, 3, 1e6, rbf);
    finish_setup(&f);
    solve_and_check(&f, 0.05);
    release(&f);
    /* The same rows with both labels: half of each class is contradicted. */
    f = classification(1200, 3, 100, rbf);
    memcpy(f.X + 600 * 3, f.X, 600 * 3 * sizeof *f.X);
    for (cf_index i = 0; i < 600; i++) {
        f.p[600 + i] = -f.p[i];
        f.least[600 + i] = -f.largest[i];
        f.largest[600 + i] = -f.least[i];
    }
    finish_setup(&f);
    solve_and_check(&f, 0.05);
    release(&f);
    /* All rows the same, one column. */
    f = classification(50, 1, 1, rbf);
    for (cf_index i = 0; i < 50; i++)
        f.X[i] = 3;
    finish_setup(&f);
    solve_and_check(&f, 0);
    release(&f);
    /* A kernel far from positive. */
    f = classification(1300, 4, 10, (cfi_kernel){CFI_KERNEL_SIGMOID, 3, 2, -1});
    finish_setup(&f);
    ASSERT_OK(solve(&f, 2));
    ck_assert(certify(&f).violation <= 1.05e-3);
    release(&f);
    /* Columns of very different size, far from the origin. */
    f = classification(300, 3, 1, rbf);
    for (cf_index i = 0; i < 300; i++)
        f.X[3 * i] += 1e6;
    finish_setup(&f);
    solve_and_check(&f, 0.05);
    release(&f);
}
END_TEST

START_TEST(limits_and_failures)
{
    fixture f = classification(1500, 4, 10, kernels[3]);
    finish_setup(&f);
    f.problem.max_steps = 17;
    ASSERT_OK(solve(&f, 2));
    ck_assert_int_eq(f.result.steps, 17);
    ck_assert(!f.result.converged);
    ck_assert(certify(&f).violation > f.problem.tol);
    release(&f);
    /* A tolerance below rounding: the solver sees that it cannot go on. */
    f = classification(1100, 4, 10, kernels[3]);
    finish_setup(&f);
    f.problem.tol = 1e-300;
    ASSERT_OK(solve(&f, 2));
    ck_assert(!f.result.converged);
    ck_assert(certify(&f).violation < 1e-9);
    release(&f);
    f = classification(100, 4, 1, (cfi_kernel){CFI_KERNEL_POLY, 9, 1e200, 0});
    finish_setup(&f);
    ASSERT_FAILS(CF_ERR_NUMERIC, "overflow", solve(&f, 2));
    int cancel = 1;
    cf_run run;
    cfi_run_begin(&run, &(cf_fit_options){.cancel = &cancel});
    f.kernel = kernels[3];
    ASSERT_FAILS(CF_ERR_CANCELLED, "cancelled", cfi_smo_solve(&f.problem, &run, f.beta, &f.result));
    cfi_run_end(&run);
    release(&f);
}
END_TEST

START_TEST(failing_allocations_are_reported)
{
    fixture f = classification(2100, 4, 20, kernels[3]);
    finish_setup(&f);
    cf_fail_allocation(0, false);
    ASSERT_OK(solve(&f, 1));
    const int64_t asked = cf_fail_allocation(0, false);
    for (int64_t k = 1; k <= asked; k++) {
        memset(f.beta, 0, (size_t)f.n * sizeof *f.beta);
        cf_fail_allocation(k, false);
        const cf_status status = solve(&f, 1);
        cf_fail_allocation(0, false);
        ck_assert_int_eq(status, CF_ERR_MEMORY);
        if (asked > 40 && k == 30)
            k = asked - 10; /* the ones in between are of the same rounds */
    }
    release(&f);
}
END_TEST

TEST_MAIN("smo", every_kernel_meets_the_conditions, tight_tolerances_are_reached,
          points_may_be_sparse_or_single_or_permuted, precomputed_kernels_give_the_same,
          shrinking_and_the_cache_change_nothing_that_matters, threads_do_not_change_a_bit,
          two_variables_may_share_a_sample, a_start_away_from_zero_keeps_its_sum, hard_problems_end,
          limits_and_failures, failing_allocations_are_reported)
