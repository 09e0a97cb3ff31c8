/* SPDX-License-Identifier: BSD-3-Clause */
/* StandardScaler and MinMaxScaler against scikit-learn, over batches, weights, sparse and f32. */
#include "golden/preprocessing.h"
#include "support/support.h"

static void check_at(const char *what, const cf_matrix *got, const double *want, cf_index n,
                     double tol)
{
    ck_assert_msg(got->rows * got->cols == n, "%s has %d x %d entries, wants %d", what,
                  (int)got->rows, (int)got->cols, (int)n);
    for (cf_index k = 0; k < n; k++) {
        const double x = cf_matrix_get(got, k / got->cols, k % got->cols);
        ck_assert_msg(isnan(want[k]) ? isnan(x) : fabs(x - want[k]) <= tol * fmax(1, fabs(want[k])),
                      "%s[%d] = %.17g, wants %.17g", what, (int)k, x, want[k]);
    }
}

#define CHECK(got, want, tol)                                                                      \
    check_at(#want, got, want, (cf_index)(sizeof(want) / sizeof((want)[0])), tol)

/* The data of the golden file as f32, owned. */
static void as_f32(cf_matrix *out)
{
    const cf_matrix X = cf_view_f64(data, ROWS, COLS);
    ASSERT_OK(cf_matrix_convert(&X, CF_F32, CF_DENSE, out));
}

static void check_attribute(const cf_estimator *e, const char *name, const double *want, cf_index n)
{
    cf_matrix got = {0};
    ASSERT_OK(cf_attribute(e, name, &got));
    check_at(name, &got, want, n, 1e-13);
    cf_matrix_clear(&got);
}

START_TEST(standard_scaler_is_scikit_learns)
{
    const cf_matrix X = cf_view_f64(data, ROWS, COLS), w = cf_view_f64(weights, ROWS, 1);
    cf_matrix Z = {0}, back = {0};
    cf_estimator *e = NULL;
    ASSERT_OK(cf_new(&e, "StandardScaler"));
    ASSERT_OK(cf_fit(e, &X, NULL, NULL));
    check_attribute(e, "mean_", standard_plain_mean, COLS);
    check_attribute(e, "var_", standard_plain_var, COLS);
    check_attribute(e, "scale_", standard_plain_scale, COLS);
    check_attribute(e, "n_samples_seen_", standard_plain_seen, COLS);
    ASSERT_OK(cf_transform(e, &X, &Z));
    CHECK(&Z, standard_plain_out, 1e-11);
    ASSERT_OK(cf_inverse_transform(e, &Z, &back));
    CHECK(&back, data, 1e-14);
    ASSERT_OK(cf_fit(e, &X, NULL, &(cf_fit_options){.sample_weight = &w}));
    check_attribute(e, "mean_", standard_weighted_mean, COLS);
    check_attribute(e, "var_", standard_weighted_var, COLS);
    check_attribute(e, "n_samples_seen_", standard_weighted_seen, COLS);
    ASSERT_OK(cf_transform(e, &X, &Z));
    CHECK(&Z, standard_weighted_out, 1e-11);
    cf_estimator_free(e);
    cf_matrix_clear(&Z);
    cf_matrix_clear(&back);
}
END_TEST

START_TEST(f32_stays_f32)
{
    cf_matrix X = {0}, Z = {0};
    cf_estimator *e = NULL;
    as_f32(&X);
    ASSERT_OK(cf_new(&e, "StandardScaler"));
    ASSERT_OK(cf_fit_transform(e, &X, NULL, NULL, &Z));
    ck_assert_int_eq(Z.dtype, CF_F32);
    /* the mean 1e6 and its deviations of 100 have but seven digits between them */
    CHECK(&Z, standard_f32_out, 2e-3);
    cf_estimator_free(e);
    ASSERT_OK(cf_new(&e, "MinMaxScaler"));
    ASSERT_OK(cf_fit_transform(e, &X, NULL, NULL, &Z));
    ck_assert_int_eq(Z.dtype, CF_F32);
    CHECK(&Z, minmax_f32_out, 1e-3);
    cf_estimator_free(e);
    cf_matrix_clear(&X);
    cf_matrix_clear(&Z);
}
END_TEST

START_TEST(batches_give_what_one_fit_gives)
{
    const cf_matrix X = cf_view_f64(data, ROWS, COLS), w = cf_view_f64(weights, ROWS, 1);
    cf_estimator *e = NULL;
    ASSERT_OK(cf_new(&e, "StandardScaler"));
    for (int weighted = 0; weighted < 2; weighted++) {
        ASSERT_OK(cf_fit(e, &X, NULL, NULL)); /* forgotten by the next fit */
        const cf_index cuts[] = {0, 4, 5, 11, ROWS};
        for (int b = 0; b < 4; b++) {
            const cf_matrix rows = cf_view_rows(&X, cuts[b], cuts[b + 1]);
            const cf_matrix some = cf_view_rows(&w, cuts[b], cuts[b + 1]);
            const cf_fit_options options = {.sample_weight = weighted ? &some : NULL};
            ASSERT_OK(b == 0 ? cf_fit(e, &rows, NULL, &options)
                             : cf_partial_fit(e, &rows, NULL, &options));
        }
        check_attribute(e, "mean_", weighted ? standard_weighted_mean : standard_plain_mean, COLS);
        check_attribute(e, "var_", weighted ? standard_weighted_var : standard_plain_var, COLS);
        check_attribute(e, "n_samples_seen_",
                        weighted ? standard_weighted_seen : standard_plain_seen, COLS);
    }
    cf_estimator_free(e);
}
END_TEST

START_TEST(sparse_data_are_scaled_without_centring)
{
    const cf_matrix dense = cf_view_f64(sparse_data, ROWS, COLS);
    const cf_matrix w = cf_view_f64(weights, ROWS, 1);
    cf_matrix X = {0}, Z = {0}, back = {0};
    cf_estimator *e = NULL;
    ASSERT_OK(cf_matrix_convert(&dense, CF_F64, CF_CSR, &X));
    ASSERT_OK(cf_new(&e, "StandardScaler"));
    ASSERT_FAILS(CF_ERR_TYPE, "sparse", cf_fit(e, &X, NULL, NULL));
    ASSERT_OK(cf_set(e, "with_mean", false));
    ASSERT_OK(cf_fit(e, &X, NULL, NULL));
    check_attribute(e, "var_", standard_sparse_var, COLS);
    ASSERT_OK(cf_transform(e, &X, &Z));
    ck_assert_int_eq(Z.storage, CF_CSR);
    CHECK(&Z, standard_sparse_out, 1e-13);
    ASSERT_OK(cf_inverse_transform(e, &Z, &back));
    CHECK(&back, sparse_data, 1e-14);
    ASSERT_OK(cf_fit(e, &X, NULL, &(cf_fit_options){.sample_weight = &w}));
    check_attribute(e, "var_", standard_sparse_weighted_var, COLS);
    cf_estimator_free(e);
    cf_matrix_clear(&X);
    cf_matrix_clear(&Z);
    cf_matrix_clear(&back);
}
END_TEST

START_TEST(parameters_switch_centring_and_scaling)
{
    const double x[] = {1, 2, 3, 6};
    const cf_matrix X = cf_view_f64(x, 4, 1);
    cf_matrix Z = {0}, mean = {0};
    cf_estimator *e = NULL;
    ASSERT_OK(cf_parse(&e, "StandardScaler(with_std=false)"));
    ASSERT_OK(cf_fit_transform(e, &X, NULL, NULL, &Z));
    for (int i = 0; i < 4; i++)
        ck_assert(cf_matrix_get(&Z, i, 0) == x[i] - 3);
    ASSERT_OK(cf_set(e, "with_std", true));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "first batch", cf_partial_fit(e, &X, NULL, NULL));
    ASSERT_OK(cf_set(e, "with_mean", false));
    ASSERT_OK(cf_fit_transform(e, &X, NULL, NULL, &Z));
    for (int i = 0; i < 4; i++)
        ASSERT_NEAR(cf_matrix_get(&Z, i, 0), x[i] / sqrt(3.5), 1e-15);
    ASSERT_OK(cf_set(e, "with_std", false));
    ASSERT_OK(cf_fit_transform(e, &X, NULL, NULL, &Z));
    for (int i = 0; i < 4; i++)
        ck_assert(cf_matrix_get(&Z, i, 0) == x[i]);
    ASSERT_OK(cf_attribute(e, "mean_", &mean));
    ck_assert_int_eq(mean.rows, 0);
    cf_estimator_free(e);
    cf_matrix_clear(&Z);
}
END_TEST

START_TEST(a_column_missing_in_one_batch_recovers_with_the_next)
{
    const double first[] = {(double)NAN, (double)NAN}, second[] = {1, 3};
    const cf_matrix A = cf_view_f64(first, 2, 1), B = cf_view_f64(second, 2, 1);
    cf_estimator *e = NULL;
    for (int k = 0; k < 2; k++) {
        ASSERT_OK(cf_new(&e, k == 0 ? "StandardScaler" : "MinMaxScaler"));
        ASSERT_OK(cf_partial_fit(e, &A, NULL, NULL));
        check_attribute(e, k == 0 ? "mean_" : "data_min_", first, 1);
        ASSERT_OK(cf_partial_fit(e, &B, NULL, NULL));
        check_attribute(e, k == 0 ? "mean_" : "data_range_", (const double[]){2}, 1);
        cf_estimator_free(e);
    }
}
END_TEST

START_TEST(min_max_scaler_is_scikit_learns)
{
    const cf_matrix X = cf_view_f64(data, ROWS, COLS), head = cf_view_rows(&X, 0, 9);
    const cf_matrix tail = cf_view_rows(&X, 9, ROWS), few = cf_view_rows(&X, 0, 6);
    cf_matrix Z = {0}, back = {0};
    cf_estimator *e = NULL;
    ASSERT_OK(cf_parse(&e, "MinMaxScaler(feature_range=(-1, 2))"));
    ASSERT_OK(cf_fit(e, &head, NULL, NULL));
    ASSERT_OK(cf_partial_fit(e, &tail, NULL, NULL));
    check_attribute(e, "scale_", minmax_scale, COLS);
    check_attribute(e, "min_", minmax_min, COLS);
    check_attribute(e, "n_samples_seen_", (const double[]){ROWS}, 1);
    ASSERT_OK(cf_transform(e, &X, &Z));
    CHECK(&Z, minmax_out, 1e-15);
    ASSERT_OK(cf_inverse_transform(e, &Z, &back));
    CHECK(&back, data, 1e-9); /* a range of a million costs the small values six digits */
    cf_estimator_free(e);
    ASSERT_OK(cf_parse(&e, "MinMaxScaler(clip=true)"));
    ASSERT_OK(cf_fit(e, &few, NULL, NULL));
    ASSERT_OK(cf_transform(e, &X, &Z));
    CHECK(&Z, minmax_clipped, 1e-15);
    cf_estimator_free(e);
    cf_matrix_clear(&Z);
    cf_matrix_clear(&back);
}
END_TEST

START_TEST(a_range_must_ascend)
{
    const cf_matrix X = cf_view_f64(data, ROWS, COLS);
    static const char *const specs[] = {
        "MinMaxScaler(feature_range=(1, 1))", "MinMaxScaler(feature_range=(2, 1))",
        "MinMaxScaler(feature_range=(0, inf))", "MinMaxScaler(feature_range=(0, a))"};
    cf_estimator *e = NULL;
    for (int k = 0; k < 4; k++) {
        ASSERT_OK(cf_parse(&e, specs[k]));
        ASSERT_FAILS(CF_ERR_ARGUMENT, "Minimum of desired feature range",
                     cf_fit(e, &X, NULL, NULL));
        cf_estimator_free(e);
    }
    ASSERT_OK(cf_parse(&e, "MinMaxScaler(feature_range=(0, 1, 2))"));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "has 3 numbers", cf_fit(e, &X, NULL, NULL));
    cf_matrix Z = {0};
    ASSERT_OK(cf_set_parsed(e, "feature_range", "(0, 1)"));
    ASSERT_OK(cf_fit(e, &X, NULL, NULL));
    ASSERT_OK(cf_set_parsed(e, "feature_range", "()")); /* after fit */
    ASSERT_FAILS(CF_ERR_ARGUMENT, "has 0 numbers", cf_transform(e, &X, &Z));
    cf_estimator_free(e);
    cf_matrix_clear(&Z);
}
END_TEST

START_TEST(strided_views_are_filled_in_place)
{
    const cf_matrix X = cf_view_f64(data, ROWS, COLS);
    double room[2 * ROWS * COLS];
    cf_matrix columns = cf_view_strided(CF_F64, room, ROWS, COLS, 1, ROWS);
    cf_matrix spread = cf_view_strided(CF_F64, room, ROWS, COLS, 2 * COLS, 2);
    cf_estimator *e = NULL;
    ASSERT_OK(cf_new(&e, "StandardScaler"));
    ASSERT_OK(cf_fit(e, &X, NULL, NULL));
    ASSERT_OK(cf_transform(e, &X, &columns));
    CHECK(&columns, standard_plain_out, 1e-11);
    ASSERT_OK(cf_transform(e, &X, &spread));
    CHECK(&spread, standard_plain_out, 1e-11);
    cf_matrix wrong = cf_view_f64(room, COLS, ROWS);
    ASSERT_FAILS(CF_ERR_SHAPE, "", cf_transform(e, &X, &wrong));
    cf_estimator_free(e);
}
END_TEST

START_TEST(large_data_have_the_same_bits_on_any_thread_count)
{
    enum { N = 30000, D = 7 };
    double *x = random_normals(3, (cf_index)N * D);
    const cf_matrix X = cf_view_f64(x, N, D);
    cf_matrix first = {0}, Z = {0};
    for (int threads = 1; threads <= 4; threads++) {
        cf_estimator *e = NULL;
        ASSERT_OK(cf_new(&e, "StandardScaler"));
        ASSERT_OK(cf_fit_transform(e, &X, NULL, &(cf_fit_options){.n_threads = threads},
                                   threads == 1 ? &first : &Z));
        if (threads > 1)
            ck_assert_mem_eq(first.values, Z.values, sizeof(double) * N * D);
        cf_estimator_free(e);
    }
    for (cf_index j = 0; j < D; j++) {
        double sum = 0, squares = 0;
        for (cf_index i = 0; i < N; i++) {
            const double z = cf_matrix_get(&first, i, j);
            sum += z;
            squares += z * z;
        }
        ASSERT_NEAR(sum / N, 0, 1e-14);
        ASSERT_NEAR(squares / N, 1, 1e-13);
    }
    cf_matrix_clear(&first);
    cf_matrix_clear(&Z);
    cf_free(x);
}
END_TEST

TEST_MAIN("scalers", standard_scaler_is_scikit_learns, f32_stays_f32,
          batches_give_what_one_fit_gives, sparse_data_are_scaled_without_centring,
          parameters_switch_centring_and_scaling,
          a_column_missing_in_one_batch_recovers_with_the_next, min_max_scaler_is_scikit_learns,
          a_range_must_ascend, strided_views_are_filled_in_place,
          large_data_have_the_same_bits_on_any_thread_count)
