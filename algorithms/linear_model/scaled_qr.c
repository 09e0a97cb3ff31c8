/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Scaling the columns by powers of two changes no digit and lets pivots of columns in different
 * units be compared: the rank is the number of those above max(n, d) eps of the first.
 */
#include "algorithms/linear_model/scaled_qr.h"

#include "matrix/linalg.h"

#include <float.h>
#include <math.h>
#include <string.h>

void cfi_scaled_qr_clear(cfi_scaled_qr *o)
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
    const cfi_scaled_qr *o = ctx;
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
    const cfi_scaled_qr *o = ctx;
    cf_index rows;
    double *C;
    const cf_index begin = cfi_tall_qr_block(&o->qr, b, &rows, &C);
    for (cf_index j = 0; j < o->qr.d; j++)
        for (cf_index i = 0; i < rows; i++)
            C[j * rows + i] =
                C[j * rows + i] * o->scale[j] - o->delta[j] * cfi_linear_root(o->data, begin + i);
}

static void choose_scales(cfi_scaled_qr *o)
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
double cfi_scaled_qr_entry(const cfi_scaled_qr *o, cf_index i, cf_index j)
{
    return o->qr.top[j * o->qr.top_rows + i];
}

static void find_rank(cfi_scaled_qr *o)
{
    const cf_index n = o->qr.n, d = o->qr.d, most = o->qr.top_rows < d ? o->qr.top_rows : d;
    const double least =
        (double)(n > d ? n : d) * DBL_EPSILON * (most > 0 ? fabs(cfi_scaled_qr_entry(o, 0, 0)) : 0);
    while (o->rank < most && fabs(cfi_scaled_qr_entry(o, o->rank, o->rank)) > least)
        o->rank++;
}

/*
 * The minimum norm is that of the coefficients themselves: the first rows of R get their columns'
 * own scales back (up to one common power of two) before they are reduced from the right.
 */
static cf_status complete(cfi_scaled_qr *o)
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
            o->T[j * rank + i] = i <= j ? cfi_scaled_qr_entry(o, i, j) * back : 0;
    }
    for (cf_index j = 0; j < d; j++) {
        o->delta[j] *= common / o->scale[j];
        o->scale[j] = common;
    }
    return cfi_tzrzf(rank, d, o->T, rank, o->T_tau);
}

cf_status cfi_scaled_qr_new(cfi_scaled_qr *o, const cfi_linear_data *data)
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

/* cols = what R'(first part) = P'h needs: (k, d) h = g - delta g0 in pivoted order. */
static void gather_columns(const cfi_scaled_qr *o, const cfi_extended_residual *r, double *cols)
{
    const cf_index d = o->qr.d;
    for (cf_index t = 0; t < o->data->k; t++)
        for (cf_index j = 0; j < d; j++) {
            const cf_index from = o->qr.pivots[j];
            cols[t * d + j] = r->g[t * d + from] - o->delta[from] * r->g0[t];
        }
}

/* f loses its part along s: *c0 = (s'f - g0) / s's, the change of prediction at the mean. */
static void remove_mean(const cfi_scaled_qr *o, cfi_extended_residual *r, double *c0)
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
static cf_status solve(const cfi_scaled_qr *o, const cfi_scaled_correction *c,
                       cfi_extended_residual *r)
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

cf_status cfi_scaled_qr_correct(const cfi_scaled_qr *o, cfi_scaled_correction *c,
                                cfi_extended_residual *r)
{
    remove_mean(o, r, c->c0);
    gather_columns(o, r, c->cols);
    return solve(o, c, r);
}
