/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Cancel flag, deadline, progress and warnings of one call. Callbacks run only on the thread that
 * entered the library; a task keeps its warnings, which are emitted in task order afterwards, so
 * that their order does not depend on the thread count. Each text is emitted once a call.
 */
#include "base/run.h"

#include "base/parallel.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

double cfi_clock(void)
{
    return (double)now_ns() * 1e-9;
}

/* The run must not be moved: its root points into it. The clock starts here; a deadline of 0, or
 * beyond some thirty years, is none; a negative one has passed. */
void cfi_run_begin(cf_run *run, const cf_fit_options *options)
{
    static const cf_fit_options none;
    const cf_fit_options *o = options ? options : &none;
    *run = (cf_run){.begin = 0, .span = 1, .threads = cfi_threads(o->n_threads)};
    run->root = &run->own;
    cfi_run_root *root = run->root;
    root->owner = pthread_self();
    root->progress = o->progress;
    root->progress_ctx = o->progress_ctx;
    root->cancel = o->cancel;
    if (o->warn) {
        root->warn = o->warn;
        root->warn_ctx = o->warn_ctx;
    } else {
        cfi_warning_handler(&root->warn, &root->warn_ctx);
    }
    if (o->deadline > 0 && o->deadline < 1e9)
        root->deadline_ns = now_ns() + (int64_t)(o->deadline * 1e9);
    else if (o->deadline < 0)
        root->deadline_ns = 1;
}

void cfi_run_want_random(cf_run *run, const cf_estimator *called, cf_matrix *out)
{
    run->root->called = called;
    run->root->random_out = out;
    cf_matrix_clear(out);
}

/* Only the estimator the user called: the generators inside a composite are its own affair. */
cf_status cf_run_return_random(cf_run *run, const cf_estimator *self, const cf_random *r)
{
    if (!run || run->root->called != self)
        return CF_OK;
    return cf_random_to_matrix(r, run->root->random_out);
}

static void free_items(cfi_warning_item *item)
{
    while (item) {
        cfi_warning_item *next = item->next;
        cf_free(item->text);
        cf_free(item);
        item = next;
    }
}

void cfi_run_end(cf_run *run)
{
    free_items(run->own.emitted);
}

/* Shares the root; kept warnings do not pass to it. */
cf_run cfi_run_part(const cf_run *run, double begin, double span)
{
    return (cf_run){.root = run->root,
                    .begin = run->begin + run->span * begin,
                    .span = run->span * span,
                    .threads = run->threads,
                    .in_task = run->in_task};
}

/* The first reason stays: every thread then ends with the same status. */
static cf_status stop(cfi_run_root *root, cf_status why)
{
    int expected = CF_OK;
    atomic_compare_exchange_strong(&root->stopped, &expected, (int)why);
    return why;
}

static cf_status stopped_message(cf_status why)
{
    return cf_fail(why, "%s", cf_status_text(why));
}

/* Cheap enough for every chunk: a relaxed load, and the clock only with a deadline. */
cf_status cf_run_check(cf_run *run)
{
    if (!run)
        return CF_OK;
    cfi_run_root *root = run->root;
    const cf_status already = (cf_status)atomic_load_explicit(&root->stopped, memory_order_relaxed);
    if (already != CF_OK)
        return stopped_message(already);
    if (root->cancel && *root->cancel)
        return stopped_message(stop(root, CF_ERR_CANCELLED));
    if (root->deadline_ns && now_ns() >= root->deadline_ns)
        return stopped_message(stop(root, CF_ERR_DEADLINE));
    return CF_OK;
}

/* Other threads are silent: callbacks belong to the thread that entered. */
void cf_run_progress(cf_run *run, double fraction, const char *stage)
{
    if (!run || !run->root->progress || !pthread_equal(pthread_self(), run->root->owner))
        return;
    cfi_run_root *root = run->root;
    const double within = fraction < 0 ? 0 : fraction > 1 ? 1 : fraction;
    root->told = fmax(root->told, fmin(run->begin + run->span * within, 1));
    if (root->progress(root->progress_ctx, root->told, stage) != 0)
        stop(root, CF_ERR_CANCELLED);
}

static cfi_warning_item *new_item(cf_warning kind, const char *text)
{
    cfi_warning_item *item = cf_alloc_zero(1, sizeof *item);
    if (!item)
        return NULL;
    item->kind = kind;
    item->text = cf_text_copy(text);
    if (!item->text) {
        cf_free(item);
        return NULL;
    }
    return item;
}

/* By text alone, whatever the kind. */
static bool contains(const cfi_warning_item *item, const char *text)
{
    for (; item; item = item->next)
        if (strcmp(item->text, text) == 0)
            return true;
    return false;
}

/* A warning that finds no memory is dropped: a warning never fails a call. */
static void append(cfi_warning_item **list, cf_warning kind, const char *text)
{
    if (contains(*list, text))
        return;
    cfi_warning_item *item = new_item(kind, text);
    if (!item)
        return;
    while (*list)
        list = &(*list)->next;
    *list = item;
}

/* On the thread that entered only, hence no lock. */
static void emit(cfi_run_root *root, cf_warning kind, const char *text)
{
    if (!root->warn || contains(root->emitted, text))
        return;
    append(&root->emitted, kind, text);
    root->warn(root->warn_ctx, kind, text);
}

void cf_run_warn(cf_run *run, cf_warning kind, const char *format, ...)
{
    if (!run || !run->root->warn)
        return;
    char text[CFI_MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (run->in_task)
        append(&run->kept, kind, text);
    else
        emit(run->root, kind, text);
}

/* To the outer task, if this was one inside another, else to the handler. */
void cfi_run_join(cf_run *run, cf_run *task)
{
    for (const cfi_warning_item *item = task->kept; item; item = item->next) {
        if (run->in_task)
            append(&run->kept, item->kind, item->text);
        else
            emit(run->root, item->kind, item->text);
    }
    free_items(task->kept);
    task->kept = NULL;
}

int cf_run_threads(const cf_run *run)
{
    return run ? run->threads : 1;
}
