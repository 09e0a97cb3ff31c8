/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The one file that calls malloc. Requests are checked for overflow, aligned to 64 bytes (a cache
 * line, and the widest vector register), go through a replaceable allocator, and can be made to
 * fail on purpose: request k, counted atomically over all threads.
 */
#include "base/memory.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ALIGNMENT = 64, HUGE_PAGE = 2 << 20, LARGE_BLOCK = 4 << 20 };

/*
 * Asks for huge pages inside a large block: the first touch of 128 MB takes 25 ms instead of 77.
 * Only whole huge pages are asked for, so the block takes no more memory than before.
 */
static void ask_for_huge_pages(void *memory, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    const size_t skip = (size_t)(-(uintptr_t)memory & (HUGE_PAGE - 1));
    const size_t length = (bytes - skip) & ~(size_t)(HUGE_PAGE - 1);
    (void)madvise((char *)memory + skip, length, MADV_HUGEPAGE); /* it is only advice */
#else
    (void)memory;
    (void)bytes;
#endif
}

static void *allocate_default(void *ctx, size_t bytes)
{
    (void)ctx;
    void *memory = aligned_alloc(ALIGNMENT, bytes);
    if (memory && bytes >= LARGE_BLOCK)
        ask_for_huge_pages(memory, bytes);
    return memory;
}

static void release_default(void *ctx, void *memory)
{
    (void)ctx;
    free(memory);
}

/* Of the process; not atomic, to be set before the library is used. */
static cf_allocator allocator = {allocate_default, release_default, NULL};

static atomic_llong requests;    /* since the last cf_fail_allocation */
static atomic_llong fail_at;     /* 0 = never */
static atomic_bool fail_onwards; /* also every later request */

void cf_set_allocator(const cf_allocator *replacement)
{
    allocator =
        replacement ? *replacement : (cf_allocator){allocate_default, release_default, NULL};
}

int64_t cf_fail_allocation(int64_t k, bool all)
{
    const int64_t seen = atomic_exchange(&requests, 0);
    atomic_store(&fail_at, k);
    atomic_store(&fail_onwards, all);
    return seen;
}

/* Counts the request. Relaxed: the number alone matters. */
static bool must_fail(void)
{
    const int64_t number = atomic_fetch_add_explicit(&requests, 1, memory_order_relaxed) + 1;
    const int64_t k = atomic_load_explicit(&fail_at, memory_order_relaxed);
    return k > 0 && (number == k || (number > k && atomic_load(&fail_onwards)));
}

bool cfi_size_add(size_t *total, cf_index a, size_t b)
{
    size_t product;
    return a >= 0 && !__builtin_mul_overflow((size_t)a, b, &product) &&
           !__builtin_add_overflow(*total, product, total);
}

size_t cfi_memory_total(void)
{
    const size_t least = (size_t)256 << 20;
    const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    if (pages <= 0 || size <= 0 || (size_t)pages > SIZE_MAX / (size_t)size)
        return least;
    const size_t total = (size_t)pages * (size_t)size;
    return total > least ? total : least;
}

/* Sizes are rounded up to the alignment, as aligned_alloc wants; 0 bytes get a block of
 * their own. */
void *cf_alloc(cf_index count, size_t size)
{
    size_t bytes = 0;
    if (!cfi_size_add(&bytes, count, size) || bytes > PTRDIFF_MAX - ALIGNMENT || must_fail())
        return NULL;
    const size_t rounded = bytes == 0 ? ALIGNMENT : (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return allocator.allocate(allocator.ctx, rounded);
}

void *cf_alloc_zero(cf_index count, size_t size)
{
    void *memory = cf_alloc(count, size);
    if (memory)
        memset(memory, 0, (size_t)count * size);
    return memory;
}

/* There is no realloc: a replaced allocator need not have one. `memory` stays valid on failure. */
void *cf_grow(void *memory, cf_index old_count, cf_index new_count, size_t size)
{
    void *larger = cf_alloc(new_count, size);
    if (!larger)
        return NULL;
    if (old_count > 0)
        memcpy(larger, memory, (size_t)(old_count < new_count ? old_count : new_count) * size);
    cf_free(memory);
    return larger;
}

/* The allocator that is set when the block is released must be the one that made it. */
void cf_free(void *memory)
{
    if (memory)
        allocator.release(allocator.ctx, memory);
}

char *cf_text_copy(const char *text)
{
    const size_t bytes = strlen(text) + 1;
    char *copy = cf_alloc((cf_index)bytes, 1);
    if (copy)
        memcpy(copy, text, bytes);
    return copy;
}

void cf_text_free(char *text)
{
    cf_free(text);
}

void cf_bytes_free(void *bytes)
{
    cf_free(bytes);
}

cf_buffer *cfi_buffer_new(size_t bytes)
{
    cf_buffer *buffer = cf_alloc_zero(1, sizeof *buffer);
    if (!buffer)
        return NULL;
    buffer->data = bytes <= PTRDIFF_MAX ? cf_alloc((cf_index)bytes, 1) : NULL;
    if (!buffer->data) {
        cf_free(buffer);
        return NULL;
    }
    buffer->bytes = bytes;
    buffer->references = 1;
    return buffer;
}

cf_buffer *cfi_buffer_share(cf_buffer *buffer)
{
    if (buffer)
        __atomic_add_fetch(&buffer->references, 1, __ATOMIC_RELAXED);
    return buffer;
}

/* ACQ_REL: the last holder sees what the others wrote before they let go. */
void cfi_buffer_free(cf_buffer *buffer)
{
    if (!buffer || __atomic_sub_fetch(&buffer->references, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    if (buffer->release)
        buffer->release(buffer->data, buffer->ctx);
    else
        cf_free(buffer->data);
    cf_free(buffer);
}

bool cfi_buffer_is_shared(const cf_buffer *buffer)
{
    return __atomic_load_n(&buffer->references, __ATOMIC_ACQUIRE) > 1;
}
