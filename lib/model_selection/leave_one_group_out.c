/* SPDX-License-Identifier: BSD-3-Clause */
/* Every group is tested by a model trained on all others, in ascending order of the groups. */
#include "model_selection/folds.h"

typedef struct leave_one_group_out {
    cf_estimator base;
} leave_one_group_out;

static cf_status split(const cf_estimator *self, const cf_split_args *args, cf_folds *out)
{
    const cf_index n = args->n_samples;
    cf_index *codes = NULL, groups = 0;
    cf_status status = CF_OK;
    if (!args->groups)
        return cf_fail(CF_ERR_ARGUMENT, "%s: groups are needed", self->cls->name);
    CF_GO(cfi_codes_of(self->cls->name, args->groups, n, &codes, &groups));
    if (groups < 2)
        CF_GO(cf_fail(CF_ERR_DATA,
                      "%s: The groups parameter contains fewer than 2 unique groups (%lld)",
                      self->cls->name, (long long)groups));
    /* The codes ascend with the labels, so a group's code is the number of its fold. */
    CF_GO(cfi_folds_from_assignment(codes, n, groups, out));
cleanup:
    cf_free(codes);
    return status;
}

static const cf_param params[] = {
    CF_END,
};

CF_CLASS(LeaveOneGroupOut) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "LeaveOneGroupOut",
    .module = "model_selection",
    .summary = "Each group is tested by a model of all others",
    .doc =
        "Objective\n"
        "  As many folds as groups; each tests the rows of one.\n"
        "Input\n"
        "  groups (n, 1): numbers or texts. y is ignored.\n"
        "Errors\n"
        "  CF_ERR_ARGUMENT: no groups. CF_ERR_DATA: fewer than two.\n"
        "Cost\n"
        "  O(n groups) time and memory.\n"
        "Threads\n"
        "  None are used.\n"
        "Source\n"
        "  R. Kohavi, A study of cross-validation and bootstrap for accuracy estimation and model\n"
        "  selection, IJCAI 1995.\n"
        "Example\n"
        "  examples/cross_validation.c\n",
    .kind = CF_SPLITTER,
    .size = sizeof(leave_one_group_out),
    .params = params,
    .split = split,
};
