/* SPDX-License-Identifier: BSD-3-Clause */
/* Our parallel products against OpenBLAS's own threads, in one run: the price of the same bits on
 * any thread count. */
#include "bench.h"
#include "matrix/linalg.h"

#include <cblas.h>
#include <lapacke.h>
#include <stdio.h>
#include <string.h>

typedef struct work {
    cf_run *run;
    cf_index n, d;
    double *A, *B, *C;
    float *F, *G, *H;
} work;

static void our_gemm(void *ctx)
{
    const work *w = ctx;
    const cf_index n = w->n;
    cfi_gemm(w->run, false, false, n, n, n, 1, w->A, n, w->B, n, 0, w->C, n);
}

static void their_gemm(void *ctx)
{
    const work *w = ctx;
    const int n = (int)w->n;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, w->A, n, w->B, n, 0, w->C,
                n);
}

static void our_gemm_f32(void *ctx)
{
    const work *w = ctx;
    const cf_index n = w->n;
    cfi_gemm_f32(w->run, false, true, n, n, n, 1, w->F, n, w->G, n, 0, w->H, n);
}

static void their_gemm_f32(void *ctx)
{
    const work *w = ctx;
    const int n = (int)w->n;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, n, n, 1, w->F, n, w->G, n, 0, w->H, n);
}

static void our_gram(void *ctx)
{
    const work *w = ctx;
    if (cfi_gram(w->run, false, w->n, w->d, w->A, w->d, w->C) != CF_OK)
        abort();
}

static void their_gram(void *ctx)
{
    const work *w = ctx;
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, (int)w->d, (int)w->n, 1, w->A, (int)w->d, 0,
                w->C, (int)w->d);
}

/* A diagonally dominant matrix in C. */
static void fill_spd(const work *w)
{
    for (cf_index i = 0; i < w->n; i++) {
        memcpy(w->C + i * w->n, w->B + i * w->n, (size_t)w->n * sizeof *w->C);
        w->C[i * w->n + i] = (double)w->n;
    }
}

static void our_cholesky(void *ctx)
{
    const work *w = ctx;
    int info;
    fill_spd(w);
    if (cfi_potrf_parallel(w->run, w->n, w->C, w->n, &info) != CF_OK || info != 0)
        abort();
}

static void their_cholesky(void *ctx)
{
    const work *w = ctx;
    fill_spd(w);
    if (LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'U', (int)w->n, w->C, (int)w->n) != 0)
        abort();
}

static void compare(const char *name, void (*ours)(void *), void (*theirs)(void *), work *w,
                    double flops)
{
    double best[2];
    bench_pair(ours, theirs, w, best);
    printf("%-28s %10.4f %10.4f %8.1f %8.2f\n", name, best[0], best[1], 1e-9 * flops / best[0],
           best[1] / best[0]);
}

int main(void)
{
    enum { N = 2000, TALL = 100000, NARROW = 100 };
    const cf_index most = (cf_index)TALL * NARROW;
    cf_run run;
    cfi_run_begin(&run, NULL);
    work w = {.run = &run, .n = N, .d = N};
    w.A = cf_alloc(most, sizeof *w.A);
    w.B = cf_alloc(N * N, sizeof *w.B);
    w.C = cf_alloc(N * N, sizeof *w.C);
    w.F = cf_alloc(N * N, sizeof *w.F);
    w.G = cf_alloc(N * N, sizeof *w.G);
    w.H = cf_alloc(N * N, sizeof *w.H);
    if (!w.A || !w.B || !w.C || !w.F || !w.G || !w.H)
        return 1;
    for (cf_index i = 0; i < most; i++)
        w.A[i] = (double)(i * 7919 % 1009) / 1009 - 0.5;
    for (cf_index i = 0; i < N * N; i++) {
        w.B[i] = (double)(i * 104729 % 2003) / 2003 - 0.5;
        w.F[i] = (float)w.A[i], w.G[i] = (float)w.B[i];
    }
    const double cube = (double)N * N * N;
    printf("%-28s %10s %10s %8s %8s   (%d threads)\n", "product", "ours s", "OpenBLAS s", "GF/s",
           "ratio", cf_run_threads(&run));
    compare("gemm 2000", our_gemm, their_gemm, &w, 2 * cube);
    compare("gemm f32 2000", our_gemm_f32, their_gemm_f32, &w, 2 * cube);
    compare("gram 2000 x 2000", our_gram, their_gram, &w, cube);
    compare("cholesky 2000", our_cholesky, their_cholesky, &w, cube / 3);
    w.n = TALL, w.d = NARROW;
    compare("gram 100000 x 100", our_gram, their_gram, &w, (double)TALL * NARROW * NARROW);
    cfi_run_end(&run);
    return 0;
}
