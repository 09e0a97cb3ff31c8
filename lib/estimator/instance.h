/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Inside an estimator: what the core keeps, and the calls composites make on their children.
 * Only lib/ includes this; estimators use extend.h.
 */
#ifndef COFIT_ESTIMATOR_INSTANCE_H
#define COFIT_ESTIMATOR_INSTANCE_H

#include "base/run.h"
#include "matrix/matrix.h"

/* How deep estimators, values and specs may nest. */
enum { CFI_MAX_DEPTH = 32 };

/* The same in a model file, where a step is a value in a list in a value: what parses can be saved,
 * and what was saved can be loaded. */
enum { CFI_MAX_FILE_DEPTH = 4 * CFI_MAX_DEPTH };

/* What the core keeps, saves and frees for every estimator. */
struct cfi_core {
    int references;          /* atomic */
    bool fitted;             /* set when fit has succeeded as a whole */
    bool y_1d;               /* y was a vector or absent: results have no axis of targets */
    bool refused;            /* cf_fit_scan found something: the old state comes back */
    cf_index n_features_in;  /* columns of X in fit; 0 before */
    cf_index n_targets;      /* columns of y; 0 without y */
    cf_schema *features_in;  /* names, kinds, categorical dictionaries of X in fit; NULL = unnamed
                                numeric */
    cf_schema *features_out; /* of transform; NULL until known */
    cf_matrix
        *classes; /* (n_targets) of a classifier: (k, 1) ascending labels; a dictionary for texts */
    cf_index *n_classes; /* (n_targets) of a classifier */
};

/* Forgets what the core knows of a fit. */
void cfi_core_clear(struct cfi_core *core);

/* ---- tables ---- */

/* The row called `name` (or whose older name it is, with `was`), or NULL. */
const cf_param *cfi_param_find(const cf_param *rows, const char *name);
const cf_state *cfi_state_find(const cf_state *rows, const char *name);

/* The field of a row in an instance (or in a method's argument struct). */
void *cfi_param_field(const cf_param *row, const void *object);
void *cfi_state_field(const cf_state *row, const cf_estimator *e);

/* Sets every row of `object` to its default; frees what rows own. `owner` begins messages. */
CF_NODISCARD cf_status cfi_params_default(const char *owner, const cf_param *rows, void *object);
void cfi_params_free(const cf_param *rows, void *object);

/* Reads a row as a value (a copy), and sets it from one (copied), type and range checked. */
CF_NODISCARD cf_status cfi_param_get(const cf_param *row, const void *object, cf_value *out);
CF_NODISCARD cf_status cfi_param_set(const char *owner, const cf_param *row, void *object,
                                     const cf_value *value);

/* True when the row holds its default. CF_ERR_MEMORY goes to *status. */
bool cfi_param_is_default(const cf_param *row, const void *object, cf_status *status);

/* Checks `value` against a row's `accepts`; an int is promoted in place where only a real is
 * accepted. */
CF_NODISCARD cf_status cfi_param_check(const char *owner, const cf_param *row, cf_value *value);

/* Checks every parameter of e (not of its children) and check_params. */
CF_NODISCARD cf_status cfi_check_params(const cf_estimator *e);

/* ---- life ---- */

/* A new estimator of a class with defaults. */
CF_NODISCARD cf_status cfi_new(cf_estimator **out, const cf_class *cls);

/* Releases every fitted attribute and what the core knows of the fit; parameters stay. */
void cfi_release_state(cf_estimator *e);

/* Exchanges that between two instances of one class. */
void cfi_swap_state(cf_estimator *a, cf_estimator *b);

/* What the instances of a class can be: kinds, tags, methods. */
cf_traits cfi_class_traits(const cf_class *cls);

/* What e is, as configured. */
cf_traits cfi_traits(const cf_estimator *e);

/* True when e, or the last step of a composite, is of the kind. */
bool cfi_is_kind(const cf_estimator *e, unsigned kind);

/* Frees steps; copies them with their estimators cloned. A failed copy leaves `to` as it was. */
void cfi_steps_clear(cf_steps *steps);
CF_NODISCARD cf_status cfi_steps_copy(const cf_steps *from, cf_steps *to);

/* The position of the step called `name`, or -1. */
cf_index cfi_steps_find(const cf_steps *steps, const char *name);

/* The first step whose name is missing, empty, holds "__", which parts names in "svc__C", or is
 * that of an earlier one (*repeated); -1 when all are sound. */
cf_index cfi_steps_bad_name(const cf_steps *steps, bool *repeated);

/* ---- what composites call on their children, inside the run of the outer call ---- */

/*
 * Fits a child. args->X is any matrix with its schema; the child's own needs (sparse, NaN, codes,
 * ...) are checked here. args->y is coded already (codes and classes of a classifier), weights
 * without the child's class_weight. Everything else is taken as it is.
 */
CF_NODISCARD cf_status cfi_fit(cf_estimator *child, const cf_fit_args *args);

/* As cf_fit, within a run: X, y and options are a caller's. For the folds of a cross-validation. */
CF_NODISCARD cf_status cfi_fit_checked(cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                                       const cf_fit_options *options, cf_run *run);

/* The same for partial_fit, fit_transform and fit_predict (codes). */
CF_NODISCARD cf_status cfi_partial_fit(cf_estimator *child, const cf_fit_args *args);
CF_NODISCARD cf_status cfi_fit_transform(cf_estimator *child, const cf_fit_args *args,
                                         cf_matrix *out);
CF_NODISCARD cf_status cfi_fit_predict(cf_estimator *child, const cf_fit_args *args,
                                       cf_matrix *out);

/* Which slot cfi_apply calls. */
typedef enum cfi_slot {
    CFI_PREDICT, /* codes of a classifier, not labels */
    CFI_PREDICT_PROBA,
    CFI_PREDICT_LOG_PROBA,
    CFI_DECISION_FUNCTION,
    CFI_TRANSFORM,
    CFI_INVERSE_TRANSFORM,
    CFI_SCORE_SAMPLES
} cfi_slot;

/* Gives the output of transform its names, kinds and dictionaries: those of fit, but for texts that
 * fit did not know, which the slot has told in the schema of `out`. */
CF_NODISCARD cf_status cfi_set_features_out(const cf_estimator *e, cf_matrix *out);

/* Applies a fitted child to X (columns matched and checked); transform's output gets its schema. */
CF_NODISCARD cf_status cfi_apply(const cf_estimator *child, cfi_slot slot, const cf_matrix *X,
                                 cf_run *run, cf_matrix *out);

/* The name of a slot's method ("predict_proba") and its CF_HAS_ bit. */
const char *cfi_slot_name(cfi_slot slot);
unsigned cfi_slot_bit(cfi_slot slot);

/* The schema of transform's output for input columns `in` (NULL: x0, x1, ...). */
CF_NODISCARD cf_status cfi_features_out(const cf_estimator *e, const cf_schema *in,
                                        cf_schema **out);

/* Codes (n, n_targets) of a fitted classifier as its labels. */
CF_NODISCARD cf_status cfi_decode(const cf_estimator *e, const cf_matrix *codes, cf_matrix *out);

/* cf_score inside a run; weights (n, 1) or NULL. */
CF_NODISCARD cf_status cfi_score(const cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                                 const cf_matrix *weights, cf_run *run, double *out);

/* ---- fitted state ---- */

/* Checks a fitted state whole: what its rows say, labels, then the class's validate. CF_ERR_FORMAT.
 */
CF_NODISCARD cf_status cfi_state_validate(const cf_estimator *e);

/* For a composite's validate: the child is fitted, to so many columns. */
bool cfi_state_reads(const cf_estimator *child, cf_index n_features);

/* For a composite's validate: the child is fitted and, where it predicts, has the parent's targets
 * and as many classes: its codes are read with the parent's labels. */
bool cfi_state_answers(const cf_estimator *child, const cf_estimator *parent);

/* The fitted child called `name` ("svc", "best_estimator_"), or NULL. */
const cf_estimator *cfi_state_child(const cf_estimator *e, const char *name, size_t length);

#endif
