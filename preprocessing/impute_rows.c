/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The pass that replaces missing entries. Where every column stays, nothing moves and no indicators
 * are wanted, a row is one vectorised blend; else entries are placed one by one.
 */
#include "preprocessing/impute_rows.h"

#include "matrix/kernels.h"

#include <math.h>

void cfi_impute_plan_clear(cfi_impute_plan *p)
{
    cf_free(p->missing);
    cf_free(p->moved);
    cf_free(p->filled);
    cf_free(p->place);
    cf_free(p->indicator_place);
    *p = (cfi_impute_plan){0};
}

typedef struct imputing {
    const cfi_impute_plan *plan;
    const cf_matrix *X;
    cf_matrix *out;
} imputing;

/* NaN is always missing; where something else is, the core lets no NaN through. */
static bool is_missing(double x, double missing)
{
    return x != x || x == missing;
}

#define DEFINE_IMPUTE_ROWS(name, T)                                                                \
    CF_CLONES static void name(cf_index n, cf_index d, const T *x, cf_index x_stride, T *out,      \
                               cf_index out_stride, const double *missing,                         \
                               const double *statistics)                                           \
    {                                                                                              \
        for (cf_index i = 0; i < n; i++) {                                                         \
            const T *restrict from = x + i * x_stride;                                             \
            T *restrict to = out + i * out_stride;                                                 \
            for (cf_index j = 0; j < d; j++) {                                                     \
                const bool gone = from[j] != from[j] || (double)from[j] == missing[j];             \
                to[j] = gone ? (T)statistics[j] : from[j];                                         \
            }                                                                                      \
        }                                                                                          \
    }

DEFINE_IMPUTE_ROWS(impute_rows_f64, double)
DEFINE_IMPUTE_ROWS(impute_rows_f32, float)

static double get_dense(const cf_matrix *X, cf_index i, cf_index j)
{
    const cf_index at = i * X->row_stride + j;
    return X->dtype == CF_F32 ? (double)((const float *)X->values)[at]
                              : ((const double *)X->values)[at];
}

static void set_dense(cf_matrix *X, cf_index i, cf_index j, double value)
{
    const cf_index at = i * X->row_stride + j * X->col_stride;
    if (X->dtype == CF_F32)
        ((float *)X->values)[at] = (float)value;
    else
        ((double *)X->values)[at] = value;
}

/* A number as it goes out: the statistic of a missing one, a code among the output's texts. */
static double imputed(const cfi_impute_plan *p, cf_index j, double x)
{
    if (is_missing(x, p->missing[j]))
        return p->statistics[j];
    return x >= p->moved[j] ? x + 1 : x;
}

/* The plain case is a blend of two vectors; the rest goes entry by entry. */
static void impute_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const imputing *job = ctx;
    const cfi_impute_plan *p = job->plan;
    const cf_matrix *X = job->X;
    cf_matrix *out = job->out;
    const cf_index n = end - begin, d = X->cols;
    if (p->plain && out->col_stride == 1 && X->dtype == CF_F32) {
        impute_rows_f32(n, d, (const float *)X->values + begin * X->row_stride, X->row_stride,
                        (float *)out->values + begin * out->row_stride, out->row_stride, p->missing,
                        p->statistics);
        return;
    }
    if (p->plain && out->col_stride == 1) {
        impute_rows_f64(n, d, (const double *)X->values + begin * X->row_stride, X->row_stride,
                        (double *)out->values + begin * out->row_stride, out->row_stride,
                        p->missing, p->statistics);
        return;
    }
    for (cf_index i = begin; i < end; i++)
        for (cf_index j = 0; j < d; j++) {
            const double x = get_dense(X, i, j);
            if (p->place[j] >= 0)
                set_dense(out, i, p->place[j], imputed(p, j, x));
            if (p->indicator_place[j] >= 0)
                set_dense(out, i, p->indicator_place[j], is_missing(x, p->missing[j]) ? 1 : 0);
        }
}

static double get_stored(const cf_matrix *X, cf_index k)
{
    return X->dtype == CF_F32 ? (double)((const float *)X->values)[k]
                              : ((const double *)X->values)[k];
}

static void put_stored(cf_matrix *out, cf_index *k, cf_index column, double value)
{
    out->indices[*k] = (int32_t)column;
    if (out->dtype == CF_F32)
        ((float *)out->values)[*k] = (float)value;
    else
        ((double *)out->values)[*k] = value;
    ++*k;
}

/* Entries row i has in the output. */
static cf_index count_sparse_row(const cfi_impute_plan *p, const cf_matrix *X, cf_index i)
{
    cf_index count = 0;
    for (cf_index k = X->offsets[i]; k < X->offsets[i + 1]; k++) {
        const cf_index j = X->indices[k];
        count += p->place[j] >= 0;
        count += p->indicator_place[j] >= 0 && is_missing(get_stored(X, k), p->missing[j]);
    }
    return count;
}

/* Indicators stand behind all columns, so that a second walk keeps the indices ascending. */
static void impute_sparse_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const imputing *job = ctx;
    const cfi_impute_plan *p = job->plan;
    const cf_matrix *X = job->X;
    for (cf_index i = begin; i < end; i++) {
        cf_index to = job->out->offsets[i];
        for (cf_index k = X->offsets[i]; k < X->offsets[i + 1]; k++) {
            const cf_index j = X->indices[k];
            if (p->place[j] >= 0)
                put_stored(job->out, &to, p->place[j], imputed(p, j, get_stored(X, k)));
        }
        for (cf_index k = X->offsets[i]; k < X->offsets[i + 1]; k++) {
            const cf_index j = X->indices[k];
            if (p->indicator_place[j] >= 0 && is_missing(get_stored(X, k), p->missing[j]))
                put_stored(job->out, &to, p->indicator_place[j], 1);
        }
    }
}

/* Counted first: a row loses dropped columns and gains indicators. */
static cf_status impute_sparse(cf_run *run, const imputing *job)
{
    const cf_matrix *X = job->X;
    cf_matrix *out = job->out;
    cf_index stored = 0;
    for (cf_index i = 0; i < X->rows; i++)
        stored += count_sparse_row(job->plan, X, i);
    CF_TRY(cf_matrix_resize_sparse(out, X->dtype, CF_CSR, X->rows, job->plan->n_out, stored));
    out->offsets[0] = 0;
    for (cf_index i = 0; i < X->rows; i++)
        out->offsets[i + 1] = out->offsets[i] + count_sparse_row(job->plan, X, i);
    imputing copy = *job;
    cf_parallel_for(run, X->rows, 1024, impute_sparse_chunk, &copy);
    return CF_OK;
}

cf_status cfi_impute_apply(cf_run *run, const cfi_impute_plan *plan, const cf_matrix *X,
                           cf_matrix *out)
{
    imputing job = {plan, X, out};
    if (cf_matrix_is_sparse(X))
        return impute_sparse(run, &job);
    CF_TRY(cf_matrix_resize(out, X->dtype, X->rows, plan->n_out));
    cf_parallel_for(run, X->rows, 65536 / (X->cols + 1) + 1, impute_chunk, &job);
    return CF_OK;
}

cf_status cfi_impute_undo(const cfi_impute_plan *p, const cf_matrix *X, cf_matrix *out)
{
    CF_TRY(cf_matrix_resize(out, X->dtype, X->rows, p->n_in));
    for (cf_index i = 0; i < X->rows; i++)
        for (cf_index j = 0; j < p->n_in; j++) {
            double x = p->place[j] >= 0 ? get_dense(X, i, p->place[j]) : 0;
            if (x == p->moved[j])
                x = p->filled[j];
            else if (x > p->moved[j])
                x--;
            if (p->indicator_place[j] >= 0 && get_dense(X, i, p->indicator_place[j]) != 0)
                x = p->missing[j];
            set_dense(out, i, j, x);
        }
    return CF_OK;
}
