/* SPDX-License-Identifier: BSD-3-Clause */
/* cf_cross_validate: the folds as tasks, their scores as a table. */
#include "model_selection/cross_validate.h"

#include <string.h>

void cf_cv_result_clear(cf_cv_result *result)
{
    if (!result)
        return;
    for (cf_index m = 0; result->names && m < result->n_metrics; m++)
        cf_free(result->names[m]);
    for (cf_index i = 0; result->estimators && i < result->n_splits; i++)
        cf_estimator_free(result->estimators[i]);
    cf_free(result->names);
    cf_free(result->estimators);
    cf_matrix_clear(&result->test_scores);
    cf_matrix_clear(&result->train_scores);
    cf_matrix_clear(&result->fit_time);
    cf_matrix_clear(&result->score_time);
    *result = (cf_cv_result){0};
}

/* One call, shared by the tasks of all folds: each writes only its own fold's entries, but for
 * counters. */
typedef struct job {
    const cf_estimator *e; /* cloned in each fold, never fitted */
    const cfi_cv *cv;
    cf_run *run;                  /* of the call: gets the progress */
    cf_cv_result *result;         /* under construction */
    double *test, *train;         /* (n_splits, n_metrics) */
    atomic_llong done, failures;  /* folds, for the progress and the end */
    char first[CFI_MESSAGE_SIZE]; /* why fold 0 failed */
} job;

/* One task. A failure that error_score covers is CF_OK here; anything else stops the
 * other folds. */
static cf_status run_fold(void *ctx, cf_index i, cf_run *run)
{
    job *j = ctx;
    const cf_index m = j->cv->n_metrics;
    cfi_fold_result fold = {.test = j->test + i * m, .train = j->train ? j->train + i * m : NULL};
    CF_TRY(cfi_cv_fold(j->cv, j->e, i, run, &fold));
    ((double *)j->result->fit_time.values)[i] = fold.fit_time;
    ((double *)j->result->score_time.values)[i] = fold.score_time;
    if (j->result->estimators)
        j->result->estimators[i] = fold.estimator;
    if (fold.failure != CF_OK)
        atomic_fetch_add(&j->failures, 1);
    /* The message of this thread is still the fold's. Only one task has i = 0, so `first` needs no
     * lock, and the message does not depend on the thread count. */
    if (fold.failure != CF_OK && i == 0)
        cfi_message_take(j->first);
    const long long done = atomic_fetch_add(&j->done, 1) + 1;
    cf_run_progress(j->run, (double)done / (double)j->cv->folds.count, "folds");
    return CF_OK;
}

/* Names of the rows of the scores; a NULL scorer is the estimator's own score. */
static cf_status name_metrics(const cfi_cv *cv, cf_cv_result *result)
{
    CF_TRY(CF_ALLOC_ZERO(result->names, result->n_metrics));
    for (cf_index m = 0; m < result->n_metrics; m++) {
        result->names[m] = cf_text_copy(cv->scorers[m] ? cv->scorers[m]->name : "score");
        if (!result->names[m])
            return cf_out_of_memory();
    }
    return CF_OK;
}

/* out (n_metrics, n_splits) from (n_splits, n_metrics). */
static cf_status turn(const double *scores, const cf_cv_result *result, cf_matrix *out)
{
    const cf_matrix view = cf_view_f64(scores, result->n_splits, result->n_metrics);
    return cf_matrix_transpose(&view, out);
}

/* Tasks fill one row a fold, contiguous; the result has one row a metric, hence the
 * transposition. */
static cf_status run_folds(const cf_estimator *e, const cfi_cv *cv, cf_run *run,
                           cf_cv_result *result)
{
    cf_cv_result made = {.n_splits = cv->folds.count, .n_metrics = cv->n_metrics};
    job j = {.e = e, .cv = cv, .run = run, .result = &made};
    const cf_index cells = made.n_splits * made.n_metrics;
    cf_status status = CF_OK;
    CF_GO(name_metrics(cv, &made));
    CF_GO(cf_matrix_resize(&made.fit_time, CF_F64, made.n_splits, 1));
    CF_GO(cf_matrix_resize(&made.score_time, CF_F64, made.n_splits, 1));
    CF_GO(CF_ALLOC_ZERO(j.test, cells));
    if (cv->options->return_train_score)
        CF_GO(CF_ALLOC_ZERO(j.train, cells));
    if (cv->options->return_estimator)
        CF_GO(CF_ALLOC_ZERO(made.estimators, made.n_splits));
    CF_GO(cf_parallel_tasks(run, made.n_splits, run_fold, &j));
    if (atomic_load(&j.failures) == made.n_splits)
        CF_GO(cf_fail(CF_ERR_DATA, "every one of the %lld fits failed: %.800s",
                      (long long)made.n_splits, j.first));
    CF_GO(turn(j.test, &made, &made.test_scores));
    if (j.train)
        CF_GO(turn(j.train, &made, &made.train_scores));
    /* Only now: a failed call leaves the caller's result as it was. */
    cf_cv_result_clear(result);
    *result = made;
    made = (cf_cv_result){0};
cleanup:
    cf_free(j.test);
    cf_free(j.train);
    cf_cv_result_clear(&made);
    return status;
}

cf_status cf_cross_validate(const cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                            const cf_cv_options *options, cf_cv_result *result)
{
    static const cf_cv_options none;
    const cf_cv_options *o = options ? options : &none;
    const cf_fit_options outer = cfi_cv_run_options(o);
    cfi_cv cv = {0};
    cf_run run;
    cfi_run_begin(&run, &outer);
    cf_status status = cfi_cv_begin(e, X, y, o, &run, &cv);
    if (status == CF_OK)
        status = run_folds(e, &cv, &run, result);
    cfi_cv_end(&cv);
    cfi_run_end(&run);
    return status;
}
