/* SPDX-License-Identifier: BSD-3-Clause */
/* ShuffleSplit: independent random cuts of the rows into a training and a test set. */
#include "model_selection/folds.h"

typedef struct shuffle_split {
    cf_estimator base;
    int64_t n_splits;
    cf_value test_size;  /* None, rows or share */
    cf_value train_size; /* None, rows or share */
    cf_value random_state;
} shuffle_split;

static cf_status split(const cf_estimator *self, const cf_split_args *args, cf_folds *out)
{
    const shuffle_split *s = (const shuffle_split *)self;
    cf_index n_train, n_test;
    cf_random r;
    /* A tenth is tested where neither size is given, as in scikit-learn. */
    CF_TRY(cfi_split_sizes("ShuffleSplit", args->n_samples, &s->test_size, &s->train_size, 0.1,
                           &n_train, &n_test));
    CF_TRY(cf_random_from_value(&r, &s->random_state));
    CF_TRY(cfi_shuffle_split(&r, args->n_samples, s->n_splits, n_train, n_test, out));
    return cf_run_return_random(args->run, self, &r);
}

static const cf_param params[] = {
    CF_ROW_INT(shuffle_split, n_splits, "10", "[1, inf)", "number of draws"),
    CF_ROW_VALUE(shuffle_split, test_size, "None", "None | int [1, inf) | real (0, 1)",
                 "rows of the test set, or their share; None: the rest, or 0.1"),
    CF_ROW_VALUE(shuffle_split, train_size, "None", "None | int [1, inf) | real (0, 1)",
                 "rows of the training set, or their share; None: the rest"),
    CF_ROW_RANDOM_STATE(shuffle_split, "seed of the draws"),
    CF_END,
};

CF_CLASS(ShuffleSplit) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "ShuffleSplit",
    .module = "model_selection",
    .signature = "n_splits, *, test_size, train_size, random_state",
    .summary = "Random cuts into training and test rows",
    .doc = "Objective\n  Each split permutes the rows: the first are tested, the next trained on.\n"
           "Input\n  The number of rows.\n"
           "Errors\n  CF_ERR_ARGUMENT: sizes that do not fit the rows.\n"
           "Cost\n  O(n n_splits) time and memory.\n"
           "Source\n  Picard and Cook, Cross-validation of regression models, JASA 79, 1984,\n"
           "  doi:10.1080/01621459.1984.10478083.\n"
           "Example\n  examples/cross_validation.c\n",
    .kind = CF_SPLITTER,
    .size = sizeof(shuffle_split),
    .params = params,
    .split = split,
};
