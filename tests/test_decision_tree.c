/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The decision tree classes: the trees scikit-learn grows on the bundled data, and what must hold
 * whatever the data are.
 */
#include "cofit/datasets.h"
#include "support/support.h"

typedef struct golden_tree {
    const char *data, *spec;
    int weighted, missing, nodes, depth, split_sum;
    double threshold_sum, impurity, root, prediction, importance;
} golden_tree;

#include "golden/tree.h"

static cf_estimator *parsed(const char *spec)
{
    cf_estimator *e = NULL;
    ASSERT_OK(cf_parse(&e, spec));
    return e;
}

static double attribute(const cf_estimator *e, const char *name, cf_index i, cf_index j)
{
    cf_matrix view = {0};
    ASSERT_OK(cf_attribute(e, name, &view));
    const double value = cf_matrix_get(&view, i, j);
    cf_matrix_clear(&view);
    return value;
}

static cf_index count_of(const cf_estimator *e, const char *name)
{
    return (cf_index)attribute(e, name, 0, 0);
}

/* Loads a bundled data set as an owned f64 X; values as scikit-learn sees them, rounded to f32. */
static void load(const char *name, cf_matrix *X, cf_matrix *y)
{
    cf_matrix read = {0};
    ASSERT_OK(cf_dataset_load(name, &read, y));
    ASSERT_OK(cf_matrix_convert(&read, CF_F64, CF_DENSE, X));
    for (cf_index i = 0; i < X->rows * X->cols; i++)
        ((double *)X->values)[i] = (double)(float)((double *)X->values)[i];
    cf_matrix_clear(&read);
}

/* The holes and weights of make_tree.py. */
static void make_holes(cf_matrix *X)
{
    for (cf_index i = 0; i < X->rows; i++)
        for (cf_index j = 0; j < X->cols; j++)
            if ((i * 31 + j * 17) % 11 == 0)
                ((double *)X->values)[i * X->cols + j] = (double)NAN;
}

static cf_matrix make_weights(cf_index n)
{
    cf_matrix w = {0};
    ASSERT_OK(cf_matrix_resize(&w, CF_F64, n, 1));
    for (cf_index i = 0; i < n; i++)
        ((double *)w.values)[i] = (double)(1 + (i * 7) % 3);
    return w;
}

static void check_nodes(const golden_tree *g, const cf_estimator *e)
{
    cf_matrix feature = {0}, threshold = {0};
    ASSERT_OK(cf_attribute(e, "tree_feature_", &feature));
    ASSERT_OK(cf_attribute(e, "tree_threshold_", &threshold));
    double splits = 0, thresholds = 0, impurity = 0;
    for (cf_index i = 0; i < feature.rows; i++) {
        const double f = cf_matrix_get(&feature, i, 0), t = cf_matrix_get(&threshold, i, 0);
        if (f < 0) {
            impurity += attribute(e, "tree_impurity_", i, 0) *
                        attribute(e, "tree_weighted_n_node_samples_", i, 0);
        } else {
            splits += f + 1;
            thresholds += isinf(t) ? 0 : fabs(t);
        }
    }
    ck_assert_msg(feature.rows == g->nodes, "%s: %d nodes, wants %d", g->spec, (int)feature.rows,
                  g->nodes);
    ck_assert_int_eq(count_of(e, "tree_node_count_"), g->nodes);
    ck_assert_int_eq(count_of(e, "tree_max_depth_"), g->depth);
    ck_assert_int_eq(count_of(e, "tree_n_leaves_"), (g->nodes + 1) / 2);
    ck_assert_msg(splits == g->split_sum, "%s: splits %g, wants %d", g->spec, splits, g->split_sum);
    ASSERT_NEAR(thresholds, g->threshold_sum, 1e-6);
    ASSERT_NEAR(impurity, g->impurity, 1e-9);
    ASSERT_NEAR(attribute(e, "tree_impurity_", 0, 0), g->root, 1e-10);
    cf_matrix_clear(&feature);
    cf_matrix_clear(&threshold);
}

static void check_golden(const golden_tree *g)
{
    cf_matrix X = {0}, y = {0}, out = {0}, importances = {0};
    cf_estimator *e = parsed(g->spec);
    load(g->data, &X, &y);
    if (g->missing)
        make_holes(&X);
    cf_matrix w = make_weights(X.rows);
    ASSERT_OK(cf_fit(e, &X, &y, &(cf_fit_options){.sample_weight = g->weighted ? &w : NULL}));
    check_nodes(g, e);
    if (cf_has_method(e, "predict_proba"))
        ASSERT_OK(cf_predict_proba(e, &X, &out));
    else
        ASSERT_OK(cf_predict(e, &X, &out));
    double sum = 0, importance = 0;
    for (cf_index i = 0; i < out.rows; i++)
        for (cf_index j = 0; j < out.cols; j++)
            sum += cf_matrix_get(&out, i, j) * sin(1 + (double)(i * out.cols + j));
    ASSERT_NEAR(sum, g->prediction, 1e-8);
    ASSERT_OK(cf_attribute(e, "feature_importances_", &importances));
    for (cf_index j = 0; j < importances.rows; j++)
        importance += cf_matrix_get(&importances, j, 0) * (double)(j + 1);
    ASSERT_NEAR(importance, g->importance, 1e-9);
    cf_matrix_clear(&importances);
    cf_matrix_clear(&out);
    cf_matrix_clear(&w);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_estimator_free(e);
}

START_TEST(trees_are_those_of_scikit_learn)
{
    for (size_t i = 0; i < sizeof golden_trees / sizeof golden_trees[0]; i++)
        check_golden(&golden_trees[i]);
}
END_TEST

static void check_path(const char *spec, const char *data, const double *alphas,
                       const double *impurities, cf_index n)
{
    cf_matrix X = {0}, y = {0}, a = {0}, b = {0};
    cf_estimator *e = parsed(spec);
    load(data, &X, &y);
    ASSERT_OK(cf_fit(e, &X, &y, NULL));
    cf_matrix *outs[] = {&a, &b};
    ASSERT_OK(cf_call(e, "cost_complexity_pruning_path", NULL, NULL, outs, 2));
    ck_assert_int_eq(a.rows, n);
    for (cf_index i = 0; i < n; i++) {
        ASSERT_NEAR(cf_matrix_get(&a, i, 0), alphas[i], 1e-9);
        ASSERT_NEAR(cf_matrix_get(&b, i, 0), impurities[i], 1e-10);
    }
    cf_matrix_clear(&a);
    cf_matrix_clear(&b);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_estimator_free(e);
}

START_TEST(pruning_path_is_that_of_scikit_learn)
{
    check_path("DecisionTreeClassifier(min_samples_leaf=15, random_state=0)", "breast_cancer",
               class_ccp_alphas, class_impurities,
               (cf_index)(sizeof class_ccp_alphas / sizeof(double)));
    check_path("DecisionTreeRegressor(min_samples_leaf=20, random_state=0)", "diabetes",
               value_ccp_alphas, value_impurities,
               (cf_index)(sizeof value_ccp_alphas / sizeof(double)));
}
END_TEST

/* A method that fits anew must give the path of the full tree, whatever ccp_alpha is. */
START_TEST(pruning_path_of_given_data)
{
    cf_matrix X = {0}, y = {0}, a = {0}, b = {0}, c = {0}, d = {0};
    cf_estimator *full = parsed("DecisionTreeRegressor(max_depth=6, random_state=3)");
    cf_estimator *cut = parsed("DecisionTreeRegressor(max_depth=6, ccp_alpha=50, random_state=3)");
    cf_value args = {0};
    load("diabetes", &X, &y);
    ASSERT_OK(cf_fit(full, &X, &y, NULL));
    ASSERT_OK(cf_fit(cut, &X, &y, NULL));
    ASSERT_OK(cf_value_items(&args, CF_VALUE_MAP, 1));
    ASSERT_OK(cf_value_text(&args.as.items[0], "y"));
    ASSERT_OK(cf_value_matrix(&args.as.items[1], &y));
    ASSERT_OK(
        cf_call(full, "cost_complexity_pruning_path", NULL, NULL, (cf_matrix *[]){&a, &b}, 2));
    ASSERT_OK(cf_call(cut, "cost_complexity_pruning_path", &args, &X, (cf_matrix *[]){&c, &d}, 2));
    ck_assert_int_eq(a.rows, c.rows);
    for (cf_index i = 0; i < a.rows; i++)
        ck_assert_double_eq(cf_matrix_get(&a, i, 0), cf_matrix_get(&c, i, 0));
    /* What ccp_alpha left is the step of the path just below it. */
    cf_index step = 0;
    while (step + 1 < a.rows && cf_matrix_get(&a, step + 1, 0) <= 50)
        step++;
    double leaves = 0;
    for (cf_index i = 0; i < count_of(cut, "tree_node_count_"); i++)
        if (attribute(cut, "tree_feature_", i, 0) < 0)
            leaves += attribute(cut, "tree_impurity_", i, 0) *
                      attribute(cut, "tree_n_node_samples_", i, 0) / (double)X.rows;
    ASSERT_NEAR(leaves, cf_matrix_get(&b, step, 0), 1e-10);
    ck_assert_int_lt(count_of(cut, "tree_node_count_"), count_of(full, "tree_node_count_"));
    cf_value_clear(&args);
    cf_matrix_clear(&a);
    cf_matrix_clear(&b);
    cf_matrix_clear(&c);
    cf_matrix_clear(&d);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_estimator_free(full);
    cf_estimator_free(cut);
}
END_TEST

/* Moving one feature along its direction never moves a prediction against it. */
static void check_monotonic(const char *spec, const char *data, cf_index feature, double sign)
{
    cf_matrix X = {0}, y = {0}, out = {0};
    cf_estimator *e = parsed(spec);
    load(data, &X, &y);
    ASSERT_OK(cf_fit(e, &X, &y, NULL));
    double *x = X.values, last = 0;
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (cf_index i = 0; i < X.rows; i++) {
        low = fmin(low, x[i * X.cols + feature]);
        high = fmax(high, x[i * X.cols + feature]);
    }
    cf_index changes = 0;
    for (cf_index i = 0; i < X.rows; i += 7) {
        for (int step = 0; step <= 40; step++) {
            cf_matrix row = cf_view_rows(&X, i, i + 1);
            x[i * X.cols + feature] = low + (high - low) * step / 40;
            if (cf_has_method(e, "predict_proba"))
                ASSERT_OK(cf_predict_proba(e, &row, &out));
            else
                ASSERT_OK(cf_predict(e, &row, &out));
            const double now = cf_matrix_get(&out, 0, out.cols - 1);
            if (step > 0)
                ck_assert_msg((now - last) * sign >= 0, "%s: %g then %g", spec, last, now);
            changes += step > 0 && now != last;
            last = now;
        }
    }
    ck_assert_msg(changes > 0, "%s: nothing changed", spec);
    cf_matrix_clear(&out);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_estimator_free(e);
}

START_TEST(monotonic_constraints_hold)
{
    check_monotonic("DecisionTreeRegressor(monotonic_cst=[0, 0, 1, 0, 0, 0, 0, 0, -1, 0], "
                    "random_state=0)",
                    "diabetes", 2, 1);
    check_monotonic("DecisionTreeRegressor(monotonic_cst=[0, 0, 1, 0, 0, 0, 0, 0, -1, 0], "
                    "max_leaf_nodes=40, random_state=0)",
                    "diabetes", 2, 1);
    check_monotonic("DecisionTreeRegressor(monotonic_cst=[0, 0, 1, 0, 0, 0, 0, 0, -1, 0], "
                    "criterion=absolute_error, random_state=0)",
                    "diabetes", 8, -1);
    check_monotonic("DecisionTreeRegressor(monotonic_cst=[0, 0, 1, 0, 0, 0, 0, 0, -1, 0], "
                    "splitter=random, random_state=0)",
                    "diabetes", 2, 1);
    check_monotonic("DecisionTreeClassifier(monotonic_cst=[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,"
                    "0,0,0,0,1,0,0,0,1,0,0], random_state=0)",
                    "breast_cancer", 27, 1);
}
END_TEST

START_TEST(parameters_are_checked)
{
    cf_estimator *e = NULL;
    cf_matrix X = {0}, y = {0};
    load("wine", &X, &y);
    ASSERT_FAILS(CF_ERR_ARGUMENT, "min_samples_leaf",
                 cf_parse(&e, "DecisionTreeClassifier("
                              "min_samples_leaf=1.0)"));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "max_features",
                 cf_parse(&e, "DecisionTreeRegressor("
                              "max_features=0)"));
    e = parsed("DecisionTreeClassifier(monotonic_cst=[0, 1])");
    ASSERT_FAILS(CF_ERR_SHAPE, "monotonic_cst has 2 entries, X has 13", cf_fit(e, &X, &y, NULL));
    cf_estimator_free(e);
    e = parsed("DecisionTreeClassifier(monotonic_cst=[0,0,0,0,0,0,0,0,0,0,0,0,1])");
    ASSERT_FAILS(CF_ERR_UNSUPPORTED, "two classes, y has 3", cf_fit(e, &X, &y, NULL));
    cf_estimator_free(e);
    e = parsed("DecisionTreeClassifier(monotonic_cst=[0,0,0,0,0,0,0,0,0,0,0,0,2])");
    ASSERT_FAILS(CF_ERR_ARGUMENT, "monotonic_cst[12] = 2", cf_fit(e, &X, &y, NULL));
    cf_estimator_free(e);
    cf_matrix_clear(&y);
    ASSERT_OK(cf_matrix_resize(&y, CF_F64, X.rows, 1));
    for (cf_index i = 0; i < X.rows; i++)
        ((double *)y.values)[i] = i == 9 ? -2 : 1;
    e = parsed("DecisionTreeRegressor(criterion=poisson)");
    ASSERT_FAILS(CF_ERR_DATA, "y[9] = -2 is negative", cf_fit(e, &X, &y, NULL));
    memset(y.values, 0, (size_t)X.rows * sizeof(double));
    ASSERT_FAILS(CF_ERR_DATA, "sums to 0", cf_fit(e, &X, &y, NULL));
    cf_estimator_free(e);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
}
END_TEST

/* apply, decision_path and predict tell the same story. */
START_TEST(methods_agree)
{
    cf_matrix X = {0}, y = {0}, leaf = {0}, path = {0}, predicted = {0};
    cf_estimator *e = parsed("DecisionTreeRegressor(max_leaf_nodes=20, random_state=1)");
    load("diabetes", &X, &y);
    ASSERT_OK(cf_fit(e, &X, &y, NULL));
    ck_assert_int_eq(count_of(e, "tree_n_leaves_"), 20);
    ASSERT_OK(cf_call(e, "apply", NULL, &X, (cf_matrix *[]){&leaf}, 1));
    ASSERT_OK(cf_call(e, "decision_path", NULL, &X, (cf_matrix *[]){&path}, 1));
    ASSERT_OK(cf_predict(e, &X, &predicted));
    ck_assert_int_eq(path.storage, CF_CSR);
    ck_assert_int_eq(path.cols, 39);
    for (cf_index i = 0; i < X.rows; i++) {
        cf_index node = 0, at = path.offsets[i];
        for (; attribute(e, "tree_feature_", node, 0) >= 0; at++) {
            ck_assert_int_eq(path.indices[at], node);
            const cf_index j = (cf_index)attribute(e, "tree_feature_", node, 0);
            const bool left = cf_matrix_get(&X, i, j) <= attribute(e, "tree_threshold_", node, 0);
            node = (cf_index)attribute(e, left ? "tree_children_left_" : "tree_children_right_",
                                       node, 0);
        }
        ck_assert_int_eq(path.indices[at], node);
        ck_assert_int_eq(at + 1, path.offsets[i + 1]);
        ck_assert_double_eq(cf_matrix_get(&leaf, i, 0), (double)node);
        ck_assert_double_eq(cf_matrix_get(&predicted, i, 0), attribute(e, "tree_value_", node, 0));
    }
    cf_matrix_clear(&leaf);
    cf_matrix_clear(&path);
    cf_matrix_clear(&predicted);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_estimator_free(e);
}
END_TEST

/* Splitting several classification targets at once: probabilities side by side. */
START_TEST(several_targets_are_classified)
{
    cf_matrix X = {0}, y = {0}, two = {0}, codes = {0}, proba = {0};
    cf_estimator *e = parsed("DecisionTreeClassifier(random_state=0)");
    load("iris", &X, &y);
    ASSERT_OK(cf_matrix_resize(&two, CF_F64, X.rows, 2));
    for (cf_index i = 0; i < X.rows; i++) {
        ((double *)two.values)[2 * i] = (double)(i / 50);
        ((double *)two.values)[2 * i + 1] = i % 50 < 10 ? 5 : -3;
    }
    ASSERT_OK(cf_fit(e, &X, &two, NULL));
    ASSERT_OK(cf_predict(e, &X, &codes));
    ASSERT_OK(cf_predict_proba(e, &X, &proba));
    ck_assert_int_eq(proba.cols, 5);
    cf_index right = 0;
    for (cf_index i = 0; i < X.rows; i++) {
        right += cf_matrix_get(&codes, i, 0) == cf_matrix_get(&two, i, 0);
        right += cf_matrix_get(&codes, i, 1) == cf_matrix_get(&two, i, 1);
        ASSERT_NEAR(cf_matrix_get(&proba, i, 0) + cf_matrix_get(&proba, i, 1) +
                        cf_matrix_get(&proba, i, 2),
                    1, 1e-15);
        ASSERT_NEAR(cf_matrix_get(&proba, i, 3) + cf_matrix_get(&proba, i, 4), 1, 1e-15);
    }
    ck_assert_int_ge(right, 298); /* iris has one pair of equal rows */
    cf_matrix_clear(&two);
    cf_matrix_clear(&codes);
    cf_matrix_clear(&proba);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_estimator_free(e);
}
END_TEST

static void check_report(const char *spec, const char *data, const char *args, const char *wanted)
{
    cf_matrix X = {0}, y = {0}, out = {0};
    cf_value map = {0};
    cf_estimator *e = parsed(spec);
    ASSERT_OK(cf_dataset_load(data, &X, &y));
    ASSERT_OK(cf_fit(e, &X, &y, NULL));
    ASSERT_OK(cf_value_parse(&map, args));
    ASSERT_OK(cf_call(e, "export_text", &map, NULL, (cf_matrix *[]){&out}, 1));
    ck_assert_str_eq(cf_schema_text(out.schema, 0, 0), wanted);
    cf_value_clear(&map);
    cf_matrix_clear(&out);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_estimator_free(e);
}

/* scikit-learn's export_text of the same trees, with feature_names. */
START_TEST(rules_are_written)
{
    check_report("DecisionTreeClassifier(max_leaf_nodes=4, criterion=entropy, random_state=0)",
                 "wine", "{decimals: 4, show_weights: true}", wine_report);
    check_report("DecisionTreeClassifier(max_leaf_nodes=4, criterion=entropy, random_state=0)",
                 "wine", "{max_depth: 0, spacing: 1, decimals: 3}", wine_report_cut);
    check_report("DecisionTreeRegressor(max_leaf_nodes=5, random_state=0)", "diabetes", "{}",
                 diabetes_report);
}
END_TEST

TEST_MAIN("decision_tree", rules_are_written, trees_are_those_of_scikit_learn,
          pruning_path_is_that_of_scikit_learn, pruning_path_of_given_data,
          monotonic_constraints_hold, parameters_are_checked, methods_agree,
          several_targets_are_classified)
