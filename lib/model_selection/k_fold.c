/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * KFold: k contiguous blocks of rows, or of shuffled rows, whose sizes differ by one at most; each
 * is the test set once. The shuffle is NumPy's, so that a seed gives scikit-learn's folds.
 */
#include "model_selection/folds.h"

typedef struct k_fold {
    cf_estimator base;
    int64_t n_splits;
    bool shuffle;
    cf_value random_state;
} k_fold;

/* Also the partition of RepeatedKFold. Only which fold a row is in comes from the shuffle: both
 * sides of a fold list their rows in ascending order, as scikit-learn's masks do. */
cf_status cfi_assign_rows(const char *owner, cf_index n, cf_index k, cf_random *r, cf_index *fold)
{
    cf_index *order = NULL;
    CF_TRY(cfi_check_fold_count(owner, k, n));
    CF_TRY(CF_ALLOC(order, n));
    for (cf_index i = 0; i < n; i++)
        order[i] = i;
    if (r)
        cf_random_shuffle(r, order, n);
    /* Runs of the order: n / k rows, and one more in the first n mod k. */
    for (cf_index f = 0, at = 0; f < k; f++)
        for (cf_index end = at + n / k + (f < n % k); at < end; at++)
            fold[order[at]] = f;
    cf_free(order);
    return CF_OK;
}

static cf_status split(const cf_estimator *self, const cf_split_args *args, cf_folds *out)
{
    const k_fold *s = (const k_fold *)self;
    const cf_index n = args->n_samples;
    /* Set and used only to shuffle: without it nothing is drawn, and no state is returned. */
    cf_random r;
    cf_index *fold = NULL;
    cf_status status = CF_OK;
    if (s->shuffle)
        CF_GO(cf_random_from_value(&r, &s->random_state));
    CF_GO(CF_ALLOC(fold, n));
    CF_GO(cfi_assign_rows("KFold", n, s->n_splits, s->shuffle ? &r : NULL, fold));
    CF_GO(cfi_folds_from_assignment(fold, n, s->n_splits, out));
    if (s->shuffle)
        CF_GO(cf_run_return_random(args->run, self, &r));
cleanup:
    cf_free(fold);
    return status;
}

static cf_status check_params(const cf_estimator *self)
{
    const k_fold *s = (const k_fold *)self;
    return cfi_check_shuffle("KFold", s->shuffle, &s->random_state);
}

static const cf_param params[] = {
    CF_ROW_INT(k_fold, n_splits, "5", "[2, inf)", "number of folds"),
    CF_ROW_BOOL(k_fold, shuffle, "false", "shuffle the rows before they are cut"),
    CF_ROW_RANDOM_STATE(k_fold, "seed of the shuffle"),
    CF_END,
};

CF_CLASS(KFold) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "KFold",
    .module = "model_selection",
    .signature = "n_splits, *, shuffle, random_state",
    .summary = "Splits rows into k folds of equal size",
    .doc = "Objective\n"
           "  The first n mod k folds have one row more; each fold is the test set once.\n"
           "Input\n  The number of rows.\n"
           "Errors\n  CF_ERR_ARGUMENT: more folds than rows, or random_state without shuffle.\n"
           "Cost\n  O(n k) time and memory.\n"
           "Source\n  Stone, Cross-validatory choice, JRSS B 36, 1974, "
           "doi:10.1111/j.2517-6161.1974.tb00994.x.\n"
           "Example\n  examples/cross_validation.c\n",
    .kind = CF_SPLITTER,
    .size = sizeof(k_fold),
    .params = params,
    .split = split,
    .check_params = check_params,
};
