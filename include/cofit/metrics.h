/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file metrics.h
 * Metrics and scorers: scikit-learn's definitions, names and undefined cases.
 *
 * Nearly every metric is a cf_metric_fn: true values, predictions, sample weights (or NULL),
 * options (or NULL), result. Labels are (n, 1) matrices of any dtype, or codes with a dictionary of
 * texts; the two columns may have different dtypes or dictionaries: numbers are matched by value,
 * texts by text. Precision and its kin, the report, the areas and the losses of probabilities also
 * take indicator matrices (n, k) of 0 and 1: the labels of a row are the columns that hold 1, and
 * options.labels lists columns. Sums are compensated. What scikit-learn warns about goes to the
 * warning handler, and the result is what scikit-learn returns then (0, NaN, ...).
 *
 * Every metric fails with CF_ERR_SHAPE (rows or columns do not agree), CF_ERR_DATA (no rows, NaN,
 * infinity, all weights zero, labels that are not whole numbers), CF_ERR_TYPE (text and numbers,
 * sparse input), CF_ERR_ARGUMENT (an option that does not fit the data), CF_ERR_UNSUPPORTED
 * (weights where a metric takes none) or CF_ERR_MEMORY.
 */
#ifndef COFIT_METRICS_H
#define COFIT_METRICS_H

#include "estimator.h"

CF_BEGIN_DECLS

/** How per-class values become one. */
typedef enum cf_average {
    CF_AVERAGE_DEFAULT,  /**< binary for precision and its kin, macro for areas */
    CF_AVERAGE_BINARY,   /**< the positive class alone */
    CF_AVERAGE_MICRO,    /**< counts of all classes together */
    CF_AVERAGE_MACRO,    /**< mean over the classes */
    CF_AVERAGE_WEIGHTED, /**< mean weighted by the true samples of each class */
    CF_AVERAGE_NONE,     /**< no average: where the result is a matrix */
    CF_AVERAGE_SAMPLES   /**< mean over the rows, of indicator matrices */
} cf_average;

/** What 0 / 0 is in precision and its kin. */
typedef enum cf_zero_division {
    CF_ZERO_DIVISION_WARN, /**< 0 with a warning */
    CF_ZERO_DIVISION_ZERO, /**< 0 */
    CF_ZERO_DIVISION_ONE,  /**< 1 */
    CF_ZERO_DIVISION_NAN   /**< NaN, left out of averages */
} cf_zero_division;

/** What the entries of a confusion matrix are divided by. */
typedef enum cf_normalize {
    CF_NORMALIZE_NONE,
    CF_NORMALIZE_TRUE, /**< the row's sum */
    CF_NORMALIZE_PRED, /**< the column's sum */
    CF_NORMALIZE_ALL   /**< the sum of all */
} cf_normalize;

/** How an area under the curve treats more than two classes. */
typedef enum cf_multi_class {
    CF_MULTI_CLASS_RAISE, /**< refuses them */
    CF_MULTI_CLASS_OVR,   /**< each class against the rest */
    CF_MULTI_CLASS_OVO    /**< each pair of classes (Hand and Till 2001) */
} cf_multi_class;

/** How the errors of several outputs become one. */
typedef enum cf_multioutput {
    CF_MULTIOUTPUT_UNIFORM,          /**< their mean */
    CF_MULTIOUTPUT_VARIANCE_WEIGHTED /**< weighted by the variance of the true values */
} cf_multioutput;

/** How far apart two ratings count. */
typedef enum cf_kappa_weights {
    CF_KAPPA_NONE,     /**< 0 or 1 */
    CF_KAPPA_LINEAR,   /**< |i - j| */
    CF_KAPPA_QUADRATIC /**< (i - j)^2 */
} cf_kappa_weights;

/** How two entropies become the one that mutual information is divided by. */
typedef enum cf_entropy_average {
    CF_ENTROPY_ARITHMETIC,
    CF_ENTROPY_GEOMETRIC,
    CF_ENTROPY_MIN,
    CF_ENTROPY_MAX
} cf_entropy_average;

/** What metrics can be given; all zero = scikit-learn's defaults. Grows only at the end. */
typedef struct cf_metric_options {
    const cf_matrix *labels; /**< (k, 1) the classes that count, in this order; ascending where they
                                are those of columns of y_pred. NULL = those that occur, sorted */
    const char *pos_label;   /**< the positive class ("1", "yes"); NULL = 1, or the greater label
                                where scikit-learn takes that */
    cf_average average;
    cf_zero_division zero_division;
    double beta;              /**< of fbeta and v_measure: 0 = 1, negative = 0 */
    bool adjusted;            /**< balanced accuracy: 0 is chance */
    cf_normalize normalize;   /**< confusion matrix */
    cf_kappa_weights ratings; /**< Cohen's kappa */
    cf_multi_class multi_class;
    double max_fpr;               /**< area up to this false positive rate, in (0, 1]; 0 = 1 */
    bool drop_intermediate;       /**< precision_recall_curve: leave out points on a line */
    bool keep_intermediate;       /**< roc_curve: do not */
    cf_index k;                   /**< top_k_accuracy; 0 = 2 */
    cf_multioutput multioutput;   /**< r2 and explained variance */
    const double *output_weights; /**< (n_outputs) instead of `multioutput`; NULL = none */
    bool not_force_finite;        /**< r2, explained variance: NaN or -inf for a constant y */
    cf_entropy_average entropy_average; /**< normalised and adjusted mutual information */
    const char *const *target_names;    /**< report: (n_labels) instead of the labels */
    bool precomputed;                   /**< silhouette: X holds distances */
    cf_warning_fn warn;                 /**< NULL: the handler of cf_set_warning_handler */
    void *warn_ctx;
    int n_threads; /**< 0 = omp_get_max_threads() of the caller */
} cf_metric_options;

/** A metric with one number as result. */
typedef cf_status (*cf_metric_fn)(const cf_matrix *y_true, const cf_matrix *y_pred,
                                  const cf_matrix *sample_weight, const cf_metric_options *options,
                                  double *out);

/** A metric by scikit-learn's name. */
typedef struct cf_metric {
    const char *name;      /**< "accuracy_score" */
    const char *arguments; /**< of scikit-learn's function: "y_true, y_pred, *, normalize=True" */
    const char *summary;   /**< one line */
    cf_metric_fn call;
} cf_metric;

/** Number of metrics with one number as result. */
CF_API cf_index cf_metric_count(void);

/** Metric i; NULL when there is none. Static. */
CF_API const cf_metric *cf_metric_at(cf_index i);

/** The metric called `name`, or NULL (the message then suggests the nearest). Static. */
CF_API const cf_metric *cf_metric_find(const char *name);

/* ---- classes against classes ---- */

/** Share of rows predicted exactly; with several columns all of them must be. */
CF_API CF_NODISCARD cf_status cf_accuracy(const cf_matrix *y_true, const cf_matrix *y_pred,
                                          const cf_matrix *sample_weight,
                                          const cf_metric_options *options, double *out);

/** Mean recall of the classes in y_true. Uses `adjusted`. */
CF_API CF_NODISCARD cf_status cf_balanced_accuracy(const cf_matrix *y_true, const cf_matrix *y_pred,
                                                   const cf_matrix *sample_weight,
                                                   const cf_metric_options *options, double *out);

/** tp / (tp + fp). Uses average (default binary), labels, pos_label, zero_division. */
CF_API CF_NODISCARD cf_status cf_precision(const cf_matrix *y_true, const cf_matrix *y_pred,
                                           const cf_matrix *sample_weight,
                                           const cf_metric_options *options, double *out);

/** tp / (tp + fn). Options as cf_precision. */
CF_API CF_NODISCARD cf_status cf_recall(const cf_matrix *y_true, const cf_matrix *y_pred,
                                        const cf_matrix *sample_weight,
                                        const cf_metric_options *options, double *out);

/** 2 tp / (2 tp + fp + fn), whatever `beta`. Options as cf_precision. */
CF_API CF_NODISCARD cf_status cf_f1(const cf_matrix *y_true, const cf_matrix *y_pred,
                                    const cf_matrix *sample_weight,
                                    const cf_metric_options *options, double *out);

/** (1 + beta^2) tp / ((1 + beta^2) tp + beta^2 fn + fp). Options as cf_precision, and beta. */
CF_API CF_NODISCARD cf_status cf_fbeta(const cf_matrix *y_true, const cf_matrix *y_pred,
                                       const cf_matrix *sample_weight,
                                       const cf_metric_options *options, double *out);

/** tp / (tp + fp + fn). Options as cf_precision. */
CF_API CF_NODISCARD cf_status cf_jaccard(const cf_matrix *y_true, const cf_matrix *y_pred,
                                         const cf_matrix *sample_weight,
                                         const cf_metric_options *options, double *out);

/** Correlation of true and predicted classes, 0 where it is undefined. */
CF_API CF_NODISCARD cf_status cf_matthews_corrcoef(const cf_matrix *y_true, const cf_matrix *y_pred,
                                                   const cf_matrix *sample_weight,
                                                   const cf_metric_options *options, double *out);

/** Agreement beyond chance. Uses labels and ratings; NaN with a warning where undefined. */
CF_API CF_NODISCARD cf_status cf_cohen_kappa(const cf_matrix *y_true, const cf_matrix *y_pred,
                                             const cf_matrix *sample_weight,
                                             const cf_metric_options *options, double *out);

/** Recall over false positive rate of two classes; 1 with a warning without false positives. */
CF_API CF_NODISCARD cf_status cf_positive_likelihood_ratio(const cf_matrix *y_true,
                                                           const cf_matrix *y_pred,
                                                           const cf_matrix *sample_weight,
                                                           const cf_metric_options *options,
                                                           double *out);

/** False negative rate over specificity of two classes; 1 with a warning without true negatives. */
CF_API CF_NODISCARD cf_status cf_negative_likelihood_ratio(const cf_matrix *y_true,
                                                           const cf_matrix *y_pred,
                                                           const cf_matrix *sample_weight,
                                                           const cf_metric_options *options,
                                                           double *out);

/** out = the labels of both columns, sorted, (k, 1): the order of what follows. */
CF_API CF_NODISCARD cf_status cf_unique_labels(const cf_matrix *y_true, const cf_matrix *y_pred,
                                               cf_matrix *out);

/**
 * out (k, k): row = true class, column = predicted class. I64 without weights and normalisation,
 * else F64. Uses labels and normalize.
 */
CF_API CF_NODISCARD cf_status cf_confusion_matrix(const cf_matrix *y_true, const cf_matrix *y_pred,
                                                  const cf_matrix *sample_weight,
                                                  const cf_metric_options *options, cf_matrix *out);

/**
 * out (k, 4): precision, recall, F-beta and support of each class; (1, 4) with an average, support
 * NaN. Options as cf_fbeta, average default none.
 */
CF_API CF_NODISCARD cf_status cf_precision_recall_fscore_support(const cf_matrix *y_true,
                                                                 const cf_matrix *y_pred,
                                                                 const cf_matrix *sample_weight,
                                                                 const cf_metric_options *options,
                                                                 cf_matrix *out);

/** One line of a report. */
typedef struct cf_report_row {
    char *name; /**< a class, "accuracy", "micro avg", "macro avg", "weighted avg", "samples avg" */
    double precision, recall, f1, support;
} cf_report_row;

/** A classification report: the classes, then the averages. Released by cf_report_clear. */
typedef struct cf_report {
    cf_index n_classes;
    cf_report_row *rows; /**< (n_classes + n_averages) */
    bool weighted;       /**< supports are sums of weights, not counts */
    cf_index n_averages; /**< 3; 4 of indicator matrices */
} cf_report;

/** Fills `out` ({0} before). Uses labels, target_names, zero_division. */
CF_API CF_NODISCARD cf_status cf_classification_report(const cf_matrix *y_true,
                                                       const cf_matrix *y_pred,
                                                       const cf_matrix *sample_weight,
                                                       const cf_metric_options *options,
                                                       cf_report *out);

/** The report as scikit-learn prints it, `digits` after the point; released by cf_text_free. */
CF_API CF_NODISCARD cf_status cf_report_to_text(const cf_report *report, int digits, char **out);

/** Releases a report and makes it empty; NULL is allowed. */
CF_API void cf_report_clear(cf_report *report);

/* ---- classes against scores and probabilities ---- */

/**
 * -mean log of the probability given to the true class. y_pred: (n, n_classes) in the order of the
 * sorted labels, or (n, 1) of the greater of two. Uses labels.
 */
CF_API CF_NODISCARD cf_status cf_log_loss(const cf_matrix *y_true, const cf_matrix *y_pred,
                                          const cf_matrix *sample_weight,
                                          const cf_metric_options *options, double *out);

/** Mean squared distance of probabilities, shaped as for cf_log_loss, from 0 and 1; halved for two
 * classes. Uses labels, and pos_label for (n, 1). */
CF_API CF_NODISCARD cf_status cf_brier_score_loss(const cf_matrix *y_true, const cf_matrix *y_pred,
                                                  const cf_matrix *sample_weight,
                                                  const cf_metric_options *options, double *out);

/** 1 - log loss / log loss of the class shares. As cf_log_loss. */
CF_API CF_NODISCARD cf_status cf_d2_log_loss(const cf_matrix *y_true, const cf_matrix *y_pred,
                                             const cf_matrix *sample_weight,
                                             const cf_metric_options *options, double *out);

/** 1 - Brier score / Brier score of the class shares. As cf_brier_score_loss. */
CF_API CF_NODISCARD cf_status cf_d2_brier_score(const cf_matrix *y_true, const cf_matrix *y_pred,
                                                const cf_matrix *sample_weight,
                                                const cf_metric_options *options, double *out);

/**
 * Area under the ROC curve. y_pred: (n, 1) scores of the greater of two labels, (n, 2)
 * probabilities, or (n, n_classes) probabilities with multi_class. Uses average (macro, weighted,
 * micro with ovr), labels, max_fpr. NaN with a warning when y_true has one class. Weights are not
 * supported by ovo.
 */
CF_API CF_NODISCARD cf_status cf_roc_auc(const cf_matrix *y_true, const cf_matrix *y_pred,
                                         const cf_matrix *sample_weight,
                                         const cf_metric_options *options, double *out);

/** Sum of precision times gain in recall over the thresholds. y_pred as for cf_roc_auc (ovr). Uses
 * average and pos_label. */
CF_API CF_NODISCARD cf_status cf_average_precision(const cf_matrix *y_true, const cf_matrix *y_pred,
                                                   const cf_matrix *sample_weight,
                                                   const cf_metric_options *options, double *out);

/** Share of rows whose true class is among the k with the highest scores. y_pred as for cf_roc_auc.
 * Uses k and labels. */
CF_API CF_NODISCARD cf_status cf_top_k_accuracy(const cf_matrix *y_true, const cf_matrix *y_pred,
                                                const cf_matrix *sample_weight,
                                                const cf_metric_options *options, double *out);

/**
 * out (n_points, 3): false positive rate, true positive rate, threshold, from (0, 0, inf) on.
 * y_pred: (n, 1) or (n, 2). pos_label is needed unless the labels are 0 and 1 or -1 and 1. Uses
 * keep_intermediate.
 */
CF_API CF_NODISCARD cf_status cf_roc_curve(const cf_matrix *y_true, const cf_matrix *y_pred,
                                           const cf_matrix *sample_weight,
                                           const cf_metric_options *options, cf_matrix *out);

/** out (n_points, 3): precision, recall, threshold, thresholds ascending to (1, 0, inf). As
 * cf_roc_curve; uses drop_intermediate. */
CF_API CF_NODISCARD cf_status cf_precision_recall_curve(const cf_matrix *y_true,
                                                        const cf_matrix *y_pred,
                                                        const cf_matrix *sample_weight,
                                                        const cf_metric_options *options,
                                                        cf_matrix *out);

/** Area under the points (x, y) by the trapezoidal rule; x (n, 1) is monotone, n >= 2. */
CF_API CF_NODISCARD cf_status cf_auc(const cf_matrix *x, const cf_matrix *y, double *out);

/* ---- numbers against numbers: (n, n_outputs), averaged by multioutput or output_weights ---- */

/** 1 - residual sum of squares / total sum of squares. NaN with a warning for fewer than 2 rows. */
CF_API CF_NODISCARD cf_status cf_r2(const cf_matrix *y_true, const cf_matrix *y_pred,
                                    const cf_matrix *sample_weight,
                                    const cf_metric_options *options, double *out);

/** 1 - variance of the residuals / variance of y_true. */
CF_API CF_NODISCARD cf_status cf_explained_variance(const cf_matrix *y_true,
                                                    const cf_matrix *y_pred,
                                                    const cf_matrix *sample_weight,
                                                    const cf_metric_options *options, double *out);

/** Mean of (y - f)^2. */
CF_API CF_NODISCARD cf_status cf_mean_squared_error(const cf_matrix *y_true,
                                                    const cf_matrix *y_pred,
                                                    const cf_matrix *sample_weight,
                                                    const cf_metric_options *options, double *out);

/** Square root of the mean squared error of each output. */
CF_API CF_NODISCARD cf_status cf_root_mean_squared_error(const cf_matrix *y_true,
                                                         const cf_matrix *y_pred,
                                                         const cf_matrix *sample_weight,
                                                         const cf_metric_options *options,
                                                         double *out);

/** Mean of (log(1 + y) - log(1 + f))^2; both > -1. */
CF_API CF_NODISCARD cf_status cf_mean_squared_log_error(const cf_matrix *y_true,
                                                        const cf_matrix *y_pred,
                                                        const cf_matrix *sample_weight,
                                                        const cf_metric_options *options,
                                                        double *out);

/** Square root of the mean squared logarithmic error of each output. */
CF_API CF_NODISCARD cf_status cf_root_mean_squared_log_error(const cf_matrix *y_true,
                                                             const cf_matrix *y_pred,
                                                             const cf_matrix *sample_weight,
                                                             const cf_metric_options *options,
                                                             double *out);

/** Mean of |y - f|. */
CF_API CF_NODISCARD cf_status cf_mean_absolute_error(const cf_matrix *y_true,
                                                     const cf_matrix *y_pred,
                                                     const cf_matrix *sample_weight,
                                                     const cf_metric_options *options, double *out);

/** Median of |y - f|; the weighted one averages at the half-way point. */
CF_API CF_NODISCARD cf_status cf_median_absolute_error(const cf_matrix *y_true,
                                                       const cf_matrix *y_pred,
                                                       const cf_matrix *sample_weight,
                                                       const cf_metric_options *options,
                                                       double *out);

/** Mean of |y - f| / max(|y|, epsilon). */
CF_API CF_NODISCARD cf_status cf_mean_absolute_percentage_error(const cf_matrix *y_true,
                                                                const cf_matrix *y_pred,
                                                                const cf_matrix *sample_weight,
                                                                const cf_metric_options *options,
                                                                double *out);

/** Largest |y - f| of one output; takes no weights. */
CF_API CF_NODISCARD cf_status cf_max_error(const cf_matrix *y_true, const cf_matrix *y_pred,
                                           const cf_matrix *sample_weight,
                                           const cf_metric_options *options, double *out);

/** Mean Poisson deviance of one output: y >= 0, f > 0. */
CF_API CF_NODISCARD cf_status cf_mean_poisson_deviance(const cf_matrix *y_true,
                                                       const cf_matrix *y_pred,
                                                       const cf_matrix *sample_weight,
                                                       const cf_metric_options *options,
                                                       double *out);

/** Mean gamma deviance of one output: y > 0, f > 0. */
CF_API CF_NODISCARD cf_status cf_mean_gamma_deviance(const cf_matrix *y_true,
                                                     const cf_matrix *y_pred,
                                                     const cf_matrix *sample_weight,
                                                     const cf_metric_options *options, double *out);

/** 1 - mean absolute error / that of the median. NaN with a warning for fewer than 2 rows. */
CF_API CF_NODISCARD cf_status cf_d2_absolute_error(const cf_matrix *y_true, const cf_matrix *y_pred,
                                                   const cf_matrix *sample_weight,
                                                   const cf_metric_options *options, double *out);

/** out (n_columns, 1) = the metric of each column by itself (multioutput="raw_values"); texts are
 * CF_ERR_TYPE. */
CF_API CF_NODISCARD cf_status cf_metric_per_output(cf_metric_fn metric, const cf_matrix *y_true,
                                                   const cf_matrix *y_pred,
                                                   const cf_matrix *sample_weight,
                                                   const cf_metric_options *options,
                                                   cf_matrix *out);

/* ---- clusters against classes: no weights ---- */

/** Rand index adjusted for chance. */
CF_API CF_NODISCARD cf_status cf_adjusted_rand(const cf_matrix *y_true, const cf_matrix *y_pred,
                                               const cf_matrix *sample_weight,
                                               const cf_metric_options *options, double *out);

/** Share of pairs of rows on which both labellings agree. */
CF_API CF_NODISCARD cf_status cf_rand(const cf_matrix *y_true, const cf_matrix *y_pred,
                                      const cf_matrix *sample_weight,
                                      const cf_metric_options *options, double *out);

/** Mutual information, in nats. */
CF_API CF_NODISCARD cf_status cf_mutual_info(const cf_matrix *y_true, const cf_matrix *y_pred,
                                             const cf_matrix *sample_weight,
                                             const cf_metric_options *options, double *out);

/** Mutual information over an average of the entropies. Uses entropy_average. */
CF_API CF_NODISCARD cf_status cf_normalized_mutual_info(const cf_matrix *y_true,
                                                        const cf_matrix *y_pred,
                                                        const cf_matrix *sample_weight,
                                                        const cf_metric_options *options,
                                                        double *out);

/** Normalised mutual information adjusted for chance. Uses entropy_average. */
CF_API CF_NODISCARD cf_status cf_adjusted_mutual_info(const cf_matrix *y_true,
                                                      const cf_matrix *y_pred,
                                                      const cf_matrix *sample_weight,
                                                      const cf_metric_options *options,
                                                      double *out);

/** Each cluster holds one class: 1 - H(class | cluster) / H(class). */
CF_API CF_NODISCARD cf_status cf_homogeneity(const cf_matrix *y_true, const cf_matrix *y_pred,
                                             const cf_matrix *sample_weight,
                                             const cf_metric_options *options, double *out);

/** Each class lies in one cluster: 1 - H(cluster | class) / H(cluster). */
CF_API CF_NODISCARD cf_status cf_completeness(const cf_matrix *y_true, const cf_matrix *y_pred,
                                              const cf_matrix *sample_weight,
                                              const cf_metric_options *options, double *out);

/** Harmonic mean of homogeneity and completeness. Uses beta. */
CF_API CF_NODISCARD cf_status cf_v_measure(const cf_matrix *y_true, const cf_matrix *y_pred,
                                           const cf_matrix *sample_weight,
                                           const cf_metric_options *options, double *out);

/** Geometric mean of pairwise precision and recall. */
CF_API CF_NODISCARD cf_status cf_fowlkes_mallows(const cf_matrix *y_true, const cf_matrix *y_pred,
                                                 const cf_matrix *sample_weight,
                                                 const cf_metric_options *options, double *out);

/**
 * out (n, 1) = (b - a) / max(a, b): a = mean distance to the own cluster, b = to the nearest other
 * one; 0 for a cluster of one. X is (n, n_features), or (n, n) distances with `precomputed`. The
 * labels number 2 to n - 1 (CF_ERR_DATA).
 */
CF_API CF_NODISCARD cf_status cf_silhouette_samples(const cf_matrix *X, const cf_matrix *labels,
                                                    const cf_metric_options *options,
                                                    cf_matrix *out);

/** Mean of cf_silhouette_samples. */
CF_API CF_NODISCARD cf_status cf_silhouette_score(const cf_matrix *X, const cf_matrix *labels,
                                                  const cf_metric_options *options, double *out);

/* ---- scorers ---- */

/** What a scorer asks of a model. */
typedef enum cf_scorer_response {
    CF_SCORER_PREDICT,       /**< predict */
    CF_SCORER_PROBABILITIES, /**< predict_proba */
    CF_SCORER_DECISION       /**< decision_function, else predict_proba */
} cf_scorer_response;

/** A scorer: greater is better. Grows only at the end. */
typedef struct cf_scorer {
    const char *name;    /**< scikit-learn's ("neg_mean_squared_error") */
    const char *summary; /**< one line */
    int sign;            /**< the score is sign * metric: -1 for errors and losses */
    cf_scorer_response response;
    bool takes_weights;
    cf_metric_fn metric;
    cf_metric_options options; /**< what the metric is called with */
    cf_score_fn score; /**< of a scorer of the caller's own, instead of all above but name */
    void *score_ctx;
} cf_scorer;

/** Number of scorers. */
CF_API cf_index cf_scorer_count(void);

/** Scorer i, in alphabetical order; NULL when there is none. Static. */
CF_API const cf_scorer *cf_scorer_at(cf_index i);

/** The scorer called `name`, or NULL (the message then suggests the nearest). Static. */
CF_API const cf_scorer *cf_scorer_find(const char *name);

/**
 * The named score of a fitted model on (X, y); NULL names its own score. sample_weight may be NULL;
 * scorers that take none ignore it. CF_ERR_NAME, CF_ERR_UNSUPPORTED (the model has no such method),
 * and what predict and the metric return.
 */
CF_API CF_NODISCARD cf_status cf_score_with(const cf_estimator *e, const char *scorer,
                                            const cf_matrix *X, const cf_matrix *y,
                                            const cf_matrix *sample_weight, double *out);

CF_END_DECLS

#endif
