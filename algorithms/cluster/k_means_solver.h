/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * K-means on plain arrays: rows, their nearest centres, seeding, and the iteration. Everything
 * gives the same bits on any thread count.
 */
#ifndef COFIT_CLUSTER_K_MEANS_SOLVER_H
#define COFIT_CLUSTER_K_MEANS_SOLVER_H

#include "base/parallel.h"
#include "cofit/extend.h"

/* ---- rows ---- */

/* The rows to cluster. Dense rows count as x - shift, which keeps the digits of products when the
 * data is far from 0. Rows of weight 0 take no part. */
typedef struct cfi_points {
    const cf_matrix *X;    /* dense (col_stride 1) or CSR, f64 or f32 */
    const double *shift;   /* (d) of a dense X; NULL = none, as with CSR */
    const double *weights; /* (n) or NULL = all one */
} cfi_points;

static inline double cfi_points_weight(const cfi_points *p, cf_index i)
{
    return p->weights ? p->weights[i] : 1;
}

/* Row i, less the shift, as d numbers that are `step` apart. */
void cfi_points_load(const cfi_points *p, cf_index i, double *row, cf_index step);

/* Squared distance of row i from a centre in the shifted space. */
double cfi_points_distance2(const cfi_points *p, cf_index i, const double *centre);

/* The same for a sparse row, whose zeros are summed through |centre|^2; digits are lost where that
 * is much larger than the result. */
double cfi_points_sparse_distance2(const cfi_points *p, cf_index i, const double *centre,
                                   double centre_norm);

/*
 * sums (k, d) and weights (k) of the rows [begin, end) by label, for the labels with `wanted` set
 * (their sums are 0 before).
 */
void cfi_points_add(const cfi_points *p, cf_index begin, cf_index end, const int32_t *labels,
                    const unsigned char *wanted, double *sums, double *weights);

/* ---- nearest centres ---- */

typedef enum cfi_assigner_kernel {
    CFI_ASSIGN_BY_PRODUCT,    /* dense: |c|^2 - 2 x'c by GEMM */
    CFI_ASSIGN_BY_DIFFERENCE, /* dense, few columns */
    CFI_ASSIGN_SPARSE
} cfi_assigner_kernel;

/* Finds the nearest of k centres for batches of rows. */
typedef struct cfi_assigner {
    const cfi_points *points;
    cfi_assigner_kernel kernel;
    cf_index k, d, block;  /* rows of a batch */
    bool labels_only;      /* bounds are not wanted */
    const double *centres; /* (k, d), borrowed */
    double *norms;         /* (k) squared */
    double radius;         /* largest norm of a centre */
    float *single;         /* f32 by product: (k, d) centres, then (k) norms */
    double *turned;        /* sparse: (d, k) */
    double *scratch;       /* (workers, scratch_size) */
    cf_index scratch_size;
} cfi_assigner;

/* Rows of one worker that wait for their nearest centre, and the answers. */
typedef struct cfi_batch {
    const cfi_assigner *nearest;
    cf_index count;
    int64_t *rows;   /* (block) */
    int64_t *labels; /* (block) the nearest centre, of equally near ones the first */
    double *best;    /* (block) upper bound of the distance to it */
    double *second;  /* (block) lower bound of the distance to every other one */
    double *x;       /* the rows */
    double *scores;  /* (k, block) */
    float *single;   /* the rows, the scores, best, second and labels in single precision */
} cfi_batch;

/* Makes the workspace for k centres. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_assigner_new(cfi_assigner *nearest, cf_run *run,
                                        const cfi_points *points, cf_index k);
void cfi_assigner_clear(cfi_assigner *nearest);

/* Takes over new centres (k, d), borrowed until the next call. */
void cfi_assigner_set(cfi_assigner *nearest, const double *centres);

/* The empty batch of a worker. */
cfi_batch cfi_assigner_batch(const cfi_assigner *nearest, int worker);

/* Adds row i; true when the batch is full and must be solved. */
bool cfi_batch_add(cfi_batch *batch, cf_index i);

/* Adds rows [begin, end), at most `block`, to an empty batch. */
void cfi_batch_add_run(cfi_batch *batch, cf_index begin, cf_index end);

/* Answers for the rows of the batch; without bounds when the assigner wants labels only. */
void cfi_batch_solve(cfi_batch *batch);

/* The two halves of the above for CFI_ASSIGN_BY_DIFFERENCE: rows [begin, end) into an empty batch,
 * and the answers. */
void cfi_difference_load(cfi_batch *batch, cf_index begin, cf_index end);
void cfi_difference_solve(cfi_batch *batch);

/* labels[i] = nearest centre of row i, for all rows. */
void cfi_assigner_labels(cf_run *run, const cfi_assigner *nearest, int32_t *labels);

/* Weighted sum of squared distances of the rows to the centres of their labels. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_k_means_inertia(cf_run *run, const cfi_points *points,
                                           const double *centres, cf_index k, const int32_t *labels,
                                           double *inertia);

/* ---- seeding ---- */

/*
 * Chooses k rows by greedy k-means++ with 2 + log(k) trials a step, drawing as scikit-learn does.
 * CF_ERR_MEMORY, CF_ERR_DATA (too few rows with a weight).
 */
CF_NODISCARD cf_status cfi_k_means_plusplus(cf_run *run, const cfi_points *points, cf_index k,
                                            cf_random *random, cf_index *rows);

/* Chooses k different rows with probability proportional to their weights. Same errors. */
CF_NODISCARD cf_status cfi_k_means_random_rows(const cfi_points *points, cf_index k,
                                               cf_random *random, cf_index *rows);

/* ---- iteration ---- */

typedef struct cfi_k_means_options {
    cf_index k, max_iter;
    double tol; /* of the sum of squared moves of the centres */
    bool elkan;
    bool single; /* the result is rounded to single precision */
} cfi_k_means_options;

typedef struct cfi_k_means_result {
    double *centres; /* (k, d) in the shifted space: the start, then the result less the shift */
    double *placed;  /* (k, d) the result in the space of X, rounded */
    int32_t *labels; /* (n) */
    double inertia;
    cf_index n_iter;
    bool converged;
} cfi_k_means_result;

/* Lloyd's iteration from the given centres. CF_ERR_MEMORY, CF_ERR_CANCELLED, CF_ERR_DEADLINE. */
CF_NODISCARD cf_status cfi_k_means_solve(cf_run *run, const cfi_points *points,
                                         const cfi_k_means_options *options,
                                         cfi_k_means_result *result);

/*
 * What an assignment step works on: labels and bounds of all rows, which the iteration keeps valid
 * while the centres move.
 */
typedef struct cfi_k_means_state {
    cfi_points points;
    cfi_assigner nearest;
    cf_index n, d, k;
    bool first;                  /* no labels yet */
    int32_t *labels;             /* (n) */
    double *upper;               /* (n) >= distance to the own centre; NULL: no bounds are kept */
    double *lower;               /* (n) <= distance to every other centre; Hamerly */
    float *lowers;               /* (n, k) <= distance to each centre plus drift[centre]; Elkan */
    double *moves;               /* (k) how far each centre has just moved, rounded up */
    double most_move, next_move; /* the largest two */
    cf_index most_moved;         /* the centre of the largest */
    double *drift;               /* (k) sum of all moves */
    double *half;                /* (k) half the distance to the nearest other centre */
    cf_index n_near;             /* other centres listed for each centre; Hamerly */
    int32_t *near;               /* (k, n_near) the nearest ones, nearest first */
    double *near_half;           /* (k, n_near) half their distances, ascending, rounded down */
    double *halves;              /* (k, k) half of all distances; Elkan */
} cfi_k_means_state;

/* Room in a relative error for the rounding of d-term sums. */
static inline double cfi_k_means_slack(cf_index d)
{
    return (double)(d + 16) * 0x1p-52;
}

/* Labels the rows [begin, end); marks the old and new label of a changed row in `touched` (k) and
 * returns how many rows with a weight changed. */
cf_index cfi_k_means_lloyd_step(const cfi_k_means_state *s, cf_index begin, cf_index end,
                                int worker, unsigned char *touched);
cf_index cfi_k_means_elkan_step(const cfi_k_means_state *s, cf_index begin, cf_index end,
                                int worker, unsigned char *touched);

/* Gives row i its new label; returns 1 if that counts as a change. */
static inline cf_index cfi_k_means_relabel(const cfi_k_means_state *s, cf_index i, int32_t label,
                                           unsigned char *touched)
{
    const int32_t old = s->labels[i];
    s->labels[i] = label;
    if (old == label || cfi_points_weight(&s->points, i) == 0)
        return 0;
    if (old >= 0)
        touched[old] = 1;
    touched[label] = 1;
    return 1;
}

#endif
