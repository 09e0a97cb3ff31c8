/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Folds that keep groups together and class shares alike: the groups with the most uneven class
 * counts are placed first, each into the fold that leaves the shares of the classes in the folds
 * most even. Deviations are summed as NumPy sums them, since ties between groups decide the folds.
 */
#include "model_selection/folds.h"
#include "model_selection/pairwise_sum.h"

#include <math.h>
#include <string.h>

typedef struct stratified_group_k_fold {
    cf_estimator base;
    int64_t n_splits;
    bool shuffle;
    cf_value random_state;
} stratified_group_k_fold;

/* Labels as ranks among the sorted ones; zero-initialised = empty. */
typedef struct column {
    cf_index n, k;
    cf_index *codes;  /* (n) */
    cf_index *counts; /* (k) */
} column;

static void column_clear(column *c)
{
    cf_free(c->codes);
    cf_free(c->counts);
}

/* Fills `out`, which column_clear releases, on failure too. */
static cf_status column_read(const char *owner, const cf_matrix *labels, cf_index n, column *out)
{
    out->n = n;
    CF_TRY(cfi_codes_of(owner, labels, n, &out->codes, &out->k));
    CF_TRY(CF_ALLOC_ZERO(out->counts, out->k));
    for (cf_index i = 0; i < n; i++)
        out->counts[out->codes[i]]++;
    return CF_OK;
}

/* Standard deviation of k contiguous entries, divided by k, as np.std of a row; scratch (k). */
static double deviation(const double *x, cf_index k, double *scratch)
{
    const double mean = cfi_pairwise_sum(x, k) / (double)k;
    for (cf_index c = 0; c < k; c++)
        scratch[c] = (x[c] - mean) * (x[c] - mean);
    return sqrt(cfi_pairwise_sum(scratch, k) / (double)k);
}

/* What placing groups works on. */
typedef struct placement {
    cf_index n_splits, k, groups;
    const cf_index *class_counts; /* (k) */
    double *per_group;            /* (groups, k) class counts */
    double *per_fold;             /* (n_splits, k) */
    double *deviations, *scratch; /* (k) */
} placement;

/*
 * Mean over the classes of the deviation of their shares between the folds: np.std along the folds,
 * the outer axis, which NumPy adds one after the other, then a mean over contiguous classes, which
 * it adds pairwise. Every class has members, so no count is 0.
 */
static double unevenness(const placement *p)
{
    const double folds = (double)p->n_splits;
    for (cf_index c = 0; c < p->k; c++) {
        double sum = 0, squares = 0;
        for (cf_index f = 0; f < p->n_splits; f++)
            sum += p->per_fold[f * p->k + c] / (double)p->class_counts[c];
        for (cf_index f = 0; f < p->n_splits; f++) {
            const double d = p->per_fold[f * p->k + c] / (double)p->class_counts[c] - sum / folds;
            squares += d * d;
        }
        p->deviations[c] = sqrt(squares / folds);
    }
    return cfi_pairwise_sum(p->deviations, p->k) / (double)p->k;
}

/* sign -1 takes a group out again: counts are whole numbers, so nothing is lost to rounding. */
static void add_group(const placement *p, cf_index fold, const double *counts, double sign)
{
    for (cf_index c = 0; c < p->k; c++)
        p->per_fold[fold * p->k + c] += sign * counts[c];
}

/* The fold that suits a group best; among nearly equal ones the one with the fewest rows. Nearly
 * equal is np.isclose with its default tolerances. */
static cf_index best_fold(const placement *p, const double *counts)
{
    cf_index best = 0;
    double least = (double)INFINITY, fewest = (double)INFINITY;
    for (cf_index f = 0; f < p->n_splits; f++) {
        add_group(p, f, counts, 1);
        const double value = unevenness(p);
        add_group(p, f, counts, -1);
        const double rows = cfi_pairwise_sum(p->per_fold + f * p->k, p->k);
        const bool close = fabs(value - least) <= 1e-8 + 1e-5 * fabs(least);
        if (value < least || (close && rows < fewest)) {
            least = value;
            fewest = rows;
            best = f;
        }
    }
    return best;
}

/* order = groups by falling deviation of their class counts; stable, by merging from the bottom, as
 * NumPy's mergesort is: equal groups keep the order they were shuffled into. */
static cf_status order_groups(const placement *p, cf_index *order)
{
    double *spread = NULL;
    cf_index *other = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(spread, p->groups));
    CF_GO(CF_ALLOC(other, p->groups));
    for (cf_index g = 0; g < p->groups; g++) {
        spread[g] = deviation(p->per_group + g * p->k, p->k, p->scratch);
        order[g] = g;
    }
    for (cf_index width = 1; width < p->groups; width *= 2) {
        for (cf_index from = 0; from < p->groups; from += 2 * width) {
            const cf_index middle = from + width < p->groups ? from + width : p->groups;
            const cf_index end = middle + width < p->groups ? middle + width : p->groups;
            cf_index a = from, b = middle;
            for (cf_index at = from; at < end; at++) {
                const bool left = b == end || (a < middle && spread[order[a]] >= spread[order[b]]);
                other[at] = left ? order[a++] : order[b++];
            }
        }
        memcpy(order, other, (size_t)p->groups * sizeof *order);
    }
cleanup:
    cf_free(spread);
    cf_free(other);
    return status;
}

/* fold_of[i] = the fold of row i. position[g] = where group g stands after shuffling. Greedy: a
 * group once placed stays. */
static cf_status place(const column *y, const column *groups, const cf_index *position,
                       cf_index n_splits, cf_index *fold_of)
{
    placement p = {.n_splits = n_splits, .k = y->k, .groups = groups->k, .class_counts = y->counts};
    cf_index *order = NULL;
    cf_index *fold_of_group = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC_ZERO(p.per_group, p.groups * p.k));
    CF_GO(CF_ALLOC_ZERO(p.per_fold, n_splits * p.k));
    CF_GO(CF_ALLOC(p.deviations, p.k));
    CF_GO(CF_ALLOC(p.scratch, p.k));
    CF_GO(CF_ALLOC(order, p.groups));
    CF_GO(CF_ALLOC(fold_of_group, p.groups));
    for (cf_index i = 0; i < y->n; i++)
        p.per_group[position[groups->codes[i]] * p.k + y->codes[i]]++;
    CF_GO(order_groups(&p, order));
    for (cf_index j = 0; j < p.groups; j++) {
        const double *counts = p.per_group + order[j] * p.k;
        const cf_index fold = best_fold(&p, counts);
        add_group(&p, fold, counts, 1);
        fold_of_group[order[j]] = fold;
    }
    for (cf_index i = 0; i < y->n; i++)
        fold_of[i] = fold_of_group[position[groups->codes[i]]];
cleanup:
    cf_free(p.per_group);
    cf_free(p.per_fold);
    cf_free(p.deviations);
    cf_free(p.scratch);
    cf_free(order);
    cf_free(fold_of_group);
    return status;
}

/* scikit-learn's conditions: no class with n_splits members is an error, one with fewer
 * a warning. */
static cf_status check_counts(const char *owner, const column *y, const column *groups,
                              cf_index n_splits, cf_run *run)
{
    cf_index least = y->n, most = 0;
    for (cf_index c = 0; c < y->k; c++) {
        least = y->counts[c] < least ? y->counts[c] : least;
        most = y->counts[c] > most ? y->counts[c] : most;
    }
    if (n_splits > most)
        return cf_fail(CF_ERR_DATA,
                       "%s: n_splits=%lld cannot be greater than the number of members in each "
                       "class (at most %lld)",
                       owner, (long long)n_splits, (long long)most);
    if (n_splits > groups->k)
        return cf_fail(CF_ERR_DATA,
                       "%s: Cannot have number of splits n_splits=%lld greater than the number of "
                       "groups: %lld",
                       owner, (long long)n_splits, (long long)groups->k);
    if (n_splits > least)
        cf_run_warn(run, CF_WARN_DATA,
                    "The least populated class in y has only %lld members, which is less than "
                    "n_splits=%lld.",
                    (long long)least, (long long)n_splits);
    return CF_OK;
}

/* position[g] = where shuffling puts group g; g itself without, and then nothing is drawn. */
static cf_status shuffle_groups(const stratified_group_k_fold *s, cf_run *run, cf_index k,
                                cf_index *position)
{
    cf_random random;
    cf_index *order = NULL;
    for (cf_index g = 0; g < k; g++)
        position[g] = g;
    if (!s->shuffle)
        return CF_OK;
    CF_TRY(cf_random_from_value(&random, &s->random_state));
    CF_TRY(CF_ALLOC(order, k));
    for (cf_index g = 0; g < k; g++)
        order[g] = g;
    cf_random_shuffle(&random, order, k);
    for (cf_index g = 0; g < k; g++)
        position[order[g]] = g;
    cf_free(order);
    return cf_run_return_random(run, &s->base, &random);
}

static cf_status split(const cf_estimator *self, const cf_split_args *args, cf_folds *out)
{
    const stratified_group_k_fold *s = (const stratified_group_k_fold *)self;
    const char *owner = self->cls->name;
    column y = {0}, groups = {0};
    cf_index *position = NULL;
    cf_index *fold_of = NULL;
    cf_status status = CF_OK;
    if (!args->y || !args->groups)
        return cf_fail(CF_ERR_ARGUMENT, "%s: %s needed", owner, args->y ? "groups are" : "y is");
    CF_GO(cfi_check_fold_count(owner, s->n_splits, args->n_samples));
    CF_GO(column_read(owner, args->y, args->n_samples, &y));
    CF_GO(cfi_check_classes(owner, args->y));
    CF_GO(column_read(owner, args->groups, args->n_samples, &groups));
    CF_GO(check_counts(owner, &y, &groups, s->n_splits, args->run));
    CF_GO(CF_ALLOC(position, groups.k));
    CF_GO(CF_ALLOC(fold_of, args->n_samples));
    CF_GO(shuffle_groups(s, args->run, groups.k, position));
    CF_GO(place(&y, &groups, position, s->n_splits, fold_of));
    CF_GO(cfi_folds_from_assignment(fold_of, args->n_samples, s->n_splits, out));
cleanup:
    column_clear(&y);
    column_clear(&groups);
    cf_free(position);
    cf_free(fold_of);
    return status;
}

static cf_status check_params(const cf_estimator *self)
{
    const stratified_group_k_fold *s = (const stratified_group_k_fold *)self;
    return cfi_check_shuffle(self->cls->name, s->shuffle, &s->random_state);
}

static const cf_param params[] = {
    CF_ROW_INT(stratified_group_k_fold, n_splits, "5", "[2, inf)", "folds"),
    CF_ROW_BOOL(stratified_group_k_fold, shuffle, "false",
                "permute the groups first; those of equal deviation change places"),
    CF_ROW_RANDOM_STATE(stratified_group_k_fold, "of the shuffling"),
    CF_END,
};

CF_CLASS(StratifiedGroupKFold) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "StratifiedGroupKFold",
    .module = "model_selection",
    .signature = "n_splits, shuffle, random_state",
    .summary = "Folds with the class shares of y that keep groups together",
    .doc =
        "Objective\n"
        "  As StratifiedKFold, as far as groups that may not be divided allow.\n"
        "Input\n"
        "  y (n, 1) and groups (n, 1): whole numbers or texts.\n"
        "Errors\n"
        "  CF_ERR_DATA: n_splits is greater than the number of groups or than the members of "
        "every\n"
        "  class, or y holds fractions. CF_ERR_ARGUMENT: no y, no groups, more folds than rows,\n"
        "  or random_state without shuffle.\n"
        "Cost\n"
        "  O(n n_splits + groups n_splits^2 n_classes) time.\n"
        "Threads\n"
        "  None are used.\n"
        "Notes\n"
        "  The same folds as scikit-learn for the same random_state.\n"
        "Source\n"
        "  scikit-learn 0.24, StratifiedGroupKFold (greedy placement).\n"
        "Example\n"
        "  examples/cross_validation.c\n",
    .kind = CF_SPLITTER,
    .tags = CF_TAG_NONDETERMINISTIC | CF_TAG_REQUIRES_Y,
    .size = sizeof(stratified_group_k_fold),
    .params = params,
    .split = split,
    .check_params = check_params,
};
