/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * z = x * scale + min for every column, so that the least value seen becomes the lower end of
 * feature_range and the largest the upper end: scale = (b - a) / (largest - least),
 * min = a - least * scale. A column of one value (range below 10 eps of X's dtype) has divisor 1.
 */
#include "matrix/kernels.h"
#include "preprocessing/column_map.h"

#include <float.h>
#include <math.h>
#include <string.h>

typedef struct min_max_scaler {
    cf_estimator base;
    cf_value feature_range; /* tuple of two */
    bool clip;
    /* state */
    cf_matrix min_;        /* (n_features) */
    cf_matrix scale_;      /* (n_features) */
    cf_matrix data_min_;   /* (n_features) */
    cf_matrix data_max_;   /* (n_features) */
    cf_matrix data_range_; /* (n_features) */
    int64_t n_samples_seen_;
} min_max_scaler;

/* The lower (0) or upper (1) end of feature_range. */
static double range_end(const min_max_scaler *s, int which)
{
    return cf_value_number(&s->feature_range.as.items[which]);
}

static cf_status check_params(const cf_estimator *self)
{
    const min_max_scaler *s = (const min_max_scaler *)self;
    if (s->feature_range.count != 2)
        return cf_fail(CF_ERR_ARGUMENT, "MinMaxScaler: feature_range has %lld numbers, wants 2",
                       (long long)s->feature_range.count);
    const double low = range_end(s, 0), high = range_end(s, 1);
    if (!(low < high) || isinf(low) || isinf(high))
        return cf_fail(CF_ERR_ARGUMENT,
                       "MinMaxScaler: Minimum of desired feature range must be smaller than "
                       "maximum. Got (%g, %g)",
                       low, high);
    return CF_OK;
}

/* Five columns of equal length. */
static cf_status resize_state(min_max_scaler *s, cf_index d)
{
    cf_matrix *const columns[] = {&s->min_, &s->scale_, &s->data_min_, &s->data_max_,
                                  &s->data_range_};
    for (size_t k = 0; k < sizeof columns / sizeof columns[0]; k++)
        CF_TRY(cf_matrix_resize(columns[k], CF_F64, d, 1));
    return CF_OK;
}

/* Sets the state from the least and largest values of every column. */
static void keep(min_max_scaler *s, const cfi_column_stats *stats, cf_dtype dtype)
{
    const double tiny = 10 * (dtype == CF_F32 ? (double)FLT_EPSILON : DBL_EPSILON);
    const double low = range_end(s, 0), high = range_end(s, 1);
    double *min = s->min_.values, *scale = s->scale_.values, *least = s->data_min_.values;
    double *largest = s->data_max_.values, *range = s->data_range_.values;
    for (cf_index j = 0; j < stats->cols; j++) {
        const bool any = stats->least[j] <= stats->largest[j]; /* not only missing values */
        least[j] = any ? stats->least[j] : (double)NAN;
        largest[j] = any ? stats->largest[j] : (double)NAN;
        range[j] = largest[j] - least[j];
        scale[j] = (high - low) / (range[j] < tiny ? 1 : range[j]);
        min[j] = low - least[j] * scale[j];
    }
}

/* Least and largest values merge over batches without loss; the rest follows from them. */
static cf_status fit(cf_estimator *self, const cf_fit_args *args)
{
    min_max_scaler *s = (min_max_scaler *)self;
    cfi_column_stats stats = {0};
    cf_status status;
    CF_GO(cfi_column_stats_new(&stats, args->X->cols));
    for (cf_index j = 0; args->warm && j < args->X->cols; j++) {
        const double least = ((const double *)s->data_min_.values)[j];
        const double largest = ((const double *)s->data_max_.values)[j];
        if (!isnan(least)) {
            stats.least[j] = least;
            stats.largest[j] = largest;
        }
    }
    CF_GO(cfi_column_stats_add(args->run, &stats, args->X, NULL, CFI_STATS_RANGE));
    CF_GO(resize_state(s, args->X->cols));
    keep(s, &stats, args->X->dtype);
    s->n_samples_seen_ += args->X->rows;
cleanup:
    cfi_column_stats_clear(&stats);
    return status;
}

static cf_status transform(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                           cf_matrix *out)
{
    const min_max_scaler *s = (const min_max_scaler *)self;
    CF_TRY(check_params(self)); /* the range may have been set after fit */
    const cfi_column_map map = {.shift = s->min_.values,
                                .scale = s->scale_.values,
                                .clip = s->clip,
                                .low = range_end(s, 0),
                                .high = range_end(s, 1)};
    return cfi_map_columns(run, X, &map, out);
}

static cf_status inverse_transform(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                                   cf_matrix *out)
{
    const min_max_scaler *s = (const min_max_scaler *)self;
    const cf_index d = cf_self_n_features(self);
    if (cf_matrix_is_sparse(X))
        return cf_fail(CF_ERR_TYPE, "MinMaxScaler: X is sparse; the class takes dense data only");
    if (X->cols != d)
        return cf_fail(CF_ERR_SHAPE, "MinMaxScaler: X has %lld columns, the scaler has %lld",
                       (long long)X->cols, (long long)d);
    const cfi_column_map map = {.shift = s->min_.values, .scale = s->scale_.values, .divide = true};
    return cfi_map_columns(run, X, &map, out);
}

static const cf_param params[] = {
    CF_ROW_VALUE(min_max_scaler, feature_range, "(0, 1)", "tuple",
                 "where the least and the largest value go"),
    CF_ROW_BOOL(min_max_scaler, clip, "false", "keep new data inside feature_range"),
    CF_END,
};

static const cf_state state[] = {
    CF_HELD_MATRIX(min_max_scaler, min_, "(n_features)", "added to each column after scaling"),
    CF_HELD_MATRIX(min_max_scaler, scale_, "(n_features)", "factor of each column"),
    CF_HELD_MATRIX(min_max_scaler, data_min_, "(n_features)", "least value of each column"),
    CF_HELD_MATRIX(min_max_scaler, data_max_, "(n_features)", "largest value of each column"),
    CF_HELD_MATRIX(min_max_scaler, data_range_, "(n_features)", "their difference"),
    CF_HELD_INT(min_max_scaler, n_samples_seen_, "rows seen", .range = "[0, 9007199254740992]"),
    CF_END,
};

static const char *const examples[] = {
    "MinMaxScaler(feature_range=(-1, 1), clip=true)",
    NULL,
};

CF_CLASS(MinMaxScaler) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "MinMaxScaler",
    .module = "preprocessing",
    .signature = "feature_range, *, copy=true, clip",
    .summary = "Columns moved and stretched into a given range",
    .doc =
        "Objective\n"
        "  z = x * scale + min with the least value seen at the lower end of feature_range, the\n"
        "  largest at the upper end.\n"
        "Input\n"
        "  Dense f64 or f32 (kept), NaN = missing: skipped in fit, kept in transform.\n"
        "Errors\n"
        "  CF_ERR_ARGUMENT: feature_range is not two ascending finite numbers.\n"
        "Cost\n"
        "  O(n d) time, one pass over X in fit and one in transform; O(d) memory.\n"
        "Threads\n"
        "  Blocks of rows; the same bits on any number of threads.\n"
        "Source\n"
        "  J. Han, M. Kamber, J. Pei, Data Mining: Concepts and Techniques, 3rd ed., 3.5.2\n"
        "Example\n"
        "  examples/preprocessing.c\n",
    .kind = CF_TRANSFORMER,
    .tags = CF_TAG_NAN | CF_TAG_F32 | CF_TAG_KEEPS_F32 | CF_TAG_ONE_TO_ONE | CF_TAG_ORDER_FREE,
    .size = sizeof(min_max_scaler),
    .params = params,
    .state = state,
    .fit = fit,
    .partial_fit = fit,
    .transform = transform,
    .inverse_transform = inverse_transform,
    .check_params = check_params,
    .examples = examples,
};
