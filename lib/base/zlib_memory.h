/* SPDX-License-Identifier: BSD-3-Clause */
/* zlib with the library's memory: replaceable, and able to fail on purpose. */
#ifndef COFIT_BASE_ZLIB_MEMORY_H
#define COFIT_BASE_ZLIB_MEMORY_H

#include "base/memory.h"

#define ZLIB_CONST
#include <zlib.h>

/* zlib counts bytes in 32 bits: what is handed over at once. */
enum { CFI_ZLIB_AT_ONCE = 1 << 30 };

static inline void *cfi_zlib_allocate(void *ctx, unsigned count, unsigned size)
{
    (void)ctx;
    return cf_alloc_zero((cf_index)count, size);
}

static inline void cfi_zlib_free(void *ctx, void *memory)
{
    (void)ctx;
    cf_free(memory);
}

#endif
