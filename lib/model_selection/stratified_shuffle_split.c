/* SPDX-License-Identifier: BSD-3-Clause */
/* StratifiedShuffleSplit: random cuts that keep the shares of the classes on both sides. */
#include "model_selection/folds.h"

typedef struct stratified_shuffle_split {
    cf_estimator base;
    int64_t n_splits;
    cf_value test_size;  /* None, rows or share */
    cf_value train_size; /* None, rows or share */
    cf_value random_state;
} stratified_shuffle_split;

static cf_status split(const cf_estimator *self, const cf_split_args *args, cf_folds *out)
{
    const stratified_shuffle_split *s = (const stratified_shuffle_split *)self;
    cf_index n_train, n_test;
    cf_random r;
    cf_index *codes = NULL, k = 0;
    cf_status status = CF_OK;
    if (!args->y)
        return cf_fail(CF_ERR_ARGUMENT, "StratifiedShuffleSplit: y is needed");
    CF_GO(cfi_split_sizes("StratifiedShuffleSplit", args->n_samples, &s->test_size, &s->train_size,
                          0.1, &n_train, &n_test));
    CF_GO(cfi_codes_of("StratifiedShuffleSplit", args->y, args->n_samples, &codes, &k));
    CF_GO(cf_random_from_value(&r, &s->random_state));
    CF_GO(cfi_stratified_shuffle_split("StratifiedShuffleSplit", &r, codes, args->n_samples, k,
                                       s->n_splits, n_train, n_test, out));
    CF_GO(cf_run_return_random(args->run, self, &r));
cleanup:
    cf_free(codes);
    return status;
}

static const cf_param params[] = {
    CF_ROW_INT(stratified_shuffle_split, n_splits, "10", "[1, inf)", "number of draws"),
    CF_ROW_VALUE(stratified_shuffle_split, test_size, "None", "None | int [1, inf) | real (0, 1)",
                 "rows of the test set, or their share; None: the rest, or 0.1"),
    CF_ROW_VALUE(stratified_shuffle_split, train_size, "None", "None | int [1, inf) | real (0, 1)",
                 "rows of the training set, or their share; None: the rest"),
    CF_ROW_RANDOM_STATE(stratified_shuffle_split, "seed of the draws"),
    CF_END,
};

CF_CLASS(StratifiedShuffleSplit) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "StratifiedShuffleSplit",
    .module = "model_selection",
    .signature = "n_splits, *, test_size, train_size, random_state",
    .summary = "Random cuts that keep the shares of the classes",
    .doc = "Objective\n  As ShuffleSplit, each class giving its share of both sets.\n"
           "Input\n  y: (n, 1) labels, texts or any numbers, each value a class.\n"
           "Errors\n"
           "  CF_ERR_DATA: a class with one member. CF_ERR_ARGUMENT: no y, sizes that do not fit "
           "the rows\n"
           "  or cannot hold every class.\n"
           "Cost\n  O(n n_splits) time and memory.\n"
           "Source\n  Kohavi, A study of cross-validation and bootstrap, IJCAI 1995.\n"
           "Example\n  examples/cross_validation.c\n",
    .kind = CF_SPLITTER,
    .tags = CF_TAG_REQUIRES_Y,
    .size = sizeof(stratified_shuffle_split),
    .params = params,
    .split = split,
};
