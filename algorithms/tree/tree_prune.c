/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Minimal cost-complexity pruning by weakest links: cut the inner node whose branch saves least
 * impurity a leaf, (r(t) - r(branch)) / (leaves - 1), again and again. A heap keyed by that ratio,
 * with stale keys put back when they surface, makes a path O(n depth log n) instead of O(n^2);
 * ties go to the lowest node, as in scikit-learn.
 */
#include "algorithms/tree/tree.h"

#include <math.h>
#include <string.h>

/* What cutting changes: all arrays have one entry a node. */
typedef struct pruner {
    const cfi_tree *tree;
    double *own;      /* r(t): the node's share of the impurity as a leaf */
    double *branch;   /* the same of its leaves */
    double *key;      /* in the heap */
    uint32_t *parent; /* of the root: itself */
    uint32_t *leaves; /* below; 1 for a leaf, 0 once cut off */
    uint32_t *heap;
    cf_index size;
} pruner;

static void pruner_clear(pruner *p)
{
    cf_free(p->own);
    cf_free(p->branch);
    cf_free(p->key);
    cf_free(p->parent);
    cf_free(p->leaves);
    cf_free(p->heap);
}

static double link_strength(const pruner *p, uint32_t i)
{
    return (p->own[i] - p->branch[i]) / (double)(p->leaves[i] - 1);
}

static bool is_weaker(const pruner *p, uint32_t a, uint32_t b)
{
    return p->key[a] < p->key[b] || (p->key[a] == p->key[b] && a < b);
}

static void sift_down(pruner *p, cf_index at)
{
    const uint32_t moving = p->heap[at];
    for (cf_index child; (child = 2 * at + 1) < p->size; at = child) {
        if (child + 1 < p->size && is_weaker(p, p->heap[child + 1], p->heap[child]))
            child++;
        if (!is_weaker(p, p->heap[child], moving))
            break;
        p->heap[at] = p->heap[child];
    }
    p->heap[at] = moving;
}

static cf_status pruner_new(pruner *p, const cfi_tree *tree)
{
    const cf_index n = tree->count;
    *p = (pruner){.tree = tree};
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(p->own, n));
    CF_GO(CF_ALLOC(p->branch, n));
    CF_GO(CF_ALLOC(p->key, n));
    CF_GO(CF_ALLOC(p->parent, n));
    CF_GO(CF_ALLOC(p->leaves, n));
    CF_GO(CF_ALLOC(p->heap, n));
    p->parent[0] = 0;
    for (cf_index i = n - 1; i >= 0; i--) {
        const cf_index left = i + 1, right = tree->nodes[i].right;
        p->own[i] = tree->weight[i] * tree->impurity[i] / tree->weight[0];
        p->branch[i] = p->own[i];
        p->leaves[i] = 1;
        if (cfi_tree_is_leaf(tree->nodes, i))
            continue;
        p->branch[i] = p->branch[left] + p->branch[right];
        p->leaves[i] = p->leaves[left] + p->leaves[right];
        p->parent[left] = p->parent[right] = (uint32_t)i;
        p->key[i] = link_strength(p, (uint32_t)i);
        p->heap[p->size++] = (uint32_t)i;
    }
    for (cf_index i = p->size / 2 - 1; i >= 0; i--)
        sift_down(p, i);
cleanup:
    if (status != CF_OK)
        pruner_clear(p);
    return status;
}

/*
 * The weakest link, or no node when only the root is left. A key in the heap may be out of date:
 * it is renewed when it surfaces. Cutting can only raise the strength of a link above, up to
 * rounding, so no node is found too late.
 */
static bool weakest_link(pruner *p, uint32_t *node, double *alpha)
{
    while (p->size > 0) {
        const uint32_t i = p->heap[0];
        if (p->leaves[i] > 1) {
            const double now = link_strength(p, i);
            if (!(now > p->key[i])) { /* NaN, of weights from a file, is taken at once */
                *node = i;
                *alpha = now;
                return true;
            }
            p->key[i] = now;
        } else {
            p->heap[0] = p->heap[--p->size];
        }
        sift_down(p, 0);
    }
    return false;
}

/* Nodes of the subtree of node i, in preorder from i. */
static cf_index subtree_end(const cfi_tree *tree, cf_index i)
{
    while (!cfi_tree_is_leaf(tree->nodes, i))
        i = tree->nodes[i].right;
    return i + 1;
}

/* Makes node i a leaf: its branch no longer counts, and its ancestors' figures follow. */
static void cut(pruner *p, uint32_t i)
{
    const double change = p->own[i] - p->branch[i];
    const uint32_t fewer = p->leaves[i] - 1;
    const cf_index end = subtree_end(p->tree, i);
    for (cf_index k = (cf_index)i + 1; k < end; k++)
        p->leaves[k] = 0;
    p->branch[i] = p->own[i];
    p->leaves[i] = 1;
    for (uint32_t k = i; k != 0;) {
        k = p->parent[k];
        p->branch[k] += change;
        p->leaves[k] -= fewer;
    }
}

cf_status cfi_tree_pruning_path(const cfi_tree *tree, double *alphas, double *impurities,
                                cf_index *length)
{
    pruner p;
    CF_TRY(pruner_new(&p, tree));
    alphas[0] = 0;
    impurities[0] = p.branch[0];
    *length = 1;
    uint32_t node;
    for (double alpha; weakest_link(&p, &node, &alpha); ++*length) {
        cut(&p, node);
        alphas[*length] = alpha;
        impurities[*length] = p.branch[0];
    }
    pruner_clear(&p);
    return CF_OK;
}

/* Moves the nodes that are left together; parents come first, so links are known in time. */
static void keep_reached(cfi_tree *tree, pruner *p)
{
    const size_t width = (size_t)tree->width;
    uint32_t *number = p->heap; /* no longer needed as a heap */
    cf_index count = 0;
    for (cf_index i = 0; i < tree->count; i++)
        if (p->leaves[i] > 0)
            number[i] = (uint32_t)count++;
    for (cf_index i = 0; i < tree->count; i++) {
        if (p->leaves[i] == 0)
            continue;
        const cf_index to = number[i];
        const bool leaf = p->leaves[i] == 1;
        const uint32_t right = leaf ? (uint32_t)to : number[tree->nodes[i].right];
        tree->nodes[to] = leaf ? (cfi_tree_node){-HUGE_VAL, 0, right} : tree->nodes[i];
        tree->nodes[to].right = right;
        tree->impurity[to] = tree->impurity[i];
        tree->weight[to] = tree->weight[i];
        tree->samples[to] = tree->samples[i];
        memmove(tree->value + (size_t)to * width, tree->value + (size_t)i * width,
                width * sizeof *tree->value);
    }
    tree->count = count;
}

cf_status cfi_tree_prune(cfi_tree *tree, double alpha)
{
    pruner p;
    CF_TRY(pruner_new(&p, tree));
    uint32_t node;
    for (double strength; weakest_link(&p, &node, &strength) && strength <= alpha;)
        cut(&p, node);
    keep_reached(tree, &p);
    pruner_clear(&p);
    return CF_OK;
}
