/* SPDX-License-Identifier: BSD-3-Clause */
/* The best split of one node along one sorted feature. */
#ifndef COFIT_TREE_TREE_SEARCH_H
#define COFIT_TREE_TREE_SEARCH_H

#include "algorithms/tree/tree_data.h"
#include "algorithms/tree/tree_target.h"

/* A split of a node. */
typedef struct cfi_tree_split {
    double gain;      /* the node's weight times the decrease of its impurity; -inf = no split */
    double threshold; /* of a random split, or of a chosen one */
    uint32_t feature;
    uint32_t left;   /* entries of the feature's list on the left, missing ones not counted */
    bool zeros_left; /* the rows that the list leaves out */
    bool missing_left;
} cfi_tree_split;

/* What holds for every split of a node. */
typedef struct cfi_tree_rules {
    cf_index min_leaf; /* rows, and weight, of each side */
    double min_weight;
    double lower, upper; /* of both sides' values along a feature with a direction */
    double slack;        /* gains closer than this count as equal */
} cfi_tree_rules;

/* One feature of one node. */
typedef struct cfi_tree_search {
    const cfi_tree_target *target;
    const cfi_tree_rules *rules;
    const cfi_tree_stats *node;
    const uint32_t *ids;     /* (n) the rows */
    const uint32_t *entries; /* (count), and one more that can be read */
    uint32_t n, count;
    uint8_t traits;   /* of the feature */
    int8_t direction; /* 1: the right side's value must not be smaller; -1: not greater; 0: free */
    const cfi_tree_split *only; /* the one place to try, or NULL = all */
    void *scratch;              /* cfi_tree_scratch_size bytes, a worker's own */
} cfi_tree_search;

/* Bytes of scratch a search of nodes up to n rows needs. */
size_t cfi_tree_scratch_size(const cfi_tree_target *target, cf_index n);

/*
 * Finds the best split; the first of equal ones. Returns false when all values are the same, here
 * and in every part of the node.
 */
bool cfi_tree_find_split(const cfi_tree_search *search, cfi_tree_split *split);

/*
 * The gain with these on the left: their number, weight, and (width) weights of classes or sums of
 * outputs; -inf where the rules refuse it. Not for MEDIAN.
 */
double cfi_tree_gain(const cfi_tree_search *search, cf_index count, double weight, double *parts);

/* How far a gain must be beaten: equal gains differ by rounding. */
static inline double cfi_tree_bar(double gain, double slack)
{
    return gain > 0 ? gain + 1e-10 * gain + slack : gain + slack;
}

/* Entries before the missing ones, and before the zeros that are left out. */
uint32_t cfi_tree_first_missing(const cfi_tree_search *search);
uint32_t cfi_tree_first_positive(const cfi_tree_search *search, uint32_t end);

/* The same search for absolute errors: `split` is the best so far. Returns false when constant. */
bool cfi_tree_find_median_split(const cfi_tree_search *search, cfi_tree_split *split);

/* True when values on both sides keep the direction and the bounds. */
static inline bool cfi_tree_is_monotonic(const cfi_tree_search *search, double left, double right)
{
    const cfi_tree_rules *rules = search->rules;
    return (right - left) * search->direction >= 0 && left >= rules->lower &&
           right >= rules->lower && left <= rules->upper && right <= rules->upper;
}

#endif
