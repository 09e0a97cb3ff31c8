/* SPDX-License-Identifier: BSD-3-Clause */
/* What splitters share: folds in the making, labels as codes, sizes of random splits. */
#ifndef COFIT_MODEL_SELECTION_FOLDS_H
#define COFIT_MODEL_SELECTION_FOLDS_H

#include "cofit/extend.h"

/* Room for `count` folds of at most n_train and n_test rows in all; cfi_folds_add fills them in
 * order. */
CF_NODISCARD cf_status cfi_folds_begin(cf_folds *folds, cf_index count, cf_index n_train,
                                       cf_index n_test);

/* Fold number folds->count, which grows; CF_OK always while there is room. */
void cfi_folds_add(cf_folds *folds, const cf_index *train, cf_index n_train, const cf_index *test,
                   cf_index n_test);

/* k folds from the fold each row is tested in: both sides ascend. */
CF_NODISCARD cf_status cfi_folds_from_assignment(const cf_index *fold, cf_index n, cf_index k,
                                                 cf_folds *out);

/* Room for `repeats` partitions of n rows into k folds. */
CF_NODISCARD cf_status cfi_folds_begin_repeated(cf_folds *folds, cf_index n, cf_index k,
                                                cf_index repeats);

/* Adds the k folds of one more partition, from the fold each row is tested in (-1: none). */
void cfi_folds_add_assignment(cf_folds *folds, const cf_index *fold, cf_index n, cf_index k);

/* codes[i] = rank of row i's label among the k sorted ones of a column; both are the caller's
 * (cf_free). */
CF_NODISCARD cf_status cfi_codes_of(const char *owner, const cf_matrix *y, cf_index n,
                                    cf_index **codes, cf_index *k);

/* Class labels are whole numbers or texts. */
CF_NODISCARD cf_status cfi_check_classes(const char *owner, const cf_matrix *y);

/* fold[i] of k consecutive folds of the rows, permuted by r unless it is NULL. */
CF_NODISCARD cf_status cfi_assign_rows(const char *owner, cf_index n, cf_index k, cf_random *r,
                                       cf_index *fold);

/* Classes numbered as they appear, for k folds with their shares; zero-initialised = empty. */
typedef struct cfi_strata {
    cf_index n, n_classes;
    cf_index *codes;  /* (n) */
    cf_index *counts; /* (n_classes) */
} cfi_strata;

/* Leaves it empty; may be called twice. */
void cfi_strata_clear(cfi_strata *strata);

/* Reads y and checks that its classes have members for k folds. */
CF_NODISCARD cf_status cfi_strata_read(const char *owner, const cf_split_args *args, cf_index k,
                                       cfi_strata *out);

/* fold[i] of k folds with the shares of the classes; r shuffles within them, NULL does not. */
CF_NODISCARD cf_status cfi_assign_classes(const cfi_strata *strata, cf_index k, cf_random *r,
                                          cf_index *fold);

/* Rows of a random split: test_size and train_size are None, a count or a share. */
CF_NODISCARD cf_status cfi_split_sizes(const char *owner, cf_index n, const cf_value *test_size,
                                       const cf_value *train_size, double default_test,
                                       cf_index *n_train, cf_index *n_test);

/* n_splits draws of ShuffleSplit, and of StratifiedShuffleSplit over codes of k classes. */
CF_NODISCARD cf_status cfi_shuffle_split(cf_random *r, cf_index n, cf_index n_splits,
                                         cf_index n_train, cf_index n_test, cf_folds *out);
CF_NODISCARD cf_status cfi_stratified_shuffle_split(const char *owner, cf_random *r,
                                                    const cf_index *codes, cf_index n, cf_index k,
                                                    cf_index n_splits, cf_index n_train,
                                                    cf_index n_test, cf_folds *out);

/* cf_split within a run; `out` is cleared on failure. */
CF_NODISCARD cf_status cfi_split(const cf_estimator *splitter, const cf_split_args *args,
                                 cf_folds *out);

/* Every index of the folds is a row below n, and every fold has rows on both sides. */
CF_NODISCARD cf_status cfi_folds_check(const char *owner, const cf_folds *folds, cf_index n);

/* Folds as a parameter lists them: (train, test) pairs of I64 columns of rows. */
CF_NODISCARD cf_status cfi_folds_from_value(const char *owner, const cf_value *pairs,
                                            cf_folds *out);

/* Refuses more folds than rows. */
CF_NODISCARD cf_status cfi_check_fold_count(const char *owner, int64_t n_splits, cf_index n);

/* Refuses a random_state without shuffle, which would have no effect. */
CF_NODISCARD cf_status cfi_check_shuffle(const char *owner, bool shuffle,
                                         const cf_value *random_state);

#endif
