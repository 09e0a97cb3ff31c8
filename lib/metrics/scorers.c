/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Named scores. One table says which metric each is, what it asks of the model, and its sign, so
 * that greater is always better.
 */
#include "metrics/scorers.h"

#include "base/text.h"

#include <string.h>

/* A scorer and the metric as it is called inside a run. */
typedef struct scorer_row {
    cf_scorer scorer;
    const char *metric_name;
    cfi_metric_fn metric;
} scorer_row;

#define SCORE(text, m, does, ask, weights, ...)                                                    \
    {                                                                                              \
        {.name = text,                                                                             \
         .summary = does,                                                                          \
         .sign = 1,                                                                                \
         .response = ask,                                                                          \
         .takes_weights = weights,                                                                 \
         .metric = cf_##m,                                                                         \
         .options = {__VA_ARGS__}},                                                                \
            text, cfi_##m                                                                          \
    }
#define LOSS(text, m, does, ask, weights)                                                          \
    {                                                                                              \
        {.name = text,                                                                             \
         .summary = does,                                                                          \
         .sign = -1,                                                                               \
         .response = ask,                                                                          \
         .takes_weights = weights,                                                                 \
         .metric = cf_##m},                                                                        \
            text, cfi_##m                                                                          \
    }
#define LABELS CF_SCORER_PREDICT
#define PROBA CF_SCORER_PROBABILITIES
#define DECISION CF_SCORER_DECISION

/* Alphabetical: found by bisection. */
static const scorer_row rows[] = {
    SCORE("accuracy", accuracy, "share of rows predicted exactly", LABELS, true, .k = 0),
    SCORE("adjusted_mutual_info_score", adjusted_mutual_info,
          "mutual information of clusters and classes, adjusted for chance", LABELS, false, .k = 0),
    SCORE("adjusted_rand_score", adjusted_rand, "Rand index adjusted for chance", LABELS, false,
          .k = 0),
    SCORE("average_precision", average_precision, "area under precision and recall", DECISION, true,
          .k = 0),
    SCORE("balanced_accuracy", balanced_accuracy, "mean recall of the classes", LABELS, true,
          .k = 0),
    SCORE("completeness_score", completeness, "each class lies in one cluster", LABELS, false,
          .k = 0),
    SCORE("d2_absolute_error_score", d2_absolute_error,
          "absolute error explained, against the median", LABELS, true, .k = 0),
    SCORE("d2_brier_score", d2_brier_score, "Brier score explained, against the class shares",
          PROBA, true, .k = 0),
    SCORE("d2_log_loss_score", d2_log_loss, "log loss explained, against the class shares", PROBA,
          true, .k = 0),
    SCORE("explained_variance", explained_variance, "1 - variance of the residuals / variance",
          LABELS, true, .k = 0),
    SCORE("f1", f1, "harmonic mean of precision and recall of class 1", LABELS, true, .k = 0),
    SCORE("f1_macro", f1, "mean F1 of the classes", LABELS, true, .average = CF_AVERAGE_MACRO),
    SCORE("f1_micro", f1, "F1 of all classes together", LABELS, true, .average = CF_AVERAGE_MICRO),
    SCORE("f1_samples", f1, "mean F1 of the rows of indicator matrices", LABELS, true,
          .average = CF_AVERAGE_SAMPLES),
    SCORE("f1_weighted", f1, "mean F1 weighted by class", LABELS, true,
          .average = CF_AVERAGE_WEIGHTED),
    SCORE("fowlkes_mallows_score", fowlkes_mallows,
          "geometric mean of pairwise precision and recall", LABELS, false, .k = 0),
    SCORE("homogeneity_score", homogeneity, "each cluster holds one class", LABELS, false, .k = 0),
    SCORE("jaccard", jaccard, "intersection over union of class 1", LABELS, true, .k = 0),
    SCORE("jaccard_macro", jaccard, "mean Jaccard index of the classes", LABELS, true,
          .average = CF_AVERAGE_MACRO),
    SCORE("jaccard_micro", jaccard, "Jaccard index of all classes together", LABELS, true,
          .average = CF_AVERAGE_MICRO),
    SCORE("jaccard_samples", jaccard, "mean Jaccard index of the rows of indicator matrices",
          LABELS, true, .average = CF_AVERAGE_SAMPLES),
    SCORE("jaccard_weighted", jaccard, "mean Jaccard index weighted by class", LABELS, true,
          .average = CF_AVERAGE_WEIGHTED),
    SCORE("matthews_corrcoef", matthews_corrcoef, "correlation of true and predicted classes",
          LABELS, true, .k = 0),
    SCORE("mutual_info_score", mutual_info, "mutual information of clusters and classes", LABELS,
          false, .k = 0),
    LOSS("neg_brier_score", brier_score_loss, "minus the squared error of probabilities", PROBA,
         true),
    LOSS("neg_log_loss", log_loss, "minus the log loss", PROBA, true),
    LOSS("neg_max_error", max_error, "minus the largest absolute error", LABELS, false),
    LOSS("neg_mean_absolute_error", mean_absolute_error, "minus the mean absolute error", LABELS,
         true),
    LOSS("neg_mean_absolute_percentage_error", mean_absolute_percentage_error,
         "minus the mean relative error", LABELS, true),
    LOSS("neg_mean_gamma_deviance", mean_gamma_deviance, "minus the mean gamma deviance", LABELS,
         true),
    LOSS("neg_mean_poisson_deviance", mean_poisson_deviance, "minus the mean Poisson deviance",
         LABELS, true),
    LOSS("neg_mean_squared_error", mean_squared_error, "minus the mean squared error", LABELS,
         true),
    LOSS("neg_mean_squared_log_error", mean_squared_log_error,
         "minus the mean squared error of logarithms", LABELS, true),
    LOSS("neg_median_absolute_error", median_absolute_error, "minus the median absolute error",
         LABELS, true),
    LOSS("neg_negative_likelihood_ratio", negative_likelihood_ratio,
         "minus the ratio of miss rate and specificity", LABELS, false),
    LOSS("neg_root_mean_squared_error", root_mean_squared_error,
         "minus the root of the mean squared error", LABELS, true),
    LOSS("neg_root_mean_squared_log_error", root_mean_squared_log_error,
         "minus the root of the mean squared error of logarithms", LABELS, true),
    SCORE("normalized_mutual_info_score", normalized_mutual_info,
          "mutual information over the mean entropy", LABELS, false, .k = 0),
    SCORE("positive_likelihood_ratio", positive_likelihood_ratio,
          "ratio of recall and false positive rate", LABELS, false, .k = 0),
    SCORE("precision", precision, "precision of class 1", LABELS, true, .k = 0),
    SCORE("precision_macro", precision, "mean precision of the classes", LABELS, true,
          .average = CF_AVERAGE_MACRO),
    SCORE("precision_micro", precision, "precision of all classes together", LABELS, true,
          .average = CF_AVERAGE_MICRO),
    SCORE("precision_samples", precision, "mean precision of the rows of indicator matrices",
          LABELS, true, .average = CF_AVERAGE_SAMPLES),
    SCORE("precision_weighted", precision, "mean precision weighted by class", LABELS, true,
          .average = CF_AVERAGE_WEIGHTED),
    SCORE("r2", r2, "1 - squared error / variance", LABELS, true, .k = 0),
    SCORE("rand_score", rand, "share of pairs on which clusters and classes agree", LABELS, false,
          .k = 0),
    SCORE("recall", recall, "recall of class 1", LABELS, true, .k = 0),
    SCORE("recall_macro", recall, "mean recall of the classes", LABELS, true,
          .average = CF_AVERAGE_MACRO),
    SCORE("recall_micro", recall, "recall of all classes together", LABELS, true,
          .average = CF_AVERAGE_MICRO),
    SCORE("recall_samples", recall, "mean recall of the rows of indicator matrices", LABELS, true,
          .average = CF_AVERAGE_SAMPLES),
    SCORE("recall_weighted", recall, "mean recall weighted by class", LABELS, true,
          .average = CF_AVERAGE_WEIGHTED),
    SCORE("roc_auc", roc_auc, "area under the ROC curve of two classes", DECISION, true, .k = 0),
    SCORE("roc_auc_ovo", roc_auc, "mean area under the ROC curves of pairs of classes", PROBA, true,
          .multi_class = CF_MULTI_CLASS_OVO),
    SCORE("roc_auc_ovo_weighted", roc_auc, "the same, weighted by the rows of the pair", PROBA,
          true, .multi_class = CF_MULTI_CLASS_OVO, .average = CF_AVERAGE_WEIGHTED),
    SCORE("roc_auc_ovr", roc_auc, "mean area under the ROC curves of each class against the rest",
          PROBA, true, .multi_class = CF_MULTI_CLASS_OVR),
    SCORE("roc_auc_ovr_weighted", roc_auc, "the same, weighted by class", PROBA, true,
          .multi_class = CF_MULTI_CLASS_OVR, .average = CF_AVERAGE_WEIGHTED),
    SCORE("top_k_accuracy", top_k_accuracy, "share of true classes among the two highest scores",
          DECISION, true, .k = 2),
    SCORE("v_measure_score", v_measure, "harmonic mean of homogeneity and completeness", LABELS,
          false, .k = 0),
};

enum { ROWS = sizeof rows / sizeof rows[0] };

cf_index cf_scorer_count(void)
{
    return ROWS;
}

const cf_scorer *cf_scorer_at(cf_index i)
{
    return i >= 0 && i < ROWS ? &rows[i].scorer : NULL;
}

cf_status cfi_scorer_require(const char *name, const cf_scorer **out)
{
    const char *names[ROWS];
    for (int i = 0; i < ROWS; i++) {
        if (strcmp(rows[i].scorer.name, name) == 0) {
            *out = &rows[i].scorer;
            return CF_OK;
        }
        names[i] = rows[i].scorer.name;
    }
    const char *near = cfi_nearest(name, names, ROWS);
    if (near)
        return cf_fail(CF_ERR_NAME, "'%.100s' is not a valid scoring value; did you mean '%s'?",
                       name, near);
    return cf_fail(CF_ERR_NAME, "'%.100s' is not a valid scoring value", name);
}

const cf_scorer *cf_scorer_find(const char *name)
{
    const cf_scorer *found = NULL;
    return cfi_scorer_require(name, &found) == CF_OK ? found : NULL;
}

/* ---- responses of a model, each made at most once ---- */

typedef struct responses {
    const cf_estimator *e;
    const cfi_scoring *scoring;
    cf_run *run;
    cf_matrix labels, proba, decision;
    bool has_labels, has_proba, has_decision;
    cf_matrix classes; /* borrowed; empty without */
} responses;

static cf_status predict_labels(responses *r)
{
    if (!cfi_is_kind(r->e, CF_CLASSIFIER))
        return cfi_apply(r->e, CFI_PREDICT, r->scoring->X, r->run, &r->labels);
    cf_matrix codes = {0};
    cf_status status = cfi_apply(r->e, CFI_PREDICT, r->scoring->X, r->run, &codes);
    if (status == CF_OK)
        status = cfi_decode(r->e, &codes, &r->labels);
    cf_matrix_clear(&codes);
    return status;
}

/* The response made by `slot`, kept in `held`. */
static cf_status respond(responses *r, cfi_slot slot, cf_matrix *held, bool *has,
                         const cf_matrix **out)
{
    if (!*has) {
        if (slot == CFI_PREDICT)
            CF_TRY(predict_labels(r));
        else
            CF_TRY(cfi_apply(r->e, slot, r->scoring->X, r->run, held));
        *has = true;
    }
    *out = held;
    return CF_OK;
}

static cf_status response_for(responses *r, cf_scorer_response wanted, const cf_matrix **out)
{
    const bool decides = (cfi_traits(r->e).methods & CF_HAS_DECISION) != 0;
    if (wanted == CF_SCORER_PREDICT)
        return respond(r, CFI_PREDICT, &r->labels, &r->has_labels, out);
    if (wanted == CF_SCORER_DECISION && decides)
        return respond(r, CFI_DECISION_FUNCTION, &r->decision, &r->has_decision, out);
    return respond(r, CFI_PREDICT_PROBA, &r->proba, &r->has_proba, out);
}

/* out = -scores: a decision function is the greater label's, pos_label may be the lesser. */
static cf_status negate(const cf_matrix *scores, cf_matrix *out)
{
    CF_TRY(cf_matrix_resize(out, CF_F64, scores->rows, 1));
    for (cf_index i = 0; i < scores->rows; i++)
        ((double *)out->values)[i] = -cf_matrix_get(scores, i, 0);
    return CF_OK;
}

static cf_status score_one(responses *r, const cf_scorer *scorer, double *out)
{
    const cfi_scoring *s = r->scoring;
    if (!scorer)
        return cfi_score(r->e, s->X, s->y, s->weights, r->run, out);
    if (scorer->score)
        return scorer->score(scorer->score_ctx,
                             &(cf_score_call){r->e, s->X, s->y, s->weights, s->rows}, out);
    if (!s->y)
        return cf_fail(CF_ERR_ARGUMENT, "%s: scoring needs y", scorer->name);
    const scorer_row *row = (const scorer_row *)(const void *)scorer;
    cf_metric_options options = scorer->options;
    cf_matrix negated = {0};
    const cf_matrix *guess = NULL;
    cf_status status = CF_OK;
    CF_GO(response_for(r, scorer->response, &guess));
    if (scorer->response != CF_SCORER_PREDICT && r->classes.rows > 1)
        options.labels = &r->classes;
    if (scorer->metric == cf_average_precision && guess == &r->decision && guess->cols == 1 &&
        r->classes.rows == 2 && cfi_labels_position(&r->classes, NULL) == 0) {
        CF_GO(negate(guess, &negated));
        guess = &negated;
    }
    const cfi_metric_args args = {
        row->metric_name, s->y, guess, scorer->takes_weights ? s->weights : NULL, &options, r->run};
    CF_GO(row->metric(&args, out));
    *out *= scorer->sign;
cleanup:
    cf_matrix_clear(&negated);
    return status;
}

/* A failure that belongs to the score, not to the run. */
static bool may_keep_going(cf_status status)
{
    return status != CF_ERR_MEMORY && status != CF_ERR_CANCELLED && status != CF_ERR_DEADLINE &&
           status != CF_ERR_INTERNAL;
}

cf_status cfi_score_many(const cf_estimator *e, const cfi_scoring *scoring, cf_run *run,
                         double *out)
{
    responses r = {.e = e, .scoring = scoring, .run = run};
    cf_status status = CF_OK;
    if (e->core->fitted && e->core->classes && e->core->n_targets == 1)
        r.classes = e->core->classes[0];
    for (cf_index i = 0; status == CF_OK && i < scoring->count; i++) {
        const cf_scorer *scorer = scoring->scorers[i];
        status = score_one(&r, scorer, &out[i]);
        if (status == CF_OK || !scoring->keep_going || !may_keep_going(status))
            continue;
        cf_run_warn(run, CF_WARN_UNDEFINED_METRIC,
                    "Scoring failed. The score on this train-test partition will be set to %g. "
                    "Details: %s",
                    scoring->error_score, cf_last_error());
        out[i] = scoring->error_score;
        status = CF_OK;
    }
    cf_matrix_clear(&r.labels);
    cf_matrix_clear(&r.proba);
    cf_matrix_clear(&r.decision);
    return status;
}

cf_status cf_score_with(const cf_estimator *e, const char *scorer, const cf_matrix *X,
                        const cf_matrix *y, const cf_matrix *sample_weight, double *out)
{
    const cf_scorer *found = NULL;
    if (scorer)
        CF_TRY(cfi_scorer_require(scorer, &found));
    if (!e->core->fitted)
        return cf_fail(CF_ERR_NOT_FITTED, "%s is not fitted: call fit before score", e->cls->name);
    cf_run run;
    cfi_run_begin(&run, NULL);
    const cf_status status = cfi_score_many(
        e, &(cfi_scoring){.count = 1, .scorers = &found, .X = X, .y = y, .weights = sample_weight},
        &run, out);
    cfi_run_end(&run);
    return status;
}
