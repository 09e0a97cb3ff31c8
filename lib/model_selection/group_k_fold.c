/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * GroupKFold: no group stands on both sides of a split. Groups go, largest first, to the fold with
 * the fewest rows so far; or, shuffled, in k runs of nearly equal numbers of groups.
 */
#include "model_selection/folds.h"

#include <stdlib.h>

typedef struct group_k_fold {
    cf_estimator base;
    int64_t n_splits;
    bool shuffle;
    cf_value random_state;
} group_k_fold;

/* A group's code and how many rows it has. */
typedef struct sized_group {
    cf_index group, rows;
} sized_group;

/* Largest first; of equal ones the later first: scikit-learn reads a stable ascending argsort
 * backwards. */
static int compare(const void *a, const void *b)
{
    const sized_group *x = a, *y = b;
    if (x->rows != y->rows)
        return x->rows > y->rows ? -1 : 1;
    return x->group > y->group ? -1 : x->group < y->group;
}

/* fold_of[g] = the fold of group g: the one with the fewest rows, the first of such. */
static cf_status deal_by_size(const cf_index *codes, cf_index n, cf_index groups, cf_index folds,
                              cf_index *fold_of)
{
    sized_group *sizes = NULL;
    cf_index *rows = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC_ZERO(sizes, groups));
    CF_GO(CF_ALLOC_ZERO(rows, folds));
    for (cf_index g = 0; g < groups; g++)
        sizes[g].group = g;
    for (cf_index i = 0; i < n; i++)
        sizes[codes[i]].rows++;
    qsort(sizes, (size_t)groups, sizeof *sizes, compare);
    for (cf_index g = 0; g < groups; g++) {
        cf_index lightest = 0;
        for (cf_index f = 1; f < folds; f++)
            if (rows[f] < rows[lightest])
                lightest = f;
        rows[lightest] += sizes[g].rows;
        fold_of[sizes[g].group] = lightest;
    }
cleanup:
    cf_free(sizes);
    cf_free(rows);
    return status;
}

/* fold_of[g] without regard to sizes: permuted groups in k runs, the first ones a group longer. */
static cf_status deal_shuffled(const group_k_fold *s, cf_run *run, cf_index groups,
                               cf_index *fold_of)
{
    const cf_index folds = s->n_splits;
    cf_index *order = NULL;
    cf_random r;
    cf_status status = CF_OK;
    CF_GO(cf_random_from_value(&r, &s->random_state));
    CF_GO(CF_ALLOC(order, groups));
    cf_random_permutation(&r, groups, order);
    for (cf_index f = 0, at = 0; f < folds; f++)
        for (cf_index end = at + groups / folds + (f < groups % folds); at < end; at++)
            fold_of[order[at]] = f;
    CF_GO(cf_run_return_random(run, &s->base, &r));
cleanup:
    cf_free(order);
    return status;
}

static cf_status split(const cf_estimator *self, const cf_split_args *args, cf_folds *out)
{
    const group_k_fold *s = (const group_k_fold *)self;
    const cf_index n = args->n_samples;
    cf_index *codes = NULL, *fold_of = NULL, groups = 0;
    cf_status status = CF_OK;
    /* Nothing is owned yet, so a plain return. */
    if (!args->groups)
        return cf_fail(CF_ERR_ARGUMENT, "GroupKFold: groups are needed");
    CF_GO(cfi_codes_of("GroupKFold", args->groups, n, &codes, &groups));
    if (s->n_splits > groups)
        CF_GO(cf_fail(CF_ERR_DATA, "GroupKFold: n_splits = %lld is more than the %lld groups",
                      (long long)s->n_splits, (long long)groups));
    CF_GO(CF_ALLOC(fold_of, groups));
    if (s->shuffle)
        CF_GO(deal_shuffled(s, args->run, groups, fold_of));
    else
        CF_GO(deal_by_size(codes, n, groups, s->n_splits, fold_of));
    for (cf_index i = 0; i < n; i++)
        /* In place: the group of each row becomes its fold. */
        codes[i] = fold_of[codes[i]];
    CF_GO(cfi_folds_from_assignment(codes, n, s->n_splits, out));
cleanup:
    cf_free(codes);
    cf_free(fold_of);
    return status;
}

static cf_status check_params(const cf_estimator *self)
{
    const group_k_fold *s = (const group_k_fold *)self;
    return cfi_check_shuffle("GroupKFold", s->shuffle, &s->random_state);
}

static const cf_param params[] = {
    CF_ROW_INT(group_k_fold, n_splits, "5", "[2, inf)", "number of folds"),
    CF_ROW_BOOL(group_k_fold, shuffle, "false", "shuffle the groups"),
    CF_ROW_RANDOM_STATE(group_k_fold, "seed of the shuffle"),
    CF_END,
};

CF_CLASS(GroupKFold) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "GroupKFold",
    .module = "model_selection",
    .signature = "n_splits, *, shuffle, random_state",
    .summary = "Splits groups of rows into k folds",
    .doc =
        "Objective\n"
        "  Each group is in one test set; folds have nearly equal numbers of rows.\n"
        "Input\n  groups: (n, 1) labels of the groups.\n"
        "Errors\n"
        "  CF_ERR_DATA: more folds than groups. CF_ERR_ARGUMENT: no groups, random_state without\n"
        "  shuffle.\n"
        "Cost\n  O(n k + g log g) time for g groups.\n"
        "Notes\n  The same folds as scikit-learn, groups of equal size included.\n"
        "Source\n  Graham, Bounds on multiprocessing timing anomalies, SIAM J. Appl. Math. 17, "
        "1969,\n"
        "  doi:10.1137/0117039 (largest first to the lightest).\n"
        "Example\n  examples/cross_validation.c\n",
    .kind = CF_SPLITTER,
    .size = sizeof(group_k_fold),
    .params = params,
    .split = split,
    .check_params = check_params,
};
