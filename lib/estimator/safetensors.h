/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A safetensors file in memory: named tensors and one metadata text. Layout: 8 bytes of header
 * length, little-endian; the JSON header, padded with blanks so that the data begin at a multiple
 * of 64; the tensors, each at a multiple of 64 by "~padN" tensors of U8, without holes. The header
 * begins with
 * {"__metadata__":{"xxh3":"<32 hex>": the XXH3-128 digest of the whole file with those digits as
 * '0'.
 */
#ifndef COFIT_ESTIMATOR_SAFETENSORS_H
#define COFIT_ESTIMATOR_SAFETENSORS_H

#include "base/memory.h"

/* One tensor of at most two dimensions. */
typedef struct cfi_tensor {
    char *name; /* owned */
    cf_dtype dtype;
    int dims;          /* 0 = a scalar */
    cf_index shape[2]; /* of `dims` extents */
    const void *data;  /* borrowed when written; inside `buffer` when read */
    size_t bytes;
    bool taken; /* read: somebody asked for it */
} cfi_tensor;

/* A file's content; zero-initialised = empty. */
typedef struct cfi_tensors {
    cf_index count, capacity; /* sorted by name once read */
    cfi_tensor *items;
    char *model;       /* the metadata text "model" */
    cf_buffer *buffer; /* read: what the tensors lie in */
} cfi_tensors;

/* Releases everything. */
void cfi_tensors_clear(cfi_tensors *t);

/* Adds a tensor to be written; `data` must live until then. dims 0 to 2. CF_ERR_MEMORY,
 * CF_ERR_LIMIT. */
CF_NODISCARD cf_status cfi_tensors_add(cfi_tensors *t, const char *name, cf_dtype dtype, int dims,
                                       const cf_index *shape, const void *data);

/* The tensor called `name`, marked as taken; CF_ERR_FORMAT when it is not there. */
CF_NODISCARD cf_status cfi_tensors_take(cfi_tensors *t, const char *name, cfi_tensor **out);

/* Writes the file into new memory (cf_alloc). */
CF_NODISCARD cf_status cfi_tensors_write(const cfi_tensors *t, char **bytes, size_t *size);

/* Reads a file: takes over one reference of `buffer`, whose first `size` bytes it is.
 * CF_ERR_FORMAT. */
CF_NODISCARD cf_status cfi_tensors_read(cf_buffer *buffer, size_t size, cfi_tensors *out);

#endif
