/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What splits gain, a block at a time: loops without branches that vectors can run. Each form of
 * the gain is the node's weighted impurity less both sides', written so that large terms cancel on
 * paper and not in the computer.
 */
#include "algorithms/tree/tree_gain.h"

#include "matrix/kernels.h"

/* Places, weights and sums of sides that are counted, not weighed; `before` rows are no entries. */
CF_CLONES static void counts_to_reals(cfi_tree_block *b, int32_t before, bool ones)
{
    for (uint32_t k = 0; k < b->count && b->first != CFI_TREE_FROM_PLACES; k++)
        b->at[k] = b->first + (int32_t)k;
    for (uint32_t k = 0; k < b->count; k++)
        b->w[k] = (double)(b->at[k] + 1 + before);
    for (uint32_t k = 0; k < b->count && ones; k++)
        b->s[k] = b->ones[k];
}

/* gain = scale t^2 / (w (W - w)) with t = p s - q w. */
CF_CLONES static void gain_of_squares(cfi_tree_block *b, double p, double q, double scale,
                                      double weight)
{
    for (uint32_t k = 0; k < b->count; k++) {
        const double w = b->w[k], rest = weight - w, t = p * b->s[k] - q * w;
        const double gain = t * t * scale / (w * rest);
        b->gain[k] = w > 0 && rest > 0 ? gain : CFI_TREE_NO_GAIN;
    }
}

/* gain = (s scale) / (w (W - w)). */
CF_CLONES static void gain_of_outputs(cfi_tree_block *b, double scale, double weight)
{
    for (uint32_t k = 0; k < b->count; k++) {
        const double w = b->w[k], rest = weight - w;
        const double gain = b->s[k] * scale / (w * rest);
        b->gain[k] = w > 0 && rest > 0 ? gain : CFI_TREE_NO_GAIN;
    }
}

/* gain = (s / w + r / (W - w) - base) scale. */
CF_CLONES static void gain_of_gini(cfi_tree_block *b, double base, double scale, double weight)
{
    for (uint32_t k = 0; k < b->count; k++) {
        const double w = b->w[k], rest = weight - w;
        const double gain = (b->s[k] / w + b->r[k] / rest - base) * scale;
        b->gain[k] = w > 0 && rest > 0 ? gain : CFI_TREE_NO_GAIN;
    }
}

static void gain_of_entropy(const cfi_tree_search *search, cfi_tree_block *b)
{
    const cfi_tree_target *target = search->target;
    const double weight = search->node->weight, outputs = (double)target->n_outputs;
    const double base = search->node->impurity * weight;
    for (uint32_t k = 0; k < b->count; k++) {
        const double w = b->w[k], rest = weight - w;
        double parts = b->s[k] + b->r[k];
        if (target->kind == CFI_TREE_BINARY) {
            const double ones = b->s[k], others = search->node->totals[1] - ones;
            parts = cfi_tree_xlogx(target, ones) + cfi_tree_xlogx(target, w - ones) +
                    (cfi_tree_xlogx(target, others) + cfi_tree_xlogx(target, rest - others));
        }
        const double sides = cfi_tree_xlogx(target, w) + cfi_tree_xlogx(target, rest);
        b->gain[k] = w > 0 && rest > 0 ? base + parts / outputs - sides : CFI_TREE_NO_GAIN;
    }
}

static void gain_of_poisson(const cfi_tree_search *search, cfi_tree_block *b)
{
    const double outputs = (double)search->target->n_outputs;
    for (uint32_t k = 0; k < b->count; k++) {
        const double gain = search->target->kind == CFI_TREE_REAL
                                ? cfi_tree_poisson_gain(search->node, 0, b->s[k], b->w[k])
                                : b->s[k] / outputs;
        b->gain[k] = isnan(gain) ? CFI_TREE_NO_GAIN : gain;
    }
}

static void gain_of_block(const cfi_tree_search *search, const cfi_tree_side *left,
                          cfi_tree_block *b)
{
    const cfi_tree_target *target = search->target;
    const double weight = search->node->weight, outputs = (double)target->n_outputs;
    const bool ones = target->kind == CFI_TREE_BINARY && !target->pair;
    if (!target->w && (ones || target->kind == CFI_TREE_REAL))
        counts_to_reals(b, (int32_t)left->before, ones);
    if (target->criterion == CFI_TREE_ENTROPY)
        gain_of_entropy(search, b);
    else if (target->criterion == CFI_TREE_POISSON)
        gain_of_poisson(search, b);
    else if (target->kind == CFI_TREE_BINARY)
        gain_of_squares(b, weight, search->node->totals[1], 2 / weight, weight);
    else if (target->kind == CFI_TREE_REAL)
        gain_of_squares(b, 1, search->node->totals[0], weight, weight);
    else if (target->kind == CFI_TREE_REALS)
        gain_of_outputs(b, weight / outputs, weight);
    else
        gain_of_gini(b, (1 - search->node->impurity) * weight * outputs, 1 / outputs, weight);
}

/* Rules that hold for each split alone, not for the number of rows. */
static void refuse(const cfi_tree_search *search, cfi_tree_block *b)
{
    const double weight = search->node->weight, least = search->rules->min_weight;
    for (uint32_t k = 0; k < b->count && least > 0; k++)
        if (b->w[k] < least || weight - b->w[k] < least)
            b->gain[k] = CFI_TREE_NO_GAIN;
    if (search->direction == 0)
        return;
    const bool binary = search->target->kind == CFI_TREE_BINARY;
    const double sum = binary ? search->node->totals[1] : search->node->totals[0] * weight;
    for (uint32_t k = 0; k < b->count; k++) {
        const double l = b->s[k] / b->w[k], r = (sum - b->s[k]) / (weight - b->w[k]);
        if (!cfi_tree_is_monotonic(search, l, r))
            b->gain[k] = CFI_TREE_NO_GAIN;
    }
}

/* The largest of n gains, n > 0, halving their number so that each step is a vector loop. */
CF_CLONES static double largest(const double *gain, uint32_t n)
{
    double most[CFI_TREE_BLOCK / 2];
    const double *from = gain;
    for (uint32_t half; n > 1; n = half) {
        half = (n + 1) / 2;
        for (uint32_t k = 0; k < n / 2; k++)
            most[k] = from[k] > from[k + half] ? from[k] : from[k + half];
        if (n % 2 == 1)
            most[half - 1] = from[half - 1];
        from = most;
    }
    return from[0];
}

double cfi_tree_score(const cfi_tree_search *search, const cfi_tree_side *left, cfi_tree_block *b)
{
    gain_of_block(search, left, b);
    refuse(search, b);
    return largest(b->gain, b->count);
}
