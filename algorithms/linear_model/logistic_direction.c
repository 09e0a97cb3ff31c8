/* SPDX-License-Identifier: BSD-3-Clause */
/* Newton directions: which Hessian, exact or by products. */
#include "algorithms/linear_model/logistic_direction.h"

#include "matrix/kernels.h"
#include "matrix/linalg.h"

#include <string.h>

enum { MOST_PRODUCTS = 1000, SAMPLE = 64 }; /* sampled rows for a column */

cf_status cfi_logistic_direction_new(cfi_logistic_direction *s, const cfi_logistic *p, bool centred,
                                     const bool *held, const double *damping)
{
    const cf_index size = cfi_logistic_size(p), room = (size + 7) / 8 * 8;
    cf_status status;
    *s = (cfi_logistic_direction){.p = p, .size = size};
    CF_GO(cfi_logistic_scale_new(&s->scale, p));
    s->scale.centred = centred;
    s->scale.held = held;
    s->scale.damping = damping;
    CF_GO(CF_ALLOC_ZERO(s->memory, 4 * room));
    s->r = s->memory;
    s->z = s->r + room;
    s->v = s->z + room;
    s->Hv = s->v + room;
    s->skip = p->n / (SAMPLE * s->scale.q + 1);
    s->is_far = s->skip >= 4;
    s->worth = s->scale.factors ? 4 + s->scale.q / 6 : 0;
cleanup:
    if (status != CF_OK)
        cfi_logistic_scale_clear(&s->scale);
    return status;
}

void cfi_logistic_direction_clear(cfi_logistic_direction *s)
{
    cfi_logistic_scale_clear(&s->scale);
    cf_free(s->memory);
    s->memory = NULL;
}

static cf_status refresh(cfi_logistic_direction *s)
{
    CF_TRY(cfi_logistic_scale_take(&s->scale, s->p));
    s->has_scale = true;
    return CF_OK;
}

/* r = -G where nothing is held, else 0. */
static void negate(const cfi_logistic_direction *s, const double *G)
{
    const bool *held = s->scale.held;
    for (cf_index j = 0; j < s->size; j++)
        s->r[j] = held && held[j] ? 0 : -G[j];
}

/*
 * Conjugate gradients until the residual is `forcing` of G, in the scaled norm. A direction whose
 * curvature is rounding beside what the scale M makes of it (v'Mv, from the recurrence) has none: a
 * step along it would be as long as the noise of G over that of the Hessian.
 */
static cf_status solve_by_products(cfi_logistic_direction *s, const double *G, double forcing,
                                   double *D)
{
    const cfi_logistic *p = s->p;
    const bool *held = s->scale.held;
    const size_t bytes = (size_t)s->size * sizeof *D;
    memset(D, 0, bytes);
    negate(s, G);
    CF_TRY(cfi_logistic_scale_apply(&s->scale, p, s->r, s->z));
    memcpy(s->v, s->z, bytes);
    const double flat = s->scale.factors ? 1e-18 : 1e-26; /* factors add 1e-8 to what is singular */
    double rz = cfi_dot_1(s->size, s->r, s->z), scaled = rz;
    const double enough = forcing * forcing * rz;
    for (s->products = 0; s->products < MOST_PRODUCTS && rz > enough; s->products++) {
        CF_TRY(cf_run_check(p->run));
        CF_TRY(cfi_logistic_product(p, s->v, s->Hv));
        for (cf_index j = 0; s->scale.damping && j < s->size; j++)
            s->Hv[j] += s->scale.damping[j] * s->v[j];
        const double curvature = cfi_dot_1(s->size, s->v, s->Hv);
        if (!(curvature > flat * scaled)) {
            s->has_scale &= s->products > 0; /* or a Hessian that was much larger */
            break;
        }
        const double step = rz / curvature;
        cfi_axpy_1(s->size, step, s->v, D);
        cfi_axpy_1(s->size, -step, s->Hv, s->r);
        for (cf_index j = 0; held && j < s->size; j++)
            s->r[j] = held[j] ? 0 : s->r[j];
        CF_TRY(cfi_logistic_scale_apply(&s->scale, p, s->r, s->z));
        const double next = cfi_dot_1(s->size, s->r, s->z), ratio = next / rz;
        for (cf_index j = 0; j < s->size; j++)
            s->v[j] = s->z[j] + ratio * s->v[j];
        scaled = next + ratio * ratio * scaled;
        rz = next;
    }
    if (s->products == 0)
        memcpy(D, s->z, bytes);
    return CF_OK;
}

cf_status cfi_logistic_direction_find(cfi_logistic_direction *s, const double *G, double progress,
                                      double forcing, double *D)
{
    const double fast = 0.1; /* a pass over the data must gain this much to replace a new Hessian */
    if (!s->scale.factors || s->p->k > 1) {
        if (!s->has_scale || s->products > s->worth)
            CF_TRY(refresh(s));
        return solve_by_products(s, G, forcing, D);
    }
    const bool sampled = s->scale.skip > 1;
    s->scale.skip = s->is_far ? s->skip : 1;
    if (!s->has_scale || progress > fast || (sampled && !s->is_far))
        CF_TRY(refresh(s));
    if (!s->scale.direct)
        return solve_by_products(s, G, forcing, D);
    negate(s, G);
    return cfi_logistic_scale_apply(&s->scale, s->p, s->r, D);
}

/*
 * The quadratic model is good where margins change by less than about 1. Their mean square change,
 * weighted by the curvatures h, is decrease / sum h.
 */
void cfi_logistic_direction_tell(cfi_logistic_direction *s, double decrease)
{
    const cfi_logistic *p = s->p;
    if (s->is_far)
        s->is_far = p->k == 1 && decrease > 0.01 * cfi_sum(p->curvature, NULL, p->n);
}
