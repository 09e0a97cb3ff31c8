/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Least squares by QR with column pivoting of the centred columns, scaled by powers of two, as a
 * complete orthogonal decomposition; then refinement of coefficients and residuals together
 * (Bjorck 1967, doi:10.1007/BF01939321) with residuals in twice the precision (Demmel, Hida, Riedy
 * and Li 2009, doi:10.1145/1462173.1462177), which gives the solution for the numbers in X to
 * nearly all digits while the scaled condition number is below 1 / eps.
 *
 * In the notation below C = sqrt(W) (X - mean - delta) S = Q [R; 0] P' and s = sqrt(W) 1, so that
 * s'C = 0; delta is what rounding left of the mean.
 */
#include "algorithms/linear_model/extended_residual.h"
#include "algorithms/linear_model/least_squares_solver.h"
#include "algorithms/linear_model/linear_operator.h"
#include "algorithms/linear_model/tall_qr.h"
#include "matrix/linalg.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* From this many numbers on refinement ends when the coefficients have settled to an ulp or so. */
enum { LARGE = 1 << 20, MOST_STEPS = 16, MOST_STEPS_LARGE = 4 };

typedef struct orthogonal {
    const cfi_linear_data *data;
    cfi_tall_qr qr;
    double *mean, *y_mean; /* (d), (k) */
    double *scale;         /* (d) S, powers of two */
    double *delta;         /* (d) times S */
    double *partials;      /* (blocks, 2, d) */
    double weight;
    cf_index rank;
    /* With rank < d: R's first rows, S taken out again, = [T 0] Z. */
    double *T, *T_tau;
} orthogonal;

static void clear(orthogonal *o)
{
    cfi_tall_qr_clear(&o->qr);
    cf_free(o->mean);
    cf_free(o->y_mean);
    cf_free(o->scale);
    cf_free(o->delta);
    cf_free(o->partials);
    cf_free(o->T);
    cf_free(o->T_tau);
}

/* ---- the factorisation ---- */

/* Copies block b, centred and weighted, and adds up its columns and their largest values. */
static void fill_block(void *ctx, cf_index b, cf_index end, cf_index chunk, int worker)
{
    (void)end;
    (void)chunk;
    (void)worker;
    const orthogonal *o = ctx;
    const cf_index d = o->qr.d;
    cf_index rows;
    double *C, *sums = o->partials + b * 2 * d;
    const cf_index begin = cfi_tall_qr_block(&o->qr, b, &rows, &C);
    const cfi_linear_block block = {begin, begin + rows, 0, d, o->mean, NULL, true};
    cfi_linear_copy_columns(o->data, &block, C, rows);
    for (cf_index j = 0; j < d; j++) {
        double sum = 0, largest = 0;
        for (cf_index i = 0; i < rows; i++) {
            sum += C[j * rows + i] * cfi_linear_root(o->data, begin + i);
            largest = fmax(largest, fabs(C[j * rows + i]));
        }
        sums[j] = sum;
        sums[d + j] = largest;
    }
}

static void scale_block(void *ctx, cf_index b, cf_index end, cf_index chunk, int worker)
{
    (void)end;
    (void)chunk;
    (void)worker;
    const orthogonal *o = ctx;
    cf_index rows;
    double *C;
    const cf_index begin = cfi_tall_qr_block(&o->qr, b, &rows, &C);
    for (cf_index j = 0; j < o->qr.d; j++)
        for (cf_index i = 0; i < rows; i++)
            C[j * rows + i] =
                C[j * rows + i] * o->scale[j] - o->delta[j] * cfi_linear_root(o->data, begin + i);
}

static void choose_scales(orthogonal *o)
{
    const cf_index d = o->qr.d;
    for (cf_index j = 0; j < d; j++) {
        double sum = 0, largest = 0;
        for (cf_index b = 0; b < o->qr.blocks; b++) {
            sum += o->partials[b * 2 * d + j];
            largest = fmax(largest, o->partials[b * 2 * d + d + j]);
        }
        o->partials[j] = largest; /* of all blocks from here on */
        o->scale[j] = cfi_power_scale(largest);
        o->delta[j] = o->data->centre ? sum / o->weight * o->scale[j] : 0;
    }
}

/* R has entries (i, j), i <= j, columns in pivoted order. */
static double entry(const orthogonal *o, cf_index i, cf_index j)
{
    return o->qr.top[j * o->qr.top_rows + i];
}

static void find_rank(orthogonal *o)
{
    const cf_index n = o->qr.n, d = o->qr.d, most = o->qr.top_rows < d ? o->qr.top_rows : d;
    const double least =
        (double)(n > d ? n : d) * DBL_EPSILON * (most > 0 ? fabs(entry(o, 0, 0)) : 0);
    while (o->rank < most && fabs(entry(o, o->rank, o->rank)) > least)
        o->rank++;
}

/*
 * The minimum norm is that of the coefficients themselves: the first rows of R get their columns'
 * own scales back (up to one common power of two) before they are reduced from the right.
 */
static cf_status complete(orthogonal *o)
{
    const cf_index d = o->qr.d, rank = o->rank;
    double common = DBL_MAX;
    for (cf_index j = 0; j < d; j++)
        if (o->partials[j] > 0)
            common = fmin(common, o->scale[j]);
    CF_TRY(CF_ALLOC(o->T, rank * d));
    CF_TRY(CF_ALLOC(o->T_tau, rank));
    for (cf_index j = 0; j < d; j++) {
        const double back = common / o->scale[o->qr.pivots[j]];
        for (cf_index i = 0; i < rank; i++)
            o->T[j * rank + i] = i <= j ? entry(o, i, j) * back : 0;
    }
    for (cf_index j = 0; j < d; j++) {
        o->delta[j] *= common / o->scale[j];
        o->scale[j] = common;
    }
    return cfi_tzrzf(rank, d, o->T, rank, o->T_tau);
}

static cf_status factor(orthogonal *o, const cfi_linear_data *data)
{
    const cf_index d = data->d;
    o->data = data;
    CF_TRY(cfi_tall_qr_new(&o->qr, data->n, d));
    CF_TRY(CF_ALLOC(o->mean, d));
    CF_TRY(CF_ALLOC(o->y_mean, data->k));
    CF_TRY(CF_ALLOC(o->scale, d));
    CF_TRY(CF_ALLOC(o->delta, d));
    CF_TRY(CF_ALLOC(o->partials, o->qr.blocks * 2 * d));
    CF_TRY(cfi_linear_means(data, o->mean, o->y_mean, &o->weight));
    cf_parallel_for(data->run, o->qr.blocks, 1, fill_block, o);
    choose_scales(o);
    cf_parallel_for(data->run, o->qr.blocks, 1, scale_block, o);
    CF_TRY(cf_run_check(data->run));
    CF_TRY(cfi_tall_qr_factor(data->run, &o->qr, true));
    find_rank(o);
    return o->rank < d && o->rank > 0 ? complete(o) : CF_OK;
}

/* ---- one correction ---- */

typedef struct correction {
    double *top;  /* (k, top_rows) */
    double *cols; /* (k, d) in pivoted order */
    double *c0;   /* (k) */
} correction;

/* cols = what R'(first part) = P'h needs: (k, d) h = g - delta g0 in pivoted order. */
static void gather_columns(const orthogonal *o, const cfi_extended_residual *r, double *cols)
{
    const cf_index d = o->qr.d;
    for (cf_index t = 0; t < o->data->k; t++)
        for (cf_index j = 0; j < d; j++) {
            const cf_index from = o->qr.pivots[j];
            cols[t * d + j] = r->g[t * d + from] - o->delta[from] * r->g0[t];
        }
}

/* f loses its part along s: *c0 = (s'f - g0) / s's, the change of prediction at the mean. */
static void remove_mean(const orthogonal *o, cfi_extended_residual *r, double *c0)
{
    const cf_index n = o->data->n;
    for (cf_index t = 0; t < o->data->k; t++) {
        double sum = 0, *f = r->f + t * n;
        for (cf_index i = 0; o->data->centre && i < n; i++)
            sum += f[i] * cfi_linear_root(o->data, i);
        c0[t] = o->data->centre ? (sum - r->g0[t]) / o->weight : 0;
        for (cf_index i = 0; o->data->centre && i < n; i++)
            f[i] -= c0[t] * cfi_linear_root(o->data, i);
    }
}

/*
 * With Q'f = (c1, c2) and R z = P'h transposed: R db = c1 - z, dr = Q (z, c2). On return cols holds
 * db in pivoted order and f holds dr.
 */
static cf_status solve(const orthogonal *o, const correction *c, cfi_extended_residual *r)
{
    const cf_index d = o->qr.d, k = o->data->k, rank = o->rank, m = o->qr.top_rows;
    const bool full = rank == d;
    const double *R = full ? o->qr.top : o->T;
    const cf_index ld = full ? m : rank;
    CF_TRY(cfi_tall_qr_turn(o->data->run, &o->qr, k, r->f, c->top));
    if (!full)
        CF_TRY(cfi_ormrz(false, d, k, rank, d - rank, o->T, rank, o->T_tau, c->cols, d));
    cfi_trsm(true, rank, k, R, ld, c->cols, d);
    for (cf_index t = 0; t < k; t++)
        for (cf_index i = 0; i < d; i++) {
            double *z = c->cols + t * d + i, *c1 = c->top + t * m + i;
            const double rest = i < rank ? *c1 - *z : 0;
            if (i < rank)
                *c1 = *z;
            *z = rest;
        }
    cfi_trsm(false, rank, k, R, ld, c->cols, d);
    if (!full)
        CF_TRY(cfi_ormrz(true, d, k, rank, d - rank, o->T, rank, o->T_tau, c->cols, d));
    return cfi_tall_qr_turn_back(o->data->run, &o->qr, k, c->top, r->f);
}

/* The size of the correction of target t relative to its coefficients. */
static double relative_size(const orthogonal *o, const correction *c,
                            const cfi_extended_residual *r, cf_index t)
{
    const cf_index d = o->qr.d;
    double change = 0, size = 0;
    for (cf_index j = 0; j < d; j++) {
        const double now = c->cols[t * d + j], held = r->z.high[t * d + o->qr.pivots[j]];
        change = fmax(change, fabs(now));
        size = fmax(size, fabs(held + now));
    }
    return size > 0 ? change / size : 0;
}

static void add_correction(const orthogonal *o, const correction *c, cfi_extended_residual *r,
                           cf_index t)
{
    const cf_index n = o->data->n, d = o->qr.d;
    double c0 = c->c0[t];
    for (cf_index j = 0; j < d; j++) {
        const cf_index to = o->qr.pivots[j];
        cfi_pairs_add(&r->z, t * d + to, c->cols[t * d + j]);
        c0 -= o->delta[to] * c->cols[t * d + j];
    }
    cfi_pairs_add(&r->c0, t, o->data->centre ? c0 : 0);
    for (cf_index i = 0; i < n; i++)
        cfi_pairs_add(&r->rho, t * n + i, r->f[t * n + i] / cfi_linear_root(o->data, i));
}

/* ---- refinement ---- */

/* f = sqrt(W) y, g = 0: the equations at rho = 0, z = 0. */
static void start(const orthogonal *o, cfi_extended_residual *r)
{
    const cfi_linear_data *data = o->data;
    memset(r->g, 0, (size_t)(data->k * data->d) * sizeof *r->g);
    memset(r->g0, 0, (size_t)data->k * sizeof *r->g0);
    for (cf_index t = 0; t < data->k; t++)
        cfi_linear_target(data, t, 0, r->f + t * data->n);
}

/* Corrects until a correction would not be half the last one, or is lost in the last digits. */
static cf_status refine(const orthogonal *o, cfi_extended_residual *r, const correction *c,
                        double *last)
{
    const cf_index k = o->data->k;
    const bool large = o->data->n * o->qr.d > LARGE;
    const double enough = large ? DBL_EPSILON : 0x1p-64;
    const int most = large ? MOST_STEPS_LARGE : MOST_STEPS;
    bool all_done = false;
    for (cf_index t = 0; t < k; t++)
        last[t] = 1;
    for (int step = 0; step < most && !all_done; step++) {
        CF_TRY(cf_run_check(o->data->run));
        if (step == 0)
            start(o, r);
        else
            CF_TRY(cfi_extended_residual_compute(r));
        remove_mean(o, r, c->c0);
        gather_columns(o, r, c->cols);
        CF_TRY(solve(o, c, r));
        all_done = true;
        for (cf_index t = 0; t < k; t++) {
            if (last[t] <= enough)
                continue;
            const double now = relative_size(o, c, r, t);
            const bool better = step == 0 || now <= 0.5 * last[t];
            if (better)
                add_correction(o, c, r, t);
            last[t] = better ? now : 0;
            all_done = all_done && last[t] <= enough;
        }
    }
    return CF_OK;
}

static void take_solution(const orthogonal *o, const cfi_extended_residual *r,
                          cfi_least_squares *out)
{
    const cf_index d = o->qr.d;
    for (cf_index t = 0; t < o->data->k; t++) {
        /* The intercept c0 - mean . coef, in twice the precision. */
        cfi_pairs sum = {(double[]){r->c0.high[t]}, (double[]){r->c0.low[t]}};
        for (cf_index j = 0; j < d; j++) {
            const double high = r->z.high[t * d + j] * o->scale[j];
            const double low = r->z.low[t * d + j] * o->scale[j];
            const double product = -o->mean[j] * high;
            cfi_pairs_add(&sum, 0, product);
            cfi_pairs_add(&sum, 0, fma(-o->mean[j], high, -product) - o->mean[j] * low);
            out->coef[t * d + j] = high + low;
        }
        out->intercept[t] = o->data->centre ? sum.high[0] + sum.low[0] : 0;
    }
}

/* The triangle whose singular values are those of C without its scales. */
static cf_status take_factor(const orthogonal *o, cfi_least_squares *out)
{
    const cf_index rank = o->rank;
    out->rank = out->order = rank;
    CF_TRY(CF_ALLOC_ZERO(out->factor, rank * rank));
    for (cf_index j = 0; j < rank; j++)
        for (cf_index i = 0; i <= j; i++)
            out->factor[j * rank + i] =
                (rank < o->qr.d ? o->T[j * rank + i] : entry(o, i, j)) / o->scale[o->qr.pivots[j]];
    return CF_OK;
}

cf_status cfi_least_squares_qr(const cfi_linear_data *data, cfi_least_squares *out)
{
    cf_status status = CF_OK;
    const cf_index n = data->n, d = data->d, k = data->k;
    orthogonal o = {0};
    cfi_extended_residual r = {.data = data};
    correction c = {0};
    double *last = NULL;
    CF_GO(factor(&o, data));
    r.mean = o.mean, r.scale = o.scale;
    CF_GO(cfi_pairs_new(&r.rho, k * n));
    CF_GO(cfi_pairs_new(&r.c0, k));
    CF_GO(cfi_pairs_new(&r.z, k * d));
    CF_GO(CF_ALLOC(r.f, k * n));
    CF_GO(CF_ALLOC(r.g, k * d));
    CF_GO(CF_ALLOC(r.g0, k));
    CF_GO(CF_ALLOC(c.top, k * o.qr.top_rows));
    CF_GO(CF_ALLOC(c.cols, k * d));
    CF_GO(CF_ALLOC(c.c0, k));
    CF_GO(CF_ALLOC(last, k));
    CF_GO(refine(&o, &r, &c, last));
    CF_GO(cfi_least_squares_new(data, out));
    take_solution(&o, &r, out);
    CF_GO(take_factor(&o, out));
cleanup:
    cfi_pairs_clear(&r.rho);
    cfi_pairs_clear(&r.c0);
    cfi_pairs_clear(&r.z);
    cf_free(r.f);
    cf_free(r.g);
    cf_free(r.g0);
    cf_free(c.top);
    cf_free(c.cols);
    cf_free(c.c0);
    cf_free(last);
    clear(&o);
    return status;
}
