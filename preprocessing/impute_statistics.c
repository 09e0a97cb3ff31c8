/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Means and medians of a dense matrix come from passes over its rows; modes, functions and
 * everything sparse from one column's entries at a time, eight dense columns (a cache line)
 * gathered together.
 */
#include "preprocessing/impute_statistics.h"

#include "matrix/kernels.h"
#include "preprocessing/column_ranks.h"

#include <math.h>
#include <string.h>

enum { TILE = 8, BLOCK_ROWS = 256, GRAIN = 2048 };

typedef struct statistics {
    const cf_matrix *X;
    const double *missing;
    cfi_impute_rule rule;
    const cf_function *function;
    double *out;
    cf_index *observed;
} statistics;

/* sums += of n rows, counts += of their entries; a missing entry adds nothing to either. */
#define DEFINE_ADD_ROWS(name, T)                                                                   \
    CF_CLONES static void name(cf_index n, cf_index d, const T *x, cf_index stride,                \
                               const double *missing, double *restrict sums,                       \
                               double *restrict counts)                                            \
    {                                                                                              \
        for (cf_index i = 0; i < n; i++)                                                           \
            for (cf_index j = 0; j < d; j++) {                                                     \
                const double v = (double)x[i * stride + j];                                        \
                const bool here = v == v && v != missing[j];                                       \
                sums[j] += here ? v : 0;                                                           \
                counts[j] += here ? 1 : 0;                                                         \
            }                                                                                      \
    }

DEFINE_ADD_ROWS(sum_rows_f64, double)
DEFINE_ADD_ROWS(sum_rows_f32, float)

/* Partial sums, counts and a block's sums, d each: short sums added up lose fewer digits. */
static void add_chunk(void *ctx, cf_index begin, cf_index end, double *partial, int worker)
{
    (void)worker;
    const statistics *s = ctx;
    const cf_matrix *X = s->X;
    const cf_index d = X->cols, stride = X->row_stride;
    double *sums = partial, *counts = partial + d, *block = partial + 2 * d;
    for (cf_index i = begin; i < end; i += BLOCK_ROWS) {
        const cf_index n = end - i < BLOCK_ROWS ? end - i : BLOCK_ROWS;
        memset(block, 0, (size_t)d * sizeof *block);
        if (X->dtype == CF_F32)
            sum_rows_f32(n, d, (const float *)X->values + i * stride, stride, s->missing, block,
                         counts);
        else
            sum_rows_f64(n, d, (const double *)X->values + i * stride, stride, s->missing, block,
                         counts);
        for (cf_index j = 0; j < d; j++)
            sums[j] += block[j];
    }
}

/* Sums and counts in one pass over the rows. */
static cf_status dense_means(cf_run *run, statistics *s)
{
    const cf_index d = s->X->cols;
    double *sums;
    CF_TRY(CF_ALLOC(sums, 3 * d));
    const cf_status status = cf_parallel_reduce(run, s->X->rows, GRAIN, 3 * d, add_chunk, s, sums);
    for (cf_index j = 0; j < d && status == CF_OK; j++) {
        s->observed[j] = (cf_index)sums[d + j];
        s->out[j] = sums[j] / sums[d + j]; /* 0 / 0 where nothing was observed */
    }
    cf_free(sums);
    return status;
}

/* Both middle entries are exact, so is their mean up to one rounding. */
static cf_status dense_medians(cf_run *run, statistics *s)
{
    const cf_index d = s->X->cols;
    double *upper;
    CF_TRY(CF_ALLOC(upper, d));
    const cfi_column_ranks ranks = {s->observed, s->out, upper};
    const cf_status status = cfi_column_ranks_find(run, s->X, s->missing, 0.5, &ranks);
    for (cf_index j = 0; j < d && status == CF_OK; j++)
        if (s->out[j] != upper[j])
            s->out[j] = (s->out[j] + upper[j]) / 2;
    cf_free(upper);
    return status;
}

/* The most frequent of sorted entries and `zeros` zeros not among them; of several the least. */
static double mode_of(const double *x, cf_index m, cf_index zeros)
{
    cf_index best = 0;
    double mode = (double)NAN;
    for (cf_index i = 0; i < m;) {
        cf_index end = i + 1;
        while (end < m && x[end] == x[i])
            end++;
        if (end - i > best) {
            best = end - i;
            mode = x[i];
        }
        i = end;
    }
    if (zeros > best || (zeros == best && zeros > 0 && mode > 0))
        return 0;
    return mode;
}

/* Entry r of sorted entries with `zeros` zeros put in their place. */
static double entry_of_rank(const double *x, cf_index m, cf_index zeros, cf_index r)
{
    cf_index negative = 0;
    while (negative < m && x[negative] < 0)
        negative++;
    if (r < negative)
        return x[r];
    return r < negative + zeros ? 0 : x[r - zeros];
}

/* The user's function sees the observed entries as one column. */
static cf_status call_function(const cf_function *function, const double *x, cf_index m,
                               double *out)
{
    const cf_matrix column = cf_view_f64(x, m, 1);
    cf_matrix result = {0};
    cf_status status = function->call(function->ctx, &column, &result);
    if (status == CF_OK && (result.rows != 1 || result.cols != 1))
        status = cf_fail(CF_ERR_SHAPE, "the strategy function gave %lld x %lld numbers, wants one",
                         (long long)result.rows, (long long)result.cols);
    if (status == CF_OK)
        *out = cf_matrix_get(&result, 0, 0);
    cf_matrix_clear(&result);
    return status;
}

/* The statistic of m observed entries, which are reordered, and of `zeros` zeros beside them. */
static cf_status statistic_of(const statistics *s, double *x, cf_index m, cf_index zeros,
                              double *out)
{
    const cf_index n = m + zeros;
    *out = (double)NAN;
    if (n == 0)
        return CF_OK;
    switch (s->rule) {
    case CFI_IMPUTE_COUNT:
        break;
    case CFI_IMPUTE_MEAN:
        *out = cfi_sum(x, NULL, m) / (double)n;
        break;
    case CFI_IMPUTE_MEDIAN:
        cfi_sort(x, m);
        *out = entry_of_rank(x, m, zeros, n / 2);
        if (n % 2 == 0)
            *out = (*out + entry_of_rank(x, m, zeros, n / 2 - 1)) / 2;
        break;
    case CFI_IMPUTE_MOST_FREQUENT:
        cfi_sort(x, m);
        *out = mode_of(x, m, zeros);
        break;
    case CFI_IMPUTE_FUNCTION:
        return call_function(s->function, x, m, out);
    }
    return CF_OK;
}

/* Eight columns of a dense matrix, gathered and reduced. */
static cf_status reduce_tile(void *ctx, cf_index tile, cf_run *run)
{
    statistics *s = ctx;
    const cf_matrix *X = s->X;
    const cf_index first = tile * TILE, n = X->rows;
    const cf_index width = X->cols - first < TILE ? X->cols - first : TILE;
    double *columns;
    CF_TRY(CF_ALLOC(columns, width * n));
    cf_index m[TILE] = {0};
    for (cf_index i = 0; i < n; i++)
        for (cf_index j = 0; j < width; j++) {
            const cf_index at = i * X->row_stride + first + j;
            const double v = X->dtype == CF_F32 ? (double)((const float *)X->values)[at]
                                                : ((const double *)X->values)[at];
            if (v == v && v != s->missing[first + j])
                columns[j * n + m[j]++] = v;
        }
    cf_status status = cf_run_check(run);
    for (cf_index j = 0; j < width && status == CF_OK; j++) {
        s->observed[first + j] = m[j];
        status = statistic_of(s, columns + j * n, m[j], 0, &s->out[first + j]);
    }
    cf_free(columns);
    return status;
}

/* Column j of a sparse matrix; ctx->X is its transpose, whose row j it is. */
static cf_status reduce_sparse_column(void *ctx, cf_index j, cf_run *run)
{
    (void)run;
    statistics *s = ctx;
    const cf_matrix *T = s->X;
    const cf_index begin = T->offsets[j], stored = T->offsets[j + 1] - begin;
    double *x;
    CF_TRY(CF_ALLOC(x, stored));
    cf_index m = 0, zeros = T->cols - stored;
    for (cf_index k = begin; k < begin + stored; k++) {
        const double v = T->dtype == CF_F32 ? (double)((const float *)T->values)[k]
                                            : ((const double *)T->values)[k];
        if (v == 0)
            zeros++;
        else if (v == v && v != s->missing[j])
            x[m++] = v;
    }
    s->observed[j] = m + zeros;
    const cf_status status = statistic_of(s, x, m, zeros, &s->out[j]);
    cf_free(x);
    return status;
}

cf_status cfi_impute_statistics(cf_run *run, const cf_matrix *X, const double *missing,
                                cfi_impute_rule rule, const cf_function *function, double *out,
                                cf_index *observed)
{
    statistics s = {X, missing, rule, function, out, observed};
    if (cf_matrix_is_sparse(X)) {
        cf_matrix transposed = {0};
        CF_TRY(cf_matrix_transpose(X, &transposed));
        s.X = &transposed;
        const cf_status status = cf_parallel_tasks(run, X->cols, reduce_sparse_column, &s);
        cf_matrix_clear(&transposed);
        return status;
    }
    if (rule == CFI_IMPUTE_MEAN || rule == CFI_IMPUTE_COUNT)
        return dense_means(run, &s);
    if (rule == CFI_IMPUTE_MEDIAN)
        return dense_medians(run, &s);
    return cf_parallel_tasks(run, (X->cols + TILE - 1) / TILE, reduce_tile, &s);
}
