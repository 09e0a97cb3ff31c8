/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A tree of binary splits, each chosen to decrease
 *   sum over leaves of (weight of the leaf) * H(leaf),
 * H the Gini index 1 - sum_c p_c^2 or the entropy -sum_c p_c log2 p_c of its class shares
 * (L. Breiman, J. Friedman, R. Olshen, C. Stone, Classification and Regression Trees, 1984;
 * entropy: J. R. Quinlan 1986, doi:10.1007/BF00116251).
 *
 * Features are sorted once and the sorted lists are cut along with the nodes (M. Mehta, R. Agrawal,
 * J. Rissanen 1996, SLIQ, doi:10.1007/BFb0014141): a level costs O(n d) however deep it is.
 */
#include "algorithms/tree/decision_tree.h"
#include "matrix/kernels.h"

#define CRITERION_LIST(X)                                                                          \
    X(CRITERION_GINI, "gini") X(CRITERION_ENTROPY, "entropy") X(CRITERION_LOG_LOSS, "log_loss")
enum { CRITERION_LIST(CF_CHOICE_ENUM) };

static cf_status fit(cf_estimator *self, const cf_fit_args *args)
{
    cfi_decision_tree *t = (cfi_decision_tree *)self;
    return cfi_decision_tree_fit(t, args,
                                 t->criterion == CRITERION_GINI ? CFI_TREE_GINI : CFI_TREE_ENTROPY);
}

/* The most probable class of each output, the first of equal ones. */
static cf_status predict(const cf_estimator *self, const cf_matrix *X, cf_run *run, cf_matrix *out)
{
    const cfi_decision_tree *t = (const cfi_decision_tree *)self;
    const cf_index n_outputs = t->n_outputs_;
    const double *value = t->tree_value_.values;
    int32_t *leaf = NULL;
    cf_status status = CF_OK;
    CF_GO(cfi_decision_tree_leaves(t, X, run, &leaf));
    CF_GO(cf_matrix_resize(out, CF_I32, X->rows, n_outputs));
    int32_t *codes = out->values;
    for (cf_index i = 0; i < X->rows; i++) {
        const double *shares = value + leaf[i] * t->n_values;
        for (cf_index k = 0; k < n_outputs; k++) {
            const cf_index n_classes = cf_self_n_classes(self, k);
            codes[i * n_outputs + k] = (int32_t)cfi_argmax(shares, n_classes);
            shares += n_classes;
        }
    }
cleanup:
    cf_free(leaf);
    return status;
}

static cf_status predict_proba(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                               cf_matrix *out)
{
    const cfi_decision_tree *t = (const cfi_decision_tree *)self;
    const cf_index width = t->n_values;
    const double *value = t->tree_value_.values;
    int32_t *leaf = NULL;
    cf_status status = CF_OK;
    CF_GO(cfi_decision_tree_leaves(t, X, run, &leaf));
    CF_GO(cf_matrix_resize(out, CF_F64, X->rows, width));
    double *shares = out->values;
    for (cf_index i = 0; i < X->rows; i++)
        for (cf_index c = 0; c < width; c++)
            shares[i * width + c] = value[leaf[i] * width + c];
cleanup:
    cf_free(leaf);
    return status;
}

static const cf_param params[] = {
    CF_ROW_CHOICE(cfi_decision_tree, criterion, CRITERION_LIST, "gini",
                  "what a split makes smaller; entropy and log_loss are the same"),
    CFI_DECISION_TREE_ROWS_GROWING("best", "None"),
    CF_ROW_VALUE(cfi_decision_tree, class_weight, "None", "balanced | map | list | None",
                 "factors of the weights by class; a list of maps for several targets"),
    CFI_DECISION_TREE_ROWS_PRUNING,
    CF_END,
};

static const char *const examples[] = {
    "DecisionTreeClassifier(random_state=0)",
    "DecisionTreeClassifier(criterion=entropy, max_leaf_nodes=8, min_samples_leaf=2, "
    "random_state=1)",
    "DecisionTreeClassifier(splitter=random, max_features=sqrt, ccp_alpha=0.001, random_state=2)",
    NULL,
};

CF_CLASS(DecisionTreeClassifier) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "DecisionTreeClassifier",
    .module = "tree",
    .signature = "*, criterion, splitter, max_depth, min_samples_split, min_samples_leaf, "
                 "min_weight_fraction_leaf, max_features, random_state, max_leaf_nodes, "
                 "min_impurity_decrease, class_weight, ccp_alpha, monotonic_cst",
    .summary = "Classification tree by exact splits",
    .doc =
        "Objective\n"
        "  Each split makes sum over leaves of W_leaf H(leaf) smallest, H the Gini index or the\n"
        "  entropy; with ccp_alpha the tree is then cut back to the smallest that minimises\n"
        "  sum W_leaf H(leaf) / W + ccp_alpha * leaves.\n"
        "Input\n"
        "  Dense f64 or f32, NaN = missing, or CSR; one or several targets; weights. Missing\n"
        "  values go to the side where they help more; where training had none, to the larger\n"
        "  one.\n"
        "Errors\n"
        "  CF_ERR_SHAPE: monotonic_cst has another length than X has columns.\n"
        "  CF_ERR_UNSUPPORTED: monotonic_cst with several targets or more than two classes.\n"
        "Cost\n"
        "  O(n d log n) to sort, O(n d) a level; 4 bytes a value of X (non-zeros only where most "
        "are\n"
        "  zero), 16 + 20 + 8 classes bytes a node.\n"
        "Threads\n"
        "  Features, and subtrees once they are small; the same tree on any number of threads.\n"
        "Notes\n"
        "  Splits are exact for the given type: f64 data are not rounded to f32, and values\n"
        "  closer than 1e-7 are told apart. Equal splits are decided at random by random_state,\n"
        "  by other numbers than scikit-learn's. Nodes are in preorder, with max_leaf_nodes too.\n"
        "  Shares of rows (min_samples_leaf=0.1) do not count rows of weight 0.\n"
        "Source\n"
        "  L. Breiman, J. Friedman, R. Olshen, C. Stone, Classification and Regression Trees,\n"
        "  1984, ISBN 978-0-412-04841-8; M. Mehta, R. Agrawal, J. Rissanen 1996,\n"
        "  doi:10.1007/BFb0014141\n"
        "Example\n"
        "  examples/decision_tree.c\n",
    .kind = CF_CLASSIFIER,
    .tags = CF_TAG_SPARSE | CF_TAG_NAN | CF_TAG_WEIGHTS | CF_TAG_MULTI_OUTPUT | CF_TAG_REQUIRES_Y |
            CF_TAG_F32 | CF_TAG_NONDETERMINISTIC,
    .size = sizeof(cfi_decision_tree),
    .params = params,
    .state = cfi_decision_tree_state,
    .methods = cfi_decision_tree_methods,
    .fit = fit,
    .predict = predict,
    .predict_proba = predict_proba,
    .validate = cfi_decision_tree_validate,
    .check_params = cfi_decision_tree_check_params,
    .examples = examples,
};
