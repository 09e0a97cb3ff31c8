/* SPDX-License-Identifier: BSD-3-Clause */
/* Column statistics against plain loops in extended precision and against NIST's certified values.
 */
#include "matrix/kernels.h"
#include "support/teams.h"

enum { ALL = CFI_STATS_MEAN | CFI_STATS_M2 | CFI_STATS_RANGE };

/* Mean and sum of squares of what counts in column j. */
static void check_column(const cfi_column_stats *s, cf_index j, const double *x, const double *w,
                         cf_index n, cf_index d)
{
    long double weight = 0, sum = 0, square = 0;
    double least = HUGE_VAL, largest = -HUGE_VAL;
    cf_index count = 0;
    for (cf_index i = 0; i < n; i++) {
        const double v = x[i * d + j], u = w ? w[i] : 1;
        if (isnan(v) || u == 0)
            continue;
        weight += (long double)u;
        sum += (long double)u * (long double)v;
        least = fmin(least, v), largest = fmax(largest, v);
        count++;
    }
    const long double mean = count > 0 ? sum / weight : 0;
    for (cf_index i = 0; i < n; i++) {
        const double v = x[i * d + j], u = w ? w[i] : 1;
        if (!isnan(v) && u != 0)
            square += (long double)u * ((long double)v - mean) * ((long double)v - mean);
    }
    ck_assert_int_eq(s->count[j], count);
    ck_assert_double_eq(s->least[j], least);
    ck_assert_double_eq(s->largest[j], largest);
    ASSERT_NEAR(s->weight[j], (double)weight, 1e-13);
    ASSERT_NEAR(s->mean[j], (double)mean, 1e-13);
    ASSERT_NEAR(s->m2[j], (double)square, 1e-12);
}

static void check_form(form f, const double *x, const double *w, cf_index n, cf_index d)
{
    cf_matrix X = in_form(f, x, n, d);
    cfi_column_stats s;
    ASSERT_OK(cfi_column_stats_new(&s, d));
    /* In two parts, the first short: what partial_fit does. */
    const cf_index cut = n / 5;
    const cf_matrix head = cf_view_rows(&X, 0, cut), tail = cf_view_rows(&X, cut, n);
    ASSERT_OK(cfi_column_stats_add(NULL, &s, &head, w, ALL));
    ASSERT_OK(cfi_column_stats_add(NULL, &s, &tail, w ? w + cut : NULL, ALL));
    for (cf_index j = 0; j < d; j++)
        check_column(&s, j, x, w, n, d);
    cfi_column_stats_clear(&s);
    cf_matrix_clear(&X);
}

START_TEST(every_form_equals_plain_loops)
{
    const cf_index sizes[][2] = {{1, 1},   {2, 3},    {0, 2},    {3001, 1},
                                 {777, 5}, {130, 67}, {19, 1500}};
    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
        const cf_index n = sizes[k][0], d = sizes[k][1];
        double *x = random_eighths(1, n * d, true), *w = random_eighths(2, n, false);
        for (cf_index i = 0; i < n; i++)
            w[i] = i % 7 == 3 ? 0 : fabs(w[i]) + 0.125;
        for (int f = 0; f < FORM_COUNT; f++) {
            check_form((form)f, x, NULL, n, d);
            check_form((form)f, x, w, n, d);
        }
        for (cf_index i = 0; i < n * d; i += 11)
            x[i] = (double)NAN;
        for (cf_index i = 0; d > 1 && i < n; i++)
            x[i * d + 1] = (double)NAN; /* a column where nothing counts */
        for (int f = 0; f < FORM_COUNT; f++) {
            check_form((form)f, x, NULL, n, d);
            check_form((form)f, x, w, n, d);
        }
        cf_free(x);
        cf_free(w);
    }
}
END_TEST

START_TEST(only_what_is_asked_for)
{
    const double x[] = {1, 2, 3, 5, 8, 13};
    const cf_matrix X = cf_view_f64(x, 3, 2);
    cfi_column_stats s;
    ASSERT_OK(cfi_column_stats_new(&s, 2));
    ASSERT_OK(cfi_column_stats_add(NULL, &s, &X, NULL, CFI_STATS_RANGE));
    ck_assert_double_eq(s.least[1], 2);
    ck_assert_double_eq(s.largest[1], 13);
    ck_assert_double_eq(s.mean[1], 0);
    ck_assert_double_eq(s.m2[1], 0);
    cfi_column_stats_clear(&s);
    ASSERT_OK(cfi_column_stats_new(&s, 2));
    ASSERT_OK(cfi_column_stats_add(NULL, &s, &X, NULL, CFI_STATS_MEAN));
    ck_assert_double_eq(s.mean[0], 4);
    ck_assert_double_eq(s.m2[0], 0);
    ck_assert_double_eq(s.least[0], HUGE_VAL);
    cfi_column_stats_clear(&s);
}
END_TEST

START_TEST(constant_column_is_exact)
{
    enum { N = 30011, D = 3 };
    double *x = cf_alloc(N * D, sizeof *x);
    for (cf_index i = 0; i < N * D; i++)
        x[i] = 0.1 + 1e6 * (double)(i % D);
    const cf_matrix X = cf_view_f64(x, N, D);
    cfi_column_stats s;
    ASSERT_OK(cfi_column_stats_new(&s, D));
    ASSERT_OK(cfi_column_stats_add(NULL, &s, &X, NULL, ALL));
    for (int j = 0; j < D; j++) {
        ck_assert_double_eq(s.mean[j], x[j]);
        ck_assert_double_eq(s.m2[j], 0);
    }
    cfi_column_stats_clear(&s);
    cf_free(x);
}
END_TEST

START_TEST(same_bits_on_any_thread_count)
{
    const cf_index n = 60013, d = 6;
    double *x = random_normals(3, n * d), *w = random_eighths(4, n, true);
    for (int f = 0; f < FORM_COUNT; f++) {
        cf_matrix X = in_form((form)f, x, n, d);
        double first[6 * 6]; /* the arrays of reals */
        for (int threads = 1; threads <= 8; threads++) {
            cf_run run;
            cfi_column_stats s;
            ASSERT_OK(cfi_column_stats_new(&s, d));
            const int before = begin_team(&run, threads);
            ASSERT_OK(cfi_column_stats_add(&run, &s, &X, w, ALL));
            end_team(&run, before);
            if (threads == 1)
                memcpy(first, s.weight, sizeof first);
            ck_assert_mem_eq(first, s.weight, 6 * (size_t)d * sizeof(double));
            cfi_column_stats_clear(&s);
        }
        cf_matrix_clear(&X);
    }
    cf_free(x);
    cf_free(w);
}
END_TEST

START_TEST(failing_allocation_is_reported)
{
    double *x = random_normals(5, 300);
    cf_matrix X = in_form(FORM_CSR, x, 100, 3), dense = cf_view_f64(x, 100, 3);
    cfi_column_stats s;
    ASSERT_OK(cfi_column_stats_new(&s, 3));
    for (int k = 1; k <= 2; k++) {
        cf_fail_allocation(k, false);
        ASSERT_FAILS(CF_ERR_MEMORY, "memory", cfi_column_stats_add(NULL, &s, &X, NULL, ALL));
        cf_fail_allocation(k, false);
        ASSERT_FAILS(CF_ERR_MEMORY, "memory", cfi_column_stats_add(NULL, &s, &dense, NULL, ALL));
    }
    cf_fail_allocation(0, false);
    cfi_column_stats_clear(&s);
    cf_matrix_clear(&X);
    cf_free(x);
}
END_TEST

/* Correct significant digits, at most 15. */
static double digits(double got, double certified)
{
    return got == certified ? 15 : fmin(15, -log10(fabs(got - certified) / fabs(certified)));
}

/* Reads the numbers below the header line of a file with one column. */
static cf_index read_numbers(const char *name, double *x, cf_index most)
{
    char relative[100];
    snprintf(relative, sizeof relative, "tests/golden/nist/%s.csv", name);
    for (char *c = relative; *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
    FILE *file = fopen(source_path(relative), "r");
    ck_assert_ptr_nonnull(file);
    char line[64];
    cf_index n = 0;
    ck_assert_ptr_nonnull(fgets(line, sizeof line, file));
    while (n < most && fgets(line, sizeof line, file))
        x[n++] = strtod(line, NULL);
    fclose(file);
    return n;
}

START_TEST(nist_certified_values)
{
    /* What the exact standard deviation of the data as doubles reaches. */
    const struct {
        const char *name;
        double mean, sd, sd_digits;
    } sets[] = {
        {"PiDigits", 4.5348, 2.86733906028871, 14.9},
        {"Lottery", 518.958715596330, 291.699727470969, 15},
        {"Lew", -177.435, 277.332168044316, 15},
        {"Mavro", 2.001856, 0.000429123454003053, 13.1},
        {"Michelso", 299.8524, 0.0790105478190518, 13.8},
        {"NumAcc1", 10000002, 1, 15},
        {"NumAcc2", 1.2, 0.1, 15},
        {"NumAcc3", 1000000.2, 0.1, 9.5},
        {"NumAcc4", 10000000.2, 0.1, 8.3},
    };
    for (size_t k = 0; k < sizeof sets / sizeof sets[0]; k++) {
        double x[5000];
        const cf_index n = read_numbers(sets[k].name, x, 5000), cuts[] = {n, n / 3, 1};
        ck_assert_int_gt(n, 2);
        for (int c = 0; c < 3; c++) {
            cfi_column_stats s;
            ASSERT_OK(cfi_column_stats_new(&s, 1));
            for (cf_index i = 0; i < n; i += cuts[c]) {
                const cf_matrix part = cf_view_f64(x + i, i + cuts[c] < n ? cuts[c] : n - i, 1);
                ASSERT_OK(cfi_column_stats_add(NULL, &s, &part, NULL, ALL));
            }
            const double sd = sqrt(s.m2[0] / (double)(n - 1));
            ck_assert_msg(digits(sd, sets[k].sd) >= sets[k].sd_digits - 0.5,
                          "%s: %.17g, %.1f digits", sets[k].name, sd, digits(sd, sets[k].sd));
            ck_assert_double_ge(digits(s.mean[0], sets[k].mean), 14);
            cfi_column_stats_clear(&s);
        }
    }
}
END_TEST

TEST_MAIN("column_stats", every_form_equals_plain_loops, only_what_is_asked_for,
          constant_column_is_exact, same_bits_on_any_thread_count, failing_allocation_is_reported,
          nist_certified_values)
