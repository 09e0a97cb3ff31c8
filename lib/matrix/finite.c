/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The scan for NaN and infinity, at the speed of memory: exponent bits are compared as integers
 * over a run of numbers without asking which one it was; only a run that has one is searched.
 */
#include "base/parallel.h"
#include "matrix/kernels.h"

#include <math.h>
#include <string.h>

/* Numbers of one run: enough for the vector loop, few enough to search again. */
enum { RUN = 2048, CHUNK = 1 << 16 };

/* Some of x[0..n) is infinite, or NaN unless those are allowed. */
CF_CLONES static bool has_bad_f64(const double *x, cf_index n, bool nan_ok)
{
    /* NaN allowed: infinity alone has this pattern once the sign is shifted out. */
    const uint64_t infinity = (uint64_t)0x7ff << 52;
    uint64_t bits, found = 0;
    if (nan_ok) {
        for (cf_index i = 0; i < n; i++) {
            memcpy(&bits, x + i, sizeof bits);
            found |= bits << 1 == infinity << 1;
        }
    } else {
        for (cf_index i = 0; i < n; i++) {
            memcpy(&bits, x + i, sizeof bits);
            found |= (bits & infinity) == infinity;
        }
    }
    return found != 0;
}

/* The same for floats, whose exponent has 8 bits. */
CF_CLONES static bool has_bad_f32(const float *x, cf_index n, bool nan_ok)
{
    const uint32_t infinity = (uint32_t)0xff << 23;
    uint32_t bits, found = 0;
    if (nan_ok) {
        for (cf_index i = 0; i < n; i++) {
            memcpy(&bits, x + i, sizeof bits);
            found |= bits << 1 == infinity << 1;
        }
    } else {
        for (cf_index i = 0; i < n; i++) {
            memcpy(&bits, x + i, sizeof bits);
            found |= (bits & infinity) == infinity;
        }
    }
    return found != 0;
}

/* By place in memory, of floats or doubles. */
static double number_at(const cf_matrix *X, cf_index position)
{
    return X->dtype == CF_F32 ? (double)((const float *)X->values)[position]
                              : ((const double *)X->values)[position];
}

static bool is_bad(double x, bool nan_ok)
{
    return nan_ok ? isinf(x) : !isfinite(x);
}

/* First bad one of the n numbers at `position`, or -1. */
static cf_index find_in_run(const cf_matrix *X, bool nan_ok, cf_index position, cf_index n)
{
    for (cf_index done = 0; done < n; done += RUN) {
        const cf_index length = n - done < RUN ? n - done : RUN, from = position + done;
        const bool bad = X->dtype == CF_F32
                             ? has_bad_f32((const float *)X->values + from, length, nan_ok)
                             : has_bad_f64((const double *)X->values + from, length, nan_ok);
        for (cf_index i = 0; bad && i < length; i++)
            if (is_bad(number_at(X, from + i), nan_ok))
                return from + i;
    }
    return -1;
}

/* Numbers in memory order: one run, or a run a row. */
typedef struct scan {
    const cf_matrix *X;
    bool nan_ok;
    cf_index start;     /* of the single run */
    atomic_llong first; /* lowest position found; positions above it need no look */
} scan;

/* Lowers s->first to `position`, unless another thread found an earlier one. */
static void note(scan *s, cf_index position)
{
    long long first = atomic_load(&s->first);
    while (position < first && !atomic_compare_exchange_weak(&s->first, &first, position)) {
    }
}

/* A chunk behind what was found is skipped; the lowest position is the answer on any
 * thread count. */
static void scan_single_run(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    scan *s = ctx;
    if (s->start + begin > (cf_index)atomic_load(&s->first))
        return;
    const cf_index found = find_in_run(s->X, s->nan_ok, s->start + begin, end - begin);
    if (found >= 0)
        note(s, found);
}

/* Rows with gaps between them; `first` counts (row, column) pairs in order. */
static void scan_rows(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    scan *s = ctx;
    const cf_matrix *X = s->X;
    if (begin * X->cols > (cf_index)atomic_load(&s->first))
        return;
    for (cf_index i = begin; i < end; i++) {
        cf_index column = -1;
        if (X->col_stride == 1) {
            const cf_index found = find_in_run(X, s->nan_ok, i * X->row_stride, X->cols);
            column = found < 0 ? -1 : found - i * X->row_stride;
        } else {
            for (cf_index j = 0; column < 0 && j < X->cols; j++)
                if (is_bad(number_at(X, i * X->row_stride + j * X->col_stride), s->nan_ok))
                    column = j;
        }
        if (column >= 0) {
            note(s, i * X->cols + column);
            return;
        }
    }
}

/* Row of the stored entry at `position` of a CSR matrix, column of one of a CSC matrix. */
static cf_index line_of_entry(const cf_matrix *X, cf_index position)
{
    cf_index low = 0, high = X->storage == CF_CSC ? X->cols : X->rows;
    while (high - low > 1) {
        const cf_index middle = low + (high - low) / 2;
        *(X->offsets[middle] <= position ? &low : &high) = middle;
    }
    return low;
}

bool cfi_find_nonfinite(cf_run *run, const cf_matrix *X, bool nan_ok, cf_index *row, cf_index *col,
                        double *value)
{
    scan s = {.X = X, .nan_ok = nan_ok};
    atomic_init(&s.first, INT64_MAX);
    if ((X->dtype != CF_F64 && X->dtype != CF_F32) || X->rows == 0 || X->cols == 0)
        return false;
    const bool sparse = X->storage != CF_DENSE;
    const cf_index last = X->storage == CF_CSC ? X->cols : X->rows;
    const bool contiguous = X->col_stride == 1 && (X->row_stride == X->cols || X->rows == 1);
    if (sparse) {
        s.start = X->offsets[0];
        cf_parallel_for(run, X->offsets[last] - s.start, CHUNK, scan_single_run, &s);
    } else if (contiguous) {
        cf_parallel_for(run, X->rows * X->cols, CHUNK, scan_single_run, &s);
    } else {
        cf_parallel_for(run, X->rows, CHUNK / X->cols + 1, scan_rows, &s);
    }
    const cf_index first = (cf_index)atomic_load(&s.first);
    if (first == INT64_MAX)
        return false;
    if (sparse) {
        const cf_index line = line_of_entry(X, first), other = X->indices[first];
        *row = X->storage == CF_CSC ? other : line;
        *col = X->storage == CF_CSC ? line : other;
        *value = number_at(X, first);
    } else {
        *row = first / X->cols;
        *col = first % X->cols;
        *value = number_at(X, *row * X->row_stride + *col * X->col_stride);
    }
    return true;
}
