/* SPDX-License-Identifier: BSD-3-Clause */
/* The problem on a working set, its kernel matrix at hand. */
#ifndef COFIT_SVM_SMO_LOCAL_H
#define COFIT_SVM_SMO_LOCAL_H

#include "cofit/extend.h"

/* The largest working set: a power of two. */
enum { CFI_SMO_MOST = 2048 };

/*
 * min 1/2 b'Kb - v'b over b = beta - beta(start), sum b = 0, low <= beta <= high; v is minus the
 * gradient at the start. Arrays have `room` entries, a multiple of 16, those from n on unused.
 */
typedef struct cfi_smo_local {
    cf_index n, room;
    bool f32;                       /* type of K, diagonal and v */
    void *K;                        /* (room, room) */
    void *diagonal;                 /* (room) */
    void *v;                        /* (room) */
    void *up, *low;                 /* (room) caps of the keys: see smo_local.c */
    double *beta, *least, *largest; /* (n) */
} cfi_smo_local;

/* Room for `most` variables. CF_ERR_MEMORY: cfi_smo_local_clear releases what there is. */
CF_NODISCARD cf_status cfi_smo_local_new(cfi_smo_local *local, cf_index most, bool f32);

/* Releases everything. */
void cfi_smo_local_clear(cfi_smo_local *local);

/* Row i of K as memory. */
void *cfi_smo_local_row(const cfi_smo_local *local, cf_index i);

/* Fills columns [kept, n) of rows [0, kept) from the rows [kept, n). */
void cfi_smo_local_mirror(cfi_smo_local *local, cf_index kept, cf_index n);

/* Sets v and the diagonal entry of variable i. */
void cfi_smo_local_set(cfi_smo_local *local, cf_index i, double v, double diagonal);

/*
 * Solves to a violation of `tol` or `most_steps` pairs, whichever comes first; returns the pairs
 * changed.
 */
int64_t cfi_smo_local_solve(cfi_smo_local *local, double tol, int64_t most_steps);

#endif
