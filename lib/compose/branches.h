/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Transformers side by side: what ColumnTransformer (each on its own columns) and FeatureUnion
 * (each on all of them) share. The outputs are joined in the order of the branches.
 */
#ifndef COFIT_COMPOSE_BRANCHES_H
#define COFIT_COMPOSE_BRANCHES_H

#include "estimator/instance.h"

/* What a branch does with its columns. */
enum { CFI_BRANCH_FITS, CFI_BRANCH_PASSES, CFI_BRANCH_DROPS };

/* The instance of both classes; each has the parameter rows it needs. */
typedef struct cfi_branches {
    cf_estimator base;
    cf_steps steps;               /* the parameter: transformers, or transformer_list */
    cf_value remainder;           /* ColumnTransformer: drop, passthrough or an estimator */
    double sparse_threshold;      /* FeatureUnion has no such parameter: its fit sets it above 1 */
    cf_value transformer_weights; /* None, or a map from step names to factors */
    bool verbose_feature_names_out;
    /* state */
    cf_estimators transformers_; /* one a branch, fitted by role; else NULL or unused */
    cf_strings branch_names_;    /* of the steps; "remainder" */
    cf_matrices columns_;        /* one a branch: (k, 1) I64 positions in X */
    cf_array roles_;             /* (n_branches) U8: CFI_BRANCH_... */
    cf_array widths_;            /* (n_branches) I64: columns it puts out */
    int64_t n_branches;          /* the steps, and the remainder of a ColumnTransformer */
    bool sparse_output_;         /* decided in fit, for every later output */
} cfi_branches;

/* Makes room for `count` branches: names, roles and columns are the caller's to fill, by
 * cfi_branches_set for each. */
CF_NODISCARD cf_status cfi_branches_begin(cfi_branches *b, cf_index count);

/* Branch i: a clone of `estimator` (or pass or drop) on `n` columns, which are copied. NULL
 * estimator without `drop`: pass. */
CF_NODISCARD cf_status cfi_branches_set(cfi_branches *b, cf_index i, const char *name,
                                        const cf_estimator *estimator, bool drop,
                                        const cf_index *columns, cf_index n);

/* Fits every branch; out may be NULL (fit) or gets the joined output (fit_transform). */
CF_NODISCARD cf_status cfi_branches_fit(cfi_branches *b, const cf_fit_args *args, cf_matrix *out);

/* Slots both classes have. */
CF_NODISCARD cf_status cfi_branches_transform(const cf_estimator *self, const cf_matrix *X,
                                              cf_run *run, cf_matrix *out);
CF_NODISCARD cf_status cfi_branches_feature_names(const cf_estimator *self, const cf_schema *in,
                                                  cf_schema **out);
CF_NODISCARD cf_status cfi_branches_validate(const cf_estimator *self);
CF_NODISCARD cf_status cfi_branches_check_params(const cf_estimator *self);
void cfi_branches_traits(const cf_estimator *self, cf_traits *t);
void cfi_branches_used(const cf_estimator *self, bool *used);

/* The state rows of both. */
extern const cf_state cfi_branches_state[];

#endif
