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

/* Renumbers codes by the first row each class appears in, and counts them: scikit-learn deals
 * classes in that order, not sorted. The caller frees *counts, on failure too. */
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

/* A class with fewer members than there are folds is a warning; if every class has, an error. */
static cf_status check_counts(const char *owner, const cf_index *counts, cf_index k,
                              int64_t n_splits, cf_run *run)
{
    cf_index least = counts[0], most = counts[0];
    for (cf_index c = 1; c < k; c++) {
        least = counts[c] < least ? counts[c] : least;
        most = counts[c] > most ? counts[c] : most;
    }
    if (n_splits > most)
        return cf_fail(CF_ERR_DATA,
                       "%s: n_splits = %lld is more than the members of any class (%lld)", owner,
                       (long long)n_splits, (long long)most);
    if (n_splits > least)
        cf_run_warn(run, CF_WARN_DATA,
                    "the least populated class in y has only %lld members, which is less than "
                    "n_splits = %lld",
                    (long long)least, (long long)n_splits);
    return CF_OK;
}

/*
 * How many of class c fold f gets: its labels among places f, f + k, ... of the sorted ones.
 * Dealing all classes from one deck, not each from the first fold, keeps the folds' sizes within
 * one.
 */
static cf_index share_of(const cf_index *starts, cf_index c, cf_index f, cf_index folds)
{
    const cf_index begin = starts[c], end = starts[c + 1];
    const cf_index before = (begin - f + folds - 1) / folds, upto = (end - f + folds - 1) / folds;
    return (end > f ? upto : 0) - (begin > f ? before : 0);
}

/* dealt (n) has the folds of class c's rows in places starts[c] .. starts[c + 1]. Each class is
 * shuffled in turn, in order of appearance: the draws are scikit-learn's. */
cf_status cfi_assign_classes(const cfi_strata *strata, cf_index k, cf_random *r, cf_index *fold)
{
    cf_index *starts = NULL, *dealt = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC_ZERO(starts, strata->n_classes + 1));
    CF_GO(CF_ALLOC(dealt, strata->n));
    for (cf_index c = 0; c < strata->n_classes; c++)
        starts[c + 1] = starts[c] + strata->counts[c];
    for (cf_index c = 0; c < strata->n_classes; c++) {
        cf_index at = starts[c];
        for (cf_index f = 0; f < k; f++)
            for (cf_index m = share_of(starts, c, f, k); m > 0; m--)
                dealt[at++] = f;
        if (r)
            cf_random_shuffle(r, dealt + starts[c], at - starts[c]);
    }
    for (cf_index i = 0; i < strata->n; i++) /* starts are cursors from here on */
        fold[i] = dealt[starts[strata->codes[i]]++];
cleanup:
    cf_free(starts);
    cf_free(dealt);
    return status;
}

void cfi_strata_clear(cfi_strata *strata)
{
    cf_free(strata->codes);
    cf_free(strata->counts);
    *strata = (cfi_strata){0};
}

cf_status cfi_strata_read(const char *owner, const cf_split_args *args, cf_index k, cfi_strata *out)
{
    if (!args->y)
        return cf_fail(CF_ERR_ARGUMENT, "%s: y is needed", owner);
    out->n = args->n_samples;
    /* More folds than rows fails first, with its own message; continuous labels are told after the
     * codes are known, since reading those checks y's shape. */
    CF_TRY(cfi_check_fold_count(owner, k, out->n));
    CF_TRY(cfi_codes_of(owner, args->y, out->n, &out->codes, &out->n_classes));
    CF_TRY(cfi_check_classes(owner, args->y));
    CF_TRY(by_appearance(out->codes, out->n, out->n_classes, &out->counts));
    return check_counts(owner, out->counts, out->n_classes, k, args->run);
}

static cf_status split(const cf_estimator *self, const cf_split_args *args, cf_folds *out)
{
    const stratified_k_fold *s = (const stratified_k_fold *)self;
    cfi_strata strata = {0};
    cf_index *fold = NULL;
    cf_random r;
    cf_status status = CF_OK;
    CF_GO(cfi_strata_read("StratifiedKFold", args, s->n_splits, &strata));
    if (s->shuffle)
        CF_GO(cf_random_from_value(&r, &s->random_state));
    CF_GO(CF_ALLOC(fold, args->n_samples));
    CF_GO(cfi_assign_classes(&strata, s->n_splits, s->shuffle ? &r : NULL, fold));
    CF_GO(cfi_folds_from_assignment(fold, args->n_samples, s->n_splits, out));
    if (s->shuffle)
        CF_GO(cf_run_return_random(args->run, self, &r));
cleanup:
    cfi_strata_clear(&strata);
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
    .signature = "n_splits, *, shuffle, random_state",
    .summary = "Splits rows into k folds that keep the shares of the classes",
    .doc = "Objective\n"
           "  Folds whose counts of each class differ by one at most.\n"
           "Input\n  y: (n, 1) class labels.\n"
           "Errors\n"
           "  CF_ERR_DATA: no class has as many members as there are folds, y holds fractions.\n"
           "  CF_ERR_ARGUMENT: no y, more folds than rows, random_state without shuffle.\n"
           "Cost\n  O(n k) time and memory.\n"
           "Source\n  Kohavi, A study of cross-validation and bootstrap, IJCAI 1995.\n"
           "Example\n  examples/cross_validation.c\n",
    .kind = CF_SPLITTER,
    .tags = CF_TAG_REQUIRES_Y,
    .size = sizeof(stratified_k_fold),
    .params = params,
    .split = split,
    .check_params = check_params,
};
