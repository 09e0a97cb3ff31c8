/* SPDX-License-Identifier: BSD-3-Clause */
/* Single lies in model files whose digest fits, one for everything a slot relies on. */
#include "support/model_edit.h"

enum { ROWS = 12, COLS = 3 };

/* A model fitted to three groups of rows. */
static cf_estimator *fitted(const char *spec, cf_index n_targets)
{
    cf_estimator *e = NULL;
    double X[ROWS * COLS], y[ROWS * 2];
    for (int i = 0; i < ROWS; i++) {
        for (int j = 0; j < COLS; j++)
            X[i * COLS + j] = 3 * ((i + j) % 3) + 0.01 * i * (j + 1);
        for (cf_index t = 0; t < n_targets; t++)
            y[i * n_targets + t] = (double)((i + t) % 3);
    }
    const cf_matrix view = cf_view_f64(X, ROWS, COLS), targets = cf_view_f64(y, ROWS, n_targets);
    ASSERT_OK(cf_parse(&e, spec));
    ASSERT_OK(cf_fit(e, &view, &targets, NULL));
    return e;
}

static void is_refused(const char *spec, const char *message, cfi_tensors *t)
{
    cf_estimator *back = NULL;
    const cf_status status = model_load(t, &back);
    ck_assert_msg(status == CF_ERR_FORMAT && strstr(cf_last_error(), message),
                  "%s: %s: '%s', wants '%s'", spec, cf_status_name(status),
                  status == CF_OK ? "" : cf_last_error(), message);
    ck_assert_ptr_null(back);
}

/* The first `from` of the description becomes `to`. */
static const struct text_lie {
    const char *spec;
    cf_index n_targets;
    const char *from, *to, *message;
} text_lies[] = {
    {"Ridge", 2, "\"y_1d\":false", "\"y_1d\":true", "coef_ is 2 x 3"},
    {"DummyRegressor", 2, "\"y_1d\":false", "\"y_1d\":true", "a 1-D y has 2 targets"},
    {"Ridge", 1, "\"n_targets\":1", "\"n_targets\":2", "a 1-D y has 2 targets"},
    {"Ridge", 1, "\"n_features_in\":3", "\"n_features_in\":4", "coef_ is 3 x 1"},
    {"Ridge", 1, "\"n_features_in\":3", "\"n_features_in\":4294967296", "malformed at 'fitted'"},
    {"Ridge", 1, ",\"solver_\":\"cholesky\"", "", "solver_ is missing"},
    {"StandardScaler | Ridge", 1, "\"n_features_in\":3", "\"n_features_in\":2",
     "step 0 cannot stand there"},
    {"GridSearchCV(Ridge, param_grid={alpha: [1.0]}, cv=2)", 1, "\"n_features_in\":3",
     "\"n_features_in\":2", "best_estimator_ does not agree"},
    {"StandardScaler | SVC", 1, "[\"standardscaler\",\"svc\"]", "[\"standardscaler\",null]",
     "step_names_ is missing"},
    {"StandardScaler | SVC", 1, "[\"standardscaler\",\"svc\"]", "[\"standardscaler\"]",
     "2 steps have 1 names"},
    {"FeatureUnion(StandardScaler, m: MinMaxScaler)", 1, "\"class\":\"StandardScaler\"",
     "\"class\":\"Ridge\"", "Ridge"},
};

START_TEST(texts_that_lie)
{
    for (size_t k = 0; k < sizeof text_lies / sizeof text_lies[0]; k++) {
        const struct text_lie *lie = &text_lies[k];
        cf_estimator *e = fitted(lie->spec, lie->n_targets);
        cfi_tensors t = model_tensors(e);
        model_replace(&t, lie->from, lie->to);
        is_refused(lie->spec, lie->message, &t);
        cf_estimator_free(e);
    }
}
END_TEST

/* What becomes of a tensor: its type, its form (-1: as it is), or its first numbers. */
typedef enum lie_kind { TYPE, FORM, REALS, INTS } lie_kind;

/* clang-format off */
static const struct tensor_lie {
    const char *spec;
    cf_index n_targets;
    const char *tensor;
    lie_kind kind;
    cf_dtype dtype;
    int64_t numbers[2];
    const char *message;
} tensor_lies[] = {
    {"Ridge", 1, "coef_", TYPE, CF_I64, {0}, "coef_ cannot hold int64"},
    {"Ridge", 1, "coef_", FORM, CF_F64, {0, 0}, "coef_ is missing"},
    {"Ridge", 1, "coef_", FORM, CF_F64, {1, 3}, "coef_ is 1 x 3"},
    {"Ridge", 1, "intercept_", FORM, CF_F64, {1 << 25, 0}, "is malformed"},
    {"LinearRegression", 1, "spectrum", FORM, CF_F64, {0, 3}, "do not fit together"},
    {"LinearRegression", 1, "spectrum", FORM, CF_F64, {3, 0}, "do not fit together"},
    {"LinearRegression", 1, "n_singular", INTS, CF_I64, {1000, 0}, "n_singular holds a number"},
    {"LogisticRegression", 1, "coef_", FORM, CF_F64, {3, 0}, "coef_ is 3 x 0"},
    {"LogisticRegression", 1, "classes_.0", FORM, CF_F64, {1, 1}, "coef_"},
    {"LogisticRegression", 1, "classes_.0", INTS, CF_F64, {7, 0}, "no ascending labels"},
    {"LogisticRegression", 1, "n_iter_", INTS, CF_I32, {-1, 0}, "n_iter_ holds a number"},
    {"DummyClassifier", 2, "classes_.1", TYPE, CF_I64, {0}, "classes_ of target 1"},
    {"DummyClassifier", 2, "chosen", INTS, CF_I32, {0, 3}, "class 3 of 3"},
    {"DummyClassifier", 1, "class_prior_", REALS, CF_F64, {2, 0}, "class_prior_ holds a number"},
    {"SVC", 1, "support_", INTS, CF_I32, {1000, 0}, "support_ holds 1000"},
    {"SVC", 1, "n_support_", INTS, CF_I32, {-1, 0}, "n_support_ holds a number"},
    {"SVC", 1, "n_support_", INTS, CF_I32, {0, 0}, "n_support_ sums to"},
    {"SVC", 1, "support_vectors_", FORM, CF_F64, {0, 0}, "n_support_ sums to"},
    {"SVC", 1, "dual_coef_", TYPE, CF_I64, {0}, "dual_coef_ cannot hold int64"},
    {"SVC(probability=true, random_state=0)", 1, "probA_", FORM, CF_F64, {1, 3}, "probA_ is 1 x 3"},
    {"KMeans(n_clusters=3, random_state=0)", 1, "labels_", INTS, CF_I32, {3, 0}, "labels_ holds"},
    {"KMeans(n_clusters=3, random_state=0)", 1, "clusters", INTS, CF_I64, {-1, 0},
     "clusters holds"},
    {"KMeans(n_clusters=3, random_state=0)", 1, "cluster_centers_", TYPE, CF_I64, {0},
     "cannot hold int64"},
    {"DecisionTreeRegressor", 1, "nodes", TYPE, CF_I32, {0}, "nodes cannot hold int32"},
    {"DecisionTreeRegressor", 1, "tree_n_node_samples_", INTS, CF_I32, {-1, 0}, "outside [0, inf)"},
    {"OneHotEncoder", 1, "columns", INTS, CF_I32, {1, 0}, "columns contradict"},
    {"OneHotEncoder", 1, "columns", INTS, CF_I32, {1 << 20, 0}, "columns contradict"},
    {"OneHotEncoder", 1, "groups", INTS, CF_I32, {1, 0}, "contradict each other"},
    {"OneHotEncoder", 1, "begins", INTS, CF_I64, {0, INT64_MAX}, "contradict each other"},
    {"OneHotEncoder", 1, "n_columns", INTS, CF_I64, {1 << 20, 0}, "columns contradict"},
    {"OneHotEncoder(drop=first)", 1, "drop_idx_", INTS, CF_I64, {1 << 20, 0}, "columns contradict"},
    {"OrdinalEncoder", 1, "groups", INTS, CF_I32, {1, 1}, "contradict each other"},
    {"OrdinalEncoder", 1, "codes", FORM, CF_F64, {1, 0}, "codes for"},
    {"SimpleImputer(add_indicator=true)", 1, "statistics", TYPE, CF_I64, {0}, "cannot hold int64"},
    {"StandardScaler", 1, "mean_", TYPE, CF_I64, {0}, "mean_ cannot hold int64"},
    {"StandardScaler", 1, "weights", REALS, CF_F64, {-1, 0}, "weights holds a number"},
    {"MinMaxScaler", 1, "min_", FORM, CF_F64, {0, 0}, "min_ is missing"},
    {"FeatureUnion(StandardScaler, p: passthrough)", 1, "widths_", INTS, CF_I64, {-1, 0},
     "widths_ holds a number"},
    {"FeatureUnion(StandardScaler, p: passthrough)", 1, "columns_.0", INTS, CF_I64, {3, 0},
     "columns_ holds a number"},
    {"FeatureUnion(StandardScaler, p: passthrough)", 1, "columns_.0", FORM, CF_I64, {2, 1},
     "branch 0 cannot transform"},
    {"FeatureUnion(p: passthrough, s: StandardScaler)", 1, "widths_", INTS, CF_I64, {2, 3},
     "puts out other columns"},
    {"ColumnTransformer([0] -> drop, [1] -> StandardScaler)", 1, "widths_", INTS, CF_I64, {1, 1},
     "puts out other columns"},
};
/* clang-format on */

static void tell_lie(const struct tensor_lie *lie, cfi_tensor *tensor)
{
    if (lie->kind == TYPE) {
        tensor->dtype = lie->dtype;
    } else if (lie->kind == FORM) {
        tensor->shape[0] = lie->numbers[0];
        tensor->shape[1] = lie->numbers[1];
        tensor->bytes = (size_t)lie->numbers[0] * cf_dtype_size(tensor->dtype);
        if (tensor->dims == 2)
            tensor->bytes *= (size_t)lie->numbers[1];
    }
    for (int k = 0; k < 2 && lie->kind >= REALS; k++) {
        const double x = (double)lie->numbers[k];
        const size_t size = cf_dtype_size(lie->dtype);
        if ((size_t)(k + 1) * size <= tensor->bytes) /* little-endian */
            memcpy((char *)(uintptr_t)tensor->data + (size_t)k * size,
                   lie->dtype == CF_F64 ? (const void *)&x : (const void *)&lie->numbers[k], size);
    }
}

START_TEST(tensors_that_lie)
{
    for (size_t k = 0; k < sizeof tensor_lies / sizeof tensor_lies[0]; k++) {
        const struct tensor_lie *lie = &tensor_lies[k];
        cf_estimator *e = fitted(lie->spec, lie->n_targets);
        cfi_tensors t = model_tensors(e);
        cfi_tensor *tensor = NULL;
        ASSERT_OK(cfi_tensors_take(&t, lie->tensor, &tensor));
        tell_lie(lie, tensor);
        is_refused(lie->spec, lie->message, &t);
        cf_estimator_free(e);
    }
}
END_TEST

/* A wrong width is told when the names of the output are made, before anything is written. */
START_TEST(a_width_that_lies_is_told_by_the_names)
{
    cf_estimator *e = fitted("FeatureUnion(StandardScaler, p: passthrough)", 1), *back = NULL;
    cfi_tensors t = model_tensors(e);
    cfi_tensor *tensor = NULL;
    cf_schema *schema = NULL;
    ASSERT_OK(cfi_tensors_take(&t, "widths_", &tensor));
    memcpy((char *)(uintptr_t)tensor->data, &(int64_t){1}, sizeof(int64_t));
    ASSERT_OK(model_load(&t, &back));
    ASSERT_FAILS(CF_ERR_FORMAT, "1 columns have 3 names", cf_features_out(back, &schema));
    cf_estimator_free(e);
    cf_estimator_free(back);
}
END_TEST

TEST_MAIN("model_hostile", a_width_that_lies_is_told_by_the_names, tensors_that_lie, texts_that_lie)
