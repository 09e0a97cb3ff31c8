/* SPDX-License-Identifier: BSD-3-Clause */
/* Exponentials against libm, sums against extended precision, sorting and scanning by their
 * definition. */
#include "matrix/kernels.h"
#include "support/teams.h"

/* Distance in units of the last place of two numbers of one sign. */
static int64_t ulps(double a, double b)
{
    int64_t i, j;
    memcpy(&i, &a, sizeof i);
    memcpy(&j, &b, sizeof j);
    return i > j ? i - j : j - i;
}

static int32_t ulps_f32(float a, float b)
{
    int32_t i, j;
    memcpy(&i, &a, sizeof i);
    memcpy(&j, &b, sizeof j);
    return i > j ? i - j : j - i;
}

START_TEST(exp_is_within_2_ulp)
{
    enum { N = 200003 };
    double *x = cf_alloc(N, sizeof *x), *y = cf_alloc(N, sizeof *y);
    const double widths[] = {1e-300, 1e-10, 0.35, 1, 50, 708, 800};
    for (size_t k = 0; k < sizeof widths / sizeof widths[0]; k++) {
        for (cf_index i = 0; i < N; i++)
            x[i] = widths[k] * (2 * (double)i / (N - 1) - 1);
        cfi_exp(N, x, y);
        for (cf_index i = 0; i < N; i++)
            ck_assert_msg(ulps(y[i], exp(x[i])) <= 2, "exp(%.17g) = %.17g, wants %.17g", x[i], y[i],
                          exp(x[i]));
    }
    cf_free(x);
    cf_free(y);
}
END_TEST

START_TEST(exp_f32_is_within_2_ulp)
{
    enum { N = 200003 };
    float *x = cf_alloc(N, sizeof *x), *y = cf_alloc(N, sizeof *y);
    const double widths[] = {1e-30, 1e-5, 0.35, 1, 20, 88, 110};
    for (size_t k = 0; k < sizeof widths / sizeof widths[0]; k++) {
        for (cf_index i = 0; i < N; i++)
            x[i] = (float)(widths[k] * (2 * (double)i / (N - 1) - 1));
        cfi_exp_f32(N, x, y);
        for (cf_index i = 0; i < N; i++) {
            const float want = (float)exp((double)x[i]);
            ck_assert_msg(ulps_f32(y[i], want) <= 2, "exp(%.9g) = %.9g, wants %.9g", (double)x[i],
                          (double)y[i], (double)want);
        }
    }
    cf_free(x);
    cf_free(y);
}
END_TEST

START_TEST(exp_of_special_numbers)
{
    double x[] = {0,      -0.0,   HUGE_VAL, -HUGE_VAL, (double)NAN, 1e308,
                  -1e308, 709.79, -745.2,   -744,      5e-324};
    float f[] = {0, -0.0F, INFINITY, -INFINITY, NAN, 3e38F, -3e38F, 88.8F, -104, -103, 1e-45F};
    enum { N = sizeof x / sizeof x[0] };
    for (int n = 0; n <= N; n++) {
        double y[N + 1];
        float g[N + 1];
        y[n] = 7, g[n] = 7;
        cfi_exp(n, x, y);
        cfi_exp_f32(n, f, g);
        ck_assert_double_eq(y[n], 7);
        ck_assert_double_eq((double)g[n], 7);
        for (int i = 0; i < n; i++) {
            ck_assert(isnan(x[i]) ? isnan(y[i]) : y[i] == exp(x[i]));
            ck_assert(isnan(f[i]) ? isnan(g[i]) : g[i] == expf(f[i]));
        }
    }
    cfi_exp(N, x, x); /* in place */
    ck_assert_double_eq(x[0], 1);
    ck_assert_double_eq(x[2], HUGE_VAL);
    ck_assert_double_eq(x[8], 0);
}
END_TEST

START_TEST(expit_and_log1pexp)
{
    for (double x = -700; x <= 700; x += 0.37) {
        const long double e = expl((long double)x);
        ASSERT_NEAR(cfi_expit(x) / (double)(1 / (1 + expl(-(long double)x))), 1, 1e-15);
        ASSERT_NEAR(cfi_log1pexp(x) / (double)log1pl(e), 1, 1e-15);
    }
    ck_assert_double_eq(cfi_log1pexp(800), 800);
    ck_assert_double_eq(cfi_expit(HUGE_VAL), 1);
    ck_assert_double_eq(cfi_expit(-HUGE_VAL), 0);
    ck_assert(isnan(cfi_expit((double)NAN)));
    ck_assert_double_eq(cfi_log1pexp(-HUGE_VAL), 0);
    ck_assert_double_eq(cfi_log1pexp(HUGE_VAL), HUGE_VAL);
}
END_TEST

START_TEST(softmax_and_logsumexp)
{
    const cf_index widths[] = {1, 2, 3, 10, 67, 3001};
    for (size_t c = 0; c < sizeof widths / sizeof widths[0]; c++) {
        const cf_index k = widths[c], n = 9000 / k + 1;
        double *F = random_normals(1, n * k), *G = random_normals(1, n * k);
        for (cf_index i = 0; i < n * k; i++)
            F[i] = G[i] *= 300;
        cfi_softmax_rows(NULL, F, n, k);
        for (cf_index i = 0; i < n; i++) {
            long double largest = -HUGE_VALL, sum = 0;
            for (cf_index j = 0; j < k; j++)
                largest = fmaxl(largest, (long double)G[i * k + j]);
            for (cf_index j = 0; j < k; j++)
                sum += expl((long double)G[i * k + j] - largest);
            ASSERT_NEAR(cfi_logsumexp(G + i * k, k), (double)(largest + logl(sum)), 1e-14);
            for (cf_index j = 0; j < k; j++) {
                const long double want = expl((long double)G[i * k + j] - largest) / sum;
                ck_assert_double_le(fabs(F[i * k + j] - (double)want),
                                    1e-12 * (double)want + 1e-300);
            }
        }
        cf_free(F);
        cf_free(G);
    }
    const double none[] = {-HUGE_VAL, -HUGE_VAL}, some[] = {-HUGE_VAL, 2}, all[] = {HUGE_VAL, 1};
    const double bad[] = {HUGE_VAL, (double)NAN};
    ck_assert_double_eq(cfi_logsumexp(none, 2), -HUGE_VAL);
    ck_assert_double_eq(cfi_logsumexp(none, 0), -HUGE_VAL);
    ck_assert_double_eq(cfi_logsumexp(some, 2), 2);
    ck_assert_double_eq(cfi_logsumexp(all, 2), HUGE_VAL);
    ck_assert(isnan(cfi_logsumexp(bad, 2)));
}
END_TEST

START_TEST(argmax_takes_the_first)
{
    const double f[] = {1, 3, 2, 3, -1};
    ck_assert_int_eq(cfi_argmax(f, 5), 1);
    ck_assert_int_eq(cfi_argmax(f, 1), 0);
    ck_assert_int_eq(cfi_argmax(f + 2, 3), 1);
}
END_TEST

START_TEST(sum_is_compensated)
{
    for (cf_index n = 0; n < 40; n++) {
        /* Large numbers that cancel around small ones. */
        double x[42], w[42], want = 0;
        for (cf_index i = 0; i < n; i++) {
            w[i] = 1 + (double)(i % 3);
            x[i] = 0.5 + (double)i;
            want += x[i] * w[i];
        }
        x[n] = 1e18, w[n] = 3;
        x[n + 1] = -1e18, w[n + 1] = 3;
        ck_assert_double_eq(cfi_sum(x, w, n + 2), want);
    }
    double *x = random_normals(5, 100001);
    long double sum = 0;
    for (cf_index i = 0; i < 100001; i++)
        sum += (long double)x[i];
    ASSERT_NEAR(cfi_sum(x, NULL, 100001), (double)sum, 1e-15);
    x[70] = HUGE_VAL;
    ck_assert_double_eq(cfi_sum(x, NULL, 100001), HUGE_VAL);
    x[3] = -HUGE_VAL;
    ck_assert(isnan(cfi_sum(x, NULL, 100001)));
    cf_free(x);
}
END_TEST

/* n numbers in an order that some sorts find hard. */
static void fill(double *x, cf_index n, int pattern)
{
    cf_random r;
    cf_random_seed(&r, 7);
    for (cf_index i = 0; i < n; i++) {
        switch (pattern) {
        case 0:
            x[i] = cf_random_normal(&r);
            break;
        case 1:
            x[i] = (double)i;
            break;
        case 2:
            x[i] = (double)(n - i);
            break;
        case 3:
            x[i] = (double)cf_random_int(&r, 0, 3);
            break;
        case 4:
            x[i] = (double)(i < n / 2 ? i : n - i);
            break;
        case 5:
            x[i] = 4;
            break;
        default:
            x[i] = i % 5 == 0   ? (double)NAN
                   : i % 5 == 1 ? (double)-HUGE_VAL
                   : i % 5 == 2 ? -0.0
                   : i % 5 == 3 ? 0.0
                                : cf_random_normal(&r) * 1e300;
        }
    }
}

static int compare(const void *a, const void *b)
{
    double x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    if (isnan(x) || isnan(y))
        return isnan(x) - isnan(y);
    return (x > y) - (x < y);
}

START_TEST(sorts_and_permutations)
{
    const cf_index sizes[] = {0, 1, 2, 3, 31, 32, 33, 64, 65, 100, 1000, 20011};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        const cf_index n = sizes[s];
        double *x = cf_alloc(n, 8), *y = cf_alloc(n, 8), *z = cf_alloc(n, 8);
        cf_index *order = cf_alloc(n, sizeof *order);
        for (int pattern = 0; pattern < 7; pattern++) {
            fill(x, n, pattern);
            memcpy(y, x, (size_t)n * 8);
            memcpy(z, x, (size_t)n * 8);
            qsort(y, (size_t)n, 8, compare);
            ASSERT_OK(cfi_argsort(x, n, order));
            cfi_sort(z, n);
            for (cf_index i = 0; i < n; i++) {
                ck_assert_int_eq(compare(&y[i], &z[i]), 0);
                ck_assert_int_eq(compare(&y[i], &x[order[i]]), 0);
                if (i > 0 && compare(&y[i - 1], &y[i]) == 0)
                    ck_assert_int_lt(order[i - 1], order[i]);
            }
        }
        cf_free(x);
        cf_free(y);
        cf_free(z);
        cf_free(order);
    }
    cf_fail_allocation(1, false);
    double x[100] = {0};
    cf_index order[100];
    ASSERT_FAILS(CF_ERR_MEMORY, "memory", cfi_argsort(x, 100, order));
    cf_fail_allocation(0, false);
}
END_TEST

static void put(cf_matrix *X, cf_index position, double value)
{
    if (X->dtype == CF_F32)
        ((float *)X->values)[position] = (float)value;
    else
        ((double *)X->values)[position] = value;
}

START_TEST(finds_the_first_that_is_not_finite)
{
    enum { N = 1201, D = 131 };
    const double bad[] = {(double)NAN, HUGE_VAL, -HUGE_VAL};
    const cf_index places[][2] = {{0, 0}, {0, D - 1}, {N - 1, D - 1}, {600, 77}, {601, 0}};
    double *x = random_normals(6, N * D);
    for (int f = 0; f < FORM_COUNT; f++) {
        cf_matrix X = in_form((form)f, x, N, D);
        cf_index row = -1, col = -1;
        double value = 0;
        ck_assert(!cfi_find_nonfinite(NULL, &X, false, &row, &col, &value));
        ck_assert(!cfi_find_nonfinite(NULL, &X, true, &row, &col, &value));
        for (int p = 0; p < 5; p++) {
            for (int b = 0; b < 3; b++) {
                const cf_index i = places[p][0], j = places[p][1];
                const cf_index stride = f >= FORM_CSR ? D : X.row_stride;
                const cf_index last = (N - 1) * stride + D - 1;
                put(&X, last, HUGE_VAL);
                put(&X, i * stride + j, bad[b]);
                ck_assert(cfi_find_nonfinite(NULL, &X, false, &row, &col, &value));
                ck_assert_int_eq(row, i);
                ck_assert_int_eq(col, j);
                ck_assert(isnan(bad[b]) ? isnan(value) : value == bad[b]);
                const bool last_one = i == N - 1;
                const bool found = cfi_find_nonfinite(NULL, &X, true, &row, &col, &value);
                ck_assert_int_eq(found, !(last_one && b == 0));
                if (found && b == 0)
                    ck_assert_int_eq(row, N - 1);
                put(&X, i * stride + j, 1);
                put(&X, last, 1);
            }
        }
        cf_matrix_clear(&X);
    }
    x[5 * D + 3] = (double)NAN;
    cf_index row, col;
    double value;
    const cf_matrix columns = cf_view_strided(CF_F64, x, D, N, 1, D),
                    tail = cf_view_rows(&columns, 2, 9);
    ck_assert(cfi_find_nonfinite(NULL, &tail, false, &row, &col, &value));
    ck_assert_int_eq(row, 1);
    ck_assert_int_eq(col, 5);
    cf_free(x);
}
END_TEST

TEST_MAIN("vector_math", exp_is_within_2_ulp, exp_f32_is_within_2_ulp, exp_of_special_numbers,
          expit_and_log1pexp, softmax_and_logsumexp, argmax_takes_the_first, sum_is_compensated,
          sorts_and_permutations, finds_the_first_that_is_not_finite)
