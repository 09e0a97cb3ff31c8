/* SPDX-License-Identifier: BSD-3-Clause */
/* Growing one tree on a data set that many trees may share. */
#ifndef COFIT_TREE_TREE_GROW_H
#define COFIT_TREE_TREE_GROW_H

#include "algorithms/tree/tree_data.h"
#include "algorithms/tree/tree_target.h"

/* How to grow; all limits in rows and weight, not in fractions. */
typedef struct cfi_tree_options {
    bool random;              /* draw one threshold a feature instead of searching the best */
    cf_index max_depth;       /* edges from the root */
    cf_index min_split;       /* rows of a node that is split, at least 2 */
    cf_index min_leaf;        /* rows of a child, at least 1 */
    double min_weight;        /* weight of a child */
    cf_index max_features;    /* drawn a node, at least 1 */
    cf_index max_leaves;      /* 0 = any number, depth first; else best first */
    double min_decrease;      /* of the weighted impurity */
    const int8_t *directions; /* (n_features) 1, 0, -1: how the value may change, or NULL */
    uint64_t seed;            /* of draws and of ties between features */
} cfi_tree_options;

/*
 * Grows a tree; the same nodes on any thread count. `data` is only read unless `consume` is true:
 * then its lists are used as working memory and hold nothing of use afterwards. CF_ERR_MEMORY,
 * CF_ERR_DATA (no row has weight), CF_ERR_CANCELLED, CF_ERR_DEADLINE.
 */
CF_NODISCARD cf_status cfi_tree_grow(cf_run *run, cfi_tree_data *data, bool consume,
                                     const cfi_tree_problem *problem,
                                     const cfi_tree_options *options, cfi_tree *out);

#endif
