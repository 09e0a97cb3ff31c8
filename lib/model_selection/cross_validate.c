/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Cross-validation: one task a fold. A fold cuts its rows out of X, y and the weights, fits a clone
 * exactly as a caller would (so that it learns only what its rows hold), and scores it.
 */
#include "model_selection/cross_validate.h"

#include "cofit/metrics.h"
#include "estimator/instance.h"

#include <math.h>
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

cf_status cfi_cv_folds(const cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                       const cf_cv_options *options, cf_folds *out)
{
    if (options->cv)
        return cf_split(options->cv, X->rows, y, options->groups, out);
    const bool stratified = y && y->cols == 1 && cfi_is_kind(e, CF_CLASSIFIER);
    cf_estimator *splitter = NULL;
    cf_status status = cf_new(&splitter, stratified ? "StratifiedKFold" : "KFold");
    if (status == CF_OK)
        status = cf_set_int(splitter, "n_splits", options->n_splits > 0 ? options->n_splits : 5);
    if (status == CF_OK)
        status = cf_split(splitter, X->rows, y, NULL, out);
    cf_estimator_free(splitter);
    return status;
}

/* Rows of X, y and weights; empty where there is nothing to cut. */
typedef struct part {
    cf_matrix X, y, weights, groups;
} part;

static void part_clear(part *p)
{
    cf_matrix_clear(&p->X);
    cf_matrix_clear(&p->y);
    cf_matrix_clear(&p->weights);
    cf_matrix_clear(&p->groups);
}

static cf_status cut(const cf_matrix *X, const cf_matrix *y, const cf_cv_options *options,
                     const cf_index *rows, cf_index n, part *out)
{
    CF_TRY(cf_matrix_gather_rows(X, rows, n, &out->X));
    if (y)
        CF_TRY(cf_matrix_gather_rows(y, rows, n, &out->y));
    if (options->sample_weight)
        CF_TRY(cf_matrix_gather_rows(options->sample_weight, rows, n, &out->weights));
    if (options->groups)
        CF_TRY(cf_matrix_gather_rows(options->groups, rows, n, &out->groups));
    return CF_OK;
}

/* A kernel matrix loses the columns of the rows that were cut too. */
static cf_status cut_pairwise(const cf_matrix *X, const cf_index *rows, cf_index n,
                              const cf_index *train, cf_index n_train, cf_matrix *out)
{
    cf_matrix wide = {0};
    CF_TRY(cf_matrix_gather_rows(X, rows, n, &wide));
    const cf_status status = cf_matrix_gather_columns(&wide, train, n_train, out);
    cf_matrix_clear(&wide);
    return status;
}

/* Every asked score of a fitted model on a part. */
static cf_status score_part(const cf_estimator *model, const part *p, const cf_matrix *y,
                            const cf_cv_options *options, double *out)
{
    const cf_matrix *weights = options->sample_weight ? &p->weights : NULL;
    const cf_matrix *labels = y ? &p->y : NULL;
    if (!options->scoring)
        return cf_score(model, &p->X, labels, weights, &out[0]);
    for (cf_index m = 0; m < options->n_scoring; m++)
        CF_TRY(cf_score_with(model, options->scoring[m], &p->X, labels, weights, &out[m]));
    return CF_OK;
}

cf_status cfi_cv_fold(const cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                      const cf_cv_options *options, const cf_folds *folds, cf_index i, cf_run *run,
                      cfi_fold_result *out)
{
    const cf_index *train_rows = folds->train + folds->train_offsets[i];
    const cf_index *test_rows = folds->test + folds->test_offsets[i];
    const cf_index n_train = folds->train_offsets[i + 1] - folds->train_offsets[i];
    const cf_index n_test = folds->test_offsets[i + 1] - folds->test_offsets[i];
    cf_estimator *model = NULL;
    part train = {{0}, {0}, {0}, {0}}, test = {{0}, {0}, {0}, {0}};
    cf_status status = CF_OK;
    CF_GO(cf_clone(&model, e));
    CF_GO(cut(X, y, options, train_rows, n_train, &train));
    CF_GO(cut(X, y, options, test_rows, n_test, &test));
    if (cfi_traits(e).tags & CF_TAG_PAIRWISE) {
        CF_GO(cut_pairwise(X, train_rows, n_train, train_rows, n_train, &train.X));
        CF_GO(cut_pairwise(X, test_rows, n_test, train_rows, n_train, &test.X));
    }
    const cf_fit_options fit = {.sample_weight = options->sample_weight ? &train.weights : NULL,
                                .groups = options->groups ? &train.groups : NULL};
    const double begin = cfi_clock();
    CF_GO(cfi_fit_checked(model, &train.X, y ? &train.y : NULL, &fit, run));
    const double fitted = cfi_clock();
    out->fit_time = fitted - begin;
    CF_GO(score_part(model, &test, y, options, out->test));
    out->score_time = cfi_clock() - fitted;
    if (out->train)
        CF_GO(score_part(model, &train, y, options, out->train));
    out->estimator = options->return_estimator ? cf_estimator_share(model) : NULL;
cleanup:
    part_clear(&train);
    part_clear(&test);
    cf_estimator_free(model);
    return status;
}

typedef struct job {
    const cf_estimator *e;
    const cf_matrix *X, *y;
    const cf_cv_options *options;
    const cf_folds *folds;
    cf_cv_result *result;
    double *test, *train; /* (n_splits, n_metrics) */
    atomic_int failures;
} job;

/* A failing fold's scores become NaN unless failures are to be raised. */
static cf_status settle(job *j, cf_index i, cf_status status, cf_run *run)
{
    const bool fatal = status == CF_ERR_MEMORY || status == CF_ERR_CANCELLED ||
                       status == CF_ERR_DEADLINE || j->options->error_score == CF_ERROR_SCORE_RAISE;
    if (status == CF_OK || fatal)
        return status;
    const cf_index m = j->result->n_metrics;
    for (cf_index k = 0; k < m; k++) {
        j->test[i * m + k] = (double)NAN;
        if (j->train)
            j->train[i * m + k] = (double)NAN;
    }
    atomic_fetch_add(&j->failures, 1);
    cf_run_warn(run, CF_WARN_FIT_FAILED, "fold %lld failed: %s", (long long)i, cf_last_error());
    return CF_OK;
}

static cf_status run_fold(void *ctx, cf_index i, cf_run *run)
{
    job *j = ctx;
    const cf_index m = j->result->n_metrics;
    cfi_fold_result fold = {.test = j->test + i * m, .train = j->train ? j->train + i * m : NULL};
    CF_TRY(cf_run_check(run));
    const cf_status status = cfi_cv_fold(j->e, j->X, j->y, j->options, j->folds, i, run, &fold);
    ((double *)j->result->fit_time.values)[i] = fold.fit_time;
    ((double *)j->result->score_time.values)[i] = fold.score_time;
    if (j->result->estimators)
        j->result->estimators[i] = fold.estimator;
    return settle(j, i, status, run);
}

static cf_status name_metrics(const cf_cv_options *options, cf_cv_result *result)
{
    CF_TRY(CF_ALLOC_ZERO(result->names, result->n_metrics));
    for (cf_index m = 0; m < result->n_metrics; m++) {
        const char *name = options->scoring ? options->scoring[m] : "score";
        if (options->scoring && !cf_scorer_find(name))
            return cf_fail(CF_ERR_NAME, "there is no scorer '%.100s'", name);
        result->names[m] = cf_text_copy(name);
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

cf_status cfi_cross_validate(const cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                             const cf_cv_options *options, const cf_folds *folds, cf_run *run,
                             cf_cv_result *result)
{
    cf_cv_result made = {.n_splits = folds->count,
                         .n_metrics = options->scoring ? options->n_scoring : 1};
    job j = {e, X, y, options, folds, &made, NULL, NULL, 0};
    const cf_index cells = made.n_splits * made.n_metrics;
    cf_status status = CF_OK;
    CF_GO(name_metrics(options, &made));
    CF_GO(cf_matrix_resize(&made.fit_time, CF_F64, made.n_splits, 1));
    CF_GO(cf_matrix_resize(&made.score_time, CF_F64, made.n_splits, 1));
    CF_GO(CF_ALLOC_ZERO(j.test, cells));
    if (options->return_train_score)
        CF_GO(CF_ALLOC_ZERO(j.train, cells));
    if (options->return_estimator)
        CF_GO(CF_ALLOC_ZERO(made.estimators, made.n_splits));
    CF_GO(cf_parallel_tasks(run, made.n_splits, run_fold, &j));
    if (atomic_load(&j.failures) == made.n_splits)
        CF_GO(cf_fail(CF_ERR_DATA, "every one of the %lld fits failed", (long long)made.n_splits));
    CF_GO(turn(j.test, &made, &made.test_scores));
    if (j.train)
        CF_GO(turn(j.train, &made, &made.train_scores));
    cf_cv_result_clear(result);
    *result = made;
    made = (cf_cv_result){0};
cleanup:
    cf_free(j.test);
    cf_free(j.train);
    cf_cv_result_clear(&made);
    return status;
}

/* The options of a run out of those of a cross-validation. */
static cf_fit_options run_options(const cf_cv_options *o)
{
    return (cf_fit_options){.progress = o->progress,
                            .progress_ctx = o->progress_ctx,
                            .warn = o->warn,
                            .warn_ctx = o->warn_ctx,
                            .cancel = o->cancel,
                            .deadline = o->deadline,
                            .n_threads = o->n_threads};
}

cf_status cf_cross_validate(const cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                            const cf_cv_options *options, cf_cv_result *result)
{
    static const cf_cv_options none;
    const cf_cv_options *o = options ? options : &none;
    const cf_fit_options outer = run_options(o);
    cf_folds folds = {0};
    cf_run run;
    CF_TRY(cf_matrix_check(X, "X"));
    cfi_run_begin(&run, &outer);
    cf_status status = cfi_cv_folds(e, X, y, o, &folds);
    if (status == CF_OK)
        status = cfi_cross_validate(e, X, y, o, &folds, &run, result);
    cf_folds_clear(&folds);
    cfi_run_end(&run);
    return status;
}
