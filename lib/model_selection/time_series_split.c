/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TimeSeriesSplit: test sets are consecutive blocks at the end of the rows, each trained on what
 * lies before it (at most max_train_size rows, gap rows left out between).
 */
#include "model_selection/folds.h"

typedef struct time_series_split {
    cf_estimator base;
    int64_t n_splits;
    cf_value max_train_size; /* None = no limit */
    cf_value test_size;      /* None = n / (n_splits + 1) */
    int64_t gap;             /* between training and tests */
} time_series_split;

static cf_status split(const cf_estimator *self, const cf_split_args *args, cf_folds *out)
{
    const time_series_split *s = (const time_series_split *)self;
    const cf_index n = args->n_samples, k = s->n_splits, gap = s->gap;
    const cf_index size = cf_value_int_or(&s->test_size, n / (k + 1));
    const cf_index most = cf_value_int_or(&s->max_train_size, n);
    cf_index *rows = NULL, tested = 0;
    cf_status status = CF_OK;
    CF_GO(cfi_check_fold_count("TimeSeriesSplit", k + 1, n));
    /* The first split must be left with a row to train on; size * k may pass an index. */
    if (gap >= n || __builtin_mul_overflow(size, k, &tested) || n - gap <= tested)
        CF_GO(cf_fail(CF_ERR_ARGUMENT,
                      "TimeSeriesSplit: %lld splits with test_size = %lld and gap = %lld need more "
                      "than %lld rows",
                      (long long)k, (long long)size, (long long)gap, (long long)n));
    CF_GO(CF_ALLOC(rows, n));
    for (cf_index i = 0; i < n; i++)
        rows[i] = i;
    /* Training sets grow: n a fold is more than any needs. */
    CF_GO(cfi_folds_begin(out, k, n * k, tested));
    for (cf_index start = n - tested; start < n; start += size) {
        const cf_index end = start - gap, first = end > most ? end - most : 0;
        cfi_folds_add(out, rows + first, end - first, rows + start, size);
    }
cleanup:
    cf_free(rows);
    return status;
}

static const cf_param params[] = {
    CF_ROW_INT(time_series_split, n_splits, "5", "[2, inf)", "number of splits"),
    CF_ROW_VALUE(time_series_split, max_train_size, "None", "None | int [1, inf)",
                 "most rows of a training set"),
    CF_ROW_VALUE(time_series_split, test_size, "None", "None | int [1, inf)",
                 "rows of a test set; None: n / (n_splits + 1)"),
    CF_ROW_INT(time_series_split, gap, "0", "[0, inf)", "rows left out before each test set"),
    CF_END,
};

CF_CLASS(TimeSeriesSplit) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "TimeSeriesSplit",
    .module = "model_selection",
    .signature = "n_splits, *, max_train_size, test_size, gap",
    .summary = "Tests blocks of rows on what came before them",
    .doc =
        "Objective\n"
        "  Split i is tested on block i of the last n_splits blocks and trained on earlier rows.\n"
        "Input\n  The number of rows, which are in order of time.\n"
        "Errors\n  CF_ERR_ARGUMENT: too few rows for the splits.\n"
        "Cost\n  O(n k) time and memory.\n"
        "Source\n  Tashman, Out-of-sample tests of forecasting accuracy, Int. J. Forecasting 16, "
        "2000,\n"
        "  doi:10.1016/S0169-2070(00)00065-0.\n"
        "Example\n  examples/cross_validation.c\n",
    .kind = CF_SPLITTER,
    .size = sizeof(time_series_split),
    .params = params,
    .split = split,
};
