/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * (G + alpha I) b = X'y, or b = X' (K + alpha I)^-1 y where rows are fewer: Saunders, Gammerman and
 * Vovk (1998). Where rounding could show in the optimality conditions, the solution is refined on
 * residuals of the data themselves.
 */
#include "algorithms/linear_model/ridge_solver.h"

#include "algorithms/linear_model/linear_kernel.h"
#include "algorithms/linear_model/linear_moments.h"
#include "algorithms/linear_model/linear_operator.h"
#include "algorithms/linear_model/spd.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { MOST_REFINEMENTS = 4 };

/* Below it a matrix counts as singular; a bound above the second is as good as an estimate. */
static const double singular_below = 1e-13, plain_above = 1e-10;

/* Relative rounding error of the optimality conditions above which a solution is refined. */
static const double refine_above = 2e-14;

/* Factors with this ridge; *solved is false for a matrix that is singular to rounding. */
static cf_status factor(cf_run *run, cfi_spd *s, const double *ridge, bool *solved)
{
    bool definite;
    double rcond;
    CF_TRY(cfi_spd_factor(run, s, ridge, &definite));
    *solved = definite;
    if (!definite || s->least > plain_above * s->norm)
        return CF_OK;
    CF_TRY(cfi_spd_rcond(s, &rcond));
    *solved = rcond > singular_below;
    return CF_OK;
}

/* The next target after `t` that has not the penalty of an earlier one is factored anew. */
static bool is_first_with_alpha(const cfi_ridge *p, cf_index t)
{
    for (cf_index u = 0; u < t; u++)
        if (p->alpha[u] == p->alpha[t])
            return false;
    return true;
}

/* ---- from the columns: d x d ---- */

typedef struct columns {
    const cfi_ridge *problem;
    cfi_linear_moments m;
    cfi_spd spd;
    cfi_linear_operator op;
    double *ridge;    /* (d) penalty of the scaled coefficients */
    double *gradient; /* (d) */
    double *residual; /* (n) */
} columns;

/* The largest |x[j] / scale[j]|: a gradient in the units of the data. */
static double largest_of(const cfi_linear_moments *m, const double *x)
{
    double largest = 0;
    for (cf_index j = 0; j < m->d; j++)
        largest = fmax(largest, fabs(x[j] / m->scale[j]));
    return largest;
}

static cf_status refine_target(columns *c, cf_index t, double *v)
{
    const cf_index d = c->m.d;
    const double size = largest_of(&c->m, c->m.xy + t * d);
    cfi_spd_absolute_product(&c->spd, v, c->gradient);
    if (!(DBL_EPSILON * largest_of(&c->m, c->gradient) > refine_above * size))
        return CF_OK;
    if (!c->residual) {
        CF_TRY(cfi_linear_operator_new(&c->op, c->problem->data, c->m.mean, c->m.scale));
        CF_TRY(CF_ALLOC(c->residual, c->problem->data->n));
    }
    for (int step = 0; step < MOST_REFINEMENTS; step++) {
        CF_TRY(cf_run_check(c->problem->data->run));
        CF_TRY(cfi_linear_gradient(&c->op, t, c->m.y_mean[t], v, c->residual, c->gradient));
        for (cf_index j = 0; j < d; j++)
            c->gradient[j] -= c->ridge[j] * v[j];
        if (largest_of(&c->m, c->gradient) <= 0.5 * refine_above * size)
            break;
        CF_TRY(cfi_spd_solve(&c->spd, 1, c->gradient));
        for (cf_index j = 0; j < d; j++)
            v[j] += c->gradient[j];
    }
    return CF_OK;
}

/* All targets with the penalty of target `first`. */
static cf_status solve_alpha(columns *c, cf_index first, bool *solved)
{
    const cfi_ridge *p = c->problem;
    const cf_index d = c->m.d;
    for (cf_index j = 0; j < d; j++)
        c->ridge[j] = p->alpha[first] * c->m.scale[j] * c->m.scale[j];
    CF_TRY(factor(p->data->run, &c->spd, c->ridge, solved));
    for (cf_index t = first; *solved && t < p->data->k; t++) {
        double *v = p->coef + t * d;
        if (p->alpha[t] != p->alpha[first])
            continue;
        memcpy(v, c->m.xy + t * d, (size_t)d * sizeof *v);
        CF_TRY(cfi_spd_solve(&c->spd, 1, v));
        CF_TRY(refine_target(c, t, v));
    }
    return CF_OK;
}

static cf_status solve_by_columns(const cfi_ridge *p, bool *solved)
{
    cf_status status = CF_OK;
    columns c = {.problem = p};
    CF_GO(cfi_linear_moments_new(&c.m, p->data));
    *solved = c.m.usable;
    if (!c.m.usable)
        goto cleanup;
    CF_GO(cfi_spd_new(&c.spd, c.m.d, c.m.gram, c.m.ld));
    CF_GO(CF_ALLOC(c.ridge, c.m.d));
    CF_GO(CF_ALLOC(c.gradient, c.m.d));
    for (cf_index t = 0; *solved && t < c.m.k; t++)
        if (is_first_with_alpha(p, t))
            CF_GO(solve_alpha(&c, t, solved));
    for (cf_index t = 0; t < c.m.k; t++)
        for (cf_index j = 0; j < c.m.d; j++)
            p->coef[t * c.m.d + j] *= c.m.scale[j];
    cfi_linear_intercept(p->data, c.m.mean, c.m.y_mean, p->coef, p->intercept);
cleanup:
    cf_free(c.ridge);
    cf_free(c.gradient);
    cf_free(c.residual);
    cfi_linear_operator_clear(&c.op);
    cfi_spd_clear(&c.spd);
    cfi_linear_moments_clear(&c.m);
    return status;
}

/* ---- from the rows: n x n ---- */

typedef struct rows {
    const cfi_ridge *problem;
    cfi_linear_kernel kernel;
    cfi_spd spd;
    double *mean, *y_mean; /* (d), (k) */
    double *dual;          /* (k, n) */
    double *target;        /* (k, n) what is still to be solved for */
    double *ridge;         /* (n) */
    bool refine;           /* some dual solution is large against its target */
} rows;

static double largest_in(cf_index n, const double *x)
{
    double largest = 0;
    for (cf_index i = 0; i < n; i++)
        largest = fmax(largest, fabs(x[i]));
    return largest;
}

/* Adds to the dual coefficients of the targets with this penalty what solves for `target`. */
static cf_status solve_dual(rows *r, cf_index first, bool *solved)
{
    const cfi_ridge *p = r->problem;
    const cf_index n = p->data->n;
    for (cf_index i = 0; i < n; i++)
        r->ridge[i] = p->alpha[first] * r->kernel.scale * r->kernel.scale;
    CF_TRY(factor(p->data->run, &r->spd, r->ridge, solved));
    for (cf_index t = first; *solved && t < p->data->k; t++) {
        if (p->alpha[t] != p->alpha[first])
            continue;
        double *rest = r->target + t * n;
        const double size = largest_in(n, rest);
        CF_TRY(cfi_spd_solve(&r->spd, 1, rest));
        r->refine =
            r->refine || DBL_EPSILON * r->spd.norm * largest_in(n, rest) > 10 * refine_above * size;
        for (cf_index i = 0; i < n; i++)
            r->dual[t * n + i] += rest[i];
    }
    return CF_OK;
}

/* target = y - C coef - alpha dual; then one more solve. */
static cf_status refine_dual(rows *r, bool *solved)
{
    const cfi_ridge *p = r->problem;
    const cf_index n = p->data->n;
    const double square = r->kernel.scale * r->kernel.scale;
    cfi_linear_kernel_residual(&r->kernel, r->y_mean, p->coef, r->target);
    for (cf_index t = 0; t < p->data->k; t++)
        for (cf_index i = 0; i < n; i++)
            r->target[t * n + i] -= p->alpha[t] * square * r->dual[t * n + i];
    for (cf_index t = 0; *solved && t < p->data->k; t++)
        if (is_first_with_alpha(p, t))
            CF_TRY(solve_dual(r, t, solved));
    cfi_linear_kernel_coef(&r->kernel, r->dual, p->coef);
    return CF_OK;
}

static cf_status prepare_rows(rows *r)
{
    const cfi_linear_data *data = r->problem->data;
    double weight;
    CF_TRY(CF_ALLOC(r->mean, data->d));
    CF_TRY(CF_ALLOC(r->y_mean, data->k));
    CF_TRY(CF_ALLOC_ZERO(r->dual, data->k * data->n));
    CF_TRY(CF_ALLOC(r->target, data->k * data->n));
    CF_TRY(CF_ALLOC(r->ridge, data->n));
    CF_TRY(cfi_linear_means(data, r->mean, r->y_mean, &weight));
    CF_TRY(cfi_linear_kernel_new(&r->kernel, data, r->mean));
    for (cf_index t = 0; t < data->k; t++)
        cfi_linear_target(data, t, r->y_mean[t], r->target + t * data->n);
    return cfi_spd_new(&r->spd, data->n, r->kernel.K, r->kernel.ld);
}

static cf_status solve_by_rows(const cfi_ridge *p, bool *solved)
{
    cf_status status = CF_OK;
    rows r = {.problem = p};
    CF_GO(cf_fit_scan(p->data->self, p->data->args));
    CF_GO(prepare_rows(&r));
    *solved = r.kernel.usable;
    for (cf_index t = 0; *solved && t < p->data->k; t++)
        if (is_first_with_alpha(p, t))
            CF_GO(solve_dual(&r, t, solved));
    if (!*solved)
        goto cleanup;
    cfi_linear_kernel_coef(&r.kernel, r.dual, p->coef);
    if (r.refine)
        CF_GO(refine_dual(&r, solved));
    for (cf_index j = 0; j < p->data->k * p->data->d; j++)
        p->coef[j] *= r.kernel.scale;
    cfi_linear_intercept(p->data, r.mean, r.y_mean, p->coef, p->intercept);
cleanup:
    cf_free(r.mean);
    cf_free(r.y_mean);
    cf_free(r.dual);
    cf_free(r.target);
    cf_free(r.ridge);
    cfi_spd_clear(&r.spd);
    cfi_linear_kernel_clear(&r.kernel);
    return status;
}

cf_status cfi_ridge_cholesky(const cfi_ridge *problem, bool *solved)
{
    const cfi_linear_data *data = problem->data;
    if (data->n < data->d && data->X->storage == CF_DENSE)
        return solve_by_rows(problem, solved);
    return solve_by_columns(problem, solved);
}
