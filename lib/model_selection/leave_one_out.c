/* SPDX-License-Identifier: BSD-3-Clause */
/* Every row is tested by a model trained on all others. */
#include "model_selection/folds.h"

typedef struct leave_one_out {
    cf_estimator base;
} leave_one_out;

static cf_status split(const cf_estimator *self, const cf_split_args *args, cf_folds *out)
{
    const cf_index n = args->n_samples;
    cf_index *fold = NULL;
    cf_status status = CF_OK;
    if (n < 2)
        return cf_fail(CF_ERR_DATA, "%s: Cannot perform LeaveOneOut with n_samples=%lld",
                       self->cls->name, (long long)n);
    CF_GO(CF_ALLOC(fold, n));
    for (cf_index i = 0; i < n; i++)
        fold[i] = i;
    /* n (n - 1) training indices: too many rows end in CF_ERR_MEMORY. */
    CF_GO(cfi_folds_from_assignment(fold, n, n, out));
cleanup:
    cf_free(fold);
    return status;
}

static const cf_param params[] = {
    CF_END,
};

CF_CLASS(LeaveOneOut) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "LeaveOneOut",
    .module = "model_selection",
    .summary = "Each row is tested by a model of all others",
    .doc =
        "Objective\n"
        "  As many folds as rows; fold i tests row i.\n"
        "Input\n"
        "  The number of rows. y and groups are ignored.\n"
        "Errors\n"
        "  CF_ERR_DATA: fewer than two rows.\n"
        "Cost\n"
        "  O(n^2) time and memory.\n"
        "Threads\n"
        "  None are used.\n"
        "Source\n"
        "  R. Kohavi, A study of cross-validation and bootstrap for accuracy estimation and model\n"
        "  selection, IJCAI 1995.\n"
        "Example\n"
        "  examples/cross_validation.c\n",
    .kind = CF_SPLITTER,
    .size = sizeof(leave_one_out),
    .params = params,
    .split = split,
};
