/* SPDX-License-Identifier: BSD-3-Clause */
/* Folds: memory, the common ways to fill them, and the entry point of splitters. */
#include "model_selection/folds.h"

#include "base/run.h"
#include "estimator/labels.h"

#include <math.h>
#include <string.h>

/* NULL parts are no trouble: a set half made is cleared the same way. */
void cf_folds_clear(cf_folds *folds)
{
    if (!folds)
        return;
    cf_free(folds->train_offsets);
    cf_free(folds->test_offsets);
    cf_free(folds->train);
    cf_free(folds->test);
    cf_matrix_clear(&folds->random_state);
    *folds = (cf_folds){0};
}

cf_status cfi_folds_begin(cf_folds *folds, cf_index count, cf_index n_train, cf_index n_test)
{
    cf_folds made = {0};
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC_ZERO(made.train_offsets, count + 1));
    CF_GO(CF_ALLOC_ZERO(made.test_offsets, count + 1));
    CF_GO(CF_ALLOC(made.train, n_train));
    CF_GO(CF_ALLOC(made.test, n_test));
    /* What was there goes only once all of the new room is there. */
    cf_folds_clear(folds);
    *folds = made;
    return CF_OK;
cleanup:
    cf_folds_clear(&made);
    return status;
}

/* The offsets say where the last fold ended; room is not checked, cfi_folds_begin was told how
 * much. */
void cfi_folds_add(cf_folds *folds, const cf_index *train, cf_index n_train, const cf_index *test,
                   cf_index n_test)
{
    const cf_index i = folds->count++;
    const cf_index at_train = folds->train_offsets[i], at_test = folds->test_offsets[i];
    if (n_train > 0)
        memcpy(folds->train + at_train, train, (size_t)n_train * sizeof *train);
    if (n_test > 0)
        memcpy(folds->test + at_test, test, (size_t)n_test * sizeof *test);
    folds->train_offsets[i + 1] = at_train + n_train;
    folds->test_offsets[i + 1] = at_test + n_test;
}

/* A row is tested once and trains k - 1 times a repetition. The products are checked: n_repeats is
 * the user's and may be anything. */
cf_status cfi_folds_begin_repeated(cf_folds *folds, cf_index n, cf_index k, cf_index repeats)
{
    if (k > INT64_MAX / n || repeats > INT64_MAX / (k * n))
        return cf_out_of_memory();
    return cfi_folds_begin(folds, k * repeats, (k - 1) * n * repeats, n * repeats);
}

/* k passes over the rows. A row whose fold is -1 trains in all of them, which needs n rows of room
 * a fold, not the n (k - 1) / k of a partition. */
void cfi_folds_add_assignment(cf_folds *folds, const cf_index *fold, cf_index n, cf_index k)
{
    for (cf_index f = 0; f < k; f++) {
        const cf_index at = folds->count++;
        cf_index train = folds->train_offsets[at], test = folds->test_offsets[at];
        for (cf_index i = 0; i < n; i++) {
            if (fold[i] == f)
                folds->test[test++] = i;
            else
                folds->train[train++] = i;
        }
        folds->train_offsets[at + 1] = train;
        folds->test_offsets[at + 1] = test;
    }
}

cf_status cfi_folds_from_assignment(const cf_index *fold, cf_index n, cf_index k, cf_folds *out)
{
    CF_TRY(cfi_folds_begin_repeated(out, n, k, 1));
    cfi_folds_add_assignment(out, fold, n, k);
    return CF_OK;
}

/* Goes through the labels of classifiers, so that numbers, texts and any dtype are told apart in
 * one way; their codes are int32, ours are indices of arrays. */
cf_status cfi_codes_of(const char *owner, const cf_matrix *y, cf_index n, cf_index **codes,
                       cf_index *k)
{
    cfi_labels labels = {0};
    int32_t *small = NULL;
    cf_status status = CF_OK;
    CF_GO(cf_matrix_check(y, "y"));
    if (y->rows != n || y->cols != 1 || cf_matrix_is_sparse(y))
        CF_GO(cf_fail(CF_ERR_SHAPE, "%s: labels are %lld x %lld, there are %lld rows", owner,
                      (long long)y->rows, (long long)y->cols, (long long)n));
    CF_GO(cfi_labels_find(owner, y, 0, NULL, &labels));
    CF_GO(CF_ALLOC(small, n));
    CF_GO(cfi_labels_encode(owner, &labels, y, 0, NULL, small, 1));
    CF_GO(CF_ALLOC(*codes, n));
    for (cf_index i = 0; i < n; i++)
        (*codes)[i] = small[i];
    *k = labels.values.rows;
cleanup:
    cf_free(small);
    cfi_labels_clear(&labels);
    return status;
}

/* Texts, and shapes that cfi_codes_of has judged, pass. NaN is refused there too. */
cf_status cfi_check_classes(const char *owner, const cf_matrix *y)
{
    if (y->cols != 1 || cf_matrix_is_sparse(y) || cf_schema_kind(y->schema, 0) != CF_NUMERIC)
        return CF_OK;
    for (cf_index i = 0; i < y->rows; i++) {
        const double value = cf_matrix_get(y, i, 0);
        if (isfinite(value) && value != floor(value))
            return cf_fail(CF_ERR_DATA,
                           "%s: Supported target types are: ('binary', 'multiclass'). Got "
                           "'continuous' instead (y holds %g at row %lld)",
                           owner, value, (long long)i);
    }
    return CF_OK;
}

cf_status cfi_check_fold_count(const char *owner, int64_t n_splits, cf_index n)
{
    if (n_splits <= n)
        return CF_OK;
    return cf_fail(CF_ERR_ARGUMENT,
                   "%s: n_splits = %lld is more than the samples: n_samples = %lld", owner,
                   (long long)n_splits, (long long)n);
}

cf_status cfi_check_shuffle(const char *owner, bool shuffle, const cf_value *random_state)
{
    if (shuffle || random_state->kind == CF_VALUE_NONE)
        return CF_OK;
    return cf_fail(CF_ERR_ARGUMENT, "%s: random_state has no effect without shuffle", owner);
}

/* A count or a share of n as a number of rows; -1 for None. A share of the tests is rounded up,
 * that of training down, as in scikit-learn. */
static cf_status read_size(const char *owner, const char *name, cf_index n, const cf_value *size,
                           bool up, cf_index *out)
{
    *out = -1;
    if (size->kind == CF_VALUE_NONE)
        return CF_OK;
    const double x = cf_value_number(size);
    const bool share = size->kind == CF_VALUE_REAL;
    if (share ? !(x > 0 && x < 1) : !(x > 0 && x < (double)n))
        return cf_fail(CF_ERR_ARGUMENT,
                       "%s: %s = %g is neither a count below the %lld rows nor a share in (0, 1)",
                       owner, name, x, (long long)n);
    *out = !share ? (cf_index)x : (cf_index)(up ? ceil(x * (double)n) : floor(x * (double)n));
    return CF_OK;
}

/* scikit-learn's _validate_shuffle_split: with one size given, the other side gets the rest; two
 * shares may leave rows out but not pass 1, which rounding alone could hide. */
cf_status cfi_split_sizes(const char *owner, cf_index n, const cf_value *test_size,
                          const cf_value *train_size, double default_test, cf_index *n_train,
                          cf_index *n_test)
{
    const cf_value fallback = cf_value_real(default_test);
    const bool neither = test_size->kind == CF_VALUE_NONE && train_size->kind == CF_VALUE_NONE;
    CF_TRY(read_size(owner, "test_size", n, neither ? &fallback : test_size, true, n_test));
    CF_TRY(read_size(owner, "train_size", n, train_size, false, n_train));
    if (*n_train < 0)
        *n_train = n - *n_test;
    else if (*n_test < 0)
        *n_test = n - *n_train;
    const bool shares = test_size->kind == CF_VALUE_REAL && train_size->kind == CF_VALUE_REAL;
    if (*n_train + *n_test > n || (shares && test_size->as.r + train_size->as.r > 1))
        return cf_fail(CF_ERR_ARGUMENT,
                       "%s: train_size and test_size (%lld + %lld) pass the %lld rows", owner,
                       (long long)*n_train, (long long)*n_test, (long long)n);
    if (*n_train <= 0)
        return cf_fail(CF_ERR_ARGUMENT, "%s: the training set would be empty (%lld rows)", owner,
                       (long long)n);
    return CF_OK;
}

cf_status cfi_split(const cf_estimator *splitter, const cf_split_args *args, cf_folds *out)
{
    if (!splitter->cls->split)
        return cf_fail(CF_ERR_UNSUPPORTED, "%s does not split: it is no splitter",
                       splitter->cls->name);
    if (args->n_samples < 1)
        return cf_fail(CF_ERR_ARGUMENT, "%s: there are no rows to split", splitter->cls->name);
    /* A splitter is never fitted: its ranges are checked here. */
    CF_TRY(cfi_check_params(splitter));
    const cf_status status = splitter->cls->split(splitter, args, out);
    if (status != CF_OK)
        cf_folds_clear(out);
    return status;
}

cf_status cf_split(const cf_estimator *splitter, cf_index n_samples, const cf_matrix *y,
                   const cf_matrix *groups, cf_folds *out)
{
    cf_run run;
    cf_matrix random_state = {0}; /* apart from `out`, which the splitter clears */
    cfi_run_begin(&run, NULL);
    cfi_run_want_random(&run, splitter, &random_state);
    const cf_split_args args = {.n_samples = n_samples, .y = y, .groups = groups, .run = &run};
    const cf_status status = cfi_split(splitter, &args, out);
    cfi_run_end(&run);
    if (status == CF_OK)
        out->random_state = random_state;
    else
        cf_matrix_clear(&random_state);
    return status;
}
