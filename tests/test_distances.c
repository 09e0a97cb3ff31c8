/* SPDX-License-Identifier: BSD-3-Clause */
/* Norms, distances and products of data matrices against plain loops, in every form. */
#include "matrix/kernels.h"
#include "support/teams.h"

START_TEST(row_norms)
{
    const cf_index sizes[][2] = {{1, 1}, {7, 0}, {40, 3}, {33, 17}, {5, 100}, {9001, 5}};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        const cf_index n = sizes[s][0], d = sizes[s][1];
        double *x = random_eighths(1, n * d, true), *out = cf_alloc(n, sizeof *out);
        for (int f = 0; f < FORM_COUNT; f++) {
            cf_matrix X = in_form((form)f, x, n, d);
            cfi_row_norms2(NULL, &X, out);
            for (cf_index i = 0; i < n; i++) {
                double sum = 0;
                for (cf_index j = 0; j < d; j++)
                    sum += x[i * d + j] * x[i * d + j];
                ck_assert_double_eq(out[i], sum);
            }
            cf_matrix_clear(&X);
        }
        cf_free(x);
        cf_free(out);
    }
}
END_TEST

static double exact_distance2(const double *a, const double *b, cf_index d)
{
    long double sum = 0;
    for (cf_index j = 0; j < d; j++)
        sum += ((long double)a[j] - (long double)b[j]) * ((long double)a[j] - (long double)b[j]);
    return (double)sum;
}

START_TEST(distance_of_two_rows)
{
    double *x = random_normals(2, 200);
    for (cf_index d = 0; d < 100; d++)
        ASSERT_NEAR(cfi_distance2(x, x + 100, d), exact_distance2(x, x + 100, d), 1e-14);
    cf_free(x);
}
END_TEST

static void check_distances(cf_index n, cf_index m, cf_index d, double offset)
{
    double *x = random_eighths(3, n * d, offset == 0), *y = random_eighths(4, m * d, offset == 0);
    for (cf_index i = 0; i < n * d; i++)
        x[i] += offset;
    for (cf_index i = 0; i < m * d; i++)
        y[i] += offset;
    for (cf_index j = 0; j < d; j++) /* the same row, and one that is very near */
        x[j] = y[j];
    if (n > 1 && d > 0) {
        memcpy(x + d, y, (size_t)d * sizeof *x);
        x[d] += 0.125;
    }
    double *out = cf_alloc(n * m, sizeof *out);
    for (int f = 0; f < FORM_COUNT; f++) {
        for (int g = 0; g < FORM_COUNT; g++) {
            cf_matrix X = in_form((form)f, x, n, d), Y = in_form((form)g, y, m, d);
            ASSERT_OK(cfi_distances2(NULL, &X, &Y, out));
            for (cf_index i = 0; i < n; i++)
                for (cf_index j = 0; j < m; j++) {
                    const double want = exact_distance2(x + i * d, y + j * d, d);
                    ck_assert_double_le(fabs(out[i * m + j] - want), 1e-10 * want);
                }
            cf_matrix_clear(&X);
            cf_matrix_clear(&Y);
        }
    }
    cf_free(x);
    cf_free(y);
    cf_free(out);
}

START_TEST(distances_of_all_pairs)
{
    const cf_index sizes[][3] = {{1, 1, 1}, {3, 0, 2},   {0, 3, 2},  {4, 5, 0},    {30, 700, 3},
                                 {7, 9, 8}, {300, 5, 9}, {1, 40, 9}, {70, 65, 33}, {12, 3, 1001}};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        check_distances(sizes[s][0], sizes[s][1], sizes[s][2], 0);
        check_distances(sizes[s][0], sizes[s][1], sizes[s][2], 1024);
    }
}
END_TEST

START_TEST(distances_have_the_same_bits_on_any_thread_count)
{
    const cf_index n = 900, m = 77, d = 20;
    double *x = random_normals(5, n * d), *first = cf_alloc(n * m, 8), *out = cf_alloc(n * m, 8);
    for (int f = 0; f < FORM_COUNT; f++) {
        cf_matrix X = in_form((form)f, x, n, d);
        const cf_matrix Y = cf_view_rows(&X, 0, m);
        for (int threads = 1; threads <= 4; threads++) {
            cf_run run;
            const int before = begin_team(&run, threads);
            ASSERT_OK(cfi_distances2(&run, &X, &Y, threads == 1 ? first : out));
            end_team(&run, before);
            if (threads > 1)
                ck_assert_mem_eq(first, out, (size_t)(n * m) * 8);
        }
        cf_matrix_clear(&X);
    }
    cf_free(x);
    cf_free(first);
    cf_free(out);
}
END_TEST

static void check_products(cf_index n, cf_index d, cf_index k)
{
    double *x = random_eighths(6, n * d, true), *B = random_eighths(7, d * k, false);
    double *R = random_eighths(8, n * k, false), *bias = random_eighths(9, k, false);
    double *out = cf_alloc(n * k, 8), *turned = cf_alloc(d * k, 8);
    for (int f = 0; f < FORM_COUNT; f++) {
        cf_matrix X = in_form((form)f, x, n, d);
        for (int with = 0; with < 2; with++) {
            ASSERT_OK(cfi_affine(NULL, &X, B, k, with ? bias : NULL, out));
            for (cf_index i = 0; i < n; i++)
                for (cf_index c = 0; c < k; c++) {
                    double sum = with ? bias[c] : 0; /* eighths: every sum is exact */
                    for (cf_index j = 0; j < d; j++)
                        sum += x[i * d + j] * B[j * k + c];
                    ck_assert_double_eq(out[i * k + c], sum);
                }
        }
        ASSERT_OK(cfi_transposed_product(NULL, &X, R, k, turned));
        for (cf_index j = 0; j < d; j++)
            for (cf_index c = 0; c < k; c++) {
                double sum = 0;
                for (cf_index i = 0; i < n; i++)
                    sum += x[i * d + j] * R[i * k + c];
                ck_assert_double_eq(turned[j * k + c], sum);
            }
        cf_matrix_clear(&X);
    }
    cf_free(x);
    cf_free(B);
    cf_free(R);
    cf_free(bias);
    cf_free(out);
    cf_free(turned);
}

START_TEST(products_of_data)
{
    const cf_index sizes[][3] = {{1, 1, 1},      {0, 3, 2},     {3, 0, 2},   {3, 2, 0},
                                 {50, 7, 1},     {1001, 19, 1}, {65, 33, 3}, {2100, 5, 9},
                                 {30, 600, 500}, {3, 40, 129}};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
        check_products(sizes[s][0], sizes[s][1], sizes[s][2]);
}
END_TEST

START_TEST(products_have_the_same_bits_on_any_thread_count)
{
    const cf_index n = 20011, d = 13;
    double *x = random_normals(10, n * d), *R = random_normals(11, n * 3);
    for (int f = 0; f < FORM_COUNT; f++) {
        cf_matrix X = in_form((form)f, x, n, d);
        for (cf_index k = 1; k <= 3; k += 2) {
            double first[13 * 3], out[13 * 3];
            for (int threads = 1; threads <= 4; threads++) {
                cf_run run;
                const int before = begin_team(&run, threads);
                ASSERT_OK(cfi_transposed_product(&run, &X, R, k, threads == 1 ? first : out));
                end_team(&run, before);
                if (threads > 1)
                    ck_assert_mem_eq(first, out, (size_t)(d * k) * 8);
            }
        }
        cf_matrix_clear(&X);
    }
    cf_free(x);
    cf_free(R);
}
END_TEST

START_TEST(public_product)
{
    const double a[] = {1, 2, 3, 4, 5, 6}, b[] = {1, 0, 2, 1, 1, 3};
    const cf_matrix A = cf_view_f64(a, 2, 3), B = cf_view_f64(b, 3, 2);
    const cf_matrix turned = cf_view_strided(CF_F64, a, 3, 2, 1, 3);
    cf_matrix out = {0};
    ASSERT_OK(cf_matrix_product(&A, &B, &out));
    const double want[] = {8, 11, 20, 23};
    ck_assert_mem_eq(out.values, want, sizeof want);
    ASSERT_OK(cf_matrix_product(&turned, &A, &out));
    ck_assert_int_eq(out.rows, 3);
    ck_assert_double_eq(cf_matrix_get(&out, 0, 2), 1 * 3 + 4 * 6);
    ASSERT_FAILS(CF_ERR_SHAPE, "A has 3 columns, B has 2 rows", cf_matrix_product(&A, &A, &out));
    double place[8] = {0}; /* a view with its own strides is filled in place */
    cf_matrix view = cf_view_strided(CF_F64, place, 2, 2, 1, 4);
    ASSERT_OK(cf_matrix_product(&A, &B, &view));
    ck_assert_double_eq(place[0], 8);
    ck_assert_double_eq(place[1], 20);
    ck_assert_double_eq(place[4], 11);
    cf_matrix_clear(&out);
}
END_TEST

TEST_MAIN("distances", row_norms, distance_of_two_rows, distances_of_all_pairs,
          distances_have_the_same_bits_on_any_thread_count, products_of_data,
          products_have_the_same_bits_on_any_thread_count, public_product)
