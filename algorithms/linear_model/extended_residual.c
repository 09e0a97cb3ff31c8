/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Error-free sums and products of Dekker (1971), doi:10.1007/BF01397083, with fused multiply-add;
 * dot products in eight lanes, column sums along the row. Partial sums are added in chunk order.
 */
#include "algorithms/linear_model/extended_residual.h"

#include "base/parallel.h"
#include "matrix/kernels.h"
#include "matrix/rows.h"

#include <math.h>
#include <string.h>

enum { LANES = 8, GRAIN = 1 << 12 };

cf_status cfi_pairs_new(cfi_pairs *p, cf_index n)
{
    *p = (cfi_pairs){0};
    CF_TRY(CF_ALLOC_ZERO(p->high, n));
    return CF_ALLOC_ZERO(p->low, n);
}

void cfi_pairs_clear(cfi_pairs *p)
{
    cf_free(p->high);
    cf_free(p->low);
    *p = (cfi_pairs){0};
}

/* (*high, *low) += x + more. */
static inline void add_to(double *high, double *low, double x, double more)
{
    const double sum = *high + x, part = sum - *high;
    *low += ((*high - (sum - part)) + (x - part)) + more;
    *high = sum;
}

void cfi_pairs_add(cfi_pairs *p, cf_index i, double x)
{
    double *high = p->high + i, *low = p->low + i;
    add_to(high, low, x, 0);
    const double sum = *high + *low; /* keeps the low part below half an ulp of the high one */
    *low -= sum - *high;
    *high = sum;
}

/* (x - mean) scale as pairs; exact but for products that underflow. */
CF_CLONES static void shift_row(cf_index d, const double *restrict x, const double *restrict mean,
                                const double *restrict scale, double *restrict high,
                                double *restrict low)
{
    for (cf_index j = 0; j < d; j++) {
        const double difference = x[j] - mean[j], part = difference - x[j];
        const double error = (x[j] - (difference - part)) - (mean[j] + part);
        high[j] = difference * scale[j];
        low[j] = error * scale[j];
    }
}

/* out += a . z over padded vectors of pairs. */
CF_CLONES static void dot_pairs(cf_index padded, const double *restrict ah,
                                const double *restrict al, const double *restrict zh,
                                const double *restrict zl, double out[2])
{
    double high[LANES] = {0}, low[LANES] = {0};
    for (cf_index j = 0; j < padded; j += LANES)
        for (int l = 0; l < LANES; l++) {
            const double a = ah[j + l], z = zh[j + l], product = a * z;
            const double error = fma(a, z, -product) + (a * zl[j + l] + al[j + l] * z);
            const double sum = high[l] + product, part = sum - high[l];
            low[l] += ((high[l] - (sum - part)) + (product - part)) + error;
            high[l] = sum;
        }
    for (int l = 0; l < LANES; l++)
        add_to(&out[0], &out[1], high[l], low[l]);
}

/* sums -= a v for a number v = vh + vl. */
CF_CLONES static void subtract_row(cf_index d, const double *restrict ah, const double *restrict al,
                                   double vh, double vl, double *restrict high,
                                   double *restrict low)
{
    for (cf_index j = 0; j < d; j++) {
        const double product = -ah[j] * vh;
        const double error = fma(-ah[j], vh, -product) - (ah[j] * vl + al[j] * vh);
        const double sum = high[j] + product, part = sum - high[j];
        low[j] += ((high[j] - (sum - part)) + (product - part)) + error;
        high[j] = sum;
    }
}

/* One evaluation; a row of `scratch` has the padded high and low part of a row, then a row of X. */
typedef struct evaluation {
    cfi_extended_residual *r;
    cf_index padded;
    const double *zh, *zl; /* (k, padded) */
    double *scratch;       /* (workers, 3 padded) */
    double *partials;      /* (chunks, k, 2 (d + 1)): high of the columns and the intercept, low */
} evaluation;

/* The equation of row i for target t; the weighted rho comes out in v. */
static void evaluate_row(const evaluation *e, cf_index i, cf_index t, const double *high,
                         double v[2])
{
    cfi_extended_residual *r = e->r;
    const cfi_linear_data *data = r->data;
    const cf_index at = t * data->n + i;
    double sum[2] = {0, 0};
    dot_pairs(e->padded, high, high + e->padded, e->zh + t * e->padded, e->zl + t * e->padded, sum);
    add_to(&sum[0], &sum[1], r->c0.high[t], r->c0.low[t]);
    add_to(&sum[0], &sum[1], r->rho.high[at], r->rho.low[at]);
    double f[2] = {data->Y[i * data->k + t], 0};
    add_to(&f[0], &f[1], -sum[0], -sum[1]);
    r->f[at] = (f[0] + f[1]) * cfi_linear_root(data, i);
    const double w = data->weights ? data->weights[i] : 1;
    v[0] = r->rho.high[at] * w;
    v[1] = fma(r->rho.high[at], w, -v[0]) + r->rho.low[at] * w;
}

static void evaluate_rows(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    const evaluation *e = ctx;
    const cfi_linear_data *data = e->r->data;
    const cf_index d = data->d, k = data->k;
    double *high = e->scratch + worker * 3 * e->padded, *low = high + e->padded;
    double *copy = low + e->padded;
    double *sums = e->partials + chunk * k * 2 * (d + 1);
    memset(sums, 0, (size_t)(k * 2 * (d + 1)) * sizeof *sums);
    for (cf_index i = begin; i < end; i++) {
        cf_index stride;
        const double *x = cfi_rows_f64(data->X, i, i + 1, 0, d, copy, &stride);
        shift_row(d, x, e->r->mean, e->r->scale, high, low);
        for (cf_index t = 0; t < k; t++) {
            double v[2], *sum = sums + t * 2 * (d + 1);
            evaluate_row(e, i, t, high, v);
            subtract_row(d, high, low, v[0], v[1], sum, sum + d + 1);
            add_to(&sum[d], &sum[2 * d + 1], -v[0], -v[1]);
        }
    }
}

/* g and g0 from the partial sums. */
static void join_chunks(const evaluation *e, cf_index chunks)
{
    const cf_index d = e->r->data->d, k = e->r->data->k, size = 2 * (d + 1);
    for (cf_index t = 0; t < k; t++)
        for (cf_index j = 0; j <= d; j++) {
            double high = 0, low = 0;
            for (cf_index c = 0; c < chunks; c++) {
                const double *sum = e->partials + (c * k + t) * size;
                add_to(&high, &low, sum[j], sum[d + 1 + j]);
            }
            *(j < d ? &e->r->g[t * d + j] : &e->r->g0[t]) = high + low;
        }
}

/* Rows of z with zeros up to the padding. */
static void pad(const cfi_linear_data *data, cf_index padded, const double *z, double *out)
{
    memset(out, 0, (size_t)(data->k * padded) * sizeof *out);
    for (cf_index t = 0; t < data->k; t++)
        memcpy(out + t * padded, z + t * data->d, (size_t)data->d * sizeof *out);
}

cf_status cfi_extended_residual_compute(cfi_extended_residual *r)
{
    cf_status status = CF_OK;
    const cfi_linear_data *data = r->data;
    const cf_index n = data->n, d = data->d, k = data->k;
    evaluation e = {.r = r, .padded = (d + LANES - 1) / LANES * LANES};
    double *zh = NULL, *zl = NULL;
    const cf_index workers = cf_run_threads(data->run);
    const cfi_chunks chunks =
        cfi_chunks_for(n, GRAIN / (d + 1) + 1, (size_t)(k * 2 * (d + 1)) * sizeof *e.partials);
    CF_GO(CF_ALLOC(zh, k * e.padded));
    CF_GO(CF_ALLOC(zl, k * e.padded));
    CF_GO(CF_ALLOC_ZERO(e.scratch, workers * 3 * e.padded));
    CF_GO(CF_ALLOC(e.partials, chunks.count * k * 2 * (d + 1)));
    pad(data, e.padded, r->z.high, zh);
    pad(data, e.padded, r->z.low, zl);
    e.zh = zh, e.zl = zl;
    cf_parallel_for(data->run, n, chunks.size, evaluate_rows, &e);
    join_chunks(&e, chunks.count);
cleanup:
    cf_free(zh);
    cf_free(zl);
    cf_free(e.scratch);
    cf_free(e.partials);
    return status;
}
