/* SPDX-License-Identifier: BSD-3-Clause */
/* What a slot may count on: X, y, weights and options checked and brought into one form. */
#ifndef COFIT_ESTIMATOR_INPUT_H
#define COFIT_ESTIMATOR_INPUT_H

#include "estimator/labels.h"

/* The arguments of a fit with everything behind them; zero-initialised = empty. */
typedef struct cfi_input {
    cf_fit_args args;             /* points into the fields below and at what the caller gave */
    cf_matrix X, y, X_val, y_val; /* borrowed where the form was right already */
    cf_index n_targets;           /* how many entries `classes` has */
    cf_matrix *classes;           /* (n_targets): (k, 1) each; NULL unless a classifier */
    cf_index *n_classes;          /* (n_targets) */
    /* NULL = none: (n) with class_weight, (n) as given, (rows of X_val), a factor a class */
    double *weights, *weights_given, *weights_val, *class_weight;
    int64_t *groups; /* (n) codes, or NULL */
} cfi_input;

/* Releases what the input owns. */
void cfi_input_clear(cfi_input *input);

/*
 * Checks what a caller of fit (or partial_fit) gave and fills input->args. `known` are the classes
 * of the state partial_fit goes on from, or NULL. Nothing in e changes.
 */
CF_NODISCARD cf_status cfi_input_check(const cf_estimator *e, const cf_matrix *X,
                                       const cf_matrix *y, const cf_fit_options *options,
                                       bool partial, cf_run *run, cfi_input *input);

/* The arguments of a child's fit: X brought into its form, its own class_weight multiplied in. */
CF_NODISCARD cf_status cfi_input_for_child(const cf_estimator *child, const cf_fit_args *args,
                                           cfi_input *input);

/* X in the form the slots of e want; `out` borrows X where it can. min_rows is 1 in fit, 0
 * elsewhere. */
CF_NODISCARD cf_status cfi_check_form(const cf_estimator *e, const cf_traits *traits,
                                      const cf_matrix *X, const char *name, cf_index min_rows,
                                      cf_matrix *out);

/* What X of that form holds: no NaN, infinity or sign that e does not take. */
CF_NODISCARD cf_status cfi_check_numbers(const cf_estimator *e, const cf_traits *traits,
                                         const cf_matrix *X, const char *name, cf_run *run);

/* Both. */
CF_NODISCARD cf_status cfi_check_X(const cf_estimator *e, const cf_traits *traits,
                                   const cf_matrix *X, const char *name, cf_index min_rows,
                                   cf_run *run, cf_matrix *out);

/* out = the columns e was fitted with, from X: matched by name, codes translated; borrows X where
 * it can. */
CF_NODISCARD cf_status cfi_match_columns(const cf_estimator *e, const cf_matrix *X, cf_run *run,
                                         cf_matrix *out);

/* out = X, for inverse_transform: codes translated into the dictionaries of the output; borrows X
 * where it can. */
CF_NODISCARD cf_status cfi_match_output(const cf_estimator *e, const cf_matrix *X, cf_matrix *out);

/* What a model remembers of X's schema: no text dictionaries; NULL for unnamed numbers.
 * CF_ERR_DATA: a name twice. */
CF_NODISCARD cf_status cfi_remember_schema(const char *owner, const cf_schema *schema,
                                           cf_schema **out);

/* out = weights (n, 1) as doubles, checked: finite, not negative, not all zero. */
CF_NODISCARD cf_status cfi_check_weights(const char *owner, const cf_matrix *weights, cf_index n,
                                         double **out);

#endif
