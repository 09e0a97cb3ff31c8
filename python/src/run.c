/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Long calls run without the GIL. Ctrl-C: while one runs on the main thread, SIGINT sets the
 * library's cancel flag and then goes on to Python's own handler, so that the call returns early
 * and Python raises KeyboardInterrupt as ever.
 */
#include "glue.h"

#include <pthread.h>
#include <signal.h>

static volatile int is_interrupted;    /* what the library polls as *cancel */
static struct sigaction python_action; /* what ours calls, and what is put back after the call */
static pthread_t main_thread;          /* the one that imported the module */

void remember_main_thread(void)
{
    main_thread = pthread_self();
}

/* Runs as a signal handler: sets the flag and hands on, neither of which may lock or allocate. */
static void on_interrupt(int signal_number)
{
    is_interrupted = 1;
    python_action.sa_handler(signal_number);
}

/*
 * Puts our handler in place; 0 where that is not possible. Only a plain handler, such as Python's,
 * can be called from ours. A call inside a call (from a progress function) finds our handler in
 * place and leaves it to the outer one.
 */
static int guard_interrupt(void)
{
    if (!pthread_equal(pthread_self(), main_thread))
        return 0;
    if (sigaction(SIGINT, NULL, &python_action) != 0 || (python_action.sa_flags & SA_SIGINFO) ||
        python_action.sa_handler == SIG_DFL || python_action.sa_handler == SIG_IGN ||
        python_action.sa_handler == on_interrupt)
        return 0;
    /* Before the handler is in place, so that a signal that comes right after is not wiped out. */
    is_interrupted = 0;
    struct sigaction ours = python_action;
    ours.sa_handler = on_interrupt;
    return sigaction(SIGINT, &ours, NULL) == 0;
}

/* Other threads get none: Ctrl-C must not stop their calls. */
const volatile int *cancel_flag(void)
{
    return pthread_equal(pthread_self(), main_thread) ? &is_interrupted : NULL;
}

/* `progress` is borrowed from the arguments of the call, which outlive the run. */
void enter_long_run(long_run *run, PyObject *progress)
{
    *run = (long_run){.progress = progress == Py_None ? NULL : progress};
    run->is_guarded = guard_interrupt();
    run->state = PyEval_SaveThread();
}

int leave_long_run(long_run *run)
{
    /* The GIL first: what follows touches Python objects and the handler that Python may change. */
    PyEval_RestoreThread(run->state);
    if (run->is_guarded) {
        sigaction(SIGINT, &python_action, NULL);
        is_interrupted = 0;
    }
    /* The exception of progress goes before the status CANCELLED that it caused. */
    if (run->has_failed) {
        PyErr_SetObject((PyObject *)Py_TYPE(run->error), run->error);
        Py_CLEAR(run->error);
        drop_warnings();
        return -1;
    }
    /* Runs Python's handler for the signal that came, which raises KeyboardInterrupt. */
    const int raised = run->is_guarded ? PyErr_CheckSignals() : 0;
    if (raised < 0)
        drop_warnings();
    return raised;
}

/* Called by the library without the GIL, on the thread that entered it; non-zero stops the call. */
int report_progress(void *ctx, double fraction, const char *stage)
{
    long_run *run = ctx;
    if (!run->progress)
        return 0;
    PyEval_RestoreThread(run->state);
    PyObject *answer = PyObject_CallFunction(run->progress, "ds", fraction, stage ? stage : "");
    int stop = answer ? PyObject_IsTrue(answer) : -1;
    Py_XDECREF(answer);
    /* A handler of the user's may raise here: that, too, ends the call with its exception. */
    if (stop >= 0 && PyErr_CheckSignals() < 0)
        stop = -1;
    if (stop < 0) {
        /* The library must not go on with an exception set: it is kept, with its traceback, for
         * leave_long_run. `error` is owned from here on. */
        PyObject *type, *traceback;
        PyErr_Fetch(&type, &run->error, &traceback);
        PyErr_NormalizeException(&type, &run->error, &traceback);
        if (traceback)
            PyException_SetTraceback(run->error, traceback);
        Py_XDECREF(type);
        Py_XDECREF(traceback);
        run->has_failed = 1;
    }
    run->state = PyEval_SaveThread();
    return stop != 0;
}
