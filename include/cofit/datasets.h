/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file datasets.h
 * Bundled data sets, and generators of artificial ones.
 *
 * The generators draw as scikit-learn's do: the same random_state gives the same data, up to the
 * rounding of sums, cosines and logarithms. Option structs grow only at the end; all zero means
 * scikit-learn's defaults.
 */
#ifndef COFIT_DATASETS_H
#define COFIT_DATASETS_H

#include "estimator.h"

CF_BEGIN_DECLS

/** One bundled data set. */
typedef struct cf_dataset {
    const char *name;    /**< "iris" */
    const char *file;    /**< "iris.csv" */
    const char *targets; /**< the target columns, separated by commas */
    const char *summary; /**< one line */
    cf_index rows, cols; /**< of X, without the targets */
} cf_dataset;

/** Number of bundled data sets. */
CF_API cf_index cf_dataset_count(void);

/** Bundled data set i, in alphabetical order; NULL when there is none. Static. */
CF_API const cf_dataset *cf_dataset_at(cf_index i);

/** The bundled data set called `name`, or NULL. Static. */
CF_API const cf_dataset *cf_dataset_find(const char *name);

/**
 * The path of the file of data set `name`, released with cf_text_free. The folder is `folder`, or
 * when that is NULL the environment variable COFIT_DATASETS, or when that is unset the folder of
 * the installation. The file need not exist. CF_ERR_NAME, CF_ERR_MEMORY.
 */
CF_API CF_NODISCARD cf_status cf_dataset_path(const char *name, const char *folder, char **path);

/**
 * Reads a bundled data set: X with column names and dictionaries, y (n, 1) or (n, n_targets).
 * y may be NULL. CF_ERR_NAME, CF_ERR_IO, CF_ERR_FORMAT, CF_ERR_MEMORY.
 */
CF_API CF_NODISCARD cf_status cf_dataset_load(const char *name, cf_matrix *X, cf_matrix *y);

/** What cf_make_classification makes. */
typedef struct cf_classification_options {
    cf_index n_samples;            /**< 0 = 100 */
    cf_index n_features;           /**< 0 = 20 */
    cf_index n_informative;        /**< 0 = 2 */
    cf_index n_redundant;          /**< linear combinations of these; 0 = 2, negative = none */
    cf_index n_repeated;           /**< copies of these */
    cf_index n_classes;            /**< 0 = 2 */
    cf_index n_clusters_per_class; /**< 0 = 2 */
    cf_index n_weights;            /**< n_classes or n_classes - 1 */
    const double *weights;         /**< (n_weights) share of each class; NULL = equal */
    double flip_y;                 /**< share of random labels; 0 = 0.01, negative = none */
    double class_sep;              /**< half the side of the hypercube; 0 = 1, negative = 0 */
    bool polytope;                 /**< centres on a random polytope: hypercube=False */
    bool random_shift;             /**< shift=None: one in [-class_sep, class_sep] a feature */
    bool random_scale;             /**< scale=None: one in [1, 100] a feature */
    bool no_shuffle;               /**< keep samples and features in order */
    double shift;                  /**< added to every feature */
    double scale;                  /**< multiplies every feature, after the shift; 0 = 1 */
    const double *feature_shift;   /**< (n_features) instead of shift */
    const double *feature_scale;   /**< (n_features) instead of scale */
    cf_value random_state;         /**< None, cf_value_int(seed) or a state */
    cf_matrix *random_state_out;   /**< NULL, or gets what the draws left in the generator */
} cf_classification_options;

/**
 * Normal clusters at vertices of a hypercube: X (n_samples, n_features), y (n_samples, 1) I64
 * labels. NULL options are the defaults. CF_ERR_ARGUMENT, CF_ERR_MEMORY.
 */
CF_API CF_NODISCARD cf_status cf_make_classification(const cf_classification_options *options,
                                                     cf_matrix *X, cf_matrix *y);

/** What cf_make_regression makes. */
typedef struct cf_regression_options {
    cf_index n_samples;          /**< 0 = 100 */
    cf_index n_features;         /**< 0 = 100 */
    cf_index n_informative;      /**< 0 = 10; negative = none */
    cf_index n_targets;          /**< 0 = 1 */
    double bias;                 /**< added to every target */
    const double *biases;        /**< (n_targets) instead of bias */
    cf_index effective_rank;     /**< of X; 0 = well conditioned normal features */
    double tail_strength;        /**< of the singular values beyond it; 0 = 0.5, negative = 0 */
    double noise;                /**< standard deviation of the noise on y */
    bool no_shuffle;             /**< keep samples and features in order */
    cf_value random_state;       /**< None, cf_value_int(seed) or a state */
    cf_matrix *random_state_out; /**< NULL, or gets what the draws left in the generator */
} cf_regression_options;

/**
 * A random linear model: X (n_samples, n_features), y (n_samples, n_targets), and the coefficients
 * (n_features, n_targets) where `coef` is not NULL. CF_ERR_ARGUMENT, CF_ERR_MEMORY.
 */
CF_API CF_NODISCARD cf_status cf_make_regression(const cf_regression_options *options, cf_matrix *X,
                                                 cf_matrix *y, cf_matrix *coef);

/** What cf_make_blobs makes. */
typedef struct cf_blobs_options {
    cf_index n_samples;               /**< 0 = 100, shared evenly */
    cf_index n_features;              /**< 0 = 2 */
    cf_index n_centers;               /**< 0 = 3, or the rows of `centers` */
    const cf_index *samples_per_blob; /**< (n_centers) instead of n_samples */
    const cf_matrix *centers;         /**< (n_centers, n_features); NULL = drawn */
    double cluster_std;               /**< 0 = 1; negative = 0 */
    const double *cluster_stds;       /**< (n_centers) instead of cluster_std */
    double center_box[2];             /**< drawn centres lie between; 0, 0 = -10, 10 */
    bool no_shuffle;                  /**< keep samples in order of their centre */
    cf_value random_state;            /**< None, cf_value_int(seed) or a state */
    cf_matrix *random_state_out;      /**< NULL, or gets what the draws left in the generator */
} cf_blobs_options;

/**
 * Isotropic normal blobs: X (n, n_features), y (n, 1) I64 labels, and the centres where `centers`
 * is not NULL. CF_ERR_ARGUMENT, CF_ERR_SHAPE, CF_ERR_MEMORY.
 */
CF_API CF_NODISCARD cf_status cf_make_blobs(const cf_blobs_options *options, cf_matrix *X,
                                            cf_matrix *y, cf_matrix *centers);

/** What cf_make_moons and cf_make_circles make. */
typedef struct cf_shapes_options {
    cf_index n_samples;        /**< 0 = 100, half of them outer */
    cf_index n_outer, n_inner; /**< instead of n_samples, when one of them is not 0 */
    bool no_shuffle;           /**< keep samples in order */
    double noise;              /**< standard deviation of the noise on X */
    double factor;         /**< circles: inner over outer radius in [0, 1); 0 = 0.8, negative = 0 */
    cf_value random_state; /**< None, cf_value_int(seed) or a state */
    cf_matrix *random_state_out; /**< NULL, or gets what the draws left in the generator */
} cf_shapes_options;

/** Two interleaving half circles: X (n, 2), y (n, 1) I64 labels. CF_ERR_ARGUMENT, CF_ERR_MEMORY. */
CF_API CF_NODISCARD cf_status cf_make_moons(const cf_shapes_options *options, cf_matrix *X,
                                            cf_matrix *y);

/** A circle inside another: X (n, 2), y (n, 1) I64 labels. CF_ERR_ARGUMENT, CF_ERR_MEMORY. */
CF_API CF_NODISCARD cf_status cf_make_circles(const cf_shapes_options *options, cf_matrix *X,
                                              cf_matrix *y);

/** What cf_make_friedman1 makes. */
typedef struct cf_friedman_options {
    cf_index n_samples;          /**< 0 = 100 */
    cf_index n_features;         /**< 0 = 10; at least 5 */
    double noise;                /**< standard deviation of the noise on y */
    cf_value random_state;       /**< None, cf_value_int(seed) or a state */
    cf_matrix *random_state_out; /**< NULL, or gets what the draws left in the generator */
} cf_friedman_options;

/**
 * Friedman's first problem (1991): y = 10 sin(pi x0 x1) + 20 (x2 - 0.5)^2 + 10 x3 + 5 x4 + noise
 * with uniform features, the others irrelevant. CF_ERR_ARGUMENT, CF_ERR_MEMORY.
 */
CF_API CF_NODISCARD cf_status cf_make_friedman1(const cf_friedman_options *options, cf_matrix *X,
                                                cf_matrix *y);

CF_END_DECLS

#endif
