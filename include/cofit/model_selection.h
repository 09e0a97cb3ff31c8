/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file model_selection.h
 * Splits and cross-validation: the same folds as scikit-learn for the same random_state.
 */
#ifndef COFIT_MODEL_SELECTION_H
#define COFIT_MODEL_SELECTION_H

#include "estimator.h"

CF_BEGIN_DECLS

/** Train and test indices of every fold; release with cf_folds_clear. */
typedef struct cf_folds {
    cf_index count;
    cf_index *train_offsets,
        *test_offsets; /**< (count + 1): fold i is train[train_offsets[i] ..) */
    cf_index *train, *test;
    cf_matrix random_state; /**< what the draws left in the splitter's generator, as random_state
                               takes it; empty where nothing was drawn */
} cf_folds;

/** Releases the folds and makes them empty; NULL is allowed. */
CF_API void cf_folds_clear(cf_folds *folds);

/**
 * The folds of a splitter ("KFold(n_splits=5)") over n_samples rows. y (n, 1) is needed by
 * stratified splitters, groups (n, 1) by group-wise ones; each may be NULL elsewhere. `out` starts
 * as {0}. CF_ERR_ARGUMENT, CF_ERR_DATA (a class with too few members), CF_ERR_UNSUPPORTED (not a
 * splitter), CF_ERR_MEMORY.
 */
CF_API CF_NODISCARD cf_status cf_split(const cf_estimator *splitter, cf_index n_samples,
                                       const cf_matrix *y, const cf_matrix *groups, cf_folds *out);

/** How to cut rows in two; all zero = a quarter is tested, drawn with a fresh seed. Grows only at
 * the end. */
typedef struct cf_split_options {
    cf_value test_size;  /**< cf_value_int: rows, cf_value_real: share; None = the rest, or 0.25 */
    cf_value train_size; /**< likewise; None = the rest */
    cf_value random_state;     /**< cf_value_int(seed); None = a fresh seed */
    bool in_order;             /**< no shuffle: the first rows train, the next are tested */
    const cf_matrix *stratify; /**< (n, 1) labels whose shares both sides keep; NULL = none */
} cf_split_options;

/** One cut of n_samples rows: `out` ({0} before) has one fold. CF_ERR_ARGUMENT, CF_ERR_DATA,
 * CF_ERR_MEMORY. */
CF_API CF_NODISCARD cf_status cf_train_test_split(cf_index n_samples,
                                                  const cf_split_options *options, cf_folds *out);

/** What a fold that fails does to cross-validation. */
typedef enum cf_error_score {
    CF_ERROR_SCORE_NAN,   /**< its scores are NaN, with a warning; all folds failing is an error */
    CF_ERROR_SCORE_RAISE, /**< the lowest failing fold decides status and message */
    CF_ERROR_SCORE_VALUE  /**< as NaN, with error_value instead */
} cf_error_score;

/** How to cross-validate; all zero = defaults. Grows only at the end. */
typedef struct cf_cv_options {
    const char *const *scoring;     /**< names of scorers; NULL = the estimator's own score */
    cf_index n_scoring;             /**< how many */
    const cf_estimator *cv;         /**< a splitter; NULL = by n_splits */
    cf_index n_splits;              /**< folds without `cv`: stratified for classifiers; 0 = 5 */
    const cf_matrix *groups;        /**< (n, 1) for group-wise splitters */
    const cf_matrix *sample_weight; /**< (n, 1) cut with the rows, for fitting and scoring */
    bool return_train_score;        /**< fill train_scores of the result */
    bool return_estimator;          /**< keep the fitted clones in the result */
    cf_error_score error_score;     /**< what a failing fold does */
    cf_progress_fn progress;        /**< called on the calling thread only */
    void *progress_ctx;
    cf_warning_fn warn; /**< NULL: the handler of cf_set_warning_handler */
    void *warn_ctx;
    const volatile int *cancel; /**< as in cf_fit_options, for the whole call, like the next two */
    double deadline;
    int n_threads;
    double error_value;     /**< with CF_ERROR_SCORE_VALUE */
    const cf_folds *folds;  /**< the folds themselves, instead of cv and n_splits; borrowed */
    bool unweighted_scores; /**< sample_weight is for fitting alone */
    const struct cf_scorer *const *scorers; /**< (n_scoring) the scorers themselves, the caller's
                                               own among them, instead of `scoring`; borrowed */
} cf_cv_options;

/** Scores and times of every fold; start it as {0}, release it with cf_cv_result_clear. */
typedef struct cf_cv_result {
    cf_index n_splits, n_metrics;
    char **names;              /**< (n_metrics) the scorers, or "score" */
    cf_matrix test_scores;     /**< (n_metrics, n_splits) */
    cf_matrix train_scores;    /**< the same, empty unless asked for */
    cf_matrix fit_time;        /**< (n_splits, 1) seconds */
    cf_matrix score_time;      /**< (n_splits, 1) seconds */
    cf_estimator **estimators; /**< (n_splits) fitted, NULL unless asked for */
} cf_cv_result;

/** Releases the result and makes it empty; NULL is allowed. */
CF_API void cf_cv_result_clear(cf_cv_result *result);

/**
 * Fits a clone of `e` on the training rows of each fold and scores it on the others. Folds run in
 * parallel; the result does not depend on the thread count. `e` itself is not fitted. y may be
 * NULL. As cf_fit and cf_split; CF_ERR_NAME (unknown scorer).
 */
CF_API CF_NODISCARD cf_status cf_cross_validate(const cf_estimator *e, const cf_matrix *X,
                                                const cf_matrix *y, const cf_cv_options *options,
                                                cf_cv_result *result);

/**
 * out = for every row, what a model trained without it says of it. `method` is "predict" (NULL),
 * "predict_proba", "predict_log_proba", "decision_function", "transform" or "score_samples"; scores
 * of classes have a column for every class of y, filled with 0 (probabilities) or the least double
 * where a fold lacks the class, with a warning. The folds must test every row once. Uses cv,
 * n_splits, groups, sample_weight (for fitting) and what a run takes; a failing fold fails the
 * call. As cf_fit and cf_split; CF_ERR_ARGUMENT (not a partition, unknown method).
 */
CF_API CF_NODISCARD cf_status cf_cross_val_predict(const cf_estimator *e, const cf_matrix *X,
                                                   const cf_matrix *y, const cf_cv_options *options,
                                                   const char *method, cf_matrix *out);

CF_END_DECLS

#endif
