/* SPDX-License-Identifier: BSD-3-Clause */
/* Cross-validation inside a run: what searches build on. */
#ifndef COFIT_MODEL_SELECTION_CROSS_VALIDATE_H
#define COFIT_MODEL_SELECTION_CROSS_VALIDATE_H

#include "base/run.h"
#include "cofit/model_selection.h"

/* The folds options ask for: options->cv, or n_splits of KFold or, for a classifier,
 * StratifiedKFold. */
CF_NODISCARD cf_status cfi_cv_folds(const cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                                    const cf_cv_options *options, cf_folds *out);

/* What fitting and scoring one fold gave. */
typedef struct cfi_fold_result {
    double *test, *train; /* (n_metrics); train may be NULL */
    double fit_time, score_time;
    cf_estimator *estimator; /* NULL unless asked for; the caller's */
} cfi_fold_result;

/* Fits a clone of e on fold i and scores it, within `run`; the arrays are the caller's. */
CF_NODISCARD cf_status cfi_cv_fold(const cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                                   const cf_cv_options *options, const cf_folds *folds, cf_index i,
                                   cf_run *run, cfi_fold_result *out);

/* cf_cross_validate within a run and with folds that are there. */
CF_NODISCARD cf_status cfi_cross_validate(const cf_estimator *e, const cf_matrix *X,
                                          const cf_matrix *y, const cf_cv_options *options,
                                          const cf_folds *folds, cf_run *run, cf_cv_result *result);

#endif
