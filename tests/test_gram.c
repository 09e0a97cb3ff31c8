/* SPDX-License-Identifier: BSD-3-Clause */
/* Sums of outer products against plain loops in long double. */
#include "base/run.h"
#include "matrix/gram.h"
#include "support/support.h"

static void check_shape(cf_index rows, cf_index p, cf_index q)
{
    const cf_index ld = cfi_gram_stride(q), height = cfi_gram_pad(p);
    double *Z = cf_alloc_zero(rows * ld + 1, sizeof *Z), *M = cf_alloc_zero(height * ld, sizeof *M);
    double *x = random_normals((uint32_t)(rows + 10 * p + 100 * q), rows * q + 1);
    for (cf_index r = 0; r < rows; r++)
        memcpy(Z + r * ld, x + r * q, (size_t)q * sizeof *Z);
    M[0] = 3;
    cfi_gram_add_1(rows, p, q, Z, M);
    cfi_gram_add_1(rows, p, q, Z, M);
    for (cf_index i = 0; i < p; i++)
        for (cf_index j = i; j < q; j++) {
            long double sum = i + j == 0 ? 3 : 0;
            for (cf_index r = 0; r < rows; r++)
                sum += 2 * (long double)x[r * q + i] * (long double)x[r * q + j];
            ASSERT_NEAR(M[i * ld + j], (double)sum, 1e-13 * (double)(rows + 1));
        }
    cf_free(Z);
    cf_free(M);
    cf_free(x);
}

START_TEST(every_tile_shape_agrees_with_plain_sums)
{
    for (cf_index p = 1; p <= 34; p++)
        for (cf_index more = 0; more <= 18; more += 3)
            check_shape(p % 5, p, p + more);
    check_shape(CFI_GRAM_ROWS, 101, 102);
    check_shape(300, 40, 41);
}
END_TEST

START_TEST(strides_avoid_powers_of_two)
{
    for (cf_index q = 1; q < 600; q++) {
        ck_assert_int_ge(cfi_gram_stride(q), cfi_gram_pad(q));
        ck_assert_int_eq(cfi_gram_stride(q) % 16, 8);
    }
}
END_TEST

static void check_panel(bool by_columns, cf_index inner, cf_index p, cf_index q)
{
    const cf_index ldz = (by_columns ? q : inner) + 3, ldm = q + 5;
    double *Z = random_normals(5, (by_columns ? inner : q) * ldz);
    double *M = cf_alloc_zero(p * ldm, sizeof *M);
    const cfi_gram_panel panel = {by_columns, p, q, inner, Z, M, ldz, ldm};
    cf_run run;
    cfi_run_begin(&run, NULL);
    cfi_gram_add(&run, &panel);
    cfi_gram_add(&run, &panel);
    cfi_run_end(&run);
    for (cf_index i = 0; i < p; i += 7)
        for (cf_index j = i; j < q; j++) {
            double sum = 0;
            for (cf_index r = 0; r < inner; r++)
                sum +=
                    by_columns ? Z[r * ldz + i] * Z[r * ldz + j] : Z[i * ldz + r] * Z[j * ldz + r];
            ASSERT_NEAR(M[i * ldm + j], 2 * sum, 1e-12);
        }
    cf_free(Z);
    cf_free(M);
}

START_TEST(panels_agree_with_plain_sums)
{
    check_panel(true, 40, 640, 700);
    check_panel(true, 40, 641, 641);
    check_panel(true, 3, 1, 2);
    check_panel(false, 40, 700, 700);
    check_panel(false, 33, 300, 330);
}
END_TEST

TEST_MAIN("gram", panels_agree_with_plain_sums, every_tile_shape_agrees_with_plain_sums,
          strides_avoid_powers_of_two)
