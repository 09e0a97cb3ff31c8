/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A problem for every pair of classes, solved as tasks that share nothing but the data; with
 * probabilities, five more on folds of it, whose decision values on the rows left out the sigmoid
 * is fitted to. Folds are drawn as scikit-learn draws them.
 *
 * Coefficients are kept as LIBSVM lays them out: those of class i in the pair (i, j) in row j - 1,
 * those of class j in row i. Tasks write to different places, and columns without any coefficient
 * drop out at the end.
 */
#include "algorithms/svm/svc_train.h"

#include "algorithms/svm/expansion.h"
#include "algorithms/svm/smo_solver.h"
#include "algorithms/svm/svm_probability.h"

#include <math.h>
#include <string.h>

enum { FOLDS = 5, MOST_SHARES = 16 };

/* What the tasks share; they write to parts of their own. */
typedef struct trainer {
    const cfi_svc_options *options;
    const cf_matrix *X;
    cf_index n, n_classes, n_pairs;
    cf_index *rows;    /* (n) rows of X with weight, class by class */
    cf_index *start;   /* (n_classes + 1) */
    double *bound;     /* (n) C times weight */
    double *coef;      /* (n_classes - 1, n) */
    double *rho;       /* (n_pairs) */
    int64_t *steps;    /* (n_pairs) */
    bool *converged;   /* (tasks) */
    double *decisions; /* (n_classes - 1, n) of rows left out, laid out as coef */
    double *prob_a, *prob_b;
    int tasks_a_pair;
} trainer;

static void clear_trainer(trainer *t)
{
    cf_free(t->rows);
    cf_free(t->start);
    cf_free(t->bound);
    cf_free(t->coef);
    cf_free(t->rho);
    cf_free(t->steps);
    cf_free(t->converged);
    cf_free(t->decisions);
    cf_free(t->prob_a);
    cf_free(t->prob_b);
}

/* One problem of two classes: members by their number among the trainer's rows. */
typedef struct pair_problem {
    cf_index n;
    cf_index *member; /* (n) */
    cf_index *rows;   /* (n) of X */
    double *p, *least, *largest, *beta;
} pair_problem;

static void clear_pair(pair_problem *q)
{
    cf_free(q->member);
    cf_free(q->rows);
    cf_free(q->p);
    cf_free(q->least);
    cf_free(q->largest);
    cf_free(q->beta);
}

static cf_status new_pair(pair_problem *q, cf_index n)
{
    CF_TRY(CF_ALLOC(q->member, n));
    CF_TRY(CF_ALLOC(q->rows, n));
    CF_TRY(CF_ALLOC(q->p, n));
    CF_TRY(CF_ALLOC(q->least, n));
    CF_TRY(CF_ALLOC(q->largest, n));
    return CF_ALLOC_ZERO(q->beta, n);
}

static void add_member(const trainer *t, pair_problem *q, cf_index member, bool first)
{
    const double bound = t->bound[member];
    q->member[q->n] = member;
    q->rows[q->n] = t->rows[member];
    q->p[q->n] = first ? -1 : 1;
    q->least[q->n] = first ? 0 : -bound;
    q->largest[q->n] = first ? bound : 0;
    q->n++;
}

static cf_status solve_pair(const trainer *t, const pair_problem *q, cf_run *run,
                            cfi_smo_result *result)
{
    const cfi_svc_options *o = t->options;
    /* A share that does not depend on the number of threads, nor do then the results. */
    const cf_index shares = t->n_pairs < MOST_SHARES ? t->n_pairs : MOST_SHARES;
    const double bytes = o->cache_mb * 1048576 / (double)shares;
    const cfi_smo_problem problem = {
        .owner = o->owner,
        .kernel = &o->kernel,
        .X = t->X,
        .rows = q->rows,
        .n = q->n,
        .n_variables = q->n,
        .p = q->p,
        .least = q->least,
        .largest = q->largest,
        .tol = o->tol,
        .max_steps = o->max_iter,
        .cache_bytes = bytes < (double)(PTRDIFF_MAX / 2) ? (size_t)bytes : PTRDIFF_MAX / 2,
        .shrinking = o->shrinking,
    };
    return cfi_smo_solve(&problem, run, q->beta, result);
}

/* Where class a's part of a pair with class b lies in coef and decisions. */
static double *part_of(const trainer *t, double *table, cf_index a, cf_index b)
{
    return table + (b > a ? b - 1 : b) * t->n + t->start[a];
}

/* The problem of all members of two classes. */
static cf_status train_pair(const trainer *t, cf_index i, cf_index j, cf_run *run)
{
    const cf_index ni = t->start[i + 1] - t->start[i], nj = t->start[j + 1] - t->start[j];
    const cf_index pair = cfi_svc_pair(i, j, t->n_classes);
    cf_status status = CF_OK;
    pair_problem q = {0};
    cfi_smo_result result;
    CF_GO(new_pair(&q, ni + nj));
    for (cf_index k = 0; k < ni; k++)
        add_member(t, &q, t->start[i] + k, true);
    for (cf_index k = 0; k < nj; k++)
        add_member(t, &q, t->start[j] + k, false);
    CF_GO(solve_pair(t, &q, run, &result));
    memcpy(part_of(t, t->coef, i, j), q.beta, (size_t)ni * sizeof *q.beta);
    memcpy(part_of(t, t->coef, j, i), q.beta + ni, (size_t)nj * sizeof *q.beta);
    t->rho[pair] = result.rho;
    t->steps[pair] = result.steps;
    t->converged[pair * t->tasks_a_pair] = result.converged;
cleanup:
    clear_pair(&q);
    return status;
}

/* ---- decision values of rows left out ---- */

/* Uniform in [0, range): scikit-learn's bounded_rand_int (Lemire's method). */
static uint32_t random_below(cf_random *r, uint32_t range)
{
    uint64_t product = (uint64_t)cf_random_u32(r) * range;
    const uint32_t floor = (uint32_t)(-range) % range;
    while ((uint32_t)product < floor)
        product = (uint64_t)cf_random_u32(r) * range;
    return (uint32_t)(product >> 32);
}

/* Members of the pair, shuffled: first class i, then class j, before. */
static void shuffle_members(const trainer *t, cf_index i, cf_index j, cf_index *order)
{
    const cf_index ni = t->start[i + 1] - t->start[i], nj = t->start[j + 1] - t->start[j];
    cf_random r;
    cf_random_seed(&r, t->options->seed);
    for (cf_index k = 0; k < ni + nj; k++)
        order[k] = k < ni ? t->start[i] + k : t->start[j] + k - ni;
    for (cf_index k = 0; k < ni + nj; k++) {
        const cf_index other = k + (cf_index)random_below(&r, (uint32_t)(ni + nj - k));
        const cf_index kept = order[k];
        order[k] = order[other];
        order[other] = kept;
    }
}

typedef struct left_out {
    double *out;
    double rho;
} left_out;

static void keep_decisions(void *ctx, cf_index first, cf_index count, const double *sums)
{
    const left_out *l = ctx;
    for (cf_index r = 0; r < count; r++)
        l->out[first + r] = sums[r] - l->rho;
}

/* Trains on the members outside [begin, end) and decides about those inside. */
static cf_status decide_fold(const trainer *t, const cf_index *order, const pair_problem *q,
                             cf_index begin, cf_index end, cf_run *run, double *out,
                             bool *converged)
{
    cf_status status = CF_OK;
    cf_index *rows = NULL;
    cfi_smo_result result;
    CF_GO(CF_ALLOC(rows, end - begin));
    for (cf_index k = begin; k < end; k++)
        rows[k - begin] = t->rows[order[k]];
    CF_GO(solve_pair(t, q, run, &result));
    *converged = result.converged;
    cf_index n_support = 0;
    for (cf_index k = 0; k < q->n; k++) {
        if (q->beta[k] == 0)
            continue;
        q->rows[n_support] = q->rows[k];
        q->beta[n_support++] = q->beta[k];
    }
    const cfi_expansion e = {.kernel = &t->options->kernel,
                             .vectors = t->X,
                             .rows = q->rows,
                             .n = n_support,
                             .n_groups = 1,
                             .end = &n_support,
                             .n_coef = 1,
                             .coef = q->beta};
    left_out l = {out, result.rho};
    CF_GO(cfi_expansion_apply(&e, t->X, rows, end - begin, run, keep_decisions, &l));
cleanup:
    cf_free(rows);
    return status;
}

/* Decisions about the rows of one fold, by what the other folds teach. */
static cf_status train_fold(const trainer *t, cf_index i, cf_index j, int fold, cf_run *run)
{
    const cf_index n = t->start[i + 1] - t->start[i] + t->start[j + 1] - t->start[j];
    const cf_index begin = fold * n / FOLDS, end = (fold + 1) * n / FOLDS;
    cf_status status = CF_OK;
    pair_problem q = {0};
    cf_index *order = NULL, firsts = 0;
    double *out = NULL;
    CF_GO(CF_ALLOC(order, n));
    CF_GO(CF_ALLOC(out, end - begin));
    CF_GO(new_pair(&q, n));
    shuffle_members(t, i, j, order);
    for (cf_index k = 0; k < n; k++) {
        const bool first = order[k] < t->start[i + 1];
        if (k >= begin && k < end)
            continue;
        firsts += first;
        add_member(t, &q, order[k], first);
    }
    bool *converged = &t->converged[cfi_svc_pair(i, j, t->n_classes) * t->tasks_a_pair + 1 + fold];
    *converged = true;
    /* One class alone decides for itself. */
    for (cf_index k = 0; k < end - begin; k++)
        out[k] = q.n == 0 ? 0 : firsts > 0 ? 1 : -1;
    if (firsts > 0 && firsts < q.n)
        CF_GO(decide_fold(t, order, &q, begin, end, run, out, converged));
    for (cf_index k = begin; k < end; k++) {
        const bool first = order[k] < t->start[i + 1];
        double *part = first ? part_of(t, t->decisions, i, j) : part_of(t, t->decisions, j, i);
        part[order[k] - t->start[first ? i : j]] = out[k - begin];
    }
cleanup:
    clear_pair(&q);
    cf_free(order);
    cf_free(out);
    return status;
}

static cf_status fit_sigmoid(const trainer *t, cf_index i, cf_index j)
{
    const cf_index ni = t->start[i + 1] - t->start[i], nj = t->start[j + 1] - t->start[j];
    const cf_index pair = cfi_svc_pair(i, j, t->n_classes);
    cf_status status = CF_OK;
    double *f = NULL;
    bool *is_first = NULL;
    CF_GO(CF_ALLOC(f, ni + nj));
    CF_GO(CF_ALLOC(is_first, ni + nj));
    memcpy(f, part_of(t, t->decisions, i, j), (size_t)ni * sizeof *f);
    memcpy(f + ni, part_of(t, t->decisions, j, i), (size_t)nj * sizeof *f);
    for (cf_index k = 0; k < ni + nj; k++)
        is_first[k] = k < ni;
    cfi_sigmoid_fit(ni + nj, f, is_first, &t->prob_a[pair], &t->prob_b[pair]);
cleanup:
    cf_free(f);
    cf_free(is_first);
    return status;
}

/* ---- all pairs ---- */

/* Task numbers run over pairs, and within a pair over the whole problem and its folds. */
static cf_status run_task(void *ctx, cf_index task, cf_run *run)
{
    const trainer *t = ctx;
    cf_index pair = task / t->tasks_a_pair, i = 0;
    while (cfi_svc_pair(i, t->n_classes - 1, t->n_classes) < pair)
        i++;
    const cf_index j = pair - cfi_svc_pair(i, i + 1, t->n_classes) + i + 1;
    const int part = (int)(task % t->tasks_a_pair);
    return part == 0 ? train_pair(t, i, j, run) : train_fold(t, i, j, part - 1, run);
}

/* Rows with weight, class by class. */
static cf_status group_rows(trainer *t, const int32_t *codes, const double *weights, cf_index n)
{
    CF_TRY(CF_ALLOC_ZERO(t->start, t->n_classes + 1));
    for (cf_index i = 0; i < n; i++)
        if (!weights || weights[i] > 0)
            t->start[codes[i] + 1]++;
    for (cf_index c = 0; c < t->n_classes; c++) {
        if (t->start[c + 1] == 0)
            return cf_fail(CF_ERR_DATA, "%s: class %lld has no row with a positive weight",
                           t->options->owner, (long long)c);
        t->start[c + 1] += t->start[c];
    }
    t->n = t->start[t->n_classes];
    CF_TRY(CF_ALLOC(t->rows, t->n));
    CF_TRY(CF_ALLOC(t->bound, t->n));
    for (cf_index i = 0; i < n; i++) {
        if (weights && !(weights[i] > 0))
            continue;
        const cf_index at = t->start[codes[i]]++;
        t->rows[at] = i;
        t->bound[at] = t->options->C * (weights ? weights[i] : 1);
    }
    for (cf_index c = t->n_classes; c > 0; c--)
        t->start[c] = t->start[c - 1];
    t->start[0] = 0;
    return CF_OK;
}

static cf_status prepare(trainer *t)
{
    const cf_index cells = (t->n_classes - 1) * t->n;
    CF_TRY(CF_ALLOC(t->coef, cells));
    CF_TRY(CF_ALLOC(t->rho, t->n_pairs));
    CF_TRY(CF_ALLOC(t->steps, t->n_pairs));
    CF_TRY(CF_ALLOC(t->converged, t->n_pairs * t->tasks_a_pair));
    if (!t->options->probability)
        return CF_OK;
    CF_TRY(CF_ALLOC(t->decisions, cells));
    CF_TRY(CF_ALLOC(t->prob_a, t->n_pairs));
    return CF_ALLOC(t->prob_b, t->n_pairs);
}

/* A member is a support vector when it has a coefficient in any pair. */
static bool is_support(const trainer *t, cf_index member)
{
    for (cf_index r = 0; r < t->n_classes - 1; r++)
        if (t->coef[r * t->n + member] != 0)
            return true;
    return false;
}

/* Support vectors keep the order of their classes; rho becomes the intercept. */
static cf_status extract_model(trainer *t, cfi_svc_model *m)
{
    m->n_classes = t->n_classes;
    m->n_pairs = t->n_pairs;
    CF_TRY(CF_ALLOC_ZERO(m->class_support, t->n_classes));
    CF_TRY(CF_ALLOC(m->support, t->n));
    for (cf_index c = 0; c < t->n_classes; c++) {
        for (cf_index k = t->start[c]; k < t->start[c + 1]; k++) {
            if (!is_support(t, k))
                continue;
            m->class_support[c]++;
            m->support[m->n_support++] = k;
        }
    }
    CF_TRY(CF_ALLOC(m->dual_coef, (t->n_classes - 1) * m->n_support));
    for (cf_index r = 0; r < t->n_classes - 1; r++)
        for (cf_index k = 0; k < m->n_support; k++)
            m->dual_coef[r * m->n_support + k] = t->coef[r * t->n + m->support[k]];
    for (cf_index k = 0; k < m->n_support; k++)
        m->support[k] = t->rows[m->support[k]];
    m->converged = true;
    for (cf_index k = 0; k < t->n_pairs * t->tasks_a_pair; k++)
        m->converged = m->converged && t->converged[k];
    for (cf_index k = 0; k < t->n_pairs; k++)
        t->rho[k] = -t->rho[k];
    m->intercept = t->rho;
    m->n_iter = t->steps;
    m->prob_a = t->prob_a;
    m->prob_b = t->prob_b;
    t->rho = t->prob_a = t->prob_b = NULL;
    t->steps = NULL;
    return CF_OK;
}

cf_status cfi_svc_train(const cfi_svc_options *options, const cf_matrix *X, const int32_t *codes,
                        const double *weights, cf_index n_classes, cf_run *run,
                        cfi_svc_model *model)
{
    cf_status status = CF_OK;
    *model = (cfi_svc_model){0};
    trainer t = {.options = options,
                 .X = X,
                 .n_classes = n_classes,
                 .n_pairs = n_classes * (n_classes - 1) / 2,
                 .tasks_a_pair = options->probability ? 1 + FOLDS : 1};
    CF_GO(group_rows(&t, codes, weights, X->rows));
    CF_GO(prepare(&t));
    CF_GO(cf_parallel_tasks(run, t.n_pairs * t.tasks_a_pair, run_task, &t));
    for (cf_index i = 0; options->probability && i < n_classes; i++)
        for (cf_index j = i + 1; j < n_classes; j++)
            CF_GO(fit_sigmoid(&t, i, j));
    CF_GO(extract_model(&t, model));
cleanup:
    clear_trainer(&t);
    if (status != CF_OK)
        cfi_svc_model_clear(model);
    return status;
}

void cfi_svc_model_clear(cfi_svc_model *model)
{
    cf_free(model->support);
    cf_free(model->class_support);
    cf_free(model->dual_coef);
    cf_free(model->intercept);
    cf_free(model->n_iter);
    cf_free(model->prob_a);
    cf_free(model->prob_b);
    *model = (cfi_svc_model){0};
}
