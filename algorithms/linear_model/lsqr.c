/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * LSQR: C. C. Paige, M. A. Saunders, ACM Transactions on Mathematical Software 8, 1982,
 * doi:10.1145/355984.355989: Golub-Kahan bidiagonalisation and a QR factorisation updated with it.
 * The names and the stopping rules are the paper's, with its limit of 1e8 on the condition number.
 */
#include "algorithms/linear_model/lsqr.h"

#include "matrix/linalg.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* The recurrences' scalars. */
typedef struct scalars {
    double alpha, beta; /* of the bidiagonal */
    double rho_bar, phi_bar;
    double a_norm, b_norm; /* Frobenius norm of what was seen of A; |b| */
    double dd_norm, xx_norm, res2;
    double cs2, sn2, z;
} scalars;

/* x = x / |x|; returns |x|. */
static double normalise(cf_index n, double *x)
{
    const double norm = cfi_norm_1(n, x);
    for (cf_index i = 0; norm > 0 && i < n; i++)
        x[i] /= norm;
    return norm;
}

/* The next step of the bidiagonalisation: beta u = A v - alpha u, alpha v = A' u - beta v. */
static cf_status bidiagonalise(cfi_linear_operator *A, scalars *s, double damping, double *u,
                               double *v, double *work)
{
    const cf_index n = A->data->n, d = A->data->d;
    CF_TRY(cfi_linear_apply(A, v, work));
    for (cf_index i = 0; i < n; i++)
        u[i] = work[i] - s->alpha * u[i];
    s->beta = normalise(n, u);
    s->a_norm =
        sqrt(s->a_norm * s->a_norm + s->alpha * s->alpha + s->beta * s->beta + damping * damping);
    CF_TRY(cfi_linear_apply_transposed(A, u, work));
    for (cf_index j = 0; j < d; j++)
        v[j] = work[j] - s->beta * v[j];
    s->alpha = normalise(d, v);
    return CF_OK;
}

/* Rotations, the step of x, and the estimates; true when a stopping rule holds. */
static bool advance(scalars *s, const cfi_lsqr_options *o, cf_index d, const double *v, double *w,
                    double *x)
{
    const double damped = hypot(s->rho_bar, o->damping);
    const double psi = damped > 0 ? o->damping / damped * s->phi_bar : 0;
    if (damped > 0)
        s->phi_bar *= s->rho_bar / damped;
    const double rho = hypot(damped, s->beta), cs = damped / rho, sn = s->beta / rho;
    const double theta = sn * s->alpha, phi = cs * s->phi_bar;
    s->rho_bar = -cs * s->alpha;
    s->phi_bar *= sn;
    const double tau = sn * phi;
    double square = 0;
    for (cf_index j = 0; j < d; j++) {
        x[j] += phi / rho * w[j];
        square += w[j] / rho * (w[j] / rho);
        w[j] = v[j] - theta / rho * w[j];
    }
    s->dd_norm += square;
    const double delta = s->sn2 * rho, gamma_bar = -s->cs2 * rho, rhs = phi - delta * s->z;
    const double z_bar = rhs / gamma_bar, x_norm = sqrt(s->xx_norm + z_bar * z_bar);
    const double gamma = hypot(gamma_bar, theta);
    s->cs2 = gamma_bar / gamma;
    s->sn2 = theta / gamma;
    s->z = rhs / gamma;
    s->xx_norm += s->z * s->z;
    s->res2 += psi * psi;
    const double r_norm = sqrt(s->phi_bar * s->phi_bar + s->res2);
    const double ar_norm = s->alpha * fabs(tau), condition = s->a_norm * sqrt(s->dd_norm);
    const double test1 = r_norm / s->b_norm, grown = s->a_norm * x_norm / s->b_norm;
    const double test2 = ar_norm / (s->a_norm * r_norm + DBL_EPSILON);
    const double test3 = 1 / (condition + DBL_EPSILON);
    return 1 + test3 <= 1 || 1 + test2 <= 1 || 1 + test1 / (1 + grown) <= 1 || test3 <= 1e-8 ||
           test2 <= o->tolerance || test1 <= o->tolerance + o->tolerance * grown;
}

cf_status cfi_lsqr(cfi_linear_operator *A, const cfi_lsqr_options *options, double *u, double *x,
                   cf_index *n_iter, bool *converged)
{
    cf_status status = CF_OK;
    const cf_index n = A->data->n, d = A->data->d;
    const cf_index most = options->max_iter > 0 ? options->max_iter : 2 * d;
    double *v = NULL, *w = NULL, *work = NULL;
    scalars s = {.cs2 = -1};
    CF_GO(CF_ALLOC(v, d));
    CF_GO(CF_ALLOC(w, d));
    CF_GO(CF_ALLOC(work, n > d ? n : d));
    memset(x, 0, (size_t)d * sizeof *x);
    *n_iter = 0;
    *converged = true;
    s.b_norm = s.phi_bar = normalise(n, u);
    CF_GO(cfi_linear_apply_transposed(A, u, v));
    s.alpha = s.rho_bar = normalise(d, v);
    memcpy(w, v, (size_t)d * sizeof *w);
    if (s.alpha * s.b_norm == 0) /* x = 0 is the solution */
        goto cleanup;
    *converged = false;
    while (*n_iter < most && !*converged) {
        CF_GO(cf_run_check(A->data->run));
        ++*n_iter;
        CF_GO(bidiagonalise(A, &s, options->damping, u, v, work));
        *converged = advance(&s, options, d, v, w, x);
    }
cleanup:
    cf_free(v);
    cf_free(w);
    cf_free(work);
    return status;
}
