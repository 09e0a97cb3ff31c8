/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A small classifier for tests of scoring and model selection: nearest weighted class mean, moved
 * towards the grand mean by `shrink`; probabilities are the softmax of minus the squared distances.
 * tests/golden/toy_centroid.py is the same in Python.
 */
#ifndef COFIT_TESTS_TOY_CENTROID_H
#define COFIT_TESTS_TOY_CENTROID_H

#include "cofit/extend.h"

#include <check.h>
#include <math.h>

typedef struct toy_centroid {
    cf_estimator base;
    double shrink;
    double temperature;
    bool refuse;
    /* state */
    cf_matrix means_; /* (n_classes, n_features) */
} toy_centroid;

static cf_status centroid_fit(cf_estimator *self, const cf_fit_args *args)
{
    toy_centroid *t = (toy_centroid *)self;
    const cf_index n = args->X->rows, d = args->X->cols, k = args->n_classes[0];
    const int32_t *codes = args->y->values;
    cf_status status = CF_OK;
    double *totals = NULL;
    if (t->refuse && n % 2 == 0)
        return cf_fail(CF_ERR_NUMERIC, "ToyCentroid: refuses %lld rows", (long long)n);
    CF_GO(cf_matrix_resize(&t->means_, CF_F64, k, d));
    CF_GO(CF_ALLOC_ZERO(totals, k + 1));
    double *means = t->means_.values;
    for (cf_index i = 0; i < k * d; i++)
        means[i] = 0;
    for (cf_index i = 0; i < n; i++) {
        const double w = args->weights ? args->weights[i] : 1;
        totals[codes[i]] += w;
        totals[k] += w;
        for (cf_index j = 0; j < d; j++)
            means[codes[i] * d + j] += w * cf_matrix_get(args->X, i, j);
    }
    for (cf_index j = 0; j < d; j++) {
        double grand = 0;
        for (cf_index c = 0; c < k; c++)
            grand += means[c * d + j];
        grand /= totals[k];
        for (cf_index c = 0; c < k; c++) {
            const double mean = totals[c] > 0 ? means[c * d + j] / totals[c] : grand;
            means[c * d + j] = (1 - t->shrink) * mean + t->shrink * grand;
        }
    }
cleanup:
    cf_free(totals);
    return status;
}

static double centroid_distance(const toy_centroid *t, const cf_matrix *X, cf_index i, cf_index c)
{
    double sum = 0;
    for (cf_index j = 0; j < X->cols; j++) {
        const double d = cf_matrix_get(X, i, j) - cf_matrix_get(&t->means_, c, j);
        sum += d * d;
    }
    return sum;
}

static cf_status centroid_decision(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                                   cf_matrix *out)
{
    const toy_centroid *t = (const toy_centroid *)self;
    const cf_index k = t->means_.rows, cols = k == 2 ? 1 : k;
    (void)run;
    CF_TRY(cf_matrix_resize(out, CF_F64, X->rows, cols));
    for (cf_index i = 0; i < X->rows; i++)
        for (cf_index c = 0; c < cols; c++)
            ((double *)out->values)[i * cols + c] =
                k == 2 ? centroid_distance(t, X, i, 0) - centroid_distance(t, X, i, 1)
                       : -centroid_distance(t, X, i, c);
    return CF_OK;
}

static cf_status centroid_proba(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                                cf_matrix *out)
{
    const toy_centroid *t = (const toy_centroid *)self;
    const cf_index k = t->means_.rows;
    (void)run;
    CF_TRY(cf_matrix_resize(out, CF_F64, X->rows, k));
    for (cf_index i = 0; i < X->rows; i++) {
        double *p = (double *)out->values + i * k, least = INFINITY, sum = 0;
        for (cf_index c = 0; c < k; c++) {
            p[c] = centroid_distance(t, X, i, c) / t->temperature;
            least = fmin(least, p[c]);
        }
        for (cf_index c = 0; c < k; c++)
            sum += p[c] = exp(least - p[c]);
        for (cf_index c = 0; c < k; c++)
            p[c] /= sum;
    }
    return CF_OK;
}

static const cf_param centroid_params[] = {
    CF_ROW_REAL(toy_centroid, shrink, "0.0", "[0, 1]", "towards the grand mean"),
    CF_ROW_REAL(toy_centroid, temperature, "1.0", "(0, inf)", "of the probabilities"),
    CF_ROW_BOOL(toy_centroid, refuse, "false", "to fit an even number of rows"),
    CF_END,
};

static const cf_state centroid_state[] = {
    CF_HELD_MATRIX(toy_centroid, means_, "(n_classes, n_features)", "class means"),
    CF_END,
};

static const cf_class toy_centroid_class = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "ToyCentroid",
    .module = "toys",
    .summary = "A toy classifier",
    .doc = "Objective\n  None.\n",
    .kind = CF_CLASSIFIER,
    .tags = CF_TAG_WEIGHTS | CF_TAG_REQUIRES_Y,
    .size = sizeof(toy_centroid),
    .params = centroid_params,
    .state = centroid_state,
    .fit = centroid_fit,
    .predict_proba = centroid_proba,
    .decision_function = centroid_decision,
};

/* Registers it, once a program. */
static inline void register_toy_centroid(void)
{
    if (!cf_class_find("ToyCentroid"))
        ck_assert_int_eq(cf_register(&toy_centroid_class), CF_OK);
}

#endif
