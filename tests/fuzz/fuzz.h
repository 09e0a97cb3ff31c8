/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the harnesses share. Besides crashes and undefined behaviour they look for memory out of
 * proportion to the input, memory left behind, and accepted input that gives an invalid matrix.
 */
#ifndef COFIT_TESTS_FUZZ_H
#define COFIT_TESTS_FUZZ_H

#include "base/file.h"
#include "base/memory.h"
#include "cofit/io.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process: libFuzzer keeps the input. */
#define FUZZ_CHECK(condition)                                                                      \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s (%s)\n", __FILE__, __LINE__, #condition, cf_last_error());  \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* Bytes in use and their peak; harnesses run on one thread. */
typedef struct fuzz_memory {
    size_t used, peak;
} fuzz_memory;

static fuzz_memory fuzz_heap;

static inline void *fuzz_allocate(void *ctx, size_t bytes)
{
    fuzz_memory *heap = ctx;
    char *block = aligned_alloc(64, bytes + 64); /* the size in front */
    if (!block)
        return NULL;
    memcpy(block, &bytes, sizeof bytes);
    heap->used += bytes;
    if (heap->used > heap->peak)
        heap->peak = heap->used;
    return block + 64;
}

static inline void fuzz_release(void *ctx, void *memory)
{
    fuzz_memory *heap = ctx;
    char *block = (char *)memory - 64;
    size_t bytes;
    memcpy(&bytes, block, sizeof bytes);
    heap->used -= bytes;
    free(block);
}

/* Begins one input: counts memory from here. */
static inline void fuzz_begin(void)
{
    static const cf_allocator counting = {fuzz_allocate, fuzz_release, &fuzz_heap};
    cf_set_allocator(&counting);
    fuzz_heap.peak = fuzz_heap.used;
}

/* Ends one input: nothing is left, and the peak was at most 16 times the input, 1 MiB and `more`.
 */
static inline void fuzz_end(size_t size, size_t more)
{
    FUZZ_CHECK(fuzz_heap.used == 0);
    FUZZ_CHECK(fuzz_heap.peak <= 16 * size + (1 << 20) + more);
}

/* A copy of the input with the padding readers rely on. */
static inline cfi_bytes fuzz_bytes(const uint8_t *data, size_t size)
{
    cfi_bytes bytes = {cf_alloc((cf_index)size + CFI_FILE_PADDING, 1), size};
    FUZZ_CHECK(bytes.data != NULL);
    if (size > 0)
        memcpy(bytes.data, data, size);
    memset(bytes.data + size, 0, CFI_FILE_PADDING);
    return bytes;
}

/* The matrix is what its header says; codes stand for texts. */
static inline void fuzz_check_matrix(const cf_matrix *X)
{
    if (X->rows == 0 && X->cols == 0)
        return;
    FUZZ_CHECK(cf_matrix_check(X, "X") == CF_OK);
    for (cf_index j = 0; X->schema && j < X->cols; j++) {
        const cf_index texts = cf_schema_dictionary_size(X->schema, j);
        for (cf_index i = 0; texts > 0 && i < X->rows; i++) {
            const double code = cf_matrix_get(X, i, j);
            FUZZ_CHECK(isnan(code) || (code >= 0 && code < (double)texts && code == floor(code)));
        }
    }
}

/* Runs one of the readers over the input. */
static inline void fuzz_reader(cf_status (*read)(const char *path, const cf_read_options *options,
                                                 cfi_bytes *bytes, cf_table *out),
                               const cf_read_options *options, const uint8_t *data, size_t size)
{
    cf_table table = {0};
    fuzz_begin();
    cfi_bytes bytes = fuzz_bytes(data, size);
    if (read("input", options, &bytes, &table) == CF_OK) {
        fuzz_check_matrix(&table.X);
        fuzz_check_matrix(&table.y);
        fuzz_check_matrix(&table.weights);
        fuzz_check_matrix(&table.groups);
    } else {
        FUZZ_CHECK(cf_last_error()[0] != '\0');
    }
    /* names are blocks of their own; rows of a sparse matrix may be empty */
    const size_t more =
        table.X.storage == CF_DENSE ? 512 * (size_t)table.X.cols : 24 * (size_t)table.X.rows;
    cf_table_clear(&table);
    cfi_bytes_clear(&bytes);
    fuzz_end(size, more);
}

#endif
