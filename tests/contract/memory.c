/* SPDX-License-Identifier: BSD-3-Clause */
/* The allocator of the suite: it knows what is live, keeps a limit, and can act at a request. */
#include "contract/contract.h"

#include <malloc.h>
#include <stdatomic.h>

static atomic_size_t live, limit;
static atomic_llong countdown;
static volatile int *flag;

static void *allocate(void *ctx, size_t bytes)
{
    (void)ctx;
    if (atomic_fetch_sub(&countdown, 1) == 1 && flag)
        *flag = 1;
    const size_t most = atomic_load(&limit);
    if (most && (bytes > most || atomic_load(&live) > most - bytes))
        return NULL;
    void *memory = NULL;
    if (posix_memalign(&memory, 64, bytes ? bytes : 1) != 0)
        return NULL;
    atomic_fetch_add(&live, malloc_usable_size(memory));
    return memory;
}

static void release(void *ctx, void *memory)
{
    (void)ctx;
    atomic_fetch_sub(&live, malloc_usable_size(memory));
    free(memory);
}

void watch_memory(void)
{
    static const cf_allocator watched = {allocate, release, NULL};
    cf_set_allocator(&watched);
}

size_t live_bytes(void)
{
    return atomic_load(&live);
}

void limit_memory(size_t more)
{
    atomic_store(&limit, more ? atomic_load(&live) + more : 0);
}

void raise_at_request(int64_t k, volatile int *raised)
{
    flag = raised;
    atomic_store(&countdown, k);
}
