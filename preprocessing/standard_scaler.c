/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * z = (x - mean) / scale for every column, scale = sqrt(var), var = sum w (x - mean)^2 / sum w.
 *
 * Mean and variance come from the corrected two-pass algorithm in blocks, merged pairwise (T. Chan,
 * G. Golub, R. LeVeque 1983, doi:10.1080/00031305.1983.10483115), so partial_fit over batches gives
 * what one fit gives. A column whose variance is within the rounding error of a constant's,
 * var <= n eps var + (n mean eps)^2, is constant: its scale is 1.
 */
#include "matrix/kernels.h"
#include "preprocessing/column_map.h"

#include <float.h>
#include <math.h>
#include <string.h>

typedef struct standard_scaler {
    cf_estimator base;
    bool with_mean, with_std;
    /* state */
    cf_matrix mean_;  /* (n_features); empty when neither centring nor scaling needs it */
    cf_matrix var_;   /* (n_features); empty without with_std */
    cf_matrix scale_; /* (n_features); empty without with_std */
    cf_array weights; /* (n_features) f64: weight of the entries that are not missing */
    bool weighted;    /* some batch came with sample weights */
} standard_scaler;

static cf_status copy_column(cf_matrix *to, const double *from, cf_index d)
{
    CF_TRY(cf_matrix_resize(to, CF_F64, d, 1));
    if (d > 0)
        memcpy(to->values, from, (size_t)d * sizeof *from);
    return CF_OK;
}

/* A fitted column of numbers, or NULL when it is empty or its parameter is off. */
static const double *numbers_of(const cf_matrix *column, bool wanted)
{
    return wanted && column->rows > 0 ? column->values : NULL;
}

/* The statistics the state holds, as a start for the next batch. */
static cf_status resume(const standard_scaler *s, cfi_column_stats *stats)
{
    const double *weights = s->weights.data;
    const double *mean = numbers_of(&s->mean_, true), *var = numbers_of(&s->var_, true);
    if ((s->with_mean || s->with_std) && !mean)
        return cf_fail(CF_ERR_ARGUMENT,
                       "StandardScaler: the first batch was fitted without a mean");
    if (s->with_std && !var)
        return cf_fail(CF_ERR_ARGUMENT,
                       "StandardScaler: the first batch was fitted without with_std");
    for (cf_index j = 0; j < stats->cols; j++) {
        stats->weight[j] = weights[j];
        if (weights[j] > 0 && mean)
            stats->mean[j] = mean[j];
        if (weights[j] > 0 && var)
            stats->m2[j] = var[j] * weights[j];
    }
    return CF_OK;
}

/* A constant column keeps a rounding error of a variance: it is not divided by its root. */
static double scale_of(double var, double mean, double weight)
{
    const double error = weight * mean * DBL_EPSILON;
    return var <= weight * DBL_EPSILON * var + error * error ? 1 : sqrt(var);
}

/* Statistics to attributes; a column of gaps has no mean, and says so as NaN. */
static cf_status keep(standard_scaler *s, cfi_column_stats *stats)
{
    const cf_index d = stats->cols;
    CF_TRY(cf_array_resize(&s->weights, CF_F64, d));
    memcpy(s->weights.data, stats->weight, (size_t)d * sizeof(double));
    for (cf_index j = 0; j < d; j++)
        if (stats->weight[j] == 0)
            stats->mean[j] = stats->m2[j] = (double)NAN; /* nothing but missing values */
    if (s->with_mean || s->with_std)
        CF_TRY(copy_column(&s->mean_, stats->mean, d));
    if (!s->with_std)
        return CF_OK;
    CF_TRY(copy_column(&s->var_, stats->m2, d));
    CF_TRY(cf_matrix_resize(&s->scale_, CF_F64, d, 1));
    double *var = s->var_.values, *scale = s->scale_.values;
    for (cf_index j = 0; j < d; j++) {
        var[j] /= stats->weight[j];
        scale[j] = scale_of(var[j], stats->mean[j], stats->weight[j]);
    }
    return CF_OK;
}

/* fit and partial_fit differ only in whether there are statistics to go on from. */
static cf_status fit(cf_estimator *self, const cf_fit_args *args)
{
    standard_scaler *s = (standard_scaler *)self;
    cfi_column_stats stats = {0};
    cf_status status;
    CF_GO(cfi_column_stats_new(&stats, args->X->cols));
    if (args->warm)
        CF_GO(resume(s, &stats));
    const int what = s->with_std ? CFI_STATS_MEAN | CFI_STATS_M2 : CFI_STATS_MEAN;
    CF_GO(cfi_column_stats_add(args->run, &stats, args->X, args->weights, what));
    CF_GO(keep(s, &stats));
    s->weighted = s->weighted || args->weights;
cleanup:
    cfi_column_stats_clear(&stats);
    return status;
}

static cf_status transform(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                           cf_matrix *out)
{
    const standard_scaler *s = (const standard_scaler *)self;
    const double *scale = numbers_of(&s->scale_, s->with_std);
    if (cf_matrix_is_sparse(X))
        return cfi_scale_sparse_columns(run, X, scale, true, out);
    const cfi_column_map map = {
        .shift = numbers_of(&s->mean_, s->with_mean), .scale = scale, .divide = true};
    return cfi_map_columns(run, X, &map, out);
}

static cf_status inverse_transform(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                                   cf_matrix *out)
{
    const standard_scaler *s = (const standard_scaler *)self;
    const double *scale = numbers_of(&s->scale_, s->with_std);
    const cf_index d = cf_self_n_features(self);
    if (X->cols != d)
        return cf_fail(CF_ERR_SHAPE, "StandardScaler: X has %lld columns, the scaler has %lld",
                       (long long)X->cols, (long long)d);
    if (cf_matrix_is_sparse(X) && s->with_mean)
        return cf_fail(CF_ERR_UNSUPPORTED,
                       "StandardScaler: cannot uncenter a sparse matrix: set with_mean=false");
    if (cf_matrix_is_sparse(X))
        return cfi_scale_sparse_columns(run, X, scale, false, out);
    const cfi_column_map map = {.shift = numbers_of(&s->mean_, s->with_mean), .scale = scale};
    return cfi_map_columns(run, X, &map, out);
}

/* A sparse matrix cannot be centred without filling it. */
static void traits(const cf_estimator *self, cf_traits *t)
{
    if (((const standard_scaler *)self)->with_mean)
        t->tags &= ~(unsigned)CF_TAG_SPARSE;
}

/* One number when every column has seen as much, as without missing values, else one a column. */
static cf_status n_samples_seen(const cf_estimator *self, cf_matrix *out)
{
    const standard_scaler *s = (const standard_scaler *)self;
    const double *weights = s->weights.data;
    bool same = true;
    for (cf_index j = 1; j < s->weights.length; j++)
        same = same && weights[j] == weights[0];
    const cf_index count = same ? 1 : s->weights.length;
    CF_TRY(cf_matrix_resize(out, s->weighted ? CF_F64 : CF_I64, count, 1));
    for (cf_index j = 0; j < count; j++) {
        if (s->weighted)
            ((double *)out->values)[j] = weights[j];
        else /* a count, unless a file says otherwise */
            ((int64_t *)out->values)[j] = weights[j] < 0x1p63 ? (int64_t)weights[j] : INT64_MAX;
    }
    return CF_OK;
}

static const cf_param params[] = {
    CF_ROW_BOOL(standard_scaler, with_mean, "true", "subtract the mean; false for sparse data"),
    CF_ROW_BOOL(standard_scaler, with_std, "true", "divide by the standard deviation"),
    CF_END,
};

static const cf_state state[] = {
    CF_HELD_MATRIX(standard_scaler, scale_, "(n_features)",
                   "divisor of each column; empty without with_std", .optional = true),
    CF_HELD_MATRIX(standard_scaler, mean_, "(n_features)",
                   "mean of each column; empty without with_mean and with_std", .optional = true),
    CF_HELD_MATRIX(standard_scaler, var_, "(n_features)",
                   "variance of each column; empty without with_std", .optional = true),
    CF_HELD_ARRAY(standard_scaler, weights, "(n_features)",
                  "weight of the entries that are not missing", .range = "[0, inf)"),
    CF_HELD_BOOL(standard_scaler, weighted, "some batch came with sample weights"),
    CF_COMPUTED("n_samples_seen_", n_samples_seen, "?",
                "rows seen, or their weight; one a column when values were missing"),
    CF_END,
};

static const char *const examples[] = {
    "StandardScaler(with_mean=false)",
    "StandardScaler(with_std=false)",
    NULL,
};

CF_CLASS(StandardScaler) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "StandardScaler",
    .module = "preprocessing",
    .signature = "*, copy=true, with_mean, with_std",
    .summary = "Columns with mean 0 and variance 1",
    .doc =
        "Objective\n"
        "  z = (x - mean) / scale; scale is the standard deviation (divisor sum of weights), 1 "
        "for a\n"
        "  constant column.\n"
        "Input\n"
        "  Dense f64 or f32 (kept), NaN = missing: skipped in fit, kept in transform. CSR with\n"
        "  with_mean=false.\n"
        "Errors\n"
        "  CF_ERR_TYPE: sparse X with with_mean. CF_ERR_SHAPE: X has other columns than in fit.\n"
        "Cost\n"
        "  O(n d) time, one pass over X in fit and one in transform; O(d) memory.\n"
        "Threads\n"
        "  Blocks of rows; the same bits on any number of threads.\n"
        "Notes\n"
        "  A column that held only missing values in one batch recovers with the next.\n"
        "Source\n"
        "  T. F. Chan, G. H. Golub, R. J. LeVeque, The American Statistician 37, 1983,\n"
        "  doi:10.1080/00031305.1983.10483115\n"
        "Example\n"
        "  examples/preprocessing.c\n",
    .kind = CF_TRANSFORMER,
    .tags = CF_TAG_SPARSE | CF_TAG_NAN | CF_TAG_WEIGHTS | CF_TAG_F32 | CF_TAG_KEEPS_F32 |
            CF_TAG_ONE_TO_ONE | CF_TAG_ORDER_FREE,
    .size = sizeof(standard_scaler),
    .params = params,
    .state = state,
    .fit = fit,
    .partial_fit = fit,
    .transform = transform,
    .inverse_transform = inverse_transform,
    .traits = traits,
    .examples = examples,
};
