/* SPDX-License-Identifier: BSD-3-Clause */
/* StratifiedKFold with shuffled rows, several times with further draws of one generator. */
#include "model_selection/folds.h"

typedef struct repeated_stratified_k_fold {
    cf_estimator base;
    int64_t n_splits;
    int64_t n_repeats;
    cf_value random_state;
} repeated_stratified_k_fold;

static cf_status split(const cf_estimator *self, const cf_split_args *args, cf_folds *out)
{
    const repeated_stratified_k_fold *s = (const repeated_stratified_k_fold *)self;
    const char *owner = self->cls->name;
    const cf_index n = args->n_samples, k = s->n_splits, repeats = s->n_repeats;
    cf_random r;
    cfi_strata y = {0};
    cf_index *fold = NULL;
    cf_status status = CF_OK;
    /* Once: the classes are the same in every repetition. */
    CF_GO(cfi_strata_read(owner, args, k, &y));
    CF_GO(CF_ALLOC(fold, n));
    /* One generator for all repetitions: each goes on where the one before stopped, as in
     * scikit-learn. */
    CF_GO(cf_random_from_value(&r, &s->random_state));
    for (cf_index repeat = 0; repeat < repeats; repeat++) {
        CF_GO(cfi_assign_classes(&y, k, &r, fold));
        if (repeat == 0)
            CF_GO(cfi_folds_begin_repeated(out, n, k, repeats));
        cfi_folds_add_assignment(out, fold, n, k);
    }
    CF_GO(cf_run_return_random(args->run, self, &r));
cleanup:
    cfi_strata_clear(&y);
    cf_free(fold);
    return status;
}

static const cf_param params[] = {
    CF_ROW_INT(repeated_stratified_k_fold, n_splits, "5", "[2, inf)", "folds of each repetition"),
    CF_ROW_INT(repeated_stratified_k_fold, n_repeats, "10", "[1, inf)", "repetitions"),
    CF_ROW_RANDOM_STATE(repeated_stratified_k_fold, "of the shuffling"),
    CF_END,
};

CF_CLASS(RepeatedStratifiedKFold) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "RepeatedStratifiedKFold",
    .module = "model_selection",
    .signature = "*, n_splits, n_repeats, random_state",
    .summary = "StratifiedKFold repeated with other permutations",
    .doc =
        "Objective\n"
        "  n_repeats times the folds of StratifiedKFold(shuffle=true).\n"
        "Input\n"
        "  y (n, 1): whole numbers or texts. groups is ignored.\n"
        "Errors\n"
        "  As StratifiedKFold.\n"
        "Cost\n"
        "  O(n n_splits n_repeats) time and memory.\n"
        "Threads\n"
        "  None are used.\n"
        "Notes\n"
        "  The same folds as scikit-learn for the same random_state.\n"
        "Source\n"
        "  R. Kohavi, A study of cross-validation and bootstrap for accuracy estimation and model\n"
        "  selection, IJCAI 1995.\n"
        "Example\n"
        "  examples/cross_validation.c\n",
    .kind = CF_SPLITTER,
    .tags = CF_TAG_NONDETERMINISTIC | CF_TAG_REQUIRES_Y,
    .size = sizeof(repeated_stratified_k_fold),
    .params = params,
    .split = split,
};
