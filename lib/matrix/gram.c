/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * M += Z'Z over a block of rows that lies in the cache. A tile of M, 8 x 24 or 8 x 16 with AVX-512
 * (8 x 8 on the diagonal, 16 x 8 in a narrow last column) and 4 x 8 with AVX2, is kept in registers
 * while the rows go by; both factors are read from the rows themselves. Processors without fused
 * multiply-add go through BLAS.
 */
#include "matrix/gram.h"

#include "matrix/kernels.h"
#include "matrix/linalg.h"
#include "matrix/tiles.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(COFIT_NO_CLONES)
#define HAS_TILES 1
#include <immintrin.h>
#else
#define HAS_TILES 0
#endif

/* Without tiles of our own: the square part, then the columns beyond it. */
static void add_by_blas(cf_index rows, cf_index p, cf_index q, const double *Z, double *M)
{
    const cf_index ld = cfi_gram_stride(q);
    cfi_syrk_1(p, rows, 1, Z, ld, 1, M, ld);
    if (q > p)
        cfi_gemm_1(true, false, p, q - p, rows, 1, Z, ld, Z + p, ld, 1, M + p, ld);
}

#if HAS_TILES

#define FOUR_ROWS(DO) DO(0) DO(1) DO(2) DO(3)
#define EIGHT_ROWS(DO) FOUR_ROWS(DO) DO(4) DO(5) DO(6) DO(7)
#define SIXTEEN_ROWS(DO) EIGHT_ROWS(DO) DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) DO(14) DO(15)

/* Bytes a tile asks for with each row: a line every other row, which the memory can follow. */
enum { AHEAD = 32 };

/* A tile of ROWS rows: a and b point to its first row and column in Z. What lies at `ahead` is
 * brought into the cache meanwhile. WIDTH names the macros of a tile: vectors across x numbers in
 * each. */
#define DEFINE_TILE(name, isa, WIDTH, ROWS)                                                        \
    __attribute__((target(isa))) static void name(cf_index rows, const double *a, const double *b, \
                                                  double *M, cf_index ld, const char *ahead)       \
    {                                                                                              \
        ROWS(CLEAR_##WIDTH)                                                                        \
        for (cf_index r = 0; r < rows; r++, a += ld, b += ld, ahead += AHEAD) {                    \
            __builtin_prefetch(ahead, 0, 2);                                                       \
            LOAD_##WIDTH ROWS(ADD_##WIDTH)                                                         \
        }                                                                                          \
        ROWS(STORE_##WIDTH)                                                                        \
    }

#define STORE_AT(at, mm, sum) mm##_storeu_pd(at, mm##_add_pd(mm##_loadu_pd(at), sum));

#define CLEAR_2x4(i) __m256d l##i = _mm256_setzero_pd(), r##i = _mm256_setzero_pd();
#define LOAD_2x4 const __m256d left = _mm256_load_pd(b), right = _mm256_load_pd(b + 4);
#define ADD_2x4(i)                                                                                 \
    {                                                                                              \
        const __m256d x = _mm256_set1_pd(a[i]);                                                    \
        l##i = _mm256_fmadd_pd(x, left, l##i);                                                     \
        r##i = _mm256_fmadd_pd(x, right, r##i);                                                    \
    }
#define STORE_2x4(i) STORE_AT(M + i * ld, _mm256, l##i) STORE_AT(M + i * ld + 4, _mm256, r##i)

#define CLEAR_2x8(i) __m512d l##i = _mm512_setzero_pd(), r##i = _mm512_setzero_pd();
#define LOAD_2x8 const __m512d left = _mm512_load_pd(b), right = _mm512_load_pd(b + 8);
#define ADD_2x8(i)                                                                                 \
    {                                                                                              \
        const __m512d x = _mm512_set1_pd(a[i]);                                                    \
        l##i = _mm512_fmadd_pd(x, left, l##i);                                                     \
        r##i = _mm512_fmadd_pd(x, right, r##i);                                                    \
    }
#define STORE_2x8(i) STORE_AT(M + i * ld, _mm512, l##i) STORE_AT(M + i * ld + 8, _mm512, r##i)

#define CLEAR_3x8(i)                                                                               \
    __m512d l##i = _mm512_setzero_pd(), m##i = _mm512_setzero_pd(), r##i = _mm512_setzero_pd();
#define LOAD_3x8                                                                                   \
    const __m512d left = _mm512_load_pd(b), middle = _mm512_load_pd(b + 8),                        \
                  right = _mm512_load_pd(b + 16);
#define ADD_3x8(i)                                                                                 \
    {                                                                                              \
        const __m512d x = _mm512_set1_pd(a[i]);                                                    \
        l##i = _mm512_fmadd_pd(x, left, l##i);                                                     \
        m##i = _mm512_fmadd_pd(x, middle, m##i);                                                   \
        r##i = _mm512_fmadd_pd(x, right, r##i);                                                    \
    }
#define STORE_3x8(i)                                                                               \
    STORE_AT(M + i * ld, _mm512, l##i)                                                             \
    STORE_AT(M + i * ld + 8, _mm512, m##i)                                                         \
    STORE_AT(M + i * ld + 16, _mm512, r##i)

#define CLEAR_1x8(i) __m512d l##i = _mm512_setzero_pd();
#define LOAD_1x8 const __m512d left = _mm512_load_pd(b);
#define ADD_1x8(i) l##i = _mm512_fmadd_pd(_mm512_set1_pd(a[i]), left, l##i);
#define STORE_1x8(i) STORE_AT(M + i * ld, _mm512, l##i)

DEFINE_TILE(add_tile_4x8, "avx2,fma", 2x4, FOUR_ROWS)
DEFINE_TILE(add_tile_8x16, "avx512f,fma", 2x8, EIGHT_ROWS)
DEFINE_TILE(add_tile_8x24, "avx512f,fma", 3x8, EIGHT_ROWS)
DEFINE_TILE(add_tile_8x8, "avx512f,fma", 1x8, EIGHT_ROWS)
DEFINE_TILE(add_tile_16x8, "avx512f,fma", 1x8, SIXTEEN_ROWS)

typedef void (*tile_fn)(cf_index rows, const double *a, const double *b, double *M, cf_index ld,
                        const char *ahead);

/* Z is read from `rows` rows, M written; `next`, `bytes` long, is what lies ahead. */
typedef struct product {
    cf_index rows, ld;
    const double *Z;
    double *M;
    const char *next;
    cf_index bytes, asked; /* asked: of `bytes`, so far */
} product;

static void add_tile(product *g, tile_fn add, cf_index i, cf_index j)
{
    const char *ahead = g->asked < g->bytes ? g->next + g->asked : (const char *)g->Z;
    add(g->rows, g->Z + i, g->Z + j, g->M + i * g->ld + j, g->ld, ahead);
    g->asked += g->rows * AHEAD;
}

/* Columns [j, end) of the upper triangle, one to three vectors of them, down to row p. */
static void add_columns_512(product *g, cf_index p, cf_index j, cf_index end)
{
    const tile_fn wide[] = {add_tile_8x8, add_tile_8x16, add_tile_8x24};
    cf_index i = 0;
    for (; end - j == 8 && i + 8 <= j && i + 8 < p; i += 16)
        add_tile(g, add_tile_16x8, i, j);
    for (; i < end && i < p; i += 8) {
        const cf_index from = i > j ? i : j;
        add_tile(g, wide[(end - from) / 8 - 1], i, from);
    }
}

/* Tiles of four rows down to row p, eight columns wide. */
static void add_columns_256(product *g, cf_index p, cf_index j, cf_index end)
{
    for (cf_index i = 0; i < p && i < end; i += 4)
        add_tile(g, add_tile_4x8, i, j);
}

void cfi_gram_add_ahead_1(cf_index rows, cf_index p, cf_index q, const double *Z, double *M,
                          const void *next, cf_index bytes)
{
    const bool fma = __builtin_cpu_supports("fma") != 0;
    const bool wide = fma && __builtin_cpu_supports("avx512f");
    if (!wide && !(fma && __builtin_cpu_supports("avx2"))) {
        add_by_blas(rows, p, q, Z, M);
        return;
    }
    product g = {rows, cfi_gram_stride(q), Z, M, next, bytes, 0};
    const cf_index end = cfi_gram_pad(q), lines = end / 8;
    /* Three vectors at a time, the rest first, where columns are short; but no single one. */
    cf_index width = !wide ? 8 : lines % 3 == 0 || lines == 1 ? 24 : 16;
    for (cf_index j = 0; j < end; j += width) {
        if (wide && j > 0 && (end - j) % 24 == 0)
            width = 24;
        (wide ? add_columns_512 : add_columns_256)(&g, p, j, end - j < width ? end : j + width);
    }
}

#else

void cfi_gram_add_ahead_1(cf_index rows, cf_index p, cf_index q, const double *Z, double *M,
                          const void *next, cf_index bytes)
{
    (void)next;
    (void)bytes;
    add_by_blas(rows, p, q, Z, M);
}

#endif

void cfi_gram_add_1(cf_index rows, cf_index p, cf_index q, const double *Z, double *M)
{
    cfi_gram_add_ahead_1(rows, p, q, Z, M, NULL, 0);
}

/* ---- large matrices of sums ---- */

/* What the tasks of cfi_gram_add share. */
typedef struct tiled {
    const cfi_gram_panel *panel;
    cfi_pieces tiles;
} tiled;

/* Tile t of the upper triangle; tiles wholly below row p were left out by the caller. */
static void add_panel_tile(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)end;
    (void)chunk;
    (void)worker;
    const tiled *t = ctx;
    const cfi_gram_panel *g = t->panel;
    cf_index i, j;
    cfi_triangle_tile(begin, &i, &j);
    const cf_index top = i * t->tiles.size, left = j * t->tiles.size;
    if (top >= g->p)
        return;
    cf_index m = cfi_piece_length(t->tiles, i, g->q);
    const cf_index n = cfi_piece_length(t->tiles, j, g->q);
    if (m > g->p - top)
        m = g->p - top;
    const cf_index step = g->by_columns ? 1 : g->ldz;
    const double *a = g->Z + top * step, *b = g->Z + left * step;
    double *M = g->M + top * g->ldm + left;
    if (i != j || m != n)
        cfi_gemm_1(g->by_columns, !g->by_columns, m, n, g->inner, 1, a, g->ldz, b, g->ldz, 1, M,
                   g->ldm);
    else if (g->by_columns)
        cfi_syrk_1(n, g->inner, 1, a, g->ldz, 1, M, g->ldm);
    else
        cfi_syrk_rows_1(n, g->inner, 1, a, g->ldz, 1, M, g->ldm);
}

void cfi_gram_add(cf_run *run, const cfi_gram_panel *panel)
{
    enum { TILE = 320 };
    tiled t = {panel, cfi_cut(panel->q, TILE)};
    cf_parallel_for(run, t.tiles.count * (t.tiles.count + 1) / 2, 1, add_panel_tile, &t);
}
