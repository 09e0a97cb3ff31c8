/* SPDX-License-Identifier: BSD-3-Clause */
/* Metrics inside the library: called with the run of the outer call, inputs read into one form. */
#ifndef COFIT_METRICS_METRICS_H
#define COFIT_METRICS_METRICS_H

#include "base/run.h"
#include "cofit/metrics.h"
#include "metrics/sums.h"

/* Arguments that several of scikit-learn's functions have. */
#define CFI_OF_CLASSES                                                                             \
    "y_true, y_pred, *, labels=None, pos_label=1, average='binary', sample_weight=None, "          \
    "zero_division='warn'"
#define CFI_OF_NUMBERS "y_true, y_pred, *, sample_weight=None, multioutput='uniform_average'"
#define CFI_OF_ROWS "y_true, y_pred, *, sample_weight=None"
#define CFI_OF_CLUSTERS "labels_true, labels_pred"

/*
 * Every metric with one number as result: its name in C, scikit-learn's name, the arguments of
 * scikit-learn's function, what it is.
 */
#define CFI_METRIC_LIST(X)                                                                         \
    X(accuracy, "accuracy_score", "y_true, y_pred, *, normalize=True, sample_weight=None",         \
      "Share of rows predicted exactly")                                                           \
    X(balanced_accuracy, "balanced_accuracy_score",                                                \
      "y_true, y_pred, *, sample_weight=None, adjusted=False", "Mean recall of the classes")       \
    X(precision, "precision_score", CFI_OF_CLASSES,                                                \
      "Share of the predicted positives that are true")                                            \
    X(recall, "recall_score", CFI_OF_CLASSES, "Share of the true positives that are found")        \
    X(f1, "f1_score", CFI_OF_CLASSES, "Harmonic mean of precision and recall")                     \
    X(fbeta, "fbeta_score",                                                                        \
      "y_true, y_pred, *, beta, labels=None, pos_label=1, average='binary', "                      \
      "sample_weight=None, zero_division='warn'",                                                  \
      "Harmonic mean of precision and recall, recall counting beta squared")                       \
    X(jaccard, "jaccard_score", CFI_OF_CLASSES,                                                    \
      "True positives over all rows that are or were called positive")                             \
    X(matthews_corrcoef, "matthews_corrcoef", CFI_OF_ROWS,                                         \
      "Correlation of true and predicted classes")                                                 \
    X(cohen_kappa, "cohen_kappa_score",                                                            \
      "y1, y2, *, labels=None, weights=None, sample_weight=None, "                                 \
      "replace_undefined_by=nan",                                                                  \
      "Agreement of two raters beyond chance")                                                     \
    X(positive_likelihood_ratio, "positive_likelihood_ratio", CFI_OF_ROWS,                         \
      "Recall over the false positive rate of two classes")                                        \
    X(negative_likelihood_ratio, "negative_likelihood_ratio", CFI_OF_ROWS,                         \
      "False negative rate over the specificity of two classes")                                   \
    X(log_loss, "log_loss", "y_true, y_proba, *, normalize=True, sample_weight=None, labels=None", \
      "Mean of -log of the probability given to the true class")                                   \
    X(brier_score_loss, "brier_score_loss",                                                        \
      "y_true, y_proba, *, sample_weight=None, pos_label=None, labels=None, "                      \
      "scale_by_half='auto'",                                                                      \
      "Mean squared distance of probabilities from 0 and 1")                                       \
    X(d2_log_loss, "d2_log_loss_score", "y_true, y_proba, *, sample_weight=None, labels=None",     \
      "Share of the log loss explained, against the class shares")                                 \
    X(d2_brier_score, "d2_brier_score",                                                            \
      "y_true, y_proba, *, sample_weight=None, pos_label=None, labels=None",                       \
      "Share of the Brier score explained, against the class shares")                              \
    X(roc_auc, "roc_auc_score",                                                                    \
      "y_true, y_score, *, average='macro', sample_weight=None, max_fpr=None, "                    \
      "multi_class='raise', labels=None",                                                          \
      "Area under the curve of true over false positive rates")                                    \
    X(average_precision, "average_precision_score",                                                \
      "y_true, y_score, *, average='macro', pos_label=1, sample_weight=None",                      \
      "Sum of precision times gain in recall over the thresholds")                                 \
    X(top_k_accuracy, "top_k_accuracy_score",                                                      \
      "y_true, y_score, *, k=2, normalize=True, sample_weight=None, labels=None",                  \
      "Share of rows whose class is among the k with the highest scores")                          \
    X(r2, "r2_score", CFI_OF_NUMBERS ", force_finite=True",                                        \
      "1 - residual sum of squares / total sum of squares")                                        \
    X(explained_variance, "explained_variance_score", CFI_OF_NUMBERS ", force_finite=True",        \
      "1 - variance of the residuals / variance of y_true")                                        \
    X(mean_squared_error, "mean_squared_error", CFI_OF_NUMBERS, "Mean squared error")              \
    X(root_mean_squared_error, "root_mean_squared_error", CFI_OF_NUMBERS,                          \
      "Square root of the mean squared error")                                                     \
    X(mean_squared_log_error, "mean_squared_log_error", CFI_OF_NUMBERS,                            \
      "Mean squared error of log(1 + y)")                                                          \
    X(root_mean_squared_log_error, "root_mean_squared_log_error", CFI_OF_NUMBERS,                  \
      "Square root of the mean squared error of log(1 + y)")                                       \
    X(mean_absolute_error, "mean_absolute_error", CFI_OF_NUMBERS, "Mean absolute error")           \
    X(median_absolute_error, "median_absolute_error",                                              \
      "y_true, y_pred, *, multioutput='uniform_average', sample_weight=None",                      \
      "Median absolute error")                                                                     \
    X(mean_absolute_percentage_error, "mean_absolute_percentage_error", CFI_OF_NUMBERS,            \
      "Mean absolute error over the size of y_true, as a share")                                   \
    X(max_error, "max_error", "y_true, y_pred", "Largest absolute error")                          \
    X(mean_poisson_deviance, "mean_poisson_deviance", CFI_OF_ROWS, "Mean Poisson deviance")        \
    X(mean_gamma_deviance, "mean_gamma_deviance", CFI_OF_ROWS, "Mean gamma deviance")              \
    X(d2_absolute_error, "d2_absolute_error_score", CFI_OF_NUMBERS,                                \
      "Share of the absolute error explained, against the median")                                 \
    X(adjusted_rand, "adjusted_rand_score", CFI_OF_CLUSTERS, "Rand index adjusted for chance")     \
    X(rand, "rand_score", CFI_OF_CLUSTERS,                                                         \
      "Share of pairs of rows on which both labellings agree")                                     \
    X(mutual_info, "mutual_info_score", CFI_OF_CLUSTERS ", *, contingency=None",                   \
      "Mutual information of two labellings, in nats")                                             \
    X(normalized_mutual_info, "normalized_mutual_info_score",                                      \
      CFI_OF_CLUSTERS ", *, average_method='arithmetic'",                                          \
      "Mutual information over an average of the entropies")                                       \
    X(adjusted_mutual_info, "adjusted_mutual_info_score",                                          \
      CFI_OF_CLUSTERS ", *, average_method='arithmetic'",                                          \
      "Normalised mutual information adjusted for chance")                                         \
    X(homogeneity, "homogeneity_score", CFI_OF_CLUSTERS, "Each cluster holds one class")           \
    X(completeness, "completeness_score", CFI_OF_CLUSTERS, "Each class lies in one cluster")       \
    X(v_measure, "v_measure_score", CFI_OF_CLUSTERS ", *, beta=1.0",                               \
      "Harmonic mean of homogeneity and completeness")                                             \
    X(fowlkes_mallows, "fowlkes_mallows_score", CFI_OF_CLUSTERS,                                   \
      "Geometric mean of pairwise precision and recall")

/* What a metric is computed from; options is never NULL. */
typedef struct cfi_metric_args {
    const char *name;               /* begins messages */
    const cf_matrix *truth, *guess; /* (n, n_outputs), or (n, 1) and scores */
    const cf_matrix *weights;       /* (n, 1) or NULL */
    const cf_metric_options *options;
    cf_run *run; /* gets the warnings; never NULL in a metric */
} cfi_metric_args;

typedef cf_status (*cfi_metric_fn)(const cfi_metric_args *args, double *out);

/* The metrics themselves: cfi_accuracy, ... */
#define CFI_METRIC_DECLARE(metric, name, arguments, what)                                          \
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
