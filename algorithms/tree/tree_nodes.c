/* SPDX-License-Identifier: BSD-3-Clause */
/* The node arrays of a tree: room, copies, shape, checks, importances. */
#include "algorithms/tree/tree.h"

#include <math.h>
#include <string.h>

void cfi_tree_clear(cfi_tree *tree)
{
    cf_free(tree->nodes);
    cf_free(tree->impurity);
    cf_free(tree->weight);
    cf_free(tree->samples);
    cf_free(tree->value);
    *tree = (cfi_tree){0};
}

/* *array = a copy with room for `capacity` elements; the old one stays when there is no memory. */
#define GROW(array, count, capacity, width)                                                        \
    grow_array((void **)&(array), (count) * (width), (capacity) * (width), sizeof *(array))

static bool grow_array(void **array, cf_index count, cf_index capacity, size_t size)
{
    void *larger = cf_grow(*array, count, capacity, size);
    if (larger)
        *array = larger;
    return larger != NULL;
}

cf_status cfi_tree_reserve(cfi_tree *tree, cf_index capacity)
{
    if (capacity <= tree->capacity)
        return CF_OK;
    const cf_index count = tree->count;
    if (!GROW(tree->nodes, count, capacity, 1) || !GROW(tree->impurity, count, capacity, 1) ||
        !GROW(tree->weight, count, capacity, 1) || !GROW(tree->samples, count, capacity, 1) ||
        !GROW(tree->value, count, capacity, tree->width))
        return cf_out_of_memory();
    tree->capacity = capacity;
    return CF_OK;
}

void cfi_tree_place(cfi_tree *tree, cf_index at, const cfi_tree *part)
{
    const size_t n = (size_t)part->count, width = (size_t)tree->width;
    for (cf_index i = 0; i < part->count; i++) {
        tree->nodes[at + i] = part->nodes[i];
        tree->nodes[at + i].right += (uint32_t)at;
    }
    memcpy(tree->impurity + at, part->impurity, n * sizeof *part->impurity);
    memcpy(tree->weight + at, part->weight, n * sizeof *part->weight);
    memcpy(tree->samples + at, part->samples, n * sizeof *part->samples);
    memcpy(tree->value + at * tree->width, part->value, n * width * sizeof *part->value);
}

cf_status cfi_tree_shape(const cfi_tree_node *nodes, cf_index count, cf_index *depth,
                         cf_index *leaves)
{
    int32_t *level;
    CF_TRY(CF_ALLOC_ZERO(level, count));
    *depth = 0;
    *leaves = 0;
    for (cf_index i = 0; i < count; i++) {
        if (cfi_tree_is_leaf(nodes, i)) {
            ++*leaves;
            *depth = level[i] > *depth ? level[i] : *depth;
        } else {
            level[i + 1] = level[i] + 1;
            level[nodes[i].right] = level[i] + 1;
        }
    }
    cf_free(level);
    return CF_OK;
}

/* Nodes of the subtree of node i, from the sizes of those behind it; 0 when the links are wrong. */
static uint32_t subtree_size(const cfi_tree_node *nodes, cf_index count, cf_index i,
                             const uint32_t *size)
{
    if (cfi_tree_is_leaf(nodes, i))
        return 1;
    const cf_index right = nodes[i].right;
    if (right <= i + 1 || right >= count || right != i + 1 + size[i + 1])
        return 0;
    return 1 + size[i + 1] + size[right];
}

static cf_status check_node(const cfi_tree_node *nodes, cf_index i, cf_index n_features)
{
    const bool leaf = cfi_tree_is_leaf(nodes, i);
    const double threshold = nodes[i].threshold;
    if (isnan(threshold) || (leaf && !(isinf(threshold) && threshold < 0)))
        return cf_fail(CF_ERR_FORMAT, "node %lld of the tree has threshold %g", (long long)i,
                       threshold);
    if (leaf ? nodes[i].feature != 0 : (cf_index)cfi_tree_feature(&nodes[i]) >= n_features)
        return cf_fail(CF_ERR_FORMAT, "node %lld of the tree splits feature %lld of %lld",
                       (long long)i, (long long)cfi_tree_feature(&nodes[i]), (long long)n_features);
    return CF_OK;
}

cf_status cfi_tree_validate(const cfi_tree_node *nodes, cf_index count, cf_index n_features)
{
    if (count < 1 || count > INT32_MAX)
        return cf_fail(CF_ERR_FORMAT, "a tree has %lld nodes", (long long)count);
    cf_status status = CF_OK;
    uint32_t *size;
    CF_GO(CF_ALLOC(size, count));
    for (cf_index i = count - 1; i >= 0; i--) {
        CF_GO(check_node(nodes, i, n_features));
        size[i] = subtree_size(nodes, count, i, size);
        if (size[i] == 0) {
            status = cf_fail(CF_ERR_FORMAT, "node %lld of the tree has right child %lld of %lld",
                             (long long)i, (long long)nodes[i].right, (long long)count);
            goto cleanup;
        }
    }
    if (size[0] != (uint32_t)count)
        status = cf_fail(CF_ERR_FORMAT, "the tree reaches %lld of its %lld nodes",
                         (long long)size[0], (long long)count);
cleanup:
    cf_free(size);
    return status;
}

void cfi_tree_importances(const cfi_tree *tree, cf_index n_features, double *out)
{
    const double *impurity = tree->impurity, *weight = tree->weight;
    memset(out, 0, (size_t)n_features * sizeof *out);
    double sum = 0;
    for (cf_index i = 0; i < tree->count; i++) {
        if (cfi_tree_is_leaf(tree->nodes, i))
            continue;
        const cf_index left = i + 1, right = tree->nodes[i].right;
        const double decrease = weight[i] * impurity[i] - weight[left] * impurity[left] -
                                weight[right] * impurity[right];
        out[cfi_tree_feature(&tree->nodes[i])] += decrease;
        sum += decrease;
    }
    for (cf_index j = 0; j < n_features && sum > 0; j++)
        out[j] /= sum;
}
