/* SPDX-License-Identifier: BSD-3-Clause */
/* Threads: the only place with OpenMP regions. */
#ifndef COFIT_BASE_PARALLEL_H
#define COFIT_BASE_PARALLEL_H

#include "base/run.h"

/* Threads a call may use: `wanted`, or the caller's OpenMP setting when 0; 1 inside a region or a
 * forked child. */
int cfi_threads(int wanted);

/* The calling thread's OpenMP count, and a way to set it: BLAS reads it. */
int cfi_omp_get(void);
void cfi_omp_set(int threads);

/* Chunks that cover [0, n); the thread count has no say in their boundaries. */
typedef struct cfi_chunks {
    cf_index count, size;
} cfi_chunks;

/* At most 32 chunks of at least `grain`, fewer when count * bytes passes a fixed budget (64 MiB).
 */
cfi_chunks cfi_chunks_for(cf_index n, cf_index grain, size_t bytes);

#endif
