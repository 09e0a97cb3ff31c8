/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One fold of a cross-validation: cuts its rows out of X, y, weights and groups, fits a clone
 * exactly as a caller would (so that it learns only what its rows hold), and scores it.
 */
#include "estimator/labels.h"
#include "model_selection/cross_validate.h"
#include "model_selection/folds.h"

#include <math.h>
#include <string.h>

/* ---- the whole ---- */

/* A column that may be NULL must have a row for every row of X. */
static cf_status check_rows(const char *name, const cf_matrix *column, cf_index n)
{
    if (!column)
        return CF_OK;
    CF_TRY(cf_matrix_check(column, name));
    if (column->rows != n)
        return cf_fail(CF_ERR_SHAPE, "X has %lld rows, %s has %lld", (long long)n, name,
                       (long long)column->rows);
    return CF_OK;
}

/* The caller's folds, those of its splitter, or scikit-learn's choice: stratified for a classifier
 * with one target, else in blocks; neither shuffles. */
static cf_status make_folds(const cf_estimator *e, cfi_cv *cv, cf_run *run)
{
    const cf_cv_options *o = cv->options;
    const cf_split_args args = {
        .n_samples = cv->X->rows, .y = cv->y, .groups = o->groups, .run = run};
    if (o->folds) {
        /* Shared, not copied: cfi_cv_end knows not to release them. */
        cv->folds = *o->folds;
        return cfi_folds_check(e->cls->name, o->folds, cv->X->rows);
    }
    if (o->cv)
        return cfi_split(o->cv, &args, &cv->folds);
    const bool stratified = cv->y && cv->y->cols == 1 && cfi_is_kind(e, CF_CLASSIFIER);
    cf_estimator *splitter = NULL;
    cf_status status = cf_new(&splitter, stratified ? "StratifiedKFold" : "KFold");
    if (status == CF_OK)
        status = cf_set_int(splitter, "n_splits", o->n_splits != 0 ? o->n_splits : 5);
    if (status == CF_OK)
        status = cfi_split(splitter, &args, &cv->folds);
    cf_estimator_free(splitter);
    return status;
}

/* Unknown and repeated names fail before any fit. Without names there is one entry, NULL: the
 * estimator's own score. */
static cf_status find_scorers(const cf_estimator *e, cfi_cv *cv)
{
    const cf_cv_options *o = cv->options;
    const bool given = o->scoring || o->scorers;
    if (!given && !(cfi_traits(e).methods & CF_HAS_SCORE))
        return cf_fail(CF_ERR_UNSUPPORTED, "%s has no score; scoring must name one", e->cls->name);
    if (given && o->n_scoring < 1)
        return cf_fail(CF_ERR_ARGUMENT, "scoring lists no scorer");
    cv->n_metrics = given ? o->n_scoring : 1;
    CF_TRY(CF_ALLOC_ZERO(cv->scorers, cv->n_metrics));
    for (cf_index m = 0; given && m < cv->n_metrics; m++) {
        if (o->scorers)
            cv->scorers[m] = o->scorers[m];
        else
            CF_TRY(cfi_scorer_require(o->scoring[m], &cv->scorers[m]));
        for (cf_index k = 0; k < m; k++)
            if (strcmp(cv->scorers[k]->name, cv->scorers[m]->name) == 0)
                return cf_fail(CF_ERR_ARGUMENT, "scoring lists '%s' twice", cv->scorers[m]->name);
    }
    return CF_OK;
}

cf_status cfi_cv_begin(const cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                       const cf_cv_options *options, cf_run *run, cfi_cv *cv)
{
    cv->X = X;
    cv->y = y;
    cv->options = options;
    CF_TRY(cf_matrix_check(X, "X"));
    CF_TRY(check_rows("y", y, X->rows));
    CF_TRY(check_rows("sample_weight", options->sample_weight, X->rows));
    CF_TRY(check_rows("groups", options->groups, X->rows));
    CF_TRY(find_scorers(e, cv));
    return make_folds(e, cv, run);
}

void cfi_cv_end(cfi_cv *cv)
{
    if (!cv->options || !cv->options->folds) /* else they are the caller's */
        cf_folds_clear(&cv->folds);
    cf_free(cv->scorers);
    *cv = (cfi_cv){0};
}

cf_fit_options cfi_cv_run_options(const cf_cv_options *o)
{
    return (cf_fit_options){.progress = o->progress,
                            .progress_ctx = o->progress_ctx,
                            .warn = o->warn,
                            .warn_ctx = o->warn_ctx,
                            .cancel = o->cancel,
                            .deadline = o->deadline,
                            .n_threads = o->n_threads};
}

/* ---- one fold ---- */

void cfi_cv_part_clear(cfi_cv_part *p)
{
    cf_matrix_clear(&p->X);
    cf_matrix_clear(&p->y);
    cf_matrix_clear(&p->weights);
    cf_matrix_clear(&p->groups);
}

/* Some rows of a fold. */
typedef struct row_list {
    const cf_index *rows;
    cf_index n;
} row_list;

/* Borrowed from the folds. */
static row_list rows_of(const cf_folds *f, cf_index i, int side)
{
    const cf_index *offsets = side == CFI_CV_TRAIN ? f->train_offsets : f->test_offsets;
    const cf_index *rows = side == CFI_CV_TRAIN ? f->train : f->test;
    return (row_list){rows + offsets[i], offsets[i + 1] - offsets[i]};
}

/* A kernel matrix loses the columns of the rows that do not train: (n, n) becomes (rows, train). */
static cf_status cut_pairwise(const cf_matrix *X, row_list rows, row_list train, cf_matrix *out)
{
    cf_matrix wide = {0};
    CF_TRY(cf_matrix_gather_rows(X, rows.rows, rows.n, &wide));
    const cf_status status = cf_matrix_gather_columns(&wide, train.rows, train.n, out);
    cf_matrix_clear(&wide);
    return status;
}

/* The rows of one side as copies, in the order the fold lists them. On failure `out` may be filled
 * in part; cfi_cv_part_clear releases it. */
static cf_status cut(const cfi_cv *cv, bool pairwise, row_list rows, row_list train,
                     cfi_cv_part *out)
{
    const cf_cv_options *o = cv->options;
    if (pairwise)
        CF_TRY(cut_pairwise(cv->X, rows, train, &out->X));
    else
        CF_TRY(cf_matrix_gather_rows(cv->X, rows.rows, rows.n, &out->X));
    if (cv->y)
        CF_TRY(cf_matrix_gather_rows(cv->y, rows.rows, rows.n, &out->y));
    if (o->sample_weight)
        CF_TRY(cf_matrix_gather_rows(o->sample_weight, rows.rows, rows.n, &out->weights));
    if (o->groups)
        CF_TRY(cf_matrix_gather_rows(o->groups, rows.rows, rows.n, &out->groups));
    return CF_OK;
}

cf_status cfi_cv_fit(const cfi_cv *cv, const cf_estimator *e, cf_index i, cf_run *run,
                     cfi_cv_part parts[2], cf_estimator **model)
{
    /* Of the estimator as configured: kernel="precomputed" decides, not the class. */
    const bool pairwise = (cfi_traits(e).tags & CF_TAG_PAIRWISE) != 0;
    const row_list train = rows_of(&cv->folds, i, CFI_CV_TRAIN);
    cf_estimator *made = NULL;
    cf_status status = CF_OK;
    for (int side = CFI_CV_TRAIN; side <= CFI_CV_TEST; side++)
        CF_GO(cut(cv, pairwise, rows_of(&cv->folds, i, side), train, &parts[side]));
    const cfi_cv_part *p = &parts[CFI_CV_TRAIN];
    const cf_fit_options fit = {.sample_weight = cv->options->sample_weight ? &p->weights : NULL,
                                .groups = cv->options->groups ? &p->groups : NULL};
    CF_GO(cf_clone(&made, e));
    /* The checked fit: a fold may lack classes or columns with a value, so it is looked at like new
     * data. */
    CF_GO(cfi_fit_checked(made, &p->X, cv->y ? &p->y : NULL, &fit, run));
    *model = made;
    made = NULL;
cleanup:
    cf_estimator_free(made);
    return status;
}

/* True for a failure that error_score may replace: that of the model, not of the run. Out of memory
 * and our own bugs are not turned into scores. */
static bool may_settle(cf_status status, const cf_cv_options *options)
{
    return status != CF_OK && status != CF_ERR_MEMORY && status != CF_ERR_CANCELLED &&
           status != CF_ERR_DEADLINE && status != CF_ERR_INTERNAL &&
           options->error_score != CF_ERROR_SCORE_RAISE;
}

double cfi_cv_error_value(const cf_cv_options *options)
{
    return options->error_score == CF_ERROR_SCORE_VALUE ? options->error_value : (double)NAN;
}

/* Every score of a fitted model on one side of the fold. */
static cf_status score_part(const cfi_cv *cv, const cf_estimator *model, const cfi_cv_part *part,
                            const cf_index *rows, cf_run *run, double *out)
{
    const bool weighted = cv->options->sample_weight && !cv->options->unweighted_scores;
    const cfi_scoring scoring = {.count = cv->n_metrics,
                                 .scorers = cv->scorers,
                                 .X = &part->X,
                                 .y = cv->y ? &part->y : NULL,
                                 .weights = weighted ? &part->weights : NULL,
                                 .keep_going = cv->options->error_score != CF_ERROR_SCORE_RAISE,
                                 .error_score = cfi_cv_error_value(cv->options),
                                 .rows = rows};
    return cfi_score_many(model, &scoring, run, out);
}

/* Fills in error_score and warns with the message of the failure, which this thread still has. */
static void fail_fold(const cfi_cv *cv, cf_index i, cf_run *run, cf_status why,
                      cfi_fold_result *out)
{
    out->failure = why;
    for (cf_index m = 0; m < cv->n_metrics; m++) {
        out->test[m] = cfi_cv_error_value(cv->options);
        if (out->train)
            out->train[m] = cfi_cv_error_value(cv->options);
    }
    cf_run_warn(run, CF_WARN_FIT_FAILED, "fold %lld failed: %s", (long long)i, cf_last_error());
}

/* Says which fold it was. Rows in messages about the data are counted within it. */
static cf_status name_fold(cf_status status, cf_index i)
{
    if (status == CF_ERR_DATA)
        return cfi_fail_prefix(status, "fold %lld, rows counted within it: ", (long long)i);
    if (status == CF_ERR_CANCELLED || status == CF_ERR_DEADLINE)
        return status;
    return cfi_fail_prefix(status, "fold %lld: ", (long long)i);
}

cf_status cfi_cv_fold(const cfi_cv *cv, const cf_estimator *e, cf_index i, cf_run *run,
                      cfi_fold_result *out)
{
    cfi_cv_part parts[2] = {{.X = {0}}, {.X = {0}}};
    cf_estimator *model = NULL;
    /* The time of fitting includes cutting the rows, that of scoring only the tests, as in
     * scikit-learn. */
    const double begin = cfi_clock();
    cf_status status = cf_run_check(run);
    if (status == CF_OK)
        status = cfi_cv_fit(cv, e, i, run, parts, &model);
    const double fitted = cfi_clock();
    out->fit_time = fitted - begin;
    if (may_settle(status, cv->options)) {
        fail_fold(cv, i, run, status, out);
        status = CF_OK;
    } else if (status == CF_OK) {
        const cf_index *tested = rows_of(&cv->folds, i, CFI_CV_TEST).rows;
        const cf_index *trained = rows_of(&cv->folds, i, CFI_CV_TRAIN).rows;
        status = score_part(cv, model, &parts[CFI_CV_TEST], tested, run, out->test);
        out->score_time = cfi_clock() - fitted;
        if (status == CF_OK && out->train)
            status = score_part(cv, model, &parts[CFI_CV_TRAIN], trained, run, out->train);
    }
    if (status == CF_OK && cv->options->return_estimator) {
        out->estimator = model;
        model = NULL;
    }
    cf_estimator_free(model);
    cfi_cv_part_clear(&parts[CFI_CV_TRAIN]);
    cfi_cv_part_clear(&parts[CFI_CV_TEST]);
    return name_fold(status, i);
}
