/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * M += Z'Z over a block of rows that lies in the cache. A tile of M, 8 x 16 with AVX-512 and 4 x 8
 * with AVX2, is kept in registers while the rows go by; both factors are read from the rows
 * themselves. Processors without fused multiply-add go through BLAS.
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

/* Bytes a tile asks for with each row: a line every other row, which the memory can follow. */
enum { AHEAD = 32 };

/* A tile of ROWS rows, two vectors wide: a and b point to its first row and column in Z. What lies
 * at `ahead` is brought into the cache meanwhile. */
#define DEFINE_TILE(name, isa, vector, lanes, mm, ROWS)                                            \
    __attribute__((target(isa))) static void name(cf_index rows, const double *a, const double *b, \
                                                  double *M, cf_index ld, const char *ahead)       \
    {                                                                                              \
        ROWS(CLEAR_##mm)                                                                           \
        for (cf_index r = 0; r < rows; r++, a += ld, b += ld, ahead += AHEAD) {                    \
            __builtin_prefetch(ahead, 0, 2);                                                       \
            const vector left = mm##_load_pd(b), right = mm##_load_pd(b + lanes);                  \
            ROWS(ADD_##mm)                                                                         \
        }                                                                                          \
        ROWS(STORE_##mm)                                                                           \
    }

#define CLEAR_ROW(i, mm, vector) vector l##i = mm##_setzero_pd(), r##i = mm##_setzero_pd();
#define ADD_ROW(i, mm, vector)                                                                     \
    {                                                                                              \
        const vector x = mm##_set1_pd(a[i]);                                                       \
        l##i = mm##_fmadd_pd(x, left, l##i);                                                       \
        r##i = mm##_fmadd_pd(x, right, r##i);                                                      \
    }
#define STORE_ROW(i, mm, lanes)                                                                    \
    mm##_storeu_pd(M + i * ld, mm##_add_pd(mm##_loadu_pd(M + i * ld), l##i));                      \
    mm##_storeu_pd(M + i * ld + lanes, mm##_add_pd(mm##_loadu_pd(M + i * ld + lanes), r##i));

#define CLEAR__mm256(i) CLEAR_ROW(i, _mm256, __m256d)
#define ADD__mm256(i) ADD_ROW(i, _mm256, __m256d)
#define STORE__mm256(i) STORE_ROW(i, _mm256, 4)
#define CLEAR__mm512(i) CLEAR_ROW(i, _mm512, __m512d)
#define ADD__mm512(i) ADD_ROW(i, _mm512, __m512d)
#define STORE__mm512(i) STORE_ROW(i, _mm512, 8)

DEFINE_TILE(add_tile_4x8, "avx2,fma", __m256d, 4, _mm256, FOUR_ROWS)
DEFINE_TILE(add_tile_8x8, "avx512f,avx512vl,fma", __m256d, 4, _mm256, EIGHT_ROWS)
DEFINE_TILE(add_tile_8x16, "avx512f,avx512vl,fma", __m512d, 8, _mm512, EIGHT_ROWS)

typedef void (*tile_fn)(cf_index rows, const double *a, const double *b, double *M, cf_index ld,
                        const char *ahead);

/* Kernels of a processor: for tiles `width` columns wide, and for a last one of 8 columns. */
typedef struct tiles {
    tile_fn add, add_last;
    cf_index height, width;
} tiles;

/* False when the processor has nothing better than BLAS. */
static bool choose_tiles(tiles *t)
{
    const bool fma = __builtin_cpu_supports("fma") != 0;
    if (fma && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl"))
        *t = (tiles){add_tile_8x16, add_tile_8x8, 8, 16};
    else if (fma && __builtin_cpu_supports("avx2"))
        *t = (tiles){add_tile_4x8, add_tile_4x8, 4, 8};
    else
        return false;
    return true;
}

void cfi_gram_add_ahead_1(cf_index rows, cf_index p, cf_index q, const double *Z, double *M,
                          const void *next, cf_index bytes)
{
    tiles t;
    if (!choose_tiles(&t)) {
        add_by_blas(rows, p, q, Z, M);
        return;
    }
    const cf_index ld = cfi_gram_stride(q), end = cfi_gram_pad(q);
    cf_index asked = 0;
    for (cf_index j = 0; j < end; j += t.width) {
        const bool last = end - j < t.width;
        const cf_index below = last ? end : j + t.width; /* rows that reach the diagonal */
        for (cf_index i = 0; i < p && i < below; i += t.height, asked += rows * AHEAD) {
            const char *ahead = asked < bytes ? (const char *)next + asked : (const char *)Z;
            (last ? t.add_last : t.add)(rows, Z + i, Z + j, M + i * ld + j, ld, ahead);
        }
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
