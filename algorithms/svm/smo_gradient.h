/* SPDX-License-Identifier: BSD-3-Clause */
/* f = K beta of the active samples, kept up to date with the help of a cache of rows of K. */
#ifndef COFIT_SVM_SMO_GRADIENT_H
#define COFIT_SVM_SMO_GRADIENT_H

#include "algorithms/svm/kernel_cache.h"
#include "algorithms/svm/smo_solver.h"

/* Columns are cut into chunks of this size, whatever the number of threads. */
enum { CFI_GRADIENT_CHUNK = 512 };

typedef struct cfi_gradient {
    const cfi_smo_problem *problem;
    cfi_point_form form;
    cf_index most;     /* samples that change at once */
    cf_chunk_fn watch; /* called on every chunk of active positions once f is up to date; or NULL */
    void *watch_ctx;
    cf_index active;   /* samples in use: positions [0, active) */
    cf_index *order;   /* (n) sample at a position; the others follow */
    double *f;         /* (n) by position */
    cfi_points points; /* by position; not of a linear kernel */
    cfi_kernel_cache cache;
    uint8_t *uses; /* (n) how often a row was computed and not kept */
    int uses_before_caching;
    int64_t round;
    cfi_points changed;          /* the samples whose beta changed */
    cf_index *rows;              /* (most) their rows in X */
    double *delta;               /* (most) by how much */
    void **memory;               /* (most) their rows of K in the cache, or NULL */
    cf_index n_changed, n_there; /* the first n_there rows of K need not be computed */
    double *direction;           /* (width) of a linear kernel: sum of delta x */
    char *scratch;               /* (threads, scratch_size) zeroed */
    size_t scratch_size;
    double *tiles; /* (threads, tile) */
} cfi_gradient;

/* f = 0 with all samples active; at most `most` samples change at once. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_gradient_new(cfi_gradient *g, const cfi_smo_problem *problem, bool f32,
                                        cf_index most, cf_run *run);

/* Releases everything. */
void cfi_gradient_clear(cfi_gradient *g);

/* f += sum_k delta[k] K(samples[k], .) over the active samples. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_gradient_add(cfi_gradient *g, cf_run *run, const cf_index *samples,
                                        const double *delta, cf_index count);

/* f of positions [begin, n) anew from beta (n, by sample). CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_gradient_rebuild(cfi_gradient *g, cf_run *run, cf_index begin,
                                            const double *beta);

/* Moves the positions keep[0..count), ascending, to the front; only they stay active. */
CF_NODISCARD cf_status cfi_gradient_shrink(cfi_gradient *g, cf_run *run, const cf_index *keep,
                                           cf_index count);

/* Makes all samples active; f of every position must be right. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_gradient_grow(cfi_gradient *g);

#endif
