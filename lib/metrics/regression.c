/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Errors of predicted numbers. Each output is computed by itself on contiguous copies of its
 * columns, then the outputs are averaged.
 */
#include "estimator/input.h"
#include "matrix/kernels.h"
#include "metrics/median.h"
#include "metrics/metrics.h"

#include <float.h>
#include <string.h>

/* One output. */
typedef struct column {
    cf_index n;
    const double *truth, *guess;
    const double *weights; /* NULL = all one */
    double total;          /* of the weights */
    double *scratch;       /* (n) */
} column;

/* Fills scratch with the error of every row: plain loops, which vectorise. */
typedef void (*fill_fn)(const column *c);

/* (y - f)^2 */
static void fill_squared(const column *c)
{
    for (cf_index i = 0; i < c->n; i++)
        c->scratch[i] = (c->truth[i] - c->guess[i]) * (c->truth[i] - c->guess[i]);
}

/* |y - f| */
static void fill_absolute(const column *c)
{
    for (cf_index i = 0; i < c->n; i++)
        c->scratch[i] = fabs(c->truth[i] - c->guess[i]);
}

/* y - f */
static void fill_residual(const column *c)
{
    for (cf_index i = 0; i < c->n; i++)
        c->scratch[i] = c->truth[i] - c->guess[i];
}

/* |y - f| / max(|y|, epsilon): near zero the true value is replaced, so that the error stays
 * finite, if huge. */
static void fill_relative(const column *c)
{
    for (cf_index i = 0; i < c->n; i++)
        c->scratch[i] = fabs(c->truth[i] - c->guess[i]) / fmax(fabs(c->truth[i]), DBL_EPSILON);
}

/* (log(1 + y) - log(1 + f))^2; both are greater than -1. */
static void fill_squared_log(const column *c)
{
    for (cf_index i = 0; i < c->n; i++) {
        const double d = log1p(c->truth[i]) - log1p(c->guess[i]);
        c->scratch[i] = d * d;
    }
}

/* Poisson deviance, 2 (y log(y / f) - y + f), with 0 log 0 = 0. */
static void fill_poisson(const column *c)
{
    for (cf_index i = 0; i < c->n; i++) {
        const double y = c->truth[i], f = c->guess[i];
        c->scratch[i] = 2 * ((y > 0 ? y * log(y / f) : 0) - y + f);
    }
}

/* Gamma deviance, 2 (log(f / y) + y / f - 1). */
static void fill_gamma(const column *c)
{
    for (cf_index i = 0; i < c->n; i++)
        c->scratch[i] = 2 * (log(c->guess[i] / c->truth[i]) + c->truth[i] / c->guess[i] - 1);
}

/* Weighted mean of x, its sum compensated. */
static double mean_value(const column *c, const double *x)
{
    return cfi_sum(x, c->weights, c->n) / c->total;
}

/* Weighted mean of an error. */
static double mean_of(const column *c, fill_fn fill)
{
    fill(c);
    return mean_value(c, c->scratch);
}

/* Weighted mean of (x - center)^2; x may be the scratch. In two passes: the mean square less the
 * squared mean would cancel. */
static double spread(const column *c, const double *x, double center)
{
    for (cf_index i = 0; i < c->n; i++)
        c->scratch[i] = (x[i] - center) * (x[i] - center);
    return mean_value(c, c->scratch);
}

/* The median of scratch, whose entries it moves. */
static cf_status median(const column *c, double *out)
{
    if (c->weights)
        return cfi_weighted_median(c->scratch, c->weights, c->n, c->total, out);
    *out = cfi_median(c->scratch, c->n);
    return CF_OK;
}

/* ---- outputs together ---- */

/* What one output gives: an error, or a numerator and denominator of 1 - a / b. */
typedef struct output {
    double value, denominator;
} output;

typedef cf_status (*output_fn)(const cfi_metric_args *args, const column *c, output *out);

static cf_status check_shapes(const cfi_metric_args *args)
{
    CF_TRY(cfi_metric_check(args));
    if (args->truth->cols != args->guess->cols)
        return cf_fail(CF_ERR_SHAPE,
                       "%s: y_true and y_pred have different number of output (%lld!=%lld)",
                       args->name, (long long)args->truth->cols, (long long)args->guess->cols);
    return CF_OK;
}

/* outs[j] = fn of output j. */
static cf_status each_output(const cfi_metric_args *args, output_fn fn, output *outs)
{
    const cf_index n = args->truth->rows;
    cfi_numbers truth = {0}, guess = {0};
    double *weights = NULL, *scratch = NULL;
    cf_status status = CF_OK;
    if (args->weights)
        CF_GO(cfi_check_weights(args->name, args->weights, n, &weights));
    CF_GO(CF_ALLOC(scratch, n));
    const double total = cfi_weight_total(weights, n);
    for (cf_index j = 0; j < args->truth->cols; j++) {
        CF_GO(cfi_numbers_read(args, "y_true", args->truth, j, &truth));
        CF_GO(cfi_numbers_read(args, "y_pred", args->guess, j, &guess));
        /* `scratch` serves every output; nothing of one output is needed for the next. */
        const column c = {n, truth.x, guess.x, weights, total, scratch};
        CF_GO(fn(args, &c, &outs[j]));
        cfi_numbers_clear(&truth);
        cfi_numbers_clear(&guess);
    }
cleanup:
    cfi_numbers_clear(&truth);
    cfi_numbers_clear(&guess);
    cf_free(weights);
    cf_free(scratch);
    return status;
}

/* Mean of the values with the caller's weights, the denominators (variances) or none. Denominators
 * that are all 0 count as none. */
static double mean_output(const cfi_metric_args *args, const output *outs, bool by_denominator)
{
    const double *given = args->options->output_weights;
    const cf_index k = args->truth->cols;
    cfi_total sum = {0}, total = {0};
    bool any = given != NULL;
    for (cf_index j = 0; by_denominator && !given && j < k; j++)
        any = any || outs[j].denominator != 0;
    for (cf_index j = 0; j < k; j++) {
        const double w = !any ? 1 : given ? given[j] : outs[j].denominator;
        cfi_total_add(&sum, w * outs[j].value);
        cfi_total_add(&total, w);
    }
    return cfi_total_value(sum) / cfi_total_value(total);
}

/* The mean over the outputs of an error. */
static cf_status mean_error(const cfi_metric_args *args, output_fn fn, double *out)
{
    output *outs = NULL;
    cf_status status = CF_OK;
    CF_GO(check_shapes(args));
    CF_GO(CF_ALLOC_ZERO(outs, args->truth->cols));
    CF_GO(each_output(args, fn, outs));
    *out = mean_output(args, outs, false);
cleanup:
    cf_free(outs);
    return status;
}

/* 1 - value / denominator of every output, then their mean. A denominator of 0 (constant y) gives 1
 * for a perfect fit and 0 for any other, or with not_force_finite NaN and -infinity. */
static cf_status mean_share(const cfi_metric_args *args, output_fn fn, double *out)
{
    output *outs = NULL;
    cf_status status = CF_OK;
    CF_GO(check_shapes(args));
    CF_GO(CF_ALLOC_ZERO(outs, args->truth->cols));
    CF_GO(each_output(args, fn, outs));
    for (cf_index j = 0; j < args->truth->cols; j++) {
        const double above = outs[j].value, below = outs[j].denominator;
        if (below != 0 || args->options->not_force_finite)
            outs[j].value = 1 - above / below;
        else
            outs[j].value = above == 0 ? 1 : 0;
    }
    *out = mean_output(args, outs, args->options->multioutput == CF_MULTIOUTPUT_VARIANCE_WEIGHTED);
cleanup:
    cf_free(outs);
    return status;
}

/* ---- the metrics ---- */

static cf_status squared_output(const cfi_metric_args *args, const column *c, output *out)
{
    (void)args;
    out->value = mean_of(c, fill_squared);
    return CF_OK;
}

/* The root of each output before the mean over them, as in scikit-learn. */
static cf_status root_output(const cfi_metric_args *args, const column *c, output *out)
{
    (void)args;
    out->value = sqrt(mean_of(c, fill_squared));
    return CF_OK;
}

static cf_status absolute_output(const cfi_metric_args *args, const column *c, output *out)
{
    (void)args;
    out->value = mean_of(c, fill_absolute);
    return CF_OK;
}

static cf_status relative_output(const cfi_metric_args *args, const column *c, output *out)
{
    (void)args;
    out->value = mean_of(c, fill_relative);
    return CF_OK;
}

static cf_status median_output(const cfi_metric_args *args, const column *c, output *out)
{
    (void)args;
    fill_absolute(c);
    return median(c, &out->value);
}

static cf_status max_output(const cfi_metric_args *args, const column *c, output *out)
{
    (void)args;
    fill_absolute(c);
    out->value = 0;
    for (cf_index i = 0; i < c->n; i++)
        out->value = c->scratch[i] > out->value ? c->scratch[i] : out->value;
    return CF_OK;
}

/* log1p(-1) is -infinity: such rows are refused, not averaged. */
static cf_status log_output(const cfi_metric_args *args, const column *c, output *out)
{
    for (cf_index i = 0; i < c->n; i++)
        if (c->truth[i] <= -1 || c->guess[i] <= -1)
            return cf_fail(CF_ERR_DATA,
                           "%s: targets contain values less than or equal to -1 (row %lld)",
                           args->name, (long long)i);
    out->value = mean_of(c, fill_squared_log);
    return CF_OK;
}

static cf_status root_log_output(const cfi_metric_args *args, const column *c, output *out)
{
    CF_TRY(log_output(args, c, out));
    out->value = sqrt(out->value);
    return CF_OK;
}

static cf_status poisson_output(const cfi_metric_args *args, const column *c, output *out)
{
    for (cf_index i = 0; i < c->n; i++)
        if (c->truth[i] < 0 || c->guess[i] <= 0)
            return cf_fail(CF_ERR_DATA,
                           "%s: takes non-negative y_true and strictly positive y_pred (row %lld)",
                           args->name, (long long)i);
    out->value = mean_of(c, fill_poisson);
    return CF_OK;
}

static cf_status gamma_output(const cfi_metric_args *args, const column *c, output *out)
{
    for (cf_index i = 0; i < c->n; i++)
        if (c->truth[i] <= 0 || c->guess[i] <= 0)
            return cf_fail(CF_ERR_DATA, "%s: takes strictly positive y_true and y_pred (row %lld)",
                           args->name, (long long)i);
    out->value = mean_of(c, fill_gamma);
    return CF_OK;
}

/* Sums of squares of the residuals and of y about its mean, both over the weights: the quotient is
 * the same. */
static cf_status r2_output(const cfi_metric_args *args, const column *c, output *out)
{
    (void)args;
    out->value = mean_of(c, fill_squared);
    out->denominator = spread(c, c->truth, mean_value(c, c->truth));
    return CF_OK;
}

/* As r2_output, but residuals about their own mean: a constant error costs nothing. */
static cf_status variance_output(const cfi_metric_args *args, const column *c, output *out)
{
    (void)args;
    fill_residual(c);
    out->value = spread(c, c->scratch, mean_value(c, c->scratch));
    out->denominator = spread(c, c->truth, mean_value(c, c->truth));
    return CF_OK;
}

/* Mean absolute error, and that of the (weighted) median of y. The median reorders its input, so it
 * gets a copy. */
static cf_status d2_output(const cfi_metric_args *args, const column *c, output *out)
{
    (void)args;
    double center = 0;
    memcpy(c->scratch, c->truth, (size_t)c->n * sizeof *c->scratch);
    CF_TRY(median(c, &center));
    for (cf_index i = 0; i < c->n; i++)
        c->scratch[i] = fabs(c->truth[i] - center);
    out->denominator = mean_value(c, c->scratch);
    out->value = mean_of(c, fill_absolute);
    return CF_OK;
}

/* True for one row: NaN with a warning, as the variance of y means nothing. */
static bool is_too_short(const cfi_metric_args *args, const char *symbol, double *out)
{
    if (!args->truth || args->truth->rows != 1)
        return false;
    cf_run_warn(args->run, CF_WARN_UNDEFINED_METRIC,
                "%s score is not well-defined with less than two samples.", symbol);
    *out = (double)NAN;
    return true;
}

cf_status cfi_r2(const cfi_metric_args *args, double *out)
{
    CF_TRY(check_shapes(args));
    return is_too_short(args, "R^2", out) ? CF_OK : mean_share(args, r2_output, out);
}

cf_status cfi_explained_variance(const cfi_metric_args *args, double *out)
{
    return mean_share(args, variance_output, out);
}

cf_status cfi_d2_absolute_error(const cfi_metric_args *args, double *out)
{
    CF_TRY(check_shapes(args));
    return is_too_short(args, "D^2", out) ? CF_OK : mean_share(args, d2_output, out);
}

cf_status cfi_mean_squared_error(const cfi_metric_args *args, double *out)
{
    return mean_error(args, squared_output, out);
}

cf_status cfi_root_mean_squared_error(const cfi_metric_args *args, double *out)
{
    return mean_error(args, root_output, out);
}

cf_status cfi_mean_squared_log_error(const cfi_metric_args *args, double *out)
{
    return mean_error(args, log_output, out);
}

cf_status cfi_root_mean_squared_log_error(const cfi_metric_args *args, double *out)
{
    return mean_error(args, root_log_output, out);
}

cf_status cfi_mean_absolute_error(const cfi_metric_args *args, double *out)
{
    return mean_error(args, absolute_output, out);
}

cf_status cfi_median_absolute_error(const cfi_metric_args *args, double *out)
{
    return mean_error(args, median_output, out);
}

cf_status cfi_mean_absolute_percentage_error(const cfi_metric_args *args, double *out)
{
    return mean_error(args, relative_output, out);
}

/* Metrics that scikit-learn defines for one output only. */
static cf_status check_single(const cfi_metric_args *args)
{
    CF_TRY(check_shapes(args));
    if (args->truth->cols != 1)
        return cf_fail(CF_ERR_SHAPE, "%s: Multioutput not supported, y_true has %lld columns",
                       args->name, (long long)args->truth->cols);
    return CF_OK;
}

cf_status cfi_max_error(const cfi_metric_args *args, double *out)
{
    CF_TRY(check_single(args));
    if (args->weights)
        return cf_fail(CF_ERR_UNSUPPORTED, "%s takes no sample_weight", args->name);
    return mean_error(args, max_output, out);
}

cf_status cfi_mean_poisson_deviance(const cfi_metric_args *args, double *out)
{
    CF_TRY(check_single(args));
    return mean_error(args, poisson_output, out);
}

cf_status cfi_mean_gamma_deviance(const cfi_metric_args *args, double *out)
{
    CF_TRY(check_single(args));
    return mean_error(args, gamma_output, out);
}
