/* SPDX-License-Identifier: BSD-3-Clause */
/* Cross-validation inside a run: what cf_cross_validate, cf_cross_val_predict and searches share.
 */
#ifndef COFIT_MODEL_SELECTION_CROSS_VALIDATE_H
#define COFIT_MODEL_SELECTION_CROSS_VALIDATE_H

#include "base/run.h"
#include "metrics/scorers.h"

/* One cross-validation: data, folds and scorers; zero-initialised = empty. Data and options are
 * borrowed for its life. */
typedef struct cfi_cv {
    const cf_matrix *X, *y; /* y may be NULL */
    const cf_cv_options *options;
    cf_folds folds;            /* own, but the caller's where options->folds */
    cf_index n_metrics;        /* at least 1 */
    const cf_scorer **scorers; /* (n_metrics); NULL = the model's own score */
} cfi_cv;

/* Checks the data against each other and makes the folds that suit e. The run gets the warnings. */
CF_NODISCARD cf_status cfi_cv_begin(const cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                                    const cf_cv_options *options, cf_run *run, cfi_cv *cv);

void cfi_cv_end(cfi_cv *cv);

/* What the options say of the run. */
cf_fit_options cfi_cv_run_options(const cf_cv_options *options);

/* The rows of one side of a fold; empty where there is nothing to cut. */
typedef struct cfi_cv_part {
    cf_matrix X, y, weights, groups;
} cfi_cv_part;

void cfi_cv_part_clear(cfi_cv_part *part);

/* Fits a clone of e on the training rows of fold i; *model is the caller's, parts are {0} before.
 */
CF_NODISCARD cf_status cfi_cv_fit(const cfi_cv *cv, const cf_estimator *e, cf_index i, cf_run *run,
                                  cfi_cv_part parts[2], cf_estimator **model);

/* Training and test side of cfi_cv_fit. */
enum { CFI_CV_TRAIN, CFI_CV_TEST };

/* What a failed fold scores. */
double cfi_cv_error_value(const cf_cv_options *options);

/* What fitting and scoring one fold gave. */
typedef struct cfi_fold_result {
    double *test, *train; /* (n_metrics) of the caller; train may be NULL */
    double fit_time, score_time;
    cf_status failure;       /* of the fit; unless CF_OK, the scores are error_score's */
    cf_estimator *estimator; /* the caller's; NULL unless asked for */
} cfi_fold_result;

/* Fits and scores fold i. A failure that error_score covers is settled here, with a warning. */
CF_NODISCARD cf_status cfi_cv_fold(const cfi_cv *cv, const cf_estimator *e, cf_index i, cf_run *run,
                                   cfi_fold_result *out);

#endif
