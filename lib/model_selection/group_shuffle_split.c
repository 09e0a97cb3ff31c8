/* SPDX-License-Identifier: BSD-3-Clause */
/* Independent random training and test sets of whole groups; sizes count groups. */
#include "model_selection/folds.h"

typedef struct group_shuffle_split {
    cf_estimator base;
    int64_t n_splits;
    cf_value test_size; /* of the groups, not of the rows */
    cf_value train_size;
    cf_value random_state;
} group_shuffle_split;

/* Adds the rows of the drawn groups: side[g] = 1 trains, 2 tests, 0 neither. */
static void add_rows(const cf_index *codes, cf_index n, const char *side, cf_folds *out)
{
    const cf_index at = out->count++;
    cf_index train = out->train_offsets[at], test = out->test_offsets[at];
    for (cf_index i = 0; i < n; i++) {
        if (side[codes[i]] == 1)
            out->train[train++] = i;
        else if (side[codes[i]] == 2)
            out->test[test++] = i;
    }
    out->train_offsets[at + 1] = train;
    out->test_offsets[at + 1] = test;
}

/* Every split of the groups as rows. How many rows the drawn groups have is not known before: there
 * is room for n on both sides. */
static cf_status expand(const cf_index *codes, cf_index n, cf_index groups, const cf_folds *drawn,
                        cf_folds *out)
{
    char *side = NULL;
    if (drawn->count > INT64_MAX / n)
        return cf_out_of_memory();
    CF_TRY(CF_ALLOC(side, groups));
    const cf_status status = cfi_folds_begin(out, drawn->count, drawn->count * n, drawn->count * n);
    for (cf_index i = 0; status == CF_OK && i < drawn->count; i++) {
        for (cf_index g = 0; g < groups; g++)
            side[g] = 0;
        for (cf_index j = drawn->train_offsets[i]; j < drawn->train_offsets[i + 1]; j++)
            side[drawn->train[j]] = 1;
        for (cf_index j = drawn->test_offsets[i]; j < drawn->test_offsets[i + 1]; j++)
            side[drawn->test[j]] = 2;
        add_rows(codes, n, side, out);
    }
    cf_free(side);
    return status;
}

static cf_status split(const cf_estimator *self, const cf_split_args *args, cf_folds *out)
{
    const group_shuffle_split *s = (const group_shuffle_split *)self;
    const char *owner = self->cls->name;
    cf_index *codes = NULL, groups = 0, n_train = 0, n_test = 0;
    cf_random r;
    cf_folds drawn = {0};
    cf_status status = CF_OK;
    if (!args->groups)
        return cf_fail(CF_ERR_ARGUMENT, "%s: groups are needed", owner);
    CF_GO(cfi_codes_of(owner, args->groups, args->n_samples, &codes, &groups));
    /* 0.2 where neither size is given: scikit-learn's default here, 0.1 in ShuffleSplit. */
    CF_GO(cfi_split_sizes(owner, groups, &s->test_size, &s->train_size, 0.2, &n_train, &n_test));
    CF_GO(cf_random_from_value(&r, &s->random_state));
    CF_GO(cfi_shuffle_split(&r, groups, s->n_splits, n_train, n_test, &drawn));
    CF_GO(expand(codes, args->n_samples, groups, &drawn, out));
    CF_GO(cf_run_return_random(args->run, self, &r));
cleanup:
    cf_free(codes);
    cf_folds_clear(&drawn);
    return status;
}

static const cf_param params[] = {
    CF_ROW_INT(group_shuffle_split, n_splits, "5", "[1, inf)", "splits"),
    CF_ROW_VALUE(group_shuffle_split, test_size, "None", "None | int [1, inf) | real (0, 1)",
                 "share or number of tested rows; None = what is left, or 0.2"),
    CF_ROW_VALUE(group_shuffle_split, train_size, "None", "None | int [1, inf) | real (0, 1)",
                 "share or number of training rows; None = what is left"),
    CF_ROW_RANDOM_STATE(group_shuffle_split, "of the draws"),
    CF_END,
};

CF_CLASS(GroupShuffleSplit) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "GroupShuffleSplit",
    .module = "model_selection",
    .signature = "n_splits, *, test_size, train_size, random_state",
    .summary = "Independent random sets of whole groups",
    .doc =
        "Objective\n"
        "  As ShuffleSplit over the groups: a drawn group brings all of its rows, in ascending\n"
        "  order.\n"
        "Input\n"
        "  groups (n, 1): numbers or texts. y is ignored.\n"
        "Errors\n"
        "  CF_ERR_ARGUMENT: no groups, or sizes that do not fit their number.\n"
        "Cost\n"
        "  O(n n_splits) time and memory.\n"
        "Threads\n"
        "  None are used.\n"
        "Notes\n"
        "  The same indices as scikit-learn for the same random_state.\n"
        "Source\n"
        "  R. Kohavi, A study of cross-validation and bootstrap for accuracy estimation and model\n"
        "  selection, IJCAI 1995.\n"
        "Example\n"
        "  examples/cross_validation.c\n",
    .kind = CF_SPLITTER,
    .tags = CF_TAG_NONDETERMINISTIC,
    .size = sizeof(group_shuffle_split),
    .params = params,
    .split = split,
};
