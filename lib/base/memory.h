/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory inside the library: what extend.h does not already declare. */
#ifndef COFIT_BASE_MEMORY_H
#define COFIT_BASE_MEMORY_H

#include "cofit/extend.h"

/* Adds a * b to *total; false on overflow or a negative factor. */
bool cfi_size_add(size_t *total, cf_index a, size_t b);

/* Bytes of physical memory, at least 256 MiB when unknown: the scale for refusing absurd requests.
 */
size_t cfi_memory_total(void);

/* Reference-counted memory behind matrices: one allocation that others share. */
struct cf_buffer {
    int references; /* atomic */
    size_t bytes;
    void *data;
    void (*release)(void *data, void *ctx); /* NULL: cf_free(data) */
    void *ctx;
};

/* A new buffer of `bytes` undefined bytes, one reference; NULL when there is no memory. */
cf_buffer *cfi_buffer_new(size_t bytes);

/* One more reference; NULL is allowed. */
cf_buffer *cfi_buffer_share(cf_buffer *buffer);

/* Releases one reference; NULL is allowed. */
void cfi_buffer_free(cf_buffer *buffer);

/* True when someone else holds a reference too. */
bool cfi_buffer_is_shared(const cf_buffer *buffer);

#endif
