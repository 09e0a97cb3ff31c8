/* SPDX-License-Identifier: BSD-3-Clause */
/* What the decision tree classes share: the instance, rows of their tables, slots. */
#ifndef COFIT_TREE_DECISION_TREE_H
#define COFIT_TREE_DECISION_TREE_H

#include "algorithms/tree/tree_grow.h"

#define CFI_SPLITTER_LIST(X) X(CFI_SPLITTER_BEST, "best") X(CFI_SPLITTER_RANDOM, "random")
typedef enum cfi_splitter { CFI_SPLITTER_LIST(CF_CHOICE_ENUM) } cfi_splitter;

typedef struct cfi_decision_tree {
    cf_estimator base;
    int criterion; /* position in the class's own list */
    int splitter;
    cf_value max_depth, min_samples_split, min_samples_leaf;
    double min_weight_fraction_leaf;
    cf_value max_features, random_state, max_leaf_nodes;
    double min_impurity_decrease;
    cf_value class_weight; /* classifiers; the core multiplies it into the weights */
    double ccp_alpha;
    cf_value monotonic_cst;
    /* state */
    int64_t max_features_;
    int64_t n_outputs_;
    int64_t tree_node_count_;
    int64_t tree_max_depth_;
    int64_t tree_n_leaves_;
    int64_t n_values;                       /* columns of tree_value_ */
    cf_array nodes;                         /* (4 tree_node_count_) u32: cfi_tree_node */
    cf_array tree_impurity_;                /* (tree_node_count_) f64 */
    cf_array tree_n_node_samples_;          /* (tree_node_count_) i32 */
    cf_array tree_weighted_n_node_samples_; /* (tree_node_count_) f64 */
    cf_matrix tree_value_;                  /* (tree_node_count_, n_values) */
} cfi_decision_tree;

/* Parameters between `criterion` and `class_weight`, and after it, in scikit-learn's order. */
#define CFI_DECISION_TREE_ROWS_GROWING(default_splitter, default_features)                         \
    CF_ROW_CHOICE(cfi_decision_tree, splitter, CFI_SPLITTER_LIST, default_splitter,                \
                  "best split of each feature, or the best of one random split a feature"),        \
        CF_ROW_VALUE(cfi_decision_tree, max_depth, "None", "None | int [1, inf)",                  \
                     "largest number of edges from the root"),                                     \
        CF_ROW_VALUE(cfi_decision_tree, min_samples_split, "2", "int [2, inf) | real (0, 1]",      \
                     "rows a node must have to be split; a real is a share of all rows"),          \
        CF_ROW_VALUE(cfi_decision_tree, min_samples_leaf, "1", "int [1, inf) | real (0, 1)",       \
                     "rows a leaf must have; a real is a share of all rows"),                      \
        CF_ROW_REAL(cfi_decision_tree, min_weight_fraction_leaf, "0", "[0, 0.5]",                  \
                    "share of all weight a leaf must have"),                                       \
        CF_ROW_VALUE(cfi_decision_tree, max_features, default_features,                            \
                     "sqrt | log2 | None | int [1, inf) | real (0, 1]",                            \
                     "features drawn at each node; more are drawn while all were constant"),       \
        CF_ROW_RANDOM_STATE(cfi_decision_tree, "draws features, thresholds and ties"),             \
        CF_ROW_VALUE(cfi_decision_tree, max_leaf_nodes, "None", "None | int [2, inf)",             \
                     "grow best first up to this number of leaves"),                               \
        CF_ROW_REAL(cfi_decision_tree, min_impurity_decrease, "0", "[0, inf)",                     \
                    "decrease of the weighted impurity that a split must bring")
#define CFI_DECISION_TREE_ROWS_PRUNING                                                             \
    CF_ROW_REAL(cfi_decision_tree, ccp_alpha, "0", "[0, inf)",                                     \
                "complexity parameter of minimal cost-complexity pruning"),                        \
        CF_ROW_VALUE(cfi_decision_tree, monotonic_cst, "None", "None | list | tuple | matrix",     \
                     "one of -1, 0, 1 a feature: predictions fall, are free, rise with it")

/* State and methods, shared. */
extern const cf_state cfi_decision_tree_state[];
extern const cf_method cfi_decision_tree_methods[];

/* Slots; `criterion` is what the class's choice means. */
CF_NODISCARD cf_status cfi_decision_tree_fit(cfi_decision_tree *t, const cf_fit_args *args,
                                             cfi_tree_criterion criterion);
CF_NODISCARD cf_status cfi_decision_tree_validate(const cf_estimator *self);
CF_NODISCARD cf_status cfi_decision_tree_check_params(const cf_estimator *self);

/* The fitted nodes. */
static inline const cfi_tree_node *cfi_decision_tree_nodes(const cfi_decision_tree *t)
{
    return t->nodes.data;
}

/* leaf = the leaf of each row of X, an array the caller frees. */
CF_NODISCARD cf_status cfi_decision_tree_leaves(const cfi_decision_tree *t, const cf_matrix *X,
                                                cf_run *run, int32_t **leaf);

/* Arguments of the method `export_text` (tree_export.c). */
typedef struct cfi_tree_export_args {
    int64_t max_depth, spacing, decimals;
    bool show_weights;
} cfi_tree_export_args;

CF_NODISCARD cf_status cfi_decision_tree_export(const cf_estimator *self, const void *args,
                                                const cf_matrix *X, cf_run *run,
                                                cf_matrix *const *outs);

#endif
