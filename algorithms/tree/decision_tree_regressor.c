/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A tree of binary splits, each chosen to decrease the sum over leaves of
 *   squared error   sum w (y - mean)^2
 *   absolute error  sum w |y - median|
 *   Poisson         sum w y log(y / mean)
 * averaged over the targets (L. Breiman, J. Friedman, R. Olshen, C. Stone, Classification and
 * Regression Trees, 1984). Features are sorted once and the sorted lists are cut along with the
 * nodes; medians of both sides of every split follow in linear time (tree_median.c).
 */
#include "algorithms/tree/decision_tree.h"

#define CRITERION_LIST(X)                                                                          \
    X(CRITERION_SQUARED_ERROR, "squared_error")                                                    \
    X(CRITERION_ABSOLUTE_ERROR, "absolute_error")                                                  \
    X(CRITERION_POISSON, "poisson") X(CRITERION_FRIEDMAN_MSE, "friedman_mse")
enum { CRITERION_LIST(CF_CHOICE_ENUM) };

/* Poisson takes counts or rates with some event. */
static cf_status check_events(const cf_fit_args *args)
{
    const double *y = args->y->values;
    for (cf_index k = 0; k < args->n_targets; k++) {
        double sum = 0;
        for (cf_index i = 0; i < args->X->rows; i++) {
            const double here = y[i * args->n_targets + k];
            if (here < 0)
                return cf_fail(CF_ERR_DATA,
                               "DecisionTreeRegressor: y[%lld] = %g is negative, which "
                               "criterion=poisson does not take",
                               (long long)i, here);
            sum += args->weights ? args->weights[i] * here : here;
        }
        if (!(sum > 0))
            return cf_fail(CF_ERR_DATA,
                           "DecisionTreeRegressor: y sums to %g, criterion=poisson takes a "
                           "positive sum",
                           sum);
    }
    return CF_OK;
}

static cf_status fit(cf_estimator *self, const cf_fit_args *args)
{
    cfi_decision_tree *t = (cfi_decision_tree *)self;
    cfi_tree_criterion criterion = CFI_TREE_SQUARED;
    if (t->criterion == CRITERION_ABSOLUTE_ERROR) {
        criterion = CFI_TREE_ABSOLUTE;
    } else if (t->criterion == CRITERION_POISSON) {
        criterion = CFI_TREE_POISSON;
        CF_TRY(check_events(args));
    } else if (t->criterion == CRITERION_FRIEDMAN_MSE) {
        cf_run_warn(args->run, CF_WARN_DEPRECATED,
                    "DecisionTreeRegressor: criterion=friedman_mse means squared_error");
    }
    return cfi_decision_tree_fit(t, args, criterion);
}

static cf_status predict(const cf_estimator *self, const cf_matrix *X, cf_run *run, cf_matrix *out)
{
    const cfi_decision_tree *t = (const cfi_decision_tree *)self;
    const cf_index width = t->n_values;
    const double *value = t->tree_value_.values;
    int32_t *leaf = NULL;
    cf_status status = CF_OK;
    CF_GO(cfi_decision_tree_leaves(t, X, run, &leaf));
    CF_GO(cf_matrix_resize(out, CF_F64, X->rows, width));
    double *predicted = out->values;
    for (cf_index i = 0; i < X->rows; i++)
        for (cf_index k = 0; k < width; k++)
            predicted[i * width + k] = value[leaf[i] * width + k];
cleanup:
    cf_free(leaf);
    return status;
}

static const cf_param params[] = {
    CF_ROW_CHOICE(cfi_decision_tree, criterion, CRITERION_LIST, "squared_error",
                  "what a split makes smaller; friedman_mse is an old name of squared_error"),
    CFI_DECISION_TREE_ROWS_GROWING("best", "None"),
    CFI_DECISION_TREE_ROWS_PRUNING,
    CF_END,
};

static const char *const examples[] = {
    "DecisionTreeRegressor(random_state=0)",
    "DecisionTreeRegressor(criterion=absolute_error, max_depth=6, random_state=1)",
    "DecisionTreeRegressor(splitter=random, max_features=0.7, min_samples_leaf=2, random_state=2)",
    NULL,
};

CF_CLASS(DecisionTreeRegressor) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "DecisionTreeRegressor",
    .module = "tree",
    .signature = "*, criterion, splitter, max_depth, min_samples_split, min_samples_leaf, "
                 "min_weight_fraction_leaf, max_features, random_state, max_leaf_nodes, "
                 "min_impurity_decrease, ccp_alpha, monotonic_cst",
    .summary = "Regression tree by exact splits",
    .doc =
        "Objective\n"
        "  Each split makes the leaves' squared error, absolute error or Poisson deviance "
        "smallest;\n"
        "  with ccp_alpha the tree is then cut back to the smallest that minimises\n"
        "  impurity of the leaves + ccp_alpha * leaves. A leaf predicts its mean, or its median "
        "for\n"
        "  absolute_error.\n"
        "Input\n"
        "  Dense f64 or f32, NaN = missing, or CSR; one or several targets; weights. Missing\n"
        "  values go to the side where they help more; where training had none, to the larger\n"
        "  one.\n"
        "Errors\n"
        "  CF_ERR_DATA: poisson with a negative y or one that sums to 0. CF_ERR_SHAPE:\n"
        "  monotonic_cst has another length than X has columns. CF_ERR_UNSUPPORTED:\n"
        "  monotonic_cst with several targets.\n"
        "Cost\n"
        "  O(n d log n) to sort, O(n d) a level (absolute_error with weights: O(n d log n)); 4 "
        "bytes\n"
        "  a value of X (non-zeros only where most are zero), 36 + 8 targets bytes a node.\n"
        "Threads\n"
        "  Features, and subtrees once they are small; the same tree on any number of threads.\n"
        "Notes\n"
        "  Splits are exact for the given type: f64 data are not rounded to f32, and values\n"
        "  closer than 1e-7 are told apart. Impurities that count as none are relative for y of\n"
        "  small scale. Equal splits are decided at random by random_state, by other numbers than\n"
        "  scikit-learn's. Nodes are in preorder, with max_leaf_nodes too.\n"
        "Source\n"
        "  L. Breiman, J. Friedman, R. Olshen, C. Stone, Classification and Regression Trees,\n"
        "  1984, ISBN 978-0-412-04841-8; M. Mehta, R. Agrawal, J. Rissanen 1996,\n"
        "  doi:10.1007/BFb0014141\n"
        "Example\n"
        "  examples/decision_tree.c\n",
    .kind = CF_REGRESSOR,
    .tags = CF_TAG_SPARSE | CF_TAG_NAN | CF_TAG_WEIGHTS | CF_TAG_MULTI_OUTPUT | CF_TAG_REQUIRES_Y |
            CF_TAG_F32 | CF_TAG_NONDETERMINISTIC,
    .size = sizeof(cfi_decision_tree),
    .params = params,
    .state = cfi_decision_tree_state,
    .methods = cfi_decision_tree_methods,
    .fit = fit,
    .predict = predict,
    .validate = cfi_decision_tree_validate,
    .check_params = cfi_decision_tree_check_params,
    .examples = examples,
};
