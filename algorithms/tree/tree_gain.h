/* SPDX-License-Identifier: BSD-3-Clause */
/* Statistics of the left sides of many splits, and what each split gains; for tree_search.c. */
#ifndef COFIT_TREE_TREE_GAIN_H
#define COFIT_TREE_TREE_GAIN_H

#include "algorithms/tree/tree_search.h"

#include <math.h>

/* Entries scored at a time: their statistics stay in the first-level cache. */
enum { CFI_TREE_BLOCK = 256, CFI_TREE_FROM_PLACES = -2 };

/* No split: 0 / 0 on a side without weight must not win. */
#define CFI_TREE_NO_GAIN (-HUGE_VAL)

/* Statistics of the left side at the places where it may end. */
typedef struct cfi_tree_block {
    uint32_t count;
    int32_t first; /* at[k] is to be first + k; or CFI_TREE_FROM_PLACES: `at` is stored */
    int32_t at[CFI_TREE_BLOCK];   /* the last entry on the left; -1: none */
    int32_t ones[CFI_TREE_BLOCK]; /* BINARY without weights */
    double s[CFI_TREE_BLOCK], r[CFI_TREE_BLOCK], w[CFI_TREE_BLOCK];
    double gain[CFI_TREE_BLOCK];
} cfi_tree_block;

/* The left side while entries are added. */
typedef struct cfi_tree_side {
    uint32_t ones;
    double s, w;     /* weighted sum and weight */
    double a, b;     /* CLASSES: a sum over classes for the left, for the right side */
    double *parts;   /* CLASSES, REALS: (width) */
    cf_index before; /* rows that are not entries of the run being read */
} cfi_tree_side;

/*
 * x log(x / w) of a side with sum x and weight w; NaN where x is nothing but the rounding error of
 * the node's sum: Poisson's deviance allows no side without events.
 */
static inline double cfi_tree_poisson_part(double x, double w, double sum)
{
    return x > 1e-14 * sum ? x * log(x / w) : (double)NAN;
}

/* The decrease of the deviance from a side with sum s and weight w on the left. */
static inline double cfi_tree_poisson_gain(const cfi_tree_stats *node, cf_index output, double s,
                                           double w)
{
    const double mean = node->totals[output], sum = mean * node->weight;
    return cfi_tree_poisson_part(s, w, sum) +
           cfi_tree_poisson_part(sum - s, node->weight - w, sum) - sum * log(mean);
}

/*
 * Fills b->gain, -inf where the rules refuse a split, and returns the largest; b->count > 0.
 * `left` tells how many rows lie left of the entries.
 */
double cfi_tree_score(const cfi_tree_search *search, const cfi_tree_side *left, cfi_tree_block *b);

#endif
