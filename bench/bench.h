/* SPDX-License-Identifier: BSD-3-Clause */
/* Timing for the micro-benchmarks: the median of repeated runs, or the best of two
 * in turn, in seconds. */
#ifndef COFIT_BENCH_H
#define COFIT_BENCH_H

#include "base/run.h"

#include <stdlib.h>

enum { BENCH_RUNS = 15 };

static inline int bench_compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median seconds of one call of fn(ctx), each timed run making `calls` of them. */
static inline double bench_time(void (*fn)(void *ctx), void *ctx, int calls)
{
    double seconds[BENCH_RUNS];
    fn(ctx);
    for (int r = 0; r < BENCH_RUNS; r++) {
        const double begin = cfi_clock();
        for (int c = 0; c < calls; c++)
            fn(ctx);
        seconds[r] = (cfi_clock() - begin) / calls;
    }
    qsort(seconds, BENCH_RUNS, sizeof seconds[0], bench_compare);
    return seconds[BENCH_RUNS / 2];
}

/* Best seconds of two functions called in turn, so that a busy machine hits both. */
static inline void bench_pair(void (*first)(void *ctx), void (*second)(void *ctx), void *ctx,
                              double best[2])
{
    best[0] = best[1] = 1e300;
    for (int r = 0; r < 2 * BENCH_RUNS; r++) {
        const double begin = cfi_clock();
        (r % 2 == 0 ? first : second)(ctx);
        const double seconds = cfi_clock() - begin;
        best[r % 2] = seconds < best[r % 2] ? seconds : best[r % 2];
    }
}

#endif
