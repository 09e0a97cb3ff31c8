/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rows of a kernel matrix in one arena, the least recently used ones replaced first. A row used in
 * the current round is never replaced in it.
 */
#ifndef COFIT_SVM_KERNEL_CACHE_H
#define COFIT_SVM_KERNEL_CACHE_H

#include "cofit/extend.h"

typedef struct cfi_kernel_cache {
    cf_index n;             /* rows of the kernel matrix */
    cf_index capacity;      /* slots */
    cf_index used;          /* slots given out so far */
    cf_index stride;        /* elements between slots */
    size_t element;         /* bytes of an element */
    void *arena;            /* (capacity, stride) */
    int32_t *slot_of;       /* (n) slot of a row, -1 = none */
    int32_t *row_of;        /* (capacity) row of a slot */
    int64_t *round_of;      /* (capacity) when it was last used */
    int32_t *newer, *older; /* (capacity + 1) the slots by use; the last entry ends the ring */
} cfi_kernel_cache;

/* A cache of rows of `length` elements that takes at most `bytes`. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_kernel_cache_new(cfi_kernel_cache *cache, cf_index n, cf_index length,
                                            size_t element, size_t bytes);

/* Releases everything. */
void cfi_kernel_cache_clear(cfi_kernel_cache *cache);

/* Forgets every row. */
void cfi_kernel_cache_empty(cfi_kernel_cache *cache);

/* The memory of a row that is there, now used in `round`; NULL when it is not. */
void *cfi_kernel_cache_find(cfi_kernel_cache *cache, cf_index row, int64_t round);

/* Memory for a row that is not there; NULL when every slot is in use in `round`. */
void *cfi_kernel_cache_claim(cfi_kernel_cache *cache, cf_index row, int64_t round);

#endif
