/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * f(W) + l1 |W|_1 by turns of shrinkage and subspace Newton steps (Z. Wen, W. Yin, D. Goldfarb,
 * Y. Zhang, SIAM J. Sci. Comput. 32, 2010, doi:10.1137/090747695). Shrinkage, a proximal gradient
 * step in the metric of the Hessian's diagonal, lets parameters leave zero; among those that are
 * not zero the penalty is smooth, and a Newton step, cut where a parameter would change its sign,
 * sets others to zero. Where columns are combinations of others the penalty pulls along a flat
 * valley: the Hessian is damped (K. Levenberg, Quart. Appl. Math. 2, 1944, doi:10.1090/qam/10666),
 * the less the better steps go. Once the signs are right convergence is that of Newton's method.
 */
#include "algorithms/linear_model/logistic_direction.h"
#include "algorithms/linear_model/logistic_l1.h"
#include "matrix/linalg.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { MOST_TRIALS = 40, MOST_IDLE = 3 };

typedef struct sparse {
    cfi_logistic *p;
    cfi_logistic_direction direction;
    cf_index size;
    double *W, *G;       /* point, gradient of the smooth part there */
    double *old, *old_G; /* before a step */
    double *D;           /* direction */
    double *next;        /* a point being tried */
    double *pull;        /* G plus the penalty's slope, of what is not held */
    double *metric;      /* diagonal of the Hessian at the start */
    double *damping;     /* times `damped` */
    double *memory;
    bool *held, *held_before;
    const cfi_logistic_l1 *l1;
    double value;    /* of the smooth part */
    double penalty;  /* l1 |W|_1 */
    double strength; /* of the metric: large where parameters are entangled */
    double damped;
} sparse;

static double l1_of(const sparse *s, cf_index j)
{
    return cfi_logistic_l1_of(s->p, s->l1, j);
}

static double pull_of(const sparse *s, cf_index j)
{
    return cfi_logistic_pull(l1_of(s, j), s->W[j], s->G[j]);
}

static double largest_pull(const sparse *s)
{
    return cfi_logistic_largest_pull(s->p, s->l1, s->W, s->G);
}

static cf_status new_sparse(sparse *s, cfi_logistic *p, double *W)
{
    const cf_index size = cfi_logistic_size(p), room = (size + 7) / 8 * 8;
    cf_status status;
    *s = (sparse){.p = p, .size = size, .W = W, .strength = 1, .damped = 1e-3};
    CF_GO(CF_ALLOC_ZERO(s->memory, 8 * room));
    double **const parts[] = {&s->G,    &s->old,  &s->old_G,  &s->D,
                              &s->next, &s->pull, &s->metric, &s->damping};
    for (int i = 0; i < 8; i++)
        *parts[i] = s->memory + i * room;
    CF_GO(CF_ALLOC_ZERO(s->held, 2 * size));
    s->held_before = s->held + size;
    CF_GO(cfi_logistic_direction_new(&s->direction, p, false, s->held, s->damping));
    return CF_OK;
cleanup:
    cf_free(s->memory);
    cf_free(s->held);
    s->memory = NULL;
    return status;
}

static void clear_sparse(sparse *s)
{
    if (!s->memory)
        return;
    cfi_logistic_direction_clear(&s->direction);
    cf_free(s->memory);
    cf_free(s->held);
}

static void remember(sparse *s)
{
    memcpy(s->old, s->W, (size_t)s->size * sizeof *s->W);
    memcpy(s->old_G, s->G, (size_t)s->size * sizeof *s->G);
}

/* Evaluates at the point `next`; after a refused trial from nowhere, for that may have been far. */
static cf_status go_to_next(sparse *s, int trial)
{
    for (cf_index j = 0; j < s->size; j++)
        s->W[j] = trial == 0 ? s->next[j] - s->W[j] : s->next[j];
    CF_TRY(cfi_logistic_move(s->p, trial == 0 ? s->W : NULL, s->next, &s->value, s->G));
    memcpy(s->W, s->next, (size_t)s->size * sizeof *s->W);
    s->penalty = cfi_logistic_l1_value(s->p, s->l1, s->W);
    return CF_OK;
}

static cf_status go_back(sparse *s)
{
    memcpy(s->next, s->old, (size_t)s->size * sizeof *s->old);
    return go_to_next(s, 1);
}

/* ---- shrinkage ---- */

static double shrink(double x, double by)
{
    return x > by ? x - by : x < -by ? x + by : 0;
}

/* next = the shrunk point; returns the model's change of the smooth part. */
static double shrunk_point(sparse *s)
{
    const cf_index active = s->p->intercept ? s->size : s->p->d * s->p->k;
    double model = 0;
    memcpy(s->next, s->old, (size_t)s->size * sizeof *s->old);
    for (cf_index j = 0; j < active; j++) {
        const double weight = s->strength * s->metric[j];
        s->next[j] = shrink(s->old[j] - s->old_G[j] / weight, l1_of(s, j) / weight);
        const double change = s->next[j] - s->old[j];
        model += change * (s->old_G[j] + 0.5 * weight * change);
    }
    return model;
}

/* Shrinks until the model is an upper bound; the metric's strength follows what was needed. */
static cf_status shrink_all(sparse *s)
{
    const double before = s->value, error = 1e-14 * fabs(before);
    remember(s);
    for (int trial = 0; trial < MOST_TRIALS; trial++, s->strength *= 2) {
        const double model = shrunk_point(s);
        CF_TRY(go_to_next(s, trial));
        if (isfinite(s->value) && s->value <= before + model + error) {
            s->strength = trial == 0 ? s->strength / 2 : s->strength;
            return CF_OK;
        }
    }
    return go_back(s);
}

/* ---- Newton steps among what is not zero ---- */

/* Holds what is zero; true when that changed. */
static bool hold_zeros(sparse *s)
{
    const cf_index inner = s->p->d * s->p->k;
    memcpy(s->held_before, s->held, (size_t)s->size);
    for (cf_index j = 0; j < s->size; j++) {
        const bool absent = j >= inner && !s->p->intercept;
        s->held[j] = absent || (s->W[j] == 0 && l1_of(s, j) > 0);
        s->pull[j] = s->held[j] ? 0 : pull_of(s, j);
    }
    return memcmp(s->held, s->held_before, (size_t)s->size) != 0;
}

/* next = the point after a step, cut where signs change; returns what the slope promises there. */
static double cut_point(sparse *s, double step)
{
    double promise = 0;
    for (cf_index j = 0; j < s->size; j++) {
        const double x = s->old[j] + step * s->D[j];
        const bool crosses = l1_of(s, j) > 0 && x * s->old[j] < 0;
        s->next[j] = s->held[j] || crosses ? 0 : x;
        promise += s->pull[j] * (s->next[j] - s->old[j]);
    }
    return promise;
}

/* Halves the step until the objective falls by a part of the promise; *step is 0 if it never does.
 */
static cf_status newton_step(sparse *s, double *step)
{
    const double before = s->value + s->penalty, error = 1e-14 * fabs(before);
    const bool falls = cfi_dot_1(s->size, s->pull, s->D) < 0;
    remember(s);
    *step = 1;
    for (int trial = 0; falls && trial < MOST_TRIALS; trial++, *step /= 2) {
        const double promise = cut_point(s, *step);
        CF_TRY(go_to_next(s, trial));
        const double now = s->value + s->penalty;
        if (isfinite(now) && now <= before + 1e-4 * fmin(promise, 0) + error)
            return CF_OK;
    }
    *step = 0;
    return go_back(s);
}

static void adapt_damping(sparse *s, double step, double progress)
{
    if (step == 1)
        s->damped = fmax(s->damped * fmax(fmin(progress, 0.5), 0.01), 1e-12);
    else
        s->damped = fmin(s->damped * (step > 0 ? 4 : 100), 1e4);
    for (cf_index j = 0; j < s->size; j++)
        s->damping[j] = s->damped * s->metric[j];
}

static cf_status solve(sparse *s, double target, int64_t max_iter, cfi_logistic_end *end)
{
    const double first = largest_pull(s);
    double now = first, progress = 1;
    int idle = 0;
    end->n_iter = 0;
    while (now > target && end->n_iter < max_iter && idle < MOST_IDLE) {
        const double before = s->value + s->penalty;
        double step;
        CF_TRY(cf_run_check(s->p->run));
        cf_run_progress(s->p->run, log(first / now) / log(first / target), "fit");
        CF_TRY(shrink_all(s));
        if (hold_zeros(s))
            s->direction.has_scale = false;
        const double forcing = fmax(fmin(0.1, sqrt(now / first)), 0.3 * target / now);
        CF_TRY(cfi_logistic_direction_find(&s->direction, s->pull, progress, forcing, s->D));
        CF_TRY(newton_step(s, &step));
        cfi_logistic_direction_tell(&s->direction, -cfi_dot_1(s->size, s->pull, s->D));
        const double next = largest_pull(s);
        const bool gained = before - (s->value + s->penalty) > DBL_EPSILON * fabs(before);
        progress = step > 0 ? next / now : 1;
        adapt_damping(s, step, progress);
        idle = gained || next < 0.5 * now ? 0 : idle + 1; /* rounding hides the rest */
        now = next;
        end->n_iter++;
    }
    end->value = s->value + s->penalty;
    end->gradient = now;
    return CF_OK;
}

cf_status cfi_logistic_subspace(cfi_logistic *p, const cfi_logistic_l1 *l1, double target,
                                int64_t max_iter, double *W, cfi_logistic_end *end)
{
    sparse s;
    cf_status status;
    CF_GO(new_sparse(&s, p, W));
    s.l1 = l1;
    CF_GO(cfi_logistic_move(p, NULL, W, &s.value, s.G));
    s.penalty = cfi_logistic_l1_value(p, l1, W);
    CF_GO(cfi_logistic_diagonal(p, s.metric));
    for (cf_index j = 0; j < s.size; j++) /* an empty column */
        s.metric[j] = s.metric[j] > 0 ? s.metric[j] : 1;
    adapt_damping(&s, 1, 1);
    CF_GO(solve(&s, target, max_iter, end));
cleanup:
    clear_sparse(&s);
    return status;
}
