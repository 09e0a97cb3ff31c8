/* SPDX-License-Identifier: BSD-3-Clause */
/* Products against plain loops, factorisations by what they must reproduce, bits on any thread
 * count. */
#include "matrix/linalg.h"
#include "support/teams.h"

static const int team_sizes[] = {1, 2, 3, 8};

/* C = alpha op(A) op(B) + beta C0, entry by entry. */
static double product_entry(bool ta, bool tb, cf_index k, const double *A, cf_index lda,
                            const double *B, cf_index ldb, cf_index i, cf_index j)
{
    double sum = 0;
    for (cf_index l = 0; l < k; l++)
        sum += (ta ? A[l * lda + i] : A[i * lda + l]) * (tb ? B[j * ldb + l] : B[l * ldb + j]);
    return sum;
}

static void check_gemm(cf_index m, cf_index n, cf_index k, bool ta, bool tb, double beta)
{
    const cf_index lda = (ta ? m : k) + 3, ldb = (tb ? k : n) + 1, ldc = n + 2;
    double *A = random_normals(1, (ta ? k : m) * lda + 1);
    double *B = random_normals(2, (tb ? n : k) * ldb + 1);
    double *C0 = random_normals(3, m * ldc + 1), *C = random_normals(3, m * ldc + 1);
    if (beta == 0 && m * n > 0)
        C[0] = (double)NAN;
    cf_run run;
    const int before = begin_team(&run, 3);
    cfi_gemm(&run, ta, tb, m, n, k, 1.5, A, lda, B, ldb, beta, C, ldc);
    end_team(&run, before);
    for (cf_index i = 0; i < m; i++) {
        for (cf_index j = 0; j < n; j++) {
            const double want = 1.5 * product_entry(ta, tb, k, A, lda, B, ldb, i, j) +
                                (beta == 0 ? 0 : beta * C0[i * ldc + j]);
            ASSERT_NEAR(C[i * ldc + j], want, 1e-12 * (double)(k + 1));
        }
        ck_assert_double_eq(C[i * ldc + n], C0[i * ldc + n]);
    }
    cf_free(A);
    cf_free(B);
    cf_free(C);
    cf_free(C0);
}

START_TEST(gemm_equals_plain_loops)
{
    const cf_index sizes[][3] = {{1, 1, 1},  {0, 5, 3},    {5, 0, 3},   {5, 7, 0},
                                 {13, 9, 5}, {530, 11, 7}, {7, 601, 9}, {150, 140, 130}};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
        for (int trans = 0; trans < 4; trans++)
            for (int b = 0; b < 3; b++)
                check_gemm(sizes[s][0], sizes[s][1], sizes[s][2], trans & 1, trans & 2,
                           b - 0.5 * b);
}
END_TEST

START_TEST(gemm_has_the_same_bits_on_any_thread_count)
{
    const cf_index m = 300, n = 210, k = 190;
    double *A = random_normals(1, m * k), *B = random_normals(2, k * n);
    double *first = cf_alloc_zero(m * n, 8), *C = cf_alloc_zero(m * n, 8);
    for (int t = 0; t < 4; t++) {
        cf_run run;
        const int before = begin_team(&run, team_sizes[t]);
        cfi_gemm(&run, false, false, m, n, k, 1, A, k, B, n, 0, t == 0 ? first : C, n);
        end_team(&run, before);
        if (t > 0)
            ck_assert_mem_eq(first, C, (size_t)(m * n) * 8);
    }
    cf_free(A);
    cf_free(B);
    cf_free(C);
    cf_free(first);
}
END_TEST

START_TEST(gemm_f32_equals_plain_loops)
{
    enum { M = 37, N = 29, K = 23 };
    float A[M * K], B[K * N], C[M * N];
    for (int i = 0; i < M * K; i++)
        A[i] = (float)(i % 11) - 5;
    for (int i = 0; i < K * N; i++)
        B[i] = (float)(i % 7) - 3;
    cfi_gemm_f32(NULL, false, true, M, N, K, 2, A, K, B, K, 0, C, N);
    for (int i = 0; i < M; i++) {
        for (int j = 0; j < N; j++) {
            float sum = 0;
            for (int l = 0; l < K; l++)
                sum += A[i * K + l] * B[j * K + l];
            ck_assert_double_eq((double)C[i * N + j], (double)(2 * sum));
        }
    }
}
END_TEST

static void check_gemv(cf_index m, cf_index n, bool trans, double beta)
{
    const cf_index lda = n + 5, out = trans ? n : m, in = trans ? m : n;
    double *A = random_normals(4, m * lda + 1), *x = random_normals(5, in + 1);
    double *y0 = random_normals(6, out + 1);
    double *y = cf_alloc(out + 1, 8), *first = cf_alloc(out + 1, 8);
    for (int t = 0; t < 4; t++) {
        memcpy(y, y0, (size_t)out * 8);
        cf_run run;
        const int before = begin_team(&run, team_sizes[t]);
        cfi_gemv(&run, trans, m, n, -2, A, lda, x, beta, y);
        end_team(&run, before);
        if (t == 0)
            memcpy(first, y, (size_t)out * 8);
        ck_assert_mem_eq(first, y, (size_t)out * 8);
    }
    for (cf_index i = 0; i < out; i++) {
        double sum = 0;
        for (cf_index l = 0; l < in; l++)
            sum += (trans ? A[l * lda + i] : A[i * lda + l]) * x[l];
        ASSERT_NEAR(y[i], -2 * sum + beta * y0[i], 1e-12 * (double)(in + 1));
    }
    cf_free(A);
    cf_free(x);
    cf_free(y);
    cf_free(y0);
    cf_free(first);
}

START_TEST(gemv_equals_plain_loops)
{
    const cf_index sizes[][2] = {{1, 1},    {0, 4},     {4, 0},     {17, 9},
                                 {2501, 3}, {1203, 57}, {210, 301}, {3, 20011}};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
        for (int trans = 0; trans < 2; trans++) {
            check_gemv(sizes[s][0], sizes[s][1], trans, 0);
            check_gemv(sizes[s][0], sizes[s][1], trans, 0.5);
        }
}
END_TEST

static void check_gram(cf_index n, cf_index d, bool transposed)
{
    const cf_index lda = d + 1, order = transposed ? n : d, inner = transposed ? d : n;
    double *A = random_normals(7, n * lda + 1);
    double *first = cf_alloc(order * order + 1, 8), *G = cf_alloc(order * order + 1, 8);
    for (int t = 0; t < 4; t++) {
        cf_run run;
        const int before = begin_team(&run, team_sizes[t]);
        ASSERT_OK(cfi_gram(&run, transposed, n, d, A, lda, t == 0 ? first : G));
        end_team(&run, before);
        if (t > 0)
            ck_assert_mem_eq(first, G, (size_t)(order * order) * 8);
    }
    for (cf_index i = 0; i < order; i += 1 + order / 50)
        for (cf_index j = 0; j < order; j += 1 + order / 60)
            ASSERT_NEAR(first[i * order + j],
                        product_entry(!transposed, transposed, inner, A, lda, A, lda, i, j),
                        1e-12 * (double)inner);
    for (cf_index i = 0; i < order; i++)
        for (cf_index j = 0; j < i; j++)
            ck_assert_double_eq(first[i * order + j], first[j * order + i]);
    cf_free(A);
    cf_free(G);
    cf_free(first);
}

START_TEST(gram_equals_plain_loops)
{
    const cf_index sizes[][2] = {{1, 1},     {0, 3},    {3, 0},   {1000, 7},
                                 {70001, 3}, {900, 65}, {31, 700}};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        check_gram(sizes[s][0], sizes[s][1], false);
        check_gram(sizes[s][0] % 1000, sizes[s][1], true);
    }
}
END_TEST

START_TEST(vector_kernels)
{
    for (cf_index n = 0; n < 70; n++) {
        double *x = random_normals(8, n + 1), *y = random_normals(9, n + 1);
        float xf[70], yf[70];
        double dot = 0;
        for (cf_index i = 0; i < n; i++) {
            dot += x[i] * y[i];
            xf[i] = (float)(i % 5), yf[i] = (float)(i % 3);
        }
        float dot_f32 = 0;
        for (cf_index i = 0; i < n; i++)
            dot_f32 += xf[i] * yf[i];
        ASSERT_NEAR(cfi_dot_1(n, x, y), dot, 1e-14 * (double)(n + 1));
        ck_assert_double_eq((double)cfi_dot_f32_1(n, xf, yf), (double)dot_f32);
        ASSERT_NEAR(cfi_norm_1(n, x), sqrt(cfi_dot_1(n, x, x)), 1e-15);
        const double last = y[n];
        double *z = random_normals(9, n + 1);
        cfi_axpy_1(n, 0.25, x, y);
        for (cf_index i = 0; i < n; i++)
            ASSERT_NEAR(y[i], z[i] + 0.25 * x[i], 1e-15);
        ck_assert_double_eq(y[n], last);
        cf_free(x);
        cf_free(y);
        cf_free(z);
    }
    const double large[3] = {3e200, 4e200, 0}, small[3] = {3e-200, 0, 4e-200};
    ASSERT_NEAR(cfi_norm_1(3, large) / 5e200, 1, 1e-15);
    ASSERT_NEAR(cfi_norm_1(3, small) / 5e-200, 1, 1e-15);
}
END_TEST

/* A symmetric positive definite (n, n). */
static double *make_spd(cf_index n)
{
    double *B = random_normals(10, n * n), *A = cf_alloc(n * n, 8);
    ASSERT_OK(cfi_gram(NULL, false, n, n, B, n, A));
    for (cf_index i = 0; i < n; i++)
        A[i * n + i] += (double)n;
    cf_free(B);
    return A;
}

/* Largest |U'U - A| over the upper triangle, column-major. */
static double factor_residual(cf_index n, const double *U, const double *A)
{
    double worst = 0;
    for (cf_index j = 0; j < n; j++) {
        for (cf_index i = 0; i <= j; i++) {
            double sum = 0;
            for (cf_index l = 0; l <= i; l++)
                sum += U[i * n + l] * U[j * n + l];
            worst = fmax(worst, fabs(sum - A[j * n + i]));
        }
    }
    return worst;
}

START_TEST(cholesky_reproduces_its_matrix)
{
    const cf_index sizes[] = {1, 5, 192, 193, 700};
    for (int s = 0; s < 5; s++) {
        const cf_index n = sizes[s];
        double *A = make_spd(n), *first = cf_alloc(n * n, 8), *U = cf_alloc(n * n, 8);
        int info;
        for (int t = 0; t < 4; t++) {
            double *out = t == 0 ? first : U;
            memcpy(out, A, (size_t)(n * n) * 8);
            cf_run run;
            const int before = begin_team(&run, team_sizes[t]);
            ASSERT_OK(cfi_potrf_parallel(&run, n, out, n, &info));
            end_team(&run, before);
            ck_assert_int_eq(info, 0);
            if (t > 0)
                ck_assert_mem_eq(first, U, (size_t)(n * n) * 8);
        }
        ck_assert_double_lt(factor_residual(n, first, A), 1e-12 * (double)n * (double)n);
        memcpy(U, A, (size_t)(n * n) * 8);
        ASSERT_OK(cfi_potrf(n, U, n, &info));
        ck_assert_double_lt(factor_residual(n, U, A), 1e-12 * (double)n * (double)n);
        for (cf_index j = 0; j < n; j++) /* the strict lower triangle is left alone */
            for (cf_index i = j + 1; i < n; i++)
                ck_assert_double_eq(first[j * n + i], A[j * n + i]);
        cf_free(A);
        cf_free(U);
        cf_free(first);
    }
}
END_TEST

START_TEST(cholesky_reports_the_minor_that_is_not_positive)
{
    const cf_index n = 400;
    double *A = make_spd(n), *B = make_spd(n);
    A[300 * n + 300] = B[300 * n + 300] = -1;
    int serial, parallel;
    ASSERT_OK(cfi_potrf(n, A, n, &serial));
    ASSERT_OK(cfi_potrf_parallel(NULL, n, B, n, &parallel));
    ck_assert_int_eq(serial, 301);
    ck_assert_int_eq(parallel, 301);
    cf_free(A);
    cf_free(B);
}
END_TEST

START_TEST(cholesky_solves_and_measures_condition)
{
    enum { N = 30 };
    double *A = make_spd(N), *U = make_spd(N), *b = random_normals(11, 2 * N);
    double x[2 * N], D[N * N] = {0}, rcond;
    int info;
    memcpy(x, b, sizeof x);
    ASSERT_OK(cfi_potrf(N, U, N, &info));
    ASSERT_OK(cfi_potrs(N, 2, U, N, x, N));
    for (int r = 0; r < 2; r++)
        for (int i = 0; i < N; i++)
            ASSERT_NEAR(cfi_dot_1(N, A + i * N, x + r * N), b[r * N + i], 1e-12);
    for (int i = 0; i < N; i++)
        D[i * N + i] = i == 0 ? 1e-4 : 1;
    ASSERT_OK(cfi_potrf(N, D, N, &info));
    ASSERT_OK(cfi_pocon(N, D, N, 1, &rcond));
    ASSERT_NEAR(rcond / 1e-4, 1, 1e-10);
    cf_free(A);
    cf_free(U);
    cf_free(b);
}
END_TEST

START_TEST(plain_qr_gives_the_matrix_back)
{
    enum { M = 20, N = 12 };
    double *A = random_normals(17, M * N), F[M * N], QR[M * N] = {0}, tau[N];
    memcpy(F, A, sizeof F);
    ASSERT_OK(cfi_geqrf(M, N, F, M, tau));
    for (int j = 0; j < N; j++)
        memcpy(QR + j * M, F + j * M, (size_t)(j + 1) * sizeof *F);
    ASSERT_OK(cfi_ormqr(true, false, M, N, N, F, M, tau, QR, M));
    for (int i = 0; i < M * N; i++)
        ASSERT_NEAR(QR[i], A[i], 1e-13);
    cf_free(A);
}
END_TEST

START_TEST(pivoted_qr_and_complete_orthogonal)
{
    enum { M = 20, N = 12, RANK = 7 };
    /* Rank RANK: the product of (M, RANK) and (RANK, N), column-major. */
    double *L = random_normals(12, M * RANK), *R = random_normals(13, RANK * N);
    double A[M * N], F[M * N], Q[M * M] = {0}, tau[N], rtau[RANK];
    int pivots[N];
    cfi_gemm_1(false, false, N, M, RANK, 1, R, RANK, L, M, 0, A, M);
    memcpy(F, A, sizeof F);
    ASSERT_OK(cfi_geqp3(M, N, F, M, pivots, tau));
    for (int i = 0; i < M; i++)
        Q[i * M + i] = 1;
    ASSERT_OK(cfi_ormqr(true, false, M, M, N, F, M, tau, Q, M));
    for (int j = 0; j < N; j++) {
        for (int i = 0; i < M; i++) {
            double sum = 0;
            for (int l = 0; l <= j; l++)
                sum += Q[l * M + i] * F[j * M + l];
            ASSERT_NEAR(sum, A[pivots[j] * M + i], 1e-13);
        }
        if (j >= RANK)
            ck_assert_double_lt(fabs(F[j * M + j]), 1e-12);
    }
    /* [R11 R12] = [T 0] Z: applying Z to the rows (T' columns) gives it back. */
    double Z[RANK * N], back[N * RANK] = {0};
    for (int j = 0; j < N; j++)
        for (int i = 0; i < RANK; i++)
            Z[j * RANK + i] = i <= j ? F[j * M + i] : 0;
    ASSERT_OK(cfi_tzrzf(RANK, N, Z, RANK, rtau));
    for (int i = 0; i < RANK; i++)
        for (int j = i; j < RANK; j++)
            back[i * N + j] = Z[j * RANK + i];
    ASSERT_OK(cfi_ormrz(true, N, RANK, RANK, N - RANK, Z, RANK, rtau, back, N));
    for (int j = 0; j < N; j++)
        for (int i = 0; i < RANK; i++)
            ASSERT_NEAR(back[i * N + j], i <= j ? F[j * M + i] : 0, 1e-12);
    cf_free(L);
    cf_free(R);
}
END_TEST

START_TEST(triangular_solves)
{
    enum { N = 9, K = 4 };
    double *T = random_normals(14, N * N), *X = random_normals(15, N * K), B[N * K];
    for (int i = 0; i < N; i++)
        T[i * N + i] = 3 + i;
    for (int trans = 0; trans < 2; trans++) {
        for (int r = 0; r < K; r++)
            for (int i = 0; i < N; i++) {
                B[r * N + i] = 0;
                for (int l = 0; l < N; l++)
                    if (trans ? l <= i : l >= i)
                        B[r * N + i] += (trans ? T[i * N + l] : T[l * N + i]) * X[r * N + l];
            }
        cfi_trsm(trans, N, K, T, N, B, N);
        for (int i = 0; i < N * K; i++)
            ASSERT_NEAR(B[i], X[i], 1e-12);
    }
    cf_free(T);
    cf_free(X);
}
END_TEST

START_TEST(singular_values)
{
    enum { M = 9, N = 5 };
    double *A = random_normals(16, M * N), *B = random_normals(16, M * N);
    double s[N], only[N], U[M * N], Vt[N * N];
    int info;
    ASSERT_OK(cfi_gesdd(M, N, A, M, s, U, M, Vt, N, &info));
    ck_assert_int_eq(info, 0);
    for (int j = 0; j < N; j++)
        for (int i = 0; i < M; i++) {
            double sum = 0;
            for (int l = 0; l < N; l++)
                sum += U[l * M + i] * s[l] * Vt[j * N + l];
            ASSERT_NEAR(sum, B[j * M + i], 1e-13);
        }
    memcpy(A, B, sizeof(double) * M * N);
    ASSERT_OK(cfi_gesdd(M, N, A, M, only, NULL, 1, NULL, 1, &info));
    for (int j = 0; j < N; j++)
        ASSERT_NEAR(only[j], s[j], 1e-13);
    B[3] = (double)NAN;
    ASSERT_OK(cfi_gesdd(M, N, B, M, s, U, M, Vt, N, &info));
    ck_assert_int_gt(info, 0);
    cf_free(A);
    cf_free(B);
}
END_TEST

START_TEST(symmetric_eigenvalues)
{
    enum { N = 25 };
    double *A = make_spd(N), *V = make_spd(N), w[N];
    int info;
    ASSERT_OK(cfi_syevd(N, V, N, w, &info));
    ck_assert_int_eq(info, 0);
    for (int j = 0; j < N; j++) {
        if (j > 0)
            ck_assert_double_le(w[j - 1], w[j]);
        for (int i = 0; i < N; i++)
            ASSERT_NEAR(cfi_dot_1(N, A + i * N, V + j * N), w[j] * V[j * N + i], 1e-12);
    }
    cf_free(A);
    cf_free(V);
}
END_TEST

START_TEST(general_solve)
{
    enum { N = 6 };
    double *A = random_normals(17, N * N), *F = random_normals(17, N * N);
    double *b = random_normals(18, N), x[N], Z[N * N] = {0};
    int info;
    memcpy(x, b, sizeof x);
    ASSERT_OK(cfi_gesv(N, 1, F, N, x, N, &info));
    ck_assert_int_eq(info, 0);
    for (int i = 0; i < N; i++) {
        double sum = 0;
        for (int l = 0; l < N; l++)
            sum += A[l * N + i] * x[l];
        ASSERT_NEAR(sum, b[i], 1e-12);
    }
    ASSERT_OK(cfi_gesv(N, 1, Z, N, x, N, &info));
    ck_assert_int_eq(info, 1);
    cf_free(A);
    cf_free(F);
    cf_free(b);
}
END_TEST

START_TEST(sizes_and_allocations_that_fail)
{
    double A[4] = {4, 1, 1, 3}, s[2], w;
    int info;
    ASSERT_FAILS(CF_ERR_LIMIT, "4294967296", cfi_potrf((cf_index)1 << 32, A, 2, &info));
    cf_fail_allocation(1, false);
    ASSERT_FAILS(CF_ERR_MEMORY, "memory", cfi_syevd(2, A, 2, s, &info));
    cf_fail_allocation(2, false);
    ASSERT_FAILS(CF_ERR_MEMORY, "memory", cfi_gesdd(2, 2, A, 2, s, NULL, 1, NULL, 1, &info));
    cf_fail_allocation(0, false);
    ASSERT_OK(cfi_syevd(0, A, 0, s, &info));
    ASSERT_OK(cfi_potrf(0, A, 0, &info));
    /* A stride beyond a BLAS int: one stored row at a time. */
    cfi_gemm_1(false, false, 1, 1, 2, 1, A, (cf_index)1 << 40, A + 1, 2, 0, &w, (cf_index)1 << 40);
    ck_assert_double_eq(w, 4 * 1 + 1 * 3);
}
END_TEST

TEST_MAIN("linalg", gemm_equals_plain_loops, gemm_has_the_same_bits_on_any_thread_count,
          gemm_f32_equals_plain_loops, gemv_equals_plain_loops, gram_equals_plain_loops,
          vector_kernels, cholesky_reproduces_its_matrix,
          cholesky_reports_the_minor_that_is_not_positive, cholesky_solves_and_measures_condition,
          plain_qr_gives_the_matrix_back, pivoted_qr_and_complete_orthogonal, triangular_solves,
          singular_values, symmetric_eigenvalues, general_solve, sizes_and_allocations_that_fail)
