/* SPDX-License-Identifier: BSD-3-Clause */
/* A run: one outermost public call, handed down to everything it does. */
#ifndef COFIT_BASE_RUN_H
#define COFIT_BASE_RUN_H

#include "base/status.h"

#include <pthread.h>
#include <stdatomic.h>

/* A warning of a list; its text is the item's own. */
typedef struct cfi_warning_item {
    cf_warning kind;
    char *text;
    struct cfi_warning_item *next;
} cfi_warning_item;

/* Shared by a run and the runs of its tasks. */
typedef struct cfi_run_root {
    pthread_t owner; /* the thread that entered the library: callbacks run on it alone */
    cf_progress_fn progress;
    void *progress_ctx;
    double told; /* the last fraction: a part that knows less than the whole takes nothing back */
    cf_warning_fn warn;
    void *warn_ctx;
    const volatile int *cancel;
    atomic_int stopped;         /* a cf_status: why everything must end */
    int64_t deadline_ns;        /* CLOCK_MONOTONIC; 0 = none */
    cfi_warning_item *emitted;  /* each text once */
    const cf_estimator *called; /* by the user: it alone returns its generator */
    cf_matrix *random_out;      /* where to; NULL = not wanted */
} cfi_run_root;

struct cf_run {
    cfi_run_root *root;
    cfi_run_root own;       /* the root of an outermost run */
    double begin, span;     /* share of the progress bar */
    int threads;            /* a region of this run may use */
    bool in_task;           /* warnings are kept until the tasks are over */
    cfi_warning_item *kept; /* in order, of a task */
};

/* Starts the run of an outermost call; options may be NULL. cfi_run_end releases it. */
void cfi_run_begin(cf_run *run, const cf_fit_options *options);

/* `called` is to return its generator to `out`, which may be NULL and is cleared. */
void cfi_run_want_random(cf_run *run, const cf_estimator *called, cf_matrix *out);

/* Ends an outermost run. */
void cfi_run_end(cf_run *run);

/* The run of one of several parts that follow each other: shares [begin, begin + span) of the bar.
 */
cf_run cfi_run_part(const cf_run *run, double begin, double span);

/* Gives a task's kept warnings to the run that started it and empties it. */
void cfi_run_join(cf_run *run, cf_run *task);

/* Seconds of a monotonic clock. */
double cfi_clock(void);

#endif
