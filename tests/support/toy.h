/* SPDX-License-Identifier: BSD-3-Clause */
/* A small regressor and a small transformer with a parameter of every kind: what core tests fit. */
#ifndef COFIT_TESTS_TOY_H
#define COFIT_TESTS_TOY_H

#include "cofit/extend.h"

#define TOY_MODE_LIST(X) X(TOY_PLAIN, "plain") X(TOY_FANCY, "fancy")
enum toy_mode { TOY_MODE_LIST(CF_CHOICE_ENUM) };

typedef struct toy {
    cf_estimator base;
    double alpha;
    int64_t count;
    bool flag;
    int mode;
    char *label;
    cf_value gamma;
    cf_value init;
    cf_value random_state;
    /* state */
    cf_matrix mean_; /* (n_features,) */
    int64_t n_iter_;
} toy;

/* Column means; a zero row count cannot happen. */
static cf_status toy_fit(cf_estimator *self, const cf_fit_args *args)
{
    toy *t = (toy *)self;
    const cf_matrix *X = args->X;
    CF_TRY(cf_matrix_resize(&t->mean_, CF_F64, X->cols, 1));
    double *mean = (double *)t->mean_.values;
    for (cf_index j = 0; j < X->cols; j++) {
        double sum = 0, weight = 0;
        for (cf_index i = 0; i < X->rows; i++) {
            const double w = args->weights ? args->weights[i] : 1.0;
            sum += w * cf_matrix_get(X, i, j);
            weight += w;
        }
        mean[j] = sum / weight;
    }
    t->n_iter_ = 1;
    cf_run_warn(args->run, CF_WARN_CONVERGENCE, "toy warns");
    return t->count == 13 ? cf_fail(CF_ERR_NUMERIC, "Toy: thirteen") : CF_OK;
}

static cf_status toy_predict(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                             cf_matrix *out)
{
    const toy *t = (const toy *)self;
    (void)run;
    CF_TRY(cf_matrix_resize(out, CF_F64, X->rows, 1));
    for (cf_index i = 0; i < X->rows; i++) {
        double sum = 0;
        for (cf_index j = 0; j < X->cols; j++)
            sum += cf_matrix_get(X, i, j) - cf_matrix_get(&t->mean_, j, 0);
        ((double *)out->values)[i] = sum * t->alpha;
    }
    return CF_OK;
}

static cf_status toy_transform(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                               cf_matrix *out)
{
    const toy *t = (const toy *)self;
    (void)run;
    CF_TRY(cf_matrix_resize(out, CF_F64, X->rows, X->cols));
    for (cf_index i = 0; i < X->rows; i++)
        for (cf_index j = 0; j < X->cols; j++)
            ((double *)out->values)[i * X->cols + j] =
                cf_matrix_get(X, i, j) - cf_matrix_get(&t->mean_, j, 0);
    return CF_OK;
}

static const cf_param toy_params[] = {
    CF_ROW_REAL(toy, alpha, "1.0", "[0, inf)", "a real"),
    CF_ROW_INT(toy, count, "3", "[1, 100]", "an int"),
    CF_ROW_BOOL(toy, flag, "true", "a bool"),
    CF_ROW_CHOICE(toy, mode, TOY_MODE_LIST, "plain", "a choice"),
    CF_ROW_TEXT(toy, label, "None", "a text"),
    CF_ROW_VALUE(toy, gamma, "scale", "scale | None | int [1, inf) | real (0, 1]", "a value"),
    CF_ROW_VALUE(toy, init, "None", "None | matrix | map", "a matrix or a map"),
    CF_ROW_RANDOM_STATE(toy, "a seed"),
    CF_END,
};

static const cf_state toy_state[] = {
    CF_HELD_MATRIX(toy, mean_, "(n_features, 1)", "column means"),
    CF_HELD_INT(toy, n_iter_, "iterations"),
    CF_END,
};

static const cf_class toy_regressor = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "Toy",
    .module = "toys",
    .summary = "A toy regressor",
    .doc = "Objective\n  None.\n",
    .kind = CF_REGRESSOR,
    .tags = CF_TAG_WEIGHTS,
    .size = sizeof(toy),
    .params = toy_params,
    .state = toy_state,
    .fit = toy_fit,
    .predict = toy_predict,
};

static const cf_class toy_transformer = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "ToyCenter",
    .module = "toys",
    .summary = "A toy transformer",
    .doc = "Objective\n  None.\n",
    .kind = CF_TRANSFORMER,
    .tags = CF_TAG_WEIGHTS | CF_TAG_ONE_TO_ONE,
    .size = sizeof(toy),
    .params = toy_params,
    .state = toy_state,
    .fit = toy_fit,
    .transform = toy_transform,
};

/* Registers both, once a program. */
static inline void register_toys(void)
{
    if (!cf_class_find("Toy")) {
        ck_assert_int_eq(cf_register(&toy_regressor), CF_OK);
        ck_assert_int_eq(cf_register(&toy_transformer), CF_OK);
    }
}

#endif
