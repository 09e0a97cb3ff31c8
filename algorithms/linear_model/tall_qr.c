/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A block has at least 16 times as many rows as columns, so the stack of triangles, where pivoting
 * is slow, is a small part of the work. The blocks depend on the shape alone: the same bits on any
 * thread count.
 */
#include "algorithms/linear_model/tall_qr.h"

#include "matrix/linalg.h"

#include <string.h>

enum { MOST_BLOCKS = 16, LEAST_ROWS = 512 };

cf_status cfi_tall_qr_new(cfi_tall_qr *qr, cf_index n, cf_index d)
{
    cf_status status = CF_OK;
    *qr = (cfi_tall_qr){.n = n, .d = d};
    const cf_index least = 16 * d > LEAST_ROWS ? 16 * d : LEAST_ROWS;
    cf_index blocks = n / least;
    blocks = blocks > MOST_BLOCKS ? MOST_BLOCKS : blocks < 1 ? 1 : blocks;
    qr->rows = (n + blocks - 1) / blocks;
    qr->blocks = n > 0 ? (n - 1) / qr->rows + 1 : 1;
    qr->top_rows = qr->blocks > 1 ? qr->blocks * d : n;
    CF_GO(CF_ALLOC(qr->A, n * d));
    CF_GO(CF_ALLOC(qr->tau, qr->blocks * d));
    CF_GO(CF_ALLOC(qr->top_tau, d));
    CF_GO(CF_ALLOC(qr->pivots, d));
    if (qr->blocks > 1)
        CF_GO(CF_ALLOC_ZERO(qr->top, qr->top_rows * d));
    else
        qr->top = qr->A;
cleanup:
    if (status != CF_OK)
        cfi_tall_qr_clear(qr);
    return status;
}

void cfi_tall_qr_clear(cfi_tall_qr *qr)
{
    if (qr->top != qr->A)
        cf_free(qr->top);
    cf_free(qr->A);
    cf_free(qr->tau);
    cf_free(qr->top_tau);
    cf_free(qr->pivots);
    *qr = (cfi_tall_qr){0};
}

cf_index cfi_tall_qr_block(const cfi_tall_qr *qr, cf_index b, cf_index *rows, double **memory)
{
    const cf_index begin = b * qr->rows;
    *rows = b == qr->blocks - 1 ? qr->n - begin : qr->rows;
    *memory = qr->A + begin * qr->d;
    return begin;
}

static cf_status factor_block(void *ctx, cf_index b, cf_run *run)
{
    const cfi_tall_qr *qr = ctx;
    cf_index rows;
    double *A;
    CF_TRY(cf_run_check(run));
    cfi_tall_qr_block(qr, b, &rows, &A);
    CF_TRY(cfi_geqrf(rows, qr->d, A, rows, qr->tau + b * qr->d));
    for (cf_index j = 0; j < qr->d; j++)
        memcpy(qr->top + j * qr->top_rows + b * qr->d, A + j * rows, (size_t)(j + 1) * sizeof *A);
    return CF_OK;
}

cf_status cfi_tall_qr_factor(cf_run *run, cfi_tall_qr *qr, bool pivot)
{
    if (qr->blocks > 1)
        CF_TRY(cf_parallel_tasks(run, qr->blocks, factor_block, qr));
    if (pivot)
        return cfi_geqp3(qr->top_rows, qr->d, qr->top, qr->top_rows, qr->pivots, qr->top_tau);
    for (cf_index j = 0; j < qr->d; j++)
        qr->pivots[j] = (int)j;
    return cfi_geqrf(qr->top_rows, qr->d, qr->top, qr->top_rows, qr->top_tau);
}

typedef struct turn {
    const cfi_tall_qr *qr;
    cf_index k;
    double *F, *top;
    bool back;
} turn;

/* Rows [b d, (b + 1) d) of `top` to or from the first rows of block b of F. */
static void move_top(const turn *t, cf_index b, bool to_top)
{
    const cfi_tall_qr *qr = t->qr;
    for (cf_index c = 0; c < t->k; c++) {
        double *block = t->F + c * qr->n + b * qr->rows;
        double *top = t->top + c * qr->top_rows + b * qr->d;
        memcpy(to_top ? top : block, to_top ? block : top, (size_t)qr->d * sizeof *top);
    }
}

static cf_status turn_block(void *ctx, cf_index b, cf_run *run)
{
    const turn *t = ctx;
    const cfi_tall_qr *qr = t->qr;
    cf_index rows;
    double *A;
    CF_TRY(cf_run_check(run));
    const cf_index begin = cfi_tall_qr_block(qr, b, &rows, &A);
    if (t->back)
        move_top(t, b, false);
    CF_TRY(cfi_ormqr(true, !t->back, rows, t->k, qr->d, A, rows, qr->tau + b * qr->d, t->F + begin,
                     qr->n));
    if (!t->back)
        move_top(t, b, true);
    return CF_OK;
}

/* Q' or Q of the top alone. */
static cf_status turn_top(const cfi_tall_qr *qr, bool trans, cf_index k, double *top)
{
    const cf_index reflectors = qr->top_rows < qr->d ? qr->top_rows : qr->d;
    return cfi_ormqr(true, trans, qr->top_rows, k, reflectors, qr->top, qr->top_rows, qr->top_tau,
                     top, qr->top_rows);
}

cf_status cfi_tall_qr_turn(cf_run *run, const cfi_tall_qr *qr, cf_index k, double *F, double *top)
{
    turn t = {qr, k, F, top, false};
    if (qr->blocks > 1)
        CF_TRY(cf_parallel_tasks(run, qr->blocks, turn_block, &t));
    else
        memcpy(top, F, (size_t)(qr->n * k) * sizeof *top);
    return turn_top(qr, true, k, top);
}

cf_status cfi_tall_qr_turn_back(cf_run *run, const cfi_tall_qr *qr, cf_index k, double *top,
                                double *F)
{
    turn t = {qr, k, F, top, true};
    CF_TRY(turn_top(qr, false, k, top));
    if (qr->blocks > 1)
        return cf_parallel_tasks(run, qr->blocks, turn_block, &t);
    memcpy(F, top, (size_t)(qr->n * k) * sizeof *F);
    return CF_OK;
}
