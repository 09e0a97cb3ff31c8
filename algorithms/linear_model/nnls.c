/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The active-set method of Lawson and Hanson (Solving Least Squares Problems, 1974, chapter 23,
 * doi:10.1137/1.9781611971217) on the normal equations (Bro and de Jong 1997,
 * doi:10.1002/(SICI)1099-128X(199709/10)11:5<393::AID-CEM483>3.0.CO;2-L), with a Cholesky factor of
 * the passive columns that is extended by a column and shortened by rotations, and started from a
 * guess of the passive set. A column that depends on the passive ones is passed over.
 */
#include "algorithms/linear_model/nnls.h"

#include "matrix/linalg.h"

#include <float.h>
#include <math.h>
#include <string.h>

typedef struct active_set {
    const cfi_nnls_problem *problem;
    cf_index size;    /* of the passive set */
    cf_index *member; /* (d) passive columns in the order of the factor */
    double *R;        /* (d, d) column-major: R'R = G of the passive columns */
    double *s;        /* (d) solution on the passive set */
    double *gradient; /* (d) c - G x */
    bool *passive;    /* (d) */
    bool *passed;     /* (d) not to be tried before x has changed */
} active_set;

static double entry(const cfi_nnls_problem *p, cf_index i, cf_index j)
{
    if (i == j)
        return p->G[i * p->ld + i] + (p->more ? p->more[i] : 0);
    return i < j ? p->G[i * p->ld + j] : p->G[j * p->ld + i];
}

/* Adds column j to the factor; false when it depends on those that are there. */
static bool append(active_set *a, cf_index j)
{
    const cf_index d = a->problem->d, size = a->size;
    double *column = a->R + size * d;
    const double square = entry(a->problem, j, j);
    for (cf_index i = 0; i < size; i++) {
        const double *row = a->R + i * d;
        column[i] = (entry(a->problem, a->member[i], j) - cfi_dot_1(i, row, column)) / row[i];
    }
    const double rest = square - cfi_dot_1(size, column, column);
    if (!(rest > 1e-13 * square))
        return false;
    column[size] = sqrt(rest);
    a->member[a->size++] = j;
    a->passive[j] = true;
    return true;
}

/* Takes member q out: its column goes, rotations make the rest triangular again. */
static void take_out(active_set *a, cf_index q)
{
    const cf_index d = a->problem->d;
    a->passive[a->member[q]] = false;
    a->size--;
    for (cf_index j = q; j < a->size; j++) {
        a->member[j] = a->member[j + 1];
        memcpy(a->R + j * d, a->R + (j + 1) * d, (size_t)(j + 2) * sizeof *a->R);
    }
    for (cf_index i = q; i < a->size; i++) {
        double *top = a->R + i * d + i;
        const double length = hypot(top[0], top[1]), c = top[0] / length, s = top[1] / length;
        top[0] = length;
        for (cf_index j = i + 1; j < a->size; j++) {
            double *pair = a->R + j * d + i;
            const double upper = c * pair[0] + s * pair[1];
            pair[1] = c * pair[1] - s * pair[0];
            pair[0] = upper;
        }
    }
}

/* s = the unconstrained solution on the passive columns. */
static void solve_passive(active_set *a)
{
    const cf_index d = a->problem->d, size = a->size;
    for (cf_index i = 0; i < size; i++)
        a->s[i] =
            (a->problem->c[a->member[i]] - cfi_dot_1(i, a->R + i * d, a->s)) / a->R[i * d + i];
    for (cf_index i = size - 1; i >= 0; i--) {
        a->s[i] /= a->R[i * d + i];
        cfi_axpy_1(i, -a->s[i], a->R + i * d, a->s);
    }
}

/* Moves x to the solution on the passive set, dropping members that would turn negative. */
static void make_feasible(active_set *a, double *x)
{
    while (a->size > 0) {
        double step = 1;
        solve_passive(a);
        for (cf_index q = 0; q < a->size; q++) {
            const double now = x[a->member[q]];
            if (a->s[q] <= 0)
                step = fmin(step, now > 0 ? now / (now - a->s[q]) : 0);
        }
        bool any = false;
        for (cf_index q = a->size - 1; q >= 0; q--) {
            const cf_index j = a->member[q];
            const bool out = a->s[q] <= 0 && !(x[j] > 0 && x[j] / (x[j] - a->s[q]) > step);
            x[j] += step * (a->s[q] - x[j]);
            any = any || out;
            if (out) {
                x[j] = 0;
                a->s[q] = (double)NAN; /* marked; the factor is still needed in this order */
            }
        }
        if (!any)
            return;
        for (cf_index q = a->size - 1; q >= 0; q--)
            if (isnan(a->s[q]))
                take_out(a, q);
    }
}

static void find_gradient(active_set *a, const double *x)
{
    const cfi_nnls_problem *p = a->problem;
    memcpy(a->gradient, p->c, (size_t)p->d * sizeof *p->c);
    for (cf_index q = 0; q < a->size; q++) {
        const cf_index j = a->member[q];
        for (cf_index i = 0; i < j; i++)
            a->gradient[i] -= p->G[i * p->ld + j] * x[j];
        a->gradient[j] -= entry(p, j, j) * x[j];
        cfi_axpy_1(p->d - j - 1, -x[j], p->G + j * p->ld + j + 1, a->gradient + j + 1);
    }
}

/* The column with the steepest descent per unit of its own length; -1 when none descends. */
static cf_index choose_column(const active_set *a)
{
    const cfi_nnls_problem *p = a->problem;
    double largest = 0, best = 0;
    cf_index chosen = -1;
    for (cf_index j = 0; j < p->d; j++) {
        const double length = sqrt(entry(p, j, j));
        if (length > 0)
            largest = fmax(largest, fabs(p->c[j]) / length);
    }
    const double least = 10 * DBL_EPSILON * largest;
    for (cf_index j = 0; j < p->d; j++) {
        const double length = sqrt(entry(p, j, j));
        const double slope = length > 0 ? a->gradient[j] / length : 0;
        if (!a->passive[j] && !a->passed[j] && slope > least && slope > best) {
            best = slope;
            chosen = j;
        }
    }
    return chosen;
}

static cf_status allocate(active_set *a, cf_index d)
{
    CF_TRY(CF_ALLOC(a->member, d));
    CF_TRY(CF_ALLOC(a->R, d * d));
    CF_TRY(CF_ALLOC(a->s, d));
    CF_TRY(CF_ALLOC(a->gradient, d));
    CF_TRY(CF_ALLOC_ZERO(a->passive, d));
    return CF_ALLOC_ZERO(a->passed, d);
}

/* The first passive set, from the start that was given. */
static void begin(active_set *a, double *x)
{
    for (cf_index j = 0; j < a->problem->d; j++) {
        if (x[j] > 0)
            (void)append(a, j); /* a dependent column stays out */
        x[j] = 0;
    }
    make_feasible(a, x);
}

cf_status cfi_nnls(cf_run *run, const cfi_nnls_problem *problem, double *x, bool *converged)
{
    cf_status status = CF_OK;
    const cf_index d = problem->d;
    const cf_index most = problem->max_iter > 0 ? problem->max_iter : 3 * d + 30;
    active_set a = {.problem = problem};
    *converged = false;
    CF_GO(allocate(&a, d));
    begin(&a, x);
    find_gradient(&a, x);
    for (cf_index changes = 0; changes < most; changes++) {
        CF_GO(cf_run_check(run));
        const cf_index j = choose_column(&a);
        if (j < 0) {
            *converged = true;
            break;
        }
        if (!append(&a, j)) {
            a.passed[j] = true;
            continue;
        }
        solve_passive(&a);
        if (a.s[a.size - 1] <= 0) { /* rounding: it would have to leave at once */
            take_out(&a, a.size - 1);
            a.passed[j] = true;
            continue;
        }
        make_feasible(&a, x);
        memset(a.passed, 0, (size_t)d * sizeof *a.passed);
        find_gradient(&a, x);
    }
cleanup:
    cf_free(a.member);
    cf_free(a.R);
    cf_free(a.s);
    cf_free(a.gradient);
    cf_free(a.passive);
    cf_free(a.passed);
    return status;
}
