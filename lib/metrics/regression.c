/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Errors of predicted numbers. Each output is computed by itself on contiguous copies of its
 * columns, then the outputs are averaged.
 */
#include "metrics/metrics.h"

#include "estimator/input.h"
#include "matrix/kernels.h"

#include <float.h>

/* One output. */
typedef struct column {
    cf_index n;
    const double *truth, *guess;
    const double *weights; /* NULL = all one */
    double total;          /* of the weights */
    double *scratch;       /* (n) */
    cf_index *order;       /* (n) */
} column;

/* The error of one output. */
typedef double (*loss_fn)(double truth, double guess);

/* Weighted mean of a loss. */
static double mean_of(const column *c, loss_fn loss)
{
    cfi_total sum = {0};
    for (cf_index i = 0; i < c->n; i++)
        cfi_total_add(&sum, cfi_weight(c->weights, i) * loss(c->truth[i], c->guess[i]));
    return cfi_total_value(sum) / c->total;
}

static double squared(double truth, double guess)
{
    return (truth - guess) * (truth - guess);
}

static double absolute(double truth, double guess)
{
    return fabs(truth - guess);
}

static double relative(double truth, double guess)
{
    return fabs(truth - guess) / fmax(fabs(truth), DBL_EPSILON);
}

static double squared_log(double truth, double guess)
{
    return squared(log1p(truth), log1p(guess));
}

static double poisson(double truth, double guess)
{
    return 2 * ((truth > 0 ? truth * log(truth / guess) : 0) - truth + guess);
}

static double gamma_deviance(double truth, double guess)
{
    return 2 * (log(guess / truth) + truth / guess - 1);
}

/* Weighted mean of x. */
static double mean_value(const column *c, const double *x)
{
    cfi_total sum = {0};
    for (cf_index i = 0; i < c->n; i++)
        cfi_total_add(&sum, cfi_weight(c->weights, i) * x[i]);
    return cfi_total_value(sum) / c->total;
}

/* Weighted mean of (x - center)^2. */
static double spread(const column *c, const double *x, double center)
{
    cfi_total sum = {0};
    for (cf_index i = 0; i < c->n; i++)
        cfi_total_add(&sum, cfi_weight(c->weights, i) * squared(x[i], center));
    return cfi_total_value(sum) / c->total;
}

/*
 * The median of scratch. With weights: the least value whose cumulated weight passes half of the
 * total, or the mean with the next one of non-zero weight where it hits half exactly (Hyndman and
 * Fan 1996, definition 2).
 */
static cf_status median(const column *c, double *out)
{
    const cf_index n = c->n;
    const double *x = c->scratch;
    CF_TRY(cfi_argsort(x, n, c->order));
    if (!c->weights) {
        *out = (x[c->order[(n - 1) / 2]] + x[c->order[n / 2]]) / 2;
        return CF_OK;
    }
    const double half = 0.5 * c->total, slack = DBL_EPSILON * fmax(1, c->total);
    cfi_total sum = {0};
    cf_index r = 0;
    for (; r < n; r++) {
        cfi_total_add(&sum, c->weights[c->order[r]]);
        if (cfi_total_value(sum) >= half - slack)
            break;
    }
    r = r < n ? r : n - 1;
    cf_index next = r + 1;
    while (next < n && c->weights[c->order[next]] == 0)
        next++;
    const bool inside = cfi_total_value(sum) - half > slack || next >= n;
    *out = inside ? x[c->order[r]] : (x[c->order[r]] + x[c->order[next]]) / 2;
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
    double *truth = NULL, *guess = NULL, *weights = NULL, *scratch = NULL;
    cf_index *order = NULL;
    cf_status status = CF_OK;
    if (args->weights)
        CF_GO(cfi_check_weights(args->name, args->weights, n, &weights));
    CF_GO(CF_ALLOC(scratch, n));
    CF_GO(CF_ALLOC(order, n));
    for (cf_index j = 0; j < args->truth->cols; j++) {
        CF_GO(cfi_metric_column(args->name, "y_true", args->truth, j, &truth));
        CF_GO(cfi_metric_column(args->name, "y_pred", args->guess, j, &guess));
        const column c = {n, truth, guess, weights, cfi_weight_total(weights, n), scratch, order};
        CF_GO(fn(args, &c, &outs[j]));
        cf_free(truth);
        cf_free(guess);
        truth = guess = NULL;
    }
cleanup:
    cf_free(truth);
    cf_free(guess);
    cf_free(weights);
    cf_free(scratch);
    cf_free(order);
    return status;
}

/* Mean of the values with the caller's weights, the given ones, or none. */
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

/* 1 - value / denominator of every output, then their mean. */
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
    out->value = mean_of(c, squared);
    return CF_OK;
}

static cf_status root_output(const cfi_metric_args *args, const column *c, output *out)
{
    (void)args;
    out->value = sqrt(mean_of(c, squared));
    return CF_OK;
}

static cf_status absolute_output(const cfi_metric_args *args, const column *c, output *out)
{
    (void)args;
    out->value = mean_of(c, absolute);
    return CF_OK;
}

static cf_status relative_output(const cfi_metric_args *args, const column *c, output *out)
{
    (void)args;
    out->value = mean_of(c, relative);
    return CF_OK;
}

static cf_status median_output(const cfi_metric_args *args, const column *c, output *out)
{
    (void)args;
    for (cf_index i = 0; i < c->n; i++)
        c->scratch[i] = absolute(c->truth[i], c->guess[i]);
    return median(c, &out->value);
}

static cf_status max_output(const cfi_metric_args *args, const column *c, output *out)
{
    (void)args;
    out->value = 0;
    for (cf_index i = 0; i < c->n; i++)
        out->value = fmax(out->value, absolute(c->truth[i], c->guess[i]));
    return CF_OK;
}

static cf_status log_output(const cfi_metric_args *args, const column *c, output *out)
{
    for (cf_index i = 0; i < c->n; i++)
        if (c->truth[i] <= -1 || c->guess[i] <= -1)
            return cf_fail(CF_ERR_DATA,
                           "%s: targets contain values less than or equal to -1 (row %lld)",
                           args->name, (long long)i);
    out->value = mean_of(c, squared_log);
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
    out->value = mean_of(c, poisson);
    return CF_OK;
}

static cf_status gamma_output(const cfi_metric_args *args, const column *c, output *out)
{
    for (cf_index i = 0; i < c->n; i++)
        if (c->truth[i] <= 0 || c->guess[i] <= 0)
            return cf_fail(CF_ERR_DATA, "%s: takes strictly positive y_true and y_pred (row %lld)",
                           args->name, (long long)i);
    out->value = mean_of(c, gamma_deviance);
    return CF_OK;
}

static cf_status r2_output(const cfi_metric_args *args, const column *c, output *out)
{
    (void)args;
    out->value = mean_of(c, squared);
    out->denominator = spread(c, c->truth, mean_value(c, c->truth));
    return CF_OK;
}

static cf_status variance_output(const cfi_metric_args *args, const column *c, output *out)
{
    (void)args;
    for (cf_index i = 0; i < c->n; i++)
        c->scratch[i] = c->truth[i] - c->guess[i];
    out->value = spread(c, c->scratch, mean_value(c, c->scratch));
    out->denominator = spread(c, c->truth, mean_value(c, c->truth));
    return CF_OK;
}

static cf_status d2_output(const cfi_metric_args *args, const column *c, output *out)
{
    (void)args;
    double center = 0;
    for (cf_index i = 0; i < c->n; i++)
        c->scratch[i] = c->truth[i];
    CF_TRY(median(c, &center));
    cfi_total sum = {0};
    for (cf_index i = 0; i < c->n; i++)
        cfi_total_add(&sum, cfi_weight(c->weights, i) * absolute(c->truth[i], center));
    out->value = mean_of(c, absolute);
    out->denominator = cfi_total_value(sum) / c->total;
    return CF_OK;
}

/* True for fewer than two rows: NaN with a warning. */
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
