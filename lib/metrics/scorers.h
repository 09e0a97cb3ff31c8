/* SPDX-License-Identifier: BSD-3-Clause */
/* Scoring a model inside a run: several scorers share its predictions. */
#ifndef COFIT_METRICS_SCORERS_H
#define COFIT_METRICS_SCORERS_H

#include "estimator/instance.h"
#include "metrics/metrics.h"

/* What a model is scored on. */
typedef struct cfi_scoring {
    cf_index count;
    const cf_scorer *const *scorers; /* (count); a NULL entry is the model's own score */
    const cf_matrix *X, *y;
    const cf_matrix *weights; /* (n, 1) or NULL */
    bool keep_going;          /* a scorer that fails gives error_score and a warning */
    double error_score;
    const cf_index *rows; /* (n) as in cf_score_call, or NULL */
} cfi_scoring;

/* out[i] = score i of e. Each response of the model is computed once. */
CF_NODISCARD cf_status cfi_score_many(const cf_estimator *e, const cfi_scoring *scoring,
                                      cf_run *run, double *out);

/* The scorer called `name`; CF_ERR_NAME suggests the nearest one. */
CF_NODISCARD cf_status cfi_scorer_require(const char *name, const cf_scorer **out);

#endif
