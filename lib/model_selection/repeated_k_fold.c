/* SPDX-License-Identifier: BSD-3-Clause */
/* KFold with shuffled rows, several times with further draws of one generator. */
#include "model_selection/folds.h"

typedef struct repeated_k_fold {
    cf_estimator base;
    int64_t n_splits;
    int64_t n_repeats;
    cf_value random_state;
} repeated_k_fold;

static cf_status split(const cf_estimator *self, const cf_split_args *args, cf_folds *out)
{
    const repeated_k_fold *s = (const repeated_k_fold *)self;
    const char *owner = self->cls->name;
    const cf_index n = args->n_samples, k = s->n_splits, repeats = s->n_repeats;
    cf_random r;
    cf_index *fold = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(fold, n));
    /* One generator for all repetitions: each goes on where the one before stopped, as in
     * scikit-learn. */
    CF_GO(cf_random_from_value(&r, &s->random_state));
    for (cf_index repeat = 0; repeat < repeats; repeat++) {
        CF_GO(cfi_assign_rows(owner, n, k, &r, fold));
        /* After the first assignment, which checks n_splits against n: only then is k n a sane
         * size. */
        if (repeat == 0)
            CF_GO(cfi_folds_begin_repeated(out, n, k, repeats));
        cfi_folds_add_assignment(out, fold, n, k);
    }
    CF_GO(cf_run_return_random(args->run, self, &r));
cleanup:
    cf_free(fold);
    return status;
}

static const cf_param params[] = {
    CF_ROW_INT(repeated_k_fold, n_splits, "5", "[2, inf)", "folds of each repetition"),
    CF_ROW_INT(repeated_k_fold, n_repeats, "10", "[1, inf)", "repetitions"),
    CF_ROW_RANDOM_STATE(repeated_k_fold, "of the shuffling"),
    CF_END,
};

CF_CLASS(RepeatedKFold) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "RepeatedKFold",
    .module = "model_selection",
    .signature = "*, n_splits, n_repeats, random_state",
    .summary = "KFold repeated with other permutations",
    .doc =
        "Objective\n"
        "  n_repeats times the folds of KFold(shuffle=true).\n"
        "Input\n"
        "  The number of rows. y and groups are ignored.\n"
        "Errors\n"
        "  CF_ERR_ARGUMENT: n_splits is greater than the number of rows.\n"
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
    .tags = CF_TAG_NONDETERMINISTIC,
    .size = sizeof(repeated_k_fold),
    .params = params,
    .split = split,
};
