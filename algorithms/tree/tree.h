/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Binary decision trees on plain arrays: the nodes of a grown tree, and what can be done with them.
 * Decision trees, forests and boosting share this; growing is in tree_grow.h.
 *
 * Nodes are numbered in preorder, so the left child of node i is i + 1 and a node keeps only its
 * right child. A leaf is its own right child with threshold -inf: a walk that goes on past a leaf
 * stays there, which lets several rows walk in step without branches.
 */
#ifndef COFIT_TREE_TREE_H
#define COFIT_TREE_TREE_H

#include "cofit/extend.h"

/* What a split makes smaller. */
typedef enum cfi_tree_criterion {
    CFI_TREE_GINI,
    CFI_TREE_ENTROPY,
    CFI_TREE_SQUARED,
    CFI_TREE_ABSOLUTE,
    CFI_TREE_POISSON
} cfi_tree_criterion;

/* In cfi_tree_node.feature: rows whose value is missing go left. */
#define CFI_TREE_MISSING_LEFT 0x80000000u

/* One node as predictions walk it: x[feature] <= threshold goes left, to the next node. */
typedef struct cfi_tree_node {
    double threshold;
    uint32_t feature; /* 31 bits, and CFI_TREE_MISSING_LEFT */
    uint32_t right;   /* its own number for a leaf */
} cfi_tree_node;

/* A grown tree; zero-initialised = empty. */
typedef struct cfi_tree {
    cf_index count, capacity, width; /* nodes, room for nodes, values a node */
    cfi_tree_node *nodes;            /* (count) */
    double *impurity;                /* (count) */
    double *weight;                  /* (count) weight of the training rows that reach the node */
    int32_t *samples;                /* (count) their number */
    double *value; /* (count, width) class probabilities of each output, or one value an output */
} cfi_tree;

/* Makes room for at least `capacity` nodes; those there are kept. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_tree_reserve(cfi_tree *tree, cf_index capacity);

/* Releases the arrays and makes the tree empty. */
void cfi_tree_clear(cfi_tree *tree);

/* Writes `part`'s nodes at position `at` of a tree that has room; their numbers are shifted. */
void cfi_tree_place(cfi_tree *tree, cf_index at, const cfi_tree *part);

static inline bool cfi_tree_is_leaf(const cfi_tree_node *nodes, cf_index i)
{
    return nodes[i].right == (uint32_t)i;
}

/* The feature of an inner node. */
static inline uint32_t cfi_tree_feature(const cfi_tree_node *node)
{
    return node->feature & ~CFI_TREE_MISSING_LEFT;
}

/* The largest number of edges from the root to a leaf, and the number of leaves. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_tree_shape(const cfi_tree_node *nodes, cf_index count, cf_index *depth,
                                      cf_index *leaves);

/*
 * Checks nodes that come from a file: preorder, every node reached once, features in range, no NaN.
 * CF_ERR_FORMAT, CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_tree_validate(const cfi_tree_node *nodes, cf_index count,
                                         cf_index n_features);

/* out (n_features) = each feature's share of the decrease of the impurity; adds up to 1, or 0. */
void cfi_tree_importances(const cfi_tree *tree, cf_index n_features, double *out);

/*
 * Minimal cost-complexity pruning (Breiman, Friedman, Olshen, Stone 1984, section 3.3): the
 * smallest subtree whose cost complexity at `alpha` is least. CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_tree_prune(cfi_tree *tree, double alpha);

/*
 * The weakest links in the order in which they are cut: effective alphas and the total impurity of
 * the leaves after each; *length entries, at most `count`. CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_tree_pruning_path(const cfi_tree *tree, double *alphas,
                                             double *impurities, cf_index *length);

/*
 * leaf (n) = the leaf each row of X (dense with col_stride 1, or CSR; f64 or f32; NaN = missing)
 * ends in. CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_tree_apply(cf_run *run, const cfi_tree_node *nodes, const cf_matrix *X,
                                      int32_t *leaf);

#endif
