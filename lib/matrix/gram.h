/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sums of outer products of narrow rows, on one thread: what normal equations, covariances and
 * Hessians are added up from. Faster than dsyrk while the matrix of sums fits the second-level
 * cache (some hundred columns): rows are used where they lie, nothing is packed.
 */
#ifndef COFIT_MATRIX_GRAM_H
#define COFIT_MATRIX_GRAM_H

#include "cofit/extend.h"

/* Rows worth one call of cfi_gram_add_1: they stay in the second-level cache. */
enum { CFI_GRAM_ROWS = 128 };

/* n rounded up to the tiles the kernels work in. */
static inline cf_index cfi_gram_pad(cf_index n)
{
    return (n + 7) / 8 * 8;
}

/*
 * Distance between rows of q numbers, for Z and for M: an odd number of cache lines, so that a
 * column walks through all sets of the cache.
 */
static inline cf_index cfi_gram_stride(cf_index q)
{
    const cf_index lines = (q + 7) / 8;
    return 8 * (lines + 1 - lines % 2);
}

/*
 * M[i][j] += sum over the rows of Z[.][i] Z[.][j] for i < p and i <= j < q, where p <= q. Z is
 * (rows, q) with zeros from column q to cfi_gram_pad(q); M has cfi_gram_pad(p) rows. Both have the
 * stride cfi_gram_stride(q); Z is aligned to 64 bytes. What M holds below its diagonal, and beyond
 * p and q, is undefined.
 */
void cfi_gram_add_1(cf_index rows, cf_index p, cf_index q, const double *Z, double *M);

/*
 * The same, while `bytes` from `next` on are brought into the second-level cache: the arithmetic
 * leaves the memory idle.
 */
void cfi_gram_add_ahead_1(cf_index rows, cf_index p, cf_index q, const double *Z, double *M,
                          const void *next, cf_index bytes);

/* A panel whose products are added to a large matrix of sums. */
typedef struct cfi_gram_panel {
    bool by_columns;      /* Z is (inner, q): M += Z'Z; else Z is (q, inner): M += ZZ' */
    cf_index p, q, inner; /* p <= q: rows and columns of M */
    const double *Z;      /* row-major */
    double *M;            /* row-major, upper triangle */
    cf_index ldz, ldm;
} cfi_gram_panel;

/* The same for matrices of sums that fit no cache: parallel over tiles of M, each one product. */
void cfi_gram_add(cf_run *run, const cfi_gram_panel *panel);

#endif
