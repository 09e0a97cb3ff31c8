/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Model files with a digest that fits, whatever else is in them: refused, or put to every use. The
 * seeds are the models of tests/golden/models; the mutator changes models, not bytes.
 */
#include "fuzz/fuzz.h"
#include "support/hostile.h"

/* What a file asks for beyond this is not there. */
enum { MOST_REQUEST = 64 << 20 };

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);

static void *allocate(void *ctx, size_t bytes)
{
    return bytes > MOST_REQUEST ? NULL : fuzz_allocate(ctx, bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const cf_allocator bounded = {allocate, fuzz_release, &fuzz_heap};
    cf_estimator *e = NULL;
    fuzz_begin();
    cf_set_allocator(&bounded);
    cfi_bytes bytes = fuzz_bytes(data, size);
    hostile_seal(bytes.data, size);
    const cf_status status = cf_load_memory(&e, bytes.data, size);
    cfi_bytes_clear(&bytes);
    FUZZ_CHECK(fuzz_heap.peak <= 64 * size + (1 << 20)); /* a value takes more room than its text */
    FUZZ_CHECK(status == CF_OK ? e != NULL : e == NULL && *cf_last_error());
    if (e)
        FUZZ_CHECK(hostile_use(e));
    cf_estimator_free(e);
    FUZZ_CHECK(fuzz_heap.used == 0);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    cf_random r;
    void *changed = NULL;
    size_t n = 0;
    cf_random_seed(&r, seed);
    hostile_change(&r, data, size, &changed, &n);
    if (n <= most) {
        memcpy(data, changed, n);
        size = n;
    }
    cf_bytes_free(changed);
    return size;
}
