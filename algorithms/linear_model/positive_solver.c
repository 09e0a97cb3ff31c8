/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The active-set method on the normal equations. Then the linear term is corrected so that the
 * gradient at the solution is that of the data themselves, and the method continues from there:
 * the optimality conditions hold to the rounding of a residual, not of a Gram matrix.
 */
#include "algorithms/linear_model/positive_solver.h"

#include "algorithms/linear_model/linear_moments.h"
#include "algorithms/linear_model/linear_operator.h"
#include "algorithms/linear_model/nnls.h"

#include <math.h>
#include <string.h>

typedef struct workspace {
    cfi_linear_moments m;
    cfi_linear_operator op;
    double *residual; /* (n) */
    double *gradient; /* (d) */
    double *ridge;    /* (d) penalty of scaled coefficients */
    double *linear;   /* (d) the corrected linear term */
} workspace;

/* out = (G + ridge) x. */
static void multiply(const workspace *w, const double *x, double *out)
{
    const cf_index d = w->m.d, ld = w->m.ld;
    for (cf_index i = 0; i < d; i++)
        out[i] = (w->m.gram[i * ld + i] + w->ridge[i]) * x[i];
    for (cf_index i = 0; i < d; i++)
        for (cf_index j = i + 1; j < d; j++) {
            out[i] += w->m.gram[i * ld + j] * x[j];
            out[j] += w->m.gram[i * ld + j] * x[i];
        }
}

static cf_status solve_target(workspace *w, cf_index t, double alpha, cf_index max_iter, double *x,
                              bool *converged)
{
    enum { CORRECTIONS = 2 };
    const cfi_linear_data *data = w->op.data;
    const cf_index d = w->m.d;
    for (cf_index j = 0; j < d; j++)
        w->ridge[j] = alpha * w->m.scale[j] * w->m.scale[j];
    memcpy(w->linear, w->m.xy + t * d, (size_t)d * sizeof *w->linear);
    const cfi_nnls_problem problem = {d, w->m.ld, w->m.gram, w->ridge, w->linear, max_iter};
    /* The columns that pull upwards alone are a fair guess of the passive ones. */
    memcpy(x, w->linear, (size_t)d * sizeof *x);
    for (int round = 0; round <= CORRECTIONS; round++) {
        CF_TRY(cfi_nnls(data->run, &problem, x, converged));
        if (round == CORRECTIONS || !*converged)
            break;
        CF_TRY(cfi_linear_gradient(&w->op, t, w->m.y_mean[t], x, w->residual, w->gradient));
        multiply(w, x, w->linear);
        for (cf_index j = 0; j < d; j++)
            w->linear[j] += w->gradient[j] - w->ridge[j] * x[j];
    }
    return CF_OK;
}

cf_status cfi_positive_solve(const cfi_linear_data *data, const double *alpha, cf_index max_iter,
                             double *coef, double *intercept, bool *converged)
{
    cf_status status = CF_OK;
    workspace w = {0};
    *converged = true;
    CF_GO(cfi_linear_moments_new(&w.m, data));
    if (!w.m.usable) {
        status = cf_fail(CF_ERR_NUMERIC, "the squares of X leave the range of doubles");
        goto cleanup;
    }
    CF_GO(cfi_linear_operator_new(&w.op, data, w.m.mean, w.m.scale));
    CF_GO(CF_ALLOC(w.residual, data->n));
    CF_GO(CF_ALLOC(w.gradient, data->d));
    CF_GO(CF_ALLOC(w.ridge, data->d));
    CF_GO(CF_ALLOC(w.linear, data->d));
    for (cf_index t = 0; t < data->k; t++) {
        bool done = false;
        double *x = coef + t * data->d;
        CF_GO(solve_target(&w, t, alpha ? alpha[t] : 0, max_iter, x, &done));
        *converged = *converged && done;
        for (cf_index j = 0; j < data->d; j++)
            x[j] *= w.m.scale[j];
    }
    cfi_linear_intercept(data, w.m.mean, w.m.y_mean, coef, intercept);
cleanup:
    cfi_linear_operator_clear(&w.op);
    cfi_linear_moments_clear(&w.m);
    cf_free(w.residual);
    cf_free(w.gradient);
    cf_free(w.ridge);
    cf_free(w.linear);
    return status;
}
