/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ridge through the singular values of X: those of the triangle R of a QR factorisation in parallel
 * (of X' where X is wide), which are the same to rounding. b = V diag(s / (s^2 + alpha)) U'y,
 * corrected once by the gradient of the data themselves.
 */
#include "algorithms/linear_model/linear_operator.h"
#include "algorithms/linear_model/ridge_solver.h"
#include "algorithms/linear_model/tall_qr.h"
#include "matrix/linalg.h"
#include "matrix/rows.h"

#include <float.h>
#include <math.h>
#include <string.h>

typedef struct decomposition {
    const cfi_ridge *problem;
    bool wide;  /* the factored matrix is C', else C = sqrt(W) (X - mean) scale */
    cf_index m; /* min(n, d) */
    cfi_tall_qr qr;
    double *mean, *y_mean;  /* (d), (k) */
    double *scales;         /* (d) all equal to one power of two */
    double *R, *U, *Vt, *s; /* R = U diag(s) Vt, (m, m) column-major */
    double *top;            /* (top_rows) */
    double *long_side;      /* (max(n, d)) */
    double *inner;          /* (m) */
    double *gradient;       /* (d) */
} decomposition;

static void fill_block(void *ctx, cf_index b, cf_index end, cf_index chunk, int worker)
{
    (void)end;
    (void)chunk;
    (void)worker;
    const decomposition *o = ctx;
    const cfi_linear_data *data = o->problem->data;
    cf_index rows;
    double *memory;
    const cf_index begin = cfi_tall_qr_block(&o->qr, b, &rows, &memory);
    if (o->wide) { /* columns of C' are rows of X */
        const cfi_linear_block block = {0, data->n, begin, rows, o->mean, o->scales, true};
        cfi_linear_copy(data, &block, memory, rows);
    } else {
        const cfi_linear_block block = {begin, begin + rows, 0, data->d, o->mean, o->scales, true};
        cfi_linear_copy_columns(data, &block, memory, rows);
    }
}

/* One power of two for the largest deviation from the mean. */
static void choose_scale(decomposition *o, double *row)
{
    const cfi_linear_data *data = o->problem->data;
    double largest = 0;
    for (cf_index i = 0; i < data->n; i++) {
        cfi_row_to_f64(data->X, i, row);
        for (cf_index j = 0; j < data->d; j++)
            largest = fmax(largest, fabs(row[j] - o->mean[j]));
    }
    for (cf_index j = 0; j < data->d; j++)
        o->scales[j] = cfi_power_scale(largest);
}

static cf_status allocate(decomposition *o)
{
    const cfi_linear_data *data = o->problem->data;
    const cf_index n = data->n, d = data->d, m = n < d ? n : d;
    o->wide = d > n;
    o->m = m;
    CF_TRY(cfi_tall_qr_new(&o->qr, o->wide ? d : n, m));
    CF_TRY(CF_ALLOC(o->mean, d));
    CF_TRY(CF_ALLOC(o->y_mean, data->k));
    CF_TRY(CF_ALLOC(o->scales, d));
    CF_TRY(CF_ALLOC_ZERO(o->R, m * m));
    CF_TRY(CF_ALLOC(o->U, m * m));
    CF_TRY(CF_ALLOC(o->Vt, m * m));
    CF_TRY(CF_ALLOC(o->s, m));
    CF_TRY(CF_ALLOC(o->top, o->qr.top_rows));
    CF_TRY(CF_ALLOC(o->long_side, n > d ? n : d));
    CF_TRY(CF_ALLOC(o->gradient, d));
    return CF_ALLOC(o->inner, m);
}

static cf_status decompose(decomposition *o)
{
    const cfi_linear_data *data = o->problem->data;
    double weight;
    int info = 0;
    CF_TRY(allocate(o));
    const cf_index m = o->m;
    CF_TRY(cfi_linear_means(data, o->mean, o->y_mean, &weight));
    choose_scale(o, o->long_side);
    cf_parallel_for(data->run, o->qr.blocks, 1, fill_block, o);
    CF_TRY(cfi_tall_qr_factor(data->run, &o->qr, false));
    for (cf_index j = 0; j < m; j++)
        memcpy(o->R + j * m, o->qr.top + j * o->qr.top_rows, (size_t)(j + 1) * sizeof *o->R);
    CF_TRY(cf_run_check(data->run));
    if (m > 0)
        CF_TRY(cfi_gesdd(m, m, o->R, m, o->s, o->U, m, o->Vt, m, &info));
    return info == 0 ? CF_OK : cf_fail(CF_ERR_NUMERIC, "the singular values of X did not converge");
}

/* inner *= s / (s^2 + alpha), or 1 / (s^2 + alpha); zero for singular values that are rounding. */
static void shrink(const decomposition *o, double alpha, bool squared)
{
    const cfi_linear_data *data = o->problem->data;
    const cf_index longest = data->n > data->d ? data->n : data->d;
    const double penalty = alpha * o->scales[0] * o->scales[0];
    const double least = o->m > 0 ? (double)longest * DBL_EPSILON * o->s[0] : 0;
    for (cf_index j = 0; j < o->m; j++)
        o->inner[j] *=
            o->s[j] > least ? (squared ? 1 : o->s[j]) / (o->s[j] * o->s[j] + penalty) : 0;
}

/* C = Q R: coefficients V f(s) U' (Q'y). */
static cf_status solve_tall(decomposition *o, cf_index t, double *coef)
{
    const cf_index m = o->m;
    CF_TRY(cfi_tall_qr_turn(o->problem->data->run, &o->qr, 1, o->long_side, o->top));
    /* Column-major U is U' by rows, Vt is V by rows. */
    cfi_gemv_1(false, m, m, 1, o->U, m, o->top, 0, o->inner);
    shrink(o, o->problem->alpha[t], false);
    cfi_gemv_1(false, m, m, 1, o->Vt, m, o->inner, 0, coef);
    return CF_OK;
}

/* C = R'Q' = V s U' Q': coefficients Q U f(s) V'y. */
static cf_status solve_wide(decomposition *o, cf_index t, double *coef)
{
    const cf_index m = o->m;
    cfi_gemv_1(true, m, m, 1, o->Vt, m, o->long_side, 0, o->inner);
    shrink(o, o->problem->alpha[t], false);
    memset(o->top, 0, (size_t)o->qr.top_rows * sizeof *o->top);
    memset(coef, 0, (size_t)o->qr.n * sizeof *coef);
    cfi_gemv_1(true, m, m, 1, o->U, m, o->inner, 0, o->top);
    return cfi_tall_qr_turn_back(o->problem->data->run, &o->qr, 1, o->top, coef);
}

/* One correction of the scaled coefficients v: (C'C + alpha)^-1 times the data's own gradient. */
static cf_status refine(decomposition *o, cfi_linear_operator *op, cf_index t, double *v)
{
    const cfi_linear_data *data = o->problem->data;
    const cf_index m = o->m;
    const double alpha = o->problem->alpha[t];
    CF_TRY(cfi_linear_gradient(op, t, o->y_mean[t], v, o->long_side, o->gradient));
    for (cf_index j = 0; j < data->d; j++)
        o->gradient[j] -= alpha * o->scales[0] * o->scales[0] * v[j];
    if (o->wide) {
        CF_TRY(cfi_tall_qr_turn(data->run, &o->qr, 1, o->gradient, o->top));
        cfi_gemv_1(false, m, m, 1, o->U, m, o->top, 0, o->inner);
        shrink(o, alpha, true);
        memset(o->top, 0, (size_t)o->qr.top_rows * sizeof *o->top);
        memset(o->gradient, 0, (size_t)data->d * sizeof *o->gradient);
        cfi_gemv_1(true, m, m, 1, o->U, m, o->inner, 0, o->top);
        CF_TRY(cfi_tall_qr_turn_back(data->run, &o->qr, 1, o->top, o->gradient));
    } else {
        cfi_gemv_1(true, m, m, 1, o->Vt, m, o->gradient, 0, o->inner);
        shrink(o, alpha, true);
        cfi_gemv_1(false, m, m, 1, o->Vt, m, o->inner, 0, o->gradient);
    }
    for (cf_index j = 0; j < data->d; j++)
        v[j] += o->gradient[j];
    return CF_OK;
}

cf_status cfi_ridge_svd(const cfi_ridge *problem)
{
    cf_status status = CF_OK;
    const cfi_linear_data *data = problem->data;
    decomposition o = {.problem = problem};
    cfi_linear_operator op = {0};
    CF_GO(decompose(&o));
    CF_GO(cfi_linear_operator_new(&op, data, o.mean, o.scales));
    for (cf_index t = 0; t < data->k; t++) {
        double *coef = problem->coef + t * data->d;
        cfi_linear_target(data, t, o.y_mean[t], o.long_side);
        CF_GO(o.wide ? solve_wide(&o, t, coef) : solve_tall(&o, t, coef));
        CF_GO(refine(&o, &op, t, coef));
        for (cf_index j = 0; j < data->d; j++)
            coef[j] *= o.scales[0];
    }
    cfi_linear_intercept(data, o.mean, o.y_mean, problem->coef, problem->intercept);
cleanup:
    cfi_linear_operator_clear(&op);
    cf_free(o.gradient);
    cfi_tall_qr_clear(&o.qr);
    cf_free(o.mean);
    cf_free(o.y_mean);
    cf_free(o.scales);
    cf_free(o.R);
    cf_free(o.U);
    cf_free(o.Vt);
    cf_free(o.s);
    cf_free(o.top);
    cf_free(o.long_side);
    cf_free(o.inner);
    return status;
}
