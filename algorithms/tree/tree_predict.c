/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The leaf of each row. Eight rows walk in step, so that their cache misses overlap and no branch
 * depends on the data; the leaves' own links keep those that arrived in place. A sparse row is
 * spread over a dense one that its worker keeps all zero.
 */
#include "algorithms/tree/tree.h"

enum { ROWS_IN_STEP = 8, ROWS_A_CHUNK = 512 };

typedef struct walk {
    const cfi_tree_node *nodes;
    const cf_matrix *X;
    int32_t *leaf;
    double *dense; /* (workers, cols) zeros, for a sparse X */
} walk;

/* Where a row with value x goes from node i. */
static inline uint32_t next_node(const cfi_tree_node *nodes, uint32_t i, double x)
{
    const cfi_tree_node *node = &nodes[i];
    const bool left = (x <= node->threshold) | ((x != x) & (node->feature >> 31));
    return left ? i + 1 : node->right;
}

/* Rows [begin, end) of a dense X with elements of type T. */
#define DEFINE_WALK(name, T)                                                                       \
    static void name(const walk *w, cf_index begin, cf_index end)                                  \
    {                                                                                              \
        const T *values = w->X->values;                                                            \
        const cf_index stride = w->X->row_stride;                                                  \
        for (cf_index i = begin; i < end; i += ROWS_IN_STEP) {                                     \
            const int n = end - i < ROWS_IN_STEP ? (int)(end - i) : ROWS_IN_STEP;                  \
            uint32_t at[ROWS_IN_STEP] = {0}, moved = 1;                                            \
            while (moved != 0) {                                                                   \
                moved = 0;                                                                         \
                for (int r = 0; r < n; r++) {                                                      \
                    const uint32_t j = cfi_tree_feature(&w->nodes[at[r]]);                         \
                    const T x = values[(i + r) * stride + j];                                      \
                    const uint32_t next = next_node(w->nodes, at[r], (double)x);                   \
                    moved |= next ^ at[r];                                                         \
                    at[r] = next;                                                                  \
                }                                                                                  \
            }                                                                                      \
            for (int r = 0; r < n; r++)                                                            \
                w->leaf[i + r] = (int32_t)at[r];                                                   \
        }                                                                                          \
    }

DEFINE_WALK(walk_f64, double)
DEFINE_WALK(walk_f32, float)

/* Stored entry k of a sparse X. */
static double stored(const cf_matrix *X, cf_index k)
{
    return X->dtype == CF_F32 ? (double)((const float *)X->values)[k]
                              : ((const double *)X->values)[k];
}

static void walk_sparse(const walk *w, cf_index begin, cf_index end, double *dense)
{
    const cf_matrix *X = w->X;
    for (cf_index i = begin; i < end; i++) {
        for (cf_index k = X->offsets[i]; k < X->offsets[i + 1]; k++)
            dense[X->indices[k]] = stored(X, k);
        uint32_t at = 0;
        for (uint32_t next;
             (next = next_node(w->nodes, at, dense[cfi_tree_feature(&w->nodes[at])])) != at;)
            at = next;
        w->leaf[i] = (int32_t)at;
        for (cf_index k = X->offsets[i]; k < X->offsets[i + 1]; k++)
            dense[X->indices[k]] = 0;
    }
}

static void walk_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    const walk *w = ctx;
    if (w->dense)
        walk_sparse(w, begin, end, w->dense + worker * w->X->cols);
    else if (w->X->dtype == CF_F32)
        walk_f32(w, begin, end);
    else
        walk_f64(w, begin, end);
}

cf_status cfi_tree_apply(cf_run *run, const cfi_tree_node *nodes, const cf_matrix *X, int32_t *leaf)
{
    walk w = {.nodes = nodes, .X = X, .leaf = leaf};
    if (X->storage == CF_CSR) {
        const cf_index workers = X->rows > ROWS_A_CHUNK ? cf_run_threads(run) : 1;
        CF_TRY(CF_ALLOC_ZERO(w.dense, workers * X->cols));
    }
    cf_parallel_for(run, X->rows, ROWS_A_CHUNK, walk_chunk, &w);
    cf_free(w.dense);
    return CF_OK;
}
