/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rank-revealing QR of a tall matrix in parallel: blocks of rows are factored alone, then their
 * triangles, stacked, with column pivoting (Demmel, Grigori, Hoemmen and Langou 2012,
 * doi:10.1137/080731992). A = Q [R; 0] P'. Short matrices are one block.
 */
#ifndef COFIT_TALL_QR_H
#define COFIT_TALL_QR_H

#include "cofit/extend.h"

typedef struct cfi_tall_qr {
    cf_index n, d;
    cf_index blocks, rows; /* rows of each block but the last */
    double *A;             /* blocks of rows, each column-major with its number of rows as stride */
    double *tau;           /* (blocks, d) */
    double *top;           /* (top_rows, d) column-major: the stacked triangles; A for one block */
    cf_index top_rows;
    double *top_tau; /* (min(top_rows, d)) */
    int *pivots;     /* (d) column j of R belongs to column pivots[j] of A */
} cfi_tall_qr;

/* Memory for an (n, d) matrix, to be filled. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_tall_qr_new(cfi_tall_qr *qr, cf_index n, cf_index d);

/* Releases it. */
void cfi_tall_qr_clear(cfi_tall_qr *qr);

/* First row of block b, and its memory. */
cf_index cfi_tall_qr_block(const cfi_tall_qr *qr, cf_index b, cf_index *rows, double **memory);

/* Factors what A was filled with; `pivot` false keeps the order of the columns. */
CF_NODISCARD cf_status cfi_tall_qr_factor(cf_run *run, cfi_tall_qr *qr, bool pivot);

/*
 * F (k columns of n, column-major) becomes Q'F: its first top_rows coordinates lie in `top`
 * (top_rows, k) column-major, the rest stays in F for cfi_tall_qr_turn_back.
 */
CF_NODISCARD cf_status cfi_tall_qr_turn(cf_run *run, const cfi_tall_qr *qr, cf_index k, double *F,
                                        double *top);

/* The inverse: F = Q (top, rest). `top` is destroyed. */
CF_NODISCARD cf_status cfi_tall_qr_turn_back(cf_run *run, const cfi_tall_qr *qr, cf_index k,
                                             double *top, double *F);

#endif
