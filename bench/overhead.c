/* SPDX-License-Identifier: BSD-3-Clause */
/* What a parallel loop, reduction or set of tasks costs beyond its work, with a warm team. */
#include "base/parallel.h"
#include "bench.h"

#include <stdio.h>

static void no_work(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)ctx;
    (void)begin;
    (void)end;
    (void)chunk;
    (void)worker;
}

static void no_sum(void *ctx, cf_index begin, cf_index end, double *partial, int worker)
{
    (void)ctx;
    (void)begin;
    (void)worker;
    partial[0] += (double)end;
}

static cf_status no_task(void *ctx, cf_index task, cf_run *run)
{
    (void)ctx;
    (void)task;
    (void)run;
    return CF_OK;
}

static void loop(void *run)
{
    cf_parallel_for(run, 32, 1, no_work, NULL);
}

static void loop_of_one(void *run)
{
    cf_parallel_for(run, 1, 1, no_work, NULL);
}

static void reduction(void *run)
{
    double sum;
    if (cf_parallel_reduce(run, 32, 1, 1, no_sum, NULL, &sum) != CF_OK)
        abort();
}

static void tasks(void *run)
{
    if (cf_parallel_tasks(run, 8, no_task, NULL) != CF_OK)
        abort();
}

int main(void)
{
    const struct {
        const char *name;
        void (*fn)(void *run);
    } rows[] = {{"cf_parallel_for, 1 chunk", loop_of_one},
                {"cf_parallel_for, 32 chunks", loop},
                {"cf_parallel_reduce, 32 chunks", reduction},
                {"cf_parallel_tasks, 8 tasks", tasks}};
    cf_run run;
    cfi_run_begin(&run, NULL);
    printf("%-32s %12s   (%d threads)\n", "call", "microseconds", cf_run_threads(&run));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        printf("%-32s %12.2f\n", rows[i].name, 1e6 * bench_time(rows[i].fn, &run, 2000));
    cfi_run_end(&run);
    return 0;
}
