/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Predictions that ignore X: the weighted mean, median or quantile of y, or a constant. The median
 * is the mean of the two middle ones, with weights as well (the averaged inverse of the
 * distribution function), so that a weight k is a row repeated k times. The quantile interpolates
 * between order statistics without weights, and is the inverse of the distribution function with
 * them, as in scikit-learn.
 */
#include "matrix/kernels.h"

#include <float.h>
#include <math.h>

#define STRATEGY_LIST(X)                                                                           \
    X(MEAN, "mean") X(MEDIAN, "median") X(QUANTILE, "quantile") X(CONSTANT, "constant")

enum { STRATEGY_LIST(CF_CHOICE_ENUM) };

typedef struct dummy_regressor {
    cf_estimator base;
    int strategy;
    cf_value constant, quantile;
    /* state */
    cf_matrix constant_; /* (1, n_targets) */
} dummy_regressor;

static cf_status check_params(const cf_estimator *self)
{
    const dummy_regressor *r = (const dummy_regressor *)self;
    if (r->strategy == QUANTILE && r->quantile.kind == CF_VALUE_NONE)
        return cf_fail(CF_ERR_ARGUMENT,
                       "DummyRegressor: When using `strategy='quantile', you have to specify the "
                       "desired quantile in the range [0, 1]");
    if (r->strategy == CONSTANT && r->constant.kind == CF_VALUE_NONE)
        return cf_fail(CF_ERR_TYPE,
                       "DummyRegressor: Constant target value has to be specified when "
                       "the constant strategy is used");
    return CF_OK;
}

/* One target: values, and the weights of those with any; ascending after sort. */
typedef struct target {
    double *y, *weights;
    cf_index n;
    cf_index *order;
} target;

/* Entry k in ascending order. */
static double sorted_y(const target *t, cf_index k)
{
    return t->y[t->order[k]];
}

/* Linear interpolation between order statistics: numpy.percentile. */
static double plain_quantile(const target *t, double q)
{
    const double h = q * (double)(t->n - 1), part = h - floor(h);
    const double a = sorted_y(t, (cf_index)floor(h)), b = sorted_y(t, (cf_index)ceil(h));
    return part < 0.5 ? a + (b - a) * part : b - (b - a) * (1 - part);
}

/* The first value that has the share q of the weight at or below it; averaged with the next one
 * when it has exactly that share, if asked for. */
static double weighted_quantile(const target *t, double q, bool average)
{
    const double wanted = q * cfi_sum(t->weights, NULL, t->n);
    double below = 0;
    cf_index k = 0;
    for (; k < t->n; k++) {
        below += t->weights[t->order[k]];
        if (below > 0 && below >= wanted)
            break;
    }
    if (k >= t->n - 1)
        return sorted_y(t, t->n - 1);
    if (average && below - wanted <= DBL_EPSILON * wanted)
        return (sorted_y(t, k) + sorted_y(t, k + 1)) / 2;
    return sorted_y(t, k);
}

/* The strategy's number of one target. */
static double statistic(const dummy_regressor *r, const target *t, bool weighted)
{
    if (r->strategy == MEAN) {
        const double total = weighted ? cfi_sum(t->weights, NULL, t->n) : (double)t->n;
        return cfi_sum(t->y, weighted ? t->weights : NULL, t->n) / total;
    }
    if (r->strategy == MEDIAN && !weighted) {
        const double a = sorted_y(t, (t->n - 1) / 2), b = sorted_y(t, t->n / 2);
        return a == b ? a : (a + b) / 2;
    }
    const double q = r->strategy == MEDIAN ? 0.5 : cf_value_number(&r->quantile) * 100.0 / 100.0;
    return weighted ? weighted_quantile(t, q, r->strategy == MEDIAN) : plain_quantile(t, q);
}

/* Rows without weight are left out first: they must not move an order statistic. */
static cf_status fit_statistics(const dummy_regressor *r, const cf_fit_args *args, double *out)
{
    const cf_index n = args->y->rows, targets = args->n_targets;
    const double *y = args->y->values;
    cf_status status;
    target t = {0};
    CF_GO(CF_ALLOC(t.y, n));
    CF_GO(CF_ALLOC(t.weights, n));
    CF_GO(CF_ALLOC(t.order, n));
    for (cf_index k = 0; k < targets; k++) {
        t.n = 0;
        for (cf_index i = 0; i < n; i++) {
            const double weight = args->weights ? args->weights[i] : 1;
            if (weight == 0)
                continue;
            t.y[t.n] = y[i * targets + k];
            t.weights[t.n++] = weight;
        }
        if (r->strategy != MEAN)
            CF_GO(cfi_argsort(t.y, t.n, t.order));
        out[k] = statistic(r, &t, args->weights != NULL);
    }
cleanup:
    cf_free(t.y);
    cf_free(t.weights);
    cf_free(t.order);
    return status;
}

/* The parameter's numbers, one a target. */
static cf_status read_constant(const cf_value *constant, cf_index targets, double *out)
{
    const bool listed = constant->kind == CF_VALUE_LIST || constant->kind == CF_VALUE_TUPLE;
    const cf_matrix *m = constant->as.matrix;
    const cf_index count = constant->kind == CF_VALUE_MATRIX ? m->rows * m->cols
                           : listed                          ? constant->count
                                                             : 1;
    if (count != targets)
        return cf_fail(CF_ERR_SHAPE,
                       "DummyRegressor: Constant target value should have shape (%lld, 1)",
                       (long long)targets);
    for (cf_index t = 0; t < targets; t++) {
        out[t] = constant->kind == CF_VALUE_MATRIX ? cf_matrix_get(m, t / m->cols, t % m->cols)
                 : listed                          ? cf_value_number(&constant->as.items[t])
                                                   : cf_value_number(constant);
        if (!isfinite(out[t]))
            return cf_fail(CF_ERR_ARGUMENT, "DummyRegressor: constant %lld is not a finite number",
                           (long long)t);
    }
    return CF_OK;
}

static cf_status fit(cf_estimator *self, const cf_fit_args *args)
{
    dummy_regressor *r = (dummy_regressor *)self;
    CF_TRY(cf_matrix_resize(&r->constant_, CF_F64, 1, args->n_targets));
    return r->strategy == CONSTANT
               ? read_constant(&r->constant, args->n_targets, r->constant_.values)
               : fit_statistics(r, args, r->constant_.values);
}

static cf_status predict(const cf_estimator *self, const cf_matrix *X, cf_run *run, cf_matrix *out)
{
    (void)run;
    const dummy_regressor *r = (const dummy_regressor *)self;
    const double *constant = r->constant_.values;
    const cf_index targets = r->constant_.cols;
    CF_TRY(cf_matrix_resize(out, CF_F64, X->rows, targets));
    double *to = out->values;
    for (cf_index i = 0; i < X->rows; i++)
        for (cf_index t = 0; t < targets; t++)
            to[i * out->row_stride + t * out->col_stride] = constant[t];
    return CF_OK;
}

static const cf_param params[] = {
    CF_ROW_CHOICE(dummy_regressor, strategy, STRATEGY_LIST, "mean", "what is predicted"),
    CF_ROW_VALUE(dummy_regressor, constant, "None", "None | int | real | list | matrix",
                 "the value that constant predicts, one a target"),
    CF_ROW_VALUE(dummy_regressor, quantile, "None", "None | real [0, 1]",
                 "the quantile that quantile predicts"),
    CF_END,
};

static const cf_state state[] = {
    CF_HELD_MATRIX(dummy_regressor, constant_, "(1, n_targets)", "the prediction"),
    CF_COMPUTED("n_outputs_", cf_self_output_count, "()", "targets"),
    CF_END,
};

static const char *const examples[] = {
    "DummyRegressor(strategy=median)",
    NULL,
};

CF_CLASS(DummyRegressor) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "DummyRegressor",
    .module = "dummy",
    .signature = "*, strategy, constant, quantile",
    .summary = "One prediction for all rows: the least a regressor must beat",
    .doc = "Objective\n"
           "  The weighted mean, median or quantile of y, or a constant.\n"
           "Input\n"
           "  Any X, dense or CSR, missing entries and texts included; it is not read.\n"
           "Errors\n"
           "  CF_ERR_ARGUMENT, CF_ERR_TYPE: no quantile or constant where one is needed.\n"
           "Cost\n"
           "  O(n) time for the mean, O(n log n) for order statistics; O(n) memory.\n"
           "Threads\n"
           "  One.\n"
           "Notes\n"
           "  The weighted median is the mean of the two middle ones where the weight divides "
           "evenly,\n"
           "  so that it equals the median of repeated rows; scikit-learn takes the lower one.\n"
           "Source\n"
           "  R. J. Hyndman, Y. Fan, The American Statistician 50, 1996, doi:10.2307/2684934\n"
           "Example\n"
           "  examples/dummy.c\n",
    .kind = CF_REGRESSOR,
    .tags = CF_TAG_SPARSE | CF_TAG_NAN | CF_TAG_WEIGHTS | CF_TAG_MULTI_OUTPUT | CF_TAG_REQUIRES_Y |
            CF_TAG_F32 | CF_TAG_CATEGORIES | CF_TAG_ORDER_FREE | CF_TAG_POOR_SCORE,
    .size = sizeof(dummy_regressor),
    .params = params,
    .state = state,
    .fit = fit,
    .predict = predict,
    .check_params = check_params,
    .examples = examples,
};
