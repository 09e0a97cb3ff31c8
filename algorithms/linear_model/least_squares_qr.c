/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Least squares by QR with column pivoting of the centred columns, scaled by powers of two, as a
 * complete orthogonal decomposition; then refinement of coefficients and residuals together
 * (Bjorck 1967, doi:10.1007/BF01939321) with residuals in twice the precision (Demmel, Hida, Riedy
 * and Li 2009, doi:10.1145/1462173.1462177), which gives the solution for the numbers in X to
 * nearly all digits while the scaled condition number is below 1 / eps.
 */
#include "algorithms/linear_model/least_squares_solver.h"
#include "algorithms/linear_model/linear_operator.h"
#include "algorithms/linear_model/scaled_qr.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* From this many numbers on refinement ends when the coefficients have settled to an ulp or so. */
enum { LARGE = 1 << 20, MOST_STEPS = 16, MOST_STEPS_LARGE = 4 };

/* The size of the correction of target t relative to its coefficients. */
static double relative_size(const cfi_scaled_qr *o, const cfi_scaled_correction *c,
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

static void add_correction(const cfi_scaled_qr *o, const cfi_scaled_correction *c,
                           cfi_extended_residual *r, cf_index t)
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
static void start(const cfi_scaled_qr *o, cfi_extended_residual *r)
{
    const cfi_linear_data *data = o->data;
    memset(r->g, 0, (size_t)(data->k * data->d) * sizeof *r->g);
    memset(r->g0, 0, (size_t)data->k * sizeof *r->g0);
    for (cf_index t = 0; t < data->k; t++)
        cfi_linear_target(data, t, 0, r->f + t * data->n);
}

/* Corrects until a correction would not be half the last one, or is lost in the last digits. */
static cf_status refine(const cfi_scaled_qr *o, cfi_extended_residual *r, cfi_scaled_correction *c,
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
        CF_TRY(cfi_scaled_qr_correct(o, c, r));
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

static void take_solution(const cfi_scaled_qr *o, const cfi_extended_residual *r,
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
static cf_status take_factor(const cfi_scaled_qr *o, cfi_least_squares *out)
{
    const cf_index rank = o->rank;
    out->rank = out->order = rank;
    CF_TRY(CF_ALLOC_ZERO(out->factor, rank * rank));
    for (cf_index j = 0; j < rank; j++)
        for (cf_index i = 0; i <= j; i++)
            out->factor[j * rank + i] =
                (rank < o->qr.d ? o->T[j * rank + i] : cfi_scaled_qr_entry(o, i, j)) /
                o->scale[o->qr.pivots[j]];
    return CF_OK;
}

cf_status cfi_least_squares_qr(const cfi_linear_data *data, cfi_least_squares *out)
{
    cf_status status = CF_OK;
    const cf_index n = data->n, d = data->d, k = data->k;
    cfi_scaled_qr o = {0};
    cfi_extended_residual r = {.data = data};
    cfi_scaled_correction c = {0};
    double *last = NULL;
    CF_GO(cfi_scaled_qr_new(&o, data));
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
    cfi_scaled_qr_clear(&o);
    return status;
}
