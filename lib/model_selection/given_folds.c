/* SPDX-License-Identifier: BSD-3-Clause */
/* Folds that the caller made: read out of a parameter, and checked. */
#include "model_selection/folds.h"

/* Checks one side of one fold: not empty, no row outside. Rows may repeat, and sides may overlap:
 * the caller may want that. */
static cf_status check_side(const char *owner, const char *side, const cf_index *offsets,
                            const cf_index *rows, cf_index fold, cf_index n)
{
    if (offsets[fold] == offsets[fold + 1])
        return cf_fail(CF_ERR_ARGUMENT, "%s: fold %lld has no %s rows", owner, (long long)fold,
                       side);
    for (cf_index i = offsets[fold]; i < offsets[fold + 1]; i++)
        if (rows[i] < 0 || rows[i] >= n)
            return cf_fail(CF_ERR_ARGUMENT, "%s: fold %lld names row %lld of %lld", owner,
                           (long long)fold, (long long)rows[i], (long long)n);
    return CF_OK;
}

cf_status cfi_folds_check(const char *owner, const cf_folds *folds, cf_index n)
{
    if (folds->count < 1)
        return cf_fail(CF_ERR_ARGUMENT, "%s: there are no folds", owner);
    for (cf_index f = 0; f < folds->count; f++) {
        CF_TRY(check_side(owner, "training", folds->train_offsets, folds->train, f, n));
        CF_TRY(check_side(owner, "test", folds->test_offsets, folds->test, f, n));
    }
    return CF_OK;
}

/* True for a column of 64-bit integers, of any stride. */
static bool is_rows(const cf_value *v)
{
    return v->kind == CF_VALUE_MATRIX && v->as.matrix->dtype == CF_I64 &&
           v->as.matrix->storage == CF_DENSE && v->as.matrix->cols == 1;
}

static cf_status check_pair(const char *owner, const cf_value *pair)
{
    const bool pairs = pair->kind == CF_VALUE_TUPLE || pair->kind == CF_VALUE_LIST;
    if (pairs && pair->count == 2 && is_rows(&pair->as.items[0]) && is_rows(&pair->as.items[1]))
        return CF_OK;
    return cf_fail(CF_ERR_TYPE, "%s: cv lists (train, test) pairs of int64 columns", owner);
}

static void copy_rows(const cf_matrix *rows, cf_index *to)
{
    for (cf_index i = 0; i < rows->rows; i++)
        to[i] = ((const int64_t *)rows->values)[i * rows->row_stride];
}

/* First the sizes and types of all pairs, then one piece of memory for each side. The rows
 * themselves are for cfi_folds_check. */
cf_status cfi_folds_from_value(const char *owner, const cf_value *pairs, cf_folds *out)
{
    cf_index n_train = 0, n_test = 0;
    for (cf_index f = 0; f < pairs->count; f++) {
        const cf_value *pair = &pairs->as.items[f];
        CF_TRY(check_pair(owner, pair));
        n_train += pair->as.items[0].as.matrix->rows;
        n_test += pair->as.items[1].as.matrix->rows;
    }
    CF_TRY(cfi_folds_begin(out, pairs->count, n_train, n_test));
    for (cf_index f = 0; f < pairs->count; f++) {
        const cf_matrix *train = pairs->as.items[f].as.items[0].as.matrix;
        const cf_matrix *test = pairs->as.items[f].as.items[1].as.matrix;
        copy_rows(train, out->train + out->train_offsets[f]);
        copy_rows(test, out->test + out->test_offsets[f]);
        out->train_offsets[f + 1] = out->train_offsets[f] + train->rows;
        out->test_offsets[f + 1] = out->test_offsets[f] + test->rows;
    }
    out->count = pairs->count;
    return CF_OK;
}
