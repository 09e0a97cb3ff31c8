/* SPDX-License-Identifier: BSD-3-Clause */
/* Newton's method with line search, for the smooth objective. */
#include "algorithms/linear_model/logistic_newton.h"

#include "algorithms/linear_model/logistic_direction.h"
#include "matrix/linalg.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { MOST_HALVINGS = 50, SMALL = 2048 };

typedef struct newton {
    cfi_logistic *p;
    cfi_logistic_direction direction;
    cf_index size;
    double *W, *G, *D;          /* point, gradient, direction */
    double *old, *old_gradient; /* before the step */
    double *memory;
    double value;
    double target; /* of the largest component of the gradient */
} newton;

static double largest_of(cf_index n, const double *x)
{
    double largest = 0;
    for (cf_index j = 0; j < n; j++)
        largest = !(fabs(x[j]) <= largest) ? fabs(x[j]) : largest; /* NaN is the largest */
    return largest;
}

static cf_status new_newton(newton *s, cfi_logistic *p, double *W)
{
    const cf_index size = cfi_logistic_size(p), room = (size + 7) / 8 * 8;
    cf_status status;
    *s = (newton){.p = p, .size = size, .W = W};
    CF_GO(CF_ALLOC_ZERO(s->memory, 4 * room));
    s->G = s->memory;
    s->D = s->G + room;
    s->old = s->D + room;
    s->old_gradient = s->old + room;
    CF_GO(cfi_logistic_direction_new(&s->direction, p, p->k > 1, NULL, NULL));
    return CF_OK;
cleanup:
    cf_free(s->memory);
    s->memory = NULL;
    return status;
}

/*
 * Armijo's condition, or near the solution, where rounding hides the decrease, a slope that has
 * fallen (W. Hager, H. Zhang, SIAM J. Optim. 16, 2005, doi:10.1137/030601880).
 */
static bool is_enough(const newton *s, double step, double slope, double before)
{
    const double delta = 1e-4, error = 1e-13 * fabs(before);
    if (s->value <= before + delta * step * slope)
        return true;
    return s->value <= before + error && cfi_dot_1(s->size, s->G, s->D) <= (2 * delta - 1) * slope;
}

/* Halves the step until it is enough; *moved is false when no step is. */
static cf_status take_step(newton *s, double slope, bool *moved)
{
    const size_t bytes = (size_t)s->size * sizeof(double);
    const double before = s->value;
    double step = 1;
    memcpy(s->old, s->W, bytes);
    memcpy(s->old_gradient, s->G, bytes);
    *moved = false;
    for (int halving = 0; slope < 0 && halving < MOST_HALVINGS; halving++, step /= 2) {
        for (cf_index j = 0; j < s->size; j++)
            s->W[j] = s->old[j] + step * s->D[j];
        CF_TRY(cfi_logistic_move(s->p, halving == 0 ? s->D : NULL, s->W, &s->value, s->G));
        if (isfinite(s->value) && is_enough(s, step, slope, before)) {
            *moved = true;
            return CF_OK;
        }
    }
    memcpy(s->W, s->old, bytes);
    memcpy(s->G, s->old_gradient, bytes);
    s->value = before;
    return CF_OK;
}

static cf_status iterate(newton *s, int64_t max_iter, cfi_logistic_end *end)
{
    const double first = largest_of(s->size, s->G);
    double now = first, progress = 1;
    end->n_iter = 0;
    while (now > s->target && end->n_iter < max_iter) {
        bool moved;
        CF_TRY(cf_run_check(s->p->run));
        cf_run_progress(s->p->run, log(first / now) / log(first / s->target), "fit");
        const double forcing = fmax(fmin(0.1, sqrt(now / first)), 0.3 * s->target / now);
        CF_TRY(cfi_logistic_direction_find(&s->direction, s->G, progress, forcing, s->D));
        const double slope = cfi_dot_1(s->size, s->G, s->D);
        CF_TRY(take_step(s, slope, &moved));
        cfi_logistic_direction_tell(&s->direction, -slope);
        const double next = largest_of(s->size, s->G);
        progress = moved ? next / now : 1;
        now = next;
        end->n_iter += moved;
        /* rounding: neither the objective nor the gradient has anything left to lose */
        if (!moved || (-slope < DBL_EPSILON * fabs(s->value) && progress > 0.5))
            break;
    }
    end->value = s->value;
    end->gradient = now;
    return CF_OK;
}

cf_status cfi_logistic_newton(cfi_logistic *p, double tol, int64_t max_iter, double *W,
                              cfi_logistic_end *end)
{
    newton s;
    cf_status status;
    CF_GO(new_newton(&s, p, W));
    /* exact directions converge quadratically, small problems fast: the last digits cost little */
    s.target = tol * p->weight_sum * (s.direction.scale.factors || s.size <= SMALL ? 1e-7 : 1e-3);
    CF_GO(cfi_logistic_move(p, NULL, W, &s.value, s.G));
    CF_GO(iterate(&s, max_iter, end));
    end->gradient /= p->weight_sum;
    end->converged = end->gradient <= tol;
cleanup:
    if (s.memory)
        cfi_logistic_direction_clear(&s.direction);
    cf_free(s.memory);
    return status;
}
