/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file estimator.h
 * Estimators: make, configure, fit, predict, transform, inspect, save and load.
 *
 * A fitted estimator is immutable under the functions that take it as const: any number of threads
 * may predict with one model at the same time, each into an `out` of its own. Whoever sets, fits or
 * frees it must be the only one at it. X is (n_samples, n_features); a row is a sample.
 */
#ifndef COFIT_ESTIMATOR_H
#define COFIT_ESTIMATOR_H

#include "value.h"

CF_BEGIN_DECLS

/** The const table that describes a class of estimators (extend.h). */
typedef struct cf_class cf_class;

/** Receives progress in [0, 1] and what is being done; a non-zero return cancels the call. */
typedef int (*cf_progress_fn)(void *ctx, double fraction, const char *stage);

/** What a fit can be given beyond X and y; all zero = defaults. Grows only at the end. */
typedef struct cf_fit_options {
    const cf_matrix *sample_weight;     /**< (n, 1) non-negative, not all zero */
    const cf_matrix *groups;            /**< (n, 1) group of each sample, for group-wise splits */
    const cf_matrix *X_val;             /**< validation set: (m, n_features) */
    const cf_matrix *y_val;             /**< (m, n_targets) */
    const cf_matrix *sample_weight_val; /**< (m, 1) */
    const cf_matrix *classes;           /**< (k, 1) every label, for the first partial_fit */
    cf_progress_fn progress;            /**< called on the calling thread only */
    void *progress_ctx;
    cf_warning_fn warn; /**< NULL: the handler of cf_set_warning_handler */
    void *warn_ctx;
    const volatile int *cancel; /**< non-zero at any time cancels: may be set by a signal handler */
    double deadline;            /**< seconds until the call fails; 0 = none, negative: at once */
    int n_threads;              /**< 0 = omp_get_max_threads() of the caller */
    bool y_2d; /**< a single column of y counts as 2-D: attributes and predictions have its axis */
    cf_matrix *random_state_out; /**< NULL, or gets the state that the draws left in the estimator's
                                    generator, as random_state takes it; empty where it drew none */
} cf_fit_options;

/** A new unfitted estimator of the named class, default parameters. CF_ERR_NAME, CF_ERR_MEMORY. */
CF_API CF_NODISCARD cf_status cf_new(cf_estimator **out, const char *class_name);

/**
 * A new unfitted estimator from the spec language: "StandardScaler | SVC(C=10, gamma=scale)".
 * CF_ERR_FORMAT (message has the column), CF_ERR_NAME, CF_ERR_ARGUMENT, CF_ERR_TYPE, CF_ERR_MEMORY.
 */
CF_API CF_NODISCARD cf_status cf_parse(cf_estimator **out, const char *spec);

/** The estimator in the spec language (non-default parameters only); release with cf_text_free. */
CF_API CF_NODISCARD cf_status cf_to_text(const cf_estimator *e, char **out);

/**
 * A fitted Pipeline of steps [begin, end) of the fitted Pipeline `e`, whose fitted steps both
 * share. The caller owns *out. CF_ERR_NOT_FITTED; CF_ERR_TYPE: another class; CF_ERR_ARGUMENT: no
 * step, or none such.
 */
CF_API CF_NODISCARD cf_status cf_pipeline_part(const cf_estimator *e, cf_index begin, cf_index end,
                                               cf_estimator **out);

/** Releases one reference; NULL is allowed. */
CF_API void cf_estimator_free(cf_estimator *e);

/** One more reference to the same estimator; returns it. */
CF_API cf_estimator *cf_estimator_share(const cf_estimator *e);

/** A new unfitted estimator with the same parameters (nested ones cloned too). */
CF_API CF_NODISCARD cf_status cf_clone(cf_estimator **out, const cf_estimator *e);

/** Sets a bool parameter; `name` may be nested ("svc__C"). CF_ERR_NAME, CF_ERR_TYPE. */
CF_API CF_NODISCARD cf_status cf_set_bool(cf_estimator *e, const char *name, bool value);

/** Sets an integer parameter (an integer is promoted where only a real is accepted).
 * CF_ERR_ARGUMENT: out of range. */
CF_API CF_NODISCARD cf_status cf_set_int(cf_estimator *e, const char *name, int64_t value);

/** Sets a real parameter. CF_ERR_NAME, CF_ERR_TYPE, CF_ERR_ARGUMENT. */
CF_API CF_NODISCARD cf_status cf_set_real(cf_estimator *e, const char *name, double value);

/** Sets a text or choice parameter (copied). CF_ERR_NAME, CF_ERR_TYPE, CF_ERR_ARGUMENT. */
CF_API CF_NODISCARD cf_status cf_set_text(cf_estimator *e, const char *name, const char *value);

/** Sets a parameter to None. CF_ERR_NAME, CF_ERR_TYPE. */
CF_API CF_NODISCARD cf_status cf_set_none(cf_estimator *e, const char *name);

/** Sets a parameter to a copy of any value. CF_ERR_NAME, CF_ERR_TYPE, CF_ERR_ARGUMENT. */
CF_API CF_NODISCARD cf_status cf_set_value(cf_estimator *e, const char *name,
                                           const cf_value *value);

/** Sets a parameter to a copy of a matrix. CF_ERR_NAME, CF_ERR_TYPE. */
CF_API CF_NODISCARD cf_status cf_set_matrix(cf_estimator *e, const char *name,
                                            const cf_matrix *value);

/** Sets an estimator parameter or replaces a step; takes ownership of `value` on success only. */
CF_API CF_NODISCARD cf_status cf_set_estimator(cf_estimator *e, const char *name,
                                               cf_estimator *value);

/** Sets a parameter from its text in the spec language ("0.5", "None", "[1, 2]"). */
CF_API CF_NODISCARD cf_status cf_set_parsed(cf_estimator *e, const char *name, const char *text);

/** Reads any parameter as a value (a copy, release with cf_value_clear). CF_ERR_NAME. */
CF_API CF_NODISCARD cf_status cf_get_value(const cf_estimator *e, const char *name, cf_value *out);

/** Reads a bool parameter. CF_ERR_NAME, CF_ERR_TYPE. */
CF_API CF_NODISCARD cf_status cf_get_bool(const cf_estimator *e, const char *name, bool *out);

/** Reads an integer parameter. CF_ERR_NAME, CF_ERR_TYPE. */
CF_API CF_NODISCARD cf_status cf_get_int(const cf_estimator *e, const char *name, int64_t *out);

/** Reads a real (or integer) parameter. CF_ERR_NAME, CF_ERR_TYPE. */
CF_API CF_NODISCARD cf_status cf_get_real(const cf_estimator *e, const char *name, double *out);

/** Reads a text or choice parameter as a new text, released by cf_text_free. CF_ERR_NAME,
 * CF_ERR_TYPE. */
CF_API CF_NODISCARD cf_status cf_get_text(const cf_estimator *e, const char *name, char **out);

/** Reads an estimator parameter or step, borrowed. CF_ERR_NAME, CF_ERR_TYPE. */
CF_API CF_NODISCARD cf_status cf_get_estimator(const cf_estimator *e, const char *name,
                                               cf_estimator **out);

/**
 * Checks every parameter, then learns from X and y. y is (n, 1) or (n, k), NULL where the class
 * needs none. A failed check leaves `e` as it was; a failed fit leaves it unfitted and usable.
 * CF_ERR_ARGUMENT, CF_ERR_SHAPE, CF_ERR_TYPE, CF_ERR_DATA, CF_ERR_NUMERIC, CF_ERR_UNSUPPORTED,
 * CF_ERR_CANCELLED, CF_ERR_DEADLINE, CF_ERR_MEMORY.
 */
CF_API CF_NODISCARD cf_status cf_fit(cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                                     const cf_fit_options *options);

/** Learns more from another batch; the first call of a classifier needs options->classes. As
 * cf_fit. */
CF_API CF_NODISCARD cf_status cf_partial_fit(cf_estimator *e, const cf_matrix *X,
                                             const cf_matrix *y, const cf_fit_options *options);

/**
 * out = predictions: (n, n_targets) labels in the dtype they had in y, f64 values, or I32 cluster
 * numbers. Labels that were texts are f64 codes: cf_schema_text(out->schema, 0, code) is the text.
 * X is matched with the columns of fit by name, else by place. A failed call frees an owned `out`;
 * the numbers of a view may have been written over. CF_ERR_NOT_FITTED, CF_ERR_SHAPE (the width, a
 * column that lacks), CF_ERR_TYPE (texts for numbers), CF_ERR_DATA (NaN, infinity, an unknown
 * category), CF_ERR_UNSUPPORTED (the class has no predict).
 */
CF_API CF_NODISCARD cf_status cf_predict(const cf_estimator *e, const cf_matrix *X, cf_matrix *out);

/** out = class probabilities, (n, n_classes) in the order of cf_classes; with several targets their
 * columns side by side. As cf_predict. */
CF_API CF_NODISCARD cf_status cf_predict_proba(const cf_estimator *e, const cf_matrix *X,
                                               cf_matrix *out);

/** out = natural logarithms of the class probabilities, shaped as cf_predict_proba. */
CF_API CF_NODISCARD cf_status cf_predict_log_proba(const cf_estimator *e, const cf_matrix *X,
                                                   cf_matrix *out);

/** out = signed scores: (n, 1) for two classes, else one column a class (or a pair of classes). */
CF_API CF_NODISCARD cf_status cf_decision_function(const cf_estimator *e, const cf_matrix *X,
                                                   cf_matrix *out);

/** out = X transformed, (n, n_outputs), with the schema of the output columns; texts that fit did
 * not know have codes behind those of cf_features_out. */
CF_API CF_NODISCARD cf_status cf_transform(const cf_estimator *e, const cf_matrix *X,
                                           cf_matrix *out);

/** out = the inverse of cf_transform. CF_ERR_UNSUPPORTED where there is none. */
CF_API CF_NODISCARD cf_status cf_inverse_transform(const cf_estimator *e, const cf_matrix *X,
                                                   cf_matrix *out);

/** cf_fit, then cf_transform of the same X, in one pass where the class can. */
CF_API CF_NODISCARD cf_status cf_fit_transform(cf_estimator *e, const cf_matrix *X,
                                               const cf_matrix *y, const cf_fit_options *options,
                                               cf_matrix *out);

/** cf_fit, then the labels of the same X. */
CF_API CF_NODISCARD cf_status cf_fit_predict(cf_estimator *e, const cf_matrix *X,
                                             const cf_matrix *y, const cf_fit_options *options,
                                             cf_matrix *out);

/** out = a score a sample, (n, 1), higher = more normal or likelier. */
CF_API CF_NODISCARD cf_status cf_score_samples(const cf_estimator *e, const cf_matrix *X,
                                               cf_matrix *out);

/** The class's own score: accuracy, R2, minus inertia, ...; sample_weight may be NULL. */
CF_API CF_NODISCARD cf_status cf_score(const cf_estimator *e, const cf_matrix *X,
                                       const cf_matrix *y, const cf_matrix *sample_weight,
                                       double *out);

/** True after a successful fit. */
CF_API bool cf_is_fitted(const cf_estimator *e);

/** The class of an estimator. */
CF_API const cf_class *cf_class_of(const cf_estimator *e);

/** The name of the class ("Ridge"); static. */
CF_API const char *cf_class_name(const cf_class *cls);

/** True when the estimator, as configured, has the method ("predict_proba", "transform",
 * "kneighbors"). */
CF_API bool cf_has_method(const cf_estimator *e, const char *method);

/** Columns X had in fit; 0 before. */
CF_API cf_index cf_n_features_in(const cf_estimator *e);

/** Names and kinds of the columns seen in fit, borrowed; NULL when they were unnamed. */
CF_API const cf_schema *cf_features_in(const cf_estimator *e);

/** Names of the columns of transform's output (new reference). CF_ERR_NOT_FITTED,
 * CF_ERR_UNSUPPORTED. */
CF_API CF_NODISCARD cf_status cf_features_out(const cf_estimator *e, cf_schema **out);

/** The sorted labels of target `target`, (k, 1), borrowed view; texts are codes 0, 1, ... into the
 * dictionary of its schema. CF_ERR_NOT_FITTED, CF_ERR_NAME. */
CF_API CF_NODISCARD cf_status cf_classes(const cf_estimator *e, cf_index target, cf_matrix *out);

/**
 * A numeric fitted attribute as a view borrowed until the estimator is fitted again or released;
 * a scalar is 1 x 1. Nested: "svc__coef_". CF_ERR_NAME, CF_ERR_NOT_FITTED, CF_ERR_TYPE (not
 * numeric).
 */
CF_API CF_NODISCARD cf_status cf_attribute(const cf_estimator *e, const char *name, cf_matrix *out);

/** Any fitted attribute as a value (a copy): texts are a LIST, lists of matrices a LIST. */
CF_API CF_NODISCARD cf_status cf_attribute_value(const cf_estimator *e, const char *name,
                                                 cf_value *out);

/** A fitted nested estimator ("best_estimator_", "svc"), borrowed. */
CF_API CF_NODISCARD cf_status cf_attribute_estimator(const cf_estimator *e, const char *name,
                                                     const cf_estimator **out);

/** The names of the public fitted attributes as a LIST of texts. */
CF_API CF_NODISCARD cf_status cf_attribute_names(const cf_estimator *e, cf_value *out);

/**
 * Calls a method that is not one of the common ones ("kneighbors", "apply").
 * `args` is a MAP of argument names or NULL; outs has one matrix an output, `n_outs` of them.
 */
CF_API CF_NODISCARD cf_status cf_call(const cf_estimator *e, const char *method,
                                      const cf_value *args, const cf_matrix *X,
                                      cf_matrix *const *outs, int n_outs);

/** Writes the model, fitted or not, to `path` ("-" is standard output) through a temporary file and
 * a rename: the old file or the new one, never less. CF_ERR_IO, CF_ERR_UNSUPPORTED (a parameter
 * holds a function), CF_ERR_FORMAT (a state its class does not allow), CF_ERR_LIMIT, CF_ERR_MEMORY.
 */
CF_API CF_NODISCARD cf_status cf_save(const cf_estimator *e, const char *path);

/** Reads a model. Everything is validated first: CF_ERR_IO, CF_ERR_FORMAT, CF_ERR_LIMIT,
 * CF_ERR_MEMORY. */
CF_API CF_NODISCARD cf_status cf_load(cf_estimator **out, const char *path);

/** The model file as bytes, released by cf_bytes_free. */
CF_API CF_NODISCARD cf_status cf_save_memory(const cf_estimator *e, void **bytes, size_t *size);

/** Reads a model from bytes (copied). */
CF_API CF_NODISCARD cf_status cf_load_memory(cf_estimator **out, const void *bytes, size_t size);

/** Releases bytes the library gave; NULL is allowed. */
CF_API void cf_bytes_free(void *bytes);

/** Number of registered classes. */
CF_API cf_index cf_class_count(void);

/** Class i in the order of registration, or NULL. */
CF_API const cf_class *cf_class_at(cf_index i);

/** The class called `name`, or NULL. */
CF_API const cf_class *cf_class_find(const char *name);

/** Adds a class written outside the library (extend.h); the table is kept, not copied, and has to
 * live as long as the process. CF_ERR_ARGUMENT: bad table; CF_ERR_NAME: taken. */
CF_API CF_NODISCARD cf_status cf_register(const cf_class *cls);

/** Every class with parameters, defaults, attributes and methods, as JSON; release with
 * cf_text_free. */
CF_API CF_NODISCARD cf_status cf_registry_json(char **out);

/** What the estimator is, as configured, as JSON in the words of cf_registry_json: name, kind,
 * tags, methods. Release with cf_text_free. */
CF_API CF_NODISCARD cf_status cf_traits_json(const cf_estimator *e, char **out);

#ifndef __cplusplus
/** Sets a parameter of any plain C type. */
#define cf_set(e, name, value)                                                                     \
    _Generic((value),                                                                              \
        bool: cf_set_bool,                                                                         \
        float: cf_set_real,                                                                        \
        double: cf_set_real,                                                                       \
        char *: cf_set_text,                                                                       \
        const char *: cf_set_text,                                                                 \
        cf_estimator *: cf_set_estimator,                                                          \
        cf_value *: cf_set_value,                                                                  \
        const cf_value *: cf_set_value,                                                            \
        cf_matrix *: cf_set_matrix,                                                                \
        const cf_matrix *: cf_set_matrix,                                                          \
        default: cf_set_int)((e), (name), (value))
#endif

CF_END_DECLS

#ifdef __cplusplus
/** Sets a parameter of any plain C++ type. */
static inline cf_status cf_set(cf_estimator *e, const char *name, bool value)
{
    return cf_set_bool(e, name, value);
}
static inline cf_status cf_set(cf_estimator *e, const char *name, int value)
{
    return cf_set_int(e, name, value);
}
static inline cf_status cf_set(cf_estimator *e, const char *name, long value)
{
    return cf_set_int(e, name, value);
}
static inline cf_status cf_set(cf_estimator *e, const char *name, long long value)
{
    return cf_set_int(e, name, value);
}
static inline cf_status cf_set(cf_estimator *e, const char *name, unsigned value)
{
    return cf_set_int(e, name, static_cast<int64_t>(value));
}
static inline cf_status cf_set(cf_estimator *e, const char *name, unsigned long value)
{
    return cf_set_int(e, name, static_cast<int64_t>(value));
}
static inline cf_status cf_set(cf_estimator *e, const char *name, unsigned long long value)
{
    return cf_set_int(e, name, static_cast<int64_t>(value));
}
static inline cf_status cf_set(cf_estimator *e, const char *name, double value)
{
    return cf_set_real(e, name, value);
}
static inline cf_status cf_set(cf_estimator *e, const char *name, const char *value)
{
    return cf_set_text(e, name, value);
}
static inline cf_status cf_set(cf_estimator *e, const char *name, cf_estimator *value)
{
    return cf_set_estimator(e, name, value);
}
static inline cf_status cf_set(cf_estimator *e, const char *name, const cf_value *value)
{
    return cf_set_value(e, name, value);
}
static inline cf_status cf_set(cf_estimator *e, const char *name, const cf_matrix *value)
{
    return cf_set_matrix(e, name, value);
}
#endif

#endif
