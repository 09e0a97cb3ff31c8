/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The best split by absolute error. A side's error follows from its median and the sums of y below
 * and above it; they are kept while the side grows or shrinks by one row, for both sides of every
 * place in two passes over the rows in order of the feature.
 *
 * Without weights the side starts as the whole node, a doubly linked list in order of y, and
 * loses one row a step: its median moves by one link at most, so a pass is O(n). With weights the
 * side gains one row a step and a Fenwick tree of weights (P. Fenwick 1994,
 * doi:10.1002/spe.4380240306) finds the median: O(n log n).
 */
#include "algorithms/tree/tree_search.h"

#include <math.h>
#include <string.h>

/* Scratch of one search; ranks count from 1, 0 and n + 1 are the ends of the list. */
typedef struct work {
    const cfi_tree_search *search;
    uint32_t n;
    uint32_t *rows;         /* (n + 1) entries of all rows in the order of the feature */
    uint32_t *prev, *next;  /* (n + 2) */
    unsigned char *listed;  /* (n) by rank: the row has an entry */
    double *y;              /* (n + 2) deviations from the node's median, by rank */
    double *sum_w, *sum_wy; /* (n + 2) Fenwick trees */
    double *left, *right;   /* (n) error of rows 0..i, and of rows i + 1.. */
    double *left_median, *right_median; /* (n) the same way */
} work;

static void place_work(work *k, const cfi_tree_search *search)
{
    const size_t n = (size_t)search->n + 2;
    double *reals = search->scratch;
    *k = (work){.search = search, .n = search->n};
    k->y = reals;
    k->left = reals + n;
    k->right = reals + 2 * n;
    k->left_median = reals + 3 * n;
    k->right_median = reals + 4 * n;
    k->sum_w = reals + 5 * n;
    k->sum_wy = reals + 6 * n;
    k->rows = (uint32_t *)(void *)(reals + 7 * n);
    k->prev = k->rows + n;
    k->next = k->prev + n;
    k->listed = (unsigned char *)(k->next + n);
    memset(k->left, 0, n * sizeof *k->left);
    memset(k->right, 0, n * sizeof *k->right);
}

static uint32_t rank_of(const work *k, uint32_t row, cf_index output)
{
    const cfi_tree_target *target = k->search->target;
    return target->rank[(cf_index)(row & CFI_TREE_ROW) * target->n_outputs + output] + 1;
}

static double weight_of(const work *k, uint32_t row)
{
    const cfi_tree_target *target = k->search->target;
    return target->w ? target->w[row & CFI_TREE_ROW] : 1;
}

/* ---- the rows in order ---- */

static uint32_t copy_entries(work *k, uint32_t count, uint32_t from, uint32_t to)
{
    memcpy(k->rows + count, k->search->entries + from, (to - from) * sizeof *k->rows);
    return count + (to - from);
}

/* Appends the rows the list leaves out. */
static uint32_t copy_unlisted(work *k, uint32_t count)
{
    const cfi_tree_search *search = k->search;
    memset(k->listed, 0, search->n);
    for (uint32_t i = 0; i < search->count; i++)
        k->listed[rank_of(k, search->entries[i], 0) - 1] = 1;
    for (uint32_t i = 0; i < search->n; i++)
        if (!k->listed[rank_of(k, search->ids[i], 0) - 1])
            k->rows[count++] = search->ids[i];
    return count;
}

/* Puts all rows in order; a row with GREATER set can be the first on the right. */
static void order_rows(work *k, bool missing_left)
{
    const cfi_tree_search *search = k->search;
    const uint32_t end = cfi_tree_first_missing(search);
    const uint32_t zeros = search->n - search->count;
    const uint32_t middle = zeros > 0 ? cfi_tree_first_positive(search, end) : end;
    uint32_t count = missing_left ? copy_entries(k, 0, end, search->count) : 0;
    const uint32_t first = count;
    count = copy_entries(k, count, 0, middle);
    if (zeros > 0) {
        const uint32_t zero = count;
        count = copy_unlisted(k, count);
        k->rows[zero] |= CFI_TREE_GREATER;
        const uint32_t positive = count;
        count = copy_entries(k, count, middle, end);
        if (count > positive)
            k->rows[positive] |= CFI_TREE_GREATER;
    }
    const uint32_t last = count;
    if (!missing_left)
        count = copy_entries(k, count, end, search->count);
    if (last < count)
        k->rows[last] |= CFI_TREE_GREATER;
    k->rows[first] &= ~CFI_TREE_GREATER; /* missing rows alone are tried as the right side only */
}

/* ---- without weights: rows leave ---- */

typedef struct median {
    uint32_t at, count;  /* rank of the lower median, rows in the list */
    double below, above; /* sums of y before and behind it */
} median;

/* Takes row r out; the lower median of the others is at most one link away. */
static void leave(const work *k, median *m, uint32_t r)
{
    const bool odd = m->count % 2 == 1;
    const uint32_t at = m->at;
    if (r < at)
        m->below -= k->y[r];
    else if (r > at)
        m->above -= k->y[r];
    if (odd && r >= at) {
        m->at = k->prev[at];
        m->below -= k->y[m->at];
        m->above += r > at ? k->y[at] : 0;
    } else if (!odd && r <= at) {
        m->at = k->next[at];
        m->above -= k->y[m->at];
        m->below += r < at ? k->y[at] : 0;
    }
    k->next[k->prev[r]] = k->next[r];
    k->prev[k->next[r]] = k->prev[r];
    m->count--;
}

static double error_of(const work *k, const median *m)
{
    const uint32_t below = (m->count - 1) / 2, above = m->count - 1 - below;
    return (m->above - above * k->y[m->at]) + (below * k->y[m->at] - m->below);
}

static double median_of(const work *k, const median *m)
{
    const uint32_t other = m->count % 2 == 1 ? m->at : k->next[m->at];
    return 0.5 * (k->y[m->at] + k->y[other]);
}

static median whole_list(work *k)
{
    median m = {.at = (k->n - 1) / 2 + 1, .count = k->n};
    for (uint32_t r = 0; r <= k->n; r++) {
        k->next[r] = r + 1;
        k->prev[r + 1] = r;
    }
    for (uint32_t r = 1; r <= k->n; r++) {
        m.below += r < m.at ? k->y[r] : 0;
        m.above += r > m.at ? k->y[r] : 0;
    }
    return m;
}

static void shrink_sides(work *k, cf_index output)
{
    median m = whole_list(k);
    for (uint32_t i = 0; i + 1 < k->n; i++) {
        leave(k, &m, rank_of(k, k->rows[i], output));
        k->right[i] += error_of(k, &m);
        k->right_median[i] = median_of(k, &m);
    }
    m = whole_list(k);
    for (uint32_t i = k->n - 1; i > 0; i--) {
        leave(k, &m, rank_of(k, k->rows[i], output));
        k->left[i - 1] += error_of(k, &m);
        k->left_median[i - 1] = median_of(k, &m);
    }
}

/* ---- with weights: rows come ---- */

typedef struct side {
    double weight, sum;
} side;

static void come(work *k, side *s, uint32_t r, double w)
{
    s->weight += w;
    s->sum += w * k->y[r];
    for (uint32_t i = r; i <= k->n; i += i & (0u - i)) {
        k->sum_w[i] += w;
        k->sum_wy[i] += w * k->y[r];
    }
}

/* The first rank at which the weights up to it reach (or pass) half; *below: those before it. */
static uint32_t find_half(const work *k, double half, bool pass, side *below)
{
    uint32_t at = 0, step = 1;
    *below = (side){0, 0};
    while (step <= k->n / 2)
        step *= 2;
    for (; step > 0; step /= 2) {
        if (at + step > k->n)
            continue;
        const double w = below->weight + k->sum_w[at + step];
        if (w < half || (pass && w == half)) {
            at += step;
            below->weight = w;
            below->sum += k->sum_wy[at];
        }
    }
    return at < k->n ? at + 1 : k->n;
}

static double weighted_error(const work *k, const side *s, double *middle)
{
    side below, ignored;
    const uint32_t at = find_half(k, 0.5 * s->weight, false, &below);
    const uint32_t other = find_half(k, 0.5 * s->weight, true, &ignored);
    const double y = k->y[at];
    *middle = 0.5 * (y + k->y[other]);
    return (s->sum - below.sum - (s->weight - below.weight) * y) + (below.weight * y - below.sum);
}

static void grow_sides(work *k, cf_index output)
{
    const size_t bytes = ((size_t)k->n + 1) * sizeof *k->sum_w;
    side s = {0, 0};
    memset(k->sum_w, 0, bytes);
    memset(k->sum_wy, 0, bytes);
    for (uint32_t i = 0; i + 1 < k->n; i++) {
        come(k, &s, rank_of(k, k->rows[i], output), weight_of(k, k->rows[i]));
        k->left[i] += weighted_error(k, &s, &k->left_median[i]);
    }
    s = (side){0, 0};
    memset(k->sum_w, 0, bytes);
    memset(k->sum_wy, 0, bytes);
    for (uint32_t i = k->n - 1; i > 0; i--) {
        come(k, &s, rank_of(k, k->rows[i], output), weight_of(k, k->rows[i]));
        k->right[i - 1] += weighted_error(k, &s, &k->right_median[i - 1]);
    }
}

/* ---- splits ---- */

static void measure_sides(work *k)
{
    const cfi_tree_target *target = k->search->target;
    const cf_index stride = target->n_outputs;
    for (cf_index j = 0; j < stride; j++) {
        for (uint32_t i = 0; i < k->n; i++)
            k->y[rank_of(k, k->rows[i], j)] =
                target->y[(cf_index)(k->rows[i] & CFI_TREE_ROW) * stride + j] -
                k->search->node->totals[j];
        if (target->w)
            grow_sides(k, j);
        else
            shrink_sides(k, j);
    }
}

static bool allowed(const work *k, uint32_t i, double weight)
{
    const cfi_tree_search *search = k->search;
    const cfi_tree_rules *rules = search->rules;
    if (weight < rules->min_weight || search->node->weight - weight < rules->min_weight)
        return false;
    const double whole = search->node->totals[0];
    return search->direction == 0 ||
           cfi_tree_is_monotonic(search, k->left_median[i] + whole, k->right_median[i] + whole);
}

/* Turns "rows 0..i are on the left" into places in the list. */
static cfi_tree_split split_at(const cfi_tree_search *search, uint32_t i, bool missing_left,
                               double gain)
{
    const uint32_t end = cfi_tree_first_missing(search);
    const uint32_t zeros = search->n - search->count;
    const uint32_t left = i + 1 - (missing_left ? search->count - end : 0);
    const bool zeros_left = zeros > 0 && left > cfi_tree_first_positive(search, end);
    return (cfi_tree_split){.gain = gain,
                            .left = zeros_left ? left - zeros : left,
                            .zeros_left = zeros_left,
                            .missing_left = missing_left};
}

/* True for the place a random split wants, or for any where there is none. */
static bool is_wanted(const cfi_tree_search *search, const cfi_tree_split *split)
{
    const cfi_tree_split *only = search->only;
    return !only || (only->left == split->left && only->zeros_left == split->zeros_left &&
                     only->missing_left == split->missing_left);
}

static bool try_rows(work *k, bool missing_left, cfi_tree_split *best)
{
    const cfi_tree_search *search = k->search;
    const double whole = search->node->impurity * search->node->weight;
    const double outputs = (double)search->target->n_outputs;
    double weight = 0;
    bool varies = false;
    order_rows(k, missing_left);
    for (uint32_t i = 1; i < k->n && !varies; i++)
        varies = (k->rows[i] & CFI_TREE_GREATER) != 0;
    if (!varies)
        return false;
    measure_sides(k);
    for (uint32_t i = 0; i + 1 < k->n; i++) {
        const cf_index count = (cf_index)i + 1, least = search->rules->min_leaf;
        weight += weight_of(k, k->rows[i]);
        if ((k->rows[i + 1] & CFI_TREE_GREATER) == 0 || count < least ||
            (cf_index)k->n - count < least || !allowed(k, i, weight))
            continue;
        const double gain = whole - (k->left[i] + k->right[i]) / outputs;
        const cfi_tree_split split = split_at(search, i, missing_left, gain);
        if (gain > cfi_tree_bar(best->gain, search->rules->slack) && is_wanted(search, &split))
            *best = split;
    }
    return true;
}

bool cfi_tree_find_median_split(const cfi_tree_search *search, cfi_tree_split *split)
{
    work k;
    place_work(&k, search);
    bool varies = try_rows(&k, false, split);
    if (cfi_tree_first_missing(search) < search->count) {
        place_work(&k, search);
        varies = try_rows(&k, true, split) || varies;
    }
    return varies;
}
