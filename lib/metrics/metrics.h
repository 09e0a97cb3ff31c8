/* SPDX-License-Identifier: BSD-3-Clause */
/* Metrics inside the library: called with the run of the outer call, inputs read into one form. */
#ifndef COFIT_METRICS_METRICS_H
#define COFIT_METRICS_METRICS_H

#include "base/run.h"
#include "cofit/metrics.h"
#include "metrics/sums.h"

/* Every metric with one number as result: its name in C and in messages. */
#define CFI_METRIC_LIST(X)                                                                         \
    X(accuracy, "accuracy_score")                                                                  \
    X(balanced_accuracy, "balanced_accuracy_score")                                                \
    X(precision, "precision_score")                                                                \
    X(recall, "recall_score")                                                                      \
    X(f1, "f1_score")                                                                              \
    X(fbeta, "fbeta_score")                                                                        \
    X(jaccard, "jaccard_score")                                                                    \
    X(matthews_corrcoef, "matthews_corrcoef")                                                      \
    X(cohen_kappa, "cohen_kappa_score")                                                            \
    X(positive_likelihood_ratio, "positive_likelihood_ratio")                                      \
    X(negative_likelihood_ratio, "negative_likelihood_ratio")                                      \
    X(log_loss, "log_loss")                                                                        \
    X(brier_score_loss, "brier_score_loss")                                                        \
    X(d2_log_loss, "d2_log_loss_score")                                                            \
    X(d2_brier_score, "d2_brier_score")                                                            \
    X(roc_auc, "roc_auc_score")                                                                    \
    X(average_precision, "average_precision_score")                                                \
    X(top_k_accuracy, "top_k_accuracy_score")                                                      \
    X(r2, "r2_score")                                                                              \
    X(explained_variance, "explained_variance_score")                                              \
    X(mean_squared_error, "mean_squared_error")                                                    \
    X(root_mean_squared_error, "root_mean_squared_error")                                          \
    X(mean_squared_log_error, "mean_squared_log_error")                                            \
    X(root_mean_squared_log_error, "root_mean_squared_log_error")                                  \
    X(mean_absolute_error, "mean_absolute_error")                                                  \
    X(median_absolute_error, "median_absolute_error")                                              \
    X(mean_absolute_percentage_error, "mean_absolute_percentage_error")                            \
    X(max_error, "max_error")                                                                      \
    X(mean_poisson_deviance, "mean_poisson_deviance")                                              \
    X(mean_gamma_deviance, "mean_gamma_deviance")                                                  \
    X(d2_absolute_error, "d2_absolute_error_score")                                                \
    X(adjusted_rand, "adjusted_rand_score")                                                        \
    X(rand, "rand_score")                                                                          \
    X(mutual_info, "mutual_info_score")                                                            \
    X(normalized_mutual_info, "normalized_mutual_info_score")                                      \
    X(adjusted_mutual_info, "adjusted_mutual_info_score")                                          \
    X(homogeneity, "homogeneity_score")                                                            \
    X(completeness, "completeness_score")                                                          \
    X(v_measure, "v_measure_score")                                                                \
    X(fowlkes_mallows, "fowlkes_mallows_score")

/* What a metric is computed from; options is never NULL. */
typedef struct cfi_metric_args {
    const char *name; /* begins messages */
    const cf_matrix *truth, *guess;
    const cf_matrix *weights; /* (n, 1) or NULL */
    const cf_metric_options *options;
    cf_run *run;
} cfi_metric_args;

typedef cf_status (*cfi_metric_fn)(const cfi_metric_args *args, double *out);

/* The metrics themselves: cfi_accuracy, ... */
#define CFI_METRIC_DECLARE(metric, name)                                                           \
    CF_NODISCARD cf_status cfi_##metric(const cfi_metric_args *args, double *out);
CFI_METRIC_LIST(CFI_METRIC_DECLARE)
#undef CFI_METRIC_DECLARE

/* A public call of a metric: makes the run that fn's warnings go to. args->run is ignored. */
CF_NODISCARD cf_status cfi_metric_call(const cfi_metric_args *args, cfi_metric_fn fn, double *out);

/* The same for a result that is not one number. */
typedef cf_status (*cfi_metric_into_fn)(const cfi_metric_args *args, void *out);
CF_NODISCARD cf_status cfi_metric_into(const cfi_metric_args *args, cfi_metric_into_fn fn,
                                       void *out);

/* ---- labels ---- */

/* Two columns of labels as codes in their sorted union; zero-initialised = empty. */
typedef struct cfi_label_pair {
    cf_index n, k;
    int32_t *truth, *guess; /* (n) */
    double *weights;        /* (n), NULL = all one */
    cf_matrix labels;       /* (k, 1) ascending */
} cfi_label_pair;

/* Checks and reads column `column` of truth and guess, and the weights. */
CF_NODISCARD cf_status cfi_label_pair_read(const cfi_metric_args *args, cf_index column,
                                           cfi_label_pair *out);

/* Checks both sides whole, which must have one column each, and reads them. */
CF_NODISCARD cf_status cfi_label_pair_of(const cfi_metric_args *args, cfi_label_pair *out);

/* Releases the codes and makes the pair empty. */
void cfi_label_pair_clear(cfi_label_pair *pair);

/* truth (n, 1) alone as codes in the sorted options->labels, or in the labels it holds. */
typedef struct cfi_coded {
    cf_index n, k;
    int32_t *codes;   /* (n) */
    double *weights;  /* (n), NULL = all one */
    cf_matrix labels; /* (k, 1) ascending */
} cfi_coded;

/* Checks and reads them. An ascending options->labels must hold every label. */
CF_NODISCARD cf_status cfi_coded_read(const cfi_metric_args *args, cfi_coded *out);

/* Releases the codes and makes it empty. */
void cfi_coded_clear(cfi_coded *coded);

/* positions[i] = where wanted's label i stands in `labels`, or -1. */
void cfi_labels_locate(const cf_matrix *labels, const cf_matrix *wanted, cf_index *positions);

/* Where the label written `text` (NULL = the number 1) stands in `labels`, or -1. */
cf_index cfi_labels_position(const cf_matrix *labels, const char *text);

/* Writes label i as text, cut to what fits; texts as they are. */
void cfi_label_text(const cf_matrix *labels, cf_index i, char *out, size_t size);

/* Writes the first labels, separated by commas, for messages. */
void cfi_labels_list(const cf_matrix *labels, char *out, size_t size);

/* The weight of row i. */
static inline double cfi_weight(const double *weights, cf_index i)
{
    return weights ? weights[i] : 1.0;
}

/* The sum of n weights; n without them. */
double cfi_weight_total(const double *weights, cf_index n);

/* ---- numbers ---- */

/* Column j of X as n doubles; NaN and infinity are refused. `what` names X in messages. */
CF_NODISCARD cf_status cfi_metric_column(const char *name, const char *what, const cf_matrix *X,
                                         cf_index j, double **out);

/* A column of numbers: borrowed where it lies contiguous as doubles; zero-initialised = empty. */
typedef struct cfi_numbers {
    const double *x; /* (n) */
    double *owned;   /* NULL = borrowed */
} cfi_numbers;

/* Column j of X, checked as by cfi_metric_column. */
CF_NODISCARD cf_status cfi_numbers_read(const cfi_metric_args *args, const char *what,
                                        const cf_matrix *X, cf_index j, cfi_numbers *out);

/* Releases what was copied. */
void cfi_numbers_clear(cfi_numbers *numbers);

/* Checks that both are dense, have rows, the same number of them. */
CF_NODISCARD cf_status cfi_metric_check(const cfi_metric_args *args);

#endif
