/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Parallel products on top of the one-thread calls: the output is cut into tiles that depend on the
 * sizes alone, each computed by one call over the whole inner dimension. Where the output is small
 * and the sum long (Gram matrices, transposed products), the sum is cut into row blocks instead and
 * the blocks' results are added in order.
 */
#include "base/memory.h"
#include "base/parallel.h"
#include "matrix/linalg.h"
#include "matrix/tiles.h"

#include <string.h>

/* A product to be computed tile by tile; `single` tells float from double. */
typedef struct product {
    bool trans_a, trans_b, single;
    cf_index m, n, k;
    double alpha, beta;
    const void *A, *B;
    void *C;
    cf_index lda, ldb, ldc;
    cfi_pieces rows, cols;
} product;

static cf_index clamp(cf_index x, cf_index low, cf_index high)
{
    return x < low ? low : x > high ? high : x;
}

/*
 * Tiles near 512 x 512: large enough that packing costs little, small enough to balance. A thin
 * output gets longer tiles so that one is worth a call, a small one is cut down until 16 threads
 * have something to do.
 */
static void cut_output(product *p)
{
    enum { TILE = 512, LONGEST = 8192, LEAST = 64, WANTED = 16 };
    const cf_index worth = (cf_index)1 << 20;
    const cf_index k = clamp(p->k, 1, worth);
    cf_index tall = clamp(worth / (clamp(p->n, 1, TILE) * k), TILE, LONGEST);
    cf_index wide = clamp(worth / (clamp(p->m, 1, TILE) * k), TILE, LONGEST);
    for (;;) {
        p->rows = cfi_cut(p->m, tall);
        p->cols = cfi_cut(p->n, wide);
        if (p->rows.count * p->cols.count >= WANTED || p->rows.size * p->cols.size < 2 * worth / k)
            return;
        const bool rows = p->rows.size >= p->cols.size;
        cf_index *side = rows ? &tall : &wide;
        *side = (rows ? p->rows.size : p->cols.size) / 2;
        if (*side < LEAST)
            return;
    }
}

/* One tile of C, with the whole sum over k: no partial sums, so its bits depend on the
 * tiles alone. */
static void compute_tile(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)end;
    (void)chunk;
    (void)worker;
    const product *p = ctx;
    const cf_index r = begin / p->cols.count, c = begin % p->cols.count;
    const cf_index i = r * p->rows.size, j = c * p->cols.size;
    const cf_index m = cfi_piece_length(p->rows, r, p->m);
    const cf_index n = cfi_piece_length(p->cols, c, p->n);
    const cf_index a = p->trans_a ? i : i * p->lda, b = p->trans_b ? j * p->ldb : j;
    if (p->single)
        cfi_gemm_f32_1(p->trans_a, p->trans_b, m, n, p->k, (float)p->alpha, (const float *)p->A + a,
                       p->lda, (const float *)p->B + b, p->ldb, (float)p->beta,
                       (float *)p->C + i * p->ldc + j, p->ldc);
    else
        cfi_gemm_1(p->trans_a, p->trans_b, m, n, p->k, p->alpha, (const double *)p->A + a, p->lda,
                   (const double *)p->B + b, p->ldb, p->beta, (double *)p->C + i * p->ldc + j,
                   p->ldc);
}

/* An output without elements is no call of BLAS; with k = 0 it is, which applies beta. */
static void compute_product(cf_run *run, product *p)
{
    if (p->m <= 0 || p->n <= 0)
        return;
    cut_output(p);
    cf_parallel_for(run, p->rows.count * p->cols.count, 1, compute_tile, p);
}

void cfi_gemm(cf_run *run, bool trans_a, bool trans_b, cf_index m, cf_index n, cf_index k,
              double alpha, const double *A, cf_index lda, const double *B, cf_index ldb,
              double beta, double *C, cf_index ldc)
{
    product p = {.trans_a = trans_a, .trans_b = trans_b, .m = m, .n = n, .k = k};
    p.alpha = alpha, p.beta = beta;
    p.A = A, p.B = B, p.C = C;
    p.lda = lda, p.ldb = ldb, p.ldc = ldc;
    compute_product(run, &p);
}

void cfi_gemm_f32(cf_run *run, bool trans_a, bool trans_b, cf_index m, cf_index n, cf_index k,
                  float alpha, const float *A, cf_index lda, const float *B, cf_index ldb,
                  float beta, float *C, cf_index ldc)
{
    product p = {.trans_a = trans_a, .trans_b = trans_b, .single = true, .m = m, .n = n, .k = k};
    p.alpha = (double)alpha, p.beta = (double)beta;
    p.A = A, p.B = B, p.C = C;
    p.lda = lda, p.ldb = ldb, p.ldc = ldc;
    compute_product(run, &p);
}

/* y = alpha op(A) x + beta y, cut along y, or along the sum with partial sums. */
typedef struct vector_product {
    bool trans;
    cf_index m, n, lda;
    double alpha, beta;
    const double *A, *x;
    double *y;
    double *partials; /* (chunks, n) */
} vector_product;

/* Some entries of y = A x. */
static void multiply_rows(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const vector_product *p = ctx;
    cfi_gemv_1(false, end - begin, p->n, p->alpha, p->A + begin * p->lda, p->lda, p->x, p->beta,
               p->y + begin);
}

/* Some entries of y = A'x: a strip of columns. */
static void multiply_columns(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const vector_product *p = ctx;
    cfi_gemv_1(true, p->m, end - begin, p->alpha, p->A + begin, p->lda, p->x, p->beta,
               p->y + begin);
}

/* Some rows' share of y = A'x, beside y. */
static void add_rows(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)worker;
    const vector_product *p = ctx;
    cfi_gemv_1(true, end - begin, p->n, p->alpha, p->A + begin * p->lda, p->lda, p->x + begin, 0,
               p->partials + chunk * p->n);
}

void cfi_gemv(cf_run *run, bool trans, cf_index m, cf_index n, double alpha, const double *A,
              cf_index lda, const double *x, double beta, double *y)
{
    enum { WORTH = 1 << 15, NARROW = 256, MOST_CHUNKS = 16 };
    double small[NARROW * MOST_CHUNKS]; /* partial sums of a narrow A: this call cannot fail */
    vector_product p = {trans, m, n, lda, alpha, beta, A, x, y, small};
    const cf_index grain = WORTH / (n > 0 ? n : 1) + 1;
    if (m * n <= WORTH) {
        cfi_gemv_1(trans, m, n, alpha, A, lda, x, beta, y);
    } else if (!trans) {
        cf_parallel_for(run, m, grain, multiply_rows, &p);
    } else if (n > NARROW) {
        cf_parallel_for(run, n, 64, multiply_columns, &p);
    } else {
        const cf_index rows = clamp((m - 1) / MOST_CHUNKS + 1, grain, m);
        cf_parallel_for(run, m, rows, add_rows, &p);
        for (cf_index j = 0; j < n; j++) {
            double sum = beta == 0 ? 0 : beta * y[j];
            for (cf_index c = 0; c <= (m - 1) / rows; c++)
                sum += small[c * n + j];
            y[j] = sum;
        }
    }
}

/* A'A (order d) or AA' (order n) of A, `order` wide with `inner` terms in each sum. */
typedef struct gram {
    bool transposed;
    cf_index order, inner, lda;
    const double *A;
    double *out;
    double *partials;  /* (blocks, order, order) upper triangles */
    cfi_pieces blocks; /* of the sum */
    cfi_pieces tiles;  /* of the output */
} gram;

/* Some of the terms of the sum, into the triangle of this block. */
static void add_block(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)worker;
    const gram *g = ctx;
    double *C = g->partials + chunk * g->order * g->order;
    if (g->transposed)
        cfi_syrk_rows_1(g->order, end - begin, 1, g->A + begin, g->lda, 0, C, g->order);
    else
        cfi_syrk_1(g->order, end - begin, 1, g->A + begin * g->lda, g->lda, 0, C, g->order);
}

/* Rows of the upper triangle, added over the blocks in order. */
static void sum_blocks(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const gram *g = ctx;
    for (cf_index i = begin; i < end; i++) {
        double *out = g->out + i * g->order;
        memcpy(out + i, g->partials + i * g->order + i, (size_t)(g->order - i) * sizeof *out);
        for (cf_index b = 1; b < g->blocks.count; b++) {
            const double *partial = g->partials + (b * g->order + i) * g->order;
            for (cf_index j = i; j < g->order; j++)
                out[j] += partial[j];
        }
    }
}

/* A tile of the upper triangle, with the whole sum. */
static void compute_gram_tile(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)end;
    (void)chunk;
    (void)worker;
    const gram *g = ctx;
    cf_index i, j;
    cfi_triangle_tile(begin, &i, &j);
    const cf_index m = cfi_piece_length(g->tiles, i, g->order);
    const cf_index n = cfi_piece_length(g->tiles, j, g->order);
    const cf_index step = g->transposed ? g->lda : 1;
    const double *left = g->A + i * g->tiles.size * step;
    const double *right = g->A + j * g->tiles.size * step;
    double *C = g->out + i * g->tiles.size * g->order + j * g->tiles.size;
    if (i != j)
        cfi_gemm_1(!g->transposed, g->transposed, m, n, g->inner, 1, left, g->lda, right, g->lda, 0,
                   C, g->order);
    else if (g->transposed)
        cfi_syrk_rows_1(n, g->inner, 1, right, g->lda, 0, C, g->order);
    else
        cfi_syrk_1(n, g->inner, 1, right, g->lda, 0, C, g->order);
}

cf_status cfi_gram(cf_run *run, bool transposed, cf_index n, cf_index d, const double *A,
                   cf_index lda, double *out)
{
    /* Above SMALL the partial sums would take more memory than they are worth. */
    enum { SMALL = 512, LEAST = 256, TILE = 512, MOST_BLOCKS = 16 };
    gram g = {.transposed = transposed, .lda = lda, .A = A, .out = out};
    g.order = transposed ? n : d;
    g.inner = transposed ? d : n;
    if (g.order <= 0)
        return CF_OK;
    /* A block should do about a million multiplications. */
    const cf_index grain = clamp(((cf_index)1 << 20) / (g.order * g.order), 64, (cf_index)1 << 20);
    const cf_index block = clamp((g.inner - 1) / MOST_BLOCKS + 1, grain, g.inner);
    g.blocks = cfi_cut(g.inner, block > 0 ? block : 1);
    if (g.order > SMALL || g.blocks.count <= 1) {
        g.tiles = cfi_cut(g.order, clamp(g.order / 4, LEAST, TILE));
        cf_parallel_for(run, g.tiles.count * (g.tiles.count + 1) / 2, 1, compute_gram_tile, &g);
    } else {
        g.partials = cf_alloc(g.blocks.count * g.order * g.order, sizeof *g.partials);
        if (!g.partials)
            return cf_out_of_memory();
        cf_parallel_for(run, g.inner, g.blocks.size, add_block, &g);
        cf_parallel_for(run, g.order, 64, sum_blocks, &g);
        cf_free(g.partials);
    }
    cfi_mirror_upper(out, g.order, g.order);
    return CF_OK;
}

void cfi_mirror_upper(double *A, cf_index n, cf_index lda)
{
    enum { BLOCK = 32 }; /* both the rows read and those written stay in the first-level cache */
    for (cf_index i0 = 0; i0 < n; i0 += BLOCK)
        for (cf_index j0 = 0; j0 <= i0; j0 += BLOCK)
            for (cf_index i = i0; i < n && i < i0 + BLOCK; i++)
                for (cf_index j = j0; j < i && j < j0 + BLOCK; j++)
                    A[i * lda + j] = A[j * lda + i];
}
