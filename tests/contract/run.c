/* SPDX-License-Identifier: BSD-3-Clause */
/* The contract of a call: where it may be stopped, and what of the process it leaves alone. */
#include "contract/contract.h"

#include "base/parallel.h"
#include "estimator/instance.h"

#include <dirent.h>
#include <errno.h>
#include <fenv.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static int threads_of_process(void)
{
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    ck_assert_ptr_nonnull(tasks);
    for (const struct dirent *entry; (entry = readdir(tasks)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(tasks);
    return count;
}

/* Threads of a team stay for the next one: while there was none, a new thread tells of it. */
static void one_row_starts_no_team(const subject *s)
{
    const int before = cfi_omp_get(), threads = threads_of_process();
    cfi_omp_set(1);
    cf_estimator *e = fitted(s);
    cfi_omp_set(4);
    const cf_matrix row = cf_view_rows(&s->p.X, 0, 1);
    answer a = ask(e, &row);
    cfi_omp_set(before);
    ck_assert_int_eq(threads_of_process(), threads);
    free_answer(&a);
    cf_estimator_free(e);
}

const check first_checks[] = {
    {"one_row_starts_no_team", NULL, one_row_starts_no_team},
    {NULL, NULL, NULL},
};

/* ---- stopping ---- */

/* After it was stopped: nothing is fitted, and a new fit is as good as any. */
static void check_usable(const subject *s, cf_estimator *e, const cf_estimator *other)
{
    ck_assert(!cf_is_fitted(e));
    ASSERT_OK(fit_problem(e, &s->p, NULL));
    ck_assert(same_model(e, other));
}

/* The flag goes up at the k-th request for memory: in the middle of things. */
static void cancelling_in_the_middle_is_clean(const subject *s)
{
    cf_estimator *other = fitted(s);
    bool reached = true;
    for (int64_t k = 1; reached; k += 1 + k / 3) {
        volatile int cancel = 0;
        cf_estimator *e = fresh(s);
        const size_t live = live_bytes();
        raise_at_request(k, &cancel);
        const cf_status status = fit_problem(e, &s->p, &(cf_fit_options){.cancel = &cancel});
        raise_at_request(0, NULL);
        reached = cancel != 0;
        if (status != CF_OK) {
            ck_assert_int_eq(status, CF_ERR_CANCELLED);
            ck_assert_uint_eq(live_bytes(), live);
            check_usable(s, e, other);
        }
        cf_estimator_free(e);
    }
    cf_estimator_free(other);
}

typedef struct teller {
    int calls, stop_at;
    double last;
    bool ordered, elsewhere;
    pthread_t owner;
} teller;

static int tell(void *ctx, double fraction, const char *stage)
{
    teller *t = ctx;
    (void)stage;
    t->ordered = t->ordered && fraction >= t->last && fraction <= 1;
    t->elsewhere = t->elsewhere || !pthread_equal(pthread_self(), t->owner);
    t->last = fraction;
    return ++t->calls == t->stop_at;
}

/* Progress grows on the calling thread, and its receiver may end the call. */
static void progress_grows_and_may_cancel(const subject *s)
{
    cf_estimator *other = fitted(s);
    for (int stop_at = 0; stop_at < 4; stop_at++) {
        cf_estimator *e = fresh(s);
        teller t = {.stop_at = stop_at, .ordered = true, .owner = pthread_self()};
        const cf_status status =
            fit_problem(e, &s->p, &(cf_fit_options){.progress = tell, .progress_ctx = &t});
        ck_assert(t.ordered && !t.elsewhere);
        if (status != CF_OK) {
            ck_assert_int_eq(status, CF_ERR_CANCELLED);
            ck_assert(stop_at > 0 && t.calls >= stop_at);
            check_usable(s, e, other);
        }
        cf_estimator_free(e);
    }
    cf_estimator_free(other);
}

static void deadlines_end_a_fit_cleanly(const subject *s)
{
    cf_estimator *other = fitted(s);
    for (double seconds = 1e-6; seconds < 0.02; seconds *= 3) {
        cf_estimator *e = fresh(s);
        const cf_status status = fit_problem(e, &s->p, &(cf_fit_options){.deadline = seconds});
        if (status != CF_OK) {
            ck_assert_int_eq(status, CF_ERR_DEADLINE);
            check_usable(s, e, other);
        }
        cf_estimator_free(e);
    }
    cf_estimator_free(other);
}

/* ---- the process ---- */

typedef struct process_state {
    int error, rounding, traps;
    char locale[256];
    sigset_t signals;
} process_state;

static process_state look(void)
{
    process_state p = {.error = errno, .rounding = fegetround(), .traps = fegetexcept()};
    snprintf(p.locale, sizeof p.locale, "%s", setlocale(LC_ALL, NULL));
    pthread_sigmask(SIG_BLOCK, NULL, &p.signals);
    return p;
}

static double subnormal_sum(void)
{
    volatile double tiny = 2e-310; /* zero where subnormals are flushed */
    return tiny + tiny;
}

static void check_state(const process_state *before)
{
    const process_state after = look();
    ck_assert_int_eq(after.error, before->error);
    ck_assert_int_eq(after.rounding, before->rounding);
    ck_assert_int_eq(after.traps, before->traps);
    ck_assert_str_eq(after.locale, before->locale);
    for (int number = 1; number < SIGRTMAX; number++)
        ck_assert_int_eq(sigismember(&after.signals, number),
                         sigismember(&before->signals, number));
    ck_assert(subnormal_sum() > 0);
}

static void calls_leave_the_process_alone(const subject *s)
{
    cf_estimator *e = fresh(s), *back = NULL;
    void *bytes = NULL;
    size_t size = 0;
    errno = 4321;
    const process_state before = look();
    ASSERT_OK(fit_problem(e, &s->p, NULL));
    check_state(&before);
    answer a = ask(e, &s->p.X);
    check_state(&before);
    ASSERT_OK(cf_save_memory(e, &bytes, &size));
    ASSERT_OK(cf_load_memory(&back, bytes, size));
    check_state(&before);
    ck_assert_int_ne(cf_fit(e, NULL, NULL, NULL), CF_OK);
    check_state(&before);
    free_answer(&a);
    cf_bytes_free(bytes);
    cf_estimator_free(e);
    cf_estimator_free(back);
    check_state(&before);
}

/* A child has one thread and locks that were free: it computes the same, alone. */
static void a_forked_child_can_fit(const subject *s)
{
    cf_estimator *e = fitted(s);
    fflush(NULL);
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        alarm(60);
        cf_estimator *again = NULL;
        bool same = cf_clone(&again, e) == CF_OK && fit_problem(again, &s->p, NULL) == CF_OK;
        same = same && same_model(e, again);
        _exit(same ? 0 : 1);
    }
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child ended with %d", status);
    cf_estimator_free(e);
}

typedef struct fitter {
    const subject *s;
    cf_estimator *e;
    cf_status status;
} fitter;

static void *fit_in_thread(void *ctx)
{
    fitter *self = ctx;
    self->status = fit_problem(self->e, &self->s->p, NULL);
    return NULL;
}

static void threads_fit_their_own(const subject *s)
{
    cf_estimator *other = fitted(s);
    fitter fitters[3];
    pthread_t threads[3];
    for (int k = 0; k < 3; k++) {
        fitters[k] = (fitter){.s = s, .e = fresh(s)};
        ck_assert_int_eq(pthread_create(&threads[k], NULL, fit_in_thread, &fitters[k]), 0);
    }
    for (int k = 0; k < 3; k++) {
        pthread_join(threads[k], NULL);
        ck_assert_int_eq(fitters[k].status, CF_OK);
        ck_assert(same_model(other, fitters[k].e));
        cf_estimator_free(fitters[k].e);
    }
    cf_estimator_free(other);
}

const check run_checks[] = {
    {"cancelling_in_the_middle_is_clean", NULL, cancelling_in_the_middle_is_clean},
    {"progress_grows_and_may_cancel", NULL, progress_grows_and_may_cancel},
    {"deadlines_end_a_fit_cleanly", NULL, deadlines_end_a_fit_cleanly},
    {"calls_leave_the_process_alone", NULL, calls_leave_the_process_alone},
    {"a_forked_child_can_fit", NULL, a_forked_child_can_fit},
    {"threads_fit_their_own", NULL, threads_fit_their_own},
    {NULL, NULL, NULL},
};
