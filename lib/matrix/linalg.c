/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The gate to CBLAS and LAPACKE. OpenBLAS takes its thread count from this thread's OpenMP setting,
 * so a call is made serial by setting that to 1 around it (some nanoseconds). Products whose sizes
 * or leading dimensions pass a BLAS int are cut: a stored row whose stride does not fit is handed
 * over alone, where the stride no longer matters. The LAPACKE `_work` forms are used: the plain
 * ones scan for NaN and allocate with malloc.
 */
#include "matrix/linalg.h"

#include "base/parallel.h"
#include "matrix/tiles.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>

/* Largest size handed over at once. */
static const cf_index most = (cf_index)1 << 30;

/* The setting is this thread's own, so other threads are not disturbed; it is put back, as it is
 * the caller's. */
#define ON_ONE_THREAD(statement)                                                                   \
    do {                                                                                           \
        const int threads_ = cfi_omp_get();                                                        \
        cfi_omp_set(1);                                                                            \
        statement;                                                                                 \
        cfi_omp_set(threads_);                                                                     \
    } while (0)

static cf_index least(cf_index a, cf_index b)
{
    return a < b ? a : b;
}

/* A leading dimension as BLAS wants it: in range and, though it is not used then, at least `cols`
 * when there is a single row. */
static int leading_of(cf_index ld, cf_index cols)
{
    const cf_index enough = cols > 1 ? cols : 1;
    return (int)least(ld > enough ? ld : enough, most);
}

/* Of a column-major LAPACK matrix; sizes were checked. */
static int leading(cf_index ld)
{
    return leading_of(ld, 1);
}

/* How far a product goes at once in m, n and k. */
typedef struct steps {
    cf_index m, n, k;
} steps;

/* A leading dimension too large for BLAS: the index that it steps is taken one at a time. */
static steps cut_product(bool trans_a, bool trans_b, cf_index lda, cf_index ldb, cf_index ldc)
{
    steps s = {most, most, most};
    if (lda > most)
        *(trans_a ? &s.k : &s.m) = 1;
    if (ldb > most)
        *(trans_b ? &s.n : &s.k) = 1;
    if (ldc > most)
        s.m = 1;
    return s;
}

/* beta belongs to the first part of a sum only; with k = 0 there is one part, empty, that applies
 * it. */
void cfi_gemm_1(bool trans_a, bool trans_b, cf_index m, cf_index n, cf_index k, double alpha,
                const double *A, cf_index lda, const double *B, cf_index ldb, double beta,
                double *C, cf_index ldc)
{
    const steps s = cut_product(trans_a, trans_b, lda, ldb, ldc);
    const CBLAS_TRANSPOSE ta = trans_a ? CblasTrans : CblasNoTrans;
    const CBLAS_TRANSPOSE tb = trans_b ? CblasTrans : CblasNoTrans;
    for (cf_index i = 0; i < m; i += s.m) {
        for (cf_index j = 0; j < n; j += s.n) {
            cf_index l = 0;
            do {
                const double *a = A + (trans_a ? l * lda + i : i * lda + l);
                const double *b = B + (trans_b ? j * ldb + l : l * ldb + j);
                ON_ONE_THREAD(cblas_dgemm(CblasRowMajor, ta, tb, (int)least(s.m, m - i),
                                          (int)least(s.n, n - j), (int)least(s.k, k - l), alpha, a,
                                          leading_of(lda, trans_a ? m : k), b,
                                          leading_of(ldb, trans_b ? k : n), l == 0 ? beta : 1.0,
                                          C + i * ldc + j, leading_of(ldc, n)));
                l += s.k;
            } while (l < k);
        }
    }
}

void cfi_gemm_f32_1(bool trans_a, bool trans_b, cf_index m, cf_index n, cf_index k, float alpha,
                    const float *A, cf_index lda, const float *B, cf_index ldb, float beta,
                    float *C, cf_index ldc)
{
    const steps s = cut_product(trans_a, trans_b, lda, ldb, ldc);
    const CBLAS_TRANSPOSE ta = trans_a ? CblasTrans : CblasNoTrans;
    const CBLAS_TRANSPOSE tb = trans_b ? CblasTrans : CblasNoTrans;
    for (cf_index i = 0; i < m; i += s.m) {
        for (cf_index j = 0; j < n; j += s.n) {
            cf_index l = 0;
            do {
                const float *a = A + (trans_a ? l * lda + i : i * lda + l);
                const float *b = B + (trans_b ? j * ldb + l : l * ldb + j);
                ON_ONE_THREAD(cblas_sgemm(CblasRowMajor, ta, tb, (int)least(s.m, m - i),
                                          (int)least(s.n, n - j), (int)least(s.k, k - l), alpha, a,
                                          leading_of(lda, trans_a ? m : k), b,
                                          leading_of(ldb, trans_b ? k : n), l == 0 ? beta : 1.0F,
                                          C + i * ldc + j, leading_of(ldc, n)));
                l += s.k;
            } while (l < k);
        }
    }
}

void cfi_gemv_1(bool trans, cf_index m, cf_index n, double alpha, const double *A, cf_index lda,
                const double *x, double beta, double *y)
{
    const cf_index step_m = lda > most ? 1 : most;
    const cf_index inner = trans ? m : n;
    /* BLAS returns at once when a dimension is 0, before it looks at beta. */
    for (cf_index i = 0; inner == 0 && i < (trans ? n : m); i++)
        y[i] = beta == 0 ? 0 : beta * y[i];
    for (cf_index i = 0; i < m; i += step_m) {
        for (cf_index j = 0; j < n; j += most) {
            const bool first = trans ? i == 0 : j == 0;
            ON_ONE_THREAD(cblas_dgemv(CblasRowMajor, trans ? CblasTrans : CblasNoTrans,
                                      (int)least(step_m, m - i), (int)least(most, n - j), alpha,
                                      A + i * lda + j, leading_of(lda, n), x + (trans ? i : j), 1,
                                      first ? beta : 1.0, y + (trans ? j : i), 1));
        }
    }
}

/* Row-major 'upper' and A' A: BLAS is told so and turns it round itself. n is not cut. */
void cfi_syrk_1(cf_index n, cf_index k, double alpha, const double *A, cf_index lda, double beta,
                double *C, cf_index ldc)
{
    const cf_index step = lda > most ? 1 : most;
    cf_index l = 0;
    do {
        ON_ONE_THREAD(cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, (int)least(n, most),
                                  (int)least(step, k - l), alpha, A + l * lda, leading_of(lda, n),
                                  l == 0 ? beta : 1.0, C, leading_of(ldc, n)));
        l += step;
    } while (l < k);
}

void cfi_syrk_rows_1(cf_index n, cf_index k, double alpha, const double *A, cf_index lda,
                     double beta, double *C, cf_index ldc)
{
    cf_index l = 0;
    do {
        ON_ONE_THREAD(cblas_dsyrk(CblasRowMajor, CblasUpper, CblasNoTrans, (int)least(n, most),
                                  (int)least(most, k - l), alpha, A + l, leading_of(lda, k),
                                  l == 0 ? beta : 1.0, C, leading_of(ldc, n)));
        l += most;
    } while (l < k);
}

/* The plain root where the square is far from both ends of the range, which is faster
 * than dnrm2. */
double cfi_norm_1(cf_index n, const double *x)
{
    const double tiny = 0x1p-960, huge = 0x1p960;
    const double square = cfi_dot_1(n, x, x);
    if (square > tiny && square < huge)
        return sqrt(square);
    /* The square left the range: dnrm2 scales as it goes. */
    double norm = 0;
    for (cf_index i = 0; i < n; i += most) {
        double part;
        ON_ONE_THREAD(part = cblas_dnrm2((int)least(most, n - i), x + i, 1));
        norm = i == 0 ? part : hypot(norm, part);
    }
    return norm;
}

/* ---- LAPACK ---- */

/* CF_ERR_LIMIT for what a LAPACK int cannot hold. */
static cf_status check_sizes(cf_index a, cf_index b, cf_index c)
{
    const cf_index largest = a > b ? (a > c ? a : c) : (b > c ? b : c);
    return largest <= INT32_MAX
               ? CF_OK
               : cf_fail(CF_ERR_LIMIT, "a matrix dimension of %lld exceeds LAPACK's limit of %lld",
                         (long long)largest, (long long)INT32_MAX);
}

/* Only our own mistakes give a negative info. */
static cf_status check_info(const char *routine, lapack_int info)
{
    return info >= 0 ? CF_OK
                     : cf_fail(CF_ERR_INTERNAL, "%s refused its argument %d", routine, (int)-info);
}

/* Workspace of the length a query put into `answer`; the caller frees *work. A query is the call
 * itself with a length of -1. */
static cf_status make_work(double answer, double **work, lapack_int *length)
{
    if (!(answer <= INT32_MAX))
        return cf_fail(CF_ERR_LIMIT, "LAPACK's workspace of %.17g numbers is too large", answer);
    *length = answer < 1 ? 1 : (lapack_int)answer;
    return CF_ALLOC(*work, *length);
}

cf_status cfi_potrf(cf_index n, double *A, cf_index lda, int *info)
{
    *info = 0;
    CF_TRY(check_sizes(n, lda, 0));
    lapack_int result;
    ON_ONE_THREAD(result = LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'U', (int)n, A, leading(lda)));
    *info = result;
    return check_info("dpotrf", result);
}

/* The trailing part of a Cholesky step: panel U(k, rest) below it A(rest, rest). */
typedef struct trailing {
    cf_index order, width; /* of the rest; rows of the panel */
    cf_index lda;
    const double *corner; /* (width, width) factor above the panel's left end */
    double *panel;        /* (width, order) */
    double *rest;         /* (order, order) */
    cfi_pieces tiles;
} trailing;

/* Some columns of the panel: U(k, rest) = U(k, k)^-T A(k, rest). */
static void solve_panel(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const trailing *t = ctx;
    cfi_trsm(true, t->width, end - begin, t->corner, t->lda, t->panel + begin * t->lda, t->lda);
}

/* A tile of A(rest, rest) -= U(k, rest)' U(k, rest), on and above the diagonal. */
static void update_tile(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)end;
    (void)chunk;
    (void)worker;
    const trailing *t = ctx;
    cf_index i, j;
    cfi_triangle_tile(begin, &i, &j);
    const int rows = (int)cfi_piece_length(t->tiles, i, t->order);
    const int cols = (int)cfi_piece_length(t->tiles, j, t->order);
    const int ld = (int)t->lda, width = (int)t->width;
    const double *left = t->panel + i * t->tiles.size * t->lda;
    const double *right = t->panel + j * t->tiles.size * t->lda;
    double *C = t->rest + j * t->tiles.size * t->lda + i * t->tiles.size;
    if (i == j)
        ON_ONE_THREAD(cblas_dsyrk(CblasColMajor, CblasUpper, CblasTrans, cols, width, -1.0, right,
                                  ld, 1.0, C, ld));
    else
        ON_ONE_THREAD(cblas_dgemm(CblasColMajor, CblasTrans, CblasNoTrans, rows, cols, width, -1.0,
                                  left, ld, right, ld, 1.0, C, ld));
}

cf_status cfi_potrf_parallel(cf_run *run, cf_index n, double *A, cf_index lda, int *info)
{
    enum { WIDTH = 192, TILE = 384 };
    *info = 0;
    CF_TRY(check_sizes(n, lda, 0));
    for (cf_index k = 0; k < n; k += WIDTH) {
        const cf_index width = least(WIDTH, n - k), order = n - k - width;
        double *corner = A + k * lda + k;
        CF_TRY(cfi_potrf(width, corner, lda, info));
        /* The minor counts from the corner of this step. */
        if (*info > 0) {
            *info += (int)k;
            return CF_OK;
        }
        trailing t = {.order = order, .width = width, .lda = lda, .corner = corner};
        t.panel = corner + width * lda;
        t.rest = t.panel + width;
        t.tiles = cfi_cut(order, TILE);
        cf_parallel_for(run, order, 128, solve_panel, &t);
        cf_parallel_for(run, t.tiles.count * (t.tiles.count + 1) / 2, 1, update_tile, &t);
    }
    return CF_OK;
}

cf_status cfi_potrs(cf_index n, cf_index nrhs, const double *A, cf_index lda, double *B,
                    cf_index ldb)
{
    CF_TRY(check_sizes(n, nrhs, lda > ldb ? lda : ldb));
    lapack_int result;
    ON_ONE_THREAD(result = LAPACKE_dpotrs_work(LAPACK_COL_MAJOR, 'U', (int)n, (int)nrhs, A,
                                               leading(lda), B, leading(ldb)));
    return check_info("dpotrs", result);
}

cf_status cfi_pocon(cf_index n, const double *A, cf_index lda, double norm, double *rcond)
{
    cf_status status = CF_OK;
    double *work = NULL;
    lapack_int *iwork = NULL, result;
    CF_GO(check_sizes(n, lda, 0));
    CF_GO(CF_ALLOC(work, 3 * n));
    CF_GO(CF_ALLOC(iwork, n));
    ON_ONE_THREAD(result = LAPACKE_dpocon_work(LAPACK_COL_MAJOR, 'U', (int)n, A, leading(lda), norm,
                                               rcond, work, iwork));
    CF_GO(check_info("dpocon", result));
cleanup:
    cf_free(work);
    cf_free(iwork);
    return status;
}

cf_status cfi_geqrf(cf_index m, cf_index n, double *A, cf_index lda, double *tau)
{
    cf_status status = CF_OK;
    double *work = NULL, answer = 1;
    lapack_int length = 1, result;
    CF_GO(check_sizes(m, n, lda));
    ON_ONE_THREAD(result = LAPACKE_dgeqrf_work(LAPACK_COL_MAJOR, (int)m, (int)n, A, leading(lda),
                                               tau, &answer, -1));
    CF_GO(check_info("dgeqrf", result));
    CF_GO(make_work(answer, &work, &length));
    ON_ONE_THREAD(result = LAPACKE_dgeqrf_work(LAPACK_COL_MAJOR, (int)m, (int)n, A, leading(lda),
                                               tau, work, length));
    CF_GO(check_info("dgeqrf", result));
cleanup:
    cf_free(work);
    return status;
}

cf_status cfi_geqp3(cf_index m, cf_index n, double *A, cf_index lda, int *pivots, double *tau)
{
    cf_status status = CF_OK;
    double *work = NULL, answer = 1;
    lapack_int length = 1, result;
    CF_GO(check_sizes(m, n, lda));
    for (cf_index j = 0; j < n; j++)
        /* 0 = the column may be moved. */
        pivots[j] = 0;
    ON_ONE_THREAD(result = LAPACKE_dgeqp3_work(LAPACK_COL_MAJOR, (int)m, (int)n, A, leading(lda),
                                               pivots, tau, &answer, -1));
    CF_GO(check_info("dgeqp3", result));
    CF_GO(make_work(answer, &work, &length));
    ON_ONE_THREAD(result = LAPACKE_dgeqp3_work(LAPACK_COL_MAJOR, (int)m, (int)n, A, leading(lda),
                                               pivots, tau, work, length));
    CF_GO(check_info("dgeqp3", result));
    for (cf_index j = 0; j < n; j++)
        /* LAPACK counts from 1. */
        pivots[j]--;
cleanup:
    cf_free(work);
    return status;
}

cf_status cfi_ormqr(bool left, bool trans, cf_index m, cf_index n, cf_index k, const double *A,
                    cf_index lda, const double *tau, double *C, cf_index ldc)
{
    cf_status status = CF_OK;
    const char side = left ? 'L' : 'R', op = trans ? 'T' : 'N';
    double *work = NULL, answer = 1;
    lapack_int length = 1, result;
    CF_GO(check_sizes(m, n, lda > ldc ? lda : ldc));
    ON_ONE_THREAD(result = LAPACKE_dormqr_work(LAPACK_COL_MAJOR, side, op, (int)m, (int)n, (int)k,
                                               A, leading(lda), tau, C, leading(ldc), &answer, -1));
    CF_GO(check_info("dormqr", result));
    CF_GO(make_work(answer, &work, &length));
    ON_ONE_THREAD(result =
                      LAPACKE_dormqr_work(LAPACK_COL_MAJOR, side, op, (int)m, (int)n, (int)k, A,
                                          leading(lda), tau, C, leading(ldc), work, length));
    CF_GO(check_info("dormqr", result));
cleanup:
    cf_free(work);
    return status;
}

cf_status cfi_tzrzf(cf_index m, cf_index n, double *A, cf_index lda, double *tau)
{
    cf_status status = CF_OK;
    double *work = NULL, answer = 1;
    lapack_int length = 1, result;
    CF_GO(check_sizes(m, n, lda));
    ON_ONE_THREAD(result = LAPACKE_dtzrzf_work(LAPACK_COL_MAJOR, (int)m, (int)n, A, leading(lda),
                                               tau, &answer, -1));
    CF_GO(check_info("dtzrzf", result));
    CF_GO(make_work(answer, &work, &length));
    ON_ONE_THREAD(result = LAPACKE_dtzrzf_work(LAPACK_COL_MAJOR, (int)m, (int)n, A, leading(lda),
                                               tau, work, length));
    CF_GO(check_info("dtzrzf", result));
cleanup:
    cf_free(work);
    return status;
}

cf_status cfi_ormrz(bool trans, cf_index m, cf_index n, cf_index k, cf_index l, const double *A,
                    cf_index lda, const double *tau, double *C, cf_index ldc)
{
    cf_status status = CF_OK;
    const char op = trans ? 'T' : 'N';
    double *work = NULL, answer = 1;
    lapack_int length = 1, result;
    CF_GO(check_sizes(m, n, lda > ldc ? lda : ldc));
    ON_ONE_THREAD(result =
                      LAPACKE_dormrz_work(LAPACK_COL_MAJOR, 'L', op, (int)m, (int)n, (int)k, (int)l,
                                          A, leading(lda), tau, C, leading(ldc), &answer, -1));
    CF_GO(check_info("dormrz", result));
    CF_GO(make_work(answer, &work, &length));
    ON_ONE_THREAD(result =
                      LAPACKE_dormrz_work(LAPACK_COL_MAJOR, 'L', op, (int)m, (int)n, (int)k, (int)l,
                                          A, leading(lda), tau, C, leading(ldc), work, length));
    CF_GO(check_info("dormrz", result));
cleanup:
    cf_free(work);
    return status;
}

/* The right-hand sides are independent: they are cut, n never is. */
void cfi_trsm(bool trans, cf_index n, cf_index nrhs, const double *T, cf_index ldt, double *B,
              cf_index ldb)
{
    for (cf_index j = 0; j < nrhs; j += most)
        ON_ONE_THREAD(cblas_dtrsm(
            CblasColMajor, CblasLeft, CblasUpper, trans ? CblasTrans : CblasNoTrans, CblasNonUnit,
            (int)n, (int)least(most, nrhs - j), 1.0, T, leading(ldt), B + j * ldb, leading(ldb)));
}

cf_status cfi_gesdd(cf_index m, cf_index n, double *A, cf_index lda, double *s, double *U,
                    cf_index ldu, double *Vt, cf_index ldvt, int *info)
{
    cf_status status = CF_OK;
    const char job = U ? 'S' : 'N';
    double *work = NULL, answer = 1, unused = 0;
    lapack_int *iwork = NULL, length = 1, result;
    /* LAPACK wants an address even for what it does not write. */
    double *left = U ? U : &unused, *right = Vt ? Vt : &unused;
    *info = 0;
    CF_GO(check_sizes(m, n, lda > ldu ? lda : ldu));
    CF_GO(CF_ALLOC(iwork, 8 * least(m, n)));
    ON_ONE_THREAD(result = LAPACKE_dgesdd_work(LAPACK_COL_MAJOR, job, (int)m, (int)n, A,
                                               leading(lda), s, left, leading(ldu), right,
                                               leading(ldvt), &answer, -1, iwork));
    CF_GO(check_info("dgesdd", result));
    CF_GO(make_work(answer, &work, &length));
    ON_ONE_THREAD(result = LAPACKE_dgesdd_work(LAPACK_COL_MAJOR, job, (int)m, (int)n, A,
                                               leading(lda), s, left, leading(ldu), right,
                                               leading(ldvt), work, length, iwork));
    /* -5: A holds NaN, which is the data's doing: it counts as not converged. */
    *info = result == -5 ? 1 : result;
    CF_GO(check_info("dgesdd", *info));
cleanup:
    cf_free(work);
    cf_free(iwork);
    return status;
}

cf_status cfi_syevd(cf_index n, double *A, cf_index lda, double *w, int *info)
{
    cf_status status = CF_OK;
    double *work = NULL, answer = 1;
    lapack_int *iwork = NULL, length = 1, whole = 1, result;
    *info = 0;
    CF_GO(check_sizes(n, lda, 0));
    ON_ONE_THREAD(result = LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, 'V', 'U', (int)n, A, leading(lda),
                                               w, &answer, -1, &whole, -1));
    CF_GO(check_info("dsyevd", result));
    CF_GO(make_work(answer, &work, &length));
    CF_GO(CF_ALLOC(iwork, whole));
    ON_ONE_THREAD(result = LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, 'V', 'U', (int)n, A, leading(lda),
                                               w, work, length, iwork, whole));
    *info = result;
    CF_GO(check_info("dsyevd", result));
cleanup:
    cf_free(work);
    cf_free(iwork);
    return status;
}

cf_status cfi_gesv(cf_index n, cf_index nrhs, double *A, cf_index lda, double *B, cf_index ldb,
                   int *info)
{
    cf_status status = CF_OK;
    lapack_int *pivots = NULL, result;
    *info = 0;
    CF_GO(check_sizes(n, nrhs, lda > ldb ? lda : ldb));
    CF_GO(CF_ALLOC(pivots, n));
    ON_ONE_THREAD(result = LAPACKE_dgesv_work(LAPACK_COL_MAJOR, (int)n, (int)nrhs, A, leading(lda),
                                              pivots, B, leading(ldb)));
    *info = result;
    CF_GO(check_info("dgesv", result));
cleanup:
    cf_free(pivots);
    return status;
}
