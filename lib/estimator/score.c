/* SPDX-License-Identifier: BSD-3-Clause */
/* The class's own score: its slot, else accuracy of a classifier and R2 of a regressor. */
#include "estimator/input.h"
#include "metrics/metrics.h"

/* y holds labels, not codes: a classifier's answer is decoded before the two are compared. */
static cf_status default_score(const cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                               const cf_matrix *weights, cf_run *run, double *out)
{
    static const cf_metric_options none;
    const bool classifies = cfi_is_kind(e, CF_CLASSIFIER);
    cf_matrix predicted = {0}, labels = {0};
    cf_status status = CF_OK;
    if (!y)
        return cf_fail(CF_ERR_ARGUMENT, "%s: score needs y", e->cls->name);
    CF_GO(cfi_apply(e, CFI_PREDICT, X, run, &predicted));
    if (classifies)
        CF_GO(cfi_decode(e, &predicted, &labels));
    const cfi_metric_args args = {e->cls->name, y,     classifies ? &labels : &predicted,
                                  weights,      &none, run};
    CF_GO(classifies ? cfi_accuracy(&args, out) : cfi_r2(&args, out));
cleanup:
    cf_matrix_clear(&labels);
    cf_matrix_clear(&predicted);
    return status;
}

/* The slot gets X as predict would, y as given and checked weights. held[1] may borrow from
 * held[0]. */
static cf_status slot_score(const cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                            const cf_matrix *weights, cf_run *run, double *out)
{
    const cf_traits traits = cfi_traits(e);
    cf_matrix held[2] = {{0}, {0}};
    double *w = NULL;
    cf_status status = CF_OK;
    CF_GO(cf_matrix_check(X, "X"));
    CF_GO(cfi_match_columns(e, X, run, &held[0]));
    CF_GO(cfi_check_X(e, &traits, &held[0], "X", 1, run, &held[1]));
    if (weights)
        CF_GO(cfi_check_weights(e->cls->name, weights, X->rows, &w));
    CF_GO(e->cls->score(e, &held[1], y, w, run, out));
cleanup:
    cf_free(w);
    cf_matrix_clear(&held[1]);
    cf_matrix_clear(&held[0]);
    return status;
}

cf_status cfi_score(const cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                    const cf_matrix *weights, cf_run *run, double *out)
{
    if (!(cfi_traits(e).methods & CF_HAS_SCORE))
        return cf_fail(CF_ERR_UNSUPPORTED, "%s has no score", e->cls->name);
    if (!e->core->fitted)
        return cf_fail(CF_ERR_NOT_FITTED, "%s is not fitted: call fit before score", e->cls->name);
    return e->cls->score ? slot_score(e, X, y, weights, run, out)
                         : default_score(e, X, y, weights, run, out);
}

cf_status cf_score(const cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                   const cf_matrix *sample_weight, double *out)
{
    cf_run run;
    cfi_run_begin(&run, NULL);
    const cf_status status = cfi_score(e, X, y, sample_weight, &run, out);
    cfi_run_end(&run);
    return status;
}
