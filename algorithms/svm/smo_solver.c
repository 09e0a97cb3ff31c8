/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Decomposition with a large working set: each round takes 512 or more variables, half of them kept
 * from the round before, the others the worst violators on both sides; solves the problem on them
 * by SMO (smo_local.c) until its violation is a tenth of the whole one; and brings the gradient of
 * all variables up to date with one product. Wen et al., "ThunderSVM: A fast SVM library on GPUs
 * and CPUs", JMLR 19 (2018), 1-5. The stopping rule and shrinking are LIBSVM's (Chang and Lin, ACM
 * TIST 2 (2011), 27, doi:10.1145/1961189.1961199, sections 4.1 and 5.1).
 *
 * With v = -(K beta + p), beta is optimal when the largest v among variables that may rise (beta <
 * largest) does not exceed the smallest v among those that may fall (beta > least): the difference
 * is the violation.
 *
 * Kernel entries are floats where their rounding, multiplied by the bounds of beta, stays well
 * under the tolerance, and doubles elsewhere: any tolerance can be reached.
 */
#include "algorithms/svm/smo_solver.h"

#include "algorithms/svm/smo_state.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum {
    SET_FIRST = 512,
    SET_WHOLE = 1024,
    STEPS_A_ROUND = 100000,
    PATIENCE = 100,
    PATIENCE_WHOLE = 5
};

/* Multiplications below which a team of threads takes longer to meet than it saves. */
enum { SMALL_BLOCK = 8000000 };

/*
 * Small problems go on, for some steps a variable, to a violation at which weights and repetitions,
 * or another order of the rows, give the same digits: it costs nothing there.
 */
enum { POLISHED = 256, POLISHING_STEPS = 20 };
static const double polished_violation = 1e-10;

/* How far the local problem is solved, relative to the violation of the whole. */
static const double local_share = 0.1;

/* ---- the local problem ---- */

/* Rows first, first + 1, ... of the local kernel matrix, columns all of the set. */
typedef struct row_job {
    cfi_smo_state *s;
    cf_index first;
} row_job;

static void compute_rows(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    const row_job *job = ctx;
    cfi_smo_state *s = job->s;
    cfi_kernel_block(&s->points, job->first + begin, job->first + end, &s->points, 0, s->n_set,
                     cfi_smo_local_row(&s->local, job->first + begin), s->local.room,
                     s->gradient.scratch + (size_t)worker * s->gradient.scratch_size);
}

/* Makes the local kernel matrix that of the set: what is kept moves, the rest is computed. */
static void update_matrix(cfi_smo_state *s)
{
    cfi_smo_local *local = &s->local;
    const size_t size = local->f32 ? sizeof(float) : sizeof(double);
    for (cf_index k = 0; k < s->n_kept && s->kept_from > 0; k++)
        memmove(cfi_smo_local_row(local, k),
                (char *)cfi_smo_local_row(local, s->kept_from + k) + (size_t)s->kept_from * size,
                (size_t)s->n_kept * size);
    const cf_index wanted = s->n_set - s->n_kept;
    const bool small = wanted * s->n_set * (s->gradient.form.width + 20) < SMALL_BLOCK;
    cf_parallel_for(small ? NULL : s->run, wanted, 32, compute_rows, &(row_job){s, s->n_kept});
    cfi_smo_local_mirror(local, s->n_kept, s->n_set);
}

/* The local problem: kernel matrix, v around its centre, bounds. */
static cf_status build_local(cfi_smo_state *s)
{
    cfi_smo_local *local = &s->local;
    if (s->most > local->room) {
        const bool f32 = local->f32;
        cfi_smo_local_clear(local);
        CF_TRY(cfi_smo_local_new(local, s->most, f32));
        s->n_kept = 0;
    }
    for (cf_index k = 0; k < s->n_set; k++)
        s->rows[k] = s->problem->rows[cfi_smo_sample(s, s->set[k])];
    CF_TRY(cfi_points_fill(&s->points, &s->gradient.form, s->problem->X, s->rows, 0, s->n_set));
    update_matrix(s);
    double diagonal[CFI_SMO_MOST];
    cfi_kernel_diagonal(&s->points, diagonal);
    /* Around their centre, small differences of v survive the rounding to floats. */
    const double centre = 0.5 * (s->up + s->low);
    local->n = s->n_set;
    for (cf_index k = 0; k < s->n_set; k++) {
        const cf_index t = s->set[k];
        const double v = cfi_smo_v(s, s->position[cfi_smo_sample(s, t)], t);
        cfi_smo_local_set(local, k, v - centre, diagonal[k]);
        local->beta[k] = s->beta[t];
        local->least[k] = s->problem->least[t];
        local->largest[k] = s->problem->largest[t];
    }
    return CF_OK;
}

/* Takes the local solution over and brings f up to date. */
static cf_status apply_local(cfi_smo_state *s)
{
    cf_index samples[CFI_SMO_MOST], count = 0;
    double delta[CFI_SMO_MOST];
    for (cf_index k = 0; k < s->n_set; k++) {
        const cf_index t = s->set[k], i = cfi_smo_sample(s, t);
        const double change = s->local.beta[k] - s->beta[t];
        s->beta[t] = s->local.beta[k];
        if (change == 0)
            continue;
        if (s->slot && s->slot[i] >= 0) {
            delta[s->slot[i]] += change;
            continue;
        }
        if (s->slot)
            s->slot[i] = count;
        samples[count] = i;
        delta[count++] = change;
    }
    for (cf_index k = 0; s->slot && k < count; k++)
        s->slot[samples[k]] = -1;
    s->rows_added += count;
    return cfi_gradient_add(&s->gradient, s->run, samples, delta, count);
}

/* A set full of free variables is too small for the problem: the next one is twice as large. */
static void grow_set(cfi_smo_state *s)
{
    cf_index n_free = 0;
    for (cf_index k = 0; k < s->n_set; k++)
        n_free += cfi_smo_may_rise(s, s->set[k]) && cfi_smo_may_fall(s, s->set[k]);
    if (s->n_set < s->most || 8 * n_free < 7 * s->n_set || 2 * s->most > CFI_SMO_MOST)
        return;
    s->most = 2 * s->most < s->problem->n_variables ? 2 * s->most : s->problem->n_variables;
}

static cf_status run_round(cfi_smo_state *s, int64_t most_steps, int64_t *steps)
{
    cfi_smo_choose_set(s);
    CF_TRY(build_local(s));
    const double violation = s->up - s->low;
    double tol = local_share * violation;
    if (s->n_set == s->problem->n_variables)
        tol = 0.5 * (violation < s->enough ? s->aim : s->enough);
    *steps = cfi_smo_local_solve(&s->local, tol, most_steps);
    s->steps += *steps;
    s->rounds++;
    CF_TRY(apply_local(s));
    grow_set(s);
    return CF_OK;
}

/* ---- shrinking ---- */

static void find_positions(cfi_smo_state *s)
{
    for (cf_index i = 0; i < s->problem->n; i++)
        s->position[s->gradient.order[i]] = i;
}

/* Nothing about the sample at this position is likely to change. */
static bool is_aside(const cfi_smo_state *s, cf_index i)
{
    for (cf_index t = s->gradient.order[i]; t < s->problem->n_variables; t += s->problem->n)
        if (s->in_set[t] || !cfi_smo_is_settled(s, t, cfi_smo_v(s, i, t)))
            return false;
    return true;
}

/* Sets samples aside all of whose variables are settled and outside the working set. */
static cf_status shrink(cfi_smo_state *s)
{
    cf_index *keep, count = 0;
    CF_TRY(CF_ALLOC(keep, s->gradient.active));
    for (cf_index i = 0; i < s->gradient.active; i++)
        if (!is_aside(s, i))
            keep[count++] = i;
    const cf_status status = cfi_gradient_shrink(&s->gradient, s->run, keep, count);
    cf_free(keep);
    find_positions(s);
    s->rows_added = 0;
    return status;
}

/* f of positions from `begin` on, from beta alone. */
static cf_status rebuild(cfi_smo_state *s, cf_index begin)
{
    double *beta;
    CF_TRY(CF_ALLOC_ZERO(beta, s->problem->n));
    for (cf_index t = 0; t < s->problem->n_variables; t++)
        beta[cfi_smo_sample(s, t)] += s->beta[t];
    const cf_status status = cfi_gradient_rebuild(&s->gradient, s->run, begin, beta);
    cf_free(beta);
    return status;
}

/*
 * Shrinking pays when the saving outlasts taking the samples back, which costs as much as adding
 * every support vector's row once: it waits until twice as many rows were added.
 */
static bool should_shrink(const cfi_smo_state *s)
{
    const cf_index active = s->gradient.active;
    if (!s->problem->shrinking || s->problem->n_variables <= s->most ||
        2 * s->shrinkable * s->problem->n < active * s->problem->n_variables ||
        s->up - s->low < 10 * s->enough)
        return false;
    int64_t n_support = 0;
    for (cf_index t = 0; t < s->problem->n_variables; t++)
        n_support += s->beta[t] != 0;
    return s->rows_added > 2 * n_support;
}

/* ---- the whole ---- */

/* At the tolerance, or at the finer one while there are tries left for it. */
static bool is_enough(const cfi_smo_state *s)
{
    const double violation = s->up - s->low;
    return violation < s->aim || (violation < s->enough && s->tries == 0);
}

/* Whether the active variables are optimal and the others, taken back, are too. */
static cf_status check_optimal(cfi_smo_state *s, bool *optimal)
{
    *optimal = is_enough(s);
    if (!*optimal || s->gradient.active == s->problem->n)
        return CF_OK;
    CF_TRY(rebuild(s, s->gradient.active));
    CF_TRY(cfi_smo_scan(s, s->problem->n));
    *optimal = is_enough(s);
    s->rows_added = 0;
    return *optimal ? CF_OK : cfi_gradient_grow(&s->gradient);
}

/* How many pairs the next round may change; 0 at the end. */
static int64_t allowed_steps(cfi_smo_state *s)
{
    const int64_t most = s->problem->max_steps;
    int64_t allowed = STEPS_A_ROUND;
    if (s->up - s->low < s->enough) {
        s->tries--;
        allowed = POLISHING_STEPS * s->problem->n_variables;
    }
    return most < 0 || most - s->steps > allowed ? allowed : most - s->steps;
}

/* 1/2 beta'K beta + p'beta, from f. */
static double objective_of(const cfi_smo_state *s)
{
    double objective = 0;
    for (cf_index t = 0; t < s->problem->n_variables; t++)
        if (s->beta[t] != 0) {
            const cf_index i = s->position[cfi_smo_sample(s, t)];
            objective += 0.5 * s->beta[t] * (s->problem->p[t] - cfi_smo_v(s, i, t));
        }
    return objective;
}

/*
 * Rounding, or a kernel matrix that is not symmetric, may leave nothing to gain before the
 * tolerance is met. The gradient is then computed anew once, in case it drifted; the second time
 * the solver gives up.
 */
static cf_status check_stalled(cfi_smo_state *s, int64_t steps)
{
    const bool whole = s->n_set == s->problem->n_variables;
    if (steps > 0) {
        if (s->rounds % (whole ? PATIENCE_WHOLE : PATIENCE) != 0)
            return CF_OK;
        const double objective = objective_of(s);
        if (objective < s->best_objective - 1e-13 * fabs(s->best_objective)) {
            s->best_objective = objective;
            return CF_OK;
        }
    }
    if (++s->stalls > 1)
        return CF_OK;
    CF_TRY(rebuild(s, 0));
    if (s->gradient.active < s->problem->n)
        CF_TRY(cfi_gradient_grow(&s->gradient));
    return cfi_smo_scan(s, s->gradient.active);
}

/* Rounds until the violation is small enough, max_steps are spent, or nothing can be gained. */
static cf_status iterate(cfi_smo_state *s, bool *optimal)
{
    double first = 0;
    CF_TRY(cfi_smo_scan(s, s->gradient.active));
    for (;;) {
        CF_TRY(cf_run_check(s->run));
        CF_TRY(check_optimal(s, optimal));
        const double violation = s->up - s->low;
        if (s->rounds == 0)
            first = violation;
        int64_t steps = *optimal || s->stalls > 1 ? 0 : allowed_steps(s);
        if (steps <= 0) {
            *optimal = violation < s->enough;
            return CF_OK;
        }
        cf_run_progress(s->run, 1 - log(violation / s->aim) / log(first / s->aim), "fit");
        if (should_shrink(s)) {
            CF_TRY(shrink(s));
            CF_TRY(cfi_smo_scan(s, s->gradient.active));
        }
        CF_TRY(run_round(s, steps, &steps));
        CF_TRY(cfi_smo_join(s, s->gradient.active));
        CF_TRY(check_stalled(s, steps));
    }
}

/* What LIBSVM's calculate_rho and objective value are, at the end. */
static void finish(const cfi_smo_state *s, cfi_smo_result *result)
{
    double sum = 0;
    cf_index n_free = 0;
    for (cf_index i = 0; i < s->problem->n; i++) {
        for (cf_index t = s->gradient.order[i]; t < s->problem->n_variables; t += s->problem->n) {
            const double v = cfi_smo_v(s, i, t);
            if (cfi_smo_may_rise(s, t) && cfi_smo_may_fall(s, t)) {
                sum += v;
                n_free++;
            }
        }
    }
    result->objective = objective_of(s);
    result->violation = s->up - s->low;
    result->rho = n_free > 0 ? -sum / (double)n_free : -0.5 * (s->up + s->low);
    result->steps = s->steps;
}

/*
 * The error of K beta when entries are floats: the bounds times the rounding of an entry, which
 * grows with the parts of the exponent (rbf) or with the power (poly). Infinite where floats might
 * overflow in the local solver.
 */
static double float_error(const cfi_smo_problem *problem, const cfi_points *points,
                          double largest_entry)
{
    const cfi_kernel *kernel = problem->kernel;
    double bound = 0, part = 1, entry = largest_entry;
    if (!(entry >= 1e-6 && entry <= 1e6))
        return (double)INFINITY;
    for (cf_index t = 0; t < problem->n_variables; t++)
        bound = fmax(bound, fmax(fabs(problem->least[t]), fabs(problem->largest[t])));
    for (cf_index i = 0; points->norms && i < problem->n; i++)
        part = fmax(part, (double)((const float *)points->norms)[i]);
    if (kernel->type == CFI_KERNEL_POLY)
        part = (double)kernel->degree;
    if (kernel->type == CFI_KERNEL_SIGMOID)
        entry = 1;
    return bound * entry * (1 + part) * (double)FLT_EPSILON;
}

/* The largest size of a diagonal entry; infinite when one is not finite. */
static cf_status find_largest_entry(const cfi_smo_state *s, double *largest)
{
    double *diagonal;
    CF_TRY(CF_ALLOC(diagonal, s->problem->n));
    cfi_kernel_diagonal(&s->gradient.points, diagonal);
    *largest = 0;
    for (cf_index i = 0; i < s->problem->n; i++)
        *largest = fmax(*largest, isfinite(diagonal[i]) ? fabs(diagonal[i]) : (double)INFINITY);
    cf_free(diagonal);
    return CF_OK;
}

/* Chooses the type of kernel entries and sets the gradient up. */
static cf_status start_gradient(cfi_smo_state *s)
{
    const cfi_smo_problem *problem = s->problem;
    const bool linear = problem->kernel->type == CFI_KERNEL_LINEAR;
    bool f32 = problem->n_variables > POLISHED && !linear;
    double entry;
    CF_TRY(cfi_gradient_new(&s->gradient, problem, f32, CFI_SMO_MOST, s->run));
    if (linear)
        return CF_OK;
    if (f32) {
        CF_TRY(find_largest_entry(s, &entry));
        const double error = float_error(problem, &s->gradient.points, entry);
        if (error <= 0.125 * problem->tol) {
            s->enough -= error;
            return CF_OK;
        }
        cfi_gradient_clear(&s->gradient);
        CF_TRY(cfi_gradient_new(&s->gradient, problem, false, CFI_SMO_MOST, s->run));
    }
    CF_TRY(find_largest_entry(s, &entry));
    return isfinite(entry) ? CF_OK : cfi_smo_fail_overflow(s);
}

/* Everything a solution needs; f is brought in line with a start that is not zero. */
static cf_status prepare(cfi_smo_state *s)
{
    const cfi_smo_problem *problem = s->problem;
    const cf_index n = problem->n, n_variables = problem->n_variables;
    bool at_zero = true;
    s->most = n_variables <= SET_WHOLE ? n_variables : SET_FIRST;
    s->enough = problem->tol;
    s->best_objective = DBL_MAX;
    CF_TRY(start_gradient(s));
    s->aim = s->enough;
    if (n_variables <= POLISHED) {
        s->aim = fmin(polished_violation, problem->tol);
        s->tries = 3;
    }
    CF_TRY(cfi_smo_local_new(&s->local, s->most, s->gradient.form.f32));
    CF_TRY(CF_ALLOC_ZERO(s->in_set, n_variables));
    CF_TRY(CF_ALLOC(s->position, n));
    CF_TRY(CF_ALLOC(s->chunks, n / CFI_GRADIENT_CHUNK + 1));
    if (n_variables > n) {
        CF_TRY(CF_ALLOC(s->slot, n));
        for (cf_index i = 0; i < n; i++)
            s->slot[i] = -1;
    }
    find_positions(s);
    for (cf_index t = 0; t < n_variables; t++)
        at_zero = at_zero && s->beta[t] == 0;
    if (!at_zero)
        CF_TRY(rebuild(s, 0));
    s->gradient.watch = cfi_smo_scan_chunk;
    s->gradient.watch_ctx = s;
    return CF_OK;
}

cf_status cfi_smo_solve(const cfi_smo_problem *problem, cf_run *run, double *beta,
                        cfi_smo_result *result)
{
    cfi_smo_state *s;
    CF_TRY(CF_ALLOC_ZERO(s, 1));
    s->problem = problem;
    s->run = run;
    s->beta = beta;
    cf_status status = prepare(s);
    if (status == CF_OK)
        status = iterate(s, &result->converged);
    if (status == CF_OK)
        finish(s, result);
    cfi_gradient_clear(&s->gradient);
    cfi_smo_local_clear(&s->local);
    cfi_points_clear(&s->points);
    cf_free(s->in_set);
    cf_free(s->position);
    cf_free(s->slot);
    cf_free(s->chunks);
    cf_free(s);
    return status;
}
