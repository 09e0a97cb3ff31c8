/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A chunk of columns adds the rows of K that the cache has, then computes the others in tiles that
 * stay in the second-level cache, adds them and leaves a copy in the cache where there is room. Of
 * a linear kernel no row is needed: K delta = X (X'delta).
 *
 * Touching fresh memory takes longer than computing what goes there when points are short
 * (measured: with 20 columns, 0.105 s with every row kept and 0.065 s with none), so such a row is
 * kept only when it is needed again and again. It also keeps the memory far under cache_size.
 */
#include "algorithms/svm/smo_gradient.h"

#include "matrix/kernels.h"
#include "matrix/linalg.h"
#include "matrix/matrix.h"

#include <string.h>

/* Points with as many stored entries make kernel rows dearer than the memory to keep them in. */
enum { CHUNK = CFI_GRADIENT_CHUNK, TILE_ROWS = 64, DEAR = 128 };

/* How often a cheap row is computed before it is kept. */
enum { USES = 5 };

static bool is_linear(const cfi_gradient *g)
{
    return g->form.kernel.type == CFI_KERNEL_LINEAR;
}

cf_status cfi_gradient_new(cfi_gradient *g, const cfi_smo_problem *problem, bool f32, cf_index most,
                           cf_run *run)
{
    const cf_index n = problem->n, threads = cf_run_threads(run);
    *g = (cfi_gradient){.problem = problem, .active = n, .most = most};
    CF_TRY(cfi_point_form_new(&g->form, problem->kernel, f32, problem->X, problem->rows, n));
    CF_TRY(CF_ALLOC(g->order, n));
    for (cf_index i = 0; i < n; i++)
        g->order[i] = i;
    CF_TRY(CF_ALLOC_ZERO(g->f, n));
    CF_TRY(CF_ALLOC(g->rows, most));
    CF_TRY(CF_ALLOC(g->delta, most));
    CF_TRY(CF_ALLOC(g->memory, most));
    g->scratch_size = cfi_kernel_scratch(&g->form);
    CF_TRY(CF_ALLOC_ZERO(g->scratch, threads * (cf_index)g->scratch_size));
    if (is_linear(g))
        return CF_ALLOC(g->direction, problem->X->cols);
    CF_TRY(CF_ALLOC(g->tiles, threads * TILE_ROWS * CHUNK));
    CF_TRY(cfi_points_fill(&g->points, &g->form, problem->X, problem->rows, 0, n));
    CF_TRY(CF_ALLOC_ZERO(g->uses, n));
    const cf_index stored = g->form.sparse ? g->points.offsets[n] / n : g->form.width;
    g->uses_before_caching =
        stored < DEAR || problem->kernel->type == CFI_KERNEL_PRECOMPUTED ? USES : 0;
    return cfi_kernel_cache_new(&g->cache, n, n, f32 ? sizeof(float) : sizeof(double),
                                problem->cache_bytes);
}

void cfi_gradient_clear(cfi_gradient *g)
{
    cfi_point_form_clear(&g->form);
    cf_free(g->order);
    cf_free(g->uses);
    cf_free(g->f);
    cfi_points_clear(&g->points);
    cfi_kernel_cache_clear(&g->cache);
    cfi_points_clear(&g->changed);
    cf_free(g->rows);
    cf_free(g->delta);
    cf_free(g->memory);
    cf_free(g->direction);
    cf_free(g->scratch);
    cf_free(g->tiles);
    *g = (cfi_gradient){0};
}

/* ---- sums of rows ---- */

CF_CLONES static void add_four_f32(cf_index n, const double *c, const float *restrict a,
                                   const float *restrict b, const float *restrict d,
                                   const float *restrict e, double *restrict f)
{
    const double c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3];
    for (cf_index j = 0; j < n; j++)
        f[j] += (c0 * (double)a[j] + c1 * (double)b[j]) + (c2 * (double)d[j] + c3 * (double)e[j]);
}

CF_CLONES static void add_four_f64(cf_index n, const double *c, const double *restrict a,
                                   const double *restrict b, const double *restrict d,
                                   const double *restrict e, double *restrict f)
{
    const double c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3];
    for (cf_index j = 0; j < n; j++)
        f[j] += (c0 * a[j] + c1 * b[j]) + (c2 * d[j] + c3 * e[j]);
}

/* f += sum of `count` rows times c; `row` gives their memory, `at` the first column. */
static void add_rows(bool f32, cf_index n, cf_index count, const double *c, void *const *row,
                     cf_index at, double *f)
{
    for (cf_index r = 0; r < count; r += 4) {
        double factor[4] = {0};
        const void *memory[4];
        for (cf_index k = 0; k < 4; k++) {
            factor[k] = r + k < count ? c[r + k] : 0;
            memory[k] = row[r + k < count ? r + k : r];
        }
        if (f32)
            add_four_f32(n, factor, (const float *)memory[0] + at, (const float *)memory[1] + at,
                         (const float *)memory[2] + at, (const float *)memory[3] + at, f);
        else
            add_four_f64(n, factor, (const double *)memory[0] + at, (const double *)memory[1] + at,
                         (const double *)memory[2] + at, (const double *)memory[3] + at, f);
    }
}

/* ---- one update ---- */

/* The order of additions is fixed: rows of the cache, then the others, four at a time. */
static void add_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    cfi_gradient *g = ctx;
    const bool f32 = g->form.f32;
    const size_t size = f32 ? sizeof(float) : sizeof(double);
    const cf_index n = end - begin;
    char *tile = (char *)(g->tiles + (cf_index)worker * TILE_ROWS * CHUNK);
    void *scratch = g->scratch + (size_t)worker * g->scratch_size;
    double *f = g->f + begin;
    add_rows(f32, n, g->n_there, g->delta, g->memory, begin, f);
    for (cf_index r = g->n_there; r < g->n_changed; r += TILE_ROWS) {
        const cf_index count = g->n_changed - r < TILE_ROWS ? g->n_changed - r : TILE_ROWS;
        cfi_kernel_block(&g->changed, r - g->n_there, r - g->n_there + count, &g->points, begin,
                         end, tile, n, scratch);
        void *row[TILE_ROWS];
        for (cf_index k = 0; k < count; k++) {
            row[k] = tile + (size_t)(k * n) * size;
            if (g->memory[r + k])
                memcpy((char *)g->memory[r + k] + (size_t)begin * size, row[k], (size_t)n * size);
        }
        add_rows(f32, n, count, g->delta + r, row, 0, f);
    }
    if (g->watch)
        g->watch(g->watch_ctx, begin, end, chunk, worker);
}

/* f += X direction: dense or compressed rows. */
static void add_linear_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    cfi_gradient *g = ctx;
    const cf_matrix *X = g->problem->X;
    for (cf_index i = begin; i < end; i++) {
        const cf_index r = g->problem->rows[g->order[i]];
        double sum = 0;
        if (X->storage == CF_CSR && X->dtype == CF_F32)
            for (cf_index e = X->offsets[r]; e < X->offsets[r + 1]; e++)
                sum += (double)((const float *)X->values)[e] * g->direction[X->indices[e]];
        else if (X->storage == CF_CSR)
            for (cf_index e = X->offsets[r]; e < X->offsets[r + 1]; e++)
                sum += ((const double *)X->values)[e] * g->direction[X->indices[e]];
        else if (X->dtype == CF_F32)
            for (cf_index j = 0; j < X->cols; j++)
                sum += (double)cfi_row_f32(X, r)[j] * g->direction[j];
        else
            sum = cfi_dot_1(X->cols, cfi_row_f64(X, r), g->direction);
        g->f[i] += sum;
    }
    if (g->watch)
        g->watch(g->watch_ctx, begin, end, chunk, worker);
}

static void add_linear(cfi_gradient *g, cf_run *run, const cf_index *samples, const double *delta,
                       cf_index count)
{
    const cf_matrix *X = g->problem->X;
    memset(g->direction, 0, (size_t)X->cols * sizeof *g->direction);
    for (cf_index k = 0; k < count; k++) {
        const cf_index r = g->problem->rows[samples[k]];
        if (X->storage == CF_CSR)
            for (cf_index e = X->offsets[r]; e < X->offsets[r + 1]; e++)
                g->direction[X->indices[e]] +=
                    delta[k] * (X->dtype == CF_F32 ? (double)((const float *)X->values)[e]
                                                   : ((const double *)X->values)[e]);
        else if (X->dtype == CF_F32)
            for (cf_index j = 0; j < X->cols; j++)
                g->direction[j] += delta[k] * (double)cfi_row_f32(X, r)[j];
        else
            cfi_axpy_1(X->cols, delta[k], cfi_row_f64(X, r), g->direction);
    }
    cf_parallel_for(run, g->active, CHUNK, add_linear_chunk, g);
}

/*
 * Rows found first cannot be replaced by those claimed after: both are of this round.
 * Puts samples whose rows the cache has first, gives the others memory, and loads their points.
 */
static cf_status prepare_changed(cfi_gradient *g, const cf_index *samples, const double *delta,
                                 cf_index count)
{
    g->round++;
    g->n_there = 0;
    for (cf_index k = 0; k < count; k++) {
        void *memory = cfi_kernel_cache_find(&g->cache, samples[k], g->round);
        if (!memory)
            continue;
        g->memory[g->n_there] = memory;
        g->delta[g->n_there] = delta[k];
        g->rows[g->n_there++] = g->problem->rows[samples[k]];
    }
    g->n_changed = g->n_there;
    for (cf_index k = 0; k < count; k++) {
        /* A row claimed in this round is not one that was there. */
        if (g->cache.slot_of[samples[k]] >= 0)
            continue;
        const bool wanted = g->uses[samples[k]] >= g->uses_before_caching;
        g->uses[samples[k]] += !wanted;
        g->memory[g->n_changed] =
            wanted ? cfi_kernel_cache_claim(&g->cache, samples[k], g->round) : NULL;
        g->delta[g->n_changed] = delta[k];
        g->rows[g->n_changed++] = g->problem->rows[samples[k]];
    }
    return cfi_points_fill(&g->changed, &g->form, g->problem->X, g->rows + g->n_there, 0,
                           g->n_changed - g->n_there);
}

cf_status cfi_gradient_add(cfi_gradient *g, cf_run *run, const cf_index *samples,
                           const double *delta, cf_index count)
{
    if (is_linear(g)) {
        add_linear(g, run, samples, delta, count);
        return CF_OK;
    }
    CF_TRY(prepare_changed(g, samples, delta, count));
    cf_parallel_for(run, g->active, CHUNK, add_chunk, g);
    return CF_OK;
}

/* ---- shrinking ---- */

/* Adds `count` samples to the f of a part of the positions, without the cache. */
static cf_status add_to_part(cfi_gradient *part, cf_run *run, const cf_index *samples,
                             const double *delta, cf_index count)
{
    if (is_linear(part)) {
        add_linear(part, run, samples, delta, count);
        return CF_OK;
    }
    for (cf_index k = 0; k < count; k++) {
        part->memory[k] = NULL;
        part->delta[k] = delta[k];
        part->rows[k] = part->problem->rows[samples[k]];
    }
    part->n_there = 0;
    part->n_changed = count;
    /* The form is that of the whole: `part` is a copy that does not last. */
    CF_TRY(
        cfi_points_fill(&part->changed, part->points.form, part->problem->X, part->rows, 0, count));
    cf_parallel_for(run, part->active, CHUNK, add_chunk, part);
    return CF_OK;
}

/* Fills points with the samples at positions [begin, end). */
static cf_status fill_positions(const cfi_gradient *g, cf_index begin, cf_index end,
                                cfi_points *points)
{
    cf_index *rows;
    CF_TRY(CF_ALLOC(rows, end - begin));
    for (cf_index i = begin; i < end; i++)
        rows[i - begin] = g->problem->rows[g->order[i]];
    const cf_status status = cfi_points_fill(points, &g->form, g->problem->X, rows, 0, end - begin);
    cf_free(rows);
    return status;
}

cf_status cfi_gradient_rebuild(cfi_gradient *g, cf_run *run, cf_index begin, const double *beta)
{
    const cf_index n = g->problem->n;
    cf_status status = CF_OK;
    cf_index samples[CHUNK], count = 0;
    double delta[CHUNK];
    const bool whole = begin == 0 && g->active == n;
    cfi_gradient part = *g;
    part.watch = NULL;
    if (!whole)
        part.points = (cfi_points){0};
    part.order += begin;
    part.f += begin;
    part.active = n - begin;
    if (!is_linear(g) && !whole)
        CF_GO(fill_positions(g, begin, n, &part.points));
    memset(part.f, 0, (size_t)part.active * sizeof *part.f);
    for (cf_index i = 0; i < n; i++) {
        if (beta[i] != 0) {
            samples[count] = i;
            delta[count++] = beta[i];
        }
        if (count == CHUNK || (i == n - 1 && count > 0)) {
            CF_GO(cf_run_check(run));
            CF_GO(add_to_part(&part, run, samples, delta, count));
            count = 0;
        }
    }
cleanup:
    if (!whole)
        cfi_points_clear(&part.points);
    g->changed = part.changed;
    return status;
}

typedef struct compaction {
    const cfi_gradient *g;
    const cf_index *keep;
    cf_index count;
} compaction;

static void compact_row(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)end;
    (void)chunk;
    (void)worker;
    const compaction *c = ctx;
    const cf_index at = begin * c->g->cache.stride;
    if (c->g->form.f32) {
        float *row = (float *)c->g->cache.arena + at;
        for (cf_index k = 0; k < c->count; k++)
            row[k] = row[c->keep[k]];
    } else {
        double *row = (double *)c->g->cache.arena + at;
        for (cf_index k = 0; k < c->count; k++)
            row[k] = row[c->keep[k]];
    }
}

cf_status cfi_gradient_shrink(cfi_gradient *g, cf_run *run, const cf_index *keep, cf_index count)
{
    cf_index *aside;
    CF_TRY(CF_ALLOC(aside, g->active - count));
    cf_index next = 0, kept = 0;
    for (cf_index i = 0; i < g->active; i++) {
        if (kept < count && keep[kept] == i) {
            g->order[kept] = g->order[i];
            g->f[kept++] = g->f[i];
        } else {
            aside[next++] = g->order[i];
        }
    }
    memcpy(g->order + count, aside, (size_t)next * sizeof *aside);
    cf_free(aside);
    g->active = count;
    if (is_linear(g))
        return CF_OK;
    cfi_points_keep(&g->points, keep, count);
    cf_parallel_for(run, g->cache.used, 1, compact_row, &(compaction){g, keep, count});
    return CF_OK;
}

cf_status cfi_gradient_grow(cfi_gradient *g)
{
    g->active = g->problem->n;
    if (is_linear(g))
        return CF_OK;
    cfi_kernel_cache_empty(&g->cache);
    return fill_positions(g, 0, g->active, &g->points);
}
