/* SPDX-License-Identifier: BSD-3-Clause */
/* Splitting a node: its lists are cut, and both children get their own best split. */
#ifndef COFIT_TREE_TREE_SPLIT_H
#define COFIT_TREE_TREE_SPLIT_H

#include "algorithms/tree/tree_space.h"

/* A node that is no leaf, and its children, which may have been used before. */
typedef struct cfi_tree_family {
    cfi_tree_growing *node, *left, *right;
} cfi_tree_family;

/* Finds and applies the root's split, or makes it a leaf. CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_tree_begin(cfi_tree_space *space, cf_run *run, cfi_tree_growing *root);

/*
 * Makes the children of several nodes: their splits are found and applied, or they are leaves. The
 * nodes' own lists are no longer valid. CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_tree_divide(cfi_tree_space *space, cf_run *run,
                                       const cfi_tree_family *families, cf_index count);

/*
 * Draws a threshold for each wanted list in [begin, end) of a node of a dense X and measures the
 * splits, all in two passes over the rows. `seed` is the node's. Scratch is the search's.
 */
void cfi_tree_draw_splits(const cfi_tree_space *space, const cfi_tree_growing *node,
                          cfi_tree_search *search, cf_index begin, cf_index end,
                          cfi_tree_found *found);

/* A number in [0, 1), and a bit, for a feature of the node with this key. */
double cfi_tree_uniform(uint64_t key, uint32_t feature);
bool cfi_tree_coin(uint64_t key, uint32_t feature);

/* Well mixed bits of x (the finaliser of SplitMix64). */
static inline uint64_t cfi_tree_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

#endif
