/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The cheapest route that keeps the digits. Normal equations, from the smaller side, where the
 * scaled matrix is well conditioned: there one refinement on residuals of the data themselves gives
 * what QR gives. Otherwise, and for small problems, QR with refinement in twice the precision.
 */
#include "algorithms/linear_model/least_squares_solver.h"

#include "algorithms/linear_model/linear_kernel.h"
#include "algorithms/linear_model/linear_moments.h"
#include "algorithms/linear_model/linear_operator.h"
#include "algorithms/linear_model/spd.h"
#include "matrix/linalg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Multiplications of the normal equations below which QR costs nothing that is noticed. */
enum { SMALL = 1 << 20 };

/* Below the first the normal equations are refined, below the second they are given up. */
static const double refine_below = 1e-2, refuse_below = 1e-8;

cf_status cfi_least_squares_new(const cfi_linear_data *data, cfi_least_squares *out)
{
    CF_TRY(CF_ALLOC_ZERO(out->coef, data->k * data->d));
    return CF_ALLOC_ZERO(out->intercept, data->k);
}

void cfi_least_squares_clear(cfi_least_squares *s)
{
    cf_free(s->coef);
    cf_free(s->intercept);
    cf_free(s->factor);
    *s = (cfi_least_squares){0};
}

/*
 * The Cholesky factor without its scales, rows and columns of null unknowns left out: its singular
 * values are the roots of the eigenvalues of the matrix that was factored. Column j has the scale
 * scale[j * step].
 */
static cf_status take_factor(const cfi_spd *s, const double *scale, cf_index step,
                             cfi_least_squares *out)
{
    const cf_index order = s->n - s->null;
    cf_index to = 0;
    CF_TRY(CF_ALLOC_ZERO(out->factor, order * order));
    for (cf_index j = 0; j < s->n; j++) {
        if (s->diagonal[j] == 0)
            continue;
        cf_index row = 0;
        for (cf_index i = 0; i <= j; i++)
            if (s->diagonal[i] != 0)
                out->factor[to * order + row++] =
                    s->A[j * s->ld + i] / s->scale[j] / scale[j * step];
        to++;
    }
    out->rank = out->order = order;
    return CF_OK;
}

static int descending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

cf_status cfi_least_squares_singular(cf_index order, const double *factor, double filled,
                                     double *values)
{
    cf_status status = CF_OK;
    double *copy = NULL;
    int info = 0;
    if (order == 0)
        return CF_OK;
    CF_GO(CF_ALLOC(copy, order * order));
    memcpy(copy, factor, (size_t)(order * order) * sizeof *copy);
    CF_GO(cfi_gesdd(order, order, copy, order, values, NULL, 1, NULL, 1, &info));
    if (info > 0) {
        status = cf_fail(CF_ERR_NUMERIC, "the singular values did not converge");
        goto cleanup;
    }
    if (filled > 0) {
        cf_index nearest = 0;
        for (cf_index j = 1; j < order; j++)
            if (fabs(values[j] - filled) < fabs(values[nearest] - filled))
                nearest = j;
        values[nearest] = 0;
        qsort(values, (size_t)order, sizeof *values, descending);
    }
cleanup:
    cf_free(copy);
    return status;
}

/* ---- from the columns: d x d ---- */

/* One correction of every target by the gradient of the data themselves. */
static cf_status refine_columns(const cfi_linear_data *data, const cfi_linear_moments *m,
                                const cfi_spd *s, double *coef)
{
    cf_status status = CF_OK;
    cfi_linear_operator op = {0};
    double *residual = NULL, *change = NULL;
    CF_GO(cfi_linear_operator_new(&op, data, m->mean, m->scale));
    CF_GO(CF_ALLOC(residual, data->n));
    CF_GO(CF_ALLOC(change, data->d));
    for (cf_index t = 0; t < data->k; t++) {
        double *v = coef + t * data->d;
        CF_GO(cfi_linear_gradient(&op, t, m->y_mean[t], v, residual, change));
        CF_GO(cfi_spd_solve(s, 1, change));
        for (cf_index j = 0; j < data->d; j++)
            v[j] += change[j];
    }
cleanup:
    cf_free(residual);
    cf_free(change);
    cfi_linear_operator_clear(&op);
    return status;
}

static cf_status solve_by_columns(const cfi_linear_data *data, cfi_least_squares *out, bool *done)
{
    cf_status status = CF_OK;
    cfi_linear_moments m = {0};
    cfi_spd s = {0};
    double rcond = 0;
    bool definite = false;
    CF_GO(cfi_linear_moments_new(&m, data));
    if (!m.usable)
        goto cleanup;
    CF_GO(cfi_spd_new(&s, m.d, m.gram, m.ld));
    CF_GO(cfi_spd_factor(data->run, &s, NULL, &definite));
    if (definite)
        CF_GO(cfi_spd_rcond(&s, &rcond));
    if (!(rcond >= refuse_below))
        goto cleanup;
    CF_GO(cfi_least_squares_new(data, out));
    memcpy(out->coef, m.xy, (size_t)(m.k * m.d) * sizeof *m.xy);
    CF_GO(cfi_spd_solve(&s, m.k, out->coef));
    if (rcond < refine_below)
        CF_GO(refine_columns(data, &m, &s, out->coef));
    for (cf_index t = 0; t < m.k; t++)
        for (cf_index j = 0; j < m.d; j++)
            out->coef[t * m.d + j] *= m.scale[j];
    cfi_linear_intercept(data, m.mean, m.y_mean, out->coef, out->intercept);
    CF_GO(take_factor(&s, m.scale, 1, out));
    *done = true;
cleanup:
    cfi_spd_clear(&s);
    cfi_linear_moments_clear(&m);
    return status;
}

/* ---- from the rows: n x n ---- */

typedef struct rows_route {
    const cfi_linear_data *data;
    double *mean, *y_mean; /* (d), (k) */
    double *dual;          /* (k, n) */
    double *change;        /* (k, d) */
    double *roots;         /* (n) of the weights */
    double weight;
    double filled; /* the eigenvalue given to the null direction */
    cfi_linear_kernel kernel;
    cfi_spd spd;
} rows_route;

/*
 * The rows of a centred C add up to zero: K has the null vector s = sqrt(W) 1. Adding c s s' / s's
 * removes it and changes no solution, for the targets are orthogonal to s.
 */
static void fill_null_direction(rows_route *r)
{
    const cf_index n = r->data->n, ld = r->kernel.ld;
    double trace = 0;
    for (cf_index i = 0; i < n; i++)
        trace += r->kernel.K[i * ld + i];
    r->filled = trace / (double)n;
    for (cf_index i = 0; i < n; i++) {
        const double factor = r->filled / r->weight * r->roots[i];
        for (cf_index j = i; j < n; j++)
            r->kernel.K[i * ld + j] += factor * r->roots[j];
    }
}

/* coef += C' K^-1 (targets - C coef), twice where K is not well conditioned. */
static cf_status correct_rows(rows_route *r, double rcond, double *coef)
{
    const cf_index length = r->data->k * r->data->d;
    for (int step = 0; step < (rcond < refine_below ? 2 : 1); step++) {
        cfi_linear_kernel_residual(&r->kernel, r->y_mean, coef, r->dual);
        CF_TRY(cfi_spd_solve(&r->spd, r->data->k, r->dual));
        cfi_linear_kernel_coef(&r->kernel, r->dual, r->change);
        for (cf_index j = 0; j < length; j++)
            coef[j] += r->change[j];
        CF_TRY(cf_run_check(r->data->run));
    }
    return CF_OK;
}

static cf_status prepare_rows(rows_route *r, const cfi_linear_data *data)
{
    r->data = data;
    CF_TRY(CF_ALLOC(r->mean, data->d));
    CF_TRY(CF_ALLOC(r->y_mean, data->k));
    CF_TRY(CF_ALLOC(r->dual, data->k * data->n));
    CF_TRY(CF_ALLOC(r->change, data->k * data->d));
    CF_TRY(CF_ALLOC(r->roots, data->n));
    for (cf_index i = 0; i < data->n; i++)
        r->roots[i] = cfi_linear_root(data, i);
    CF_TRY(cfi_linear_means(data, r->mean, r->y_mean, &r->weight));
    return cfi_linear_kernel_new(&r->kernel, data, r->mean);
}

static cf_status solve_by_rows(const cfi_linear_data *data, cfi_least_squares *out, bool *done)
{
    cf_status status = CF_OK;
    rows_route r = {0};
    double rcond = 0;
    bool definite = false;
    CF_GO(prepare_rows(&r, data));
    if (!r.kernel.usable)
        goto cleanup;
    if (data->centre)
        fill_null_direction(&r);
    CF_GO(cfi_spd_new(&r.spd, data->n, r.kernel.K, r.kernel.ld));
    CF_GO(cfi_spd_factor(data->run, &r.spd, NULL, &definite));
    if (definite && r.spd.null == 0)
        CF_GO(cfi_spd_rcond(&r.spd, &rcond));
    if (!(rcond >= refuse_below))
        goto cleanup;
    CF_GO(cfi_least_squares_new(data, out));
    CF_GO(correct_rows(&r, rcond, out->coef));
    for (cf_index j = 0; j < data->k * data->d; j++)
        out->coef[j] *= r.kernel.scale;
    cfi_linear_intercept(data, r.mean, r.y_mean, out->coef, out->intercept);
    CF_GO(take_factor(&r.spd, &r.kernel.scale, 0, out));
    if (data->centre) {
        out->rank--;
        out->filled = sqrt(r.filled) / r.kernel.scale;
    }
    *done = true;
cleanup:
    cf_free(r.mean);
    cf_free(r.y_mean);
    cf_free(r.dual);
    cf_free(r.change);
    cf_free(r.roots);
    cfi_spd_clear(&r.spd);
    cfi_linear_kernel_clear(&r.kernel);
    return status;
}

cf_status cfi_least_squares_solve(const cfi_linear_data *data, cfi_least_squares *out)
{
    const cf_index n = data->n, d = data->d;
    const double work = (double)n * (double)d * (double)(n < d ? n : d);
    bool done = false;
    if (work < SMALL || n < d)
        CF_TRY(cf_fit_scan(data->self, data->args));
    if (work >= SMALL && n >= d)
        CF_TRY(solve_by_columns(data, out, &done));
    else if (work >= SMALL)
        CF_TRY(solve_by_rows(data, out, &done));
    return done ? CF_OK : cfi_least_squares_qr(data, out);
}
