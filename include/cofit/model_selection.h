/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file model_selection.h
 * Splits and cross-validation: the same folds as scikit-learn for the same random_state.
 */
#ifndef COFIT_MODEL_SELECTION_H
#define COFIT_MODEL_SELECTION_H

#include "estimator.h"

CF_BEGIN_DECLS

/** Train and test indices of every fold; release with cf_folds_clear. */
typedef struct cf_folds {
    cf_index count;
    cf_index *train_offsets,
        *test_offsets; /**< (count + 1): fold i is train[train_offsets[i] ..) */
    cf_index *train, *test;
} cf_folds;

/** Releases the folds and makes them empty; NULL is allowed. */
CF_API void cf_folds_clear(cf_folds *folds);

/**
 * The folds of a splitter ("KFold(n_splits=5)") over n_samples rows. y (n, 1) is needed by
 * stratified splitters, groups (n, 1) by group-wise ones; each may be NULL elsewhere. `out` starts
 * as {0}. CF_ERR_ARGUMENT, CF_ERR_DATA (a class with too few members), CF_ERR_UNSUPPORTED (not a
 * splitter), CF_ERR_MEMORY.
 */
CF_API CF_NODISCARD cf_status cf_split(const cf_estimator *splitter, cf_index n_samples,
                                       const cf_matrix *y, const cf_matrix *groups, cf_folds *out);

CF_END_DECLS

#endif
