/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * StratifiedKFold: every fold has each class in nearly the share it has in y. The sorted labels,
 * classes in order of appearance, are dealt to the folds in turn: that fixes how many of each class
 * a fold gets; within a class the folds take its rows in blocks, or in a shuffled order.
 */
#include "model_selection/folds.h"

typedef struct stratified_k_fold {
    cf_estimator base;
    int64_t n_splits;
    bool shuffle;
    cf_value random_state;
} stratified_k_fold;

/* Renumbers codes by the first row each class appears in, and counts them. */
static cf_status by_appearance(cf_index *codes, cf_index n, cf_index k, cf_index **counts)
{
    cf_index *place = NULL, next = 0;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC_ZERO(*counts, k));
    CF_GO(CF_ALLOC(place, k));
    for (cf_index c = 0; c < k; c++)
        place[c] = -1;
    for (cf_index i = 0; i < n; i++) {
        if (place[codes[i]] < 0)
            place[codes[i]] = next++;
        codes[i] = place[codes[i]];
        (*counts)[codes[i]]++;
    }
cleanup:
    cf_free(place);
    return status;
}

static cf_status check_counts(const cf_index *counts, cf_index k, int64_t n_splits, cf_run *run)
{
    cf_index least = counts[0], most = counts[0];
    for (cf_index c = 1; c < k; c++) {
        least = counts[c] < least ? counts[c] : least;
        most = counts[c] > most ? counts[c] : most;
    }
    if (n_splits > most)
        return cf_fail(
            CF_ERR_DATA,
            "StratifiedKFold: n_splits = %lld is more than the members of any class (%lld)",
            (long long)n_splits, (long long)most);
    if (n_splits > least)
        cf_run_warn(run, CF_WARN_DATA,
                    "the least populated class in y has only %lld members, which is less than "
                    "n_splits = %lld",
                    (long long)least, (long long)n_splits);
    return CF_OK;
}

/* How many of class c fold f gets: its labels among places f, f + k, ... of the sorted ones. */
static cf_index share_of(const cf_index *starts, cf_index c, cf_index f, cf_index folds)
{
    const cf_index begin = starts[c], end = starts[c + 1];
    const cf_index before = (begin - f + folds - 1) / folds, upto = (end - f + folds - 1) / folds;
    return (end > f ? upto : 0) - (begin > f ? before : 0);
}

/* fold[i] for the rows of class c, in the order they stand. */
static void assign_class(const cf_index *codes, cf_index n, cf_index c, const cf_index *dealt,
                         cf_index *fold)
{
    cf_index at = 0;
    for (cf_index i = 0; i < n; i++)
        if (codes[i] == c)
            fold[i] = dealt[at++];
}

static cf_status assign(const stratified_k_fold *s, const cf_index *codes, cf_index n, cf_index k,
                        const cf_index *counts, cf_index *fold)
{
    cf_index *starts = NULL, *dealt = NULL;
    cf_random r;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC_ZERO(starts, k + 1));
    CF_GO(CF_ALLOC(dealt, n));
    if (s->shuffle)
        CF_GO(cf_random_from_value(&r, &s->random_state));
    for (cf_index c = 0; c < k; c++)
        starts[c + 1] = starts[c] + counts[c];
    for (cf_index c = 0; c < k; c++) {
        cf_index at = 0;
        for (cf_index f = 0; f < s->n_splits; f++)
            for (cf_index m = share_of(starts, c, f, s->n_splits); m > 0; m--)
                dealt[at++] = f;
        if (s->shuffle)
            cf_random_shuffle(&r, dealt, at);
        assign_class(codes, n, c, dealt, fold);
    }
cleanup:
    cf_free(starts);
    cf_free(dealt);
    return status;
}

static cf_status split(const cf_estimator *self, const cf_split_args *args, cf_folds *out)
{
    const stratified_k_fold *s = (const stratified_k_fold *)self;
    cf_index *codes = NULL, *counts = NULL, *fold = NULL, k = 0;
    cf_status status = CF_OK;
    if (!args->y)
        return cf_fail(CF_ERR_ARGUMENT, "StratifiedKFold: y is needed");
    CF_GO(cfi_check_fold_count("StratifiedKFold", s->n_splits, args->n_samples));
    CF_GO(cfi_codes_of("StratifiedKFold", args->y, args->n_samples, &codes, &k));
    CF_GO(by_appearance(codes, args->n_samples, k, &counts));
    CF_GO(check_counts(counts, k, s->n_splits, args->run));
    CF_GO(CF_ALLOC(fold, args->n_samples));
    CF_GO(assign(s, codes, args->n_samples, k, counts, fold));
    CF_GO(cfi_folds_from_assignment(fold, args->n_samples, s->n_splits, out));
cleanup:
    cf_free(codes);
    cf_free(counts);
    cf_free(fold);
    return status;
}

static cf_status check_params(const cf_estimator *self)
{
    const stratified_k_fold *s = (const stratified_k_fold *)self;
    return cfi_check_shuffle("StratifiedKFold", s->shuffle, &s->random_state);
}

static const cf_param params[] = {
    CF_ROW_INT(stratified_k_fold, n_splits, "5", "[2, inf)", "number of folds"),
    CF_ROW_BOOL(stratified_k_fold, shuffle, "false", "shuffle the rows of each class"),
    CF_ROW_RANDOM_STATE(stratified_k_fold, "seed of the shuffle"),
    CF_END,
};

CF_CLASS(StratifiedKFold) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "StratifiedKFold",
    .module = "model_selection",
    .summary = "Splits rows into k folds that keep the shares of the classes",
    .doc = "Objective\n"
           "  Folds whose counts of each class differ by one at most.\n"
           "Input\n  y: (n, 1) class labels.\n"
           "Errors\n"
           "  CF_ERR_DATA: no class has as many members as there are folds. CF_ERR_ARGUMENT: no y, "
           "more\n"
           "  folds than rows, random_state without shuffle.\n"
           "Cost\n  O(n k) time and memory.\n"
           "Source\n  Kohavi, A study of cross-validation and bootstrap, IJCAI 1995.\n"
           "Example\n  examples/cross_validation.c\n",
    .kind = CF_SPLITTER,
    .size = sizeof(stratified_k_fold),
    .params = params,
    .split = split,
    .check_params = check_params,
};
