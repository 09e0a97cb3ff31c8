/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lloyd's iteration (S. Lloyd 1982, doi:10.1109/TIT.1982.1056489): label every row with its nearest
 * centre, move every centre to the mean of its rows, until no label changes or the centres hardly
 * move. Sums are kept for each of at most 32 fixed chunks of rows and each cluster; a step adds up
 * again only those whose rows changed, in row order, so the sums have the same bits as if all were
 * added again. A cluster without rows takes the row that is farthest from its centre.
 */
#include "algorithms/cluster/k_means_solver.h"
#include "matrix/kernels.h"
#include "matrix/linalg.h"

#include <math.h>
#include <string.h>

/* What k * d must reach for bounds to cost less than they save. */
enum { BOUNDS_PAY = 512, GRAIN = 1 << 14 };

/* Near centres listed for each: more are found faster by one product for many rows. */
enum { MOST_NEAR = 16, NEAR_SHARE = 6 };

typedef struct solver {
    cfi_k_means_state s;
    cf_run *run;
    bool elkan;
    cfi_chunks chunks;
    double *sums;           /* (chunks, k, d) */
    double *weights;        /* (chunks, k) */
    unsigned char *touched; /* (chunks, k) sums that must be made again */
    cf_index *changed;      /* (chunks) rows with a new label */
    double *centres;        /* (k, d) the next ones */
    double *weight;         /* (k) of all rows of a cluster */
    double *distances;      /* (n) of rows from their centres, made when a cluster is empty */
} solver;

/* ---- labels and sums, chunk by chunk ---- */

static void step_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    const solver *v = ctx;
    const cfi_k_means_state *s = &v->s;
    unsigned char *touched = v->touched + chunk * s->k;
    memset(touched, 0, (size_t)s->k);
    v->changed[chunk] = v->elkan ? cfi_k_means_elkan_step(s, begin, end, worker, touched)
                                 : cfi_k_means_lloyd_step(s, begin, end, worker, touched);
    if (v->changed[chunk] == 0)
        return;
    double *sums = v->sums + chunk * s->k * s->d, *weights = v->weights + chunk * s->k;
    for (cf_index c = 0; c < s->k; c++) {
        if (touched[c]) {
            memset(sums + c * s->d, 0, (size_t)s->d * sizeof *sums);
            weights[c] = 0;
        }
    }
    cfi_points_add(&s->points, begin, end, s->labels, touched, sums, weights);
}

/* Sum and weight of cluster c over the chunks, in order. */
static void join_clusters(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const solver *v = ctx;
    const cf_index k = v->s.k, d = v->s.d;
    for (cf_index c = begin; c < end; c++) {
        double *centre = v->centres + c * d;
        memset(centre, 0, (size_t)d * sizeof *centre);
        v->weight[c] = 0;
        for (cf_index i = 0; i < v->chunks.count; i++) {
            v->weight[c] += v->weights[i * k + c];
            if (v->weights[i * k + c] > 0)
                cfi_axpy_1(d, 1, v->sums + (i * k + c) * d, centre);
        }
    }
}

/* ---- empty clusters ---- */

typedef struct own_distances {
    const cfi_points *points;
    const double *centres;
    const int32_t *labels;
    double *out;
} own_distances;

static void measure_own(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const own_distances *o = ctx;
    for (cf_index i = begin; i < end; i++)
        o->out[i] = cfi_points_weight(o->points, i) == 0
                        ? -1
                        : cfi_points_distance2(o->points, i,
                                               o->centres + o->labels[i] * o->points->X->cols);
}

/* The row farthest from its centre that was not yet given away, or -1. */
static cf_index farthest(const solver *v)
{
    const cf_index i = v->s.n > 0 ? cfi_argmax(v->distances, v->s.n) : 0;
    return v->distances[i] > 0 ? i : -1;
}

/* Gives cluster c the farthest row; its sum leaves the row's former cluster. */
static void take_farthest(const solver *v, cf_index c)
{
    const cfi_k_means_state *s = &v->s;
    const cf_index i = farthest(v);
    if (i < 0)
        return;
    const double w = cfi_points_weight(&s->points, i);
    double *filled = v->centres + c * s->d, *left = v->centres + s->labels[i] * s->d;
    cfi_points_load(&s->points, i, filled, 1);
    for (cf_index j = 0; j < s->d; j++) {
        filled[j] *= w;
        left[j] -= filled[j];
    }
    v->weight[c] = w;
    /* What rounding leaves of a cluster that gave its last row is nothing. */
    double *weight = &v->weight[s->labels[i]];
    *weight = *weight - w > 1e-12 * w ? *weight - w : 0;
    v->distances[i] = -1;
}

/* Fills the clusters that the assignment left empty, not those that give their last row here. */
static cf_status fill_empty(solver *v)
{
    enum { UNFILLED = -1 };
    const cfi_k_means_state *s = &v->s;
    cf_index n_empty = 0;
    for (cf_index c = 0; c < s->k; c++)
        if (!(v->weight[c] > 0)) {
            v->weight[c] = UNFILLED;
            n_empty++;
        }
    if (n_empty == 0)
        return CF_OK;
    if (!v->distances)
        CF_TRY(CF_ALLOC(v->distances, s->n));
    own_distances own = {&s->points, s->nearest.centres, s->labels, v->distances};
    cf_parallel_for(v->run, s->n, GRAIN / (s->d + 1) + 1, measure_own, &own);
    for (cf_index c = 0; c < s->k; c++)
        if (v->weight[c] < 0)
            take_farthest(v, c);
    return CF_OK;
}

/* ---- centres ---- */

/* Sums become means; a cluster that stayed empty goes where the heaviest is. */
static void average(const solver *v)
{
    const cf_index k = v->s.k, d = v->s.d, heaviest = cfi_argmax(v->weight, k);
    for (cf_index c = 0; c < k; c++)
        for (cf_index j = 0; v->weight[c] > 0 && j < d; j++)
            v->centres[c * d + j] /= v->weight[c];
    for (cf_index c = 0; c < k; c++)
        if (!(v->weight[c] > 0))
            memcpy(v->centres + c * d, v->centres + heaviest * d, (size_t)d * sizeof(double));
}

/* How far the centres moved, `again` on top of moves no assignment has seen; returns the sum of
 * squares. */
static double measure_moves(solver *v, const double *old, bool again)
{
    cfi_k_means_state *s = &v->s;
    const double slack = 1 + cfi_k_means_slack(s->d);
    double total = 0;
    s->most_move = s->next_move = 0;
    s->most_moved = 0;
    for (cf_index c = 0; c < s->k; c++) {
        const double square = cfi_distance2(v->centres + c * s->d, old + c * s->d, s->d);
        const double step = sqrt(square) * slack;
        const double move = again ? (s->moves[c] + step) * (1 + 0x1p-50) : step;
        total += square;
        s->moves[c] = move;
        s->drift[c] = (s->drift[c] + step) * (1 + 0x1p-50);
        if (move > s->most_move) {
            s->next_move = s->most_move;
            s->most_move = move;
            s->most_moved = c;
        } else if (move > s->next_move) {
            s->next_move = move;
        }
    }
    return total;
}

/* Enters centre c into the list of those near a, if it is near enough. */
static void list_near(const cfi_k_means_state *s, cf_index a, cf_index c, double half)
{
    int32_t *near = s->near + a * s->n_near;
    double *halves = s->near_half + a * s->n_near;
    cf_index at = s->n_near;
    if (at == 0 || !(half < halves[at - 1]))
        return;
    for (at--; at > 0 && half < halves[at - 1]; at--) {
        near[at] = near[at - 1];
        halves[at] = halves[at - 1];
    }
    near[at] = (int32_t)c;
    halves[at] = half;
}

/* Half distances between the centres [begin, end) and all. */
static void measure_centres(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const cfi_k_means_state *s = ctx;
    const double slack = 1 - cfi_k_means_slack(s->d);
    for (cf_index a = begin; a < end; a++) {
        double nearest = HUGE_VAL;
        for (cf_index l = 0; l < s->n_near; l++)
            s->near_half[a * s->n_near + l] = HUGE_VAL;
        for (cf_index c = 0; c < s->k; c++) {
            const double *p = s->nearest.centres + a * s->d, *q = s->nearest.centres + c * s->d;
            const double half = 0.5 * slack * sqrt(cfi_distance2(p, q, s->d));
            nearest = c != a && half < nearest ? half : nearest;
            if (s->halves)
                s->halves[a * s->k + c] = half;
            if (c != a)
                list_near(s, a, c, half);
        }
        s->half[a] = nearest;
    }
}

/* Makes `centres` those of the next assignment. */
static void set_centres(solver *v, const double *centres)
{
    cfi_k_means_state *s = &v->s;
    cfi_assigner_set(&s->nearest, centres);
    if (s->half)
        cf_parallel_for(v->run, s->k, GRAIN / (s->k * s->d + 1) + 1, measure_centres, s);
}

/* ---- the iteration ---- */

static cf_status prepare(solver *v, const cfi_points *points, const cfi_k_means_options *options,
                         cfi_k_means_result *result)
{
    cfi_k_means_state *s = &v->s;
    const cf_index n = points->X->rows, d = points->X->cols, k = options->k;
    s->points = *points;
    s->n = n, s->d = d, s->k = k;
    s->labels = result->labels;
    s->first = true;
    for (cf_index i = 0; i < n; i++)
        s->labels[i] = -1;
    v->elkan = options->elkan && k > 1;
    v->chunks = cfi_chunks_for(n, GRAIN / (d + k) + 1, (size_t)(k * (d + 2)) * sizeof(double));
    CF_TRY(cfi_assigner_new(&s->nearest, v->run, &s->points, k));
    CF_TRY(CF_ALLOC_ZERO(v->sums, v->chunks.count * k * d));
    CF_TRY(CF_ALLOC_ZERO(v->weights, v->chunks.count * k));
    CF_TRY(CF_ALLOC_ZERO(v->touched, v->chunks.count * k));
    CF_TRY(CF_ALLOC_ZERO(v->changed, v->chunks.count));
    CF_TRY(CF_ALLOC(v->centres, k * d));
    CF_TRY(CF_ALLOC(v->weight, k));
    CF_TRY(CF_ALLOC(s->moves, k));
    CF_TRY(CF_ALLOC_ZERO(s->drift, k));
    s->nearest.labels_only =
        !v->elkan && s->nearest.kernel == CFI_ASSIGN_BY_DIFFERENCE && k * d < BOUNDS_PAY;
    if (s->nearest.labels_only)
        return CF_OK;
    CF_TRY(CF_ALLOC(s->upper, n));
    CF_TRY(CF_ALLOC(s->half, k));
    if (v->elkan) {
        CF_TRY(CF_ALLOC(s->halves, k * k));
        return CF_ALLOC(s->lowers, n * k);
    }
    if (s->nearest.kernel != CFI_ASSIGN_SPARSE)
        s->n_near = k / NEAR_SHARE < MOST_NEAR ? k / NEAR_SHARE : MOST_NEAR;
    CF_TRY(CF_ALLOC(s->near, k * s->n_near));
    CF_TRY(CF_ALLOC(s->near_half, k * s->n_near));
    return CF_ALLOC(s->lower, n);
}

static void release(solver *v)
{
    cfi_assigner_clear(&v->s.nearest);
    cf_free(v->s.upper);
    cf_free(v->s.lower);
    cf_free(v->s.lowers);
    cf_free(v->s.moves);
    cf_free(v->s.drift);
    cf_free(v->s.half);
    cf_free(v->s.near);
    cf_free(v->s.near_half);
    cf_free(v->s.halves);
    cf_free(v->sums);
    cf_free(v->weights);
    cf_free(v->touched);
    cf_free(v->changed);
    cf_free(v->centres);
    cf_free(v->weight);
    cf_free(v->distances);
}

/* Labels all rows; returns how many changed. */
static cf_index assign(solver *v)
{
    cf_index changed = 0;
    cf_parallel_for(v->run, v->s.n, v->chunks.size, step_chunk, v);
    v->s.first = false;
    for (cf_index i = 0; i < v->chunks.count; i++)
        changed += v->changed[i];
    return changed;
}

/*
 * Rounds the centres as they will be kept and labels the rows by those: whoever computes kept
 * centre less shift again, as predict does, gets the same labels.
 */
static void finish(solver *v, const cfi_k_means_options *options, cfi_k_means_result *result)
{
    const cf_index d = v->s.d;
    for (cf_index c = 0; c < v->s.k; c++) {
        for (cf_index j = 0; j < d; j++) {
            const double shift = v->s.points.shift ? v->s.points.shift[j] : 0;
            const double placed = result->centres[c * d + j] + shift;
            result->placed[c * d + j] = options->single ? (double)(float)placed : placed;
            v->centres[c * d + j] = result->placed[c * d + j] - shift;
        }
    }
    (void)measure_moves(v, result->centres, true);
    memcpy(result->centres, v->centres, (size_t)(v->s.k * d) * sizeof(double));
    set_centres(v, result->centres);
    (void)assign(v);
}

cf_status cfi_k_means_solve(cf_run *run, const cfi_points *points,
                            const cfi_k_means_options *options, cfi_k_means_result *result)
{
    cf_status status = CF_OK;
    solver v = {.run = run};
    const size_t bytes = (size_t)(options->k * points->X->cols) * sizeof(double);
    CF_GO(prepare(&v, points, options, result));
    result->converged = false;
    result->n_iter = 0;
    while (!result->converged && result->n_iter < options->max_iter) {
        CF_GO(cf_run_check(run));
        set_centres(&v, result->centres);
        const bool same_labels = assign(&v) == 0;
        cf_parallel_for(run, v.s.k, GRAIN / (v.s.d * v.chunks.count + 1) + 1, join_clusters, &v);
        CF_GO(fill_empty(&v));
        average(&v);
        const double moved = measure_moves(&v, result->centres, false);
        memcpy(result->centres, v.centres, bytes);
        result->n_iter++;
        result->converged = same_labels || moved <= options->tol;
        cf_run_progress(run, (double)result->n_iter / (double)options->max_iter, "KMeans");
    }
    finish(&v, options, result);
    CF_GO(cfi_k_means_inertia(run, points, result->centres, options->k, result->labels,
                              &result->inertia));
cleanup:
    release(&v);
    return status;
}

/* ---- inertia ---- */

typedef struct inertia {
    const cfi_points *points;
    const double *centres;
    const int32_t *labels;
    double *norms; /* (k), sparse */
} inertia;

static void add_inertia(void *ctx, cf_index begin, cf_index end, double *partial, int worker)
{
    (void)worker;
    const inertia *t = ctx;
    const cf_index d = t->points->X->cols;
    for (cf_index i = begin; i < end; i++) {
        const double *centre = t->centres + t->labels[i] * d;
        const double square =
            t->norms ? cfi_points_sparse_distance2(t->points, i, centre, t->norms[t->labels[i]])
                     : cfi_points_distance2(t->points, i, centre);
        partial[0] += cfi_points_weight(t->points, i) * square;
    }
}

cf_status cfi_k_means_inertia(cf_run *run, const cfi_points *points, const double *centres,
                              cf_index k, const int32_t *labels, double *out)
{
    const cf_index d = points->X->cols;
    inertia t = {points, centres, labels, NULL};
    cf_status status = CF_OK;
    if (points->X->storage == CF_CSR) {
        CF_GO(CF_ALLOC(t.norms, k));
        for (cf_index c = 0; c < k; c++)
            t.norms[c] = cfi_dot_1(d, centres + c * d, centres + c * d);
    }
    CF_GO(cf_parallel_reduce(run, points->X->rows, GRAIN / (d + 1) + 1, 1, add_inertia, &t, out));
cleanup:
    cf_free(t.norms);
    return status;
}
