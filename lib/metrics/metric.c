/* SPDX-License-Identifier: BSD-3-Clause */
/* The public face of every metric, made from the one list of them; checks they all share. */
#include "base/text.h"
#include "estimator/input.h"
#include "matrix/kernels.h"
#include "metrics/metrics.h"

#include <string.h>

static const cf_metric_options no_options;

/* The run of a public call, set up from the options. No options are all zero: scikit-learn's
 * defaults. */
static void begin(cf_run *run, cfi_metric_args *args)
{
    if (!args->options)
        args->options = &no_options;
    cfi_run_begin(run, &(cf_fit_options){.warn = args->options->warn,
                                         .warn_ctx = args->options->warn_ctx,
                                         .n_threads = args->options->n_threads});
    args->run = run;
}

/* `args` is the caller's: options and run go into a copy. */
cf_status cfi_metric_call(const cfi_metric_args *args, cfi_metric_fn fn, double *out)
{
    cf_run run;
    cfi_metric_args own = *args;
    begin(&run, &own);
    const cf_status status = fn(&own, out);
    cfi_run_end(&run);
    return status;
}

cf_status cfi_metric_into(const cfi_metric_args *args, cfi_metric_into_fn fn, void *out)
{
    cf_run run;
    cfi_metric_args own = *args;
    begin(&run, &own);
    const cf_status status = fn(&own, out);
    cfi_run_end(&run);
    return status;
}

/* cf_accuracy, ... : the public functions differ only in name and metric. */
#define PUBLIC_METRIC(metric, text, arguments, what)                                               \
    cf_status cf_##metric(const cf_matrix *y_true, const cf_matrix *y_pred,                        \
                          const cf_matrix *sample_weight, const cf_metric_options *options,        \
                          double *out)                                                             \
    {                                                                                              \
        return cfi_metric_call(                                                                    \
            &(cfi_metric_args){text, y_true, y_pred, sample_weight, options, NULL}, cfi_##metric,  \
            out);                                                                                  \
    }
CFI_METRIC_LIST(PUBLIC_METRIC)
#undef PUBLIC_METRIC

static const cf_metric all[] = {
#define METRIC_ROW(metric, text, arguments, what) {text, arguments, what, cf_##metric},
    CFI_METRIC_LIST(METRIC_ROW)
#undef METRIC_ROW
};

cf_index cf_metric_count(void)
{
    return sizeof all / sizeof all[0];
}

const cf_metric *cf_metric_at(cf_index i)
{
    return i >= 0 && i < cf_metric_count() ? &all[i] : NULL;
}

const cf_metric *cf_metric_find(const char *name)
{
    /* For the suggestion; complete only where no name was equal. */
    const char *names[sizeof all / sizeof all[0]];
    for (cf_index i = 0; i < cf_metric_count(); i++) {
        if (strcmp(all[i].name, name) == 0)
            return &all[i];
        names[i] = all[i].name;
    }
    const char *near = cfi_nearest(name, names, cf_metric_count());
    const cf_status status =
        near ? cf_fail(CF_ERR_NAME, "no metric is called '%.100s'; did you mean '%s'?", name, near)
             : cf_fail(CF_ERR_NAME, "no metric is called '%.100s'", name);
    (void)status; /* the message is what a NULL leaves */
    return NULL;
}

/* Column j as a matrix: a view, and the column's schema, which tells codes from numbers and is the
 * caller's. */
static cf_status take_column(const cf_matrix *X, cf_index j, cf_matrix *out)
{
    *out = cf_view_column(X, j);
    return X->schema ? cf_schema_select(X->schema, &j, 1, &out->schema) : CF_OK;
}

cf_status cf_metric_per_output(cf_metric_fn metric, const cf_matrix *y_true,
                               const cf_matrix *y_pred, const cf_matrix *sample_weight,
                               const cf_metric_options *options, cf_matrix *out)
{
    if (!y_true || !y_pred || y_true->cols != y_pred->cols)
        return cf_fail(CF_ERR_SHAPE, "y_true has %lld columns, y_pred has %lld",
                       (long long)(y_true ? y_true->cols : 0),
                       (long long)(y_pred ? y_pred->cols : 0));
    if (cf_matrix_is_sparse(y_true) || cf_matrix_is_sparse(y_pred))
        return cf_fail(CF_ERR_TYPE, "y_true and y_pred must be dense");
    CF_TRY(cf_matrix_resize(out, CF_F64, y_true->cols, 1));
    cf_status status = CF_OK;
    for (cf_index j = 0; status == CF_OK && j < y_true->cols; j++) {
        cf_matrix truth = {0}, guess = {0};
        status = take_column(y_true, j, &truth);
        if (status == CF_OK)
            status = take_column(y_pred, j, &guess);
        if (status == CF_OK)
            status = metric(&truth, &guess, sample_weight, options,
                            (double *)out->values + j * out->row_stride);
        cf_schema_free(truth.schema);
        cf_schema_free(guess.schema);
    }
    return status;
}

/* What every metric asks of either side; weights are checked where they are read. */
static cf_status check_one(const char *name, const char *what, const cf_matrix *X)
{
    if (!X)
        return cf_fail(CF_ERR_ARGUMENT, "%s: %s is NULL", name, what);
    CF_TRY(cf_matrix_check(X, what));
    if (cf_matrix_is_sparse(X))
        return cf_fail(CF_ERR_TYPE, "%s: %s is sparse; it must be dense", name, what);
    if (X->rows < 1 || X->cols < 1)
        return cf_fail(CF_ERR_DATA, "%s: %s is empty (shape=(%lld, %lld))", name, what,
                       (long long)X->rows, (long long)X->cols);
    return CF_OK;
}

cf_status cfi_metric_check(const cfi_metric_args *args)
{
    CF_TRY(check_one(args->name, "y_true", args->truth));
    CF_TRY(check_one(args->name, "y_pred", args->guess));
    if (args->truth->rows != args->guess->rows)
        return cf_fail(CF_ERR_SHAPE, "%s: y_true has %lld rows, y_pred has %lld", args->name,
                       (long long)args->truth->rows, (long long)args->guess->rows);
    return CF_OK;
}

/* The first row that is NaN or infinite. */
static cf_status fail_nonfinite(const char *name, const char *what, const double *x, cf_index n)
{
    cf_index i = 0;
    while (i < n && isfinite(x[i]))
        i++;
    return cf_fail(CF_ERR_DATA, "%s: Input %s contains %s at row %lld", name, what,
                   isnan(x[i]) ? "NaN" : "infinity", (long long)i);
}

/* Codes are not taken for numbers. */
static cf_status check_numeric(const char *name, const char *what, const cf_matrix *X, cf_index j)
{
    if (cf_schema_kind(X->schema, j) != CF_NUMERIC)
        return cf_fail(CF_ERR_TYPE, "%s: %s holds text; the metric takes numbers", name, what);
    return CF_OK;
}

/* True when all are finite: 0 x is 0 then, so the sum stays 0; no branch a row. */
static bool all_finite(const double *x, cf_index n)
{
    double zeros[8] = {0};
    cf_index i = 0;
    for (; i + 8 <= n; i += 8)
        for (int k = 0; k < 8; k++)
            zeros[k] += 0 * x[i + k];
    for (; i < n; i++)
        zeros[0] += 0 * x[i];
    double sum = 0;
    for (int k = 0; k < 8; k++)
        sum += zeros[k];
    return sum == 0;
}

cf_status cfi_metric_column(const char *name, const char *what, const cf_matrix *X, cf_index j,
                            double **out)
{
    double *x = NULL;
    CF_TRY(check_numeric(name, what, X, j));
    CF_TRY(CF_ALLOC(x, X->rows));
    /* Doubles are read in place; all else goes through cf_matrix_get, integers beyond
     * 2^53 rounded. */
    const double *from = X->dtype == CF_F64 ? (const double *)X->values + j * X->col_stride : NULL;
    for (cf_index i = 0; i < X->rows; i++)
        x[i] = from ? from[i * X->row_stride] : cf_matrix_get(X, i, j);
    if (!all_finite(x, X->rows)) {
        const cf_status status = fail_nonfinite(name, what, x, X->rows);
        cf_free(x);
        return status;
    }
    *out = x;
    return CF_OK;
}

/* A column that lies contiguous as doubles is borrowed from X, which outlives the call. */
cf_status cfi_numbers_read(const cfi_metric_args *args, const char *what, const cf_matrix *X,
                           cf_index j, cfi_numbers *out)
{
    if (X->dtype == CF_F64 && X->row_stride == 1) {
        const double *x = (const double *)X->values + j * X->col_stride;
        CF_TRY(check_numeric(args->name, what, X, j));
        if (!all_finite(x, X->rows))
            return fail_nonfinite(args->name, what, x, X->rows);
        *out = (cfi_numbers){.x = x};
        return CF_OK;
    }
    CF_TRY(cfi_metric_column(args->name, what, X, j, &out->owned));
    out->x = out->owned;
    return CF_OK;
}

void cfi_numbers_clear(cfi_numbers *numbers)
{
    cf_free(numbers->owned);
    *numbers = (cfi_numbers){0};
}

double cfi_weight_total(const double *weights, cf_index n)
{
    return weights ? cfi_sum(weights, NULL, n) : (double)n;
}
