/* SPDX-License-Identifier: BSD-3-Clause */
/* Folds the caller made: test_fold says which fold tests each row, -1 that none does. */
#include "model_selection/folds.h"

#include <math.h>

typedef struct predefined_split {
    cf_estimator base;
    cf_value test_fold; /* (n) list, tuple or column */
} predefined_split;

/* The fold of row i as given; NaN where it is not a number. */
static double given(const cf_value *folds, cf_index i)
{
    if (folds->kind == CF_VALUE_MATRIX)
        return cf_matrix_get(folds->as.matrix, i, 0);
    return cf_value_number(&folds->as.items[i]);
}

/* test_fold as integers; !(fold == floor(fold)) catches NaN too. */
static cf_status read_folds(const cf_estimator *self, const cf_value *folds, cf_index n,
                            int64_t *out)
{
    const bool is_matrix = folds->kind == CF_VALUE_MATRIX;
    const cf_index length = is_matrix ? folds->as.matrix->rows : folds->count;
    if (length != n || (is_matrix && folds->as.matrix->cols != 1))
        return cf_fail(CF_ERR_SHAPE, "%s: test_fold has %lld entries, X has %lld rows",
                       self->cls->name, (long long)length, (long long)n);
    for (cf_index i = 0; i < n; i++) {
        const double fold = given(folds, i);
        if (!(fold == floor(fold)) || fabs(fold) > 1e15)
            return cf_fail(CF_ERR_DATA, "%s: test_fold holds %g at row %lld, not a whole number",
                           self->cls->name, fold, (long long)i);
        out[i] = (int64_t)fold;
    }
    return CF_OK;
}

static cf_status split(const cf_estimator *self, const cf_split_args *args, cf_folds *out)
{
    const predefined_split *s = (const predefined_split *)self;
    const cf_index n = args->n_samples;
    int64_t *folds = NULL;
    cf_index *codes = NULL, k = 0, skip = -1;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(folds, n));
    CF_GO(read_folds(self, &s->test_fold, n, folds));
    const cf_matrix column = cf_view_i64(folds, n, 1);
    CF_GO(cfi_codes_of(self->cls->name, &column, n, &codes, &k));
    /* -1 is never tested: the codes of the folds above it move down by one. */
    for (cf_index i = 0; i < n; i++)
        skip = folds[i] == -1 ? codes[i] : skip;
    for (cf_index i = 0; i < n; i++)
        codes[i] = folds[i] == -1 ? -1 : codes[i] - (skip >= 0 && codes[i] > skip);
    k -= skip >= 0;
    if (k < 1)
        CF_GO(cf_fail(CF_ERR_DATA, "%s: test_fold names no fold", self->cls->name));
    /* Not cfi_folds_begin_repeated: a row that is never tested trains k times. */
    CF_GO(cfi_folds_begin(out, k, n * k, n));
    cfi_folds_add_assignment(out, codes, n, k);
cleanup:
    cf_free(folds);
    cf_free(codes);
    return status;
}

static const cf_param params[] = {
    CF_ROW_VALUE(predefined_split, test_fold, "[]", "list | tuple | matrix",
                 "the fold that tests each row; -1 = none"),
    CF_END,
};

CF_CLASS(PredefinedSplit) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "PredefinedSplit",
    .module = "model_selection",
    .signature = "test_fold!",
    .summary = "Folds given row by row",
    .doc =
        "Objective\n"
        "  Fold f tests the rows with test_fold = f, in ascending order of f; rows with -1 always\n"
        "  train.\n"
        "Input\n"
        "  The number of rows, which is the length of test_fold. y and groups are ignored.\n"
        "Errors\n"
        "  CF_ERR_SHAPE: test_fold has another length. CF_ERR_DATA: it holds something else than\n"
        "  whole numbers.\n"
        "Cost\n"
        "  O(n folds) time and memory.\n"
        "Threads\n"
        "  None are used.\n"
        "Source\n"
        "  R. Kohavi, A study of cross-validation and bootstrap for accuracy estimation and model\n"
        "  selection, IJCAI 1995.\n"
        "Example\n"
        "  examples/cross_validation.c\n",
    .kind = CF_SPLITTER,
    .size = sizeof(predefined_split),
    .params = params,
    .split = split,
};
