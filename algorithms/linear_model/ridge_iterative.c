/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Conjugate gradients: Hestenes and Stiefel (1952), doi:10.6028/jres.049.044. With bounds: MPRGP of
 * Dostal and Schoberl (2005), doi:10.1007/s10589-005-4557-7, with proportioning constant 1:
 * conjugate gradients on the free variables, a projected gradient step where they would leave the
 * bounds, a step along the chopped gradient where that dominates.
 */
#include "algorithms/linear_model/ridge_iterative.h"

#include "algorithms/linear_model/linear_operator.h"
#include "algorithms/linear_model/lsqr.h"
#include "matrix/linalg.h"

#include <float.h>
#include <math.h>
#include <string.h>

typedef struct iteration {
    const cfi_ridge *problem;
    cfi_ridge_limits *limits;
    cfi_linear_operator op;
    bool by_rows;          /* unknowns are dual: A A' + alpha, else A'A + alpha */
    cf_index size;         /* unknowns */
    double alpha;          /* of the current target */
    double *mean, *y_mean; /* (d), (k) */
    double *target;        /* (n) */
    double *between;       /* the other side of a product */
    double *b, *x, *r, *p, *q;
} iteration;

static cf_status begin(iteration *it, const cfi_ridge *problem, cfi_ridge_limits *limits,
                       bool by_rows)
{
    const cfi_linear_data *data = problem->data;
    const cf_index n = data->n, d = data->d;
    double weight;
    *it = (iteration){.problem = problem, .limits = limits, .by_rows = by_rows};
    it->size = by_rows ? n : d;
    limits->converged = true;
    CF_TRY(CF_ALLOC(it->mean, d));
    CF_TRY(CF_ALLOC(it->y_mean, data->k));
    CF_TRY(CF_ALLOC(it->target, n));
    CF_TRY(CF_ALLOC(it->between, n > d ? n : d));
    CF_TRY(CF_ALLOC(it->b, it->size));
    CF_TRY(CF_ALLOC(it->x, it->size));
    CF_TRY(CF_ALLOC(it->r, it->size));
    CF_TRY(CF_ALLOC(it->p, it->size));
    CF_TRY(CF_ALLOC(it->q, it->size));
    CF_TRY(cfi_linear_means(data, it->mean, it->y_mean, &weight));
    return cfi_linear_operator_new(&it->op, data, it->mean, NULL);
}

static void end(iteration *it)
{
    cfi_linear_operator_clear(&it->op);
    cf_free(it->mean);
    cf_free(it->y_mean);
    cf_free(it->target);
    cf_free(it->between);
    cf_free(it->b);
    cf_free(it->x);
    cf_free(it->r);
    cf_free(it->p);
    cf_free(it->q);
}

/* Notes the iterations of target t. */
static void note(iteration *it, cf_index t, cf_index count, bool converged)
{
    if (it->limits->n_iter)
        it->limits->n_iter[t] = (double)count;
    it->limits->converged = it->limits->converged && converged;
}

/* out = (A'A + alpha) in, or (A A' + alpha) in. */
static cf_status multiply(iteration *it, const double *in, double *out)
{
    if (it->by_rows) {
        CF_TRY(cfi_linear_apply_transposed(&it->op, in, it->between));
        CF_TRY(cfi_linear_apply(&it->op, it->between, out));
    } else {
        CF_TRY(cfi_linear_apply(&it->op, in, it->between));
        CF_TRY(cfi_linear_apply_transposed(&it->op, it->between, out));
    }
    cfi_axpy_1(it->size, it->alpha, in, out);
    return CF_OK;
}

/* Starts target t: its penalty, and b of the system (...) x = b. */
static cf_status begin_target(iteration *it, cf_index t)
{
    const cfi_linear_data *data = it->problem->data;
    it->alpha = it->problem->alpha[t];
    memset(it->x, 0, (size_t)it->size * sizeof *it->x);
    cfi_linear_target(data, t, it->y_mean[t], it->target);
    if (!it->by_rows)
        return cfi_linear_apply_transposed(&it->op, it->target, it->b);
    memcpy(it->b, it->target, (size_t)it->size * sizeof *it->b);
    return CF_OK;
}

static cf_status iterate_cg(iteration *it, cf_index t)
{
    const cf_index size = it->size;
    const cf_index most = it->limits->max_iter > 0 ? it->limits->max_iter : 10 * size;
    const double enough = it->limits->tolerance * cfi_norm_1(size, it->b);
    double square = cfi_dot_1(size, it->b, it->b);
    cf_index count = 0;
    memcpy(it->r, it->b, (size_t)size * sizeof *it->r);
    memcpy(it->p, it->b, (size_t)size * sizeof *it->p);
    while (square > 0 && sqrt(square) > enough && count < most) {
        CF_TRY(cf_run_check(it->problem->data->run));
        CF_TRY(multiply(it, it->p, it->q));
        const double curvature = cfi_dot_1(size, it->p, it->q);
        if (!(curvature > 0))
            break;
        cfi_axpy_1(size, square / curvature, it->p, it->x);
        cfi_axpy_1(size, -square / curvature, it->q, it->r);
        const double next = cfi_dot_1(size, it->r, it->r);
        for (cf_index j = 0; j < size; j++)
            it->p[j] = it->r[j] + next / square * it->p[j];
        square = next;
        count++;
    }
    note(it, t, count, square == 0 || sqrt(square) <= enough);
    return CF_OK;
}

cf_status cfi_ridge_cg(const cfi_ridge *problem, cfi_ridge_limits *limits)
{
    cf_status status = CF_OK;
    const cfi_linear_data *data = problem->data;
    iteration it = {0};
    CF_GO(begin(&it, problem, limits, data->d > data->n));
    for (cf_index t = 0; t < data->k; t++) {
        double *coef = problem->coef + t * data->d;
        CF_GO(begin_target(&it, t));
        CF_GO(iterate_cg(&it, t));
        if (it.by_rows)
            CF_GO(cfi_linear_apply_transposed(&it.op, it.x, coef));
        else
            memcpy(coef, it.x, (size_t)data->d * sizeof *coef);
    }
    cfi_linear_intercept(data, it.mean, it.y_mean, problem->coef, problem->intercept);
cleanup:
    end(&it);
    return status;
}

cf_status cfi_ridge_lsqr(const cfi_ridge *problem, cfi_ridge_limits *limits)
{
    cf_status status = CF_OK;
    const cfi_linear_data *data = problem->data;
    iteration it = {0};
    CF_GO(begin(&it, problem, limits, false));
    for (cf_index t = 0; t < data->k; t++) {
        const cfi_lsqr_options options = {sqrt(problem->alpha[t]), limits->tolerance,
                                          limits->max_iter};
        cf_index count;
        bool converged;
        cfi_linear_target(data, t, it.y_mean[t], it.target);
        CF_GO(
            cfi_lsqr(&it.op, &options, it.target, problem->coef + t * data->d, &count, &converged));
        note(&it, t, count, converged);
    }
    cfi_linear_intercept(data, it.mean, it.y_mean, problem->coef, problem->intercept);
cleanup:
    end(&it);
    return status;
}

/* ---- with bounds ---- */

/* The largest eigenvalue, from below, by some steps of the power method; destroys p and q. */
static cf_status estimate_norm(iteration *it, double *norm)
{
    enum { STEPS = 15 };
    double length = cfi_norm_1(it->size, it->b);
    *norm = 0;
    memcpy(it->p, it->b, (size_t)it->size * sizeof *it->p);
    for (int step = 0; step < STEPS && length > 0; step++) {
        for (cf_index j = 0; j < it->size; j++)
            it->p[j] /= length;
        CF_TRY(multiply(it, it->p, it->q));
        length = cfi_norm_1(it->size, it->q);
        memcpy(it->p, it->q, (size_t)it->size * sizeof *it->p);
        *norm = length;
    }
    return CF_OK;
}

/* The gradient r split: free (x > 0), and chopped (x = 0, pulling inwards). */
typedef struct split {
    double free_square, chopped_square; /* squares of their norms */
    double reduced;                     /* free times what a step of length `step` keeps of it */
} split;

static split split_gradient(const iteration *it, double step)
{
    split s = {0};
    for (cf_index j = 0; j < it->size; j++) {
        const double g = it->r[j];
        if (it->x[j] > 0) {
            s.free_square += g * g;
            s.reduced += g * (g > 0 ? fmin(it->x[j] / step, g) : g);
        } else if (g < 0) {
            s.chopped_square += g * g;
        }
    }
    return s;
}

static double free_part(const iteration *it, cf_index j)
{
    return it->x[j] > 0 ? it->r[j] : 0;
}

/* r = (...) x - b. */
static cf_status find_gradient(iteration *it)
{
    CF_TRY(multiply(it, it->x, it->r));
    cfi_axpy_1(it->size, -1, it->b, it->r);
    return CF_OK;
}

/* A conjugate gradient step along p, or as far as the bounds allow and a projected step after. */
static cf_status step_free(iteration *it, double step)
{
    double feasible = DBL_MAX;
    CF_TRY(multiply(it, it->p, it->q));
    const double curvature = cfi_dot_1(it->size, it->p, it->q);
    const double full = curvature > 0 ? cfi_dot_1(it->size, it->r, it->p) / curvature : 0;
    for (cf_index j = 0; j < it->size; j++)
        if (it->p[j] > 0)
            feasible = fmin(feasible, it->x[j] / it->p[j]);
    if (full <= feasible) {
        cfi_axpy_1(it->size, -full, it->p, it->x);
        cfi_axpy_1(it->size, -full, it->q, it->r);
        double along = 0;
        for (cf_index j = 0; j < it->size; j++)
            along += free_part(it, j) * it->q[j];
        for (cf_index j = 0; j < it->size; j++)
            it->p[j] = free_part(it, j) - (curvature > 0 ? along / curvature : 0) * it->p[j];
        return CF_OK;
    }
    cfi_axpy_1(it->size, -feasible, it->q, it->r);
    for (cf_index j = 0; j < it->size; j++) {
        const double half = fmax(it->x[j] - feasible * it->p[j], 0);
        it->x[j] = half > 0 ? fmax(half - step * it->r[j], 0) : 0;
    }
    CF_TRY(find_gradient(it));
    for (cf_index j = 0; j < it->size; j++)
        it->p[j] = free_part(it, j);
    return CF_OK;
}

/* A step along the chopped gradient: releases variables from their bound. */
static cf_status step_chopped(iteration *it)
{
    for (cf_index j = 0; j < it->size; j++)
        it->p[j] = it->x[j] > 0 ? 0 : fmin(it->r[j], 0);
    CF_TRY(multiply(it, it->p, it->q));
    const double curvature = cfi_dot_1(it->size, it->p, it->q);
    const double full = curvature > 0 ? cfi_dot_1(it->size, it->r, it->p) / curvature : 0;
    cfi_axpy_1(it->size, -full, it->p, it->x);
    cfi_axpy_1(it->size, -full, it->q, it->r);
    for (cf_index j = 0; j < it->size; j++)
        it->p[j] = free_part(it, j);
    return CF_OK;
}

static cf_status iterate_projected(iteration *it, cf_index t)
{
    const cf_index most = it->limits->max_iter > 0 ? it->limits->max_iter : 15000;
    const double enough = it->limits->tolerance * cfi_norm_1(it->size, it->b);
    double norm;
    CF_TRY(estimate_norm(it, &norm));
    const double step = norm > 0 ? 1 / (1.2 * norm) : 1;
    bool converged = false;
    cf_index count = 0;
    CF_TRY(find_gradient(it));
    for (cf_index j = 0; j < it->size; j++)
        it->p[j] = free_part(it, j);
    for (;; count++) {
        const split s = split_gradient(it, step);
        converged = sqrt(s.free_square + s.chopped_square) <= enough;
        if (converged || count == most)
            break;
        CF_TRY(cf_run_check(it->problem->data->run));
        CF_TRY(s.chopped_square <= s.reduced ? step_free(it, step) : step_chopped(it));
    }
    note(it, t, count, converged);
    return CF_OK;
}

cf_status cfi_ridge_projected(const cfi_ridge *problem, cfi_ridge_limits *limits)
{
    cf_status status = CF_OK;
    const cfi_linear_data *data = problem->data;
    iteration it = {0};
    CF_GO(begin(&it, problem, limits, false));
    for (cf_index t = 0; t < data->k; t++) {
        CF_GO(begin_target(&it, t));
        CF_GO(iterate_projected(&it, t));
        memcpy(problem->coef + t * data->d, it.x, (size_t)data->d * sizeof *it.x);
    }
    cfi_linear_intercept(data, it.mean, it.y_mean, problem->coef, problem->intercept);
cleanup:
    end(&it);
    return status;
}
