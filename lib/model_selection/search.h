/* SPDX-License-Identifier: BSD-3-Clause */
/* Candidates evaluated by cross-validation, and the table of what came out. */
#ifndef COFIT_MODEL_SELECTION_SEARCH_H
#define COFIT_MODEL_SELECTION_SEARCH_H

#include "model_selection/cross_validate.h"

/* Scores and times of every candidate on every fold; zero-initialised = empty. */
typedef struct cfi_search {
    const cfi_cv *cv;
    const cf_value *candidates; /* LIST of MAPs, borrowed */
    cf_index n_candidates, n_splits, n_metrics;
    bool multimetric;              /* columns carry the scorer's name; the caller says so */
    double *test, *train;          /* (n_metrics, n_candidates, n_splits); train may be NULL */
    double *fit_time, *score_time; /* (n_candidates, n_splits) */
} cfi_search;

void cfi_search_clear(cfi_search *search);

/* A clone of e with a candidate's parameters. */
CF_NODISCARD cf_status cfi_search_candidate(const cf_estimator *e, const cf_value *params,
                                            cf_estimator **out);

/* Fits and scores every candidate on every fold, all of them as tasks of one team. */
CF_NODISCARD cf_status cfi_search_run(const cf_estimator *e, const cfi_cv *cv,
                                      const cf_value *candidates, cf_run *run, cfi_search *out);

/* Mean score of each candidate on the tests by metric m; out has n_candidates entries. */
void cfi_search_means(const cfi_search *search, cf_index m, double *out);

/* ranks[c] = 1 + the number of better means; NaN comes last, but all are 1 when every mean is NaN.
 */
CF_NODISCARD cf_status cfi_search_ranks(const double *means, cf_index n, int32_t *ranks);

/* out = cv_results_ but its times: a MAP of columns named as scikit-learn names them. */
CF_NODISCARD cf_status cfi_search_table(const cfi_search *search, cf_value *out);

/* out = the columns of times. */
CF_NODISCARD cf_status cfi_search_times(const cfi_search *search, cf_value *out);

#endif
