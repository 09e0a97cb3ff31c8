/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Silhouette (Rousseeuw 1987, doi:10.1016/0377-0427(87)90125-7): how much nearer a row is to its
 * own cluster than to the next one. Distances are made in blocks of rows, each block is summed by
 * cluster and forgotten.
 */
#include "metrics/metrics.h"

#include "estimator/labels.h"
#include "matrix/kernels.h"

#include <float.h>
#include <string.h>

/* Distances held at one time: 16 MiB. */
enum { HELD = 1 << 21 };

typedef struct silhouette {
    cf_index n, k;
    const int32_t *codes;   /* (n) */
    const cf_index *counts; /* (k) */
    cf_index first;         /* row of X the block begins with */
    const double *distance; /* (block, n) */
    double *sums;           /* (workers, k) */
    double *out;            /* (n) */
} silhouette;

/* Some rows of a block, (b - a) / max(a, b): a = mean distance to the others of the own cluster, b
 * = to the nearest other cluster. A cluster of one, and 0 / 0, give 0. */
static void score_rows(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    const silhouette *s = ctx;
    double *sums = s->sums + worker * s->k;
    for (cf_index r = begin; r < end; r++) {
        const cf_index own = s->codes[s->first + r];
        const double *d = s->distance + r * s->n;
        memset(sums, 0, (size_t)s->k * sizeof *sums);
        for (cf_index j = 0; j < s->n; j++)
            sums[s->codes[j]] += d[j];
        double nearest = (double)INFINITY; /* b */
        for (cf_index c = 0; c < s->k; c++)
            if (c != own)
                nearest = fmin(nearest, sums[c] / (double)s->counts[c]);
        /* a. The row itself is in the sum, at distance 0, but not in the count; for a cluster of
         * one this is NaN and not used. */
        const double inside = sums[own] / (double)(s->counts[own] - 1);
        const double widest = fmax(inside, nearest);
        s->out[s->first + r] = s->counts[own] > 1 && widest > 0 ? (nearest - inside) / widest : 0;
    }
}

static void take_roots(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    double *d = ctx;
    for (cf_index i = begin; i < end; i++)
        d[i] = sqrt(d[i]);
}

/* One block of rows [first, first + rows): distances, then scores. */
static cf_status score_block(const cfi_metric_args *args, const cf_matrix *X, silhouette *s,
                             cf_index rows, double *distance)
{
    if (args->options->precomputed) {
        for (cf_index r = 0; r < rows; r++)
            for (cf_index j = 0; j < s->n; j++)
                distance[r * s->n + j] = cf_matrix_get(X, s->first + r, j);
    } else {
        const cf_matrix block = cf_view_rows(X, s->first, s->first + rows);
        CF_TRY(cfi_distances2(args->run, &block, X, distance));
        for (cf_index r = 0; r < rows; r++)
            /* Rounding may leave a little on the diagonal, which the root would make large. */
            distance[r * s->n + s->first + r] = 0;
        cf_parallel_for(args->run, rows * s->n, 1 << 15, take_roots, distance);
    }
    s->distance = distance;
    cf_parallel_for(args->run, rows, 1 + (1 << 17) / s->n, score_rows, s);
    return cf_run_check(args->run);
}

/* As many rows at a time as HELD distances allow, one at least: memory does not grow with n^2. */
static cf_status score_all(const cfi_metric_args *args, const cf_matrix *X, silhouette *s)
{
    double *distance = NULL;
    cf_status status = CF_OK;
    cf_index step = HELD / s->n;
    step = step < 1 ? 1 : step > s->n ? s->n : step;
    CF_GO(CF_ALLOC(distance, step * s->n));
    CF_GO(CF_ALLOC(s->sums, s->k * cf_run_threads(args->run)));
    for (s->first = 0; s->first < s->n; s->first += step) {
        const cf_index rows = s->n - s->first < step ? s->n - s->first : step;
        CF_GO(score_block(args, X, s, rows, distance));
    }
cleanup:
    cf_free(distance);
    cf_free(s->sums);
    s->sums = NULL;
    return status;
}

/* X as dense rows of doubles, finite; square with a zero diagonal where it holds distances (zero up
 * to 100 epsilon, scikit-learn's tolerance for reals). */
static cf_status read_points(const cfi_metric_args *args, cf_matrix *out)
{
    const cf_matrix *X = args->guess;
    cf_index row = 0, col = 0;
    double value = 0;
    CF_TRY(cf_matrix_check(X, "X"));
    if (cfi_schema_has_codes(X->schema))
        return cf_fail(CF_ERR_TYPE, "%s: X holds text; the metric takes numbers", args->name);
    CF_TRY(cf_matrix_convert(X, CF_F64, CF_DENSE, out));
    if (cfi_find_nonfinite(args->run, out, false, &row, &col, &value))
        return cf_fail(CF_ERR_DATA, "%s: X contains %s at row %lld, column %lld", args->name,
                       isnan(value) ? "NaN" : "infinity", (long long)row, (long long)col);
    if (!args->options->precomputed)
        return CF_OK;
    if (X->rows != X->cols)
        return cf_fail(CF_ERR_SHAPE, "%s: X holds distances and must be square, it is %lld x %lld",
                       args->name, (long long)X->rows, (long long)X->cols);
    for (cf_index i = 0; i < X->rows; i++)
        if (fabs(cf_matrix_get(out, i, i)) > 100 * DBL_EPSILON)
            return cf_fail(CF_ERR_DATA,
                           "%s: The precomputed distance matrix contains non-zero elements on the "
                           "diagonal (row %lld)",
                           args->name, (long long)i);
    return CF_OK;
}

/* Rows of each cluster. With one cluster there is no other, with n no distance inside: both are
 * errors. */
static cf_status count_labels(const cfi_metric_args *args, const cfi_coded *labels,
                              cf_index **counts)
{
    if (labels->k < 2 || labels->k >= labels->n)
        return cf_fail(CF_ERR_DATA,
                       "%s: Number of labels is %lld. Valid values are 2 to n_samples - 1 "
                       "(inclusive)",
                       args->name, (long long)labels->k);
    CF_TRY(CF_ALLOC_ZERO(*counts, labels->k));
    for (cf_index i = 0; i < labels->n; i++)
        (*counts)[labels->codes[i]]++;
    return CF_OK;
}

/* args: truth = labels, guess = X. */
static cf_status samples(const cfi_metric_args *args, void *result)
{
    cf_matrix *out = result, X = {0};
    cfi_coded labels = {0};
    cf_index *counts = NULL;
    double *values = NULL;
    cf_status status = CF_OK;
    CF_GO(cfi_metric_check(
        &(cfi_metric_args){.name = args->name, .truth = args->truth, .guess = args->truth}));
    if (!args->guess || args->guess->rows != args->truth->rows) {
        status =
            cf_fail(CF_ERR_SHAPE, "%s: X has %lld rows, labels has %lld", args->name,
                    (long long)(args->guess ? args->guess->rows : 0), (long long)args->truth->rows);
        goto cleanup;
    }
    CF_GO(cfi_coded_read(args, &labels));
    CF_GO(count_labels(args, &labels, &counts));
    CF_GO(read_points(args, &X));
    CF_GO(CF_ALLOC(values, labels.n));
    CF_GO(score_all(
        args, &X,
        &(silhouette){
            .n = labels.n, .k = labels.k, .codes = labels.codes, .counts = counts, .out = values}));
    CF_GO(cf_matrix_resize(out, CF_F64, labels.n, 1));
    for (cf_index i = 0; i < labels.n; i++)
        ((double *)out->values)[i * out->row_stride] = values[i];
cleanup:
    cf_free(values);
    cf_free(counts);
    cf_matrix_clear(&X);
    cfi_coded_clear(&labels);
    return status;
}

cf_status cf_silhouette_samples(const cf_matrix *X, const cf_matrix *labels,
                                const cf_metric_options *options, cf_matrix *out)
{
    return cfi_metric_into(&(cfi_metric_args){"silhouette_samples", labels, X, NULL, options, NULL},
                           samples, out);
}

/* The mean over all rows, not over the clusters. */
static cf_status mean_sample(const cfi_metric_args *args, double *out)
{
    cf_matrix each = {0};
    cfi_total sum = {0};
    CF_TRY(samples(args, &each));
    for (cf_index i = 0; i < each.rows; i++)
        cfi_total_add(&sum, ((const double *)each.values)[i]);
    *out = cfi_total_value(sum) / (double)each.rows;
    cf_matrix_clear(&each);
    return CF_OK;
}

cf_status cf_silhouette_score(const cf_matrix *X, const cf_matrix *labels,
                              const cf_metric_options *options, double *out)
{
    return cfi_metric_call(&(cfi_metric_args){"silhouette_score", labels, X, NULL, options, NULL},
                           mean_sample, out);
}
