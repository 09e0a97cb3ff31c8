/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Two passes over blocks of rows: the first finds each entry's column and counts the ones of a row,
 * the second writes them. Within a row the columns ascend, feature by feature.
 */
#include "preprocessing/one_hot_rows.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

enum { GRAIN = 512 };

typedef struct encoding {
    const cfi_one_hot *map;
    const cf_matrix *X;
    cf_matrix *out;
    int32_t *found;    /* (rows, n_features) the column of each entry */
    cf_index *counts;  /* (rows) ones of each row; NULL when dense */
    atomic_bool *seen; /* (n_features) */
} encoding;

/* The column of entry (i, j); unknown entries are noted. */
static int32_t column_of(const encoding *e, cf_index j, double x)
{
    const cfi_one_hot *map = e->map;
    const cf_index position = cfi_find(&map->finders[j], x);
    if (position >= 0)
        return map->columns[map->begins[j] + position];
    atomic_store_explicit(&e->seen[j], true, memory_order_relaxed);
    return map->unknown[j];
}

/* Columns are kept: finding them twice would cost more than their memory. */
static void find_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const encoding *e = ctx;
    const cf_index d = e->X->cols;
    for (cf_index i = begin; i < end; i++) {
        const double *row = (const double *)e->X->values + i * e->X->row_stride;
        cf_index ones = 0;
        for (cf_index j = 0; j < d; j++) {
            const int32_t column = column_of(e, j, row[j]);
            e->found[i * d + j] = column;
            ones += column >= 0;
        }
        if (e->counts)
            e->counts[i] = ones;
    }
}

/* Entries [begin, end) of a sparse output are ones. */
static void fill_ones(cf_matrix *out, cf_index begin, cf_index end)
{
    if (out->dtype == CF_F32)
        for (cf_index k = begin; k < end; k++)
            ((float *)out->values)[k] = 1;
    else
        for (cf_index k = begin; k < end; k++)
            ((double *)out->values)[k] = 1;
}

/* Rows of a chunk are contiguous in the entries found and in the output. */
static void write_sparse_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const encoding *e = ctx;
    const cf_index d = e->X->cols;
    cf_matrix *out = e->out;
    int32_t *indices = out->indices;
    cf_index to = out->offsets[begin];
    for (cf_index k = begin * d; k < end * d; k++)
        if (e->found[k] >= 0)
            indices[to++] = e->found[k];
    fill_ones(out, out->offsets[begin], to);
}

/* Zeros first: the output may hold anything. All bits zero is 0 in every type. */
static void write_dense_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const encoding *e = ctx;
    const cf_index d = e->X->cols;
    cf_matrix *out = e->out;
    const size_t size = cf_dtype_size(out->dtype);
    for (cf_index i = begin; i < end; i++) {
        const cf_index row = i * out->row_stride;
        if (out->col_stride == 1)
            memset((char *)out->values + (cf_index)size * row, 0, size * (size_t)out->cols);
        for (cf_index j = 0; j < out->cols && out->col_stride != 1; j++)
            cfi_put(out, row + j * out->col_stride, 0);
        for (cf_index j = 0; j < d; j++)
            if (e->found[i * d + j] >= 0)
                cfi_put(out, row + e->found[i * d + j] * out->col_stride, 1);
    }
}

/* Turns the counts of ones into offsets and makes room for the ones. */
static cf_status finish_sparse(cf_run *run, encoding *e, cf_dtype dtype)
{
    cf_index stored = 0;
    for (cf_index i = 0; i < e->X->rows; i++)
        stored += e->counts[i];
    CF_TRY(cf_matrix_resize_sparse(e->out, dtype, CF_CSR, e->X->rows, e->map->n_out, stored));
    e->out->offsets[0] = 0;
    for (cf_index i = 0; i < e->X->rows; i++)
        e->out->offsets[i + 1] = e->out->offsets[i] + e->counts[i];
    cf_parallel_for(run, e->X->rows, GRAIN, write_sparse_chunk, e);
    return CF_OK;
}

/* Told after the pass, since a chunk cannot fail. */
static bool is_refused(const encoding *e)
{
    for (cf_index j = 0; j < e->X->cols; j++)
        if (e->seen[j] && e->map->unknown[j] == CFI_REFUSED)
            return true;
    return false;
}

cf_status cfi_one_hot_apply(cf_run *run, const cfi_one_hot *map, const cf_matrix *X, bool sparse,
                            cf_dtype dtype, bool *seen, cf_matrix *out)
{
    const cf_index n = X->rows, d = X->cols;
    cf_status status;
    encoding e = {.map = map, .X = X, .out = out};
    CF_GO(CF_ALLOC(e.found, n * d));
    CF_GO(CF_ALLOC(e.seen, d));
    for (cf_index j = 0; j < d; j++)
        atomic_init(&e.seen[j], false);
    if (sparse)
        CF_GO(CF_ALLOC(e.counts, n));
    cf_parallel_for(run, n, GRAIN, find_chunk, &e);
    for (cf_index j = 0; j < d; j++)
        seen[j] = e.seen[j];
    if (is_refused(&e))
        goto cleanup;
    if (sparse) {
        CF_GO(finish_sparse(run, &e, dtype));
    } else {
        CF_GO(cf_matrix_resize(out, dtype, n, map->n_out));
        cf_parallel_for(run, n, GRAIN, write_dense_chunk, &e);
    }
cleanup:
    cf_free(e.counts);
    cf_free(e.found);
    cf_free(e.seen);
    return status;
}

cf_status cfi_one_hot_inverse_new(cfi_one_hot_inverse *p, cf_index n_features, cf_index n_columns)
{
    *p = (cfi_one_hot_inverse){.n_features = n_features};
    CF_TRY(CF_ALLOC_ZERO(p->first, n_features + 1));
    CF_TRY(CF_ALLOC(p->feature, n_columns));
    CF_TRY(CF_ALLOC(p->values, n_columns));
    CF_TRY(CF_ALLOC(p->zeros, n_features));
    CF_TRY(CF_ALLOC(p->refused, n_features));
    CF_TRY(CF_ALLOC(p->best, n_features));
    CF_TRY(CF_ALLOC(p->sum, n_features));
    return CF_ALLOC(p->label, n_features);
}

void cfi_one_hot_inverse_free(cfi_one_hot_inverse *p)
{
    cf_free(p->first);
    cf_free(p->feature);
    cf_free(p->values);
    cf_free(p->zeros);
    cf_free(p->refused);
    cf_free(p->best);
    cf_free(p->sum);
    cf_free(p->label);
    *p = (cfi_one_hot_inverse){0};
}

/* The first of equal entries wins, as argmax has it. */
static void note_entry(cfi_one_hot_inverse *p, cf_index column, double value)
{
    const cf_index j = p->feature[column];
    p->sum[j] += value;
    if (value > p->best[j]) {
        p->best[j] = value;
        p->label[j] = column;
    }
}

/* The largest entry and the sum of each feature's columns in row i. */
static void note_row(cfi_one_hot_inverse *p, const cf_matrix *X, cf_index i)
{
    const bool sparse = cf_matrix_is_sparse(X);
    const double *values = X->values;
    for (cf_index j = 0; j < p->n_features; j++) {
        p->best[j] = sparse ? 0 : -(double)INFINITY; /* what is not stored is 0 */
        p->sum[j] = 0;
        p->label[j] = p->first[j];
    }
    if (sparse)
        for (cf_index k = X->offsets[i]; k < X->offsets[i + 1]; k++)
            note_entry(p, X->indices[k], values[k]);
    else
        for (cf_index column = 0; column < X->cols; column++)
            note_entry(p, column, values[i * X->row_stride + column]);
}

cf_index cfi_one_hot_undo(cfi_one_hot_inverse *p, const cf_matrix *X, double *out)
{
    const cf_index d = p->n_features;
    for (cf_index i = 0; i < X->rows; i++) {
        note_row(p, X, i);
        for (cf_index j = 0; j < d; j++) {
            const bool zero = p->sum[j] == 0 || p->first[j + 1] == p->first[j];
            out[i * d + j] = zero ? p->zeros[j] : p->values[p->label[j]];
            if (zero && p->refused[j])
                return i;
        }
    }
    return -1;
}
