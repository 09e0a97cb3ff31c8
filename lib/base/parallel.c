/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Loops, reductions and tasks over threads. Chunk boundaries depend on the problem alone and
 * partial results are added in chunk order, so results do not depend on the thread count. One chunk
 * or one task opens no region, so the inner level gets the threads; a nested region runs serially.
 * A child forked after a region stays serial: GNU libgomp would wait for threads that no longer
 * exist.
 */
#include "base/parallel.h"

#include "base/memory.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#endif

enum { MOST_CHUNKS = 32, REDUCE_BYTES = 64 << 20 };

#ifdef _OPENMP
static bool forked; /* set once, in a child, before it has a second thread */

static void note_fork(void)
{
    forked = true;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void watch_forks(void)
{
    pthread_atfork(NULL, NULL, note_fork);
}
#endif

int cfi_omp_get(void)
{
#ifdef _OPENMP
    return omp_get_max_threads();
#else
    return 1;
#endif
}

void cfi_omp_set(int threads)
{
#ifdef _OPENMP
    omp_set_num_threads(threads);
#else
    (void)threads;
#endif
}

/* omp_in_parallel: a call from inside somebody else's region gets no team of its own. */
int cfi_threads(int wanted)
{
#ifdef _OPENMP
    pthread_once(&once, watch_forks);
    if (forked || omp_in_parallel())
        return 1;
    const int most = omp_get_max_threads();
    return wanted > 0 && wanted < most ? wanted : most;
#else
    (void)wanted;
    return 1;
#endif
}

/* Threads for `count` chunks or tasks of a run. */
static int team_size(const cf_run *run, cf_index count)
{
    const int threads = cf_run_threads(run);
    if (count <= 1 || threads <= 1)
        return 1;
#ifdef _OPENMP
    if (forked || omp_in_parallel())
        return 1;
#endif
    return count < threads ? (int)count : threads;
}

/* Runs fn over `count` chunks of `size` on `team` threads. */
static void run_chunks(int team, cf_index n, cf_index count, cf_index size, cf_chunk_fn fn,
                       void *ctx)
{
    if (team == 1) {
        for (cf_index c = 0; c < count; c++)
            fn(ctx, c * size, c == count - 1 ? n : (c + 1) * size, c, 0);
        return;
    }
#ifdef _OPENMP
#pragma omp parallel num_threads(team)
    {
        const int worker = omp_get_thread_num();
/* Dynamic: which worker gets a chunk is chance, what the chunk computes is not. */
#pragma omp for schedule(dynamic, 1)
        for (cf_index c = 0; c < count; c++)
            fn(ctx, c * size, c == count - 1 ? n : (c + 1) * size, c, worker);
    }
#endif
}

void cf_parallel_for(cf_run *run, cf_index n, cf_index grain, cf_chunk_fn fn, void *ctx)
{
    if (n <= 0)
        return;
    const cf_index size = grain > 0 ? grain : 1;
    const cf_index count = (n - 1) / size + 1;
    run_chunks(team_size(run, count), n, count, size, fn, ctx);
}

/* Two chunks are allowed whatever their memory, so that a large result can be summed in parallel.
 */
cfi_chunks cfi_chunks_for(cf_index n, cf_index grain, size_t bytes)
{
    cf_index most = MOST_CHUNKS;
    if (bytes > 0 && (size_t)most > REDUCE_BYTES / bytes)
        most = (cf_index)(REDUCE_BYTES / bytes);
    if (most < 2)
        most = 2;
    const cf_index least = grain > 0 ? grain : 1;
    cf_index size = (n + most - 1) / most;
    if (size < least)
        size = least;
    return (cfi_chunks){n > 0 ? (n - 1) / size + 1 : 0, size};
}

/* A partial sum is added as soon as all before it are, and its place used again: on few threads
 * few of the places are ever touched. */
typedef struct reduction {
    cf_reduce_fn fn;
    void *ctx;
    cf_index length;
    double *out;
    double *partials; /* (chunks, length) */
    pthread_mutex_t lock;
    cf_index free[MOST_CHUNKS], n_free; /* places, the first on top */
    cf_index place[MOST_CHUNKS];        /* of a chunk's partial sum; -1 = not ready */
    cf_index next;                      /* chunk to be added */
} reduction;

/* There is a place for every chunk, so one is free. */
static double *take_place(reduction *r, cf_index *place)
{
    pthread_mutex_lock(&r->lock);
    *place = r->free[--r->n_free];
    pthread_mutex_unlock(&r->lock);
    return r->partials + *place * r->length;
}

/* Adds the partial sums whose turn has come. */
static void give_place(reduction *r, cf_index chunk, cf_index place)
{
    pthread_mutex_lock(&r->lock);
    r->place[chunk] = place;
    for (; r->next < MOST_CHUNKS && r->place[r->next] >= 0; r->next++) {
        const double *partial = r->partials + r->place[r->next] * r->length;
        for (cf_index j = 0; j < r->length; j++)
            r->out[j] += partial[j];
        r->free[r->n_free++] = r->place[r->next];
    }
    pthread_mutex_unlock(&r->lock);
}

/* The sum of one chunk; it starts at 0 and is added to `out` in its turn. */
static void reduce_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    reduction *r = ctx;
    cf_index place;
    double *partial = take_place(r, &place);
    memset(partial, 0, (size_t)r->length * sizeof *partial);
    r->fn(r->ctx, begin, end, partial, worker);
    give_place(r, chunk, place);
}

/* The same of a short result: a place for every chunk, and no lock, which costs more than it. */
static void reduce_short_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    reduction *r = ctx;
    double *partial = r->partials + chunk * r->length;
    memset(partial, 0, (size_t)r->length * sizeof *partial);
    r->fn(r->ctx, begin, end, partial, worker);
}

static void reduce_short(cf_run *run, cf_index n, cfi_chunks chunks, reduction *r)
{
    cf_parallel_for(run, n, chunks.size, reduce_short_chunk, r);
    const double *partial = r->partials;
    for (cf_index c = 0; c < chunks.count; c++, partial += r->length)
        for (cf_index j = 0; j < r->length; j++)
            r->out[j] += partial[j];
}

cf_status cf_parallel_reduce(cf_run *run, cf_index n, cf_index grain, cf_index length,
                             cf_reduce_fn fn, void *ctx, double *out)
{
    memset(out, 0, (size_t)length * sizeof *out);
    const cfi_chunks chunks = cfi_chunks_for(n, grain, (size_t)length * sizeof *out);
    if (chunks.count == 0)
        return CF_OK;
    reduction r = {.fn = fn, .ctx = ctx, .length = length, .out = out};
    /* Short results need no memory: 4 KiB of the stack. */
    double small[512];
    size_t bytes = 0;
    if (!cfi_size_add(&bytes, chunks.count, (size_t)length * sizeof *out))
        return cf_out_of_memory();
    if (bytes <= sizeof small) {
        r.partials = small;
        reduce_short(run, n, chunks, &r);
        return CF_OK;
    }
    r.partials = cf_alloc((cf_index)bytes, 1);
    if (!r.partials)
        return cf_out_of_memory();
    for (cf_index c = MOST_CHUNKS; c-- > 0;) {
        r.place[c] = -1;
        if (c < chunks.count)
            r.free[r.n_free++] = c;
    }
    pthread_mutex_init(&r.lock, NULL);
    cf_parallel_for(run, n, chunks.size, reduce_chunk, &r);
    pthread_mutex_destroy(&r.lock);
    cf_free(r.partials);
    return CF_OK;
}

/* How one task ended. */
typedef struct task_result {
    cf_status status;
    char *message; /* kept only for failures */
    cf_run run;    /* its own: keeps its warnings */
} task_result;

/* One call of cf_parallel_tasks. */
typedef struct task_team {
    cf_run *run;
    cf_task_fn fn;
    void *ctx;
    task_result *results;
    int inner_threads;
    atomic_llong first_failure; /* tasks above it need not start */
} task_team;

/* A task that comes after a failure does not start: serially it would never have been reached. A
 * lower one still runs, as its failure would go first. */
static void run_task(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)end;
    (void)chunk;
    (void)worker;
    task_team *team = ctx;
    if (begin > (cf_index)atomic_load(&team->first_failure))
        return;
    task_result *result = &team->results[begin];
    result->run = (cf_run){.root = team->run->root,
                           .begin = team->run->begin,
                           .span = 0,
                           .threads = team->inner_threads,
                           .in_task = true};
    result->status = team->fn(team->ctx, begin, &result->run);
    if (result->status == CF_OK)
        return;
    char text[CFI_MESSAGE_SIZE];
    cfi_message_take(text);
    result->message = cf_text_copy(text);
    long long first = atomic_load(&team->first_failure);
    while (begin < first && !atomic_compare_exchange_weak(&team->first_failure, &first, begin)) {
    }
}

/* Warnings of the tasks in task order, then the lowest failure with its message. */
static cf_status join_tasks(task_team *team, cf_index n)
{
    const cf_index failed = (cf_index)atomic_load(&team->first_failure);
    cf_status status = CF_OK;
    for (cf_index i = 0; i < n; i++) {
        task_result *result = &team->results[i];
        cfi_run_join(team->run, &result->run);
        if (i == failed)
            status = result->status == CF_ERR_MEMORY || !result->message
                         ? result->status
                         : cfi_message_give(result->status, result->message);
        cf_free(result->message);
    }
    return status == CF_ERR_MEMORY ? cf_out_of_memory() : status;
}

cf_status cf_parallel_tasks(cf_run *run, cf_index n, cf_task_fn fn, void *ctx)
{
    if (n <= 0)
        return CF_OK;
    cf_run serial;
    cf_run *outer = run;
    if (!run) {
        cfi_run_begin(&serial, &(cf_fit_options){.n_threads = 1});
        outer = &serial;
    }
    const int threads = team_size(outer, n);
    task_team team = {.run = outer, .fn = fn, .ctx = ctx};
    team.inner_threads = threads > 1 ? 1 : outer->threads;
    /* Several tasks at a time get one thread each; a single one gets them all. */
    atomic_init(&team.first_failure, INT64_MAX);
    team.results = cf_alloc_zero(n, sizeof *team.results);
    cf_status status = CF_OK;
    if (!team.results) {
        status = cf_out_of_memory();
    } else {
        run_chunks(threads, n, n, 1, run_task, &team);
        status = join_tasks(&team, n);
    }
    cf_free(team.results);
    if (!run)
        cfi_run_end(&serial);
    return status;
}
