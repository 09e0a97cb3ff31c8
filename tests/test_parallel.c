/* SPDX-License-Identifier: BSD-3-Clause */
/* Loops, reductions, tasks, cancelling and warnings. */
#include "base/parallel.h"
#include "support/support.h"

enum { N = 100003 };

static void mark(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    unsigned char *seen = ctx;
    for (cf_index i = begin; i < end; i++)
        seen[i]++;
}

START_TEST(loop_covers_every_index_once)
{
    static unsigned char seen[N];
    cf_run run;
    cfi_run_begin(&run, NULL);
    memset(seen, 0, sizeof seen);
    cf_parallel_for(&run, N, 997, mark, seen);
    cfi_run_end(&run);
    for (cf_index i = 0; i < N; i++)
        ck_assert_int_eq(seen[i], 1);
}
END_TEST

static void add_inverse(void *ctx, cf_index begin, cf_index end, double *partial, int worker)
{
    (void)ctx;
    (void)worker;
    for (cf_index i = begin; i < end; i++) {
        partial[0] += 1.0 / (double)(i + 1);
        partial[1] += (double)i;
    }
}

START_TEST(reduction_has_the_same_bits_on_any_thread_count)
{
    double first[2];
    for (int threads = 1; threads <= 8; threads++) {
        cf_run run;
        double sum[2];
        cfi_run_begin(&run, &(cf_fit_options){.n_threads = threads});
        ASSERT_OK(cf_parallel_reduce(&run, N, 100, 2, add_inverse, NULL, sum));
        cfi_run_end(&run);
        if (threads == 1)
            memcpy(first, sum, sizeof sum);
        ck_assert_mem_eq(first, sum, sizeof sum);
    }
    ck_assert_double_eq(first[1], (double)N * (N - 1) / 2);
}
END_TEST

static cf_status fail_some(void *ctx, cf_index task, cf_run *run)
{
    (void)ctx;
    cf_run_warn(run, CF_WARN_DATA, "task %d", (int)(task / 2));
    return task % 7 == 5 ? cf_fail(CF_ERR_DATA, "task %d failed", (int)task) : CF_OK;
}

static void collect(void *ctx, cf_warning kind, const char *text)
{
    ck_assert_int_eq(kind, CF_WARN_DATA);
    char *all = ctx;
    strncat(all, text, 200);
    strncat(all, ";", 2);
}

START_TEST(lowest_failing_task_decides)
{
    char warnings[4096] = "";
    cf_run run;
    cfi_run_begin(&run, &(cf_fit_options){.warn = collect, .warn_ctx = warnings});
    ASSERT_FAILS(CF_ERR_DATA, "task 5 failed", cf_parallel_tasks(&run, 40, fail_some, NULL));
    cfi_run_end(&run);
    ck_assert_ptr_nonnull(strstr(warnings, "task 0;task 1;task 2;"));
}
END_TEST

START_TEST(cancel_and_deadline_stop_a_run)
{
    int cancel = 0;
    cf_run run;
    cfi_run_begin(&run, &(cf_fit_options){.cancel = &cancel});
    ASSERT_OK(cf_run_check(&run));
    cancel = 1;
    ASSERT_FAILS(CF_ERR_CANCELLED, "cancelled", cf_run_check(&run));
    cfi_run_end(&run);
    cfi_run_begin(&run, &(cf_fit_options){.deadline = -2}); /* of a budget that was used up */
    ASSERT_FAILS(CF_ERR_DEADLINE, "deadline", cf_run_check(&run));
    cfi_run_begin(&run, &(cf_fit_options){.deadline = 1e-9});
    ASSERT_FAILS(CF_ERR_DEADLINE, "deadline", cf_run_check(&run));
    cfi_run_end(&run);
}
END_TEST

START_TEST(allocations_are_aligned_checked_and_can_fail)
{
    void *p = cf_alloc(3, 5);
    ck_assert_ptr_nonnull(p);
    ck_assert_uint_eq((uintptr_t)p % 64, 0);
    cf_free(p);
    ck_assert_ptr_null(cf_alloc(-1, 8));
    ck_assert_ptr_null(cf_alloc(INT64_MAX / 4, 8));
    cf_fail_allocation(2, false);
    void *a = cf_alloc(1, 1), *b = cf_alloc(1, 1), *c = cf_alloc(1, 1);
    ck_assert_int_eq(cf_fail_allocation(0, false), 3);
    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_null(b);
    ck_assert_ptr_nonnull(c);
    cf_free(a);
    cf_free(c);
}
END_TEST

TEST_MAIN("parallel", loop_covers_every_index_once, reduction_has_the_same_bits_on_any_thread_count,
          lowest_failing_task_decides, cancel_and_deadline_stop_a_run,
          allocations_are_aligned_checked_and_can_fail)
